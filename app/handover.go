package app

import "slices"

// HandOver (bàn giao) says that work of somebody who has left the office was
// found unfinished in a document, and who took it over. The server opens it;
// that the person's access has ended never waits for it.
type HandOver struct {
	At   Time `cbor:"1,keyasint"`
	Unit ID   `cbor:"2,keyasint,omitzero"` // where he worked, as far as known; its head may hand over, too
	To   ID   `cbor:"3,keyasint,omitzero"` // who took it over
	By   ID   `cbor:"4,keyasint,omitzero"` // who decided that
	Done Time `cbor:"5,keyasint,omitempty"`
}

// OpenHandOver finds unfinished work of a person who has left the office
// (document.open_hand_over.1; the server's).
type OpenHandOver struct {
	Person ID `cbor:"1,keyasint" json:"person"`
	Unit   ID `cbor:"2,keyasint,omitempty" json:"unit,omitempty"`
}

// HandOverTo gives all that a person who has left had still to do in the
// document to another (document.hand_over.1).
type HandOverTo struct {
	From ID     `cbor:"1,keyasint" json:"from" minLength:"1" maxLength:"64"`
	To   ID     `cbor:"2,keyasint" json:"to" minLength:"1" maxLength:"64"`
	Text string `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// HasLeft reports whether the person handles no documents in the office any
// more: he has no post there, or has left the service.
func (d *Directory) HasLeft(person, office ID, on Date) bool { return !d.worksIn(person, office, on) }

// LastUnit is the unit of the office in which the person had his latest post,
// empty when his record does not say.
func (d *Directory) LastUnit(person, office ID, on Date) ID {
	p := d.Person(person)
	if p == nil {
		return ""
	}
	var last Post
	for _, post := range p.Posts {
		day := on
		if post.Span.To != 0 {
			day = min(on, post.Span.To)
		}
		if post.Role.works() && d.OfficeID(post.Unit, day) == office && (last.Unit == "" || post.Span.To > last.Span.To) {
			last = post
		}
	}
	return last.Unit
}

// Unfinished lists what the document still waits for the person to do.
func Unfinished(doc *Document, person ID) []Waiting {
	holder := WorkScope(person, doc.Unit)
	return slices.DeleteFunc(WaitingOf(doc), func(w Waiting) bool { return w.Holder != holder || w.Queue == QueueNotice })
}

// openHandOvers lists the people whose work in the document must still be
// handed over, sorted.
func (d *Document) openHandOvers() []ID {
	return slices.DeleteFunc(sortedKeys(d.HandOvers), func(p ID) bool { return d.HandOvers[p].Done != 0 })
}

// handOverScopes are the roles that hold a document while a hand-over is open.
func handOverScopes(doc *Document) []Scope {
	var out []Scope
	for _, p := range doc.openHandOvers() {
		out = append(out, RoleScope(doc.Unit, RoleClerk), RoleScope(doc.Unit, RoleLeader))
		if unit := doc.HandOvers[p].Unit; unit != "" {
			out = append(out, RoleScope(unit, RoleHead))
		}
	}
	return out
}

// handOvers are the desks on which open hand-overs wait.
func (w *waiting) handOvers(d *Document) {
	for _, p := range d.openHandOvers() {
		h := d.HandOvers[p]
		item := Waiting{Queue: QueueHandOver, Receiver: p, Due: d.DueDate, Since: h.At}
		w.put(item, RoleScope(d.Unit, RoleClerk))
		if h.Unit != "" && h.Unit != d.Unit {
			w.put(item, RoleScope(h.Unit, RoleHead))
		}
	}
}

// relRedistributor is who hands over what somebody has left unfinished: the
// head of his division, văn thư, or the leader of the office.
var relRedistributor = relation{"redistributor", func(q *question) (Grant, bool) {
	for _, p := range q.doc.openHandOvers() {
		if q.part.Receiver != "" && q.part.Receiver != p {
			continue
		}
		if g, ok := q.a.role(q.doc.Unit, RoleClerk, RoleLeader); ok {
			return g, true
		}
		if g, ok := q.a.role(q.doc.HandOvers[p].Unit, RoleHead); ok {
			return g, true
		}
	}
	return Grant{}, false
}}
