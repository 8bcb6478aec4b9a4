package verify

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"

	"khonggiay/signing/cms"
	"khonggiay/signing/trust"
)

// MaxCertificateFile bounds a file of certificates; authorities hand out some KB.
const MaxCertificateFile = 256 << 10

// Bounds of what is read of one.
const (
	maxCertificates = 50
	maxElements     = 20_000 // of a PKCS #7 message
)

// ErrNoCertificates: a file that holds no certificates, or more than them.
var ErrNoCertificates = errors.New("verify: not a file of certificates")

// ReadCertificates reads a file in which an authority hands out its
// certificates: one in DER, several in PEM, or a PKCS #7 message that carries
// certificates and signs nothing (.p7b), in DER, BER or PEM. Each stands in the
// answer once, in the order of the file. One that cannot be read spoils all:
// nobody is shown half of a file. The error is ErrNoCertificates.
func ReadCertificates(b []byte) ([]*x509.Certificate, error) {
	if len(b) > MaxCertificateFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrNoCertificates, len(b))
	}
	certs, err := readCertificates(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoCertificates, err)
	}
	var once []*x509.Certificate
	for _, c := range certs {
		if !slices.ContainsFunc(once, c.Equal) {
			once = append(once, c)
		}
	}
	if len(once) == 0 || len(once) > maxCertificates {
		return nil, fmt.Errorf("%w: %d certificates", ErrNoCertificates, len(once))
	}
	return once, nil
}

func readCertificates(b []byte) ([]*x509.Certificate, error) {
	if bytes.Contains(b, []byte("-----BEGIN")) {
		if block, rest := pem.Decode(b); block != nil && (block.Type == "PKCS7" || block.Type == "CMS") && len(bytes.TrimSpace(rest)) == 0 {
			return readMessage(block.Bytes)
		}
		return trust.ParseCertificates(b)
	}
	certs, err := trust.ParseCertificates(b)
	if err == nil {
		return certs, nil
	}
	inside, other := readMessage(b)
	if other != nil {
		return nil, errors.Join(err, other)
	}
	return inside, nil
}

// readMessage takes the certificates out of a message that nobody has signed.
func readMessage(b []byte) (certs []*x509.Certificate, err error) {
	data, err := cms.Parse(b, cms.Limits{Size: MaxCertificateFile, Elements: maxElements})
	switch {
	case err != nil:
		return nil, err
	case len(data.Signers) > 0 || len(data.Content) > 0 || data.Trailing > 0 && !data.TrailingZero:
		return nil, errors.New("a message that carries more than certificates")
	}
	for _, c := range data.Certificates {
		cert, err := trust.ParseCertificate(c.Raw)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
	}
	return certs, nil
}
