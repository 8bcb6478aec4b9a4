package desktop

import (
	"context"
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

// Open implements api.Contents.
func (c *contents) Open(_ context.Context, v app.FileVersion) (io.ReadSeekCloser, error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	r, err := c.files.OpenVersion(v)
	if err != nil {
		return nil, content.AsRefusal(err, api.MaxUpload)
	}
	return r, nil
}

// Progress implements api.Contents.
func (c *contents) Progress(v app.FileVersion) (done, total int64) {
	return c.files.Progress(v)
}

// FetchNow implements api.Contents.
func (c *contents) FetchNow(_ context.Context, v app.FileVersion) error {
	k := c.link()
	if k == nil || !k.online() {
		return app.Refuse(app.Offline, "content.not_here")
	}
	for _, s := range c.files.Missing(v) {
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
		return err
	})
	return api.Upload(up), err
}
