package app

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// queueActions are the actions by which an item leaves the queue: whoever it
// waits for may take one of them.
var queueActions = map[Queue][]Action{
	QueueAccept:       {"document.accept"},
	QueueRegister:     {"document.register"},
	QueueSubmit:       {"document.submit"},
	QueueDirect:       {"document.direct"},
	QueueTask:         {"document.answer"},
	QueueNotice:       {"document.seen"},
	QueueResult:       {"document.accept_answer"},
	QueueTaskReturned: {"document.direct", "document.withdraw_directive"},
	QueueFinish:       {"document.complete"},
	QueueExtension:    {"document.decide_extension"},
	QueueDraft:        {"document.submit_draft"},
	QueueReturned:     {"document.submit_draft"},
	QueueApprove:      {"document.approve_draft"},
	QueueCheckContent: {"document.check_content"},
	QueueCheckForm:    {"document.check_form"},
	QueueSign:         {"document.record_signature"},
	QueueNumber:       {"document.number"},
	QueueIssue:        {"document.issue", "document.record_signature"},
	QueueHandOver:     {"document.hand_over"},
}

// After any sequence of commands, what waits for somebody is something that he
// may do; and no document in work waits for nobody.
func TestWaitingIsForWhoMayAct(t *testing.T) {
	if len(queueActions) != len(Queues) {
		t.Fatalf("%d queues, %d with actions", len(Queues), len(queueActions))
	}
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		docs := []ID{"d1", w.submitted("d1"), CopyID("d1", "x2"), "d2"}
		w.drafted("d2")
		for range rapid.IntRange(5, 30).Draw(t, "steps") {
			w.now += hour
			if next, err := w.run(w.server, true, anyCommand(t, w, docs)); err == nil {
				w.server = next
			}
			for _, id := range docs {
				checkWaiting(t, w, w.doc(id))
			}
		}
	})
}

func checkWaiting(t *rapid.T, w *world, d *Document) {
	held := ScopesOf(d, w.server.dir)
	list := WaitingOf(d)
	reached := 0
	for _, item := range list {
		if !slices.Contains(held, item.Holder) {
			continue // no such holder sees the document: the list leaves it out
		}
		reached++
		part := Part{Directive: item.Ref, Receiver: item.Receiver}
		if item.Queue == QueueExtension {
			part = Part{Extension: item.Ref}
		}
		for _, r := range Roles {
			p := who(d.Unit, r)
			if !slices.Contains(w.server.dir.Scopes(p, w.now), item.Holder) {
				continue
			}
			if !slices.ContainsFunc(queueActions[item.Queue], func(act Action) bool { return Can(w.server.dir, w.actor(p), act, d, part).Allow }) {
				t.Fatalf("%s in %s waits for %s (%s, ref %d, receiver %q), who may not: %+v", d.ID, d.State, p, item.Queue, item.Ref, item.Receiver,
					Can(w.server.dir, w.actor(p), queueActions[item.Queue][0], d, part))
			}
		}
	}
	waitsForSystem := d.State == OutIssued || d.State == OutToNumber || d.State == OutToIssue
	if d.Open() && !waitsForSystem && reached == 0 {
		t.Fatalf("%s in %s waits for nobody: %+v, held by %v, %+v", d.ID, d.State, list, held, d.Directives)
	}
	if d.State != OutIssued && !d.Open() && len(list) > 0 {
		t.Fatalf("%s is over in %s and waits: %+v", d.ID, d.State, list)
	}
}

// TestWaitingStory follows the main story: at each step the right one sees it.
func TestWaitingStory(t *testing.T) {
	w := newWorld(t)
	expect := func(doc ID, want ...string) {
		t.Helper()
		var got []string
		for _, item := range WaitingOf(w.doc(doc)) {
			if slices.Contains(ScopesOf(w.doc(doc), w.server.dir), item.Holder) {
				got = append(got, string(item.Queue)+" "+string(item.Holder))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s in %s waits for %q, want %q", doc, w.doc(doc).State, got, want)
		}
	}
	w.sent("d1")
	in := CopyID("d1", "x1")
	expect("d1")
	expect(in, "accept r:x1:clerk")
	w.must("x1.clerk", "document.accept.1", in, &Note{})
	expect(in, "register r:x1:clerk")
	w.must("x1.clerk", "document.register.1", in, &Register{Book: "x1.den"})
	expect(in, "submit r:x1:clerk")
	w.must("x1.clerk", "document.submit.1", in, &Submit{To: "x1.deputy"})
	expect(in, "direct w:x1.deputy@x1")
	dir := w.must("x1.deputy", "document.direct.1", in, &Direct{Text: "Xử lý", Due: DateOf(2026, 11, 27), Receivers: []Receiver{
		{ID: "x1.p", Unit: true, Role: Lead}, {ID: "x1.officer2", Role: ForNotice}}})
	expect(in, "notice w:x1.officer2@x1", "task r:x1.p:head")
	w.must("x1.officer2", "document.seen.1", in, &TaskRef{dir, "x1.officer2"})
	w.must("x1.head", "document.ask_extension.1", in, &ExtensionAsk{Directive: dir, New: DateOf(2026, 12, 3), Text: "Cần xác minh"})
	expect(in, "extension w:x1.deputy@x1", "task r:x1.p:head")
	ask := NewCommandID(7, w.last)
	w.must("x1.deputy", "document.decide_extension.1", in, &ExtensionDecide{Extension: ask, Grant: true})
	if due := WaitingOf(w.doc(in))[0].Due; due != DateOf(2026, 12, 3) {
		t.Errorf("after the extension the task is due on %s", due)
	}
	w.must("x1.head", "document.answer.1", in, &TaskAnswer{TaskRef: TaskRef{dir, "x1.p"}, Text: "Đã làm"})
	expect(in, "result w:x1.deputy@x1")
	w.must("x1.deputy", "document.accept_answer.1", in, &TaskVerdict{TaskRef: TaskRef{dir, "x1.p"}})
	expect(in, "finish w:x1.deputy@x1")
	w.must("x1.deputy", "document.complete.1", in, &Note{})
	expect(in)
}
