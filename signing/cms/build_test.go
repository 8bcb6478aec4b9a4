package cms_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"slices"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

var content = []byte("Quyết định số 12/QĐ-UBND")

func sum(h crypto.Hash, data []byte) []byte {
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// scheme is a kind of key and how it signs.
type scheme struct {
	name string
	kind softkeytest.Kind
	signing.Scheme
}

var schemes = []scheme{
	{"PSS", softkeytest.RSA2048, signing.Scheme{Hash: crypto.SHA256, PSS: true}},
	{"PSS-512", softkeytest.RSA3072, signing.Scheme{Hash: crypto.SHA512, PSS: true}},
	{"PKCS1", softkeytest.RSA2048, signing.Scheme{Hash: crypto.SHA256}},
	{"PKCS1-384", softkeytest.RSA2048, signing.Scheme{Hash: crypto.SHA384}},
	{"P-256", softkeytest.P256, signing.Scheme{Hash: crypto.SHA256}},
	{"P-384", softkeytest.P384, signing.Scheme{Hash: crypto.SHA384}},
	{"P-384-512", softkeytest.P384, signing.Scheme{Hash: crypto.SHA512}},
}

func sign(t testing.TB, key *softkey.Key, o cms.Options) []byte {
	t.Helper()
	return must[[]byte](t)(cms.SignBytes(context.Background(), key, content, o))
}

func parse(t testing.TB, b []byte) *cms.SignedData {
	t.Helper()
	return must[*cms.SignedData](t)(cms.Parse(b, cms.Limits{}))
}

// verify checks the first signer over the content.
func verify(t testing.TB, d *cms.SignedData) (*cms.Result, error) {
	t.Helper()
	return cms.Verify(d.Signers[0], sum(must[crypto.Hash](t)(d.Signers[0].Hash()), content))
}

func TestBuildAndVerify(t *testing.T) {
	for _, s := range schemes {
		t.Run(s.name, func(t *testing.T) {
			key := softkeytest.New(t, s.kind, nil)
			d := parse(t, sign(t, key, cms.Options{Scheme: s.Scheme}))
			if len(d.Oddities)+len(d.Signers[0].Oddities) > 0 {
				t.Errorf("odd: %v, %v", d.Oddities, d.Signers[0].Oddities)
			}
			if d.Version != 1 || !d.Detached() || !d.ContentType.Equal(cms.OIDData) || len(d.Certificates) != 2 || d.Trailing != 0 {
				t.Errorf("another shape: %+v", d)
			}
			res, err := verify(t, d)
			if err != nil || !res.Certificate.Equal(key.Certificate()) || !res.SignedCert || res.WeakDigest || res.WeakKey {
				t.Errorf("%+v, %v", res, err)
			}
			if h := must[crypto.Hash](t)(d.Signers[0].Hash()); h != s.Hash {
				t.Errorf("hash %v", h)
			}
			if _, err := cms.Verify(d.Signers[0], sum(s.Hash, []byte("khác"))); !errors.Is(err, cms.ErrHash) {
				t.Errorf("other content: %v", err)
			}
		})
	}
}

// TestAttributesOfPAdES: EN 319 142-1 wants exactly these attributes, and no
// signing-time; the set is in the order of DER.
func TestAttributesOfPAdES(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P384, nil)
	names := func(o cms.Options) (ids []string) {
		for _, a := range parse(t, sign(t, key, o)).Signers[0].SignedAttributes {
			ids = append(ids, a.OID.String())
		}
		return ids
	}
	want := []string{"1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"}
	if got := names(cms.Options{}); !slices.Equal(got, want) {
		t.Errorf("attributes %v, want %v", got, want)
	}
	for _, at := range []time.Time{
		time.Date(2026, 11, 30, 8, 15, 2, 0, time.FixedZone("", 7*3600)), time.Date(2051, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		if got := names(cms.Options{SigningTime: at}); len(got) != 4 || !slices.Contains(got, "1.2.840.113549.1.9.5") {
			t.Errorf("attributes %v", got)
		}
		got, ok := parse(t, sign(t, key, cms.Options{SigningTime: at})).Signers[0].SigningTime()
		if !ok || !got.Equal(at) {
			t.Errorf("signing time %v, want %v", got, at)
		}
	}
}

// TestAnsweredLater: the value may come after a restart; the same arguments make
// the same bytes to sign, and the room kept free is enough.
func TestAnsweredLater(t *testing.T) {
	for _, s := range schemes {
		key := softkeytest.New(t, s.kind, nil)
		o := cms.Options{Scheme: s.Scheme, SigningTime: softkeytest.NotBefore}
		prepare := func() *cms.Prepared {
			return must[*cms.Prepared](t)(cms.Prepare(key.Certificate(), key.Issuers(), sum(s.Hash, content), o))
		}
		before, after := prepare(), prepare()
		if !bytes.Equal(before.Attributes, after.Attributes) || !bytes.Equal(before.Digest, sum(s.Hash, before.Attributes)) {
			t.Fatalf("%s: not the same bytes to sign", s.name)
		}
		sig := must[[]byte](t)(key.SignDigest(context.Background(), before.Digest, s.Scheme))
		signed := must[[]byte](t)(after.Finish(sig))
		if _, err := verify(t, parse(t, signed)); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		if len(signed) > after.MaxSize() {
			t.Errorf("%s: %d bytes, more than %d", s.name, len(signed), after.MaxSize())
		}
		sig[len(sig)-1] ^= 1
		if _, err := after.Finish(sig); !errors.Is(err, cms.ErrRefused) {
			t.Errorf("%s: a wrong value was taken: %v", s.name, err)
		}
	}
}

func TestPrepareRefuses(t *testing.T) {
	weak := softkeytest.NewKey(t, softkeytest.P521)
	var keyErr *signing.KeyError
	if _, err := cms.Prepare(softkeytest.Issue(t, weak.Public(), nil), nil, make([]byte, 32), cms.Options{}); !errors.As(err, &keyErr) {
		t.Errorf("a key that may not sign: %v", err)
	}
	cert := softkeytest.New(t, softkeytest.P256, nil).Certificate()
	var format *cms.FormatError
	if _, err := cms.Prepare(cert, nil, make([]byte, 31), cms.Options{}); !errors.As(err, &format) {
		t.Errorf("a short digest: %v", err)
	}
	if _, err := cms.Prepare(cert, nil, make([]byte, 32), cms.Options{Content: content}); !errors.Is(err, cms.ErrHash) {
		t.Errorf("a digest of other content: %v", err)
	}
	for _, s := range []signing.Scheme{{Hash: crypto.SHA1}, {Hash: crypto.MD5}, {Hash: crypto.SHA256, PSS: true}} {
		var unsupported *cms.UnsupportedError
		if _, err := cms.Prepare(cert, nil, make([]byte, 32), cms.Options{Scheme: s}); !errors.As(err, &unsupported) {
			t.Errorf("%v: %v", s, err)
		}
		if _, err := cms.SignBytes(context.Background(), softkeytest.New(t, softkeytest.P256, nil), content, cms.Options{Scheme: s}); err == nil {
			t.Errorf("%v signed", s)
		}
	}
}

// TestESSHash: the hash of signing-certificate-v2 is written only where it is
// not SHA-256, its default.
func TestESSHash(t *testing.T) {
	for kind, want := range map[softkeytest.Kind]bool{softkeytest.P256: false, softkeytest.P384: true} {
		key := softkeytest.New(t, kind, nil)
		for _, a := range parse(t, sign(t, key, cms.Options{})).Signers[0].SignedAttributes {
			if a.OID.String() != "1.2.840.113549.1.9.16.2.47" {
				continue
			}
			var v struct{ Certs []asn1.RawValue }
			if _, err := asn1.Unmarshal(a.Values[0], &v); err != nil || len(v.Certs) != 1 {
				t.Fatal(err)
			}
			if got := v.Certs[0].Bytes[0] == 0x30; got != want {
				t.Errorf("%s: algorithm written: %v", kind, got)
			}
		}
	}
}

// TestAddTimestamp: the token goes in, a second one beside it, and every signed
// byte stays.
func TestAddTimestamp(t *testing.T) {
	key, tsa := softkeytest.New(t, softkeytest.RSA2048, nil), softkeytest.TSA(t, softkeytest.P256)
	signed := sign(t, key, cms.Options{})
	before := parse(t, signed)
	token := stamp(t, tsa, before.Signers[0].Signature)
	padded := append(bytes.Clone(signed), 0, 0, 0)
	once := must[[]byte](t)(cms.AddTimestamp(padded, token))
	second := stamp(t, tsa, before.Signers[0].Signature)
	twice := must[[]byte](t)(cms.AddTimestamp(once, second))
	after := parse(t, twice)
	if got := after.Signers[0].Timestamps(); len(got) != 2 ||
		!slices.ContainsFunc(got, func(b []byte) bool { return bytes.Equal(b, token) }) ||
		!slices.ContainsFunc(got, func(b []byte) bool { return bytes.Equal(b, second) }) {
		t.Errorf("%d time-stamps came back", len(got))
	}
	if _, err := verify(t, after); err != nil || len(after.Oddities)+len(after.Signers[0].Oddities) > 0 {
		t.Errorf("%v, %v, %v", err, after.Oddities, after.Signers[0].Oddities)
	}
	for _, part := range [][]byte{before.Signers[0].Signature, before.Certificates[0].Raw, before.Certificates[1].Raw} {
		if !bytes.Contains(twice, part) {
			t.Error("a signed part changed")
		}
	}
	if _, err := cms.AddTimestamp(signed, stamp(t, tsa, []byte("khác"))); !errors.Is(err, cms.ErrImprint) {
		t.Errorf("a token over something else: %v", err)
	}
	if _, err := cms.AddTimestamp(signed, signed); err == nil {
		t.Error("a signature was taken for a time-stamp")
	}
	if _, err := cms.AddTimestamp(signed, append(bytes.Clone(token), 0)); err == nil {
		t.Error("a token with bytes after it was taken")
	}
}

// TestKeepsIssuersOnce: a certificate that is given twice goes in once.
func TestKeepsIssuersOnce(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	issuers := []*x509.Certificate{key.Certificate(), softkeytest.Root(), softkeytest.Root()}
	p := must[*cms.Prepared](t)(cms.Prepare(key.Certificate(), issuers, sum(crypto.SHA256, content), cms.Options{}))
	sig := must[[]byte](t)(key.SignDigest(context.Background(), p.Digest, p.Scheme))
	if d := parse(t, must[[]byte](t)(p.Finish(sig))); len(d.Certificates) != 2 {
		t.Errorf("%d certificates", len(d.Certificates))
	}
}
