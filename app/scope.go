package app

import "slices"

// Scopes is what the person's replica may hold at the moment, sorted: the
// directory, what is his own, the roles he has, his work in the offices where
// he has a post, and the same of those for whom he may act. A closed or unknown
// person holds nothing.
func (d *Directory) Scopes(person ID, at Time) []Scope {
	p := d.Person(person)
	if p == nil || p.Closed {
		return nil
	}
	out := []Scope{ScopeAll, PersonScope(person)}
	own := d.grants(p, at.Date())
	for _, g := range own {
		out = append(out, UnitScope(g.Unit))
	}
	out = append(out, grantScopes(person, own)...)
	for _, g := range d.Delegations(person, at) {
		out = append(out, grantScopes(g.From, d.lent(g, at))...)
	}
	return sortedSet(out)
}

func grantScopes(self ID, grants []Grant) []Scope {
	var out []Scope
	for _, g := range grants {
		out = append(out, RoleScope(g.Unit, g.Role))
		if g.Office != "" && g.Role.works() {
			out = append(out, WorkScope(self, g.Office))
		}
	}
	return out
}

// works reports whether the role handles documents; an administrator and an
// auditor do not.
func (r Role) works() bool { return r != RoleAdmin && r != RoleAuditor }

func sortedSet[T ~string](in []T) []T {
	slices.Sort(in)
	return slices.Compact(in)
}

// ScopesOf names who holds the record, sorted and unique. It depends on the
// record and the directory only, never on the clock: what time changes comes
// by a command.
func ScopesOf(r Record, d *Directory) []Scope {
	switch r := r.(type) {
	case *Document:
		out := handOverScopes(r)
		if r.Direction == Incoming {
			return sortedSet(append(out, incomingScopes(r)...))
		}
		return sortedSet(append(out, outgoingScopes(r)...))
	case *Template:
		if r.Unit != "" {
			return sortedSet([]Scope{RoleScope(r.Unit, RoleLeader), RoleScope(r.Unit, RoleDeputy), RoleScope(r.Unit, RoleHead)})
		}
		return []Scope{PersonScope(r.Person)}
	case *ReadMark:
		return []Scope{PersonScope(r.Person)}
	case *BookLog:
		return sortedSet([]Scope{RoleScope(r.Unit, RoleClerk), RoleScope(r.Unit, RoleLeader),
			RoleScope(r.Unit, RoleAdmin), RoleScope(r.Unit, RoleAuditor)})
	case *Meeting:
		return meetingScopes(r)
	case *WeekPlan:
		return weekPlanScopes(r)
	case MeetingPart:
		return r.heldBy()
	}
	return []Scope{ScopeAll}
}

// MayHold reports whether the record is for the person at the moment.
func MayHold(d *Directory, person ID, at Time, r Record) bool {
	return intersects(d.Scopes(person, at), ScopesOf(r, d))
}

func incomingScopes(doc *Document) []Scope {
	out := []Scope{RoleScope(doc.Unit, RoleClerk), RoleScope(doc.Unit, RoleAuditor)}
	if doc.Submitted != "" {
		out = append(out, WorkScope(doc.Submitted, doc.Unit))
	}
	if doc.Submitted != "" || len(doc.Directives) > 0 {
		out = append(out, RoleScope(doc.Unit, RoleLeader))
	}
	for _, dir := range doc.Directives {
		out = append(out, WorkScope(dir.Owner(), doc.Unit))
		if dir.Withdrawn != 0 {
			continue
		}
		for id, t := range dir.Tasks {
			if t.Unit {
				out = append(out, RoleScope(id, RoleHead))
			} else {
				out = append(out, WorkScope(id, doc.Unit))
			}
		}
	}
	return out
}

// keepers are the steps whose giver keeps an outgoing document.
var keepers = []string{"document.check_content", "document.approve_draft", "document.send_back"}

func outgoingScopes(doc *Document) []Scope {
	var out []Scope
	work := func(p ID) {
		if p != "" {
			out = append(out, WorkScope(p, doc.Unit))
		}
	}
	work(doc.Drafter)
	work(doc.Submitted)
	work(doc.Signer.Person)
	for p := range doc.Shared {
		work(p)
	}
	for _, s := range doc.History {
		if slices.Contains(keepers, s.Name) {
			work(s.Owner())
		}
	}
	if doc.DraftUnit != "" {
		out = append(out, RoleScope(doc.DraftUnit, RoleHead))
	}
	numbered := doc.Book != ""
	if numbered || doc.FormChecked != 0 || doc.State == OutFormCheck || doc.State.signing() {
		out = append(out, RoleScope(doc.Unit, RoleClerk))
	}
	if numbered || doc.State.signing() {
		out = append(out, RoleScope(doc.Unit, RoleLeader))
	}
	if numbered {
		out = append(out, RoleScope(doc.Unit, RoleAuditor))
	}
	return out
}

// signing reports whether an outgoing document is with the signer or signed,
// and not yet in a book.
func (s State) signing() bool { return s == OutToSign || s == OutSigned }

// Owner is the person in whose name it was done: the giver of the delegation,
// if there was one.
func (s Step) Owner() ID { return ownerOf(s.By, s.OnBehalf) }

// Owner is the person in whose name it was given, or who took his place.
func (d Directive) Owner() ID {
	if d.Heir != "" {
		return d.Heir
	}
	return ownerOf(d.By, d.OnBehalf)
}

func ownerOf(by, behalf ID) ID {
	if behalf != "" {
		return behalf
	}
	return by
}

// ClassOf is the class in which a holder of the scope gets the record.
func ClassOf(r Record, s Scope) Class {
	doc, ok := r.(*Document)
	of, _ := s.Parts()
	switch {
	case !ok && (r.Key().Kind.IsDirectory() || r.Key().Kind == KindBookLog):
		return ClassNow
	case !ok && r.Key().Kind == KindTemplate:
		return ClassMine
	case !ok && r.Key().Kind >= KindMeeting && r.Key().Kind <= KindPointSession:
		return meetingClass(r)
	case !ok:
		return ClassRecent
	case !doc.Open():
		return ClassArchive
	case doc.Urgency >= UrgencyVery:
		return ClassNow
	case of.Kind == OfWork, of.Kind == OfPerson:
		return ClassMine
	}
	return ClassRecent
}
