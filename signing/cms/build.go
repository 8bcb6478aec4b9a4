package cms

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"khonggiay/signing"
)

// ErrRefused: the signature that came back is not one of the certificate's key,
// so it must not go into a document.
var ErrRefused = errors.New("cms: the signature returned does not verify with the signer's certificate")

// Options are what a signature says besides the digest of its content.
type Options struct {
	Scheme signing.Scheme // zero: what signing.SchemeOf picks
	// SigningTime is the claimed time. It stays zero in PDF signatures: EN 319
	// 142-1 forbids the attribute there, the time stands in the dictionary.
	SigningTime time.Time
	ContentType asn1.ObjectIdentifier // nil: OIDData
	Content     []byte                // the content itself, to lie inside; nil: detached

	omitCertificates bool // of a time-stamp whose request did not ask for them
}

// Prepared is a signature that waits for its value. The same arguments give the
// same bytes, so a provider that answers after hours, or after a restart of the
// program, needs nothing to be kept but the arguments.
type Prepared struct {
	Attributes []byte         // DER of the signed attributes with the tag of a SET
	Digest     []byte         // of Attributes, with Scheme.Hash: what the key has to sign
	Scheme     signing.Scheme // how it has to sign

	cert    *x509.Certificate
	certs   [][]byte
	digest  Algorithm
	sig     Algorithm
	content []byte // DER of encapContentInfo
	version int64
}

// Prepare makes the signed attributes of a CAdES-B-B signature by the
// certificate's key over a content digest, which was made with the scheme's
// hash: content-type, message-digest and signing-certificate-v2. The issuers go
// into the message with the certificate. It returns a *signing.KeyError for a key
// that may not sign, *UnsupportedError for a scheme that is not the key's,
// *FormatError for a digest of another length, ErrHash for one of other content.
func Prepare(cert *x509.Certificate, issuers []*x509.Certificate, contentDigest []byte, o Options) (*Prepared, error) {
	p := &Prepared{cert: cert, version: 1}
	if err := p.choose(o.Scheme); err != nil {
		return nil, err
	}
	if len(contentDigest) != p.Scheme.Hash.Size() {
		return nil, &FormatError{Offset: -1, What: "the digest given is not one of " + p.Scheme.Hash.String()}
	}
	if o.Content != nil && !bytes.Equal(hashSum(p.Scheme.Hash, o.Content), contentDigest) {
		return nil, ErrHash
	}
	if o.ContentType == nil {
		o.ContentType = OIDData
	}
	if !o.ContentType.Equal(OIDData) {
		p.version = 3
	}
	p.content = contentInfo(o.ContentType, o.Content)
	if !o.omitCertificates {
		for _, c := range append([]*x509.Certificate{cert}, issuers...) {
			p.addCertificate(c.Raw)
		}
	}
	var err error
	p.Attributes, err = signedAttributes(cert, contentDigest, p.Scheme, o)
	if err != nil {
		return nil, err
	}
	p.Digest = hashSum(p.Scheme.Hash, p.Attributes)
	return p, nil
}

// choose settles how the certificate's key signs: as wanted, or as it does best.
func (p *Prepared) choose(wanted signing.Scheme) (err error) {
	if p.Scheme, err = signing.SchemeOf(p.cert.PublicKey, false); err != nil {
		return err
	}
	if wanted != (signing.Scheme{}) {
		p.Scheme = wanted
	}
	if p.digest, err = digestAlgorithm(p.Scheme.Hash); err != nil {
		return err
	}
	_, isRSA := p.cert.PublicKey.(*rsa.PublicKey)
	p.sig, err = signatureAlgorithm(p.Scheme, isRSA)
	return err
}

func (p *Prepared) addCertificate(raw []byte) {
	for _, have := range p.certs {
		if bytes.Equal(have, raw) {
			return
		}
	}
	p.certs = append(p.certs, raw)
}

// Finish puts the signature value in and returns the DER of the ContentInfo. A
// value that the certificate's key has not made is ErrRefused.
func (p *Prepared) Finish(signature []byte) ([]byte, error) {
	scheme, err := p.sig.sigScheme()
	if err != nil {
		return nil, err
	}
	scheme.hash = p.Scheme.Hash
	if _, err := verifyDigest(p.cert.PublicKey, scheme, p.Digest, signature); err != nil {
		return nil, ErrRefused
	}
	return p.assemble(signature), nil
}

// MaxSize is the most that Finish returns, in bytes: for the place that a PDF
// keeps free. A time-stamp that comes later needs its own.
func (p *Prepared) MaxSize() int {
	size := 0
	switch k := p.cert.PublicKey.(type) {
	case *rsa.PublicKey:
		size = k.Size()
	default:
		size = 2*(p.Scheme.Hash.Size()+32) + 16 // two numbers of a curve of at most 521 bits
	}
	return len(p.assemble(make([]byte, size)))
}

func (p *Prepared) assemble(signature []byte) []byte {
	sid := sequence(p.cert.RawIssuer, serialOf(p.cert))
	attrs := bytes.Clone(p.Attributes)
	attrs[0] = 0xa0 // [0] IMPLICIT instead of SET
	signer := sequence(integer(1), sid, p.digest.marshal(), attrs, p.sig.marshal(),
		appendElement(nil, universal, false, tagOctets, signature))
	var certs []byte
	if p.certs != nil {
		certs = setOf(contextual, 0, p.certs...)
	}
	data := sequence(integer(p.version),
		setOf(universal, tagSet, p.digest.marshal()),
		p.content,
		certs,
		setOf(universal, tagSet, signer))
	return sequence(marshalOID(oidSignedData), appendElement(nil, contextual, true, 0, data))
}

// Sign prepares, has the signer sign, and finishes.
func Sign(ctx context.Context, signer signing.Signer, contentDigest []byte, o Options) ([]byte, error) {
	p, err := Prepare(signer.Certificate(), signer.Issuers(), contentDigest, o)
	if err != nil {
		return nil, err
	}
	sig, err := signer.SignDigest(ctx, p.Digest, p.Scheme)
	if err != nil {
		return nil, fmt.Errorf("cms: the signer did not sign: %w", err)
	}
	return p.Finish(sig)
}

// SignBytes signs content that is at hand. For a machine record the content is
// what signing.Canonical returns.
func SignBytes(ctx context.Context, signer signing.Signer, content []byte, o Options) ([]byte, error) {
	if o.Scheme == (signing.Scheme{}) {
		var err error
		if o.Scheme, err = signing.SchemeOf(signer.Certificate().PublicKey, false); err != nil {
			return nil, err
		}
	}
	if _, err := digestAlgorithm(o.Scheme.Hash); err != nil {
		return nil, err
	}
	return Sign(ctx, signer, hashSum(o.Scheme.Hash, content), o)
}

func signedAttributes(cert *x509.Certificate, digest []byte, s signing.Scheme, o Options) ([]byte, error) {
	ess, err := signingCertificateV2(cert, s)
	if err != nil {
		return nil, err
	}
	attrs := [][]byte{
		attribute(oidContentType, marshalOID(o.ContentType)),
		attribute(oidDigest, appendElement(nil, universal, false, tagOctets, digest)),
		attribute(oidESSCertV2, ess),
	}
	if !o.SigningTime.IsZero() {
		t, err := signingTime(o.SigningTime)
		if err != nil {
			return nil, err
		}
		attrs = append(attrs, attribute(oidSigningTime, t))
	}
	return setOf(universal, tagSet, attrs...), nil
}

// signingTime writes UTCTime up to 2049 and GeneralizedTime after, RFC 5652, 11.3.
func signingTime(t time.Time) ([]byte, error) {
	var b cryptobyte.Builder
	if t = t.UTC(); t.Year() >= 1950 && t.Year() < 2050 {
		b.AddASN1UTCTime(t)
	} else {
		b.AddASN1GeneralizedTime(t)
	}
	return b.Bytes()
}

func attribute(id oid, values ...[]byte) []byte {
	return sequence(marshalOID(id), setOf(universal, tagSet, values...))
}

func contentInfo(id oid, content []byte) []byte {
	if content == nil {
		return sequence(marshalOID(id))
	}
	octets := appendElement(nil, universal, false, tagOctets, content)
	return sequence(marshalOID(id), appendElement(nil, contextual, true, 0, octets))
}

func marshalOID(id oid) []byte {
	var b cryptobyte.Builder
	b.AddASN1ObjectIdentifier(id)
	return b.BytesOrPanic()
}

func serialOf(c *x509.Certificate) []byte {
	var b cryptobyte.Builder
	b.AddASN1BigInt(c.SerialNumber)
	return b.BytesOrPanic()
}
