package trust

import (
	"crypto/x509"
	"net/http"
)

// For tests of what is not exported.
var (
	CheckRedirect = checkRedirect
	NameKey       = nameKey
)

// MayDial is the guard of the fetcher.
func MayDial(n Network, address string) error { return n.mayDial(address) }

// ParseAnchors reads anchors.json as LoadStore does.
func ParseAnchors(text []byte, certs []*x509.Certificate) ([]Anchor, error) {
	return parseAnchors(text, certs)
}

// ReadCRL reads a list and looks for the certificate, whoever signed it.
func ReadCRL(der []byte, c *x509.Certificate) error {
	list, err := parseCRL(der)
	if err != nil {
		return err
	}
	list.about(c)
	_, _, err = list.find(c)
	return err
}

// ReadOCSP reads a response and looks for the certificate, whoever signed it.
func ReadOCSP(der []byte, c, issuer *x509.Certificate) error {
	r, err := parseOCSP(der)
	if err != nil {
		return err
	}
	r.about(c, issuer)
	return nil
}

// NamesAllowed holds a subject against name constraints, if both can be read.
func NamesAllowed(subject, rules []byte) bool {
	r, ok := readNameRules(rules)
	n, named := namesOf(&x509.Certificate{RawSubject: subject})
	return ok && named && r.allow(n)
}

// SetTransport puts another network under the fetcher.
func SetTransport(f *Fetcher, t http.RoundTripper) { f.client.Transport = t }
