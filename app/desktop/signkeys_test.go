package desktop

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"image"
	"image/png"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/pkcs11/softhsmtest"
	"khonggiay/signing/softkey/softkeytest"
)

// pkcs12 makes the file of a key, as OpenSSL exports it, and returns its certificate.
func pkcs12(t *testing.T, path, password string, kind softkeytest.Kind, edit func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	key := softkeytest.NewKey(t, kind)
	cert := softkeytest.Issue(t, key.Public(), edit)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var in bytes.Buffer
	for _, b := range []pem.Block{{Type: "PRIVATE KEY", Bytes: der}, {Type: "CERTIFICATE", Bytes: cert.Raw}, {Type: "CERTIFICATE", Bytes: softkeytest.Root().Raw}} {
		if err := pem.Encode(&in, &b); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("openssl", "pkcs12", "-export", "-out", path, "-passout", "pass:"+password)
	cmd.Stdin = &in
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl: %v %s", err, out)
	}
	return cert
}

func (l *laptop) keys() api.SigningKeys     { l.t.Helper(); return l.signingKeys("") }
func (l *laptop) lookAnew() api.SigningKeys { l.t.Helper(); return l.signingKeys("?anew=true") }

func (l *laptop) signingKeys(query string) (out api.SigningKeys) {
	l.t.Helper()
	if code := l.call("GET", "/api/signing/keys"+query, nil, &out); code != http.StatusOK {
		l.t.Fatalf("keys: %d", code)
	}
	return out
}

// TestSignKeys: what a laptop says of tokens and files before anybody signs.
func TestSignKeys(t *testing.T) {
	softhsmtest.Make(t,
		softhsmtest.Token{Label: "Đủ loại", Keys: []softhsmtest.Key{
			{Kind: softkeytest.RSA2048, Edit: named("Còn hạn", "Sở Nội vụ")},
			{Kind: softkeytest.P256, Edit: func(c *x509.Certificate) {
				named("Hết hạn", "")(c)
				c.NotAfter = c.NotBefore.Add(time.Hour)
			}},
			{Kind: softkeytest.P256, Edit: func(c *x509.Certificate) {
				named("Chưa đến hạn", "")(c)
				c.NotBefore = c.NotAfter.Add(-time.Hour)
			}},
			{Kind: softkeytest.P256, Edit: func(c *x509.Certificate) {
				named("Để mã hóa", "")(c)
				c.KeyUsage = x509.KeyUsageKeyEncipherment
			}},
			{Kind: softkeytest.P521, Edit: named("Đường cong khác", "")},
		}},
		softhsmtest.Token{Label: "Trống"})
	data := t.TempDir()
	dir := filepath.Join(data, "signing", "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	hidden := pkcs12(t, filepath.Join(dir, "thử nghiệm.p12"), "mật khẩu", softkeytest.P256, named("Có tệp bên cạnh", ""))
	pkcs12(t, filepath.Join(dir, "kín.pfx"), "mật khẩu", softkeytest.P256, named("Kín", ""))
	pkcs12(t, filepath.Join(dir, "mở.p12"), "", softkeytest.P256, named("Mở", ""))
	err := errors.Join(os.WriteFile(filepath.Join(dir, "thử nghiệm.cer"), hidden.Raw, 0o600), os.WriteFile(filepath.Join(dir, "hỏng.p12"), []byte("x"), 0o600),
		os.WriteFile(filepath.Join(dir, "ghi chú.txt"), []byte("x"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	s := startServer(t)
	missing := filepath.Join(t.TempDir(), "no.so")
	l := s.laptopWith(clerkC, func(c *Config) {
		c.Data, c.tokenEvery = data, 10*time.Millisecond
		c.TokenLibraries = []string{softhsmtest.Library(t), missing}
	})
	defer func() { l.stop() }()
	found := l.keys()
	refused := map[string]string{}
	for _, k := range found.Keys {
		name := k.Subject
		if name == "" {
			name = k.Token.Label
		}
		refused[name] = k.Refused
		if k.ID == "" || k.Token.PIN != "unknown" || (k.Kind == app.KeyToken) != (k.Token.Serial != "") {
			t.Errorf("%+v", k)
		}
	}
	for name, want := range map[string]string{"Còn hạn": "", "Hết hạn": "sign.certificate_expired", "Chưa đến hạn": "sign.certificate_not_yet",
		"Để mã hóa": "sign.key_usage", "Đường cong khác": "sign.key_weak", "Có tệp bên cạnh": "", "kín.pfx": "", "Mở": "", "hỏng.p12": ""} {
		if got, ok := refused[name]; !ok || got != want {
			t.Errorf("%s: %t %q, want %q", name, ok, got, want)
		}
	}
	if len(refused) != 9 {
		t.Errorf("%d keys", len(refused))
	}
	if len(found.Empty) != 1 || found.Empty[0].Label != "Trống" {
		t.Errorf("without certificates: %+v", found.Empty)
	}
	if len(found.Libraries) != 2 || found.Libraries[0].Problem != "" || found.Libraries[0].Name == "" || found.Libraries[1].Problem != "sign.library_load" {
		t.Errorf("libraries %+v", found.Libraries)
	}
	if again := l.keys(); again.Keys[0].ID != found.Keys[0].ID {
		t.Error("a key has another name at the next look")
	}
	softhsmtest.Util(t, "--init-token", "--free", "--label", "Mới cắm", "--so-pin", softhsmtest.OfficerPIN, "--pin", softhsmtest.PIN)
	if seen := l.keys(); len(seen.Empty) != 1 {
		t.Errorf("SoftHSM sees a token without being started anew: %+v", seen.Empty)
	}
	if seen := l.lookAnew(); len(seen.Empty) != 2 || len(seen.Keys) != len(found.Keys) {
		t.Errorf("after looking anew: %+v", seen.Empty)
	}
}

// TestTokenLibrary: what is loaded into the program is named in full.
func TestTokenLibrary(t *testing.T) {
	c, err := ParseArgs([]string{"--data", t.TempDir(), "--token-library", "/opt/a.so", "--token-library", "/opt/b.so"}, io.Discard)
	if err != nil || !slices.Equal(c.TokenLibraries, []string{"/opt/a.so", "/opt/b.so"}) {
		t.Errorf("%v %v", c.TokenLibraries, err)
	}
	for _, bad := range []string{"a.so", "./a.so", ""} {
		if _, err := ParseArgs([]string{"--data", t.TempDir(), "--token-library", bad}, io.Discard); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// TestSignWithFile: the file of a key signs like a token, with its password.
func TestSignWithFile(t *testing.T) {
	o := openSigningOffice(t, nil)
	dir := filepath.Join(o.chief.app.cfg.Data, "signing", "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	const password = "mật khẩu của tệp"
	pkcs12(t, filepath.Join(dir, "kín.p12"), password, softkeytest.RSA3072, named("Lê Văn Chủ", "Thử nghiệm"))
	pkcs12(t, filepath.Join(dir, "cũ.p12"), password, softkeytest.P256, func(c *x509.Certificate) { c.NotAfter = c.NotBefore.Add(time.Hour) })
	const id = app.ID("019ab000-0000-7000-8000-0000000000c1")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	keys := map[string]string{}
	for _, k := range o.chief.keys().Keys {
		keys[k.Token.Label] = k.ID
	}
	if p := o.chief.refusedToSign(orderOf(api.SignPerson, keys["kín.p12"], "sai", d)); p.Reason != "sign.pin_wrong" || p.Data["left"] != "unknown" {
		t.Errorf("wrong password: %+v", p)
	}
	if p := o.chief.refusedToSign(orderOf(api.SignPerson, keys["cũ.p12"], password, d)); p.Reason != "sign.certificate_expired" {
		t.Errorf("a certificate that the password showed: %+v", p)
	}
	o.chief.sign(orderOf(api.SignPerson, keys["kín.p12"], password, d))
	d = o.chief.doc(id)
	if c := d.Signatures[0].Claim; c.Key != app.KeyFile || c.Subject != "Lê Văn Chủ" || c.Certificate.IsZero() || c.Field != personField {
		t.Errorf("claim %+v", c)
	}
	if verdict := pdfsig(t, o.chief.file(id, mainFile(d).Key)); strings.Count(verdict, "Signature is Valid") != 1 {
		t.Errorf("pdfsig: %s", verdict)
	}
}

// TestSignedTooLate: the document was taken back while the leader signed it
// without a line. The server refuses the signature; the file stays, as what was
// signed, until he lets it go.
func TestSignedTooLate(t *testing.T) {
	o := openSigningOffice(t, nil)
	const id = app.ID("019ab000-0000-7000-8000-0000000000c2")
	d := o.toSign(id, scanOf(t, "Quyết định thử"))
	o.chief.app.currentLink().cutLine(true)
	given := o.chief.sign(orderOf(api.SignPerson, o.chief.key(o.chiefCert).ID, softhsmtest.PIN, d))
	signed := o.chief.file(id, mainFile(o.chief.doc(id)).Key)
	o.drafter.until("to have it", func() bool { return o.drafter.doc(id) != nil })
	o.drafter.give("document.withdraw.1", id, `{"text":"Có sai sót"}`)
	o.drafter.until("the document to be taken back", func() bool { d := o.drafter.doc(id); return d.State != app.OutToSign && !d.Pending })
	o.chief.app.currentLink().cutLine(false)
	o.chief.until("the refusal", func() bool { return o.chief.sync().RefusedCount == 1 })
	item := o.chief.sync().Refused[0]
	if item.ID != given[0].Given.ID || item.Name != "document.sign.1" || len(item.Files) != 1 || item.Files[0].Size != int64(len(signed)) {
		t.Fatalf("refused: %+v", item)
	}
	link := o.chief.app.currentLink()
	sweep := func() {
		if err := link.discard(t.Context(), 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	o.chief.until("the uploads", func() bool { return len(o.chief.sync().Uploads) == 0 })
	sweep()
	kept := func() (int, []byte) {
		resp, err := o.chief.http.Get(o.chief.app.gate.origin + "/api/sync/refused/" + strconv.FormatUint(uint64(item.ID), 10) + "/files/0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var b bytes.Buffer
		if _, err := b.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, b.Bytes()
	}
	if code, b := kept(); code != http.StatusOK || !bytes.Equal(b, signed) {
		t.Errorf("what was signed: %d, %d bytes", code, len(b))
	}
	if code := o.chief.call("DELETE", "/api/sync/refused/"+strconv.FormatUint(uint64(item.ID), 10), nil, nil); code != http.StatusNoContent {
		t.Errorf("let go: %d", code)
	}
	sweep()
	if code, _ := kept(); code != http.StatusNotFound {
		t.Errorf("after it was let go: %d", code)
	}
}

// TestSignaturePicture: a picture is kept for its owner alone, and only one that
// can be drawn.
func TestSignaturePicture(t *testing.T) {
	l := startServer(t).laptopOf(clerkC)
	defer func() { l.stop() }()
	get := func(kind string) (int, []byte) {
		resp, err := l.http.Get(l.app.gate.origin + "/api/signing/pictures/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var b bytes.Buffer
		if _, err := b.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, b.Bytes()
	}
	if code, _ := get("person"); code != http.StatusNotFound {
		t.Errorf("before one is kept: %d", code)
	}
	file := picture(t)
	if code := l.savePicture(api.SignPerson, file); code != http.StatusNoContent {
		t.Fatalf("save: %d", code)
	}
	if code, b := get("person"); code != http.StatusOK || !bytes.Equal(b, file) {
		t.Errorf("%d, %d bytes", code, len(b))
	}
	if code, _ := get("organ"); code != http.StatusNotFound {
		t.Errorf("the agency's: %d", code)
	}
	info, err := os.Stat(filepath.Join(l.app.cfg.Data, "signing", "person.png"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 4001, 2))); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"no picture": []byte("GIF89a"), "cut off": file[:len(file)/2], "wide": wide.Bytes()} {
		if code := l.savePicture(api.SignPerson, bad); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, code)
		}
	}
	if _, b := get("person"); !bytes.Equal(b, file) {
		t.Error("a picture that was refused took the place of the other")
	}
	if code := l.savePicture(api.SignPerson, nil); code != http.StatusNoContent {
		t.Errorf("remove: %d", code)
	}
	if code, _ := get("person"); code != http.StatusNotFound {
		t.Errorf("after it was removed: %d", code)
	}
}
