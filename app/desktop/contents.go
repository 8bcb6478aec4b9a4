package desktop

import (
	"context"
	"errors"
	"io"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// contents is the laptop's side of files: sealed segments on its disk, an
// outbox of those that must go up, and the queue of those that come down.
type contents struct {
	store *sqlite.Store
	files *content.Store
	now   func() app.Time
	// link moves segments while there is a line; nil before enrolment.
	link func() *carrier
	// open refuses while nothing may be shown.
	open func() error
}

// Seal implements api.Contents.
func (c *contents) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	v, err := c.files.Seal(ctx, src)
	return v, content.AsRefusal(err, api.MaxUpload)
}

// Append implements api.Contents.
func (c *contents) Append(ctx context.Context, before, next app.FileVersion) (app.FileVersion, error) {
	v, err := c.files.AppendVersion(ctx, before, next)
	return v, content.AsRefusal(err, api.MaxUpload)
}

// Open implements api.Contents.
func (c *contents) Open(_ context.Context, v app.FileVersion) (io.ReadSeekCloser, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	r, err := c.files.OpenVersion(v)
	if errors.Is(err, content.ErrCorrupt) {
		c.heal(v)
		return nil, app.Refuse(app.NotFound, "content.not_here")
	}
	if err != nil {
		return nil, content.AsRefusal(err, api.MaxUpload)
	}
	return &healing{r, c, v}, nil
}

// healing is a file that is fetched again when it turns out, while it is read,
// that its bytes went bad on this disk.
type healing struct {
	*content.VersionReader
	contents *contents
	version  app.FileVersion
}

func (h *healing) Read(b []byte) (int, error) {
	n, err := h.VersionReader.Read(b)
	return n, h.healed(err)
}

// ReadAt implements io.ReaderAt, by which signatures are judged.
func (h *healing) ReadAt(b []byte, at int64) (int, error) {
	n, err := h.VersionReader.ReadAt(b, at)
	return n, h.healed(err)
}

func (h *healing) healed(err error) error {
	if errors.Is(err, content.ErrCorrupt) {
		h.contents.heal(h.version)
	}
	return err
}

// heal removes the segments of a version that are not their names any more and
// has them fetched. What only this laptop has stays gone, as the disk has it.
func (c *contents) heal(v app.FileVersion) {
	k := c.link()
	for _, s := range v.Segments {
		if err := c.files.Check(context.Background(), s.Name); k == nil || !errors.Is(err, content.ErrCorrupt) {
			continue
		}
		k.log.Warn("a content went bad on this disk and is fetched again", "segment", s.Name.String())
		if p := k.porter.Load(); p != nil {
			p.drop(s.Name)
		}
		k.fetch(s.Name, s.Size, content.PriorityOpen)
		k.tell(api.Event{Entity: "content"})
	}
}

// Progress implements api.Contents.
func (c *contents) Progress(v app.FileVersion) api.Coming {
	done, total := c.files.Progress(v)
	k := c.link()
	if k == nil || done >= total {
		return api.Coming{Done: done, Total: total}
	}
	return k.progress(v, k.outlook())
}

// FetchNow implements api.Contents. What the courier is bringing just now is not
// fetched a second time over the same line; the screen asks again while it waits.
func (c *contents) FetchNow(ctx context.Context, v app.FileVersion) error {
	k := c.link()
	if k == nil || !k.online() {
		return app.Refuse(app.Offline, "content.not_here")
	}
	for _, s := range c.files.Missing(v) {
		if p := k.porter.Load(); p != nil && (p.onShelf(ctx, s.Name) || k.leaves(p, s.Name)) {
			continue
		}
		k.fetch(s.Name, s.Size, content.PriorityOpen)
	}
	return nil
}

// Upload implements api.Contents: the segments enter the outbox, where they
// stay until the server has them, through any number of restarts.
func (c *contents) Upload(ctx context.Context, v app.FileVersion, name string) error {
	err := c.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutSends(v, name, c.now()) })
	if err != nil {
		return err
	}
	if k := c.link(); k != nil {
		k.sendWaiting()
	}
	return nil
}

// SaveUpload implements api.Uploads.
func (c *contents) SaveUpload(ctx context.Context, u api.Upload) error {
	return c.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutUpload(sqlite.Upload(u)) })
}

// Upload of a person's own; see uploads.
type uploads struct{ *contents }

// Upload implements api.Uploads.
func (u uploads) Upload(ctx context.Context, person app.ID, sum app.Hash) (api.Upload, error) {
	var up sqlite.Upload
	err := u.store.Read(ctx, func(v *sqlite.View) (err error) {
		up, err = v.Upload(person, sum)
		if e := app.AsError(err); e != nil && e.Code == app.NotFound {
			up, err = scanned(v, person, sum)
		}
		return err
	})
	return api.Upload(up), err
}

// scanned is the copy of a scan, which a command may name as if its person had
// uploaded it: the laptop's scans are his.
func scanned(v *sqlite.View, person app.ID, sum app.Hash) (sqlite.Upload, error) {
	s, err := v.ScanContent(sum)
	if err != nil {
		return sqlite.Upload{}, err
	}
	return sqlite.Upload{Person: person, Name: api.ScanFileName(s.Name), Media: "application/pdf", Pages: s.Pages, At: s.Found, Content: s.Content}, nil
}
