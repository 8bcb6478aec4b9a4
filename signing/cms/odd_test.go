package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"khonggiay/signing"
	"khonggiay/signing/softkey/softkeytest"
)

func isFormat(err error) bool { return errors.As(err, new(*FormatError)) }

func isUnsupported(err error) bool { return errors.As(err, new(*UnsupportedError)) }

func isNil(err error) bool { return err == nil }

func is(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }

// TestOddities: each thing that a signature should not have is named, and what
// would leave two readings open is refused, although every value verifies.
func TestOddities(t *testing.T) {
	other := newCraft(t)
	for name, c := range map[string]struct {
		edit   func(*craft)
		odd    []Oddity // of the message
		signer []Oddity
		err    func(error) bool
	}{
		"good":                {func(*craft) {}, nil, nil, isNil},
		"version":             {func(p *craft) { p.version = 2 }, []Oddity{UnknownVersion}, nil, isNil},
		"signer version":      {func(p *craft) { p.signerVersion = 3 }, nil, []Oddity{UnknownVersion}, isNil},
		"key id":              {func(p *craft) { p.sid, p.signerVersion = appendElement(nil, contextual, false, 0, []byte{9, 9, 9}), 3 }, nil, nil, isNil},
		"key id, version 1":   {func(p *craft) { p.sid = appendElement(nil, contextual, false, 0, []byte{9, 9, 9}) }, nil, []Oddity{UnknownVersion}, isNil},
		"empty key id":        {func(p *craft) { p.sid, p.signerVersion = appendElement(nil, contextual, false, 0, nil), 3 }, nil, nil, is(ErrNoCertificate)},
		"two signers":         {func(p *craft) { p.signers = 2 }, []Oddity{SeveralSigners}, nil, isNil},
		"encapsulated":        {func(p *craft) { p.content = contentInfo(OIDData, craftContent) }, []Oddity{Encapsulated}, nil, isNil},
		"attribute cert":      {func(p *craft) { p.certs = append(p.certs, appendElement(nil, contextual, true, 2, nil)) }, []Oddity{OtherCertificates}, nil, isNil},
		"unreadable cert":     {func(p *craft) { p.certs = append(p.certs, sequence(integer(1))) }, []Oddity{RefusedCert}, nil, isNil},
		"same cert twice":     {func(p *craft) { p.certs = append(p.certs, p.cert.Raw) }, []Oddity{DuplicateCert}, nil, isNil},
		"OCSP among the CRLs": {func(p *craft) { p.crls = [][]byte{sequence(), appendElement(nil, contextual, true, 1, nil)} }, []Oddity{OtherRevocation}, nil, isNil},
		"unlisted digest":     {func(p *craft) { p.digests = []Algorithm{{OID: oidSHA512}} }, nil, []Oddity{UnlistedDigest}, isNil},
		"no digests listed":   {func(p *craft) { p.digests = nil }, nil, []Oddity{UnlistedDigest}, isNil},
		"two hashes":          {func(p *craft) { p.sig = Algorithm{OID: oidECDSASHA512} }, nil, []Oddity{DigestMismatch}, isUnsupported},
		"unsorted":            {func(p *craft) { p.asIs = true; slices.Reverse(p.attrs) }, nil, []Oddity{UnsortedAttrs}, isNil},
		"digest twice":        {func(p *craft) { p.attrs = append(p.attrs, p.digestAttr()) }, nil, []Oddity{DuplicateAttr}, isFormat},
		"two other digests":   {func(p *craft) { p.attrs = append(p.attrs, attribute(oidDigest, octets(make([]byte, 32)))) }, nil, []Oddity{DuplicateAttr}, isFormat},
		"unknown twice":       {func(p *craft) { a := attribute(oid{1, 2, 3}, integer(1)); p.attrs = append(p.attrs, a, a) }, nil, []Oddity{DuplicateAttr}, isNil},
		"two values": {func(p *craft) {
			p.attrs[1] = attribute(oidDigest, octets(hashSum(crypto.SHA256, craftContent)), octets(nil))
		}, nil, []Oddity{SeveralValues}, isFormat},
		"no value":             {func(p *craft) { p.attrs[1] = attribute(oidDigest) }, nil, []Oddity{NoMessageDigest}, isFormat},
		"a digest that is not": {func(p *craft) { p.attrs[1] = attribute(oidDigest, integer(1)) }, nil, []Oddity{UnreadableAttr}, isFormat},
		"no signed attributes": {func(p *craft) { p.attrs = nil }, nil, []Oddity{NoSignedAttrs}, isNil},
		"no content type":      {func(p *craft) { p.attrs = p.attrs[1:] }, nil, []Oddity{NoContentType}, isFormat},
		"another content type": {func(p *craft) { p.attrs[0] = attribute(oidContentType, marshalOID(OIDTSTInfo)) }, nil, []Oddity{OtherContentType}, isFormat},
		"no digest":            {func(p *craft) { p.attrs = slices.Delete(p.attrs, 1, 2) }, nil, []Oddity{NoMessageDigest}, isFormat},
		"no certificate named": {func(p *craft) { p.attrs = p.attrs[:2] }, nil, []Oddity{NoESSCert}, isNil},
		"another named":        {func(p *craft) { p.attrs[2] = other.attrs[2] }, nil, nil, is(ErrOtherCertificate)},
		"an unreadable name":   {func(p *craft) { p.attrs[2] = attribute(oidESSCertV2, integer(1)) }, nil, []Oddity{UnreadableAttr, NoESSCert}, isFormat},
		"no certificate":       {func(p *craft) { p.certs = nil }, nil, nil, is(ErrNoCertificate)},
		"a twin beside it":     {func(p *craft) { p.certs = append(p.certs, twin(t, p.cert).Raw) }, nil, nil, isNil},
		"a twin instead":       {func(p *craft) { p.certs = [][]byte{twin(t, p.cert).Raw} }, nil, nil, is(ErrOtherCertificate)},
		"unknown signature":    {func(p *craft) { p.sig = Algorithm{OID: oid{1, 2, 3}} }, nil, nil, isUnsupported},
		"RSA by a curve":       {func(p *craft) { p.sig = Algorithm{OID: oidRSA, Params: asnNull} }, nil, nil, isUnsupported},
		"signed time, odd":     {func(p *craft) { p.attrs = append(p.attrs, attribute(oidSigningTime, integer(1))) }, nil, []Oddity{UnreadableAttr}, isFormat},
		"algorithms protected": {func(p *craft) { p.attrs = append(p.attrs, protect(p.digest, p.sig)) }, nil, nil, isNil},
		"other digest meant":   {func(p *craft) { p.attrs = append(p.attrs, protect(Algorithm{OID: oidSHA512}, p.sig)) }, nil, []Oddity{OtherAlgorithms}, isFormat},
		"other scheme meant":   {func(p *craft) { p.attrs = append(p.attrs, protect(p.digest, Algorithm{OID: oidECDSASHA384})) }, nil, []Oddity{OtherAlgorithms}, isFormat},
		"protection cut short": {func(p *craft) { p.attrs = append(p.attrs, attribute(oidAlgorithms, sequence(p.digest.marshal()))) }, nil, []Oddity{UnreadableAttr, OtherAlgorithms}, isFormat},
		"ESS by SHA-1":         {func(p *craft) { p.attrs[2] = essV1(p.cert) }, nil, nil, isNil},
		"ESS by SHA-1, other":  {func(p *craft) { p.attrs = append(p.attrs, essV1(other.cert)) }, nil, nil, is(ErrOtherCertificate)},
	} {
		t.Run(name, func(t *testing.T) {
			p := newCraft(t)
			c.edit(p)
			d, res, err := verifyCraft(t, p.build(t), crypto.SHA256)
			if res.AsWritten != p.asIs {
				t.Errorf("as written: %v, want %v", res.AsWritten, p.asIs)
			}
			if !slices.Equal(d.Oddities, c.odd) || !slices.Equal(d.Signers[0].Oddities, c.signer) {
				t.Errorf("odd: %v, %v; want %v, %v", d.Oddities, d.Signers[0].Oddities, c.odd, c.signer)
			}
			if !c.err(err) {
				t.Errorf("answer: %v", err)
			}
		})
	}
}

// protect makes the attribute of RFC 6211.
func protect(digest, sig Algorithm) []byte {
	implicit := sig.marshal()
	implicit[0] = 0xa1
	return attribute(oidAlgorithms, sequence(digest.marshal(), implicit))
}

func essV1(c *x509.Certificate) []byte {
	return attribute(oidESSCert, sequence(sequence(sequence(octets(hashSum(crypto.SHA1, c.Raw))))))
}

// TestParseRefuses: what cannot be understood is not guessed at.
func TestParseRefuses(t *testing.T) {
	for name, edit := range map[string]func(*craft) []byte{
		"empty signed attributes": func(p *craft) []byte { p.attrs = [][]byte{}; return p.build(t) },
		"one field more": func(p *craft) []byte {
			p.crls = [][]byte{}
			p.content = append(p.content, p.content...)
			return p.build(t)
		},
		"no content":           func(*craft) []byte { return sequence(marshalOID(oidSignedData)) },
		"another content type": func(p *craft) []byte { return sequence(marshalOID(OIDData)) },
		"a set":                func(p *craft) []byte { return setOf(universal, tagSet) },
		"cut short":            func(p *craft) []byte { b := p.build(t); return b[:len(b)-1] },
		"a primitive":          func(p *craft) []byte { return octets(nil) },
		"nothing":              func(*craft) []byte { return nil },
		"text":                 func(*craft) []byte { return []byte("-----BEGIN PKCS7-----") },
	} {
		if d, err := Parse(edit(newCraft(t)), Limits{}); !isFormat(err) {
			t.Errorf("%s: %v, %v", name, d, err)
		}
	}
}

// TestTrailing: the padding of a PDF is told from junk.
func TestTrailing(t *testing.T) {
	b := newCraft(t).build(t)
	for _, c := range []struct {
		after []byte
		zero  bool
	}{{nil, false}, {make([]byte, 5), true}, {[]byte{0, 0, 1}, false}, {b, false}} {
		d, err := Parse(append(bytes.Clone(b), c.after...), Limits{})
		if err != nil || d.Trailing != len(c.after) || d.TrailingZero != c.zero || d.Length != len(b) {
			t.Errorf("%d bytes after: %+v, %v", len(c.after), d, err)
		}
	}
}

// TestWeak: what proves little is told, what proves nothing is refused.
func TestWeak(t *testing.T) {
	rsaSig := Algorithm{OID: oidRSA, Params: asnNull}
	k1024, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p := craftWith(t, k1024, signing.Scheme{Hash: crypto.SHA1})
	p.sig = rsaSig
	if _, res, err := verifyCraft(t, p.build(t), crypto.SHA1); err != nil || !res.WeakDigest || !res.WeakKey {
		t.Errorf("SHA-1 by 1024 bits: %+v, %v", res, err)
	}
	p = newCraft(t)
	p.digest = Algorithm{OID: oidMD5}
	if _, _, err := verifyCraft(t, p.build(t), crypto.SHA256); !isUnsupported(err) {
		t.Errorf("MD5: %v", err)
	}
	p = newCraft(t)
	p.sig = Algorithm{OID: oidRSAMD5, Params: asnNull}
	if _, _, err := verifyCraft(t, p.build(t), crypto.SHA256); !isUnsupported(err) {
		t.Errorf("RSA with MD5: %v", err)
	}
	for _, bits := range []uint{512, 1023, 16385, 100_000} {
		key := &rsa.PublicKey{N: new(big.Int).SetBit(new(big.Int).Lsh(big.NewInt(1), bits-1), 0, 1), E: 65537}
		p := newCraft(t)
		p.sig = rsaSig
		p.cert = softkeytest.Issue(t, key, nil)
		p.certs, p.sid = [][]byte{p.cert.Raw}, sequence(p.cert.RawIssuer, serialOf(p.cert))
		p.attrs = p.goodAttrs(t)
		if _, _, err := verifyCraft(t, p.build(t), crypto.SHA256); !isUnsupported(err) {
			t.Errorf("RSA of %d bits: %v", bits, err)
		}
	}
}

// TestPSSParameters: what RFC 4055 leaves out means SHA-1, and what Go cannot
// verify is refused rather than read as something else.
func TestPSSParameters(t *testing.T) {
	sha1 := Algorithm{OID: oidSHA1, Params: asnNull}
	sha256, sha512 := Algorithm{OID: oidSHA256}, Algorithm{OID: oidSHA512}
	mgf := func(a Algorithm) []byte { return Algorithm{OID: oidMGF1, Params: a.marshal()}.marshal() }
	field := func(n int, b []byte) []byte { return appendElement(nil, contextual, true, n, b) }
	for name, c := range map[string]struct {
		params []byte
		want   sigScheme
		err    func(error) bool
	}{
		"all left out":    {sequence(), sigScheme{pss, crypto.SHA1, 20}, isNil},
		"all written out": {sequence(field(0, sha1.marshal()), field(1, mgf(sha1)), field(2, integer(20)), field(3, integer(1))), sigScheme{pss, crypto.SHA1, 20}, isNil},
		"SHA-256":         {sequence(field(0, sha256.marshal()), field(1, mgf(sha256)), field(2, integer(32))), sigScheme{pss, crypto.SHA256, 32}, isNil},
		"short salt":      {sequence(field(0, sha256.marshal()), field(1, mgf(sha256))), sigScheme{pss, crypto.SHA256, 20}, isNil},
		"two hashes":      {sequence(field(0, sha256.marshal()), field(1, mgf(sha512)), field(2, integer(32))), sigScheme{}, isUnsupported},
		"mask by SHA-1":   {sequence(field(0, sha256.marshal()), field(2, integer(32))), sigScheme{}, isUnsupported},
		"trailer 2":       {sequence(field(3, integer(2))), sigScheme{}, isUnsupported},
		"no salt":         {sequence(field(2, integer(0))), sigScheme{}, isUnsupported},
		"negative salt":   {sequence(field(2, integer(-1))), sigScheme{}, isUnsupported},
		"huge salt":       {sequence(field(2, integer(1<<40))), sigScheme{}, isUnsupported},
		"one more":        {sequence(field(4, integer(1))), sigScheme{}, isUnsupported},
		"absent":          {nil, sigScheme{}, isUnsupported},
		"NULL":            {asnNull, sigScheme{}, isUnsupported},
	} {
		got, err := Algorithm{OID: oidPSS, Params: c.params}.sigScheme()
		if got != c.want || !c.err(err) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		err  error
		main signing.Indication
		sub  signing.SubIndication
	}{
		{nil, signing.TotalPassed, ""},
		{ErrHash, signing.TotalFailed, signing.HashFailure},
		{ErrImprint, signing.TotalFailed, signing.HashFailure},
		{ErrSignature, signing.TotalFailed, signing.SigCryptoFailure},
		{ErrNoCertificate, signing.Indeterminate, signing.NoSigningCertificateFound},
		{ErrOtherCertificate, signing.Indeterminate, signing.NoSigningCertificateFound},
		{ErrNotTSA, signing.Indeterminate, signing.ChainConstraintsFailure},
		{&UnsupportedError{}, signing.Indeterminate, signing.CryptoConstraintsFailureNoPOE},
		{&FormatError{}, signing.TotalFailed, signing.FormatFailure},
		{&LimitError{}, signing.TotalFailed, signing.FormatFailure},
	} {
		if main, sub := Verdict(c.err); main != c.main || sub != c.sub {
			t.Errorf("%v: %s, %s", c.err, main, sub)
		}
	}
}

// TestHugeExponent: what Go does not verify is not thereby wrong.
func TestHugeExponent(t *testing.T) {
	key := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: math.MaxInt}
	if _, err := verifyDigest(key, sigScheme{kind: pkcs1, hash: crypto.SHA256}, make([]byte, 32), make([]byte, 256)); !isUnsupported(err) {
		t.Errorf("%v", err)
	}
}

// TestGenTime: with a fraction or without, in UTC only.
func TestGenTime(t *testing.T) {
	at := time.Date(2026, 11, 30, 1, 2, 3, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"20261130010203Z": at, "20261130010203.5Z": at.Add(500 * time.Millisecond), "20261130010203.120Z": at.Add(120 * time.Millisecond),
		"20261130010203": {}, "20261130010203+0700": {}, "202611300102Z": {}, "20261330010203Z": {}, "20261130010203,5Z": {}, "": {},
	} {
		in := cryptobyte.String(appendElement(nil, universal, false, 24, []byte(text)))
		var got time.Time
		if ok := readTime(&in, &got); ok == want.IsZero() || !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, ok)
		}
	}
}

// TestExtensions: an extension of a time-stamp that is critical and unknown
// makes the token one not to rely on; others are passed over.
func TestExtensions(t *testing.T) {
	i := TimestampInfo{Policy: oid{1, 2, 3}, Hash: crypto.SHA256, Imprint: make([]byte, 32), Serial: big.NewInt(1), GenTime: softkeytest.NotBefore}
	info, err := i.marshal()
	if err != nil {
		t.Fatal(err)
	}
	r, e := read(t, info)
	yes := []byte{tagBoolean, 1, 0xff}
	for name, c := range map[string]struct {
		ext []byte
		err func(error) bool
	}{
		"one to pass over": {sequence(marshalOID(oid{1, 2, 9}), octets(nil)), isNil},
		"a critical one":   {sequence(marshalOID(oid{1, 2, 9}), yes, octets(nil)), isUnsupported},
		"one unreadable":   {sequence(marshalOID(oid{1, 2, 9}), yes), isFormat},
	} {
		with := sequence(r.body(e), appendElement(nil, contextual, true, 1, c.ext))
		if _, err := readInfo(with); !c.err(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	q := Request{Hash: i.Hash, Digest: i.Imprint}
	asked, err := q.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	r, e = read(t, asked)
	if _, err := ParseRequest(sequence(r.body(e), appendElement(nil, contextual, true, 0, nil))); !isUnsupported(err) {
		t.Errorf("a request with extensions: %v", err)
	}
}
