package remote_test

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/signintech/gopdf"

	"khonggiay/signing/pades"
	"khonggiay/signing/remote"
	"khonggiay/signing/remote/remotetest"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
)

// A folder is where other programs work.
type folder struct {
	t   testing.TB
	dir string
}

func newFolder(t testing.TB) folder {
	f := folder{t, t.TempDir()}
	f.put("root.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: softkeytest.Root().Raw}))
	return f
}

func (f folder) put(name string, data []byte) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), data, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) run(program string, args ...string) (string, error) {
	cmd := exec.CommandContext(f.t.Context(), program, args...)
	cmd.Dir = f.dir
	cmd.Env = append(os.Environ(), "HOME="+f.dir, "LC_ALL=C.UTF-8", "TZ=UTC")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// opensslCMS has OpenSSL sign content with the key, as an MSSP makes CMS.
func opensslCMS(t testing.TB, key *softkey.Key, content []byte, options ...string) []byte {
	t.Helper()
	f := newFolder(t)
	der := must[[]byte](t)(x509.MarshalPKCS8PrivateKey(softkeytest.NewKey(t, softkeytest.RSA2048)))
	f.put("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	f.put("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate().Raw}))
	f.put("content", content)
	args := []string{"cms", "-sign", "-binary", "-md", "sha256", "-in", "content", "-signer", "cert.pem", "-inkey", "key.pem", "-outform", "DER", "-out", "message"}
	if out, err := f.run("openssl", append(args, options...)...); err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	return must[[]byte](t)(os.ReadFile(filepath.Join(f.dir, "message")))
}

func drawn() []byte {
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	doc.AddPage()
	doc.Line(10, 10, 200, 100)
	return doc.GetBytesPdf()
}

// begun is a PDF signature that waits, and its document in an order.
func begun(t testing.TB, c remote.Credential, file []byte) (*pades.Pending, remote.Order) {
	t.Helper()
	p := must[*pades.Pending](t)(pades.Begin(bytes.NewReader(file), int64(len(file)), pades.Options{
		Field: "Lãnh đạo", Time: time.Date(2026, 11, 30, 13, 15, 0, 0, time.FixedZone("ICT", 7*3600)), Name: "Nguyễn Thị Hồng", Scheme: c.Schemes[0],
	}, c.Certificate, c.Issuers))
	return p, remote.Order{Credential: c, Scheme: p.Scheme, Text: shown,
		Documents: []remote.Document{{Name: "Quyết định 15/QĐ-UBND", Digest: must[[]byte](t)(p.Digest())}}}
}

// TestPDF: a PDF is signed through each provider, with a restart of the program while
// the telephone asks, and other programs call the signature good.
func TestPDF(t *testing.T) {
	for _, kind := range []softkeytest.Kind{softkeytest.RSA2048, softkeytest.P256} {
		key := softkeytest.New(t, kind, nil)
		csc := phoned(t, 2, func(s *remotetest.CSC) {
			s.Key, s.Algos = key, append(ecdsaAlgos, "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11")
		})
		mss, smart := remotetest.NewMSS(t, key), remotetest.NewSmartCA(t, key)
		smart.Algos = csc.Algos
		for name, c := range map[string]struct {
			program *program
			person  string
			phone   *remotetest.Phone
		}{"CSC": {cscProgram(t, csc), "", &csc.Phone}, "MSS": {mssProgram(t, mss), remotetest.MSISDN, &mss.Phone},
			"SmartCA": {smartProgram(t, smart), "", &smart.Phone}} {
			t.Run(fmt.Sprint(name, kind), func(t *testing.T) {
				file := drawn()
				pending, o := begun(t, c.program.credential(c.person), file)
				must[*remote.Request](t)(c.program.Begin(t.Context(), o, remote.Factors{}))
				state := must[[]byte](t)(pending.MarshalBinary())

				c.phone.Answer(remotetest.Yes)
				pending, r := new(pades.Pending), c.program.restarted()
				if err := pending.UnmarshalBinary(state); err != nil {
					t.Fatal(err)
				}
				wantSigned(t, r, c.program.Wait(t.Context(), r, nil))
				var out bytes.Buffer
				if err := pending.Finish(bytes.NewReader(file), &out, r.Values[0]); err != nil {
					t.Fatal(err)
				}
				judge(t, out.Bytes())
			})
		}
	}
}

var (
	rangeRE    = regexp.MustCompile(`/ByteRange ?\[ ?(\d+) (\d+) (\d+) (\d+)`)
	contentsRE = regexp.MustCompile(`^<([0-9A-Fa-f]+)>$`)
)

// judge has pdfsig and OpenSSL judge the only signature of a file.
func judge(t testing.TB, data []byte) {
	t.Helper()
	f := newFolder(t)
	f.put("a.pdf", data)
	if out, err := f.run("qpdf", "--check", "a.pdf"); err != nil {
		t.Errorf("qpdf: %v\n%s", err, out)
	}
	// Its exit code is about trust.
	if out, _ := f.run("pdfsig", "-nocert", "a.pdf"); strings.Count(out, "Signature is Valid.") != 1 || !strings.Contains(out, "Total document signed") {
		t.Errorf("pdfsig:\n%s", out)
	}
	var at [4]int
	m := rangeRE.FindSubmatch(data)
	for i := range at {
		at[i] = must[int](t)(strconv.Atoi(string(m[i+1])))
	}
	value := must[[]byte](t)(hex.DecodeString(string(contentsRE.FindSubmatch(data[at[1]:at[2]])[1])))
	f.put("value", value) // OpenSSL passes over the padding
	f.put("content", append(bytes.Clone(data[:at[1]]), data[at[2]:]...))
	if out, err := f.run("openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "value", "-content", "content",
		"-CAfile", "root.pem", "-purpose", "any", "-out", os.DevNull); err != nil {
		t.Errorf("openssl: %v\n%s", err, out)
	}
}
