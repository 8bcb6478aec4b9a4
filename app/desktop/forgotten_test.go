package desktop

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// backup makes a backup; back ends the server and has it come back from there,
// at the same address.
func (s *theServer) backup() (back func() *theServer) {
	s.t.Helper()
	secret, public, err := server.NewBackupKey()
	if err != nil {
		s.t.Fatal(err)
	}
	path := filepath.Join(s.t.TempDir(), "backup.age")
	s.do("backup", server.BackupRequest{Path: path, SealFor: server.SealFor{Keys: []string{public}}}, new(server.BackupInfo))
	return func() *theServer {
		s.t.Helper()
		c := s.config
		c.Data, c.Listen = filepath.Join(s.t.TempDir(), "restored"), s.Addr()
		s.stop()
		if _, err := server.Restore(s.t.Context(), c, path, server.OpenWith{Keys: secret}); err != nil {
			s.t.Fatal(err)
		}
		return runServer(s.t, c)
	}
}

func (s *theServer) codeFor(person app.ID) string {
	s.t.Helper()
	var i enrol.Invitation
	s.do("code.make", server.PersonRequest{Person: person}, &i)
	return i.Code
}

// enrolWith gives a code to the laptop and returns the reason of its refusal.
func (l *laptop) enrolWith(code string) (reason string) {
	l.t.Helper()
	var p api.Problem
	l.call("POST", "/api/enrol", api.EnrolRequest{Code: code}, &p)
	return p.Reason
}

func (l *laptop) status(path string) int {
	l.t.Helper()
	return l.call("GET", path, nil, new(json.RawMessage))
}

// TestForgottenLaptop: the server comes back from a backup that is older than a
// laptop's enrolment. The laptop knows it for certain, its person reads and
// works on, enters a code of his own at the same screen, and all that he did
// comes back under the same keys, with the program running all the while.
func TestForgottenLaptop(t *testing.T) {
	s := startServer(t)
	back := s.backup()
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	sum := l.upload("Công văn.pdf", []byte("%PDF-1.7 giấy"))
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Sau bản sao lưu","paper":true},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	l.give("document.register.1", "d1", `{"book":"xa.den"}`)
	l.until("the number", func() bool {
		st, d := l.sync(), l.doc("d1")
		return st.WaitingCount == 0 && len(st.Uploads) == 0 && d.BookNumber == 1 && !d.Pending
	})
	before := l.app.currentLink().identity()

	s = back()
	l.app.currentLink().now()
	l.until("the word that it is not known", func() bool { return l.session().Forgotten != nil })
	if st := l.sync(); st.State != api.LineForgotten {
		t.Errorf("state %s", st.State)
	}
	l.give("document.remark.1", "d1", `{"text":"vẫn làm việc được"}`)
	if got := l.session(); l.status("/api/desk") != http.StatusOK || got.Problem != "" || got.NeedsEnrolment || got.Forgotten.Waiting != 1 {
		t.Errorf("the person cannot work: %+v", got)
	}
	if knocks := s.knocks(); len(knocks) != 1 || knocks[0].Device != before.Device || knocks[0].Address != "127.0.0.1" || knocks[0].First == 0 {
		t.Errorf("the operator sees %+v", knocks)
	}

	for reason, code := range map[string]string{
		"enrol.other_person":   s.codeFor(clerkS),
		"enrol.other_province": startServer(t).codeFor(clerkC),
		"enrol.code_typo":      "KG1-00000",
	} {
		if got := l.enrolWith(code); got != reason {
			t.Errorf("want %s, got %q", reason, got)
		}
	}
	if same, err := loadIdentity(l.app.cfg.Data); err != nil || same.Device != before.Device {
		t.Fatalf("a refused code has changed the identity: %v", err)
	}

	if got := l.enrolWith(s.codeFor(clerkC)); got != "" {
		t.Fatalf("the person's own code: %s", got)
	}
	l.until("all to have come back", func() bool {
		st := l.sync()
		return st.State == api.LineOnline && st.WaitingCount == 0 && len(st.Uploads) == 0 && st.FirstLoadComplete
	})
	if got := l.session(); got.Forgotten != nil || l.sync().RefusedCount != 0 {
		t.Errorf("afterwards: %+v, %d refused", got.Forgotten, l.sync().RefusedCount)
	}
	after, err := loadIdentity(l.app.cfg.Data)
	if err != nil || after.Device == before.Device || after.Writer == before.Writer || !after.Keys.Command.Equal(before.Keys.Command) {
		t.Errorf("%s, writer %d; then %s, writer %d, %v", before.Device, before.Writer, after.Device, after.Writer, err)
	}
	other := s.laptopOf(leader) // what the server has, another laptop gets
	defer other.stop()
	if len(s.knocks()) != 0 {
		t.Errorf("it is still said to knock: %+v", s.knocks())
	}
	if d := l.doc("d1"); d.BookNumber != 1 || len(d.Remarks) != 1 || d.Remarks[0].Pending {
		t.Errorf("here: %+v", d)
	}
}

func (s *theServer) knocks() []server.Knock {
	s.t.Helper()
	var st server.Status
	s.do("status", struct{}{}, &st)
	return st.Forgotten
}

// TestRevokedIsNotForgotten: a laptop that was revoked, and then forgotten by a
// restored server, stays revoked, and cannot be enrolled out of it.
func TestRevokedIsNotForgotten(t *testing.T) {
	s := startServer(t)
	back := s.backup()
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works()
	k := l.app.currentLink()
	k.bar() // as the answer to a request would
	s = back()
	l.until("the wiping", func() bool { records, segments := l.held(); return records+int64(segments) == 0 })
	k.cutLine(false)
	k.heardForgotten(t.Context(), enrol.SignForgotten(s.resultsKey(), k.identity().Device, 7, 1))
	if got := l.session(); got.Forgotten != nil || got.Problem != "device.revoked" {
		t.Errorf("%+v", got)
	}
	if reason := l.enrolWith(s.codeFor(clerkC)); reason != "enrol.already" {
		t.Errorf("a revoked laptop takes a code: %q", reason)
	}
}

// TestForgottenBehindTheLock: the lease has run out, so nothing is shown; the
// code can be entered all the same, and opens the laptop again.
func TestForgottenBehindTheLock(t *testing.T) {
	s := startServer(t)
	back := s.backup()
	var w wall
	l := startIn(t, t.TempDir(), w.use)
	defer func() { l.stop() }()
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: s.codeFor(clerkC)}, nil); code != http.StatusOK {
		t.Fatalf("enrol: %d", code)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
	s = back()
	w.set(15 * 24 * time.Hour)
	l.app.currentLink().now()
	l.until("the word that it is not known", func() bool { return l.session().Forgotten != nil })
	if got := l.session(); got.Lock == nil || got.Lock.State != api.LineForgotten || l.status("/api/desk") != http.StatusForbidden {
		t.Errorf("the lease is over: %+v", got.Lock)
	}
	if got := l.enrolWith(s.codeFor(clerkC)); got != "" {
		t.Fatalf("the code: %s", got)
	}
	l.until("the lock to open", func() bool { return l.session().Lock == nil })
	if l.status("/api/desk") != http.StatusOK || l.session().Forgotten != nil {
		t.Error("it stays closed")
	}
}

// TestForgottenAndRevoked: the operator revokes a laptop of which the server
// knows nothing but that it knocks; it wipes itself and hands its outbox over
// like any other.
func TestForgottenAndRevoked(t *testing.T) {
	s := startServer(t)
	back := s.backup()
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works()
	device := l.app.currentLink().identity().Device
	s = back()
	l.app.currentLink().cutLine(false)
	l.until("the word that it is not known", func() bool { return l.session().Forgotten != nil })
	s.do("device.revoke", server.DeviceRequest{Device: device}, new(any))
	l.app.currentLink().now()
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	if records, segments := l.held(); records+int64(segments) != 0 || l.session().Forgotten != nil {
		t.Errorf("left over: %d records, %d segments, %+v", records, segments, l.session().Forgotten)
	}
	if found := l.grep(theWords...); len(found) > 0 {
		t.Errorf("still on the disk: %v", found)
	}
	if left := l.session().Left; left == nil || left.Commands == 0 || len(s.knocks()) != 0 {
		t.Errorf("the person is told %+v; knocks %+v", left, s.knocks())
	}
}

// resultsKey is the key that the server signs with.
func (s *theServer) resultsKey() ed25519.PrivateKey {
	s.t.Helper()
	a, _, err := pki.Open(filepath.Join(s.data, "ca"), "", time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return a.ResultsKey()
}

// TestOnlyTheServersWordCounts: what a laptop hears makes it neither forgotten
// nor revoked, unless it is the server's own word about this very device.
func TestOnlyTheServersWordCounts(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer l.stop()
	k := l.app.currentLink()
	id, key := k.identity(), s.resultsKey()
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	moved := enrol.SignForgotten(key, id.Device, 7, 1)
	moved.Epoch++
	for name, f := range map[string]*enrol.Forgotten{
		"another key":     enrol.SignForgotten(other, id.Device, 7, 1),
		"another device":  enrol.SignForgotten(key, "d-khac", 7, 1),
		"the same epoch":  enrol.SignForgotten(key, id.Device, id.Epoch, 1),
		"another epoch":   moved,
		"no signature":    {Refusal: enrol.Refusal{Code: app.Unauthorized, Reason: enrol.ReasonForgotten}, Device: id.Device, Epoch: 7},
		"another refusal": {Refusal: enrol.Refusal{Code: app.Unauthorized, Reason: "device.unknown"}, Device: id.Device, Epoch: 7},
	} {
		if k.heardForgotten(t.Context(), f); k.isForgotten() {
			t.Fatal(name)
		}
	}
	for _, answer := range []string{"", "<html>403</html>", `{"code":"forbidden","reason":"request.too_many"}`, `{"reason":"device.forgotten"}`} {
		if saysRevoked([]byte(answer)) || readForgotten([]byte(answer)) != nil && k.isForgotten() {
			t.Errorf("%q is taken for a revocation", answer)
		}
	}
	if reason := l.enrolWith(s.codeFor(clerkC)); reason != "enrol.already" {
		t.Errorf("a laptop that is known takes a code: %q", reason)
	}
	if k.heardForgotten(t.Context(), enrol.SignForgotten(key, id.Device, 7, 1)); !k.isForgotten() {
		t.Error("the server's own word does not count")
	}
}

// TestForgottenWithoutItsData: its database is lost as well, so there is nothing
// to bring back; the laptop becomes one that can be enrolled.
func TestForgottenWithoutItsData(t *testing.T) {
	s := startServer(t)
	back := s.backup()
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	data := l.app.cfg.Data
	l.stop()
	for _, name := range []string{"replica.db", "replica.db-wal", "replica.db-shm"} {
		if err := os.Remove(filepath.Join(data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	s = back()
	*l = *startIn(t, data, nil)
	l.until("the first-run screen", func() bool { return l.session().NeedsEnrolment })
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: s.codeFor(clerkC)}, nil); code != http.StatusOK {
		t.Fatalf("enrol: %d", code)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
}

// TestEnrolAgainTakesNoOtherPerson: the data on a laptop are its person's, also
// where its identity was set aside by hand.
func TestEnrolAgainTakesNoOtherPerson(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	data := l.app.cfg.Data
	l.stop()
	*l = *startIn(t, data, func(c *Config) { c.EnrolAgain = true })
	defer func() { l.stop() }()
	var p api.Problem
	l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: s.codeFor(clerkS)}, &p)
	if p.Reason != "enrol.other_person" || !l.session().NeedsEnrolment {
		t.Errorf("%+v", p)
	}
	var held feed.State
	err := l.app.store.Read(t.Context(), func(v *sqlite.View) (err error) { held, err = v.SyncState(); return err })
	if err != nil || held.Person != clerkC {
		t.Errorf("%+v %v", held, err)
	}
}
