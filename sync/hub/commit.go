package hub

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Submission is what one request, or one person at a browser, gives.
type Submission struct {
	Peer     Peer
	Commands []*feed.Command // by counter
	Purged   []app.Key
	// Follows and Proofs are the request's, after a restore.
	Follows uint32
	Proofs  []*feed.Receipt
	// Own has the hub number and sign the command itself.
	Own *app.Command

	// Set by Commit:
	Answers []feed.Result // one for each command that was decided, now or before
	Next    uint32        // counter that the writer's next command must have
	Unheard bool          // some answers are not new results of the peer's writer: no stream brings them
	Err     error         // the server could not decide; the same commands may come again
}

// Woken says whom a commit concerns.
type Woken struct {
	Scopes  map[app.Scope]bool
	Persons map[app.ID]bool // their scopes changed
	Writers map[uint32]bool // they have results
}

func newWoken() *Woken {
	return &Woken{Scopes: map[app.Scope]bool{}, Persons: map[app.ID]bool{}, Writers: map[uint32]bool{}}
}

// group is one transaction of the writer.
type group struct {
	*Core
	tx        Tx
	now       app.Time
	seq, pos  uint64 // last given
	woken     *Woken
	directory map[app.Key]bool // directory records that changed
	told      []func()         // observer calls, made after the commit
	until     app.Time         // until when commands of before a restore wait; 0 = no restore
	changed   []app.Key        // records that changed since a restore, for unpark
	claimed   map[uint32]WriterKey
}

func (c *Core) newGroup() *group {
	return &group{Core: c, now: c.cfg.Clock(), woken: newWoken(), directory: map[app.Key]bool{}, claimed: map[uint32]WriterKey{}}
}

// begin reads where the transaction starts.
func (g *group) begin(tx Tx) (err error) {
	g.tx = tx
	if g.seq, g.pos, err = tx.Head(); err != nil {
		return err
	}
	return g.restored()
}

// Commit decides the submissions in order, in one transaction. When the
// transaction fails as a whole, each submission is tried alone, so that one
// cannot hold up the others; what cannot be decided then carries its Err.
func (c *Core) Commit(ctx context.Context, subs []*Submission) *Woken {
	woken, err := c.commit(ctx, subs)
	if err == nil {
		return woken
	}
	if len(subs) == 1 {
		subs[0].Err = err
		subs[0].Answers = nil
		return newWoken()
	}
	all := newWoken()
	for _, s := range subs {
		one := c.Commit(ctx, []*Submission{s})
		mergeInto(all.Scopes, one.Scopes)
		mergeInto(all.Persons, one.Persons)
		mergeInto(all.Writers, one.Writers)
	}
	return all
}

func mergeInto[K comparable](to, from map[K]bool) {
	for k := range from {
		to[k] = true
	}
}

func (c *Core) commit(ctx context.Context, subs []*Submission) (*Woken, error) {
	g := c.newGroup()
	err := c.cfg.Store.Write(ctx, func(tx Tx) (err error) {
		if err := g.begin(tx); err != nil {
			return err
		}
		for _, s := range subs {
			if err := g.submission(s); err != nil {
				return err
			}
		}
		if err := g.unpark(); err != nil {
			return err
		}
		return g.members()
	})
	if err != nil {
		return nil, fmt.Errorf("hub: commit: %w", err)
	}
	for _, tell := range g.told {
		tell()
	}
	return g.woken, nil
}

func (g *group) submission(s *Submission) error {
	s.Answers, s.Err, s.Unheard = nil, nil, false
	for _, key := range s.Purged {
		if err := g.tx.PutPurged(s.Peer.Device, key, g.now); err != nil {
			return err
		}
	}
	if s.Own != nil {
		if err := g.numberOwn(s); err != nil {
			return err
		}
	}
	writer := s.Peer.Writer
	if len(s.Commands) > 0 {
		writer = s.Commands[0].ID.Writer()
	}
	was, follows := g.proven(s), s.Follows
	for _, cmd := range s.Commands {
		before := g.pos
		r, err := g.command(s.Peer, cmd, was[cmd.ID], follows)
		if err != nil {
			return err
		}
		if follows != 0 {
			follows = cmd.ID.Counter() + 1
		}
		if r == nil { // a command before it is missing: this one comes again
			break
		}
		s.Answers = append(s.Answers, *r)
		s.Unheard = s.Unheard || g.pos == before || cmd.ID.Writer() != s.Peer.Writer
	}
	var err error
	s.Next, err = g.tx.Next(writer)
	return err
}

// numberOwn gives a command of a browser or of the system its id and signature.
func (g *group) numberOwn(s *Submission) error {
	next, err := g.tx.Next(g.cfg.Own)
	if err != nil {
		return err
	}
	cmd := *s.Own
	cmd.ID = app.NewCommandID(g.cfg.Own, next)
	cmd.At, cmd.ServerSeen = g.now, g.now
	signed, err := feed.NewCommand(&cmd, g.signOwn)
	if err != nil {
		return err
	}
	s.Commands = []*feed.Command{signed}
	return nil
}

// command decides one command, or finds what was decided before. It returns
// nil when the command must wait for one with a lower counter. was is what an
// earlier epoch had decided, nil for nothing; follows is the submission's.
func (g *group) command(peer Peer, cmd *feed.Command, was *feed.Result, follows uint32) (*feed.Result, error) {
	hash := cmd.Hash()
	old, err := g.tx.Result(cmd.ID)
	if err != nil {
		return nil, err
	}
	if old != nil {
		if old.Hash != hash {
			g.alarm(peer, cmd.ID, "id used for another command")
			return g.refusal(cmd, app.Refuse(app.Conflict, "command.id_reused")), nil
		}
		return &old.Result, nil
	}
	if refusal := g.binding(peer, cmd); refusal != nil {
		g.alarm(peer, cmd.ID, refusal.Reason)
		return g.refusal(cmd, refusal), nil
	}
	next, err := g.tx.Next(cmd.ID.Writer())
	switch {
	case err != nil:
		return nil, err
	case cmd.ID.Counter() > next && !g.mayJump(next, follows):
		return nil, nil
	case cmd.ID.Counter() < next: // its result is no longer kept
		return g.refusal(cmd, app.Refuse(app.Invalid, "command.too_old")), nil
	}
	if err := g.tx.SetNext(cmd.ID.Writer(), cmd.ID.Counter()+1); err != nil {
		return nil, err
	}
	r, parked, err := g.decideAgain(cmd, was)
	if err != nil {
		return nil, err
	}
	if parked {
		if err := g.tx.Park(feed.Parked{Command: cmd, Device: peer.Device, Before: was}); err != nil {
			return nil, err
		}
	} else if r.Status == feed.Deferred {
		if err := g.tx.Defer(cmd, peer.Device); err != nil {
			return nil, err
		}
	}
	return r, g.store(peer, cmd, hash, r)
}

// store keeps a new result and counts it.
func (g *group) store(peer Peer, cmd *feed.Command, hash app.Hash, r *feed.Result) error {
	g.pos++
	if err := g.tx.PutResult(feed.StoredResult{Pos: g.pos, Hash: hash, Result: *r}); err != nil {
		return err
	}
	g.woken.Writers[cmd.ID.Writer()] = true
	name, status, reason := cmd.Name, statusName(r.Status), r.Reason
	g.told = append(g.told, func() { g.cfg.Observer.Decided(peer, name, status, reason) })
	return nil
}

func statusName(s feed.Status) string {
	switch s {
	case feed.Accepted:
		return "accepted"
	case feed.Refused:
		return "refused"
	}
	return "deferred"
}

func (g *group) alarm(peer Peer, id app.CommandID, what string) {
	g.told = append(g.told, func() { g.cfg.Observer.Alarm(peer, id, what) })
	g.cfg.Log.Warn("sync alarm", "device", peer.Device, "command", id.String(), "what", what)
}

// binding checks that the command is its writer's own.
func (g *group) binding(peer Peer, cmd *feed.Command) *app.Error {
	if cmd.ID.Writer() == g.cfg.Own {
		if peer == g.own() {
			return nil // numbered and signed a moment ago
		}
		return app.Refuse(app.Forbidden, "command.wrong_writer")
	}
	w, err := g.cfg.Devices.Writer(cmd.ID.Writer())
	if errors.Is(err, app.ErrNotFound) && g.until != 0 {
		w, err = g.claim(peer, cmd)
	}
	switch {
	case err != nil || w.Device != peer.Device:
		return app.Refuse(app.Forbidden, "command.wrong_writer")
	case w.Revoked:
		return app.Refuse(app.Forbidden, "command.device_revoked")
	case cmd.Actor != w.Person:
		return app.Refuse(app.Forbidden, "command.wrong_actor")
	case !cmd.Verify(w.Key):
		return app.Refuse(app.Forbidden, "command.bad_signature")
	}
	return nil
}

func (g *group) refusal(cmd *feed.Command, e *app.Error) *feed.Result {
	return &feed.Result{
		ID: cmd.ID, Status: feed.Refused, At: g.now, Code: e.Code, Reason: e.Reason, Data: e.Data,
		Erase: e.Reason == secrecyReason,
	}
}

// secrecyReason is the refusal after which nothing of the text may be kept.
const secrecyReason = "secrecy.refused"

// decide runs a command for good, by the clock of now. The error is the
// server's own trouble; a refusal is a result.
func (g *group) decide(cmd *feed.Command, now app.Time) (*feed.Result, error) {
	full, err := cmd.Command()
	if errors.Is(err, feed.ErrUnknownCommand) {
		return &feed.Result{ID: cmd.ID, Status: feed.Deferred, At: g.now}, nil
	}
	if err != nil {
		return g.refusal(cmd, app.Refuse(app.Invalid, "command.malformed")), nil
	}
	n := &numbering{Tx: g.tx, group: g}
	var trouble error
	err = g.tx.Savepoint(func() error {
		if err := execute(n, full, now); err != nil {
			return err
		}
		trouble = g.record(cmd)
		return trouble
	})
	switch {
	case trouble != nil:
		return nil, trouble
	case err == nil:
		g.alarms(cmd, n)
		return &feed.Result{ID: cmd.ID, Status: feed.Accepted, Seq: g.seq, At: g.now, Book: n.book, Year: n.year, Number: n.number}, nil
	}
	var e *app.Error
	if !errors.As(err, &e) || e.Code == app.Full {
		return nil, err // the store's trouble: the command comes again
	}
	if e.Code == app.Internal {
		g.cfg.Log.Error("command failed", "command", cmd.ID.String(), "name", cmd.Name, "reason", e.Reason, "error", e.Err)
		e = app.Refuse(app.Internal, "internal")
	}
	return g.refusal(cmd, e), g.keepNumber(full, e)
}

// execute runs the domain's code; a panic there is that command's failure
// alone.
func execute(tx app.Tx, cmd *app.Command, now app.Time) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = app.Errorf(app.Internal, "internal", "panic in %s: %v\n%s", cmd.Name, p, debug.Stack())
		}
	}()
	return app.Execute(tx, cmd, now, true)
}
