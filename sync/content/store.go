package content

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"sync"

	"khonggiay/app"
)

const (
	incoming   = "incoming" // what is not whole yet; same file system as the rest
	tempSuffix = ".tmp"     // written in one go; worthless after a restart
	partSuffix = ".part"    // resumable; the name says what it will be
	hexDigits  = "0123456789abcdef"

	// spaceEvery is how many bytes are written between two looks at the free
	// space.
	spaceEvery = 8 << 20
)

// Options of a store. The zero value is usable.
type Options struct {
	// MinFree is what must stay free on the disk, bytes: a write that would go
	// below it is ErrNoSpace, so that the database beside the store can go on.
	MinFree int64
	// FreeSpace tells the free bytes of the disk that holds dir. Nil asks the
	// operating system.
	FreeSpace func(dir string) (int64, error)
}

// Store is a directory of whole, verified segments: ab/cd/<64 hex digits>.
// What is still being written stands in incoming/ and enters by a rename once
// its bytes are on the disk and match the name, so a file under its name is
// always whole, whenever the power went. One process owns a store; others may
// read or hard-link its files, which never change.
type Store struct {
	dir  string
	root *os.Root // no name, link or .. leads out of dir
	opt  Options

	opening [64]sync.Mutex // each is held while a part is opened; taken before partWriter.mu and mu

	mu     sync.Mutex // guards the two below; never held during I/O
	parts  map[app.Hash]*partWriter
	closed bool
}

// Entry is one stored segment.
type Entry struct {
	Name app.Hash
	Size int64 // ciphertext bytes
}

// Open opens the store in dir, making it when it is not there, and removes what
// a killed writer left. Parts of unfinished transfers are kept.
func Open(dir string, opt Options) (*Store, error) {
	if opt.FreeSpace == nil {
		opt.FreeSpace = freeSpace
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("content store: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("content store: %w", err)
	}
	s := &Store{dir: dir, root: root, opt: opt, parts: map[app.Hash]*partWriter{}}
	if err := s.prepare(); err != nil {
		root.Close()
		return nil, fmt.Errorf("content store %s: %w", dir, err)
	}
	return s, nil
}

// prepare makes incoming/ and removes stale temporary files from it.
func (s *Store) prepare() error {
	if err := s.mkdir(incoming); err != nil {
		return err
	}
	entries, err := fs.ReadDir(s.root.FS(), incoming)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), tempSuffix) {
			if err := s.root.Remove(path.Join(incoming, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close ends the parts that are open (their bytes are kept) and releases the
// directory.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	parts := s.parts
	s.parts = map[app.Hash]*partWriter{}
	s.mu.Unlock()
	for _, p := range parts {
		p.seize(ErrClosed)
	}
	return s.root.Close()
}

// file is where a segment stands.
func file(name app.Hash) string {
	hex := name.String()
	return path.Join(hex[:2], hex[2:4], hex)
}

// Has reports whether the whole segment is stored.
func (s *Store) Has(name app.Hash) bool {
	_, err := s.Size(name)
	return err == nil
}

// Size is the segment's ciphertext size. ErrNotFound if it is not stored.
func (s *Store) Size(name app.Hash) (int64, error) {
	info, err := s.root.Lstat(file(name))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return 0, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err != nil {
		return 0, fmt.Errorf("segment %s: %w", name, err)
	}
	return info.Size(), nil
}

// Open opens the ciphertext of a segment for reading. ErrNotFound if it is not
// stored.
func (s *Store) Open(name app.Hash) (*os.File, error) {
	if _, err := s.Size(name); err != nil {
		return nil, err
	}
	f, err := s.root.Open(file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err != nil {
		return nil, fmt.Errorf("segment %s: %w", name, err)
	}
	return f, nil
}

// Remove deletes a segment. ErrNotFound if it is not stored. Readers that have
// it open read on.
func (s *Store) Remove(name app.Hash) error {
	err := s.root.Remove(file(name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	return err
}

// Check reads a stored segment again from the disk. When its bytes no longer
// match its name it is removed, so that it can be fetched anew, and Check
// returns ErrCorrupt.
func (s *Store) Check(ctx context.Context, name app.Hash) error {
	f, err := s.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, ctxReader{ctx, f}); err != nil {
		return fmt.Errorf("segment %s: %w", name, err)
	}
	if app.Hash(sum.Sum(nil)) == name {
		return nil
	}
	if err := s.Remove(name); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return fmt.Errorf("%w: %s on the disk", ErrCorrupt, name)
}

// List gives every stored segment in the order of names. Files that are not
// segments are passed over. It ends after the first error.
func (s *Store) List() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		err := fs.WalkDir(s.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				if errors.Is(err, fs.ErrNotExist) {
					return nil // removed while we walk
				}
				return err
			}
			if d.IsDir() {
				return walkInto(p)
			}
			name, ok := parseName(d.Name())
			if !ok || p != file(name) || !d.Type().IsRegular() {
				return nil
			}
			info, err := d.Info()
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && !yield(Entry{name, info.Size()}, nil) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			yield(Entry{}, fmt.Errorf("list segments: %w", err))
		}
	}
}

// walkInto keeps List inside the fan-out directories.
func walkInto(dir string) error {
	for level := range strings.SplitSeq(dir, "/") {
		if dir != "." && (len(level) != 2 || strings.Trim(level, hexDigits) != "") {
			return fs.SkipDir
		}
	}
	return nil
}

// parseName reads the one spelling of a name: 64 lower-case hex digits.
func parseName(text string) (app.Hash, bool) {
	var name app.Hash
	if name.UnmarshalText([]byte(text)) != nil || name.String() != text {
		return app.Hash{}, false
	}
	return name, true
}

// Put stores size bytes of ciphertext from src under name. ErrCorrupt if they
// are not what the name says, ErrNoSpace if the disk cannot hold them; nothing
// is left behind then. Storing what is stored already costs nothing and reads
// nothing.
func (s *Store) Put(ctx context.Context, name app.Hash, size int64, src io.Reader) error {
	if PlainSize(size) < 0 {
		return fmt.Errorf("%w: no segment has %d bytes", ErrInvalid, size)
	}
	if have, err := s.Size(name); err == nil && have == size {
		return nil
	}
	if err := s.checkSpace(size); err != nil {
		return err
	}
	t, err := s.newTemp()
	if err != nil {
		return err
	}
	defer t.discard()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(sum, t), ctxReader{ctx, io.LimitReader(src, size+1)})
	if err != nil {
		return fmt.Errorf("store segment %s: %w", name, err)
	}
	if n != size || app.Hash(sum.Sum(nil)) != name {
		return fmt.Errorf("%w: what came is not %s", ErrCorrupt, name)
	}
	return t.publish(name, size)
}

// ctxReader ends a long copy when its context ends.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (r ctxReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(b)
}
