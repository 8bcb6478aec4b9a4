package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"khonggiay/signing/trust"
)

// ErrBundle: the server's bundle cannot be used. What was there stays.
var ErrBundle = errors.New("verify: the server's bundle cannot be used")

// Follow takes over what the server trusts and knows, from its devices' door at
// base ("https://host"). An unchanged bundle costs one short question. The
// roots come first; each piece of evidence counts when it is there, so that a
// line that breaks loses nothing. It tells whether anything has changed. A
// server that nobody has given roots leaves those of the laptop alone.
func (v *Verifier) Follow(ctx context.Context, client *http.Client, base string) (changed bool, err error) {
	l := &follower{v: v, client: client, base: base}
	body, err := l.get(ctx, PathTrust, v.taken(), maxBundle)
	if err != nil || body == nil {
		return false, err
	}
	b, store, err := readBundle(body)
	if err != nil {
		return false, err
	}
	if changed, err = v.takeRoots(b, store); err != nil {
		return changed, err
	}
	fetched, err := l.evidence(ctx, b)
	if fetched {
		changed = true
		v.newEvidence()
	}
	if err != nil {
		return changed, err
	}
	if err := os.MkdirAll(v.dir, 0o700); err != nil {
		return changed, err
	}
	return changed, replaceFile(filepath.Join(v.dir, bundleName), body)
}

// taken is the ETag of the bundle that was taken over, empty if its roots are
// not what stands here.
func (v *Verifier) taken() string {
	body, err := os.ReadFile(filepath.Join(v.dir, bundleName))
	if err != nil {
		return ""
	}
	var b Bundle
	if json.Unmarshal(body, &b) != nil {
		return ""
	}
	if len(b.Roots) == 0 {
		return etagOf(body)
	}
	for name, want := range map[string][]byte{anchorsName: b.Roots, policyName: b.Policy} {
		have, err := os.ReadFile(filepath.Join(v.dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) || !bytes.Equal(have, want) {
			return ""
		}
	}
	return etagOf(body)
}

// readBundle checks what the server sent; store is nil without roots.
func readBundle(body []byte) (b Bundle, store *trust.Store, err error) {
	if err := json.Unmarshal(body, &b); err != nil {
		return b, nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if len(b.Roots) > 0 {
		if store, err = trust.DecodeAnchors(b.Roots); err != nil {
			return b, nil, fmt.Errorf("%w: %w", ErrBundle, err)
		}
	}
	if len(b.Policy) > 0 {
		if _, err := trust.ParsePolicy(b.Policy); err != nil {
			return b, nil, fmt.Errorf("%w: %w", ErrBundle, err)
		}
	}
	left := int64(maxEvidenceSize)
	for _, e := range b.Evidence {
		if left -= e.Size; e.Size < 0 || left < 0 {
			return b, nil, fmt.Errorf("%w: too much evidence", ErrBundle)
		}
	}
	if len(b.Evidence) > maxEvidence {
		return b, nil, fmt.Errorf("%w: too many pieces of evidence", ErrBundle)
	}
	return b, store, nil
}

// takeRoots puts the roots and the policy into the folder.
func (v *Verifier) takeRoots(b Bundle, store *trust.Store) (changed bool, err error) {
	if store == nil {
		return false, nil
	}
	v.changing.Lock()
	defer v.changing.Unlock()
	have, err := os.ReadFile(filepath.Join(v.dir, anchorsName))
	if err != nil || !bytes.Equal(have, b.Roots) {
		changed = true
		if err := v.saveRoots(store); err != nil {
			return changed, err
		}
	}
	path := filepath.Join(v.dir, policyName)
	have, err = os.ReadFile(path)
	switch {
	case len(b.Policy) > 0 && !bytes.Equal(have, b.Policy):
		return true, replaceFile(path, b.Policy)
	case len(b.Policy) == 0 && err == nil:
		return true, os.Remove(path)
	}
	return changed, nil
}

// follower asks one server.
type follower struct {
	v      *Verifier
	client *http.Client
	base   string
}

// evidence fetches what is not here yet.
func (l *follower) evidence(ctx context.Context, b Bundle) (fetched bool, err error) {
	cache, err := l.v.kept()
	if err != nil {
		return false, err
	}
	for _, e := range b.Evidence {
		if have, err := cache.Export(e.Name); err == nil && sha256.Sum256(have) == e.SHA256 {
			continue
		}
		body, err := l.get(ctx, PathTrust+"/"+url.PathEscape(e.Name), "", e.Size)
		if err != nil {
			return fetched, err
		}
		if sha256.Sum256(body) != e.SHA256 {
			return fetched, fmt.Errorf("%w: %s has changed meanwhile", ErrBundle, e.Name)
		}
		if err := cache.Import(e.Name, body); err != nil {
			return fetched, err
		}
		fetched = true
	}
	return fetched, nil
}

const (
	// askWithin is how long an answer may take, and slowest how many bytes of it
	// come in a second at least.
	askWithin = 30 * time.Second
	slowest   = 4 << 10
)

// get returns the body of at most limit bytes; nil when it is what etag says.
func (l *follower) get(ctx context.Context, path, etag string, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin+time.Duration(limit/slowest)*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+path, nil)
	if err != nil {
		return nil, err
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case etag != "" && resp.StatusCode == http.StatusNotModified:
		return nil, nil
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("verify: %s: %s", path, resp.Status)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%w: %s is longer than %d bytes", ErrBundle, path, limit)
	}
	return b, nil
}

// replaceFile writes a file at once or not at all.
func replaceFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	_, werr := tmp.Write(b)
	if err = errors.Join(werr, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(tmp.Name()))
	}
	return err
}
