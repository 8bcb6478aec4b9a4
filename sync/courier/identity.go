package courier

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/syncthing/syncthing/lib/protocol"
)

// ID names a node: the SHA-256 of its certificate, in Syncthing's spelling of 52
// letters and digits with check digits, in groups of seven.
type ID string

// ParseID reads an id as a peer wrote it, in any spelling Syncthing takes.
func ParseID(text string) (ID, error) {
	id, err := protocol.DeviceIDFromString(text)
	if err != nil || id == protocol.EmptyDeviceID {
		return "", fmt.Errorf("courier: %q is no device id", text)
	}
	return ID(id.String()), nil
}

// IDOf is the id of the node whose certificate has that SHA-256.
func IDOf(certificate [32]byte) ID { return ID(protocol.DeviceID(certificate).String()) }

func (id ID) device() protocol.DeviceID {
	d, _ := protocol.DeviceIDFromString(string(id))
	return d
}

// Identity is a node's certificate with its key. It is made once for a machine:
// whoever has it is that machine to all peers, so the key stays on its disk.
type Identity struct{ Certificate tls.Certificate }

// certificateYears: a node is known by its certificate's hash, so a new one would
// be another node. What ends a node is that its peers drop it.
const certificateYears = 40

// NewIdentity makes a certificate of its own with an ECDSA P-256 key, and its PEM
// form to be kept.
func NewIdentity() (Identity, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, nil, err
	}
	now := time.Now().Truncate(24 * time.Hour).UTC()
	template := x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes([]byte(rand.Text()[:8])),
		Subject:               pkix.Name{CommonName: commonName},
		DNSNames:              []string{commonName},
		NotBefore:             now.AddDate(0, 0, -1),
		NotAfter:              now.AddDate(certificateYears, 0, 0),
		SignatureAlgorithm:    x509.ECDSAWithSHA256,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return Identity{}, nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Identity{}, nil, err
	}
	kept := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	kept = append(kept, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	identity, err := ParseIdentity(kept)
	return identity, kept, err
}

// ParseIdentity reads the PEM form.
func ParseIdentity(kept []byte) (Identity, error) {
	c, err := tls.X509KeyPair(kept, kept)
	if err != nil {
		return Identity{}, fmt.Errorf("courier: certificate: %w", err)
	}
	return Identity{c}, nil
}

// ID is the node's id.
func (i Identity) ID() ID { return ID(protocol.NewDeviceID(i.Certificate.Certificate[0]).String()) }
