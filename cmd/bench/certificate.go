package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

const benchHost = "sync.khonggiay.internal"

// writeCertificates makes what both ends of a line show, in the folder: an
// authority, and certificates of server and laptop as the product has them.
func writeCertificates(dir string) error {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Không Giấy"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return err
	}
	if err := writePEM(dir, "ca.pem", "CERTIFICATE", der); err != nil {
		return err
	}
	for n, who := range []string{"server", "client"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return err
		}
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(int64(2 + n)), Subject: pkix.Name{CommonName: who}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
			DNSNames: []string{benchHost}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		if der, err = x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey); err != nil {
			return err
		}
		keyDER, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		if err := writePEM(dir, who+".pem", "CERTIFICATE", der); err != nil {
			return err
		}
		if err := writePEM(dir, who+".key", "PRIVATE KEY", keyDER); err != nil {
			return err
		}
	}
	return nil
}

func writePEM(dir, name, kind string, der []byte) error {
	return os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// tlsConfig is one end's: TLS 1.3, both sides authenticated, HTTP/2.
func tlsConfig(dir, who string) (*tls.Config, error) {
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, who+".pem"), filepath.Join(dir, who+".key"))
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return &tls.Config{
		Certificates: []tls.Certificate{cert}, RootCAs: pool, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
		MinVersion: tls.VersionTLS13, ServerName: benchHost, NextProtos: []string{"h2"}, ClientSessionCache: tls.NewLRUClientSessionCache(4),
	}, nil
}

// benchKey is a signing key that both processes know.
func benchKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("bench " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}
