package trust

import (
	"crypto/x509"
	"time"
)

// Problems of an offered certificate; the screen has a sentence for each.
const (
	OfferNotCA   = "not_ca"
	OfferWeakKey = "weak_key"
	OfferExpired = "expired"
)

// Offer is a certificate that somebody thinks of trusting.
type Offer struct {
	Certificate *x509.Certificate
	SelfSigned  bool
	KeyKind     string // "RSA", "EC", "Ed25519"; empty for a key that is not known
	KeyBits     int
	// Problem is what speaks against it as an anchor from now on. A certificate
	// that has ended may still be needed for what was signed long ago.
	Problem string
}

// Offer looks at a certificate as an anchor, by the policy's algorithms.
func (p Policy) Offer(c *x509.Certificate, now time.Time) Offer {
	o := Offer{Certificate: c, SelfSigned: selfSigned(c)}
	o.KeyKind, o.KeyBits = kindOf(c.PublicKey)
	meant := Anchor{Certificate: c, Signature: true, Kind: KindTest, Intermediate: true}
	switch {
	case meant.problem() != "":
		o.Problem = OfferNotCA
	case p.Algorithms.key(c.PublicKey, now) != still:
		o.Problem = OfferWeakKey
	case now.After(c.NotAfter):
		o.Problem = OfferExpired
	}
	return o
}
