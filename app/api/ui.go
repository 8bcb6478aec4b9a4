package api

import (
	"bytes"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// ContentSecurityPolicy is what every page of ours runs under: nothing from
// elsewhere, no inline script, and no string becomes HTML except through the
// named Trusted Types policies. Scripts set styles one property at a time, which
// needs no 'unsafe-inline'; frontend/e2e drives every screen under this policy.
// 'wasm-unsafe-eval' is for the decoders of scanned PDF pages.
const ContentSecurityPolicy = "default-src 'none'; " +
	"script-src 'self' 'wasm-unsafe-eval'; " +
	"style-src 'self'; " +
	"img-src 'self' blob: data:; " +
	"font-src 'self'; " +
	"worker-src 'self'; " +
	"connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types pdfworker"

// SecureHeaders sets what every answer of a laptop or the server carries,
// whoever makes it.
func SecureHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()")
		next.ServeHTTP(w, r)
	})
}

// UI serves the built interface: files under their names, and index.html for
// every other path, since the addresses of screens are made in the browser.
// Where a file has a .br or .gz beside it, that is what travels.
func UI(dist fs.FS) http.Handler { return &ui{dist} }

type ui struct{ dist fs.FS }

// The endings that our build makes; a machine's own table may differ.
var uiTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".wasm": "application/wasm",
	".json": "application/json", ".png": "image/png", ".ico": "image/x-icon", ".bcmap": "application/octet-stream",
	".pfb": "application/octet-stream", ".ttf": "font/ttf", ".icc": "application/vnd.iccprofile",
}

func (u *ui) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if !u.isFile(name) {
		if strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "pdfjs/") {
			http.NotFound(w, r) // an asset of another build, not a screen
			return
		}
		name = "index.html"
	}
	u.serve(w, r, name)
}

func (u *ui) isFile(name string) bool {
	if name == "" || !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") {
		return false
	}
	info, err := fs.Stat(u.dist, name)
	return err == nil && info.Mode().IsRegular()
}

func (u *ui) serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	h.Set("Content-Type", uiType(name))
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // the name holds a hash of the content
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Add("Vary", "Accept-Encoding")
	file, encoding := u.encoded(r, name)
	text, err := fs.ReadFile(u.dist, file)
	if err != nil {
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "<!doctype html><meta charset=utf-8><title>Không Giấy</title><p>Giao diện chưa được dựng. (The interface has not been built: make build)")
		return
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
}

// encoded picks the compressed neighbour that the client takes.
func (u *ui) encoded(r *http.Request, name string) (file, encoding string) {
	accept := r.Header.Get("Accept-Encoding")
	for _, e := range []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if u.isFile(name+e.ending) && acceptsEncoding(accept, e.name) && r.Header.Get("Range") == "" {
			return name + e.ending, e.name
		}
	}
	return name, ""
}

func acceptsEncoding(header, name string) bool {
	for part := range strings.SplitSeq(header, ",") {
		token, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(token), name) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

func uiType(name string) string {
	ext := path.Ext(name)
	if t, ok := uiTypes[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}
