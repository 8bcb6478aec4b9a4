package app

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// pointSave is a point of x1 with a change.
func pointSave(change func(*PointSave)) *PointSave {
	p := &PointSave{Unit: "x1", Name: "Điểm cầu UBND xã", Group: PointCommune, Device: DevicePC, Phone: "0203 123 456", Up: 20_000, Down: 50_000, Backup: "4G"}
	change(p)
	return p
}

func TestPointsAreKeptByTheirOffice(t *testing.T) {
	w := newWorld(t)
	if err := w.server.Put(&Person{ID: "tinh.admin", Name: "Quản trị tỉnh", Posts: []Post{{Unit: "tinh", Role: RoleAdmin, Main: true}}}); err != nil {
		t.Fatal(err)
	}
	w.must("x1.clerk", "room.save.1", "r1", &RoomSave{Unit: "x1", Name: "Phòng họp"})
	w.must("x2.clerk", "room.save.1", "r2", &RoomSave{Unit: "x2", Name: "Phòng họp"})
	save := func(reason string, who ID, change func(*PointSave)) {
		t.Helper()
		if reason == "" {
			w.must(who, "point.save.1", "p1", pointSave(change))
			return
		}
		w.refused(reason, who, "point.save.1", "p1", pointSave(change))
	}
	same := func(*PointSave) {}
	save("can.needs_clerk", "x1.officer", same)
	save("can.needs_clerk", "x2.admin", same)
	save("can.needs_clerk", "so.admin", same)
	save("unit.not_office", "x1.clerk", func(p *PointSave) { p.Unit = "x1.p" })
	save("point.unknown_room", "x1.clerk", func(p *PointSave) { p.Room = "r2" })
	save("point.unknown_person", "x1.clerk", func(p *PointSave) { p.Technician = "nobody" })
	for _, phone := range []string{"gọi anh Hải", "12", "=1+1", "0203;123"} {
		save("point.bad_phone", "x1.clerk", func(p *PointSave) { p.Phone = phone })
	}
	save("field.not_allowed", "x1.clerk", func(p *PointSave) { p.Group = "XA" })
	save("field.not_allowed", "x1.clerk", func(p *PointSave) { p.Device = "" })
	save("field.out_of_range", "x1.clerk", func(p *PointSave) { p.Up = -1 })
	save("field.missing", "x1.clerk", func(p *PointSave) { p.Name = "" })
	save("field.too_long", "x1.clerk", func(p *PointSave) { p.Name = strings.Repeat("Ữ", 201) })
	save("", "x1.clerk", func(p *PointSave) { p.Name, p.Room, p.Technician = strings.Repeat("Ữ", 200), "r1", "x1.officer" })
	save("record.changed", "x1.clerk", same)
	w.server.versions[Key{KindMeetingPoint, "p1"}] = 0 // as if he had seen it
	save("", "tinh.admin", same)
	w.refused("point.same_name", "x1.admin", "point.save.1", "p2", pointSave(func(p *PointSave) { p.Name = "điểm cầu UBND XÃ" }))
	w.refused("point.other_office", "x2.clerk", "point.save.1", "p1", pointSave(func(p *PointSave) { p.Unit = "x2" }))

	w.refused("point.not_found", "x1.clerk", "point.end.1", "p9", &PointEnd{})
	w.refused("can.needs_clerk", "x2.clerk", "point.end.1", "p1", &PointEnd{})
	w.must("x1.clerk", "point.end.1", "p1", &PointEnd{})
	w.refused("point.ended", "x1.clerk", "point.end.1", "p1", &PointEnd{})
	if p := w.server.dir.Point("p1"); len(w.server.dir.Points()) != 0 || p == nil || p.Ended == 0 {
		t.Error("a point out of use is in no list and still known")
	}
	w.server.versions[Key{KindMeetingPoint, "p1"}] = 0
	save("", "x1.clerk", same)
	if len(w.server.dir.Points()) != 1 {
		t.Error("saved again it is in use again")
	}
}

// conference is a published meeting of x1 with the points of x1, x2 and x3; of x2
// the clerk and a head are invited, of x3 the commune as a unit.
func (w *world) conference(id ID) *Meeting {
	w.t.Helper()
	for _, o := range []ID{"x1", "x2", "x3"} {
		w.must(o+".clerk", "point.save.1", "p."+o, pointSave(func(p *PointSave) { p.Unit, p.Technician = o, o+".officer2" }))
	}
	w.invited(id)
	w.must("x1.clerk", "meeting.set_people.1", id, &SetPeople{Set: []Invitee{{ID: "x2.clerk", Role: MeetingMember, Voting: true}, {ID: "x2.head", Role: MeetingGuest}, {ID: "x3", Unit: true, Role: MeetingGuest}}})
	w.must("x1.clerk", "meeting.set_points.1", id, &SetPoints{Add: []ID{"p.x1", "p.x2", "p.x3"}, Host: "p.x1"})
	return w.meetingOf(id)
}

func (w *world) point(point ID) *PointSession {
	w.t.Helper()
	r, err := w.server.Get(Key{KindPointSession, PointSessionID("m", point)})
	if err != nil {
		w.t.Fatalf("point %s: %v", point, err)
	}
	return r.(*PointSession)
}

func (w *world) room(name string, point ID, args any) {
	w.t.Helper()
	w.must(SystemPerson, name, PointSessionID("m", point), args)
}

func (w *world) connects(point ID, status PointStatus) {
	w.t.Helper()
	w.room("point_session.connected.1", point, &PointConnected{Meeting: "m", Point: point, Status: status})
}

func (w *world) reports(who, point ID, change func(*PointReport)) error {
	a := &PointReport{Meeting: "m", Point: point, Headcount: 12}
	change(a)
	return w.try(who, "point_session.report.1", PointSessionID("m", point), a)
}

func TestPointsOfAMeeting(t *testing.T) {
	w := newWorld(t)
	m := w.conference("m")
	if want := []ID{"x1.officer2", "x2.officer2", "x3.officer2"}; m.Points != 3 || !slices.Equal(m.Technicians, want) {
		t.Errorf("%d points, %v", m.Points, m.Technicians)
	}
	for who, want := range map[ID]bool{"x1.clerk": true, "x1.leader": true, "x2.clerk": true, "x2.head": true, "x2.officer2": true, "x1.deputy": false, "x3.leader": false, "x2.deputy": true, "x2.officer": false} {
		if got := w.holdsMeeting(who, Key{KindPointSession, PointSessionID("m", "p.x2")}); got != want {
			t.Errorf("%s holds the point of x2: %v", who, got)
		}
	}
	if !w.holdsMeeting("x2.officer2", m.Key()) || w.holdsMeeting("x2.officer", m.Key()) || !w.holdsMeeting("x3.leader", Key{KindPointSession, PointSessionID("m", "p.x3")}) {
		t.Error("the technician holds the meeting, and who answers for an invited unit its point")
	}
	w.must("x1.clerk", "material.add.1", "t", &MaterialAdd{Meeting: "m", Fields: MaterialFields{Title: "Tài liệu"}, File: pdf(1)})
	w.must("x1.clerk", "material.submit.1", "t", &MaterialStep{Meeting: "m"})
	if w.holdsMeeting("x2.officer2", Key{KindMaterial, "t"}) {
		t.Error("a technician has no papers")
	}

	w.refused("can.needs_secretary", "x2.clerk", "meeting.set_points.1", "m", &SetPoints{Remove: []ID{"p.x1"}})
	w.refused("meeting.not_found", "so.clerk", "meeting.set_points.1", "m", &SetPoints{Remove: []ID{"p.x1"}})
	w.refused("point.not_in_use", "x1.clerk", "meeting.set_points.1", "m", &SetPoints{Add: []ID{"p.x9"}})
	w.refused("point.not_in_meeting", "x1.clerk", "meeting.set_points.1", "m", &SetPoints{Host: "p.x9"})
	w.must("x1.clerk", "meeting.set_points.1", "m", &SetPoints{Remove: []ID{"p.x3", "p.x9"}, Host: "p.x2"})
	if m := w.meetingOf("m"); m.Points != 2 || w.point("p.x1").Host || !w.point("p.x2").Host || w.holdsMeeting("x3.officer2", m.Key()) || w.holdsMeeting("x1.clerk", Key{KindPointSession, PointSessionID("m", "p.x3")}) {
		t.Errorf("%+v", m)
	}
	w.refused("can.needs_point", "x3.leader", "point_session.report.1", PointSessionID("m", "p.x3"), &PointReport{Meeting: "m", Point: "p.x3"})
	w.refused("point.not_in_meeting", "x1.clerk", "point_session.report.1", PointSessionID("m", "p.x3"), &PointReport{Meeting: "m", Point: "p.x3"})
	w.connects("p.x2", PointIn)
	w.refused("point.took_part", "x1.clerk", "meeting.set_points.1", "m", &SetPoints{Remove: []ID{"p.x2"}})
	// Put in again it is as the directory has it now, and what was there is kept.
	w.server.versions[Key{KindMeetingPoint, "p.x2"}] = 0
	w.must("x2.clerk", "point.save.1", "p.x2", pointSave(func(p *PointSave) { p.Unit, p.Technician = "x2", "x2.head2" }))
	w.must("x1.clerk", "meeting.set_points.1", "m", &SetPoints{Add: []ID{"p.x2"}})
	if s := w.point("p.x2"); s.Technician != "x2.head2" || s.Status != PointIn || !w.holdsMeeting("x2.head2", w.meetingOf("m").Key()) {
		t.Errorf("%+v", s)
	}

	f := w.meetingOf("m").Fields()
	f.Secret = true
	w.server.versions[Key{KindMeeting, "m"}] = 0
	w.refused("meeting.secret_with_materials", "x1.officer", "meeting.edit.1", "m", &MeetingEdit{Fields: f})
}

// TestCanEachIsCan: asked for many points at once, the answers are those for each.
func TestCanEachIsCan(t *testing.T) {
	w := newWorld(t)
	m := w.conference("m")
	parts := []Part{{Point: w.point("p.x1")}, {Point: w.point("p.x2")}, {Point: w.point("p.x3")}, {}}
	for _, person := range []ID{"x1.leader", "x1.clerk", "x1.head", "x2.clerk", "x2.officer2", "x3.leader", "so.clerk", SystemPerson} {
		actor, err := w.server.dir.Actor(person, "", w.now)
		if err != nil {
			actor = Actor{Person: person, System: person == SystemPerson, At: w.now}
		}
		for _, act := range []Action{"point_session.report", "point_session.test", "meeting.set_points", ActMeetingRead, "no.such"} {
			for i, got := range CanEach(w.server.dir, actor, act, m, parts) {
				if want := Can(w.server.dir, actor, act, m, parts[i]); !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %s, %d: %+v, want %+v", person, act, i, got, want)
				}
			}
		}
	}
}

func TestSecretMeetingHasNoPoints(t *testing.T) {
	w := newWorld(t)
	w.must("x1.clerk", "point.save.1", "p.x1", pointSave(func(*PointSave) {}))
	f := w.meetingFields()
	w.must("x1.officer", "meeting.create.1", "m", &MeetingCreate{Unit: "x1", Fields: f})
	w.must("x1.officer", "meeting.set_points.1", "m", &SetPoints{Add: []ID{"p.x1"}})
	f.Secret = true
	w.server.versions[Key{KindMeeting, "m"}] = 0
	w.refused("meeting.secret_with_points", "x1.officer", "meeting.edit.1", "m", &MeetingEdit{Fields: f})
	w.must("x1.officer", "meeting.set_points.1", "m", &SetPoints{Remove: []ID{"p.x1"}})
	w.server.versions[Key{KindMeeting, "m"}] = 0
	w.must("x1.officer", "meeting.edit.1", "m", &MeetingEdit{Fields: f})
	w.refused("point.secret_meeting", "x1.officer", "meeting.set_points.1", "m", &SetPoints{Add: []ID{"p.x1"}})
}

func TestPointReports(t *testing.T) {
	w := newWorld(t)
	w.conference("m")
	cases := []struct {
		who, point ID
		change     func(*PointReport)
		want       string
	}{
		{"x2.head", "p.x2", func(*PointReport) {}, ""},
		{"x2.officer2", "p.x2", func(a *PointReport) { a.Head, a.People = "x2.clerk", []ID{"x2.head", "x2.clerk", "x2.head"} }, ""},
		{"x3.leader", "p.x3", func(a *PointReport) { a.HeadName = "Ông Lò Văn Páo" }, ""},
		{"x2.officer", "p.x2", func(*PointReport) {}, "meeting.not_found"},
		{"x2.clerk", "p.x3", func(*PointReport) {}, "can.needs_point"},
		{"x1.deputy", "p.x2", func(*PointReport) {}, "can.needs_point"},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.Headcount = -1 }, "field.out_of_range"},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.Headcount, a.People = 1, []ID{"x2.head", "x2.clerk"} }, "point.too_few"},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.Head = "nobody" }, "point.unknown_person"},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.People = []ID{"x2.leader"} }, "attendance.not_invited"},
		{"x3.leader", "p.x3", func(a *PointReport) { a.People = []ID{"x3"} }, "attendance.not_invited"},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.People = []ID{"x1.deputy"} }, "point.other_office_person"},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.Head = "x1.deputy" }, "point.other_office_person"},
		{"x1.clerk", "p.x2", func(a *PointReport) { a.People = []ID{"x1.deputy"} }, ""},
		{"x2.clerk", "p.x2", func(a *PointReport) { a.HeadName = strings.Repeat("a", 201) }, "field.too_long"},
	}
	for i, c := range cases {
		if got := reasonIn(w.reports(c.who, c.point, c.change)); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	if s := w.point("p.x2"); s.By != "x1.clerk" || s.Headcount != 12 || !slices.Equal(s.People, []ID{"x1.deputy"}) {
		t.Errorf("%+v", s)
	}
	// One that was given earlier and comes later changes nothing.
	before := w.now - 30*60_000
	if err := w.late("x2.clerk", "point_session.report.1", Key{KindPointSession, PointSessionID("m", "p.x2")}, before, &PointReport{Meeting: "m", Point: "p.x2", Headcount: 3}); err != nil || w.point("p.x2").Headcount != 12 {
		t.Errorf("%v %+v", err, w.point("p.x2"))
	}
	test := &PointTested{Meeting: "m", Point: "p.x2", Mic: TestGood, Speaker: TestGood, Camera: TestNone, Up: 4000, Down: 9000, Loss: 12, RTT: 45}
	w.refused("can.needs_point", "x1.clerk", "point_session.test.1", PointSessionID("m", "p.x2"), test) // the point's own
	w.must("x2.officer2", "point_session.test.1", PointSessionID("m", "p.x2"), test)
	if got := w.point("p.x2").Test; got == nil || got.Up != 4000 || got.By != "x2.officer2" || got.Passed() {
		t.Errorf("%+v", got)
	}
	w.refused("command.system_only", "x1.clerk", "point_session.connected.1", PointSessionID("m", "p.x2"), &PointConnected{Meeting: "m", Point: "p.x2", Status: PointIn})
	w.refused("command.bad_target", SystemPerson, "point_session.connected.1", PointSessionID("m", "p.x1"), &PointConnected{Meeting: "m", Point: "p.x2", Status: PointIn})
	w.refused("field.not_allowed", SystemPerson, "point_session.connected.1", PointSessionID("m", "p.x2"), &PointConnected{Meeting: "m", Point: "p.x2", Status: PointLeft})
}

// TestRollCallByEndpoint: a point that is in the meeting makes those present whom
// it reports, and nobody else; it never goes against what else was said.
func TestRollCallByEndpoint(t *testing.T) {
	w := newWorld(t)
	m := w.conference("m")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	presence := func(person ID) (Presence, RollMethod) {
		t.Helper()
		r, err := w.server.Get(Key{KindAttendance, AttendanceID("m", person)})
		if err != nil {
			return NotCalled, ""
		}
		a := r.(*Attendance)
		return a.Presence, a.Method
	}
	is := func(person ID, p Presence, how RollMethod) {
		t.Helper()
		if gp, gh := presence(person); gp != p || gh != how {
			t.Errorf("%s is %s by %q, want %s by %q", person, gp, gh, p, how)
		}
	}
	w.now = m.Start - hour // a technical test, before the roll-call opens
	w.connects("p.x2", PointIn)
	must(w.reports("x2.head", "p.x2", func(a *PointReport) { a.Head = "x2.clerk" }))
	is("x2.clerk", NotCalled, "")
	w.now = m.Start
	w.must("x1.leader", "session.start.1", SessionID("m"), &SessionNote{Meeting: "m"})
	is("x2.clerk", PresentOnline, RollEndpoint) // the head of the point, for nobody is named
	is("x2.head", NotCalled, "")
	must(w.reports("x2.head", "p.x2", func(a *PointReport) { a.Head, a.People = "x2.clerk", []ID{"x2.head"} }))
	is("x2.clerk", NotCalled, "")
	is("x2.head", PresentOnline, RollEndpoint)

	// Connected without a report: nobody is there.
	w.connects("p.x3", PointConnecting)
	w.connects("p.x3", PointWaits)
	w.connects("p.x3", PointIn)
	is("x3", NotCalled, "")
	must(w.reports("x3.leader", "p.x3", func(a *PointReport) { a.HeadName = "Lò Văn Páo" }))
	is("x3", PresentOnline, RollEndpoint)

	// What the secretary and the person say comes before it.
	w.must("x1.clerk", "attendance.set.1", AttendanceID("m", "x2.head"), &SetAttendance{Meeting: "m", Person: "x2.head", Presence: AbsentExcused})
	w.connects("p.x2", PointIn)
	is("x2.head", AbsentExcused, RollSecretary)
	w.must("x2.clerk", "attendance.check_in.1", AttendanceID("m", "x2.clerk"), &CheckIn{Meeting: "m", Online: true})
	must(w.reports("x2.clerk", "p.x2", func(a *PointReport) { a.People = []ID{"x2.clerk"} }))
	is("x2.clerk", PresentOnline, RollSelf)

	joined := w.point("p.x3").Joined
	for range 3 {
		w.room("point_session.lost.1", "p.x3", &PointGone{Meeting: "m", Point: "p.x3"})
		w.room("point_session.lost.1", "p.x3", &PointGone{Meeting: "m", Point: "p.x3"}) // said twice
		is("x3", PresentOnline, RollEndpoint)
		w.connects("p.x3", PointIn)
	}
	if s := w.point("p.x3"); s.Drops != 3 || s.Joined != joined || s.Left != 0 || s.Status != PointIn {
		t.Errorf("%+v", s)
	}
	gone := w.now + 30_000
	w.room("point_session.left.1", "p.x3", &PointGone{Meeting: "m", Point: "p.x3", At: gone})
	if s := w.point("p.x3"); s.Status != PointLeft || s.Left != gone || w.rollOf("m", "x3").Left != gone {
		t.Errorf("%+v %+v", s, w.rollOf("m", "x3"))
	}
	w.connects("p.x3", PointIn)
	if s := w.point("p.x3"); s.Left != 0 || s.Joined != joined || !w.rollOf("m", "x3").Here() {
		t.Errorf("%+v %+v", s, w.rollOf("m", "x3"))
	}
	w.room("point_session.lost.1", "p.x3", &PointGone{Meeting: "m", Point: "p.x3"})
	lost := w.point("p.x3").Lost
	w.must("x1.leader", "session.finish.1", SessionID("m"), &SessionNote{Meeting: "m"})
	if s := w.point("p.x3"); s.Status != PointLeft || s.Left != lost || s.Drops != 4 {
		t.Errorf("%+v", s)
	}
	if s := w.point("p.x2"); s.Status != PointLeft || s.Left == 0 {
		t.Errorf("%+v", s)
	}
	w.room("point_session.left.1", "p.x2", &PointGone{Meeting: "m", Point: "p.x2"}) // the room closes later
	if s := w.point("p.x1"); s.Status != PointNotConnected || s.Left != 0 {
		t.Errorf("%+v", s)
	}
}

// TestManyPoints: 215 and a thousand points with names as long as they may be are
// put in at once, taken out, and one more than may be is refused.
func TestManyPoints(t *testing.T) {
	for _, n := range []int{215, maxPoints} {
		w := newWorld(t)
		w.invited("m")
		ids := make([]ID, n+1)
		for i := range ids {
			ids[i] = ID(fmt.Sprintf("p%04d", i))
			if err := w.server.Put(&MeetingPoint{ID: ids[i], Unit: "x2", Name: fmt.Sprint(strings.Repeat("Ữ", 196), i), Group: PointCommune, Device: DevicePC, Technician: "x2.officer"}); err != nil {
				t.Fatal(err)
			}
		}
		w.must("x1.clerk", "meeting.set_points.1", "m", &SetPoints{Add: ids[:n], Host: ids[0]})
		if m := w.meetingOf("m"); m.Points != n || len(m.Technicians) != 1 || len(m.Parts) > 5 {
			t.Errorf("%d points, %d technicians, %d parts", m.Points, len(m.Technicians), len(m.Parts))
		}
		if n == maxPoints {
			w.refused("point.too_many", "x1.clerk", "meeting.set_points.1", "m", &SetPoints{Add: ids[n:]})
			w.refused("field.too_many", "x1.clerk", "meeting.set_points.1", "m", &SetPoints{Add: ids})
		}
		w.must("x1.clerk", "meeting.set_people.1", "m", &SetPeople{Set: []Invitee{{ID: "x2.head", Role: MeetingGuest}}})
		if !w.holdsMeeting("x2.head", Key{KindPointSession, PointSessionID("m", ids[n-1])}) {
			t.Error("who is invited later holds his point, too")
		}
		w.must("x1.clerk", "meeting.set_points.1", "m", &SetPoints{Remove: ids[:n]})
		if m := w.meetingOf("m"); m.Points != 0 || len(m.Technicians) != 0 {
			t.Errorf("%d points left", m.Points)
		}
	}
}
