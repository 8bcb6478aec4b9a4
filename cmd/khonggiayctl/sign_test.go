package main

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/signintech/gopdf"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust/trusttest"
	"khonggiay/signing/validator"
)

const keyPassword = "mật khẩu"

// writeKey makes a PKCS #12 file of the person's key with openssl, and the root.
func writeKey(t *testing.T, dir string, p *trusttest.PKI) (key, root string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(p.Person.Key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, blocks ...[]byte) string {
		var text []byte
		for _, b := range blocks {
			text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b})...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key = filepath.Join(dir, "key.p12")
	cmd := exec.Command("openssl", "pkcs12", "-export", "-passout", "stdin", "-out", key,
		"-inkey", write("key.pem", "PRIVATE KEY", der), "-in", write("cert.pem", "CERTIFICATE", p.Person.Cert.Raw),
		"-certfile", write("ca.pem", "CERTIFICATE", p.CA.Cert.Raw))
	cmd.Stdin = strings.NewReader(keyPassword)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	if err := os.Mkdir(filepath.Join(dir, "trust"), 0o700); err != nil {
		t.Fatal(err)
	}
	return key, filepath.Dir(write("trust/root.pem", "CERTIFICATE", p.Root.Cert.Raw))
}

// typing has what follows read the line from standard input.
func typing(t *testing.T, line string) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteString(line + "\n"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	before := os.Stdin
	os.Stdin = r
	t.Cleanup(func() { os.Stdin = before; r.Close() })
}

// authority answers time-stamp requests as the key's owner.
func authority(t *testing.T, p *trusttest.PKI) string {
	key, err := softkey.New(p.TSA.Key, p.TSA.Cert, p.CA.Cert)
	if err != nil {
		t.Fatal(err)
	}
	return trusttest.ServeTSA(t, func(request []byte) ([]byte, error) {
		q, err := cms.ParseRequest(request)
		if err != nil {
			return nil, err
		}
		token, err := cms.BuildTimestamp(t.Context(), cms.TimestampInfo{Policy: []int{1, 2, 3, 4}, Hash: q.Hash, Imprint: q.Digest,
			Serial: big.NewInt(7), GenTime: time.Now().UTC().Truncate(time.Second), Nonce: q.Nonce}, key, q.CertReq)
		if err != nil {
			return nil, err
		}
		return cms.BuildResponse(token, cms.StatusError{}), nil
	})
}

// TestSign: a file is signed with a key from a PKCS #12 file and gets its
// time-stamp; pdfsig and our own verify say whose it is; a second signature
// leaves the first as it was; every refusal has its words, and leaves no file.
func TestSign(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, filepath.Join(dir, "data")}
	p := trusttest.New(t)
	key, trusted := writeKey(t, dir, p)
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	doc.AddPage()
	doc.Line(10, 10, 20, 20)
	in, one, two := filepath.Join(dir, "a.pdf"), filepath.Join(dir, "a.signed.pdf"), filepath.Join(dir, "hai.pdf")
	if err := doc.WritePdf(in); err != nil {
		t.Fatal(err)
	}
	k.fails("cần --key", "sign", in)
	typing(t, "sai")
	k.fails("sai mật khẩu", "sign", "--key", key, "--password-stdin", in)
	typing(t, keyPassword)
	k.ok("Đã ký: .*a.signed.pdf", "sign", "--key", key, "--password-stdin", "--certify", "2", "--tsa", authority(t, p), in)
	typing(t, keyPassword)
	k.fails("tệp đã có", "sign", "--key", key, "--password-stdin", in)
	typing(t, keyPassword)
	k.fails("không ký được tệp này", "sign", "--key", key, "--password-stdin", "--certify", "1", "--out", two, one)
	if _, err := os.Stat(two); err == nil {
		t.Error("a refused signature left a file")
	}
	if out, err := exec.Command("pdfsig", "-nocert", one).CombinedOutput(); !strings.Contains(string(out), "Signature is Valid") || !strings.Contains(string(out), "Nguyễn Văn A") {
		t.Errorf("pdfsig: %v\n%s", err, out)
	}
	code, out, errOut := k.typed("verify", "--json", "--trust", trusted, one) // which asks nobody about revocation
	var r validator.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != verifyUnclear || len(r.Signatures) != 1 {
		t.Fatalf("verify: %d %s%s %v", code, out, errOut, err)
	}
	s := r.Signatures[0]
	if s.Indication != signing.Indeterminate || s.SubIndication != signing.TryLater || s.Signer.Name != "Nguyễn Văn A" ||
		s.Kind != validator.Certification || !s.Covers.WholeFile || s.Timestamp == nil {
		t.Errorf("judged as %+v", s)
	}
	k.ok(`(?s)1 trang, 2 lần lưu.*ô "Signature-\d+" \(Sig\): có giá trị`, "inspect", one)
	var facts inspection
	if err := json.Unmarshal([]byte(k.ok("", "inspect", "--json", one)), &facts); err != nil || len(facts.Revisions) != 2 || facts.Revisions[1].End != facts.Size {
		t.Errorf("inspected: %+v, %v", facts, err)
	}
	k.fails("sai cấu trúc", "inspect", key)
	changed, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(two, bytes.Replace(changed, []byte("842"), []byte("642"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := k.typed("verify", two); code != verifyFailed || !strings.Contains(out, "KHÔNG HỢP LỆ") {
		t.Errorf("a changed file: %d %s", code, out)
	}
}
