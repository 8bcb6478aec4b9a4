package cms

import (
	"bytes"
	"slices"
)

func (p *parser) signer(e element, d *SignedData) (*SignerInfo, error) {
	f, err := p.fields(e, universal, tagSequence, 4, "SignerInfo")
	if err != nil {
		return nil, err
	}
	s := &SignerInfo{contentType: oid(d.ContentType), certs: d.Certificates}
	if s.Version, err = f.version(); err != nil {
		return nil, err
	}
	if err := p.signerID(f, s); err != nil {
		return nil, err
	}
	if s.DigestAlgorithm, err = f.algorithm("a digest algorithm"); err != nil {
		return nil, err
	}
	if err := p.signedAttributes(f, s); err != nil {
		return nil, err
	}
	if s.SignatureAlgorithm, err = f.algorithm("a signature algorithm"); err != nil {
		return nil, err
	}
	sig, err := f.take(universal, tagOctets, "a signature")
	if err != nil {
		return nil, err
	}
	if s.Signature, err = p.text(sig, tagOctets, 5); err != nil {
		return nil, err
	}
	if f.next(contextual, 1) {
		if s.UnsignedAttributes, err = p.attributes(f.kids[0]); err != nil {
			return nil, err
		}
		f.kids = f.kids[1:]
	}
	s.judge(d)
	return s, f.done()
}

func (p *parser) signerID(f *fields, s *SignerInfo) error {
	if f.next(contextual, 0) {
		var err error
		s.SubjectKeyID, err = p.text(f.kids[0], tagOctets, 5)
		f.kids = f.kids[1:]
		if s.Version != 3 {
			s.odd(UnknownVersion)
		}
		return err
	}
	if s.Version != 1 {
		s.odd(UnknownVersion)
	}
	e, err := f.take(universal, tagSequence, "issuerAndSerialNumber")
	if err != nil {
		return err
	}
	id, err := p.fields(e, universal, tagSequence, 5, "issuerAndSerialNumber")
	if err != nil {
		return err
	}
	name, err := id.take(universal, tagSequence, "an issuer")
	if err != nil {
		return err
	}
	if s.Issuer, err = p.der(name, 6); err != nil {
		return err
	}
	if s.Serial, err = id.serial(); err != nil {
		return err
	}
	return id.done()
}

// signedAttributes reads the attributes and keeps what may have been hashed.
// RFC 5652 hashes their DER with the tag of a SET. Signers exist that hash what
// they wrote, in their own order; both are the same attributes.
func (p *parser) signedAttributes(f *fields, s *SignerInfo) error {
	if !f.next(contextual, 0) {
		s.odd(NoSignedAttrs)
		return nil
	}
	e := f.kids[0]
	f.kids = f.kids[1:]
	var err error
	if s.SignedAttributes, err = p.attributes(e); err != nil {
		return err
	}
	if len(s.SignedAttributes) == 0 {
		return &FormatError{Offset: e.start, What: "an empty set of signed attributes"}
	}
	parts, err := p.derChildren(e, 5)
	if err != nil {
		return err
	}
	asIs := bytes.Clone(p.raw(e))
	asIs[0] = 0x20 | tagSet
	sorted := setOf(universal, tagSet, parts...)
	s.signed = [][]byte{sorted}
	if !bytes.Equal(sorted, asIs) {
		s.signed = append(s.signed, asIs)
	}
	if !slices.IsSortedFunc(parts, bytes.Compare) {
		s.odd(UnsortedAttrs)
	}
	return s.fromDER(sorted, p.limits)
}

// fromDER reads the known attributes from their DER, so that what is understood
// is what was hashed.
func (s *SignerInfo) fromDER(set []byte, limits Limits) error {
	r, err := newReader(set, limits)
	if err != nil {
		return err
	}
	e, err := r.element(0, len(set), 0)
	if err != nil {
		return err
	}
	attrs, err := (&parser{reader: r}).attributes(e)
	if err != nil {
		return err
	}
	s.readAttributes(attrs)
	return nil
}

func (p *parser) attributes(e element) ([]Attribute, error) {
	kids, err := p.children(e, 5)
	if err != nil {
		return nil, err
	}
	attrs := make([]Attribute, 0, len(kids))
	for _, kid := range kids {
		f, err := p.fields(kid, universal, tagSequence, 6, "an attribute")
		if err != nil {
			return nil, err
		}
		var a Attribute
		if a.OID, err = f.oid("an attribute's type"); err != nil {
			return nil, err
		}
		set, err := f.take(universal, tagSet, "an attribute's values")
		if err != nil {
			return nil, err
		}
		values, err := p.children(set, 7)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			a.Values = append(a.Values, p.raw(v))
		}
		if err := f.done(); err != nil {
			return nil, err
		}
		attrs = append(attrs, a)
	}
	return attrs, nil
}

// judge reports what does not fit together in a signer's part.
func (s *SignerInfo) judge(d *SignedData) {
	listed := func(a Algorithm) bool { return a.OID.Equal(s.DigestAlgorithm.OID) }
	if !slices.ContainsFunc(d.DigestAlgorithms, listed) {
		s.odd(UnlistedDigest)
	}
	if sameHash(s) != nil {
		s.odd(DigestMismatch)
	}
	if s.signed == nil {
		return
	}
	switch {
	case s.attrs.contentType == nil:
		s.odd(NoContentType)
	case !s.attrs.contentType.Equal(d.ContentType):
		s.odd(OtherContentType)
	}
	if !s.sameAlgorithms() {
		s.odd(OtherAlgorithms)
	}
	if s.attrs.digest == nil {
		s.odd(NoMessageDigest)
	}
	if s.attrs.ess == nil {
		s.odd(NoESSCert)
	}
}

// sameHash fails if the signature algorithm names another hash than the digest
// algorithm. An unknown algorithm is Verify's to report.
func sameHash(s *SignerInfo) error {
	h, err := s.Hash()
	if err != nil {
		return nil
	}
	scheme, err := s.SignatureAlgorithm.sigScheme()
	if err != nil || scheme.hash == 0 || scheme.hash == h {
		return nil
	}
	return &UnsupportedError{What: "another hash in the signature than in the digest"}
}

// sameAlgorithms reports whether the algorithms are those that the signer
// protected, RFC 6211; true if he protected none.
func (s *SignerInfo) sameAlgorithms() bool {
	a := s.attrs.algorithms
	return a == nil || a[0].same(s.DigestAlgorithm) && a[1].same(s.SignatureAlgorithm)
}
