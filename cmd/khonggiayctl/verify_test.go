package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/signing"
	"khonggiay/signing/presign"
	"khonggiay/signing/validator"
)

// unsignedPDF is a document of one empty page.
const unsignedPDF = "%PDF-1.7\n" +
	"1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n" +
	"2 0 obj\n<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 200 100]>>\nendobj\n" +
	"3 0 obj\n<</Type /Page /Parent 2 0 R>>\nendobj\n" +
	"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000056 00000 n \n0000000135 00000 n \n" +
	"trailer\n<</Size 4 /Root 1 0 R>>\nstartxref\n180\n%%EOF\n"

// TestVerify: each answer has its exit code, in words and for programs. What
// signed files are answered is tried in signing/validator.
func TestVerify(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, dir}
	put := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	unsigned, broken := put("unsigned.pdf", unsignedPDF), put("broken.pdf", "%PDF-1.7\n")
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{1, "CHƯA KẾT LUẬN ĐƯỢC / NOT DECIDED (INDETERMINATE / SIGNED_DATA_NOT_FOUND)", []string{"verify", unsigned}},
		{2, "KHÔNG HỢP LỆ / NOT VALID (TOTAL-FAILED / FORMAT_FAILURE)", []string{"verify", unsigned, broken}},
		{3, "unsigned.pdf", []string{"verify", filepath.Join(dir, "none.pdf"), unsigned}},
		{3, "", []string{"verify", dir}},
		{3, "", []string{"verify"}},
		{3, "", []string{"verify", "--unknown", unsigned}},
		{3, "", []string{"verify", "--trust", filepath.Join(dir, "none"), unsigned}},
	} {
		code, out, errOut := k.typed(c.args...)
		if code != c.code || !strings.Contains(out, c.want) || code == 3 && errOut == "" {
			t.Errorf("%v: %d, want %d\n%s%s", c.args, code, c.code, out, errOut)
		}
	}
}

// TestVerifyReport: the answer about one file is kept as PDF, beside the words and
// the exit code; what is there already is not overwritten.
func TestVerifyReport(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, dir}
	path, kept := filepath.Join(dir, "unsigned.pdf"), filepath.Join(dir, "báo cáo.pdf")
	if err := os.WriteFile(path, []byte(unsignedPDF), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		args []string
	}{
		{1, []string{"verify", "--report", kept, path}},
		{3, []string{"verify", "--report", kept, path}},
		{3, []string{"verify", "--report", filepath.Join(dir, "b.pdf"), path, path}},
	} {
		if code, out, errOut := k.typed(c.args...); code != c.code {
			t.Errorf("%v: %d, want %d\n%s%s", c.args, code, c.code, out, errOut)
		}
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", kept, "-").Output()
	if err != nil || !strings.Contains(string(out), "Tệp không có chữ ký số.") || !strings.Contains(string(out), "unsigned.pdf") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestVerifyJSON: one object a line for each file.
func TestVerifyJSON(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "unsigned.pdf")
	if err := os.WriteFile(path, []byte(unsignedPDF), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, _ := tool{t, dir}.typed("verify", "--json", path, path)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 1 || len(lines) != 2 {
		t.Fatalf("%d: %s", code, out)
	}
	var r validator.Report
	if err := json.Unmarshal([]byte(lines[0]), &r); err != nil {
		t.Fatal(err)
	}
	if r.File != path || r.Indication != signing.Indeterminate || r.Findings[0].Code != validator.Unsigned || r.Revisions != 1 {
		t.Errorf("%+v", r)
	}
}

// TestInspectBeforeSigning: what could deceive a signer is said, in words and for
// programs. The findings are tried in signing/presign.
func TestInspectBeforeSigning(t *testing.T) {
	dir := t.TempDir()
	k := tool{t, dir}
	plain, acting := filepath.Join(dir, "plain.pdf"), filepath.Join(dir, "acting.pdf")
	action := strings.Replace(unsignedPDF, "/MediaBox [0 0 200 100]", "/AA <</O <</JS (x)>>>> ", 1)
	for path, content := range map[string]string{plain: unsignedPDF, acting: action} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.ok("không thấy điều gì đáng ngờ", "inspect", plain)
	k.ok(`\[cần xem lại\] javascript, đối tượng 2 0`, "inspect", acting)
	var facts inspection
	if err := json.Unmarshal([]byte(k.ok("", "inspect", "--json", acting)), &facts); err != nil || !facts.Signing.Has(presign.Script) {
		t.Errorf("%+v, %v", facts, err)
	}
}

// TestPrintable: a foreign file cannot move the cursor.
func TestPrintable(t *testing.T) {
	if got := printable("a\x1b[2K\r\u202eb đ"); strings.ContainsAny(got, "\x1b\r\u202e") || !strings.HasSuffix(got, "b đ") {
		t.Errorf("%q", got)
	}
}
