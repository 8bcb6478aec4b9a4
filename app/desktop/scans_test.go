package desktop

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/demo/paper"
)

// scanOf is a letter as a scanner saves it.
func scanOf(t *testing.T, subject string) []byte {
	t.Helper()
	pdf, _, err := paper.Make(paper.Letter{Organ: "Sở Nội vụ", Number: "45", Notation: "SNV-VP", Place: "An", Date: app.DateOf(2026, 11, 5), Subject: subject,
		Addressees: []string{"Ủy ban nhân dân các xã, phường"}, Body: []string{"Sở Nội vụ đề nghị các đơn vị báo cáo."}, Title: "GIÁM ĐỐC", Signer: "Lê Văn Minh"})
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

func (l *laptop) watches(path string, unit app.ID) (reason string) {
	l.t.Helper()
	var p api.Problem
	if code := l.call("POST", "/api/scan-folders", map[string]any{"path": path, "unit": unit, "tidy": false}, nil); code != http.StatusNoContent {
		l.call("POST", "/api/scan-folders", map[string]any{"path": path, "unit": unit, "tidy": false}, &p)
	}
	return p.Reason
}

// scan is what is known of the file, nil when nothing is.
func (l *laptop) scan(name string) *api.ScanItem {
	l.t.Helper()
	var list api.ScanList
	l.call("GET", "/api/scans?state=reading&state=waiting&state=secret&state=unreadable&state=duplicate&state=registered&state=ignored", nil, &list)
	for i := range list.Items {
		if list.Items[i].Name == name {
			return &list.Items[i]
		}
	}
	return nil
}

func (l *laptop) untilScan(name string, state app.ScanState) *api.ScanItem {
	l.t.Helper()
	l.until(name+" to be "+string(state), func() bool { s := l.scan(name); return s != nil && s.State == state })
	return l.scan(name)
}

func saved(t *testing.T, dir, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestScanBecomesADocument: a scan waits through tidying and restarts, becomes
// a document by the command that every document comes by, and its keys are the
// document's alone once the server has it. Its text finds the document; the
// scanner's file stays.
func TestScanBecomesADocument(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	dir, pdf := t.TempDir(), scanOf(t, "Rà soát biên chế năm 2027")
	if reason := l.watches(dir, commune); reason != "" {
		t.Fatal(reason)
	}
	saved(t, dir, "scan1.pdf", pdf)
	scan := l.untilScan("scan1.pdf", app.ScanWaiting)
	if scan.Fields.Subject != "Rà soát biên chế năm 2027" || scan.Fields.CodeNumber != "45" || scan.Unit != commune {
		t.Errorf("%+v", scan)
	}
	if err := l.app.currentLink().discard(t.Context(), 1<<62, 0); err != nil {
		t.Fatal(err)
	}
	l.restart()
	l.untilScan("scan1.pdf", app.ScanWaiting)
	resp, err := l.http.Get(l.app.gate.origin + "/api/scans/" + string(scan.ID) + "/file")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("its copy: %v %v", resp, err)
	}
	_ = resp.Body.Close()

	l.give("document.receive.1", "d1", `{"unit":"xa-an","fields":{"subject":"Rà soát biên chế năm 2027","paper":true},"files":[{"name":"scan1.pdf","sha256":"`+scan.File.SHA256.String()+`"}]}`)
	l.untilScan("scan1.pdf", app.ScanRegistered)
	l.until("the server to have the file, and to say so", func() bool { d := l.doc("d1"); return d != nil && d.Where.Server })
	kept, err := (scans{l.app}).Scan(t.Context(), scan.ID)
	if err != nil || len(kept.Content.Segments) > 0 || kept.State != app.ScanRegistered || kept.Doc != "d1" {
		t.Errorf("kept: %+v, %v", kept, err)
	}
	if got := l.file("d1", app.CommandID(l.doc("d1").Files[0].Key)); !bytes.Equal(got, pdf) {
		t.Errorf("the document's file has %d bytes", len(got))
	}
	var hits api.SearchResult
	if l.call("GET", "/api/search?q=%22le+van+minh%22", nil, &hits); len(hits.Items) != 1 || hits.Items[0].ID != "d1" {
		t.Errorf("what stands on its paper finds %+v", hits.Items)
	}
	if left, err := os.ReadFile(filepath.Join(dir, "scan1.pdf")); err != nil || !bytes.Equal(left, pdf) {
		t.Errorf("the scanner's file: %v", err)
	}
	saved(t, dir, "scan2.pdf", pdf)
	if twin := l.untilScan("scan2.pdf", app.ScanDuplicate); twin.Doc == nil || twin.Doc.ID != "d1" || twin.Twin != "scan1.pdf" {
		t.Errorf("%+v", twin)
	}
}

// TestScanFoldersAreChecked: what cannot be watched says why; what must not be
// watched is not.
func TestScanFoldersAreChecked(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	dir := t.TempDir()
	saved(t, dir, "file", []byte("x"))
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		unit app.ID
		want string
	}{
		{dir, sender, "scan_folder.not_clerk"},
		{"scan", commune, "scan_folder.not_absolute"},
		{filepath.Join(dir, "none"), commune, "scan_folder.gone"},
		{filepath.Join(dir, "file"), commune, "scan_folder.not_folder"},
		{l.app.cfg.Data, commune, "scan_folder.own"},
		{filepath.Join(l.app.cfg.Data, "content"), commune, "scan_folder.own"},
		{dir + "/../" + filepath.Base(dir) + "/", commune, ""},
		{dir, commune, "scan_folder.taken"},
		{link, commune, "scan_folder.taken"},
	} {
		if got := l.watches(c.path, c.unit); got != c.want {
			t.Errorf("%s for %s: %q, want %q", c.path, c.unit, got, c.want)
		}
	}
	var folders []api.ScanFolder
	l.call("GET", "/api/scan-folders", nil, &folders)
	if len(folders) != 1 || folders[0].Path != dir {
		t.Fatalf("watched: %+v", folders)
	}
	if code := l.call("DELETE", "/api/scan-folders/"+string(folders[0].ID), nil, nil); code != http.StatusNoContent {
		t.Errorf("removed: %d", code)
	}
}

// TestRevokedLaptopForgetsItsScans: folders, scans and copies go with the rest,
// and nothing new is taken in.
func TestRevokedLaptopForgetsItsScans(t *testing.T) {
	s := startServer(t)
	l := s.laptopOf(clerkC)
	defer func() { l.stop() }()
	dir := t.TempDir()
	l.watches(dir, commune)
	saved(t, dir, "Giấytrênmáy.pdf", scanOf(t, "Chuyện Quyềnxưavắng"))
	l.untilScan("Giấytrênmáy.pdf", app.ScanWaiting)
	if len(l.grep("Quyềnxưavắng", "Giấytrênmáy")) == 0 {
		t.Fatal("the words are not where they are looked for")
	}
	s.revoked(l)
	saved(t, dir, "sau.pdf", scanOf(t, "Chuyện Rừngthẳmxa"))
	l.until("the laptop to leave", func() bool { return l.session().NeedsEnrolment })
	if records, segments := l.held(); records+int64(segments) != 0 {
		t.Errorf("left over: %d records, %d segments", records, segments)
	}
	if found := l.grep("Quyềnxưavắng", "xuavang", "Giấytrênmáy", "Rừngthẳmxa", "thamxa"); len(found) > 0 {
		t.Errorf("still on the disk: %v", found)
	}
	if _, err := os.Stat(filepath.Join(dir, "Giấytrênmáy.pdf")); err != nil {
		t.Errorf("the scanner's file: %v", err)
	}
}
