package validator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
)

// graveCMS are oddities that let a message mean two things, or more than the
// document shows. An attribute twice is grave where its meaning is known, and
// then the verification fails; producers list several of their programs so.
var graveCMS = []cms.Oddity{cms.SeveralSigners, cms.NoSigners, cms.Encapsulated, cms.NoSignedAttrs,
	cms.SeveralValues, cms.OtherContentType, cms.OtherAlgorithms, cms.NoContentType,
	cms.NoMessageDigest, cms.UnreadableAttr, cms.DigestMismatch}

// verify checks the value of a signature against the bytes that it covers.
func (v *run) verify(m *mark) {
	m.claimTime()
	m.readGrant(v.file)
	if m.covered < 0 {
		v.showSigner(m)
		return
	}
	before := len(m.Findings)
	switch m.SubFilter {
	case subFilterPAdES, subFilterPKCS7, subFilterSHA1:
		v.verifySignature(m)
	case subFilterTimestamp:
		v.verifyTimestamp(m)
	default:
		m.note(found(SubFilterOdd, "sub_filter", m.SubFilter))
	}
	worst, _ := verdict(m.Findings[before:])
	m.sound = worst == signing.TotalPassed
}

// showSigner tells who seems to have signed although the signature is no good.
func (v *run) showSigner(m *mark) {
	data, err := cms.Parse(m.value, cms.Limits{})
	if err != nil || len(data.Signers) != 1 {
		return
	}
	if result, _ := cms.Verify(data.Signers[0], nil); result.Certificate != nil {
		m.describe(result.Certificate)
	}
}

func (v *run) verifySignature(m *mark) {
	var err error
	if m.data, err = cms.Parse(m.value, cms.Limits{}); err != nil {
		m.note(trouble(err, CMSMalformed))
		return
	}
	if m.data.Trailing > 0 && !m.data.TrailingZero {
		m.note(found(ContentsJunk, "bytes", m.data.Trailing))
	}
	if len(m.data.Signers) != 1 {
		m.note(found(CMSOdd, "what", cms.SeveralSigners, "signers", len(m.data.Signers)))
		return
	}
	m.signer = m.data.Signers[0]
	m.judgeOddities(slices.Concat(m.data.Oddities, m.signer.Oddities))
	digest, err := v.contentDigest(m)
	if err == nil {
		m.result, err = cms.Verify(m.signer, digest, v.dss.certificates...)
	}
	v.concludeCMS(m, err)
	if m.SubFilter != subFilterPAdES {
		m.note(found(NotPAdES, "sub_filter", m.SubFilter))
	} else if m.result != nil && !m.result.SignedCert {
		m.note(found(NoSigningCert))
	}
}

// judgeOddities notes what is odd about a message. An old form of signature has
// its content inside: the digest of the document. The older forms need no signed
// attributes; that somebody stripped them is out of the question, for the value
// is then made over a document or its digest, and not over attributes.
func (m *mark) judgeOddities(odd []cms.Oddity) {
	for _, o := range odd {
		switch {
		case o == cms.Encapsulated && m.SubFilter == subFilterSHA1:
		case o == cms.NoSignedAttrs && m.SubFilter != subFilterPAdES:
			m.note(found(NoSignedAttributes))
		case slices.Contains(graveCMS, o):
			m.note(found(CMSOdd, "what", o))
		case o != cms.NoESSCert:
			m.note(found(CMSNote, "what", o))
		}
	}
}

// contentDigest is the digest of what the message signs.
func (v *run) contentDigest(m *mark) ([]byte, error) {
	h, err := m.signer.Hash()
	if err != nil {
		return nil, err
	}
	if m.SubFilter != subFilterSHA1 {
		return v.digest(m, h)
	}
	sum, err := v.digest(m, crypto.SHA1)
	if err != nil {
		return nil, err
	}
	if len(m.data.Content) != sha1.Size || string(m.data.Content) != string(sum) {
		return nil, cms.ErrHash
	}
	return hashed(h, m.data.Content), nil
}

func hashed(h crypto.Hash, b []byte) []byte {
	d := h.New()
	d.Write(b)
	return d.Sum(nil)
}

// A prefix is the digest of the beginning of the file, up to an offset.
type prefix struct {
	hash.Cloner
	to int64
}

// digest is that of the covered bytes. Signatures follow each other in the file,
// and each covers what the one before covers: that is read once for all.
func (v *run) digest(m *mark, h crypto.Hash) ([]byte, error) {
	p := v.sums[h]
	if p == nil || p.to > m.ranges[1] {
		start, ok := h.New().(hash.Cloner)
		if !ok {
			return nil, fmt.Errorf("the digest of %v cannot be continued", h)
		}
		p = &prefix{Cloner: start}
		v.sums[h] = p
	}
	if err := v.hash(p, p.to, m.ranges[1]-p.to); err != nil {
		delete(v.sums, h)
		return nil, err
	}
	p.to = m.ranges[1]
	d, err := p.Clone()
	if err != nil {
		return nil, err
	}
	if err := v.hash(d, m.ranges[2], m.ranges[3]); err != nil {
		return nil, err
	}
	return d.Sum(nil), nil
}

// hash takes in bytes of the file.
func (v *run) hash(d hash.Hash, from, n int64) error {
	if _, err := io.CopyN(d, io.NewSectionReader(v.r, from, n), n); err != nil {
		return &pdf.ReadError{Err: err}
	}
	return nil
}

func (v *run) verifyTimestamp(m *mark) {
	var err error
	if m.stamp, err = cms.ParseTimestamp(m.value, cms.Limits{}); err != nil {
		m.note(trouble(err, CMSMalformed))
		return
	}
	m.data, m.signer = m.stamp.Data, m.stamp.Signer
	if m.data.Trailing > 0 && !m.data.TrailingZero {
		m.note(found(ContentsJunk, "bytes", m.data.Trailing))
	}
	for _, o := range slices.Concat(m.data.Oddities, m.signer.Oddities) {
		m.note(found(CMSNote, "what", o))
	}
	digest, err := v.digest(m, m.stamp.Hash)
	if err == nil {
		m.result, err = m.stamp.Verify(digest, v.dss.certificates...)
	}
	v.concludeCMS(m, err)
	if m.result != nil && m.result.Certificate != nil {
		m.Timestamp = &Timestamp{Time: m.stamp.GenTime, By: person(m.result.Certificate.Subject).Name}
	}
}

// concludeCMS notes what came of the verification.
func (v *run) concludeCMS(m *mark, err error) {
	var read *pdf.ReadError
	switch {
	case errors.As(err, &read):
		m.note(trouble(err, Unreadable))
	case err != nil:
		indication, sub := cms.Verdict(err)
		m.note(found(CryptoWrong, "detail", err.Error()).as(indication, sub))
	case m.result.AsWritten:
		m.note(found(ValueAsWritten))
	}
	if m.result == nil || m.result.Certificate == nil {
		return
	}
	m.describe(m.result.Certificate)
	if h, err := m.signer.Hash(); err == nil {
		m.Algorithms = &Algorithms{Hash: h.String(), Key: keyName(m.result.Certificate.PublicKey)}
	}
	if m.result.WeakDigest || m.result.WeakKey {
		m.note(found(Weak, "digest", m.result.WeakDigest, "key", m.result.WeakKey))
	}
}

func keyName(key crypto.PublicKey) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "EC " + k.Curve.Params().Name
	}
	return fmt.Sprintf("%T", key)
}

// claimTime reads /M, which any clock may have written.
func (m *mark) claimTime() {
	s, ok := m.dict.Get("M").(pdf.String)
	if !ok {
		return
	}
	if t, ok := parseDate(s.Text()); ok {
		m.ClaimedTime = &t
	}
}

// parseDate reads a date of ISO 32000-2, 7.9.4. Parts may be missing from the end.
func parseDate(s string) (time.Time, bool) {
	const layout = "20060102150405"
	if len(s) > 2 && s[:2] == "D:" {
		s = s[2:]
	}
	digits := 0
	for digits < len(s) && digits < len(layout) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits < 4 || digits%2 != 0 {
		return time.Time{}, false
	}
	zone, ok := parseZone(s[digits:])
	if !ok {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(layout[:digits], s[:digits], zone)
	return t, err == nil
}

// parseZone reads Z, +HH'mm', -HH'mm' or nothing, which is taken for UTC.
func parseZone(s string) (*time.Location, bool) {
	if s == "" || s[0] == 'Z' {
		return time.UTC, true
	}
	var hours, minutes int
	if _, err := fmt.Sscanf(s[1:]+"'00'", "%2d'%2d'", &hours, &minutes); err != nil || s[0] != '+' && s[0] != '-' || hours > 23 || minutes > 59 {
		return nil, false
	}
	offset := hours*3600 + minutes*60
	if s[0] == '-' {
		offset = -offset
	}
	if offset == 0 {
		return time.UTC, true
	}
	return time.FixedZone("", offset), true
}
