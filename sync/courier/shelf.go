package courier

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	stfs "github.com/syncthing/syncthing/lib/fs"

	"khonggiay/app"
)

// marker is a directory inside each folder. A folder without it is not there
// (its disk is not mounted), which must not look as if all files were deleted.
const marker = ".khonggiay"

// segmentTime is what every segment on every shelf was changed at: the same name
// is the same bytes wherever they come from, and Syncthing shall see the same file.
var segmentTime = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// coarsest is by how much a file system may round a time: FAT, two seconds.
const coarsest = 2 * time.Second

// Shelf is the directory behind a folder: segments at ab/<64 hex digits>. They
// are hard links to the content store where the disk can do that, so a shelf
// costs no room, and what happens to it does not happen to the store.
type Shelf struct{ dir string }

// NewShelf is the shelf in dir, which is made when it is shared.
func NewShelf(dir string) *Shelf { return &Shelf{dir} }

// FolderName is the id of a folder as the name of a directory, whatever is in it.
func FolderName(folder string) string {
	sum := sha256.Sum256([]byte(folder))
	return hex.EncodeToString(sum[:10])
}

// Dir is where the shelf stands.
func (s *Shelf) Dir() string { return s.dir }

func (s *Shelf) prepare() error {
	if err := os.MkdirAll(filepath.Join(s.dir, marker), 0o700); err != nil {
		return fmt.Errorf("courier: shelf: %w", err)
	}
	return nil
}

// Item is the name of a segment inside the folder.
func Item(name app.Hash) string {
	hex := name.String()
	return hex[:2] + "/" + hex
}

// parseItem reads the one spelling of an item.
func parseItem(item string) (name app.Hash, ok bool) {
	item = filepath.ToSlash(item)
	if len(item) != 67 || name.UnmarshalText([]byte(item[3:])) != nil || Item(name) != item {
		return app.Hash{}, false
	}
	return name, true
}

// Path is where the segment stands, if it does.
func (s *Shelf) Path(name app.Hash) string {
	return filepath.Join(s.dir, filepath.FromSlash(Item(name)))
}

// Has reports whether the segment is on the shelf.
func (s *Shelf) Has(name app.Hash) bool {
	info, err := os.Lstat(s.Path(name))
	return err == nil && info.Mode().IsRegular()
}

// Size is how many bytes stand under the name; 0 when nothing does.
func (s *Shelf) Size(name app.Hash) int64 {
	info, err := os.Lstat(s.Path(name))
	if err != nil {
		return 0
	}
	return info.Size()
}

// Begun reports whether a part of the segment has come, which the courier goes on
// with.
func (s *Shelf) Begun(name app.Hash) bool {
	_, err := os.Lstat(filepath.Join(s.dir, filepath.FromSlash(stfs.TempName(Item(name)))))
	return err == nil
}

// DropParts removes the parts of segments of which useless says so; it is told
// when something last came. What is arriving just now must not be among them.
func (s *Shelf) DropParts(useless func(name app.Hash, changed time.Time) bool) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the shelf, or a part that is whole now
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, ok := parsePart(d.Name())
		info, err := d.Info()
		if !ok || err != nil || !useless(name, info.ModTime()) {
			return nil
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("courier: shelf: %w", err)
		}
		return nil
	})
}

// parsePart reads the name that Syncthing gives to a part.
func parsePart(base string) (name app.Hash, ok bool) {
	hex := strings.TrimSuffix(base, ".tmp")
	hex = hex[max(0, len(hex)-2*len(name)):]
	return name, name.UnmarshalText([]byte(hex)) == nil && base == stfs.TempName(hex)
}

// Put puts a segment on the shelf; link makes the file at the path that it is
// given. It reports whether the segment is new there, and must be scanned.
func (s *Shelf) Put(name app.Hash, link func(path string) error) (added bool, err error) {
	path := s.Path(name)
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
		if info.ModTime().Sub(segmentTime).Abs() <= coarsest {
			return false, nil
		}
		return true, s.date(path) // a kill came in between
	}
	if err := s.prepare(); err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, fmt.Errorf("courier: shelf: %w", err)
	}
	if err := link(path); err != nil {
		return false, err
	}
	return true, s.date(path)
}

// date gives a segment the time that all segments have.
func (s *Shelf) date(path string) error {
	if err := os.Chtimes(path, segmentTime, segmentTime); err != nil {
		return fmt.Errorf("courier: shelf: %w", err)
	}
	return nil
}

// Drop takes a segment off the shelf, and reports whether it stood there.
func (s *Shelf) Drop(name app.Hash) (dropped bool, err error) {
	err = os.Remove(s.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Segments are the names on the shelf, in their order. Anything else that stands
// there is passed over.
func (s *Shelf) Segments() iter.Seq2[app.Hash, error] {
	return func(yield func(app.Hash, error) bool) {
		err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if errors.Is(err, fs.ErrNotExist) {
					return nil
				}
				return err
			}
			rel, err := filepath.Rel(s.dir, path)
			if err != nil {
				return err
			}
			if d.IsDir() {
				if rel != "." && (len(rel) != 2 || strings.Trim(rel, "0123456789abcdef") != "") {
					return fs.SkipDir
				}
				return nil
			}
			if name, ok := parseItem(rel); ok && d.Type().IsRegular() && !yield(name, nil) {
				return fs.SkipAll
			}
			return nil
		})
		if err != nil {
			yield(app.Hash{}, fmt.Errorf("courier: shelf: %w", err))
		}
	}
}

// Wipe removes the shelf with all that stands on it: unsharing a folder leaves
// its files behind. The folder must not be configured any more.
func (s *Shelf) Wipe() error {
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("courier: wipe shelf: %w", err)
	}
	return nil
}
