package app

import "slices"

// fromHost reports whether the command was given on the machine that hosts the
// meeting. Only the server knows whose machine is whose.
func (x *Exec) fromHost(s *Session) (bool, error) {
	if !x.Final {
		return true, nil
	}
	host, err := x.Tx.Machine(s.Host)
	if e := AsError(err); e != nil && e.Code == NotFound {
		return false, nil
	}
	return err == nil && host.Writer == x.Cmd.ID.Writer(), err
}

// takeCounted stores the ballots that the meeting's host counted, as its closing
// record names them. Only the machine that is the host may say so, and each
// ballot bears the signature of its person's machine. When the place decided by
// itself, what it does not name is late.
func (x *Exec) takeCounted(m *Meeting, s *Session, a *CloseVote, v Vote) error {
	if v.Type == VoteSecret || len(a.Counted) == 0 && !a.AtPlace {
		return nil
	}
	if host, err := x.fromHost(s); err != nil {
		return err
	} else if !host {
		return Refuse(Forbidden, "vote.not_host")
	}
	if err := x.putCounted(m, a.Vote, v, a.Counted); err != nil || !a.AtPlace {
		return err
	}
	return x.leaveOut(m, a.Vote, v, a.Counted)
}

// putCounted stores the ballots that somebody's machine counted.
func (x *Exec) putCounted(m *Meeting, vote CommandID, v Vote, counted []CountedBallot) error {
	for _, c := range counted {
		b := c.ballot(m.ID, vote, v.Epoch)
		genuine, err := x.genuine(v, b)
		if err != nil {
			return err
		}
		if !genuine {
			return Refuse(Invalid, "vote.bad_proof").With("person", string(b.Person))
		}
		b.At = x.Now
		if _, err := x.putPart(m, b); err != nil {
			return err
		}
	}
	return nil
}

func (c *CountedBallot) ballot(meeting ID, vote CommandID, epoch uint32) *Ballot {
	return &Ballot{ID: BallotID(meeting, vote, c.Person), PartOf: PartOf{Meeting: meeting}, Vote: vote, Epoch: epoch,
		Person: c.Person, Choice: c.Choice, Text: c.Text, Given: c.Given, Proof: c.Proof}
}

// genuine reports whether a ballot that another's machine brings is its person's.
// The server knows whose machine is whose, and which ballots it signed itself.
func (x *Exec) genuine(v Vote, b *Ballot) (bool, error) {
	if !slices.Contains(v.Eligible, b.Person) || !v.offers(b.Choice) || !b.Proof.Verify(b.SignedText()) {
		return false, nil
	}
	if !x.Final {
		return true, nil
	}
	if b.Proof.Device == HostServer {
		mine, ok, err := partOf[*Ballot](x, b.Key())
		return ok && slices.Equal(mine.Proof.Signature, b.Proof.Signature), err
	}
	machine, err := x.Tx.Machine(b.Proof.Device)
	if e := AsError(err); e != nil && e.Code == NotFound {
		return false, nil
	}
	return err == nil && machine.Person == b.Person && x.Tx.Issued(b.Proof.Certificate, x.Now), err
}

// leaveOut makes the ballots late that the closing record does not name.
func (x *Exec) leaveOut(m *Meeting, vote CommandID, v Vote, named []CountedBallot) error {
	return x.eachBallot(m.ID, vote, v, func(b *Ballot) error {
		if b.Late || slices.ContainsFunc(named, func(c CountedBallot) bool { return c.Person == b.Person }) {
			return nil
		}
		b.Late = true
		_, err := x.putPart(m, b)
		return err
	})
}

// takeEarly brings in time the ballots that were here before their vote.
func (x *Exec) takeEarly(m *Meeting, key CommandID, v Vote) error {
	return x.eachBallot(m.ID, key, v, func(b *Ballot) error {
		if !b.Late || b.Epoch != v.Epoch {
			return nil
		}
		b.Late = false
		_, err := x.putPart(m, b)
		return err
	})
}

// TakenBallots are the ballots of a vote that the host of a place has taken and
// not counted.
type TakenBallots struct {
	Vote    CommandID       `cbor:"1,keyasint"`
	Ballots []CountedBallot `cbor:"2,keyasint,omitempty"`
}

// takeGiven stores ballots that were given to a host that hands the meeting back
// before it closed their vote: they are in time.
func (x *Exec) takeGiven(m *Meeting, s *Session, taken []TakenBallots) error {
	for _, t := range taken {
		v := s.Votes[t.Vote]
		if v.State != VoteOpened {
			continue
		}
		for i := range t.Ballots {
			c := &t.Ballots[i]
			b := c.ballot(m.ID, t.Vote, v.Epoch)
			before, ok, err := partOf[*Ballot](x, b.Key())
			if err != nil {
				return err
			}
			if ok && before.Given >= c.Given {
				continue // his later word is here
			}
			genuine, err := x.genuine(v, b)
			if err != nil {
				return err
			}
			if !genuine {
				continue
			}
			b.At = x.Now
			if _, err := x.putPart(m, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// CarryOn brings what the laptop that carried the meeting before had done about
// votes, as the giver's machine was told there (session.carry_on.1; target
// SessionID(meeting)): that laptop has fallen silent, and what it gave lies in its
// own outbox.
type CarryOn struct {
	Meeting ID            `cbor:"1,keyasint" json:"meeting" minLength:"1" maxLength:"64"`
	Votes   []CarriedVote `cbor:"2,keyasint,omitempty" json:"-"`
}

// CarriedVote is a vote as it stood. Its key is that under which its ballots were
// given.
type CarriedVote struct {
	Key     CommandID       `cbor:"1,keyasint"`
	Vote    Vote            `cbor:"2,keyasint"`
	Counted []CountedBallot `cbor:"3,keyasint,omitempty"` // of one that was closed
}

// voteOrder is how far a vote is.
var voteOrder = []VoteState{VoteDraft, VoteReady, VoteOpened, VoteClosed, VotePublished, VoteVoid}

// Reached reports whether a vote is as far as the other state, or farther.
func (s VoteState) Reached(other VoteState) bool {
	return slices.Index(voteOrder, s) >= slices.Index(voteOrder, other)
}

// carryOn brings each vote as far as it was. What came by another way stays; who
// has a vote is the meeting's to say, and a result is counted again.
func carryOn(x *Exec, a *CarryOn) error {
	m, s, err := x.openSession(a.Meeting)
	if err != nil {
		return err
	}
	for i := range a.Votes {
		if err := x.carryVote(m, s, &a.Votes[i]); err != nil {
			return err
		}
	}
	return x.putSession(m, s)
}

func (x *Exec) carryVote(m *Meeting, s *Session, c *CarriedVote) error {
	told := c.Vote
	v, known := s.Votes[c.Key]
	switch {
	case known && v.State.Reached(told.State):
		return nil
	case !known && !told.drafted():
		return Refuse(Invalid, "vote.not_found")
	case !known:
		v = Vote{Title: told.Title, Text: told.Text, Item: told.Item, Material: told.Material, Type: told.Type, Threshold: told.Threshold,
			PerMille: told.PerMille, Base: told.Base, Abstain: told.Abstain, By: told.By}
	}
	if told.Opened != 0 && v.Opened == 0 {
		if err := x.openUnder(told.Epoch, m, &v); err != nil {
			return err
		}
		if err := x.takeEarly(m, c.Key, v); err != nil {
			return err
		}
	}
	if told.Closed != 0 && v.Closed == 0 {
		if err := x.closeCarried(m, s, c, &v); err != nil {
			return err
		}
	}
	v.State, v.Reason, v.Carried = told.State, told.Reason, told.State
	if told.State == VotePublished {
		v.Published = x.Now
	}
	if told.State == VoteVoid {
		v.Voided = x.Now
	}
	if s.Votes == nil {
		s.Votes = map[CommandID]Vote{}
	}
	s.Votes[c.Key] = v
	return nil
}

// drafted reports whether it is a vote as a draft makes it.
func (v *Vote) drafted() bool {
	return v.Title != "" && len(v.Title) <= 4*500 && len(v.Text) <= 4*4000 && len(v.Reason) <= 4*2000 && slices.Contains(voteOrder, v.State) &&
		slices.Contains([]VoteType{VoteNamed, VoteOpen, VoteSecret}, v.Type) && (v.Threshold == CustomShare) == (v.PerMille > 0) &&
		slices.Contains([]Threshold{MoreThanHalf, TwoThirds, Everybody, CustomShare}, v.Threshold) &&
		slices.Contains([]VoteBase{OfEligible, OfPresent, OfCast}, v.Base)
}

// closeCarried counts again what the place had counted.
func (x *Exec) closeCarried(m *Meeting, s *Session, c *CarriedVote, v *Vote) error {
	told := c.Vote
	v.Closed, v.Grace, v.GraceUntil = x.Now, told.Grace, min(told.GraceUntil, x.Now+maxGrace)
	v.Present = slices.DeleteFunc(slices.Clone(told.Present), func(p ID) bool { return !slices.Contains(v.Eligible, p) })
	if v.Type == VoteSecret {
		v.Result = told.Result // on paper
		return nil
	}
	if host, err := x.fromHost(s); err != nil {
		return err
	} else if !host {
		return Refuse(Forbidden, "vote.not_host")
	}
	if err := x.putCounted(m, c.Key, *v, c.Counted); err != nil {
		return err
	}
	if err := x.leaveOut(m, c.Key, *v, c.Counted); err != nil {
		return err
	}
	ballots, err := x.ballots(m.ID, c.Key, *v)
	if err != nil {
		return err
	}
	v.counted(ballots)
	return nil
}
