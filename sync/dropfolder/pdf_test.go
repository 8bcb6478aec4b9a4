package dropfolder

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTIFFOfManyPages: no page of a document in one TIFF is lost, as scanners
// (fax group 4, LZW, grey and colour) write it.
func TestTIFFOfManyPages(t *testing.T) {
	l := letter()
	for i := range 120 {
		l.Body = append(l.Body, fmt.Sprintf("Điểm %d. Các đơn vị rà soát, tổng hợp và báo cáo kết quả thực hiện về Sở đúng thời hạn.", i))
	}
	dir := t.TempDir()
	paper := filepath.Join(dir, "paper.pdf")
	write(t, paper, string(printed(t, l)))
	want, err := pagesOf(bytes.NewReader(printed(t, l)), 1)
	must(t, err)
	if want < 3 {
		t.Fatalf("a paper of %d pages", want)
	}
	for _, device := range []string{"tiffg4", "tifflzw", "tiffgray", "tiff24nc"} {
		out := filepath.Join(dir, device+".tif")
		if text, err := exec.Command("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE="+device, "-r100", "-o", out, paper).CombinedOutput(); err != nil {
			t.Fatalf("gs (ghostscript): %v: %s", err, text)
		}
		file, err := os.ReadFile(out)
		must(t, err)
		pdf, err := imageToPDF(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Errorf("%s: %v", device, err)
			continue
		}
		if got, err := pagesOf(bytes.NewReader(pdf), int64(len(pdf))); got != want || err != nil {
			t.Errorf("%s: %d pages of %d, %v", device, got, want, err)
		}
	}
}

// TestBadTIFFs: directories that lead in circles or out of the file.
func TestBadTIFFs(t *testing.T) {
	for what, file := range map[string]string{
		"nothing": "II*\x00", "no page": "II*\x00\x00\x00\x00\x00", "out of the file": "MM\x00*\xa5\x96\xaf\x2b",
		"in a circle": "II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00",
	} {
		if pdf, err := imageToPDF(strings.NewReader(file), int64(len(file))); err == nil {
			t.Errorf("%s: a PDF of %d bytes", what, len(pdf))
		}
	}
}

// FuzzFile: whatever a folder holds, looking at it ends with an answer, and a
// picture that is taken becomes a PDF with pages.
func FuzzFile(f *testing.F) {
	for _, kind := range []string{"%PDF-1.7\n%%EOF", "\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "II*\x00\x08\x00\x00\x00", "MM\x00*", "PK\x03\x04", ""} {
		f.Add([]byte(kind))
	}
	f.Add(smallPDF)
	f.Add(smallPNG)
	f.Fuzz(func(t *testing.T, file []byte) {
		size := int64(len(file))
		ended(bytes.NewReader(file), size)
		switch kindOfFile(file[:min(len(file), 1024)]) {
		case pdfKind:
			_, err := pagesOf(bytes.NewReader(file), size)
			locked(err)
		case imageKind:
			pdf, err := imageToPDF(bytes.NewReader(file), size)
			if err != nil {
				return
			}
			if n, err := pagesOf(bytes.NewReader(pdf), int64(len(pdf))); n < 1 || err != nil {
				t.Errorf("%d pages, %v", n, err)
			}
		}
	})
}

// smallPDF is an empty page.
var smallPDF = []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n" +
	"0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n")

// smallPNG is one dot.
var smallPNG = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01" +
	"\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82")
