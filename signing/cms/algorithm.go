package cms

import (
	"bytes"
	"crypto"
	_ "crypto/sha1"   // old documents of the government's authority
	_ "crypto/sha256" // registered for crypto.Hash.New
	_ "crypto/sha512"
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"khonggiay/signing"
)

// Algorithm is an AlgorithmIdentifier. Params is DER, nil if there are none.
type Algorithm struct {
	OID    asn1.ObjectIdentifier
	Params []byte
}

var asnNull = []byte{5, 0}

// plain tells that the parameters are absent or NULL; both are in use.
func (a Algorithm) plain() bool { return a.Params == nil || bytes.Equal(a.Params, asnNull) }

// same reports whether both name the same, with the same parameters.
func (a Algorithm) same(b Algorithm) bool {
	return a.OID.Equal(b.OID) && (a.plain() && b.plain() || bytes.Equal(a.Params, b.Params))
}

func (a Algorithm) marshal() []byte {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(a.OID)
		b.AddBytes(a.Params)
	})
	return b.BytesOrPanic()
}

// readAlgorithm reads an AlgorithmIdentifier from DER.
func readAlgorithm(s *cryptobyte.String) (a Algorithm, ok bool) {
	return readAlgorithmAs(s, cbasn1.SEQUENCE)
}

// readAlgorithmAs reads one under an implicit tag.
func readAlgorithmAs(s *cryptobyte.String, tag cbasn1.Tag) (a Algorithm, ok bool) {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, tag) || !seq.ReadASN1ObjectIdentifier(&a.OID) {
		return a, false
	}
	if seq.Empty() {
		return a, true
	}
	var params cryptobyte.String
	ok = seq.ReadAnyASN1Element(&params, nil) && seq.Empty()
	a.Params = params
	return a, ok
}

type hashName struct {
	oid  oid
	hash crypto.Hash
}

var hashes = []hashName{
	{oidSHA256, crypto.SHA256}, {oidSHA384, crypto.SHA384}, {oidSHA512, crypto.SHA512}, {oidSHA1, crypto.SHA1},
}

// hash returns the hash that a digest algorithm names, or *UnsupportedError.
func (a Algorithm) hash() (crypto.Hash, error) {
	for _, h := range hashes {
		if h.oid.Equal(a.OID) && a.plain() {
			return h.hash, nil
		}
	}
	if a.OID.Equal(oidMD5) {
		return 0, &UnsupportedError{What: "MD5", OID: a.OID}
	}
	return 0, &UnsupportedError{What: "digest", OID: a.OID}
}

// digestAlgorithm names a hash without parameters, as RFC 5754 prefers.
func digestAlgorithm(h crypto.Hash) (Algorithm, error) {
	for _, n := range hashes {
		if n.hash == h && h != crypto.SHA1 {
			return Algorithm{OID: n.oid}, nil
		}
	}
	return Algorithm{}, &UnsupportedError{What: "hash to sign with: " + h.String()}
}

func hashSum(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// kind is the family of a signature algorithm.
type kind int

const (
	pkcs1 kind = iota
	pss
	ecdsaSig
)

// sigScheme is a signature algorithm as it is to be verified.
type sigScheme struct {
	kind kind
	hash crypto.Hash // 0: the signer's digest algorithm says it
	salt int
}

var sigSchemes = []struct {
	oid    oid
	scheme sigScheme
}{
	{oidRSA, sigScheme{kind: pkcs1}}, {oidRSASHA1, sigScheme{kind: pkcs1, hash: crypto.SHA1}},
	{oidRSASHA256, sigScheme{kind: pkcs1, hash: crypto.SHA256}}, {oidRSASHA384, sigScheme{kind: pkcs1, hash: crypto.SHA384}},
	{oidRSASHA512, sigScheme{kind: pkcs1, hash: crypto.SHA512}},
	{oidECKey, sigScheme{kind: ecdsaSig}}, {oidECDSASHA1, sigScheme{kind: ecdsaSig, hash: crypto.SHA1}},
	{oidECDSASHA256, sigScheme{kind: ecdsaSig, hash: crypto.SHA256}}, {oidECDSASHA384, sigScheme{kind: ecdsaSig, hash: crypto.SHA384}},
	{oidECDSASHA512, sigScheme{kind: ecdsaSig, hash: crypto.SHA512}},
}

func (a Algorithm) sigScheme() (sigScheme, error) {
	if a.OID.Equal(oidPSS) {
		return a.pss()
	}
	for _, s := range sigSchemes {
		if s.oid.Equal(a.OID) && a.plain() {
			return s.scheme, nil
		}
	}
	if a.OID.Equal(oidRSAMD5) {
		return sigScheme{}, &UnsupportedError{What: "MD5", OID: a.OID}
	}
	return sigScheme{}, &UnsupportedError{What: "signature", OID: a.OID}
}

// pssDefaults are what RFC 4055 means where RSASSA-PSS-params leaves a field out.
var pssDefaults = struct {
	hash, mgf Algorithm
	salt      int
}{Algorithm{OID: oidSHA1}, Algorithm{OID: oidMGF1, Params: Algorithm{OID: oidSHA1}.marshal()}, 20}

// pss reads RSASSA-PSS-params. The mask must use the same hash: Go's verifier
// knows no other way, and neither RFC 5756 nor ETSI TS 119 312 wants one.
func (a Algorithm) pss() (sigScheme, error) {
	bad := &UnsupportedError{What: "parameters of RSASSA-PSS", OID: a.OID}
	d := pssDefaults
	var seq, field cryptobyte.String
	in := cryptobyte.String(a.Params)
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() {
		return sigScheme{}, bad
	}
	trailer := 1
	for tag, read := range []func() bool{
		func() (ok bool) { d.hash, ok = readAlgorithm(&field); return ok },
		func() (ok bool) { d.mgf, ok = readAlgorithm(&field); return ok },
		func() bool { return field.ReadASN1Integer(&d.salt) },
		func() bool { return field.ReadASN1Integer(&trailer) },
	} {
		var present bool
		if !seq.ReadOptionalASN1(&field, &present, cbasn1.Tag(tag).ContextSpecific().Constructed()) {
			return sigScheme{}, bad
		}
		if present && (!read() || !field.Empty()) {
			return sigScheme{}, bad
		}
	}
	mask := cryptobyte.String(d.mgf.Params)
	maskHash, ok := readAlgorithm(&mask)
	if !ok || !seq.Empty() || !d.mgf.OID.Equal(oidMGF1) || !maskHash.OID.Equal(d.hash.OID) || trailer != 1 {
		return sigScheme{}, bad
	}
	h, err := d.hash.hash()
	if err != nil {
		return sigScheme{}, err
	}
	if d.salt <= 0 || d.salt > 1024 || !maskHash.plain() {
		return sigScheme{}, bad
	}
	return sigScheme{kind: pss, hash: h, salt: d.salt}, nil
}

// signatureAlgorithm names the scheme with which a key signs.
func signatureAlgorithm(s signing.Scheme, rsaKey bool) (Algorithm, error) {
	digest, err := digestAlgorithm(s.Hash)
	if err != nil {
		return Algorithm{}, err
	}
	switch {
	case rsaKey && s.PSS:
		return pssAlgorithm(digest, s.Hash.Size()), nil
	case rsaKey:
		return Algorithm{OID: oidRSA, Params: asnNull}, nil // what old readers know
	case s.PSS:
		return Algorithm{}, &UnsupportedError{What: "PSS with a key that is not RSA"}
	}
	for _, known := range sigSchemes {
		if known.scheme.kind == ecdsaSig && known.scheme.hash == s.Hash {
			return Algorithm{OID: known.oid}, nil
		}
	}
	return Algorithm{}, &UnsupportedError{What: "hash to sign with: " + s.Hash.String()}
}

// pssAlgorithm writes all parameters out. Its hashes carry a NULL, as RFC 4055
// prints them; what a signer's digest algorithm looks like is RFC 5754's affair.
func pssAlgorithm(digest Algorithm, salt int) Algorithm {
	digest.Params = asnNull
	mgf := Algorithm{OID: oidMGF1, Params: digest.marshal()}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for tag, field := range [][]byte{digest.marshal(), mgf.marshal(), integer(int64(salt))} {
			b.AddASN1(cbasn1.Tag(tag).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddBytes(field) })
		}
	})
	return Algorithm{OID: oidPSS, Params: b.BytesOrPanic()}
}

func integer(n int64) []byte {
	var b cryptobyte.Builder
	b.AddASN1Int64(n)
	return b.BytesOrPanic()
}
