package server

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// skipWriters is how many writer numbers a restore leaves out: more than any
// province enrols between two backups.
const skipWriters = 4096

// maxManifest bounds the small files of a backup.
const maxManifest = 64 << 20

// ErrNotBackup means that a file is no backup, or a damaged one.
var ErrNotBackup = errors.New("server: not a backup, or a damaged one")

// ErrNotEmpty means that the data directory holds something already.
var ErrNotEmpty = errors.New("server: the data directory is not empty")

// Restore makes a server out of a backup in an empty data directory (a settings
// file may stand there, and wins over the backup's). No server appears there
// unless the whole backup is good. The data gets a new epoch, so that laptops
// notice and take over the server's state. What they sent after the backup was
// made is not sent again yet (sync/DESIGN.md, Left for later).
func Restore(ctx context.Context, c Config, path string) (info RestoreInfo, err error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	if err := errors.Join(mustBeEmpty(c.Data), ownedByUs(c.Data)); err != nil {
		return info, err
	}
	work, err := os.MkdirTemp(c.Data, ".restore-*")
	if err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(work)
	if err := unpack(ctx, path, work, &info); err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	if err := info.finish(ctx, c, work); err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	if err := moveUp(work, c.Data); err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	return info, nil
}

// moveUp moves what was restored to its place, the database last: without it
// there is no server.
func moveUp(from, to string) error {
	for _, name := range []string{ConfigFile, keysDir, contentDir, databaseFile} {
		if _, err := os.Lstat(filepath.Join(to, name)); err == nil && name == ConfigFile {
			continue
		}
		err := os.Rename(filepath.Join(from, name), filepath.Join(to, name))
		if err != nil && !(name == ConfigFile && errors.Is(err, os.ErrNotExist)) {
			return err
		}
	}
	return nil
}

// RestoreInfo tells what a restore brought back.
type RestoreInfo struct {
	Backup   BackupInfo `json:"backup"`
	Epoch    uint64     `json:"epoch"`    // the new one
	Segments int        `json:"segments"` // unpacked
	Absent   int        `json:"absent"`   // were on the server at the time, are not in the backup: copy them into content/
}

func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, e := range entries {
		if e.Name() != ConfigFile {
			return fmt.Errorf("%w: %s holds %s", ErrNotEmpty, dir, e.Name())
		}
	}
	return nil
}

// unpack writes the backup's files below dir.
func unpack(ctx context.Context, path, dir string, info *RestoreInfo) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	root, err := os.OpenRoot(dir) // no name in the file leads out of it
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Mkdir(keysDir, 0o700); err != nil {
		return err
	}
	segments, err := content.Open(filepath.Join(dir, contentDir), content.Options{})
	if err != nil {
		return err
	}
	defer segments.Close()
	r := tar.NewReader(f)
	for first := true; ; first = false {
		h, err := r.Next()
		if errors.Is(err, io.EOF) && !first {
			return nil
		}
		if err != nil || h.Typeflag != tar.TypeReg || first != (h.Name == backupManifest) {
			return errors.Join(ErrNotBackup, err)
		}
		if err := unpackOne(ctx, r, h, root, segments, info); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func unpackOne(ctx context.Context, r io.Reader, h *tar.Header, root *os.Root, segments *content.Store, info *RestoreInfo) error {
	key, isKey := strings.CutPrefix(h.Name, backupKeys)
	hex, isSegment := strings.CutPrefix(h.Name, backupContent)
	switch {
	case h.Name == backupManifest:
		b, err := io.ReadAll(io.LimitReader(r, maxManifest))
		if err != nil || json.Unmarshal(b, &info.Backup) != nil || info.Backup.Format != backupFormat {
			return errors.Join(ErrNotBackup, err)
		}
		return nil
	case h.Name == backupList:
		return nil // for people and for rsync; the database says the same
	case h.Name == databaseFile, h.Name == ConfigFile, isKey && key == filepath.Base(key):
		return unpackFile(root, h.Name, r)
	case isSegment:
		var name app.Hash
		if err := name.UnmarshalText([]byte(hex)); err != nil {
			return ErrNotBackup
		}
		info.Segments++
		return segments.Put(ctx, name, h.Size, r)
	}
	return ErrNotBackup
}

func unpackFile(root *os.Root, name string, r io.Reader) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// finish verifies the database and begins its new epoch.
func (info *RestoreInfo) finish(ctx context.Context, c Config, dir string) error {
	database := filepath.Join(dir, databaseFile)
	sum, _, err := hashFile(database)
	if err != nil {
		return err
	}
	if sum != info.Backup.Database {
		return fmt.Errorf("%w: the database does not match the manifest", ErrNotBackup)
	}
	c.fill()
	store, err := openStore(ctx, dir, c.Now)
	if err != nil {
		return err
	}
	err = errors.Join(info.renew(ctx, store, filepath.Join(dir, contentDir)), store.Close())
	return err
}

func (info *RestoreInfo) renew(ctx context.Context, store *sqlite.Store, dir string) error {
	if err := store.Check(ctx); err != nil {
		return err
	}
	if _, err := store.CheckAudit(ctx); err != nil {
		return err
	}
	segments, err := content.Open(dir, content.Options{})
	if err != nil {
		return err
	}
	defer segments.Close()
	err = store.Read(ctx, func(v *sqlite.View) error {
		return v.NeededSegments(func(name app.Hash, _ int64, have bool) error {
			if have && !segments.Has(name) {
				info.Absent++
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return store.Write(ctx, func(tx *sqlite.Tx) (err error) {
		info.Epoch, err = tx.Restored(skipWriters)
		return err
	})
}
