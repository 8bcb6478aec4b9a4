// Package softkey signs with a key in memory, as it comes from a PKCS #12 file
// (RFC 7292). Circular 15/2025/TT-BKHCN wants keys of persons in a token or at a
// provider; a file is for agencies' servers where the rules allow it, for trials
// and for tests. softkey_test.go reads files that OpenSSL has made.
package softkey

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"software.sslmate.com/src/go-pkcs12"

	"khonggiay/signing"
)

var (
	// ErrPassword: the password of the file is wrong.
	ErrPassword = errors.New("softkey: wrong password")
	// ErrFile: the file is no PKCS #12 file with one key and its certificate.
	ErrFile = errors.New("softkey: not a usable PKCS #12 file")
	// ErrMismatch: the certificate is about another key.
	ErrMismatch = errors.New("softkey: the certificate is about another key")
)

// Key is a signing.Signer whose key lies in memory.
type Key struct {
	key     crypto.Signer
	cert    *x509.Certificate
	issuers []*x509.Certificate
}

var _ signing.Signer = (*Key)(nil)

// New joins a key and its certificate. It returns ErrMismatch if they do not
// belong together, and a *signing.KeyError if such a key may not sign.
func New(key crypto.Signer, cert *x509.Certificate, issuers ...*x509.Certificate) (*Key, error) {
	if _, err := signing.SchemeOf(key.Public(), false); err != nil {
		return nil, err
	}
	if !belongs(key, cert) {
		return nil, ErrMismatch
	}
	return &Key{key: key, cert: cert, issuers: issuers}, nil
}

// Load reads a PKCS #12 file. Besides ErrPassword and ErrFile it returns what
// New returns. Of several certificates the key's own is the signer's. How long
// it takes is for the file to say (rounds of its key derivation), so it must be
// the person's own file, never one that came by post.
func Load(file []byte, password string) (*Key, error) {
	private, first, others, err := pkcs12.DecodeChain(file, password)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, ErrPassword
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	key, ok := private.(crypto.Signer)
	if !ok {
		return nil, ErrFile
	}
	certs := append([]*x509.Certificate{first}, others...)
	for i, c := range certs {
		if belongs(key, c) {
			return New(key, c, append(certs[:i:i], certs[i+1:]...)...)
		}
	}
	return nil, ErrMismatch
}

func belongs(key crypto.Signer, cert *x509.Certificate) bool {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(cert.PublicKey)
}

// Certificate returns the signer's certificate.
func (k *Key) Certificate() *x509.Certificate { return k.cert }

// Issuers returns the other certificates of the file.
func (k *Key) Issuers() []*x509.Certificate { return k.issuers }

// SignDigest signs at once. It fails if the digest is not one of the scheme's
// hash, if the scheme is PSS and the key is not RSA, or if ctx is done.
func (k *Key) SignDigest(ctx context.Context, digest []byte, s signing.Scheme) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.Hash.Available() || len(digest) != s.Hash.Size() {
		return nil, fmt.Errorf("softkey: a digest of %d bytes is not one of %v", len(digest), s.Hash)
	}
	var opts crypto.SignerOpts = s.Hash
	if s.PSS {
		if _, ok := k.key.Public().(*rsa.PublicKey); !ok {
			return nil, errors.New("softkey: PSS with a key that is not RSA")
		}
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.Hash}
	}
	return k.key.Sign(rand.Reader, digest, opts)
}

// Encode writes the key and its certificates as a PKCS #12 file that Load reads.
func (k *Key) Encode(password string) ([]byte, error) {
	return pkcs12.Modern.Encode(k.key, k.cert, k.issuers, password)
}
