package signing

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
)

// Scheme is how a key signs. For RSA it says which padding; with PSS the mask
// uses the same hash and the salt is as long as the hash. For ECDSA, PSS is false.
type Scheme struct {
	Hash crypto.Hash
	PSS  bool
}

// Signer is a key that signs and the certificate that goes with it. The key may
// lie in a file, in a token or at a provider.
type Signer interface {
	// Certificate is the signer's certificate, never nil.
	Certificate() *x509.Certificate
	// Issuers are the issuers that the signer knows of, in any order, maybe none.
	Issuers() []*x509.Certificate
	// SignDigest signs a digest made with s.Hash. An ECDSA signature comes as
	// the ASN.1 DER of r and s. It fails if the key cannot sign in this scheme,
	// or if ctx ends before somebody has confirmed.
	SignDigest(ctx context.Context, digest []byte, s Scheme) ([]byte, error)
}

// KeyError says that a key may not sign: its kind is unknown or it is too weak.
type KeyError struct {
	Kind string // "RSA", "ECDSA", or the Go type of a key of another kind
	Bits int    // of the modulus or of the curve; 0 for a key of another kind
}

func (e *KeyError) Error() string {
	return fmt.Sprintf("signing: a key of kind %s with %d bits may not sign", e.Kind, e.Bits)
}

// minRSA is what appendix I of the circular asks for.
const minRSA = 2048

// SchemeOf picks the scheme in which a key signs. RSA signs with PSS, or with
// PKCS #1 v1.5 if the signature is for readers that know nothing newer. It
// returns a *KeyError for RSA below 2048 bits, and for any curve but P-256 and P-384.
func SchemeOf(key crypto.PublicKey, oldReaders bool) (Scheme, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < minRSA {
			return Scheme{}, &KeyError{Kind: "RSA", Bits: bits}
		}
		return Scheme{Hash: crypto.SHA256, PSS: !oldReaders}, nil
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return Scheme{Hash: crypto.SHA256}, nil
		case elliptic.P384():
			return Scheme{Hash: crypto.SHA384}, nil
		}
		return Scheme{}, &KeyError{Kind: "ECDSA", Bits: k.Params().BitSize}
	}
	return Scheme{}, &KeyError{Kind: fmt.Sprintf("%T", key)}
}
