package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"
)

// Algorithms lists what is strong enough, and until when. What is not listed
// is not trusted at any time.
type Algorithms struct {
	Hashes []HashRule `json:"hashes"`
	Keys   []KeyRule  `json:"keys"`
}

// HashRule trusts a hash for signatures that existed by Until; a zero Until
// has no end. Name is "SHA-1", "SHA-256", "SHA-384" or "SHA-512".
type HashRule struct {
	Name  string    `json:"name"`
	Until time.Time `json:"until,omitzero"`
}

// KeyRule trusts keys of a kind ("RSA", "EC", "Ed25519") of at least so many bits.
type KeyRule struct {
	Kind  string    `json:"kind"`
	Bits  int       `json:"bits"`
	Until time.Time `json:"until,omitzero"`
}

// endOf2013 is when NIST SP 800-131A ended signing with SHA-1 and short keys.
var endOf2013 = time.Date(2013, time.December, 31, 23, 59, 59, 0, time.UTC)

func defaultAlgorithms() Algorithms {
	return Algorithms{
		Hashes: []HashRule{{Name: "SHA-1", Until: endOf2013}, {Name: "SHA-256"}, {Name: "SHA-384"}, {Name: "SHA-512"}},
		Keys: []KeyRule{{Kind: "RSA", Bits: 1024, Until: endOf2013}, {Kind: "RSA", Bits: 2048},
			{Kind: "EC", Bits: 256}, {Kind: "Ed25519", Bits: 256}},
	}
}

func (a Algorithms) check() error {
	for _, h := range a.Hashes {
		switch h.Name {
		case "SHA-1", "SHA-256", "SHA-384", "SHA-512":
		default:
			return &PolicyError{Field: "algorithms.hashes", Problem: "unknown hash " + h.Name}
		}
	}
	for _, k := range a.Keys {
		switch {
		case k.Kind != "RSA" && k.Kind != "EC" && k.Kind != "Ed25519":
			return &PolicyError{Field: "algorithms.keys", Problem: "unknown kind " + k.Kind}
		case k.Bits < 160:
			return &PolicyError{Field: "algorithms.keys", Problem: "a key of so few bits protects nothing"}
		}
	}
	return nil
}

// trusted says how far the listed dates reach.
type trusted int

const (
	never trusted = iota
	once          // it was trusted, and no longer is at the moment asked about
	still
)

func (t trusted) with(until, at time.Time) trusted {
	if until.IsZero() || !at.After(until) {
		return still
	}
	return max(t, once)
}

func (a Algorithms) hash(h crypto.Hash, at time.Time) trusted {
	if h == 0 {
		return still // Ed25519 has its own; the key is judged
	}
	t := never
	for _, rule := range a.Hashes {
		if rule.Name == h.String() {
			t = t.with(rule.Until, at)
		}
	}
	return t
}

func (a Algorithms) key(key crypto.PublicKey, at time.Time) trusted {
	kind, bits := kindOf(key)
	t := never
	for _, rule := range a.Keys {
		if rule.Kind == kind && bits >= rule.Bits {
			t = t.with(rule.Until, at)
		}
	}
	return t
}

func kindOf(key crypto.PublicKey) (kind string, bits int) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return "RSA", k.N.BitLen()
	case *ecdsa.PublicKey:
		return "EC", k.Curve.Params().BitSize
	case ed25519.PublicKey:
		return "Ed25519", 256
	}
	return "", 0
}

// Check judges the hash and the key of a signature that is proven to have
// existed at the time. The failure is CRYPTO_CONSTRAINTS_FAILURE_NO_POE where
// an older proof would have helped. Certificate is the signer's, for the report.
func (a Algorithms) Check(h crypto.Hash, key crypto.PublicKey, at time.Time, c *x509.Certificate) *Failure {
	if f := cryptoFailure(a.hash(h, at), ReasonHash, c, h.String()); f != nil {
		return f
	}
	kind, bits := kindOf(key)
	return cryptoFailure(a.key(key, at), ReasonKey, c, fmt.Sprintf("a key %q of %d bits", kind, bits))
}

func cryptoFailure(t trusted, r Reason, c *x509.Certificate, what string) *Failure {
	switch t {
	case still:
		return nil
	case once:
		return fail(CryptoFailureNoPOE, r, c, "%s is no longer trusted", what)
	}
	return fail(CryptoFailure, r, c, "%s is not trusted", what)
}
