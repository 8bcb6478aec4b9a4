package content

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
)

// partWriter writes a part, a segment that is still arriving:
// incoming/<name>.part. The part's length is its progress, so a cut line, a kill or a restart loses nothing that was
// written. It becomes a segment by Commit, which verifies it, or waits for the
// next try after Close.
//
// A name has one writer. A later writer takes the part over and the earlier one
// gets ErrTaken: after a cut the new connection goes on at once, while the
// server has not yet noticed that the old one is dead.
type partWriter struct {
	store *Store
	name  app.Hash

	mu      sync.Mutex // guards all below; held during writes, so a takeover sees whole ones
	f       *os.File
	offset  int64
	sum     hash.Hash // of everything so far; nil when earlier bytes were not seen
	written int64     // since the last look at the free space
	ended   error     // why this writer may write no more
}

func partFile(name app.Hash) string {
	return path.Join(incoming, name.String()+partSuffix)
}

// atItsEnd opens a part wherever it stands.
const atItsEnd = -1

// openPart opens the part of name for writing at its end, making it when it is
// not there. errExists if the segment is whole already. A writer that thinks it
// knows how much there is says so: if the part does not stand at offset, an
// *offsetError tells the truth and no writer is disturbed.
func (s *Store) openPart(name app.Hash, offset int64) (*partWriter, error) {
	opening := s.opener(name)
	opening.Lock()
	defer opening.Unlock()
	last, err := s.writer(name)
	if err != nil {
		return nil, err
	}
	if last != nil {
		last.mu.Lock() // stands still until it is decided who writes
		defer last.mu.Unlock()
	}
	p, err := s.startPart(name, last, offset)
	if err != nil {
		return nil, err
	}
	if last != nil {
		last.endLocked(ErrTaken)
	}
	if !s.enter(p) {
		p.seize(ErrClosed)
		return nil, ErrClosed
	}
	return p, nil
}

// startPart opens the part where last, locked or nil, has left it.
func (s *Store) startPart(name app.Hash, last *partWriter, offset int64) (*partWriter, error) {
	if s.Has(name) {
		return nil, fmt.Errorf("%w: %s", errExists, name)
	}
	have := s.PartSize(name)
	if offset != atItsEnd && offset != have {
		return nil, &offsetError{have}
	}
	f, err := s.root.OpenFile(partFile(name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("part %s: %w", name, spaceError(err))
	}
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		f.Close()
		return nil, fmt.Errorf("part %s: %w", name, err)
	}
	p := &partWriter{store: s, name: name, f: f, offset: have}
	switch {
	case have == 0:
		p.sum = sha256.New()
	case last != nil && last.ended == nil:
		p.sum = last.sum
	}
	return p, nil
}

// opener is the lock that lets one caller at a time open the part of name, or
// of another name with the same first bits.
func (s *Store) opener(name app.Hash) *sync.Mutex {
	return &s.opening[int(name[0])%len(s.opening)]
}

// writer is who writes the part of name, nil for none.
func (s *Store) writer(name app.Hash) (*partWriter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	return s.parts[name], nil
}

// enter makes p the writer of its name, unless the store is closed.
func (s *Store) enter(p *partWriter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.parts[p.name] = p
	}
	return !s.closed
}

// leave forgets p, unless another writer has its name already.
func (s *Store) leave(p *partWriter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.parts[p.name] == p {
		delete(s.parts, p.name)
	}
}

// seize ends the writer from outside.
func (p *partWriter) seize(why error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endLocked(why)
}

func (p *partWriter) endLocked(why error) {
	if p.ended == nil {
		p.ended = why
		p.f.Close()
	}
}

// Offset is how many bytes the part holds.
func (p *partWriter) Offset() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.offset
}

// Write appends to the part. On ErrNoSpace the bytes that did fit are kept.
func (p *partWriter) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return 0, p.ended
	}
	if p.written += int64(len(b)); p.written >= spaceEvery {
		p.written = 0
		if err := p.store.checkSpace(0); err != nil {
			return 0, err
		}
	}
	n, err := p.f.Write(b)
	p.offset += int64(n)
	if p.sum != nil {
		p.sum.Write(b[:n])
	}
	return n, spaceError(err)
}

// Restart throws away what the part holds and begins at zero.
func (p *partWriter) Restart() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return p.ended
	}
	if err := p.f.Truncate(0); err != nil {
		return fmt.Errorf("part %s: %w", p.name, err)
	}
	if _, err := p.f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("part %s: %w", p.name, err)
	}
	p.offset, p.sum = 0, sha256.New()
	return nil
}

// Commit verifies the part and makes it a segment. ErrCorrupt if its bytes are
// not what its name says: the part is removed then. The part is ended in any
// case.
func (p *partWriter) Commit() error {
	p.mu.Lock()
	defer p.store.leave(p)
	defer p.mu.Unlock()
	if p.ended != nil {
		return p.ended
	}
	defer p.endLocked(ErrClosed)
	got, err := p.hashLocked()
	if err != nil {
		return fmt.Errorf("part %s: %w", p.name, err)
	}
	if got != p.name || PlainSize(p.offset) < 0 {
		p.endLocked(ErrClosed)
		if err := p.store.root.Remove(partFile(p.name)); err != nil {
			return fmt.Errorf("part %s: %w", p.name, err)
		}
		return fmt.Errorf("%w: what came is not %s", ErrCorrupt, p.name)
	}
	if err := p.f.Sync(); err != nil {
		return fmt.Errorf("part %s: %w", p.name, spaceError(err))
	}
	p.endLocked(ErrClosed) // Windows renames closed files only
	return p.store.admit(partFile(p.name), p.name, p.offset)
}

// hashLocked is the SHA-256 of the whole part; it reads the file only when an
// earlier writer, in another life of the process, wrote some of it.
func (p *partWriter) hashLocked() (app.Hash, error) {
	if p.sum == nil {
		sum := sha256.New()
		if _, err := io.Copy(sum, io.NewSectionReader(p.f, 0, p.offset)); err != nil {
			return app.Hash{}, err
		}
		p.sum = sum
	}
	return app.Hash(p.sum.Sum(nil)), nil
}

// Close ends this writer and keeps the part, durably, for the next one. Closing
// a part that has ended does nothing.
func (p *partWriter) Close() error {
	p.mu.Lock()
	defer p.store.leave(p)
	defer p.mu.Unlock()
	if p.ended != nil {
		return nil
	}
	err := p.f.Sync()
	p.endLocked(ErrClosed)
	return spaceError(err)
}

// PartSize is how many bytes of an unfinished segment are kept, 0 for none.
func (s *Store) PartSize(name app.Hash) int64 {
	info, err := s.root.Lstat(partFile(name))
	if err != nil {
		return 0
	}
	return info.Size()
}

// RemovePart throws an unfinished segment away. Its writer, if any, gets
// ErrTaken.
func (s *Store) RemovePart(name app.Hash) error {
	opening := s.opener(name)
	opening.Lock()
	defer opening.Unlock()
	p, err := s.writer(name)
	if err != nil {
		return err
	}
	if p != nil {
		p.seize(ErrTaken)
		s.leave(p)
	}
	err = s.root.Remove(partFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// PartEntry is one unfinished segment.
type PartEntry struct {
	Name     app.Hash
	Size     int64     // bytes kept so far
	Modified time.Time // of the last write
}

// Parts gives the unfinished segments, for the caller to remove those that
// nobody wants or that are too old.
func (s *Store) Parts() iter.Seq2[PartEntry, error] {
	return func(yield func(PartEntry, error) bool) {
		entries, err := fs.ReadDir(s.root.FS(), incoming)
		if err != nil {
			yield(PartEntry{}, fmt.Errorf("list parts: %w", err))
			return
		}
		for _, e := range entries {
			hex, isPart := strings.CutSuffix(e.Name(), partSuffix)
			name, ok := parseName(hex)
			if !isPart || !ok {
				continue
			}
			info, err := e.Info()
			if err != nil {
				continue // finished or removed meanwhile
			}
			if !yield(PartEntry{name, info.Size(), info.ModTime()}, nil) {
				return
			}
		}
	}
}
