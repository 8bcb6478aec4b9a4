package verify

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/signing/trust"
)

// PathTrust is where a laptop asks its server whom to trust, on the devices'
// door: GET PathTrust → Bundle, with its hash as ETag, and GET PathTrust + "/" +
// name → one piece of its evidence.
const PathTrust = "/trust"

// Bundle is what a server knows that a laptop needs to judge signatures on the
// road. The pieces of evidence are fetched one by one, those that are new.
type Bundle struct {
	Roots    []byte     `json:"roots,omitempty"`  // anchors.json with its certificates; empty: nobody has decided
	Policy   []byte     `json:"policy,omitempty"` // policy.json
	Evidence []Evidence `json:"evidence"`
}

// Evidence is a CRL, an OCSP answer or an issuer's certificate, as a cache keeps it.
type Evidence struct {
	Name   string   `json:"name"`
	Size   int64    `json:"size"`
	SHA256 app.Hash `json:"sha256"`
}

// Bounds of a bundle. A province's authorities have a few lists of some MB.
const (
	maxBundle       = 4 << 20  // of the bundle itself
	maxEvidence     = 2000     // pieces
	maxEvidenceSize = 64 << 20 // of all pieces together
)

const (
	anchorsName = "anchors.json"
	// bundleName is the bundle that a laptop has taken over last.
	bundleName = "bundle.json"
)

// sealedBundle is a bundle ready to be sent, and of which state it is.
type sealedBundle struct {
	body   []byte
	etag   string
	state  string
	of     string // appearance of folder and cache
	hashes map[string]hashed
}

type hashed struct {
	size     int64
	modified time.Time
	sum      app.Hash
}

// Bundle returns the bundle as JSON, and its hash. The error is a folder that
// cannot be used.
func (v *Verifier) Bundle() (body []byte, etag string, err error) {
	b, err := v.sealed()
	return b.body, b.etag, err
}

// State names what is trusted, and which revocation lists are known: with
// another state, what was not decided may be.
func (v *Verifier) State() (string, error) {
	b, err := v.sealed()
	return b.state, err
}

// sealed is the bundle as the folder is now.
func (v *Verifier) sealed() (sealedBundle, error) {
	t, _, err := v.trusted()
	if err != nil {
		return sealedBundle{}, err
	}
	roots, err := appearance(v.dir)
	if err != nil {
		return sealedBundle{}, err
	}
	kept, err := appearance(filepath.Join(v.dir, cacheName))
	if err != nil {
		return sealedBundle{}, err
	}
	of := roots + "\n" + kept
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.bundle.of != of || v.bundle.body == nil {
		if err := v.sealLocked(t); err != nil {
			return sealedBundle{}, err
		}
		v.bundle.of = of
	}
	return v.bundle, nil
}

func (v *Verifier) sealLocked(t *trust.Validator) (err error) {
	b := Bundle{Evidence: []Evidence{}}
	if v.managed(t.Store) {
		if b.Roots, err = t.Store.EncodeAnchors(); err != nil {
			return err
		}
	}
	if b.Policy, err = os.ReadFile(filepath.Join(v.dir, policyName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if t.Cache != nil {
		if err := v.listLocked(t.Cache, &b); err != nil {
			return err
		}
	}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if len(body) > maxBundle {
		return errors.New("verify: roots and policy are too much for laptops")
	}
	v.bundle.body, v.bundle.etag = body, etagOf(body)
	b.Evidence = slices.DeleteFunc(b.Evidence, func(e Evidence) bool { return !strings.HasPrefix(e.Name, string(trust.KeptCRL)+"-") })
	part, err := json.Marshal(b)
	v.bundle.state = etagOf(part)
	return err
}

func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// listLocked names the evidence: issuers before lists before answers about one
// certificate, the newest first, as much as there is room for.
func (v *Verifier) listLocked(c *trust.Cache, b *Bundle) error {
	files, err := c.Files()
	if err != nil {
		return err
	}
	rank := func(f trust.KeptFile) int {
		return slices.IndexFunc([]string{"issuer-", "crl-", "ocsp-"}, func(p string) bool { return strings.HasPrefix(f.Name, p) })
	}
	slices.SortFunc(files, func(a, b trust.KeptFile) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Modified.Compare(a.Modified), cmp.Compare(a.Name, b.Name))
	})
	before := v.bundle.hashes
	v.bundle.hashes = map[string]hashed{}
	left := int64(maxEvidenceSize)
	for _, f := range files {
		if len(b.Evidence) == maxEvidence || f.Size > left {
			continue
		}
		h, ok := before[f.Name]
		if !ok || h.size != f.Size || !h.modified.Equal(f.Modified) {
			body, err := c.Export(f.Name)
			if err != nil {
				continue // gone meanwhile
			}
			h = hashed{int64(len(body)), f.Modified, sha256.Sum256(body)}
		}
		v.bundle.hashes[f.Name] = h
		left -= h.size
		b.Evidence = append(b.Evidence, Evidence{f.Name, h.size, h.sum})
	}
	return nil
}

// Piece returns a piece of evidence; app.ErrNotFound if it is not kept.
func (v *Verifier) Piece(name string) ([]byte, error) {
	t, _, err := v.trusted()
	if err != nil {
		return nil, err
	}
	if t.Cache == nil {
		return nil, app.ErrNotFound
	}
	b, err := t.Cache.Export(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, trust.ErrNotKept) {
		return nil, app.ErrNotFound
	}
	return b, err
}
