package app

import (
	"slices"
	"testing"
)

// claimed is what the signer's machine says.
var claimed = Claim{Field: "Người ký", Certificate: Hash{7}, Subject: "Nguyễn Văn A", Issuer: "CA thử", Key: KeyToken}

// signed is the document's main file with something added.
func signed(doc *Document) NewFile {
	key, _ := doc.MainFile()
	v := doc.Files[key].Content
	n := byte(len(doc.Files) + 100)
	return NewFile{Name: "x.pdf", Media: mediaPDF, Replaces: key, Content: FileVersion{
		SHA256: Hash{n}, Size: v.Size + 5,
		Segments: append(slices.Clone(v.Segments), Segment{Name: Hash{n, 1}, Size: 21, Plain: 5, Key: SegmentKey{n}}),
	}}
}

// toSign brings a draft of x1 before its leader.
func (w *world) toSign(id ID) *Document {
	w.t.Helper()
	w.drafted(id)
	w.must("x1.officer", "document.submit_draft.1", id, &SubmitDraft{To: "x1.leader"})
	w.must("x1.leader", "document.approve_draft.1", id, &ApproveDraft{Revision: 1, Content: Hash{1}})
	w.must("x1.clerk", "document.check_form.1", id, &Note{})
	return w.state(id, OutToSign)
}

func sign(doc *Document) *Sign {
	return &Sign{Revision: doc.Revision, Content: doc.MainHash(), File: signed(doc), Form: AuthorityTM, Claim: claimed}
}

func sealed(doc *Document) *Seal {
	return &Seal{Revision: doc.Revision, Content: doc.MainHash(), File: signed(doc), Claim: claimed}
}

// judged is the server's word on all that is in the main file.
func judged(doc *Document, indication string, stamp bool) *Judge {
	key, _ := doc.MainFile()
	v := Verdict{Indication: indication, At: 1, Level: "B-B", Signatures: len(doc.Signatures)}
	j := &Judge{File: key, Verdict: v, Signatures: map[CommandID]Verdict{}}
	if stamp {
		f := signed(doc)
		j.Stamped, v.Stamped, v.Level = &f, 2, "B-T"
		j.Verdict = v
	}
	for id := range doc.Signatures {
		j.Signatures[id] = v
	}
	return j
}

// completed is the main file with evidence behind both signatures.
func completed(doc *Document, level string) *Judge {
	key, _ := doc.MainFile()
	f := signed(doc)
	v := Verdict{Indication: "TOTAL-PASSED", At: 1, Stamped: 2, Level: level, Signatures: len(doc.Signatures)}
	j := &Judge{File: key, Verdict: v, Signatures: map[CommandID]Verdict{}, Added: &f}
	for id := range doc.Signatures {
		j.Signatures[id] = v
	}
	return j
}

func (w *world) system(name string, target ID, args any) {
	w.t.Helper()
	w.must(SystemPerson, name, target, args)
}

// TestSignNumberSeal follows a document that is signed digitally from the leader
// to its recipients (NĐ 30/2020, Điều 13, 14, 17 and 32).
func TestSignNumberSeal(t *testing.T) {
	w := newWorld(t)
	doc := w.toSign("d1")
	w.refused("can.needs_submitted", "x1.head", "document.sign.1", "d1", sign(doc))
	stale := sign(doc)
	stale.Content = Hash{99}
	w.refused("document.revision_changed", "x1.leader", "document.sign.1", "d1", stale)
	other := sign(doc)
	other.File.Content.Segments[0].Name = Hash{55}
	w.refused("sign.not_added", "x1.leader", "document.sign.1", "d1", other)
	w.must("x1.leader", "document.sign.1", "d1", sign(doc))
	doc = w.state("d1", OutSigned)
	if person, organ, electronic := doc.Signed(); !person || organ || electronic || doc.Revision != 1 {
		t.Fatalf("signed: %t %t %t, revision %d", person, organ, electronic, doc.Revision)
	}
	w.must("x1.clerk", "document.number.1", "d1", &Number{Book: "x1.di"})
	w.refused("seal.not_judged", "x1.clerk", "document.seal.1", "d1", sealed(doc))
	w.system("document.judge.1", "d1", judged(doc, "TOTAL-FAILED", false))
	w.refused("seal.first_not_good", "x1.clerk", "document.seal.1", "d1", sealed(doc))

	w.system("document.judge.1", "d1", judged(doc, "TOTAL-PASSED", true))
	stamped := w.doc("d1")
	if stamped.MainHash() == doc.MainHash() || stamped.State != OutNumbered || stamped.Revision != 1 {
		t.Fatalf("stamped: %+v", stamped)
	}
	for _, s := range stamped.Signatures {
		if main, _ := stamped.MainFile(); s.File != main || s.Content != stamped.MainHash() || s.Verdict.Stamped != 2 {
			t.Fatalf("signature %+v", s)
		}
	}
	w.refused("document.revision_changed", "x1.clerk", "document.seal.1", "d1", sealed(doc))
	remote := sealed(stamped)
	remote.Claim.Key = KeyRemote
	w.refused("seal.remote", "x1.clerk", "document.seal.1", "d1", remote)
	w.refused("can.needs_clerk", "x1.leader", "document.seal.1", "d1", sealed(stamped))
	w.must("x1.clerk", "document.seal.1", "d1", sealed(stamped))
	doc = w.state("d1", OutSealed)
	if _, _, electronic := doc.Signed(); !electronic {
		t.Error("signed and sealed, and no electronic original")
	}
	w.refused("issue.not_judged", "x1.clerk", "document.issue.1", "d1", &Issue{})
	w.system("document.judge.1", "d1", judged(doc, "TOTAL-PASSED", false))
	w.must("x1.clerk", "document.issue.1", "d1", &Issue{})
	in := w.state(CopyID("d1", "so"), InWaiting)
	if _, _, electronic := in.Signed(); !electronic || in.MainHash() != doc.MainHash() {
		t.Error("what arrived is not what was signed")
	}
	if main, _ := in.MainFile(); in.Files[main].Verdict != (Verdict{}) {
		t.Error("the recipient took the sender's verdict for its own")
	}
	// A time-stamp that comes now is too late: it would be another file than was sent.
	late := judged(w.doc("d1"), "TOTAL-PASSED", true)
	if err := w.try(SystemPerson, "document.judge.1", "d1", late); AsError(err) == nil || AsError(err).Reason != "judge.superseded" {
		t.Errorf("a late time-stamp: %v", err)
	}
}

// signedWell brings a document to where it has a good, time-stamped signature.
func (w *world) signedWell(id ID) {
	w.t.Helper()
	w.must("x1.leader", "document.sign.1", id, sign(w.toSign(id)))
	w.foundGood(id)
}

// sealedWell goes on from there to the agency's.
func (w *world) sealedWell(id ID) {
	w.t.Helper()
	w.must("x1.clerk", "document.number.1", id, &Number{Book: "x1.di"})
	w.must("x1.clerk", "document.seal.1", id, sealed(w.doc(id)))
	w.foundGood(id)
}

// foundGood has the content come, and the server judge and time-stamp it.
func (w *world) foundGood(id ID) {
	w.t.Helper()
	main, _ := w.doc(id).MainFile()
	w.system("document.content_stored.1", id, &ContentStored{File: main})
	w.system("document.judge.1", id, judged(w.doc(id), "TOTAL-PASSED", true))
}

// TestEvidenceIsAdded: what signatures rest on is put behind them while the document
// is sealed and has not gone out; the signatures stay where they were made.
func TestEvidenceIsAdded(t *testing.T) {
	w := newWorld(t)
	early := func(what string) {
		t.Helper()
		if err := w.try(SystemPerson, "document.judge.1", "d1", completed(w.doc("d1"), LevelLT)); AsError(err) == nil || AsError(err).Reason != "judge.superseded" {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.signedWell("d1")
	early("the agency has not signed")
	w.sealedWell("d1")
	before := w.doc("d1")
	other := completed(before, LevelLT)
	other.Added.Content.Segments = other.Added.Content.Segments[1:]
	if err := w.try(SystemPerson, "document.judge.1", "d1", other); AsError(err) == nil || AsError(err).Reason != "sign.not_added" {
		t.Errorf("another file: %v", err)
	}
	w.system("document.judge.1", "d1", completed(before, LevelLT))
	doc := w.state("d1", OutSealed)
	old, _ := before.MainFile()
	main, _ := doc.MainFile()
	f := doc.Files[main]
	if f.Replaces != old || f.Name != before.Files[old].Name || f.By != before.Files[old].By || f.AtServer == 0 || f.Verdict.Level != LevelLT || doc.Revision != 1 {
		t.Errorf("file %+v", f)
	}
	for id, s := range doc.Signatures {
		if was := before.Signatures[id]; s.File != was.File || s.Content != was.Content || s.Verdict.Level != LevelLT {
			t.Errorf("signature %+v", s)
		}
	}
	w.must("x1.clerk", "document.issue.1", "d1", &Issue{})
	early("it has gone out")
	if in := w.doc(CopyID("d1", "so")); in.MainHash() != doc.MainHash() {
		t.Error("what arrived is not what was completed")
	}
}

// TestPaperIsNotSealedDigitally: the agency's key goes on nothing that only paper
// has a signature of.
func TestPaperIsNotSealedDigitally(t *testing.T) {
	w := newWorld(t)
	doc := w.toSign("d1")
	w.must("x1.leader", "document.record_signature.1", "d1", &RecordSignature{Kind: SignaturePerson, Revision: 1, Content: Hash{1}, Form: AuthorityTM})
	w.must("x1.clerk", "document.number.1", "d1", &Number{Book: "x1.di"})
	w.refused("seal.not_digital", "x1.clerk", "document.seal.1", "d1", sealed(doc))
}

// TestInitial: those who check sign beside the file, once for each revision.
func TestInitial(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	w.must("x1.officer", "document.submit_draft.1", "d1", &SubmitDraft{To: "x1.leader"})
	put := &PutInitial{Revision: 1, Content: Hash{1}, Given: w.now, CMS: []byte{0x30}, Claim: claimed}
	w.refused("can.needs_approver", "x1.officer", "document.initial.1", "d1", put)
	id := w.must("x1.leader", "document.initial.1", "d1", put)
	w.refused("initial.already", "x1.leader", "document.initial.1", "d1", put)
	w.system("document.judge.1", "d1", &Judge{Initials: map[CommandID]Verdict{id: {Indication: "TOTAL-PASSED"}}})
	if i := w.doc("d1").Initials[id]; !i.Verdict.Passed() || i.By != "x1.leader" {
		t.Errorf("%+v", i)
	}
	want := `{"at":5,"by":"x1.leader","document":"d1","kind":"ky_nhay","revision":1,"sha256":"0100000000000000000000000000000000000000000000000000000000000000"}`
	if got := string(InitialText("d1", "x1.leader", 1, Hash{1}, 5)); got != want {
		t.Errorf("text %s", got)
	}
}

// TestNobodySignsUnderADelegation: what was lent is the right to decide, not a key,
// and the answer is the same when signing itself was lent.
func TestNobodySignsUnderADelegation(t *testing.T) {
	w := newWorld(t)
	doc := w.toSign("d1")
	w.lend("g1", "document.sign", "document.send_back")
	wantReason(t, w.as("g1", "x1.officer", "document.sign.1", "d1", sign(doc)), "sign.not_delegated")
}
