package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"khonggiay/app"
	"khonggiay/app/office/officetest"
	"khonggiay/app/sqlite"
)

// TestVersions: whoever may add a file may make its PDF and an older version the
// newest; others who read the draft may not. The answers tell what each version
// is, of what a PDF was made, and when it is stale.
func TestVersions(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	first := p.stored("x1.officer", "a.docx", officetest.Docx(t, "một"))
	p.give("x1.officer", "document.draft.1", "d1", `{"unit":"x1","fields":{"type":"BC","subject":"Báo cáo"},"files":[{"name":"a.docx","sha256":"`+first+`"}]}`)
	old := p.file("d1", 1)
	ask := func(who string, key app.CommandID, does string) (int, string) {
		w := p.do(who, "POST", fmt.Sprintf("/api/documents/d1/files/%d/%s", key, does), nil, nil)
		if w.Code == http.StatusOK {
			return w.Code, ""
		}
		return w.Code, reason(w)
	}
	if code, _ := ask("x1.officer", old, "pdf"); code != http.StatusOK {
		t.Fatalf("pdf: %d", code)
	}
	second := p.stored("x1.officer", "a.docx", officetest.Docx(t, "hai"))
	p.give("x1.officer", "document.add_file.1", "d1", fmt.Sprintf(`{"file":{"name":"a.docx","role":2,"sha256":"%s","replaces":%d}}`, second, old))
	paper, text := p.info("d1", "a.pdf"), p.info("d1", "a.docx")
	if paper["stale"] != true || paper["role"] != 0.0 || paper["source"] != float64(old) || text["version"] != 2.0 || text["first"] != float64(old) || text["role"] != 2.0 {
		t.Errorf("PDF %v of %v", paper, text)
	}
	for does, want := range map[string]string{"pdf": "file.replaced", "restore": ""} {
		if _, got := ask("x1.officer", old, does); got != want {
			t.Errorf("%s of an older version: %q", does, got)
		}
	}
	if _, got := ask("x1.officer", p.file("d1", 3), "restore"); got != "" {
		t.Errorf("restore: %s", got)
	}
	p.give("x1.officer", "document.submit_draft.1", "d1", `{"to":"x1.leader"}`)
	for _, does := range []string{"pdf", "restore"} {
		if code, got := ask("x1.officer", old, does); code != http.StatusForbidden {
			t.Errorf("%s of a draft that somebody else has: %d %s", does, code, got)
		}
	}
	if _, got := ask("x1.leader", app.CommandID(p.info("d1", "a.pdf")["key"].(float64)), "pdf"); got != "convert.not_text" {
		t.Errorf("PDF of a PDF: %s", got)
	}
}

// file is the key of the n-th file that was added to a document.
func (p *province) file(doc string, n int) app.CommandID {
	p.t.Helper()
	files := p.get("x1.officer", "/documents/"+doc)["files"].([]any)
	var keys []app.CommandID
	for _, f := range files {
		keys = append(keys, app.CommandID(f.(map[string]any)["key"].(float64)))
	}
	if n > len(keys) {
		p.t.Fatalf("only %d files", len(keys))
	}
	slices.Sort(keys) // the counters of commands tell their order
	return keys[n-1]
}

// info is what the answer says of the newest file of a name.
func (p *province) info(doc, name string) map[string]any {
	p.t.Helper()
	for _, f := range p.get("x1.officer", "/documents/"+doc)["files"].([]any) {
		if info := f.(map[string]any); info["name"] == name && info["newest"] == true {
			return info
		}
	}
	p.t.Fatalf("no %s", name)
	return nil
}
