package app

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyCommand draws a command on one of the documents by anybody of its office,
// with arguments that are right often enough to get on.
func anyCommand(t *rapid.T, w *world, docs []ID) *Command {
	doc := w.doc(rapid.SampledFrom(docs).Draw(t, "document"))
	pick := func(label string) ID {
		return who(doc.Unit, rapid.SampledFrom(Roles).Draw(t, label))
	}
	directives := append(sortedKeys(doc.Directives), 0)
	dir := rapid.SampledFrom(directives).Draw(t, "directive")
	receivers := append(sortedKeys(doc.Directives[dir].Tasks), doc.Unit+".officer")
	ref := TaskRef{dir, rapid.SampledFrom(receivers).Draw(t, "receiver")}
	var ext CommandID
	if keys := sortedKeys(doc.Extensions); len(keys) > 0 {
		ext = rapid.SampledFrom(keys).Draw(t, "extension")
	}
	text := rapid.SampledFrom([]string{"", "Lý do", "Đề nghị"}).Draw(t, "text")
	sign := RecordSignature{Kind: SignaturePerson, Revision: doc.Revision, Content: doc.MainHash()}
	if doc.State != OutToSign {
		sign.Kind = SignatureOrgan
	}
	args := map[string]any{
		"document.accept.1": &Note{}, "document.register.1": &Register{Book: doc.Unit + ".den"},
		"document.submit.1": &Submit{To: pick("to")}, "document.withdraw.1": &Note{},
		"document.return_incoming.1": &Reason{text}, "document.complete.1": &Note{},
		"document.direct.1": &Direct{Parent: dir, Due: w.now.Date() + 3, Receivers: []Receiver{
			{ID: doc.Unit + ".p", Unit: true, Role: Lead}, {ID: pick("receiver"), Role: Assist}}},
		"document.seen.1": &ref, "document.start_task.1": &ref, "document.answer.1": &TaskAnswer{TaskRef: ref, Text: text},
		"document.accept_answer.1": &TaskVerdict{TaskRef: ref}, "document.reject_answer.1": &TaskVerdict{ref, text},
		"document.return_task.1": &TaskVerdict{ref, text}, "document.remind.1": &Remind{Directive: dir},
		"document.withdraw_directive.1": &WithdrawDirective{dir, text},
		"document.ask_extension.1":      &ExtensionAsk{Directive: dir, New: w.now.Date() + Date(rapid.IntRange(1, 20).Draw(t, "days")), Text: text},
		"document.decide_extension.1":   &ExtensionDecide{Extension: ext, Grant: rapid.Bool().Draw(t, "grant")},
		"document.remark.1":             &RemarkAdd{text},
		"document.edit.1":               &DraftEdit{Set: map[string]any{"subject": "Mới"}, Old: map[string]any{"subject": doc.Subject}},
		"document.add_file.1":           &FileAdd{pdf(byte(rapid.IntRange(1, 9).Draw(t, "file")))},
		"document.submit_draft.1":       &SubmitDraft{To: pick("to")}, "document.check_content.1": &Note{}, "document.check_form.1": &Note{},
		"document.approve_draft.1": &ApproveDraft{Revision: doc.Revision, Content: doc.MainHash()}, "document.send_back.1": &Reason{text},
		"document.record_signature.1": &sign, "document.number.1": &Number{doc.Unit + ".di"}, "document.issue.1": &Issue{},
		"document.cancel.1": &Reason{text}, "document.recall.1": &Reason{text}, "document.archive.1": &Note{},
	}
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(args))).Draw(t, "name")
	// Half of the time somebody gives it who may: else few documents get far.
	actor := pick("actor")
	if rapid.Bool().Draw(t, "able") {
		act := Action(name[:len(name)-2])
		for _, r := range Roles {
			a, err := w.server.dir.Actor(who(doc.Unit, r), "", w.now)
			if err == nil && Can(w.server.dir, a, act, doc).Allow {
				actor = who(doc.Unit, r)
			}
		}
	}
	return &Command{Name: name, Target: docKey(doc.ID), Actor: actor, Args: args[name], At: w.now}
}

// Whatever people do in whatever order, what must never happen does not.
func TestAnySequenceOfCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.sent("d1")
		w.drafted("d2")
		docs := []ID{"d1", CopyID("d1", "x1"), CopyID("d1", "x2"), "d2"}
		for range rapid.IntRange(10, 60).Draw(t, "steps") {
			w.now += hour
			c := anyCommand(t, w, docs)
			before := w.server
			next, err := w.run(before, true, c)
			if err != nil {
				e := AsError(err)
				if _, listed := reasons[e.Reason]; !listed || e.Code == Internal {
					t.Fatalf("%s: %v", c.Name, err)
				}
				continue
			}
			w.server = next
			for k := range next.records {
				if k.Kind == KindDocument {
					checkStep(t, k, before, next)
				}
			}
			checkNumbers(t, next)
			checkOptimistic(t, w, before, c)
		}
	})
}

func get(t *rapid.T, m *memory, k Key) *Document {
	r, err := m.Get(k)
	if err == ErrNotFound {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.(*Document)
}

// checkStep compares a document before and after one command.
func checkStep(t *rapid.T, k Key, before, after *memory) {
	was, is := get(t, before, k), get(t, after, k)
	if is.State.Direction() != is.Direction {
		t.Fatalf("%s document in state %s", k.ID, is.State)
	}
	leads := map[CommandID]int{}
	for _, dir := range is.Directives {
		for _, task := range dir.Tasks {
			if dir.Withdrawn == 0 && task.Role == Lead && task.State != TaskReturned && task.State != TaskDone {
				leads[dir.Parent]++
			}
		}
	}
	for parent, n := range leads {
		if n > 1 {
			t.Fatalf("%d open leads below %d", n, parent)
		}
	}
	if !is.Open() && is.State != OutIssued && is.Finished == 0 {
		t.Fatalf("%s is over and has no end", is.State)
	}
	if was == nil {
		return
	}
	for unit, r := range was.Recipients {
		if now, ok := is.Recipients[unit]; ok && statusRank[now.Status] < statusRank[r.Status] {
			t.Fatalf("recipient %s went from %s to %s", unit, r.Status, now.Status)
		}
	}
	if was.BookNumber != 0 && is.BookNumber != was.BookNumber {
		t.Fatalf("number changed from %d to %d", was.BookNumber, is.BookNumber)
	}
	for id, s := range was.History {
		if !reflect.DeepEqual(is.History[id], s) {
			t.Fatalf("history %s was rewritten", id)
		}
	}
	if was.State == InRecalled && !reflect.DeepEqual(was, is) {
		t.Fatal("a recalled document changed")
	}
	if changedAfterApproval(was, is) {
		t.Fatal("what is to be signed is not what was approved")
	}
}

func changedAfterApproval(was, is *Document) bool {
	return is.Direction == Outgoing && is.State == OutToSign && (is.Approved != is.Revision || is.FormChecked != is.Revision)
}

// checkNumbers looks through the books: from 1, no gap, no number twice.
func checkNumbers(t *rapid.T, m *memory) {
	numbers := map[ID][]uint32{}
	for k := range m.records {
		if k.Kind != KindDocument {
			continue
		}
		if d := get(t, m, k); d.BookNumber != 0 {
			numbers[d.Book] = append(numbers[d.Book], d.BookNumber)
		}
	}
	for book, list := range numbers {
		slices.Sort(list)
		for i, n := range list {
			if n != uint32(i+1) {
				t.Fatalf("book %s has the numbers %v", book, list)
			}
		}
	}
}

// checkOptimistic runs the command as a laptop does: it writes nothing of
// another office, gives no number, and refuses nothing that the server accepts.
func checkOptimistic(t *rapid.T, w *world, before *memory, c *Command) {
	laptop := before.copy()
	laptop.holds = false
	again := *c
	next, err := w.run(laptop, false, &again)
	if err != nil {
		t.Fatalf("%s is right on the server and wrong on a laptop: %v", c.Name, err)
	}
	target := get(t, next, c.Target)
	for k := range next.put {
		if d := get(t, next, k); d.Unit != target.Unit {
			t.Fatalf("%s on a laptop wrote a document of %s", c.Name, d.Unit)
		}
	}
	if was := get(t, before, c.Target); target.BookNumber != 0 && was.BookNumber == 0 {
		t.Fatalf("%s made up the number %d", c.Name, target.BookNumber)
	}
}
