package app

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// enders close a document for good: drawn seldom, so that documents get far.
var enders = []string{"document.return_incoming.1", "document.complete.1", "document.cancel.1", "document.recall.1", "document.archive.1"}

// giver is a command that somebody may give.
type giver struct {
	name   string
	person ID
}

// able lists who may give which command on the document now.
func able(w *world, doc *Document, ending bool) []giver {
	var out []giver
	for _, r := range Roles {
		p := who(doc.Unit, r)
		for _, dec := range Allowed(w.server.dir, w.actor(p), doc) {
			name := string(dec.Action) + ".1"
			if dec.Allow && SpecOf(name) != nil && (ending || !slices.Contains(enders, name)) {
				out = append(out, giver{name, p})
			}
		}
	}
	return out
}

// anyCommand draws a command on one of the documents. Most of the time its
// giver may give it now; else it is anybody's, at any time.
func anyCommand(t *rapid.T, w *world, docs []ID) *Command {
	doc := w.doc(rapid.SampledFrom(docs).Draw(t, "document"))
	chance := rapid.IntRange(0, 99).Draw(t, "chance")
	g := giver{person: who(doc.Unit, rapid.SampledFrom(Roles).Draw(t, "actor"))}
	main, ok := doc.MainFile()
	unjudged := doc.Files[main].Verdict == (Verdict{})
	late := doc.State == OutSealed || slices.Contains(outSent, doc.State)
	if ok && len(doc.Signatures) > 0 && (unjudged && chance%2 == 0 || late && chance%3 == 0) {
		g = giver{"document.judge.1", SystemPerson}
	} else if list := able(w, doc, chance < 10); chance < 85 && len(list) > 0 {
		g = rapid.SampledFrom(list).Draw(t, "giver")
	} else {
		acts := DocumentActions[2:] // without the reading ones
		g.name = string(rapid.SampledFrom(acts).Draw(t, "name")) + ".1"
	}
	return &Command{Name: g.name, Target: docKey(doc.ID), Actor: g.person, At: w.now, Args: anyArgs(t, w, doc, g)}
}

// ownRef draws a task of the document, the giver's own when he has one.
func ownRef(t *rapid.T, w *world, doc *Document, g giver) TaskRef {
	if g.person == SystemPerson {
		return TaskRef{}
	}
	a := w.actor(g.person)
	for _, id := range sortedKeys(doc.Directives) {
		for _, who := range sortedKeys(doc.Directives[id].Tasks) {
			if task := doc.Directives[id].Tasks[who]; a.owns(who, task) && rapid.Bool().Draw(t, "own") {
				return TaskRef{id, who}
			}
		}
	}
	dir := rapid.SampledFrom(append(sortedKeys(doc.Directives), 0)).Draw(t, "directive")
	return TaskRef{dir, rapid.SampledFrom(append(sortedKeys(doc.Directives[dir].Tasks), "x1.officer")).Draw(t, "receiver")}
}

// anyArgs draws arguments that are right often enough to get on.
func anyArgs(t *rapid.T, w *world, doc *Document, g giver) any {
	one := func(label string, roles ...Role) ID { return who(doc.Unit, rapid.SampledFrom(roles).Draw(t, label)) }
	text := rapid.SampledFrom([]string{"Lý do", "Đề nghị", ""}).Draw(t, "text")
	ref := ownRef(t, w, doc, g)
	switch g.name {
	case "document.register.1":
		return &Register{Book: doc.Unit + ".den"}
	case "document.submit.1":
		return &Submit{To: one("to", RoleLeader, RoleDeputy, RoleHead)}
	case "document.direct.1":
		d := &Direct{Due: w.now.Date() + 3, Receivers: []Receiver{{ID: doc.Unit + ".p", Unit: true, Role: Lead}, {ID: doc.Unit + ".officer2", Role: Assist}}}
		if g.person != doc.Unit+".leader" && g.person != doc.Submitted {
			d.Parent, d.Receivers = ref.Directive, []Receiver{{ID: one("receiver", RoleOfficer, RoleDeputy), Role: Lead}}
		}
		return d
	case "document.seen.1", "document.start_task.1":
		return &ref
	case "document.answer.1":
		return &TaskAnswer{TaskRef: ref, Text: text}
	case "document.accept_answer.1", "document.reject_answer.1", "document.return_task.1":
		return &TaskVerdict{ref, text}
	case "document.remind.1":
		return &Remind{Directive: ref.Directive}
	case "document.withdraw_directive.1":
		return &WithdrawDirective{ref.Directive, text}
	case "document.ask_extension.1":
		return &ExtensionAsk{Directive: ref.Directive, New: w.now.Date() + Date(rapid.IntRange(1, 20).Draw(t, "days")), Text: text}
	case "document.decide_extension.1":
		return &ExtensionDecide{Extension: rapid.SampledFrom(append(sortedKeys(doc.Extensions), 0)).Draw(t, "extension"), Grant: rapid.Bool().Draw(t, "grant")}
	case "document.remark.1":
		return &RemarkAdd{text}
	case "document.edit.1":
		return &DraftEdit{Set: map[string]any{"summary": text}, Old: map[string]any{"summary": doc.Summary}}
	case "document.add_file.1":
		f := pdf(byte(rapid.IntRange(1, 9).Draw(t, "file")))
		f.Role = rapid.SampledFrom([]FileRole{FileMain, FileAttachment}).Draw(t, "role")
		return &FileAdd{f}
	case "document.remove_file.1":
		return &FileRemove{rapid.SampledFrom(append(sortedKeys(doc.Files), 0)).Draw(t, "file")}
	case "document.submit_draft.1":
		return &SubmitDraft{To: one("to", RoleHead, RoleLeader, RoleDeputy, RoleOfficer)}
	case "document.approve_draft.1":
		return &ApproveDraft{Revision: doc.Revision - uint32(rapid.IntRange(0, 4).Draw(t, "old")/4), Content: doc.MainHash()}
	case "document.record_signature.1":
		kind := SignatureOrgan
		if doc.State == OutToSign {
			kind = SignaturePerson
		}
		return &RecordSignature{Kind: kind, Revision: doc.Revision, Content: doc.MainHash()}
	case "document.sign.1":
		return &Sign{Revision: doc.Revision, Content: doc.MainHash(), File: signed(doc), Claim: claimed}
	case "document.seal.1":
		return &Seal{Revision: doc.Revision, Content: doc.MainHash(), File: signed(doc), Claim: claimed}
	case "document.copy.1":
		if _, ok := doc.MainFile(); !ok {
			return &MakeCopy{Form: CopyCertified}
		}
		return copied(doc, rapid.SampledFrom([]CopyForm{CopyCertified, CopyOfCopy}).Draw(t, "form"))
	case "document.initial.1":
		return &PutInitial{Revision: doc.Revision, Content: doc.MainHash(), CMS: []byte{48}, Claim: claimed}
	case "document.judge.1":
		key, _ := doc.MainFile()
		v := Verdict{Indication: rapid.SampledFrom([]string{"TOTAL-PASSED", "TOTAL-PASSED", "TOTAL-FAILED"}).Draw(t, "verdict"), At: w.now}
		j := &Judge{File: key, Signatures: map[CommandID]Verdict{}}
		f := signed(doc)
		switch rapid.SampledFrom([]string{"", "stamped", "added"}).Draw(t, "new file") {
		case "stamped":
			j.Stamped, v.Stamped = &f, w.now
		case "added":
			j.Added, v.Stamped, v.Level = &f, w.now, LevelLT
		}
		j.Verdict = v
		for id := range doc.Signatures {
			j.Signatures[id] = v
		}
		return j
	case "document.number.1":
		return &Number{Book: doc.Unit + ".di"}
	case "document.give_number.1":
		return &GiveNumber{Book: doc.Book}
	case "document.issue.1":
		return &Issue{}
	case "document.return_incoming.1", "document.send_back.1", "document.cancel.1", "document.recall.1":
		return &Reason{text}
	case "document.content_stored.1":
		return &ContentStored{}
	case "document.hand_over.1":
		return &HandOverTo{From: ref.Receiver, To: one("to", RoleOfficer, RoleLeader), Text: text}
	}
	return &Note{text}
}

// Whatever people do in whatever order, what must never happen does not.
func TestAnySequenceOfCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		docs := []ID{"d1", w.submitted("d1"), CopyID("d1", "x2"), "d2", "d3"}
		w.drafted("d2")
		w.signedWell("d3")
		w.sealedWell("d3")
		for range rapid.IntRange(15, 50).Draw(t, "steps") {
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
			for k := range next.put {
				if k.Kind == KindDocument {
					checkStep(t, k, before, next)
				}
			}
			checkOptimistic(t, w, before, c)
		}
		checkNumbers(t, w.server)
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
	if slices.Contains(outSent, was.State) && was.MainHash() != is.MainHash() {
		t.Fatalf("%s went out and has another file now", k.ID)
	}
	for id, s := range was.History {
		if !reflect.DeepEqual(is.History[id], s) {
			t.Fatalf("history %s was rewritten", id)
		}
	}
	if was.State == InRecalled && !reflect.DeepEqual(was, is) {
		t.Fatal("a recalled document changed")
	}
	checkSignatures(t, was, is)
	if changedAfterApproval(was, is) {
		t.Fatal("what is to be signed is not what was approved")
	}
}

// checkSignatures: what is signed stays in the file, and the agency's key is never
// put to what is not numbered, or not signed well by the person.
func checkSignatures(t *rapid.T, was, is *Document) {
	main, _ := is.MainFile()
	for id, s := range is.Signatures {
		if s.Digital && s.Kind == SignaturePerson && !slices.Contains(is.Versions(main), s.File) && is.Direction == Outgoing {
			t.Fatal("the document lost the file with its signature")
		}
		if _, old := was.Signatures[id]; old || !s.Digital || s.Kind != SignatureOrgan {
			continue
		}
		person, _ := was.signature(SignaturePerson)
		if !person.Digital || !person.Verdict.Passed() || was.BookNumber == 0 {
			t.Fatalf("sealed over %+v", person)
		}
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
