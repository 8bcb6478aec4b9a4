package app

import (
	"errors"
	"strings"
)

// action is the command's name without its version.
func (x *Exec) action() Action {
	name := x.Cmd.Name
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	return Action(name)
}

// document loads a document, for a person who may not see it as if it were not there.
func (x *Exec) document(id ID) (*Document, error) {
	r, err := x.Tx.Get(Key{KindDocument, id})
	if errors.Is(err, ErrNotFound) {
		return nil, Refuse(NotFound, "document.not_found")
	}
	if err != nil {
		return nil, err
	}
	doc, ok := r.(*Document)
	if !ok {
		return nil, Errorf(Internal, "internal", "record %s is %T", id, r)
	}
	if !x.Actor.System && !Can(x.Dir, x.Actor, ActRead, doc).Allow {
		return nil, Refuse(NotFound, "document.not_found")
	}
	return doc, nil
}

// open loads the target and checks that the actor may give this command on it.
func (x *Exec) open(parts ...Part) (*Document, error) {
	doc, err := x.document(x.Cmd.Target.ID)
	if err != nil {
		return nil, err
	}
	return doc, x.may(doc, parts...)
}

// may turns Can's answer for this command into a refusal.
func (x *Exec) may(r Record, parts ...Part) error {
	dec := Can(x.Dir, x.Actor, x.action(), r, parts...)
	doc, _ := r.(*Document)
	switch {
	case dec.Allow:
		return nil
	case dec.Reason == "can.not_visible":
		return Refuse(NotFound, "document.not_found")
	case dec.Reason == "can.wrong_state" && doc != nil:
		return wrongState(doc)
	}
	return Refuse(Forbidden, dec.Reason)
}

// wrongState tells the state that forbids it, and who brought it about and when.
func wrongState(doc *Document) *Error {
	e := Refuse(Conflict, "document.wrong_state").With("state", string(doc.State))
	if s, ok := doc.LastChange(); ok {
		e = e.With("by", string(s.By)).With("at", int64(s.At)).With("step", s.Name)
	}
	return e
}

// fresh checks that the target does not exist yet, and never will beside another
// record: ids that commands derive are not for people to take.
func (x *Exec) fresh() error {
	if !x.Actor.System && x.Cmd.Target.ID.derived() {
		return Refuse(Invalid, "command.bad_target")
	}
	v, err := x.Tx.Version(x.Cmd.Target)
	if err != nil {
		return err
	}
	if v != 0 {
		return Refuse(Conflict, "record.exists")
	}
	return nil
}

// unchanged checks that a record stored as a whole is still what the person
// saw. The system's own commands are not checked: it is the one writer.
func (x *Exec) unchanged() error {
	if x.Actor.System {
		return nil
	}
	v, err := x.Tx.Version(x.Cmd.Target)
	if err != nil {
		return err
	}
	if v != x.Cmd.Base {
		return Refuse(Conflict, "record.changed").With("base", x.Cmd.Base).With("version", v)
	}
	return nil
}

// today is the legal day of the run.
func (x *Exec) today() Date { return x.Now.Date() }

// givenDay is the day on which the command was given: what was right then is
// not refused because the line was down for some days.
func (x *Exec) givenDay() Date {
	if x.Cmd.At != 0 && x.Cmd.At < x.Now {
		return x.Cmd.At.Date()
	}
	return x.today()
}

// onBehalf is the giver of the delegation, or empty.
func (x *Exec) onBehalf() ID {
	if x.Actor.Delegation != "" {
		return x.Actor.Giver
	}
	return ""
}

// claimsOtherTime reports a device time worth keeping beside ours: more than a
// minute away, and not more than a year, which no line is down for.
func (x *Exec) claimsOtherTime() bool {
	const minute, year = Time(60_000), Time(366 * 24 * 3600 * 1000)
	at := x.Cmd.At
	return at > x.Now-year && at < x.Now-minute || at > x.Now+minute && at < x.Now+year
}

// note is what a step says beside the command.
type note struct {
	text string
	to   ID
}

// step writes the command into the document's history and, unless to is empty,
// moves the document to that state.
func (x *Exec) step(doc *Document, to State, n note) {
	s := Step{
		Name: string(x.action()), By: x.Actor.Person, OnBehalf: x.onBehalf(), At: x.Now,
		Text: n.text, To: n.to,
	}
	if x.claimsOtherTime() {
		s.Given = x.Cmd.At
	}
	if to != "" && to != doc.State {
		doc.State, s.State = to, to
	}
	doc.record(x.Cmd.ID, s)
}

// record adds a step, which is later than all before it whatever the clock says:
// the history is read in the order of its times.
func (d *Document) record(id CommandID, s Step) {
	for k, earlier := range d.History {
		if k != id { // a command may write its step anew
			s.At = max(s.At, earlier.At+1)
		}
	}
	if d.History == nil {
		d.History = map[CommandID]Step{}
	}
	d.History[id] = s
}

// office checks that the unit is an office today.
func (x *Exec) office(id ID) (*Unit, error) {
	u := x.Dir.Unit(id)
	if u == nil || !u.Office || !u.Span.On(x.today()) {
		return nil, Refuse(Invalid, "unit.not_office").With("unit", string(id))
	}
	return u, nil
}

// put stores a document.
func (x *Exec) put(doc *Document) error { return x.Tx.Put(doc) }
