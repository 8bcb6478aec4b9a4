package extract_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/signing/extract"
	"khonggiay/signing/pdf"
)

// made is a file of the objects, the first of which is the catalog.
func made(trailer string, objects ...string) []byte {
	b := bytes.NewBufferString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var table []int
	for i, o := range objects {
		table = append(table, b.Len())
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(b, "xref\n0 %d\n0000000000 65535 f \n", len(table)+1)
	for _, offset := range table {
		fmt.Fprintf(b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(table)+1, trailer, at)
	return b.Bytes()
}

func stream(keys, content string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", keys, len(content), content)
}

// decree has three pages: what a field shows on the second, an action and a hidden
// note on the first, a page turned.
func decree() []byte {
	return made("",
		"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[9 0 R]>>/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Names<</JavaScript 13 0 R>>>>",
		"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3/MediaBox[0 0 595 842]/Resources<</Font<</F 12 0 R>>>>>>",
		"<</Type/Page/Parent 2 0 R/Contents 6 0 R/Annots[10 0 R 14 0 R]/AA<</O<</S/JavaScript/JS(1)>>>>>>",
		"<</Type/Page/Parent 2 0 R/Contents[7 0 R]/Annots[9 0 R]>>",
		"<</Type/Page/Parent 2 0 R/Contents 8 0 R/Rotate 90/MediaBox[0 0 300 400]>>",
		stream("", "BT /F 24 Tf 72 700 Td (First page) Tj ET"),
		stream("", "2 0 0 2 0 0 cm BT /F 12 Tf 36 350 Td (Second page) Tj ET"),
		stream("", "BT /F 24 Tf 72 300 Td (Third page) Tj ET"),
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(SoVB)/V(12)/F 4/Rect[100 100 300 140]/P 4 0 R/AP<</N 11 0 R>>>>",
		"<</Type/Annot/Subtype/Text/F 2/Rect[10 10 30 30]/Contents(hidden)/AP<</N 11 0 R>>>>",
		stream("/BBox[0 0 100 20]/Resources<</Font<</F 12 0 R>>>>", "BT /F 12 Tf 5 5 Td (Number 12) Tj ET"),
		"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
		"<</Names[(a)<</S/JavaScript/JS(1)>>]>>",
		"<</Type/Annot/Subtype/Link/Rect[0 0 10 10]/A<</S/URI/URI(http://x)>>>>",
	)
}

func extracted(t *testing.T, file []byte, pages ...int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := extract.Pages(bytes.NewReader(file), int64(len(file)), &out, pages); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// judged has other programs read the file, and returns its text, page by page.
func judged(t *testing.T, file []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, program := range [][]string{{"qpdf", "--check", path}, {"mutool", "info", path}} {
		if out, err := exec.Command(program[0], program[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", program[0], err, out)
		}
	}
	text, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
}

// TestPages: the pages asked for are there as they were seen, what fields show
// among it, and nothing of the form, the actions and the hidden is.
func TestPages(t *testing.T) {
	file := extracted(t, decree(), 2, 3)
	text := judged(t, file)
	if len(text) != 2 || !strings.Contains(text[0], "Second page") || !strings.Contains(text[0], "Number 12") || !strings.Contains(text[1], "Third page") {
		t.Errorf("pages: %q", text)
	}
	for _, gone := range []string{"JavaScript", "AcroForm", "Widget", "First", "/Annots", "OpenAction"} {
		if bytes.Contains(file, []byte(gone)) {
			t.Errorf("%s came along", gone)
		}
	}
	f, err := pdf.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(f.Oddities()) > 0 {
		t.Fatalf("%v %v", err, f.Oddities())
	}
	pages, err := f.Newest().Pages()
	if err != nil || len(pages) != 2 || pages[1].Dict.Get("Rotate") != pdf.Object(pdf.Int(90)) {
		t.Errorf("%v %+v", err, pages)
	}
	if !bytes.Equal(file, extracted(t, decree(), 2, 3)) {
		t.Error("the same pages make another file")
	}
	if text := judged(t, extracted(t, decree(), 1)); len(text) != 1 || strings.Contains(text[0], "Number") {
		t.Errorf("what was hidden is shown: %q", text)
	}
}

// TestLook: an appearance is drawn into the rectangle of its annotation.
func TestLook(t *testing.T) {
	file := extracted(t, decree(), 2)
	if want := "q 2.000000 0 0 2.000000 100.000000 100.000000 cm /KG1 Do Q"; !bytes.Contains(file, []byte(want)) {
		t.Errorf("%q is not drawn", want)
	}
}

// TestLayers: what the file hides in a layer stays hidden.
func TestLayers(t *testing.T) {
	file := extracted(t, made("",
		"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>/Properties<</L 5 0 R>>>>>>",
		stream("", "BT /F 24 Tf 72 700 Td (Seen) Tj ET /OC /L BDC BT /F 24 Tf 72 600 Td (Hidden) Tj ET EMC"),
		"<</Type/OCG/Name(L)>>"), 1)
	cmd := exec.Command("mutool", "draw", "-F", "text", "-")
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Args[len(cmd.Args)-1] = path
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "Seen") || strings.Contains(string(out), "Hidden") {
		t.Errorf("%v %s", err, out)
	}
}

// TestRefused: what cannot be done says so.
func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		page int
		want error
	}{
		"beyond":    {decree(), 4, extract.ErrNoPage},
		"none":      {decree(), 0, extract.ErrNoPage},
		"encrypted": {made("/Encrypt<</Filter/Standard>>", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"), 1, pdf.ErrEncrypted},
	} {
		err := extract.Pages(bytes.NewReader(c.file), int64(len(c.file)), &bytes.Buffer{}, []int{c.page})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzPages: foreign bytes never panic, and what is made can be read.
func FuzzPages(f *testing.F) {
	f.Add(decree())
	f.Add(made("", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/Resources 3 0 R/Contents[3 0 R]/Annots[3 0 R]>>"))
	f.Fuzz(func(t *testing.T, file []byte) {
		var out bytes.Buffer
		if err := extract.Pages(bytes.NewReader(file), int64(len(file)), &out, []int{1}); err != nil {
			return
		}
		made, err := pdf.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if pages, err := made.Newest().Pages(); err != nil || len(pages) != 1 {
			t.Fatalf("%v %d pages", err, len(pages))
		}
	})
}
