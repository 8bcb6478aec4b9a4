package desktop

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// lay finds or makes the working copy of a file's newest version, and sees to it
// that it lies in its folder.
func (c *copies) lay(ctx context.Context, id app.ID, file app.CommandID) (*sqlite.WorkingCopy, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	doc, err := c.document(ctx, id)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, app.ErrNotFound
	}
	if _, ok := doc.Files[file]; !ok {
		return nil, app.Refuse(app.NotFound, "file.not_found")
	}
	newest := doc.NewestOf(file)
	if _, text := office.KindOf(doc.Files[newest].Name); !text {
		return nil, app.Refuse(app.Invalid, "work.not_text")
	}
	w, err := c.copyOf(ctx, doc, newest)
	if err != nil {
		return nil, err
	}
	err = c.prepare(ctx, w, doc, newest)
	if errors.Is(err, syscall.ENOSPC) {
		err = app.Errorf(app.Full, sqlite.ReasonFull, "%w", err)
	}
	if err != nil {
		return nil, err
	}
	c.watch(w.ID)
	c.tell()
	return w, nil
}

// copyOf is the copy that there is of the file, with its last save taken, or a
// new one.
func (c *copies) copyOf(ctx context.Context, doc *app.Document, newest app.CommandID) (*sqlite.WorkingCopy, error) {
	list, err := c.list(ctx)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(w *sqlite.WorkingCopy) bool {
		_, _, folder := parseFolder(w.ID) // else it was saved beside one, under another name
		return folder && w.Doc == doc.ID && (doc.NewestOf(w.File) == newest || doc.NewestOf(w.Origin) == newest)
	})
	if at >= 0 {
		return list[at], c.take(ctx, list[at])
	}
	return &sqlite.WorkingCopy{ID: folderName(doc.ID, newest), Doc: doc.ID, Name: workName(doc.Files[newest].Name)}, nil
}

// prepare sees to it that the folder holds what is to be opened: what was not
// sent, what an editor has open, or the newest version.
func (c *copies) prepare(ctx context.Context, w *sqlite.WorkingCopy, doc *app.Document, newest app.CommandID) error {
	_, err := os.Lstat(c.path(w))
	here := err == nil
	w.Opened = c.app.clock.Now()
	if here && (w.Refusal != nil || w.File == newest || c.editing(w)) {
		return c.put(ctx, w)
	}
	version := doc.Files[newest].Content
	if w.Refusal != nil {
		version = w.Content
	} else {
		w.File, w.Taken, w.Content = newest, version.SHA256, version
		if len(w.Given) == 0 {
			w.Origin = newest
		}
	}
	if err := c.put(ctx, w); err != nil { // first: a folder without a row would count as lost
		return err
	}
	return c.write(ctx, w, version)
}

// write puts the verified plaintext into the folder, whole or not at all.
func (c *copies) write(ctx context.Context, w *sqlite.WorkingCopy, version app.FileVersion) error {
	if missing := c.app.files.Missing(version); len(missing) > 0 {
		return c.ask(missing)
	}
	if err := c.app.files.Verify(ctx, version); err != nil {
		return content.AsRefusal(err, api.MaxUpload)
	}
	src, err := c.app.files.OpenVersion(version)
	if err != nil {
		return content.AsRefusal(err, api.MaxUpload)
	}
	defer func() { _ = src.Close() }()
	if kind, _ := office.KindOf(w.Name); w.Refusal == nil {
		if err := office.Inspect(src, version.Size, kind); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(c.folder(w.ID), 0o700); err != nil {
		return err
	}
	delete(c.seen, w.ID)
	return writeWhole(c.path(w), filepath.Join(c.dir, w.ID+".tmp"), src)
}

// errComing says that the content is on its way.
var errComing = app.Refuse(app.Conflict, "content.coming")

func (c *copies) ask(missing []app.Segment) error {
	if !c.carrier.online() {
		return app.Refuse(app.Offline, "content.not_here")
	}
	for _, s := range missing {
		c.carrier.fetch(s.Name, s.Size, content.PriorityOpen)
	}
	return errComing
}

// writeWhole writes a file for its owner alone, by way of another name.
func writeWhole(path, by string, src io.Reader) error {
	f, err := os.OpenFile(by, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, src)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(by, path)
	}
	if err != nil {
		_ = os.Remove(by)
	}
	return err
}

// maxWorkName keeps the whole path below what Word opens on Windows (218 signs).
const maxWorkName = 90

// workName is a file's name as every system and editor takes it: in NFC, not
// too long, none of the names that Windows keeps for itself, and nothing that
// would pass for an editor's leavings.
func workName(name string) string {
	safe, ok := api.FileName(name)
	if !ok {
		safe = "Du thao" + strings.TrimRight(path.Ext(name), ".")
	}
	ext := path.Ext(safe)
	stem := []rune(strings.TrimSuffix(safe, ext))
	stem = stem[:min(len(stem), maxWorkName)]
	text := strings.TrimRight(string(stem), " .")
	device, _, _ := strings.Cut(strings.ToUpper(text), ".")
	if slices.Contains(reserved, strings.TrimSpace(device)) || strings.HasPrefix(text, "~") || strings.HasPrefix(text, ".") || text == "" {
		text = "_" + text
	}
	return text + ext
}

// reserved are names that Windows keeps for devices, with any ending.
var reserved = []string{"CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
	"LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9"}
