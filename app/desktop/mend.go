package desktop

import (
	"context"
	"errors"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// How a running program repairs its damaged database: it goes through its own
// end and start, without ending. Requests finish, or are told that a repair is
// on; all that uses the database ends; the database is closed, and opened again
// as by any start, which saves what it alone holds (repair.go). The screens keep
// their connections and tickets, and are told before and after.

// Problems that damage makes.
const (
	problemRepairing = "storage.repairing" // it passes by itself
	problemDamaged   = "storage.damaged"   // it has come back too often: the disk must be replaced
)

// errRepairing is the answer to whatever cannot be done meanwhile.
var errRepairing = app.Refuse(app.Offline, problemRepairing)

const (
	mendAtMost  = 3               // repairs while the program runs; a disk that needs more is no good
	finishFor   = 5 * time.Second // that requests have before they are ended
	mendPause   = 2 * time.Second // between tries, when there is no room to repair, say
	mendLongest = time.Minute
)

// suspect stops the work on a database in which damage was met. It is told so in
// the middle of that work.
func (a *App) suspect() {
	if err := writePrivate(a.path(suspectFile), nil); err != nil {
		a.log.Error("marking the database as damaged", "err", err)
	}
	if a.disk.mended.Load() >= mendAtMost {
		a.setProblem(problemDamaged)
		return
	}
	a.setProblem(problemRepairing)
	select {
	case a.hurt <- struct{}{}:
	default: // somebody has met it already
	}
}

// mend repairs the database whenever it was found damaged.
func (a *App) mend() {
	for {
		select {
		case <-a.ctx.Done():
			return
		case <-a.hurt:
			a.disk.mended.Add(1)
			a.exchange()
		}
	}
}

// exchange closes the damaged database, opens the repaired one in its place, and
// lets everybody work again, unless something else keeps them from it.
func (a *App) exchange() {
	old := a.opening
	old.cancel()
	late := time.AfterFunc(finishFor, old.hurry)
	a.working.Lock()
	late.Stop()
	if err := a.closeAll(); err != nil {
		a.log.Warn("closing the damaged database", "err", err)
	}
	select {
	case <-a.hurt: // met again before it was closed
	default:
	}
	opened := a.reopen()
	a.working.Unlock()
	if opened {
		a.setOpen(true)
		a.endProblem(problemRepairing)
	}
}

// reopen opens the database, for as long as it takes: somebody may have to make
// room first. It gives up when the program ends.
func (a *App) reopen() bool {
	for pause := mendPause; a.ctx.Err() == nil; pause = min(2*pause, mendLongest) {
		a.opening = newOpening(a.ctx)
		a.disk.trouble.Store(nil)
		err := a.openAll()
		if err == nil {
			return true
		}
		a.log.Error("repairing the database", "err", err)
		a.setProblem(app.AsError(err).Reason)
		select {
		case <-a.ctx.Done():
		case <-time.After(pause):
			a.setProblem(problemRepairing)
		}
	}
	return false
}

// stopped is the reason of what stops all work, "" for nothing.
func (a *App) stopped() string {
	if p := a.currentProblem(); p != "" || a.isOpen() {
		return p
	}
	return problemRepairing // in its last steps
}

// explain says what an error means to somebody whose work met the damage, or was
// ended by its repair.
func (a *App) explain(err error) error {
	e := app.AsError(err)
	switch ended := e.Reason == sqlite.ReasonIO || e.Reason == sqlite.ReasonClosed || errors.Is(err, context.Canceled); {
	case e.Reason == sqlite.ReasonCorrupt && a.stopped() != problemDamaged, ended && a.stopped() == problemRepairing:
		return errRepairing
	}
	return err
}
