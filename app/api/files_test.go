package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app/api"
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
		"Word document":      {"Phụ lục.docx", []byte("PK\x03\x04rest"), "Phụ lục.docx"},
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
