package trust_test

import (
	"crypto/x509"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestSameVerdictForAnyOrder: the verdict depends on the set of certificates
// and evidence only, not on order or repetition. Otherwise one document would
// be believed on one laptop and not on another.
func TestSameVerdictForAnyOrder(t *testing.T) {
	rootA, rootB := trusttest.NewRoot(t, "Root A"), trusttest.NewRoot(t, "Root B")
	ca := rootA.IssueCA(t, "CA")
	expired := rootA.IssueCA(t, "CA", trusttest.UseKey(ca.Key), trusttest.Valid(now.Add(-90*day), now.Add(-day)))
	cross := rootB.IssueCA(t, "CA", trusttest.UseKey(ca.Key))
	noCA := rootB.IssueCA(t, "CA", trusttest.UseKey(ca.Key), trusttest.Usage(x509.KeyUsageCRLSign))
	ring := rootA.IssueCA(t, "Root B", trusttest.UseKey(rootB.Key))
	twin := trusttest.NewRoot(t, "CA")
	soup := []*trusttest.Issued{ca, expired, cross, noCA, ring, twin, rootA, rootB}
	persons := []*trusttest.Issued{ca.Issue(t, "Person"), twin.Issue(t, "Mallory"), ca.Issue(t, "Old", trusttest.Valid(now.Add(-90*day), now.Add(-day)))}
	crls := [][]byte{rootA.SignCRL(t, trusttest.CRL{}), rootB.SignCRL(t, trusttest.CRL{}), ca.SignCRL(t, trusttest.CRL{}),
		// Of the same second as the clean list.
		ca.SignCRL(t, trusttest.CRL{Entries: []x509.RevocationListEntry{trusttest.Revoked(persons[0].Cert, now.Add(-2*day), 6)}}),
		ca.SignCRL(t, trusttest.CRL{This: now.Add(-3 * day), Entries: []x509.RevocationListEntry{trusttest.Revoked(persons[0].Cert, now.Add(-4*day), 6)}}),
		rootA.SignCRL(t, trusttest.CRL{This: now.Add(-2 * day), Entries: []x509.RevocationListEntry{trusttest.Revoked(ca.Cert, now.Add(-3*day), 1)}})}
	validators := []*trust.Validator{validator(t, rootA), validator(t, rootB), validator(t, rootA, rootB), validator(t, trusttest.NewRoot(t, "Root C"))}
	rapid.Check(t, func(r *rapid.T) {
		v := rapid.SampledFrom(validators).Draw(r, "validator")
		person := rapid.SampledFrom(persons).Draw(r, "person")
		certs := rapid.SliceOfDistinct(rapid.SampledFrom(soup), func(i *trusttest.Issued) *trusttest.Issued { return i }).Draw(r, "certs")
		evidence := rapid.SliceOfDistinct(rapid.SampledFrom(crls), func(b []byte) *byte { return &b[0] }).Draw(r, "crls")
		first := verdict(r, v, person, certs, evidence)
		certs = append(rapid.Permutation(certs).Draw(r, "order"), certs...)
		evidence = append(rapid.Permutation(evidence).Draw(r, "order of lists"), evidence...)
		if second := verdict(r, v, person, certs, evidence); second != first {
			r.Fatalf("first %s\nthen %s", first, second)
		}
	})
}

// verdict is all that a screen shows of a verdict, as text.
func verdict(r *rapid.T, v *trust.Validator, person *trusttest.Issued, certs []*trusttest.Issued, crls [][]byte) string {
	got := v.Validate(r.Context(), trust.Request{Certificate: person.Cert, Candidates: trusttest.Certs(certs...), At: now, Evidence: trust.Evidence{CRLs: crls}})
	s := fmt.Sprint(got.Failure)
	if got.Chain != nil {
		for _, c := range got.Chain.Certificates {
			s += fmt.Sprintf(" %x", trust.FingerprintOf(c))
		}
	}
	for _, st := range got.Statuses {
		s += fmt.Sprint(" ", st.State, st.ThisUpdate, st.Since)
	}
	return s
}
