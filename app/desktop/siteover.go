package desktop

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/meeting/site"
	"khonggiay/sync/feed"
)

// begin takes the meeting over: from the server, or from a laptop of the place
// that has fallen silent. What that one had told of its votes this one brings, and
// it has the ballots that it was told of.
func (s *sites) begin(ctx context.Context, meetingID app.ID) (*carriedHere, error) {
	session, ballots, err := s.toldBefore(ctx, meetingID)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	kept := s.signed[meetingID]
	delete(s.signed, meetingID)
	s.mu.Unlock()
	if kept != nil {
		s.bring(ctx, meetingID, kept.list)
	}
	over := app.SessionHost{Meeting: meetingID, Host: s.link.identity().Device}
	if session != nil {
		over.Epoch = session.Epoch + 1
	}
	s.giveOn(ctx, "session.host.1", meetingID, &over)
	if session != nil {
		on, err := s.carriedOn(ctx, meetingID, session, ballots)
		if err != nil {
			return nil, err
		}
		if len(on.Votes) > 0 {
			s.giveOn(ctx, "session.carry_on.1", meetingID, on)
		}
	}
	wrote, err := s.writtenDown(ctx, meetingID)
	if err != nil {
		return nil, err
	}
	here := &carriedHere{table: site.NewTable(meetingID, siteCodec), wrote: wrote}
	var inherited []site.State
	err = s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		inherited, err = here.table.Inherit(v, ballots)
		return err
	})
	if e := app.AsError(err); e != nil && e.Code == app.NotFound {
		err = nil // the meeting has no session yet
	}
	if err == nil {
		err = s.storeBallots(ctx, inherited)
	}
	return here, err
}

// toldBefore is what the host before has told: the session, and the ballots that
// this person may see. With them come those that were given to this laptop before
// its program was started; of each person's the newest is last.
func (s *sites) toldBefore(ctx context.Context, meetingID app.ID) (session *app.Session, ballots []*app.Ballot, err error) {
	err = s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		ballots, err = v.PlaceBallots(meetingID)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for _, key := range s.board.Keys(meetingID) {
		r, err := feed.Decode(key.Kind, s.board.Body(key))
		if err != nil {
			return nil, nil, err
		}
		switch r := r.(type) {
		case *app.Session:
			session = r
		case *app.Ballot:
			ballots = append(ballots, r)
		}
	}
	slices.SortStableFunc(ballots, func(a, b *app.Ballot) int { return cmp.Compare(a.Given, b.Given) })
	return session, ballots, nil
}

// storeBallots keeps ballots of the table on the disk.
func (s *sites) storeBallots(ctx context.Context, states []site.State) error {
	if len(states) == 0 {
		return nil
	}
	return s.link.app.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, state := range states {
			r, err := feed.Decode(state.Kind, state.Body)
			if err != nil {
				return err
			}
			if b, ok := r.(*app.Ballot); ok {
				if err := tx.PutPlaceBallot(b); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// forgetBallots forgets those of a meeting that was handed back, or of all.
func (s *sites) forgetBallots(meetingID app.ID) {
	err := s.link.app.store.Write(s.link.ctx, func(tx *sqlite.Tx) error { return tx.ForgetPlaceBallots(meetingID) })
	if err != nil && s.link.ctx.Err() == nil {
		s.link.log.Error("forgetting the ballots of the place", "err", err)
	}
}

// carriedOn are the votes of a session that were farther at the place than they are
// here with all that was brought, with the ballots that were counted: the host
// before had them from the server.
func (s *sites) carriedOn(ctx context.Context, meetingID app.ID, session *app.Session, ballots []*app.Ballot) (*app.CarryOn, error) {
	var mine map[app.CommandID]app.Vote
	err := s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(session.Key())
		if here, ok := r.(*app.Session); ok {
			mine = here.Votes
		}
		if e := app.AsError(err); e != nil && e.Code == app.NotFound {
			err = nil
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &app.CarryOn{Meeting: meetingID}
	for key, v := range session.Votes {
		if here, ok := mine[key]; ok && here.State.Reached(v.State) {
			continue
		}
		c := app.CarriedVote{Key: key, Vote: v}
		for _, b := range ballots {
			if b.Vote == key && v.Closed != 0 && !b.Late && b.Epoch == v.Epoch && b.Proof.Verify(b.SignedText()) {
				c.Counted = append(c.Counted, countedOf(b))
			}
		}
		out.Votes = append(out.Votes, c)
	}
	slices.SortFunc(out.Votes, func(a, b app.CarriedVote) int { return cmp.Compare(a.Key, b.Key) })
	return out, nil
}

// handBack gives the meeting back to the server, with the ballots that were given
// here and are not counted yet.
func (s *sites) handBack(meetingID app.ID, here *carriedHere) {
	taken, err := here.table.Ballots()
	if err != nil {
		s.link.log.Error("reading the ballots of the place", "err", err)
	}
	s.giveBack(meetingID, slices.Concat(slices.Collect(maps.Values(taken))...))
	s.forgetBallots(meetingID)
}

// giveBack gives the meeting back with ballots.
func (s *sites) giveBack(meetingID app.ID, ballots []*app.Ballot) {
	of := map[app.CommandID][]app.CountedBallot{}
	for _, b := range ballots {
		if !b.Late {
			of[b.Vote] = append(of[b.Vote], countedOf(b))
		}
	}
	over := app.SessionHost{Meeting: meetingID, Host: app.HostServer}
	for vote, ballots := range of {
		slices.SortFunc(ballots, func(a, b app.CountedBallot) int { return cmp.Compare(a.Person, b.Person) })
		over.Taken = append(over.Taken, app.TakenBallots{Vote: vote, Ballots: ballots})
	}
	slices.SortFunc(over.Taken, func(a, b app.TakenBallots) int { return cmp.Compare(a.Vote, b.Vote) })
	s.giveOn(s.link.ctx, "session.host.1", meetingID, &over)
}

// giveOn gives a command of this laptop's own about the session.
func (s *sites) giveOn(ctx context.Context, name string, meetingID app.ID, args any) {
	_, err := s.link.replica.Give(ctx, app.Command{Name: name, Target: app.Key{Kind: app.KindSession, ID: app.SessionID(meetingID)},
		Actor: s.link.identity().Person, Args: args})
	if err != nil {
		s.link.log.Info("handing a meeting over", "command", name, "err", err)
	}
	s.link.wake()
}

// decide fills in what only the machine knows that carries the meeting: under
// which epoch it opens a vote, and which ballots it counts.
func (s *sites) decide(ctx context.Context, cmd *app.Command) error {
	here := s.table(app.MeetingOf(cmd.Args))
	if here == nil {
		return nil
	}
	switch a := cmd.Args.(type) {
	case *app.VoteOpening:
		return s.link.app.store.Read(ctx, func(v *sqlite.View) error {
			r, err := v.Get(app.Key{Kind: app.KindSession, ID: app.SessionID(a.Meeting)})
			if session, ok := r.(*app.Session); ok {
				a.Epoch = session.Epoch
			}
			if e := app.AsError(err); e != nil && e.Code == app.NotFound {
				err = nil // the command will be refused
			}
			return err
		})
	case *app.CloseVote:
		taken, err := here.table.Ballots()
		if err != nil {
			return err
		}
		for _, b := range taken[a.Vote] {
			a.Counted = slices.DeleteFunc(a.Counted, func(c app.CountedBallot) bool { return c.Person == b.Person })
			a.Counted = append(a.Counted, countedOf(b))
		}
		a.AtPlace = !s.link.carrier.online()
	}
	return nil
}

func countedOf(b *app.Ballot) app.CountedBallot {
	return app.CountedBallot{Person: b.Person, Choice: b.Choice, Text: b.Text, Given: b.Given, Proof: b.Proof}
}
