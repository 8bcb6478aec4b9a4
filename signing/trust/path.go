package trust

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"slices"
)

// Bounds of a search. A signature's certificates are hostile input.
const (
	maxDepth        = 10
	maxCertificates = 200
	maxChecks       = 1000   // signatures verified
	maxSteps        = 20_000 // certificates looked at
	maxPaths        = 8      // complete paths whose revocation is asked
)

// A finder looks for the paths of one request. The order in which it finds
// them depends on the set of candidates only, not on how they were given.
type finder struct {
	store   *Store
	pool    map[string][]*x509.Certificate // by subject
	edges   map[[2]Fingerprint]bool        // who signed whom, as far as verified
	prints  map[*x509.Certificate]Fingerprint
	kept    func(issuer []byte) []*x509.Certificate // further candidates by subject
	asked   map[string]bool                         // subjects for which kept was asked
	checks  int
	steps   int
	limited bool // a bound was reached
}

// newFinder pools anchors and candidates; kept may be nil.
func newFinder(store *Store, candidates []*x509.Certificate, kept func([]byte) []*x509.Certificate) *finder {
	f := &finder{store: store, pool: map[string][]*x509.Certificate{}, edges: map[[2]Fingerprint]bool{},
		prints: map[*x509.Certificate]Fingerprint{}, kept: kept, asked: map[string]bool{}}
	for _, a := range store.sorted {
		f.add(a.Certificate)
	}
	seen := map[Fingerprint]bool{}
	for _, c := range candidates {
		if c == nil || seen[f.print(c)] {
			continue
		}
		seen[f.print(c)] = true
		f.add(c)
	}
	f.limited = len(seen) > maxCertificates
	return f
}

func (f *finder) print(c *x509.Certificate) Fingerprint {
	fp, ok := f.prints[c]
	if !ok {
		fp = FingerprintOf(c)
		f.prints[c] = fp
	}
	return fp
}

func (f *finder) add(c *x509.Certificate) {
	key, fp := nameKey(c.RawSubject), f.print(c)
	if !slices.ContainsFunc(f.pool[key], func(o *x509.Certificate) bool { return f.print(o) == fp }) {
		f.pool[key] = append(f.pool[key], c)
	}
}

// paths calls yield with each path whose signatures verify, until it returns false.
func (f *finder) paths(leaf *x509.Certificate, yield func(Chain) bool) {
	if !f.limited {
		f.walk([]*x509.Certificate{leaf}, yield)
	}
}

func (f *finder) walk(path []*x509.Certificate, yield func(Chain) bool) bool {
	last := path[len(path)-1]
	if a, ok := f.store.Anchor(last); ok && len(path) > 1 {
		if !yield(Chain{Certificates: slices.Clone(path), Anchor: a}) {
			return false
		}
	}
	if len(path) == maxDepth {
		return true
	}
	for _, issuer := range f.issuers(last) {
		if f.steps++; f.steps > maxSteps {
			f.limited = true
			return false
		}
		if onPath(path, issuer) || !f.signed(last, issuer) {
			continue
		}
		if f.limited || !f.walk(append(path, issuer), yield) {
			return false
		}
	}
	return true
}

// onPath reports whether the name and key are on the path already: whatever
// lies beyond them would lead round in a circle.
func onPath(path []*x509.Certificate, c *x509.Certificate) bool {
	return slices.ContainsFunc(path, func(o *x509.Certificate) bool {
		return sameKey(o, c) && nameKey(o.RawSubject) == nameKey(c.RawSubject)
	})
}

// signed verifies once for each pair.
func (f *finder) signed(c, issuer *x509.Certificate) bool {
	edge := [2]Fingerprint{f.print(c), f.print(issuer)}
	ok, known := f.edges[edge]
	if known {
		return ok
	}
	if f.checks++; f.checks > maxChecks {
		f.limited = true
		return false
	}
	ok = signedBy(c, issuer.PublicKey)
	f.edges[edge] = ok
	return ok
}

// issuers returns the candidates that bear the issuer's name: anchors first,
// then those whose key identifier fits, then by fingerprint.
func (f *finder) issuers(c *x509.Certificate) []*x509.Certificate {
	key := nameKey(c.RawIssuer)
	if f.kept != nil && !f.asked[key] {
		f.asked[key] = true
		for _, k := range f.kept(c.RawIssuer) {
			f.add(k)
		}
	}
	rank := func(o *x509.Certificate) int {
		_, anchor := f.store.Anchor(o)
		switch {
		case anchor:
			return 0
		case len(c.AuthorityKeyId) > 0 && bytes.Equal(c.AuthorityKeyId, o.SubjectKeyId):
			return 1
		}
		return 2
	}
	list := slices.Clone(f.pool[key])
	slices.SortFunc(list, func(a, b *x509.Certificate) int {
		pa, pb := f.print(a), f.print(b)
		return cmp.Or(cmp.Compare(rank(a), rank(b)), bytes.Compare(pa[:], pb[:]))
	})
	return list
}

// named returns the candidates of the name.
func (f *finder) named(subject []byte) []*x509.Certificate { return f.pool[nameKey(subject)] }
