package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/signintech/gopdf"

	"khonggiay/app"
	"khonggiay/app/office/officetest"
	"khonggiay/app/sqlite"
	"khonggiay/signing"
	"khonggiay/signing/report"
	"khonggiay/signing/validator"
)

// blankPDF is a whole PDF of one page that says nothing.
func blankPDF(t *testing.T) []byte {
	t.Helper()
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	doc.AddPage()
	doc.Line(10, 10, 20, 20)
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSignatures: whoever may open a file is told what its signatures are worth;
// others are not, also not as a report that is kept; a file that is no PDF has none, and one that only begins like a
// PDF is called what it is.
func TestSignatures(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	add := func(n int, name string, text []byte) app.CommandID {
		if n == 1 {
			p.give("x1.officer", "document.draft.1", "d1", `{"unit":"x1","fields":{"type":"BC","subject":"Báo cáo"},"files":[{"name":"`+name+`","sha256":"`+p.stored("x1.officer", name, text)+`"}]}`)
		} else {
			p.give("x1.officer", "document.add_file.1", "d1", `{"file":{"name":"`+name+`","sha256":"`+p.stored("x1.officer", name, text)+`"}}`)
		}
		return p.file("d1", n)
	}
	ask := func(who string, key app.CommandID) (int, validator.Report, []byte) {
		w := p.do(who, "GET", fmt.Sprintf("/api/documents/d1/files/%d/signatures", key), nil, nil)
		var r validator.Report
		_ = json.Unmarshal(w.Body.Bytes(), &r)
		return w.Code, r, w.Body.Bytes()
	}
	blank := add(1, "a.pdf", blankPDF(t))
	code, r, _ := ask("x1.officer", blank)
	if code != http.StatusOK || r.File != "a.pdf" || r.Indication != signing.Indeterminate || len(r.Findings) == 0 || r.Findings[0].Code != validator.Unsigned {
		t.Errorf("a PDF without signatures: %d %+v", code, r)
	}
	if code, _, _ := ask("so.clerk", blank); code != http.StatusNotFound {
		t.Errorf("somebody who may not read it: %d", code)
	}
	torn := add(2, "b.pdf", append(blankPDF(t)[:200], "\n/ByteRange [0 1 2 3] /Contents <00> trailer"...))
	if code, r, _ := ask("x1.officer", torn); code != http.StatusOK || r.Indication != signing.TotalFailed {
		t.Errorf("a torn PDF: %d %+v", code, r)
	}
	kept := func(who, form string, key app.CommandID) (int, string, []byte) {
		w := p.do(who, "GET", fmt.Sprintf("/api/documents/d1/files/%d/signatures/report?form=%s", key, form), nil, nil)
		return w.Code, w.Header().Get("Content-Disposition"), w.Body.Bytes()
	}
	var record report.Record
	code, name, text := kept("x1.officer", "json", blank)
	if err := json.Unmarshal(text, &record); err != nil || code != http.StatusOK || !strings.Contains(name, "attachment") || record.File != "a.pdf" ||
		record.SHA256 != fmt.Sprintf("%x", sha256.Sum256(blankPDF(t))) || record.Judged.IsZero() || record.Program != "Không Giấy test" {
		t.Errorf("the report as JSON: %d %s %s %v", code, name, text, err)
	}
	if code, name, text := kept("x1.officer", "pdf", torn); code != http.StatusOK || !strings.Contains(name, "b%20-%20ch%E1%BB%AF%20k%C3%BD.pdf") || !bytes.HasPrefix(text, []byte("%PDF-1.7")) {
		t.Errorf("the report as PDF: %d %s %.20q", code, name, text)
	}
	for _, c := range []struct {
		who, form string
		code      int
	}{{"so.clerk", "pdf", http.StatusNotFound}, {"x1.officer", "doc", http.StatusUnprocessableEntity}} {
		if code, _, _ := kept(c.who, c.form, blank); code != c.code {
			t.Errorf("%s, %s: %d", c.who, c.form, code)
		}
	}
	if w := p.do("x1.officer", "GET", fmt.Sprintf("/api/documents/d1/files/%d/presign", blank), nil, nil); w.Code != http.StatusNotFound || reason(w) != "request.not_here" {
		t.Errorf("where nobody signs, nothing is looked at: %d", w.Code)
	}
	docx := add(3, "c.docx", officetest.Docx(t, "một"))
	if code, _, b := ask("x1.officer", docx); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest || !bytes.Contains(b, []byte("signatures.not_pdf")) {
		t.Errorf("no PDF: %d %s", code, b)
	}
}
