package enrol

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"testing"
	"time"
)

// sample is a laptop's keys and its request for a province.
func sample(f *testing.F) (*Keys, Code, *Signed) {
	f.Helper()
	keys, err := NewKeys(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		f.Fatal(err)
	}
	code := NewCode([]byte("authority"))
	signed, err := enrolRequest(code, keys, Device{Name: "máy thử", Platform: "test/1", Version: "v1"})
	if err != nil {
		f.Fatal(err)
	}
	return keys, code, signed
}

// FuzzEnrolmentMessage: whatever a stranger sends is a request whose every key
// was proven, or ErrProof.
func FuzzEnrolmentMessage(f *testing.F) {
	_, _, signed := sample(f)
	f.Add([]byte(signed.Body), signed.Command, signed.Courier)
	f.Add([]byte(`{}`), []byte{}, []byte{})
	f.Add([]byte(`{"commandKey":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`), make([]byte, ed25519.SignatureSize), []byte{0x30, 0x00})
	f.Fuzz(func(t *testing.T, body, command, courier []byte) {
		s := &Signed{Body: body, Command: command, Courier: courier}
		r, key, err := s.Verify()
		if err != nil {
			if !errors.Is(err, ErrProof) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if key == nil || len(r.CommandKey) != ed25519.PublicKeySize {
			t.Fatalf("accepted without its keys: %+v", r)
		}
		if string(body) != string(signed.Body) && string(r.CommandKey) == string(mustRequest(t, signed).CommandKey) {
			t.Fatalf("another request under the same key: %s", body)
		}
	})
}

func mustRequest(t *testing.T, s *Signed) *Request {
	t.Helper()
	r, _, err := s.Verify()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// FuzzSignedBody gives bodies that the stranger has signed with his own key:
// past the signatures, into the certificate requests and certificates.
func FuzzSignedBody(f *testing.F) {
	keys, _, signed := sample(f)
	var r Request
	if err := json.Unmarshal(signed.Body, &r); err != nil {
		f.Fatal(err)
	}
	f.Add(r.CertificateRequest, r.CourierCertificate, r.SealingKey, r.DeviceName)
	f.Add([]byte{0x30, 0x80}, []byte{0x30, 0x00}, make([]byte, 32), "\x00")
	f.Fuzz(func(t *testing.T, csr, courier, sealing []byte, name string) {
		again := r
		again.CertificateRequest, again.CourierCertificate, again.SealingKey, again.DeviceName = csr, courier, sealing, name
		s, err := keys.sign(&again)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Verify(); err != nil && !errors.Is(err, ErrProof) {
			t.Fatalf("not a refusal: %v", err)
		}
		renewal, err := keys.sign(&RenewRequest{CertificateRequest: csr, Version: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := renewal.VerifyRenewal(r.CommandKey); err != nil && !errors.Is(err, ErrProof) {
			t.Fatalf("not a refusal of a renewal: %v", err)
		}
		late, err := keys.sign(&LateRenewRequest{Certificate: courier, CertificateRequest: csr, Version: name})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := late.VerifyLateRenewal(r.CommandKey, x509.NewCertPool()); !errors.Is(err, ErrProof) {
			t.Fatalf("a certificate that no authority gave: %v", err)
		}
	})
}

// FuzzInvitation: a file that somebody was sent is an invitation whose parts
// belong together, or it is refused.
func FuzzInvitation(f *testing.F) {
	authority := []byte("not a certificate, but its bytes")
	i := Invitation{Code: NewCode(authority).String(), Addresses: []string{"a.test:8443"}, Person: "p", PersonName: "Nguyễn Thị Lan",
		Authority: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority}))}
	b, err := i.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"format":"khonggiay-invitation-1","addresses":["a"],"code":"KG1-","authority":""}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		i, code, err := ParseInvitation(b)
		if err != nil {
			if !errors.Is(err, ErrNotInvitation) && !errors.Is(err, ErrNotCode) && !errors.Is(err, ErrCodeTypo) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		block, _ := pem.Decode([]byte(i.Authority))
		if len(i.Addresses) == 0 || block == nil || FingerprintOf(block.Bytes) != code.Fingerprint {
			t.Fatalf("accepted %s", b)
		}
	})
}
