package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

const password = "Mùa xuân ở bản Lác"

// account gives the person an account with the password.
func (f *fixture) account(name string, person app.ID) {
	f.Helper()
	secrets.add(password)
	f.do("account.add", AccountRequest{Account: name, Person: person, Password: password}, nil)
}

// signIn returns the answer and the session's cookie.
func (f *fixture) signIn(name, pass string) (*http.Response, []byte, *http.Cookie) {
	f.Helper()
	body, err := json.Marshal(api.LoginRequest{Account: name, Password: pass})
	if err != nil {
		f.Fatal(err)
	}
	resp, b := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+"/api/login", strings.NewReader(string(body)),
		"Content-Type", "application/json", "Origin", "https://"+f.Addr())
	for _, c := range resp.Cookies() {
		if c.Name == sessionCookie {
			secrets.add(c.Value)
			return resp, b, c
		}
	}
	return resp, b, nil
}

// who asks for the session with a cookie.
func (f *fixture) who(c *http.Cookie) api.Session {
	f.Helper()
	resp, b := f.send(f.browser(), http.MethodGet, "https://"+f.Addr()+"/api/session", nil, "Cookie", c.Name+"="+c.Value)
	var s api.Session
	if err := json.Unmarshal(b, &s); err != nil || resp.StatusCode != http.StatusOK {
		f.Fatalf("session: %s %s", resp.Status, b)
	}
	return s
}

func TestSignIn(t *testing.T) {
	f := open(t).run()
	f.account("Lan", clerk)
	resp, b, c := f.signIn(" LAN ", password)
	if c == nil {
		t.Fatalf("%s %s", resp.Status, b)
	}
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie: %+v", c)
	}
	if s := f.who(c); s.NeedsLogin || s.Person == nil || s.Person.ID != clerk || s.Host != "server" {
		t.Errorf("session: %+v", s)
	}
	// The other Unicode form of the same password is the same password.
	decomposed := strings.NewReplacer("ù", "u\u0300", "â", "a\u0302", "ở", "o\u031b\u0309", "ả", "a\u0309", "á", "a\u0301").Replace(password)
	if _, b, c := f.signIn("lan", decomposed); c == nil {
		t.Errorf("decomposed password: %s", b)
	}
	f.view(func(v *sqlite.View) error {
		a, err := v.Account("lan")
		if strings.Contains(a.Password, password) || !strings.HasPrefix(a.Password, "$argon2id$") {
			t.Error("the password is not hashed")
		}
		if _, err := v.Session(app.Hash{}); err == nil {
			t.Error("a session without a token")
		}
		return err
	})
}

func TestSessionEnds(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	in := func() *http.Cookie {
		t.Helper()
		_, b, c := f.signIn("lan", password)
		if c == nil {
			t.Fatalf("sign in: %s", b)
		}
		return c
	}
	out := func(what string, c *http.Cookie) {
		t.Helper()
		if s := f.who(c); !s.NeedsLogin || s.Person != nil {
			t.Errorf("%s: still %+v", what, s.Person)
		}
	}
	ask := func(c *http.Cookie, path, body string) *http.Response {
		resp, _ := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+path, strings.NewReader(body),
			"Content-Type", "application/json", "Cookie", c.Name+"="+c.Value, "Origin", "https://"+f.Addr())
		return resp
	}

	c := in()
	if resp := ask(c, "/api/logout", "{}"); resp.StatusCode >= 300 {
		t.Errorf("logout: %s", resp.Status)
	}
	out("after logout", c)

	c = in()
	f.ahead(f.config.SessionIdle - time.Minute)
	if f.who(c).NeedsLogin {
		t.Error("ended before its time")
	}
	f.ahead(f.config.SessionIdle - time.Minute) // used meanwhile
	if f.who(c).NeedsLogin {
		t.Error("use did not keep it open")
	}
	f.ahead(f.config.SessionIdle + time.Second)
	out("idle", c)

	c = in()
	for range int(f.config.SessionLife/time.Hour) - 1 {
		f.ahead(time.Hour)
		if f.who(c).NeedsLogin {
			t.Fatal("ended while in use")
		}
	}
	f.ahead(time.Hour)
	out("too old", c)

	c, other := in(), in()
	body := fmt.Sprintf(`{"old":%q,"new":%q}`, password, "Ba mươi sáu phố phường")
	if resp := ask(c, "/api/password", body); resp.StatusCode >= 300 {
		t.Errorf("change password: %s", resp.Status)
	}
	out("password changed here", c)
	out("password changed elsewhere", other)
	if _, _, c := f.signIn("lan", password); c != nil {
		t.Error("the old password still works")
	}

	_, _, c = f.signIn("lan", "Ba mươi sáu phố phường")
	if c == nil {
		t.Fatal("the new password does not work")
	}
	f.do("account.close", AccountRequest{Account: "lan"}, nil)
	out("account closed", c)
}

// Names that exist and names that do not are answered alike, locked alike and
// opened again alike.
func TestLockout(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	reasons := func(name string) (out []string) {
		for range freeTries + 1 {
			resp, b, _ := f.signIn(name, "khong phai mat khau nay")
			out = append(out, fmt.Sprint(resp.StatusCode, " ", refusal(b)))
		}
		return out
	}
	known, unknown := reasons("lan"), reasons("nobody")
	if fmt.Sprint(known) != fmt.Sprint(unknown) || known[0] != "401 login.wrong" || known[freeTries-1] != "401 login.locked" {
		t.Errorf("known:   %v\nunknown: %v", known, unknown)
	}
	if _, b, c := f.signIn("lan", password); c != nil || refusal(b) != "login.locked" {
		t.Errorf("the right password while locked: %s", b)
	}
	f.ahead(firstLock + time.Second)
	if _, b, c := f.signIn("lan", password); c == nil {
		t.Errorf("after the lock: %s", b)
	}
	if f.audited("login.failed") == 0 || f.audited("login.locked") == 0 || f.audited("login") == 0 {
		t.Error("tries are not in the audit log")
	}
}

// Whoever finds a session open cannot guess the password where it is changed.
func TestLockoutWherePasswordsChange(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	_, _, c := f.signIn("lan", password)
	change := func(old string) string {
		_, b := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+"/api/password",
			strings.NewReader(fmt.Sprintf(`{"old":%q,"new":"Ba mươi sáu phố phường"}`, old)),
			"Content-Type", "application/json", "Cookie", c.Name+"="+c.Value, "Origin", "https://"+f.Addr())
		return refusal(b)
	}
	for range freeTries {
		change("khong phai mat khau nay")
	}
	if got := change(password); got != "login.locked" {
		t.Errorf("the right password while locked: %q", got)
	}
	f.ahead(firstLock + time.Second)
	if got := change(password); got != "" {
		t.Errorf("after the lock: %q", got)
	}
}

func TestLockGrows(t *testing.T) {
	for count, want := range map[int]time.Duration{
		0: firstLock, 1: 2 * firstLock, 3: 8 * firstLock, 40: longestLock, 1 << 20: longestLock,
	} {
		if got := lockFor(count); got != want {
			t.Errorf("lockFor(%d) = %v, want %v", count, got, want)
		}
	}
}

func TestSignInIsRateLimited(t *testing.T) {
	f := open(t).run()
	for i := range 1000 {
		if _, b, _ := f.signIn(fmt.Sprint("somebody", i), "anything at all"); refusal(b) == "login.too_often" {
			return
		}
	}
	t.Error("a thousand names were tried from one address")
}

func TestOrigin(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	_, _, c := f.signIn("lan", password)
	for _, header := range [][]string{
		{"Origin", "https://elsewhere.example"}, {"Origin", "null"}, {"Origin", "http://" + f.Addr()}, {"Sec-Fetch-Site", "cross-site"},
	} {
		header = append(header, "Content-Type", "application/json", "Cookie", c.Name+"="+c.Value)
		resp, b := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+"/api/logout", strings.NewReader("{}"), header...)
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %s %s", header[:2], resp.Status, b)
		}
	}
	if f.who(c).NeedsLogin {
		t.Error("another site ended the session")
	}
}

func TestPasswordPolicy(t *testing.T) {
	for text, want := range map[string]string{
		"ngắn":                   "password.short",
		"matkhau123":             "password.common",
		"Password1234":           "password.common",
		"aaaaaaaaaaaa":           "password.common",
		"nguyenlan-2026":         "password.has_name",
		strings.Repeat("ă", 200): "password.long",
		"Mùa xuân ở bản Lác":     "",
		"con trâu là đầu cơ ngh": "",
		"correct horse batt sta": "",
		"Tp-9x vk2 qqz lw":       "",
		"một hai ba bốn năm sáu": "",
	} {
		got := ""
		if err := checkPassword("nguyenlan", text); err != nil {
			got = app.AsError(err).Reason
		}
		if got != want {
			t.Errorf("checkPassword(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestPasswordHash(t *testing.T) {
	h := newHasher(argonCost{time: 1, memory: 64, threads: 1})
	phc, err := h.hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{password: true, password + " ": false, "": false} {
		if ok, err := h.verify(t.Context(), text, phc); ok != want || err != nil {
			t.Errorf("verify(%q) = %v, %v", text, ok, err)
		}
	}
	if ok, err := h.verify(t.Context(), password, ""); ok || err != nil {
		t.Errorf("no account: %v %v", ok, err)
	}
	if ok, err := h.verify(t.Context(), password, "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA"); ok || err == nil {
		t.Errorf("damaged hash: %v %v", ok, err)
	}
	if h.stale(phc) || !newHasher(argonCost{time: 2, memory: 64, threads: 1}).stale(phc) {
		t.Error("a hash made at another cost should be made anew")
	}
}
