package desktop

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"testing"
	"time"

	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
)

// TestEnrolmentAnswerLost has the server accept a code and its answer go
// nowhere: the person types the same code again, and the laptop becomes the
// device that the server already knows.
func TestEnrolmentAnswerLost(t *testing.T) {
	s, data := startServer(t), t.TempDir()
	var i enrol.Invitation
	s.do("code.make", server.PersonRequest{Person: clerkC}, &i)
	code, err := enrol.ParseCode(i.Code)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := keysFor(data, code, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	lost, err := new(enrol.Client).Enrol(context.Background(), s.Addr(), code, keys, enrol.Device{Name: "máy của Hoa"})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(firstKeysPath(data)); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("keys before the answer: %v %v", info, err)
	}
	l := startIn(t, data, nil)
	defer l.stop()
	var done api.Enrolled
	if status := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: i.Code}, &done); status != http.StatusOK || done.Person != clerkC {
		t.Fatalf("the same code again: %d %+v", status, done)
	}
	id, err := loadIdentity(data)
	if err != nil || id.Device != lost.Device || id.Writer != lost.Writer {
		t.Errorf("%+v, %v; the server enrolled %s", id, err, lost.Device)
	}
	if _, err := os.Stat(firstKeysPath(data)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the first keys are still there: %v", err)
	}
}

func TestFirstKeysBelongToTheirCode(t *testing.T) {
	data := t.TempDir()
	one, two := enrol.NewCode([]byte("tỉnh")), enrol.NewCode([]byte("tỉnh"))
	made := func(c enrol.Code) *enrol.Keys {
		t.Helper()
		k, err := keysFor(data, c, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first := made(one)
	if !made(one).Command.Equal(first.Command) {
		t.Error("the same code got other keys")
	}
	if made(two).Command.Equal(first.Command) {
		t.Error("two codes share keys")
	}
	if err := os.WriteFile(firstKeysPath(data), []byte(`{"code":`), 0o600); err != nil {
		t.Fatal(err)
	}
	made(two) // a torn file is no obstacle
}

// A laptop that a restored server does not know is enrolled again with the keys
// that it has: by them it proves what it signed before.
func TestAnIdentitySetAsideKeepsItsKeys(t *testing.T) {
	s, data := startServer(t), t.TempDir()
	enrolled := func() *enrol.Identity {
		t.Helper()
		var i enrol.Invitation
		s.do("code.make", server.PersonRequest{Person: clerkC}, &i)
		l := startIn(t, data, func(c *Config) { c.EnrolAgain = true })
		defer l.stop()
		if status := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: i.Code}, nil); status != http.StatusOK {
			t.Fatalf("enrol: %d", status)
		}
		id, err := loadIdentity(data)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first, again := enrolled(), enrolled()
	if !again.Keys.Command.Equal(first.Keys.Command) || again.Device == first.Device || again.Writer == first.Writer {
		t.Errorf("%s, writer %d; then %s, writer %d", first.Device, first.Writer, again.Device, again.Writer)
	}
	if _, err := os.Stat(formerPath(data)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the former identity is still there: %v", err)
	}
}
