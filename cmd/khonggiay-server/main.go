// Command khonggiay-server is the provincial server: the authority over all
// records, for laptops and for browsers.
//
// Everything is in app/server, and its tests prove it.
package main

import (
	"os"

	"khonggiay/app/server"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "0.1.0"

func main() { os.Exit(server.Main(os.Args[1:], version)) }
