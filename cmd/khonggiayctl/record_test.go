package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/trust/trusttest"
	"khonggiay/signing/validator"
)

// TestSignRecord: a record is written in the form of RFC 8785 with its signature
// beside it; openssl and our own verify find it good for that text and no other.
func TestSignRecord(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, filepath.Join(dir, "data")}
	p := trusttest.New(t)
	key, trusted := writeKey(t, dir, p)
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sign := func(in string) []string { return []string{"sign", "--key", key, "--password-stdin", in} }
	in, out := put("phieu.json", `{"vote": "đồng ý",  "meeting":"m1"}`), filepath.Join(dir, "phieu.signed.json")
	typing(t, keyPassword)
	k.ok("Đã ký: .*phieu.signed.json", sign(in)...)
	if b, err := os.ReadFile(out); err != nil || string(b) != `{"meeting":"m1","vote":"đồng ý"}` {
		t.Errorf("%s %v", b, err)
	}
	typing(t, keyPassword)
	k.fails("tệp đã có", sign(in)...)
	typing(t, keyPassword)
	k.fails("không phải JSON ký được", sign(put("hai.json", `{"a":1,"a":2}`))...)

	root := filepath.Join(trusted, "root.pem")
	openssl := func() ([]byte, error) {
		return exec.Command("openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", out+".p7s", "-content", out,
			"-CAfile", root, "-certfile", filepath.Join(dir, "ca.pem"), "-purpose", "any", "-out", os.DevNull).CombinedOutput()
	}
	if said, err := openssl(); err != nil {
		t.Errorf("openssl: %v\n%s", err, said)
	}
	judged := func(name string, code int) (r validator.Report) {
		t.Helper()
		got, text, errOut := k.typed("verify", "--json", "--trust", trusted, name)
		if err := json.Unmarshal([]byte(text), &r); err != nil || got != code || r.File != name {
			t.Fatalf("verify: %d %s%s %v", got, text, errOut, err)
		}
		return r
	}
	r := judged(out, verifyUnclear) // it asks nobody about revocation
	if s := r.Signatures[0]; len(r.Signatures) != 1 || s.SubIndication != signing.TryLater || s.Kind != validator.Detached ||
		s.Signer.Name != "Nguyễn Văn A" || s.ClaimedTime == nil {
		t.Errorf("%+v", s)
	}
	if r := judged(in, verifyUnclear); r.SubIndication != signing.SignedDataNotFound || len(r.Signatures) != 0 {
		t.Errorf("without a signature: %+v", r)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		sub  signing.SubIndication
	}{
		"another vote": {strings.Replace(string(text), "đồng", "không", 1), signing.HashFailure},
		"not the form": {string(text) + "\n", signing.FormatFailure},
	} {
		put("phieu.signed.json", c.text)
		if r := judged(out, verifyFailed); r.SubIndication != c.sub || r.Signatures[0].SubIndication != c.sub {
			t.Errorf("%s: %+v", name, r)
		}
		if said, err := openssl(); err == nil {
			t.Errorf("%s: openssl: %s", name, said)
		}
	}
	if err := os.WriteFile(out, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out+".p7s", bytes.Repeat([]byte{0x30, 0x80}, 1<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	judged(out, verifyFailed)
	if code, words, _ := k.typed("verify", out); code != verifyFailed || !strings.Contains(words, "Chữ ký bên cạnh bản ghi") {
		t.Errorf("%d %s", code, words)
	}
}
