package app

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden")

const matrixFile = "testdata/matrix.golden"

const matrixHead = `# Who may do what: one row an action and state, one column a role.
# The people all work in one commune: head and officer in the division that
# drafts and handles, the others in the office itself. Incoming: submitted to
# the leader, who directed the division (chủ trì), the officer (phối hợp) and
# the deputy (nhận để biết). Outgoing: drafted by the officer; with the deputy
# for approval, with the leader for signing.
#   Y may   v does not see it   s wrong state   n not his   (rows without Y are left out)
`

// fixture is a document in the state, with every relation in it.
func fixture(s State) *Document {
	doc := &Document{ID: "m", Direction: s.Direction(), Unit: "x1", State: s, Subject: "Việc", Revision: 1}
	if doc.Direction == Incoming {
		switch s {
		case InWaiting, InReceived, InRegistered, InReturned:
			return doc
		}
		doc.Submitted = "x1.leader"
		if s == InSubmitted {
			return doc
		}
		doc.Directives = map[CommandID]Directive{1: {By: "x1.leader", Tasks: map[ID]Task{
			"x1.p": {Role: Lead, Unit: true, State: TaskUnseen}, "x1.officer": {Role: Assist, State: TaskUnseen},
			"x1.deputy": {Role: ForNotice, State: TaskUnseen}}}}
		return doc
	}
	doc.Drafter, doc.DraftUnit = "x1.officer", "x1.p"
	doc.Submitted = map[State]ID{OutContentCheck: "x1.head", OutReview: "x1.deputy", OutToSign: "x1.leader"}[s]
	switch s {
	case OutDraft, OutSentBack, OutReview, OutContentCheck, OutFormCheck, OutToSign, OutSigned:
	default:
		doc.Book = "x1.di"
	}
	return doc
}

var allStates = []State{
	InWaiting, InReceived, InRegistered, InSubmitted, InDistributed, InHandling, InDone, InReturned, InRecalled,
	OutDraft, OutReview, OutContentCheck, OutFormCheck, OutToSign, OutSigned, OutToNumber, OutNumbered, OutToSeal, OutSealed,
	OutToIssue, OutIssued, OutArchived, OutSentBack, OutCancelled, OutRecalled, OutReplaced, OutCorrected,
}

func matrix(d *Directory) string {
	var b strings.Builder
	b.WriteString(matrixHead)
	fmt.Fprintf(&b, "%-18s %-30s", "state", "action")
	for _, r := range Roles {
		fmt.Fprintf(&b, " %-7s", r)
	}
	b.WriteString("\n")
	row := func(doc *Document, state string, act Action) {
		line, any := fmt.Sprintf("%-18s %-30s", state, act), false
		for _, r := range Roles {
			a, err := d.Actor(who("x1", r), "", start)
			if err != nil {
				panic(err)
			}
			dec := Can(d, a, act, doc)
			mark := map[bool]string{true: "Y"}[dec.Allow]
			switch {
			case dec.Allow:
				any = true
			case dec.Reason == "can.not_visible":
				mark = "v"
			case dec.Reason == "can.wrong_state":
				mark = "s"
			default:
				mark = "n"
			}
			line += fmt.Sprintf(" %-7s", mark)
		}
		if any {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	row(&Document{Direction: Incoming, Unit: "x1"}, "(new)", "document.receive")
	row(&Document{Direction: Outgoing, Unit: "x1"}, "(new)", "document.draft")
	row(&Document{Direction: Outgoing, Unit: "x1"}, "(new)", "document.register_send")
	for _, s := range []State{InHandling, OutDraft} { // the officer has left
		doc := fixture(s)
		doc.HandOvers = map[ID]HandOver{"x1.officer3": {At: start, Unit: "x1.p"}}
		row(doc, string(s)+" +left", "document.hand_over")
	}
	for _, s := range allStates {
		for _, act := range DocumentActions {
			row(fixture(s), string(s), act)
		}
	}
	return b.String()
}

func TestMatrix(t *testing.T) {
	got := matrix(NewDirectory(provinceRecords()))
	if *update {
		if err := os.WriteFile(matrixFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("the matrix differs from %s at line %d; look at the change, then run with -update\n got %q", matrixFile, i+1, g[min(i, len(g)-1)])
		}
	}
}

// Every action of a document command is in the policy, and the other way round.
func TestPolicyIsComplete(t *testing.T) {
	for _, s := range Specs() {
		act := Action(strings.TrimSuffix(s.Name, ".1"))
		if _, ok := policy[act]; s.Kind == KindDocument && !ok {
			t.Errorf("no policy for %s", act)
		}
	}
	for act := range policy {
		if SpecOf(string(act)+".1") == nil {
			t.Errorf("policy for %s, which is no command", act)
		}
	}
	for _, s := range allStates {
		if s.Direction() == 0 {
			t.Errorf("state %s has no direction", s)
		}
	}
}
