package pki

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 397 * 24 * time.Hour // the longest that browsers take
	serverRenew   = 60 * 24 * time.Hour  // left when the next one is made
	// skew is how far the clock of a laptop may be behind.
	skew = 48 * time.Hour
)

func serial() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 126))
	if err != nil {
		return nil, err
	}
	return n.Add(n, big.NewInt(1)), nil
}

// selfSign makes the authority's certificate.
func (a *Authority) selfSign(province string, now time.Time) ([]byte, error) {
	n, err := serial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          n,
		Subject:               pkix.Name{CommonName: "Không Giấy CA", Organization: []string{province}},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(authorityLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
	}
	return x509.CreateCertificate(rand.Reader, template, template, a.key.Public(), a.key)
}

// IssueDevice gives the certificate of a device, bound to its id and its person,
// for the key that it proved to hold. Laptops that meet without the server know
// each other by it.
func (a *Authority) IssueDevice(device, person app.ID, key *ecdsa.PublicKey, now time.Time) ([]byte, error) {
	n, err := serial()
	if err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber:          n,
		Subject:               pkix.Name{CommonName: string(device), SerialNumber: string(person)},
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(enrol.CertificateLife),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}, a.cert, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("issue certificate: %w", err)
	}
	return der, nil
}

// Thumbprint names a certificate in the list of devices.
func Thumbprint(der []byte) app.Hash { return sha256.Sum256(der) }

// Issued reports whether a certificate is of this authority, and in force at the time.
func (a *Authority) Issued(certificate []byte, at app.Time) bool {
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return false
	}
	_, err = cert.Verify(x509.VerifyOptions{Roots: a.Pool(), CurrentTime: at.Std(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	return err == nil
}

// ServerCertificate is the certificate last given by EnsureServer.
func (a *Authority) ServerCertificate() *tls.Certificate {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.server
}

// EnsureServer makes sure that there is a server certificate for the internal
// host names and these names and addresses, with time left. It is called at
// start and again now and then; renewed tells that a new one was made.
func (a *Authority) EnsureServer(names []string, now time.Time) (renewed bool, err error) {
	dns, ips := splitNames(names)
	key, err := readKey(a.path(serverKeyFile), newP256)
	if err != nil {
		return false, fmt.Errorf("server certificate: %w", err)
	}
	leaf, err := a.readServer(key, dns, ips, now)
	if err != nil {
		return false, fmt.Errorf("server certificate: %w", err)
	}
	if leaf == nil {
		if leaf, err = a.issueServer(key, dns, ips, now); err != nil {
			return false, fmt.Errorf("server certificate: %w", err)
		}
		renewed = true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	// The authority goes along, so that a code's fingerprint can be checked.
	a.server = &tls.Certificate{Certificate: [][]byte{leaf.Raw, a.cert.Raw}, PrivateKey: key, Leaf: leaf}
	return renewed, nil
}

// readServer returns the stored certificate, or nil when another is needed.
func (a *Authority) readServer(key *ecdsa.PrivateKey, dns []string, ips []net.IP, now time.Time) (*x509.Certificate, error) {
	der, err := readPEM(a.path(serverCertFile), typeCertificate)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(der)
	if err != nil || c.CheckSignatureFrom(a.cert) != nil || !key.PublicKey.Equal(c.PublicKey) {
		return nil, nil
	}
	fits := now.After(c.NotBefore) && now.Before(c.NotAfter.Add(-serverRenew)) &&
		slices.Equal(c.DNSNames, dns) && slices.EqualFunc(c.IPAddresses, ips, net.IP.Equal)
	if !fits {
		return nil, nil
	}
	return c, nil
}

func (a *Authority) issueServer(key *ecdsa.PrivateKey, dns []string, ips []net.IP, now time.Time) (*x509.Certificate, error) {
	n, err := serial()
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber:          n,
		Subject:               pkix.Name{CommonName: enrol.SyncHost},
		DNSNames:              dns,
		IPAddresses:           ips,
		NotBefore:             now.Add(-skew),
		NotAfter:              now.Add(serverLife),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	if err := writePEM(a.path(serverCertFile), typeCertificate, 0o644, der, a.cert.Raw); err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// splitNames sorts names and addresses and adds the internal host names.
func splitNames(names []string) (dns []string, ips []net.IP) {
	dns = []string{enrol.SyncHost, enrol.EnrolHost}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			ips = append(ips, ip)
		} else if n != "" {
			dns = append(dns, n)
		}
	}
	slices.Sort(dns)
	slices.SortFunc(ips, func(a, b net.IP) int { return slices.Compare(a.To16(), b.To16()) })
	return slices.Compact(dns), slices.CompactFunc(ips, net.IP.Equal)
}
