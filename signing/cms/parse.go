package cms

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
)

// Parse reads a CMS ContentInfo that holds SignedData, in DER or BER. What is
// against RFC 5652 but can be understood is reported in Oddities; what cannot
// is a *FormatError, and what is too much a *LimitError. It verifies nothing.
func Parse(b []byte, limits Limits) (*SignedData, error) {
	r, err := newReader(b, limits)
	if err != nil {
		return nil, err
	}
	p := &parser{reader: r}
	outer, err := r.element(0, len(b), 0)
	if err != nil {
		return nil, err
	}
	d := &SignedData{Length: outer.end, Trailing: len(b) - outer.end}
	d.TrailingZero = d.Trailing > 0 && len(bytes.Trim(b[outer.end:], "\x00")) == 0
	if err := p.contentInfo(outer, d); err != nil {
		return nil, err
	}
	if r.notDER {
		d.odd(NotDER)
	}
	return d, nil
}

type parser struct{ *reader }

// fields walks over the children of one element.
type fields struct {
	p     *parser
	of    element
	kids  []element
	depth int
}

func (p *parser) fields(e element, class, tag, depth int, what string) (*fields, error) {
	if !e.is(class, tag) {
		return nil, &FormatError{Offset: e.start, What: "expected " + what}
	}
	kids, err := p.children(e, depth)
	return &fields{p: p, of: e, kids: kids, depth: depth}, err
}

func (f *fields) next(class, tag int) bool { return len(f.kids) > 0 && f.kids[0].is(class, tag) }

func (f *fields) take(class, tag int, what string) (element, error) {
	if len(f.kids) == 0 {
		return element{}, &FormatError{Offset: f.of.to, What: "missing " + what}
	}
	e := f.kids[0]
	if !e.is(class, tag) {
		return e, &FormatError{Offset: e.start, What: "expected " + what}
	}
	f.kids = f.kids[1:]
	return e, nil
}

func (f *fields) done() error {
	if len(f.kids) > 0 {
		return &FormatError{Offset: f.kids[0].start, What: "more than the standard allows here"}
	}
	return nil
}

// value takes the next field and reads its DER.
func (f *fields) value(tag int, what string, read func(*cryptobyte.String) bool) error {
	e, err := f.take(universal, tag, what)
	if err != nil {
		return err
	}
	der, err := f.p.der(e, f.depth+1)
	if err != nil {
		return err
	}
	if s := cryptobyte.String(der); !read(&s) || !s.Empty() {
		return &FormatError{Offset: e.start, What: "unreadable " + what}
	}
	return nil
}

func (f *fields) oid(what string) (id asn1.ObjectIdentifier, err error) {
	err = f.value(tagOID, what, func(s *cryptobyte.String) bool { return s.ReadASN1ObjectIdentifier(&id) })
	return id, err
}

func (f *fields) algorithm(what string) (a Algorithm, err error) {
	err = f.value(tagSequence, what, func(s *cryptobyte.String) (ok bool) { a, ok = readAlgorithm(s); return ok })
	return a, err
}

func (f *fields) version() (n int, err error) {
	err = f.value(tagInteger, "a version", func(s *cryptobyte.String) bool { return s.ReadASN1Integer(&n) })
	return n, err
}

func (p *parser) contentInfo(outer element, d *SignedData) error {
	f, err := p.fields(outer, universal, tagSequence, 0, "ContentInfo")
	if err != nil {
		return err
	}
	id, err := f.oid("a content type")
	if err != nil {
		return err
	}
	if !id.Equal(oidSignedData) {
		return &FormatError{Offset: outer.start, What: "a content type other than signedData"}
	}
	e, err := f.take(contextual, 0, "the content")
	if err != nil {
		return err
	}
	if err := f.done(); err != nil {
		return err
	}
	if f, err = p.fields(e, contextual, 0, 1, "the content"); err != nil {
		return err
	}
	if e, err = f.take(universal, tagSequence, "SignedData"); err != nil {
		return err
	}
	if err := f.done(); err != nil {
		return err
	}
	return p.signedData(e, d)
}

func (p *parser) signedData(e element, d *SignedData) error {
	f, err := p.fields(e, universal, tagSequence, 2, "SignedData")
	if err != nil {
		return err
	}
	if d.Version, err = f.version(); err != nil {
		return err
	}
	if d.Version != 1 && d.Version != 3 && d.Version != 4 && d.Version != 5 {
		d.odd(UnknownVersion)
	}
	for _, step := range []func(*fields, *SignedData) error{
		p.digestAlgorithms, p.content, p.certificates, p.revocation, p.signers,
	} {
		if err := step(f, d); err != nil {
			return err
		}
	}
	return f.done()
}

func (p *parser) digestAlgorithms(f *fields, d *SignedData) error {
	e, err := f.take(universal, tagSet, "digestAlgorithms")
	if err != nil {
		return err
	}
	set, err := p.fields(e, universal, tagSet, 3, "digestAlgorithms")
	if err != nil {
		return err
	}
	for len(set.kids) > 0 {
		a, err := set.algorithm("a digest algorithm")
		if err != nil {
			return err
		}
		d.DigestAlgorithms = append(d.DigestAlgorithms, a)
	}
	return nil
}

func (p *parser) content(f *fields, d *SignedData) error {
	e, err := f.take(universal, tagSequence, "encapContentInfo")
	if err != nil {
		return err
	}
	info, err := p.fields(e, universal, tagSequence, 3, "encapContentInfo")
	if err != nil {
		return err
	}
	if d.ContentType, err = info.oid("a content type"); err != nil {
		return err
	}
	if !info.next(contextual, 0) {
		return info.done()
	}
	if d.ContentType.Equal(OIDData) {
		d.odd(Encapsulated)
	}
	wrap, err := p.fields(info.kids[0], contextual, 0, 4, "the content")
	if err != nil {
		return err
	}
	octets, err := wrap.take(universal, tagOctets, "an OCTET STRING")
	if err != nil {
		return err
	}
	if d.Content, err = p.text(octets, tagOctets, 5); err != nil {
		return err
	}
	info.kids = info.kids[1:]
	if err := wrap.done(); err != nil {
		return err
	}
	return info.done()
}

func (p *parser) certificates(f *fields, d *SignedData) error {
	if !f.next(contextual, 0) {
		return nil
	}
	kids, err := p.children(f.kids[0], 3)
	if err != nil {
		return err
	}
	f.kids = f.kids[1:]
	seen := map[string]bool{}
	for _, kid := range kids {
		raw := p.raw(kid)
		if !kid.is(universal, tagSequence) {
			d.OtherCertificates = append(d.OtherCertificates, raw)
			d.odd(OtherCertificates)
			continue
		}
		c := Certificate{Raw: raw}
		if c.Cert, c.Err = x509.ParseCertificate(raw); c.Err != nil {
			c.Cert = nil
			d.odd(RefusedCert)
		}
		if seen[string(raw)] {
			d.odd(DuplicateCert)
		}
		seen[string(raw)] = true
		d.Certificates = append(d.Certificates, c)
	}
	return nil
}

func (p *parser) revocation(f *fields, d *SignedData) error {
	if !f.next(contextual, 1) {
		return nil
	}
	kids, err := p.children(f.kids[0], 3)
	if err != nil {
		return err
	}
	f.kids = f.kids[1:]
	for _, kid := range kids {
		if kid.is(universal, tagSequence) {
			d.CRLs = append(d.CRLs, p.raw(kid))
			continue
		}
		d.OtherRevocation = append(d.OtherRevocation, p.raw(kid))
		d.odd(OtherRevocation)
	}
	return nil
}

func (p *parser) signers(f *fields, d *SignedData) error {
	e, err := f.take(universal, tagSet, "signerInfos")
	if err != nil {
		return err
	}
	kids, err := p.children(e, 3)
	if err != nil {
		return err
	}
	for _, kid := range kids {
		s, err := p.signer(kid, d)
		if err != nil {
			return err
		}
		d.Signers = append(d.Signers, s)
	}
	switch len(kids) {
	case 0:
		d.odd(NoSigners)
	case 1:
	default:
		d.odd(SeveralSigners)
	}
	return nil
}

// serial reads the INTEGER of a certificate's number, negative ones included.
func (f *fields) serial() (*big.Int, error) {
	n := new(big.Int)
	err := f.value(tagInteger, "a serial number", func(s *cryptobyte.String) bool { return s.ReadASN1Integer(n) })
	return n, err
}
