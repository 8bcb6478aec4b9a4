package desktop

import (
	"cmp"
	"context"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/meeting/site"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// keep gives a command of this laptop's person to the replica. At a place its
// host knows more than the replica does (a vote that was opened there): what it
// would take, and the replica would not, is kept in the outbox for the server all
// the same, which decides when it has heard of it.
func (s *sites) keep(ctx context.Context, cmd *app.Command) (app.CommandID, error) {
	meetingID := app.MeetingOf(cmd.Args)
	if !site.Takes(cmd.Name) || !s.board.Tells(meetingID) {
		return s.link.replica.Give(ctx, *cmd)
	}
	changed, err := s.try(ctx, cmd)
	if err != nil {
		return 0, err
	}
	id, err := s.link.replica.Give(ctx, *cmd)
	if e := app.AsError(err); e == nil || e.Code == app.Internal {
		return id, err
	}
	if ready, ok := cmd.Args.(*app.ReadyForVote); ok {
		ready.AtPlace = true
	}
	if id, err = s.link.replica.Keep(ctx, *cmd); err == nil {
		s.kept.Put(meetingID, changed)
	}
	return id, err
}

// try runs a command on the records as the place sees them, and changes nothing.
func (s *sites) try(ctx context.Context, cmd *app.Command) (changed []site.State, err error) {
	trial := *cmd
	trial.Actor = s.link.identity().Person
	trial.At = s.link.app.clock.Now()
	err = s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		changed, err = site.Try(placeRecords{v, &s.board}, siteCodec, &trial, trial.At)
		return err
	})
	return changed, err
}

// Version and Directory make placeRecords a [site.Base].
func (p placeRecords) Version(key app.Key) (uint64, error) {
	v, err := p.view.Version(key)
	if p.board.Body(key) != nil {
		v = max(v, 1)
	}
	return v, err
}

// Directory implements site.Base.
func (p placeRecords) Directory() *app.Directory { return p.view.Directory() }

// gave passes a command of this laptop's person on to the one that carries its
// meeting. It waits in the outbox for the server all the same.
func (s *sites) gave(ctx context.Context, id app.CommandID, cmd *app.Command) error {
	if !site.Takes(cmd.Name) {
		return nil
	}
	s.mu.Lock()
	seat := s.seats[app.MeetingOf(cmd.Args)]
	s.mu.Unlock()
	if seat == nil {
		return nil
	}
	var row *feed.OutboxRow
	err := s.link.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		row, err = v.OutboxRow(id)
		return err
	})
	if err != nil || row == nil {
		return err
	}
	return seat.give(ctx, row.Command)
}

// toTell are the signed commands about the meeting that a host at the place has
// to know: what waits for the server and, since a table knows only the ballots
// that were given to it, the ballots that the server has already.
func (s *sites) toTell(ctx context.Context, meetingID app.ID) (out [][]byte, err error) {
	waiting, err := s.link.replica.Outbox(ctx, feed.OutWaiting)
	if err != nil {
		return nil, err
	}
	answered, err := s.link.replica.Outbox(ctx, feed.OutAcknowledged)
	if err != nil {
		return nil, err
	}
	answered = slices.DeleteFunc(answered, func(e replica.Entry) bool { return e.Target.Kind != app.KindBallot })
	all := append(answered, waiting...)
	slices.SortFunc(all, func(a, b replica.Entry) int { return cmp.Compare(a.ID, b.ID) })
	last := map[app.Key]app.CommandID{} // of ballots, the one that counts
	for _, e := range all {
		if e.Target.Kind == app.KindBallot {
			last[e.Target] = e.ID
		}
	}
	for _, e := range all {
		if id, ballot := last[e.Target]; ballot && id != e.ID {
			continue
		}
		if e.Cmd != nil && site.Takes(e.Name) && app.MeetingOf(e.Cmd.Args) == meetingID {
			out = append(out, e.Command)
		}
	}
	return out, nil
}
