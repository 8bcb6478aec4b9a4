//go:build windows && desktop

package desktop

import "github.com/wailsapp/go-webview2/webviewloader"

// oldestWebview is the oldest WebView2 that the window works with.
const oldestWebview = "94.0.992.31"

// canShowWindow reports whether Windows has what the window is made of. Where
// it has not, the program works in the browser: nothing is downloaded.
func canShowWindow() bool {
	version, err := webviewloader.GetAvailableCoreWebView2BrowserVersionString("")
	if err != nil || version == "" {
		return false
	}
	order, err := webviewloader.CompareBrowserVersions(version, oldestWebview)
	return err == nil && order >= 0
}
