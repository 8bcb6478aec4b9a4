package app

import "slices"

// notDelegable are the actions that no delegation lends: powers over people and
// powers themselves stay with the one who has them, so delegations never chain.
var notDelegable = []Action{
	"delegation.give", "delegation.revoke",
	"unit.put", "person.put", "authority.put", "book.put", "book.lend", "book.recall", "calendar.put",
}

// Actor is the person at the moment with his own grants or, when a delegation
// is named, with nothing but what it lends. Errors: Unauthorized
// "actor.unknown" or "actor.closed", Forbidden "delegation.…".
func (d *Directory) Actor(person, delegation ID, at Time) (Actor, error) {
	p := d.Person(person)
	switch {
	case p == nil:
		return Actor{}, Refuse(Unauthorized, "actor.unknown")
	case p.Closed:
		return Actor{}, Refuse(Unauthorized, "actor.closed")
	case delegation == "":
		return Actor{Person: person, At: at, Grants: d.grants(p, at.Date())}, nil
	}
	g := d.Delegation(delegation)
	switch {
	case g == nil || g.To != person:
		return Actor{}, Refuse(Forbidden, "delegation.not_yours")
	case !g.ActiveAt(at):
		return Actor{}, Refuse(Forbidden, "delegation.not_active").With("start", g.Start).With("end", g.End)
	}
	lent := d.lent(g, at)
	if len(lent) == 0 {
		return Actor{}, Refuse(Forbidden, "delegation.empty")
	}
	return Actor{Person: person, At: at, Grants: lent, Delegation: g.ID, Giver: g.From}, nil
}

// grants are the person's own on the day.
func (d *Directory) grants(p *Person, on Date) []Grant {
	var out []Grant
	for _, post := range p.Posts {
		u := d.Unit(post.Unit)
		if u == nil || !u.Span.On(on) || !post.Span.On(on) {
			continue
		}
		g := Grant{Unit: post.Unit, Office: d.OfficeID(post.Unit, on), Role: post.Role}
		if !slices.ContainsFunc(out, func(o Grant) bool { return o.Unit == g.Unit && o.Role == g.Role }) {
			out = append(out, g)
		}
	}
	return out
}

// lent are the grants that an active delegation lends: the giver's own posts in
// the delegation's unit, and nothing that was lent to the giver.
func (d *Directory) lent(g *Delegation, at Time) []Grant {
	giver := d.Person(g.From)
	if giver == nil || giver.Closed {
		return nil
	}
	var out []Grant
	for _, own := range d.grants(giver, at.Date()) {
		if own.Unit != g.Unit {
			continue
		}
		own.Delegation, own.Giver = g.ID, g.From
		own.Only = slices.Clone(g.Actions)
		out = append(out, own)
	}
	return out
}

// covers reports whether the grant may carry the action.
func (g Grant) covers(act Action) bool {
	if g.Delegation == "" || act == ActRead || act == ActDownload {
		return true
	}
	return !slices.Contains(notDelegable, act) && (len(g.Only) == 0 || slices.Contains(g.Only, act))
}

// Self is the person whose powers the actor uses: the giver under a delegation.
func (a Actor) Self() ID {
	if a.Delegation != "" {
		return a.Giver
	}
	return a.Person
}

// role finds a grant of one of the roles in exactly the unit.
func (a *Actor) role(unit ID, roles ...Role) (Grant, bool) {
	for _, g := range a.Grants {
		if unit != "" && g.Unit == unit && slices.Contains(roles, g.Role) {
			return g, true
		}
	}
	return Grant{}, false
}

// works finds a grant that handles documents in the office.
func (a *Actor) works(office ID) (Grant, bool) {
	for _, g := range a.Grants {
		if office != "" && g.Office == office && g.Role.works() {
			return g, true
		}
	}
	return Grant{}, false
}
