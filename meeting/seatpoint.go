package meeting

import (
	"cmp"
	"slices"

	"khonggiay/app"
)

// Points are the meeting points that take part, by name; dir knows them.
func Points(records Store, dir *app.Directory, m *app.Meeting) (out []Expected, err error) {
	if m.Points == 0 {
		return nil, nil
	}
	for _, p := range dir.AllPoints() {
		s, err := pointSession(records, m, p.ID)
		if err != nil {
			return nil, err
		}
		if s != nil {
			out = append(out, Expected{Point: p.ID, Name: p.Name, Group: string(s.Group), Host: s.Host, People: s.People})
		}
	}
	slices.SortFunc(out, func(a, b Expected) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Point, b.Point)) })
	return out, nil
}

// pointSession is the point in the meeting, or nil when it does not take part.
func pointSession(records Store, m *app.Meeting, point app.ID) (*app.PointSession, error) {
	s, err := read[*app.PointSession](records, app.Key{Kind: app.KindPointSession, ID: app.PointSessionID(m.ID, point)})
	if s != nil && s.Removed != 0 {
		s = nil
	}
	return s, err
}

// PointSeat is the seat of a meeting point that takes part, for who may bring it
// in at that time ([app.ActPointEnter]). NotFound "conference.no_point" for others;
// errors as of [SeatOf].
func PointSeat(records Store, dir *app.Directory, meetingID, point, person app.ID, at app.Time) (Seat, error) {
	m, _, err := Sitting(records, meetingID)
	if err != nil {
		return Seat{}, err
	}
	s, err := pointSession(records, m, point)
	if err != nil {
		return Seat{}, err
	}
	p := dir.Point(point)
	if s == nil || p == nil || !brings(dir, m, s, person, at) {
		return Seat{}, app.Refuse(app.NotFound, "conference.no_point")
	}
	return Seat{Station: point, Kind: PointStation, Person: person, Name: p.Name, Role: app.MeetingMember, Group: string(s.Group), People: s.People}, nil
}

func brings(dir *app.Directory, m *app.Meeting, s *app.PointSession, person app.ID, at app.Time) bool {
	actor, err := dir.Actor(person, "", at)
	return err == nil && app.Can(dir, actor, app.ActPointEnter, m, app.Part{Point: s}).Allow
}
