package desktop

import (
	"context"
	"io"
	"os"
	"slices"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/feed"
)

// work is what screens see of the working copies and do with them.
type work struct{ *App }

func (a work) copies() (*copies, error) {
	l, err := a.enrolled()
	if err != nil {
		return nil, err
	}
	return l.copies, nil
}

// Copies implements api.Work.
func (a work) Copies(ctx context.Context) ([]api.WorkCopy, error) {
	c, err := a.copies()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	list, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	out := []api.WorkCopy{}
	for _, w := range list {
		if _, err := os.Lstat(c.path(w)); err != nil && w.Refusal == nil {
			continue // wiped; only its command is still unanswered
		}
		view, err := c.view(ctx, w)
		if err != nil {
			return nil, err
		}
		out = append(out, view)
	}
	return out, nil
}

func (c *copies) view(ctx context.Context, w *sqlite.WorkingCopy) (api.WorkCopy, error) {
	view := api.WorkCopy{ID: w.ID, Document: w.Doc, File: w.File, Name: w.Name, Opened: w.Opened, Saved: w.Saved, Editing: c.editing(w)}
	if w.Refusal != nil {
		view.Unsent = &api.UnsentSave{At: w.Saved, Size: w.Content.Size, Reason: w.Refusal.Reason, Code: w.Refusal.Code, Data: w.Refusal.Data}
	}
	doc, err := c.document(ctx, w.Doc)
	if err != nil || doc == nil {
		return view, err
	}
	view.Subject, view.Version = doc.Subject, len(doc.Versions(w.File))
	view.Behind = doc.NewestOf(w.File) != w.File
	return view, nil
}

// OpenCopy implements api.Work.
func (a work) OpenCopy(ctx context.Context, _ api.Viewer, doc app.ID, file app.CommandID) (api.WorkCopy, error) {
	c, err := a.copies()
	if err != nil {
		return api.WorkCopy{}, err
	}
	w, err := c.lay(ctx, doc, file)
	if err == nil {
		err = a.openFile(ctx, c.path(w))
	}
	if err != nil {
		return api.WorkCopy{}, err
	}
	return c.view(ctx, w)
}

// find is the copy, or not found.
func (c *copies) find(ctx context.Context, id string) (*sqlite.WorkingCopy, error) {
	list, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(list, func(w *sqlite.WorkingCopy) bool { return w.ID == id }); at >= 0 {
		return list[at], nil
	}
	return nil, app.ErrNotFound
}

// unsent is the copy with its last save taken, which must be one that is not
// sent.
func (c *copies) unsent(ctx context.Context, id string) (*sqlite.WorkingCopy, error) {
	w, err := c.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := c.take(ctx, w); err != nil {
		return nil, err
	}
	if w.Refusal == nil {
		return nil, app.Refuse(app.Conflict, "work.nothing_unsent")
	}
	return w, nil
}

// KeepCopy implements api.Work.
func (a work) KeepCopy(ctx context.Context, _ api.Viewer, id string) (api.Given, error) {
	c, err := a.copies()
	if err != nil {
		return api.Given{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w, err := c.unsent(ctx, id)
	if err != nil {
		return api.Given{}, err
	}
	if err := c.sound(w); err != nil {
		return api.Given{}, err
	}
	doc, err := c.document(ctx, w.Doc)
	if err != nil {
		return api.Given{}, err
	}
	if doc == nil {
		return api.Given{}, app.ErrNotFound
	}
	was := w.Given
	refusal, err := c.give(ctx, w, doc, newestFor(doc, w))
	if err != nil {
		return api.Given{}, err
	}
	if refusal != nil {
		return api.Given{}, refusal
	}
	w.Refusal, w.Saved = nil, c.app.clock.Now()
	w.Given = append(c.discard(ctx, was), w.File)
	if err := c.put(ctx, w); err != nil {
		return api.Given{}, err
	}
	return commander(a).given(ctx, w.File, app.Key{Kind: app.KindDocument, ID: w.Doc})
}

// sound refuses a save again that no document would take.
func (c *copies) sound(w *sqlite.WorkingCopy) error {
	kind, text := office.KindOf(w.Name)
	if !text {
		return app.Refuse(app.Invalid, "office.other_kind")
	}
	src, err := c.app.files.OpenVersion(w.Content)
	if err != nil {
		return content.AsRefusal(err, api.MaxUpload)
	}
	defer func() { _ = src.Close() }()
	return office.Inspect(src, w.Content.Size, kind)
}

// newestFor is what the save takes the place of: the newest version of its file,
// 0 when that is gone.
func newestFor(doc *app.Document, w *sqlite.WorkingCopy) app.CommandID {
	for _, key := range []app.CommandID{w.File, w.Origin} {
		if _, ok := doc.Files[key]; ok {
			return doc.NewestOf(key)
		}
	}
	return 0
}

// discard lets refused commands go whose content has another way now, and
// returns those without a result.
func (c *copies) discard(ctx context.Context, ids []app.CommandID) (open []app.CommandID) {
	for _, id := range ids {
		row, err := c.outboxRow(ctx, id)
		switch {
		case err != nil, row == nil:
		case row.State == feed.OutRefused:
			c.report("letting a refused version go", c.replica.Discard(ctx, id))
		case row.State == feed.OutWaiting, row.State == feed.OutDeferred:
			open = append(open, id)
		}
	}
	return open
}

// DropCopy implements api.Work.
func (a work) DropCopy(ctx context.Context, id string) error {
	c, err := a.copies()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w, err := c.unsent(ctx, id)
	if err != nil {
		return err
	}
	if err := c.keepStrays(ctx, w); err != nil {
		return err
	}
	c.discard(ctx, w.Given)
	c.unwatch(w.ID)
	if err := os.RemoveAll(c.folder(w.ID)); err != nil {
		return app.Errorf(app.Conflict, "work.still_open", "%w", err)
	}
	return c.forget(ctx, w)
}

// UnsentCopy implements api.Work.
func (a work) UnsentCopy(ctx context.Context, id string) (app.File, io.ReadSeekCloser, error) {
	c, err := a.copies()
	if err != nil {
		return app.File{}, nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	w, err := c.unsent(ctx, id)
	if err != nil {
		return app.File{}, nil, err
	}
	f := app.File{Name: w.Name, Content: w.Content, At: w.Saved}
	src, err := a.files.OpenVersion(w.Content)
	if err != nil {
		return f, nil, content.AsRefusal(err, api.MaxUpload)
	}
	return f, src, nil
}
