package trust

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // read, so that it is refused by policy and by name
	"crypto/rsa"
	_ "crypto/sha1" // old chains are checked, and policy says until when they count
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	stdasn1 "encoding/asn1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

var (
	errAlgorithm = errors.New("trust: unsupported signature algorithm")
	errSignature = errors.New("trust: the signature does not verify")
	errMalformed = errors.New("trust: malformed")
)

// A signature algorithm as an AlgorithmIdentifier names it.
type sigAlg struct {
	hash crypto.Hash // 0 for Ed25519, which has its own
	kind sigKind
	salt int // of PSS
}

type sigKind int

const (
	pkcs1 sigKind = iota
	pss
	ecdsaSig
	ed25519Sig
)

var (
	oidPSS  = stdasn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1 = stdasn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
)

var sigAlgs = map[string]sigAlg{
	"1.2.840.113549.1.1.4":  {hash: crypto.MD5, kind: pkcs1},
	"1.2.840.113549.1.1.5":  {hash: crypto.SHA1, kind: pkcs1},
	"1.3.14.3.2.29":         {hash: crypto.SHA1, kind: pkcs1},
	"1.2.840.113549.1.1.11": {hash: crypto.SHA256, kind: pkcs1},
	"1.2.840.113549.1.1.12": {hash: crypto.SHA384, kind: pkcs1},
	"1.2.840.113549.1.1.13": {hash: crypto.SHA512, kind: pkcs1},
	"1.2.840.10045.4.1":     {hash: crypto.SHA1, kind: ecdsaSig},
	"1.2.840.10045.4.3.2":   {hash: crypto.SHA256, kind: ecdsaSig},
	"1.2.840.10045.4.3.3":   {hash: crypto.SHA384, kind: ecdsaSig},
	"1.2.840.10045.4.3.4":   {hash: crypto.SHA512, kind: ecdsaSig},
	"1.3.101.112":           {kind: ed25519Sig},
}

var hashes = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// readSigAlg reads the content of an AlgorithmIdentifier.
func readSigAlg(id cryptobyte.String) (sigAlg, error) {
	var oid stdasn1.ObjectIdentifier
	if !id.ReadASN1ObjectIdentifier(&oid) {
		return sigAlg{}, errMalformed
	}
	if oid.Equal(oidPSS) {
		return readPSS(id)
	}
	alg, ok := sigAlgs[oid.String()]
	if !ok {
		return sigAlg{}, errAlgorithm
	}
	return alg, nil
}

// readPSS reads RSASSA-PSS-params (RFC 4055, 3.1), whose defaults are SHA-1.
func readPSS(params cryptobyte.String) (sigAlg, error) {
	alg := sigAlg{hash: crypto.SHA1, kind: pss, salt: 20}
	mgf := crypto.SHA1
	var seq, part cryptobyte.String
	var there bool
	if !params.ReadASN1(&seq, asn1.SEQUENCE) {
		return alg, errMalformed
	}
	tag := func(n uint8) asn1.Tag { return asn1.Tag(n).Constructed().ContextSpecific() }
	if !seq.ReadOptionalASN1(&part, &there, tag(0)) || there && !readHash(part, &alg.hash) {
		return alg, errAlgorithm
	}
	if !seq.ReadOptionalASN1(&part, &there, tag(1)) || there && !readMGF(part, &mgf) {
		return alg, errAlgorithm
	}
	if !seq.ReadOptionalASN1(&part, &there, tag(2)) || there && !part.ReadASN1Integer(&alg.salt) {
		return alg, errMalformed
	}
	if mgf != alg.hash || alg.salt < 0 || alg.salt > 512 {
		return alg, errAlgorithm // crypto/rsa has one hash for both
	}
	return alg, nil
}

func readHash(der cryptobyte.String, h *crypto.Hash) bool {
	var seq cryptobyte.String
	var oid stdasn1.ObjectIdentifier
	if !der.ReadASN1(&seq, asn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&oid) {
		return false
	}
	var ok bool
	*h, ok = hashes[oid.String()]
	return ok
}

func readMGF(der cryptobyte.String, h *crypto.Hash) bool {
	var seq cryptobyte.String
	var oid stdasn1.ObjectIdentifier
	return der.ReadASN1(&seq, asn1.SEQUENCE) && seq.ReadASN1ObjectIdentifier(&oid) && oid.Equal(oidMGF1) && readHash(seq, h)
}

// A sealed structure is what certificates, CRLs and OCSP responses have in
// common: bytes, the algorithm, the signature over the bytes.
type sealed struct {
	tbs []byte // the whole element
	alg sigAlg
	sig []byte
}

// readSealed reads from the content of the outer SEQUENCE and returns the rest.
func readSealed(outer cryptobyte.String) (s sealed, rest cryptobyte.String, err error) {
	var tbs, id cryptobyte.String
	var sig stdasn1.BitString
	if !outer.ReadASN1Element(&tbs, asn1.SEQUENCE) || !outer.ReadASN1(&id, asn1.SEQUENCE) || !outer.ReadASN1BitString(&sig) {
		return s, nil, errMalformed
	}
	s.tbs, s.sig = tbs, sig.RightAlign()
	s.alg, err = readSigAlg(id)
	return s, outer, err
}

// sealOf returns what is signed in the certificate.
func sealOf(c *x509.Certificate) (sealed, error) {
	input := cryptobyte.String(c.Raw)
	var outer cryptobyte.String
	if !input.ReadASN1(&outer, asn1.SEQUENCE) {
		return sealed{}, errMalformed
	}
	s, _, err := readSealed(outer)
	return s, err
}

// verify checks the signature with the key; it judges no algorithm.
func (s sealed) verify(key crypto.PublicKey) error {
	digest := s.tbs
	if s.alg.hash != 0 {
		h := s.alg.hash.New()
		h.Write(s.tbs)
		digest = h.Sum(nil)
	}
	ok := false
	switch k := key.(type) {
	case *rsa.PublicKey:
		switch s.alg.kind {
		case pkcs1:
			ok = rsa.VerifyPKCS1v15(k, s.alg.hash, digest, s.sig) == nil
		case pss:
			opts := &rsa.PSSOptions{SaltLength: s.alg.salt, Hash: s.alg.hash}
			if s.alg.salt == 0 {
				return errAlgorithm // zero means "any" to crypto/rsa
			}
			ok = rsa.VerifyPSS(k, s.alg.hash, digest, s.sig, opts) == nil
		}
	case *ecdsa.PublicKey:
		ok = s.alg.kind == ecdsaSig && ecdsa.VerifyASN1(k, digest, s.sig)
	case ed25519.PublicKey:
		ok = s.alg.kind == ed25519Sig && ed25519.Verify(k, digest, s.sig)
	}
	if !ok {
		return errSignature
	}
	return nil
}

// signedBy reports whether the key made the signature of the certificate.
func signedBy(c *x509.Certificate, key crypto.PublicKey) bool {
	s, err := sealOf(c)
	return err == nil && s.verify(key) == nil
}

// sameKey reports whether two certificates are for one key.
func sameKey(a, b *x509.Certificate) bool {
	return bytes.Equal(a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo)
}
