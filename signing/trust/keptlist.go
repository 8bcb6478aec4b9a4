package trust

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// KeptFile is a file of a cache, as it goes from one machine to another.
type KeptFile struct {
	Name     string
	Size     int64
	Modified time.Time
}

// keptNameRE is what a cache calls its files, and nothing that leads elsewhere.
var keptNameRE = regexp.MustCompile(`^(crl|ocsp|issuer)-[0-9a-f]{32}(-[0-9a-f]{16})?\.kept$`)

// ErrNotKept: bytes that are no file of a cache by that name.
var ErrNotKept = errors.New("trust: not a file of a cache")

// Files lists what is kept.
func (c *Cache) Files() ([]KeptFile, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil, err
	}
	var files []KeptFile
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && keptNameRE.MatchString(e.Name()) {
			files = append(files, KeptFile{Name: e.Name(), Size: info.Size(), Modified: info.ModTime()})
		}
	}
	return files, nil
}

// Export returns the bytes of a kept file, for Import on another machine. It
// fails with ErrNotKept for a name that a cache does not give, and as os.ReadFile
// does for one that is not there.
func (c *Cache) Export(name string) ([]byte, error) {
	if !keptNameRE.MatchString(name) {
		return nil, ErrNotKept
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return os.ReadFile(filepath.Join(c.dir, name))
}

// Import keeps a file of another cache, unless what is kept here is newer. It
// is evidence like all other and believed for its own signature alone. It fails
// with ErrNotKept for bytes that are no such file, or one of another name.
func (c *Cache) Import(name string, b []byte) error {
	key, e, ok := decodeNamed(name, b)
	if !ok {
		return ErrNotKept
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.readLocked(name, key); ok && (old.Made.After(e.Made) || old.Made.Equal(e.Made) && !old.Fetched.Before(e.Fetched)) {
		return nil
	}
	return c.writeLocked(name, key, e)
}

// decodeNamed reads a file whose key is not known.
func decodeNamed(name string, b []byte) (key string, e Entry, ok bool) {
	if !keptNameRE.MatchString(name) || len(b) < cacheHeader {
		return "", Entry{}, false
	}
	n := int64(binary.BigEndian.Uint32(b[cacheHeader-4:]))
	if n > int64(len(b)-cacheHeader) {
		return "", Entry{}, false
	}
	key = string(b[cacheHeader : int64(cacheHeader)+n])
	if e, ok = decodeEntry(key, b); !ok {
		return "", Entry{}, false
	}
	kind, rest, _ := strings.Cut(name, "-")
	more := ""
	if _, print, ok := strings.Cut(strings.TrimSuffix(rest, cacheSuffix), "-"); ok {
		more = "-" + print
	}
	return key, e, cacheName(Kept(kind), key, more) == name
}

// lists returns the addresses of the kept CRLs, with what is kept.
func (c *Cache) lists() (map[string]Entry, error) {
	files, err := c.Files()
	if err != nil {
		return nil, err
	}
	out := map[string]Entry{}
	for _, f := range files {
		if !strings.HasPrefix(f.Name, string(KeptCRL)+"-") {
			continue
		}
		b, err := c.Export(f.Name)
		if err != nil {
			continue // gone meanwhile
		}
		if key, e, ok := decodeNamed(f.Name, b); ok {
			out[key] = e
		}
	}
	return out, nil
}
