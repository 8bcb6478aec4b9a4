package remote_test

import (
	"crypto"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var morning = time.Date(2026, 11, 30, 6, 15, 0, 0, time.UTC)

// shown is what the telephone shows.
const shown = "Ký Quyết định 15/QĐ-UBND và 1 văn bản khác"

// A program at work: its clock, and what it has kept.
type program struct {
	*remote.Client
	t     testing.TB
	clock *remotetest.Clock
	kept  [][]byte
}

func newProgram(t testing.TB, p remote.Provider, clock *remotetest.Clock) *program {
	prog := &program{t: t, clock: clock}
	prog.Client = &remote.Client{Provider: p, Clock: clock, Keep: func(r *remote.Request) error {
		b, err := r.MarshalBinary()
		prog.kept = append(prog.kept, b)
		return err
	}}
	return prog
}

// restarted is the request as the next start of the program finds it.
func (prog *program) restarted() *remote.Request {
	prog.t.Helper()
	return restore(prog.t, prog.kept[len(prog.kept)-1])
}

func restore(t testing.TB, b []byte) *remote.Request {
	t.Helper()
	r := new(remote.Request)
	if err := r.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	return r
}

func link(clock *remotetest.Clock, s interface{ Transport() http.RoundTripper }) remote.Link {
	return remote.Link{Clock: clock, Transport: s.Transport()}
}

// cscProgram is a program that has the server's token.
func cscProgram(t testing.TB, s *remotetest.CSC, edit ...func(*remote.CSCConfig)) *program {
	t.Helper()
	clock := remotetest.NewClock(morning)
	c := remote.CSCConfig{Name: "csc", BaseURL: s.BaseURL(), Version: remote.CSCVersion(s.Version), Tokens: remote.Bearer(s.Token()),
		Async: s.Async, Codes: map[string]remote.Reason{"phone_timeout": remote.Expired}, Link: link(clock, s)}
	for _, e := range edit {
		e(&c)
	}
	p := must[*remote.CSC](t)(remote.NewCSC(c))
	t.Cleanup(p.Close)
	return newProgram(t, p, clock)
}

// mssProgram is a program that is let in.
func mssProgram(t testing.TB, s *remotetest.MSS, edit ...func(*remote.MSSConfig)) *program {
	t.Helper()
	clock := remotetest.NewClock(morning)
	c := remote.MSSConfig{Name: "mss", SignatureURL: s.SignatureURL(), StatusURL: s.StatusURL(), RegistrationURL: s.RegistrationURL(),
		APID: remotetest.APID, APPassword: remote.Secret(remotetest.APPassword), MSSPID: remotetest.MSSPID, Bare: s.Bare,
		SignatureProfile: "http://mobile-id.example/digitalSignature", Format: "http://uri.etsi.org/TS102204/v1.1.2#PKCS1",
		Services: []string{"http://mobile-id.example/#signingCertificate"}, Link: link(clock, s)}
	for _, e := range edit {
		e(&c)
	}
	p := must[*remote.MSS](t)(remote.NewMSS(c))
	t.Cleanup(p.Close)
	return newProgram(t, p, clock)
}

func (prog *program) credential(person string) remote.Credential {
	prog.t.Helper()
	list := must[[]remote.Credential](prog.t)(prog.Provider.Credentials(prog.t.Context(), person))
	if len(list) != 1 {
		prog.t.Fatalf("%d credentials", len(list))
	}
	return list[0]
}

// order is one for documents of these names, in the credential's first scheme.
func order(c remote.Credential, names ...string) remote.Order {
	o := remote.Order{Credential: c, Text: shown}
	for _, n := range names {
		o.Documents = append(o.Documents, remote.Document{Name: n, Digest: digest(c.Schemes[0], n)})
	}
	return o
}

func digest(s signing.Scheme, text string) []byte {
	switch s.Hash {
	case crypto.SHA384:
		sum := sha512.Sum384([]byte(text))
		return sum[:]
	case crypto.SHA512:
		sum := sha512.Sum512([]byte(text))
		return sum[:]
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// typed are the right factors.
func typed() remote.Factors {
	return remote.Factors{PIN: remote.Secret(remotetest.PIN), OTP: remote.Secret(remotetest.OTP)}
}

// wantSigned checks that a request has its signatures.
func wantSigned(t testing.TB, r *remote.Request, err error) {
	t.Helper()
	if err != nil || r.State != remote.Signed || len(r.Values) != len(r.Documents) {
		t.Fatalf("%v, state %s, %d values", err, r.State, len(r.Values))
	}
}

// wantEnd checks how a request stands, and why.
func wantEnd(t testing.TB, r *remote.Request, err error, s remote.State, reason remote.Reason) {
	t.Helper()
	if r == nil || r.State != s || r.Reason != reason || len(r.Values) > 0 || remote.ReasonOf(err) != reason {
		t.Fatalf("error %v, request %+v; want %s, %s", err, r, s, reason)
	}
}

func wantReason(t testing.TB, err error, want remote.Reason) *remote.Error {
	t.Helper()
	var e *remote.Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Fatalf("error %v, want %s", err, want)
	}
	return e
}

func rings(t testing.TB, p *remotetest.Phone, want int) {
	t.Helper()
	if n := len(p.Rings()); n != want {
		t.Errorf("the telephone has rung %d times, want %d", n, want)
	}
}

func rsaKey(t testing.TB) *softkey.Key { return softkeytest.New(t, softkeytest.RSA2048, nil) }

func ecKey(t testing.TB) *softkey.Key { return softkeytest.New(t, softkeytest.P256, nil) }

// ecdsaAlgos are the names of ECDSA in key/algo.
var ecdsaAlgos = []string{"1.2.840.10045.2.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3"}

func phoned(t testing.TB, version int, edit ...func(*remotetest.CSC)) *remotetest.CSC {
	s := remotetest.NewCSC(t, version, remotetest.Phoned, ecKey(t))
	s.Algos = ecdsaAlgos
	for _, e := range edit {
		e(s)
	}
	return s
}

type certificate = x509.Certificate
