package app

import "testing"

// sealedAttachment is an attachment with the agency's signature in it.
func sealedAttachment(doc *Document, key CommandID) SealedAttachment {
	v := doc.Files[key].Content
	n := byte(len(doc.Files) + 150)
	return SealedAttachment{Claim: claimed, File: NewFile{Name: "x", Replaces: key, Content: FileVersion{SHA256: Hash{n}, Size: v.Size + 5,
		Segments: append(v.Segments[:len(v.Segments):len(v.Segments)], Segment{Name: Hash{n, 1}, Size: 21, Plain: 5, Key: SegmentKey{n}})}}}
}

// TestSealAttachments: attachments are sealed with the document and for themselves;
// nothing is issued while the server has not found each of the seals good.
func TestSealAttachments(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	added := pdf(5)
	added.Role, added.Name = FileAttachment, "Phụ lục.pdf"
	key := w.must("x1.officer", "document.add_file.1", "d1", &FileAdd{File: added})
	w.must("x1.officer", "document.submit_draft.1", "d1", &SubmitDraft{To: "x1.leader"})
	w.must("x1.leader", "document.approve_draft.1", "d1", &ApproveDraft{Revision: 2, Content: Hash{1}})
	w.must("x1.clerk", "document.check_form.1", "d1", &Note{})
	w.must("x1.leader", "document.sign.1", "d1", sign(w.doc("d1")))
	w.must("x1.clerk", "document.number.1", "d1", &Number{Book: "x1.di"})
	w.system("document.judge.1", "d1", judged(w.doc("d1"), "TOTAL-PASSED", false))
	doc := w.doc("d1")
	main, _ := doc.MainFile()
	for want, change := range map[string]func(*SealedAttachment){
		"seal.not_attachment": func(a *SealedAttachment) { a.File.Replaces = main },
		"sign.not_added":      func(a *SealedAttachment) { a.File.Content.Segments = a.File.Content.Segments[1:] },
		"sign.no_claim":       func(a *SealedAttachment) { a.Claim.Certificate = Hash{} },
		"seal.remote":         func(a *SealedAttachment) { a.Claim.Key = KeyRemote },
	} {
		a, order := sealedAttachment(doc, key), sealed(doc)
		change(&a)
		order.Attachments = []SealedAttachment{a}
		w.refused(want, "x1.clerk", "document.seal.1", "d1", order)
	}
	order := sealed(doc)
	order.Attachments = []SealedAttachment{sealedAttachment(doc, key), sealedAttachment(doc, key)}
	w.refused("seal.not_attachment", "x1.clerk", "document.seal.1", "d1", order)
	order.Attachments = order.Attachments[:1]
	id := FileKey(w.must("x1.clerk", "document.seal.1", "d1", order), 1)

	doc = w.state("d1", OutSealed)
	if f := doc.Files[id]; f.Name != "Phụ lục.pdf" || f.Role != FileAttachment || f.Replaces != key || doc.Signatures[id].Kind != SignatureAttachment || len(doc.Attachments()) != 1 {
		t.Fatalf("sealed: %+v %+v", f, doc.Signatures[id])
	}
	if person, organ, electronic := doc.Signed(); !person || !organ || !electronic {
		t.Error("the seal on an attachment stands for another")
	}
	good := judged(doc, "TOTAL-PASSED", false)
	delete(good.Signatures, id)
	w.system("document.judge.1", "d1", good)
	w.refused("issue.not_judged", "x1.clerk", "document.issue.1", "d1", &Issue{})
	verdict := func(indication string) *Judge {
		v := Verdict{Indication: indication, Signatures: 1}
		return &Judge{File: id, Verdict: v, Signatures: map[CommandID]Verdict{id: v}}
	}
	w.system("document.judge.1", "d1", verdict("TOTAL-FAILED"))
	w.refused("issue.seal_not_good", "x1.clerk", "document.issue.1", "d1", &Issue{})
	w.system("document.judge.1", "d1", verdict("TOTAL-PASSED"))
	w.system("document.content_stored.1", "d1", &ContentStored{File: id})
	if files := w.doc("d1").StampWaiting(); len(files) != 1 || files[0] != id {
		t.Errorf("waiting for a time-stamp: %v", files)
	}
	w.must("x1.clerk", "document.issue.1", "d1", &Issue{})
	if len(w.doc("d1").StampWaiting()) > 0 {
		t.Error("what has gone out waits for a time-stamp")
	}
	in := w.state(CopyID("d1", "so"), InWaiting)
	if list := in.Attachments(); len(list) != 1 || in.Files[list[0]].Content.SHA256 != doc.Files[id].Content.SHA256 {
		t.Errorf("what arrived: %v", list)
	}
	w.system("document.content_stored.1", in.ID, &ContentStored{File: id})
	w.system("document.judge.1", in.ID, judged(w.doc(in.ID), "TOTAL-PASSED", false))
	if files := w.doc(in.ID).Unjudged(); len(files) != 1 || files[0] != id {
		t.Errorf("to be judged on arrival: %v", files)
	}
	w.system("document.judge.1", in.ID, &Judge{File: id, Verdict: Verdict{Indication: indeterminate, Signatures: 1}})
	if d := w.doc(in.ID); len(d.Unjudged()) > 0 || len(d.Undecided()) != 1 {
		t.Errorf("not decided: %v", d.Undecided())
	}
}
