package main

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

// TestTrust: what an operator types about roots, and what he is told.
func TestTrust(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, filepath.Join(dir, "data")}
	k.ok("Đã tạo máy chủ", "init")
	root := trusttest.NewRoot(t, "Gốc thử")
	person := root.Issue(t, "Nguyễn Văn A")
	rootFile, personFile := filepath.Join(dir, "goc.crt"), filepath.Join(dir, "a.crt")
	for path, i := range map[string]*trusttest.Issued{rootFile: root, personFile: person} {
		if err := os.WriteFile(path, i.Cert.Raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.ok(`Gốc thử[\s\S]*vân tay.*([0-9A-F]{2}:){31}[0-9A-F]{2}`, "trust", "add", rootFile, "--since", "2026-01-15", "--until", "2030-12-31", "--kind", "test")
	k.fails("đã được tin cậy", "trust", "add", rootFile)
	k.fails("CA", "trust", "add", personFile)
	k.fails("exactly one X.509", "trust", "add", os.Args[0], "--lang", "en")
	k.fails("cannot parse", "trust", "add", rootFile, "--since", "15/01/2026")
	k.ok(`Gốc thử[^\n]*2026-01-15\s+2030-12-31\s+signature,timestamp\s+test`, "trust", "list")
	k.ok("Gốc thử", "trust", "add", rootFile, "--replace", "--use", "signature", "--kind", "test", "--note", "đổi")
	k.ok(`Gốc thử[^\n]*\ssignature\s+test\s+đổi`, "trust", "list")
	fp := trust.FingerprintOf(root.Cert)
	k.fails("không có|Không có", "trust", "remove", strings.Repeat("0", 64))
	k.ok("Thôi tin cậy.*Gốc thử", "trust", "remove", hex.EncodeToString(fp[:]))
	k.fails("không có|Không có", "trust", "remove", hex.EncodeToString(fp[:]))
}
