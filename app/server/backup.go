package server

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// A backup is one sealed file (seal.go) of mode 0600; inside is a tar file:
//
//	manifest.json     BackupInfo; first, so that a reader knows what follows
//	khonggiay.db      a consistent copy of the database
//	khonggiay.conf    the settings, if there is such a file
//	ca/…              the province's keys
//	trust/…           the roots of signatures and their policy, without what can be fetched again
//	content.list      one line a segment that records name: hash, bytes, "here" or "missing"
//	content/<hash>    the segments, unless they were left out
const (
	backupFormat   = 3 // 1 was not sealed, 2 had no trust/
	backupManifest = "manifest.json"
	backupList     = "content.list"
	backupContent  = "content/"
	backupKeys     = "ca/"
	backupTrust    = "trust/"
)

// BackupInfo describes a backup.
type BackupInfo struct {
	Format   int      `json:"format"`
	Version  string   `json:"version"` // of the program
	At       app.Time `json:"at"`
	Epoch    uint64   `json:"epoch"`
	Database string   `json:"database"` // SHA-256 of khonggiay.db, hex
	Size     int64    `json:"size"`     // of the database, bytes
	Segments int      `json:"segments"` // named by records and verified by the server
	Bytes    int64    `json:"bytes"`    // of those segments
	Missing  int      `json:"missing"`  // named by records, not yet sent by a laptop
	Content  bool     `json:"content"`  // the segments are in the file
}

// Backup writes a backup of the running server to path, all of it or nothing.
func (s *Server) Backup(ctx context.Context, path string, seal SealFor, withContent bool) (info BackupInfo, err error) {
	began := s.now()
	cost := passphraseCost
	if s.config.cheapPasswords {
		cost = passphraseCheapCost
	}
	if _, err := seal.recipients(cost); err != nil {
		return info, err
	}
	work, err := os.MkdirTemp(s.config.Data, ".backup-*")
	if err != nil {
		return info, fmt.Errorf("backup: %w", err)
	}
	defer os.RemoveAll(work)
	database := filepath.Join(work, databaseFile)
	if err := s.store.Backup(ctx, database); err != nil {
		return info, fmt.Errorf("backup: %w", err)
	}
	info = BackupInfo{Format: backupFormat, Version: s.config.Version, At: app.TimeOf(began), Epoch: s.epoch(), Content: withContent}
	if info.Database, info.Size, err = hashFile(database); err != nil {
		return info, fmt.Errorf("backup: %w", err)
	}
	segments, err := s.contentList(ctx, &info)
	if err != nil {
		return info, fmt.Errorf("backup: %w", err)
	}
	err = writeWhole(path, func(w io.Writer) error {
		return seal.sealed(w, cost, func(w io.Writer) error {
			t := tarWriter{tar.NewWriter(w), began}
			return errors.Join(s.writeBackup(ctx, t, info, database, segments), t.Close())
		})
	})
	if err != nil {
		return info, fmt.Errorf("backup: %w", err)
	}
	err = s.store.Write(ctx, func(tx *sqlite.Tx) error {
		return tx.Audit(sqlite.AuditEntry{Act: "backup", Actor: Operator, Object: path, Detail: map[string]any{"segments": info.Segments, "content": withContent, "keys": seal.Keys}})
	})
	return info, err
}

// segment is a line of the content list.
type segment struct {
	name app.Hash
	size int64
	here bool
}

func (s *Server) contentList(ctx context.Context, info *BackupInfo) (out []segment, err error) {
	err = s.store.Read(ctx, func(v *sqlite.View) error {
		return v.NeededSegments(func(name app.Hash, size int64, have bool) error {
			if have = have && s.contents.files.Has(name); have {
				info.Segments++
				info.Bytes += size
			} else {
				info.Missing++
			}
			out = append(out, segment{name, size, have})
			return nil
		})
	})
	return out, err
}

func (s *Server) writeBackup(ctx context.Context, t tarWriter, info BackupInfo, database string, segments []segment) error {
	manifest, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return err
	}
	if err := t.bytes(backupManifest, manifest); err != nil {
		return err
	}
	if err := t.file(databaseFile, database); err != nil {
		return err
	}
	if err := t.file(ConfigFile, filepath.Join(s.config.Data, ConfigFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := t.folder(backupKeys, filepath.Join(s.config.Data, keysDir)); err != nil {
		return err
	}
	if err := t.folder(backupTrust, filepath.Join(s.config.Data, trustDir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var list strings.Builder
	for _, g := range segments {
		state := "missing"
		if g.here {
			state = "here"
		}
		fmt.Fprintf(&list, "%s %d %s\n", g.name, g.size, state)
	}
	if err := t.bytes(backupList, []byte(list.String())); err != nil || !info.Content {
		return err
	}
	for _, g := range segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !g.here {
			continue
		}
		if err := t.segment(s.contents.files, g.name); err != nil {
			return err
		}
	}
	return nil
}

// tarWriter adds files of mode 0600.
type tarWriter struct {
	*tar.Writer
	at time.Time
}

func (t tarWriter) header(name string, size int64) error {
	return t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: t.at})
}

func (t tarWriter) bytes(name string, b []byte) error {
	if err := t.header(name, int64(len(b))); err != nil {
		return err
	}
	_, err := t.Write(b)
	return err
}

func (t tarWriter) file(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return t.open(name, f)
}

// folder adds the files of a folder, not what lies in folders below it.
func (t tarWriter) folder(prefix, path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "new-") {
			continue
		}
		if err := t.file(prefix+e.Name(), filepath.Join(path, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (t tarWriter) segment(store *content.Store, name app.Hash) error {
	f, err := store.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return t.open(backupContent+name.String(), f)
}

func (t tarWriter) open(name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := t.header(name, info.Size()); err != nil {
		return err
	}
	_, err = io.Copy(t, f)
	return err
}

// writeWhole writes a file of mode 0600 under a temporary name and gives it its
// own when it is whole and on the disk. It never replaces a file.
func writeWhole(path string, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return app.Refuse(app.Conflict, "backup.exists").With("path", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	b := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(write(b), b.Flush(), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func hashFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	size, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), size, err
}
