package trust

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kept is the kind of a kept thing.
type Kept string

// What is kept.
const (
	KeptCRL    Kept = "crl"    // by its address
	KeptOCSP   Kept = "ocsp"   // by the issuer's key and the serial number
	keptIssuer Kept = "issuer" // by subject; several for one
)

// Entry is a kept thing and its age.
type Entry struct {
	Body    []byte
	Made    time.Time // thisUpdate, or notBefore of a certificate
	Fetched time.Time
}

// Cache keeps evidence in one folder, so that an office without a line can
// still say how old its knowledge is. Nothing in it is believed for being
// there: signatures are verified again at each use. It is safe for concurrent
// use within one process.
type Cache struct {
	dir string
	max int64

	mu sync.Mutex // guards the files
}

// OpenCache makes the folder if needed. The bound is on all files together.
func OpenCache(dir string, maxBytes int64) (*Cache, error) {
	if maxBytes <= 0 {
		return nil, errors.New("trust: a cache needs a size")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("trust: cache: %w", err)
	}
	c := &Cache{dir: dir, max: maxBytes}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trimLocked()
	return c, nil
}

// A file is the magic, the SHA-256 of all that follows, the two times in
// seconds, the length of the key, the key, the body.
const (
	cacheMagic  = "KGTRUST1"
	cacheHeader = len(cacheMagic) + sha256.Size + 8 + 8 + 4
	cacheSuffix = ".kept"
)

func encodeEntry(key string, e Entry) []byte {
	rest := binary.BigEndian.AppendUint64(nil, uint64(e.Made.Unix()))
	rest = binary.BigEndian.AppendUint64(rest, uint64(e.Fetched.Unix()))
	rest = binary.BigEndian.AppendUint32(rest, uint32(len(key)))
	rest = append(append(rest, key...), e.Body...)
	sum := sha256.Sum256(rest)
	return slices.Concat([]byte(cacheMagic), sum[:], rest)
}

func decodeEntry(key string, b []byte) (Entry, bool) {
	if len(b) < cacheHeader+len(key) || string(b[:len(cacheMagic)]) != cacheMagic {
		return Entry{}, false
	}
	sum, rest := b[len(cacheMagic):len(cacheMagic)+sha256.Size], b[len(cacheMagic)+sha256.Size:]
	if got := sha256.Sum256(rest); !bytes.Equal(got[:], sum) {
		return Entry{}, false
	}
	seconds := func(b []byte) time.Time { return time.Unix(int64(binary.BigEndian.Uint64(b)), 0).UTC() }
	n := binary.BigEndian.Uint32(rest[16:])
	if int(n) != len(key) || string(rest[20:20+len(key)]) != key {
		return Entry{}, false
	}
	return Entry{Body: rest[20+len(key):], Made: seconds(rest), Fetched: seconds(rest[8:])}, true
}

func cacheName(k Kept, key, more string) string {
	sum := sha256.Sum256([]byte(key))
	return string(k) + "-" + hex.EncodeToString(sum[:16]) + more + cacheSuffix
}

// Get returns what is kept under the key. A damaged file is dropped.
func (c *Cache) Get(k Kept, key string) (Entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.readLocked(cacheName(k, key, ""), key)
}

func (c *Cache) readLocked(name, key string) (Entry, bool) {
	path := filepath.Join(c.dir, name)
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > c.max {
		return Entry{}, false
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return Entry{}, false
	}
	e, ok := decodeEntry(key, b)
	if !ok {
		os.Remove(path)
	}
	return e, ok
}

// Put keeps the entry, in the place of an older one. What cannot be written
// is not kept; the error is for a log.
func (c *Cache) Put(k Kept, key string, e Entry) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writeLocked(cacheName(k, key, ""), key, e)
}

func (c *Cache) writeLocked(name, key string, e Entry) error {
	b := encodeEntry(key, e)
	if int64(len(b)) > c.max {
		return fmt.Errorf("trust: cache: %d bytes are more than all of it", len(b))
	}
	tmp, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return err
	}
	_, werr := tmp.Write(b)
	err = errors.Join(werr, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(c.dir, name))
	}
	if err != nil {
		os.Remove(tmp.Name())
		return err
	}
	c.trimLocked()
	return nil
}

// trimLocked deletes the files written longest ago until the rest fits, and
// what a kill has left half written.
func (c *Cache) trimLocked() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []os.FileInfo
	var total int64
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "new-") {
			os.Remove(filepath.Join(c.dir, e.Name()))
			continue
		}
		if info, err := e.Info(); err == nil && strings.HasSuffix(e.Name(), cacheSuffix) {
			files = append(files, info)
			total += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	for _, f := range files {
		if total <= c.max {
			return
		}
		if os.Remove(filepath.Join(c.dir, f.Name())) == nil {
			total -= f.Size()
		}
	}
}

// issuers returns the kept certificates of the subject.
func (c *Cache) issuers(subject []byte) []*x509.Certificate {
	key := nameKey(subject)
	c.mu.Lock()
	defer c.mu.Unlock()
	stem := strings.TrimSuffix(cacheName(keptIssuer, key, ""), cacheSuffix)
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return nil
	}
	var certs []*x509.Certificate
	for _, file := range entries {
		if !strings.HasPrefix(file.Name(), stem) || len(certs) == maxDepth {
			continue
		}
		e, ok := c.readLocked(file.Name(), key)
		if !ok {
			continue
		}
		if cert, err := ParseCertificate(e.Body); err == nil {
			certs = append(certs, cert)
		}
	}
	return certs
}

// keepIssuers keeps the CAs between a believed certificate and its anchor.
func (c *Cache) keepIssuers(chain *Chain) {
	c.mu.Lock()
	defer c.mu.Unlock()
	certs := chain.Certificates
	for _, cert := range certs[1 : len(certs)-1] {
		key, fp := nameKey(cert.RawSubject), FingerprintOf(cert)
		name := cacheName(keptIssuer, key, "-"+hex.EncodeToString(fp[:8]))
		if _, ok := c.readLocked(name, key); !ok {
			// An issuer that cannot be kept will be brought along again.
			_ = c.writeLocked(name, key, Entry{Body: cert.Raw, Made: cert.NotBefore, Fetched: cert.NotBefore})
		}
	}
}
