package enrol

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"time"
)

// courierLife is how long the courier's certificate is good for; its peers pin
// it by hash, so it is never renewed.
const courierLife = 20 * 365 * 24 * time.Hour

// Keys are the four key pairs of one device. Their private halves are made on
// the device and never leave it.
type Keys struct {
	TLS     *ecdsa.PrivateKey  // P-256: the client side of mutual TLS
	Command ed25519.PrivateKey // signs commands
	Sealing hpke.PrivateKey    // X25519: content keys are wrapped to it
	Courier *ecdsa.PrivateKey  // P-384: the courier's own TLS
	// CourierCertificate is the self-signed certificate, DER, by whose SHA-256
	// the courier's peers know this device.
	CourierCertificate []byte
}

// sealingKEM is the key encapsulation of every sealing key (RFC 9180).
func sealingKEM() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// NewKeys makes the keys of a device.
func NewKeys(now time.Time) (*Keys, error) {
	k := &Keys{}
	var err error
	if k.TLS, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("make TLS key: %w", err)
	}
	if _, k.Command, err = ed25519.GenerateKey(rand.Reader); err != nil {
		return nil, fmt.Errorf("make command key: %w", err)
	}
	if k.Sealing, err = sealingKEM().GenerateKey(); err != nil {
		return nil, fmt.Errorf("make sealing key: %w", err)
	}
	if k.Courier, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader); err != nil {
		return nil, fmt.Errorf("make courier key: %w", err)
	}
	k.CourierCertificate, err = courierCertificate(k.Courier, now)
	return k, err
}

// courierCertificate makes the certificate in the shape that Syncthing expects
// of a device: self-signed, valid as client and as server.
func courierCertificate(key *ecdsa.PrivateKey, now time.Time) ([]byte, error) {
	const name = "syncthing"
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, fmt.Errorf("courier certificate: %w", err)
	}
	start := now.UTC().Truncate(24 * time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		DNSNames:              []string{name},
		NotBefore:             start,
		NotAfter:              start.Add(courierLife),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}, &x509.Certificate{Subject: pkix.Name{CommonName: name}}, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("courier certificate: %w", err)
	}
	return der, nil
}

// certificateRequest makes the PKCS #10 request for the TLS key. It names
// nobody: the server decides whom the certificate is for.
func (k *Keys) certificateRequest() ([]byte, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, k.TLS)
	if err != nil {
		return nil, fmt.Errorf("certificate request: %w", err)
	}
	return der, nil
}

// LogValue keeps the keys out of the logs.
func (k *Keys) LogValue() slog.Value { return slog.StringValue("device keys") }

// keysJSON is the stored form: PKCS #8 and raw private keys, base64.
type keysJSON struct {
	TLS                []byte `json:"tls"`
	Command            []byte `json:"command"`
	Sealing            []byte `json:"sealing"`
	Courier            []byte `json:"courier"`
	CourierCertificate []byte `json:"courierCertificate"`
}

// MarshalJSON writes the private keys: for the device's own protected store only.
func (k *Keys) MarshalJSON() ([]byte, error) {
	var j keysJSON
	var err error
	if j.TLS, err = x509.MarshalPKCS8PrivateKey(k.TLS); err != nil {
		return nil, err
	}
	if j.Command, err = x509.MarshalPKCS8PrivateKey(k.Command); err != nil {
		return nil, err
	}
	if j.Sealing, err = k.Sealing.Bytes(); err != nil {
		return nil, err
	}
	if j.Courier, err = x509.MarshalPKCS8PrivateKey(k.Courier); err != nil {
		return nil, err
	}
	j.CourierCertificate = k.CourierCertificate
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (k *Keys) UnmarshalJSON(b []byte) error {
	var j keysJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	var err error
	if k.TLS, err = pkcs8[*ecdsa.PrivateKey](j.TLS); err != nil {
		return fmt.Errorf("TLS key: %w", err)
	}
	if k.Command, err = pkcs8[ed25519.PrivateKey](j.Command); err != nil {
		return fmt.Errorf("command key: %w", err)
	}
	if k.Sealing, err = sealingKEM().NewPrivateKey(j.Sealing); err != nil {
		return fmt.Errorf("sealing key: %w", err)
	}
	if k.Courier, err = pkcs8[*ecdsa.PrivateKey](j.Courier); err != nil {
		return fmt.Errorf("courier key: %w", err)
	}
	k.CourierCertificate = j.CourierCertificate
	return nil
}

func pkcs8[K any](der []byte) (K, error) {
	var none K
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return none, errors.New("not a PKCS #8 key") // the parser's words could quote the key
	}
	k, ok := key.(K)
	if !ok {
		return none, fmt.Errorf("a key of type %T", key)
	}
	return k, nil
}
