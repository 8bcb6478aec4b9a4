package content

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"khonggiay/app"
)

// Another carrier keeps its segments in directories of its own. They come in and
// go out as hard links where the disk can link, and so take no room twice.

// Adopt takes in the segment that stands at a path outside the store. ErrCorrupt
// when its bytes are not the name; the file there is left alone. What is stored
// already costs nothing.
func (s *Store) Adopt(ctx context.Context, name app.Hash, from string) error {
	if s.Has(name) {
		return nil
	}
	temp := path.Join(incoming, rand.Text()+tempSuffix)
	if os.Link(from, filepath.Join(s.dir, filepath.FromSlash(temp))) != nil {
		return s.adoptCopy(ctx, name, from)
	}
	size, err := s.judge(ctx, name, temp)
	if err == nil {
		err = s.admit(temp, name, size)
	}
	if err != nil {
		_ = s.root.Remove(temp)
	}
	return err
}

// judge compares a file of incoming/ with its name.
func (s *Store) judge(ctx context.Context, name app.Hash, temp string) (int64, error) {
	if info, err := s.root.Lstat(temp); err != nil || !info.Mode().IsRegular() { // a link to something else, say
		return 0, fmt.Errorf("%w: what came for %s is no file", ErrCorrupt, name)
	}
	f, err := s.root.Open(temp)
	if err != nil {
		return 0, fmt.Errorf("adopt segment %s: %w", name, err)
	}
	defer f.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, ctxReader{ctx, f})
	if err != nil {
		return 0, fmt.Errorf("adopt segment %s: %w", name, err)
	}
	if app.Hash(sum.Sum(nil)) != name || PlainSize(size) < 0 {
		return 0, fmt.Errorf("%w: what came is not %s", ErrCorrupt, name)
	}
	return size, f.Sync()
}

// adoptCopy is Adopt between two disks, or on one that cannot link.
func (s *Store) adoptCopy(ctx context.Context, name app.Hash, from string) error {
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err != nil {
		return fmt.Errorf("adopt segment %s: %w", name, err)
	}
	if !info.Mode().IsRegular() || PlainSize(info.Size()) < 0 {
		return fmt.Errorf("%w: what came is not %s", ErrCorrupt, name)
	}
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("adopt segment %s: %w", name, err)
	}
	defer f.Close()
	return s.Put(ctx, name, info.Size(), f)
}

// LinkTo makes the stored segment stand at a path outside the store, too. That
// there is nothing yet is for the caller to see to.
func (s *Store) LinkTo(name app.Hash, to string) error {
	if _, err := s.Size(name); err != nil {
		return err
	}
	if os.Link(filepath.Join(s.dir, filepath.FromSlash(file(name))), to) == nil {
		return nil
	}
	from, err := s.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	return s.copyTo(from, to)
}

// copyTo is LinkTo where the disk cannot link: a copy under another name first,
// so that a reader never sees half of it.
func (s *Store) copyTo(from io.Reader, to string) error {
	f, err := os.CreateTemp(filepath.Dir(to), ".copy-*")
	if err != nil {
		return spaceError(err)
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return spaceError(err)
	}
	return os.Rename(f.Name(), to)
}
