package app

import (
	"slices"
	"testing"
)

// leaves ends a person's posts as of yesterday.
func (w *world) leaves(person ID) {
	w.t.Helper()
	p := *w.server.dir.Person(person)
	p.Posts = slices.Clone(p.Posts)
	for i := range p.Posts {
		p.Posts[i].Span.To = w.now.Date() - 1
	}
	if err := w.server.Put(&p); err != nil {
		w.t.Fatal(err)
	}
	w.server.versions[p.Key()]++
}

// opens gives the server's command for a person.
func (w *world) opens(doc, person ID) error {
	w.now += 60_000
	m, err := w.run(w.server, true, &Command{Name: "document.open_hand_over.1", Target: docKey(doc), Actor: SystemPerson,
		Args: &OpenHandOver{Person: person, Unit: w.server.dir.LastUnit(person, w.doc(doc).Unit, w.now.Date())}})
	w.server = m
	return err
}

func (w *world) desk(person ID, q Queue, doc ID) bool {
	held := w.server.dir.Scopes(person, w.now)
	return slices.ContainsFunc(WaitingOf(w.doc(doc)), func(i Waiting) bool { return i.Queue == q && slices.Contains(held, i.Holder) })
}

// An officer leaves with a task: his head finds it on his desk and gives it to
// another, who has it as his own; the one who left may do nothing.
func TestHandOverOfATask(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	if err := w.opens(in, "x1.officer"); AsError(err) == nil || AsError(err).Reason != "handover.still_here" {
		t.Fatalf("somebody who is still there: %v", err)
	}
	w.refused("can.needs_redistributor", "x1.clerk", "document.hand_over.1", in, &HandOverTo{From: "x1.officer", To: "x1.officer2"})
	w.leaves("x1.officer")
	w.refused("document.not_found", "x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.officer"}, Text: "Xong"})
	if err := w.opens(in, "x1.officer"); err != nil {
		t.Fatal(err)
	}
	if !w.desk("x1.head", QueueHandOver, in) || !w.desk("x1.clerk", QueueHandOver, in) || w.desk("x1.head2", QueueHandOver, in) || w.desk("x1.deputy", QueueHandOver, in) {
		t.Errorf("waits for %+v", WaitingOf(w.doc(in)))
	}
	give := func(to ID) *HandOverTo {
		return &HandOverTo{From: "x1.officer", To: to, Text: "Đồng chí Viên chuyển công tác"}
	}
	w.refused("document.not_found", "x1.officer2", "document.hand_over.1", in, give("x1.officer2"))
	w.refused("handover.receiver_elsewhere", "x1.head", "document.hand_over.1", in, give("x2.officer"))
	w.refused("handover.receiver_elsewhere", "x1.head", "document.hand_over.1", in, give("x1.officer"))
	w.must("x1.head", "document.hand_over.1", in, give("x1.officer2"))
	w.refused("can.needs_redistributor", "x1.clerk", "document.hand_over.1", in, give("x1.officer2"))
	d := w.doc(in)
	if _, still := d.Directives[dir].Tasks["x1.officer"]; still || len(Unfinished(d, "x1.officer")) != 0 || w.desk("x1.clerk", QueueHandOver, in) {
		t.Errorf("left with him: %+v", d.Directives[dir].Tasks)
	}
	if h := d.HandOvers["x1.officer"]; h.To != "x1.officer2" || h.By != "x1.head" || h.Done == 0 || h.Unit != "x1.p" {
		t.Errorf("the record says %+v", h)
	}
	if !w.desk("x1.officer2", QueueTask, in) {
		t.Error("it is on nobody's desk")
	}
	w.must("x1.officer2", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.officer2"}, Text: "Xong"})
	if err := w.opens(in, "x1.officer"); AsError(err) == nil || AsError(err).Reason != "handover.nothing" {
		t.Errorf("again: %v", err)
	}
}

// A leader leaves: what was submitted to him and the answers that wait for him
// go to another leader or deputy.
func TestHandOverOfALeader(t *testing.T) {
	w := newWorld(t)
	in, dir := w.directed("d1")
	w.must("x1.officer", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.officer"}, Text: "Xong"})
	w.leaves("x1.leader")
	if err := w.opens(in, "x1.leader"); err != nil {
		t.Fatal(err)
	}
	w.refused("handover.needs_leader", "x1.clerk", "document.hand_over.1", in, &HandOverTo{From: "x1.leader", To: "x1.officer2"})
	w.must("x1.clerk", "document.hand_over.1", in, &HandOverTo{From: "x1.leader", To: "x1.deputy"})
	if !w.desk("x1.deputy", QueueResult, in) {
		t.Errorf("waits for %+v", WaitingOf(w.doc(in)))
	}
	w.must("x1.deputy", "document.accept_answer.1", in, &TaskVerdict{TaskRef: TaskRef{dir, "x1.officer"}})
	if d := w.doc(in); d.Directives[dir].By != "x1.leader" {
		t.Error("who gave the directive was forgotten")
	}
}

// A drafter leaves: his draft, which nobody but his head saw, is found and goes on.
func TestHandOverOfADraft(t *testing.T) {
	w := newWorld(t)
	w.drafted("d2")
	if slices.Contains(ScopesOf(w.doc("d2"), w.server.dir), RoleScope("x1", RoleClerk)) {
		t.Fatal("văn thư holds every draft")
	}
	w.leaves("x1.officer")
	if err := w.opens("d2", "x1.officer"); err != nil {
		t.Fatal(err)
	}
	w.must("x1.clerk", "document.hand_over.1", "d2", &HandOverTo{From: "x1.officer", To: "x1.officer2"})
	if d := w.doc("d2"); d.Drafter != "x1.officer2" || slices.Contains(ScopesOf(d, w.server.dir), RoleScope("x1", RoleClerk)) || !w.desk("x1.officer2", QueueDraft, "d2") {
		t.Errorf("after the hand-over: drafter %s, scopes %v", d.Drafter, ScopesOf(d, w.server.dir))
	}
}
