package enrol

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
)

// authority is a small province for these tests.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{key: key}
	a.cert = a.issue(t, key.Public(), &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

func (a *authority) issue(t *testing.T, public any, template *x509.Certificate) *x509.Certificate {
	t.Helper()
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	parent := template
	if a.cert != nil {
		parent = a.cert
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, a.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// serve answers on EnrolHost with a certificate of this authority.
func (a *authority) serve(t *testing.T, names []string, h http.Handler) string {
	t.Helper()
	leaf := a.issue(t, a.key.Public(), &x509.Certificate{DNSNames: names, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	s := httptest.NewUnstartedServer(h)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw, a.cert.Raw}, PrivateKey: a.key}}}
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// enrolment is the least that a server does.
func (a *authority) enrolment(t *testing.T, got *Request) http.Handler {
	serverKey, _, _ := ed25519.GenerateKey(rand.Reader)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var s Signed
		if err := json.NewDecoder(r.Body).Decode(&s); err != nil {
			t.Error(err)
		}
		request, public, err := s.Verify()
		if err != nil {
			w.WriteHeader(http.StatusForbidden)
			json.NewEncoder(w).Encode(Refusal{app.Forbidden, "enrol.code_unknown"})
			return
		}
		*got = *request
		cert := a.issue(t, public, &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		json.NewEncoder(w).Encode(Answer{Device: "d1", Writer: 7, Person: "p1", Certificate: cert.Raw,
			Authority: a.cert.Raw, ServerKey: serverKey, ServerTime: app.TimeOf(time.Now())})
	})
}

func testKeys(t *testing.T) *Keys {
	t.Helper()
	k, err := NewKeys(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestClientEnrols(t *testing.T) {
	a := newAuthority(t)
	var got Request
	address := a.serve(t, []string{EnrolHost}, a.enrolment(t, &got))
	code, keys := NewCode(a.cert.Raw), testKeys(t)
	identity, err := new(Client).Enrol(context.Background(), "https://"+address+"/", code, keys, Device{Name: "máy của Lan"})
	if err != nil {
		t.Fatal(err)
	}
	if identity.Writer != 7 || got.DeviceName != "máy của Lan" || [SecretSize]byte(got.Secret) != code.Secret {
		t.Errorf("identity %+v, request %+v", identity.Answer, got)
	}
	stored, err := json.Marshal(identity)
	if err != nil {
		t.Fatal(err)
	}
	var again Identity
	if err := json.Unmarshal(stored, &again); err != nil {
		t.Fatal(err)
	}
	if err := again.check(time.Now()); err != nil || !again.Keys.Command.Equal(keys.Command) || !again.Keys.Courier.Equal(keys.Courier) {
		t.Errorf("identity does not survive its store: %v", err)
	}
}

func TestClientRefusesAnotherAuthority(t *testing.T) {
	ours, other := newAuthority(t), newAuthority(t)
	asked := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the request reached a stranger") })
	code := NewCode(ours.cert.Raw)
	for name, address := range map[string]string{
		"another authority": other.serve(t, []string{EnrolHost}, asked),
		"another host name": ours.serve(t, []string{"other.example"}, asked),
	} {
		_, err := new(Client).Enrol(context.Background(), address, code, testKeys(t), Device{})
		if !errors.Is(err, errAuthority) || app.AsError(err).Reason != "enrol.wrong_server" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A chain that shows the right authority but was not made by it proves nothing.
func TestClientRefusesBorrowedAuthority(t *testing.T) {
	ours, thief := newAuthority(t), newAuthority(t)
	leaf := thief.issue(t, thief.key.Public(), &x509.Certificate{DNSNames: []string{EnrolHost}})
	err := verifyPinned([]*x509.Certificate{leaf, ours.cert}, FingerprintOf(ours.cert.Raw), time.Now())
	if !errors.Is(err, errAuthority) {
		t.Error(err)
	}
}

func TestClientTellsWrongClock(t *testing.T) {
	a := newAuthority(t)
	address := a.serve(t, []string{EnrolHost}, http.NotFoundHandler())
	c := &Client{Now: func() time.Time { return time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC) }}
	_, err := c.Enrol(context.Background(), address, NewCode(a.cert.Raw), testKeys(t), Device{})
	if app.AsError(err).Reason != "enrol.clock_wrong" {
		t.Error(err)
	}
}

func TestClientTellsUnreachable(t *testing.T) {
	_, err := new(Client).Enrol(context.Background(), "127.0.0.1:1", Code{}, testKeys(t), Device{})
	if e := app.AsError(err); e.Code != app.Offline || e.Reason != "enrol.unreachable" {
		t.Error(err)
	}
}

func TestVerifyWantsEveryProof(t *testing.T) {
	keys, other := testKeys(t), testKeys(t)
	csr, err := keys.certificateRequest()
	if err != nil {
		t.Fatal(err)
	}
	good := Request{CertificateRequest: csr, CommandKey: keys.Command.Public().(ed25519.PublicKey),
		SealingKey: keys.Sealing.PublicKey().Bytes(), CourierCertificate: keys.CourierCertificate}
	sign := func(k *Keys, change func(*Request)) *Signed {
		r := good
		change(&r)
		s, err := k.sign(r)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if _, _, err := sign(keys, func(*Request) {}).Verify(); err != nil {
		t.Fatal(err)
	}
	damaged := sign(keys, func(*Request) {})
	damaged.Body = []byte(strings.Replace(string(damaged.Body), `"deviceName":""`, `"deviceName":"x"`, 1))
	brokenCSR := append([]byte(nil), csr...)
	brokenCSR[len(brokenCSR)-1] ^= 1
	for name, s := range map[string]*Signed{
		"changed after signing": damaged,
		"another command key":   sign(other, func(r *Request) { r.CourierCertificate = other.CourierCertificate }),
		"another courier":       sign(keys, func(r *Request) { r.CourierCertificate = other.CourierCertificate }),
		"no courier":            sign(keys, func(r *Request) { r.CourierCertificate = nil }),
		"bad sealing key":       sign(keys, func(r *Request) { r.SealingKey = []byte{1} }),
		"unsigned csr":          sign(keys, func(r *Request) { r.CertificateRequest = brokenCSR }),
		"empty":                 {},
	} {
		if _, _, err := s.Verify(); !errors.Is(err, ErrProof) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInvitation(t *testing.T) {
	a := newAuthority(t)
	code := NewCode(a.cert.Raw)
	i := Invitation{Code: code.String(), Addresses: []string{"10.0.0.1:8443"}, PersonName: "Nguyễn Thị Lan",
		Authority: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))}
	b, err := i.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, gotCode, err := ParseInvitation(b)
	if err != nil || gotCode != code || got.PersonName != i.PersonName {
		t.Errorf("%+v %v", got, err)
	}
	i.Authority = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: newAuthority(t).cert.Raw}))
	b, _ = i.Encode()
	for name, b := range map[string][]byte{"another authority": b, "empty": nil, "other JSON": []byte("{}")} {
		if _, _, err := ParseInvitation(b); !errors.Is(err, ErrNotInvitation) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"hop.tinh.gov.vn": "hop.tinh.gov.vn:8443", " https://10.1.2.3:443/x ": "10.1.2.3:443",
		"10.1.2.3": "10.1.2.3:8443", "[fd00::1]:9": "[fd00::1]:9", "fd00::1": "[fd00::1]:8443",
		"": "", "a b": "", "https://": "", "u@h": "",
	} {
		got, err := Address(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Address(%q) = %q, %v", text, got, err)
		}
	}
}
