package desktop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// disk is what is known of the trouble that this machine's disk makes.
type disk struct {
	trouble atomic.Pointer[string] // reason of what keeps the disk from its work; nil or "" = nothing
	// serverFull: the server said that it has no room for what this laptop sends.
	serverFull atomic.Bool
	// clockWrong: the server cannot be verified, by what this machine takes for
	// the present.
	clockWrong atomic.Bool
	repair     atomic.Pointer[repaired] // what the person has yet to be told; nil = nothing
	mended     atomic.Int32             // how often the running program has repaired its database
}

// suspectFile marks a database in which damage was met. Whoever opens it next,
// the running program or the next start, saves what it can from it and begins
// another.
const suspectFile = "replica.suspect"

func (a *App) path(name string) string { return filepath.Join(a.cfg.Data, name) }

func (a *App) replicaOptions(name string) sqlite.Options {
	return sqlite.Options{Path: a.path(name), Role: sqlite.Replica, Clock: a.clock.Now, Trouble: a.diskTrouble}
}

// diskTrouble is told by the store, in the middle of its work.
func (a *App) diskTrouble(reason string) {
	a.disk.trouble.Store(&reason)
	a.log.Warn("the disk", "trouble", reason)
	if reason == sqlite.ReasonCorrupt {
		a.suspect()
		return
	}
	a.events.Publish(api.Event{Entity: "sync"}, nil)
}

// trouble is the reason of what keeps this disk or the server's from its work, ""
// for nothing.
func (a *App) trouble() string {
	if reason := a.disk.trouble.Load(); reason != nil && *reason != "" {
		return *reason
	}
	if a.disk.serverFull.Load() {
		return "server.full"
	}
	if a.disk.clockWrong.Load() {
		return "clock.wrong"
	}
	return ""
}

// inspectAfter leaves the start of the program alone.
const inspectAfter = 20 * time.Second

// inspect looks for damage in the database that nothing has met yet, once an
// opening: while the server can still fill a new one.
func (a *App) inspect() {
	o := a.opening
	o.wg.Go(func() {
		wait := time.NewTimer(inspectAfter)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-o.ctx.Done():
			return
		}
		err := o.store.QuickCheck(o.ctx)
		if err != nil && o.ctx.Err() == nil {
			a.log.Error("the database was inspected", "err", err)
		}
	})
}

// openReplica opens this laptop's database, or saves what can be saved from a
// damaged one and opens the new.
func (a *App) openReplica() (*sqlite.Store, error) {
	if err := a.finishRepair(); err != nil {
		return nil, err
	}
	_, err := os.Stat(a.path(suspectFile))
	suspect := err == nil
	if !suspect {
		store, err := sqlite.Open(a.ctx, a.replicaOptions(databaseFile))
		if app.AsError(err) == nil || app.AsError(err).Reason != sqlite.ReasonCorrupt {
			return store, err
		}
		a.log.Error("the database is damaged", "err", err)
	}
	if err := a.repair(); err != nil {
		return nil, err
	}
	return sqlite.Open(a.ctx, a.replicaOptions(databaseFile))
}

// Repair is what the person has yet to be told; nil = nothing.
func (d *disk) Repair() *api.Repair {
	if r := d.repair.Load(); r != nil {
		return &r.Repair
	}
	return nil
}

// RepairRead implements api.Sync: the note goes once the person has read it.
func (a panel) RepairRead(context.Context) error {
	a.disk.repair.Store(nil)
	if err := os.Remove(a.path(repairNote)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return app.Errorf(app.Internal, sqlite.ReasonIO, "%w", err)
	}
	a.events.Publish(api.Event{Entity: "sync"}, nil)
	return nil
}
