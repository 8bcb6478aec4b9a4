//go:build !(windows && desktop)

package desktop

// canShowWindow: elsewhere the window's parts are libraries without which the
// program does not start at all.
func canShowWindow() bool { return true }
