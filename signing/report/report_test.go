package report

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/appearance"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// now is the moment of all these tests.
var now = time.Date(2026, 11, 30, 2, 15, 4, 0, time.UTC)

// decision is a document of two pages.
func decision(t *testing.T) []byte {
	t.Helper()
	s, err := newSheet()
	if err != nil {
		t.Fatal(err)
	}
	s.centred(heading, "QUYẾT ĐỊNH")
	s.page()
	s.paragraph(left, column, body, "Điều 1. Cấp kinh phí 100 triệu đồng.")
	var out bytes.Buffer
	if err := s.write(&out, "Quyết định", "Quyết định"); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// signed is the decision with a signature of somebody.
func signed(t *testing.T, name pkix.Name) []byte {
	t.Helper()
	key := softkeytest.New(t, softkeytest.P256, func(c *x509.Certificate) { c.Subject = name })
	file := decision(t)
	var out bytes.Buffer
	o := pades.Options{Field: "NguoiKy", Time: now.Add(-time.Hour)}
	if err := pades.Sign(t.Context(), bytes.NewReader(file), int64(len(file)), &out, o, key); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// tampered changes what the second page says, as an editor would save it.
func tampered(t *testing.T, file []byte) []byte {
	t.Helper()
	f, err := pdf.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := f.Newest().Pages()
	if err != nil {
		t.Fatal(err)
	}
	u, err := pdf.NewUpdate(f.Newest())
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Set(pages[1].Dict.Get("Contents").(pdf.Ref), pdf.NewFlateStream(pdf.NewDict(), []byte("0 0 100 100 re f\n"))); err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(bytes.Clone(file))
	if _, err := u.Append(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// judged is the record of a file, by the root of the tests.
func judged(t *testing.T, name string, file []byte) *Record {
	t.Helper()
	policy := trust.DefaultPolicy()
	policy.RequireRevocation = false
	store, err := trust.NewStore(trust.Anchor{Certificate: softkeytest.Root(), Signature: true, Kind: trust.KindTest})
	if err != nil {
		t.Fatal(err)
	}
	v := &trust.Validator{Store: store, Policy: policy, Now: func() time.Time { return now }}
	sum := sha256.Sum256(file)
	r := &Record{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(file)), Judged: now, Program: "Không Giấy thử"}
	r.Report = validator.Validate(t.Context(), bytes.NewReader(file), int64(len(file)), validator.Options{Trust: v, Now: now})
	r.File = name
	if r.Trust, err = TrustOf(store); err != nil {
		t.Fatal(err)
	}
	return r
}

// A printed report is what other programs make of it.
type printed struct {
	text  string // without breaks of lines
	pages int
}

var fontRE = regexp.MustCompile(`(?m)^[A-Z]{6}\+Tinos\S*\s+CID TrueType\s+Identity-H\s+yes\s+yes\s+yes`)

// print has the programs of others judge the file: sound, with all letters
// embedded, and readable as it was written.
func print(t *testing.T, r *Record) printed {
	t.Helper()
	var b bytes.Buffer
	if err := r.WritePDF(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if dir := os.Getenv("SHOTS"); dir != "" {
		path = filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".pdf")
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) string {
		out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		return string(out)
	}
	run("qpdf", "--check", path)
	fonts := run("pdffonts", path)
	if lines := strings.Count(strings.TrimSpace(fonts), "\n") - 1; lines < 2 || len(fontRE.FindAllString(fonts, -1)) != lines {
		t.Errorf("fonts are not all embedded in part with their characters:\n%s", fonts)
	}
	info := run("pdfinfo", path)
	if !strings.Contains(info, "A4") || !strings.Contains(info, title) {
		t.Errorf("%s", info)
	}
	pages, _ := strconv.Atoi(regexp.MustCompile(`Pages:\s+(\d+)`).FindStringSubmatch(info)[1])
	return printed{strings.Join(strings.Fields(run("pdftotext", "-layout", path, "-")), " "), pages}
}

func (p printed) has(t *testing.T, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(p.text, want) {
			t.Errorf("the report lacks %q:\n%s", want, p.text)
		}
	}
}

var chairman = pkix.Name{CommonName: "Nguyễn Thị Hà", Organization: []string{"Ủy ban nhân dân xã Đồng Tâm"}, OrganizationalUnit: []string{"Văn phòng HĐND và UBND"}, Country: []string{"VN"}}

// TestGood: all that Thông tư 15/2025/TT-BKHCN wants shown of a signature, and
// what the verdict rests on.
func TestGood(t *testing.T) {
	r := judged(t, "Quyết định số 12.pdf", signed(t, chairman))
	p := print(t, r)
	p.has(t, "BÁO CÁO KIỂM TRA CHỮ KÝ SỐ", "Chữ ký hợp lệ", "Mọi chữ ký trong tệp đều hợp lệ.", "Quyết định số 12.pdf", "TOTAL-PASSED",
		"Kiểm tra lúc 09:15:04 30/11/2026 (giờ Việt Nam)", "1 chứng thư gốc", "Gốc thử nghiệm (thử nghiệm)",
		"1. Nguyễn Thị Hà", "Người ký Nguyễn Thị Hà", "Cơ quan, tổ chức Ủy ban nhân dân xã Đồng Tâm", "Đơn vị quản lý Văn phòng HĐND và UBND",
		"Nơi cấp chứng thư số Gốc thử nghiệm", "08:15:04 30/11/2026, giờ máy của người ký, chưa có dấu thời gian",
		"Nội dung còn nguyên như khi ký", "Chữ ký bao trùm toàn bộ tệp", "Có hiệu lực khi ký, nếu giờ máy của người ký đúng", "Chưa có dấu thời gian được tin cậy (B-B)", "SHA-256, EC P-256", "Trang 1/")
	if whole := strings.ReplaceAll(p.text, " ", ""); !strings.Contains(whole, r.SHA256) || !strings.Contains(whole, r.Trust.List) {
		t.Errorf("the hash of the file or of the roots is missing: %s", p.text)
	}
}

// TestTampered: the report says what was changed, and where.
func TestTampered(t *testing.T) {
	r := judged(t, "Quyết định.pdf", tampered(t, signed(t, chairman)))
	if r.Indication != signing.TotalFailed {
		t.Fatalf("%s %s", r.Indication, r.SubIndication)
	}
	print(t, r).has(t, "Chữ ký không hợp lệ", "Nội dung trang 2 đã bị sửa sau khi ký.", "TOTAL-FAILED / FORMAT_FAILURE", "Không còn nguyên vẹn",
		"Thay đổi sau khi ký", "nội dung trang 2 bị sửa – Không được phép", "Chữ ký bao trùm tệp đến lần ký")
}

// TestNotSigned: a file without signatures, and one that is no PDF, have reports.
func TestNotSigned(t *testing.T) {
	print(t, judged(t, "Dự thảo.pdf", decision(t))).has(t, "Chưa đủ căn cứ", "Tệp không có chữ ký số.", "INDETERMINATE / SIGNED_DATA_NOT_FOUND")
	print(t, judged(t, "hỏng.pdf", []byte("%PDF-1.7\n"))).has(t, "Tệp PDF có lỗi", "TOTAL-FAILED")
}

// TestForeignNames: names of a stranger's file are shown as far as the letters go;
// what they cannot show is marked, and nothing runs out of its column or page.
func TestForeignNames(t *testing.T) {
	name := pkix.Name{CommonName: "Ким 김 שלום \u202eABC", Organization: []string{strings.Repeat("W", 60)}}
	r := judged(t, "x\u202e\u200b.pdf", signed(t, name))
	p := print(t, r)
	p.has(t, "Ким", string(appearance.Lost), "đứng thay cho ký tự không in được")
	if strings.ContainsAny(p.text, "김\u202e\u200b") {
		t.Error("what cannot be shown was not left out")
	}
	if strings.Count(p.text, "W") < 60 {
		t.Errorf("a long name was cut: %s", p.text)
	}
}

// TestMany: a file of thousands of changes and signatures has a report that ends,
// which says what it has not listed.
func TestMany(t *testing.T) {
	r := judged(t, "a.pdf", signed(t, chairman))
	s := r.Signatures[0]
	for i := range 5000 {
		s.Changes = append(s.Changes, validator.Change{Revision: 2, Kind: validator.ChangeContent, Page: i + 1})
		s.Findings = append(s.Findings, validator.Finding{Code: validator.ChangedAfter, Data: map[string]any{"kind": validator.ChangeContent, "page": i + 1}})
	}
	s.Indication = signing.TotalFailed
	p := print(t, r)
	p.has(t, "… và 4900 mục nữa, xem bản JSON", fmt.Sprintf("Trang %d/%d", p.pages, p.pages))
	if p.pages < 3 || p.pages > 20 {
		t.Errorf("%d pages", p.pages)
	}
}

// TestSame: the same record is the same bytes.
func TestSame(t *testing.T) {
	r := judged(t, "a.pdf", signed(t, chairman))
	var a, b bytes.Buffer
	if err := r.WritePDF(&a); err != nil {
		t.Fatal(err)
	}
	if err := r.WritePDF(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("two writings differ: %v", err)
	}
}

// TestJSON: the record is the validator's report, and what it rests on.
func TestJSON(t *testing.T) {
	r := judged(t, "a.pdf", signed(t, chairman))
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		File, Indication, SHA256 string
		Judged                   time.Time
		Signatures               []struct{ Field string }
		Trust                    struct{ Roots []struct{ Name string } }
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.File != "a.pdf" || got.Indication != "TOTAL-PASSED" || got.SHA256 != r.SHA256 || !got.Judged.Equal(now) || len(got.Signatures) != 1 || len(got.Trust.Roots) != 1 {
		t.Errorf("%s", out.String())
	}
}
