package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"slices"
)

// Result is what Verify found out about one signer.
type Result struct {
	Certificate *x509.Certificate // nil if it was not found
	WeakDigest  bool              // SHA-1: good for old documents with proof of their time only
	WeakKey     bool              // RSA below 2048 bits, or a curve below 256
	SignedCert  bool              // a signed attribute names the certificate, and it is this one
	AsWritten   bool              // the value is over the attributes as they stand, not over their DER as RFC 5652, 5.4 demands
}

// Sizes of an RSA modulus, in bits. Below the first a signature proves nothing,
// below the second it is reported; beyond the last only an attacker goes, whose
// one signature then costs minutes to verify.
const (
	refusedRSA = 1024
	weakRSA    = 2048
	hugeRSA    = 16384

	hugeExponent = 1<<31 - 1 // Go's verifier knows no greater one; cards exist that have it
)

// Verify checks one signer's part of a message against the digest of the
// content, which the caller has made with s.Hash. The certificate is taken from
// the message or from extra; whether it is to be trusted is not asked here.
//
// It returns ErrNoCertificate, ErrOtherCertificate, ErrHash, ErrSignature,
// *UnsupportedError or *FormatError, in this order of the checks of ETSI
// EN 319 102-1. The result is never nil and tells what was found until then.
func Verify(s *SignerInfo, contentDigest []byte, extra ...*x509.Certificate) (*Result, error) {
	res := &Result{}
	h, err := s.Hash()
	if err != nil {
		return res, err
	}
	res.WeakDigest = h == crypto.SHA1
	scheme, err := s.SignatureAlgorithm.sigScheme()
	if err != nil {
		return res, err
	}
	if err := sameHash(s); err != nil {
		return res, err
	}
	if res.Certificate, err = s.certificate(extra); err != nil {
		return res, err
	}
	res.SignedCert = s.attrs.ess != nil
	if err := s.checkContent(h, contentDigest); err != nil {
		return res, err
	}
	scheme.hash = h
	return res, s.checkSignature(res, scheme, contentDigest)
}

// certificate finds the one that the signer means: by its identifier, and where
// an attribute names it by that too. So a copy with the same number under
// another key cannot take its place.
func (s *SignerInfo) certificate(extra []*x509.Certificate) (*x509.Certificate, error) {
	candidates := slices.Clone(extra)
	for _, c := range s.certs {
		candidates = append(candidates, c.Cert)
	}
	var found *x509.Certificate
	for _, c := range candidates {
		if c == nil || !s.means(c) {
			continue
		}
		if s.signedNames(c) {
			return c, nil
		}
		found = c
	}
	if found != nil {
		return found, ErrOtherCertificate
	}
	return nil, ErrNoCertificate
}

func (s *SignerInfo) means(c *x509.Certificate) bool {
	if s.Serial == nil {
		return len(s.SubjectKeyID) > 0 && bytes.Equal(s.SubjectKeyID, c.SubjectKeyId)
	}
	return s.Serial.Cmp(c.SerialNumber) == 0 && bytes.Equal(s.Issuer, c.RawIssuer)
}

// signedNames reports whether every signing-certificate attribute, of either
// version, names the certificate; true if there is none.
func (s *SignerInfo) signedNames(c *x509.Certificate) bool {
	for _, e := range s.attrs.ess {
		if !e.names(c) {
			return false
		}
	}
	return true
}

func (s *SignerInfo) checkContent(h crypto.Hash, contentDigest []byte) error {
	if len(contentDigest) != h.Size() {
		return &FormatError{Offset: -1, What: "the digest given is not one of " + h.String()}
	}
	switch {
	case s.signed == nil && s.contentType.Equal(OIDData):
		return nil // the signature is over the content itself
	case s.signed == nil:
		return &FormatError{Offset: -1, What: "content other than data needs signed attributes"}
	case s.attrs.unclear:
		return &FormatError{Offset: -1, What: "a signed attribute stands twice, has several values or cannot be read"}
	case !s.attrs.contentType.Equal(s.contentType):
		return &FormatError{Offset: -1, What: "the signed content type is not the content's"}
	case !s.sameAlgorithms():
		return &FormatError{Offset: -1, What: "the signed algorithms are not those used"}
	case s.attrs.digest == nil:
		return &FormatError{Offset: -1, What: "no message-digest among the signed attributes"}
	case !bytes.Equal(s.attrs.digest, contentDigest):
		return ErrHash
	}
	return nil
}

// checkSignature verifies the value over the attributes, in each form in which
// they may have been hashed, or over the content.
func (s *SignerInfo) checkSignature(res *Result, scheme sigScheme, contentDigest []byte) (err error) {
	digests := [][]byte{contentDigest}
	if s.signed != nil {
		digests = nil
		for _, attrs := range s.signed {
			digests = append(digests, hashSum(scheme.hash, attrs))
		}
	}
	for i, digest := range digests {
		if res.WeakKey, err = verifyDigest(res.Certificate.PublicKey, scheme, digest, s.Signature); err != ErrSignature {
			res.AsWritten = i > 0 && err == nil
			break
		}
	}
	return err
}

// verifyDigest checks one signature value. It asks nobody's opinion of the hash.
func verifyDigest(key crypto.PublicKey, scheme sigScheme, digest, sig []byte) (weak bool, err error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() < weakRSA, verifyRSA(k, scheme, digest, sig)
	case *ecdsa.PublicKey:
		weak = k.Params().BitSize < 256
		if scheme.kind != ecdsaSig {
			return weak, &UnsupportedError{What: "RSA by a key on a curve"}
		}
		if !ecdsa.VerifyASN1(k, digest, sig) {
			return weak, ErrSignature
		}
		return weak, nil
	}
	return false, &UnsupportedError{What: "kind of key"}
}

func verifyRSA(k *rsa.PublicKey, scheme sigScheme, digest, sig []byte) (err error) {
	if bits := k.N.BitLen(); bits < refusedRSA || bits > hugeRSA {
		return &UnsupportedError{What: "size of an RSA key"}
	}
	if k.E > hugeExponent {
		return &UnsupportedError{What: "exponent of an RSA key"}
	}
	switch scheme.kind {
	case pkcs1:
		err = rsa.VerifyPKCS1v15(k, scheme.hash, digest, sig)
	case pss:
		err = rsa.VerifyPSS(k, scheme.hash, digest, sig, &rsa.PSSOptions{SaltLength: scheme.salt, Hash: scheme.hash})
	default:
		return &UnsupportedError{What: "ECDSA by an RSA key"}
	}
	if err != nil {
		return ErrSignature
	}
	return nil
}
