package pades_test

import (
	"bytes"
	"context"
	"crypto"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signintech/gopdf"

	"khonggiay/signing"
	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey/softkeytest"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// drawn is a document of two pages.
func drawn() []byte {
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	for i := range 2 {
		doc.AddPage()
		doc.Line(10, 10, 200, float64(100+i))
	}
	return doc.GetBytesPdf()
}

const printed = `/Times-Roman findfont 20 scalefont setfont 72 720 moveto (Decision) show showpage 100 100 moveto (x) show showpage`

// samples are documents of all kinds that nobody has signed, by name.
var samples = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "pades-samples")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := map[string][]byte{"drawn": drawn(), "2.0": bytes.Replace(drawn(), []byte("%PDF-1.7"), []byte("%PDF-2.0"), 1)}
	at := func(name string) string { return filepath.Join(dir, name+".pdf") }
	ps := filepath.Join(dir, "in.ps")
	err = errors.Join(os.WriteFile(ps, []byte(printed), 0o600), os.WriteFile(at("drawn"), out["drawn"], 0o600))
	run := func(name, program string, args ...string) {
		if text, e := exec.Command(program, args...).CombinedOutput(); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w\n%s", program, e, text))
		}
		data, e := os.ReadFile(at(name))
		err, out[name] = errors.Join(err, e), data
	}
	for _, version := range []string{"1.4", "1.7"} {
		run("gs-"+version, "gs", "-q", "-o", at("gs-"+version), "-sDEVICE=pdfwrite", "-dCompatibilityLevel="+version, ps)
	}
	run("packed", "qpdf", "--object-streams=generate", at("drawn"), at("packed"))
	run("linear", "qpdf", "--linearize", at("gs-1.4"), at("linear"))
	run("linear packed", "qpdf", "--linearize", "--object-streams=generate", at("gs-1.7"), at("linear packed"))
	return out, err
})

func sample(t testing.TB, name string) []byte {
	t.Helper()
	return must[map[string][]byte](t)(samples())[name]
}

// A picture is an appearance for tests: a frame with a text in Times.
type picture struct{ text string }

func (p picture) Form(w, h float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	if strings.ContainsRune(p.text, '?') {
		return nil, errDraw
	}
	font := add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Font"), pdf.Name("Subtype"), pdf.Name("Type1"), pdf.Name("BaseFont"), pdf.Name("Times-Roman")))
	d := pdf.NewDict(pdf.Name("Resources"), pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("F"), font)))
	return pdf.NewFlateStream(d, fmt.Appendf(nil, "0 0 %g %g re S BT /F 10 Tf 2 2 Td (%s) Tj ET", w, h, p.text)), nil
}

var errDraw = errors.New("a character that the font lacks")

var hanoi = time.FixedZone("ICT", 7*3600)

// options are those of a signature that is seen.
func options(field string) pades.Options {
	return pades.Options{
		Field: field, Place: pades.Place{Rect: [4]float64{300, 100, 450, 180}}, Appearance: picture{"signed"},
		Time: time.Date(2026, 11, 30, 13, 15, 0, 0, hanoi),
		Name: "Nguyễn Thị Hồng", Reason: "Ban hành", Location: "Đắk Lắk",
	}
}

// invisible are options without place and appearance.
func invisible(field string) pades.Options {
	o := options(field)
	o.Place, o.Appearance = pades.Place{}, nil
	return o
}

// prepared are the fields of a decision: number and date, leader and organ.
var prepared = pades.Fields{
	Texts: []pades.TextField{
		{Name: "SoVB", Place: pades.Place{Rect: [4]float64{60, 700, 160, 720}}},
		{Name: "NgayVB", Place: pades.Place{Rect: [4]float64{300, 700.5, 450, 720}}, Size: 12.5},
	},
	Signatures: []pades.SignatureField{
		{Name: "Lãnh đạo", Place: pades.Place{Rect: [4]float64{300, 100, 450, 180}}},
		{Name: "Cơ quan", Place: pades.Place{Page: 1, Rect: [4]float64{260, 100, 350, 190}}, Lock: &pades.Lock{Action: pades.LockAll}},
	},
}

func prepare(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := pades.Prepare(bytes.NewReader(data), int64(len(data)), &out, prepared); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func trySign(data []byte, o pades.Options, s signing.Signer) ([]byte, error) {
	var out bytes.Buffer
	err := pades.Sign(context.Background(), bytes.NewReader(data), int64(len(data)), &out, o, s)
	return out.Bytes(), err
}

func sign(t testing.TB, data []byte, o pades.Options, s signing.Signer) []byte {
	t.Helper()
	out := must[[]byte](t)(trySign(data, o, s))
	if !bytes.HasPrefix(out, data) {
		t.Error("the old file is not the beginning of the new one")
	}
	return out
}

// stamper is an authority of the test.
func stamper(t testing.TB) pades.Stamper {
	tsa := softkeytest.TSA(t, softkeytest.P256)
	return func(ctx context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
		return cms.BuildTimestamp(ctx, cms.TimestampInfo{
			Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Hash: h, Imprint: digest, Serial: big.NewInt(7),
			GenTime: time.Date(2026, 11, 30, 6, 20, 0, 0, time.UTC),
		}, tsa, true)
	}
}

func stamp(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := pades.AddTimestamp(t.Context(), bytes.NewReader(data), int64(len(data)), &out, stamper(t)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func docStamp(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := pades.AddDocTimestamp(t.Context(), bytes.NewReader(data), int64(len(data)), &out, pades.StampOptions{}, stamper(t)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func addDSS(t testing.TB, data []byte, evidence ...pades.Evidence) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := pades.AddDSS(bytes.NewReader(data), int64(len(data)), &out, evidence...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t testing.TB, data []byte) *pdf.View {
	t.Helper()
	return must[*pdf.File](t)(pdf.Open(bytes.NewReader(data), int64(len(data)))).Newest()
}

// fieldOf is the field of the name, with its value.
func fieldOf(t testing.TB, v *pdf.View, name string) (pdf.Field, *pdf.Dict) {
	t.Helper()
	form := must[*pdf.Form](t)(v.Form())
	for _, f := range form.Fields {
		if f.Name == name {
			if f.Type() == "Tx" {
				return f, nil
			}
			return f, must[*pdf.Dict](t)(v.Dict(f.Get("V")))
		}
	}
	t.Fatalf("no field %q", name)
	return pdf.Field{}, nil
}

// covered returns the bytes that a signature covers, and its value without padding.
func covered(t testing.TB, data []byte, sig *pdf.Dict) (content, value []byte) {
	t.Helper()
	r := sig.Get("ByteRange").(pdf.Array)
	at := func(i int) int64 { return int64(r[i].(pdf.Int)) }
	if at(0) != 0 || at(2)+at(3) > int64(len(data)) {
		t.Fatalf("ByteRange %v of %d bytes", r, len(data))
	}
	entry, _ := sig.Lookup("Contents")
	if entry.Span != (pdf.Span{Start: at(1), End: at(2)}) {
		t.Errorf("ByteRange %v leaves out more or less than Contents at %v", r, entry.Span)
	}
	content = append(bytes.Clone(data[:at(1)]), data[at(2):at(2)+at(3)]...)
	value = []byte(entry.Value.(pdf.String).Value)
	if sig.Get("SubFilter") == pdf.Name("ETSI.RFC3161") {
		return content, value[:must[*cms.Timestamp](t)(cms.ParseTimestamp(value, cms.Limits{})).Data.Length]
	}
	return content, value[:must[*cms.SignedData](t)(cms.Parse(value, cms.Limits{})).Length]
}

func wantReason(t testing.TB, err error, want pades.Reason) *pades.RefusedError {
	t.Helper()
	var refused *pades.RefusedError
	if !errors.As(err, &refused) || refused.Reason != want {
		t.Fatalf("error %v, want %s", err, want)
	}
	return refused
}
