package app

import (
	"bytes"
	"slices"
)

func init() {
	define("ballot.cast.1", KindBallot, castBallot)
	define("attendance.ready.1", KindAttendance, readyForVote)

	// A ballot that was given in the meeting may come when it is long over: it is
	// kept then, and does not count.
	meetingRule("ballot.cast", meetingClause{relMeetParticipant, append(slices.Clone(meetingSitting), MeetingFinished, MeetingConcluded, MeetingArchived)})
	meetingRule("attendance.ready", meetingClause{relMeetParticipant, meetingSitting})
}

// BallotCast is one person's vote (ballot.cast.1; target BallotID(meeting, vote,
// person)). Until the vote is closed a later one takes its place.
type BallotCast struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting"`
	Vote    CommandID `cbor:"2,keyasint" json:"vote"`
	Epoch   uint32    `cbor:"3,keyasint" json:"epoch" doc:"of the vote that the person saw"`
	Choice  Choice    `cbor:"4,keyasint" json:"choice" enum:"DONG_Y,KHONG_DONG_Y,Y_KIEN_KHAC,KHONG_BIEU_QUYET"`
	Text    string    `cbor:"5,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
	// Given and Proof are written by the machine on which it is given: see [Prove].
	Given Time  `cbor:"6,keyasint,omitempty" json:"-"`
	Proof Proof `cbor:"7,keyasint,omitzero" json:"-"`
}

// ballot is the record that the command asks for.
func (a *BallotCast) ballot(person ID) *Ballot {
	return &Ballot{ID: BallotID(a.Meeting, a.Vote, person), PartOf: PartOf{Meeting: a.Meeting}, Vote: a.Vote, Epoch: a.Epoch,
		Person: person, Choice: a.Choice, Text: a.Text, Given: a.Given, Proof: a.Proof}
}

func castBallot(x *Exec, a *BallotCast) error {
	m, err := x.openMeeting(a.Meeting)
	if err != nil {
		return err
	}
	b := a.ballot(x.Actor.Person)
	if x.Cmd.Target.ID != b.ID {
		return Refuse(Invalid, "command.bad_target")
	}
	s, err := x.session(m.ID)
	if err != nil {
		return err
	}
	v, known := s.Votes[a.Vote]
	early := x.Final && s.before(b)
	switch {
	case early && !slices.Contains(m.Entitled(), b.Person):
		return Refuse(Forbidden, "vote.no_vote")
	case early:
	case !known:
		return Refuse(NotFound, "vote.not_found")
	default:
		if err := v.takes(b); err != nil {
			return err
		}
	}
	b.At = x.Now
	b.Late = v.State != VoteOpened
	before, ok, err := partOf[*Ballot](x, b.Key())
	if err != nil {
		return err
	}
	if ok {
		if settled, err := v.settled(before, b, early, x.Now); settled || err != nil {
			return err
		}
	}
	if err := x.checkProof(b.Proof, b.SignedText()); err != nil {
		return err
	}
	_, err = x.putPart(m, b)
	return err
}

// before reports whether the ballot came before its vote: a machine that hosts
// the meeting, under an epoch after the server's first, has opened it, and what it
// did has not come yet. The ballot is kept until then.
func (s *Session) before(b *Ballot) bool {
	if b.Proof.Device == "" || b.Proof.Device == HostServer {
		return false
	}
	v, known := s.Votes[b.Vote]
	switch {
	case !known:
		return b.Epoch > firstEpoch && b.Vote.Writer() >= firstDeviceWriter
	case v.State == VoteDraft || v.State == VoteReady:
		return b.Epoch > s.Epoch || s.Host != "" && s.Host != HostServer
	}
	return false
}

// firstEpoch is that of a session which the server hosts from its beginning.
const firstEpoch = 1

// settled reports whether a ballot changes nothing, for the person's earlier one
// stands or is the very same; an error says why it can do nothing any more.
func (v *Vote) settled(before, b *Ballot, early bool, now Time) (bool, error) {
	switch {
	case len(b.Proof.Signature) > 0 && bytes.Equal(before.Proof.Signature, b.Proof.Signature):
		return true, nil // the meeting's host brought it
	case b.Late && b.Given < before.Given:
		return true, nil // his own later word is here
	case b.Late && !early && !v.stillTakes(before, now):
		return true, Refuse(Conflict, "vote.closed")
	}
	return false, nil
}

// takes refuses a ballot that the vote can never take.
func (v *Vote) takes(b *Ballot) error {
	switch {
	case v.Type == VoteSecret:
		return Refuse(Forbidden, "vote.on_paper")
	case v.State != VoteOpened && v.State != VoteClosed && v.State != VotePublished:
		return v.in(VoteOpened)
	case !slices.Contains(v.Eligible, b.Person):
		return Refuse(Forbidden, "vote.no_vote")
	case !v.offers(b.Choice):
		return Refuse(Invalid, "vote.not_offered")
	case b.Choice == ChoiceOther && b.Text == "":
		return Refuse(Invalid, "vote.text_missing")
	case v.State == VoteOpened && b.Epoch != v.Epoch:
		return Refuse(Conflict, "vote.wrong_epoch")
	}
	return nil
}

// stillTakes reports whether somebody's second ballot may take the place of a
// late one: as long as neither has been counted and both could be.
func (v *Vote) stillTakes(before *Ballot, now Time) bool {
	return v.State == VoteClosed && before.Late && now <= v.GraceUntil && slices.Contains(v.Grace, before.Person)
}

// ReadyForVote says that a participant is ready for a vote (attendance.ready.1;
// target AttendanceID(meeting, person)).
type ReadyForVote struct {
	Meeting ID        `cbor:"1,keyasint" json:"meeting"`
	Vote    CommandID `cbor:"2,keyasint" json:"vote"`
	// AtPlace says that the person saw the vote at his place, whose host had no line.
	AtPlace bool `cbor:"3,keyasint,omitempty" json:"-"`
}

func readyForVote(x *Exec, a *ReadyForVote) error {
	m, err := x.meeting(a.Meeting)
	if err != nil {
		return err
	}
	if x.Cmd.Target.ID != AttendanceID(m.ID, x.Actor.Person) {
		return Refuse(Invalid, "command.bad_target")
	}
	here, err := x.attendance(m, x.Actor.Person)
	if err != nil || here.Ready[a.Vote] != 0 {
		return err // said, or written down by whoever carried the meeting
	}
	if err := x.mayMeeting(m); err != nil {
		return err
	}
	return x.ready(m, here, a.Vote, a.AtPlace)
}

// ready enters that the person is ready for a vote that waits for him.
func (x *Exec) ready(m *Meeting, here *Attendance, vote CommandID, atPlace bool) error {
	s, err := x.session(m.ID)
	if err != nil {
		return err
	}
	v, known := s.Votes[vote]
	switch {
	case atPlace && x.Final && (!known || v.State == VoteDraft): // what its host did comes later
	case !known:
		return Refuse(NotFound, "vote.not_found")
	default:
		if err := v.in(VoteReady, VoteOpened); err != nil {
			return err
		}
	}
	if !slices.Contains(m.Entitled(), here.Person) {
		return Refuse(Forbidden, "vote.no_vote")
	}
	if here.Ready == nil {
		here.Ready = map[CommandID]Time{}
	}
	if here.Ready[vote] == 0 {
		here.Ready[vote] = x.Now
	}
	return x.putAttendance(m, here)
}
