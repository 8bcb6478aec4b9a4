package app

import "slices"

// Part points at the piece of a document that an action is about. Without one,
// Can answers whether there is any piece on which the actor may act.
type Part struct {
	Directive CommandID
	Receiver  ID
	Extension CommandID

	// Of a meeting: the record or entry that the action is about.
	Participant ID
	Material    *Material
	Speech      *Speech
	Assignment  *Assignment
	Point       *PointSession
}

// Can is the one place that says who may do what. The record is the one acted
// upon; for an action that creates one, the record as it would begin (for a
// document: Direction, Unit and DraftUnit). The answer depends on nothing else.
//
// The order of refusals is deliberate: who may not see the record learns
// nothing about its state; who may see it learns first that it has moved on
// (and so that somebody was quicker), and only then whose task it is.
func Can(d *Directory, a Actor, act Action, r Record, parts ...Part) Decision {
	if a.System {
		return Decision{Action: act, Allow: true, Reason: "can.system"}
	}
	var part Part
	if len(parts) > 0 {
		part = parts[0]
	}
	if m, ok := r.(*Meeting); ok {
		return canMeeting(d, a, act, m, part)
	}
	doc, ok := r.(*Document)
	if !ok {
		return canRecord(d, a, act, r)
	}
	q := &question{d: d, a: covering(a, act), act: act, doc: doc, part: part}
	switch {
	case act == ActRead || act == ActDownload:
		return q.read(d.Scopes(a.Person, a.At))
	case len(q.a.Grants) == 0 && len(a.Grants) > 0:
		return q.deny("can.not_delegated")
	case doc.State != "" && !intersects(grantScopes(a.Self(), a.Grants), ScopesOf(doc, d)):
		return q.unseen()
	}
	return q.ask(policy[act])
}

// question is one call of Can about a document.
type question struct {
	d    *Directory
	a    *Actor // with the grants that cover the action
	act  Action
	doc  *Document
	part Part
}

// covering is the actor with only those grants that may carry the action.
func covering(a Actor, act Action) *Actor {
	a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g Grant) bool { return !g.covers(act) })
	return &a
}

func (q *question) deny(reason string) Decision { return Decision{Action: q.act, Reason: reason} }

func (q *question) allow(rel relation, g Grant) Decision {
	return Decision{Action: q.act, Allow: true, Reason: "can.as_" + rel.name, Grant: g}
}

func (q *question) read(held []Scope) Decision {
	if !intersects(held, ScopesOf(q.doc, q.d)) {
		return q.deny("can.not_visible")
	}
	g, _ := q.a.works(q.doc.Unit)
	return q.allow(relReader, g)
}

// unseen answers for a document that the grants in use do not show: the person
// may still see it as himself or under a delegation, and is told so.
func (q *question) unseen() Decision {
	switch {
	case !intersects(q.d.Scopes(q.a.Person, q.a.At), ScopesOf(q.doc, q.d)):
		return q.deny("can.not_visible")
	case q.a.Delegation == "":
		return q.deny("can.needs_delegation")
	}
	return q.deny("can.not_delegated")
}

// ask walks the clauses of one action.
func (q *question) ask(clauses []clause) Decision {
	if len(clauses) == 0 {
		return q.deny("can.unknown_action")
	}
	rightState, related := false, false
	for _, c := range clauses {
		in := slices.Contains(c.in, q.doc.State)
		g, has := c.who.has(q)
		if in && has {
			return q.allow(c.who, g)
		}
		rightState = rightState || in
		related = related || has
	}
	if !rightState || related {
		return q.deny("can.wrong_state")
	}
	return q.deny("can.needs_" + clauses[q.firstIn(clauses)].who.name)
}

func (q *question) firstIn(clauses []clause) int {
	return slices.IndexFunc(clauses, func(c clause) bool { return slices.Contains(c.in, q.doc.State) })
}

func intersects(a, b []Scope) bool {
	return slices.ContainsFunc(a, func(s Scope) bool { return slices.Contains(b, s) })
}
