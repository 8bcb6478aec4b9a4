// Package frontend carries the built user interface inside the Go binaries, so
// that a laptop without a network and a server without a file share serve the
// same screens.
//
// dist holds what `npm run build` made. A fresh clone has only a placeholder
// there, which keeps `go vet ./...` working before the first build; TestDist
// proves both states. `go generate ./frontend` writes openapi.json and
// src/lib/api/schema.ts anew from the API's Go code.
package frontend

import (
	"embed"
	"io/fs"
)

//go:generate ../build/gen.sh

//go:embed all:dist
var dist embed.FS

// Dist is the built user interface, with index.html at its root. It has no
// index.html when the frontend has not been built yet: see Built.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("frontend: " + err.Error()) // "dist" is a valid path, so this cannot happen
	}
	return sub
}

// Built reports whether the user interface was built before this binary was.
func Built() bool {
	_, err := fs.Stat(Dist(), "index.html")
	return err == nil
}
