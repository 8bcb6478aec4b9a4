package trust_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// pemFile writes certificates or lists as PEM.
func pemFile(t *testing.T, dir, name, kind string, ders ...[]byte) string {
	t.Helper()
	var b bytes.Buffer
	for _, der := range ders {
		if err := pem.Encode(&b, &pem.Block{Type: kind, Bytes: der}); err != nil {
			t.Fatal(err)
		}
	}
	write(t, dir, name, b.Bytes())
	return filepath.Join(dir, name)
}

// TestOpenSSLAgrees: `openssl verify` with CRLs at a moment says yes and no
// where we do.
func TestOpenSSLAgrees(t *testing.T) {
	root := trusttest.NewRoot(t, "Root")
	short := trusttest.NewRoot(t, "Short", trusttest.CA(0))
	cas := []*trusttest.Issued{
		root.IssueCA(t, "CA"), root.IssueCA(t, "CA RSA", trusttest.Key(trusttest.RSA2048)), short.IssueCA(t, "Too deep"),
		root.IssueCA(t, "Expired CA", trusttest.Valid(now.Add(-90*day), now.Add(-day))),
		root.IssueCA(t, "No CA", trusttest.Usage(x509.KeyUsageCRLSign)),
	}
	for _, ca := range cas {
		persons := []*trusttest.Issued{
			ca.Issue(t, "Good"), ca.Issue(t, "Expired", trusttest.Valid(now.Add(-90*day), now.Add(-2*day))),
			ca.Issue(t, "Critical", trusttest.Extension(oidUnknown, true, []byte{5, 0})), ca.Issue(t, "Revoked"),
		}
		crls := [][]byte{ca.Issuer.SignCRL(t, trusttest.CRL{This: now.Add(-4 * day)}), ca.SignCRL(t, trusttest.CRL{This: now.Add(-4 * day),
			Entries: []x509.RevocationListEntry{trusttest.Revoked(persons[3].Cert, now.Add(-5*day), 1)}})}
		for _, p := range persons {
			for _, at := range []time.Time{now, now.Add(-3 * day), now.Add(-400 * day)} {
				ours := validator(t, root, short).Validate(t.Context(), trust.Request{Certificate: p.Cert, Candidates: trusttest.Certs(ca),
					At: at, Evidence: trust.Evidence{CRLs: crls}}).Failure
				theirs, said := opensslVerify(t, p, ca, crls, at)
				if (ours == nil) != theirs {
					t.Errorf("%v by %v at %v: we say %v, openssl says\n%s", p.Cert.Subject, ca.Cert.Subject, at, ours, said)
				}
			}
		}
	}
}

func opensslVerify(t *testing.T, p, ca *trusttest.Issued, crls [][]byte, at time.Time) (bool, string) {
	dir := t.TempDir()
	out, err := exec.Command("openssl", "verify", "-crl_check_all", "-attime", strconv.FormatInt(at.Unix(), 10),
		"-CAfile", pemFile(t, dir, "root", "CERTIFICATE", ca.Issuer.Cert.Raw), "-untrusted", pemFile(t, dir, "ca", "CERTIFICATE", ca.Cert.Raw),
		"-CRLfile", pemFile(t, dir, "crls", "X509 CRL", crls...), pemFile(t, dir, "person", "CERTIFICATE", p.Cert.Raw)).CombinedOutput()
	return err == nil, string(out)
}

// TestOpenSSLReadsOurOCSP: the responses of the test PKI are what openssl
// takes them for, and so do we.
func TestOpenSSLReadsOurOCSP(t *testing.T) {
	o := newOffice(t)
	responder := o.ca.IssueResponder(t, "OCSP", trusttest.NoCheck())
	for word, response := range map[string]trusttest.OCSP{
		": good":    {Responder: responder},
		": revoked": {Responder: responder, Status: ocsp.Revoked, Since: now.Add(-day), Reason: 1},
	} {
		dir := t.TempDir()
		write(t, dir, "resp", o.ca.SignOCSP(t, o.person.Cert, response))
		out, err := exec.Command("openssl", "ocsp", "-respin", filepath.Join(dir, "resp"),
			"-issuer", pemFile(t, dir, "ca", "CERTIFICATE", o.ca.Cert.Raw), "-cert", pemFile(t, dir, "person", "CERTIFICATE", o.person.Cert.Raw),
			"-CAfile", pemFile(t, dir, "root", "CERTIFICATE", o.root.Cert.Raw), "-verify_other", filepath.Join(dir, "ca"), "-no_nonce").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Response verify OK") || !strings.Contains(string(out), word) {
			t.Errorf("%s: %v\n%s", word, err, out)
		}
	}
}

// TestOpenSSLMadeList: a list that openssl has signed is read here.
func TestOpenSSLMadeList(t *testing.T) {
	o := newOffice(t)
	dir := t.TempDir()
	key, err := x509.MarshalPKCS8PrivateKey(o.ca.Key)
	if err != nil {
		t.Fatal(err)
	}
	stamp := func(at time.Time) string { return at.UTC().Format("060102150405Z") }
	write(t, dir, "index", []byte("R\t"+stamp(o.person.Cert.NotAfter)+"\t"+stamp(now.Add(-day))+",keyCompromise\t"+
		strings.ToUpper(o.person.Cert.SerialNumber.Text(16))+"\tunknown\t/CN=Person\n"))
	write(t, dir, "conf", []byte("[ca]\ndefault_ca=x\n[x]\ndatabase="+filepath.Join(dir, "index")+"\ndefault_md=sha256\ndefault_crl_days=3\n"))
	out, err := exec.Command("openssl", "ca", "-config", filepath.Join(dir, "conf"), "-gencrl", "-keyfile", pemFile(t, dir, "key", "PRIVATE KEY", key),
		"-cert", pemFile(t, dir, "cert", "CERTIFICATE", o.ca.Cert.Raw), "-out", filepath.Join(dir, "crl")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := exec.Command("openssl", "crl", "-in", filepath.Join(dir, "crl"), "-outform", "DER").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := validator(t, o.root).Validate(t.Context(), o.request([][]byte{b}, nil))
	want(t, got.Failure, trust.RevokedNoPOE, trust.ReasonRevoked)
	if st := got.Statuses[0]; st.Reason != 1 || !st.Since.Equal(now.Add(-day)) {
		t.Errorf("%+v", st)
	}
}
