//go:build !desktop

package desktop

import "os"

// canWindow: this build has no window; it opens the system's browser.
const canWindow = false

func runWindow(*App, []byte, <-chan os.Signal) error { return nil }
