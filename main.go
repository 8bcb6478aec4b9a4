// Command khonggiay is the laptop program: one person's documents, with or
// without a network, in a window or (with --browser) in the system's browser.
//
// Everything is in app/desktop, and its tests prove it; this file exists
// because Wails wants package main at the root.
package main

import (
	_ "embed"
	"os"

	"khonggiay/app/desktop"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "0.1.0"

//go:embed build/appicon.png
var icon []byte

func main() { os.Exit(desktop.Main(os.Args[1:], version, icon)) }
