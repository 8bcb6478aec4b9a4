package fire

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/api"
)

// blanks gives n bytes and remembers none.
func blanks(n int64) io.Reader { return io.LimitReader(endless{}, n) }

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// encrypted and scripted are PDF files as far as anybody reads who does not
// open them: the first needs a password, the second runs a program.
const (
	encrypted = "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R/Encrypt<</Filter/Standard/V 2/R 3/O(x)/U(y)/P -4>>>>\n%%EOF"
	scripted  = "%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)

// TestOddFiles: what may come out of a scanner, a mail or a wrong click. What
// is taken goes through unchanged; what is not is refused in words, and the
// programs go on.
func TestOddFiles(t *testing.T) {
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	const limit = 300 << 20
	for _, c := range []struct {
		what, name string
		content    io.Reader
		refused    string
	}{
		{"an empty file", "trống.pdf", strings.NewReader(""), "upload.empty"},
		{"a text called PDF", "thư.pdf", strings.NewReader("Kính gửi"), "upload.other_kind"},
		{"a program called PDF", "thư.pdf", strings.NewReader("MZ\x90\x00\x03"), "upload.other_kind"},
		{"a program", "thư.exe", strings.NewReader("MZ\x90\x00\x03"), "upload.type_refused"},
		{"a page", "thư.html", strings.NewReader("<script>"), "upload.type_refused"},
		{"more than 300 MB", "to.pdf", io.MultiReader(paper(""), blanks(limit)), "upload.too_large"},
		{"a hidden ending", "thư\u202efdp.exe", strings.NewReader("MZ"), "upload.type_refused"},
		{"a marked name", "TỐI M\u200bẬT.pdf", paper("x"), "secrecy.refused"},
		{"no name", "\u200b.pdf", paper("x"), "upload.type_refused"},
	} {
		if _, err := l.upload(c.name, c.content); refusedFor(err) != c.refused {
			t.Errorf("%s: %v, want %s", c.what, err, c.refused)
		}
	}
	var files []api.UploadResult
	want := map[string]string{}
	for _, c := range []struct{ name, kept, content string }{
		{norm.NFD.String("Kế hoạch số 5.pdf"), "Kế hoạch số 5.pdf", "%PDF-1.7\nNFD"},
		{"mật khẩu.pdf", "mật khẩu.pdf", encrypted},
		{"có lệnh.pdf", "có lệnh.pdf", scripted},
		{strings.Repeat("dài ", 124) + "x.pdf", "", "%PDF-1.7\n500"},
	} {
		up, err := l.upload(c.name, strings.NewReader(c.content))
		if err != nil {
			t.Errorf("%q: %v", c.name, err)
			continue
		}
		if c.kept != "" && up.Name != c.kept || utf8.RuneCountInString(up.Name) > 180 || !strings.HasSuffix(up.Name, ".pdf") {
			t.Errorf("%q became %q", c.name, up.Name)
		}
		files = append(files, up)
		want[up.Name] = c.content
	}
	doc := l.mustReceive("Tệp lạ", files...)
	eventually(t, "the files to go up", l.quiet)

	other := s.laptopOf(clerkTwo)
	eventually(t, "the files to come down", func() bool { d := other.doc(t, doc); return d != nil && d.Where.Machine && d.Where.Server })
	d := other.doc(t, doc)
	for _, f := range d.Files {
		var got []byte
		if err := other.get(fmt.Sprintf("/api/documents/%s/files/%d", doc, f.Key), &got); err != nil || string(got) != want[f.Name] {
			t.Errorf("%s came as %d bytes, %v", f.Name, len(got), err)
		}
	}
	if len(d.Files) != len(want) {
		t.Errorf("%d files, want %d", len(d.Files), len(want))
	}
}

// TestLargestFile: a file of exactly what is allowed is sealed and opened again,
// while other work goes on.
func TestLargestFile(t *testing.T) {
	if variety != nil {
		t.Log("with the race detector a smaller one has to do")
	}
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	s.kill() // it stays here: this is about the laptop
	size := int64(300 << 20)
	if variety != nil {
		size = 40 << 20
	}
	head := "%PDF-1.7\n"
	up, err := l.upload("to.pdf", io.MultiReader(strings.NewReader(head), blanks(size-int64(len(head)))))
	if err != nil || up.Size != size {
		t.Fatalf("%d bytes, %v", up.Size, err)
	}
	doc := l.mustReceive("Tệp to", up)
	l.kill()
	l.start()
	d := l.doc(t, doc)
	if d == nil || len(d.Files) != 1 || !d.Files[0].Here || d.Files[0].Size != size {
		t.Fatalf("after a kill: %+v", d)
	}
}

// TestOddTitles: titles as they come from other programs' clipboards are stored
// clean, found by what people type, and shown alike on both sides.
func TestOddTitles(t *testing.T) {
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	const plain = "Kế hoạch phòng chống thiên tai"
	long := strings.Repeat("ệ", 500)
	titles := map[string]string{
		norm.NFD.String(plain):      plain,
		"\u202e" + plain + "\u202c": plain,
		"Kế\u200b ho\u00adạch\u2060 phòng chống thiên tai\ufeff": plain,
		norm.NFD.String(long): long,
		"عنوان tiếng lạ":      "عنوان tiếng lạ",
	}
	ids := map[app.ID]string{}
	for given, kept := range titles {
		ids[l.mustReceive(given)] = kept
	}
	eventually(t, "the titles to go up", l.quiet)
	for doc, kept := range ids {
		if d := l.doc(t, doc); d.Subject != kept {
			t.Errorf("%+q is stored as %+q", kept, d.Subject)
		}
	}
	var found struct{ Items []api.DocRow }
	if err := l.get("/api/search?q=ke+hoach+phong+chong+thien+tai", &found); err != nil || len(found.Items) != 3 {
		t.Errorf("found %d, %v", len(found.Items), err)
	}
	for given, reason := range map[string]string{
		long + "ệ":      "field.too_long",
		"\u200b\u202e ": "document.subject_missing",
		"T\u200bỐI M\u00adẬT – Kế hoạch": "secrecy.refused",
	} {
		_, err := l.receive(given)
		if refusedFor(err) != reason {
			t.Errorf("%+.20q: %v, want %s", given, err, reason)
		}
	}
}
