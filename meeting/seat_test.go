package meeting

import (
	"testing"

	"khonggiay/app"
)

// held is a store of some records.
type held map[app.Key]app.Record

func (h held) Get(k app.Key) (app.Record, error) {
	if r, ok := h[k]; ok {
		return r, nil
	}
	return nil, app.ErrNotFound
}

func TestOwnSeat(t *testing.T) {
	m := &app.Meeting{ID: "m", Creator: "creator", Status: app.MeetingLive, Published: noon, Participants: map[app.ID]app.Participant{
		"chair": {Role: app.MeetingChair}, "member": {Role: app.MeetingMember}, "speaker": {Role: app.MeetingMember}, "watcher": {Role: app.MeetingObserver}, "so": {Unit: true}}}
	s := &app.Session{ID: app.SessionID("m"), Item: 4}
	sheet := &app.AgendaSheet{ID: app.AgendaID("m", app.AgendaCommon), Items: map[app.CommandID]app.AgendaItem{4: {Presenters: []app.ID{"speaker"}}}}
	records := held{m.Key(): m, s.Key(): s, sheet.Key(): sheet}
	for person, want := range map[app.ID]struct {
		role app.MeetingRole
		runs bool
	}{
		"chair":   {app.MeetingChair, true},
		"creator": {app.MeetingOperator, true},
		"member":  {app.MeetingMember, false},
		"speaker": {app.MeetingPresenter, false}, // of the item under way
		"watcher": {app.MeetingObserver, false},
	} {
		got, err := OwnSeat(records, "m", person)
		if err != nil || got.Role != want.role || got.Runs != want.runs || got.Station != person || got.Kind != PersonStation {
			t.Errorf("%s: %+v, %v", person, got, err)
		}
	}
	for _, stranger := range []app.ID{"nobody", "so"} {
		_, err := OwnSeat(records, "m", stranger)
		refused(t, err, "meeting.not_found")
	}
	_, err := OwnSeat(records, "other", "chair")
	refused(t, err, "meeting.not_found")
	for name, change := range map[string]func(*app.Meeting){
		"secret":        func(m *app.Meeting) { m.Secret = true },
		"not published": func(m *app.Meeting) { m.Published = 0 },
		"over":          func(m *app.Meeting) { m.Status = app.MeetingConcluded },
	} {
		other := *m
		change(&other)
		records[m.Key()] = &other
		if _, err := OwnSeat(records, "m", "chair"); app.AsError(err) == nil || app.AsError(err).Reason != "room.closed" {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := Sitting(records, "m"); app.AsError(err) == nil || app.AsError(err).Reason != "room.closed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPointSeat(t *testing.T) {
	post := func(id, unit app.ID, role app.Role) app.Record {
		return &app.Person{ID: id, Name: string(id), Posts: []app.Post{{Unit: unit, Role: role, Main: true}}}
	}
	dir := app.NewDirectory([]app.Record{&app.MeetingPoint{ID: "d1", Name: "Điểm cầu xã Một"}, &app.MeetingPoint{ID: "d2", Name: "Điểm cầu xã Hai"},
		&app.MeetingPoint{ID: "d3", Name: "Điểm cầu sở"}, &app.Unit{ID: "x1", Name: "Xã Một", Office: true}, &app.Unit{ID: "x2", Name: "Xã Hai", Office: true},
		post("technician", "x2", app.RoleOfficer), post("ofX1", "x1", app.RoleOfficer), post("ofX2", "x2", app.RoleOfficer), post("secretary", "x2", app.RoleClerk),
		post("leaderX1", "x1", app.RoleLeader), post("officerX1", "x1", app.RoleOfficer)})
	m := &app.Meeting{ID: "m", Status: app.MeetingLive, Published: noon, Points: 2, Participants: map[app.ID]app.Participant{
		"secretary": {Role: app.MeetingSecretary}, "ofX1": {Role: app.MeetingMember, Office: "x1"}, "ofX2": {Role: app.MeetingMember, Office: "x2"},
		"x1": {Role: app.MeetingMember, Unit: true, Office: "x1"}}, Technicians: []app.ID{"technician"}}
	one := &app.PointSession{ID: app.PointSessionID("m", "d1"), Point: "d1", Unit: "x1", Technician: "technician", Group: app.PointCommune, Host: true, People: []app.ID{"ofX1"}}
	two := &app.PointSession{ID: app.PointSessionID("m", "d2"), Point: "d2", Unit: "x2", Removed: noon}
	records := held{m.Key(): m, one.Key(): one, two.Key(): two}
	for _, person := range []app.ID{"technician", "ofX1", "secretary", "leaderX1"} {
		got, err := PointSeat(records, dir, "m", "d1", person, noon)
		if err != nil || got.Station != "d1" || got.Kind != PointStation || got.Person != person || got.Runs || got.Name != "Điểm cầu xã Một" || len(got.People) != 1 {
			t.Errorf("%s: %+v, %v", person, got, err)
		}
	}
	for _, c := range []struct{ point, person app.ID }{{"d1", "ofX2"}, {"d1", "officerX1"}, {"d1", "nobody"}, {"d1", ""}, {"d2", "secretary"}, {"d3", "secretary"}, {"d9", "secretary"}} {
		_, err := PointSeat(records, dir, "m", c.point, c.person, noon)
		refused(t, err, "conference.no_point")
	}
	points, err := Points(records, dir, m)
	if err != nil || len(points) != 1 || points[0].Point != "d1" || !points[0].Host || points[0].Group != "XA_PHUONG" {
		t.Errorf("%+v %v", points, err)
	}
}
