package demo

import (
	"fmt"
	"math/rand/v2"

	"khonggiay/app"
)

// Province is the invented organisation.
type Province struct {
	Top         *Office
	Departments []*Office
	Communes    []*Office
	// Records of the directory, in an order in which each may be put: what
	// others refer to comes first.
	Records []app.Record

	now app.Time
}

// Office is an office with the people in its roles.
type Office struct {
	Unit      *app.Unit
	Plan      officePlan
	Commune   bool
	Leader    *app.Person
	Deputies  []*app.Person
	Clerk     *app.Person
	Admin     *app.Person
	Divisions []*Division

	In, Out, Decisions *app.Book
}

// Division is a part of an office.
type Division struct {
	Unit     *app.Unit
	Head     *app.Person
	Officers []*app.Person
}

// Offices lists all, the highest first.
func (p *Province) Offices() []*Office {
	out := []*Office{p.Top}
	out = append(out, p.Departments...)
	return append(out, p.Communes...)
}

// Office finds one by its unit.
func (p *Province) Office(id app.ID) *Office {
	for _, o := range p.Offices() {
		if o.Unit.ID == id {
			return o
		}
	}
	return nil
}

// People lists everybody.
func (p *Province) People() []*app.Person {
	var out []*app.Person
	for _, r := range p.Records {
		if person, ok := r.(*app.Person); ok {
			out = append(out, person)
		}
	}
	return out
}

// NewProvince invents the whole province: about 60 offices and 650 people.
func NewProvince(seed uint64, now app.Time) *Province {
	return build(seed, now, departments, len(communes), len(wards))
}

// SmallProvince is one department and three communes with people in every
// role, for tests.
func SmallProvince(seed uint64, now app.Time) *Province {
	return build(seed, now, departments[:1], 3, 0)
}

type builder struct {
	r      *rand.Rand
	names  *namer
	p      *Province
	since  app.Date
	people int
	order  int
}

func build(seed uint64, now app.Time, deps []officePlan, rural, urban int) *Province {
	r := rand.New(rand.NewPCG(seed, 1))
	b := &builder{r: r, names: newNamer(r), p: &Province{now: now}, since: startDay(now)}
	b.p.Top = b.office(province, "", 1)
	for i, plan := range deps {
		b.p.Departments = append(b.p.Departments, b.office(plan, "tinh", i+10))
	}
	for i, name := range communes[:rural] {
		b.p.Communes = append(b.p.Communes, b.commune(name, false, i+1))
	}
	for i, name := range wards[:urban] {
		b.p.Communes = append(b.p.Communes, b.commune(name, true, rural+i+1))
	}
	b.groups()
	b.points()
	b.calendars()
	b.delegations()
	return b.p
}

// startDay is the day on which the two levels began (1 July 2025), or a year
// and more before now where that is earlier, so that history has its offices.
func startDay(now app.Time) app.Date {
	return min(app.DateOf(2025, 7, 1), now.Date()-400)
}

func (b *builder) add(r app.Record) { b.p.Records = append(b.p.Records, r) }

func (b *builder) commune(name string, ward bool, n int) *Office {
	kind, divisions, id := "xã", communeDivisions, app.ID(fmt.Sprintf("xa%02d", n))
	if ward {
		kind, id = "phường", app.ID(fmt.Sprintf("ph%02d", n))
		divisions = append([]divisionPlan{communeDivisions[0], wardDivision}, communeDivisions[2:]...)
	}
	o := b.office(officePlan{
		id: id, name: "Ủy ban nhân dân " + kind + " " + name, short: "UBND " + kind + " " + name,
		notation: "UBND", headTitle: "Chủ tịch", leads: "xa", divisions: divisions,
	}, "tinh", 100+n)
	o.Commune, o.Unit.Level, o.Unit.Place = true, "commune", name
	return o
}

func (b *builder) office(plan officePlan, parent app.ID, code int) *Office {
	b.order++
	u := &app.Unit{
		ID: plan.id, Name: plan.name, Short: plan.short, Notation: plan.notation, Level: "department",
		Office: true, Order: b.order, Place: provinceName, Span: app.Dated{From: b.since},
		Organ: fmt.Sprintf("%s.%d", provinceOrgan, code),
	}
	if parent == "" {
		u.Level, u.Organ = "province", provinceOrgan
	} else {
		u.Parents = []app.Parent{{Unit: parent}}
	}
	b.add(u)
	o := &Office{Unit: u, Plan: plan}
	b.divisions(o)
	b.staff(o)
	b.books(o)
	b.authorities(o)
	b.templates(o)
	return o
}

func (b *builder) divisions(o *Office) {
	for i, d := range o.Plan.divisions {
		u := &app.Unit{
			ID: o.Unit.ID + "." + app.ID(d.id), Name: d.name, Short: d.name, Notation: d.notation, Level: "division",
			Parents: []app.Parent{{Unit: o.Unit.ID}}, Order: i + 1, Span: app.Dated{From: b.since},
		}
		b.add(u)
		o.Divisions = append(o.Divisions, &Division{Unit: u})
	}
}

func (b *builder) books(o *Office) {
	book := func(suffix app.ID, dir app.Direction, name string, types ...app.TypeCode) *app.Book {
		k := &app.Book{ID: o.Unit.ID + "." + suffix, Unit: o.Unit.ID, Direction: dir, Name: name, Types: types,
			Holder: app.HolderServer, Epoch: 1, Span: app.Dated{From: b.since}}
		b.add(k)
		return k
	}
	o.In = book("den", app.Incoming, "Sổ đăng ký văn bản đến")
	o.Out = book("di", app.Outgoing, "Sổ đăng ký văn bản đi")
	o.Decisions = book("qd", app.Outgoing, "Sổ đăng ký quyết định", "QĐ", "NQ")
}
