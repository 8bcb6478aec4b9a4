package desktop

import (
	"context"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/meeting/site"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// keptCommands are signed commands of the laptop that carries a meeting, as this
// one was told them: should that laptop die, they are not lost with its outbox.
type keptCommands struct {
	list  []signedCommand
	bytes int
	has   map[app.CommandID]bool
	now   map[app.CommandID]bool // told by the host at which it sits now, or sat last
}

// maxKept bounds what a host may have this laptop keep of one meeting, bytes, and
// maxBrought what one command brings of it.
const (
	maxKept    = 64 << 20
	maxBrought = feed.MaxCommand * 3 / 4
)

// keepSigned keeps what the host has given. Of what that one has brought from a
// host before it, each command is kept by itself.
func (s *sites) keepSigned(meetingID app.ID, commands [][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.signed[meetingID]
	if kept == nil {
		kept = &keptCommands{has: map[app.CommandID]bool{}, now: map[app.CommandID]bool{}}
		s.signed[meetingID] = kept
	}
	for _, b := range commands {
		for _, c := range unwrapped(b) {
			kept.now[c.cmd.ID] = true
			if !c.ofSitting(meetingID) || kept.has[c.cmd.ID] || kept.bytes+len(c.bytes) > maxKept {
				continue
			}
			kept.list, kept.has[c.cmd.ID] = append(kept.list, c), true
			kept.bytes += len(c.bytes)
		}
	}
}

// seated begins to note what the host at which it sits now has of what was kept
// from those before it.
func (s *sites) seated(meetingID app.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.silent, meetingID)
	if kept := s.signed[meetingID]; kept != nil {
		clear(kept.now)
	}
}

// missing are those that the host at which it sits does not have either.
func (k *keptCommands) missing() []signedCommand {
	return slices.DeleteFunc(slices.Clone(k.list), func(c signedCommand) bool { return k.now[c.cmd.ID] })
}

// signedCommand is a command with the bytes that were signed.
type signedCommand struct {
	cmd   *app.Command
	bytes []byte
}

// ofSitting reports whether it is about what changes while people sit at the meeting.
func (c *signedCommand) ofSitting(meetingID app.ID) bool {
	return app.OfSitting(c.cmd.Name) && app.MeetingOf(c.cmd.Args) == meetingID
}

// unwrapped reads a signed command; of one that brings others, those. What this
// version cannot read is left out.
func unwrapped(b []byte) (out []signedCommand) {
	signed, err := feed.ParseCommand(b)
	if err != nil {
		return nil
	}
	cmd, err := signed.Command()
	if err != nil {
		return nil
	}
	brings, ok := cmd.Args.(*app.Bring)
	if !ok {
		return []signedCommand{{cmd, b}}
	}
	for _, inner := range brings.Commands {
		if signed, err := feed.ParseCommand(inner); err == nil {
			if cmd, err := signed.Command(); err == nil {
				out = append(out, signedCommand{cmd, inner})
			}
		}
	}
	return out
}

// Signed implements room.Place: what waits in this laptop's outbox.
func (s *sites) Signed(ctx context.Context, meetingID, person app.ID, after app.CommandID) (out [][]byte, last app.CommandID, err error) {
	last = after
	if e := app.AsError(s.mayHost(ctx, meetingID, person)); e != nil {
		return nil, last, nil // he could not carry it on
	}
	var rows []feed.OutboxRow
	err = s.link.app.store.Read(ctx, func(v *sqlite.View) error {
		rows, err = v.OutboxAfter(feed.OutWaiting, after)
		return err
	})
	for _, row := range rows {
		last = row.ID
		for _, c := range unwrapped(row.Command) {
			if c.ofSitting(meetingID) {
				out = append(out, c.bytes)
			}
		}
	}
	return out, last, err
}

// bring gives what was kept of laptops that have fallen silent, in as many
// commands as it takes.
func (s *sites) bring(ctx context.Context, meetingID app.ID, list []signedCommand) {
	for len(list) > 0 {
		out, size := &app.Bring{Meeting: meetingID}, 0
		for len(list) > 0 && (size == 0 || size+len(list[0].bytes) <= maxBrought) {
			out.Commands = append(out.Commands, list[0].bytes)
			size += len(list[0].bytes)
			list = list[1:]
		}
		s.giveOn(ctx, "session.bring.1", meetingID, out)
	}
}

// writtenDown are the commands of others that this laptop, or one whose commands
// it has brought, has written down already: a start of the program does not make
// it write them again.
func (s *sites) writtenDown(ctx context.Context, meetingID app.ID) (map[app.CommandID]bool, error) {
	out := map[app.CommandID]bool{}
	for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutAcknowledged} {
		all, err := s.link.replica.Outbox(ctx, state)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(e replica.Entry) bool { return e.Cmd == nil || app.MeetingOf(e.Cmd.Args) != meetingID })
		for _, e := range all {
			for _, c := range unwrapped(e.Command) {
				if as := site.WrittenDown(c.cmd); as != 0 {
					out[as] = true
				}
			}
		}
	}
	return out, nil
}
