package verify

import (
	"context"
	"crypto/x509"

	"khonggiay/signing/trust"
)

// Signer says what is known of the certificate with which somebody is about to
// sign (NĐ 23/2025/NĐ-CP, Điều 15; Circular 15/2025/TT-BKHCN, Điều 5): by the
// roots and the evidence of this machine. That nothing is known is a failure,
// too; what it weighs is for the caller to say.
func (v *Verifier) Signer(ctx context.Context, cert *x509.Certificate, issuers []*x509.Certificate) (trust.Verdict, error) {
	t, _, err := v.trusted()
	if err != nil {
		return trust.Verdict{}, err
	}
	return t.Validate(ctx, trust.Request{Certificate: cert, Candidates: issuers, Usage: trust.ForSignature, At: v.now()}), nil
}
