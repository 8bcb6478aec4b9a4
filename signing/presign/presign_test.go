package presign

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey"
	"khonggiay/signing/softkey/softkeytest"
	"khonggiay/signing/trust"
)

// A file is written by hand, byte for byte as a test wants it.
type file struct {
	bytes.Buffer
	objects map[int]string
	at      map[int]int
	last    int
}

// base is a decision of one page: 1 catalog, 2 pages, 3 page, 4 content, 5 font.
func base() *file {
	f := &file{objects: map[int]string{}, at: map[int]int{}}
	f.WriteString("%PDF-1.7\n")
	f.set(1, "<</Type /Catalog /Pages 2 0 R>>")
	f.set(2, "<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 595 842]>>")
	f.page("")
	f.stream(4, "", "q 0.9 g 60 600 400 200 re f Q BT /F1 12 Tf 72 700 Td (Quyet dinh cap 100 dong) Tj ET")
	f.set(5, "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>")
	return f
}

func (f *file) set(num int, body string) *file {
	f.objects[num] = body
	return f
}

func (f *file) page(more string) *file {
	return f.set(3, "<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources 9 0 R "+more+">>").set(9, "<</Font <</F1 5 0 R>>>>")
}

func (f *file) stream(num int, keys, data string) *file {
	return f.set(num, fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", keys, len(data), data))
}

// form adds an interactive form of one field, which is its widget, too (6).
func (f *file) form(field, more string) *file {
	f.set(1, "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [6 0 R] /DA (/F1 9 Tf) "+more+">>>>")
	f.page("/Annots [6 0 R]")
	return f.set(6, "<</Type /Annot /Subtype /Widget /T (So) /Rect [300 300 400 320] /F 4 "+field+">>")
}

func (f *file) annotation(body string) *file {
	return f.page("/Annots [6 0 R]").set(6, "<</Type /Annot "+body+">>")
}

func (f *file) drawing(num int, data string) *file {
	return f.stream(num, " /Type /XObject /Subtype /Form /BBox [0 0 400 40]", data)
}

// bytes writes a revision with what was set since the last one.
func (f *file) revision() []byte {
	var nums []int
	for num := range f.objects {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	for _, num := range nums {
		f.at[num] = f.Len()
		fmt.Fprintf(f, "%d 0 obj\n%s\nendobj\n", num, f.objects[num])
	}
	table, prev := f.Len(), ""
	f.WriteString("xref\n")
	if f.last == 0 {
		f.WriteString("0 1\n0000000000 65535 f \n")
	} else {
		prev = fmt.Sprintf("/Prev %d", f.last)
	}
	for _, num := range nums {
		fmt.Fprintf(f, "%d 1\n%010d 00000 n \n", num, f.at[num])
	}
	fmt.Fprintf(f, "trailer\n<</Size 40 /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", prev, table)
	f.last = table
	clear(f.objects)
	return f.Bytes()
}

const whole = "1 1 1 rg 0 0 400 40 re f"

// classes are files that could deceive somebody, each with what names it.
var classes = map[string]struct {
	file   func() *file
	code   Code
	page   int
	object string
}{
	"free text over the text": {func() *file { return base().annotation("/Subtype /FreeText /Rect [70 690 300 720] /F 4 /Contents (x)") }, Covers, 1, "6 0"},
	"stamp over the text":     {func() *file { return base().annotation("/Subtype /Stamp /Rect [70 690 300 720] /F 4") }, Covers, 1, "6 0"},
	"redaction over the text": {func() *file { return base().annotation("/Subtype /Redact /Rect [70 690 300 720]") }, Covers, 1, "6 0"},
	"widget over the text": {func() *file {
		return base().form("/FT /Tx /Rect [70 690 300 720] /V (900) /AP <</N 7 0 R>>", "").drawing(7, "BT (900) Tj ET")
	}, Covers, 1, "6 0"},
	"stamp beside the text": {func() *file { return base().annotation("/Subtype /Stamp /Rect [70 90 300 120] /F 4") }, Annotation, 1, "6 0"},
	"hidden annotation":     {func() *file { return base().annotation("/Subtype /Stamp /Rect [70 690 300 720] /F 2") }, HiddenNote, 1, "6 0"},
	"annotation for paper": {func() *file {
		return base().annotation("/Subtype /Stamp /Rect [70 90 300 120] /F 36 /AP <</N 7 0 R>>").drawing(7, whole)
	}, HiddenNote, 1, "6 0"},
	"annotation for the eye": {func() *file {
		return base().annotation("/Subtype /Stamp /Rect [70 90 300 120] /F 0 /AP <</N 7 0 R>>").drawing(7, whole)
	}, PrintDiffers, 1, "6 0"},
	"annotation of a layer": {func() *file {
		return base().annotation("/Subtype /Stamp /Rect [70 90 300 120] /F 4 /OC <</Type /OCG /Name (x)>>")
	}, LayerHidden, 1, "6 0"},
	"rectangle over the text": {func() *file {
		return base().stream(4, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh cap 100 dong) Tj ET 1 g 70 690 300 30 re f")
	}, TextCovered, 1, ""},
	"drawing over the text": {func() *file {
		return base().stream(4, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh) Tj ET q 1 0 0 1 60 690 cm /X Do Q").
			set(9, "<</Font <</F1 5 0 R>> /XObject <</X 7 0 R>>>>").drawing(7, whole)
	}, TextCovered, 1, ""},
	"picture over the text": {func() *file {
		return base().stream(4, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh) Tj ET q 400 0 0 40 60 690 cm /X Do Q").
			set(9, "<</Font <</F1 5 0 R>> /XObject <</X 7 0 R>>>>").
			stream(7, " /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "\xff")
	}, TextCovered, 1, ""},
	"layer that is off": {func() *file {
		return base().set(1, "<</Type /Catalog /Pages 2 0 R /OCProperties <</OCGs [6 0 R] /D <</OFF [6 0 R]>>>>>>").set(6, "<</Type /OCG /Name (x)>>")
	}, LayerHidden, 0, "6 0"},
	"layers for print and screen": {func() *file {
		return base().set(1, "<</Type /Catalog /Pages 2 0 R /OCProperties <</OCGs [6 0 R] /D <</AS [<</Event /Print>>]>>>>>>").set(6, "<</Type /OCG /Name (x)>>")
	}, LayerHidden, 0, ""},
	"script by name": {func() *file {
		return base().set(1, "<</Type /Catalog /Pages 2 0 R /Names <</JavaScript <</Names [(a) 6 0 R]>>>>>>").set(6, "<</S /JavaScript /JS (app.alert\\(1\\))>>")
	}, Script, 0, "6 0"},
	"script of a field": {func() *file { return base().form("/FT /Tx /AA <</K <</S /JavaScript /JS (x)>>>>", "") }, Script, 1, "6 0"},
	"action of a page":  {func() *file { return base().page("/AA <</O <</S /Named /N /Print>>>>") }, AutoAction, 1, "3 0"},
	"action on opening": {func() *file {
		return base().set(1, "<</Type /Catalog /Pages 2 0 R /OpenAction <</S /Launch /F (a.exe)>>>>")
	}, AutoAction, 0, "1 0"},
	"program to start": {func() *file { return base().annotation("/Subtype /Link /Rect [0 0 9 9] /A <</S /Launch /F (a.exe)>>") }, Launch, 1, "6 0"},
	"another file to open": {func() *file {
		return base().annotation("/Subtype /Link /Rect [0 0 9 9] /A <</S /GoToR /F (a.pdf) /D [0 /Fit]>>")
	}, Launch, 1, "6 0"},
	"link out": {func() *file {
		return base().annotation("/Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI (http://a.vn)>>")
	}, Link, 1, "6 0"},
	"form to send": {func() *file { return base().form("/FT /Btn /Ff 65536 /A <</S /SubmitForm /F (http://a.vn)>>", "") }, Submit, 1, "6 0"},
	"layers to switch": {func() *file {
		return base().annotation("/Subtype /Link /Rect [0 0 9 9] /A <</S /SetOCGState /State []>>")
	}, OtherAction, 1, "6 0"},
	"attached file": {func() *file {
		return base().set(1, "<</Type /Catalog /Pages 2 0 R /Names <</EmbeddedFiles <</Names [(a) 6 0 R]>>>>>>").
			set(6, "<</Type /Filespec /F (a.txt) /EF <</F 7 0 R>>>>").stream(7, " /Type /EmbeddedFile", "x")
	}, Attachment, 0, "6 0"},
	"attached to a page":   {func() *file { return base().annotation("/Subtype /FileAttachment /Rect [0 0 9 9] /F 4 /FS <</F (a)>>") }, Attachment, 1, "6 0"},
	"cover of other files": {func() *file { return base().set(1, "<</Type /Catalog /Pages 2 0 R /Collection <</View /T>>>>") }, Collection, 0, "1 0"},
	"film":                 {func() *file { return base().annotation("/Subtype /RichMedia /Rect [0 0 9 9] /F 4") }, ActiveContent, 1, "6 0"},
	"XFA":                  {func() *file { return base().form("/FT /Tx", "/XFA (x)") }, XFA, 0, ""},
	"value to be drawn": {func() *file {
		return base().form("/FT /Tx /V (900) /AP <</N 7 0 R>>", "/NeedAppearances true").drawing(7, "BT (900) Tj ET")
	}, NeedLook, 0, ""},
	"value and no look":          {func() *file { return base().form("/FT /Tx /V (900)", "") }, NoLook, 1, "6 0"},
	"another look":               {func() *file { return base().form("/FT /Tx /V (900) /AP <</N 7 0 R>>", "").drawing(7, "BT (100) Tj ET") }, OtherLook, 1, "6 0"},
	"seal of nobody":             {func() *file { return base().form("/FT /Sig /AP <</N 7 0 R>>", "").drawing(7, whole) }, SealUnsigned, 1, "6 0"},
	"page that nothing leads to": {func() *file { return base().set(6, "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>") }, Unreachable, 0, "6 0"},
	"content twice":              {func() *file { return base().stream(6, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh cap 900 dong) Tj ET") }, Unreachable, 0, "6 0"},
	"bytes of nothing":           {func() *file { f := base(); f.WriteString("4 0 obj\n<<>>\nendobj\n"); return f }, HiddenBytes, 0, ""},
	"object that is to come":     {func() *file { return base().page("/Own 77 0 R") }, Dangling, 0, "77 0"},
	"key twice":                  {func() *file { return base().page("/Rotate 0 /Rotate 180") }, Oddity, 0, ""},
	"another state before": {func() *file {
		f := base()
		f.revision()
		return f.stream(4, "", "BT /F1 12 Tf 72 700 Td (Quyet dinh cap 900 dong) Tj ET")
	}, Replaced, 1, "4 0"},
	"saved twice": {func() *file {
		f := base()
		f.revision()
		return f.set(5, "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>")
	}, Revisions, 0, ""},
	"fonts of one name": {func() *file {
		font := "<</Type /Font /Subtype /TrueType /BaseFont /Times /FontDescriptor <</Type /FontDescriptor /FontFile2 %d 0 R>>>>"
		return base().set(5, fmt.Sprintf(font, 6)).set(7, fmt.Sprintf(font, 8)).stream(6, "", "one").stream(8, "", "two").set(9, "<</Font <</F1 5 0 R /F2 7 0 R>>>>")
	}, FontTwice, 1, "5 0"},
	"drawing in waiting": {func() *file { return base().set(9, "<</Font <</F1 5 0 R>> /XObject <</X 7 0 R>>>>").drawing(7, whole) }, UnusedDrawing, 1, "7 0"},
	"content elsewhere": {func() *file {
		return base().set(9, "<</Font <</F1 5 0 R>> /Own 7 0 R>>").stream(7, " /F (other.bin)", "")
	}, External, 1, "7 0"},
	"page of another file": {func() *file {
		return base().set(9, "<</XObject <</X 7 0 R>>>>").stream(7, " /Subtype /Form /BBox [0 0 9 9] /Ref <</F (a.pdf) /Page 0>>", "")
	}, OtherPage, 1, "7 0"},
	"another picture for paper": {func() *file {
		return base().set(9, "<</XObject <</X 7 0 R>>>>").stream(7, " /Subtype /Image /Alternates [<</DefaultForPrinting true>>]", "")
	}, Alternate, 1, "7 0"},
	"content that cannot be read": {func() *file { return base().stream(4, " /Filter /FlateDecode", "no flate") }, BadContent, 1, "4 0"},
	"two fields of a name": {func() *file {
		return base().form("/FT /Tx", "").set(1, "<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [6 0 R 7 0 R]>>>>").set(7, "<</FT /Tx /T (So)>>")
	}, Refused, 0, ""},
}

func scanBytes(b []byte) Report {
	return Scan(context.Background(), bytes.NewReader(b), int64(len(b)), Options{})
}

// TestClasses: each way to deceive is named, with its place.
func TestClasses(t *testing.T) {
	for name, c := range classes {
		t.Run(name, func(t *testing.T) {
			r := scanBytes(c.file().revision())
			if !slices.ContainsFunc(r.Findings, func(f Finding) bool {
				return f.Code == c.code && f.Page == c.page && f.Object == c.object && f.Severity == meanings[c.code].severity
			}) {
				t.Errorf("%s p%d %q is not among %+v", c.code, c.page, c.object, r.Findings)
			}
		})
	}
}

// TestBlocksWhatSigningRefuses: both say the same of every class.
func TestBlocksWhatSigningRefuses(t *testing.T) {
	for name, c := range classes {
		b := c.file().revision()
		refused := pades.Check(bytes.NewReader(b), int64(len(b))) != nil
		if r := scanBytes(b); refused != (r.Worst == Blocks) {
			t.Errorf("%s: refused %v, worst %q: %+v", name, refused, r.Worst, r.Findings)
		}
	}
}

// TestClean: nothing is said of what programs of an office write.
func TestClean(t *testing.T) {
	dir := t.TempDir()
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("office.html", `<html><body bgcolor="#ffffff"><h1>QUYẾT ĐỊNH</h1><p style="background:#ffff00">Về việc cấp <b>100 đồng</b></p>
<table border=1 bgcolor="#dddddd"><tr><td>Số</td><td>Nơi nhận</td></tr></table><ul><li>Điều 1<li>Điều 2</ul></body></html>`)
	write("printed.ps", "%!PS\n/Times-Roman findfont 20 scalefont setfont 72 720 moveto (Decision) show showpage")
	run("soffice", "--headless", "-env:UserInstallation=file://"+at("profile"), "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", dir, at("office.html"))
	run("gs", "-q", "-o", at("printed.pdf"), "-sDEVICE=pdfwrite", at("printed.ps"))
	run("qpdf", "--object-streams=generate", at("office.pdf"), at("packed.pdf"))
	run("qpdf", "--linearize", at("office.pdf"), at("linear.pdf"))
	write("plain.pdf", string(base().revision()))
	for _, name := range []string{"office.pdf", "printed.pdf", "packed.pdf", "linear.pdf", "plain.pdf"} {
		b, err := os.ReadFile(at(name))
		if err != nil {
			t.Fatal(err)
		}
		if r := scanBytes(b); len(r.Findings) > 0 || r.Pages == 0 || r.Worst != "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestOurOwnWay: a document that is prepared, and then signed by the leader, is
// told as such and warned of by nothing.
func TestOurOwnWay(t *testing.T) {
	var prepared, signed bytes.Buffer
	b := base().revision()
	place := pades.Place{Rect: [4]float64{300, 100, 400, 150}}
	if err := pades.Prepare(bytes.NewReader(b), int64(len(b)), &prepared, pades.Fields{
		Texts: []pades.TextField{{Name: "SoVB", Place: place}}, Signatures: []pades.SignatureField{{Name: "Leader", Place: place}}}); err != nil {
		t.Fatal(err)
	}
	b = prepared.Bytes()
	if r := scanBytes(b); r.Worst != Tells || !r.Has(Revisions) || len(r.Findings) != 1 {
		t.Errorf("prepared: %+v", r.Findings)
	}
	private := softkeytest.NewKey(t, softkeytest.P256)
	key, err := softkey.New(private, softkeytest.Issue(t, private.Public(), nil))
	if err != nil {
		t.Fatal(err)
	}
	o := pades.Options{Field: "Leader", Certify: pades.FillForms, Time: time.Now()}
	if err := pades.Sign(t.Context(), bytes.NewReader(b), int64(len(b)), &signed, o, key); err != nil {
		t.Fatal(err)
	}
	if r := scanBytes(signed.Bytes()); r.Worst != Tells || !r.Has(OpenSigned) {
		t.Errorf("signed: %+v", r.Findings)
	}
	policy := trust.DefaultPolicy()
	policy.RequireRevocation = false
	store, err := trust.NewStore(trust.Anchor{Certificate: softkeytest.Root(), Signature: true, Kind: trust.KindTest})
	if err != nil {
		t.Fatal(err)
	}
	held := Options{Trust: &trust.Validator{Store: store, Policy: policy}}
	if r := Scan(t.Context(), bytes.NewReader(signed.Bytes()), int64(signed.Len()), held); len(r.Findings) > 0 {
		t.Errorf("signed by somebody who is trusted: %+v", r.Findings)
	}
	spoiled := bytes.Replace(signed.Bytes(), []byte("100 dong"), []byte("900 dong"), 1)
	if r := Scan(t.Context(), bytes.NewReader(spoiled), int64(len(spoiled)), held); !r.Has(BadSigned) || !r.Has(Revisions) {
		t.Errorf("spoiled: %+v", r.Findings)
	}
}

// look shows a word, as whoever fills a field in has it.
type look struct{ word string }

func (l look) Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	font := add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type1"), pdf.Name("BaseFont"), pdf.Name("Times-Roman")))
	return pdf.NewFlateStream(pdf.NewDict(pdf.Name("Type"), pdf.Name("XObject"), pdf.Name("Subtype"), pdf.Name("Form"),
		pdf.Name("BBox"), pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Real(width), pdf.Real(height)},
		pdf.Name("Resources"), pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("F"), font))),
		[]byte("1 g 0 0 200 40 re f /Tx BMC BT 0 g /F 12 Tf ("+l.word+") Tj ET EMC")), nil
}

// TestFilledIn: the date that the agency has signed lies over the place that was
// left for it, and nobody is warned of it; one that was filled in and signed by
// nobody hides words, although no signature is broken.
func TestFilledIn(t *testing.T) {
	key := softkeytest.New(t, softkeytest.P256, nil)
	policy := trust.DefaultPolicy()
	policy.RequireRevocation = false
	store, err := trust.NewStore(trust.Anchor{Certificate: softkeytest.Root(), Signature: true, Kind: trust.KindTest})
	if err != nil {
		t.Fatal(err)
	}
	held := Options{Trust: &trust.Validator{Store: store, Policy: policy}}
	step := func(b []byte, do func(in io.ReaderAt, size int64, out io.Writer) error) []byte {
		t.Helper()
		var out bytes.Buffer
		if err := do(bytes.NewReader(b), int64(len(b)), &out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	sign := func(b []byte, o pades.Options) []byte {
		t.Helper()
		o.Time = time.Now()
		return step(b, func(in io.ReaderAt, size int64, out io.Writer) error {
			return pades.Sign(t.Context(), in, size, out, o, key)
		})
	}
	over := pades.Place{Rect: [4]float64{70, 695, 200, 715}} // the words of the page
	aside := pades.Place{Rect: [4]float64{300, 100, 400, 150}}
	b := step(base().revision(), func(in io.ReaderAt, size int64, out io.Writer) error {
		return pades.Prepare(in, size, out, pades.Fields{Texts: []pades.TextField{{Name: "NgayVB", Place: over}},
			Signatures: []pades.SignatureField{{Name: "Leader", Place: aside}, {Name: "Seal", Place: aside}}})
	})
	b = sign(b, pades.Options{Field: "Leader", Certify: pades.FillForms})
	scanned := func(b []byte) Report { return Scan(t.Context(), bytes.NewReader(b), int64(len(b)), held) }
	sealed := sign(b, pades.Options{Field: "Seal", Fills: []pades.Fill{{Field: "NgayVB", Value: "1", Appearance: look{"1"}}}})
	if r := scanned(sealed); len(r.Findings) > 0 {
		t.Errorf("sealed: %+v", r.Findings)
	}

	filled := slices.Concat(sealed, step(sealed, func(in io.ReaderAt, size int64, out io.Writer) error {
		file, err := pdf.Open(in, size)
		if err != nil {
			return err
		}
		view := file.Newest()
		form, err := view.Form()
		if err != nil {
			return err
		}
		u, err := pdf.NewUpdate(view)
		if err != nil {
			return err
		}
		drawing, err := look{"9"}.Form(130, 20, u.Add)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(form.Fields, func(f pdf.Field) bool { return f.Name == "NgayVB" })
		d := form.Fields[at].Dict.Clone()
		d.Set("V", pdf.TextString("9"))
		d.Set("AP", pdf.NewDict(pdf.Name("N"), u.Add(drawing)))
		if err := u.Set(form.Fields[at].Ref, d); err != nil {
			return err
		}
		_, err = u.Append(out)
		return err
	}))
	if r := scanned(filled); !r.Has(Covers) || r.Has(BadSigned) {
		t.Errorf("filled in by nobody who signed: %+v", r.Findings)
	}
}

// TestNoScan: what cannot be looked at is not to be signed.
func TestNoScan(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	b := base().revision()
	limits := pdf.DefaultLimits
	limits.Objects = 3
	for name, c := range map[string]struct {
		report Report
		code   Code
	}{
		"not a PDF":   {scanBytes([]byte("hello")), Malformed},
		"encrypted":   {scanBytes(bytes.Replace(b, []byte("/Root"), []byte("/Encrypt 5 0 R /Root"), 1)), Encrypted},
		"ended":       {Scan(ended, bytes.NewReader(b), int64(len(b)), Options{}), Interrupted},
		"limits":      {Scan(t.Context(), bytes.NewReader(b), int64(len(b)), Options{Limits: limits}), Exceeds},
		"medium":      {Scan(t.Context(), bytes.NewReader(b), int64(len(b)+1000), Options{}), Unreadable},
		"a fault":     {Scan(t.Context(), panics{}, 1000, Options{}), Internal},
		"drawn again": {scanBytes(drawnAgain()), Exceeds},
	} {
		if c.report.Worst != Blocks || !c.report.Has(c.code) {
			t.Errorf("%s: %+v", name, c.report)
		}
	}
}

// drawnAgain has a drawing draw another one a thousand times, and so on.
func drawnAgain() []byte {
	f := base().stream(4, "", "/X Do")
	f.set(9, "<</Font <</F1 5 0 R>> /XObject <</X 10 0 R>>>>")
	for i := 10; i < 18; i++ {
		f.stream(i, fmt.Sprintf(" /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X %d 0 R>>>>", i+1), string(bytes.Repeat([]byte("/X Do "), 1000)))
	}
	return f.drawing(18, whole).revision()
}

// panics stands for a fault of the program that a file brings to light.
type panics struct{}

func (panics) ReadAt([]byte, int64) (int, error) { panic("a fault") }

// TestMany: many findings of a code are counted, and do not hide others.
func TestMany(t *testing.T) {
	f := base().page("/Own 77 0 R")
	for i := 10; i < 39; i++ {
		f.set(i, "<</Type /Page>>")
	}
	r := scanBytes(f.revision())
	if r.Left[Unreachable] != 29-mostOfACode || !r.Has(Dangling) || r.Findings[0].Severity != Blocks {
		t.Errorf("%+v", r)
	}
	first, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(scanBytes(f.Bytes()))
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("two reports of one file:\n%s\n%s", first, again)
	}
}

// TestTable: each finding has a severity and words.
func TestTable(t *testing.T) {
	for code, m := range meanings {
		if m.text == "" || ranks[m.severity] == 0 {
			t.Errorf("%s: %+v", code, m)
		}
	}
}
