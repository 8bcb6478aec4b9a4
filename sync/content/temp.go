package content

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"khonggiay/app"
)

// temp is a file in incoming/ that becomes a segment or nothing.
type temp struct {
	store   *Store
	path    string
	f       *os.File
	written int64 // since the last look at the free space
	done    bool
}

func (s *Store) newTemp() (*temp, error) {
	p := path.Join(incoming, rand.Text()+tempSuffix)
	f, err := s.root.OpenFile(p, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("new segment: %w", spaceError(err))
	}
	return &temp{store: s, path: p, f: f}, nil
}

// Write implements io.Writer under the free-space guard.
func (t *temp) Write(b []byte) (int, error) {
	if t.written += int64(len(b)); t.written >= spaceEvery {
		t.written = 0
		if err := t.store.checkSpace(0); err != nil {
			return 0, err
		}
	}
	n, err := t.f.Write(b)
	return n, spaceError(err)
}

// publish makes the bytes durable and gives them their name.
func (t *temp) publish(name app.Hash, size int64) error {
	if err := t.f.Sync(); err != nil {
		return fmt.Errorf("sync segment %s: %w", name, spaceError(err))
	}
	if err := t.f.Close(); err != nil {
		return fmt.Errorf("close segment %s: %w", name, spaceError(err))
	}
	if err := t.store.admit(t.path, name, size); err != nil {
		return err
	}
	t.done = true
	return nil
}

// discard removes the file unless it was published.
func (t *temp) discard() {
	if !t.done {
		t.f.Close()
		t.store.root.Remove(t.path)
	}
}

// admit moves a synced file of incoming/ to its name, durably. When the segment
// is there already the file is dropped and the old one stays, with all hard
// links to it; an old one of another size is torn and is replaced.
func (s *Store) admit(from string, name app.Hash, size int64) error {
	if have, err := s.Size(name); err == nil && have == size {
		return s.root.Remove(from)
	}
	to := file(name)
	dir := path.Dir(to)
	for _, d := range []string{path.Dir(dir), dir} {
		if err := s.mkdir(d); err != nil {
			return fmt.Errorf("segment %s: %w", name, spaceError(err))
		}
	}
	if err := s.root.Rename(from, to); err != nil {
		return fmt.Errorf("segment %s: %w", name, spaceError(err))
	}
	if err := s.syncDir(dir); err != nil {
		return fmt.Errorf("segment %s: %w", name, err)
	}
	return nil
}

// mkdir makes one directory and makes its entry durable.
func (s *Store) mkdir(dir string) error {
	err := s.root.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.syncDir(path.Dir(dir))
}

// checkSpace returns ErrNoSpace when writing more bytes would leave less free
// than the store's reserve.
func (s *Store) checkSpace(more int64) error {
	free, err := s.opt.FreeSpace(s.dir)
	if err != nil {
		return fmt.Errorf("free space: %w", err)
	}
	if free-more < s.opt.MinFree {
		return fmt.Errorf("%w: %d bytes free, %d wanted, %d kept in reserve", ErrNoSpace, free, more, s.opt.MinFree)
	}
	return nil
}
