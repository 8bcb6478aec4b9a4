package enrol

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"time"

	"khonggiay/app"
)

// PathRenewLate is on EnrolHost: a device whose certificate has ended can speak
// no mutual TLS, and must not need a new enrolment for having lain in a drawer.
const PathRenewLate = "/renew-late"

// LateRenewal is how long after its certificate has ended a device may still
// ask for the next one. What ends a lost laptop's rights is its revocation.
const LateRenewal = 365 * 24 * time.Hour

// LateRenewRequest asks for the next certificate with one that has ended. The
// next is for the same key, so whoever repeats the request gains nothing.
type LateRenewRequest struct {
	Certificate        []byte `json:"certificate"`        // the one that has ended, DER
	CertificateRequest []byte `json:"certificateRequest"` // for its key
	Version            string `json:"version,omitempty"`
}

// ReadLateRenewal reads a request, of which nothing is proved yet: it tells
// which certificate it names.
func (s *Signed) ReadLateRenewal() (*LateRenewRequest, *x509.Certificate, error) {
	var r LateRenewRequest
	if err := strict(s.Body, &r); err != nil {
		return nil, nil, fmt.Errorf("%w: %v", ErrProof, err)
	}
	cert, err := x509.ParseCertificate(r.Certificate)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: certificate", ErrProof)
	}
	return &r, cert, nil
}

// VerifyLateRenewal checks that the holder of the command key asks, for the key
// of the certificate, which the authority has given.
func (s *Signed) VerifyLateRenewal(commandKey ed25519.PublicKey, authority *x509.CertPool) (*LateRenewRequest, *ecdsa.PublicKey, error) {
	if len(commandKey) != ed25519.PublicKeySize || !ed25519.Verify(commandKey, signed(s.Body), s.Command) {
		return nil, nil, fmt.Errorf("%w: command key", ErrProof)
	}
	return s.VerifyCertificate(authority)
}

// VerifyCertificate checks that the holder of the certificate's key asks, and
// that the authority has given the certificate. It is all that can be checked of
// a device whose command key is not known any more.
func (s *Signed) VerifyCertificate(authority *x509.CertPool) (*LateRenewRequest, *ecdsa.PublicKey, error) {
	r, cert, err := s.ReadLateRenewal()
	if err != nil {
		return nil, nil, err
	}
	_, err = cert.Verify(x509.VerifyOptions{Roots: authority, CurrentTime: cert.NotBefore, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: certificate", ErrProof)
	}
	key, err := verifyCertificateRequest(r.CertificateRequest)
	if err != nil {
		return nil, nil, err
	}
	if !key.Equal(cert.PublicKey) {
		return nil, nil, fmt.Errorf("%w: another key than the certificate's", ErrProof)
	}
	return r, key, nil
}

// Expired reports whether the device's certificate has ended.
func (i *Identity) Expired(now time.Time) bool {
	at, err := i.RenewAt()
	return err == nil && !now.Before(at.Add(RenewBefore))
}

// EnrolTLS is TLS with the province's own server for a device that shows no
// certificate.
func (i *Identity) EnrolTLS() (*tls.Config, error) {
	config, err := i.TLSConfig()
	if err != nil {
		return nil, err
	}
	config.Certificates, config.ServerName, config.ClientSessionCache = nil, EnrolHost, nil
	return config, nil
}

// RenewLate is Renew for a device whose certificate has ended, over a client
// that speaks TLS as EnrolTLS says.
func (i *Identity) RenewLate(ctx context.Context, client *http.Client, address, version string) error {
	csr, err := i.Keys.certificateRequest()
	if err != nil {
		return app.Errorf(app.Internal, "internal", "renew: %w", err)
	}
	request, err := i.Keys.sign(&LateRenewRequest{Certificate: bytes.Clone(i.Certificate), CertificateRequest: csr, Version: version})
	if err != nil {
		return app.Errorf(app.Internal, "internal", "renew: %w", err)
	}
	var answer RenewAnswer
	if err := (caller{client, "https://" + address}).post(ctx, PathRenewLate, request, &answer); err != nil {
		return err
	}
	return i.renewed(&answer)
}

// renewed takes over what a renewal has brought.
func (i *Identity) renewed(answer *RenewAnswer) error {
	next := *i
	next.Certificate, next.Writer, next.ServerTime = answer.Certificate, answer.Writer, answer.ServerTime
	if len(answer.Addresses) > 0 {
		next.Addresses = answer.Addresses
	}
	if err := next.check(answer.ServerTime.Std()); err != nil {
		return app.Errorf(app.Internal, "enrol.bad_answer", "renew: %w", err)
	}
	*i = next
	return nil
}
