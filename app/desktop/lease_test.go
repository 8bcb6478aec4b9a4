package desktop

import (
	"net/http"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// TestLease: fourteen days without the server, and nothing is shown any more;
// neither a clock set back nor a restart changes that. What the person gave
// waits, and goes up with the contact that opens the laptop again.
func TestLease(t *testing.T) {
	s := startServer(t)
	at := &wall{}
	l := startIn(t, t.TempDir(), at.use)
	defer func() { l.stop() }()
	var invitation struct{ Code string }
	s.do("code.make", server.PersonRequest{Person: clerkC}, &invitation)
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: s.Addr(), Code: invitation.Code}, nil); code != http.StatusOK {
		t.Fatalf("enrol: %d", code)
	}
	l.until("the first load", func() bool { return l.sync().FirstLoadComplete })
	sum := l.upload("Công văn.pdf", []byte("%PDF-1.7 giấy"))
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Đến bằng giấy","paper":true},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	l.until("all to go up", func() bool { st := l.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	l.app.currentLink().cutLine(true)
	l.give("document.remark.1", "d1", `{"text":"đã gọi cho xã"}`)
	file := l.doc("d1").Files[0].Key
	version := l.version("d1")

	const day = 24 * time.Hour
	at.set(14*day - time.Hour)
	if l.doc("d1") == nil {
		t.Fatal("closed before the lease was over")
	}
	at.set(14*day + time.Minute)
	check := func(when string) {
		t.Helper()
		var p api.Problem
		for _, path := range []string{"/api/desk", "/api/documents/d1", "/api/documents", "/api/search?q=giay", "/api/sync", "/api/scans", "/api/scan-folders", "/api/quarantine", "/api/directory", "/api/devices"} {
			if code := l.call("GET", path, nil, &p); code != http.StatusForbidden || p.Reason != api.ReasonLocked {
				t.Errorf("%s: %s: %d %+v", when, path, code, p)
			}
		}
		if l.file("d1", file) != nil {
			t.Errorf("%s: the file can be read", when)
		}
		var session api.Session
		l.call("GET", "/api/session", nil, &session)
		if session.Problem != api.ReasonLocked || session.Person != nil || session.Lock == nil || session.Lock.Waiting != 1 || session.Lock.Days != 14 || session.Lock.LastContact == 0 {
			t.Errorf("%s: session %+v, lock %+v", when, session, session.Lock)
		}
		if code := l.call("POST", "/api/sync/now", nil, nil); code != http.StatusNoContent {
			t.Errorf("%s: trying the line: %d", when, code)
		}
	}
	check("after fourteen days")
	if _, err := (&contents{files: l.app.files, open: l.app.mayOpen}).Open(t.Context(), version); app.AsError(err) == nil || app.AsError(err).Reason != api.ReasonLocked {
		t.Errorf("contents: %v", err)
	}
	at.set(-day)
	check("with the clock set back")
	if err := l.app.currentLink().keepTime(t.Context()); err != nil { // as every minute
		t.Fatal(err)
	}
	data := l.app.cfg.Data
	l.stop()
	*l = *startIn(t, data, func(c *Config) { at.use(c); c.offline = true })
	check("after a restart with the clock set back")

	l.app.currentLink().cutLine(false)
	l.until("contact", func() bool {
		var session api.Session
		l.call("GET", "/api/session", nil, &session)
		return session.Problem == ""
	})
	l.until("the remark to go up", func() bool { st := l.sync(); return st.WaitingCount == 0 && st.RefusedCount == 0 })
	if d := l.doc("d1"); d == nil || len(d.Remarks) != 1 || l.file("d1", file) == nil {
		t.Errorf("after contact: %+v", d)
	}
}

// version is what a document's record says about its only file.
func (l *laptop) version(id app.ID) (out app.FileVersion) {
	l.t.Helper()
	err := l.app.store.Read(l.t.Context(), func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
		if err != nil {
			return err
		}
		for _, f := range r.(*app.Document).Files {
			out = f.Content
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return out
}

// Time never runs backwards in a lease, and runs on while the wall clock stands.
func TestLeaseTime(t *testing.T) {
	const day = app.Time(24 * 3600 * 1000)
	wall := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	begin := app.TimeOf(wall)
	l := newLease(func() time.Time { return wall })
	if l.set(feed.State{}); l.over() {
		t.Error("over without a lease")
	}
	l.set(feed.State{Lease: 14 * day, Renewed: begin, Latest: begin})
	steps := []struct {
		move time.Duration
		over bool
	}{
		{13 * 24 * time.Hour, false}, {-400 * 24 * time.Hour, false}, {23 * time.Hour, false}, {-time.Hour, false}, {time.Hour, true}, {-800 * 24 * time.Hour, true},
	}
	for i, s := range steps {
		wall = wall.Add(s.move)
		if l.over() != s.over {
			t.Errorf("step %d: over %v", i, !s.over)
		}
	}
	l.set(feed.State{Lease: 14 * day, Renewed: begin + 20*day, Latest: begin + 20*day})
	if l.over() {
		t.Error("over after a renewal")
	}
}
