package app

import (
	"slices"
	"testing"
)

// scanned is a scanned paper that x1 has received and entered in its book.
func (w *world) scanned(id ID, indication string) *Document {
	w.t.Helper()
	w.must("x1.clerk", "document.receive.1", id, &IncomingCreate{Unit: "x1", Fields: Fields{Type: "QĐ", CodeNumber: "12", Notation: "QĐ-UBND", Subject: "Quyết định", OrganName: "UBND tỉnh"}, Files: []NewFile{pdf(1)}})
	if indication != "" {
		w.system("document.judge.1", id, judged(w.doc(id), indication, false))
	}
	w.must("x1.clerk", "document.register.1", id, &Register{Book: "x1.den"})
	return w.state(id, InRegistered)
}

// copied is a copy of the whole with the agency's seal.
func copied(doc *Document, form CopyForm) *MakeCopy {
	f := signed(doc)
	f.Replaces = 0
	return &MakeCopy{Form: form, Revision: doc.Revision, Content: doc.MainHash(), File: f, Claim: claimed}
}

// extracted is a file of some pages.
func extracted(doc *Document, pages string) *MakeCopy {
	c := copied(doc, CopyExtract)
	c.File.Content.Segments, c.File.Content.Size, c.Pages = c.File.Content.Segments[len(c.File.Content.Segments)-1:], 5, pages
	return c
}

// TestCertifiedCopies: văn thư enters copies with the agency's seal, numbered in
// one series for all forms; the document is what it was.
func TestCertifiedCopies(t *testing.T) {
	w := newWorld(t)
	doc := w.scanned("d1", "TOTAL-PASSED")
	w.refused("document.not_found", "x2.clerk", "document.copy.1", "d1", copied(doc, CopyCertified))
	for want, change := range map[string]func(*MakeCopy){
		"seal.remote":               func(c *MakeCopy) { c.Claim.Key = KeyRemote },
		"sign.no_claim":             func(c *MakeCopy) { c.Claim.Field = "" },
		"document.revision_changed": func(c *MakeCopy) { c.Content = Hash{99} },
		"sign.not_added":            func(c *MakeCopy) { c.File.Content.Segments[0].Name = Hash{55} },
		"copy.bad_pages":            func(c *MakeCopy) { c.Pages = "1" },
		"field.not_allowed":         func(c *MakeCopy) { c.Form = "SAO" },
	} {
		c := copied(doc, CopyCertified)
		change(c)
		w.refused(want, "x1.clerk", "document.copy.1", "d1", c)
	}
	id := w.must("x1.clerk", "document.copy.1", "d1", copied(doc, CopyCertified))
	w.must("x1.clerk", "document.copy.1", "d1", copied(doc, CopyOfCopy))
	third := w.must("x1.clerk", "document.copy.1", "d1", extracted(doc, "1-2, 5"))
	after := w.state("d1", InRegistered)
	if after.MainHash() != doc.MainHash() || after.Revision != doc.Revision {
		t.Error("a copy has changed the document")
	}
	c := after.CertifiedCopies[id]
	if c.Code() != "01/SY-UBND" || c.Organ != "Ủy ban nhân dân xã x1" || c.By != "x1.clerk" || after.Files[c.File].Role != FileCopy || after.Files[c.File].Name != "Sao y - van-ban.pdf" {
		t.Errorf("copy %+v of %+v", c, after.Files[c.File])
	}
	if code := after.CertifiedCopies[third].Code(); code != "03/TrS-UBND" {
		t.Errorf("the extract is %s", code)
	}
	w.refused("file.locked", "x1.clerk", "document.remove_file.1", "d1", &FileRemove{File: c.File})
	again := pdf(8)
	again.Replaces = c.File
	w.refused("file.locked", "x1.clerk", "document.add_file.1", "d1", &FileAdd{File: again})
	again.Replaces, again.Role = 0, FileCopy
	w.refused("file.no_content", "x1.clerk", "document.add_file.1", "d1", &FileAdd{File: again})

}

// TestCopiesOfWhatWasReceived: what came through the system may be copied when it is in
// the book and its signatures are not known to be bad; each office counts for itself.
func TestCopiesOfWhatWasReceived(t *testing.T) {
	w := newWorld(t)
	w.sent("s1")
	in := CopyID("s1", "x2")
	w.refused("document.wrong_state", "x2.clerk", "document.copy.1", in, copied(w.doc(in), CopyCertified))
	w.must("x2.clerk", "document.accept.1", in, &Note{})
	w.must("x2.clerk", "document.register.1", in, &Register{Book: "x2.den"})
	w.refused("copy.source_not_judged", "x2.clerk", "document.copy.1", in, copied(w.doc(in), CopyCertified))
	w.system("document.judge.1", in, judged(w.doc(in), "TOTAL-FAILED", false))
	w.refused("copy.source_not_good", "x2.clerk", "document.copy.1", in, copied(w.doc(in), CopyCertified))
	w.system("document.judge.1", in, judged(w.doc(in), "INDETERMINATE", false))
	id := w.must("x2.clerk", "document.copy.1", in, copied(w.doc(in), CopyCertified))
	if code := w.doc(in).CertifiedCopies[id].Code(); code != "01/SY-UBND" {
		t.Errorf("another office counts on: %s", code)
	}
	w.refused("can.needs_clerk", "so.leader", "document.copy.1", "s1", copied(w.doc("s1"), CopyCertified))
	id = w.must("so.clerk", "document.copy.1", "s1", copied(w.doc("s1"), CopyCertified))
	if code := w.doc("s1").CertifiedCopies[id].Code(); code != "01/SY-SNV" {
		t.Errorf("of our own: %s", code)
	}
}

// TestCopyIsJudged: the server's word on the seal and on the file; a time-stamped
// file takes the copy's place, and the copy is where it was.
func TestCopyIsJudged(t *testing.T) {
	w := newWorld(t)
	doc := w.scanned("d1", "TOTAL-PASSED")
	id := w.must("x1.clerk", "document.copy.1", "d1", copied(doc, CopyCertified))
	if due := w.doc("d1").SigningDue(); due != 0 {
		t.Errorf("due %d before its content is here", due)
	}
	w.system("document.content_stored.1", "d1", &ContentStored{File: id})
	if files := w.doc("d1").Unjudged(); !slices.Equal(files, []CommandID{id}) {
		t.Errorf("to judge: %v", files)
	}
	good := Verdict{Indication: "TOTAL-PASSED", Signatures: 1}
	w.system("document.judge.1", "d1", &Judge{File: id, Verdict: good, Signatures: map[CommandID]Verdict{id: good}})
	after := w.doc("d1")
	if !after.CertifiedCopies[id].Verdict.Passed() || !after.Files[id].Verdict.Passed() || !slices.Equal(after.StampWaiting(), []CommandID{id}) || after.SigningDue() != DueStamp {
		t.Errorf("judged: %+v, due %d", after.CertifiedCopies[id], after.SigningDue())
	}
	stamped := signed(doc)
	good.Stamped = 2
	w.system("document.judge.1", "d1", &Judge{File: id, Verdict: good, Signatures: map[CommandID]Verdict{id: good}, Stamped: &stamped})
	after = w.doc("d1")
	c := after.CertifiedCopies[id]
	if f := after.Files[c.File]; c.File == id || f.Replaces != id || f.Role != FileCopy || f.Content.SHA256 != stamped.Content.SHA256 || after.SigningDue() != 0 {
		t.Errorf("stamped: %+v, due %d", c, after.SigningDue())
	}
	if after.MainHash() != doc.MainHash() {
		t.Error("the time-stamp of a copy changed the document")
	}
	w.system("document.judge.1", "d1", &Judge{File: c.File, Verdict: Verdict{Indication: indeterminate, Signatures: 1}, Signatures: map[CommandID]Verdict{id: {Indication: indeterminate, Sub: subTryLater, Stamped: 2}}})
	if due := w.doc("d1").SigningDue(); due != DueLater|DueTrust {
		t.Errorf("due %d", due)
	}
}

// TestCopyNumberIsTheServers: a laptop shows a copy without a number, never one of
// its own making.
func TestCopyNumberIsTheServers(t *testing.T) {
	w := newWorld(t)
	doc := w.scanned("d1", "TOTAL-PASSED")
	laptop, err := w.run(w.server, false, &Command{Name: "document.copy.1", Target: docKey("d1"), Actor: "x1.clerk", Args: copied(doc, CopyCertified)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := laptop.Get(docKey("d1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.(*Document).CertifiedCopies {
		if c.Number != 0 || c.Code() != "" {
			t.Errorf("a laptop numbered: %+v", c)
		}
	}
}

// TestCopyPages: pages of an extract grow, and each is there once.
func TestCopyPages(t *testing.T) {
	for text, want := range map[string][]int{
		"1": {1}, "2-4": {2, 3, 4}, " 1 - 2 , 5": {1, 2, 5}, "9": {9},
		"": nil, "0": nil, "10": nil, "3-2": nil, "2,2": nil, "2, 1": nil, "1-": nil, "-1": nil, "x": nil, "1,,2": nil, "1-3, 3": nil, "9999999": nil, "１": nil,
	} {
		got, err := CopyPages(text, 9)
		if !slices.Equal(got, want) || (err != nil) != (want == nil) {
			t.Errorf("%q: %v %v", text, got, err)
		}
	}
}

// TestNobodySealsUnderADelegation: the agency's device is with its văn thư.
func TestNobodySealsUnderADelegation(t *testing.T) {
	w := newWorld(t)
	m, err := w.run(w.server, true, &Command{Name: "delegation.give.1", Target: Key{KindDelegation, "g1"}, Actor: "x1.clerk",
		Args: &Delegate{To: "x1.officer", Unit: "x1", Start: w.now, End: w.now + 24*hour}})
	if err != nil {
		t.Fatal(err)
	}
	w.server = m
	doc := w.scanned("d1", "TOTAL-PASSED")
	wantReason(t, w.as("g1", "x1.officer", "document.copy.1", "d1", copied(doc, CopyCertified)), "seal.not_delegated")
	doc = w.toSign("d2")
	w.must("x1.leader", "document.sign.1", "d2", sign(doc))
	w.must("x1.clerk", "document.number.1", "d2", &Number{Book: "x1.di"})
	w.system("document.judge.1", "d2", judged(w.doc("d2"), "TOTAL-PASSED", false))
	wantReason(t, w.as("g1", "x1.officer", "document.seal.1", "d2", sealed(w.doc("d2"))), "seal.not_delegated")
	w.must("x1.clerk", "document.seal.1", "d2", sealed(w.doc("d2")))
}
