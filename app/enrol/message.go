package enrol

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"

	"khonggiay/app"
)

// Host names inside the province's own certificate. They are never looked up:
// a client dials the server's address and asks for one of them by SNI.
const (
	// SyncHost wants a client certificate, at every request.
	SyncHost = "sync.khonggiay.internal"
	// EnrolHost answers those who have none yet.
	EnrolHost = "enrol.khonggiay.internal"
)

// Paths. Enrol is on EnrolHost, the others on SyncHost. All are POST, JSON.
const (
	PathEnrol = "/enrol"
	PathRenew = "/renew"
)

// PathWhereabouts is where a device asks, on SyncHost, how far a document has
// come: GET PathWhereabouts + document id → api.OfficeCopies.
const PathWhereabouts = "/whereabouts/"

// PathMeetings is where a device joins the live side of a meeting, on SyncHost:
// a WebSocket at PathMeetings + meeting id + "/live" or "/conference"
// (meeting/room/PROTOCOL.md).
const PathMeetings = "/meetings/"

// MaxMessage is the largest request or answer, bytes.
const MaxMessage = 64 << 10

// Request registers a device with all its keys.
type Request struct {
	Secret             []byte `json:"secret"`             // from the code
	CertificateRequest []byte `json:"certificateRequest"` // PKCS #10 for the TLS key, DER
	CommandKey         []byte `json:"commandKey"`         // Ed25519 public key
	SealingKey         []byte `json:"sealingKey"`         // X25519 public key (RFC 9180)
	CourierCertificate []byte `json:"courierCertificate"` // self-signed, DER
	DeviceName         string `json:"deviceName"`         // what the person sees in the list: the computer's name
	Platform           string `json:"platform,omitempty"` // "linux/amd64"
	Version            string `json:"version,omitempty"`  // of the program
	Authority          []byte `json:"authority"`          // fingerprint from the code: the request is for this province alone
	Person             app.ID `json:"person,omitempty"`   // whose data the machine holds already: no other person's code will do
}

// Signed carries a message with proof that its sender holds the keys named in
// it. Signatures are over the exact bytes of Body.
type Signed struct {
	Body    json.RawMessage `json:"body"`
	Command []byte          `json:"command"`           // Ed25519 by the command key
	Courier []byte          `json:"courier,omitempty"` // ECDSA P-384 over SHA-256 by the courier's key
}

// Answer is what the server gives for an accepted request.
type Answer struct {
	Device      app.ID   `json:"device"`
	Writer      uint32   `json:"writer"` // first half of the ids of the device's commands
	Person      app.ID   `json:"person"`
	PersonName  string   `json:"personName"`
	Office      app.ID   `json:"office"`
	OfficeName  string   `json:"officeName"`
	Certificate []byte   `json:"certificate"` // DER, bound to the device
	Authority   []byte   `json:"authority"`   // DER of the province's authority
	ServerKey   []byte   `json:"serverKey"`   // Ed25519: signs results
	ProvinceKey []byte   `json:"provinceKey"` // X25519: content keys are escrowed to it
	Epoch       uint64   `json:"epoch"`       // of the server's data; another one after a restore
	Addresses   []string `json:"addresses"`   // host:port, best first
	ServerTime  app.Time `json:"serverTime"`
}

// RenewRequest asks for the next certificate, for the same TLS key or a new
// one. NewWriter asks for another writer number: the device's database was
// restored or made anew, so its counters start again.
type RenewRequest struct {
	CertificateRequest []byte `json:"certificateRequest"`
	NewWriter          bool   `json:"newWriter,omitempty"`
	Version            string `json:"version,omitempty"`
}

// RenewAnswer is the answer to a RenewRequest.
type RenewAnswer struct {
	Certificate []byte   `json:"certificate"`
	Writer      uint32   `json:"writer"`
	Addresses   []string `json:"addresses"`
	ServerTime  app.Time `json:"serverTime"`
	// Standing tells, with a new writer number, which counter the server expects
	// next from each writer that the device ever was.
	Standing map[uint32]uint32 `json:"standing,omitempty"`
}

// Refusal is the answer to a request that was not accepted. Reasons:
// "enrol.code_unknown" (wrong, used, expired or blocked: which is not told),
// "enrol.bad_request", "enrol.busy", "enrol.person_closed", "enrol.other_person",
// "device.revoked", "device.forgotten" (see Forgotten), "internal".
type Refusal struct {
	Code   app.Code `json:"code"`
	Reason string   `json:"reason"`
}

// signingContext keeps signatures of this protocol apart from all others.
const signingContext = "khonggiay enrolment 1\x00"

func signed(body []byte) []byte { return append([]byte(signingContext), body...) }

// sign wraps a message with the device's proofs.
func (k *Keys) sign(message any) (*Signed, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(signed(body))
	courier, err := ecdsa.SignASN1(rand.Reader, k.Courier, sum[:])
	if err != nil {
		return nil, fmt.Errorf("sign request: %w", err)
	}
	return &Signed{Body: body, Command: ed25519.Sign(k.Command, signed(body)), Courier: courier}, nil
}

// ErrProof means that a request does not prove what it claims.
var ErrProof = errors.New("enrol: request without proof of its keys")

// Verify checks every proof of a request and returns it with the public key of
// its certificate request. ErrProof when anything is missing or wrong.
func (s *Signed) Verify() (*Request, *ecdsa.PublicKey, error) {
	var r Request
	if err := strict(s.Body, &r); err != nil {
		return nil, nil, fmt.Errorf("%w: %v", ErrProof, err)
	}
	if len(r.CommandKey) != ed25519.PublicKeySize || !ed25519.Verify(r.CommandKey, signed(s.Body), s.Command) {
		return nil, nil, fmt.Errorf("%w: command key", ErrProof)
	}
	if err := s.verifyCourier(r.CourierCertificate); err != nil {
		return nil, nil, err
	}
	if _, err := parseSealingKey(r.SealingKey); err != nil {
		return nil, nil, fmt.Errorf("%w: sealing key", ErrProof)
	}
	key, err := verifyCertificateRequest(r.CertificateRequest)
	if err != nil {
		return nil, nil, err
	}
	return &r, key, nil
}

func (s *Signed) verifyCourier(der []byte) error {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("%w: courier certificate", ErrProof)
	}
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	sum := sha256.Sum256(signed(s.Body))
	if !ok || key.Curve != elliptic.P384() || !ecdsa.VerifyASN1(key, sum[:], s.Courier) {
		return fmt.Errorf("%w: courier key", ErrProof)
	}
	return nil
}

// VerifyRenewal checks a renewal against the command key that the device
// registered.
func (s *Signed) VerifyRenewal(commandKey ed25519.PublicKey) (*RenewRequest, *ecdsa.PublicKey, error) {
	if len(commandKey) != ed25519.PublicKeySize || !ed25519.Verify(commandKey, signed(s.Body), s.Command) {
		return nil, nil, fmt.Errorf("%w: command key", ErrProof)
	}
	var r RenewRequest
	if err := strict(s.Body, &r); err != nil {
		return nil, nil, fmt.Errorf("%w: %v", ErrProof, err)
	}
	key, err := verifyCertificateRequest(r.CertificateRequest)
	if err != nil {
		return nil, nil, err
	}
	return &r, key, nil
}

// verifyCertificateRequest checks the request's own signature and returns its
// key, which must be on P-256.
func verifyCertificateRequest(der []byte) (*ecdsa.PublicKey, error) {
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil || csr.CheckSignature() != nil {
		return nil, fmt.Errorf("%w: certificate request", ErrProof)
	}
	key, ok := csr.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%w: TLS key is not on P-256", ErrProof)
	}
	return key, nil
}

// parseSealingKey reads a public sealing key.
func parseSealingKey(b []byte) (hpke.PublicKey, error) { return sealingKEM().NewPublicKey(b) }

// strict decodes one JSON value with no unknown fields and nothing after it.
func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New("not the expected JSON")
	}
	if d.More() {
		return errors.New("more than one JSON value")
	}
	return nil
}
