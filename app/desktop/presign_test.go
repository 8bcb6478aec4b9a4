package desktop

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/signing/pdf"
)

// withScript is a PDF that runs a script when it is opened.
func withScript(t *testing.T) []byte {
	t.Helper()
	b := scanOf(t, "Quyết định thử")
	f, err := pdf.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	view := f.Newest()
	catalog, err := view.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	u, err := pdf.NewUpdate(view)
	if err != nil {
		t.Fatal(err)
	}
	catalog = catalog.Clone()
	catalog.Set("OpenAction", pdf.NewDict(pdf.Name("S"), pdf.Name("JavaScript"), pdf.Name("JS"), pdf.TextString("app.alert(1)")))
	if err := u.Set(view.Trailer().Get("Root").(pdf.Ref), catalog); err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(b)
	if _, err := u.Append(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestPresign: the laptop says what could deceive a signer, to whoever may read
// the file; the report on the signatures is kept where the person says.
func TestPresign(t *testing.T) {
	l := startServer(t).laptopOf(officer)
	t.Cleanup(func() { l.stop() })
	id := app.ID("019ab000-0000-7000-8000-0000000000c1")
	sum := l.upload("Quyết định.pdf", scanOf(t, "Quyết định thử"))
	other := l.upload("Phụ lục.pdf", withScript(t))
	l.give("document.draft.1", id, `{"unit":"xa-an","to":[],"fields":{"type":"QĐ","notation":"QĐ-UBND","subject":"Quyết định thử"},
		"files":[{"name":"Quyết định.pdf","media":"application/pdf","sha256":"`+sum+`"},{"name":"Phụ lục.pdf","media":"application/pdf","role":1,"sha256":"`+other+`"}]}`)
	files := map[string]app.CommandID{}
	for _, f := range l.doc(id).Files {
		files[f.Name] = f.Key
	}
	ask := func(name string) (r api.PresignReport) {
		t.Helper()
		if code := l.call("GET", fmt.Sprintf("/api/documents/%s/files/%d/presign", id, files[name]), nil, &r); code != http.StatusOK {
			t.Fatalf("%s: %d", name, code)
		}
		return r
	}
	if r := ask("Quyết định.pdf"); r.Pages != 1 || len(r.Findings) > 0 {
		t.Errorf("a clean file: %+v", r)
	}
	found := map[string]string{}
	for _, f := range ask("Phụ lục.pdf").Findings {
		found[f.Code] = f.Severity
	}
	if found["javascript"] != "warns" {
		t.Errorf("a script is not told of: %v", found)
	}
	if code := l.call("GET", fmt.Sprintf("/api/documents/%s/files/%d/presign", id, 1<<40), nil, &struct{}{}); code != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", code)
	}

	path := filepath.Join(t.TempDir(), "báo cáo.pdf")
	dialog := &saveDialog{path: path}
	l.app.Use(dialog)
	var saved api.NativeSaved
	if code := l.call("POST", "/api/native/save", api.NativeSave{Document: id, File: files["Quyết định.pdf"], Report: api.ReportPDF}, &saved); code != http.StatusOK || !saved.Saved {
		t.Fatalf("keeping the report: %d %+v", code, saved)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) || !strings.HasSuffix(dialog.name, " - chữ ký.pdf") {
		t.Errorf("the report %q: %v, %.10q", dialog.name, err, b)
	}
}

// saveDialog is a window whose person always saves under one path.
type saveDialog struct {
	shown
	path, name string
}

// Native implements Shell.
func (d *saveDialog) Native() api.Native { return d }

// SaveFile implements api.Native.
func (d *saveDialog) SaveFile(_ context.Context, name string) (string, error) {
	d.name = name
	return d.path, nil
}

// ChooseFolder implements api.Native.
func (d *saveDialog) ChooseFolder(context.Context) (string, error) { return "", nil }

// OpenPage implements api.Native.
func (d *saveDialog) OpenPage(context.Context, string) error { return nil }
