package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// handOverEvery is how often the server looks for work of people who have left
// though nothing in the directory has changed: posts end by the calendar, too.
const handOverEvery = time.Hour

// handOversAtOnce bounds the documents of one person that are looked at in one go.
const handOversAtOnce = 500

// handOvers opens a hand-over (bàn giao) in each document that waits for
// somebody who has left its office. His access has ended before that and
// without it.
type handOvers struct {
	store  *sqlite.Store
	system systemGiver
	log    *slog.Logger
	woken  chan struct{} // capacity 1: the directory has changed
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func startHandOvers(s *Server) *handOvers {
	h := &handOvers{store: s.store, system: s, log: s.log, woken: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	h.cancel = cancel
	h.done.Add(1)
	go func() {
		defer h.done.Done()
		h.run(ctx)
	}()
	return h
}

func (h *handOvers) stop() {
	h.cancel()
	h.done.Wait()
}

// changed is told of every commit; it never blocks.
func (h *handOvers) changed(changes []sqlite.Change) {
	for _, c := range changes {
		if c.Key.Kind == app.KindPerson || c.Key.Kind == app.KindUnit {
			select {
			case h.woken <- struct{}{}:
			default:
			}
			return
		}
	}
}

func (h *handOvers) run(ctx context.Context) {
	tick := time.NewTicker(handOverEvery)
	defer tick.Stop()
	for {
		if err := h.sweep(ctx); err != nil && ctx.Err() == nil {
			h.log.Error("looking for work of people who have left", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-h.woken:
		case <-tick.C:
		}
	}
}

// sweep looks through everybody for whom something waits.
func (h *handOvers) sweep(ctx context.Context) error {
	var holders []app.Scope
	err := h.store.Read(ctx, func(v *sqlite.View) (err error) {
		holders, err = v.WaitedFor()
		return err
	})
	if err != nil {
		return err
	}
	dir, today := h.store.Directory(), h.store.Now().Date()
	for _, holder := range holders {
		of, ok := holder.Parts()
		if !ok || !dir.HasLeft(of.Person, of.Unit, today) {
			continue
		}
		if err := h.open(ctx, holder, &app.OpenHandOver{Person: of.Person, Unit: dir.LastUnit(of.Person, of.Unit, today)}); err != nil {
			return err
		}
	}
	return nil
}

// open opens the hand-overs of one person in one office.
func (h *handOvers) open(ctx context.Context, holder app.Scope, args *app.OpenHandOver) error {
	var docs []app.ID
	err := h.store.Read(ctx, func(v *sqlite.View) (err error) {
		docs, err = v.Orphaned(holder, args.Person, handOversAtOnce)
		return err
	})
	if err != nil {
		return err
	}
	opened := 0
	for _, id := range docs {
		err := h.system.GiveSystem(ctx, "document.open_hand_over.1", app.Key{Kind: app.KindDocument, ID: id}, args)
		if e := app.AsError(err); e != nil && e.Code == app.Conflict {
			continue // somebody was quicker
		}
		if err != nil {
			return err
		}
		opened++
	}
	if opened > 0 {
		h.log.Info("work to be handed over", "person", args.Person, "documents", opened)
	}
	if opened == handOversAtOnce {
		return h.open(ctx, holder, args)
	}
	return nil
}
