package server

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"khonggiay/app"
)

// maxManifest bounds the small files of a backup.
const maxManifest = 64 << 20

// putSegment takes one segment of a backup; it fails when the bytes are not
// those that the name says.
type putSegment func(ctx context.Context, name app.Hash, size int64, r io.Reader) error

// seenSegments are segments that were read and not kept.
type seenSegments map[app.Hash]bool

func (s seenSegments) put(_ context.Context, name app.Hash, _ int64, r io.Reader) error {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return err
	}
	if app.Hash(h.Sum(nil)) != name {
		return fmt.Errorf("%w: segment %s has other bytes", ErrNotBackup, name)
	}
	s[name] = true
	return nil
}

func (s seenSegments) has(name app.Hash) bool { return s[name] }

// unpack writes a backup's files below dir, and gives its segments to put.
func unpack(ctx context.Context, path string, with OpenWith, dir string, put putSegment, info *RestoreInfo) error {
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
	plain, sealed, err := with.open(f)
	if err != nil {
		return err
	}
	info.Sealed = sealed
	u := &unpacker{root: root, put: put, info: info}
	if err := u.all(ctx, tar.NewReader(plain)); err != nil {
		return err
	}
	// What follows the last file is not needed, but only the end of the seal
	// tells that nothing was cut off.
	if _, err := io.Copy(io.Discard, plain); err != nil {
		return fmt.Errorf("%w: %w", ErrNotBackup, err)
	}
	if sealed != (info.Backup.Format > 1) {
		return fmt.Errorf("%w: not sealed as its manifest says", ErrNotBackup)
	}
	return nil
}

type unpacker struct {
	root *os.Root
	put  putSegment
	info *RestoreInfo
}

func (u *unpacker) all(ctx context.Context, r *tar.Reader) error {
	for first := true; ; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := r.Next()
		if errors.Is(err, io.EOF) && !first {
			return nil
		}
		if err != nil || h.Typeflag != tar.TypeReg || first != (h.Name == backupManifest) {
			return errors.Join(ErrNotBackup, err)
		}
		if err := u.one(ctx, reading{r}, h); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

// reading marks what cannot be read as damage of the backup, so that it is told
// apart from a disk that cannot be written.
type reading struct{ r io.Reader }

func (r reading) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("%w: %w", ErrNotBackup, err)
	}
	return n, err
}

func (u *unpacker) one(ctx context.Context, r io.Reader, h *tar.Header) error {
	key, isKey := strings.CutPrefix(h.Name, backupKeys)
	root, isRoot := strings.CutPrefix(h.Name, backupTrust)
	hex, isSegment := strings.CutPrefix(h.Name, backupContent)
	switch {
	case h.Name == backupManifest:
		return u.manifest(r)
	case h.Name == backupList:
		return nil // for people and for rsync; the database says the same
	case h.Name == databaseFile, h.Name == ConfigFile, isKey && key == filepath.Base(key):
		return u.file(h.Name, r)
	case isRoot && root == filepath.Base(root):
		if err := u.root.Mkdir(trustDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return u.file(h.Name, r)
	case isSegment:
		var name app.Hash
		if err := name.UnmarshalText([]byte(hex)); err != nil {
			return ErrNotBackup
		}
		u.info.Segments++
		return u.put(ctx, name, h.Size, r)
	}
	return ErrNotBackup
}

func (u *unpacker) manifest(r io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil || json.Unmarshal(b, &u.info.Backup) != nil {
		return errors.Join(ErrNotBackup, err)
	}
	switch format := u.info.Backup.Format; {
	case format > backupFormat:
		return app.Refuse(app.Invalid, "backup.newer").With("version", u.info.Backup.Version)
	case format < 1:
		return ErrNotBackup
	}
	return nil
}

func (u *unpacker) file(name string, r io.Reader) error {
	f, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
