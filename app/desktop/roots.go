package desktop

import (
	"context"
	"net/http"
	"net/url"

	"khonggiay/app"
	"khonggiay/app/api"
)

// roots asks the server, for the province's administrator who sits at a laptop.
// What is trusted here follows from there, through package verify.
type roots struct{ *App }

// Roots implements api.Roots.
func (r roots) Roots(ctx context.Context, _ api.Viewer) (out api.RootsView, err error) {
	err = devices(r).ask(ctx, http.MethodGet, "/api/roots", nil, &out)
	return out, err
}

// ReadRoots implements api.Roots.
func (r roots) ReadRoots(ctx context.Context, _ api.Viewer, file []byte) (out []api.RootOffer, err error) {
	err = devices(r).ask(ctx, http.MethodPost, "/api/roots/read", api.RootFile{File: file}, &out)
	return out, err
}

// AddRoot implements api.Roots.
func (r roots) AddRoot(ctx context.Context, _ api.Viewer, root api.NewRoot) (out api.Root, err error) {
	err = devices(r).ask(ctx, http.MethodPost, "/api/roots", root, &out)
	return out, err
}

// EndRoot implements api.Roots.
func (r roots) EndRoot(ctx context.Context, _ api.Viewer, sha256 string, until app.Date) (out api.Root, err error) {
	err = devices(r).ask(ctx, http.MethodPost, "/api/roots/"+url.PathEscape(sha256)+"/end", api.RootEnd{Until: until}, &out)
	return out, err
}
