package server

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
	"khonggiay/sync/hub"
)

// skipWriters is how many writer numbers a restore leaves out at least: more than
// any province enrols between two backups.
const skipWriters = 4096

// skip is how many numbers this restore leaves out. It is drawn, since one backup
// may be restored twice: numbers that were given in between must not be given
// again, and nobody here knows them any more.
func skip() uint32 { return skipWriters + rand.Uint32N(2*skipWriters) }

// ErrNotEmpty means that the data directory holds something already.
var ErrNotEmpty = errors.New("server: the data directory is not empty")

// RestoreInfo tells what a restore brought back, or a check found.
type RestoreInfo struct {
	Backup   BackupInfo `json:"backup"`
	Sealed   bool       `json:"sealed"`
	Epoch    uint64     `json:"epoch,omitempty"` // the new one; 0 = only checked
	Segments int        `json:"segments"`        // read, each as its name says
	Absent   int        `json:"absent"`          // were on the server at the time, are not in the backup: copy them into content/
	Events   uint64     `json:"events"`          // accepted commands whose chain was verified
	Audit    uint64     `json:"audit"`           // rows whose chain was verified
}

// Restore makes a server out of a backup in an empty data directory (a settings
// file may stand there, and wins over the backup's). No server appears there
// unless the whole backup is good. The data gets a new epoch: laptops notice,
// and bring back what they had sent after the backup was made.
func Restore(ctx context.Context, c Config, path string, with OpenWith) (info RestoreInfo, err error) {
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
	if err = info.bring(ctx, c, path, with, work); err == nil {
		err = moveUp(work, c.Data)
	}
	if err != nil {
		return info, fmt.Errorf("restore: %w", err)
	}
	return info, nil
}

// bring unpacks a backup into a directory and makes its data the province's
// again.
func (info *RestoreInfo) bring(ctx context.Context, c Config, path string, with OpenWith, dir string) error {
	segments, err := content.Open(filepath.Join(dir, contentDir), content.Options{})
	if err != nil {
		return err
	}
	err = unpack(ctx, path, with, dir, segments.Put, info)
	if err == nil {
		err = info.verify(ctx, c, dir, segments.Has, func(ctx context.Context, store *sqlite.Store) error {
			return store.Write(ctx, func(tx *sqlite.Tx) (err error) {
				info.Epoch, err = tx.Restored(info.Backup.At, skip())
				return err
			})
		})
	}
	return errors.Join(err, segments.Close())
}

// CheckBackup reads the whole of a backup, as a restore would, and makes no
// server: its seal, the hash of each segment, the database with its logs. The
// database is unpacked below the system's directory for temporary files.
func CheckBackup(ctx context.Context, c Config, path string, with OpenWith) (info RestoreInfo, err error) {
	work, err := os.MkdirTemp("", "khonggiay-check-*") // of mode 0700
	if err != nil {
		return info, fmt.Errorf("check of a backup: %w", err)
	}
	defer os.RemoveAll(work)
	seen := seenSegments{}
	if err = unpack(ctx, path, with, work, seen.put, &info); err == nil {
		err = info.verify(ctx, c, work, seen.has, nil)
	}
	if err != nil {
		return info, fmt.Errorf("check of a backup: %w", err)
	}
	return info, nil
}

// moveUp moves what was restored to its place, the database last: without it
// there is no server.
func moveUp(from, to string) error {
	for _, name := range []string{ConfigFile, trustDir, keysDir, contentDir, databaseFile} {
		if _, err := os.Lstat(filepath.Join(to, name)); err == nil && name == ConfigFile {
			continue
		}
		err := os.Rename(filepath.Join(from, name), filepath.Join(to, name))
		if err != nil && !((name == ConfigFile || name == trustDir) && errors.Is(err, os.ErrNotExist)) {
			return err
		}
	}
	return nil
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

// verify looks at the unpacked database; then, when it is good, it is given to
// next, if there is one.
func (info *RestoreInfo) verify(ctx context.Context, c Config, dir string, has func(app.Hash) bool, next func(context.Context, *sqlite.Store) error) error {
	sum, _, err := hashFile(filepath.Join(dir, databaseFile))
	if errors.Is(err, os.ErrNotExist) || err == nil && sum != info.Backup.Database {
		return fmt.Errorf("%w: the database does not match the manifest", ErrNotBackup)
	}
	if err != nil {
		return err
	}
	c.fill()
	store, err := openStore(ctx, dir, nil, c.Now)
	if err != nil {
		return err
	}
	err = info.inspect(ctx, store, has)
	if err == nil && next != nil {
		err = next(ctx, store)
	}
	return errors.Join(err, store.Close())
}

func (info *RestoreInfo) inspect(ctx context.Context, store *sqlite.Store, has func(app.Hash) bool) (err error) {
	if err := store.Check(ctx); err != nil {
		return err
	}
	if info.Audit, err = store.CheckAudit(ctx); err != nil {
		return err
	}
	return store.Read(ctx, func(v *sqlite.View) error {
		bad, err := hub.CheckChain(v)
		if err != nil {
			return err
		}
		if bad != 0 {
			return fmt.Errorf("%w: event %d does not fit the chain", ErrNotBackup, bad)
		}
		if info.Events, _, err = v.Head(); err != nil {
			return err
		}
		return v.NeededSegments(func(name app.Hash, _ int64, have bool) error {
			if have && !has(name) {
				info.Absent++
			}
			return nil
		})
	})
}
