package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office/officetest"
	"khonggiay/app/sqlite"
)

// fileOf enters a document with one file and returns the file's address.
func fileOf(p *province, name string, text []byte) string {
	p.t.Helper()
	sum := p.stored("so.clerk", name, text)
	p.give("so.clerk", "document.receive.1", "d1", `{"unit":"so","fields":{"subject":"Có tệp"},"files":[{"name":"","sha256":"`+sum+`"}]}`)
	doc := p.get("so.clerk", "/documents/d1")
	return fmt.Sprintf("/api/documents/d1/files/%.0f", doc["files"].([]any)[0].(map[string]any)["key"])
}

func TestFileRanges(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	text := pdf(400_000)
	path := fileOf(p, "Kế hoạch 12.pdf", text)
	w := p.do("so.clerk", "GET", path, nil, nil)
	if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), text) {
		t.Fatalf("whole: %d, %d bytes", w.Code, w.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type":            "application/pdf",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
		"Content-Disposition":     `inline; filename="Ke hoach 12.pdf"; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch%2012.pdf`,
		"Accept-Ranges":           "bytes",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for value, want := range map[string][]byte{
		"bytes=0-0":             text[:1],
		"bytes=131055-131080":   text[131055:131081], // over the border of two sealed chunks
		"bytes=-5":              text[len(text)-5:],
		"bytes=399999-":         text[399999:],
		"bytes=131072-262143":   text[131072:262144],
		"bytes=200000-99999999": text[200000:],
	} {
		w := p.do("so.clerk", "GET", path, nil, func(r *http.Request) { r.Header.Set("Range", value) })
		if w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), want) {
			t.Errorf("%s: %d, %d bytes", value, w.Code, w.Body.Len())
		}
	}
	if w := p.do("so.clerk", "GET", path, nil, func(r *http.Request) { r.Header.Set("Range", "bytes=400000-") }); w.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond the end: %d", w.Code)
	}
	if w := p.do("so.clerk", "GET", path+"?download=true", nil, nil); !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment;") {
		t.Errorf("download: %q", w.Header().Get("Content-Disposition"))
	}
}

func TestFileThatIsNotHere(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	path := fileOf(p, "a.pdf", pdf(1000))
	for e, err := range p.files.List() {
		if err != nil {
			t.Fatal(err)
		}
		if err := p.files.Remove(e.Name); err != nil {
			t.Fatal(err)
		}
	}
	if w := p.do("so.clerk", "GET", path, nil, nil); w.Code != http.StatusServiceUnavailable || reason(w) != "content.not_here" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	doc := p.get("so.clerk", "/documents/d1")
	if doc["where"].(map[string]any)["machine"] != false {
		t.Errorf("where: %v", doc["where"])
	}
}

func TestUploads(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	page := []byte("<!doctype html><script>alert(1)</script>")
	for name, c := range map[string]struct {
		file string
		text []byte
		want string // name kept, or reason
	}{
		"NFD name":           {norm.NFD.String("Tờ trình số 5.pdf"), pdf(100), "Tờ trình số 5.pdf"},
		"path in the name":   {`..\..\etc/Báo cáo.pdf`, pdf(100), "Báo cáo.pdf"},
		"hidden ending":      {"hóa\u202efdp.exe.pdf", pdf(100), "hóafdp.exe.pdf"},
		"Word document":      {"Phụ lục.docx", officetest.Docx(t, "Phụ lục"), "Phụ lục.docx"},
		"OpenDocument text":  {"Phụ lục.ODT", officetest.Odt(t, "Phụ lục"), "Phụ lục.ODT"},
		"half a document":    {"a.docx", officetest.Docx(t, "Phụ lục")[:600], "office.damaged"},
		"one with macros":    {"a.docx", officetest.Docx(t, "x", officetest.Part{Name: "word/vbaProject.bin", Text: "x"}), "office.macros"},
		"one with password":  {"a.docx", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest"), "office.protected"},
		"ODF named docx":     {"a.docx", officetest.Odt(t, "x"), "office.other_kind"},
		"text":               {"ghi chu.txt", []byte("Ghi chú cuộc họp"), "ghi chu.txt"},
		"program":            {"setup.exe", []byte("MZ\x90"), "upload.type_refused"},
		"page as PDF":        {"a.pdf", page, "upload.other_kind"},
		"page as text":       {"a.txt", page, "upload.other_kind"},
		"page as old Word":   {"a.doc", page, "upload.other_kind"},
		"no ending":          {"README", pdf(100), "upload.type_refused"},
		"only an ending":     {".pdf", pdf(100), "upload.type_refused"},
		"nothing in it":      {"a.txt", nil, "upload.empty"},
		"an empty PDF":       {"a.pdf", nil, "upload.empty"},
		"name of dots":       {"....", pdf(100), "upload.bad_name"},
		"long name":          {strings.Repeat("ộ", 300) + ".pdf", pdf(100), strings.Repeat("ộ", 176) + ".pdf"},
		"marked as a secret": {"TUYỆT MẬT.pdf", pdf(100), "secrecy.refused"},
	} {
		w := p.upload("so.clerk", c.file, c.text)
		got := reason(w)
		if w.Code == http.StatusOK {
			var up api.UploadResult
			if err := json.Unmarshal(w.Body.Bytes(), &up); err != nil {
				t.Fatal(err)
			}
			got = up.Name
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q (%d)", name, got, c.want, w.Code)
		}
	}
}

func TestUploadCountsPages(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	var up api.UploadResult
	w := p.upload("so.clerk", "a.pdf", pdf(100_000))
	if err := json.Unmarshal(w.Body.Bytes(), &up); err != nil || up.Pages != 2 {
		t.Errorf("pages: %d, %v: %s", up.Pages, err, w.Body)
	}
}

func TestUploadThatIsNotAForm(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	for name, c := range map[string]struct{ contentType, body string }{
		"JSON":            {"application/json", "{}"},
		"no boundary":     {"multipart/form-data", "x"},
		"cut short":       {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7"},
		"no file":         {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nx\r\n--b--\r\n"},
		"nothing in form": {"multipart/form-data; boundary=b", "--b--\r\n"},
	} {
		w := p.do("so.clerk", "POST", "/api/uploads", strings.NewReader(c.body), func(r *http.Request) { r.Header.Set("Content-Type", c.contentType) })
		if w.Code != http.StatusUnprocessableEntity || reason(w) != "request.malformed" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// A new version that begins with the old one, as a signed file does, brings only
// its end.
func TestNewVersionBringsItsEnd(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	plain := pdf(500_000)
	p.give("x1.officer", "document.draft.1", "d1", `{"unit":"x1","division":"x1.p","fields":{"type":"BC","subject":"Báo cáo"},"files":[{"name":"a.pdf","sha256":"`+p.stored("x1.officer", "a.pdf", plain)+`"}]}`)
	first, _ := json.Marshal(p.get("x1.officer", "/documents/d1")["files"].([]any)[0].(map[string]any)["key"])
	signed := append(bytes.Clone(plain), bytes.Repeat([]byte("ký"), 20_000)...)
	p.give("x1.officer", "document.add_file.1", "d1", `{"file":{"name":"a.pdf","replaces":`+string(first)+`,"sha256":"`+p.stored("x1.officer", "a.pdf", signed)+`"}}`)
	err := p.store.Read(t.Context(), func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindDocument, ID: "d1"})
		if err != nil {
			return err
		}
		d := r.(*app.Document)
		main, _ := d.MainFile()
		segments := d.Files[main].Content.Segments
		if len(segments) != 2 || segments[0] != d.Files[d.Files[main].Replaces].Content.Segments[0] || segments[1].Plain != 60_000 {
			t.Errorf("segments %+v", segments)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// endless is a file of so many bytes that no memory holds.
type endless struct{ left int64 }

func (e *endless) Read(b []byte) (int, error) {
	n := int(min(int64(len(b)), e.left))
	if e.left -= int64(n); n == 0 {
		return 0, io.EOF
	}
	clear(b[:n])
	return n, nil
}

// TestUploadTooLarge: a body that says that it is too large is not read at all;
// one that says nothing ends at the bound, and leaves nothing behind.
func TestUploadTooLarge(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	const head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7 "
	for name, says := range map[string]int64{"says so": 2_000_000_000, "says nothing": -1} {
		file := &endless{left: 2_000_000_000}
		w := p.do("so.clerk", "POST", "/api/uploads", io.MultiReader(strings.NewReader(head), file), func(r *http.Request) {
			r.ContentLength = says
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		})
		var problem api.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.Reason != "upload.too_large" || problem.Data["maxBytes"] != float64(api.MaxUpload) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if read := 2_000_000_000 - file.left; says > 0 && read != 0 || read > api.MaxUpload+2<<20 {
			t.Errorf("%s: %d bytes were read", name, read)
		}
	}
	for e, err := range p.files.List() {
		t.Errorf("left over: %v, %v", e, err)
	}
}
