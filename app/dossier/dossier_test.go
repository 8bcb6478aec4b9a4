package dossier

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"khonggiay/app"
)

var at = app.DateOf(2026, 11, 24).Start() + 8*3600*1000

func sample() Dossier {
	pdf := []byte("%PDF-1.7\nTờ trình")
	return Dossier{Title: "Họp giao ban tháng 11", Organ: "Ủy ban nhân dân xã Ữ Ỵ", Held: at, Made: at, For: "Trần Văn Đẫm", Entries: []Entry{
		{Kind: Invitation, Title: "Giấy mời họp", Absent: NotSeen},
		{Kind: Material, Title: "Tờ trình/../../etc", Name: "Tờ trình/../../etc.PDF", At: at, SHA256: sha256.Sum256(pdf), Open: Made(pdf)},
		{Kind: Material, Title: "Phụ lục", Name: "Phụ lục.docx", Open: func() (io.ReadCloser, error) { return nil, app.Refuse(app.NotFound, "content.not_here") }},
		{Kind: Vote, Title: "Biên bản kiểm phiếu", Name: "a.json", Open: func() (io.ReadCloser, error) { return nil, app.Refuse(app.Offline, "request.offline") }},
		{Kind: Material, Title: "Phụ lục 2", Name: "Phụ lục 2.pdf", Absent: NotSaved},
	}}
}

// TestArchive has other programs open the file: everything is there under its
// name, or stands in the index with the reason.
func TestArchive(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || f.NonUTF8 || !utf8.ValidString(f.Name) {
			t.Errorf("%q: %v", f.Name, err)
		}
		texts[f.Name] = text
	}
	const paper = "3 Tài liệu/3.01 Tờ trình-..-..-etc.pdf"
	if len(texts) != 3 || string(texts[paper]) != "%PDF-1.7\nTờ trình" {
		t.Fatalf("%q", texts)
	}
	for name, text := range texts {
		if name != SumsName && !strings.Contains(string(texts[SumsName]), fmt.Sprintf("%x  %s\n", sha256.Sum256(text), name)) {
			t.Errorf("no sum of %s in %s", name, texts[SumsName])
		}
	}
	index := pdfText(t, texts[IndexName])
	for _, want := range []string{"MỤC LỤC HỒ SƠ CUỘC HỌP", "Họp giao ban tháng 11", "3.01", paper, string(NotSeen), string(NotHere), string(NoLine), string(NotSaved), "Biên bản kiểm phiếu"} {
		if !strings.Contains(index, want) {
			t.Errorf("the index lacks %q: %s", want, index)
		}
	}
	file := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if program, err := exec.LookPath("unzip"); err == nil {
		if out, err := exec.Command(program, "-t", file).CombinedOutput(); err != nil {
			t.Errorf("unzip: %v: %s", err, out)
		}
	}
}

func pdfText(t *testing.T, b []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("KEEP_PDF"); keep != "" {
		_ = os.WriteFile(filepath.Join(keep, t.Name()+".pdf"), b, 0o600)
	}
	out, err := exec.Command("pdftotext", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext (poppler-utils): %v: %s", err, out)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// TestAlteredContent: what is not what its record says spoils the whole file.
func TestAlteredContent(t *testing.T) {
	d := sample()
	d.Entries[1].SHA256[0]++
	var b bytes.Buffer
	if err := Write(&b, d); !errors.Is(err, ErrAltered) {
		t.Errorf("%v", err)
	}
	if _, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil {
		t.Error("half a dossier passes as one")
	}
}

// TestNames: whatever somebody calls a paper, its name is one in its folder.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"Tờ trình.PDF": "Tờ trình.pdf", "../../a.pdf": "-..-a.pdf", `C:\Windows\a.exe`: "C--Windows-a.exe", "": "khong-ten", "...": "khong-ten",
		"a\u202Efdp.exe": "afdp.exe", "a\x00b\nc.txt": "ab c.txt", "Báo cáo v1. Về việc": "Báo cáo v1. Về việc", "To\u031b\u0300.pdf": "Tờ.pdf",
		strings.Repeat("Ữ", 200) + ".pdf": strings.Repeat("Ữ", longest-1) + "….pdf",
	} {
		if got := safe(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := safe(rapid.String().Draw(t, "name"))
		if name == "" || strings.ContainsAny(name, "/\\\x00\r\n:") || strings.Trim(name, ".") == "" || !utf8.ValidString(name) || len([]rune(name)) > longest+6 {
			t.Fatalf("%q", name)
		}
	})
}

// TestTasks: a spreadsheet takes no task for a formula.
func TestTasks(t *testing.T) {
	b, err := Tasks([]TaskLine{{Text: "=cmd|' /C calc'!A0", Owner: "Phòng \"Kinh tế\"", Due: app.DateOf(2026, 12, 1), State: app.AssignmentDone, Progress: 100}})
	if want := "1,'=cmd|' /C calc'!A0,\"Phòng \"\"Kinh tế\"\"\",,,2026-12-01,,Hoàn thành,100,\r\n"; err != nil || !strings.HasSuffix(string(b), want) {
		t.Errorf("%v %q", err, b)
	}
}
