package app

import (
	"reflect"
	"testing"
	"time"
)

// The main story: department → commune → directive → answer with a draft →
// approval, paper signature, number, issue → the department sees it closed.
func TestStory(t *testing.T) {
	w := newWorld(t)
	w.sent("d1")
	out := w.state("d1", OutIssued)
	if out.Code() != "01/SNV" || out.IssuedDate != start.Date() || out.BookYear != 2026 {
		t.Errorf("numbered %q on %s in %d", out.Code(), out.IssuedDate, out.BookYear)
	}
	if person, organ, electronic := out.Signed(); !person || !organ || electronic {
		t.Errorf("signed: person %v organ %v electronic %v", person, organ, electronic)
	}
	in := CopyID("d1", "x1")
	got := w.state(in, InWaiting)
	if len(got.Files) != 2 || got.Organ != "so" || got.Source != "d1" || got.Arrived == 0 || got.CodeNumber != "01" {
		t.Errorf("copy: %+v", got)
	}
	recipient := func(want ExchangeStatus) Recipient {
		t.Helper()
		r := w.doc("d1").Recipients["x1"]
		if r.Status != want {
			t.Fatalf("recipient is %s, want %s", r.Status, want)
		}
		return r
	}
	recipient(StatusArrived)
	w.must("x1.clerk", "document.accept.1", in, &Note{})
	recipient(StatusReceived)
	w.must("x1.clerk", "document.register.1", in, &Register{Book: "x1.den"})
	if r := recipient(StatusReceived); r.Number != 1 {
		t.Errorf("their number is %d", r.Number)
	}
	w.must("x1.clerk", "document.submit.1", in, &Submit{To: "x1.leader"})
	dir := w.must("x1.leader", "document.direct.1", in, &Direct{
		Text: "Phòng VHXH tham mưu trả lời", Due: DateOf(2026, 11, 27), Receivers: []Receiver{
			{ID: "x1.p", Unit: true, Role: Lead}, {ID: "x1.officer2", Role: Assist}, {ID: "x1.deputy", Role: ForNotice}},
	})
	w.state(in, InDistributed)
	recipient(StatusAssigned)
	w.must("x1.head", "document.seen.1", in, &TaskRef{dir, "x1.p"})
	sub := w.must("x1.head", "document.direct.1", in, &Direct{
		Text: "Đồng chí soạn thảo", Parent: dir, Due: DateOf(2026, 11, 26), Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}})
	w.state(in, InHandling)
	recipient(StatusProcessing)
	if w.doc(in).Directives[dir].Tasks["x1.p"].State != TaskDoing {
		t.Error("a task that was passed on is under way")
	}
	w.must("x1.officer", "document.draft.1", "r1", &DraftCreate{
		Unit: "x1", ReplyTo: in, Files: []NewFile{pdf(9)}, Fields: Fields{Type: "BC", Subject: "Kết quả rà soát hộ nghèo"}})
	draft := w.state("r1", OutDraft)
	if _, ok := draft.Recipients["so"]; !ok || draft.DraftUnit != "x1.p" {
		t.Errorf("draft: to %v, from %s", draft.Recipients, draft.DraftUnit)
	}
	if Can(w.server.dir, w.actor("x1.leader"), ActRead, draft).Allow {
		t.Error("the leader sees a draft nobody has shown him")
	}
	w.must("x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{sub, "x1.officer"}, Text: "Xin trình", Draft: "r1"})
	w.must("x1.head", "document.accept_answer.1", in, &TaskVerdict{TaskRef: TaskRef{sub, "x1.officer"}})
	w.must("x1.head", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.p"}, Draft: "r1"})
	if !Can(w.server.dir, w.actor("x1.leader"), ActRead, w.doc("r1")).Allow {
		t.Error("the leader does not see the draft given as his answer")
	}
	w.must("x1.officer", "document.submit_draft.1", "r1", &SubmitDraft{To: "x1.head"})
	w.state("r1", OutContentCheck)
	w.must("x1.head", "document.check_content.1", "r1", &Note{})
	w.must("x1.clerk", "document.check_form.1", "r1", &Note{})
	if d := w.state("r1", OutReview); d.Submitted != "x1.leader" {
		t.Errorf("with %s", d.Submitted)
	}
	w.must("x1.leader", "document.approve_draft.1", "r1", &ApproveDraft{Revision: 1, Content: Hash{9}})
	w.state("r1", OutToSign)
	w.must("x1.leader", "document.record_signature.1", "r1", &RecordSignature{Kind: SignaturePerson, Revision: 1, Content: Hash{9}, Form: AuthorityTM})
	w.must("x1.clerk", "document.number.1", "r1", &Number{Book: "x1.di"})
	if d := w.state("r1", OutNumbered); d.Code() != "01/BC-UBND" {
		t.Errorf("code %s", d.Code())
	}
	w.refused("document.wrong_state", "x1.clerk", "document.issue.1", "r1", &Issue{})
	w.must("x1.clerk", "document.record_signature.1", "r1", &RecordSignature{Kind: SignatureOrgan, Revision: 1, Content: Hash{9}})
	w.must("x1.clerk", "document.issue.1", "r1", &Issue{})
	w.state("r1", OutIssued)
	closed := w.state(in, InDone)
	if closed.Finished == 0 || closed.Directives[dir].Tasks["x1.p"].State != TaskDone || len(closed.Relations) != 1 {
		t.Errorf("not closed by the reply: %+v", closed)
	}
	reply := CopyID("r1", "so")
	if r := recipient(StatusCompleted); r.Reply != reply {
		t.Errorf("reply is %s, want %s", r.Reply, reply)
	}
	if w.state(reply, InWaiting).ReplyTo != "d1" {
		t.Error("the department's copy does not say what it answers")
	}
}

func (w *world) actor(p ID) Actor {
	a, err := w.server.dir.Actor(p, "", w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// registered brings a document of the department into x1's book.
func (w *world) registered(id ID) ID {
	w.sent(id)
	in := CopyID(id, "x1")
	w.must("x1.clerk", "document.register.1", in, &Register{Book: "x1.den"})
	return in
}

// submitted goes one step further.
func (w *world) submitted(id ID) ID {
	in := w.registered(id)
	w.must("x1.clerk", "document.submit.1", in, &Submit{To: "x1.leader"})
	return in
}

// directed ends with one directive to the officer, due 2026-11-27.
func (w *world) directed(id ID) (ID, CommandID) {
	in := w.submitted(id)
	dir := w.must("x1.leader", "document.direct.1", in, &Direct{Text: "Xử lý", Due: DateOf(2026, 11, 27),
		Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}})
	return in, dir
}

// On a laptop a number is pending, never made up, and nothing of another
// office is written; the server's run of the same commands settles it.
func TestOptimisticRun(t *testing.T) {
	w := newWorld(t)
	laptop := w.server.copy()
	laptop.holds = false
	send := &Command{ID: NewCommandID(3, 1), Name: "document.register_send.1", Target: docKey("d1"), Actor: "so.clerk", Args: &RegisterAndSend{
		Unit: "so", Book: "so.di", To: []ID{"x1"}, Signer: "so.leader", Files: []NewFile{pdf(1)}, Fields: Fields{Subject: "Thông tin"}}}
	laptop, err := w.run(laptop, false, send)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := laptop.Get(docKey("d1"))
	if d := r.(*Document); d.State != OutToIssue || !d.NumberPending() || d.CodeNumber != "" {
		t.Errorf("laptop: %s, number %q", d.State, d.CodeNumber)
	}
	if _, err := laptop.Get(docKey(CopyID("d1", "x1"))); err != ErrNotFound {
		t.Error("a laptop wrote another office's record")
	}
	w.server, err = w.run(w.server, true, send)
	if err != nil {
		t.Fatal(err)
	}
	w.state("d1", OutIssued)
	w.state(CopyID("d1", "x1"), InWaiting)
}

// The whole way of a draft can be given offline, step by step.
func TestOfflineChainOfSteps(t *testing.T) {
	w := newWorld(t)
	laptop := w.server.copy()
	laptop.holds = false
	chain := []*Command{
		{Name: "document.draft.1", Actor: "x1.clerk", Args: &DraftCreate{Unit: "x1", To: []ID{"so"}, Files: []NewFile{pdf(1)}, Fields: Fields{Type: "TB", Subject: "Thông báo"}}},
		{Name: "document.submit_draft.1", Actor: "x1.clerk", Args: &SubmitDraft{To: "x1.deputy"}},
		{Name: "document.approve_draft.1", Actor: "x1.deputy", Args: &ApproveDraft{Revision: 1, Content: Hash{1}}},
		{Name: "document.check_form.1", Actor: "x1.clerk", Args: &Note{}},
		{Name: "document.record_signature.1", Actor: "x1.deputy", Args: &RecordSignature{Kind: SignaturePerson, Revision: 1, Content: Hash{1}, Form: AuthorityKT}},
		{Name: "document.number.1", Actor: "x1.clerk", Args: &Number{Book: "x1.di"}},
		{Name: "document.record_signature.1", Actor: "x1.clerk", Args: &RecordSignature{Kind: SignatureOrgan, Revision: 1, Content: Hash{1}}},
		{Name: "document.issue.1", Actor: "x1.clerk", Args: &Issue{}},
	}
	for _, c := range chain {
		c.Target = docKey("d1")
		var err error
		if laptop, err = w.run(laptop, false, c); err != nil {
			t.Fatalf("laptop: %v", err)
		}
		if w.server, err = w.run(w.server, true, c); err != nil {
			t.Fatalf("server: %v", err)
		}
	}
	r, _ := laptop.Get(docKey("d1"))
	if d := r.(*Document); d.State != OutToIssue || !d.NumberPending() {
		t.Errorf("laptop ends in %s", d.State)
	}
	d := w.state("d1", OutIssued)
	if d.Code() != "01/TB-UBND" || d.Signer.Form != AuthorityKT {
		t.Errorf("server: %s, signed %q", d.Code(), d.Signer.Form)
	}
	w.state(CopyID("d1", "so"), InWaiting)
}

// Both runs of a command key what they write in the same way.
func TestRunsAgree(t *testing.T) {
	w := newWorld(t)
	in := w.submitted("d1")
	c := &Command{ID: NewCommandID(9, 1), Name: "document.direct.1", Target: docKey(in), Actor: "x1.leader", At: w.now,
		Args: &Direct{Text: "Giao", Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}}}
	laptop, err := w.run(w.server, false, c)
	if err != nil {
		t.Fatal(err)
	}
	server, err := w.run(w.server, true, c)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := laptop.Get(docKey(in))
	b, _ := server.Get(docKey(in))
	if !reflect.DeepEqual(a, b) {
		t.Errorf("laptop %+v\nserver %+v", a, b)
	}
}

func TestYearRollOver(t *testing.T) {
	w := newWorld(t)
	w.now = TimeOf(time.Date(2026, 12, 31, 16, 0, 0, 0, Zone))
	w.sent("d1")
	w.now = TimeOf(time.Date(2027, 1, 1, 0, 0, 1, 0, Zone))
	w.sent("d2")
	a, b := w.doc("d1"), w.doc("d2")
	if a.BookYear != 2026 || b.BookYear != 2027 || a.BookNumber != 1 || b.BookNumber != 1 || b.IssuedDate != DateOf(2027, 1, 1) {
		t.Errorf("numbers %d/%d and %d/%d of %s", a.BookNumber, a.BookYear, b.BookNumber, b.BookYear, b.IssuedDate)
	}
}

func TestFirstWins(t *testing.T) {
	w := newWorld(t)
	in := w.submitted("d1")
	e := w.refused("document.wrong_state", "x1.clerk", "document.submit.1", in, &Submit{To: "x1.deputy"})
	if e.Code != Conflict || e.Data["by"] != "x1.clerk" || e.Data["at"] == int64(0) || e.Data["state"] != string(InSubmitted) {
		t.Errorf("refusal says %v", e.Data)
	}
	w.must("x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.officer", Role: Lead}}})
	e = w.refused("directive.lead_taken", "x1.leader", "document.direct.1", in, &Direct{Receivers: []Receiver{{ID: "x1.officer2", Role: Lead}}})
	if e.Data["by"] != "x1.leader" || e.Data["lead"] != "x1.officer" {
		t.Errorf("refusal says %v", e.Data)
	}
}

func TestReturnTellsSender(t *testing.T) {
	w := newWorld(t)
	w.sent("d1")
	in := CopyID("d1", "x2")
	w.refused("field.missing", "x2.clerk", "document.return_incoming.1", in, &Reason{Text: "  "})
	w.must("x2.clerk", "document.return_incoming.1", in, &Reason{Text: "Gửi nhầm nơi nhận"})
	r := w.doc("d1").Recipients["x2"]
	if r.Status != StatusRefused || r.Reason != "Gửi nhầm nơi nhận" {
		t.Errorf("recipient %+v", r)
	}
	w.refused("document.wrong_state", "x2.clerk", "document.register.1", in, &Register{Book: "x2.den"})
}

func TestRecallFreezesCopies(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	w.must("so.leader", "document.recall.1", "d1", &Reason{Text: "Sai nội dung"})
	w.state("d1", OutRecalled)
	copied := w.state(in, InRecalled)
	if copied.Finished == 0 || w.doc("d1").Recipients["x1"].Status != StatusRecalled {
		t.Error("recall did not reach the recipient")
	}
	w.refused("document.wrong_state", "x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.officer"}, Text: "Xong"})
	w.refused("document.wrong_state", "x1.clerk", "document.remark.1", in, &RemarkAdd{Text: "Đã nhận"})
}

func TestCancelKeepsNumber(t *testing.T) {
	w := newWorld(t)
	w.sent("d0")
	w.must("x1.clerk", "document.draft.1", "d1", &DraftCreate{Unit: "x1", To: []ID{"so"}, Fields: Fields{Type: "TB", Subject: "Một"}})
	w.must("x1.clerk", "document.submit_draft.1", "d1", &SubmitDraft{To: "x1.leader"})
	w.must("x1.leader", "document.approve_draft.1", "d1", &ApproveDraft{Revision: 1})
	w.must("x1.clerk", "document.check_form.1", "d1", &Note{})
	w.must("x1.clerk", "document.record_signature.1", "d1", &RecordSignature{Kind: SignaturePerson, Revision: 1})
	w.must("x1.clerk", "document.number.1", "d1", &Number{Book: "x1.di"})
	w.must("x1.clerk", "document.cancel.1", "d1", &Reason{Text: "Ban hành nhầm"})
	d := w.state("d1", OutCancelled)
	if d.BookNumber != 1 || d.CodeNumber != "01" {
		t.Errorf("number %d", d.BookNumber)
	}
	if s, _ := d.LastChange(); s.Text != "Ban hành nhầm" {
		t.Errorf("reason %q", s.Text)
	}
	w.must("x1.clerk", "document.register_send.1", "d2", &RegisterAndSend{Unit: "x1", Book: "x1.di", To: []ID{"so"},
		Signer: "x1.leader", Files: []NewFile{pdf(1)}, Fields: Fields{Subject: "Hai"}})
	if n := w.doc("d2").BookNumber; n != 2 {
		t.Errorf("the next number is %d, want 2", n)
	}
}
