package app

import "slices"

func init() {
	define("meeting.set_points.1", KindMeeting, setPoints)
	define("point_session.report.1", KindPointSession, reportPoint)
	define("point_session.test.1", KindPointSession, testPoint)
	define("point_session.connected.1", KindPointSession, pointConnected, system)
	define("point_session.lost.1", KindPointSession, pointLost, system)
	define("point_session.left.1", KindPointSession, pointLeft, system)

	// A report that was given in the meeting may come when it is over.
	called := []MeetingStatus{MeetingInvited, MeetingLive, MeetingPaused, MeetingFinished}
	meetingRule("meeting.set_points", meetingClause{relMeetSecretary, meetingBefore})
	meetingRule("point_session.report", meetingClause{relMeetPoint, called}, meetingClause{relMeetSecretary, called}, meetingClause{relMeetOperator, called})
	meetingRule("point_session.test", meetingClause{relMeetPoint, meetingUpcoming})
	meetingRule(ActPointEnter, meetingClause{relMeetPoint, meetingUpcoming}, meetingClause{relMeetSecretary, meetingUpcoming},
		meetingClause{relMeetChair, meetingUpcoming}, meetingClause{relMeetOperator, meetingUpcoming})
	meetingRule(ActPointReport, meetingClause{relMeetSecretary, meetingAny}, meetingClause{relMeetChair, meetingAny}, meetingClause{relMeetOperator, meetingAny})
}

// ActPointReport is taking away the report on all points of a meeting.
const ActPointReport Action = "meeting.point_report"

// ActPointEnter is coming into the meeting's conference as a meeting point.
const ActPointEnter Action = "point_session.enter"

// maxPoints is how many meeting points one meeting may have.
const maxPoints = 1000

// SetPoints puts meeting points into a meeting and takes others out
// (meeting.set_points.1), as many at once as somebody chose from the list.
// Putting one in again takes over what the directory says of it now. A point that
// has been in the meeting stays: the report tells of it.
type SetPoints struct {
	Add    []ID `cbor:"1,keyasint,omitempty" json:"add,omitempty" maxItems:"1000"`
	Remove []ID `cbor:"2,keyasint,omitempty" json:"remove,omitempty" maxItems:"1000"`
	Host   ID   `cbor:"3,keyasint,omitzero" json:"host,omitempty" maxLength:"64" doc:"điểm cầu chính, one of them; absent: as it is"`
}

// PointReport is what a meeting point says of itself (point_session.report.1;
// target: [PointSessionID]): how many are there, who heads it and, if he wants to
// say so, which of those invited sit there. The latest counts, whole.
type PointReport struct {
	Meeting   ID     `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Point     ID     `cbor:"2,keyasint" json:"point" minLength:"1" maxLength:"64"`
	Headcount int    `cbor:"3,keyasint,omitempty" json:"headcount,omitempty" minimum:"0" maximum:"5000"`
	Head      ID     `cbor:"4,keyasint,omitzero" json:"head,omitempty" maxLength:"64"`
	HeadName  string `cbor:"5,keyasint,omitempty" json:"headName,omitempty" maxLength:"200" doc:"when he has no account"`
	People    []ID   `cbor:"6,keyasint,omitempty" json:"people,omitempty" maxItems:"500"`
}

// PointTested is the result of a point's test of its equipment and its line
// (point_session.test.1; target: [PointSessionID]), made at the point.
type PointTested struct {
	Meeting ID       `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Point   ID       `cbor:"2,keyasint" json:"point" minLength:"1" maxLength:"64"`
	Mic     TestMark `cbor:"3,keyasint,omitempty" json:"mic,omitempty" enum:",ok,bad,none"`
	Speaker TestMark `cbor:"4,keyasint,omitempty" json:"speaker,omitempty" enum:",ok,bad,none"`
	Camera  TestMark `cbor:"5,keyasint,omitempty" json:"camera,omitempty" enum:",ok,bad,none"`
	Up      int      `cbor:"6,keyasint,omitempty" json:"up,omitempty" minimum:"0" maximum:"10000000" doc:"measured, kbit/s"`
	Down    int      `cbor:"7,keyasint,omitempty" json:"down,omitempty" minimum:"0" maximum:"10000000" doc:"measured, kbit/s"`
	Loss    int      `cbor:"8,keyasint,omitempty" json:"loss,omitempty" minimum:"0" maximum:"1000" doc:"packets lost of a thousand"`
	RTT     int      `cbor:"9,keyasint,omitempty" json:"rtt,omitempty" minimum:"0" maximum:"600000" doc:"milliseconds there and back"`
}

// PointConnected is what the server's room says of a point that comes
// (point_session.connected.1, by the system): it connects, waits to be let in, or
// is in the meeting. Said twice, it is true once.
type PointConnected struct {
	Meeting ID          `cbor:"1,keyasint" json:"meeting"`
	Point   ID          `cbor:"2,keyasint" json:"point"`
	Status  PointStatus `cbor:"3,keyasint" json:"status" enum:"DANG_KET_NOI,CHO_VAO,TRONG_HOP"`
	At      Time        `cbor:"4,keyasint,omitempty" json:"at"` // 0 = now
}

// PointGone is what it says of one whose signal is lost, or that has left
// (point_session.lost.1, point_session.left.1, by the system).
type PointGone struct {
	Meeting ID   `cbor:"1,keyasint" json:"meeting"`
	Point   ID   `cbor:"2,keyasint" json:"point"`
	At      Time `cbor:"3,keyasint,omitempty" json:"at"` // 0 = now
}

// pointSessions are the points of the meeting that this machine holds, by id of
// the point.
func (x *Exec) pointSessions(m *Meeting) (out []*PointSession, err error) {
	for _, p := range x.Dir.AllPoints() {
		s, ok, err := partOf[*PointSession](x, Key{KindPointSession, PointSessionID(m.ID, p.ID)})
		if err != nil {
			return nil, err
		}
		if ok && s.Removed == 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

// putPoint stores a point's session with those who should hold it.
func (x *Exec) putPoint(m *Meeting, s *PointSession) error {
	_, err := x.putPart(m, s)
	return err
}

func setPoints(x *Exec, a *SetPoints) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if m.Secret {
		return Refuse(Conflict, "point.secret_meeting")
	}
	for _, id := range a.Remove {
		if slices.Contains(a.Add, id) {
			continue
		}
		if err := x.takePointOut(m, id); err != nil {
			return err
		}
	}
	for _, id := range a.Add {
		if err := x.putPointIn(m, id); err != nil {
			return err
		}
	}
	all, err := x.pointSessions(m)
	if err != nil {
		return err
	}
	if len(all) > maxPoints {
		return Refuse(Invalid, "point.too_many").With("max", maxPoints)
	}
	if a.Host != "" && !slices.ContainsFunc(all, func(s *PointSession) bool { return s.Point == a.Host }) {
		return Refuse(Invalid, "point.not_in_meeting").With("point", string(a.Host))
	}
	m.Points, m.Technicians = len(all), nil
	for _, s := range all {
		if s.Technician != "" {
			m.Technicians = append(m.Technicians, s.Technician)
		}
		if host := s.Point == a.Host; a.Host != "" && host != s.Host {
			s.Host = host
			if err := x.putPoint(m, s); err != nil {
				return err
			}
		}
	}
	m.Technicians = sortedSet(m.Technicians)
	x.logMeeting(m, "", "", "")
	return x.putMeeting(m)
}

// putPointIn puts a point of the directory into the meeting. What it reported
// before it was taken out is kept.
func (x *Exec) putPointIn(m *Meeting, id ID) error {
	p := x.Dir.Point(id)
	if p == nil || p.Ended != 0 {
		return Refuse(Invalid, "point.not_in_use").With("point", string(id))
	}
	key := Key{KindPointSession, PointSessionID(m.ID, id)}
	s, ok, err := partOf[*PointSession](x, key)
	if err != nil {
		return err
	}
	if !ok {
		s = &PointSession{ID: key.ID, PartOf: PartOf{Meeting: m.ID}, Point: id, Status: PointNotConnected}
	}
	s.Unit, s.Group, s.Technician, s.Removed = p.Unit, p.Group, p.Technician, 0
	return x.putPoint(m, s)
}

func (x *Exec) takePointOut(m *Meeting, id ID) error {
	s, ok, err := partOf[*PointSession](x, Key{KindPointSession, PointSessionID(m.ID, id)})
	if err != nil || !ok || s.Removed != 0 {
		return err
	}
	if s.Took() {
		return Refuse(Conflict, "point.took_part").With("point", string(id)).With("at", int64(s.Joined))
	}
	s.Removed, s.Host = x.Now, false
	return x.putPoint(m, s)
}

// openPoint loads the meeting and one of its points, and checks that the actor
// may give this command on it.
func (x *Exec) openPoint(meeting, point ID) (*Meeting, *PointSession, error) {
	m, err := x.meeting(meeting)
	if err != nil {
		return nil, nil, err
	}
	if x.Cmd.Target.ID != PointSessionID(m.ID, point) {
		return nil, nil, Refuse(Invalid, "command.bad_target")
	}
	s, ok, err := partOf[*PointSession](x, x.Cmd.Target)
	if err != nil {
		return nil, nil, err
	}
	if !ok || s.Removed != 0 {
		s = nil
	}
	if err := x.mayMeeting(m, Part{Point: s}); err != nil {
		return nil, nil, err
	}
	if s == nil {
		return nil, nil, Refuse(NotFound, "point.not_in_meeting").With("point", string(point))
	}
	return m, s, nil
}

func reportPoint(x *Exec, a *PointReport) error {
	m, s, err := x.openPoint(a.Meeting, a.Point)
	if err != nil {
		return err
	}
	at := x.moment()
	if at < s.Reported {
		return nil // a later one was here first
	}
	people := sortedSet(slices.Clone(a.People))
	if err := x.checkReport(m, s, a, people); err != nil {
		return err
	}
	s.Headcount, s.Head, s.HeadName, s.People = a.Headcount, a.Head, a.HeadName, people
	if s.Head != "" {
		s.HeadName = ""
	}
	s.Reported, s.By = at, x.Actor.Person
	if err := x.rollPoint(m, s, at); err != nil {
		return err
	}
	return x.putPoint(m, s)
}

// checkReport refuses a report that names people who cannot be there. People of a
// point speak for their own office; where several sit together (cụm), and for who
// runs the meeting, for everybody invited.
func (x *Exec) checkReport(m *Meeting, s *PointSession, a *PointReport, people []ID) error {
	if p := x.Dir.Person(a.Head); a.Head != "" && a.Head != s.Head && (p == nil || p.Closed) {
		return Refuse(Invalid, "point.unknown_person").With("person", string(a.Head))
	}
	any := s.Group == PointCluster || slices.Contains(m.Officials(), x.Actor.Person)
	named := people
	if _, invited := m.Participants[a.Head]; invited {
		named = append(slices.Clone(people), a.Head)
	}
	for _, id := range named {
		p, invited := m.Participants[id]
		switch {
		case !invited || p.Unit:
			return Refuse(Invalid, "attendance.not_invited").With("person", string(id))
		case !any && !s.sits(p):
			return Refuse(Forbidden, "point.other_office_person").With("person", string(id))
		}
	}
	if a.Headcount < len(people) {
		return Refuse(Invalid, "point.too_few").With("named", len(people))
	}
	return nil
}

func testPoint(x *Exec, a *PointTested) error {
	m, s, err := x.openPoint(a.Meeting, a.Point)
	if err != nil {
		return err
	}
	at := x.moment()
	if s.Test != nil && at < s.Test.At {
		return nil
	}
	s.Test = &PointTest{Mic: a.Mic, Speaker: a.Speaker, Camera: a.Camera, Up: a.Up, Down: a.Down, Loss: a.Loss, RTT: a.RTT, At: at, By: x.Actor.Person}
	return x.putPoint(m, s)
}

// happened is when it happened by the room's word: never later than now.
func (x *Exec) happened(at Time) Time {
	if at == 0 || at > x.Now {
		return x.Now
	}
	return at
}

func pointConnected(x *Exec, a *PointConnected) error {
	m, s, err := x.openPoint(a.Meeting, a.Point)
	if err != nil {
		return err
	}
	at := x.happened(a.At)
	s.Status = a.Status
	if a.Status == PointIn {
		if s.Left = 0; s.Joined == 0 {
			s.Joined = at
		}
		if err := x.rollPoint(m, s, at); err != nil {
			return err
		}
	}
	return x.putPoint(m, s)
}

// pointLost counts a lost signal of a point that was in the meeting. Its people
// still count as there: a line that flickers is no quorum that does.
func pointLost(x *Exec, a *PointGone) error {
	m, s, err := x.openPoint(a.Meeting, a.Point)
	if err != nil {
		return err
	}
	switch s.Status {
	case PointIn:
		s.Status, s.Lost = PointLost, x.happened(a.At)
		s.Drops++
	case PointConnecting, PointWaits:
		s.Status = PointNotConnected
	default:
		return nil
	}
	return x.putPoint(m, s)
}

func pointLeft(x *Exec, a *PointGone) error {
	m, s, err := x.openPoint(a.Meeting, a.Point)
	if err != nil {
		return err
	}
	switch s.Status {
	case PointLeft, PointNotConnected:
		return nil
	}
	s.leave(x.happened(a.At))
	for _, person := range s.Rolled {
		roll, err := x.attendance(m, person)
		if err != nil {
			return err
		}
		if roll.Method == RollEndpoint && roll.Here() {
			roll.Left = max(s.Left, roll.ArrivedAt())
			if err := x.putAttendance(m, roll); err != nil {
				return err
			}
		}
	}
	return x.putPoint(m, s)
}

// leave ends the point's part in the meeting: one whose signal was lost and never
// came back was there until then, and one that was never let in was not there.
func (s *PointSession) leave(at Time) {
	switch {
	case !s.Took():
		s.Status = PointNotConnected
		return
	case s.Status == PointLost:
		at = s.Lost
	}
	s.Status, s.Left = PointLeft, max(at, s.Joined)
}
