package desktop

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office/officetest"
	"khonggiay/app/server"
)

// What is in the editors' folders is wiped with the lease; what had not become
// a version is sealed first, and is there when the laptop is open again.
func TestWorkingCopiesGoWithTheLease(t *testing.T) {
	s := startServer(t)
	w := &writer{}
	at := &wall{}
	w.laptop = s.laptopWith(officer, func(c *Config) { w.editing(c); at.use(c) })
	defer func() { w.stop() }()
	w.drafts("d1", "Lời văn đãthànhbản")
	w.drafts("d2", "Bản một")
	w.opens("d1")
	path := w.opens("d2")
	w.until("all of it to go up", func() bool { st := w.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	w.give("document.submit_draft.1", "d2", `{"to":"`+string(leader)+`"}`)
	late := officetest.Docx(t, "Lời văn chưathànhbản")
	save(t, path, late)
	c := w.unsent("document.wrong_state")
	if len(w.grep("đãthànhbản", "chưathànhbản")) == 0 {
		t.Fatal("the words are not where they are looked for")
	}
	w.until("what was given to go up", func() bool { return w.sync().WaitingCount == 0 })
	w.app.currentLink().cutLine(true)
	at.set(15 * 24 * time.Hour)
	if err := w.app.currentLink().keepTime(t.Context()); err != nil { // as every minute
		t.Fatal(err)
	}
	w.until("the folders to be empty", func() bool { return len(w.inFolders()) == 0 })
	if found := w.grep("đãthànhbản", "chưathànhbản"); len(found) != 0 {
		t.Errorf("plaintext behind the lock: %v", found)
	}
	at.set(0)
	w.app.currentLink().cutLine(false)
	w.until("contact", func() bool { return w.session().Problem == "" })
	if got := w.bytes("/api/work/" + c.ID + "/content"); !bytes.Equal(got, late) {
		t.Error("what had not become a version is gone")
	}
}

// inFolders lists the plain files of all working copies.
func (w *writer) inFolders() (files []string) {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(workPath(w.app.cfg.Data), "*", "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

// A draft that leaves the person's scopes takes its plain file along, but not a
// save that nobody has had: that is his own.
func TestWorkingCopiesGoWithTheirDocument(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	path := w.opensOffline("d1", "Lời văn rờiphạmvi")
	mine := officetest.Docx(t, "Lời văn củariêng")
	save(t, path, mine)
	w.becomes("d1", 2, mine)
	s.do("directory.import", server.Import{People: []app.Person{{ID: officer, Name: "Trần Văn Viên", Posts: postOf(sender, app.RoleOfficer)}}}, new(any))
	w.app.currentLink().cutLine(false)
	w.until("the draft to leave", func() bool { return w.doc("d1") == nil })
	w.until("its folder to go", func() bool { return len(w.inFolders()) == 0 })
	w.until("its answer", func() bool { return w.sync().WaitingCount == 0 })
	if found := w.grep("rờiphạmvi", "củariêng"); len(found) != 0 {
		t.Errorf("plaintext of what has left: %v", found)
	}
	w.until("the save to be shown as his own", func() bool {
		list := w.copies()
		return len(list) == 1 && list[0].Unsent != nil
	})
	if got := w.bytes("/api/work/" + w.copies()[0].ID + "/content"); !bytes.Equal(got, mine) {
		t.Error("his own save is gone")
	}
}

// After thirty days without a save, and when all is sent, the plain file goes;
// what an editor had saved beside it under another name is kept for its person.
func TestWorkingCopiesGoByAge(t *testing.T) {
	s := startServerWith(t, func(c *server.Config) { c.Lease = 366 * 24 * time.Hour })
	w := &writer{}
	at := &wall{}
	w.laptop = s.laptopWith(officer, func(c *Config) { w.editing(c); at.use(c) })
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	stray := officetest.Docx(t, "Lưu với tên khác")
	save(t, filepath.Join(filepath.Dir(path), "Tờ trình (2).docx"), stray)
	second := officetest.Docx(t, "Bản hai")
	save(t, path, second)
	w.becomes("d1", 2, second)
	w.until("all of it to go up", func() bool {
		st := w.sync()
		return st.WaitingCount == 0 && len(st.Uploads) == 0 && w.copies()[0].Version == 2
	})
	w.app.currentLink().cutLine(true)
	c := w.app.currentLink().copies
	at.pass(29 * 24 * time.Hour)
	if c.tend(t.Context()); len(w.inFolders()) == 0 {
		t.Fatal("wiped before its time")
	}
	at.pass(2 * 24 * time.Hour)
	c.tend(t.Context())
	if left := w.inFolders(); len(left) != 0 {
		t.Fatalf("kept after its time: %v", left)
	}
	list := w.copies()
	if len(list) != 1 || list[0].Unsent == nil || list[0].Unsent.Reason != "work.other_name" || list[0].Name != "Tờ trình (2).docx" {
		t.Fatalf("%+v", list)
	}
	if got := w.bytes("/api/work/" + list[0].ID + "/content"); !bytes.Equal(got, stray) {
		t.Error("what was saved under another name is gone")
	}
}

// A revoked laptop hands its unsent saves over like all its work, and keeps
// none.
func TestRevokedLaptopHandsItsSavesOver(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	w.drafts("d2", "Bản một")
	pending, refused := w.opens("d1"), w.opens("d2")
	w.until("all of it to go up", func() bool { st := w.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	w.give("document.submit_draft.1", "d2", `{"to":"`+string(leader)+`"}`)
	w.until("the submission to go up", func() bool { return w.sync().WaitingCount == 0 })
	w.app.currentLink().cutLine(true)
	a, b := officetest.Docx(t, "Lưu mấtmạng"), officetest.Docx(t, "Lưu saukhitrình")
	save(t, pending, a)
	w.becomes("d1", 2, a)
	save(t, refused, b)
	w.unsent("document.wrong_state")
	device := s.revoked(w.laptop)
	w.until("the laptop to leave", func() bool { return w.session().NeedsEnrolment })
	got, states := s.opened(device)
	for _, want := range [][]byte{a, b} {
		if !slices.ContainsFunc(got, func(b []byte) bool { return bytes.Equal(b, want) }) {
			t.Errorf("a save is not among the %d that came over: %v", len(got), states)
		}
	}
	if found := w.grep("mấtmạng", "saukhitrình", "Tờ trình"); len(found) != 0 {
		t.Errorf("still on the disk: %v", found)
	}
	if _, err := os.Stat(workPath(w.app.cfg.Data)); err == nil {
		t.Error("the folder of working copies is still there")
	}
}

// A save that cannot be read keeps no laptop from being wiped: it is named as
// what nobody will have.
func TestUnreadableSaveDoesNotStopTheLeaving(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	w.until("all of it to go up", func() bool { st := w.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	w.app.currentLink().cutLine(true)
	c := w.app.currentLink().copies
	c.mu.Lock() // nobody takes it before the laptop hears
	save(t, path, officetest.Docx(t, "Lưu lần cuối"))
	if err := errors.Join(os.RemoveAll(filepath.Join(w.app.cfg.Data, "content", "incoming")), os.WriteFile(filepath.Join(w.app.cfg.Data, "content", "incoming"), nil, 0o600)); err != nil {
		t.Fatal(err) // as a broken disk: nothing can be sealed
	}
	device := s.revoked(w.laptop)
	w.until("the laptop to hear it", func() bool { return w.app.currentLink().revoked() })
	c.mu.Unlock()
	w.until("the laptop to leave", func() bool { return w.session().NeedsEnrolment })
	if leave := s.leaveOf(device); !slices.Equal(leave.Unsent, []string{draftName}) {
		t.Errorf("the administrator sees %+v", leave)
	}
	if _, err := os.Stat(workPath(w.app.cfg.Data)); err == nil {
		t.Error("the folder of working copies is still there")
	}
}

// What is saved half, with macros or as another kind is no version; the person
// is told why, nothing is lost, and the next good save is one.
func TestSavesThatAreNoDocument(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	whole := officetest.Docx(t, "Bản hai")
	for reason, b := range map[string][]byte{
		"office.damaged":   whole[:len(whole)/2],
		"office.macros":    officetest.Docx(t, "x", officetest.Part{Name: "word/vbaProject.bin", Text: "x"}),
		"office.protected": append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 100)...),
	} {
		save(t, path, b)
		c := w.unsent(reason)
		var p api.Problem
		if code := w.call("POST", "/api/work/"+c.ID+"/version", nil, &p); code != http.StatusUnprocessableEntity || p.Reason != reason {
			t.Errorf("made a version all the same: %d %+v", code, p)
		}
	}
	save(t, path, nil)
	save(t, path, whole)
	w.becomes("d1", 2, whole)
	w.until("the copy to be a version again", func() bool { return w.copies()[0].Unsent == nil })
}

// Only text documents are opened, and by names that every system takes.
func TestNamesOfWorkingCopies(t *testing.T) {
	for given, want := range map[string]string{
		norm.NFD.String("Tờ trình số 5.docx"): "Tờ trình số 5.docx",
		`..\..\a.docx`:                     "a.docx",
		"CON.docx":                         "_CON.docx",
		"nul.x.docx":                       "_nul.x.docx",
		"~$a.docx":                         "_~$a.docx",
		"hóa\u202ecod.exe.docx":            "hóacod.exe.docx",
		strings.Repeat("ộ", 200) + ".docx": strings.Repeat("ộ", maxWorkName) + ".docx",
		"...":                              "Du thao",
	} {
		if got := workName(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	for _, doc := range []app.ID{"d1", "so.van:5", app.NewID(1_700_000_000_000)} {
		if got, file, ok := parseFolder(folderName(doc, 4294967297)); !ok || got != doc || file != 4294967297 {
			t.Errorf("%s: %s %d", doc, got, file)
		}
	}
	for _, folder := range []string{"", "d1", "d1~", "~1", "d1~1.tmp", "d1~-1", "a/b~1"} {
		if _, _, ok := parseFolder(folder); ok {
			t.Errorf("%q is taken for a working copy", folder)
		}
	}
}

// TestOpenWith: the program that the command line names gets the path; one that
// fails, or is not there, is told of.
func TestOpenWith(t *testing.T) {
	s := startServer(t)
	dir := t.TempDir()
	editor := filepath.Join(dir, "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\ncp \"$1\" "+dir+"/got\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := &writer{}
	w.laptop = s.laptopWith(officer, func(c *Config) { c.OpenWith = editor })
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	open := func() (p api.Problem) {
		w.call("POST", "/api/work", api.WorkOpen{Document: "d1", File: w.doc("d1").Files[0].Key}, &p)
		return p
	}
	if p := open(); p.Reason != "" {
		t.Fatalf("%+v", p)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "got")); err != nil || !bytes.Equal(b, officetest.Docx(t, "Bản một")) {
		t.Errorf("the editor got %d bytes, %v", len(b), err)
	}
	for _, broken := range []string{"/bin/false", filepath.Join(dir, "nothing")} {
		w.app.cfg.OpenWith = broken
		if p := open(); p.Reason != "work.no_editor" {
			t.Errorf("%s: %+v", broken, p)
		}
	}
}

// A database that the disk has damaged takes no unsent save along.
func TestUnsentSavesOutliveARepair(t *testing.T) {
	s := startServer(t)
	w := s.writer()
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	path := w.opens("d1")
	w.until("all of it to go up", func() bool { st := w.sync(); return st.WaitingCount == 0 && len(st.Uploads) == 0 })
	w.app.currentLink().cutLine(true)
	w.give("document.submit_draft.1", "d1", `{"to":"`+string(leader)+`"}`)
	late := officetest.Docx(t, "Lưu trước khi hỏng")
	save(t, path, late)
	c := w.unsent("document.wrong_state")
	data := w.app.cfg.Data
	w.stop()
	w.laptop = startIn(t, data, func(c *Config) { w.editing(c); c.offline = true })
	w.damage("Tờ trình thử", "document.submit_draft.1")
	w.doc("d1") // meets it
	w.until("the repair", func() bool { return w.session().Problem == "" && w.sync().Repair != nil })
	if again := w.unsent("document.wrong_state"); again.ID != c.ID {
		t.Errorf("%+v", again)
	}
	if got := w.bytes("/api/work/" + c.ID + "/content"); !bytes.Equal(got, late) {
		t.Error("the unsent save is gone")
	}
}
