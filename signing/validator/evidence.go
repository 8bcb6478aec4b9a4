package validator

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"

	"khonggiay/signing/pdf"
	"khonggiay/signing/trust"
)

// evidence is what the document brings along for its signatures: the document
// security store of EN 319 142-1, 5.4.2.
type evidence struct {
	trust.Evidence
	certificates []*x509.Certificate
	since        int   // the first revision with a store, -1 if none has one
	left         int64 // bytes that may be read
}

// Bounds on the pieces that are read, each and together; the trust package has a
// bound of its own on those that it uses.
const (
	maxEvidence      = 1000
	maxEvidenceBytes = 32 << 20
	maxEvidenceTotal = 64 << 20
)

// readDSS reads the newest store. What cannot be read in it proves nothing, and
// is no fault of a signature.
func (v *run) readDSS() {
	v.dss.since, v.dss.left = -1, maxEvidenceTotal
	for i := range v.file.Revisions() {
		view := v.file.At(i)
		catalog, err := view.Catalog()
		if err != nil {
			continue
		}
		store, err := view.Dict(catalog.Get("DSS"))
		if err != nil || len(store.Entries) == 0 {
			continue
		}
		if v.dss.since < 0 {
			v.dss.since = i
		}
		if i == v.report.Revisions-1 {
			v.readStore(view, store)
		}
	}
}

// readStore reads a store's lists; those of /VRI repeat what stands in them, or
// should.
func (v *run) readStore(view *pdf.View, store *pdf.Dict) {
	seen := map[pdf.Ref]bool{}
	v.readLists(view, store, seen, "Certs", "CRLs", "OCSPs")
	vri, err := view.Dict(store.Get("VRI"))
	if err != nil {
		return
	}
	for _, e := range vri.Entries {
		if d, err := view.Dict(e.Value); err == nil {
			v.readLists(view, d, seen, "Cert", "CRL", "OCSP")
		}
	}
}

func (v *run) readLists(view *pdf.View, d *pdf.Dict, seen map[pdf.Ref]bool, certs, crls, ocsps pdf.Name) {
	for _, der := range v.readStreams(view, d.Get(certs), seen) {
		if c, err := trust.ParseCertificate(der); err == nil {
			v.dss.certificates = append(v.dss.certificates, c)
		}
	}
	v.dss.CRLs = append(v.dss.CRLs, v.readStreams(view, d.Get(crls), seen)...)
	v.dss.OCSPs = append(v.dss.OCSPs, v.readStreams(view, d.Get(ocsps), seen)...)
}

func (v *run) readStreams(view *pdf.View, list pdf.Object, seen map[pdf.Ref]bool) [][]byte {
	refs, err := view.Array(list)
	if err != nil {
		return nil
	}
	var all [][]byte
	for _, o := range refs {
		ref, ok := o.(pdf.Ref)
		if !ok || seen[ref] || len(seen) >= maxEvidence {
			continue
		}
		seen[ref] = true
		stream, err := view.Get(ref)
		s, ok := stream.(*pdf.Stream)
		if err != nil || !ok {
			continue
		}
		b, err := view.BytesWithin(s, min(maxEvidenceBytes, v.dss.left))
		v.dss.left -= int64(len(b))
		if err == nil {
			all = append(all, b)
		}
	}
	return all
}

// evidenceOf is that of the document, and what the signature itself carries.
func (v *run) evidenceOf(m *mark) trust.Evidence {
	e := trust.Evidence{CRLs: v.dss.CRLs, OCSPs: v.dss.OCSPs}
	if m.data == nil {
		return e
	}
	e.CRLs = append(e.CRLs[:len(e.CRLs):len(e.CRLs)], m.data.CRLs...)
	e.OCSPs = e.OCSPs[:len(e.OCSPs):len(e.OCSPs)]
	for _, der := range m.signer.RevocationInfo() {
		crls, ocsps := archived(der)
		e.CRLs, e.OCSPs = append(e.CRLs, crls...), append(e.OCSPs, ocsps...)
	}
	return e
}

// archived reads RevocationInfoArchival (ISO 32000-2, 12.8.3.3.2).
func archived(der []byte) (crls, ocsps [][]byte) {
	var archival struct {
		CRLs  []asn1.RawValue `asn1:"optional,explicit,tag:0"`
		OCSPs []asn1.RawValue `asn1:"optional,explicit,tag:1"`
		Other asn1.RawValue   `asn1:"optional,explicit,tag:2"`
	}
	if _, err := asn1.Unmarshal(der, &archival); err != nil {
		return nil, nil
	}
	for _, raw := range archival.CRLs {
		crls = append(crls, raw.FullBytes)
	}
	for _, raw := range archival.OCSPs {
		ocsps = append(ocsps, raw.FullBytes)
	}
	return crls, ocsps
}

// candidates are certificates that may lie between a signer and an anchor.
func (v *run) candidates(m *mark) []*x509.Certificate {
	all := v.dss.certificates[:len(v.dss.certificates):len(v.dss.certificates)]
	if m.data == nil {
		return all
	}
	for _, c := range m.data.Certificates {
		if c.Cert != nil {
			all = append(all, c.Cert)
		}
	}
	return all
}

// person reads a name. Several values of a kind are joined.
func person(n pkix.Name) Person {
	p := Person{Name: n.CommonName, Organisation: strings.Join(n.Organization, ", "),
		Unit: strings.Join(n.OrganizationalUnit, ", "), Subject: n.String()}
	if p.Name == "" {
		p.Name = p.Subject
	}
	return p
}
