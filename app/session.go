package app

// Session is what changes while people sit together: progress of the agenda,
// the speaking queue, the votes and their results. Everybody invited holds it.
// Who came stands in [Attendance], who voted what in [Ballot].
type Session struct {
	ID ID `cbor:"1,keyasint"` // SessionID(meeting)
	PartOf
	// Host decides while the meeting runs: HostServer, or the device that sits at
	// the chair's side while there is no line. Epoch rises with each hand-over;
	// ballots and closing records name it.
	Host     ID                      `cbor:"4,keyasint,omitzero"`
	Epoch    uint32                  `cbor:"5,keyasint,omitempty"`
	HostLost Time                    `cbor:"6,keyasint,omitempty"` // since when nobody has heard of the host
	Started  Time                    `cbor:"7,keyasint,omitempty"`
	Finished Time                    `cbor:"8,keyasint,omitempty"`
	Clock    Stopwatch               `cbor:"9,keyasint,omitzero"`   // of the whole meeting, without pauses
	Item     CommandID               `cbor:"10,keyasint,omitempty"` // the agenda item under way
	Items    map[CommandID]ItemClock `cbor:"11,keyasint,omitempty"` // by agenda item
	Queue    map[CommandID]Speech    `cbor:"12,keyasint,omitempty"` // speaking queue, with what was spoken
	Votes    map[CommandID]Vote      `cbor:"13,keyasint,omitempty"`
	Count    RollCount               `cbor:"14,keyasint,omitzero"`
	// Question is set while members question and are answered (chất vấn).
	QuestionTime bool `cbor:"15,keyasint,omitempty"`
	QueueClosed  bool `cbor:"16,keyasint,omitempty"` // nobody may ask to speak now
	// Brought are commands of laptops that fell silent while they carried the
	// meeting, which others have brought: sorted, none twice.
	Brought []CommandRange `cbor:"17,keyasint,omitempty"`
}

// Key implements Record.
func (s *Session) Key() Key { return Key{KindSession, s.ID} }

// SessionID is the id of a meeting's session.
func SessionID(meeting ID) ID { return DeriveID("session", string(meeting)) }

// HostServer is the host of a meeting that the provincial server carries.
const HostServer ID = "server"

// Stopwatch measures time with pauses, without a tick: Spent until the last
// stop and, while it runs, what has passed since Since.
type Stopwatch struct {
	Spent Time `cbor:"1,keyasint,omitempty"` // milliseconds
	Since Time `cbor:"2,keyasint,omitempty"` // 0 = it stands
}

// At is the time measured by the moment. A clock that jumps back never takes
// anything away.
func (w Stopwatch) At(now Time) Time {
	if w.Since == 0 {
		return w.Spent
	}
	return w.Spent + max(0, now-w.Since)
}

// Start lets it run; started twice it runs on.
func (w Stopwatch) Start(now Time) Stopwatch {
	if w.Since == 0 {
		w.Since = now
	}
	return w
}

// Stop lets it stand.
func (w Stopwatch) Stop(now Time) Stopwatch { return Stopwatch{Spent: w.At(now)} }

// ItemClock is how far an agenda item is.
type ItemClock struct {
	State AgendaState `cbor:"1,keyasint"`
	Clock Stopwatch   `cbor:"2,keyasint,omitzero"`
}

// SpeechState is where somebody's wish to speak stands.
type SpeechState string

// States of a speech.
const (
	SpeechWaiting   SpeechState = "waiting"
	SpeechCalled    SpeechState = "called"
	SpeechSpeaking  SpeechState = "speaking"
	SpeechPaused    SpeechState = "paused"
	SpeechDone      SpeechState = "done"
	SpeechRejected  SpeechState = "rejected"
	SpeechWithdrawn SpeechState = "withdrawn"
)

// SpeechKind is what somebody wants to say.
type SpeechKind string

// Kinds of speeches.
const (
	SpeechContribution SpeechKind = "contribution"
	SpeechPro          SpeechKind = "pro"
	SpeechContra       SpeechKind = "contra"
	SpeechOrder        SpeechKind = "point_of_order"
	SpeechQuestion     SpeechKind = "chat_van"
	SpeechAnswer       SpeechKind = "tra_loi"
)

// Speech is one entry of the speaking queue (đăng ký phát biểu).
type Speech struct {
	Person   ID          `cbor:"1,keyasint"`
	Kind     SpeechKind  `cbor:"2,keyasint"`
	State    SpeechState `cbor:"3,keyasint"`
	Priority int         `cbor:"4,keyasint,omitempty"` // set by the secretary; higher first
	Item     CommandID   `cbor:"5,keyasint,omitempty"` // agenda item it is about
	Asked    Time        `cbor:"6,keyasint"`
	Called   Time        `cbor:"7,keyasint,omitempty"`
	Ended    Time        `cbor:"8,keyasint,omitempty"`
	Clock    Stopwatch   `cbor:"9,keyasint,omitzero"`
	Limit    Time        `cbor:"10,keyasint,omitempty"` // milliseconds; 0 = none
	Text     string      `cbor:"11,keyasint,omitempty"` // subject, ≤ 500
	To       ID          `cbor:"12,keyasint,omitzero"`  // chất vấn: who is asked
	About    CommandID   `cbor:"13,keyasint,omitempty"` // trả lời: the question
	Reason   string      `cbor:"14,keyasint,omitempty"` // why rejected
	By       ID          `cbor:"15,keyasint,omitzero"`  // who entered it for him
	Accepted Time        `cbor:"16,keyasint,omitempty"` // in the queue since; before that the secretary has not said yes
}

// RollCount is the roll-call in numbers, as last told to everybody.
type RollCount struct {
	Entitled int  `cbor:"1,keyasint,omitempty"` // who have a vote
	Present  int  `cbor:"2,keyasint,omitempty"` // of those
	Others   int  `cbor:"3,keyasint,omitempty"` // present without a vote
	Excused  int  `cbor:"4,keyasint,omitempty"`
	At       Time `cbor:"5,keyasint,omitempty"`
}
