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
