package desktop

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
)

func (l *laptop) session() (s api.Session) {
	l.t.Helper()
	l.call("GET", "/api/session", nil, &s)
	return s
}

// held counts what is on the disk.
func (l *laptop) held() (records int64, segments int) {
	l.t.Helper()
	err := l.app.store.Read(l.t.Context(), func(v *sqlite.View) (err error) {
		records, err = v.RecordCount()
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	for _, err := range l.app.files.List() {
		if err != nil {
			l.t.Fatal(err)
		}
		segments++
	}
	return records, segments
}

// grep lists the files below the laptop's folder that hold one of the words.
func (l *laptop) grep(words ...string) (found []string) {
	l.t.Helper()
	err := filepath.WalkDir(l.app.cfg.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				found = append(found, d.Name()+": "+w)
			}
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return found
}

// works has the laptop's clerk receive a document and, with the line cut, write
// a remark that nobody hears of.
func (l *laptop) works() {
	l.t.Helper()
	sum := l.upload("Công văn.pdf", []byte("%PDF-1.7 giấy"))
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Chuyện Quyềnxưavắng","paper":true},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	l.until("the server to have all, to have judged it, and to say so", func() bool {
		st, d := l.sync(), l.doc("d1")
		return st.WaitingCount == 0 && len(st.Uploads) == 0 && d != nil && d.Where.Server && len(d.Files) == 1 && d.Files[0].Verdict != nil
	})
	l.app.currentLink().cutLine(true)
	l.give("document.remark.1", "d1", `{"text":"đã gọi cho xã Rừngthẳmxa"}`)
}

var theWords = []string{"Quyềnxưavắng", "xuavang", "Rừngthẳmxa", "thamxa"}

// TestRevokedLaptop: at its next contact the laptop wipes its records, hands
// its outbox over sealed, wipes the rest with its keys, and is nobody's. The
// administrator sees all of it, and it may be enrolled again.
func TestRevokedLaptop(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works()
	device := l.app.currentLink().identity().Device
	if len(l.grep(theWords...)) == 0 {
		t.Fatal("the words are not where they are looked for")
	}
	var gone any
	s.do("device.revoke", server.DeviceRequest{Device: device}, &gone)
	l.app.currentLink().cutLine(false)
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	if left := l.session().Left; left == nil || left.Commands != 1 || left.At == 0 {
		t.Errorf("the person is told %+v", left)
	}
	var p api.Problem
	if code := l.call("GET", "/api/desk", nil, &p); code != http.StatusUnauthorized {
		t.Errorf("the desk of a laptop that has left: %d %+v", code, p)
	}
	if records, segments := l.held(); records+int64(segments) != 0 {
		t.Errorf("left over: %d records, %d segments", records, segments)
	}
	if found := l.grep(theWords...); len(found) > 0 {
		t.Errorf("still on the disk: %v", found)
	}
	if _, err := os.Stat(identityPath(l.app.cfg.Data)); err == nil {
		t.Error("the keys are still there")
	}

	var shown api.DeviceDetail
	s.do("device.show", server.DeviceRequest{Device: device}, &shown)
	leave := shown.Leave
	if shown.Held.Documents != 1 || len(shown.Held.Scopes) == 0 || leave == nil || leave.Commands != 1 || leave.Handed == 0 ||
		leave.Confirmed == 0 || leave.Records == 0 || leave.Segments != 1 {
		t.Fatalf("the administrator sees %+v, %+v", shown, leave)
	}
	for _, scope := range shown.Held.Scopes {
		for _, own := range leave.Scopes {
			if own.Kind == scope.Kind && own.Unit == scope.Unit && own.Person == scope.Person && own.Role == scope.Role && own.Sum != scope.Sum {
				t.Errorf("it held %+v, the server says %+v", own, scope)
			}
		}
	}
	var outbox []server.LeftCommand
	s.do("device.outbox", server.DeviceRequest{Device: device}, &outbox)
	if len(outbox) != 1 || outbox[0].Name != "document.remark.1" || !strings.Contains(string(outbox[0].Args), "Rừngthẳmxa") {
		t.Errorf("handed over: %+v", outbox)
	}

	var i enrol.Invitation
	s.do("code.make", server.PersonRequest{Person: leader}, &i)
	var done api.Enrolled
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: i.Code}, &done); code != http.StatusOK || done.Person != leader {
		t.Fatalf("enrolling again: %d %+v", code, done)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
	if l.session().Left != nil {
		t.Error("the note of the past is still shown")
	}
}

// TestRevokedWithoutALine: the wiping does not wait for the line, the outbox
// does, through a restart.
func TestRevokedWithoutALine(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works()
	device := l.app.currentLink().identity().Device
	l.app.currentLink().bar() // heard, and then the line was gone
	l.until("the wipe", func() bool { r, c := l.held(); return r == 0 && c == 0 })
	check := func() {
		t.Helper()
		var p api.Problem
		if code := l.call("GET", "/api/desk", nil, &p); code != http.StatusForbidden || p.Reason != "device.revoked" || l.session().Problem != "device.revoked" {
			t.Errorf("a revoked laptop: %d %+v", code, p)
		}
		err := l.app.store.Read(t.Context(), func(v *sqlite.View) error {
			waiting, err := v.Outbox(1, 10)
			if err == nil && (len(waiting) != 1 || waiting[0].Command == nil || waiting[0].Lost == 0) {
				t.Errorf("the person's own words: %+v", waiting)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	check()
	data := l.app.cfg.Data
	l.stop()
	*l = *startIn(t, data, func(c *Config) { c.offline = true })
	check()

	var gone any
	s.do("device.revoke", server.DeviceRequest{Device: device}, &gone)
	l.app.currentLink().cutLine(false)
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	var shown api.DeviceDetail
	s.do("device.show", server.DeviceRequest{Device: device}, &shown)
	if leave := shown.Leave; leave == nil || leave.Commands != 1 || leave.Confirmed == 0 || leave.Records == 0 || leave.Segments != 1 {
		t.Errorf("the administrator sees %+v", leave)
	}
}

// takesIn checks that the watched folder is watched, and that the courier carries.
func (l *laptop) takesIn(dir string) {
	l.t.Helper()
	saved(l.t, dir, "sau.pdf", scanOf(l.t, "Rà soát biên chế năm 2027"))
	l.untilScan("sau.pdf", app.ScanWaiting)
	eventually(l.t, "the courier to reach the province", func() bool { c := l.sync().Courier; return c != nil && c.Province })
}

// TestNotRevokedAfterAll: a laptop that believes to be revoked asks at the
// leave door and hears that it is not; it loads everything anew, and without a
// restart its courier carries again and its folders are watched.
func TestNotRevokedAfterAll(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	dir := t.TempDir()
	l.watches(dir, commune)
	l.works()
	l.app.currentLink().bar()
	l.until("the wipe", func() bool { r, c := l.held(); return r == 0 && c == 0 })
	l.app.currentLink().cutLine(false)
	l.until("the document to come back", func() bool { return l.session().Problem == "" && l.doc("d1") != nil })
	l.until("the remark to go up", func() bool { st := l.sync(); return st.WaitingCount == 0 && st.RefusedCount == 0 })
	if d := l.doc(app.ID("d1")); len(d.Remarks) != 1 {
		t.Errorf("after all: %+v", d)
	}
	l.takesIn(dir)
}

// TestNotRevokedAfterARestart: the same for one that was off meanwhile, and whose
// records are let in again before it has asked at the leave door.
func TestNotRevokedAfterARestart(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	dir := t.TempDir()
	l.watches(dir, commune)
	l.works()
	l.app.currentLink().bar()
	l.until("the wipe", func() bool { r, c := l.held(); return r == 0 && c == 0 })
	l.restart()
	l.until("the laptop to be let in", func() bool { return l.session().Problem == "" })
	l.until("the remark to go up", func() bool { return l.sync().WaitingCount == 0 })
	l.takesIn(dir)
	eventually(t, "the note of the revocation to go", func() bool {
		_, err := os.Stat(l.app.currentLink().barPath())
		return errors.Is(err, fs.ErrNotExist)
	})
}

// TestWipeIsTriedAgain: what keeps a revoked laptop from being wiped passes, and
// nobody need start it anew.
func TestWipeIsTriedAgain(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.works()
	inTheWay := filepath.Join(l.app.currentLink().barPath(), "ai đó giữ")
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	l.app.currentLink().bar()
	eventually(t, "a try that fails", func() bool {
		b, err := os.ReadFile(filepath.Join(l.app.cfg.Data, "khonggiay.log"))
		return err == nil && bytes.Contains(b, []byte("wiping a revoked laptop"))
	})
	if records, _ := l.held(); records == 0 {
		t.Error("wiped without a note of what it held")
	}
	if err := os.RemoveAll(l.app.currentLink().barPath()); err != nil {
		t.Fatal(err)
	}
	l.app.currentLink().now()
	l.until("the wipe", func() bool { r, c := l.held(); return r == 0 && c == 0 })
}
