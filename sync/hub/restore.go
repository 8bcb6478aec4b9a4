package hub

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// A server that came back from a backup has forgotten its last hours or days.
// Laptops notice by the epoch and bring back what they gave in that time: the
// same commands, with the receipts that say what had become of them. They come
// in any order. What builds on others that are not here yet is parked, and
// tried again when its record changes, and now and then.

// parkedReason is that of a result that says so.
const parkedReason = "restore.waiting"

// parkedBatch is how many parked commands are tried in one transaction.
const parkedBatch = 1000

// before is what receipts of earlier epochs say of a submission's commands.
type before map[app.CommandID]*feed.Result

// proven reads the receipts that came with the commands: those that this
// server signed before it was restored.
func (g *group) proven(s *Submission) before {
	out := before{}
	key := g.cfg.SignKey.Public().(ed25519.PublicKey)
	for _, p := range s.Proofs {
		if p.Epoch == g.cfg.Epoch || !p.Verify(key) {
			continue
		}
		for i := range p.Results {
			if r := &p.Results[i]; r.Status == feed.Accepted {
				out[r.ID] = r
			}
		}
	}
	return out
}

// Submission is what a request gives. What it says of counters is true of the
// epoch that the laptop knows: a server that has come back from a backup since
// may have forgotten them.
func (c *Core) Submission(peer Peer, req *feed.Request) *Submission {
	s := &Submission{Peer: peer, Commands: req.Commands, Purged: req.Purged, Proofs: req.Proofs}
	if req.Epoch == c.cfg.Epoch {
		s.Follows = req.Follows
	}
	return s
}

// restored loads until when commands wait for each other; 0 = there never was
// a restore.
func (g *group) restored() (err error) {
	g.until, err = g.tx.Reconciling()
	return err
}

func (g *group) reconciling() bool { return g.now < g.until }

// mayJump reports whether the counters from next up to the command's may be
// left out: the laptop says that what had them was decided before the restore
// and will not come again.
func (g *group) mayJump(next, follows uint32) bool {
	return g.until != 0 && follows != 0 && next >= follows
}

// claim lets a device that had to be enrolled again bring what it had signed
// as a writer that the backup does not know: the signature is by its key.
func (g *group) claim(peer Peer, cmd *feed.Command) (WriterKey, error) {
	number := cmd.ID.Writer()
	if w, done := g.claimed[number]; done {
		return w, nil
	}
	lost, err := g.tx.LostWriter(number)
	if err != nil || !lost {
		return WriterKey{}, errors.Join(app.ErrNotFound, err)
	}
	w, err := g.cfg.Devices.Writer(peer.Writer)
	if err != nil || w.Device != peer.Device || !cmd.Verify(w.Key) {
		return WriterKey{}, errors.Join(app.ErrNotFound, err)
	}
	g.claimed[number] = w
	return w, g.tx.ClaimWriter(number, peer.Device, g.now)
}

// decideAgain decides a command of which an earlier epoch said something.
// Parked is true when it must wait for others.
func (g *group) decideAgain(cmd *feed.Command, was *feed.Result) (r *feed.Result, parked bool, err error) {
	now := g.now
	if was != nil {
		now = was.At // so that its day, its powers and its history are those of then
		if err := g.takeBack(cmd, was); err != nil {
			return nil, false, err
		}
	}
	if r, err = g.decide(cmd, now); err != nil || r.Status != feed.Refused || r.Erase || !g.reconciling() {
		return r, false, err
	}
	if was == nil {
		others, err := g.tx.ParkedOn(cmd.Target)
		if err != nil || len(others) == 0 {
			return r, false, err
		}
	}
	return &feed.Result{ID: cmd.ID, Status: feed.Deferred, At: g.now, Reason: parkedReason}, true, nil
}

// takeBack keeps the number that the command had been given for its document,
// before anything else can get it.
func (g *group) takeBack(cmd *feed.Command, was *feed.Result) error {
	if was.Number == 0 {
		return nil
	}
	if holders, err := g.tx.Numbered(was.Book, was.Year, was.Number); err != nil || len(holders) == 1 && holders[0] == cmd.Target.ID {
		return err
	}
	return g.giveOwn(&app.Command{
		Name: "book.take_back.1", Target: app.Key{Kind: app.KindBook, ID: was.Book}, Actor: app.SystemPerson,
		Args: &app.BookTakeBack{Year: was.Year, Number: was.Number, Doc: cmd.Target.ID, By: cmd.Actor},
	})
}

// giveOwn gives a command of the system within this transaction. A refusal is
// logged: nobody waits for it.
func (g *group) giveOwn(cmd *app.Command) error {
	s := &Submission{Peer: g.own(), Own: cmd}
	if err := g.numberOwn(s); err != nil {
		return err
	}
	r, err := g.command(s.Peer, s.Commands[0], nil, 0)
	if err == nil && r.Err() != nil {
		g.cfg.Log.Error("the system's command was refused", "name", cmd.Name, "target", cmd.Target.ID, "reason", r.Reason)
	}
	return err
}

// unpark tries the parked commands about records that this transaction has
// changed, and those about what they change in turn.
func (g *group) unpark() error {
	if g.until == 0 {
		return nil
	}
	for len(g.changed) > 0 {
		key := g.changed[0]
		g.changed = g.changed[1:]
		list, err := g.tx.ParkedOn(key)
		if err != nil {
			return err
		}
		for _, p := range list {
			if _, err := g.retryParked(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// retryParked decides a parked command, unless it has to wait on.
func (g *group) retryParked(p feed.Parked) (decided bool, err error) {
	now := g.now
	if p.Before != nil {
		now = p.Before.At
	}
	r, err := g.decide(p.Command, now)
	if err != nil || r.Status == feed.Deferred || r.Status == feed.Refused && g.reconciling() {
		return false, err
	}
	if err := g.tx.Unpark(p.Command.ID); err != nil {
		return false, err
	}
	return true, g.store(Peer{Device: p.Device, Writer: p.Command.ID.Writer()}, p.Command, p.Command.Hash(), r)
}

// Unpark tries everything that is parked, in the order of before the restore.
// When the time for it is over, what still cannot be run is refused. Call it
// now and then.
func (c *Core) Unpark(ctx context.Context) (*Woken, error) {
	none := true
	err := c.cfg.Store.Read(ctx, func(v View) error {
		list, err := v.ParkedCommands(1)
		none = len(list) == 0
		return err
	})
	if err != nil || none {
		return newWoken(), err
	}
	return c.alone(ctx, func(g *group) error {
		for again := true; again; {
			again = false
			list, err := g.tx.ParkedCommands(parkedBatch)
			if err != nil {
				return err
			}
			for _, p := range list {
				decided, err := g.retryParked(p)
				if err != nil {
					return err
				}
				again = again || decided
			}
		}
		return nil
	})
}

// CloseBooks closes every book of a server that was restored since it was last
// called: none gives numbers until a clerk has said which was the last. Call it
// before anything else.
func (c *Core) CloseBooks(ctx context.Context) (*Woken, error) {
	return c.alone(ctx, func(g *group) error {
		done, err := g.tx.BooksClosed()
		if err != nil || g.until == 0 || done == g.cfg.Epoch {
			return err
		}
		for _, b := range g.tx.Directory().AllBooks() {
			if b.Closed() {
				continue
			}
			err := g.giveOwn(&app.Command{Name: "book.close.1", Target: b.Key(), Actor: app.SystemPerson, Args: &app.BookClose{}})
			if err != nil {
				return err
			}
		}
		return g.tx.SetBooksClosed(g.cfg.Epoch)
	})
}

// alone runs one piece of the server's own work as a transaction.
func (c *Core) alone(ctx context.Context, work func(*group) error) (*Woken, error) {
	g := c.newGroup()
	err := c.cfg.Store.Write(ctx, func(tx Tx) (err error) {
		if err := g.begin(tx); err != nil {
			return err
		}
		if err := work(g); err != nil {
			return err
		}
		if err := g.unpark(); err != nil {
			return err
		}
		return g.members()
	})
	if err != nil {
		return nil, err
	}
	for _, tell := range g.told {
		tell()
	}
	return g.woken, nil
}

// earlier are those of the writers that are the device's own.
func (c *Core) earlier(peer Peer, writers []uint32) (out []uint32) {
	for _, n := range writers {
		if n == peer.Writer {
			continue
		}
		if w, err := c.cfg.Devices.Writer(n); err == nil && w.Device == peer.Device {
			out = append(out, n)
		}
	}
	return out
}

// standing tells a laptop that begins anew where its writers stand: should it
// have been here before the restore, it sends again what comes after. One that
// is not named begins at 1.
func (b *builder) standing() error {
	if b.cur.Member != 0 {
		return nil
	}
	for _, n := range b.writers() {
		next, err := b.v.Next(n)
		if err != nil {
			return err
		}
		b.page.Standing = append(b.page.Standing, feed.Standing{Writer: n, Next: next})
	}
	return nil
}

// answersFrom is the place in the order of results after which a laptop that
// begins anew is told them. What it still waits for, it asks for again; but of a
// server that came back from a backup it may hold other answers than this one
// gave: those of a time that an earlier restore began and the last one ended.
func (b *builder) answersFrom() (uint64, error) {
	until, err := b.v.Reconciling()
	if now := b.pull.core.cfg.Clock(); err != nil || until <= now {
		return b.pos, err
	}
	return b.v.DecidedBefore(b.writers(), until-2*answersKept, b.pos)
}

// answersKept is how long a laptop keeps what was accepted, and how long after a
// restore it is waited for.
const answersKept = 30 * 24 * 3600 * 1000

// writers are all that the device has had.
func (b *builder) writers() []uint32 { return append([]uint32{b.pull.peer.Writer}, b.pull.writers...) }

// news lists the results after the cursor of all the device's writers, oldest
// first.
func (b *builder) news() ([]feed.StoredResult, error) {
	var out []feed.StoredResult
	for _, n := range b.writers() {
		rows, err := b.v.Results(n, b.cur.Pos, resultsPerPage)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(x, y feed.StoredResult) int { return cmp.Compare(x.Pos, y.Pos) })
	return out[:min(len(out), resultsPerPage)], nil
}
