package cms_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/softkey/softkeytest"
)

// desk is a folder in which OpenSSL works.
type desk struct {
	t   *testing.T
	dir string
}

func newDesk(t *testing.T) desk {
	d := desk{t, t.TempDir()}
	d.put("content", content)
	d.cert("root.pem", softkeytest.Root())
	return d
}

func (d desk) put(name string, data []byte) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

func (d desk) get(name string) []byte {
	d.t.Helper()
	return must[[]byte](d.t)(os.ReadFile(filepath.Join(d.dir, name)))
}

func (d desk) cert(name string, c *x509.Certificate) {
	d.put(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// signer writes NAME.pem and NAME.key for OpenSSL to sign with.
func (d desk) signer(name string, kind softkeytest.Kind, edit func(*x509.Certificate)) *x509.Certificate {
	d.t.Helper()
	key := softkeytest.NewKey(d.t, kind)
	c := softkeytest.Issue(d.t, key.Public(), edit)
	d.cert(name+".pem", c)
	der := must[[]byte](d.t)(x509.MarshalPKCS8PrivateKey(key))
	d.put(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return c
}

func (d desk) run(args ...string) ([]byte, error) {
	cmd := exec.Command("openssl", args...)
	cmd.Dir = d.dir
	return cmd.CombinedOutput()
}

func (d desk) mustRun(args ...string) []byte {
	d.t.Helper()
	out, err := d.run(args...)
	if err != nil {
		d.t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
	return out
}

var judge = []string{"cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "signed", "-content", "content",
	"-CAfile", "root.pem", "-purpose", "any", "-out", os.DevNull}

// TestOpenSSLAccepts: what is built here is CAdES to OpenSSL, with and without a
// time-stamp, as is a canonical record.
func TestOpenSSLAccepts(t *testing.T) {
	tsa := softkeytest.TSA(t, softkeytest.P256)
	for _, s := range schemes {
		t.Run(s.name, func(t *testing.T) {
			d, key := newDesk(t), softkeytest.New(t, s.kind, nil)
			for _, o := range []cms.Options{{Scheme: s.Scheme}, {Scheme: s.Scheme, SigningTime: softkeytest.NotBefore}} {
				signed := sign(t, key, o)
				d.put("signed", signed)
				d.mustRun(judge...)
				d.put("signed", must[[]byte](t)(cms.AddTimestamp(signed, stamp(t, tsa, parse(t, signed).Signers[0].Signature))))
				d.mustRun(judge...)
			}
			d.put("content", []byte("khác"))
			if out, err := d.run(judge...); err == nil {
				t.Errorf("other content passed, so this judge judges nothing:\n%s", out)
			}
		})
	}
}

func TestOpenSSLAcceptsRecord(t *testing.T) {
	d := newDesk(t)
	record := must[[]byte](t)(signing.Canonical([]byte(`{ "vote": "tán thành", "meeting": "HĐND-2026-4", "count": 41.0 }`)))
	for _, kind := range softkeytest.Kinds {
		key := softkeytest.New(t, kind, nil)
		o := cms.Options{SigningTime: softkeytest.NotBefore}
		d.put("signed", must[[]byte](t)(cms.SignBytes(context.Background(), key, record, o)))
		d.put("content", record)
		d.mustRun(judge...)
	}
}

func TestOpenSSLAcceptsTimestamp(t *testing.T) {
	d := newDesk(t)
	for _, kind := range softkeytest.Kinds {
		q := cms.Request{Hash: crypto.SHA512, Digest: sum(crypto.SHA512, content), Nonce: big.NewInt(99), CertReq: true}
		asked := must[[]byte](t)(q.Marshal())
		i := info(content)
		i.Hash, i.Imprint, i.Nonce = q.Hash, q.Digest, q.Nonce
		token := must[[]byte](t)(cms.BuildTimestamp(context.Background(), i, softkeytest.TSA(t, kind), q.CertReq))
		d.put("query", asked)
		d.put("token", token)
		d.put("response", cms.BuildResponse(token, cms.StatusError{}))
		d.mustRun("ts", "-verify", "-queryfile", "query", "-in", "response", "-CAfile", "root.pem")
		d.mustRun("ts", "-verify", "-data", "content", "-token_in", "-in", "token", "-CAfile", "root.pem")
	}
	d.put("refused", cms.BuildResponse(nil, cms.StatusError{Status: cms.Rejection, Text: []string{"không"}, Fail: []int{25}}))
	out := d.mustRun("ts", "-reply", "-in", "refused", "-text")
	if !bytes.Contains(out, []byte("Rejected")) || !bytes.Contains(out, []byte("system failure")) {
		t.Errorf("OpenSSL reads another refusal:\n%s", out)
	}
}

// TestOpenSSLStamps: a token of OpenSSL's own authority is read and verified.
func TestOpenSSLStamps(t *testing.T) {
	d := newDesk(t)
	cert := d.signer("tsa", softkeytest.RSA2048, softkeytest.ForTimestamps)
	d.put("serial", []byte("01\n"))
	d.put("conf", []byte(`[tsa]
default_tsa = t
[t]
serial = serial
signer_cert = tsa.pem
certs = root.pem
signer_key = tsa.key
signer_digest = sha384
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
clock_precision_digits = 3
`))
	q := cms.Request{Hash: crypto.SHA256, Digest: sum(crypto.SHA256, content), Nonce: big.NewInt(12345), CertReq: true}
	d.put("query", must[[]byte](t)(q.Marshal()))
	d.mustRun("ts", "-reply", "-queryfile", "query", "-config", "conf", "-out", "response")
	token := must[[]byte](t)(cms.ParseResponse(d.get("response")))
	ts := must[*cms.Timestamp](t)(cms.ParseTimestamp(token, cms.Limits{}))
	if err := q.CheckAnswer(ts); err != nil {
		t.Error(err)
	}
	res, err := ts.Verify(q.Digest)
	if err != nil || !res.Certificate.Equal(cert) || !ts.Ordering || ts.TSA == nil || ts.Accuracy.Microseconds() != 1_500_100 {
		t.Errorf("%v, %+v", err, ts.TimestampInfo)
	}
}

// TestReadsOpenSSL: all the forms in which OpenSSL writes a signature are read,
// verified, and their oddities named.
func TestReadsOpenSSL(t *testing.T) {
	withID := func(c *x509.Certificate) { c.SubjectKeyId = []byte{1, 2, 3, 4, 5} }
	for name, c := range map[string]struct {
		args     []string
		signers  int
		odd      []cms.Oddity
		ofSigner []cms.Oddity
		weak     bool
	}{
		"cades":     {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-cades"}, signers: 1},
		"pss":       {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-cades", "-keyopt", "rsa_padding_mode:pss"}, signers: 1},
		"pss-long":  {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-cades", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:64"}, signers: 1},
		"ecdsa":     {args: []string{"-signer", "e.pem", "-inkey", "e.key", "-cades"}, signers: 1},
		"ecdsa-521": {args: []string{"-signer", "f.pem", "-inkey", "f.key", "-cades", "-md", "sha512"}, signers: 1},
		"plain":     {args: []string{"-signer", "e.pem", "-inkey", "e.key", "-nosmimecap"}, signers: 1, ofSigner: []cms.Oddity{cms.NoESSCert}},
		"keyid":     {args: []string{"-signer", "e.pem", "-inkey", "e.key", "-keyid", "-cades"}, signers: 1},
		"two":       {args: []string{"-signer", "e.pem", "-inkey", "e.key", "-signer", "r.pem", "-inkey", "r.key", "-cades"}, signers: 2, odd: []cms.Oddity{cms.SeveralSigners}},
		"no attrs":  {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-noattr"}, signers: 1, ofSigner: []cms.Oddity{cms.NoSignedAttrs}},
		"inside":    {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-cades", "-nodetach"}, signers: 1, odd: []cms.Oddity{cms.Encapsulated}},
		"stream":    {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-cades", "-nodetach", "-stream"}, signers: 1, odd: []cms.Oddity{cms.Encapsulated, cms.NotDER}},
		"sha1":      {args: []string{"-signer", "r.pem", "-inkey", "r.key", "-cades", "-md", "sha1"}, signers: 1, weak: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.signer("r", softkeytest.RSA2048, nil)
			d.signer("e", softkeytest.P256, withID)
			d.signer("f", softkeytest.P521, nil)
			d.mustRun(append([]string{"cms", "-sign", "-binary", "-in", "content", "-outform", "DER", "-out", "signed", "-certfile", "root.pem"}, c.args...)...)
			got := parse(t, d.get("signed"))
			if len(got.Signers) != c.signers || !slices.Equal(got.Oddities, c.odd) {
				t.Fatalf("%d signers, odd: %v", len(got.Signers), got.Oddities)
			}
			if !got.Detached() && !bytes.Equal(got.Content, content) {
				t.Errorf("content %q", got.Content)
			}
			for _, s := range got.Signers {
				h := must[crypto.Hash](t)(s.Hash())
				res, err := cms.Verify(s, sum(h, content))
				if err != nil || res.WeakDigest != c.weak || !slices.Equal(s.Oddities, c.ofSigner) {
					t.Errorf("%v, weak %v, odd: %v", err, res.WeakDigest, s.Oddities)
				}
				if _, err := cms.Verify(s, sum(h, []byte("khác"))); err == nil {
					t.Error("other content is valid")
				}
			}
		})
	}
}

// TestAddTimestampToBER: a message of indefinite lengths takes a token, and
// OpenSSL still finds it good.
func TestAddTimestampToBER(t *testing.T) {
	d := newDesk(t)
	d.signer("r", softkeytest.RSA2048, nil)
	d.mustRun("cms", "-sign", "-binary", "-in", "content", "-outform", "DER", "-out", "signed", "-signer", "r.pem", "-inkey", "r.key", "-cades", "-stream")
	signed := d.get("signed")
	token := stamp(t, softkeytest.TSA(t, softkeytest.P256), parse(t, signed).Signers[0].Signature)
	with := must[[]byte](t)(cms.AddTimestamp(signed, token))
	d.put("signed", with)
	d.mustRun(judge...)
	if got := parse(t, with).Signers[0].Timestamps(); len(got) != 1 || !bytes.Equal(got[0], token) {
		t.Errorf("%d time-stamps", len(got))
	}
}
