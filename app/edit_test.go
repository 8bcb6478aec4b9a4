package app

import "testing"

// drafted makes a draft of the officer.
func (w *world) drafted(id ID) {
	w.t.Helper()
	w.must("x1.officer", "document.draft.1", id, &DraftCreate{Unit: "x1", To: []ID{"so"}, Files: []NewFile{pdf(1)},
		Fields: Fields{Type: "BC", Subject: "Báo cáo tuần", CodeNumber: "99"}})
}

func TestEditByField(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	w.must("x1.officer", "document.edit.1", "d1", &DraftEdit{
		Set: map[string]any{"subject": "Báo cáo tháng", "pages": float64(3), "dueDate": "2026-12-10", "paper": true},
		Old: map[string]any{"subject": "Báo cáo tuần"}})
	d := w.doc("d1")
	if d.Subject != "Báo cáo tháng" || d.Pages != 3 || d.DueDate != DateOf(2026, 12, 10) || !d.Paper || d.Revision != 2 || d.CodeNumber != "" {
		t.Errorf("%+v", d.Fields())
	}
	// The same change twice is no change; another field's base does not matter.
	w.must("x1.officer", "document.edit.1", "d1", &DraftEdit{Set: map[string]any{"subject": "Báo cáo tháng"}, Old: map[string]any{"subject": "Báo cáo tuần"}})
	if w.doc("d1").Revision != 2 {
		t.Error("nothing changed, and the revision did")
	}
	e := w.refused("document.edit_conflict", "x1.officer", "document.edit.1", "d1", &DraftEdit{
		Set: map[string]any{"subject": "Báo cáo quý", "pages": uint64(5)}, Old: map[string]any{"subject": "Báo cáo tuần", "pages": uint64(3)}})
	clash, _ := e.Data["subject"].(map[string]any)
	if clash["mine"] != "Báo cáo quý" || clash["theirs"] != "Báo cáo tháng" || clash["by"] != "x1.officer" || clash["at"] == int64(0) {
		t.Errorf("conflict %v", e.Data)
	}
	if _, ok := e.Data["pages"]; ok || w.doc("d1").Pages != 3 {
		t.Error("a field without conflict")
	}
	for reason, set := range map[string]map[string]any{
		"document.unknown_field":   {"nothing": "x"},
		"document.bad_value":       {"dueDate": "mai"},
		"document.field_locked":    {"codeNumber": "5"},
		"document.unknown_type":    {"type": "XX"},
		"document.subject_missing": {"subject": ""},
		"secrecy.refused":          {"secrecy": "MAT"},
	} {
		w.refused(reason, "x1.officer", "document.edit.1", "d1", &DraftEdit{Set: set, Old: map[string]any{"subject": "Báo cáo tháng", "type": "BC"}})
	}
	long := make([]rune, 501)
	for i := range long {
		long[i] = 'ạ'
	}
	w.refused("field.too_long", "x1.officer", "document.edit.1", "d1", &DraftEdit{Set: map[string]any{"subject": string(long)}, Old: map[string]any{"subject": "Báo cáo tháng"}})
	w.must("x1.officer", "document.edit.1", "d1", &DraftEdit{SetTo: true, To: []ID{"x2", "x3"}})
	if d := w.doc("d1"); len(d.Recipients) != 2 || d.Revision != 3 {
		t.Errorf("recipients %v", d.Recipients)
	}
}

// Nobody approves or signs anything but what he read.
func TestApprovalIsExact(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	w.must("x1.officer", "document.submit_draft.1", "d1", &SubmitDraft{To: "x1.leader"})
	w.must("x1.officer", "document.withdraw.1", "d1", &Note{})
	w.must("x1.officer", "document.add_file.1", "d1", &FileAdd{File: func() NewFile { f := pdf(2); f.Replaces = NewCommandID(7, 1); return f }()})
	w.must("x1.officer", "document.submit_draft.1", "d1", &SubmitDraft{To: "x1.leader"})
	e := w.refused("document.revision_changed", "x1.leader", "document.approve_draft.1", "d1", &ApproveDraft{Revision: 1, Content: Hash{1}})
	if e.Code != Conflict || e.Data["current"] != uint32(2) {
		t.Errorf("%v", e.Data)
	}
	changes, _ := e.Data["changes"].([]any)
	if len(changes) != 1 {
		t.Fatalf("changes %v", changes)
	}
	if c, _ := changes[0].(map[string]any); c["step"] != "document.add_file" || c["by"] != "x1.officer" || c["text"] == "" {
		t.Errorf("change %v", c)
	}
	w.refused("document.revision_changed", "x1.leader", "document.approve_draft.1", "d1", &ApproveDraft{Revision: 2, Content: Hash{1}})
	w.must("x1.leader", "document.approve_draft.1", "d1", &ApproveDraft{Revision: 2, Content: Hash{2}})
	w.state("d1", OutFormCheck)
	// Văn thư corrects the form: what was approved is no longer what is there.
	w.must("x1.clerk", "document.edit.1", "d1", &DraftEdit{Set: map[string]any{"copies": 12}})
	w.must("x1.clerk", "document.check_form.1", "d1", &Note{})
	if d := w.state("d1", OutReview); d.Submitted != "x1.leader" {
		t.Errorf("back with %s", d.Submitted)
	}
	w.must("x1.leader", "document.approve_draft.1", "d1", &ApproveDraft{Revision: 3, Content: Hash{2}, To: "x1.deputy"})
	if d := w.state("d1", OutToSign); d.Signer.Form != AuthorityKT || d.Signer.Position != "PHÓ CHỦ TỊCH" || d.Submitted != "x1.deputy" {
		t.Errorf("signer %+v", d.Signer)
	}
	w.refused("document.revision_changed", "x1.deputy", "document.record_signature.1", "d1", &RecordSignature{Kind: SignaturePerson, Revision: 2, Content: Hash{2}})
	w.refused("sign.no_authority", "x1.deputy", "document.record_signature.1", "d1", &RecordSignature{Kind: SignaturePerson, Revision: 3, Content: Hash{2}, Form: AuthorityTM})
	w.must("x1.clerk", "document.record_signature.1", "d1", &RecordSignature{Kind: SignaturePerson, Revision: 3, Content: Hash{2}, Signer: "x1.deputy", Form: AuthorityKT})
	w.state("d1", OutSigned)
}

func TestSendBack(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	w.must("x1.officer", "document.submit_draft.1", "d1", &SubmitDraft{To: "x1.deputy"})
	w.must("x1.deputy", "document.send_back.1", "d1", &Reason{Text: "Viết lại mục 2"})
	d := w.state("d1", OutSentBack)
	if s, _ := d.LastChange(); s.Text != "Viết lại mục 2" || s.To != "x1.officer" {
		t.Errorf("step %+v", s)
	}
	if !Can(w.server.dir, w.actor("x1.deputy"), ActRead, d).Allow {
		t.Error("who sent it back lost it")
	}
}

// A document that another office issued keeps what it says.
func TestCopiesKeepTheIssuersFields(t *testing.T) {
	w := newWorld(t)
	in := w.registered("d1")
	w.refused("document.field_locked", "x1.clerk", "document.edit.1", in, &DraftEdit{Set: map[string]any{"subject": "Khác"}, Old: map[string]any{"subject": "Về việc rà soát hộ nghèo"}})
	w.must("x1.clerk", "document.edit.1", in, &DraftEdit{Set: map[string]any{"field": "Lao động"}})
	w.refused("file.locked", "x1.clerk", "document.add_file.1", in, &FileAdd{File: pdf(5)})
	f := pdf(5)
	f.Role = FileAttachment
	w.must("x1.clerk", "document.add_file.1", in, &FileAdd{File: f})
}

func TestContentStoredReachesCopies(t *testing.T) {
	w := newWorld(t)
	w.sent("d1")
	key := w.doc("d1").CurrentFiles()[0]
	w.refused("command.system_only", "so.clerk", "document.content_stored.1", "d1", &ContentStored{File: key})
	w.must(SystemPerson, "document.content_stored.1", "d1", &ContentStored{File: key})
	if w.doc("d1").Files[key].AtServer == 0 || w.doc(CopyID("d1", "x2")).Files[key].AtServer == 0 {
		t.Error("not noted everywhere")
	}
}

// The document itself and its last step do not depend on a clock that went
// back, nor on which of two laptops was enrolled first.
func TestClockSetBack(t *testing.T) {
	w := newWorld(t)
	w.drafted("d1")
	first := w.doc("d1").CurrentFiles()[0]
	give := func(id CommandID, name string, args any) {
		t.Helper()
		w.now -= 3_600_000
		m, err := w.run(w.server, true, &Command{ID: id, Name: name, Target: docKey("d1"), Actor: "x1.officer", Args: args})
		if err != nil {
			t.Fatal(err)
		}
		w.server = m
	}
	give(NewCommandID(3, 1), "document.add_file.1", &FileAdd{File: pdf(2)})
	if d := w.doc("d1"); d.MainHash() != (Hash{1}) {
		t.Errorf("what was added is now the document itself: %v", d.Files)
	}
	newer := pdf(3)
	newer.Replaces = first
	give(NewCommandID(2, 1), "document.add_file.1", &FileAdd{File: newer})
	give(NewCommandID(1, 1), "document.submit_draft.1", &SubmitDraft{To: "x1.leader"})
	d := w.doc("d1")
	if d.MainHash() != (Hash{3}) || len(d.CurrentFiles()) != 2 {
		t.Errorf("a new version is not in the place of the old one: %v", d.Files)
	}
	if s, _ := d.LastChange(); s.To != "x1.leader" {
		t.Errorf("last step %+v", s)
	}
}
