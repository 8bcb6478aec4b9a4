package enrol

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"khonggiay/app"
)

// Laptops that meet without the server know each other by the certificates that
// it gave them: each names a device and its person.

// Peer is a laptop of the same province.
type Peer struct {
	Device app.ID
	Person app.ID
}

var errPeer = errors.New("enrol: not a laptop of this province")

// PeerOf reads who is on the other side of a connection made with PeerTLS.
func PeerOf(state *tls.ConnectionState) (Peer, error) {
	if state == nil || len(state.PeerCertificates) == 0 {
		return Peer{}, errPeer
	}
	name := state.PeerCertificates[0].Subject
	p := Peer{Device: app.ID(name.CommonName), Person: app.ID(name.SerialNumber)}
	if !p.Device.Valid() || !p.Person.Valid() {
		return Peer{}, errPeer
	}
	return p, nil
}

// PeerTLS is either side of mutual TLS between laptops. Addresses mean nothing on
// an office's network: what counts is that the province has enrolled the other.
// now is this machine's best idea of the time.
func (i *Identity) PeerTLS(now func() time.Time) (*tls.Config, error) {
	_, pool, err := i.certificates()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		Certificates:       []tls.Certificate{{Certificate: [][]byte{i.Certificate}, PrivateKey: i.Keys.TLS}},
		ClientAuth:         tls.RequireAnyClientCert,
		InsecureSkipVerify: true, // there is no name to verify; VerifyConnection verifies the rest
		NextProtos:         []string{"http/1.1"},
		Time:               now,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 {
				return errPeer
			}
			_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now(),
				KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
			if err != nil {
				return errPeer
			}
			_, err = PeerOf(&state)
			return err
		},
	}, nil
}
