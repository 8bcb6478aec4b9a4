package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// unzipped reads the dossier that somebody saves, by name.
func (p *province) unzipped(who string) map[string]string {
	p.t.Helper()
	w := p.do(who, "GET", "/api/meetings/"+string(afterMeeting)+"/dossier.zip", nil, nil)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" {
		p.t.Fatalf("%s: %d %s", who, w.Code, w.Body)
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			p.t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			p.t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

// TestDossierIsSavedWhole: everybody gets what he may keep, and no more.
func TestDossierIsSavedWhole(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.held()
	add := func(title string, download bool) {
		id := app.NewID(p.clock())
		sum := p.stored("x1.clerk", "to-trinh.pdf", []byte("%PDF-1.7\n"+title))
		p.giveOn("x1.clerk", "material.add.1", id, fmt.Sprintf(`{"meeting":%q,"fields":{"title":%q},"file":{"name":"","sha256":%q},"approved":true}`, afterMeeting, title, sum))
		p.giveOn("x1.clerk", "material.set_access.1", id, fmt.Sprintf(`{"meeting":%q,"access":"ALL","download":%t}`, afterMeeting, download))
	}
	add("Tờ trình về đầu tư công", true)
	add("Dự thảo/../Nghị quyết", false)
	target := app.MinutesID(afterMeeting)
	key := p.giveOn("x1.clerk", "minutes.put_conclusion.1", target, conclusion("Giao phòng Văn hóa rà soát hộ nghèo"))
	p.giveOn("x1.clerk", "assignment.give.1", app.NewID(p.clock()), fmt.Sprintf(`{"meeting":%q,"conclusion":%d,"owner":"x1.p","ownerUnit":true,"text":"Rà soát hộ nghèo","due":"2026-11-24"}`, afterMeeting, key))
	const open, closed, minutes, tasks = "3 Tài liệu/3.01 Tờ trình về đầu tư công.pdf", "3 Tài liệu/3.02 Dự thảo-..-Nghị quyết.pdf", "6 Biên bản/6.01 Biên bản (bản soạn).pdf", "8 Nhiệm vụ/8.01 Nhiệm vụ.csv"
	for who, want := range map[string]map[string]bool{
		"x1.clerk":  {open: true, closed: true, minutes: true, tasks: true},
		"x1.deputy": {open: true, closed: false, minutes: false, tasks: false},
	} {
		got := p.unzipped(who)
		for name, there := range want {
			if _, ok := got[name]; ok != there {
				t.Errorf("%s has %s: %v", who, name, ok)
			}
		}
		if !strings.HasPrefix(got["0 Mục lục hồ sơ.pdf"], "%PDF-") || !strings.Contains(got["0 SHA256SUMS.txt"], open) {
			t.Errorf("%s: no index: %v", who, got["0 SHA256SUMS.txt"])
		}
		if got[open] != "%PDF-1.7\nTờ trình về đầu tư công" {
			t.Errorf("%s reads %q", who, got[open])
		}
	}
	if got := p.unzipped("x1.clerk")[tasks]; !strings.Contains(got, "Rà soát hộ nghèo") || !strings.Contains(got, "Mới giao") {
		t.Errorf("tasks: %q", got)
	}
	if w := p.do("x2.leader", "GET", "/api/meetings/"+string(afterMeeting)+"/dossier.zip", nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger: %d", w.Code)
	}
	if w := p.do("x1.clerk", "POST", "/api/native/dossier", strings.NewReader(`{"meeting":"m"}`), asJSON); reason(w) != "request.not_here" {
		t.Errorf("without a window: %d %s", w.Code, w.Body)
	}
}

// TestDossierOfWhatIsNotHere: a paper whose content has not come to this machine
// stands in the index, and the rest is saved.
func TestDossierOfWhatIsNotHere(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.held()
	sum := p.stored("x1.clerk", "to-trinh.pdf", pdf(1000))
	p.giveOn("x1.clerk", "material.add.1", app.NewID(p.clock()), fmt.Sprintf(`{"meeting":%q,"fields":{"title":"Tờ trình"},"file":{"name":"","sha256":%q},"approved":true}`, afterMeeting, sum))
	const paper = "3 Tài liệu/3.01 Tờ trình.pdf"
	if _, here := p.unzipped("x1.clerk")[paper]; !here {
		t.Fatal("it is not there while it is here")
	}
	for e, err := range p.files.List() {
		if err == nil {
			err = p.files.Remove(e.Name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	got := p.unzipped("x1.clerk")
	if _, here := got[paper]; here || strings.Contains(got["0 SHA256SUMS.txt"], paper) {
		t.Error("it is there without content")
	}
	index := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(index, []byte(got["0 Mục lục hồ sơ.pdf"]), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", index, "-").Output()
	if err != nil || !strings.Contains(strings.Join(strings.Fields(string(text)), " "), "3.01 Tờ trình Không có trong hồ sơ này: chưa có trên máy này.") {
		t.Errorf("pdftotext (poppler-utils): %v %s", err, text)
	}
}
