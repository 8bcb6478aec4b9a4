package app

import (
	"errors"
	"slices"
)

func init() {
	define("readmark.set.1", KindReadMark, markRead)
	define("template.save.1", KindTemplate, saveTemplate)
	define("group.save.1", KindGroup, saveGroup)
	define("delegation.give.1", KindDelegation, delegate)
	define("delegation.revoke.1", KindDelegation, revokeDelegation)
}

// previous loads the target, or nothing when it is new.
func previous[T Record](x *Exec) (T, bool, error) {
	var none T
	r, err := x.Tx.Get(x.Cmd.Target)
	if errors.Is(err, ErrNotFound) {
		return none, false, nil
	}
	if err != nil {
		return none, false, err
	}
	t, ok := r.(T)
	if !ok {
		return none, false, Errorf(Internal, "internal", "record %v is %T", x.Cmd.Target, r)
	}
	return t, true, nil
}

// markRead is private to the person, also when he acts for another.
func markRead(x *Exec, a *MarkRead) error {
	if x.Cmd.Target.ID != ReadMarkID(x.Actor.Person, a.Doc) {
		return Refuse(Invalid, "command.bad_target")
	}
	if _, err := x.document(a.Doc); err != nil {
		return err
	}
	m := &ReadMark{ID: x.Cmd.Target.ID, Person: x.Actor.Person, Doc: a.Doc, At: x.Now}
	if err := x.may(m); err != nil {
		return err
	}
	return x.Tx.Put(m)
}

func saveTemplate(x *Exec, a *SaveTemplate) error {
	t := &Template{ID: x.Cmd.Target.ID, Unit: a.Unit, Text: a.Text, Days: a.Days, Order: a.Order, Closed: a.Closed}
	if a.Unit == "" {
		t.Person = x.Actor.Person
	}
	old, ok, err := previous[*Template](x)
	if err != nil {
		return err
	}
	if ok {
		if err := x.may(old); err != nil {
			return err
		}
		if err := x.unchanged(); err != nil {
			return err
		}
	}
	if err := x.may(t); err != nil {
		return err
	}
	return x.Tx.Put(t)
}

func saveGroup(x *Exec, a *SaveGroup) error {
	if _, err := x.office(a.Unit); err != nil {
		return err
	}
	g := &Group{ID: x.Cmd.Target.ID, Unit: a.Unit, Name: a.Name, Closed: a.Closed}
	old, ok, err := previous[*Group](x)
	if err != nil {
		return err
	}
	if ok {
		if err := x.may(old); err != nil {
			return err
		}
		g.Public = old.Public
	}
	if x.Actor.System {
		g.Public = a.Public
	}
	if err := x.unchanged(); err != nil {
		return err
	}
	if err := x.may(g); err != nil {
		return err
	}
	if len(a.Members) > maxRecipients {
		return Refuse(Invalid, "field.too_many").With("field", "members").With("max", maxRecipients)
	}
	for _, m := range a.Members {
		if _, err := x.office(m); err != nil {
			return err
		}
		if !slices.Contains(g.Members, m) {
			g.Members = append(g.Members, m)
		}
	}
	return x.Tx.Put(g)
}

// delegate (ủy quyền) lends the giver's post in a unit to somebody of the same
// office, from–to.
func delegate(x *Exec, a *Delegate) error {
	if err := x.fresh(); err != nil {
		return err
	}
	g := &Delegation{
		ID: x.Cmd.Target.ID, From: x.Actor.Person, To: a.To, Unit: a.Unit,
		Actions: a.Actions, Start: a.Start, End: a.End, Basis: a.Basis,
	}
	if err := x.may(g); err != nil {
		return err
	}
	office := x.Dir.OfficeID(a.Unit, x.today())
	switch {
	case g.To == g.From:
		return Refuse(Invalid, "delegation.self")
	case g.End <= g.Start:
		return Refuse(Invalid, "delegation.bad_span")
	case g.End <= x.Now:
		return Refuse(Invalid, "delegation.ended")
	case office == "" || !x.Dir.worksIn(g.To, office, x.today()):
		return Refuse(Invalid, "delegation.receiver_elsewhere")
	case !slices.ContainsFunc(x.Actor.Grants, func(own Grant) bool { return own.Unit == a.Unit && own.Role.works() }):
		return Refuse(Forbidden, "delegation.no_post")
	}
	if len(a.Actions) > len(specs) {
		return Refuse(Invalid, "field.too_many").With("field", "actions").With("max", len(specs))
	}
	for _, act := range a.Actions {
		if SpecOf(string(act)+".1") == nil || slices.Contains(notDelegable, act) {
			return Refuse(Invalid, "delegation.bad_action").With("action", clip(string(act)))
		}
	}
	return x.Tx.Put(g)
}

// revokeDelegation ends a delegation now, by the giver or the administrator.
func revokeDelegation(x *Exec, _ *Empty) error {
	g, ok, err := previous[*Delegation](x)
	if err != nil {
		return err
	}
	if !ok {
		return Refuse(NotFound, "delegation.not_found")
	}
	if err := x.may(g); err != nil {
		return err
	}
	if g.Revoked != 0 {
		return Refuse(Conflict, "delegation.revoked").With("at", int64(g.Revoked))
	}
	g.Revoked = x.Now
	return x.Tx.Put(g)
}
