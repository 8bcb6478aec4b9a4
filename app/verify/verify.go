// Package verify judges the digital signatures in the files of documents, for
// laptop and server alike: the validator of package signing with the trusted
// roots of this machine, and a memory of what was judged lately.
//
// The folder that it is given holds the roots (.pem, .crt, .cer, .der, and
// anchors.json to say since and until when they are trusted), policy.json if
// there is one, and in cache/ the CRLs, OCSP answers and issuers that were seen.
// A change of the roots counts from the next question on. The province's server
// hands the folder to its laptops (bundle.go, follow.go), so that the road and
// the office judge alike; it alone may ask the network, if the operator lets it
// ([Verifier.Online]).
//
// TestVerifier tries it with a test authority, TestFollow the way to the laptop,
// TestRoots the operator's changes; whether the validator is right is the
// business of signing/validator's own tests.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

const (
	// longest is how long one file may take.
	longest = 30 * time.Second
	// together is how many files are judged at a time.
	together = 2
	// fresh is how long an answer holds: what is known of a certificate grows old.
	fresh = 10 * time.Minute
	// remembered is how many answers are kept.
	remembered = 256

	policyName = "policy.json"
	cacheName  = "cache"
)

// Verifier implements api.Verifier. Close it in the end.
type Verifier struct {
	dir     string
	now     func() time.Time
	turn    chan struct{} // one for each file that is being judged
	network *Network      // nil: nothing is asked

	// changing is held while the folder's roots are exchanged.
	changing sync.Mutex

	opening sync.Mutex // guards cache
	cache   *trust.Cache
	cacheOf int64 // the bound that it was opened with

	mu      sync.Mutex // guards what follows
	answers map[app.Hash]answer
	trust   *trust.Validator
	fetcher *trust.Fetcher
	seen    string // what the folder looked like when it was read
	changes uint64 // how often roots or evidence have changed
	bundle  sealedBundle
}

type answer struct {
	report  validator.Report
	at      time.Time
	changes uint64
}

// Network says whom a verifier may ask for revocation.
type Network struct {
	Allow   []netip.Prefix // addresses, besides the public ones
	Public  bool           // public addresses on the ports 80 and 443
	Timeout time.Duration  // of one request
}

// New is a verifier with the roots in a folder, which may be missing: then nobody
// is trusted. It asks no network.
func New(dir string, now func() time.Time) *Verifier {
	return &Verifier{dir: dir, now: now, turn: make(chan struct{}, together), answers: map[app.Hash]answer{}}
}

// Online lets it ask the addresses in certificates. It must be called before
// anything else.
func (v *Verifier) Online(n Network) { v.network = &n }

// Close ends idle connections.
func (v *Verifier) Close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fetcher != nil {
		v.fetcher.Close()
	}
}

// Verify judges a file by its plaintext's hash and bytes. It answers for every
// file; the error is a folder of roots that cannot be used, or the end of ctx.
func (v *Verifier) Verify(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (validator.Report, error) {
	r, _, err := v.VerifyAt(ctx, sum, src, size)
	return r, err
}

// VerifyAt is Verify that tells, too, by which state of roots and evidence it
// was judged, as Changes counts them.
func (v *Verifier) VerifyAt(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (validator.Report, uint64, error) {
	if r, changes, ok, err := v.known(sum); ok || err != nil {
		return r, changes, err
	}
	select {
	case v.turn <- struct{}{}:
		defer func() { <-v.turn }()
	case <-ctx.Done():
		return validator.Report{}, 0, ctx.Err()
	}
	if r, changes, ok, err := v.known(sum); ok || err != nil { // while this one waited
		return r, changes, err
	}
	trusted, changes, err := v.trusted()
	if err != nil {
		return validator.Report{}, 0, err
	}
	within, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	r := validator.Validate(within, src, size, validator.Options{Trust: trusted, Now: v.now()})
	if ctx.Err() != nil {
		return r, changes, ctx.Err()
	}
	if within.Err() == nil {
		v.remember(sum, r, changes)
	}
	return r, changes, nil
}

// Changes counts the changes of roots and evidence that could make another
// verdict; it looks at the folder.
func (v *Verifier) Changes() (uint64, error) {
	_, changes, err := v.trusted()
	return changes, err
}

func (v *Verifier) known(sum app.Hash) (validator.Report, uint64, bool, error) {
	if _, _, err := v.trusted(); err != nil {
		return validator.Report{}, 0, false, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	a, ok := v.answers[sum]
	ok = ok && a.changes == v.changes && v.now().Sub(a.at).Abs() < fresh
	return a.report, a.changes, ok, nil
}

func (v *Verifier) remember(sum app.Hash, r validator.Report, changes uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.answers) >= remembered {
		clear(v.answers) // rarely, and all it costs is to judge again
	}
	v.answers[sum] = answer{r, v.now(), changes}
}

// newEvidence has everything judged anew.
func (v *Verifier) newEvidence() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.changes++
}

// trusted is what the folder says now; it is read again when it has changed.
func (v *Verifier) trusted() (*trust.Validator, uint64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	looks, err := appearance(v.dir)
	if err != nil {
		return nil, 0, err
	}
	if v.trust != nil && looks == v.seen {
		return v.trust, v.changes, nil
	}
	t, err := v.readLocked()
	if err != nil {
		return nil, 0, err
	}
	v.trust, v.seen = t, looks
	v.changes++
	return t, v.changes, nil
}

// appearance tells one state of a folder from another: names, sizes and times of
// its files.
func appearance(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	b := &strings.Builder{}
	b.WriteString("there\n")
	for _, e := range entries {
		if e.IsDir() || e.Name() == bundleName || strings.HasPrefix(e.Name(), "new-") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // gone meanwhile
		}
		fmt.Fprintf(b, "%s %d %d\n", e.Name(), info.Size(), info.ModTime().UnixNano())
	}
	return b.String(), nil
}

func (v *Verifier) readLocked() (*trust.Validator, error) {
	t := &trust.Validator{Policy: trust.DefaultPolicy(), Now: v.now}
	var err error
	if _, missing := os.Stat(v.dir); errors.Is(missing, fs.ErrNotExist) {
		t.Store, err = trust.NewStore()
		return t, err
	}
	if t.Store, err = trust.LoadStore(v.dir); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(v.dir, policyName))
	if err == nil {
		t.Policy, err = trust.ParsePolicy(text)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if t.Cache, err = v.openCache(t.Policy); err != nil {
		t.Cache = nil // a folder that cannot be written keeps nothing; what is judged is the same
	}
	v.dialLocked(t)
	return t, nil
}

// openCache opens the folder of evidence once for all who use it: a second opening
// would sweep away what another is just writing.
func (v *Verifier) openCache(p trust.Policy) (*trust.Cache, error) {
	v.opening.Lock()
	defer v.opening.Unlock()
	if v.cache != nil && v.cacheOf == p.CacheBytes {
		return v.cache, nil
	}
	c, err := trust.OpenCache(filepath.Join(v.dir, cacheName), p.CacheBytes)
	if err == nil {
		v.cache, v.cacheOf = c, p.CacheBytes
	}
	return c, err
}

// kept is the folder of evidence, which is made if there is none.
func (v *Verifier) kept() (*trust.Cache, error) {
	t, _, err := v.trusted()
	if err != nil {
		return nil, err
	}
	if t.Cache != nil {
		return t.Cache, nil
	}
	return v.openCache(t.Policy)
}

// dialLocked gives the validator its line, if the operator allows one.
func (v *Verifier) dialLocked(t *trust.Validator) {
	if v.network == nil {
		return
	}
	n := &t.Policy.Network
	n.Allow = append(n.Allow, v.network.Allow...)
	n.Closed = !v.network.Public
	if v.network.Timeout > 0 {
		n.Timeout = trust.Duration(v.network.Timeout)
	}
	if v.fetcher != nil {
		v.fetcher.Close()
	}
	v.fetcher = trust.NewFetcher(*n)
	t.Fetcher = v.fetcher
}

// Refresh fetches the kept CRLs anew that end within ahead. It does nothing
// offline.
func (v *Verifier) Refresh(ctx context.Context, ahead time.Duration) (trust.Refreshed, error) {
	t, _, err := v.trusted()
	if err != nil {
		return trust.Refreshed{}, err
	}
	done, err := t.Refresh(ctx, ahead)
	if done.Fetched > 0 {
		v.newEvidence()
	}
	return done, err
}
