package verify

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"khonggiay/signing/trust"
)

// Roots returns the anchors of the folder; a *trust.AnchorError if they cannot
// be used.
func (v *Verifier) Roots() ([]trust.Anchor, error) {
	t, _, err := v.trusted()
	if err != nil {
		return nil, err
	}
	return t.Store.Anchors(), nil
}

// ChangeRoots replaces the anchors by what change makes of them. It fails with
// what change returns and with a *trust.AnchorError, and then nothing changes.
// From now on they all stand in anchors.json.
func (v *Verifier) ChangeRoots(change func([]trust.Anchor) ([]trust.Anchor, error)) error {
	v.changing.Lock()
	defer v.changing.Unlock()
	old, err := v.Roots()
	if err != nil {
		return err
	}
	anchors, err := change(old)
	if err != nil {
		return err
	}
	store, err := trust.NewStore(anchors...)
	if err != nil {
		return err
	}
	return v.saveRoots(store)
}

// saveRoots is held against reading: a store is read before or after.
func (v *Verifier) saveRoots(store *trust.Store) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen = "changing" // times of files may be too coarse to tell
	return trust.SaveStore(v.dir, store)
}

// Keep puts evidence into the cache, for an authority that this machine runs
// itself.
func (v *Verifier) Keep(k trust.Kept, key string, e trust.Entry) error {
	c, err := v.kept()
	if err != nil {
		return err
	}
	if err := c.Put(k, key, e); err != nil {
		return err
	}
	v.newEvidence()
	return nil
}

// managed reports whether somebody has ever said whom to trust here.
func (v *Verifier) managed(s *trust.Store) bool {
	_, err := os.Stat(filepath.Join(v.dir, anchorsName))
	return len(s.Anchors()) > 0 || !errors.Is(err, fs.ErrNotExist)
}

// Offers reads a file of certificates and tells what each would be as a root,
// by the policy and the time of this machine. The error is ErrNoCertificates, or
// a *trust.AnchorError of the folder.
func (v *Verifier) Offers(b []byte) ([]trust.Offer, error) {
	certs, err := ReadCertificates(b)
	if err != nil {
		return nil, err
	}
	t, _, err := v.trusted()
	if err != nil {
		return nil, err
	}
	offers := make([]trust.Offer, len(certs))
	for i, c := range certs {
		offers[i] = t.Policy.Offer(c, v.now())
	}
	return offers, nil
}

// Lists returns the revocation lists that this machine keeps.
func (v *Verifier) Lists() ([]trust.List, error) {
	t, _, err := v.trusted()
	if err != nil {
		return nil, err
	}
	return t.Lists()
}
