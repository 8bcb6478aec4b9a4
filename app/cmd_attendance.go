package app

func init() {
	define("attendance.check_in.1", KindAttendance, checkIn)
	define("attendance.check_in_code.1", KindAttendance, checkInCode)
	define("attendance.set.1", KindAttendance, setAttendance)
	define("attendance.leave.1", KindAttendance, leaveMeeting)
	define("attendance.ask_help.1", KindAttendance, askHelp)
	define("attendance.help_done.1", KindAttendance, helpDone)
	define("session.mark_absent.1", KindSession, markAbsent)

	// What was given while people sat together may come when they have finished.
	called := []MeetingStatus{MeetingInvited, MeetingLive, MeetingPaused, MeetingFinished}
	meetingRule("attendance.check_in", meetingClause{relMeetParticipant, called})
	meetingRule("attendance.check_in_code", meetingClause{relMeetParticipant, called})
	meetingRule("attendance.ask_help", meetingClause{relMeetParticipant, meetingUpcoming})
	byOfficials := func(act Action, in []MeetingStatus, also ...meetingClause) {
		meetingRule(act, append([]meetingClause{{relMeetSecretary, in}, {relMeetChair, in}, {relMeetOperator, in}}, also...)...)
	}
	byOfficials("attendance.set", called)
	byOfficials("attendance.leave", called, meetingClause{relMeetInvited, called})
	byOfficials("attendance.help_done", called)
	sitting := []MeetingStatus{MeetingLive, MeetingPaused, MeetingFinished}
	meetingRule("session.mark_absent", meetingClause{relMeetSecretary, sitting}, meetingClause{relMeetChair, sitting})
}

// CheckIn says that the giver is there (attendance.check_in.1; target: [AttendanceID]).
type CheckIn struct {
	Meeting ID   `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Online  bool `cbor:"2,keyasint,omitempty" json:"online,omitempty"`
}

// CheckInCode does so by the code on the screen of the room (attendance.check_in_code.1).
type CheckInCode struct {
	Meeting ID     `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Code    string `cbor:"2,keyasint" json:"code" minLength:"6" maxLength:"6" pattern:"^[0-9]{6}$"`
	Step    int64  `cbor:"3,keyasint,omitempty" json:"step,omitempty" doc:"of the code, when it was scanned"`
}

// SetAttendance says it of somebody (attendance.set.1).
type SetAttendance struct {
	Meeting  ID       `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Person   ID       `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64" doc:"or an invited unit"`
	Presence Presence `cbor:"3,keyasint" json:"presence" enum:"CHUA_DIEM_DANH,CO_MAT_TRUC_TIEP,CO_MAT_TRUC_TUYEN,VANG_CO_LY_DO,VANG_KHONG_LY_DO"`
	Reason   string   `cbor:"4,keyasint,omitempty" json:"reason,omitempty" maxLength:"500"`
	// As is the person's own command that the laptop that carries the meeting
	// without a line wrote down: what was said about him later is not undone when
	// he tells it again.
	As CommandID `cbor:"5,keyasint,omitempty" json:"-"`
}

// LeaveMeeting says that somebody has left (attendance.leave.1).
type LeaveMeeting struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Person  ID `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64"`
}

// AskHelp calls for somebody (attendance.ask_help.1).
type AskHelp struct {
	Meeting ID     `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Kind    string `cbor:"2,keyasint" json:"kind" enum:"water,technician,secretary,other"`
	Text    string `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"500"`
}

// HelpDone says that a call was seen to (attendance.help_done.1).
type HelpDone struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Person  ID        `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64"`
	Request CommandID `cbor:"3,keyasint" json:"request"`
}

// MarkAbsent closes the roll-call (session.mark_absent.1): who has not been called
// is absent, with a reason if he gave one when he was invited.
type MarkAbsent struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
}

// beforeStart is how long before the start the roll-call opens.
const beforeStart = Time(30 * 60_000)

// CheckInOpens is when people may say that they are there.
func (m *Meeting) CheckInOpens() Time {
	if m.Rules.CheckInFrom != 0 {
		return m.Rules.CheckInFrom
	}
	return m.Start - beforeStart
}

// openAttendance loads the meeting and the person's roll-call, which begins with
// the first command on it.
func (x *Exec) openAttendance(meeting, person ID) (*Meeting, *Attendance, error) {
	m, err := x.openMeeting(meeting, Part{Participant: person})
	if err != nil {
		return nil, nil, err
	}
	if _, ok := m.Participants[person]; !ok {
		return nil, nil, Refuse(Invalid, "attendance.not_invited").With("person", string(person))
	}
	if x.Cmd.Target.ID != AttendanceID(m.ID, person) {
		return nil, nil, Refuse(Invalid, "command.bad_target")
	}
	a, err := x.attendance(m, person)
	return m, a, err
}

func (x *Exec) attendance(m *Meeting, person ID) (*Attendance, error) {
	id := AttendanceID(m.ID, person)
	a, ok, err := partOf[*Attendance](x, Key{KindAttendance, id})
	if err == nil && !ok {
		a = &Attendance{ID: id, PartOf: PartOf{Meeting: m.ID}, Person: person, Presence: NotCalled}
	}
	return a, err
}

func (x *Exec) putAttendance(m *Meeting, a *Attendance) error {
	_, err := x.putPart(m, a)
	return err
}

func checkIn(x *Exec, a *CheckIn) error {
	how := PresentInRoom
	if a.Online {
		how = PresentOnline
	}
	m, roll, err := x.openAttendance(a.Meeting, x.Actor.Person)
	if err != nil {
		return err
	}
	return x.arrive(m, roll, how, RollSelf)
}

// checkInCode asks the secret; a laptop that does not hold it takes the code
// until the server has said.
func checkInCode(x *Exec, a *CheckInCode) error {
	m, roll, err := x.openAttendance(a.Meeting, x.Actor.Person)
	if err != nil {
		return err
	}
	code, ok, err := partOf[*RollCode](x, Key{KindRollCode, RollCodeID(m.ID)})
	switch {
	case err != nil:
		return err
	case !ok && x.Final:
		return Refuse(Conflict, "attendance.no_code")
	case ok && !code.takes(a.Code, a.Step, x.moment()):
		return Refuse(Invalid, "attendance.wrong_code")
	}
	return x.arrive(m, roll, PresentInRoom, RollQR)
}

// arrive enters that the person is there. Said twice, from two machines, the
// earlier counts; said after he left, he is back.
func (x *Exec) arrive(m *Meeting, a *Attendance, how Presence, by RollMethod) error {
	at := x.moment()
	if err := x.rollOpen(m, at); err != nil {
		return err
	}
	if a.Presence.Here() {
		if at <= a.Left || a.Left == 0 && at >= a.ArrivedAt() {
			return nil
		}
		if a.Left != 0 {
			a.Left, a.Presence = 0, how
			return x.putAttendance(m, a)
		}
	}
	a.Presence, a.Method, a.Reason, a.By, a.Left = how, by, "", x.Actor.Person, 0
	x.arrived(a, at)
	return x.putAttendance(m, a)
}

func (x *Exec) arrived(a *Attendance, at Time) {
	a.Arrived, a.Given = x.Now, 0
	if x.Now-at > 60_000 {
		a.Given = at
	}
}

// rollOpen refuses who comes before the roll-call opens, or came after the end.
func (x *Exec) rollOpen(m *Meeting, at Time) error {
	if from := m.CheckInOpens(); at < from && !m.InSession() {
		return Refuse(Conflict, "attendance.not_yet").With("from", int64(from))
	}
	s, ok, err := partOf[*Session](x, Key{KindSession, SessionID(m.ID)})
	if err != nil {
		return err
	}
	if ok && s.Finished != 0 && at > s.Finished {
		return Refuse(Conflict, "attendance.over").With("at", int64(s.Finished))
	}
	return nil
}

func setAttendance(x *Exec, a *SetAttendance) error {
	m, roll, err := x.openAttendance(a.Meeting, a.Person)
	if err != nil {
		return err
	}
	at := x.moment()
	if roll.Here() && !a.Presence.Here() && at < roll.ArrivedAt() {
		return nil // he came after that was said
	}
	if a.Presence.Here() && !roll.Here() {
		x.arrived(roll, at)
	}
	if !a.Presence.Here() {
		roll.Arrived, roll.Given = 0, 0
	}
	roll.Presence, roll.Method, roll.By, roll.Reason, roll.Left = a.Presence, RollSecretary, x.Actor.Person, a.Reason, 0
	return x.putAttendance(m, roll)
}

func leaveMeeting(x *Exec, a *LeaveMeeting) error {
	m, roll, err := x.openAttendance(a.Meeting, a.Person)
	if err != nil {
		return err
	}
	if !roll.Here() {
		return Refuse(Conflict, "attendance.not_there")
	}
	roll.Left = max(x.moment(), roll.ArrivedAt())
	return x.putAttendance(m, roll)
}

func askHelp(x *Exec, a *AskHelp) error {
	m, roll, err := x.openAttendance(a.Meeting, x.Actor.Person)
	if err != nil {
		return err
	}
	return x.addHelp(m, roll, x.Cmd.ID, HelpRequest{Kind: a.Kind, Text: a.Text, At: x.moment()})
}

// addHelp enters a call, unless it has come by another way.
func (x *Exec) addHelp(m *Meeting, roll *Attendance, key CommandID, r HelpRequest) error {
	if _, here := roll.Requests[key]; here {
		return nil
	}
	if roll.Requests == nil {
		roll.Requests = map[CommandID]HelpRequest{}
	}
	roll.Requests[key] = r
	return x.putAttendance(m, roll)
}

func helpDone(x *Exec, a *HelpDone) error {
	m, roll, err := x.openAttendance(a.Meeting, a.Person)
	if err != nil {
		return err
	}
	r, ok := roll.Requests[a.Request]
	if !ok {
		return Refuse(NotFound, "attendance.unknown_request")
	}
	if r.Done == 0 {
		r.Done, r.By = x.moment(), x.Actor.Person
		roll.Requests[a.Request] = r
	}
	return x.putAttendance(m, roll)
}

func markAbsent(x *Exec, a *MarkAbsent) error {
	m, _, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	for _, person := range sortedKeys(m.Participants) {
		roll, err := x.attendance(m, person)
		if err != nil {
			return err
		}
		if roll.Presence != NotCalled {
			continue
		}
		roll.Presence, roll.Method, roll.By = AbsentNoReason, RollSecretary, x.Actor.Person
		if p := m.Participants[person]; p.Reply == ReplyDeclined || p.Reply == ReplyDelegated {
			roll.Presence, roll.Reason = AbsentExcused, p.Reason
		}
		if err := x.putAttendance(m, roll); err != nil {
			return err
		}
	}
	return nil
}
