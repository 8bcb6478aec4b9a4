package desktop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/office/officetest"
)

// pdf asks for the PDF of the newest version of the draft's text.
func (w *writer) pdf(id app.ID) (p api.Problem) {
	w.t.Helper()
	var raw json.RawMessage
	if code := w.call("POST", fmt.Sprintf("/api/documents/%s/files/%d/pdf", id, w.newest(id).Key), struct{}{}, &raw); code == http.StatusOK {
		return p
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		w.t.Fatalf("%s", raw)
	}
	return p
}

// paper is the document itself, when it is a PDF.
func (w *writer) paper(id app.ID) (paper api.FileInfo) {
	for _, f := range w.doc(id).Files {
		if f.Newest && f.Role == app.FileMain && strings.HasSuffix(f.Name, ".pdf") {
			paper = f
		}
	}
	return paper
}

// TestPDFOfADraft: made here when LibreOffice is here, else by the server while
// there is a line. It is the document itself, its text a draft; a later save
// makes it stale, and making it again takes its place. An older version of the
// text can be made the newest.
func TestPDFOfADraft(t *testing.T) {
	s := startServer(t)
	for _, here := range []bool{true, false} {
		func() {
			w := &writer{}
			w.laptop = s.laptopWith(officer, func(c *Config) { w.editing(c); c.noOffice = !here })
			defer func() { w.stop() }()
			id := app.NewID(w.app.clock.Now())
			w.drafts(id, "Bản một")
			if here {
				w.app.currentLink().cutLine(true)
			} else {
				w.until("the line", func() bool { return w.app.currentLink().carrier.online() })
			}
			if p := w.pdf(id); p.Reason != "" {
				t.Fatalf("%+v", p)
			}
			first := w.paper(id)
			if first.Stale || first.Source != w.newest(id).Key || w.newest(id).Role != app.FileDraft || first.Name != "Tờ trình số 5.pdf" {
				t.Errorf("the document is %+v of %+v", first, w.newest(id))
			}
			if b := w.file(id, first.Key); !bytes.HasPrefix(b, []byte("%PDF-")) {
				t.Errorf("%d bytes", len(b))
			}
			path := w.opens(id)
			second := officetest.Docx(t, "Bản hai")
			save(t, path, second)
			w.becomes(id, 2, second)
			if !w.paper(id).Stale {
				t.Error("the PDF of an older text looks fresh")
			}
			if p := w.pdf(id); p.Reason != "" {
				t.Fatalf("%+v", p)
			}
			if again := w.paper(id); again.Stale || again.Version != 2 || again.First != first.Key {
				t.Errorf("made anew: %+v", again)
			}
			old := w.newest(id).First
			if code := w.call("POST", fmt.Sprintf("/api/documents/%s/files/%d/restore", id, old), struct{}{}, nil); code != http.StatusOK {
				t.Fatalf("restore: %d", code)
			}
			w.becomes(id, 3, officetest.Docx(t, "Bản một"))
			var p api.Problem
			if code := w.call("POST", fmt.Sprintf("/api/documents/%s/files/%d/restore", id, old), struct{}{}, &p); code != http.StatusConflict || p.Reason != "file.same" {
				t.Errorf("restored twice: %d %+v", code, p)
			}
			w.app.currentLink().cutLine(false)
			w.until("all of it to be accepted", func() bool {
				st := w.sync()
				return st.WaitingCount == 0 && st.RefusedCount == 0 && len(st.Uploads) == 0
			})
		}()
	}
}

// Without LibreOffice and without a line the person hears what is missing.
func TestNoPDFWithoutLineAndLibreOffice(t *testing.T) {
	s := startServer(t)
	w := &writer{}
	w.laptop = s.laptopWith(officer, func(c *Config) { w.editing(c); c.noOffice = true })
	defer func() { w.stop() }()
	w.drafts("d1", "Bản một")
	w.app.currentLink().cutLine(true)
	w.until("the line to be cut", func() bool { return !w.app.currentLink().carrier.online() })
	if p := w.pdf("d1"); p.Reason != "convert.not_installed" {
		t.Errorf("%+v", p)
	}
}
