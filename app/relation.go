package app

import (
	"cmp"
	"maps"
	"slices"
)

// The relations of the policy. Those of a person count only together with a
// working post in the document's office: who leaves the office leaves its papers.
var (
	// Who sees the document and works in its office; an auditor only reads.
	relReader = relation{"reader", func(q *question) (Grant, bool) { return q.a.works(q.doc.Unit) }}
	relServer = relation{"server", func(*question) (Grant, bool) { return Grant{}, false }}

	relClerk  = officeRole("clerk", RoleClerk)
	relLeader = officeRole("leader", RoleLeader)
	relStaff  = relation{"staff", func(q *question) (Grant, bool) { return q.a.works(q.doc.Unit) }}

	// The person to whom it was submitted, or who must act next.
	relSubmitted = relation{"submitted", func(q *question) (Grant, bool) {
		return q.personal(q.doc.Submitted == q.a.Self())
	}}
	relDrafter = relation{"drafter", func(q *question) (Grant, bool) {
		return q.personal(q.doc.Drafter == q.a.Self())
	}}
	relDraftHead = relation{"draft_head", func(q *question) (Grant, bool) {
		return q.a.role(q.doc.DraftUnit, RoleHead)
	}}
	// The leader or deputy to whom the draft was submitted.
	relApprover = relation{"approver", func(q *question) (Grant, bool) {
		if q.doc.Submitted != q.a.Self() {
			return Grant{}, false
		}
		return q.a.role(q.doc.Unit, RoleLeader, RoleDeputy)
	}}

	// A first directive on the document, not one that passes another on.
	relAddressee = relation{"submitted", func(q *question) (Grant, bool) {
		return q.personal(q.part.Directive == 0 && q.doc.Submitted == q.a.Self())
	}}
	relOfficeLeader = relation{"leader", func(q *question) (Grant, bool) {
		if q.part.Directive != 0 {
			return Grant{}, false
		}
		return q.a.role(q.doc.Unit, RoleLeader)
	}}
	// Who received a directive and has people to pass it on to.
	relPasser = relation{"passer", func(q *question) (Grant, bool) {
		return q.eachTask(func(dir Directive, id ID, t Task) (Grant, bool) {
			if t.Unit {
				return q.a.role(id, RoleHead)
			}
			if id != q.a.Self() {
				return Grant{}, false
			}
			return q.a.roleIn(q.doc.Unit, RoleHead, RoleDeputy, RoleLeader)
		})
	}}
	relReceiver = relation{"receiver", func(q *question) (Grant, bool) {
		return q.eachTask(func(dir Directive, id ID, t Task) (Grant, bool) {
			return q.personal(q.a.owns(id, t))
		})
	}}
	// Who gave the directive.
	relDirector = relation{"director", func(q *question) (Grant, bool) {
		for _, id := range sortedKeys(q.doc.Directives) {
			dir := q.doc.Directives[id]
			if (q.part.Directive == 0 || q.part.Directive == id) && dir.Owner() == q.a.Self() {
				return q.personal(true)
			}
		}
		return Grant{}, false
	}}
)

func officeRole(name string, r Role) relation {
	return relation{name, func(q *question) (Grant, bool) { return q.a.role(q.doc.Unit, r) }}
}

// personal turns "it is he" into a grant: he must work in the document's office.
func (q *question) personal(he bool) (Grant, bool) {
	if !he || q.a.Self() == "" {
		return Grant{}, false
	}
	return q.a.works(q.doc.Unit)
}

// eachTask looks through the tasks of live directives that the part names.
func (q *question) eachTask(f func(Directive, ID, Task) (Grant, bool)) (Grant, bool) {
	for _, id := range sortedKeys(q.doc.Directives) {
		dir := q.doc.Directives[id]
		if dir.Withdrawn != 0 || q.part.Directive != 0 && q.part.Directive != id {
			continue
		}
		for _, receiver := range sortedKeys(dir.Tasks) {
			t := dir.Tasks[receiver]
			if q.part.Receiver != "" && q.part.Receiver != receiver {
				continue
			}
			if g, ok := f(dir, receiver, t); ok {
				return g, true
			}
		}
	}
	return Grant{}, false
}

// roleIn finds a grant of one of the roles in the office or its divisions.
func (a *Actor) roleIn(office ID, roles ...Role) (Grant, bool) {
	for _, g := range a.Grants {
		if g.Office != office || office == "" {
			continue
		}
		if slices.Contains(roles, g.Role) {
			return g, true
		}
	}
	return Grant{}, false
}

// sortedKeys makes every walk over a map the same on every machine.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
