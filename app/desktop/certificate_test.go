package desktop

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/server"
)

// clockedServer is a server whose clock can be set. restart ends it and starts
// it again at the same port.
func clockedServer(t *testing.T, w *wall) (s *theServer, restart func()) {
	t.Helper()
	c := server.DefaultConfig()
	c.Data, c.Listen, c.Ops, c.Names, c.MinFree = filepath.Join(t.TempDir(), "server"), "127.0.0.1:0", "", []string{"127.0.0.1"}, 0
	c.Log, c.Now = slog.New(slog.DiscardHandler), w.now
	s = &theServer{t: t}
	stop := func() {}
	start := func() {
		var err error
		if s.Server, err = server.Open(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		if err := s.Listen(context.Background()); err != nil {
			t.Fatal(err)
		}
		c.Listen = s.Addr()
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		running := s.Server
		go func() { ended <- running.Run(ctx) }()
		stop = func() {
			cancel()
			if err := errors.Join(<-ended, running.Close()); err != nil {
				t.Error(err)
			}
		}
	}
	start()
	t.Cleanup(func() { stop() })
	var done server.Imported
	s.do("directory.import", storyProvince, &done)
	return s, func() { stop(); start() }
}

// startAt starts a laptop by a clock.
func startAt(t *testing.T, data string, w *wall) *laptop {
	return startIn(t, data, w.use)
}

// TestCertificateEndedInADrawer: the laptop was away until its certificate had
// ended. What was done on it without a line goes up, without a new enrolment.
func TestCertificateEndedInADrawer(t *testing.T) {
	w := &wall{}
	s, restart := clockedServer(t, w)
	l := s.laptopOf(clerkC)
	data := l.app.cfg.Data
	l.stop()
	w.set(enrol.CertificateLife + 48*time.Hour)
	restart() // its connections ended long ago
	*l = *startAt(t, data, w)
	defer func() { l.stop() }()
	l.until("the lease to be renewed over a new line", func() bool {
		var session api.Session
		l.call("GET", "/api/session", nil, &session)
		return session.Problem == "" && session.Person != nil && l.sync().State == api.LineOnline
	})
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Từ ngăn kéo"}}`)
	l.until("all to go up", func() bool { return l.sync().WaitingCount == 0 })
	if at, err := l.app.currentLink().identity().RenewAt(); err != nil || at.Before(w.now().Add(-time.Hour)) {
		t.Errorf("the next renewal is due %v, %v", at, err)
	}
}

// TestClockHoursWrong: the laptop's clock is hours off, either way, or years
// back, as after a battery died. The line works, and what is written carries
// the right time as soon as the server was heard.
func TestClockHoursWrong(t *testing.T) {
	right := &wall{}
	s, _ := clockedServer(t, right)
	l := s.laptopOf(clerkC)
	data := l.app.cfg.Data
	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Đúng giờ"}}`)
	l.until("all to go up", func() bool { return l.sync().WaitingCount == 0 })
	l.stop()
	for _, wrong := range []time.Duration{7 * time.Hour, -7 * time.Hour, -20 * 365 * 24 * time.Hour} {
		w := &wall{}
		w.set(wrong)
		*l = *startAt(t, data, w)
		l.until("the line", func() bool { return l.sync().State == api.LineOnline })
		key := l.give("document.remark.1", "d1", `{"text":"`+wrong.String()+`"}`)
		l.until("all to go up", func() bool { return l.sync().WaitingCount == 0 })
		if off := app.TimeOf(right.now()) - remarkOf(l.doc("d1"), key).At; off < -3_600_000 || off > 3_600_000 {
			t.Errorf("a clock %v off: the remark is %v off", wrong, time.Duration(off)*time.Millisecond)
		}
		if said := time.Duration(l.sync().ServerTimeOffset) * time.Millisecond; (said + wrong).Abs() > time.Hour {
			t.Errorf("a clock %v off is told to be %v off", wrong, said)
		}
		l.stop()
	}
}

// TestClockYearsAhead: no certificate of the server is good any more, as this
// machine sees it. The person is told that it is the clock, and work goes on.
func TestClockYearsAhead(t *testing.T) {
	s, _ := clockedServer(t, &wall{})
	l := s.laptopOf(clerkC)
	data := l.app.cfg.Data
	l.stop()
	w := &wall{}
	w.set(30 * 365 * 24 * time.Hour)
	*l = *startAt(t, data, w)
	defer func() { l.stop() }()
	l.until("the clock to be named", func() bool {
		var session api.Session
		l.call("GET", "/api/session", nil, &session)
		return session.Trouble == "clock.wrong"
	})
}

func remarkOf(d *api.Doc, key app.CommandID) (r api.RemarkInfo) {
	for _, r := range d.Remarks {
		if r.Key == key {
			return r
		}
	}
	return r
}
