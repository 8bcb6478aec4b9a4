package trust_test

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

func fingerprint(i *trusttest.Issued) string {
	fp := trust.FingerprintOf(i.Cert)
	return hex.EncodeToString(fp[:])
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoadStore(t *testing.T) {
	root, other := trusttest.NewRoot(t, "Root"), trusttest.NewRoot(t, "Other")
	ca := root.IssueCA(t, "CA")
	dir := t.TempDir()
	write(t, dir, "root.der", root.Cert.Raw)
	write(t, dir, "other.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: other.Cert.Raw}))
	write(t, dir, "README.txt", []byte("not looked at"))
	s, err := trust.LoadStore(dir)
	if err != nil || len(s.Anchors()) != 2 {
		t.Fatal(s, err)
	}
	write(t, dir, "ca.crt", ca.Cert.Raw)
	problem(t, dir, "not_self_signed")

	entry := func(i *trusttest.Issued, more string) string {
		return `{"sha256":"` + fingerprint(i) + `"` + more + `}`
	}
	file := func(entries ...string) []byte {
		s := ""
		for i, e := range entries {
			if i > 0 {
				s += ","
			}
			s += e
		}
		return []byte(`{"anchors":[` + s + `]}`)
	}
	good := `,"uses":["signature","timestamp"],"kind":"official"`
	write(t, dir, "anchors.json", file(entry(root, good), entry(other, `,"uses":["timestamp"],"kind":"public","since":"2025-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z","note":"x"`),
		entry(ca, good+`,"intermediate":true`)))
	if s, err = trust.LoadStore(dir); err != nil {
		t.Fatal(err)
	}
	a, ok := s.Anchor(other.Cert)
	if !ok || a.Signature || !a.Timestamp || a.Since.Year() != 2025 || a.Until.Year() != 2027 || a.Note != "x" || a.Kind != trust.KindPublic {
		t.Errorf("%+v", a)
	}
	for want, entries := range map[string][]string{
		"unknown":         {entry(root, good), entry(other, good)}, // the CA is not named
		"not_self_signed": {entry(root, good), entry(other, good), entry(ca, good)},
		"uses":            {entry(root, `,"uses":[],"kind":"public"`), entry(other, good), entry(ca, good+`,"intermediate":true`)},
		"kind":            {entry(root, `,"uses":["signature"],"kind":"friend"`), entry(other, good), entry(ca, good+`,"intermediate":true`)},
		"dates":           {entry(root, good+`,"since":"2030-01-01T00:00:00Z","until":"2020-01-01T00:00:00Z"`), entry(other, good), entry(ca, good+`,"intermediate":true`)},
		"unreadable":      {`{"sha256":"","trust":"everything"}`},
	} {
		write(t, dir, "anchors.json", file(entries...))
		problem(t, dir, want)
	}
}

func problem(t *testing.T, dir, want string) {
	t.Helper()
	_, err := trust.LoadStore(dir)
	var bad *trust.AnchorError
	if !errors.As(err, &bad) || bad.Problem != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestAnchorsMustBeCAs(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	person := root.Issue(t, "Person")
	self := trusttest.NewRoot(t, "Self", trusttest.With(noCA))
	for want, anchors := range map[string][]trust.Anchor{
		"not_ca":     {trusttest.Anchor(self)},
		"twice":      {trusttest.Anchor(root), trusttest.Anchor(root)},
		"unreadable": {{}},
		"uses":       {{Certificate: root.Cert, Kind: trust.KindTest}},
	} {
		_, err := trust.NewStore(anchors...)
		var bad *trust.AnchorError
		if !errors.As(err, &bad) || bad.Problem != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := trust.NewStore(trusttest.Anchor(trusttest.NewRoot(t, "Signs nothing", trusttest.Usage(x509.KeyUsageCRLSign)))); err == nil {
		t.Error("a CA that may not sign certificates is an anchor")
	}
	a := trusttest.Anchor(person)
	a.Intermediate = true
	if _, err := trust.NewStore(a); err == nil {
		t.Error("a person is an anchor")
	}
}

func TestAnchorDirectory(t *testing.T) {
	problem(t, filepath.Join(t.TempDir(), "missing"), "unreadable")
	dir := t.TempDir()
	write(t, dir, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}))
	problem(t, dir, "unreadable")
	dir = t.TempDir()
	write(t, dir, "x.der", []byte("junk"))
	problem(t, dir, "unreadable")
}

func TestPolicy(t *testing.T) {
	p, err := trust.ParsePolicy([]byte(`{"crl_max_age":"36h","tsa":{"urls":["http://tsa.example/"]},"network":{"allow":["10.0.0.0/8"]},
		"algorithms":{"hashes":[{"name":"SHA-1","until":"2016-01-01T00:00:00Z"},{"name":"SHA-256"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	d := trust.DefaultPolicy()
	if time.Duration(p.CRLMaxAge) != 36*time.Hour || p.TSA.Tries != d.TSA.Tries || p.OCSPMaxAge != d.OCSPMaxAge || len(p.Network.Allow) != 1 ||
		len(p.Algorithms.Hashes) != 2 || len(p.Algorithms.Keys) != len(d.Algorithms.Keys) || !p.RequireRevocation {
		t.Errorf("%+v", p)
	}
	// A list takes the place of the default: no date of it may stay behind.
	short, err := trust.ParsePolicy([]byte(`{"algorithms":{"hashes":[{"name":"SHA-256"}],"keys":[{"kind":"EC","bits":384}]}}`))
	if err != nil || fmt.Sprint(short.Algorithms) != fmt.Sprint(trust.Algorithms{Hashes: []trust.HashRule{{Name: "SHA-256"}}, Keys: []trust.KeyRule{{Kind: "EC", Bits: 384}}}) {
		t.Errorf("%+v %v", short.Algorithms, err)
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := trust.ParsePolicy(text)
	if err != nil || fmt.Sprint(again) != fmt.Sprint(d) {
		t.Errorf("the defaults do not survive their own file: %v\n%s", err, text)
	}
	for _, bad := range []string{
		``, `[]`, `{} {}`, `{"crl_age":"1h"}`, `{"crl_max_age":3}`, `{"crl_max_age":"0s"}`, `{"clock_skew":"-1s"}`,
		`{"tsa":{"urls":["ftp://x"]}}`, `{"tsa":{"tries":0}}`, `{"network":{"allow":["everywhere"]}}`, `{"network":{"crl_bytes":1000000000}}`,
		`{"algorithms":{"hashes":[{"name":"MD5"}]}}`, `{"algorithms":{"keys":[{"kind":"RSA","bits":8}]}}`, `{"algorithms":{"keys":[{"kind":"DSA","bits":2048}]}}`,
	} {
		var wrong *trust.PolicyError
		if _, err := trust.ParsePolicy([]byte(bad)); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func noCA(c *x509.Certificate) { c.IsCA = false }
