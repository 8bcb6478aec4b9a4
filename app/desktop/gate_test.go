package desktop

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// guarded is a gate before a handler that says that it was reached.
func guarded(standing ...string) (*gate, http.Handler) {
	g := newGate("127.0.0.1:47800", standing...)
	return g, g.wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) }))
}

// typed is an address that the person typed, or that a program opened.
func typed(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }

func try(h http.Handler, method, target string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "127.0.0.1:47800"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestGate(t *testing.T) {
	g, h := guarded()
	in := func(r *http.Request) { r.AddCookie(&http.Cookie{Name: g.cookie, Value: g.token}) }
	with := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { in(r); r.Header.Set(name, value) }
	}
	foreign := func(mode, dest string) func(*http.Request) {
		return func(r *http.Request) {
			in(r)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", mode)
			r.Header.Set("Sec-Fetch-Dest", dest)
		}
	}
	for name, c := range map[string]struct {
		method, target string
		change         func(*http.Request)
		want           int
	}{
		"nobody, page":                  {"GET", "/", nil, 401},
		"nobody, asset":                 {"GET", "/assets/index.js", nil, 401},
		"nobody, API":                   {"GET", "/api/session", nil, 401},
		"wrong cookie":                  {"GET", "/api/session", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: g.cookie, Value: "x"}) }, 401},
		"cookie of another port":        {"GET", "/api/session", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "kg_1", Value: g.token}) }, 401},
		"somebody":                      {"GET", "/api/session", in, 418},
		"own origin":                    {"POST", "/api/commands", with("Origin", "http://127.0.0.1:47800"), 418},
		"foreign origin":                {"POST", "/api/commands", with("Origin", "http://evil.example"), 403},
		"foreign origin, GET":           {"GET", "/api/session", with("Origin", "http://127.0.0.1:47801"), 403},
		"null origin":                   {"POST", "/api/commands", with("Origin", "null"), 403},
		"no origin, POST":               {"POST", "/api/commands", in, 403},
		"no origin, WebSocket":          {"GET", "/api/events", with("Upgrade", "websocket"), 403},
		"name that resolves here":       {"GET", "/api/session", func(r *http.Request) { in(r); r.Host = "evil.example:47800" }, 403},
		"localhost":                     {"GET", "/", func(r *http.Request) { in(r); r.Host = "localhost:47800" }, 403},
		"foreign page fetches":          {"GET", "/api/session", foreign("no-cors", "image"), 403},
		"foreign page frames":           {"GET", "/", foreign("navigate", "iframe"), 403},
		"foreign page links":            {"GET", "/van-ban-den", foreign("navigate", "document"), 418},
		"foreign page links to the API": {"GET", "/api/session", foreign("navigate", "document"), 403},
	} {
		if got := try(h, c.method, c.target, c.change).Code; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestTicketWorksOnce(t *testing.T) {
	g, h := guarded()
	address, err := url.Parse(g.inviteTo("/van-ban-den"))
	if err != nil {
		t.Fatal(err)
	}
	first := try(h, "GET", address.RequestURI(), typed)
	if first.Code != http.StatusSeeOther || first.Header().Get("Location") != "/van-ban-den" {
		t.Fatalf("first use: %d to %q", first.Code, first.Header().Get("Location"))
	}
	cookie := first.Header().Get("Set-Cookie")
	for _, want := range []string{"kg_47800=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if again := try(h, "GET", address.RequestURI(), nil); again.Code != http.StatusUnauthorized || again.Header().Get("Set-Cookie") != "" {
		t.Errorf("second use: %d, cookie %q", again.Code, again.Header().Get("Set-Cookie"))
	}
	restored := try(h, "GET", address.RequestURI(), func(r *http.Request) { typed(r); r.AddCookie(&http.Cookie{Name: g.cookie, Value: g.token}) })
	if restored.Code != http.StatusSeeOther {
		t.Errorf("a page restored with its cookie: %d", restored.Code)
	}
}

// TestTicketFromTheWindow: the waiting page of the window is another site, and
// a Strict cookie does not go along a redirect that another site began.
func TestTicketFromTheWindow(t *testing.T) {
	g, h := guarded()
	for _, site := range []string{"cross-site", ""} {
		r := try(h, "GET", `/tim?q=%22a%22&ticket=`+ticketOf(g), func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", site)
			r.Header.Set("Sec-Fetch-Mode", "navigate")
			r.Header.Set("Sec-Fetch-Dest", "document")
		})
		want := `<meta http-equiv="refresh" content="0;url=/tim?q=%22a%22">`
		if r.Code != http.StatusOK || !strings.Contains(r.Body.String(), want) || r.Header().Get("Set-Cookie") == "" {
			t.Errorf("from %q: %d %s", site, r.Code, r.Body)
		}
	}
}

func TestTicketNeverLeavesThisHost(t *testing.T) {
	g, h := guarded()
	for _, path := range []string{"//evil.example/", `/\evil.example/`, "/%2f%2fevil.example"} {
		r := try(h, "GET", path+"?ticket="+ticketOf(g), typed)
		to := r.Header().Get("Location")
		if r.Code != http.StatusSeeOther || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || !strings.HasPrefix(to, "/") {
			t.Errorf("%s: %d to %q", path, r.Code, to)
		}
	}
}

func ticketOf(g *gate) string {
	_, ticket, _ := strings.Cut(g.invite(), "ticket=")
	return ticket
}

func TestOldTicketsExpire(t *testing.T) {
	g, h := guarded()
	old := ticketOf(g)
	for range maxTickets {
		g.invite()
	}
	if r := try(h, "GET", "/?ticket="+old, nil); r.Code != http.StatusUnauthorized {
		t.Errorf("a ticket beyond the memory: %d", r.Code)
	}
}

func TestTicketForABrowserExpires(t *testing.T) {
	g, h := guarded()
	now := time.Now()
	g.now = func() time.Time { return now }
	use := func(address string) int {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return try(h, "GET", u.RequestURI(), typed).Code
	}
	soon, late, printed := g.inviteSoon("/"), g.inviteSoon("/"), g.inviteTo("/")
	now = now.Add(openWithin - time.Second)
	if code := use(soon); code != http.StatusSeeOther {
		t.Errorf("in time: %d", code)
	}
	now = now.Add(time.Second)
	if code := use(late); code != http.StatusUnauthorized {
		t.Errorf("too late: %d", code)
	}
	if code := use(printed); code != http.StatusSeeOther {
		t.Errorf("printed for a person: %d", code)
	}
}

// TestTicketIsForOneUser: who reads it off a command line has nothing, and does
// not spoil it for its owner.
func TestTicketIsForOneUser(t *testing.T) {
	g, h := guarded("demo-ticket")
	another := true
	g.foreign = func(*http.Request) bool { return another }
	mine := "/?ticket=" + ticketOf(g)
	if r := try(h, "GET", mine, typed); r.Code != http.StatusUnauthorized || r.Header().Get("Set-Cookie") != "" {
		t.Errorf("another user: %d, cookie %q", r.Code, r.Header().Get("Set-Cookie"))
	}
	if r := try(h, "GET", "/?ticket=demo-ticket", typed); r.Code != http.StatusSeeOther {
		t.Errorf("a demonstration's ticket: %d", r.Code)
	}
	another = false
	if r := try(h, "GET", mine, typed); r.Code != http.StatusSeeOther {
		t.Errorf("its owner afterwards: %d", r.Code)
	}
}

func TestStandingTicketIsForDemonstrations(t *testing.T) {
	_, h := guarded("demo-ticket", "")
	for range 2 {
		if r := try(h, "GET", "/?ticket=demo-ticket", typed); r.Code != http.StatusSeeOther {
			t.Errorf("standing ticket: %d", r.Code)
		}
	}
	if r := try(h, "GET", "/?ticket=", nil); r.Code != http.StatusUnauthorized {
		t.Errorf("empty ticket: %d", r.Code)
	}
}
