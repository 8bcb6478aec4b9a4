package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"khonggiay/app/api"
	"khonggiay/sync/courier/couriertest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := couriertest.Leaked(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// laptop is a running program in a folder, and a browser that came in by its
// ticket.
type laptop struct {
	t    *testing.T
	app  *App
	http *http.Client
}

func startIn(t *testing.T, data string, change func(*Config)) *laptop {
	t.Helper()
	cfg := Config{Data: data, Listen: "127.0.0.1:0", Courier: "127.0.0.1:0", Version: "test"}
	if change != nil {
		change(&cfg)
	}
	a, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l := &laptop{t: t, app: a}
	l.http = l.browser()
	return l
}

// browser is a new browser that has used a ticket.
func (l *laptop) browser() *http.Client {
	l.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		l.t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Get(l.app.URL())
	if err != nil {
		l.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return c
}

func (l *laptop) stop() {
	l.t.Helper()
	if err := l.app.Close(); err != nil {
		l.t.Error(err)
	}
	if l.t.Failed() {
		log, _ := os.ReadFile(filepath.Join(l.app.cfg.Data, "khonggiay.log"))
		l.t.Logf("%s:\n%s", l.app.cfg.Data, log)
	}
}

// call sends JSON and reads JSON; it returns the status.
func (l *laptop) call(method, path string, in, out any) int {
	l.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			l.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, l.app.gate.origin+path, body)
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Origin", l.app.gate.origin)
	resp, err := l.http.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if out != nil {
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			l.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return resp.StatusCode
}

func TestBeforeEnrolment(t *testing.T) {
	l := startIn(t, t.TempDir(), nil)
	defer l.stop()
	var s api.Session
	if code := l.call("GET", "/api/session", nil, &s); code != 200 || !s.NeedsEnrolment || s.Host != "laptop" || s.Person != nil {
		t.Errorf("session: %d %+v", code, s)
	}
	for _, path := range []string{"/api/desk", "/api/documents", "/api/directory", "/api/sync", "/api/devices", "/api/search?q=a"} {
		var p api.Problem
		if code := l.call("GET", path, nil, &p); code != http.StatusUnauthorized || p.Reason != "session.not_enrolled" {
			t.Errorf("%s: %d %+v", path, code, p)
		}
	}
	var p api.Problem
	for body, want := range map[*api.EnrolRequest]string{
		{}:                                      "enrol.no_code",
		{Code: "KG1-AAAAA"}:                     "enrol.no_server",
		{Code: "KG1-AAAAA", Server: "a.test"}:   "enrol.code_typo",
		{Invitation: map[string]any{"a": true}}: "enrol.not_invitation",
	} {
		if code := l.call("POST", "/api/enrol", body, &p); code != http.StatusUnprocessableEntity || p.Reason != want {
			t.Errorf("enrol %+v: %d %s, want %s", body, code, p.Reason, want)
		}
	}
}

// TestDoor checks the whole program from outside: what a stranger on this
// machine gets, and what every answer carries.
func TestDoor(t *testing.T) {
	l := startIn(t, t.TempDir(), nil)
	defer l.stop()
	stranger := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, path := range []string{"/", "/api/session", "/assets/x.js", "/api/events", handoverPath} {
		resp, err := stranger.Get(l.app.gate.origin + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", path, resp.Status)
		}
		if csp := resp.Header.Get("Content-Security-Policy"); path != handoverPath && csp != api.ContentSecurityPolicy {
			t.Errorf("%s: policy %q", path, csp)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: may be sniffed", path)
		}
	}
	host, _, err := net.SplitHostPort(l.app.addr)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("listens at %s", l.app.addr)
	}
}

// shown records what a Shell was asked for.
type shown struct {
	mu    sync.Mutex
	paths []string
}

func (s *shown) Show(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paths = append(s.paths, path)
}
func (s *shown) Notify(Notice)      {}
func (s *shown) Title(string)       {}
func (s *shown) Native() api.Native { return nil }

func TestSecondStart(t *testing.T) {
	data := t.TempDir()
	l := startIn(t, data, nil)
	defer l.stop()
	shell := &shown{}
	l.app.Use(shell)
	if _, err := Start(Config{Data: data, Listen: "127.0.0.1:0"}); !errors.Is(err, errRunning) {
		t.Fatalf("a second program opened the same data: %v", err)
	}
	var out bytes.Buffer
	if err := run(Config{Data: data, Listen: "127.0.0.1:0", Open: "khonggiay://van-ban-den/d1", Out: &out}, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "đang chạy") {
		t.Errorf("the second start said %q", out.String())
	}
	shell.mu.Lock()
	defer shell.mu.Unlock()
	if len(shell.paths) != 1 || shell.paths[0] != "/van-ban-den/d1" {
		t.Errorf("shown: %q", shell.paths)
	}
}

func TestHandoverNeedsItsSecret(t *testing.T) {
	data := t.TempDir()
	l := startIn(t, data, nil)
	defer l.stop()
	note := filepath.Join(data, "instance.json")
	b, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(note, bytes.Replace(b, []byte(l.app.inst.note.Secret), []byte("guessed"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := handOver(context.Background(), data, handover{}); err == nil {
		t.Error("a guessed secret was taken")
	}
}

func TestPortTaken(t *testing.T) {
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	data := t.TempDir()
	_, err = Start(Config{Data: data, Listen: other.Addr().String()})
	if !errors.Is(err, ErrPortTaken) || !strings.Contains(explain(err), "--listen") {
		t.Errorf("%v", err)
	}
	startIn(t, data, nil).stop() // the folder was let go
}

// TestDamagedDatabase: a laptop that is nobody's yet has nothing to save and
// begins anew; what happens to somebody's is tried on real programs in build/fire.
// TestDamagedDatabase: a file that is no database, on a laptop that is nobody's
// yet, is set aside; build/fire damages those of people.
func TestDamagedDatabase(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "replica.db"), bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	l := startIn(t, data, nil)
	defer l.stop()
	var s api.Session
	if code := l.call("GET", "/api/session", nil, &s); code != 200 || s.Problem != "" || !s.NeedsEnrolment {
		t.Errorf("session: %d %+v", code, s)
	}
	aside, err := filepath.Glob(filepath.Join(data, "damaged", "*", "replica.db"))
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %q, %v", aside, err)
	}
}

func TestPrivateFiles(t *testing.T) {
	data := filepath.Join(t.TempDir(), "new", "folder")
	l := startIn(t, data, nil)
	defer l.stop()
	for _, name := range []string{"replica.db", "instance.json", "khonggiay.log", "lock"} {
		info, err := os.Stat(filepath.Join(data, name))
		if err != nil {
			t.Error(err)
		} else if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v", name, info.Mode())
		}
	}
}

func TestParseArgs(t *testing.T) {
	for _, args := range [][]string{
		{"--listen", "0.0.0.0:80"}, {"--listen", "192.168.1.2:47800"}, {"--listen", "[::1]:47800"}, {"--listen", "127.0.0.1"},
		{"--listen", "127.0.0.1:99999"}, {"--demo", `{"me":3}`}, {"--demo", "/no/such/file"}, {"--unknown"},
	} {
		if _, err := ParseArgs(args, io.Discard); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
	c, err := ParseArgs([]string{"--data", "x", "--browser", "--demo", `{"me":0,"roles":[{"label":"Chủ tịch","url":"http://127.0.0.1:1","ticket":"t"}]}`, "khonggiay://du-thao"}, io.Discard)
	if err != nil || !c.Browser || c.Demo.Roles[0].Label != "Chủ tịch" || !filepath.IsAbs(c.Data) || pathOf(c.Open) != "/du-thao" {
		t.Errorf("%+v, %v", c, err)
	}
	for link, want := range map[string]string{
		"khonggiay://van-ban-den/019a": "/van-ban-den/019a", "https://evil.example/x": "/", "khonggiay://api/session": "/",
		"": "/", "khonggiay://a/../../api": "/", "khonggiay://": "/",
	} {
		if got := pathOf(link); got != want {
			t.Errorf("%s: %s, want %s", link, got, want)
		}
	}
}
