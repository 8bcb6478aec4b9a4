package pki

import (
	"bytes"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/enrol"
)

var now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string) (*Authority, bool) {
	t.Helper()
	a, fresh, err := Open(dir, "Tỉnh Thử", now)
	if err != nil {
		t.Fatal(err)
	}
	return a, fresh
}

func TestOpenTwice(t *testing.T) {
	dir := t.TempDir()
	a, fresh := open(t, dir)
	b, again := open(t, dir)
	if !fresh || again {
		t.Errorf("fresh: %v, then %v", fresh, again)
	}
	if !bytes.Equal(a.Certificate(), b.Certificate()) || !a.ResultsKey().Equal(b.ResultsKey()) || !bytes.Equal(a.CursorKey(), b.CursorKey()) ||
		!bytes.Equal(a.ProvinceKey().PublicKey().Bytes(), b.ProvinceKey().PublicKey().Bytes()) {
		t.Error("the keys changed")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.key"))
	if len(files) != 5 {
		t.Errorf("keys: %q", files)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info.Mode(), err)
		}
	}
}

// A province without its authority's key must say so, never start another.
func TestNeverReplacesAuthority(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if err := os.Remove(filepath.Join(dir, authorityKeyFile)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(dir, "Tỉnh Thử", now); err == nil {
		t.Error("opened without its key")
	}
}

func TestFirstStartKilledHalfway(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if err := os.Remove(filepath.Join(dir, authorityCertFile)); err != nil {
		t.Fatal(err)
	}
	if _, fresh := open(t, dir); !fresh {
		t.Error("no new authority")
	}
}

func TestRefusesReadableKeys(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	if err := os.Chmod(filepath.Join(dir, resultsKeyFile), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(dir, "Tỉnh Thử", now); !errors.Is(err, ErrReadable) {
		t.Error(err)
	}
}

func TestServerCertificateRenewsItself(t *testing.T) {
	a, _ := open(t, t.TempDir())
	names := []string{"hop.tinh.gov.vn", "10.0.0.1"}
	ensure := func(names []string, at time.Time) bool {
		renewed, err := a.EnsureServer(names, at)
		if err != nil {
			t.Fatal(err)
		}
		return renewed
	}
	if !ensure(names, now) || ensure(names, now.Add(serverLife-serverRenew-time.Hour)) {
		t.Error("want one certificate while it has time left")
	}
	leaf := a.ServerCertificate().Leaf
	for _, name := range []string{enrol.SyncHost, enrol.EnrolHost, "hop.tinh.gov.vn", "10.0.0.1"} {
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: a.Pool(), DNSName: name, CurrentTime: now}); err != nil {
			t.Error(err)
		}
	}
	if !ensure(names, now.Add(serverLife-serverRenew+time.Hour)) {
		t.Error("not renewed in time")
	}
	if !ensure([]string{"10.0.0.2"}, now.Add(serverLife)) {
		t.Error("not renewed for another address")
	}
}

func TestDeviceCertificate(t *testing.T) {
	a, _ := open(t, t.TempDir())
	key, err := newP256()
	if err != nil {
		t.Fatal(err)
	}
	der, err := a.IssueDevice("d1", "p1", &key.PublicKey, now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	verify := func(at time.Time, usage x509.ExtKeyUsage) error {
		_, err := c.Verify(x509.VerifyOptions{Roots: a.Pool(), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
		return err
	}
	if err := verify(now, x509.ExtKeyUsageClientAuth); err != nil || c.Subject.CommonName != "d1" {
		t.Errorf("%v %v", c.Subject, err)
	}
	if verify(now, x509.ExtKeyUsageServerAuth) == nil {
		t.Error("a device can pose as the server")
	}
	if verify(now.Add(enrol.CertificateLife+time.Hour), x509.ExtKeyUsageClientAuth) == nil {
		t.Error("good for ever")
	}
	at, late := app.TimeOf(now), app.TimeOf(now.Add(enrol.CertificateLife+time.Hour))
	other, _ := open(t, t.TempDir())
	if !a.Issued(der, at) || a.Issued(der, late) || other.Issued(der, at) || a.Issued(der[:len(der)-1], at) || a.Issued(nil, at) {
		t.Error("what this authority issued")
	}
	if _, err := a.EnsureServer([]string{"may-chu"}, now); err != nil {
		t.Fatal(err)
	}
	if a.Issued(a.ServerCertificate().Leaf.Raw, at) {
		t.Error("the server's certificate is a machine's")
	}
}
