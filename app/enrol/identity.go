package enrol

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// Certificates are good for CertificateLife; a device asks for the next one
// when RenewBefore is left, so that a month without a line costs nothing.
const (
	CertificateLife = 90 * 24 * time.Hour
	RenewBefore     = 45 * 24 * time.Hour
)

// Identity is an enrolled device: its keys and what the server said. It is
// stored by the device, protected, as JSON.
type Identity struct {
	Answer
	Keys *Keys `json:"keys"`
}

// check verifies that the certificate chains to the authority and is for our key.
func (i *Identity) check(now time.Time) error {
	cert, pool, err := i.certificates()
	if err != nil {
		return err
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return fmt.Errorf("device certificate: %w", err)
	}
	if !i.Keys.TLS.PublicKey.Equal(cert.PublicKey) {
		return errors.New("device certificate: for another key")
	}
	if len(i.ServerKey) != ed25519.PublicKeySize {
		return errors.New("server key: wrong size")
	}
	return nil
}

func (i *Identity) certificates() (*x509.Certificate, *x509.CertPool, error) {
	cert, err := x509.ParseCertificate(i.Certificate)
	if err != nil {
		return nil, nil, fmt.Errorf("device certificate: %w", err)
	}
	authority, err := x509.ParseCertificate(i.Authority)
	if err != nil {
		return nil, nil, fmt.Errorf("authority certificate: %w", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	return cert, pool, nil
}

// TLSConfig is the client side of mutual TLS with the server: whatever address
// is dialled, only the province's own authority and SyncHost are accepted.
func (i *Identity) TLSConfig() (*tls.Config, error) {
	_, pool, err := i.certificates()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		ServerName:         SyncHost,
		RootCAs:            pool,
		Certificates:       []tls.Certificate{{Certificate: [][]byte{i.Certificate}, PrivateKey: i.Keys.TLS}},
		ClientSessionCache: tls.NewLRUClientSessionCache(8),
		NextProtos:         []string{"h2", "http/1.1"},
	}, nil
}

// RenewAt is when the device should ask for its next certificate.
func (i *Identity) RenewAt() (time.Time, error) {
	cert, err := x509.ParseCertificate(i.Certificate)
	if err != nil {
		return time.Time{}, fmt.Errorf("device certificate: %w", err)
	}
	return cert.NotAfter.Add(-RenewBefore), nil
}

// ServerPublicKey verifies the server's signatures under results.
func (i *Identity) ServerPublicKey() ed25519.PublicKey { return ed25519.PublicKey(i.ServerKey) }

// ProvincePublicKey is what content keys are escrowed to.
func (i *Identity) ProvincePublicKey() (hpke.PublicKey, error) { return parseSealingKey(i.ProvinceKey) }
