package api_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"khonggiay/app/api"
)

func TestUI(t *testing.T) {
	h := api.SecureHeaders(api.UI(fstest.MapFS{
		"index.html":             {Data: []byte("<title>Không Giấy</title>")},
		"assets/index-abc.js":    {Data: []byte("plain")},
		"assets/index-abc.js.gz": {Data: []byte("gzipped")},
		"pdfjs/wasm/jbig2.wasm":  {Data: []byte("wasm")},
		".gitkeep":               {},
	}))
	for _, c := range []struct{ path, accept, status, body, media, cache string }{
		{"/", "", "200", "<title>Không Giấy</title>", "text/html; charset=utf-8", "no-cache"},
		{"/van-ban-den/123", "", "200", "<title>Không Giấy</title>", "text/html; charset=utf-8", "no-cache"},
		{"/assets/index-abc.js", "", "200", "plain", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/assets/index-abc.js", "gzip;q=1.0, br", "200", "gzipped", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/assets/index-abc.js", "gzip;q=0", "200", "plain", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/assets/index-old.js", "", "404", "404 page not found\n", "text/plain; charset=utf-8", ""},
		{"/pdfjs/wasm/jbig2.wasm", "", "200", "wasm", "application/wasm", "no-cache"},
		{"/../../etc/passwd", "", "200", "<title>Không Giấy</title>", "text/html; charset=utf-8", "no-cache"},
		{"/.gitkeep", "", "200", "<title>Không Giấy</title>", "text/html; charset=utf-8", "no-cache"},
	} {
		r := httptest.NewRequest("GET", "http://127.0.0.1"+c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := []string{w.Result().Status[:3], w.Body.String(), w.Header().Get("Content-Type"), w.Header().Get("Cache-Control")}
		want := []string{c.status, c.body, c.media, c.cache}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s (%s): %q, want %q", c.path, c.accept, got, want)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "connect-src 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s: %s", want, policy)
		}
	}
	if got := w.Header().Get("Permissions-Policy"); !strings.Contains(got, "camera=(self), microphone=(self), display-capture=(self)") {
		t.Errorf("a conference has no camera: %s", got)
	}
	if script := policy[strings.Index(policy, "script-src"):]; strings.Contains(script[:strings.Index(script, ";")], "unsafe-inline") {
		t.Errorf("inline scripts are allowed: %s", policy)
	}
}

func TestUIBeforeItsFirstBuild(t *testing.T) {
	w := httptest.NewRecorder()
	api.UI(fstest.MapFS{}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 503 || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
