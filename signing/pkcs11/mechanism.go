package pkcs11

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"

	"github.com/miekg/pkcs11"

	"khonggiay/signing"
)

// hash is how PKCS #11 and PKCS #1 name a hash.
type hash struct {
	mechanism, mgf uint
	oid            asn1.ObjectIdentifier
}

var hashes = map[crypto.Hash]hash{
	crypto.SHA256: {pkcs11.CKM_SHA256, pkcs11.CKG_MGF1_SHA256, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}},
	crypto.SHA384: {pkcs11.CKM_SHA384, pkcs11.CKG_MGF1_SHA384, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}},
	crypto.SHA512: {pkcs11.CKM_SHA512, pkcs11.CKG_MGF1_SHA512, asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}},
}

// schemeOf picks the scheme that the rules want and that the token knows: PSS
// gives way to PKCS #1 v1.5 on tokens without it.
func schemeOf(key crypto.PublicKey, mechs []uint, oldReaders bool) (signing.Scheme, error) {
	s, err := signing.SchemeOf(key, oldReaders)
	if err != nil {
		return s, err
	}
	s.PSS = s.PSS && slices.Contains(mechs, pkcs11.CKM_RSA_PKCS_PSS)
	if !slices.Contains(mechs, mechanismOf(key, s)) {
		return signing.Scheme{}, ErrMechanism
	}
	return s, nil
}

func mechanismOf(key crypto.PublicKey, s signing.Scheme) uint {
	switch _, isRSA := key.(*rsa.PublicKey); {
	case !isRSA:
		return pkcs11.CKM_ECDSA
	case s.PSS:
		return pkcs11.CKM_RSA_PKCS_PSS
	}
	return pkcs11.CKM_RSA_PKCS
}

// order says what a token has to do for a signature, and on which bytes. All
// mechanisms are those that take a digest: the document is hashed here.
func order(key crypto.PublicKey, mechs []uint, digest []byte, s signing.Scheme) (*pkcs11.Mechanism, []byte, error) {
	h, ok := hashes[s.Hash]
	if !ok || len(digest) != s.Hash.Size() {
		return nil, nil, fmt.Errorf("pkcs11: a digest of %d bytes is not one of %v", len(digest), s.Hash)
	}
	_, isRSA := key.(*rsa.PublicKey)
	m := mechanismOf(key, s)
	if s.PSS && !isRSA || !slices.Contains(mechs, m) {
		return nil, nil, ErrMechanism
	}
	switch m {
	case pkcs11.CKM_RSA_PKCS_PSS:
		return pkcs11.NewMechanism(m, pkcs11.NewPSSParams(h.mechanism, h.mgf, uint(len(digest)))), digest, nil
	case pkcs11.CKM_RSA_PKCS:
		info, err := digestInfo(h, digest)
		return pkcs11.NewMechanism(m, nil), info, err
	}
	return pkcs11.NewMechanism(m, nil), digest, nil
}

// digestInfo is DigestInfo of RFC 8017, 9.2: the token adds only the padding.
func digestInfo(h hash, digest []byte) ([]byte, error) {
	return asn1.Marshal(struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}{pkix.AlgorithmIdentifier{Algorithm: h.oid, Parameters: asn1.NullRawValue}, digest})
}

// finish turns what the token returned into a signature as signing.Signer gives
// it, and verifies it: a token may have the wrong key, or fail half-way.
func finish(key crypto.PublicKey, digest, raw []byte, s signing.Scheme) ([]byte, error) {
	ok := false
	switch k := key.(type) {
	case *rsa.PublicKey:
		if s.PSS {
			ok = rsa.VerifyPSS(k, s.Hash, digest, raw, &rsa.PSSOptions{SaltLength: len(digest)}) == nil
		} else {
			ok = rsa.VerifyPKCS1v15(k, s.Hash, digest, raw) == nil
		}
	case *ecdsa.PublicKey:
		der, err := ecdsaDER(raw, (k.Params().BitSize+7)/8)
		if err != nil {
			return nil, err
		}
		raw, ok = der, ecdsa.VerifyASN1(k, digest, der)
	}
	if !ok {
		return nil, ErrBadSignature
	}
	return raw, nil
}

// ecdsaDER turns r and s, one after the other, into the ASN.1 of RFC 3279.
func ecdsaDER(raw []byte, size int) ([]byte, error) {
	if len(raw) != 2*size {
		return nil, fmt.Errorf("%w: %d bytes, not %d", ErrBadSignature, len(raw), 2*size)
	}
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:size]), new(big.Int).SetBytes(raw[size:])})
}
