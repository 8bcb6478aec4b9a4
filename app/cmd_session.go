package app

func init() {
	define("session.start.1", KindSession, startSession)
	define("session.pause.1", KindSession, pauseSession)
	define("session.resume.1", KindSession, resumeSession)
	define("session.finish.1", KindSession, finishSession)
	define("session.item.1", KindSession, moveItem)
	define("session.question_time.1", KindSession, questionTime)
	define("session.open_code.1", KindSession, openCode)
	define("session.count.1", KindSession, countSession, system)

	live, paused, upcoming := []MeetingStatus{MeetingLive}, []MeetingStatus{MeetingPaused}, meetingUpcoming
	byChair := func(act Action, in []MeetingStatus) {
		meetingRule(act, meetingClause{relMeetChair, in}, meetingClause{relMeetSecretary, in})
	}
	byChair("session.start", []MeetingStatus{MeetingInvited})
	byChair("session.pause", live)
	byChair("session.resume", paused)
	byChair("session.finish", meetingSitting)
	byChair("session.item", meetingSitting)
	byChair("session.question_time", meetingSitting)
	meetingRule("session.open_code", meetingClause{relMeetSecretary, upcoming}, meetingClause{relMeetChair, upcoming}, meetingClause{relMeetOperator, upcoming})
}

// SessionNote goes with a step of the session (session.start.1, pause, resume,
// finish; target: [SessionID]).
type SessionNote struct {
	Meeting ID     `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Text    string `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// SessionItem moves an agenda item (session.item.1). One runs at a time: "start"
// lets another that runs stand, "next" ends it.
type SessionItem struct {
	Meeting ID         `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Item    CommandID  `cbor:"2,keyasint" json:"item"`
	Sheet   AgendaType `cbor:"3,keyasint" json:"sheet" enum:"common,internal,hidden"`
	Do      string     `cbor:"4,keyasint" json:"do" enum:"start,next,pause,finish,defer"`
}

// QuestionTime begins or ends chất vấn (session.question_time.1).
type QuestionTime struct {
	Meeting ID   `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	On      bool `cbor:"2,keyasint,omitempty" json:"on"`
}

// OpenCode makes the code of the roll-call, once (session.open_code.1). Whoever
// gives the command draws the secret; a screen cannot name one.
type OpenCode struct {
	Meeting ID     `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Secret  []byte `cbor:"2,keyasint,omitempty" json:"-"`
}

// SessionCount has the roll-call counted for everybody (session.count.1, by the system).
type SessionCount struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting"`
}

// longestWay is how old a device's claim is believed at most.
const longestWay = Time(24 * 3600 * 1000)

// moment is when the command was given, as far as that can be believed: what the
// device says, if it lies between the last time that it heard from the server
// and now. So clocks of a room measure the room's own time although the line was
// down, and a wrong clock on a device with a line moves nothing.
func (x *Exec) moment() Time {
	at := x.Cmd.At
	if at >= x.Now || at < x.Now-longestWay {
		return x.Now
	}
	return max(at, min(x.Cmd.ServerSeen, x.Now))
}

// openSession loads the meeting and its session and checks that the actor may
// give this command.
func (x *Exec) openSession(meeting ID, parts ...Part) (*Meeting, *Session, error) {
	m, err := x.openMeeting(meeting, parts...)
	if err != nil {
		return nil, nil, err
	}
	s, err := x.sessionOf(m)
	return m, s, err
}

// sessionOf is the session that the command names as its target.
func (x *Exec) sessionOf(m *Meeting) (*Session, error) {
	if x.Cmd.Target.ID != SessionID(m.ID) {
		return nil, Refuse(Invalid, "command.bad_target")
	}
	s, ok, err := partOf[*Session](x, x.Cmd.Target)
	if err == nil && !ok {
		err = Refuse(NotFound, "session.not_here")
	}
	return s, err
}

// putSession stores a session; the meeting only when it did not know of it.
func (x *Exec) putSession(m *Meeting, s *Session) error {
	told, err := x.putPart(m, s)
	if err == nil && told {
		err = x.Tx.Put(m)
	}
	return err
}

// moveSession stores the session and the meeting in its new status.
func (x *Exec) moveSession(m *Meeting, s *Session, to MeetingStatus, text string) error {
	x.logMeeting(m, to, text, "")
	if _, err := x.putPart(m, s); err != nil {
		return err
	}
	return x.putMeeting(m)
}

func startSession(x *Exec, a *SessionNote) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	at := x.moment()
	s.Started, s.Clock = at, s.Clock.Start(at)
	if err := x.moveSession(m, s, MeetingLive, a.Text); err != nil {
		return err
	}
	return x.rollPoints(m, at)
}

func pauseSession(x *Exec, a *SessionNote) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	s.stand(x.moment())
	return x.moveSession(m, s, MeetingPaused, a.Text)
}

// stand stops what runs. The item stays the one under way, and who spoke may go on.
func (s *Session) stand(at Time) {
	s.Clock = s.Clock.Stop(at)
	s.setItem(s.Item, ItemPaused, at)
	if id := s.InState(SpeechSpeaking); id != 0 {
		s.setSpeech(id, SpeechPaused, at)
	}
}

func resumeSession(x *Exec, a *SessionNote) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	at := x.moment()
	s.Clock = s.Clock.Start(at)
	s.setItem(s.Item, ItemRunning, at)
	return x.moveSession(m, s, MeetingLive, a.Text)
}

// finishSession ends the meeting. Nothing is thrown away: who was speaking has
// spoken, and who was never heard stays in the queue for the minutes.
func finishSession(x *Exec, a *SessionNote) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	for _, id := range sortedKeys(s.Votes) {
		if s.Votes[id].State == VoteOpened {
			return Refuse(Conflict, "session.vote_open").With("title", s.Votes[id].Title)
		}
	}
	at := max(x.moment(), s.Started)
	s.stand(at)
	for id, c := range s.Items {
		if c.State == ItemPaused {
			s.setItem(id, ItemDone, at)
		}
	}
	for id, e := range s.Queue {
		switch e.State {
		case SpeechPaused:
			s.setSpeech(id, SpeechDone, at)
		case SpeechCalled:
			s.setSpeech(id, SpeechWaiting, at)
		}
	}
	s.Item, s.Finished, s.QueueClosed, s.QuestionTime = 0, at, true, false
	if err := x.moveSession(m, s, MeetingFinished, a.Text); err != nil {
		return err
	}
	return x.leavePoints(m, at)
}

func moveItem(x *Exec, a *SessionItem) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	if err := x.onAgenda(m, a); err != nil {
		return err
	}
	at, state := x.moment(), s.Items[a.Item].State
	wrong := Refuse(Conflict, "session.item_moved_on").With("state", string(state))
	switch a.Do {
	case "start", "next":
		if m.Status != MeetingLive {
			return Refuse(Conflict, "session.paused")
		}
		if s.Item != 0 && s.Item != a.Item {
			s.setItem(s.Item, leaving[a.Do], at)
		}
		s.setItem(a.Item, ItemRunning, at)
		s.Item = a.Item
		return x.putSession(m, s)
	case "pause":
		if state != ItemRunning {
			return wrong
		}
		s.setItem(a.Item, ItemPaused, at)
	case "finish":
		if state != ItemRunning && state != ItemPaused {
			return wrong
		}
		s.setItem(a.Item, ItemDone, at)
	case "defer":
		if state == ItemDone {
			return wrong
		}
		s.setItem(a.Item, ItemDeferred, at)
	}
	if s.Item == a.Item {
		s.Item = 0
	}
	return x.putSession(m, s)
}

// leaving is what becomes of the item that another takes over from.
var leaving = map[string]AgendaState{"start": ItemPaused, "next": ItemDone}

// onAgenda refuses an item that the sheet does not have, or has lost.
func (x *Exec) onAgenda(m *Meeting, a *SessionItem) error {
	sheet, ok, err := partOf[*AgendaSheet](x, Key{KindAgenda, AgendaID(m.ID, a.Sheet)})
	if err != nil {
		return err
	}
	if !ok {
		return Refuse(Invalid, "session.unknown_item")
	}
	if item, ok := sheet.Items[a.Item]; !ok || item.Removed != 0 {
		return Refuse(Invalid, "session.unknown_item")
	}
	return nil
}

// setItem brings an item into the state, and its clock with it.
func (s *Session) setItem(id CommandID, to AgendaState, at Time) {
	if id == 0 {
		return
	}
	if s.Items == nil {
		s.Items = map[CommandID]ItemClock{}
	}
	c := s.Items[id]
	if to == ItemRunning {
		c.Clock = c.Clock.Start(at)
	} else {
		c.Clock = c.Clock.Stop(at)
	}
	c.State = to
	s.Items[id] = c
}

func questionTime(x *Exec, a *QuestionTime) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	if a.On && !m.Rules.WithQuestionTime {
		return Refuse(Invalid, "session.no_question_time")
	}
	s.QuestionTime = a.On
	return x.putSession(m, s)
}

func openCode(x *Exec, a *OpenCode) error {
	m, _, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	_, ok, err := partOf[*RollCode](x, Key{KindRollCode, RollCodeID(m.ID)})
	if err != nil || ok {
		return err
	}
	if len(a.Secret) == 0 && (x.Cmd.Fresh || x.Final) {
		a.Secret = newCodeSecret()
	}
	if len(a.Secret) != 32 {
		return Refuse(Invalid, "field.not_allowed").With("field", "secret")
	}
	told, err := x.putPart(m, &RollCode{ID: RollCodeID(m.ID), PartOf: PartOf{Meeting: m.ID}, Secret: a.Secret})
	if err == nil && told {
		err = x.Tx.Put(m)
	}
	return err
}

func countSession(x *Exec, a *SessionCount) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	attendances, err := x.attendances(m)
	if err != nil {
		return err
	}
	count := Quorum(m, attendances).RollCount
	if count.At = s.Count.At; count == s.Count {
		return nil
	}
	s.Count, s.Count.At = count, x.Now
	return x.putSession(m, s)
}

// attendances are those of the meeting that this machine holds, by person.
func (x *Exec) attendances(m *Meeting) (out []*Attendance, err error) {
	for _, person := range sortedKeys(m.Participants) {
		a, ok, err := partOf[*Attendance](x, Key{KindAttendance, AttendanceID(m.ID, person)})
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, a)
		}
	}
	return out, nil
}
