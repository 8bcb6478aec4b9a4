package desktop

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"html"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// gate lets the one person at this machine in, and nobody else: no other
// program's page in the same browser, no name that resolves to this machine
// (DNS rebinding), no other user of it.
//
// The way in is a ticket, good for one use, which the program hands to the
// window or browser that it opens. It becomes a cookie with the launch's random
// token. The cookie is named after the port, because cookies do not tell ports
// apart and other programs on this machine may set their own.
//
// A browser gets its ticket on a command line, which on Linux every user of the
// machine can read. So such a ticket is good for a minute, and only on a
// connection that is not another user's.
type gate struct {
	host   string // "127.0.0.1:47800", the only Host that is answered
	origin string // "http://" + host
	cookie string // name
	token  string // value, new at each launch

	// foreign tells whether a request surely comes from another user.
	foreign func(*http.Request) bool
	now     func() time.Time

	// mu guards tickets, which are made and used by different requests.
	mu      sync.Mutex
	tickets []ticket
	// standing tickets work any number of times; a demonstration has one, so
	// that its laptops can link to each other.
	standing []string
}

// ticket lets its bearer in, once.
type ticket struct {
	text  string
	until time.Time // zero: until it is used
}

// maxTickets is how many unused tickets are remembered; older ones expire.
const maxTickets = 16

// openWithin is how long a browser that was asked to open may take.
const openWithin = time.Minute

func newGate(host string, standing ...string) *gate {
	_, port, _ := strings.Cut(host, ":")
	return &gate{host: host, origin: "http://" + host, cookie: "kg_" + port, token: randomText(), standing: standing,
		foreign: foreign, now: time.Now}
}

// foreign asks the system whose the request's connection is.
func foreign(r *http.Request) bool {
	client, err := netip.ParseAddrPort(r.RemoteAddr)
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if err != nil || local == nil {
		return false
	}
	server, err := netip.ParseAddrPort(local.String())
	return err == nil && anotherUsers(client, server)
}

// randomText is 256 random bits as text that needs no escaping.
func randomText() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// invite makes an address that lets its opener in, once.
func (g *gate) invite() string { return g.inviteTo("/") }

// inviteTo is invite for a screen of the interface.
func (g *gate) inviteTo(path string) string { return g.keep(path, time.Time{}) }

// inviteSoon is inviteTo for a browser that opens now.
func (g *gate) inviteSoon(path string) string { return g.keep(path, g.now().Add(openWithin)) }

func (g *gate) keep(path string, until time.Time) string {
	t := ticket{randomText(), until}
	g.mu.Lock()
	g.tickets = append(g.tickets, t)
	if len(g.tickets) > maxTickets {
		g.tickets = slices.Delete(g.tickets, 0, 1)
	}
	g.mu.Unlock()
	return g.origin + path + "?ticket=" + t.text
}

// redeem uses a ticket up. Another user's try uses nothing up: the browser for
// which the ticket was made may still be on its way.
func (g *gate) redeem(r *http.Request) bool {
	text := r.URL.Query().Get("ticket")
	if slices.ContainsFunc(g.standing, func(t string) bool { return t != "" && same(t, text) }) {
		return true
	}
	if g.foreign(r) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, t := range g.tickets {
		if same(t.text, text) {
			g.tickets = slices.Delete(g.tickets, i, i+1)
			return t.until.IsZero() || g.now().Before(t.until)
		}
	}
	return false
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// wrap puts the gate in front of the handler.
func (g *gate) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host != g.host:
			api.WriteProblem(w, app.Refuse(app.Forbidden, "session.bad_host"))
		case !g.sameOrigin(r):
			api.WriteProblem(w, app.Refuse(app.Forbidden, "session.bad_origin"))
		case r.Method == http.MethodGet && r.URL.Query().Has("ticket"):
			g.admit(w, r)
		case g.knows(r):
			next.ServeHTTP(w, r)
		default:
			g.turnAway(w, r)
		}
	})
}

// sameOrigin checks where a request was made. A page always sends Origin with
// anything that could change something and with a WebSocket; a plain GET has
// none, but a browser then says in Sec-Fetch-Site whether it came from another
// site. Following a link from elsewhere is all that another site may do.
func (g *gate) sameOrigin(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		return origin == g.origin
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Upgrade") != "" {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" &&
		!strings.HasPrefix(r.URL.Path, "/api/")
}

func (g *gate) knows(r *http.Request) bool {
	for _, c := range r.CookiesNamed(g.cookie) {
		if same(c.Value, g.token) {
			return true
		}
	}
	return false
}

// admit turns a ticket into the cookie and takes it out of the address, where
// histories would keep it. Who is in already may come with a used ticket: that
// is a page restored by the browser.
func (g *gate) admit(w http.ResponseWriter, r *http.Request) {
	if !g.redeem(r) && !g.knows(r) {
		g.turnAway(w, r)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Cache-Control", "no-store")
	to := withoutTicket(r.URL)
	switch r.Header.Get("Sec-Fetch-Site") {
	case "none", "same-origin", "same-site":
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	// A browser does not send a Strict cookie along a redirect that another
	// site began, and the window's waiting page is another site: so a page of
	// our own goes on from here.
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Không Giấy</title>`+
		`<meta http-equiv="refresh" content="0;url=`+html.EscapeString(to)+`">`) // the client is gone if this fails
}

// withoutTicket is the address's own path and the rest of its query; never
// another host, whatever the path looks like.
func withoutTicket(u *url.URL) string {
	q := u.Query()
	q.Del("ticket")
	to := url.URL{Path: "/" + strings.TrimLeft(u.Path, "/\\"), RawQuery: q.Encode()}
	return to.String()
}

func (g *gate) turnAway(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		api.WriteProblem(w, app.Refuse(app.Unauthorized, "session.no_ticket"))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = w.Write([]byte(strangerPage)) // the client is gone if this fails
}

// strangerPage tells somebody without a ticket how to get one. It is the only
// page that the interface does not draw, for it may load nothing.
const strangerPage = `<!doctype html><html lang="vi"><meta charset="utf-8"><title>Không Giấy</title>
<body style="font:16px/1.6 sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem">
<h1 style="font-size:1.3rem">Hãy mở lại từ chương trình Không Giấy</h1>
<p>Vì an toàn, trang này chỉ mở được từ chính chương trình trên máy này. Đóng thẻ này, rồi mở Không Giấy lại từ biểu tượng của nó.</p>
<p lang="en" style="color:#666">For safety this page opens only from the Không Giấy program on this machine. Close this tab and open the program again.</p>
</body></html>`
