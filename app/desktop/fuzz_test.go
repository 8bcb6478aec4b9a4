package desktop

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzGate: whatever a request says of itself, it comes past the gate only with
// the launch's token, at the laptop's own name; and a ticket never leads to
// another host.
func FuzzGate(f *testing.F) {
	const own = "127.0.0.1:47800"
	for _, path := range []string{"/", "/api/session", "//evil.example/", `/\evil.example`, "/%2f%2fevil.example", "/a?b=c&ticket=d", "/?ticket=standing", "/./..//x?ticket=standing"} {
		f.Add("GET", path, own, "", "", "none", "kg_47800=x")
		f.Add("POST", path, own, "http://"+own, "websocket", "same-origin", "kg_47800=")
		f.Add("GET", path, "evil.example", "null", "", "cross-site", "")
	}
	f.Fuzz(func(t *testing.T, method, path, host, origin, upgrade, site, cookie string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || method == "" || strings.ContainsAny(method, " \r\n\t") {
			return
		}
		g := newGate(own, "standing")
		reached := false
		h := g.wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
		r := &http.Request{Method: method, URL: u, Host: host, Header: http.Header{"Origin": {origin}, "Upgrade": {upgrade},
			"Sec-Fetch-Site": {site}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}, "Cookie": {cookie}}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if reached {
			t.Fatalf("%s %s came in", method, path)
		}
		if w.Header().Get("Set-Cookie") != "" && (host != own || u.Query().Get("ticket") != "standing" || origin != "" && origin != "http://"+own) {
			t.Fatalf("%s %s at %s from %q got the cookie", method, path, host, origin)
		}
		if to := w.Header().Get("Location"); to != "" && !local(to) {
			t.Fatalf("%s leads to %q", path, to)
		}
	})
}

// local reports whether a browser stays on this host.
func local(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.HasPrefix(to, `/\`)
}

// FuzzDeepLink: a link in a mail or on a page leads to a screen, never to the
// API or to another host.
func FuzzDeepLink(f *testing.F) {
	for _, link := range []string{"khonggiay://van-ban-den/019a", "khonggiay:////evil.example", "khonggiay://a/../api", "khonggiay://%2fevil", `khonggiay://\evil`, "https://evil.example", "khonggiay:api/x", "khonggiay://x?ticket=a"} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		g := newGate("127.0.0.1:47800")
		path := pathOf(link)
		u, err := url.Parse(g.inviteTo(path))
		if !local(path) || strings.HasPrefix(path, "/api") || err != nil || u.Host != g.host || u.Scheme != "http" || len(u.Query()["ticket"]) != 1 {
			t.Fatalf("%q leads to %q (%v)", link, path, err)
		}
	})
}
