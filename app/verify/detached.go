package verify

import (
	"context"
	"crypto/x509"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/trust"
)

// Detached is what is known of a signature that lies beside what it signs.
type Detached struct {
	Indication    signing.Indication
	SubIndication signing.SubIndication
	Certificate   *x509.Certificate // nil if it was not found
}

// maxDetached bounds a detached signature; one has some KiB.
const maxDetached = 1 << 20

// Detached judges a detached CAdES signature (ETSI EN 319 122-1, B-B) over the
// content, at this moment. The error is a folder of roots that cannot be used, or
// the end of ctx.
func (v *Verifier) Detached(ctx context.Context, der, content []byte) (Detached, error) {
	t, _, err := v.trusted()
	if err != nil {
		return Detached{}, err
	}
	data, err := cms.Parse(der, cms.Limits{Size: maxDetached})
	if err != nil || len(data.Signers) != 1 || !data.Detached() || data.Trailing > 0 {
		return Detached{Indication: signing.TotalFailed, SubIndication: signing.FormatFailure}, nil
	}
	signer := data.Signers[0]
	res, err := verifyOver(signer, content)
	d := Detached{Certificate: res.Certificate}
	d.Indication, d.SubIndication = cms.Verdict(err)
	switch {
	case err != nil:
		return d, nil
	case !res.SignedCert, res.AsWritten, res.WeakDigest, res.WeakKey, len(data.Oddities) > 0, len(signer.Oddities) > 0:
		d.Indication, d.SubIndication = signing.Indeterminate, signing.SigConstraintsFailure
		return d, nil
	}
	within, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	verdict := t.Validate(within, trust.Request{Certificate: res.Certificate, Candidates: certificates(data), Usage: trust.ForSignature, At: v.now()})
	if ctx.Err() != nil {
		return d, ctx.Err()
	}
	if f := verdict.Failure; f != nil {
		d.Indication, d.SubIndication = signing.Indeterminate, signing.SubIndication(f.Sub)
		if f.Sub == trust.Revoked || f.Sub == trust.Expired || f.Sub == trust.NotYetValid {
			d.Indication = signing.TotalFailed
		}
	}
	return d, nil
}

// certificates are those of the message that can be read.
func certificates(data *cms.SignedData) (certs []*x509.Certificate) {
	for _, c := range data.Certificates {
		if c.Cert != nil {
			certs = append(certs, c.Cert)
		}
	}
	return certs
}

func verifyOver(s *cms.SignerInfo, content []byte) (*cms.Result, error) {
	h, err := s.Hash()
	if err != nil {
		return &cms.Result{}, err
	}
	if !h.Available() {
		return &cms.Result{}, &cms.UnsupportedError{What: h.String()}
	}
	sum := h.New()
	sum.Write(content)
	return cms.Verify(s, sum.Sum(nil))
}
