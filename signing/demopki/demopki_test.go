package demopki

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khonggiay/signing/cms"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
)

// stand is an authority that answers, and what openssl needs of it in files.
type stand struct {
	*testing.T
	*Authority
	dir string
}

func newStand(t *testing.T) *stand {
	t.Helper()
	s := &stand{T: t, dir: t.TempDir()}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler(time.Now).ServeHTTP(w, r) }))
	t.Cleanup(web.Close)
	var err error
	if s.Authority, err = New(web.URL, time.Now()); err != nil {
		t.Fatal(err)
	}
	s.write("root.pem", pemOf("CERTIFICATE", s.root.cert.Raw))
	s.write("ca.pem", pemOf("CERTIFICATE", s.ca.cert.Raw))
	return s
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func (s *stand) path(name string) string { return filepath.Join(s.dir, name) }

func (s *stand) write(name string, b []byte) {
	s.Helper()
	if err := os.WriteFile(s.path(name), b, 0o600); err != nil {
		s.Fatal(err)
	}
}

// openssl runs it in the folder and returns what it said.
func (s *stand) openssl(ok bool, args ...string) string {
	s.Helper()
	cmd := exec.CommandContext(s.Context(), "openssl", args...)
	cmd.Dir = s.dir
	out, err := cmd.CombinedOutput()
	if (err == nil) != ok {
		s.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// get asks the authority's pages.
func (s *stand) get(method, path, contentType string, body []byte) (int, []byte) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.base+path, bytes.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, b
}

// TestOpenSSLJudges: chain and lists, a key file, and time-stamps.
func TestOpenSSLJudges(t *testing.T) {
	s := newStand(t)
	key, err := s.Issue(Subject{Name: "Nguyễn Văn A", Unit: "UBND xã An"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.write("person.pem", pemOf("CERTIFICATE", key.Certificate().Raw))
	lists, err := s.Lists(time.Now())
	if err != nil || len(lists) != 2 {
		t.Fatal(err)
	}
	var all []byte
	for _, l := range lists {
		code, der := s.get(http.MethodGet, strings.TrimPrefix(l.URL, s.base), "", nil)
		if code != http.StatusOK {
			t.Errorf("%s: %d", l.URL, code)
		}
		all = append(all, pemOf("X509 CRL", der)...)
	}
	s.write("lists.pem", all)
	s.openssl(true, "verify", "-x509_strict", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "ca.pem", "-CRLfile", "lists.pem", "person.pem")
	if text := s.openssl(true, "x509", "-in", "person.pem", "-noout", "-text", "-nameopt", "utf8"); !strings.Contains(text, worthless) || !strings.Contains(text, "Nguyễn Văn A") || !strings.Contains(text, PathList) {
		t.Errorf("certificate\n%s", text)
	}

	file, err := key.Encode("khonggiay")
	if err != nil {
		t.Fatal(err)
	}
	s.write("key.p12", file)
	s.openssl(true, "pkcs12", "-in", "key.p12", "-passin", "pass:khonggiay", "-nodes", "-out", "all.pem")
	s.openssl(false, "pkcs12", "-in", "key.p12", "-passin", "pass:other", "-noout")
	back, err := softkey.Load(file, "khonggiay")
	if err != nil || !back.Certificate().Equal(key.Certificate()) || len(back.Issuers()) != 2 {
		t.Errorf("%v", err)
	}

	s.write("data", []byte("Quyết định"))
	for _, hash := range []string{"-sha256", "-sha384", "-sha512"} {
		s.openssl(true, "ts", "-query", "-data", "data", hash, "-cert", "-out", "q")
		query, err := os.ReadFile(s.path("q"))
		if err != nil {
			t.Fatal(err)
		}
		code, reply := s.get(http.MethodPost, PathTSA, "application/timestamp-query", query)
		if code != http.StatusOK {
			t.Fatal(code)
		}
		s.write("r", reply)
		s.openssl(true, "ts", "-verify", "-queryfile", "q", "-in", "r", "-CAfile", "root.pem", "-untrusted", "ca.pem")
		s.openssl(true, "ts", "-verify", "-data", "data", "-in", "r", "-CAfile", "root.pem", "-untrusted", "ca.pem")
	}
}

// TestRefusals: what is asked wrongly is refused with the bit of RFC 3161.
func TestRefusals(t *testing.T) {
	s := newStand(t)
	digest := sha256.Sum256([]byte("x"))
	request := func(q cms.Request) []byte {
		t.Helper()
		b, err := q.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	good := cms.Request{Hash: crypto.SHA256, Digest: digest[:], Nonce: big.NewInt(5), CertReq: true}
	if _, err := cms.ParseResponse(s.Stamp(t.Context(), request(good), time.Now())); err != nil {
		t.Fatal(err)
	}
	other := good
	other.Policy = asn1.ObjectIdentifier{1, 2, 3}
	s.write("data", []byte("x"))
	s.openssl(true, "ts", "-query", "-data", "data", "-sha1", "-out", "weak")
	weak, err := os.ReadFile(s.path("weak"))
	if err != nil {
		t.Fatal(err)
	}
	for bit, query := range map[int][]byte{failBadRequest: []byte("x"), failPolicy: request(other), failBadAlg: weak} {
		var refused *cms.StatusError
		_, err := cms.ParseResponse(s.Stamp(t.Context(), query, time.Now()))
		if !errors.As(err, &refused) || len(refused.Fail) != 1 || refused.Fail[0] != bit || refused.Status != cms.Rejection {
			t.Errorf("%d: %v", bit, err)
		}
	}
	if _, err := cms.ParseResponse(s.Stamp(t.Context(), request(good), time.Now().AddDate(50, 0, 0))); err == nil {
		t.Error("a token after the certificate's end")
	}
	for want, c := range map[int]struct{ method, path, kind string }{
		http.StatusUnsupportedMediaType: {http.MethodPost, PathTSA, "text/plain"},
		http.StatusMethodNotAllowed:     {http.MethodGet, PathTSA, ""},
		http.StatusNotFound:             {http.MethodGet, "/other", ""},
	} {
		if code, _ := s.get(c.method, c.path, c.kind, nil); code != want {
			t.Errorf("%+v: %d", c, code)
		}
	}
}

// TestSaved: an authority is the same after a start, and its file is its owner's.
func TestSaved(t *testing.T) {
	s := newStand(t)
	path := s.path("authority.json")
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	again, err := Load(path)
	if err != nil || !again.Root().Equal(s.Root()) || again.TSA() != s.TSA() {
		t.Fatalf("%v", err)
	}
	key, err := again.Issue(Subject{Name: "B"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	store, err := trust.NewStore(trust.Anchor{Certificate: s.Root(), Signature: true, Kind: trust.KindTest})
	if err != nil {
		t.Fatal(err)
	}
	lists, err := again.Lists(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	v := &trust.Validator{Store: store, Policy: trust.DefaultPolicy()}
	verdict := v.Validate(context.Background(), trust.Request{Certificate: key.Certificate(), Candidates: key.Issuers(), At: time.Now(),
		Evidence: trust.Evidence{CRLs: [][]byte{lists[0].DER, lists[1].DER}}})
	if verdict.Failure != nil {
		t.Error(verdict.Failure)
	}
	if _, err := Load(s.path("nothing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	s.write("other.json", []byte(`{"root":{"certificate":"AAAA"}}`))
	if _, err := Load(s.path("other.json")); !errors.Is(err, errSaved) {
		t.Errorf("%v", err)
	}
}
