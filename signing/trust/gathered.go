package trust

import (
	"crypto/sha256"
	"crypto/x509"
)

// Gathered is what a verdict rests on, for whoever must come to it later and can
// ask nobody: the certificates, the anchor's too, and the lists and answers that
// decided. Nothing stands in it twice.
func (v Verdict) Gathered() (certs []*x509.Certificate, e Evidence) {
	seen := map[Fingerprint]bool{}
	once := func(der []byte) bool {
		sum := sha256.Sum256(der)
		before := seen[sum]
		seen[sum] = true
		return !before
	}
	add := func(list []*x509.Certificate) {
		for _, c := range list {
			if once(c.Raw) {
				certs = append(certs, c)
			}
		}
	}
	if v.Chain != nil {
		add(v.Chain.Certificates)
	}
	for _, of := range v.Statuses {
		for st := of; st != nil; st = st.Responder {
			add(st.Signers)
			switch {
			case len(st.Raw) == 0 || !once(st.Raw):
			case st.Source == SourceCRL:
				e.CRLs = append(e.CRLs, st.Raw)
			case st.Source == SourceOCSP:
				e.OCSPs = append(e.OCSPs, st.Raw)
			}
		}
	}
	return certs, e
}
