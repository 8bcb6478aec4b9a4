package demo

import (
	"slices"

	"khonggiay/app"
)

// year is how far back the history goes.
const year = 355

// write fills the script with about n documents of the last twelve months.
func (s *script) write(n int) {
	s.files = s.now - s.recent(n)
	for s.documents < n {
		at := s.moment()
		switch k := s.r.IntN(100); {
		case k < 34:
			s.mailing(at)
		case k < 62:
			s.report(at)
		case k < 90:
			s.fromOutside(at)
		default:
			s.inside(at)
		}
	}
	s.drafts()
}

// recent is how long ago the documents with PDFs begin: some hundreds of them.
func (s *script) recent(n int) app.Time {
	days := app.Time(year * 330 / max(n, 330))
	return max(days, 9) * day
}

// moment is a time in office hours, rather late than early in the year.
func (s *script) moment() app.Time {
	back := s.r.Float64()
	back = back * (0.35 + 0.65*s.r.Float64())
	from := s.now - app.Time(back*year)*day
	t := s.later(from.Date().Start(), 10+s.r.IntN(officeDay-60))
	if t > s.now { // in the evening of a holiday all is over
		t = s.later((s.now - 10*day).Date().Start(), s.r.IntN(officeDay))
	}
	return t
}

// mailing is a document of a department, or of the province, to communes or to
// departments.
func (s *script) mailing(at app.Time) {
	from := s.p.Top
	if s.chance(78) || len(s.p.Departments) == 0 {
		from = pick(s.r, s.p.Departments)
	}
	m := s.newSending(from, pick(s.r, fields[from.Plan.leads].Down), at)
	m.to = s.addressed(from)
	s.send(m)
}

// addressed are the recipients of a mailing; the demonstration's own commune is
// among them more often than others.
func (s *script) addressed(from *Office) []*Office {
	pool := s.p.Communes
	if len(s.p.Departments) > 4 && s.chance(22) {
		pool = slices.DeleteFunc(slices.Clone(s.p.Departments), func(o *Office) bool { return o == from })
	}
	n := min(len(pool), 2+s.r.IntN(6))
	switch {
	case len(pool) > 20 && s.chance(3):
		return pool
	case len(pool) > 20 && s.chance(8):
		n = 14
	}
	chosen := slices.Clone(pool)
	s.r.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	chosen = chosen[:n]
	if own := s.p.Communes[0]; pool[0] == own && !slices.Contains(chosen, own) && s.chance(45) {
		chosen[0] = own
	}
	return chosen
}

// report goes up from a commune.
func (s *script) report(at app.Time) {
	from := pick(s.r, s.p.Communes)
	if s.chance(12) {
		from = s.p.Communes[0]
	}
	to := s.p.Top
	if s.chance(80) || len(s.p.Departments) == 0 {
		to = pick(s.r, s.p.Departments)
	}
	topics := fields[to.Plan.leads].Up
	if len(topics) == 0 {
		topics = fields["chung"].Up
	}
	m := s.newSending(from, pick(s.r, topics), at)
	m.to = []*Office{to}
	s.send(m)
}

// inside is a commune's or department's own document to those around it.
func (s *script) inside(at app.Time) {
	from := pick(s.r, s.p.Offices()[1:])
	topics := fields["xa"].Down
	if !from.Commune {
		topics = fields[from.Plan.leads].Down
	}
	m := s.newSending(from, pick(s.r, topics), at)
	m.due = 0
	others := slices.DeleteFunc(slices.Clone(s.p.Communes), func(o *Office) bool { return o == from })
	m.to = []*Office{pick(s.r, others)}
	s.send(m)
}

// fromOutside is a paper that came by post: the clerk enters it.
func (s *script) fromOutside(at app.Time) {
	office := pick(s.r, s.p.Offices())
	if s.chance(6) {
		office = s.p.Communes[0]
	}
	who := outsiders[s.r.IntN(len(outsiders))]
	if office.Commune && s.chance(60) {
		who = outsiders[4+s.r.IntN(len(outsiders)-4)]
	}
	t := pick(s.r, fields[s.fieldFor(office)].Down)
	t.Type = pick(s.r, who.types)
	t.Subject = fill(s.r, t.Subject, at, s.communeName(office))
	notation := who.notation
	if d, ok := app.TypeOf(t.Type); ok && d.Abbrev != "" {
		notation = d.Abbrev + "-" + who.notation
	}
	id, urgency, due := s.newID(at), s.urgency(topic{Urgent: min(t.Urgent, 1)}), s.due(at, t.Days)
	s.give(at, office.Clerk, "document.receive.1", id, &app.IncomingCreate{Unit: office.Unit.ID, Fields: app.Fields{
		Type: t.Type, CodeNumber: app.NumberText(uint32(1 + s.r.IntN(4000))), Notation: notation,
		IssuedDate: at.Date() - app.Date(1+s.r.IntN(6)), OrganName: who.name, Subject: t.Subject, Pages: 1 + s.r.IntN(6),
		SignerName: s.outsider(), SignerTitle: who.title, Urgency: urgency, DueDate: due, Field: fields[s.fieldFor(office)].Name, Paper: true,
	}})
	s.handle(arrival{id: id, office: office, at: at, topic: t, urgency: urgency, due: due, paper: true})
}

func (s *script) fieldFor(o *Office) string {
	if !o.Commune {
		return o.Plan.leads
	}
	return []string{"noivu", "taichinh", "yte", "giaoduc", "vanhoa", "nongnghiep"}[s.r.IntN(6)]
}

func (s *script) outsider() string {
	return pick(s.r, surnames) + " " + pick(s.r, menMiddle) + " " + pick(s.r, menGiven)
}

// beginnings are the commands with which the province is set up, in the
// directory's order. Those of people come when their offices exist.
func (s *script) beginnings(at app.Time) []act {
	var out []act
	for _, r := range s.p.Records {
		a := act{at: at, by: app.SystemPerson, target: r.Key(), gave: new(app.CommandID)}
		var args any
		switch r := r.(type) {
		case *app.Unit:
			a.name, args = "unit.put.1", &app.PutUnit{Unit: *r}
		case *app.Person:
			a.name, args = "person.put.1", &app.PutPerson{Person: *r}
		case *app.Authority:
			a.name, args = "authority.put.1", &app.PutAuthority{Authority: *r}
		case *app.Book:
			a.name, args = "book.put.1", &app.PutBook{Book: *r}
		case *app.Calendar:
			a.name, args = "calendar.put.1", &app.PutCalendar{Calendar: *r}
		case *app.Group:
			a.name, args = "group.save.1", &app.SaveGroup{Unit: r.Unit, Name: r.Name, Members: r.Members, Public: r.Public}
		case *app.Template:
			a.name, a.by, args = "template.save.1", s.p.Office(r.Unit).Leader.ID, &app.SaveTemplate{Unit: r.Unit, Text: r.Text, Days: r.Days, Order: r.Order}
		case *app.MeetingPoint:
			a.name, a.by = "point.save.1", s.p.Office(r.Unit).Admin.ID
			args = &app.PointSave{Unit: r.Unit, Name: r.Name, Place: r.Place, Group: r.Group, Phone: r.Phone, Technician: r.Technician, Device: r.Device,
				Up: r.Up, Down: r.Down, Backup: r.Backup}
		case *app.Delegation:
			a.at, a.name, a.by = r.Start, "delegation.give.1", r.From
			args = &app.Delegate{To: r.To, Unit: r.Unit, Start: r.Start, End: r.End, Basis: r.Basis}
		}
		a.args = func(*player) any { return args }
		out = append(out, a)
	}
	return out
}
