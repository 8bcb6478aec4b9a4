package app

import (
	"slices"
	"testing"
)

func docx(n byte) NewFile {
	f := pdf(n)
	f.Name, f.Media = "to-trinh.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	return f
}

// add gives a file to the draft and returns its key.
func (w *world) add(f NewFile) CommandID {
	w.t.Helper()
	before := w.doc("d1").Files
	w.must("x1.officer", "document.add_file.1", "d1", &FileAdd{f})
	for key := range w.doc("d1").Files {
		if _, was := before[key]; !was {
			return key
		}
	}
	w.t.Fatal("no file was added")
	return 0
}

// Two people who started from one version do not both become the newest: the
// second is told, and nothing of the first is covered.
func TestSecondNewVersionIsRefused(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	first := w.doc("d1").CurrentFiles()[0]
	newer := docx(2)
	newer.Replaces = first
	second := w.add(newer)
	late := docx(3)
	late.Replaces = first
	e := w.refused("file.replaced", "x1.officer", "document.add_file.1", "d1", &FileAdd{late})
	if e.Code != Conflict || e.Data["by"] != "x1.officer" || e.Data["at"] == nil {
		t.Errorf("%v", e)
	}
	if got := w.doc("d1").CurrentFiles(); !slices.Equal(got, []CommandID{second}) {
		t.Errorf("current %v", got)
	}
	if got := w.doc("d1").Versions(second); !slices.Equal(got, []CommandID{first, second}) {
		t.Errorf("versions %v", got)
	}
}

// The PDF made of a draft is the document itself, the draft stands beside it,
// and whoever edits the draft afterwards makes the PDF stale.
func TestPDFOfADraft(t *testing.T) {
	w := newWorld(t)
	w.must("x1.officer", "document.draft.1", "d1", &DraftCreate{Unit: "x1", Fields: Fields{Type: "BC", Subject: "Báo cáo"}, Files: []NewFile{docx(1)}})
	written := w.doc("d1").CurrentFiles()[0]
	made := pdf(2)
	made.Source = written
	paper := w.add(made)
	d := w.doc("d1")
	if main, _ := d.MainFile(); main != paper || d.Files[written].Role != FileDraft || d.Stale(paper) {
		t.Fatalf("main %v, files %+v", main, d.Files)
	}
	next := docx(3)
	next.Replaces, next.Role = written, FileDraft
	edited := w.add(next)
	if d := w.doc("d1"); !d.Stale(paper) || d.MainHash() != (Hash{2}) {
		t.Error("a newer draft leaves its PDF fresh")
	}
	again := pdf(4)
	again.Source, again.Replaces = edited, paper
	if again := w.add(again); w.doc("d1").Stale(again) || w.doc("d1").MainHash() != (Hash{4}) {
		t.Error("the PDF made anew is not the document")
	}
	w.must("x1.officer", "document.remove_file.1", "d1", &FileRemove{File: edited})
	if d := w.doc("d1"); !d.Stale(d.CurrentFiles()[1]) && !d.Stale(d.CurrentFiles()[0]) {
		t.Error("the PDF of a draft that was taken away is fresh")
	}
}

func TestPDFNamesItsDraft(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	first := w.doc("d1").CurrentFiles()[0]
	for reason, f := range map[string]func(*NewFile){
		"file.not_found":  func(f *NewFile) { f.Source = 99 },
		"file.bad_source": func(f *NewFile) { f.Source, f.Role = first, FileAttachment },
	} {
		made := pdf(2)
		f(&made)
		w.refused(reason, "x1.officer", "document.add_file.1", "d1", &FileAdd{made})
	}
	over := pdf(3)
	over.Source, over.Replaces = first, first
	w.refused("file.bad_source", "x1.officer", "document.add_file.1", "d1", &FileAdd{over})
}

// Saves are versions, not files: a text that is worked on for weeks does not
// fill its document, and still there is an end.
func TestManyVersions(t *testing.T) {
	doc := &Document{Direction: Outgoing, Files: map[CommandID]File{}}
	for n := range CommandID(maxVersions - 1) {
		doc.Files[n+1] = File{Name: "a.docx", Replaces: n}
	}
	x := &Exec{Cmd: &Command{ID: maxVersions}, Actor: Actor{}}
	next := docx(2)
	next.Replaces = maxVersions - 1
	if err := x.addFiles(doc, []NewFile{next}); err != nil || len(doc.CurrentFiles()) != 1 || len(doc.Versions(maxVersions)) != maxVersions {
		t.Fatalf("%v: %d files, %d versions", err, len(doc.CurrentFiles()), len(doc.Versions(maxVersions)))
	}
	next.Replaces = maxVersions
	if e := AsError(x.addFiles(doc, []NewFile{next})); e == nil || e.Reason != "file.too_many_versions" {
		t.Errorf("%v", e)
	}
}
