package remotetest

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Trouble is what happens to one call.
type Trouble struct {
	Act        bool   // the server does its part first
	Cut        bool   // the connection ends without an answer
	Half       bool   // and after half of it
	Status     int    // this status instead of the answer
	RetryAfter string // with this header
	Location   string // and this one
	Body       string // and this body
	Huge       bool   // or one without end
}

// A gate stands before a server: it counts calls and makes trouble.
type gate struct {
	http *httptest.Server

	mu      sync.Mutex // guards all below
	trouble map[string][]Trouble
	calls   map[string]int
	bodies  [][]byte
}

func (g *gate) start(tb testing.TB, name func(*http.Request) string, serve http.HandlerFunc) {
	g.trouble, g.calls = map[string][]Trouble{}, map[string]int{}
	g.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, wrong := g.enter(name(r))
		if !wrong {
			serve(w, r)
			return
		}
		got := httptest.NewRecorder()
		if t.Act {
			serve(got, r)
		}
		t.answer(w, got)
	}))
	g.http.Config.ErrorLog = log.New(io.Discard, "", 0) // of clients that do not trust it
	g.http.StartTLS()
	tb.Cleanup(g.http.Close)
}

// enter counts a call and takes the trouble that is next for it.
func (g *gate) enter(call string) (Trouble, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls[call]++
	next := g.trouble[call]
	if len(next) == 0 {
		return Trouble{}, false
	}
	g.trouble[call] = next[1:]
	return next[0], true
}

func (t Trouble) answer(w http.ResponseWriter, got *httptest.ResponseRecorder) {
	if t.Cut {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		if t.Half {
			body := got.Body.String()
			_, _ = rw.WriteString("HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body[:len(body)/2])
			_ = rw.Flush()
		}
		_ = conn.Close()
		return
	}
	for name, value := range map[string]string{"Retry-After": t.RetryAfter, "Location": t.Location} {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	w.WriteHeader(max(t.Status, http.StatusOK))
	_, _ = w.Write([]byte(t.Body))
	for t.Huge {
		if _, err := w.Write([]byte(strings.Repeat(" ", 64<<10))); err != nil {
			return
		}
	}
}

// Next makes trouble for the next calls of a method, one each.
func (g *gate) Next(call string, t ...Trouble) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.trouble[call] = append(g.trouble[call], t...)
}

// Calls counts the calls of a method.
func (g *gate) Calls(call string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls[call]
}

// Heard is every body that came in.
func (g *gate) Heard() [][]byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([][]byte(nil), g.bodies...)
}

func (g *gate) hear(body []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.bodies = append(g.bodies, body)
}

// Transport trusts the server.
func (g *gate) Transport() http.RoundTripper { return g.http.Client().Transport }

// Roots is the certificate, in PEM, that a client must trust.
func (g *gate) Roots() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: g.http.Certificate().Raw})
}

// Close takes the server down.
func (g *gate) Close() { g.http.Close() }
