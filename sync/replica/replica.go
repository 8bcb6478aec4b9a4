package replica

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Config of a replica.
type Config struct {
	Store  Store
	Person app.ID // whose replica this is
	Writer uint32 // number of this incarnation, from enrolment
	// Sign puts the device's Ed25519 signature under a command.
	Sign func([]byte) ([]byte, error)
	// ServerKey verifies receipts.
	ServerKey ed25519.PublicKey
	Clock     func() app.Time
	Log       *slog.Logger
	// Changed is called after every commit that may have changed the Status,
	// on the committing goroutine. It must not block.
	Changed func()
}

// keepAcknowledged is how long accepted commands are kept: should the server
// be restored from a backup, they are its memory of the last days.
const keepAcknowledged = 30 * 24 * 3600 * 1000

// Replica is one person's copy on one laptop. Its methods may be used
// concurrently; each is one transaction.
type Replica struct {
	cfg Config

	// mu guards what is remembered between transactions only.
	mu        sync.Mutex
	remaining [app.Classes]int64
	asked     []feed.Bucketed // buckets to ask for after a mismatch
	unlike    bool            // the sums differ: ask for their buckets
	stubborn  uint64          // digest that no repair could reach; not asked about again
	repairs   int
	renewing  bool    // the server came back from a backup: to differ from it is no mistake
	itemBytes float64 // bytes of a record on the wire, as lately seen
}

// New opens a replica. A store that belongs to another person is refused. A
// writer other than the stored one begins a new incarnation; what the old one
// still had waiting is sent as it was signed.
func New(ctx context.Context, cfg Config) (*Replica, error) {
	switch {
	case cfg.Store == nil || cfg.Sign == nil || cfg.Clock == nil:
		return nil, errors.New("replica: Store, Sign and Clock must be set")
	case cfg.Person == "" || cfg.Writer == 0 || len(cfg.ServerKey) != ed25519.PublicKeySize:
		return nil, errors.New("replica: Person, Writer and ServerKey must be set")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Changed == nil {
		cfg.Changed = func() {}
	}
	r := &Replica{cfg: cfg, itemBytes: 250}
	err := cfg.Store.Write(ctx, func(tx Tx) error {
		s, err := tx.SyncState()
		if err != nil {
			return err
		}
		if s.Person != "" && s.Person != cfg.Person {
			return app.Errorf(app.Forbidden, "replica.other_person", "store belongs to %q", s.Person)
		}
		if s.Person == cfg.Person && s.Writer == cfg.Writer {
			return nil
		}
		s.Person = cfg.Person
		if s.Writer != cfg.Writer {
			s.Writer, s.Next = cfg.Writer, 1
		}
		return tx.SetSyncState(s)
	})
	if err != nil {
		return nil, fmt.Errorf("replica: open: %w", err)
	}
	return r, nil
}

// now is the best estimate of the server's clock: never before what the server
// was last seen to say.
func (r *Replica) now(s *feed.State) app.Time { return max(r.cfg.Clock()+s.Skew, s.Seen) }

// Give runs a command at once and puts it into the outbox. Name, Target, Args
// and, when acting for somebody, Delegation are the caller's to set; Base is
// the version that the person saw, 0 = the present one. A refusal comes as
// *app.Error; then nothing was kept.
func (r *Replica) Give(ctx context.Context, cmd app.Command) (app.CommandID, error) {
	err := r.cfg.Store.Write(ctx, func(tx Tx) error { return r.give(tx, &cmd) })
	if err != nil {
		return 0, err
	}
	r.cfg.Changed()
	return cmd.ID, nil
}

// Keep puts a command into the outbox without running it: work that the records
// here would refuse, on a laptop that is about to leave and hands over what it
// alone holds. Should it stay after all, the server decides.
func (r *Replica) Keep(ctx context.Context, cmd app.Command) (app.CommandID, error) {
	err := r.cfg.Store.Write(ctx, func(tx Tx) error {
		s, err := r.begin(tx, &cmd)
		if err == nil {
			err = r.put(tx, s, &cmd)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	r.cfg.Changed()
	return cmd.ID, nil
}

func (r *Replica) give(tx Tx, cmd *app.Command) error {
	s, err := r.begin(tx, cmd)
	if err != nil {
		return err
	}
	cmd.Fresh = true // a holder's number goes into it, under the signature
	if err := r.run(tx, cmd, r.now(&s)); err != nil {
		return err
	}
	return r.put(tx, s, cmd)
}

// begin fills in what a command has from this replica.
func (r *Replica) begin(tx Tx, cmd *app.Command) (feed.State, error) {
	s, err := tx.SyncState()
	if err != nil {
		return s, err
	}
	cmd.ID = app.NewCommandID(s.Writer, s.Next)
	cmd.Actor = r.cfg.Person
	cmd.At, cmd.ServerSeen = r.cfg.Clock(), s.Seen
	if cmd.Base == 0 {
		if cmd.Base, err = tx.Version(cmd.Target); err != nil {
			return s, err
		}
	}
	app.NormalizeArgs(cmd.Args)
	return s, nil
}

// put signs the command and takes the next counter for it.
func (r *Replica) put(tx Tx, s feed.State, cmd *app.Command) error {
	signed, err := feed.NewCommand(cmd, r.cfg.Sign)
	if err != nil {
		return err
	}
	s.Next++
	if err := tx.SetSyncState(s); err != nil {
		return err
	}
	return tx.PutOutbox(feed.OutboxRow{
		ID: cmd.ID, Target: cmd.Target, Name: cmd.Name, Command: signed.Marshal(), State: feed.OutWaiting, Given: cmd.At,
	})
}

// run executes a pending command on the laptop's records, remembering the
// server's state of what it changes. What fails leaves no trace.
func (r *Replica) run(tx Tx, cmd *app.Command, now app.Time) error { return r.runOn(tx, tx, cmd, now) }

// runOn runs it on what the domain shall see of the transaction.
func (r *Replica) runOn(tx Tx, seen app.Tx, cmd *app.Command, now app.Time) error {
	return tx.Savepoint(func() error {
		if err := app.Execute(seen, cmd, now, false); err != nil {
			return err
		}
		for _, ch := range tx.FeedChanges() {
			_, _, ok, err := tx.Base(ch.Key)
			if err == nil && !ok {
				err = tx.SetBase(ch.Key, ch.Old, ch.OldVersion)
			}
			if err == nil {
				err = tx.Touch(cmd.ID, ch.Key)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
