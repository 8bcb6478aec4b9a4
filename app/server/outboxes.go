package server

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

// arrived takes a segment that has come whole into a laptop's outbox folder, if
// its bytes are its name and the laptop may still send so much.
func (c *couriers) arrived(folder string, name app.Hash) {
	id, isOutbox := strings.CutPrefix(folder, outboxFolder)
	if !isOutbox {
		return
	}
	if err := c.take(context.Background(), app.ID(id), name); err != nil {
		c.log.Warn("content that a laptop's courier brought", "device", id, "segment", name.String(), "err", err)
	}
}

// keepOutboxes is how long what a laptop has brought in part is kept for it.
const keepOutboxes = 14 * 24 * time.Hour

// sweep removes the directories of outbox folders that are shared no more and to
// which nothing has come for long; and of the others, such parts.
func (c *couriers) sweep() error {
	c.planning.Lock()
	defer c.planning.Unlock()
	now, sure := c.steady.Now()
	if !sure {
		return nil
	}
	root := filepath.Join(c.dir, "outboxes")
	entries, err := os.ReadDir(root)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	used := map[string]bool{}
	for _, f := range c.node.Topology().Folders {
		used[f.Shelf.Dir()] = true
	}
	for _, e := range entries {
		dir := filepath.Join(root, e.Name())
		shelf, limit := courier.NewShelf(dir), now.Add(-keepOutboxes)
		if used[dir] || !forsaken(dir, limit) {
			err = errors.Join(err, shelf.DropParts(func(_ app.Hash, changed time.Time) bool { return changed.Before(limit) }))
			continue
		}
		err = errors.Join(err, shelf.Wipe())
	}
	return err
}

// forsaken reports whether nothing was added to or taken from a directory's
// folders since a time.
func forsaken(dir string, since time.Time) bool {
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().After(since) {
			return errYoung
		}
		return err
	})
	return err == nil
}

var errYoung = errors.New("changed lately")

func (c *couriers) take(ctx context.Context, device app.ID, name app.Hash) error {
	path := c.outbox(device).Path(name)
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if err := c.contents.admitSegment(ctx, device, name, info.Size()); err != nil {
		return err
	}
	err = c.contents.files.Adopt(ctx, name, path)
	if errors.Is(err, content.ErrCorrupt) {
		c.metrics.alarms.Inc()
	}
	if err != nil {
		return err
	}
	return c.contents.received(name, string(device))
}
