package remote

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"math/big"

	"khonggiay/signing"
)

// verified returns the value in the form of signing.Signer if the certificate's
// key has made it over the digest. Some providers return r and s of ECDSA side by
// side instead of in DER.
func verified(cert *x509.Certificate, s signing.Scheme, digest, value []byte) ([]byte, bool) {
	if len(digest) != s.Hash.Size() || len(value) == 0 {
		return nil, false
	}
	switch k := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if s.PSS {
			opts := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.Hash}
			return value, rsa.VerifyPSS(k, s.Hash, digest, value, opts) == nil
		}
		return value, rsa.VerifyPKCS1v15(k, s.Hash, digest, value) == nil
	case *ecdsa.PublicKey:
		if ecdsa.VerifyASN1(k, digest, value) {
			return value, true
		}
		der, ok := sideBySide(value, (k.Curve.Params().BitSize+7)/8)
		return der, ok && ecdsa.VerifyASN1(k, digest, der)
	}
	return nil, false
}

// sideBySide turns r and s of n bytes each into DER.
func sideBySide(value []byte, n int) ([]byte, bool) {
	if len(value) != 2*n {
		return nil, false
	}
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:n]), new(big.Int).SetBytes(value[n:])})
	return der, err == nil
}
