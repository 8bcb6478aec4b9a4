package replica

import (
	"context"
	"math"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Wipe takes every record off this disk, as if all scopes had been lost at
// once: for a device that the server has revoked. What its person gave and the
// server has not answered stays with him, marked lost. Should the server let
// the device in again after all, it loads everything anew.
func (r *Replica) Wipe(ctx context.Context) error {
	a := &applier{Replica: r, page: &feed.Page{Members: &feed.Membership{}}, sums: map[app.Scope]feed.Sum{}}
	err := r.cfg.Store.Write(ctx, func(tx Tx) error {
		a.tx = tx
		return a.wipe()
	})
	if err != nil {
		return err
	}
	r.remember(a)
	r.cfg.Changed()
	return nil
}

func (a *applier) wipe() error {
	var err error
	if a.state, err = a.tx.SyncState(); err != nil {
		return err
	}
	if err := a.loadTouched(); err != nil {
		return err
	}
	b := &rebase{a: a, again: map[app.CommandID]bool{}, back: map[app.Key]bool{}}
	for key := range a.touched { // also what only pending commands made
		if err := b.include(key); err != nil {
			return err
		}
	}
	if err := a.members(b); err != nil {
		return err
	}
	if err := b.finish(); err != nil {
		return err
	}
	if err := a.tx.TidyOutbox(math.MaxInt64); err != nil { // answered commands quote the records
		return err
	}
	a.state.Cursor, a.state.Level = nil, 0
	return a.tx.SetSyncState(a.state)
}
