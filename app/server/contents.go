package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// contents guards the segment store. It implements api.Contents, api.Uploads
// and the hooks of content.Handler.
type contents struct {
	store  *sqlite.Store
	files  *content.Store
	now    func() time.Time
	quota  int64
	window time.Duration // over which unnamed uploads count against the quota
	log    *slog.Logger
	keeper *keeper
	begun  *begun
}

// handler serves segments to devices.
func (c *contents) handler() http.Handler {
	return &content.Handler{
		Store:     c.files,
		Authorize: c.authorize,
		Who: func(r *http.Request) string {
			d, _ := deviceOf(r.Context())
			return string(d.ID)
		},
		Received: c.received,
		Served:   c.served,
		Quota:    c.checkQuota,
		Log:      c.log,
	}
}

var errNotYours = errors.New("no record of this person names the segment")

// authorize lets a device fetch what a record in one of its person's scopes
// names, and bring anything: content may come before the command that names it.
func (c *contents) authorize(r *http.Request, op content.Op, name app.Hash) error {
	device, ok := deviceOf(r.Context())
	if !ok {
		return errNoDevice
	}
	if op == content.OpStore {
		return nil
	}
	may, err := c.mayFetch(r.Context(), device.Person, name)
	if err != nil {
		c.log.Error("authorise content", "request", requestID(r.Context()), "err", err)
		return err
	}
	if may {
		return nil
	}
	if op == content.OpStat {
		// The sender asks how much of its upload has come. What is whole
		// already tells nobody more than that a name that he knows exists.
		return nil
	}
	return errNotYours
}

// mayFetch looks for a record that names the segment and that the person may
// hold now.
func (c *contents) mayFetch(ctx context.Context, person app.ID, name app.Hash) (may bool, err error) {
	err = c.store.Read(ctx, func(v *sqlite.View) error {
		records, err := v.SegmentRecords(name)
		if err != nil || len(records) == 0 {
			return err
		}
		dir := v.Directory()
		mine := dir.Scopes(person, app.TimeOf(c.now()))
		for _, key := range records {
			r, err := v.Get(key)
			if errors.Is(err, app.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if overlap(app.ScopesOf(r, dir), mine) {
				may = true
				return nil
			}
		}
		return nil
	})
	return may, err
}

// checkQuota bounds what a device may bring before documents name it: what has
// come, and what it has begun.
func (c *contents) checkQuota(r *http.Request, name app.Hash, size int64) error {
	device, _ := deviceOf(r.Context())
	return c.admitSegment(r.Context(), device.ID, name, size)
}

// admitSegment is checkQuota for any carrier.
func (c *contents) admitSegment(ctx context.Context, device app.ID, name app.Hash, size int64) error {
	var named, sent int64
	err := c.store.Read(ctx, func(v *sqlite.View) (err error) {
		if named, err = v.SegmentSize(name); err != nil || named == size {
			return err
		}
		sent, err = v.SentSince(device, app.TimeOf(c.now().Add(-c.window)), leastUpload)
		return err
	})
	if err != nil || named == size {
		return err
	}
	if !c.begun.add(device, name, size, c.quota-sent) {
		return content.ErrQuota
	}
	return nil
}

// received notes a whole segment and that its sender holds it. While it does,
// the keeper removes nothing.
func (c *contents) received(name app.Hash, device string) error {
	c.keeper.removing.RLock()
	defer c.keeper.removing.RUnlock()
	size, err := c.files.Size(name)
	if err != nil {
		return err // removed a moment ago: the sender brings it again
	}
	now := app.TimeOf(c.now())
	err = c.store.Write(context.Background(), func(tx *sqlite.Tx) error {
		if err := tx.PutHave(name, size, app.ID(device), now); err != nil || device == "" {
			return err
		}
		return tx.PutFetched(name, app.ID(device), now)
	})
	if err != nil {
		return err
	}
	c.begun.done(app.ID(device), name)
	c.keeper.wake()
	return nil
}

// served notes that a device has fetched a segment to its end.
func (c *contents) served(name app.Hash, device string) {
	err := c.store.WriteLax(context.Background(), func(tx *sqlite.Tx) error {
		return tx.PutFetched(name, app.ID(device), app.TimeOf(c.now()))
	})
	if err != nil {
		c.log.Error("note served segment", "segment", name.String(), "err", err)
	}
}

// Seal implements api.Contents.
func (c *contents) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	v, err := c.files.Seal(ctx, src)
	if err != nil {
		return v, content.AsRefusal(err, api.MaxUpload)
	}
	return v, c.noteSealed(ctx, v)
}

// Append implements api.Contents.
func (c *contents) Append(ctx context.Context, before, next app.FileVersion) (app.FileVersion, error) {
	v, err := c.files.AppendVersion(ctx, before, next)
	if err != nil {
		return v, content.AsRefusal(err, api.MaxUpload)
	}
	return v, c.noteSealed(ctx, v)
}

// personKey is where the context of a request keeps the person at a browser.
type personKey struct{}

// admit bounds what a person at a browser may upload before documents name it,
// as checkQuota does for a device. size is -1 when the browser does not say it.
func (c *contents) admit(ctx context.Context, person app.ID, size int64) (done func(), err error) {
	if err := api.CheckUpload(size); err != nil {
		return nil, err // more than any quota; but this is why
	}
	if size < 0 {
		size = api.MaxUpload
	}
	var sent int64
	err = c.store.Read(ctx, func(v *sqlite.View) (err error) {
		sent, err = v.SentSince(person, app.TimeOf(c.now().Add(-c.window)), leastUpload)
		return err
	})
	if err != nil {
		return nil, err
	}
	var name app.Hash // of nothing: the segments have no names yet
	rand.Read(name[:])
	if !c.begun.add(person, name, size, c.quota-sent) {
		return nil, app.Refuse(app.Full, "upload.quota")
	}
	return func() { c.begun.done(person, name) }, nil
}

// noteSealed enters segments that the server itself made, as sent by the person
// at the browser.
func (c *contents) noteSealed(ctx context.Context, version app.FileVersion) error {
	person, _ := ctx.Value(personKey{}).(app.ID)
	return c.store.Write(ctx, func(tx *sqlite.Tx) error {
		for _, s := range version.Segments {
			if err := tx.PutHave(s.Name, s.Size, person, app.TimeOf(c.now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// Open implements api.Contents.
func (c *contents) Open(_ context.Context, version app.FileVersion) (io.ReadSeekCloser, error) {
	r, err := c.files.OpenVersion(version)
	if err != nil {
		return nil, content.AsRefusal(err, api.MaxUpload)
	}
	return r, nil
}

// Progress implements api.Contents.
func (c *contents) Progress(version app.FileVersion) api.Coming {
	done, total := c.files.Progress(version)
	return api.Coming{Done: done, Total: total}
}

// FetchNow implements api.Contents: the server waits for the sender; there is
// nobody to fetch from.
func (c *contents) FetchNow(_ context.Context, version app.FileVersion) error {
	if len(c.files.Missing(version)) == 0 {
		return nil
	}
	return app.Refuse(app.Offline, "content.not_here")
}

// Upload implements api.Contents: the server has it already.
func (c *contents) Upload(context.Context, app.FileVersion, string) error { return nil }

// uploads implements api.Uploads.
type uploads struct{ store *sqlite.Store }

// SaveUpload implements api.Uploads.
func (u uploads) SaveUpload(ctx context.Context, up api.Upload) error {
	return u.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.PutUpload(sqlite.Upload(up))
	})
}

// Upload implements api.Uploads.
func (u uploads) Upload(ctx context.Context, person app.ID, sum app.Hash) (out api.Upload, err error) {
	err = u.store.Read(ctx, func(v *sqlite.View) error {
		up, err := v.Upload(person, sum)
		out = api.Upload(up)
		return err
	})
	return out, err
}
