package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/steady"
)

const (
	// papersEvery is how soon a material opens after its time has come.
	papersEvery = 10 * time.Second
	// papersAtOnce bounds the materials of one look.
	papersAtOnce = 500
)

// paperClock opens and recalls materials of meetings at their times. A clock that
// has jumped takes nothing away from anybody.
type paperClock struct {
	store  *sqlite.Store
	system systemGiver
	steady *steady.Clock
	log    *slog.Logger
	woken  chan struct{} // capacity 1: a material has changed
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startPaperClock(s *Server) *paperClock {
	c := &paperClock{store: s.store, system: s, steady: s.steady, log: s.log, woken: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.done.Go(func() { c.run(ctx) })
	return c
}

func (c *paperClock) stop() {
	c.cancel()
	c.done.Wait()
}

// changed is told of every commit; it never blocks.
func (c *paperClock) changed(changes []sqlite.Change) {
	for _, ch := range changes {
		if ch.Key.Kind == app.KindMaterial {
			poke(c.woken)
			return
		}
	}
}

func (c *paperClock) run(ctx context.Context) {
	tick := time.NewTicker(papersEvery)
	defer tick.Stop()
	for {
		if err := c.look(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("opening and recalling materials", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-c.woken:
		case <-tick.C:
		}
	}
}

// look gives the commands that are due.
func (c *paperClock) look(ctx context.Context) error {
	believed, sure := c.steady.Now()
	var open, recall []app.ID
	err := c.store.Read(ctx, func(v *sqlite.View) (err error) {
		if open, err = v.MaterialsToOpen(c.store.Now(), papersAtOnce); err != nil || !sure {
			return err
		}
		recall, err = v.MaterialsToRecall(app.TimeOf(believed), papersAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	if err := c.give(ctx, "material.open.1", open); err != nil {
		return err
	}
	return c.give(ctx, "material.recall.1", recall)
}

func (c *paperClock) give(ctx context.Context, name string, materials []app.ID) error {
	for _, id := range materials {
		key := app.Key{Kind: app.KindMaterial, ID: id}
		var meeting app.ID
		err := c.store.Read(ctx, func(v *sqlite.View) error {
			r, err := v.Get(key)
			if m, ok := r.(*app.Material); ok {
				meeting = m.Meeting
			}
			return err
		})
		if err == nil {
			err = c.system.GiveSystem(ctx, name, key, &app.MaterialStep{Meeting: meeting})
		}
		switch e := app.AsError(err); {
		case err == nil:
		case e.Code == app.Conflict, e.Code == app.NotFound: // somebody was quicker
		default:
			return err
		}
	}
	return nil
}
