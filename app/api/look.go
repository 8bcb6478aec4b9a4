package api

import (
	"slices"

	"khonggiay/app"
)

// PersonRef names a person as screens show him: with the post he has now.
type PersonRef struct {
	ID       app.ID `json:"id"`
	Name     string `json:"name"`
	Position string `json:"position,omitempty"`
	Unit     app.ID `json:"unit,omitempty"`
}

// UnitRef names a unit.
type UnitRef struct {
	ID       app.ID `json:"id"`
	Name     string `json:"name"`
	Short    string `json:"short,omitempty"`
	Notation string `json:"notation,omitempty"`
}

// look is one person's look at the records at one moment: everything that the
// views of one request are computed from.
type look struct {
	viewer Viewer
	dir    *app.Directory
	now    app.Time
	today  app.Date
	actor  app.Actor
	scopes []app.Scope
}

// look begins a request's look. A person whom the directory does not hold
// (closed, or not loaded yet) sees nothing and may do nothing.
func (a *API) look(v Viewer) *look {
	now := a.Now()
	l := &look{viewer: v, dir: a.Store.Directory(), now: now, today: now.Date()}
	l.scopes = l.dir.Scopes(v.Person, now)
	actor, err := l.dir.Actor(v.Person, "", now)
	if err != nil {
		actor = app.Actor{Person: v.Person}
	}
	l.actor = actor
	return l
}

func (l *look) person(id app.ID) *PersonRef {
	if id == "" {
		return nil
	}
	p := l.dir.Person(id)
	if p == nil {
		return &PersonRef{ID: id}
	}
	ref := &PersonRef{ID: id, Name: p.Name}
	if post, ok := p.MainPost(l.today); ok {
		ref.Position, ref.Unit = post.Position, post.Unit
	}
	return ref
}

// who is a person that must be there, possibly nameless.
func (l *look) who(id app.ID) PersonRef {
	if p := l.person(id); p != nil {
		return *p
	}
	return PersonRef{}
}

func (l *look) unit(id app.ID) *UnitRef {
	if id == "" {
		return nil
	}
	u := l.dir.Unit(id)
	if u == nil {
		return &UnitRef{ID: id}
	}
	return &UnitRef{ID: u.ID, Name: u.Name, Short: u.Short, Notation: u.Notation}
}

// NamedRef names a person or a unit where either can stand.
type NamedRef struct {
	ID   app.ID `json:"id"`
	Name string `json:"name"`
	Unit bool   `json:"unit,omitempty"`
}

func (l *look) named(id app.ID) *NamedRef {
	switch {
	case id == "":
		return nil
	case l.dir.Unit(id) != nil:
		return &NamedRef{ID: id, Name: l.dir.Unit(id).Name, Unit: true}
	case l.dir.Person(id) != nil:
		return &NamedRef{ID: id, Name: l.dir.Person(id).Name}
	}
	return &NamedRef{ID: id}
}

// offices are those in which the person has a post today, the main one first.
func (l *look) offices() []app.ID {
	p := l.dir.Person(l.viewer.Person)
	if p == nil {
		return nil
	}
	var out []app.ID
	add := func(unit app.ID) {
		if office := l.dir.OfficeID(unit, l.today); office != "" && !slices.Contains(out, office) {
			out = append(out, office)
		}
	}
	if main, ok := p.MainPost(l.today); ok {
		add(main.Unit)
	}
	for _, post := range p.Posts {
		if post.Span.On(l.today) {
			add(post.Unit)
		}
	}
	return out
}

func (l *look) fillSession(s *Session) {
	s.Person = l.person(l.viewer.Person)
	for _, office := range l.offices() {
		s.Offices = append(s.Offices, *l.unit(office))
	}
	if len(s.Offices) > 0 {
		s.Unit = &s.Offices[0]
	}
	if p := l.dir.Person(l.viewer.Person); p != nil {
		main, _ := p.MainPost(l.today)
		for _, post := range p.Posts {
			if post.Span.On(l.today) {
				s.Posts = append(s.Posts, PostRef{Unit: *l.unit(post.Unit), Office: l.dir.OfficeID(post.Unit, l.today),
					Position: post.Position, Role: post.Role, Main: post == main})
			}
		}
	}
	s.Trusts = app.CanTrust(l.dir, l.viewer.Person, l.today).Allow
	for _, d := range l.dir.Delegations(l.viewer.Person, l.now) {
		s.Delegations = append(s.Delegations, DelegationRef{ID: d.ID, From: l.who(d.From), Unit: d.Unit,
			Actions: d.Actions, End: d.End})
	}
	all := l.dir.DelegationsOf(l.viewer.Person)
	for _, d := range all[:min(len(all), maxDelegations)] {
		s.AllDelegations = append(s.AllDelegations, DelegationRecord{ID: d.ID, From: l.who(d.From), To: l.who(d.To),
			Unit: *l.unit(d.Unit), Actions: d.Actions, Start: d.Start, End: d.End, Basis: d.Basis,
			Revoked: d.Revoked, State: delegationState(d, l.now)})
	}
}

// maxDelegations is how many a session tells of.
const maxDelegations = 100

func delegationState(d *app.Delegation, now app.Time) string {
	switch {
	case d.Revoked != 0:
		return "revoked"
	case now >= d.End:
		return "ended"
	case now < d.Start:
		return "coming"
	}
	return "active"
}
