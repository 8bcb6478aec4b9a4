package desktop

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/feed"
)

// take makes a version of what an editor has saved, if that is new. What the
// document does not take is sealed and remembered with the reason. A kill in
// between costs nothing: the next look finds the save in its folder, and the
// version, if it got that far, by its hash.
func (c *copies) take(ctx context.Context, w *sqlite.WorkingCopy) error {
	path := c.path(w)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (!info.Mode().IsRegular() || info.Size() == 0) {
		return nil // between two steps of a save, or nothing worth keeping
	}
	now := stamp{}
	if err == nil {
		now = stamp{info.Size(), info.ModTime()}
	}
	if err != nil || c.seen[w.ID] == now {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	sum, err := hashOf(f)
	if err != nil {
		return err
	}
	if sum != w.Taken {
		if err := c.takeNew(ctx, w, f, sum); err != nil {
			return err
		}
	}
	c.seen[w.ID] = now
	return nil
}

func hashOf(f io.Reader) (sum app.Hash, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	return app.Hash(h.Sum(nil)), nil
}

// errMoved means that the file was written while it was read: the next look
// takes it.
var errMoved = errors.New("a save changed while it was taken")

func (c *copies) takeNew(ctx context.Context, w *sqlite.WorkingCopy, f *os.File, sum app.Hash) error {
	doc, err := c.document(ctx, w.Doc)
	if err != nil {
		return err
	}
	catchUp(w, doc)
	if key, ok := versionOf(doc, w, sum); ok {
		w.Taken, w.File, w.Content, w.Refusal = sum, key, doc.Files[key].Content, nil
		return c.put(ctx, w)
	}
	refusal, err := c.seal(ctx, w, f, sum)
	if err == nil && refusal == nil {
		if err = c.put(ctx, w); err == nil { // so that a kill after the command finds it by its content
			refusal, err = c.give(ctx, w, doc, w.File)
		}
	}
	if err != nil {
		return err
	}
	w.Saved, w.Taken, w.Refusal = c.app.clock.Now(), sum, refusal
	return c.put(ctx, w)
}

// catchUp finds the version that the last sealed save became, when a kill came
// between its command and its note.
func catchUp(w *sqlite.WorkingCopy, doc *app.Document) {
	if key, ok := versionOf(doc, w, w.Content.SHA256); ok && key != w.File && w.Refusal == nil {
		w.File, w.Given = key, append(w.Given, key)
	}
}

// versionOf looks for the content among the versions of the copy's file, from
// the one that it holds on. An older text that is saved again is a new version.
func versionOf(doc *app.Document, w *sqlite.WorkingCopy, sum app.Hash) (app.CommandID, bool) {
	if doc == nil {
		return 0, false
	}
	for _, from := range []app.CommandID{w.File, w.Origin} {
		versions := doc.Versions(doc.NewestOf(from))
		for _, key := range slices.Backward(versions[max(0, slices.Index(versions, from)):]) {
			if doc.Files[key].Content.SHA256 == sum {
				return key, true
			}
		}
	}
	return 0, false
}

// seal keeps the save in the store of contents. refusal says why it could be no
// version of any document.
func (c *copies) seal(ctx context.Context, w *sqlite.WorkingCopy, f *os.File, sum app.Hash) (refusal *app.Error, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	kind, text := office.KindOf(w.Name)
	switch {
	case info.Size() > api.MaxUpload:
		refusal = app.Refuse(app.Invalid, "upload.too_large").With("maxBytes", int64(api.MaxUpload))
	case text:
		if err := office.Inspect(f, info.Size(), kind); err != nil {
			if refusal = app.AsError(err); refusal.Code != app.Invalid {
				return nil, err
			}
		}
	default:
		refusal = app.Refuse(app.Invalid, "office.other_kind")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	sealed, err := c.sealAfter(ctx, w.Content, f)
	if err != nil {
		return nil, content.AsRefusal(err, api.MaxUpload)
	}
	if sealed.SHA256 != sum {
		return nil, errMoved
	}
	w.Content = sealed
	return refusal, nil
}

// sealAfter adds a segment when the save begins with the one before.
func (c *copies) sealAfter(ctx context.Context, before app.FileVersion, src io.ReadSeeker) (app.FileVersion, error) {
	if len(before.Segments) == 0 {
		return c.app.files.Seal(ctx, src)
	}
	return c.app.files.Append(ctx, before, src)
}

// give makes the sealed save a version that replaces another; refusal is the
// document's answer.
func (c *copies) give(ctx context.Context, w *sqlite.WorkingCopy, doc *app.Document, replaces app.CommandID) (refusal *app.Error, err error) {
	cmd := addVersion(w, doc, replaces)
	id, err := c.replica.Give(ctx, cmd)
	if e := app.AsError(err); e != nil {
		if e.Code == app.Internal || e.Code == app.Full {
			return nil, err // no answer of the document's: tried again
		}
		return e, nil
	}
	c.wake()
	w.File, w.Given = id, append(w.Given, id)
	err = c.app.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutSends(w.Content, w.Name, c.app.clock.Now()) })
	if err != nil {
		c.log.Error("scheduling a save", "err", err) // found again: nothing sends what its document names
	}
	c.carrier.sendWaiting()
	return nil, nil
}

// addVersion is the command by which the save becomes a version.
func addVersion(w *sqlite.WorkingCopy, doc *app.Document, replaces app.CommandID) app.Command {
	f := app.NewFile{Name: w.Name, Role: app.FileDraft, Content: w.Content, Replaces: replaces}
	if kind, text := office.KindOf(w.Name); text {
		f.Media = kind.Media()
	}
	if doc != nil {
		if old, ok := doc.Files[replaces]; ok {
			f.Name, f.Role = old.Name, old.Role
		}
	}
	return app.Command{Name: "document.add_file.1", Target: app.Key{Kind: app.KindDocument, ID: w.Doc}, Args: &app.FileAdd{File: f}}
}

// outcome is a document, the commands about a copy of it, and the one that the
// last save came in by, read at one moment: a version of a command that waits is
// gone from the document in the very commit that refuses it, and must not be
// taken for one that came in.
type outcome struct {
	doc  *app.Document // nil when it is not here any more
	rows map[app.CommandID]*feed.OutboxRow
}

func (c *copies) outcome(ctx context.Context, w *sqlite.WorkingCopy) (o outcome, err error) {
	o.rows = map[app.CommandID]*feed.OutboxRow{}
	err = c.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		if o.doc, err = documentIn(v, w.Doc); err != nil {
			return err
		}
		ids := w.Given
		if key, there := versionOf(o.doc, w, w.Taken); there {
			ids = append(slices.Clone(ids), key)
		}
		for _, id := range ids {
			if o.rows[id], err = v.OutboxRow(id); err != nil {
				return err
			}
		}
		return nil
	})
	return o, err
}

// settle looks at what became of the commands about a copy.
func (c *copies) settle(ctx context.Context, w *sqlite.WorkingCopy) error {
	if len(w.Given) == 0 {
		return nil
	}
	o, err := c.outcome(ctx, w)
	if err != nil {
		return err
	}
	changed := false
	for _, id := range slices.Clone(w.Given) {
		done, err := c.answered(ctx, w, id, o)
		if err != nil {
			return err
		}
		changed = changed || done
	}
	if !changed {
		return nil
	}
	return c.put(ctx, w)
}

func (c *copies) outboxRow(ctx context.Context, id app.CommandID) (row *feed.OutboxRow, err error) {
	err = c.app.store.Read(ctx, func(v *sqlite.View) (err error) {
		row, err = v.OutboxRow(id)
		return err
	})
	return row, err
}

// answered takes over the result of one command; false while there is none, or
// when nothing follows from it.
func (c *copies) answered(ctx context.Context, w *sqlite.WorkingCopy, id app.CommandID, o outcome) (bool, error) {
	forget := func() { w.Given = slices.DeleteFunc(w.Given, func(g app.CommandID) bool { return g == id }) }
	switch row := o.rows[id]; {
	case accepted(row):
		w.Origin = id
		forget()
	case row.State == feed.OutDiscarded && row.Retry != 0: // given again, in the sync panel
		w.Given[slices.Index(w.Given, id)], w.File, w.Refusal = row.Retry, row.Retry, nil
	case row.State == feed.OutDiscarded:
		forget()
	case row.State == feed.OutRefused:
		key, there := versionOf(o.doc, w, w.Taken)
		switch {
		case w.Refusal != nil:
			return false, nil
		case there && accepted(o.rows[key]): // its content came in by another way
			forget()
			return true, c.replica.Discard(ctx, id)
		case there && o.rows[key].State.Pending(): // a later save, whose answer decides
			return false, nil
		}
		w.Refusal, w.File = refusalOfRow(row), w.Origin
	default:
		return false, nil
	}
	return true, nil
}

// accepted reports whether a command is behind us; one without a row is older
// than the outbox remembers, or somebody else's.
func accepted(row *feed.OutboxRow) bool { return row == nil || row.State == feed.OutAcknowledged }

func refusalOfRow(row *feed.OutboxRow) *app.Error {
	if row.Result != nil {
		if e := row.Result.Err(); e != nil {
			return e
		}
	}
	return app.Errorf(app.Conflict, "work.refused", "%s", fmt.Sprint(row.ID))
}
