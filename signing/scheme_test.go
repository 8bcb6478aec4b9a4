package signing_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"math/big"
	"testing"

	"khonggiay/signing"
)

func rsaOf(bits int) *rsa.PublicKey {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537}
}

func TestSchemeOf(t *testing.T) {
	curve := func(c elliptic.Curve) crypto.PublicKey { return &ecdsa.PublicKey{Curve: c} }
	for _, c := range []struct {
		key  crypto.PublicKey
		old  bool
		want signing.Scheme
	}{
		{rsaOf(2048), false, signing.Scheme{Hash: crypto.SHA256, PSS: true}},
		{rsaOf(3072), false, signing.Scheme{Hash: crypto.SHA256, PSS: true}},
		{rsaOf(4096), true, signing.Scheme{Hash: crypto.SHA256}},
		{curve(elliptic.P256()), false, signing.Scheme{Hash: crypto.SHA256}},
		{curve(elliptic.P384()), true, signing.Scheme{Hash: crypto.SHA384}},
	} {
		if got, err := signing.SchemeOf(c.key, c.old); err != nil || got != c.want {
			t.Errorf("%T: %v, %v; want %v", c.key, got, err, c.want)
		}
	}
	for _, c := range []struct {
		key  crypto.PublicKey
		want signing.KeyError
	}{
		{rsaOf(2047), signing.KeyError{Kind: "RSA", Bits: 2047}},
		{curve(elliptic.P224()), signing.KeyError{Kind: "ECDSA", Bits: 224}},
		{curve(elliptic.P521()), signing.KeyError{Kind: "ECDSA", Bits: 521}},
		{ed25519.PublicKey{}, signing.KeyError{Kind: "ed25519.PublicKey"}},
		{nil, signing.KeyError{Kind: "<nil>"}},
	} {
		_, err := signing.SchemeOf(c.key, false)
		var refused *signing.KeyError
		if !errors.As(err, &refused) || *refused != c.want {
			t.Errorf("%T: %v; want %v", c.key, err, &c.want)
		}
	}
}
