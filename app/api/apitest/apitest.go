// Package apitest is what the tests of the API's two hosts, the laptop and the
// provincial server, share: how their doors are tried from outside. It knows the
// API and neither host, and only tests import it.
//
// Proved by its use: TestAccess, TestAnswersAreGuarded and their like in
// app/desktop and app/server.
package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"khonggiay/app/api"
)

// Operations lists every operation of the published description, as
// "GET /api/desk".
func Operations(t *testing.T) (out []string) {
	t.Helper()
	var d struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(api.OpenAPI(), &d); err != nil {
		t.Fatal(err)
	}
	for path, methods := range d.Paths {
		for method := range methods {
			out = append(out, strings.ToUpper(method)+" "+path)
		}
	}
	if len(out) < 25 {
		t.Fatalf("only %d operations are described", len(out))
	}
	slices.Sort(out)
	return out
}

// Access gathers what each route answers to whom, and compares it with
// testdata/access.golden.
type Access struct{ text bytes.Buffer }

// Add enters a route with those who got each answer.
func (a *Access) Add(route string, answers map[string][]string) {
	fmt.Fprintf(&a.text, "%s\n", route)
	for _, answer := range slices.Sorted(maps.Keys(answers)) {
		fmt.Fprintf(&a.text, "    %-32s %s\n", answer, strings.Join(answers[answer], ", "))
	}
}

// Compare fails for any difference. With update the file is written first:
// whoever does so reads what has changed.
func (a *Access) Compare(t *testing.T, update bool) {
	t.Helper()
	golden := filepath.Join("testdata", "access.golden")
	if update {
		if err := os.WriteFile(golden, a.text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.text.Bytes(), want) {
		t.Errorf("differs from %s; run with -update and read the difference. Got:\n%s", golden, a.text.Bytes())
	}
}

// CheckGuarded looks for the headers without which a browser would let another
// site use the answer to a request for the path.
func CheckGuarded(t *testing.T, path string, h http.Header) {
	t.Helper()
	want := map[string]string{
		"Content-Security-Policy": api.ContentSecurityPolicy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Access-Control-Allow-Origin": "", // other sites may not read it
	}
	if strings.HasPrefix(path, "/api/") {
		want["Cache-Control"] = "no-store"
	}
	for name, value := range want {
		if got := h.Get(name); got != value {
			t.Errorf("%s: %s is %q", path, name, got)
		}
	}
}

// Pipe is a listener with a single connection, and the client's end of it: a
// pipe, so that deadlines run on the clock of a test's bubble.
func Pipe() (net.Listener, net.Conn) {
	client, server := net.Pipe()
	l := &pipe{make(chan net.Conn, 1), make(chan struct{})}
	l.conns <- server
	return l, client
}

type pipe struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipe) Close() error { close(l.done); return nil }

func (l *pipe) Addr() net.Addr { return &net.TCPAddr{} }

// Log gathers what several goroutines log.
type Log struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String is what was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
