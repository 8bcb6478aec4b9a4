// Package softhsm sets up tokens of SoftHSM 2, a token in software: for trials,
// measuring and tests. Keys are put into it from outside, so it protects nothing.
// The tests of signing/pkcs11 use it through softhsmtest, TestSign of cmd/bench as
// it is.
package softhsm

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/miekg/pkcs11"
)

// libraries are where distributions put SoftHSM.
var libraries = []string{
	"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
}

// ErrNone says that SoftHSM is not installed.
var ErrNone = errors.New("SoftHSM 2 is not installed (Debian: softhsm2)")

// Library is where SoftHSM lies, or ErrNone.
func Library() (string, error) {
	for _, path := range libraries {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// Configuration writes a configuration for tokens in a folder, and returns its
// path, which SoftHSM looks for in the environment as SOFTHSM2_CONF.
func Configuration(dir string) (string, error) {
	store, conf := filepath.Join(dir, "tokens"), filepath.Join(dir, "softhsm2.conf")
	if err := os.Mkdir(store, 0o700); err != nil {
		return "", err
	}
	text := fmt.Sprintf("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", store)
	return conf, os.WriteFile(conf, []byte(text), 0o600)
}

// A Key goes into a token with its certificate.
type Key struct {
	Private     any // *rsa.PrivateKey or *ecdsa.PrivateKey
	Certificate *x509.Certificate
}

// SetUp makes a token of a label with keys, which one who knows the PIN may use.
func SetUp(library, label, pin string, keys ...Key) (err error) {
	ctx := pkcs11.New(library)
	if ctx == nil {
		return fmt.Errorf("%s cannot be loaded", library)
	}
	defer ctx.Destroy()
	if err := ctx.Initialize(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ctx.Finalize()) }()
	slot, err := InitToken(ctx, label, pin, pin)
	if err != nil {
		return err
	}
	s, err := ctx.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		return err
	}
	if err := ctx.Login(s, pkcs11.CKU_USER, pin); err != nil {
		return err
	}
	for i, k := range keys {
		id := []byte{byte(i + 1)}
		private, public, err := Parts(k.Private)
		if err != nil {
			return err
		}
		for _, object := range [][]*pkcs11.Attribute{Certificate(k.Certificate, id), PrivateKey(private, id), PublicKey(public, id)} {
			if _, err := ctx.CreateObject(s, append(object, attribute(pkcs11.CKA_TOKEN, true))); err != nil {
				return err
			}
		}
	}
	return errors.Join(ctx.Logout(s), ctx.CloseSession(s))
}

// InitToken initialises the free slot, which SoftHSM always keeps as the last one,
// and returns the slot that the token then has.
func InitToken(ctx *pkcs11.Ctx, label, officerPIN, pin string) (uint, error) {
	slots, err := ctx.GetSlotList(true)
	if err != nil {
		return 0, err
	}
	if len(slots) == 0 {
		return 0, errors.New("SoftHSM has no free slot")
	}
	slot := slots[len(slots)-1]
	if err := ctx.InitToken(slot, officerPIN, label); err != nil {
		return 0, err
	}
	s, err := ctx.OpenSession(slot, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
	if err != nil {
		return 0, err
	}
	if err := ctx.Login(s, pkcs11.CKU_SO, officerPIN); err != nil {
		return 0, err
	}
	if err := errors.Join(ctx.InitPIN(s, pin), ctx.Logout(s), ctx.CloseSession(s)); err != nil {
		return 0, err
	}
	_, err = ctx.GetSlotList(false) // makes the next free slot
	return slot, err
}

// Certificate is a certificate as an object.
func Certificate(c *x509.Certificate, id []byte) []*pkcs11.Attribute {
	return []*pkcs11.Attribute{attribute(pkcs11.CKA_CLASS, pkcs11.CKO_CERTIFICATE),
		attribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509), attribute(pkcs11.CKA_PRIVATE, false),
		attribute(pkcs11.CKA_ID, id), attribute(pkcs11.CKA_LABEL, c.Subject.CommonName),
		attribute(pkcs11.CKA_SUBJECT, c.RawSubject), attribute(pkcs11.CKA_VALUE, c.Raw)}
}

// PrivateKey is a private key as an object that cannot be taken out.
func PrivateKey(parts []*pkcs11.Attribute, id []byte) []*pkcs11.Attribute {
	return append(parts, attribute(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY), attribute(pkcs11.CKA_ID, id),
		attribute(pkcs11.CKA_PRIVATE, true), attribute(pkcs11.CKA_SENSITIVE, true), attribute(pkcs11.CKA_EXTRACTABLE, false),
		attribute(pkcs11.CKA_SIGN, true))
}

// PublicKey is a public key as an object.
func PublicKey(parts []*pkcs11.Attribute, id []byte) []*pkcs11.Attribute {
	return append(parts, attribute(pkcs11.CKA_CLASS, pkcs11.CKO_PUBLIC_KEY), attribute(pkcs11.CKA_ID, id),
		attribute(pkcs11.CKA_PRIVATE, false), attribute(pkcs11.CKA_VERIFY, true))
}

func attribute(kind uint, value any) *pkcs11.Attribute { return pkcs11.NewAttribute(kind, value) }

var curves = map[int]asn1.ObjectIdentifier{256: {1, 2, 840, 10045, 3, 1, 7}, 384: {1, 3, 132, 0, 34}, 521: {1, 3, 132, 0, 35}}

// Parts are the numbers of both halves of a key.
func Parts(key any) (private, public []*pkcs11.Attribute, err error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		exponent := []byte{byte(k.E >> 16), byte(k.E >> 8), byte(k.E)}
		public = []*pkcs11.Attribute{attribute(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_RSA),
			attribute(pkcs11.CKA_MODULUS, k.N.Bytes()), attribute(pkcs11.CKA_PUBLIC_EXPONENT, exponent)}
		private = append(public[:3:3], attribute(pkcs11.CKA_PRIVATE_EXPONENT, k.D.Bytes()),
			attribute(pkcs11.CKA_PRIME_1, k.Primes[0].Bytes()), attribute(pkcs11.CKA_PRIME_2, k.Primes[1].Bytes()),
			attribute(pkcs11.CKA_EXPONENT_1, k.Precomputed.Dp.Bytes()), attribute(pkcs11.CKA_EXPONENT_2, k.Precomputed.Dq.Bytes()),
			attribute(pkcs11.CKA_COEFFICIENT, k.Precomputed.Qinv.Bytes()))
	case *ecdsa.PrivateKey:
		curve, err1 := asn1.Marshal(curves[k.Params().BitSize])
		point, err2 := k.PublicKey.Bytes()
		secret, err3 := k.Bytes()
		wrapped, err4 := asn1.Marshal(point)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return nil, nil, err
		}
		kind := []*pkcs11.Attribute{attribute(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_EC), attribute(pkcs11.CKA_EC_PARAMS, curve)}
		public = append(kind[:2:2], attribute(pkcs11.CKA_EC_POINT, wrapped))
		private = append(kind[:2:2], attribute(pkcs11.CKA_VALUE, secret))
	default:
		return nil, nil, fmt.Errorf("a key of type %T", key)
	}
	return private, public, nil
}
