package app

import (
	"cmp"
	"slices"
	"strings"
)

// maxDepth ends walks up a tree whose data holds a loop.
const maxDepth = 32

// ParentOf is the unit's parent on the day, or empty.
func (d *Directory) ParentOf(unit ID, on Date) ID {
	u := d.Unit(unit)
	if u == nil {
		return ""
	}
	for _, p := range u.Parents {
		if p.Span.On(on) {
			return p.Unit
		}
	}
	return ""
}

// Children are the units directly below on the day, in their order; those of
// "" are the roots.
func (d *Directory) Children(unit ID, on Date) []*Unit {
	ids, _ := d.children.get(unit)
	out := slices.DeleteFunc(collect(ids, d.Unit), func(u *Unit) bool {
		return !u.Span.On(on) || d.ParentOf(u.ID, on) != unit
	})
	slices.SortFunc(out, compareUnits)
	return out
}

// Office is the nearest unit at or above this one that is an office (has its
// own văn thư and books) on the day; nil when there is none.
func (d *Directory) Office(unit ID, on Date) *Unit {
	id := unit
	for range maxDepth {
		u := d.Unit(id)
		if u == nil {
			return nil
		}
		if u.Office {
			return u
		}
		id = d.ParentOf(id, on)
	}
	return nil
}

// OfficeID is Office's id, or empty.
func (d *Directory) OfficeID(unit ID, on Date) ID {
	if u := d.Office(unit, on); u != nil {
		return u.ID
	}
	return ""
}

// Within reports whether the unit is the other one or lies below it on the day.
func (d *Directory) Within(unit, above ID, on Date) bool {
	id := unit
	for range maxDepth {
		if id == above {
			return true
		}
		if id = d.ParentOf(id, on); id == "" {
			return false
		}
	}
	return false
}

// Divisions are the units of an office on the day, at any depth, without the
// office itself and without other offices below it.
func (d *Directory) Divisions(office ID, on Date) []*Unit {
	var out []*Unit
	var walk func(ID, int)
	walk = func(id ID, depth int) {
		if depth == maxDepth {
			return
		}
		for _, u := range d.Children(id, on) {
			if !u.Office {
				out = append(out, u)
				walk(u.ID, depth+1)
			}
		}
	}
	walk(office, 0)
	return out
}

// Offices lists all offices that exist on the day: who can receive documents.
func (d *Directory) Offices(on Date) []*Unit {
	return slices.DeleteFunc(d.Units(), func(u *Unit) bool { return !u.Office || !u.Span.On(on) })
}

// NameOn is the name the unit had on the day.
func (u *Unit) NameOn(on Date) string {
	for _, n := range u.Names {
		if n.Span.On(on) {
			return n.Name
		}
	}
	return u.Name
}

// Holder is a person in a post.
type Holder struct {
	Person *Person
	Post   Post
}

// People lists who has a post in the unit on the day: by role in the order of
// Roles, then by name. Closed persons are left out.
func (d *Directory) People(unit ID, on Date) []Holder {
	ids, _ := d.members.get(unit)
	var out []Holder
	for _, p := range collect(ids, d.Person) {
		if p.Closed {
			continue
		}
		for _, post := range p.Posts {
			if post.Unit == unit && post.Span.On(on) {
				out = append(out, Holder{p, post})
			}
		}
	}
	slices.SortFunc(out, func(a, b Holder) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Roles, a.Post.Role), slices.Index(Roles, b.Post.Role)),
			cmp.Compare(a.Person.Name, b.Person.Name),
			cmp.Compare(a.Person.ID, b.Person.ID))
	})
	return out
}

// OfficePeople lists who has a post in the office or one of its divisions.
func (d *Directory) OfficePeople(office ID, on Date) []Holder {
	out := d.People(office, on)
	for _, u := range d.Divisions(office, on) {
		out = append(out, d.People(u.ID, on)...)
	}
	return out
}

// Holders lists who has the role in the unit on the day, by name.
func (d *Directory) Holders(unit ID, r Role, on Date) []*Person {
	var out []*Person
	for _, h := range d.People(unit, on) {
		if h.Post.Role == r {
			out = append(out, h.Person)
		}
	}
	return out
}

// HasRole reports whether the person has one of the roles in the unit on the day.
func (d *Directory) HasRole(person, unit ID, on Date, roles ...Role) bool {
	p := d.Person(person)
	return p != nil && !p.Closed && slices.ContainsFunc(p.Posts, func(post Post) bool {
		return post.Unit == unit && post.Span.On(on) && slices.Contains(roles, post.Role)
	})
}

// MainPost is the post shown beside the person's name on the day.
func (p *Person) MainPost(on Date) (Post, bool) {
	best, found := Post{}, false
	for _, post := range p.Posts {
		if post.Span.On(on) && (!found || post.Main && !best.Main) {
			best, found = post, true
		}
	}
	return best, found
}

// FindPeople searches people by name, position or e-mail, accents or none:
// every word must begin a word of the person's. At most limit are returned.
func (d *Directory) FindPeople(query string, on Date, limit int) []*Person {
	words := strings.Fields(Fold(query))
	var out []*Person
	for _, p := range d.Persons() {
		if len(out) == limit {
			break
		}
		if !p.Closed && matchWords(words, p.words(on)) {
			out = append(out, p)
		}
	}
	return out
}

func (p *Person) words(on Date) []string {
	text := p.Name + " " + p.Email
	for _, post := range p.Posts {
		if post.Span.On(on) {
			text += " " + post.Position
		}
	}
	return strings.Fields(Fold(text))
}

func matchWords(query, words []string) bool {
	for _, q := range query {
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, q) }) {
			return false
		}
	}
	return true
}

// MaySign returns the authority under which the person may sign the office's
// documents of the type in the form on the day.
func (d *Directory) MaySign(person, office ID, t TypeCode, form AuthorityForm, on Date) (*Authority, bool) {
	for _, a := range d.Authorities(office) {
		if a.Person == person && a.Form == form && a.Span.On(on) &&
			(len(a.Types) == 0 || slices.Contains(a.Types, t)) {
			return a, true
		}
	}
	return nil, false
}

// SigningForms lists the authorities the person has for the office's documents
// of the type on the day.
func (d *Directory) SigningForms(person, office ID, t TypeCode, on Date) []*Authority {
	return slices.DeleteFunc(d.Authorities(office), func(a *Authority) bool {
		return a.Person != person || !a.Span.On(on) || len(a.Types) > 0 && !slices.Contains(a.Types, t)
	})
}
