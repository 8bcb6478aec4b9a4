package app

import (
	"slices"
	"testing"
	"time"
)

func ids(us []*Unit) []ID {
	var out []ID
	for _, u := range us {
		out = append(out, u.ID)
	}
	return out
}

func TestTree(t *testing.T) {
	d := NewDirectory(provinceRecords())
	on := start.Date()
	if got := ids(d.Children("tinh", on)); !slices.Equal(got, offices) {
		t.Errorf("children %v", got)
	}
	if d.OfficeID("x1.p", on) != "x1" || d.OfficeID("tinh", on) != "" || !d.Within("x1.q", "tinh", on) || d.Within("x1", "x1.q", on) {
		t.Error("office or within")
	}
	if got := ids(d.Divisions("x1", on)); !slices.Equal(got, []ID{"x1.p", "x1.q"}) {
		t.Errorf("divisions %v", got)
	}
	if got := d.Holders("x1.p", RoleHead, on); len(got) != 1 || got[0].ID != "x1.head" {
		t.Errorf("heads %v", got)
	}
	if n := len(d.OfficePeople("x1", on)); n != len(Roles)+2 {
		t.Errorf("%d people", n)
	}
	if got := d.FindPeople("tran hai", on, 10); len(got) != len(offices) {
		t.Errorf("found %d", len(got))
	}
}

// A merger moves a division and changes a name on a day; both days stay true.
func TestDatedTree(t *testing.T) {
	day := DateOf(2025, 7, 1)
	d := NewDirectory(provinceRecords()).With([]Record{
		&Unit{ID: "x1.p", Name: "Phòng mới", Parents: []Parent{{Unit: "x1", Span: Dated{To: day - 1}}, {Unit: "x2", Span: Dated{From: day}}}},
		&Unit{ID: "x3", Name: "Phường mới", Office: true, Parents: []Parent{{Unit: "tinh"}}, Names: []OldName{{"Xã cũ", Dated{To: day - 1}}}},
		&Person{ID: "x1.head", Name: "Nguyễn Trưởng", Posts: []Post{{Unit: "x1.p", Role: RoleHead, Span: Dated{To: day}}, {Unit: "so", Role: RoleDeputy, Span: Dated{From: day + 1}}}},
	})
	if d.OfficeID("x1.p", day-1) != "x1" || d.OfficeID("x1.p", day) != "x2" {
		t.Error("the division is in the wrong office")
	}
	if u := d.Unit("x3"); u.NameOn(day-1) != "Xã cũ" || u.NameOn(day) != "Phường mới" {
		t.Error("name")
	}
	if d.worksIn("x1.head", "so", day) || !d.worksIn("x1.head", "so", day+1) || d.HasRole("x1.head", "x1.p", day+1, RoleHead) {
		t.Error("posts")
	}
	if p, ok := d.Person("x1.head").MainPost(day + 5); !ok || p.Unit != "so" {
		t.Errorf("main post %v", p)
	}
}

// With shares what did not change and changes nothing that was there.
func TestWithLeavesTheOldDirectory(t *testing.T) {
	old := NewDirectory(provinceRecords())
	before := len(old.People("x1", start.Date()))
	next := old.With([]Record{
		&Person{ID: "x1.clerk", Name: "Nguyễn clerk", Posts: []Post{{Unit: "x2", Role: RoleClerk}}},
		&Calendar{ID: "2030", Year: 2030},
		&Book{ID: "x1.den", Unit: "x2", Direction: Incoming},
		&Group{ID: "g", Unit: "x1", Name: "Các xã", Members: []ID{"x2"}},
	})
	if len(old.People("x1", start.Date())) != before || old.Calendar(2030) != nil || old.Book("x1.den").Unit != "x1" || old.Group("g") != nil {
		t.Error("the old directory changed")
	}
	if len(next.People("x1", start.Date())) != before-1 || next.Calendar(2030) == nil || len(next.Books("x1")) != 1 || len(next.Books("x2")) != 3 {
		t.Error("the new directory is wrong")
	}
	if len(next.Groups("x1")) != 1 || len(next.Groups("x2")) != 0 {
		t.Error("groups")
	}
}

func TestLoopsInTheTreeEnd(t *testing.T) {
	d := NewDirectory([]Record{
		&Unit{ID: "a", Parents: []Parent{{Unit: "b"}}}, &Unit{ID: "b", Parents: []Parent{{Unit: "a"}}},
	})
	d.Divisions("a", 1)
	if d.Within("a", "c", 1) || d.Office("a", 1) != nil {
		t.Error("found in a loop")
	}
}

func TestAdministratorsStayInTheirOffice(t *testing.T) {
	w := newWorld(t)
	put := func(actor ID, r Record, args any, base uint64) error {
		c := &Command{Actor: actor, Target: r.Key(), Args: args, Base: base, Name: map[Kind]string{
			KindUnit: "unit.put.1", KindPerson: "person.put.1", KindBook: "book.put.1", KindAuthority: "authority.put.1", KindCalendar: "calendar.put.1"}[r.Key().Kind]}
		_, err := w.run(w.server, true, c)
		return err
	}
	person := func(actor ID, p Person, base uint64) error { return put(actor, &p, &PutPerson{p}, base) }
	unit := func(actor ID, u Unit, base uint64) error { return put(actor, &u, &PutUnit{u}, base) }
	book := func(actor ID, b Book, base uint64) error { return put(actor, &b, &PutBook{b}, base) }
	check := func(err error, reason string) {
		t.Helper()
		if reason == "" && err != nil {
			t.Error(err)
		} else if reason != "" {
			wantReason(t, err, reason)
		}
	}
	newcomer := Person{ID: "n", Name: "Người mới", Posts: []Post{{Unit: "x1.p", Role: RoleOfficer}}}
	check(person("x1.admin", newcomer, 0), "")
	check(person("x1.clerk", newcomer, 0), "can.needs_admin")
	check(person("x2.admin", newcomer, 0), "can.needs_admin")
	check(person("x1.admin", Person{ID: "n", Name: "Không nơi"}, 0), "person.no_post")
	own := *w.server.dir.Person("x1.admin")
	own.Posts = append(slices.Clone(own.Posts), Post{Unit: "x1", Role: RoleLeader})
	check(person("x1.admin", own, 1), "person.own_posts")
	moved := *w.server.dir.Person("x1.officer")
	moved.Name = "Tên khác"
	check(person("x1.admin", moved, 1), "")
	check(person("x1.admin", moved, 0), "record.changed")
	check(person("x2.admin", moved, 1), "can.needs_admin")
	check(person(SystemPerson, Person{ID: "s", Name: "Ai đó", Posts: []Post{{Unit: "no", Role: RoleHead}}}, 0), "person.unit_unknown")

	check(unit("x1.admin", Unit{ID: "x1.r", Name: "Phòng mới", Parents: []Parent{{Unit: "x1"}}}, 0), "")
	check(unit("x1.admin", Unit{ID: "x1.r", Name: "Phòng mới", Parents: []Parent{{Unit: "x2"}}}, 0), "can.needs_admin")
	check(unit("x1.admin", Unit{ID: "x1.r", Name: "Phòng mới", Parents: []Parent{{Unit: "x1", Span: Dated{To: w.now.Date()}}, {Unit: "x2", Span: Dated{From: w.now.Date() + 1}}}}, 0), "can.needs_admin")
	check(unit("x1.admin", Unit{ID: "x1.r", Name: "Phòng mới", Parents: []Parent{{Unit: "x1", Span: Dated{To: w.now.Date()}}, {Unit: "x1.p", Span: Dated{From: w.now.Date() + 1}}}}, 0), "")
	check(unit("x1.admin", Unit{ID: "x9", Name: "Xã mới", Office: true, Parents: []Parent{{Unit: "x1"}}}, 0), "can.needs_admin")
	check(unit(SystemPerson, Unit{ID: "x1", Name: "Xã", Office: true, Parents: []Parent{{Unit: "x1.p"}}}, 0), "unit.parent_loop")
	check(unit(SystemPerson, Unit{ID: "x9", Name: "Xã", Organ: "h56/1"}, 0), "unit.bad_organ")
	check(unit(SystemPerson, Unit{ID: "x9", Name: "Xã", Organ: "000.01.12.H56"}, 0), "")

	check(book("x1.admin", Book{ID: "b", Unit: "x1", Direction: Outgoing, Name: "Sổ quyết định", Types: []TypeCode{"QĐ"}}, 0), "")
	check(book("x1.admin", Book{ID: "b", Unit: "x1", Direction: Outgoing, Name: "Sổ", Holder: "laptop"}, 0), "book.fixed")
	check(book("x1.admin", Book{ID: "x1.di", Unit: "x1", Direction: Outgoing, Name: "Sổ", Epoch: 2}, 1), "book.fixed")
	check(put("x1.admin", &Calendar{ID: "2028", Year: 2028}, &PutCalendar{Calendar{ID: "2028", Year: 2028}}, 0), "command.system_only")
	laptop := &Command{Name: "person.put.1", Actor: "x1.admin", Target: newcomer.Key(), Args: &PutPerson{newcomer}}
	_, err := w.run(w.server, false, laptop)
	check(err, "command.needs_server")
}

// The office of the main post makes the codes for a person's laptops. Whatever
// an administrator adds in his own office, the main post stays where it is.
func TestMainPostIsNotTakenFromAnotherOffice(t *testing.T) {
	w := newWorld(t)
	chief := *w.server.dir.Person("so.leader")
	put := func(actor ID, posts ...Post) error {
		p := chief
		p.Posts = posts
		_, err := w.run(w.server, true, &Command{Name: "person.put.1", Target: p.Key(), Actor: actor, Base: 1, Args: &PutPerson{p}})
		return err
	}
	own, today := chief.Posts[0], w.now.Date()
	added := Post{Unit: "x1", Role: RoleOfficer}
	main := Post{Unit: "x1", Role: RoleOfficer, Main: true}
	later := Post{Unit: "x1", Role: RoleOfficer, Main: true, Span: Dated{From: today + 30}}
	for name, posts := range map[string][]Post{"main before": {main, own}, "main later": {later, own}} {
		if err := put("x1.admin", posts...); AsError(err) == nil || AsError(err).Reason != "can.needs_admin" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, posts := range map[string][]Post{"beside": {own, added}, "before": {added, own}, "main after": {own, main}} {
		if err := put("x1.admin", posts...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	ended := own
	ended.Span.To = today + 29
	if err := put("so.admin", ended); err != nil {
		t.Errorf("the office lets its person go: %v", err)
	}
	chief.Posts = []Post{ended}
	w.server.dir = w.server.dir.With([]Record{&chief})
	if err := w.server.Put(&chief); err != nil {
		t.Fatal(err)
	}
	if err := put("x1.admin", later, ended); err != nil {
		t.Errorf("the next office takes him on: %v", err)
	}
}

// Nobody enters a record under the id that a copy sent to an office will have.
func TestDerivedIDsAreNotForPeople(t *testing.T) {
	w := newWorld(t)
	w.refused("command.bad_target", "x2.officer", "document.draft.1", CopyID("d1", "x1"),
		&DraftCreate{Unit: "x2", Fields: Fields{Type: TypeOfficialLetter, Subject: "Chiếm chỗ"}})
	w.sent("d1")
	w.state(CopyID("d1", "x1"), InWaiting)
}

func TestBooksRefuse(t *testing.T) {
	w := newWorld(t)
	w.sent("d1")
	in := CopyID("d1", "x1")
	w.refused("book.other_office", "x1.clerk", "document.register.1", in, &Register{Book: "x2.den"})
	w.refused("book.wrong_direction", "x1.clerk", "document.register.1", in, &Register{Book: "x1.di"})
	w.refused("book.not_found", "x1.clerk", "document.register.1", in, &Register{Book: "none"})
	w.server.dir = w.server.dir.With([]Record{
		&Book{ID: "old", Unit: "x1", Direction: Incoming, Span: Dated{To: DateOf(2025, 12, 31)}},
		&Book{ID: "typed", Unit: "x1", Direction: Incoming, Types: []TypeCode{"QĐ"}},
	})
	w.refused("book.closed", "x1.clerk", "document.register.1", in, &Register{Book: "old"})
	w.refused("book.wrong_type", "x1.clerk", "document.register.1", in, &Register{Book: "typed"})
	w.must("x1.clerk", "document.register.1", in, &Register{Book: "x1.den"})
	if n := w.doc(in).BookNumber; n != 1 {
		t.Errorf("a refused registration used a number: %d", n)
	}
}

func TestPersonalRecords(t *testing.T) {
	w := newWorld(t)
	w.sent("d1")
	in := CopyID("d1", "x1")
	run := func(actor ID, name string, k Key, args any, base uint64) error {
		m, err := w.run(w.server, true, &Command{Name: name, Actor: actor, Target: k, Args: args, Base: base})
		w.server = m
		return err
	}
	mark := Key{KindReadMark, ReadMarkID("x1.clerk", in)}
	if err := run("x1.clerk", "readmark.set.1", mark, &MarkRead{Doc: in}, 0); err != nil {
		t.Error(err)
	}
	wantReason(t, run("x1.auditor", "readmark.set.1", mark, &MarkRead{Doc: in}, 0), "command.bad_target")
	wantReason(t, run("x1.officer", "readmark.set.1", Key{KindReadMark, ReadMarkID("x1.officer", in)}, &MarkRead{Doc: in}, 0), "document.not_found")
	tpl := Key{KindTemplate, "t1"}
	if err := run("x1.leader", "template.save.1", tpl, &SaveTemplate{Unit: "x1", Text: "Giao phòng tham mưu", Days: 5}, 0); err != nil {
		t.Error(err)
	}
	wantReason(t, run("x1.leader", "template.save.1", tpl, &SaveTemplate{Unit: "x1", Text: "Khác"}, 0), "record.changed")
	wantReason(t, run("x1.officer", "template.save.1", tpl, &SaveTemplate{Text: "Của tôi"}, 1), "can.needs_leader")
	group := Key{KindGroup, "g1"}
	if err := run("x1.clerk", "group.save.1", group, &SaveGroup{Unit: "x1", Name: "Lân cận", Members: []ID{"x2", "x3", "x2"}}, 0); err != nil {
		t.Error(err)
	}
	if g := w.server.dir.Group("g1"); len(g.Members) != 2 {
		t.Errorf("members %v", g.Members)
	}
	wantReason(t, run("x1.clerk", "group.save.1", Key{KindGroup, "g2"}, &SaveGroup{Unit: "x1", Name: "Phòng", Members: []ID{"x1.p"}}, 0), "unit.not_office")
}

func TestNotations(t *testing.T) {
	d := NewDirectory(provinceRecords())
	office, division := d.Unit("x1"), d.Unit("x1.p")
	for _, c := range []struct {
		t    TypeCode
		div  *Unit
		want string
	}{
		{"QĐ", division, "QĐ-UBND"}, {"QyĐ", nil, "QyĐ-UBND"}, {TypeOfficialLetter, division, "UBND-VX"},
		{TypeOfficialLetter, nil, "UBND"}, {TypePublicLetter, division, "UBND-VX"}, {"", division, "UBND-VX"},
	} {
		if got := MakeNotation(c.t, office, c.div); got != c.want {
			t.Errorf("%s: %q, want %q", c.t, got, c.want)
		}
	}
	if len(Types()) != 29 {
		t.Errorf("%d types", len(Types()))
	}
	seen := map[TypeCode]bool{}
	for _, dt := range Types() {
		if seen[dt.Code] || string(dt.Code) != NormalText(string(dt.Code)) || dt.Name == "" {
			t.Errorf("type %q", dt.Code)
		}
		seen[dt.Code] = true
	}
	for n, want := range map[uint32]string{1: "01", 9: "09", 10: "10", 1234: "1234"} {
		if NumberText(n) != want {
			t.Errorf("%d is %s", n, NumberText(n))
		}
	}
	for s, want := range map[string]bool{"H56": true, "000.00.12.H56": true, "G22.113.101.107": true, "": false, "h56": false, "H56.": false,
		"A.B.C.D.E.F.G.H.I.J.K.L.M.N.O.P.Q.R": true, "A.B.C.D.E.F.G.H.I.J.K.L.M.N.O.P.Q.RS": false} {
		if ValidOrgan(s) != want {
			t.Errorf("organ %q", s)
		}
	}
}

func TestWorkingDaysOverTet(t *testing.T) {
	d := NewDirectory(provinceRecords())
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-02-13", 1, "2026-02-23"},  // Friday before Tết → Monday after
		{"2026-02-13", 2, "2026-02-24"},  //
		{"2026-02-23", -1, "2026-02-13"}, // and back
		{"2026-02-17", 0, "2026-02-23"},  // nothing is due on the first day of the year
		{"2026-01-09", 1, "2026-01-10"},  // a Saturday worked for 2 January
		{"2026-04-24", 1, "2026-04-28"},  // Giỗ Tổ on a Sunday, Monday off instead
		{"2026-11-23", 5, "2026-12-01"},
		{"2030-01-04", 1, "2030-01-07"}, // no calendar of that year: weekends only
	} {
		var from Date
		if err := from.UnmarshalText([]byte(c.from)); err != nil {
			t.Fatal(err)
		}
		got := d.AddWorkingDays(from, c.n)
		if got.String() != c.want {
			t.Errorf("%s + %d = %s, want %s", c.from, c.n, got, c.want)
		}
		if c.n != 0 && d.WorkingDaysBetween(from, got) != c.n {
			t.Errorf("%s to %s: %d", c.from, got, d.WorkingDaysBetween(from, got))
		}
	}
	for _, c := range VietnamCalendars() {
		for _, h := range c.Off {
			if h.Day.Year() != c.Year || d.WorkingDay(h.Day) || h.Name != NormalText(h.Name) {
				t.Errorf("%s %s", h.Day, h.Name)
			}
		}
		for _, day := range c.Working {
			if w := day.Std().Weekday(); day.Year() != c.Year || w != time.Saturday && w != time.Sunday {
				t.Errorf("%s is worked already", day)
			}
		}
	}
}

func TestOverdueIsDerived(t *testing.T) {
	doc := &Document{Direction: Incoming, State: InHandling, DueDate: DateOf(2026, 11, 27)}
	if last := (DateOf(2026, 11, 28)).Start() - 1; doc.Overdue(last) {
		t.Error("overdue on its last day")
	}
	if !doc.Overdue(DateOf(2026, 11, 28).Start()) {
		t.Error("not overdue on the next")
	}
	doc.State, doc.Finished = InDone, 1
	if doc.Overdue(DateOf(2027, 1, 1).Start()) {
		t.Error("a finished document is overdue")
	}
}
