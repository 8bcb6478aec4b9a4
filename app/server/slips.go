package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// slipsEvery is how often the server looks for opinion slips that are due.
const slipsEvery = time.Minute

// slipClock closes opinion slips (phiếu lấy ý kiến) at their deadline.
type slipClock struct {
	store  *sqlite.Store
	system systemGiver
	log    *slog.Logger
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startSlipClock(s *Server) *slipClock {
	ctx, cancel := context.WithCancel(context.Background())
	c := &slipClock{store: s.store, system: s, log: s.log, cancel: cancel}
	c.done.Go(func() { c.run(ctx) })
	return c
}

func (c *slipClock) stop() error {
	c.cancel()
	c.done.Wait()
	return nil
}

func (c *slipClock) run(ctx context.Context) {
	tick := time.NewTicker(slipsEvery)
	defer tick.Stop()
	for {
		if err := c.sweep(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("closing opinion slips", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sweep closes every slip whose deadline has passed.
func (c *slipClock) sweep(ctx context.Context) error {
	var due []app.Key
	now := c.store.Now()
	err := c.store.Read(ctx, func(v *sqlite.View) error {
		records, err := v.Records(app.Viewer{All: true}, app.KindSlip)
		for _, r := range records {
			if s := r.(*app.OpinionSlip); s.State == app.SlipSent && s.Due < now {
				due = append(due, s.Key())
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, key := range due {
		err := c.system.GiveSystem(ctx, "slip.close.1", key, &app.SlipNote{})
		if e := app.AsError(err); e != nil && e.Code != app.Conflict { // somebody was quicker
			return err
		}
	}
	return nil
}
