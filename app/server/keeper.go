package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/app/steady"
	"khonggiay/sync/content"
)

const (
	keepEvery = time.Minute    // flush touches, look for files completed unnoticed
	tidyEvery = 24 * time.Hour // sessions, codes, certificate; unnamed content
	tidyBatch = 500
)

// systemGiver gives a command of the system itself.
type systemGiver interface {
	GiveSystem(ctx context.Context, name string, target app.Key, args any) error
}

// keeper is the server's one housekeeping goroutine: it tells records when
// their files are complete, writes down who was there, and removes what nobody
// needs any more.
type keeper struct {
	store   *sqlite.Store
	files   *content.Store
	system  systemGiver
	touch   *touches
	now     func() time.Time
	steady  *steady.Clock
	uptime  func() time.Duration
	idle    time.Duration // of sessions
	unnamed time.Duration
	renew   func() error // the server's certificate
	log     *slog.Logger
	woken   chan struct{}
	tidied  time.Time
	// pruning is held while prune runs; guards pruned.
	pruning sync.Mutex
	pruned  time.Duration // uptime of the last time; 0 = not yet
	// completing is held while complete runs; guards refused.
	completing sync.Mutex
	// refused are files whose completion was refused; asked once per start.
	refused map[sqlite.RecordFile]bool
	// removing is held while content goes, and for reading while content that
	// is there is noted: nobody is told "it is here" of what is on its way out.
	removing sync.RWMutex
	cancel   context.CancelFunc
	finished sync.WaitGroup
}

// wake has the keeper look for completed files now. It never blocks.
func (k *keeper) wake() {
	select {
	case k.woken <- struct{}{}:
	default:
	}
}

// changed is called after every commit: a file's segments may have been here
// before its record.
func (k *keeper) changed(changes []sqlite.Change) {
	for _, c := range changes {
		if c.Key.Kind.CarriesFiles() {
			k.wake()
			return
		}
	}
}

func (k *keeper) start() {
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel = cancel
	k.finished.Add(1)
	go func() {
		defer k.finished.Done()
		k.run(ctx)
	}()
}

// stop ends the goroutine, waits for it, and writes down what it still holds.
func (k *keeper) stop() {
	k.cancel()
	k.finished.Wait()
	k.report("flush", k.touch.flush(context.Background(), k.store))
}

func (k *keeper) run(ctx context.Context) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		k.report("complete files", k.complete(ctx))
		if now := k.now(); now.Sub(k.tidied) >= tidyEvery {
			k.tidied = now
			k.report("tidy", k.tidy(ctx))
		}
		k.pruneWhenDue(ctx)
		select {
		case <-ctx.Done():
			return
		case <-k.woken:
		case <-tick.C:
			k.report("flush", k.touch.flush(ctx, k.store))
		}
	}
}

func (k *keeper) report(what string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		k.log.Error("housekeeping failed", "what", what, "err", err)
	}
}

// complete tells the record of each file whose segments are all there and are
// the file that the record says.
func (k *keeper) complete(ctx context.Context) error {
	k.completing.Lock()
	defer k.completing.Unlock()
	for last := (sqlite.RecordFile{}); ; {
		var files []sqlite.RecordFile
		err := k.store.Read(ctx, func(v *sqlite.View) (err error) {
			files, err = v.CompleteFiles(last, tidyBatch)
			return err
		})
		if err != nil || len(files) == 0 {
			return err
		}
		for _, f := range files {
			last = f
			if k.refused[f] {
				continue
			}
			if err := k.completeOne(ctx, f); err != nil {
				return err
			}
		}
	}
}

// completeOne notes a file that nothing can be made of; the error is the
// server's own trouble, after which all are looked at again later.
func (k *keeper) completeOne(ctx context.Context, f sqlite.RecordFile) error {
	name := app.StoredCommand(f.Record.Kind)
	if name == "" {
		return nil // a later version's
	}
	err := k.verify(ctx, f)
	if err == nil {
		err = k.system.GiveSystem(ctx, name, f.Record, &app.ContentStored{File: f.File})
	}
	if err == nil {
		return nil
	}
	if code := app.AsError(err).Code; code == app.Internal || code == app.Offline {
		return err
	}
	k.refused[f] = true
	k.report("content_stored", fmt.Errorf("record %s, file %d: %w", f.Record.ID, f.File, err))
	return nil
}

// verify reads a file whole. Who approves or signs binds himself to the hash in
// the record, so a device must not give another one than its content has.
func (k *keeper) verify(ctx context.Context, f sqlite.RecordFile) error {
	var file app.File
	err := k.store.Read(ctx, func(v *sqlite.View) (err error) {
		file, err = v.File(f)
		return err
	})
	if err != nil {
		return err
	}
	return falseContent(k.files.Verify(ctx, file.Content))
}

// falseContent is the refusal of a file that is not what its record says, or
// that went from the disk; any other error is the server's own trouble.
func falseContent(err error) error {
	switch {
	case errors.Is(err, content.ErrCorrupt), errors.Is(err, content.ErrInvalid):
		return &app.Error{Code: app.Invalid, Reason: "content.corrupt", Err: err}
	case errors.Is(err, content.ErrNotFound):
		return &app.Error{Code: app.NotFound, Reason: "content.not_here", Err: err}
	}
	return err
}

// tidy does the daily work that costs nobody anything.
func (k *keeper) tidy(ctx context.Context) error {
	now := k.now()
	err := k.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.TidyAccounts(app.TimeOf(now), app.TimeOf(now.Add(-k.idle)))
	})
	return errors.Join(err, k.adopt(ctx), k.renew())
}

// pruneWhenDue prunes daily, by a clock that is to be trusted.
func (k *keeper) pruneWhenDue(ctx context.Context) {
	k.pruning.Lock()
	defer k.pruning.Unlock()
	up := k.uptime() // before the clock, so that no later moment is taken for done
	now, sure := k.steady.Now()
	if !sure || k.pruned != 0 && up-k.pruned < tidyEvery {
		return
	}
	k.pruned = up
	k.report("prune", k.prune(ctx, now))
}

// prune removes by age what nobody has used. What a clock that was ahead has
// noted is as old as today.
func (k *keeper) prune(ctx context.Context, now time.Time) error {
	limit := now.Add(-k.unnamed)
	err := k.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.HaveSinceAtMost(app.TimeOf(now)); err != nil {
			return err
		}
		return tx.TidyUploads(app.TimeOf(limit))
	})
	return errors.Join(err, k.removeUnnamed(ctx, limit), k.removeParts(limit))
}

// adopt enters segments that stand in the store without a trace in the
// database: the server was killed between the two.
func (k *keeper) adopt(ctx context.Context) error {
	var strays []content.Entry
	err := k.store.Read(ctx, func(v *sqlite.View) error {
		for e, err := range k.files.List() {
			if err != nil {
				return err
			}
			has, err := v.Has(e.Name)
			if err != nil {
				return err
			}
			if !has {
				strays = append(strays, e)
			}
		}
		return nil
	})
	if err != nil || len(strays) == 0 {
		return err
	}
	return k.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, e := range strays {
			if err := tx.PutHave(e.Name, e.Size, "", app.TimeOf(k.now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// removeUnnamed removes content that came long ago and that no record names.
// The row goes first and only while nothing names the segment: a command that
// names it later finds it missing and asks for it again.
func (k *keeper) removeUnnamed(ctx context.Context, limit time.Time) error {
	for {
		var names []app.Hash
		err := k.store.Read(ctx, func(v *sqlite.View) (err error) {
			names, err = v.UnnamedSegments(app.TimeOf(limit), tidyBatch)
			return err
		})
		if err != nil || len(names) == 0 {
			return err
		}
		gone, err := k.remove(ctx, names)
		if err != nil {
			return err
		}
		k.log.Info("removed content that no record names", "segments", gone)
		if gone == 0 {
			return nil
		}
	}
}

// remove removes those of the segments that still nobody names.
func (k *keeper) remove(ctx context.Context, names []app.Hash) (gone int, err error) {
	k.removing.Lock()
	defer k.removing.Unlock()
	var forgotten []app.Hash
	err = k.store.Write(ctx, func(tx *sqlite.Tx) error {
		forgotten = forgotten[:0]
		for _, name := range names {
			removed, err := tx.Forget(name)
			if err != nil {
				return err
			}
			if removed {
				forgotten = append(forgotten, name)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, name := range forgotten {
		if err := k.files.Remove(name); err != nil && !errors.Is(err, content.ErrNotFound) {
			return 0, err
		}
	}
	return len(forgotten), nil
}

// removeParts removes uploads that were begun long ago and never finished.
func (k *keeper) removeParts(limit time.Time) error {
	for p, err := range k.files.Parts() {
		if err != nil {
			return err
		}
		if p.Modified.Before(limit) {
			if err := k.files.RemovePart(p.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
