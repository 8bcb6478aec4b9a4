package desktop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// When the plain file of a working copy goes: with the lease, when its document
// has left the person's scopes, and by age. Never before its last save is a
// version, or sealed and remembered as one that could not become a version.

// copyLife is how long the plain file is kept after the last save, once
// everything has been sent.
const copyLife = app.Time(30 * 24 * 3600 * 1000)

// tidy removes what may not stay.
func (c *copies) tidy(ctx context.Context, w *sqlite.WorkingCopy) error {
	gone, err := c.mustGo(ctx, w)
	if err != nil || !gone {
		return err
	}
	return c.wipe(ctx, w)
}

func (c *copies) mustGo(ctx context.Context, w *sqlite.WorkingCopy) (bool, error) {
	if c.lease.over() {
		return true, nil
	}
	doc, err := c.document(ctx, w.Doc)
	if err != nil || doc == nil {
		return err == nil, err
	}
	return c.old(w) && len(w.Given) == 0 && !c.editing(w), nil
}

// old reports whether nobody has saved the copy for copyLife. One that a clock
// far ahead has dated would otherwise stay until then.
func (c *copies) old(w *sqlite.WorkingCopy) bool {
	now, sure := c.app.steady.Now()
	age := app.TimeOf(now) - max(w.Opened, w.Saved)
	return sure && (age > copyLife || age < -copyLife)
}

// wipe takes the plain file off the disk, with whatever an editor left beside
// it. The row stays while somebody has to decide about the save, or its command
// is unanswered.
func (c *copies) wipe(ctx context.Context, w *sqlite.WorkingCopy) error {
	if err := c.take(ctx, w); err != nil {
		return err
	}
	if err := c.keepStrays(ctx, w); err != nil {
		return err
	}
	c.unwatch(w.ID)
	if err := os.RemoveAll(c.folder(w.ID)); err != nil {
		return err // open in an editor that lets nobody remove it: the next minute tries again
	}
	if w.Refusal != nil || len(w.Given) > 0 {
		return nil
	}
	return c.forget(ctx, w)
}

func (c *copies) forget(ctx context.Context, w *sqlite.WorkingCopy) error {
	err := c.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.DeleteWorkingCopy(w.ID) })
	c.tell()
	return err
}

// keepStrays seals what an editor has saved into the folder under another name:
// nobody can tell which version of what it is, so its person decides.
func (c *copies) keepStrays(ctx context.Context, w *sqlite.WorkingCopy) error {
	names, err := documentsIn(c.folder(w.ID))
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == w.Name {
			continue
		}
		if err := c.keepStray(ctx, w, name); err != nil {
			return err
		}
	}
	return nil
}

func (c *copies) keepStray(ctx context.Context, w *sqlite.WorkingCopy, name string) error {
	f, err := os.Open(filepath.Join(c.folder(w.ID), name))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum, err := hashOf(f)
	if err != nil {
		return err
	}
	stray := &sqlite.WorkingCopy{ID: w.ID + "~" + sum.String()[:16], Doc: w.Doc, Origin: w.Origin, File: w.Origin, Name: name, Opened: w.Opened, Saved: c.app.clock.Now()}
	if _, err := c.seal(ctx, stray, f, sum); err != nil {
		return err
	}
	stray.Taken, stray.Refusal = sum, app.Refuse(app.Conflict, "work.other_name")
	return c.put(ctx, stray)
}

// handOver turns what a revoked laptop still has in its editor's folders into
// commands of its outbox, which goes over with the contents. It may be begun
// again at any point. lost are the names of saves that could not be taken, on a
// full disk, say: nothing keeps a laptop from being wiped.
func (c *copies) handOver(ctx context.Context) (lost []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.watched {
		c.unwatch(id)
	}
	list, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		if err := errors.Join(c.take(ctx, w), c.keepStrays(ctx, w)); err != nil {
			c.report("taking a save along", err)
			lost = append(lost, w.Name)
		}
	}
	if list, err = c.list(ctx); err != nil { // with the strays
		return lost, err
	}
	for _, w := range list {
		if err := c.keep(ctx, w); err != nil {
			return lost, err
		}
	}
	c.report("wiping working copies", os.RemoveAll(c.dir)) // what an editor holds goes at the end, or at the next start
	return lost, ctx.Err()
}

// keep puts an unsent save into the outbox as it is, for whoever gets it. A
// refused command that carries it is there already.
func (c *copies) keep(ctx context.Context, w *sqlite.WorkingCopy) error {
	if w.Refusal != nil && !c.carried(ctx, w) {
		doc, err := c.document(ctx, w.Doc)
		if err != nil {
			return err
		}
		if _, err := c.replica.Keep(ctx, addVersion(w, doc, w.Origin)); err != nil {
			return err
		}
	}
	return c.forget(ctx, w)
}

// carried reports whether a command of the outbox names the save.
func (c *copies) carried(ctx context.Context, w *sqlite.WorkingCopy) bool {
	return slices.ContainsFunc(w.Given, func(id app.CommandID) bool {
		row, err := c.outboxRow(ctx, id)
		if err != nil || row == nil {
			return false
		}
		files := filesOf(row.Command)
		return len(files) == 1 && files[0].Content.SHA256 == w.Taken
	})
}
