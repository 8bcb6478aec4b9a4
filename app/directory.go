package app

import (
	"cmp"
	"maps"
	"slices"
)

// Directory is the province at one moment of its history of changes: units,
// people, powers, books and calendars, with everything that is dated inside.
// It is immutable and safe for concurrent use; [Directory.With] makes the next
// one. Records that it returns are shared: read them, never change them.
type Directory struct {
	units       table[*Unit]
	people      table[*Person]
	delegations table[*Delegation]
	authorities table[*Authority]
	books       table[*Book]
	groups      table[*Group]
	rooms       table[*Room]
	points      table[*MeetingPoint]
	calendars   map[int]*Calendar

	children   table[[]ID] // unit → units that have it as a parent in some span; "" → roots
	members    table[[]ID] // unit → people with a post there in some span
	received   table[[]ID] // person → delegations given to him
	given      table[[]ID] // person → delegations that he gave
	authorityU table[[]ID] // office → authorities
	booksU     table[[]ID] // office → books
}

// NewDirectory builds a directory and takes the records over. Records of other
// kinds are ignored, so a whole set of records may be given.
func NewDirectory(records []Record) *Directory {
	d := &Directory{calendars: map[int]*Calendar{}}
	edit := d.edit()
	for _, r := range records {
		edit.put(r)
	}
	return d
}

// With returns a directory in which the changed records replace those of the
// same key. What did not change is shared with d.
func (d *Directory) With(changed []Record) *Directory {
	c := *d
	c.calendars = maps.Clone(d.calendars)
	edit := c.edit()
	for _, r := range changed {
		edit.put(r)
	}
	return &c
}

// shards is how many maps a table is cut into; a change copies one of them.
const shards = 64

// table is a map with cheap copies: an edit copies only the shard it touches.
type table[V any] struct {
	shard [shards]map[ID]V
}

func shardOf(id ID) int {
	h := uint32(2166136261)
	for i := 0; i < len(id); i++ {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return int(h % shards)
}

func (t *table[V]) get(id ID) (V, bool) {
	v, ok := t.shard[shardOf(id)][id]
	return v, ok
}

func (t *table[V]) size() int {
	n := 0
	for _, m := range t.shard {
		n += len(m)
	}
	return n
}

// sorted lists the values in the order of less.
func (t *table[V]) sorted(less func(a, b V) int) []V {
	out := make([]V, 0, t.size())
	for _, m := range t.shard {
		for _, v := range m {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, less)
	return out
}

// directoryEdit is one round of changes to a directory that nobody else has seen yet. It
// remembers which shards it owns, so that a round copies each at most once.
type directoryEdit struct {
	d     *Directory
	owned map[any]bool // *map[ID]V of this round
}

func (d *Directory) edit() *directoryEdit {
	return &directoryEdit{d: d, owned: map[any]bool{}}
}

func tablePut[V any](e *directoryEdit, t *table[V], id ID, v V) {
	s := &t.shard[shardOf(id)]
	if !e.owned[s] {
		m := maps.Clone(*s)
		if m == nil {
			m = map[ID]V{}
		}
		*s = m
		e.owned[s] = true
	}
	(*s)[id] = v
}

// reindex moves id from the lists of the old keys to those of the new ones.
func reindex(e *directoryEdit, t *table[[]ID], id ID, old, now []ID) {
	for _, k := range old {
		if list, ok := t.get(k); ok && !slices.Contains(now, k) {
			tablePut(e, t, k, slices.DeleteFunc(slices.Clone(list), func(x ID) bool { return x == id }))
		}
	}
	for _, k := range now {
		list, _ := t.get(k)
		i, found := slices.BinarySearch(list, id)
		if !found {
			tablePut(e, t, k, slices.Insert(slices.Clone(list), i, id))
		}
	}
}

func (e *directoryEdit) put(r Record) {
	d := e.d
	switch r := r.(type) {
	case *Unit:
		old, _ := d.units.get(r.ID)
		reindex(e, &d.children, r.ID, parentsOf(old), parentsOf(r))
		tablePut(e, &d.units, r.ID, r)
	case *Person:
		old, _ := d.people.get(r.ID)
		reindex(e, &d.members, r.ID, unitsOf(old), unitsOf(r))
		tablePut(e, &d.people, r.ID, r)
	case *Delegation:
		var to, from []ID
		if old, ok := d.delegations.get(r.ID); ok {
			to, from = []ID{old.To}, []ID{old.From}
		}
		reindex(e, &d.received, r.ID, to, []ID{r.To})
		reindex(e, &d.given, r.ID, from, []ID{r.From})
		tablePut(e, &d.delegations, r.ID, r)
	case *Authority:
		var before []ID
		if old, ok := d.authorities.get(r.ID); ok {
			before = []ID{old.Unit}
		}
		reindex(e, &d.authorityU, r.ID, before, []ID{r.Unit})
		tablePut(e, &d.authorities, r.ID, r)
	case *Book:
		var before []ID
		if old, ok := d.books.get(r.ID); ok {
			before = []ID{old.Unit}
		}
		reindex(e, &d.booksU, r.ID, before, []ID{r.Unit})
		tablePut(e, &d.books, r.ID, r)
	case *Group:
		tablePut(e, &d.groups, r.ID, r)
	case *Room:
		tablePut(e, &d.rooms, r.ID, r)
	case *MeetingPoint:
		tablePut(e, &d.points, r.ID, r)
	case *Calendar:
		d.calendars[r.Year] = r
	}
}

func parentsOf(u *Unit) []ID {
	if u == nil {
		return nil
	}
	if len(u.Parents) == 0 {
		return []ID{""}
	}
	out := make([]ID, len(u.Parents))
	for i, p := range u.Parents {
		out[i] = p.Unit
	}
	return out
}

func unitsOf(p *Person) []ID {
	if p == nil {
		return nil
	}
	out := make([]ID, len(p.Posts))
	for i, post := range p.Posts {
		out[i] = post.Unit
	}
	return out
}

// Unit returns the unit, or nil.
func (d *Directory) Unit(id ID) *Unit { u, _ := d.units.get(id); return u }

// Person returns the person, or nil.
func (d *Directory) Person(id ID) *Person { p, _ := d.people.get(id); return p }

// Delegation returns the delegation, or nil.
func (d *Directory) Delegation(id ID) *Delegation { g, _ := d.delegations.get(id); return g }

// Authority returns the signing authority, or nil.
func (d *Directory) Authority(id ID) *Authority { a, _ := d.authorities.get(id); return a }

// Book returns the book, or nil.
func (d *Directory) Book(id ID) *Book { b, _ := d.books.get(id); return b }

// Group returns the recipient group, or nil.
func (d *Directory) Group(id ID) *Group { g, _ := d.groups.get(id); return g }

// Room returns the meeting room, or nil.
func (d *Directory) Room(id ID) *Room { r, _ := d.rooms.get(id); return r }

// Rooms lists all meeting rooms that are in use, by id.
func (d *Directory) Rooms() []*Room {
	return slices.DeleteFunc(d.AllRooms(), func(r *Room) bool { return r.Closed })
}

// AllRooms lists all meeting rooms, the closed ones too, by id.
func (d *Directory) AllRooms() []*Room {
	return d.rooms.sorted(func(a, b *Room) int { return cmp.Compare(a.ID, b.ID) })
}

// Point returns the meeting point, or nil.
func (d *Directory) Point(id ID) *MeetingPoint { p, _ := d.points.get(id); return p }

// Points lists all meeting points that are in use, by id.
func (d *Directory) Points() []*MeetingPoint {
	return slices.DeleteFunc(d.AllPoints(), func(p *MeetingPoint) bool { return p.Ended != 0 })
}

// AllPoints lists all meeting points, those no longer in use too, by id.
func (d *Directory) AllPoints() []*MeetingPoint {
	return d.points.sorted(func(a, b *MeetingPoint) int { return cmp.Compare(a.ID, b.ID) })
}

// Calendar returns the calendar of the year, or nil.
func (d *Directory) Calendar(year int) *Calendar { return d.calendars[year] }

// Units lists all units in the order of the tree's siblings, then id.
func (d *Directory) Units() []*Unit {
	return d.units.sorted(compareUnits)
}

// Persons lists all people, by id.
func (d *Directory) Persons() []*Person {
	return d.people.sorted(func(a, b *Person) int { return cmp.Compare(a.ID, b.ID) })
}

// Books lists the books of an office, by id.
func (d *Directory) Books(office ID) []*Book {
	ids, _ := d.booksU.get(office)
	return collect(ids, d.Book)
}

// Authorities lists the signing authorities in an office, by id.
func (d *Directory) Authorities(office ID) []*Authority {
	ids, _ := d.authorityU.get(office)
	return collect(ids, d.Authority)
}

// Groups lists the recipient groups that an office may use: its own and the
// public ones, without the closed.
func (d *Directory) Groups(office ID) []*Group {
	out := d.groups.sorted(func(a, b *Group) int { return cmp.Compare(a.ID, b.ID) })
	return slices.DeleteFunc(out, func(g *Group) bool {
		return g.Closed || (g.Unit != office && !g.Public)
	})
}

// Delegations lists those given to the person that hold at the moment, by id.
func (d *Directory) Delegations(person ID, at Time) []*Delegation {
	ids, _ := d.received.get(person)
	return slices.DeleteFunc(collect(ids, d.Delegation), func(g *Delegation) bool {
		return !g.ActiveAt(at) || g.To != person
	})
}

// DelegationsOf lists all those that the person gave or received, whenever they
// hold, the latest first.
func (d *Directory) DelegationsOf(person ID) []*Delegation {
	given, _ := d.given.get(person)
	received, _ := d.received.get(person)
	out := collect(slices.Concat(given, received), d.Delegation)
	slices.SortFunc(out, func(a, b *Delegation) int {
		return cmp.Or(cmp.Compare(b.Start, a.Start), cmp.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(out, func(a, b *Delegation) bool { return a.ID == b.ID })
}

func collect[T any](ids []ID, get func(ID) *T) []*T {
	out := make([]*T, 0, len(ids))
	for _, id := range ids {
		if v := get(id); v != nil {
			out = append(out, v)
		}
	}
	return out
}

func compareUnits(a, b *Unit) int {
	return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
}
