package fire

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
)

const pageSize = 4096 // of SQLite

// poison overwrites every page of a laptop's database that holds the text, as
// a dying disk might.
func (l *laptop) poison(text string) {
	l.t.Helper()
	l.poisonPages(func(_ int, page []byte) bool { return bytes.Contains(page, []byte(text)) })
}

func (l *laptop) poisonPages(which func(n int, page []byte) bool) {
	l.t.Helper()
	pages := 0
	f, err := os.OpenFile(l.database(), os.O_RDWR, 0)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	b, err := os.ReadFile(l.database())
	if err != nil {
		l.t.Fatal(err)
	}
	for n := range len(b) / pageSize {
		if !which(n, b[n*pageSize:(n+1)*pageSize]) {
			continue
		}
		pages++
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, pageSize), int64(n)*pageSize); err != nil {
			l.t.Fatal(err)
		}
	}
	if pages == 0 {
		l.t.Fatal("nothing was damaged")
	}
}

// suspect has the laptop look through its whole database at the next start.
func (l *laptop) suspect() {
	l.t.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, "replica.suspect"), nil, 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// stranded is a laptop whose server is down, with n remarks of which the server
// knows nothing, on a document that it knows.
func stranded(t *testing.T, n int) (*province, *laptop, app.ID) {
	t.Helper()
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	doc := l.mustReceive("Trước khi hỏng")
	eventually(t, "the document to go up", l.quiet)
	s.kill()
	for i := range n {
		l.mustGive("document.remark.1", doc, map[string]any{"text": remarkText(i)})
	}
	l.process.stop(t)
	return s, l, doc
}

// tornOutbox is a stranded laptop whose outbox has lost a page in its middle. It
// has found out, and waits for its server.
func tornOutbox(t *testing.T, n int) (*province, *laptop, app.ID) {
	t.Helper()
	s, l, doc := stranded(t, n)
	l.poison(remarkText(n / 2))
	l.suspect()
	l.start()
	if p := l.session().Problem; p != "device.restoring" {
		t.Fatalf("without its server the laptop says %q", p)
	}
	return s, l, doc
}

func remarkText(i int) string { return fmt.Sprintf("Ý kiến %04d về việc này.", i) }

// saved counts the remarks that are on the document at the laptop, each at
// most once.
func (l *laptop) saved(doc app.ID, n int) (found int) {
	l.t.Helper()
	d := l.doc(l.t, doc)
	if d == nil {
		return 0
	}
	for i := range n {
		switch times := remarks(d, remarkText(i)); times {
		case 0, 1:
			found += times
		default:
			l.t.Fatalf("remark %d is there %d times", i, times)
		}
	}
	return found
}

// recover starts the server, waits until the laptop is level with it, and
// checks that exactly what could not be read is missing.
func recovered(t *testing.T, s *province, l *laptop, doc app.ID, n int) {
	t.Helper()
	s.start()
	eventually(t, "the laptop to be filled again", func() bool {
		return l.session().Problem == "" && l.quiet()
	})
	st := l.sync()
	if st.Repair == nil {
		t.Fatal("nobody says that the database was repaired")
	}
	if got := l.saved(doc, n); got != n-st.Repair.Unread || st.RefusedCount != 0 || !st.Checks.OK {
		t.Errorf("%d of %d remarks, said to be lost %d; refused %+v", got, n, st.Repair.Unread, st.Refused)
	}
	aside, err := filepath.Glob(filepath.Join(st.Repair.Folder, "*", "replica.db"))
	if err != nil || len(aside) != 1 {
		t.Errorf("set aside: %q, %v", aside, err)
	}
	if err := l.post("/api/sync/repair/read", struct{}{}, nil); err != nil {
		t.Error(err)
	}
	l.restart()
	if st := l.sync(); st.Repair != nil {
		t.Errorf("what was read is told again: %+v", st.Repair)
	}
	l.mustGive("document.remark.1", doc, map[string]any{"text": "Sau khi sửa"})
	eventually(t, "the work to go on", l.quiet)
	l.process.stop(t)
	s.process.stop(t)
	compareStores(t, s, []*laptop{l})
}

// TestDamagedRecords: pages with records are destroyed. At the next start the
// laptop saves what waits, says so, and is filled again by the server.
func TestDamagedRecords(t *testing.T) {
	const n = 30
	s, l, doc := stranded(t, n)
	l.poison("Trần Văn Quản") // of the directory: read at the start
	l.start()
	if p := l.session().Problem; p != "" {
		t.Errorf("the laptop says %q", p)
	}
	if st := l.sync(); st.Repair == nil || !st.Repair.Whole || st.Repair.Waiting != n || st.Repair.Unread != 0 || st.WaitingCount != n {
		t.Errorf("%+v, %d wait", st.Repair, st.WaitingCount)
	}
	recovered(t, s, l, doc, n)
}

// TestDamagedOutbox: a page in the middle of the outbox itself is destroyed.
// What stood on it is lost and said to be; what stands behind it still gets to
// the server, once.
func TestDamagedOutbox(t *testing.T) {
	const n = 80
	s, l, doc := tornOutbox(t, n)
	recovered(t, s, l, doc, n)
}

// TestLostOutbox: nothing of the outbox can be read any more. Once the server is
// there, the laptop says how much was lost, and the work goes on.
func TestLostOutbox(t *testing.T) {
	const n = 8
	s, l, doc := stranded(t, n)
	l.poison("document.remark.1")
	l.suspect()
	l.start()
	recovered(t, s, l, doc, n)
}

// TestDamagedHeader: the first page is gone, without which SQLite reads nothing.
func TestDamagedHeader(t *testing.T) {
	const n = 80
	s, l, doc := stranded(t, n)
	l.poisonPages(func(n int, _ []byte) bool { return n == 0 })
	l.start()
	recovered(t, s, l, doc, n)
}

// spoil starts the laptop and destroys the page of its document under it.
func (l *laptop) spoil() {
	l.t.Helper()
	l.start()
	l.poisonPages(func(_ int, page []byte) bool {
		return bytes.Contains(page, []byte("Trước khi hỏng")) && !bytes.Contains(page, []byte("document.remark.1"))
	})
}

// TestDamagedAtWork: the disk goes bad under a running program. It says so to
// whoever meets it and repairs itself, in the same process, on the same port,
// for the same screen; also without its server nothing of the person's own work
// is gone.
func TestDamagedAtWork(t *testing.T) {
	const n = 5
	s, l, doc := stranded(t, n)
	l.spoil()
	process, origin := l.process, l.origin
	err := l.get("/api/documents/"+string(doc), new([]byte))
	if reason := refusedFor(err); reason != "storage.repairing" {
		t.Fatalf("reading a damaged page: %v", err)
	}
	eventually(t, "the repair", func() bool { return l.session().Problem == "" })
	if st := l.sync(); st.Repair == nil || !st.Repair.Whole || st.WaitingCount != n || st.Trouble != "" {
		t.Errorf("after the repair %d wait, trouble %q: %+v", st.WaitingCount, st.Trouble, st.Repair)
	}
	if !process.running() || l.process != process || l.origin != origin {
		t.Error("it was started again")
	}
	recovered(t, s, l, doc, n)
}

// TestKilledInItsRepair: the program is killed while it repairs itself, over and
// over; the next start goes on where it stood.
func TestKilledInItsRepair(t *testing.T) {
	const n = 40
	s, l, doc := stranded(t, n)
	l.spoil()
	for _, moment := range []string{"replica.suspect", "replica.new", "repair.json", "damaged"} {
		_ = l.get("/api/documents/"+string(doc), new([]byte)) // it may be under repair, or be repaired
		eventually(t, moment, func() bool {
			_, err := os.Stat(filepath.Join(l.dir, moment))
			_, done := os.Stat(filepath.Join(l.dir, "damaged"))
			return err == nil || done == nil
		})
		l.kill()
		l.start()
	}
	recovered(t, s, l, doc, n)
}

// TestWorkThroughDamage: a clerk writes on while his database is damaged and
// repaired, with the line up. Each remark is taken or refused in so many words;
// those that were taken are there in the end, once, and no others.
func TestWorkThroughDamage(t *testing.T) {
	s, l, doc := stranded(t, 1)
	s.start()
	l.start()
	desk := l.mustReceive("Viết liên tục")
	eventually(t, "the other document to go up", l.quiet)
	l.process.stop(t)
	l.spoil()
	stop, done := make(chan struct{}), make(chan map[string]bool)
	go func() { done <- l.writeOn(desk, stop) }()
	eventually(t, "the damage to be met", func() bool { return !l.reads(doc) })
	eventually(t, "the repair, and the document again", func() bool { return l.session().Problem == "" && l.reads(doc) })
	close(stop)
	taken := <-done
	eventually(t, "all to go up", l.quiet)
	d, again := l.doc(t, desk), 0
	for text, was := range taken {
		switch found := remarks(d, text); {
		case was && found != 1:
			t.Errorf("%q was taken and is there %d times", text, found)
		case !was && found != 0:
			t.Errorf("%q was refused and is there", text)
		case was:
			again++
		}
	}
	if st := l.sync(); st.Repair == nil || !st.Repair.Whole || st.Repair.Unread != 0 || st.RefusedCount != 0 || again == 0 {
		t.Errorf("%d remarks; repair %+v; refused %+v", again, st.Repair, st.Refused)
	}
}

// reads reports whether the document can be read now.
func (l *laptop) reads(doc app.ID) bool {
	return l.get("/api/documents/"+string(doc), new([]byte)) == nil
}

// writeOn gives one remark after the other until it is told to stop, and tells
// which of them were taken.
func (l *laptop) writeOn(doc app.ID, stop chan struct{}) map[string]bool {
	taken := map[string]bool{}
	for i := 0; ; i++ {
		select {
		case <-stop:
			return taken
		default:
		}
		text := remarkText(i)
		_, err := l.give("document.remark.1", doc, map[string]any{"text": text})
		switch reason := refusedFor(err); {
		case err == nil:
		case reason == "storage.repairing": // and afterwards, until they have come again:
		case reason == "actor.unknown", reason == "record.not_found":
		default:
			l.t.Errorf("%q: %v", text, err)
		}
		taken[text] = err == nil
	}
}
