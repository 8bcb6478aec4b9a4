package app

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anyone draws a person of the province.
func anyone(t *rapid.T, label string) ID {
	o := rapid.SampledFrom(offices).Draw(t, label+" office")
	return who(o, rapid.SampledFrom(Roles).Draw(t, label+" role"))
}

// anyDocument draws a document of x1 in any state with any relations, legal or not.
func anyDocument(t *rapid.T) *Document {
	doc := fixture(rapid.SampledFrom(allStates).Draw(t, "state"))
	maybe := func(label string) ID {
		if rapid.Bool().Draw(t, label) {
			return anyone(t, label)
		}
		return ""
	}
	doc.Submitted = maybe("submitted")
	if doc.Direction == Outgoing {
		doc.Drafter = maybe("drafter")
		doc.Signer.Person = maybe("signer")
		doc.DraftUnit = rapid.SampledFrom([]ID{"", "x1.p", "x1.q"}).Draw(t, "division")
	}
	if doc.Direction == Incoming && rapid.Bool().Draw(t, "directed") {
		doc.Directives = map[CommandID]Directive{}
		for i := range rapid.IntRange(1, 3).Draw(t, "directives") {
			dir := Directive{By: anyone(t, "by"), OnBehalf: maybe("behalf"), Tasks: map[ID]Task{}}
			if rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0 {
				dir.Withdrawn = 1
			}
			for range rapid.IntRange(1, 3).Draw(t, "tasks") {
				task := Task{Role: rapid.SampledFrom([]DirectiveRole{Lead, Assist, ForNotice}).Draw(t, "part"), State: TaskSeen}
				id := anyone(t, "receiver")
				if rapid.Bool().Draw(t, "unit") {
					id, task.Unit = rapid.SampledFrom([]ID{"x1.p", "x1.q"}).Draw(t, "division"), true
				}
				dir.Tasks[id] = task
			}
			doc.Directives[CommandID(i+1)] = dir
		}
	}
	return doc
}

func anyAction(t *rapid.T) Action { return rapid.SampledFrom(DocumentActions).Draw(t, "action") }

// Without a grant in the document's office nothing is allowed, whatever the
// document says about the person.
func TestNoGrantNoAccess(t *testing.T) {
	d := NewDirectory(provinceRecords()).With([]Record{&Person{ID: "free", Name: "Không chức vụ"}})
	rapid.Check(t, func(t *rapid.T) {
		doc, act := anyDocument(t), anyAction(t)
		stranger := rapid.SampledFrom([]ID{"free", "x2.leader", "x2.clerk", "so.admin", "x1.admin"}).Draw(t, "stranger")
		for _, p := range []*ID{&doc.Submitted, &doc.Drafter, &doc.Signer.Person} {
			if *p != "" {
				*p = stranger
			}
		}
		for _, dir := range doc.Directives {
			dir.Tasks[stranger] = Task{Role: Lead, State: TaskSeen}
		}
		a, err := d.Actor(stranger, "", start)
		if err != nil {
			t.Fatal(err)
		}
		if dec := Can(d, a, act, doc); dec.Allow {
			t.Fatalf("%s may %s: %s", stranger, act, dec.Reason)
		}
	})
}

// What a delegation allows its giver may do himself at that moment, it lies
// within the delegation's actions, and the receiver gets it only when he acts
// under it.
func TestDelegationNeverWidens(t *testing.T) {
	base := NewDirectory(provinceRecords())
	rapid.Check(t, func(t *rapid.T) {
		doc, act := anyDocument(t), anyAction(t)
		giver, to := anyone(t, "giver"), anyone(t, "to")
		g := &Delegation{ID: "g", From: giver, To: to, Unit: rapid.SampledFrom([]ID{"x1", "x1.p", "x2"}).Draw(t, "unit"),
			Start: start - hour, End: start + hour, Actions: rapid.SliceOfN(rapid.SampledFrom(DocumentActions), 0, 4).Draw(t, "only")}
		d := base.With([]Record{g})
		lent, err := d.Actor(to, "g", start)
		if err != nil {
			return // the giver has no post there: nothing is lent
		}
		dec := Can(d, lent, act, doc)
		if !dec.Allow || act == ActRead || act == ActDownload {
			return
		}
		own, err := d.Actor(giver, "", start)
		if err != nil {
			t.Fatal(err)
		}
		if !Can(base, own, act, doc).Allow {
			t.Fatalf("%s may %s for %s, who may not", to, act, giver)
		}
		if len(g.Actions) > 0 && !slices.Contains(g.Actions, act) {
			t.Fatalf("%s is not among %v", act, g.Actions)
		}
		if dec.Grant.Delegation != "g" || dec.Grant.Giver != giver {
			t.Fatalf("carried by %+v", dec.Grant)
		}
		plain, err := base.Actor(to, "", start)
		if err != nil {
			t.Fatal(err)
		}
		self, _ := d.Actor(to, "", start)
		if Can(d, self, act, doc).Allow != Can(base, plain, act, doc).Allow {
			t.Fatalf("%s may %s without acting under the delegation", to, act)
		}
	})
}

// Nothing that has ended, or not begun, allows anything or brings a record.
func TestExpiredNeverAllows(t *testing.T) {
	base := NewDirectory(provinceRecords())
	rapid.Check(t, func(t *rapid.T) {
		doc, act := anyDocument(t), anyAction(t)
		role := rapid.SampledFrom(Roles).Draw(t, "role")
		today := start.Date()
		span := rapid.SampledFrom([]Dated{{To: today - 1}, {From: today + 1}, {From: today - 9, To: today - 1}}).Draw(t, "span")
		d := base.With([]Record{
			&Person{ID: "p", Name: "Đã thôi", Posts: []Post{{Unit: unitOf("x1", role), Role: role, Span: span}}},
			&Delegation{ID: "over", From: who("x1", role), To: "p", Unit: unitOf("x1", role), Start: start - 2*hour, End: start},
			&Delegation{ID: "early", From: who("x1", role), To: "p", Unit: unitOf("x1", role), Start: start + 1, End: start + hour},
		})
		a, err := d.Actor("p", "", start)
		if err != nil {
			t.Fatal(err)
		}
		doc.Submitted, doc.Drafter = "p", "p"
		if dec := Can(d, a, act, doc); dec.Allow {
			t.Fatalf("may %s: %s", act, dec.Reason)
		}
		if got := d.Scopes("p", start); !slices.Equal(got, []Scope{ScopeAll, PersonScope("p")}) {
			t.Fatalf("holds %v", got)
		}
		for _, g := range []ID{"over", "early"} {
			if _, err := d.Actor("p", g, start); err == nil || AsError(err).Reason != "delegation.not_active" {
				t.Fatalf("%s: %v", g, err)
			}
		}
	})
}

// Reading and holding are the same thing, and whoever may do anything to a
// document may read it.
func TestScopesAndReadingAgree(t *testing.T) {
	d := NewDirectory(provinceRecords()).With([]Record{
		&Delegation{ID: "g", From: "x1.leader", To: "x1.officer2", Unit: "x1", Start: start - 1, End: start + hour},
	})
	rapid.Check(t, func(t *rapid.T) {
		doc, act := anyDocument(t), anyAction(t)
		person, under := anyone(t, "person"), ID("")
		if rapid.Bool().Draw(t, "delegated") {
			person, under = "x1.officer2", "g"
		}
		a, err := d.Actor(person, under, start)
		if err != nil {
			t.Fatal(err)
		}
		held := intersects(d.Scopes(person, start), ScopesOf(doc, d))
		if read := Can(d, a, ActRead, doc).Allow; read != held {
			t.Fatalf("%s reads %v, holds %v", person, read, held)
		}
		if Can(d, a, act, doc).Allow && !held {
			t.Fatalf("%s may %s what he does not hold", person, act)
		}
		scopes := ScopesOf(doc, d)
		if !slices.IsSorted(scopes) || len(slices.Compact(slices.Clone(scopes))) != len(scopes) || slices.Contains(scopes, "") {
			t.Fatalf("scopes %v", scopes)
		}
		for _, s := range scopes {
			if c := ClassOf(doc, s); c >= Classes || doc.Open() == (c == ClassArchive) {
				t.Fatalf("class %d of %s in %s", c, s, doc.State)
			}
		}
	})
}

// Can is a function: the same question has the same answer, grant included.
func TestCanIsDeterministic(t *testing.T) {
	d := NewDirectory(provinceRecords())
	rapid.Check(t, func(t *rapid.T) {
		doc, act := anyDocument(t), anyAction(t)
		a, err := d.Actor(anyone(t, "person"), "", start)
		if err != nil {
			t.Fatal(err)
		}
		first := Can(d, a, act, doc)
		for range 3 {
			again := Can(d, a, act, doc)
			if again.Allow != first.Allow || again.Reason != first.Reason || again.Grant.Unit != first.Grant.Unit || again.Grant.Role != first.Grant.Role {
				t.Fatalf("%+v then %+v", first, again)
			}
		}
		if _, ok := reasons[first.Reason]; !ok {
			t.Fatalf("reason %q is not listed", first.Reason)
		}
	})
}
