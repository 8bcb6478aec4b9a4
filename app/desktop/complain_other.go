//go:build !windows

package desktop

import (
	"fmt"
	"os"
)

// complain tells whoever started the program why it did not start.
func complain(words string) { fmt.Fprintln(os.Stderr, words) }
