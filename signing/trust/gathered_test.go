package trust_test

import (
	"crypto/x509"
	"slices"
	"testing"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestGathered: a verdict stands by what it rests on and the roots alone, whoever
// has signed the list or the answer; and by nothing less.
func TestGathered(t *testing.T) {
	o := newOffice(t)
	lists := o.root.IssueCA(t, "CA", trusttest.Usage(x509.KeyUsageCRLSign))
	const at = "http://r/1"
	responder := o.ca.IssueResponder(t, "OCSP", trusttest.Links(at, "", ""))
	n := byte(len(at))
	ofResponders := crlExt(28, append([]byte{0x30, n + 6, 0xa0, n + 4, 0xa0, n + 2, 0x86, n}, at...)) // says nothing of the person
	answer := o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{Responder: responder})
	onlyCAs := o.ca.SignCRL(t, trusttest.CRL{Extensions: crlExt(28, sequence["onlyCAs"])})
	for name, c := range map[string]struct {
		candidates  []*x509.Certificate
		crls, ocsps [][]byte
	}{
		"list":                       {crls: [][]byte{o.ca.SignCRL(t, trusttest.CRL{})}},
		"list of another key":        {candidates: trusttest.Certs(lists), crls: [][]byte{lists.SignCRL(t, trusttest.CRL{})}},
		"answer":                     {crls: [][]byte{onlyCAs}, ocsps: [][]byte{o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{})}},
		"answer of a helper":         {ocsps: [][]byte{o.ca.SignOCSP(t, o.person.Cert, trusttest.OCSP{Responder: o.ca.IssueResponder(t, "OCSP", trusttest.NoCheck())})}},
		"answer of one who is asked": {candidates: trusttest.Certs(lists), crls: [][]byte{lists.SignCRL(t, trusttest.CRL{Extensions: ofResponders})}, ocsps: [][]byte{answer}},
	} {
		t.Run(name, func(t *testing.T) {
			req := o.request(c.crls, c.ocsps)
			req.Candidates = append(req.Candidates, c.candidates...)
			v := validator(t, o.root)
			first := v.Validate(t.Context(), req)
			want(t, first.Failure, "", "")
			certs, evidence := first.Gathered()
			req.Candidates, req.Evidence = certs, evidence
			want(t, v.Validate(t.Context(), req).Failure, "", "")
			if !slices.ContainsFunc(certs, o.root.Cert.Equal) {
				t.Error("the anchor is not among the certificates")
			}
			for i := range evidence.CRLs {
				less := req
				less.Evidence.CRLs = slices.Delete(slices.Clone(evidence.CRLs), i, i+1)
				want(t, v.Validate(t.Context(), less).Failure, trust.TryLater, trust.ReasonStatusUnknown)
			}
			for i := range evidence.OCSPs {
				less := req
				less.Evidence.OCSPs = slices.Delete(slices.Clone(evidence.OCSPs), i, i+1)
				want(t, v.Validate(t.Context(), less).Failure, trust.TryLater, trust.ReasonStatusUnknown)
			}
		})
	}
}
