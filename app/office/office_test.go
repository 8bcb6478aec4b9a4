package office

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"testing"

	"khonggiay/app"
)

// part is one part of a package.
type part struct{ name, text string }

var (
	types = part{contentTypes, `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`}
	text  = part{mainPart, "<w:document/>"}
	media = part{"mimetype", Odt.Media()}
	list  = part{"META-INF/manifest.xml", "<manifest/>"}
	body  = part{"content.xml", "<office:document-content/>"}
)

func pack(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = io.WriteString(w, p.text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb packs zeros that unpack to a thousand times as much.
func bomb(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 3 {
		w, err := z.Create(fmt.Sprintf("word/%d.xml", i))
		if err == nil {
			_, err = io.CopyN(w, zeros{}, 64<<20)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func inspect(b []byte, k Kind) string {
	if err := Inspect(bytes.NewReader(b), int64(len(b)), k); err != nil {
		return app.AsError(err).Reason
	}
	return ""
}

func TestInspect(t *testing.T) {
	whole := pack(t, types, text)
	spoilt := bytes.Clone(whole)
	spoilt[bytes.Index(spoilt, []byte(mainPart))+len(mainPart)] ^= 0xff
	many := make([]part, maxParts+1)
	for i := range many {
		many[i] = part{fmt.Sprint(i), ""}
	}
	tests := map[string]struct {
		bytes []byte
		kind  Kind
		want  string
	}{
		"docx":                    {whole, Docx, ""},
		"odt":                     {pack(t, media, list, body), Odt, ""},
		"nothing":                 {nil, Docx, "upload.empty"},
		"a short text":            {[]byte("abc"), Docx, "office.damaged"},
		"the first half":          {whole[:len(whole)/2], Docx, "office.damaged"},
		"the text's bytes differ": {spoilt, Docx, "office.damaged"},
		"a text of no length":     {pack(t, types, part{mainPart, ""}), Docx, "office.damaged"},
		"the text twice":          {pack(t, types, text, text), Docx, "office.damaged"},
		"a plain archive":         {pack(t, part{"a.txt", "a"}), Docx, "office.damaged"},
		"a table":                 {pack(t, types, part{"xl/workbook.xml", "x"}), Docx, "office.other_kind"},
		"odt named docx":          {pack(t, media, list, body), Docx, "office.other_kind"},
		"docx named odt":          {whole, Odt, "office.other_kind"},
		"ods named odt":           {pack(t, part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, list, body), Odt, "office.other_kind"},
		"docx with a password":    {append(bytes.Clone(compound), make([]byte, 600)...), Docx, "office.protected"},
		"odt with a password":     {pack(t, media, part{list.name, "<manifest:encryption-data/>"}, body), Odt, "office.protected"},
		"VBA":                     {pack(t, types, text, part{"word/vbaProject.bin", "x"}), Docx, "office.macros"},
		"VBA elsewhere":           {pack(t, types, text, part{"x/VBAPROJECT.BIN", "x"}), Docx, "office.macros"},
		"docm by its types":       {pack(t, part{types.name, "application/vnd.ms-word.document.macroEnabled.main+xml"}, text), Docx, "office.macros"},
		"Basic":                   {pack(t, media, list, body, part{"Basic/Standard/Module1.xml", "x"}), Odt, "office.macros"},
		"a bomb":                  {bomb(t), Docx, "office.bomb"},
		"too many parts":          {pack(t, many...), Docx, "office.bomb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := inspect(tt.bytes, tt.kind); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestKindOf(t *testing.T) {
	for name, want := range map[string]Kind{"Tờ trình.DOCX": Docx, "a.odt": Odt, "a.docm": "", "docx": "", "a.docx.exe": ""} {
		if got, ok := KindOf(name); got != want || ok != (want != "") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(pack(f, types, text))
	f.Add(pack(f, media, list, body))
	f.Add(append(bytes.Clone(compound), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, k := range []Kind{Docx, Odt} {
			err := Inspect(bytes.NewReader(b), int64(len(b)), k)
			if err != nil && app.AsError(err).Code != app.Invalid {
				t.Fatalf("%v", err)
			}
		}
	})
}
