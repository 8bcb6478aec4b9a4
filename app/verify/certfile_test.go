package verify

import (
	"bytes"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/demopki"
	"khonggiay/signing/trust/trusttest"
)

func inPEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// bundled is a PKCS #7 message of certificates as openssl makes it.
func bundled(tb testing.TB, form string, certs ...*trusttest.Issued) []byte {
	tb.Helper()
	var all []byte
	for _, c := range certs {
		all = append(all, inPEM("CERTIFICATE", c.Cert.Raw)...)
	}
	path := filepath.Join(tb.TempDir(), "all.pem")
	if err := os.WriteFile(path, all, 0o600); err != nil {
		tb.Fatal(err)
	}
	out, err := exec.Command("openssl", "crl2pkcs7", "-nocrl", "-certfile", path, "-outform", form).Output()
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// TestReadCertificates: the forms in which authorities hand out certificates are
// read; a file that holds anything else is none.
func TestReadCertificates(t *testing.T) {
	root := trusttest.NewRoot(t, "Gốc")
	ca := root.IssueCA(t, "CA", trusttest.NegativeSerial())
	rootPEM, caPEM := inPEM("CERTIFICATE", root.Cert.Raw), inPEM("CERTIFICATE", ca.Cert.Raw)
	for name, c := range map[string]struct {
		file []byte
		want []*trusttest.Issued
	}{
		"DER":                   {root.Cert.Raw, []*trusttest.Issued{root}},
		"PEM":                   {rootPEM, []*trusttest.Issued{root}},
		"PEM with words before": {slices.Concat([]byte("Bag Attributes\n"), rootPEM), []*trusttest.Issued{root}},
		"two in PEM":            {slices.Concat(rootPEM, caPEM), []*trusttest.Issued{root, ca}},
		"one twice":             {slices.Concat(rootPEM, rootPEM), []*trusttest.Issued{root}},
		"p7b in DER":            {bundled(t, "DER", root, ca), []*trusttest.Issued{root, ca}},
		"p7b in PEM":            {bundled(t, "PEM", ca), []*trusttest.Issued{ca}},
	} {
		got, err := ReadCertificates(c.file)
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %d certificates, %v", name, len(got), err)
			continue
		}
		for _, w := range c.want {
			if !slices.ContainsFunc(got, w.Cert.Equal) {
				t.Errorf("%s: %s is missing", name, w.Cert.Subject)
			}
		}
	}
	many := make([]*trusttest.Issued, maxCertificates+1)
	for i := range many {
		many[i] = root.Issue(t, "x")
	}
	for name, file := range map[string][]byte{
		"nothing":                 nil,
		"words":                   []byte("không phải chứng thư"),
		"a page":                  []byte("<html><body>404</body></html>"),
		"PEM cut off":             rootPEM[:len(rootPEM)/2],
		"DER cut off":             root.Cert.Raw[:100],
		"something behind DER":    append(slices.Clone(root.Cert.Raw), 0),
		"a key beside it":         slices.Concat(rootPEM, inPEM("PRIVATE KEY", []byte{0x30, 0})),
		"a damaged one beside it": slices.Concat(rootPEM, inPEM("CERTIFICATE", ca.Cert.Raw[:80])),
		"a p7b beside it":         slices.Concat(bundled(t, "PEM", root), caPEM),
		"an empty p7b":            bundled(t, "DER"),
		"something behind p7b":    append(bundled(t, "DER", root), 1),
		"a signed message":        signedMessage(t),
		"too many":                bundled(t, "DER", many...),
		"too long":                append(slices.Clone(rootPEM), bytes.Repeat([]byte{'\n'}, MaxCertificateFile)...),
	} {
		if got, err := ReadCertificates(file); !errors.Is(err, ErrNoCertificates) || got != nil {
			t.Errorf("%s: %d certificates, %v", name, len(got), err)
		}
	}
}

// signedMessage carries its signer's certificate, and is a signature.
func signedMessage(tb testing.TB) []byte {
	tb.Helper()
	pki, err := demopki.New("http://pki.test", time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	key, err := pki.Issue(demopki.Subject{Name: "A"}, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	scheme, err := signing.SchemeOf(key.Certificate().PublicKey, false)
	if err != nil {
		tb.Fatal(err)
	}
	der, err := cms.SignBytes(tb.Context(), key, []byte("a"), cms.Options{Scheme: scheme})
	if err != nil {
		tb.Fatal(err)
	}
	return der
}

// FuzzReadCertificates: no bytes break the reader, and what it reads is what it
// was given, once each and not without bounds.
func FuzzReadCertificates(f *testing.F) {
	root := trusttest.NewRoot(f, "Gốc")
	for _, seed := range [][]byte{root.Cert.Raw, inPEM("CERTIFICATE", root.Cert.Raw), bundled(f, "DER", root), bundled(f, "PEM", root)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		certs, err := ReadCertificates(b)
		if (err == nil) != (len(certs) > 0) || len(certs) > maxCertificates {
			t.Fatalf("%d certificates, %v", len(certs), err)
		}
		for i, c := range certs {
			if slices.ContainsFunc(certs[i+1:], c.Equal) {
				t.Error("one stands there twice")
			}
		}
	})
}
