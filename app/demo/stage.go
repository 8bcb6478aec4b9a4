package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"khonggiay/app"
	"khonggiay/app/server/pki"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/hub"
)

// What stands in a server's data directory; the names are app/server's.
const (
	databaseFile = "khonggiay.db"
	contentDir   = "content"
	keysDir      = "ca"
)

// archive is a server's data directory, opened to be filled: the real store
// behind the real hub, with a clock that the history sets.
type archive struct {
	store *sqlite.Store
	files *content.Store
	core  *hub.Core
	own   uint32 // the server's own writer
	now   app.Time
	tx    *sqlite.Tx // of the batch that is being played
}

// openArchive makes the directory of a new server.
func openArchive(ctx context.Context, dir string, now time.Time) (a *archive, err error) {
	if _, err := os.Stat(filepath.Join(dir, databaseFile)); err == nil {
		return nil, fmt.Errorf("demo: %s holds a server already", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	authority, _, err := pki.Open(filepath.Join(dir, keysDir), "Tỉnh "+provinceName, now)
	if err != nil {
		return nil, err
	}
	a = &archive{}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	a.store, err = sqlite.Open(ctx, sqlite.Options{Path: filepath.Join(dir, databaseFile), Role: sqlite.Server,
		Clock: func() app.Time { return a.now }, Holder: app.HolderServer, NoSync: true})
	if err != nil {
		return a, err
	}
	if a.files, err = content.Open(filepath.Join(dir, contentDir), content.Options{}); err != nil {
		return a, err
	}
	return a, a.openHub(ctx, authority)
}

func (a *archive) openHub(ctx context.Context, authority *pki.Authority) error {
	var epoch uint64
	err := a.store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		if epoch, err = tx.NewEpoch(); err != nil {
			return err
		}
		a.own, err = tx.OwnWriter()
		return err
	})
	if err != nil {
		return err
	}
	a.core, err = hub.NewCore(hub.Config{
		Store: batch{a}, Devices: nobody{}, Clock: func() app.Time { return a.now }, Epoch: epoch,
		SignKey: authority.ResultsKey(), CursorKey: authority.CursorKey(),
		Own: a.own, OwnKey: authority.CommandsKey(), Log: slog.New(slog.DiscardHandler),
	})
	return err
}

func (a *archive) close() error {
	var errs []error
	if a.files != nil {
		errs = append(errs, a.files.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}

// together runs fn in one transaction: thousands of commands of one province
// that nobody reads yet.
func (a *archive) together(ctx context.Context, fn func() error) error {
	return a.store.Write(ctx, func(tx *sqlite.Tx) error {
		a.tx = tx
		defer func() { a.tx = nil }()
		return fn()
	})
}

// Give implements Stage.
func (a *archive) Give(ctx context.Context, at app.Time, cmd *app.Command) (app.CommandID, uint32, error) {
	a.now = at
	sub := &hub.Submission{Peer: hub.Peer{Writer: a.own}, Own: cmd}
	a.core.Commit(ctx, []*hub.Submission{sub})
	if sub.Err != nil {
		return 0, 0, sub.Err
	}
	if len(sub.Answers) != 1 {
		return 0, 0, fmt.Errorf("demo: %d answers to one command", len(sub.Answers))
	}
	r := sub.Answers[0]
	if e := r.Err(); e != nil {
		return 0, 0, e
	}
	return r.ID, r.Number, nil
}

// Get implements Stage.
func (a *archive) Get(key app.Key) (app.Record, error) { return a.tx.Get(key) }

// Seal implements Sealer: the content goes into the server's own store.
func (a *archive) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	v, err := a.files.Seal(ctx, src)
	if err != nil {
		return v, err
	}
	for _, s := range v.Segments {
		if err := a.tx.PutHave(s.Name, s.Size, "", a.now); err != nil {
			return v, err
		}
	}
	return v, nil
}

// batch is the hub's store within the batch's transaction.
type batch struct{ a *archive }

// Write implements hub.Store.
func (b batch) Write(_ context.Context, fn func(hub.Tx) error) error { return fn(b.a.tx) }

// Read implements hub.Store.
func (b batch) Read(_ context.Context, fn func(hub.View) error) error { return fn(b.a.tx) }

// nobody has a laptop yet.
type nobody struct{}

// Writer implements hub.Devices.
func (nobody) Writer(uint32) (hub.WriterKey, error) { return hub.WriterKey{}, app.ErrNotFound }
