package cms

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"khonggiay/signing"
)

// TimestampInfo is TSTInfo of RFC 3161: what an authority says about a digest.
type TimestampInfo struct {
	Policy   asn1.ObjectIdentifier
	Hash     crypto.Hash
	Imprint  []byte // the digest, made with Hash
	Serial   *big.Int
	GenTime  time.Time
	Accuracy time.Duration // 0 if the token does not say it
	Ordering bool
	Nonce    *big.Int // nil if the request had none
	TSA      []byte   // DER of a GeneralName, nil if absent
}

// Timestamp is a parsed TimeStampToken.
type Timestamp struct {
	TimestampInfo
	Data   *SignedData
	Signer *SignerInfo // the only one
}

// ParseTimestamp reads a TimeStampToken: SignedData over a TSTInfo with exactly
// one signer. It verifies nothing.
func ParseTimestamp(token []byte, limits Limits) (*Timestamp, error) {
	d, err := Parse(token, limits)
	if err != nil {
		return nil, err
	}
	if !d.ContentType.Equal(OIDTSTInfo) || d.Detached() || len(d.Signers) != 1 {
		return nil, &FormatError{Offset: -1, What: "not a time-stamp token: one signature over a TSTInfo inside"}
	}
	ts := &Timestamp{Data: d, Signer: d.Signers[0]}
	ts.TimestampInfo, err = readInfo(d.Content)
	return ts, err
}

// CheckImprint compares the digest of the data, made with t.Hash, with the one
// that the time-stamp is about. It returns ErrImprint if they differ.
func (t *Timestamp) CheckImprint(digest []byte) error {
	if !bytes.Equal(t.Imprint, digest) {
		return ErrImprint
	}
	return nil
}

// Verify checks the token for itself: that it is about this digest, that its
// signature is right, and that the certificate, taken from the token or from
// extra, is one for time-stamps and nothing else, which a signed attribute
// names. It returns ErrImprint, ErrNotTSA or what Verify of a signer returns.
func (t *Timestamp) Verify(digest []byte, extra ...*x509.Certificate) (*Result, error) {
	if err := t.CheckImprint(digest); err != nil {
		return &Result{WeakDigest: t.Hash == crypto.SHA1}, err
	}
	h, err := t.Signer.Hash()
	if err != nil {
		return &Result{}, err
	}
	res, err := Verify(t.Signer, hashSum(h, t.Data.Content), extra...)
	res.WeakDigest = res.WeakDigest || t.Hash == crypto.SHA1
	switch {
	case err != nil:
		return res, err
	case !res.SignedCert:
		return res, &FormatError{Offset: -1, What: "no attribute names the authority's certificate"}
	case !forTimestamps(res.Certificate):
		return res, ErrNotTSA
	}
	return res, nil
}

var oidExtKeyUsage = oid{2, 5, 29, 37}

// forTimestamps: the extended key usage is timeStamping alone, and critical.
func forTimestamps(c *x509.Certificate) bool {
	critical := func(e pkix.Extension) bool { return oidExtKeyUsage.Equal(e.Id) && e.Critical }
	for _, e := range c.Extensions {
		if critical(e) {
			return len(c.UnknownExtKeyUsage) == 0 && len(c.ExtKeyUsage) == 1 && c.ExtKeyUsage[0] == x509.ExtKeyUsageTimeStamping
		}
	}
	return false
}

// readInfo reads the DER of a TSTInfo.
func readInfo(der []byte) (i TimestampInfo, err error) {
	in := cryptobyte.String(der)
	var seq cryptobyte.String
	var version int
	i.Serial = new(big.Int)
	bad := &FormatError{Offset: -1, What: "unreadable TSTInfo"}
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&version) || version != 1 ||
		!seq.ReadASN1ObjectIdentifier(&i.Policy) {
		return i, bad
	}
	if i.Hash, i.Imprint, err = readImprint(&seq); err != nil {
		return i, err
	}
	if !seq.ReadASN1Integer(i.Serial) || !readTime(&seq, &i.GenTime) || !readAccuracy(&seq, &i.Accuracy) ||
		!readDefaultFalse(&seq, &i.Ordering) ||
		!readOptionalBig(&seq, &i.Nonce) || !readTSA(&seq, &i.TSA) {
		return i, bad
	}
	critical, ok := readExtensions(&seq)
	if !ok || !seq.Empty() {
		return i, bad
	}
	if critical != nil {
		return i, &UnsupportedError{What: "critical extension of a time-stamp", OID: critical}
	}
	return i, nil
}

// readExtensions passes over the extensions of a TSTInfo and returns the first
// critical one: none is known here, so the token must not be relied on.
func readExtensions(in *cryptobyte.String) (critical oid, ok bool) {
	var list cryptobyte.String
	if !in.ReadOptionalASN1(&list, nil, cbasn1.Tag(1).ContextSpecific().Constructed()) {
		return nil, false
	}
	for !list.Empty() {
		var e, value cryptobyte.String
		var id asn1.ObjectIdentifier
		var must bool
		if !list.ReadASN1(&e, cbasn1.SEQUENCE) || !e.ReadASN1ObjectIdentifier(&id) || !readDefaultFalse(&e, &must) ||
			!e.ReadASN1(&value, cbasn1.OCTET_STRING) || !e.Empty() {
			return nil, false
		}
		if must && critical == nil {
			critical = oid(id)
		}
	}
	return critical, true
}

func readImprint(in *cryptobyte.String) (crypto.Hash, []byte, error) {
	var seq cryptobyte.String
	var sum []byte
	bad := &FormatError{Offset: -1, What: "unreadable message imprint"}
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) {
		return 0, nil, bad
	}
	a, ok := readAlgorithm(&seq)
	if !ok || !seq.ReadASN1Bytes(&sum, cbasn1.OCTET_STRING) || !seq.Empty() {
		return 0, nil, bad
	}
	h, err := a.hash()
	if err == nil && len(sum) != h.Size() {
		err = bad
	}
	return h, sum, err
}

// readTime reads a GeneralizedTime in UTC with or without a fraction, RFC 3161,
// clause 2.4.2. Some authorities end the fraction with a zero; that is let pass.
func readTime(in *cryptobyte.String, t *time.Time) bool {
	var text cryptobyte.String
	if !in.ReadASN1(&text, cbasn1.GeneralizedTime) || len(text) > 32 || bytes.IndexByte(text, ',') >= 0 {
		return false
	}
	var err error
	*t, err = time.Parse("20060102150405Z", string(text)) // a fraction is taken after the seconds
	return err == nil
}

func readAccuracy(in *cryptobyte.String, accuracy *time.Duration) bool {
	var seq, part cryptobyte.String
	var present bool
	if !in.ReadOptionalASN1(&seq, &present, cbasn1.SEQUENCE) || !present {
		return !present
	}
	var seconds int64
	if seq.PeekASN1Tag(cbasn1.INTEGER) && !seq.ReadASN1Integer(&seconds) || seconds < 0 || seconds > 1<<31 {
		return false
	}
	*accuracy = time.Duration(seconds) * time.Second
	for tag, unit := range []time.Duration{time.Millisecond, time.Microsecond} {
		if !seq.ReadOptionalASN1(&part, &present, cbasn1.Tag(tag).ContextSpecific()) {
			return false
		}
		if !present {
			continue
		}
		n, ok := smallNumber(part)
		if !ok {
			return false
		}
		*accuracy += time.Duration(n) * unit
	}
	return seq.Empty()
}

// smallNumber reads the contents of an INTEGER from 1 to 999.
func smallNumber(body []byte) (n int, ok bool) {
	in := cryptobyte.String(appendElement(nil, universal, false, tagInteger, body))
	ok = in.ReadASN1Integer(&n)
	return n, ok && n >= 1 && n <= 999
}

func readOptionalBig(in *cryptobyte.String, n **big.Int) bool {
	if !in.PeekASN1Tag(cbasn1.INTEGER) {
		return true
	}
	*n = new(big.Int)
	return in.ReadASN1Integer(*n)
}

func readDefaultFalse(in *cryptobyte.String, b *bool) bool {
	return !in.PeekASN1Tag(cbasn1.BOOLEAN) || in.ReadASN1Boolean(b)
}

func readTSA(in *cryptobyte.String, name *[]byte) bool {
	var body cryptobyte.String
	var present bool
	ok := in.ReadOptionalASN1(&body, &present, cbasn1.Tag(0).ContextSpecific().Constructed())
	if ok && present {
		*name = body
	}
	return ok
}

// BuildTimestamp makes a TimeStampToken as an authority does. The programs ask
// authorities; this is for an authority of one's own and for the tests of those
// who use tokens. RSA keys sign in the form that every reader knows. Certificates
// are included if certReq.
func BuildTimestamp(ctx context.Context, i TimestampInfo, signer signing.Signer, certReq bool) ([]byte, error) {
	info, err := i.marshal()
	if err != nil {
		return nil, err
	}
	s, err := signing.SchemeOf(signer.Certificate().PublicKey, true)
	if err != nil {
		return nil, err
	}
	o := Options{Scheme: s, ContentType: OIDTSTInfo, Content: info, omitCertificates: !certReq}
	return SignBytes(ctx, signer, info, o)
}

// imprint writes a MessageImprint. OpenSSL and many authorities know the hash
// only with a NULL beside its name.
func imprint(h crypto.Hash, digest []byte) ([]byte, error) {
	alg, err := digestAlgorithm(h)
	if err != nil {
		return nil, err
	}
	if len(digest) != h.Size() {
		return nil, &FormatError{Offset: -1, What: "the digest given is not one of " + h.String()}
	}
	alg.Params = asnNull
	return sequence(alg.marshal(), appendElement(nil, universal, false, tagOctets, digest)), nil
}

func (i TimestampInfo) marshal() ([]byte, error) {
	mi, err := imprint(i.Hash, i.Imprint)
	if err != nil {
		return nil, err
	}
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(i.Policy)
		b.AddBytes(mi)
		b.AddASN1BigInt(i.Serial)
		b.AddASN1(cbasn1.GeneralizedTime, func(b *cryptobyte.Builder) {
			b.AddBytes([]byte(i.GenTime.UTC().Format("20060102150405.999999Z")))
		})
		if i.Accuracy > 0 {
			addAccuracy(b, i.Accuracy)
		}
		if i.Ordering {
			b.AddASN1Boolean(true)
		}
		if i.Nonce != nil {
			b.AddASN1BigInt(i.Nonce)
		}
		if i.TSA != nil {
			b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddBytes(i.TSA) })
		}
	})
	return b.Bytes()
}

func addAccuracy(b *cryptobyte.Builder, d time.Duration) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		if s := int64(d / time.Second); s > 0 {
			b.AddASN1Int64(s)
		}
		for tag, n := range []time.Duration{d / time.Millisecond % 1000, d / time.Microsecond % 1000} {
			if n > 0 {
				b.AddASN1Int64WithTag(int64(n), cbasn1.Tag(tag).ContextSpecific())
			}
		}
	})
}
