package desktop

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// damage overwrites the pages of a laptop's database that hold the one text and
// not the other, as a dying disk might.
func (l *laptop) damage(has, hasNot string) {
	l.t.Helper()
	const pageSize = 4096
	path := filepath.Join(l.app.cfg.Data, databaseFile)
	b, err := os.ReadFile(path)
	if err != nil {
		l.t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	found := false
	for at := 0; at < len(b); at += pageSize {
		page := b[at : at+pageSize]
		if !bytes.Contains(page, []byte(has)) || bytes.Contains(page, []byte(hasNot)) {
			continue
		}
		found = true
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, pageSize), int64(at)); err != nil {
			l.t.Fatal(err)
		}
	}
	if !found {
		l.t.Fatal("nothing was damaged")
	}
}

// spoiled is a laptop that runs without a line over a database whose document
// cannot be read.
func (s *theServer) spoiled() *laptop {
	s.t.Helper()
	l := s.laptopOf(clerkC)
	l.works()
	data := l.app.cfg.Data
	l.stop()
	l = startIn(s.t, data, func(c *Config) { c.offline = true })
	l.damage("Quyềnxưavắng", "document.remark.1")
	return l
}

// TestRepairsItselfAtWork: whoever meets the damage is told that it is being
// repaired, on the same connections and with the same cookie; then the work goes
// on, what had not been sent is still there, and the records come again.
func TestRepairsItselfAtWork(t *testing.T) {
	s := startServer(t)
	l := s.spoiled()
	defer func() { l.stop() }()
	before := l.app.URL()
	var p api.Problem
	if code := l.call("GET", "/api/documents/d1", nil, &p); code != http.StatusServiceUnavailable || p.Reason != problemRepairing {
		t.Errorf("whoever meets the damage hears %d %+v", code, p)
	}
	l.until("the repair", func() bool { return l.session().Problem == "" })
	if st := l.sync(); st.Repair == nil || st.Repair.Waiting != 1 || !st.Repair.Whole || st.WaitingCount != 1 || st.Trouble != "" {
		t.Errorf("after the repair: %+v, %+v", st, st.Repair)
	}
	if resp, err := l.browser().Get(before); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("a ticket of before: %v %v", resp, err)
	} else {
		_ = resp.Body.Close()
	}
	if !l.app.currentLink().line.isCut() {
		t.Error("the repair has mended the line that was cut on purpose")
	}
	l.app.currentLink().cutLine(false)
	l.until("the document and what was said about it", func() bool {
		d := l.doc("d1")
		return d != nil && len(d.Remarks) == 1 && l.sync().WaitingCount == 0
	})
	if found := l.grepIn("replica.suspect", "replica.new"); len(found) > 0 {
		t.Errorf("left over: %v", found)
	}
}

// grepIn lists those of the files that are in the laptop's folder.
func (l *laptop) grepIn(names ...string) (found []string) {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(l.app.cfg.Data, name)); err == nil {
			found = append(found, name)
		}
	}
	return found
}

// TestRepairWaitsForRoom: the repair finds no place to save to; as soon as there
// is one it goes on by itself, and nothing is lost meanwhile.
func TestRepairWaitsForRoom(t *testing.T) {
	s := startServer(t)
	l := s.spoiled()
	defer func() { l.stop() }()
	inTheWay := filepath.Join(l.app.cfg.Data, repairFile)
	if err := os.MkdirAll(filepath.Join(inTheWay, "x"), 0o700); err != nil { // nothing can be removed or made there
		t.Fatal(err)
	}
	l.call("GET", "/api/documents/d1", nil, new(api.Problem))
	l.until("the trouble to be told", func() bool { return l.session().Problem == "storage.io" })
	if err := os.RemoveAll(inTheWay); err != nil {
		t.Fatal(err)
	}
	l.until("the repair", func() bool { return l.session().Problem == "" })
	if st := l.sync(); st.Repair == nil || st.WaitingCount != 1 {
		t.Errorf("after the repair: %+v", st)
	}
}

// TestDiskThatKeepsDamaging: a disk that damages its database over and over is
// not repaired for ever: its person is told to have it replaced.
func TestDiskThatKeepsDamaging(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	for range mendAtMost {
		l.app.suspect()
		l.until("the repair", func() bool { return l.session().Problem == "" })
	}
	l.app.suspect()
	var p api.Problem
	if code := l.call("GET", "/api/desk", nil, &p); code != http.StatusInternalServerError || p.Reason != problemDamaged || l.session().Problem != problemDamaged {
		t.Errorf("once too often: %d %+v", code, p)
	}
}

// TestRepairWaitsForRequests: nothing is closed under the hands of a request that
// has begun; those that come later do not wait for it.
func TestRepairWaitsForRequests(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.app.working.RLock() // as each request does
	store := l.app.store
	l.app.suspect()
	l.until("the repair to be told", func() bool { return l.session().Problem == problemRepairing })
	var p api.Problem
	if code := l.call("GET", "/api/desk", nil, &p); code != http.StatusServiceUnavailable || p.Reason != problemRepairing {
		t.Errorf("a later request: %d %+v", code, p)
	}
	if err := store.Read(t.Context(), func(*sqlite.View) error { return nil }); err != nil {
		t.Errorf("the store of the earlier one: %v", err)
	}
	l.app.working.RUnlock()
	l.until("the repair, and the records again", func() bool { return l.session().Problem == "" && l.sync().FirstLoadComplete })
	if err := store.Read(t.Context(), func(*sqlite.View) error { return nil }); err == nil {
		t.Error("the damaged store is still open")
	}
}

// TestWhileRepairing: every door that shows or changes something says that a
// repair is on, and none waits for it.
func TestWhileRepairing(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	l.app.working.Lock() // as a repair does
	l.app.setOpen(false)
	for _, path := range []string{"/api/desk", "/api/documents", "/api/search?q=a", "/api/sync", "/api/directory", "/api/devices"} {
		var p api.Problem
		if code := l.call("GET", path, nil, &p); code != http.StatusServiceUnavailable || p.Reason != problemRepairing {
			t.Errorf("%s: %d %+v", path, code, p)
		}
	}
	var p api.Problem
	if code := l.call("POST", "/api/enrol", api.EnrolRequest{Server: "a.test", Code: "KG1"}, &p); code < 400 {
		t.Errorf("enrolling: %d %+v", code, p)
	}
	l.app.working.Unlock()
	l.app.setOpen(true)
	if code := l.call("GET", "/api/desk", nil, nil); code != http.StatusOK {
		t.Errorf("afterwards: %d", code)
	}
}
