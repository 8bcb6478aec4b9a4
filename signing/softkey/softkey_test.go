package softkey_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

// writePEM writes blocks of one type into a file and returns its path.
func writePEM(t *testing.T, kind string, blocks ...[]byte) string {
	t.Helper()
	var text []byte
	for _, der := range blocks {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	path := filepath.Join(t.TempDir(), "file.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pfx has OpenSSL make a PKCS #12 file.
func pfx(t *testing.T, key crypto.Signer, cert *x509.Certificate, args ...string) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "key.p12")
	cmd := exec.Command("openssl", append([]string{"pkcs12", "-export", "-inkey", writePEM(t, "PRIVATE KEY", der),
		"-in", writePEM(t, "CERTIFICATE", cert.Raw), "-certfile", writePEM(t, "CERTIFICATE", softkeytest.Root().Raw),
		"-passout", "pass:mật khẩu", "-out", out}, args...)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, text)
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLoad(t *testing.T) {
	for _, kind := range softkeytest.Kinds {
		key := softkeytest.NewKey(t, kind)
		cert := softkeytest.Issue(t, key.Public(), nil)
		k, err := softkey.Load(pfx(t, key, cert), "mật khẩu")
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if !k.Certificate().Equal(cert) || len(k.Issuers()) != 1 || !k.Issuers()[0].Equal(softkeytest.Root()) {
			t.Errorf("%s: other certificates came out", kind)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	key := softkeytest.NewKey(t, softkeytest.P256)
	file := pfx(t, key, softkeytest.Issue(t, key.Public(), nil))
	if _, err := softkey.Load(file, "mat khau"); !errors.Is(err, softkey.ErrPassword) {
		t.Errorf("a wrong password: %v", err)
	}
	if _, err := softkey.Load(file[:len(file)/2], "mật khẩu"); !errors.Is(err, softkey.ErrFile) {
		t.Errorf("half a file: %v", err)
	}
	if _, err := softkey.Load(nil, ""); !errors.Is(err, softkey.ErrFile) {
		t.Errorf("no file: %v", err)
	}
	weak := softkeytest.NewKey(t, softkeytest.P521)
	var refused *signing.KeyError
	if _, err := softkey.Load(pfx(t, weak, softkeytest.Issue(t, weak.Public(), nil)), "mật khẩu"); !errors.As(err, &refused) {
		t.Errorf("a key that may not sign: %v", err)
	}
	if _, err := softkey.New(key, softkeytest.Root()); !errors.Is(err, softkey.ErrMismatch) {
		t.Errorf("another's certificate: %v", err)
	}
}

func TestSignDigest(t *testing.T) {
	ctx, digest := context.Background(), make([]byte, crypto.SHA256.Size())
	r := softkeytest.New(t, softkeytest.RSA2048, nil)
	public := r.Certificate().PublicKey.(*rsa.PublicKey)
	sig, err := r.SignDigest(ctx, digest, signing.Scheme{Hash: crypto.SHA256, PSS: true})
	if err != nil || rsa.VerifyPSS(public, crypto.SHA256, digest, sig, &rsa.PSSOptions{SaltLength: 32}) != nil {
		t.Errorf("PSS: %v", err)
	}
	sig, err = r.SignDigest(ctx, digest, signing.Scheme{Hash: crypto.SHA256})
	if err != nil || rsa.VerifyPKCS1v15(public, crypto.SHA256, digest, sig) != nil {
		t.Errorf("PKCS #1 v1.5: %v", err)
	}
	e := softkeytest.New(t, softkeytest.P256, nil)
	sig, err = e.SignDigest(ctx, digest, signing.Scheme{Hash: crypto.SHA256})
	if err != nil || !ecdsa.VerifyASN1(e.Certificate().PublicKey.(*ecdsa.PublicKey), digest, sig) {
		t.Errorf("ECDSA: %v", err)
	}
	if _, err := e.SignDigest(ctx, digest, signing.Scheme{Hash: crypto.SHA256, PSS: true}); err == nil {
		t.Error("PSS by a key on a curve")
	}
	if _, err := e.SignDigest(ctx, digest[1:], signing.Scheme{Hash: crypto.SHA256}); err == nil {
		t.Error("a digest that is too short was signed")
	}
	done, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := e.SignDigest(done, digest, signing.Scheme{Hash: crypto.SHA256}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
