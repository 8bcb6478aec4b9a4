package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"khonggiay/app"
)

// Backup writes a consistent copy of the whole file to path, which must not
// exist, while the store goes on reading and writing. The copy is whole or
// not there at all, readable by its owner alone, and flushed to the disk.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return app.Errorf(app.Conflict, ReasonExists, "backup to %s: it exists", filepath.Base(path))
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return mapError(err)
	}
	if err := createPrivate(part); err != nil {
		return err
	}
	err := s.vacuumInto(ctx, part)
	if err == nil {
		err = syncFile(part)
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		os.Remove(part)
		return mapError(err)
	}
	return mapError(syncDir(filepath.Dir(path)))
}

// vacuumInto copies through a connection of its own, since the readers' ones
// may not write anywhere.
func (s *Store) vacuumInto(ctx context.Context, path string) error {
	db := sql.OpenDB(connector(dsn(s.opts.Path, true, s.opts.NoSync)))
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err := db.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes a rename last; where folders cannot be flushed (Windows), the
// system does so itself.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}
