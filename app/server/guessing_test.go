package server

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app/api"
)

const wrongPassword = "khong phai mat khau nay"

// seat is a browser at an address of this machine, with the cookies it was
// given.
type seat struct {
	*fixture
	client  *http.Client
	cookies map[string]*http.Cookie
}

func (f *fixture) seat(address string) *seat {
	f.Helper()
	c := f.browser()
	c.Transport.(*http.Transport).DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}).DialContext
	return &seat{f, c, map[string]*http.Cookie{}}
}

// try signs in and returns the reason of a refusal.
func (s *seat) try(name, pass string) string {
	s.Helper()
	body, err := json.Marshal(api.LoginRequest{Account: name, Password: pass})
	if err != nil {
		s.Fatal(err)
	}
	var held []string
	for _, c := range s.cookies {
		held = append(held, c.Name+"="+c.Value)
	}
	resp, b := s.send(s.client, http.MethodPost, "https://"+s.Addr()+"/api/login", strings.NewReader(string(body)),
		"Content-Type", "application/json", "Origin", "https://"+s.Addr(), "Cookie", strings.Join(held, "; "))
	for _, c := range resp.Cookies() {
		s.cookies[c.Name] = c
		secrets.add(c.Value)
	}
	return refusal(b)
}

func (s *seat) fail(name string, times int) (last string) {
	s.Helper()
	for range times {
		last = s.try(name, wrongPassword)
	}
	return last
}

// Who guesses somebody's password locks himself out: neither the person's own
// browser nor another address.
func TestStrangerLocksNobodyElseOut(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	f.account("chu", leader)
	own := f.seat("127.0.0.1")
	if got := own.try("lan", password); got != "" {
		t.Fatal(got)
	}
	c := own.cookies[knownCookie("lan")]
	if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge <= 0 {
		t.Fatalf("cookie: %+v", c)
	}
	guesser := f.seat("127.0.0.1")
	if got := guesser.fail("lan", freeTries); got != "login.locked" {
		t.Errorf("the guesser: %q", got)
	}
	if got := own.try("lan", password); got != "" {
		t.Errorf("the person in his own browser, at the same address: %q", got)
	}
	if got := f.seat("127.0.0.2").try("lan", password); got != "" {
		t.Errorf("the person at another address: %q", got)
	}
	if got := guesser.try("lan", password); got != "login.locked" {
		t.Errorf("the guesser, with the right password: %q", got)
	}

	// A known browser has no more tries than any other, and is known for its
	// own name alone.
	if got := own.fail("lan", freeTries); got != "login.locked" {
		t.Errorf("a known browser: %q", got)
	}
	forged := f.seat("127.0.0.1")
	stolen := *c
	stolen.Name = knownCookie("chu")
	forged.cookies[stolen.Name] = &stolen
	guesser.fail("chu", freeTries)
	if got := forged.try("chu", password); got != "login.locked" {
		t.Errorf("with the proof of another name: %q", got)
	}
	// The operator's new password ends all locks.
	f.do("account.password", AccountRequest{Account: "lan", Password: "Ba mươi sáu phố phường"}, nil)
	secrets.add("Ba mươi sáu phố phường")
	for what, s := range map[string]*seat{"known": own, "guesser": guesser} {
		if got := s.try("lan", "Ba mươi sáu phố phường"); got != "" {
			t.Errorf("%s after the operator's help: %q", what, got)
		}
	}
}

// Very many addresses get no more tries than a hundred together; a known
// browser is let in all the same.
func TestStrangersTogether(t *testing.T) {
	f := open(t).run()
	f.account("lan", clerk)
	own := f.seat("127.0.0.1")
	own.try("lan", password)
	for i := range freeStrangers / freeTries {
		f.seat(fmt.Sprint("127.0.1.", i+1)).fail("lan", freeTries)
	}
	if got := f.seat("127.0.0.3").try("lan", password); got != "login.locked" {
		t.Errorf("an address that never tried: %q", got)
	}
	if got := own.try("lan", password); got != "" {
		t.Errorf("a known browser: %q", got)
	}
}
