package app

import (
	"cmp"
	"slices"
)

func init() {
	define("session.draft_vote.1", KindSession, draftVote)
	define("session.ready_vote.1", KindSession, readyVote)
	define("session.open_vote.1", KindSession, openVote)
	define("session.close_vote.1", KindSession, closeVote)
	define("session.count_late.1", KindSession, countLate)
	define("session.enter_totals.1", KindSession, enterTotals)
	define("session.publish_vote.1", KindSession, publishVote)
	define("session.void_vote.1", KindSession, voidVote)

	live := []MeetingStatus{MeetingLive}
	counting := []MeetingStatus{MeetingLive, MeetingPaused, MeetingFinished}
	for act, in := range map[Action][]MeetingStatus{
		"session.draft_vote": meetingUpcoming, "session.ready_vote": meetingSitting, "session.open_vote": live,
		"session.close_vote": counting, "session.count_late": counting, "session.enter_totals": counting,
		"session.publish_vote": counting, "session.void_vote": {MeetingInvited, MeetingLive, MeetingPaused, MeetingFinished, MeetingConcluded},
	} {
		meetingRule(act, meetingClause{relMeetSecretary, in}, meetingClause{relMeetChair, in})
	}
}

// DraftVote prepares a vote (session.draft_vote.1; target SessionID(meeting)).
// The vote's key is the command. The base is always said: of whom the share is
// taken decides many a vote.
type DraftVote struct {
	Meeting   ID        `cbor:"1,keyasint" json:"meeting"`
	Title     string    `cbor:"2,keyasint" json:"title" minLength:"1" maxLength:"500"`
	Text      string    `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"4000"`
	Type      VoteType  `cbor:"4,keyasint" json:"type" enum:"NAMED,OPEN_COUNT,SECRET"`
	Threshold Threshold `cbor:"5,keyasint" json:"threshold" enum:"QUA_NUA,HAI_PHAN_BA,TAT_CA,custom"`
	PerMille  int       `cbor:"6,keyasint,omitempty" json:"permille,omitempty" minimum:"0" maximum:"1000" doc:"of threshold custom"`
	Base      VoteBase  `cbor:"7,keyasint" json:"base" enum:"ELIGIBLE,PRESENT,CAST"`
	Abstain   bool      `cbor:"8,keyasint,omitempty" json:"abstain,omitempty"`
	Item      CommandID `cbor:"9,keyasint,omitempty" json:"item,omitempty" doc:"agenda item"`
	Material  ID        `cbor:"10,keyasint,omitzero" json:"material,omitempty"`
}

// VoteRef names a vote (session.ready_vote.1, publish_vote.1, count_late.1).
type VoteRef struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting"`
	Vote    CommandID `cbor:"2,keyasint" json:"vote"`
}

// VoteOpening opens a vote (session.open_vote.1).
type VoteOpening struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting"`
	Vote    CommandID `cbor:"2,keyasint" json:"vote"`
	// Epoch is that of the machine that opens the vote while it hosts the meeting
	// in the server's stead: the ballots that are given there name it.
	Epoch uint32 `cbor:"3,keyasint,omitempty" json:"-"`
}

// CloseVote ends a vote and counts it (session.close_vote.1). Grace names the
// people without a line whose ballots may still be counted, when they come
// before GraceUntil (kiểm phiếu sau).
type CloseVote struct {
	Meeting    ID        `cbor:"1,keyasint" json:"meeting"`
	Vote       CommandID `cbor:"2,keyasint" json:"vote"`
	Grace      []ID      `cbor:"3,keyasint,omitempty" json:"grace,omitempty" maxItems:"2500"`
	GraceUntil Time      `cbor:"4,keyasint,omitempty" json:"graceUntil,omitempty"`
	// Counted are the ballots that the host of the meeting had, when that is not
	// the server: its machine writes them, so that they count wherever they come
	// by later.
	Counted []CountedBallot `cbor:"5,keyasint,omitempty" json:"-"`
	// AtPlace says that the place decided by itself: nothing but what is named
	// counts, whatever the server was given meanwhile.
	AtPlace bool `cbor:"6,keyasint,omitempty" json:"-"`
}

// CountedBallot is a ballot as the host of a meeting had it.
type CountedBallot struct {
	Person ID     `cbor:"1,keyasint"`
	Choice Choice `cbor:"2,keyasint"`
	Text   string `cbor:"3,keyasint,omitempty"`
	Given  Time   `cbor:"4,keyasint,omitempty"`
	Proof  Proof  `cbor:"5,keyasint"`
}

// VoteTotals are what was counted on paper in a secret vote (session.enter_totals.1).
type VoteTotals struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting"`
	Vote    CommandID `cbor:"2,keyasint" json:"vote"`
	For     int       `cbor:"3,keyasint,omitempty" json:"for,omitempty" minimum:"0" maximum:"2500"`
	Against int       `cbor:"4,keyasint,omitempty" json:"against,omitempty" minimum:"0" maximum:"2500"`
	Other   int       `cbor:"5,keyasint,omitempty" json:"other,omitempty" minimum:"0" maximum:"2500"`
	Abstain int       `cbor:"6,keyasint,omitempty" json:"abstain,omitempty" minimum:"0" maximum:"2500"`
	Invalid int       `cbor:"7,keyasint,omitempty" json:"invalid,omitempty" minimum:"0" maximum:"2500" doc:"phiếu không hợp lệ"`
}

// VoteVoidance declares a vote void (session.void_vote.1).
type VoteVoidance struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting"`
	Vote    CommandID `cbor:"2,keyasint" json:"vote"`
	Text    string    `cbor:"3,keyasint" json:"text" minLength:"1" maxLength:"2000"`
}

// votes loads the session of a meeting for a command about its votes.
func (x *Exec) votes(meeting ID) (*Meeting, *Session, error) {
	m, err := x.openMeeting(meeting)
	if err != nil {
		return nil, nil, err
	}
	if x.Cmd.Target.ID != SessionID(meeting) {
		return nil, nil, Refuse(Invalid, "command.bad_target")
	}
	s, err := x.session(meeting)
	return m, s, err
}

// session loads a meeting's session.
func (x *Exec) session(meeting ID) (*Session, error) {
	s, ok, err := partOf[*Session](x, Key{KindSession, SessionID(meeting)})
	if err == nil && !ok {
		err = Refuse(Conflict, "vote.no_session")
	}
	return s, err
}

// vote loads one vote in one of the states.
func (x *Exec) vote(meeting ID, key CommandID, in ...VoteState) (*Meeting, *Session, Vote, error) {
	m, s, err := x.votes(meeting)
	if err != nil {
		return nil, nil, Vote{}, err
	}
	v, ok := s.Votes[key]
	if !ok {
		return nil, nil, v, Refuse(NotFound, "vote.not_found")
	}
	return m, s, v, v.in(in...)
}

// in refuses a vote that has moved on.
func (v *Vote) in(states ...VoteState) error {
	if slices.Contains(states, v.State) {
		return nil
	}
	return Refuse(Conflict, "vote.wrong_state").With("state", string(v.State))
}

// putVote stores a vote and its session.
func (x *Exec) putVote(m *Meeting, s *Session, key CommandID, v Vote) error {
	if s.Votes == nil {
		s.Votes = map[CommandID]Vote{}
	}
	s.Votes[key] = v
	told, err := x.putPart(m, s)
	if err == nil && told {
		err = x.Tx.Put(m)
	}
	return err
}

func draftVote(x *Exec, a *DraftVote) error {
	m, s, err := x.votes(a.Meeting)
	if err != nil {
		return err
	}
	if _, here := s.Votes[x.Cmd.ID]; here {
		return nil // whoever carried the meeting on has brought it
	}
	if (a.Threshold == CustomShare) != (a.PerMille > 0) {
		return Refuse(Invalid, "vote.share_missing")
	}
	return x.putVote(m, s, x.Cmd.ID, Vote{Title: a.Title, Text: a.Text, Item: a.Item, Material: a.Material, Type: a.Type,
		Threshold: a.Threshold, PerMille: a.PerMille, Base: a.Base, Abstain: a.Abstain, State: VoteDraft, By: x.Actor.Person})
}

func readyVote(x *Exec, a *VoteRef) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteDraft)
	if err != nil {
		return err
	}
	v.State = VoteReady
	return x.putVote(m, s, a.Vote, v)
}

func openVote(x *Exec, a *VoteOpening) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteDraft, VoteReady)
	if err != nil {
		if a.Epoch != 0 && v.Opened != 0 && v.Epoch == a.Epoch {
			return nil // whoever carried the meeting on has brought it
		}
		return err
	}
	if err := x.openUnder(cmp.Or(a.Epoch, s.Epoch), m, &v); err != nil {
		return err
	}
	if a.Epoch != 0 {
		if err := x.takeEarly(m, a.Vote, v); err != nil {
			return err
		}
	}
	return x.putVote(m, s, a.Vote, v)
}

// openUnder freezes who has a vote, and under which host.
func (x *Exec) openUnder(epoch uint32, m *Meeting, v *Vote) error {
	if v.Eligible = m.Entitled(); len(v.Eligible) == 0 {
		return Refuse(Invalid, "vote.nobody_entitled")
	}
	v.State, v.Opened, v.Epoch = VoteOpened, x.Now, epoch
	return nil
}

// closeVote freezes who was there and counts what has come.
func closeVote(x *Exec, a *CloseVote) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteOpened)
	if err != nil {
		if a.AtPlace && v.Carried.Reached(VoteClosed) {
			return nil
		}
		return err
	}
	if err := x.grace(&v, a); err != nil {
		return err
	}
	if err := x.takeCounted(m, s, a, v); err != nil {
		return err
	}
	if v.Present, err = x.presentOf(m.ID, v.Eligible); err != nil {
		return err
	}
	v.State, v.Closed = VoteClosed, x.Now
	if v.Type == VoteSecret {
		v.Result = VoteResult{Eligible: len(v.Eligible), Present: len(v.Present)}
		return x.putVote(m, s, a.Vote, v)
	}
	return x.count(m, s, a.Vote, v)
}

// maxGrace is how long after the closing ballots may still be counted.
const maxGrace = Time(24 * 3600 * 1000)

// grace takes over whose ballots may come later.
func (x *Exec) grace(v *Vote, a *CloseVote) error {
	if len(a.Grace) == 0 {
		return nil
	}
	if v.Type == VoteSecret || a.GraceUntil <= x.Now || a.GraceUntil > x.Now+maxGrace {
		return Refuse(Invalid, "vote.bad_grace")
	}
	for _, p := range a.Grace {
		if !slices.Contains(v.Eligible, p) {
			return Refuse(Invalid, "vote.not_eligible").With("person", string(p))
		}
	}
	v.Grace, v.GraceUntil = sortedSet(slices.Clone(a.Grace)), a.GraceUntil
	return nil
}

// presentOf are those of the people whose roll-call says that they are there.
func (x *Exec) presentOf(meeting ID, people []ID) (out []ID, err error) {
	for _, p := range people {
		a, ok, err := partOf[*Attendance](x, Key{KindAttendance, AttendanceID(meeting, p)})
		if err != nil {
			return nil, err
		}
		if ok && a.Presence.Here() {
			out = append(out, p)
		}
	}
	return out, nil
}

// ballots are those that have come, of the eligible.
func (x *Exec) ballots(meeting ID, vote CommandID, v Vote) (out []Ballot, err error) {
	err = x.eachBallot(meeting, vote, v, func(b *Ballot) error {
		out = append(out, *b)
		return nil
	})
	return out, err
}

// eachBallot calls back with each ballot that has come, of the eligible.
func (x *Exec) eachBallot(meeting ID, vote CommandID, v Vote, fn func(*Ballot) error) error {
	for _, p := range v.Eligible {
		b, ok, err := partOf[*Ballot](x, Key{KindBallot, BallotID(meeting, vote, p)})
		if err == nil && ok {
			err = fn(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// count writes the result into the vote. Who voted was there.
func (x *Exec) count(m *Meeting, s *Session, key CommandID, v Vote) error {
	ballots, err := x.ballots(m.ID, key, v)
	if err != nil {
		return err
	}
	v.counted(ballots)
	return x.putVote(m, s, key, v)
}

func (v *Vote) counted(ballots []Ballot) {
	for person := range countable(*v, ballots) {
		v.Present = append(v.Present, person)
	}
	v.Present = sortedSet(v.Present)
	v.Result = Tally(*v, ballots)
}

// countLate adds the ballots that came in the time that the closing gave.
func countLate(x *Exec, a *VoteRef) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteClosed)
	if err != nil {
		return err
	}
	if len(v.Grace) == 0 {
		return Refuse(Invalid, "vote.no_grace")
	}
	for _, p := range v.Grace {
		b, ok, err := partOf[*Ballot](x, Key{KindBallot, BallotID(m.ID, a.Vote, p)})
		if err != nil {
			return err
		}
		if !ok || !b.Late || b.At > v.GraceUntil || b.Epoch != v.Epoch {
			continue
		}
		b.Late = false
		if _, err := x.putPart(m, b); err != nil {
			return err
		}
	}
	return x.count(m, s, a.Vote, v)
}

func enterTotals(x *Exec, a *VoteTotals) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteClosed)
	if err != nil {
		return err
	}
	r := VoteResult{Eligible: len(v.Eligible), Present: len(v.Present), Paper: true, Invalid: a.Invalid,
		Counts: map[Choice]int{ChoiceFor: a.For, ChoiceAgainst: a.Against, ChoiceOther: a.Other, ChoiceAbstain: a.Abstain}}
	r.Cast = a.For + a.Against + a.Other + a.Abstain + a.Invalid
	switch {
	case v.Type != VoteSecret:
		return Refuse(Invalid, "vote.not_on_paper")
	case r.Cast > r.Eligible, a.Abstain > 0 && !v.Abstain:
		return Refuse(Invalid, "vote.bad_totals").With("eligible", r.Eligible)
	}
	r.Present = max(r.Present, r.Cast) // who voted was there
	r.Passed = passes(v.Threshold, v.PerMille, v.Base, r)
	v.Result = r
	return x.putVote(m, s, a.Vote, v)
}

// publishVote makes a result final: no command changes it from then on.
func publishVote(x *Exec, a *VoteRef) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteClosed)
	if err != nil {
		if v.Published != 0 && v.Carried.Reached(VotePublished) {
			return nil
		}
		return err
	}
	if v.Type == VoteSecret && !v.Result.Paper {
		return Refuse(Conflict, "vote.no_totals")
	}
	ballots, err := x.ballots(m.ID, a.Vote, v)
	if err != nil {
		return err
	}
	for _, b := range ballots {
		if b.Late {
			v.Result.Late++
		}
	}
	v.State, v.Published = VotePublished, x.Now
	return x.putVote(m, s, a.Vote, v)
}

// voidVote declares a vote void. What was published stays to be read, with the
// reason beside it.
func voidVote(x *Exec, a *VoteVoidance) error {
	m, s, v, err := x.vote(a.Meeting, a.Vote, VoteDraft, VoteReady, VoteOpened, VoteClosed, VotePublished)
	if err != nil {
		return err
	}
	v.State, v.Reason, v.Voided = VoteVoid, a.Text, x.Now
	return x.putVote(m, s, a.Vote, v)
}
