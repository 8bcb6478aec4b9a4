package desktop

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/dropfolder"
)

// copies are the working copies of this laptop: files of drafts as plain files,
// each in a folder of its own below work/, open in the person's editor. Every
// save becomes a new version of the file by the command that a screen would
// give, with or without a line.
//
// The folder is the truth about what was saved, the table working_copy about
// how far that has become a version; each step is made good by the next look.
// A save that cannot become a version is sealed, and stays until its person has
// decided (copyview.go). So the plain file may go at any time: with the lease,
// with the document, by age (copywipe.go).
type copies struct {
	*link
	dir     string
	stirred chan struct{} // capacity 1: documents, results or the lease have changed

	// mu is held by whoever looks at a copy or changes one: a watch that saw a
	// save, a request, the tending. It guards what follows.
	mu      sync.Mutex
	watched map[string]context.CancelFunc
	seen    map[string]stamp // of each copy's file when it was last dealt with
}

// stamp tells one saved file from the next without reading it.
type stamp struct {
	size int64
	at   time.Time
}

func newCopies(l *link) *copies {
	return &copies{link: l, dir: workPath(l.app.cfg.Data), stirred: make(chan struct{}, 1),
		watched: map[string]context.CancelFunc{}, seen: map[string]stamp{}}
}

func workPath(data string) string { return filepath.Join(data, "work") }

// stir has the copies looked at soon; it does not block.
func (c *copies) stir() {
	select {
	case c.stirred <- struct{}{}:
	default: // somebody has stirred already
	}
}

// run takes up what an earlier start left and looks after the copies until the
// link ends. What a watch missed, and what failed on a full disk, is tried
// again each minute.
func (c *copies) run(ctx context.Context) {
	c.report("taking up working copies", c.takeUp(ctx))
	minute := time.NewTicker(tendEvery)
	defer minute.Stop()
	for {
		c.tend(ctx)
		select {
		case <-ctx.Done():
			return
		case <-minute.C:
		case <-c.stirred:
		}
	}
}

// tend brings every copy on: takes a save that is there, settles what was
// given, and removes the plain file that may not stay.
func (c *copies) tend(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revoked() {
		return // the leaving has them
	}
	list, err := c.list(ctx)
	c.report("reading the working copies", err)
	for _, w := range list {
		if ctx.Err() != nil {
			return
		}
		c.report("settling a working copy", c.settle(ctx, w))
		c.report("taking a save", c.take(ctx, w))
		c.report("tidying working copies", c.tidy(ctx, w))
	}
}

func (c *copies) list(ctx context.Context) (out []*sqlite.WorkingCopy, err error) {
	err = c.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		out, err = v.WorkingCopies()
		return err
	})
	return out, err
}

func (c *copies) put(ctx context.Context, w *sqlite.WorkingCopy) error {
	err := c.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutWorkingCopy(w) })
	c.tell()
	return err
}

func (c *copies) tell() { c.app.events.Publish(api.Event{Entity: "work"}, nil) }

// document is the record, nil when it is not here any more.
func (c *copies) document(ctx context.Context, id app.ID) (doc *app.Document, err error) {
	err = c.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		doc, err = documentIn(v, id)
		return err
	})
	return doc, err
}

func documentIn(v *sqlite.View, id app.ID) (*app.Document, error) {
	r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
	if e := app.AsError(err); e != nil && e.Code == app.NotFound {
		return nil, nil
	}
	doc, _ := r.(*app.Document)
	return doc, err
}

func (c *copies) folder(id string) string { return filepath.Join(c.dir, id) }

func (c *copies) path(w *sqlite.WorkingCopy) string { return filepath.Join(c.dir, w.ID, w.Name) }

// A folder's name says what is in it, so that even without the table nobody's
// save is lost. A colon, which ids may have, is no sign for a file on Windows.
func folderName(doc app.ID, file app.CommandID) string {
	return strings.ReplaceAll(string(doc), ":", "+") + "~" + strconv.FormatUint(uint64(file), 36)
}

func parseFolder(name string) (doc app.ID, file app.CommandID, ok bool) {
	left, right, _ := strings.Cut(name, "~")
	n, err := strconv.ParseUint(right, 36, 64)
	doc = app.ID(strings.ReplaceAll(left, "+", ":"))
	return doc, app.CommandID(n), err == nil && doc.Valid() && folderName(doc, app.CommandID(n)) == name
}

// takeUp compares the folders with the table, as after a kill or a power cut,
// and watches what is there. A folder that the table does not know is one whose
// row was lost with a damaged database.
func (c *copies) takeUp(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := map[string]bool{}
	list, err := c.list(ctx)
	if err != nil {
		return err
	}
	for _, w := range list {
		known[w.ID] = true
	}
	entries, err := os.ReadDir(c.dir)
	if os.IsNotExist(err) {
		return nil
	}
	for _, e := range entries {
		if !known[e.Name()] {
			c.report("taking up a folder", c.adopt(ctx, e.Name()))
		}
		if info, err := os.Stat(c.folder(e.Name())); err == nil && info.IsDir() {
			c.watch(e.Name())
		}
	}
	return err
}

// adopt makes a row of a folder.
func (c *copies) adopt(ctx context.Context, folder string) error {
	doc, file, ok := parseFolder(folder)
	names, err := documentsIn(c.folder(folder))
	if err != nil || !ok || len(names) == 0 {
		return removeAll(c.folder(folder), err) // written half, before anything was opened
	}
	now := c.app.clock.Now()
	return c.put(ctx, &sqlite.WorkingCopy{ID: folder, Doc: doc, Origin: file, File: file, Name: names[0], Opened: now, Saved: now})
}

func removeAll(dir string, err error) error {
	if err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

// settleFor is how long a saved file must stand still before it is taken. An
// editor's save is short; several in a row become one version.
const settleFor = 2 * time.Second

// watch has each save in the folder taken once it is whole.
func (c *copies) watch(id string) {
	if c.watched[id] != nil {
		return
	}
	ctx, cancel := context.WithCancel(c.ctx)
	c.watched[id] = cancel
	c.goDo(func(context.Context) {
		defer cancel()
		_ = dropfolder.Watch(ctx, c.folder(id), dropfolder.Options{Settle: cmp.Or(c.app.cfg.settle, settleFor), Ignore: dropfolder.EditorLeavings},
			func([]dropfolder.Found) { c.saved(ctx, id) }) // it ends with its context alone
	})
}

// saved takes a save that a watch has seen.
func (c *copies) saved(ctx context.Context, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list, err := c.list(ctx)
	c.report("reading the working copies", err)
	for _, w := range list {
		if w.ID == id {
			c.report("taking a save", c.take(ctx, w))
		}
	}
}

// unwatch ends a watch.
func (c *copies) unwatch(id string) {
	if cancel := c.watched[id]; cancel != nil {
		cancel()
		delete(c.watched, id)
	}
	delete(c.seen, id)
}

// documentsIn lists the files in a folder that are nobody's leavings.
func documentsIn(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Type().IsRegular() && !dropfolder.EditorLeavings(e.Name()) {
			names = append(names, e.Name())
		}
	}
	if os.IsNotExist(err) {
		return nil, nil
	}
	return names, err
}

// lockLife is how long an editor's lock is believed, also one of a clock that was
// ahead: an editor that crashed leaves it.
const lockLife = 7 * 24 * time.Hour

// editing reports whether an editor has the copy open on this machine: Word and
// LibreOffice put a lock beside the file.
func (c *copies) editing(w *sqlite.WorkingCopy) bool {
	entries, _ := os.ReadDir(c.folder(w.ID)) // no folder, no editor
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "~$") && !strings.HasPrefix(e.Name(), ".~lock.") {
			continue
		}
		if info, err := e.Info(); err == nil && c.app.cfg.now().Sub(info.ModTime()).Abs() < lockLife {
			return true
		}
	}
	return false
}
