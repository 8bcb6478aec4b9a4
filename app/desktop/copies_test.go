package desktop

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office/officetest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// writer is a laptop of an officer whose editor is this test.
type writer struct {
	*laptop
	opened []string // paths, in order
}

// editing is how a laptop is started whose editor only remembers.
func (w *writer) editing(c *Config) {
	c.settle = 10 * time.Millisecond
	c.opener = func(_ context.Context, path string) error { w.opened = append(w.opened, path); return nil }
}

func (s *theServer) writer() *writer {
	w := &writer{}
	w.laptop = s.laptopWith(officer, w.editing)
	return w
}

const draftName = "Tờ trình số 5.docx"

// drafts makes a draft with one Word file.
func (w *writer) drafts(id app.ID, text string) {
	w.t.Helper()
	sum := w.upload(draftName, officetest.Docx(w.t, text))
	w.give("document.draft.1", id, `{"unit":"xa-an","fields":{"type":"TTr","subject":"Tờ trình thử"},"files":[{"name":"","sha256":"`+sum+`"}]}`)
}

// opens opens the draft's file and returns the path that the editor got.
func (w *writer) opens(id app.ID) string {
	w.t.Helper()
	var raw json.RawMessage
	if code := w.call("POST", "/api/work", api.WorkOpen{Document: id, File: w.newest(id).Key}, &raw); code != http.StatusOK {
		w.t.Fatalf("open: %d %s", code, raw)
	}
	return w.opened[len(w.opened)-1]
}

// opensOffline makes a draft that the server has, opens it, and cuts the line.
func (w *writer) opensOffline(id app.ID, text string) (path string) {
	w.t.Helper()
	w.drafts(id, text)
	path = w.opens(id)
	w.until("all of it to go up", func() bool { st := w.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	w.app.currentLink().cutLine(true)
	return path
}

func (w *writer) copies() (list []api.WorkCopy) {
	w.t.Helper()
	if code := w.call("GET", "/api/work", nil, &list); code != http.StatusOK {
		w.t.Fatalf("working copies: %d", code)
	}
	return list
}

// unsent is the first copy with an unsent save, as soon as there is one.
func (w *writer) unsent(reason string) (found api.WorkCopy) {
	w.t.Helper()
	w.until("an unsent save: "+reason, func() bool {
		for _, c := range w.copies() {
			if c.Unsent != nil && c.Unsent.Reason == reason {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// newest is the newest version of the draft's text.
func (w *writer) newest(id app.ID) api.FileInfo {
	w.t.Helper()
	files := w.doc(id).Files
	at := slices.IndexFunc(files, func(f api.FileInfo) bool { return f.Newest && strings.HasSuffix(f.Name, ".docx") })
	return files[at]
}

// becomes waits until the newest version is the bytes.
func (w *writer) becomes(id app.ID, version int, b []byte) {
	w.t.Helper()
	w.until(fmt.Sprintf("version %d", version), func() bool { return w.newest(id).Version == version })
	if got := w.file(id, w.newest(id).Key); !bytes.Equal(got, b) {
		w.t.Errorf("version %d is %d bytes, not the %d that were saved", version, len(got), len(b))
	}
}

func save(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// saveAside saves as LibreOffice and Word do: another file, which takes the place.
func saveAside(t *testing.T, path string, b []byte) {
	t.Helper()
	aside := filepath.Join(filepath.Dir(path), "~WRL0001.tmp")
	save(t, aside, b)
	if err := os.Rename(aside, path); err != nil {
		t.Fatal(err)
	}
}

// TestSavesBecomeVersions: an editor opens the verified file of a private
// folder; each save, by whatever way, becomes a version, with and without a
// line; saving the same again does not.
func TestSavesBecomeVersions(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	first := officetest.Docx(t, "Bản một")
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, first) || filepath.Base(path) != norm.NFC.String(draftName) {
		t.Fatalf("%s: %v", path, err)
	}
	for p, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700 | fs.ModeDir} {
		if info, err := os.Stat(p); err != nil || info.Mode() != want {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
	w.app.currentLink().cutLine(true)
	lock := filepath.Join(filepath.Dir(path), ".~lock."+filepath.Base(path)+"#")
	save(t, lock, []byte(",may,"))
	second := officetest.Docx(t, "Bản hai, khi mất mạng")
	save(t, path, second)
	w.becomes("d1", 2, second)
	if c := w.copies(); len(c) != 1 || !c[0].Editing || c[0].Version != 2 || c[0].Saved == 0 || c[0].Unsent != nil {
		t.Errorf("the copy is shown as %+v", c)
	}
	third := officetest.Docx(t, "Bản ba")
	saveAside(t, path, third)
	w.becomes("d1", 3, third)
	save(t, path, third) // nothing new in it
	fourth := officetest.Docx(t, "Bản bốn")
	saveAside(t, path, fourth)
	w.becomes("d1", 4, fourth)
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	w.app.currentLink().cutLine(false)
	w.until("all of it at the server", func() bool {
		st, d := w.sync(), w.doc("d1")
		return st.WaitingCount == 0 && len(st.Uploads) == 0 && d.Where.Server
	})
	if c := w.copies(); len(c) != 1 || c[0].Editing || w.sync().RefusedCount != 0 {
		t.Errorf("%+v", c)
	}
	if again := w.opens("d1"); again != path || len(w.doc("d1").Files) != 4 {
		t.Errorf("opened again: %s", again)
	}
}

// TestSaveThatTheDocumentRefuses: somebody else has the draft now. The save is
// kept, told of with its reason, can be stored elsewhere, and becomes a version
// when the draft is back; or it is let go.
func TestSaveThatTheDocumentRefuses(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	w.give("document.submit_draft.1", "d1", `{"to":"`+string(leader)+`"}`)
	late := officetest.Docx(t, "Sửa sau khi trình")
	save(t, path, late)
	c := w.unsent("document.wrong_state")
	if got := w.bytes("/api/work/" + c.ID + "/content"); !bytes.Equal(got, late) {
		t.Errorf("stored elsewhere: %d bytes", len(got))
	}
	var p api.Problem
	if code := w.call("POST", "/api/work/"+c.ID+"/version", nil, &p); code != http.StatusConflict || p.Reason != "document.wrong_state" {
		t.Errorf("made a version all the same: %d %+v", code, p)
	}
	w.give("document.withdraw.1", "d1", `{}`)
	if code := w.call("POST", "/api/work/"+c.ID+"/version", nil, nil); code != http.StatusOK {
		t.Fatalf("not a version: %d", code)
	}
	w.becomes("d1", 2, late)
	if c := w.copies(); len(c) != 1 || c[0].Unsent != nil {
		t.Errorf("%+v", c)
	}
	w.give("document.submit_draft.1", "d1", `{"to":"`+string(leader)+`"}`)
	save(t, path, officetest.Docx(t, "Sửa nữa"))
	c = w.unsent("document.wrong_state")
	if code := w.call("POST", "/api/work/"+c.ID+"/drop", nil, nil); code != http.StatusNoContent {
		t.Errorf("drop: %d", code)
	}
	if _, err := os.Stat(path); err == nil || len(w.copies()) != 0 {
		t.Errorf("let go, and still there: %+v", w.copies())
	}
}

func (w *writer) bytes(path string) []byte {
	w.t.Helper()
	resp, err := w.http.Get(w.app.gate.origin + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %d %v", path, resp.StatusCode, err)
	}
	return b
}

// TestTwoLaptopsOfOnePerson: both save on from one version without a line. The
// second at the server is refused; its person sees it beside the copy, and puts
// it in place of the other knowingly.
func TestTwoLaptopsOfOnePerson(t *testing.T) {
	s := startServer(t)
	a, b := s.writer(), s.writer()
	defer func() { a.stop(); b.stop() }()
	a.drafts("d1", "Bản một")
	a.until("the server", func() bool { d := a.doc("d1"); return d.Where.Server && a.sync().WaitingCount == 0 })
	b.until("the draft on the other laptop", func() bool { d := b.doc("d1"); return d != nil && d.Files[0].Here })
	pathA, pathB := a.opens("d1"), b.opens("d1")
	b.app.currentLink().cutLine(true)
	mine, other := officetest.Docx(t, "Sửa ở máy một"), officetest.Docx(t, "Sửa ở máy hai, lần cuối")
	save(t, pathB, officetest.Docx(t, "Sửa ở máy hai"))
	b.until("a first version", func() bool { return b.newest("d1").Version == 2 })
	save(t, pathB, other)
	b.becomes("d1", 3, other)
	save(t, pathA, mine)
	a.becomes("d1", 2, mine)
	a.until("the first at the server", func() bool { return a.sync().WaitingCount == 0 })
	b.app.currentLink().cutLine(false)
	c := b.unsent("file.replaced")
	if c.Unsent.Data["by"] != string(officer) {
		t.Errorf("who was first: %+v", c.Unsent)
	}
	b.until("the answers", func() bool { return b.sync().RefusedCount == 2 })
	if code := b.call("POST", "/api/work/"+c.ID+"/version", nil, nil); code != http.StatusOK {
		t.Fatalf("in place of the other: %d", code)
	}
	b.becomes("d1", 3, other)
	b.until("it to be accepted, and the refusals to be gone", func() bool { st := b.sync(); return st.WaitingCount == 0 && st.RefusedCount == 0 })
	a.until("it on the first laptop", func() bool { return a.newest("d1").Version == 3 })
	if list := a.copies(); len(list) != 1 || !list[0].Behind {
		t.Errorf("the first laptop's editor has an older version, and shows %+v", list)
	}
}

// TestALaterSaveDecides: a refused save is nobody's concern while a later one of
// the same copy waits for its answer, and is not let go before it: the document
// shows what waits as it shows what has come in.
func TestALaterSaveDecides(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	path := w.opensOffline("d1", "Bản một")
	save(t, path, officetest.Docx(t, "Bản hai"))
	w.until("version 2", func() bool { return w.newest("d1").Version == 2 })
	last := officetest.Docx(t, "Bản ba")
	save(t, path, last)
	w.becomes("d1", 3, last)
	c := w.app.currentLink().copies
	given := func() []app.CommandID {
		c.mu.Lock()
		defer c.mu.Unlock()
		list, err := c.list(t.Context())
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v %v", list, err)
		}
		return list[0].Given
	}
	ids := given()
	refuse := func(id app.CommandID) {
		row, err := c.outboxRow(t.Context(), id)
		if err != nil || row == nil {
			t.Fatalf("%d: %v", id, err)
		}
		row.State = feed.OutRefused
		if err := w.app.store.Write(t.Context(), func(tx *sqlite.Tx) error { return tx.PutOutbox(*row) }); err != nil {
			t.Fatal(err)
		}
		c.tend(t.Context())
	}
	refuse(ids[0])
	if got := given(); !slices.Equal(got, ids) || w.copies()[0].Unsent != nil || w.sync().RefusedCount != 1 {
		t.Fatalf("the earlier save was settled before the later one: %v of %v", got, ids)
	}
	refuse(ids[1])
	if w.copies()[0].Unsent == nil || w.sync().RefusedCount != 2 {
		t.Fatalf("a refused save is shown as sent: %+v", w.copies())
	}
}

// TestSavesOutliveTheProgram: what an editor saved while the program was not
// there, or was killed between two steps, is taken at the next start, once.
func TestSavesOutliveTheProgram(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	restart := func() {
		data := w.app.cfg.Data
		w.stop()
		w.laptop = startIn(t, data, func(c *Config) { w.editing(c); c.offline = true })
	}
	w.stop()
	second := officetest.Docx(t, "Lưu khi chương trình đã tắt")
	save(t, path, second)
	w.laptop = startIn(t, w.app.cfg.Data, func(c *Config) { w.editing(c); c.offline = true })
	w.becomes("d1", 2, second)

	// Killed after the command and before its note.
	w.row(func(c *sqlite.WorkingCopy) {
		c.File, c.Given, c.Taken = c.Origin, nil, app.Hash{}
	})
	restart()
	third := officetest.Docx(t, "Sau đó")
	save(t, path, third)
	w.becomes("d1", 3, third)

	// The table is lost with a damaged database; the folder says what it holds.
	w.stop()
	fourth := officetest.Docx(t, "Khi bảng đã mất")
	save(t, path, fourth)
	w.laptop = startIn(t, w.app.cfg.Data, func(c *Config) { w.editing(c); c.offline = true })
	w.becomes("d1", 4, fourth)
	w.forgetRows()
	restart()
	w.until("the copy to be taken up", func() bool { return len(w.copies()) == 1 })
	fifth := officetest.Docx(t, "Sau khi nhận lại")
	save(t, path, fifth)
	w.becomes("d1", 5, fifth)
	if c := w.copies(); c[0].Unsent != nil {
		t.Errorf("%+v", c)
	}
}

// row changes the only working copy's row as a kill would have left it.
func (w *writer) row(change func(*sqlite.WorkingCopy)) {
	w.t.Helper()
	err := w.app.store.Write(w.t.Context(), func(tx *sqlite.Tx) error {
		list, err := tx.WorkingCopies()
		if err != nil || len(list) != 1 {
			w.t.Fatalf("%d copies, %v", len(list), err)
		}
		change(list[0])
		return tx.PutWorkingCopy(list[0])
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *writer) forgetRows() {
	w.t.Helper()
	err := w.app.store.Write(w.t.Context(), func(tx *sqlite.Tx) error {
		list, err := tx.WorkingCopies()
		for _, c := range list {
			if err := tx.DeleteWorkingCopy(c.ID); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestSaveByLibreOffice: the office's own program writes the file, with its own
// way to save, and what it wrote becomes a version.
func TestSaveByLibreOffice(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	dir := t.TempDir()
	text := filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), ".docx")+".odt")
	save(t, text, officetest.Odt(t, "Viết lại bằng LibreOffice"))
	cmd := exec.CommandContext(t.Context(), "soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "docx", "--outdir", filepath.Dir(path), text)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w.becomes("d1", 2, b)
	if c := w.copies(); len(c) != 1 || c[0].Unsent != nil {
		t.Errorf("%+v", c)
	}
}
