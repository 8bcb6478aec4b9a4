package app

import (
	"cmp"
	"slices"
)

func init() {
	define("session.ask_to_speak.1", KindSession, askToSpeak)
	define("session.enter_speech.1", KindSession, enterSpeech)
	define("session.withdraw_speech.1", KindSession, withdrawSpeech)
	define("session.accept_speech.1", KindSession, acceptSpeech)
	define("session.prioritise.1", KindSession, prioritise)
	define("session.reject_speech.1", KindSession, rejectSpeech)
	define("session.call.1", KindSession, callSpeaker)
	define("session.begin_speech.1", KindSession, beginSpeech)
	define("session.pause_speech.1", KindSession, pauseSpeech)
	define("session.end_speech.1", KindSession, endSpeech)
	define("session.close_queue.1", KindSession, closeQueue)
	define("session.open_queue.1", KindSession, openQueue)

	live := []MeetingStatus{MeetingLive}
	meetingRule("session.ask_to_speak", meetingClause{relMeetTalker, meetingUpcoming})
	for act, in := range map[Action][]MeetingStatus{
		"session.enter_speech": meetingUpcoming, "session.accept_speech": meetingUpcoming, "session.prioritise": meetingUpcoming,
		"session.reject_speech": meetingUpcoming, "session.close_queue": meetingUpcoming, "session.open_queue": meetingUpcoming,
		"session.call": live, "session.begin_speech": live, "session.pause_speech": meetingSitting,
	} {
		meetingRule(act, meetingClause{relMeetChair, in}, meetingClause{relMeetSecretary, in})
	}
	meetingRule("session.withdraw_speech", meetingClause{relMeetSpeaker, meetingUpcoming})
	meetingRule("session.end_speech", meetingClause{relMeetChair, meetingSitting}, meetingClause{relMeetSecretary, meetingSitting},
		meetingClause{relMeetSpeaker, meetingSitting})
}

// talkers are the roles that may take the floor; observers and operators do not.
var talkers = []MeetingRole{MeetingChair, MeetingSecretary, MeetingMember, MeetingPresenter, MeetingGuest}

// Talks reports whether the role may take the floor.
func Talks(r MeetingRole) bool { return slices.Contains(talkers, r) }

var relMeetTalker = meetingRelation{"talker", holdsRole(talkers...)}

// SpeechWish is what somebody wants to say.
type SpeechWish struct {
	Kind  SpeechKind `cbor:"1,keyasint" json:"kind" enum:"contribution,pro,contra,point_of_order,chat_van,tra_loi"`
	Item  CommandID  `cbor:"2,keyasint,omitempty" json:"item,omitempty" doc:"agenda item it is about"`
	Text  string     `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"500"`
	To    ID         `cbor:"4,keyasint,omitzero" json:"to,omitempty" maxLength:"64" doc:"chất vấn: who is asked"`
	About CommandID  `cbor:"5,keyasint,omitempty" json:"about,omitempty" doc:"trả lời: the question"`
}

// AskToSpeak enters the giver into the queue (session.ask_to_speak.1).
type AskToSpeak struct {
	Meeting ID         `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Wish    SpeechWish `cbor:"2,keyasint" json:"wish"`
}

// EnterSpeech enters somebody else (session.enter_speech.1).
type EnterSpeech struct {
	Meeting ID         `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Person  ID         `cbor:"2,keyasint" json:"person" minLength:"1" maxLength:"64"`
	Wish    SpeechWish `cbor:"3,keyasint" json:"wish"`
	// As is the speaker's own command, when its laptop told the one that carries
	// the meeting without a line: his wish is then entered once, whichever of the
	// two comes to the server first.
	As CommandID `cbor:"4,keyasint,omitempty" json:"-"`
}

// SpeechStep is a step of one speech (session.withdraw_speech.1, accept_speech,
// pause_speech, end_speech).
type SpeechStep struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Speech  CommandID `cbor:"2,keyasint" json:"speech"`
}

// Prioritise moves a speech in the queue (session.prioritise.1); it is a yes, too.
type Prioritise struct {
	Meeting  ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Speech   CommandID `cbor:"2,keyasint" json:"speech"`
	Priority int       `cbor:"3,keyasint,omitempty" json:"priority" minimum:"0" maximum:"9"`
}

// RejectSpeech says no to a wish (session.reject_speech.1).
type RejectSpeech struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Speech  CommandID `cbor:"2,keyasint" json:"speech"`
	Text    string    `cbor:"3,keyasint" json:"text" minLength:"1" maxLength:"500" doc:"why"`
}

// CallSpeaker asks somebody to the floor (session.call.1). Whoever was called
// before and has not begun is named and goes back to his place: two officials who
// call at once do not undo each other unseen.
type CallSpeaker struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Speech  CommandID `cbor:"2,keyasint" json:"speech"`
	Instead CommandID `cbor:"3,keyasint,omitempty" json:"instead,omitempty"`
}

// BeginSpeech gives the floor (session.begin_speech.1), anew after a pause.
type BeginSpeech struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Speech  CommandID `cbor:"2,keyasint" json:"speech"`
	Minutes int       `cbor:"3,keyasint,omitempty" json:"minutes,omitempty" minimum:"0" maximum:"240" doc:"instead of the meeting's rule"`
}

// SpeakingQueue opens or closes the queue (session.open_queue.1, session.close_queue.1).
type SpeakingQueue struct {
	Meeting ID `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
}

func askToSpeak(x *Exec, a *AskToSpeak) error {
	if in, err := x.entered(a.Meeting, x.Cmd.ID, x.Actor.Person); in || err != nil {
		return err
	}
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	if s.QueueClosed {
		return Refuse(Conflict, "session.queue_closed")
	}
	e := Speech{Person: x.Actor.Person}
	if m.Rules.OpenQueue {
		e.Accepted = x.moment()
	}
	return x.enqueue(m, s, x.Cmd.ID, e, a.Wish)
}

// entered reports whether the person's wish has come by another way.
func (x *Exec) entered(meeting ID, key CommandID, person ID) (bool, error) {
	m, err := x.meeting(meeting)
	if err != nil {
		return false, err
	}
	s, err := x.sessionOf(m)
	if err != nil {
		return false, err
	}
	e, ok := s.Queue[key]
	return ok && e.Person == person, nil
}

func enterSpeech(x *Exec, a *EnterSpeech) error {
	key := cmp.Or(a.As, x.Cmd.ID)
	if in, err := x.entered(a.Meeting, key, a.Person); in || err != nil {
		return err
	}
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	if p, ok := m.Participants[a.Person]; !ok || p.Unit || !Talks(p.Role) {
		return Refuse(Invalid, "session.unknown_speaker").With("person", string(a.Person))
	}
	if _, taken := s.Queue[key]; taken {
		return Refuse(Invalid, "session.unknown_speech")
	}
	return x.enqueue(m, s, key, Speech{Person: a.Person, Accepted: x.moment(), By: x.Actor.Person}, a.Wish)
}

// enqueue adds a wish that can be fulfilled.
func (x *Exec) enqueue(m *Meeting, s *Session, key CommandID, e Speech, w SpeechWish) error {
	if err := checkWish(m, s, e.Person, w); err != nil {
		return err
	}
	e.Kind, e.Item, e.Text, e.To, e.About = w.Kind, w.Item, w.Text, w.To, w.About
	e.State, e.Asked = SpeechWaiting, x.moment()
	if s.Queue == nil {
		s.Queue = map[CommandID]Speech{}
	}
	s.Queue[key] = e
	return x.putSession(m, s)
}

func checkWish(m *Meeting, s *Session, person ID, w SpeechWish) error {
	_, asked := m.Participants[w.To]
	switch {
	case w.Kind.inQuestionTime() && !m.Rules.WithQuestionTime:
		return Refuse(Invalid, "session.no_question_time")
	case w.Kind == SpeechQuestion && !asked:
		return Refuse(Invalid, "session.question_to_nobody")
	case w.Kind == SpeechAnswer && s.Queue[w.About].Kind != SpeechQuestion:
		return Refuse(Invalid, "session.answer_to_nothing")
	}
	for _, e := range s.Queue {
		if e.Person == person && e.State == SpeechWaiting && e.Kind == w.Kind && e.Item == w.Item && e.To == w.To && e.About == w.About {
			return Refuse(Conflict, "session.asked_already")
		}
	}
	return nil
}

// openSpeech loads the meeting and one speech, which must be in one of the states.
func (x *Exec) openSpeech(meeting ID, speech CommandID, in ...SpeechState) (*Meeting, *Session, error) {
	m, err := x.meeting(meeting)
	if err != nil {
		return nil, nil, err
	}
	s, err := x.sessionOf(m)
	if err != nil {
		return nil, nil, err
	}
	e, ok := s.Queue[speech]
	if err := x.mayMeeting(m, Part{Speech: &e}); err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, Refuse(NotFound, "session.unknown_speech")
	}
	if !slices.Contains(in, e.State) {
		return nil, nil, Refuse(Conflict, "session.speech_moved_on").With("state", string(e.State)).With("person", string(e.Person))
	}
	return m, s, nil
}

// setSpeech brings a speech into the state, and its clock with it.
func (s *Session) setSpeech(id CommandID, to SpeechState, at Time) {
	e := s.Queue[id]
	if to == SpeechSpeaking {
		e.Clock = e.Clock.Start(at)
	} else {
		e.Clock = e.Clock.Stop(at)
	}
	switch to {
	case SpeechCalled:
		e.Called = at
	case SpeechDone, SpeechRejected, SpeechWithdrawn:
		e.Ended = at
	}
	e.State = to
	s.Queue[id] = e
}

func withdrawSpeech(x *Exec, a *SpeechStep) error {
	return x.stepSpeech(a, SpeechWithdrawn, SpeechWaiting, SpeechCalled)
}

func pauseSpeech(x *Exec, a *SpeechStep) error { return x.stepSpeech(a, SpeechPaused, SpeechSpeaking) }

func endSpeech(x *Exec, a *SpeechStep) error {
	return x.stepSpeech(a, SpeechDone, SpeechSpeaking, SpeechPaused)
}

func (x *Exec) stepSpeech(a *SpeechStep, to SpeechState, from ...SpeechState) error {
	m, s, err := x.openSpeech(a.Meeting, a.Speech, from...)
	if err != nil {
		return err
	}
	s.setSpeech(a.Speech, to, x.moment())
	return x.putSession(m, s)
}

func acceptSpeech(x *Exec, a *SpeechStep) error {
	m, s, err := x.openSpeech(a.Meeting, a.Speech, SpeechWaiting)
	if err != nil {
		return err
	}
	s.accept(a.Speech, x.moment())
	return x.putSession(m, s)
}

func (s *Session) accept(id CommandID, at Time) {
	e := s.Queue[id]
	if e.Accepted == 0 {
		e.Accepted = at
	}
	s.Queue[id] = e
}

func prioritise(x *Exec, a *Prioritise) error {
	m, s, err := x.openSpeech(a.Meeting, a.Speech, SpeechWaiting)
	if err != nil {
		return err
	}
	s.accept(a.Speech, x.moment())
	e := s.Queue[a.Speech]
	e.Priority = a.Priority
	s.Queue[a.Speech] = e
	return x.putSession(m, s)
}

func rejectSpeech(x *Exec, a *RejectSpeech) error {
	m, s, err := x.openSpeech(a.Meeting, a.Speech, SpeechWaiting, SpeechCalled)
	if err != nil {
		return err
	}
	s.setSpeech(a.Speech, SpeechRejected, x.moment())
	e := s.Queue[a.Speech]
	e.Reason = a.Text
	s.Queue[a.Speech] = e
	return x.putSession(m, s)
}

// itsTime refuses a question outside question time, and anything else within it.
func (s *Session) itsTime(id CommandID) error {
	switch question := s.Queue[id].Kind.inQuestionTime(); {
	case question == s.QuestionTime:
		return nil
	case question:
		return Refuse(Conflict, "session.not_question_time")
	}
	return Refuse(Conflict, "session.question_time_only")
}

func callSpeaker(x *Exec, a *CallSpeaker) error {
	m, s, err := x.openSpeech(a.Meeting, a.Speech, SpeechWaiting)
	if err != nil {
		return err
	}
	if err := s.itsTime(a.Speech); err != nil {
		return err
	}
	at := x.moment()
	if other := s.InState(SpeechCalled); other != 0 {
		if other != a.Instead {
			return Refuse(Conflict, "session.other_called").With("person", string(s.Queue[other].Person))
		}
		s.setSpeech(other, SpeechWaiting, at)
	}
	s.accept(a.Speech, at)
	s.setSpeech(a.Speech, SpeechCalled, at)
	return x.putSession(m, s)
}

func beginSpeech(x *Exec, a *BeginSpeech) error {
	m, s, err := x.openSpeech(a.Meeting, a.Speech, SpeechWaiting, SpeechCalled, SpeechPaused)
	if err != nil {
		return err
	}
	if err := s.itsTime(a.Speech); err != nil {
		return err
	}
	if other := s.InState(SpeechSpeaking); other != 0 {
		return Refuse(Conflict, "session.somebody_speaks").With("person", string(s.Queue[other].Person))
	}
	at := x.moment()
	s.accept(a.Speech, at)
	s.setSpeech(a.Speech, SpeechSpeaking, at)
	e := s.Queue[a.Speech]
	switch {
	case a.Minutes != 0:
		e.Limit = Time(a.Minutes) * 60_000
	case e.Limit == 0:
		e.Limit = Time(m.Rules.SpeechMinutes) * 60_000
	}
	if e.Item == 0 {
		e.Item = s.Item
	}
	s.Queue[a.Speech] = e
	return x.putSession(m, s)
}

func closeQueue(x *Exec, a *SpeakingQueue) error { return x.setQueue(a, true) }

func openQueue(x *Exec, a *SpeakingQueue) error { return x.setQueue(a, false) }

func (x *Exec) setQueue(a *SpeakingQueue, closed bool) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	s.QueueClosed = closed
	return x.putSession(m, s)
}
