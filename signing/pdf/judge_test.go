package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
	"github.com/signintech/gopdf"
)

// tool runs a Debian program that build/setup.sh installs, and returns what it says.
func tool(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func drawn() []byte {
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	for i := range 3 {
		doc.AddPage()
		doc.Line(10, 10, 200, float64(100+i))
		doc.RectFromUpperLeftWithStyle(50, 100, 80.5, 100, "FD")
	}
	return doc.GetBytesPdf()
}

const printed = `/Times-Roman findfont 20 scalefont setfont
1 1 40 { /n exch def 72 720 moveto (Page ) show n 10 string cvs show
  [ /Title (Chapter) /Page n /OUT pdfmark showpage } for`

// samples are files that other programs made, by name.
var samples = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "pdf-samples")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := map[string][]byte{"gopdf": drawn()}
	at := func(name string) string { return filepath.Join(dir, name+".pdf") }
	run := func(name string, program string, args ...string) {
		if text, e := exec.Command(program, args...).CombinedOutput(); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w\n%s", program, e, text))
			return
		}
		data, e := os.ReadFile(at(name))
		err, out[name] = errors.Join(err, e), data
	}
	ps := filepath.Join(dir, "in.ps")
	err = errors.Join(os.WriteFile(ps, []byte(printed), 0o600), os.WriteFile(at("gopdf"), out["gopdf"], 0o600))
	run("gs-1.4", "gs", "-q", "-o", at("gs-1.4"), "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.4", ps)
	run("gs-1.7", "gs", "-q", "-o", at("gs-1.7"), "-sDEVICE=pdfwrite", "-dCompatibilityLevel=1.7", ps)
	for _, from := range []string{"gopdf", "gs-1.7"} {
		for _, way := range []string{"--object-streams=generate", "--linearize", "--qdf"} {
			name := from + way
			run(name, "qpdf", way, at(from), at(name))
		}
		name := from + "--both"
		run(name, "qpdf", "--linearize", "--object-streams=generate", at(from), at(name))
	}
	return out, err
})

// eachSample runs a test over the files of other programs.
func eachSample(t *testing.T, test func(t *testing.T, name string, data []byte)) {
	files, err := samples()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		t.Run(name, func(t *testing.T) { test(t, name, data) })
	}
}

var pagesRE = regexp.MustCompile(`(?m)^Pages:\s+(\d+)$`)

// TestJudgedByOthers: we find the pages that pdfinfo counts and the objects that
// pdfcpu finds, and nothing odd.
func TestJudgedByOthers(t *testing.T) {
	eachSample(t, func(t *testing.T, name string, data []byte) {
		f := mustOpen(t, data)
		wantCodes(t, f.Oddities())
		if n := len(f.Revisions()); n != 1 {
			t.Errorf("%d revisions", n)
		}
		if gaps, err := f.Gaps(0); err != nil || len(gaps) > 0 {
			t.Errorf("gaps %v, %v", gaps, err)
		}
		pages, err := f.Newest().Pages()
		info := pagesRE.FindStringSubmatch(tool(t, "pdfinfo", write(t, t.TempDir(), "a.pdf", data)))
		if err != nil || len(info) != 2 || strconv.Itoa(len(pages)) != info[1] {
			t.Errorf("%d pages, %v, pdfinfo says %q", len(pages), err, info)
		}
		sameAsPdfcpu(t, f.Newest(), data)
	})
}

func sameAsPdfcpu(t *testing.T, v *View, data []byte) {
	t.Helper()
	api.DisableConfigDir() // or it writes one into the home of whoever tests
	ctx, err := api.ReadContext(bytes.NewReader(data), model.NewDefaultConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for ref := range v.Refs() {
		item, err := v.Read(ref)
		if err != nil || len(item.Oddities) > 0 {
			t.Errorf("object %d: %v, %v", ref.Num, err, item.Oddities)
			continue
		}
		if isSection(item.Object) {
			continue // pdfcpu drops what holds the file together
		}
		theirs, err := ctx.Dereference(*types.NewIndirectRef(int(ref.Num), int(ref.Gen)))
		if err != nil {
			t.Fatal(err)
		}
		compared++
		if want := fromPdfcpu(t, theirs); !Equal(item.Object, want) {
			t.Errorf("object %d: %#v, pdfcpu has %#v", ref.Num, item.Object, want)
		}
	}
	if compared < 5 {
		t.Errorf("only %d objects were compared", compared)
	}
}

func isSection(o Object) bool {
	s, ok := o.(*Stream)
	return ok && (s.Dict.Get("Type") == Name("XRef") || s.Dict.Get("Type") == Name("ObjStm"))
}

// fromPdfcpu translates an object of pdfcpu.
func fromPdfcpu(t *testing.T, o types.Object) Object {
	t.Helper()
	switch o := o.(type) {
	case nil:
		return Null{}
	case types.Boolean:
		return Bool(o)
	case types.Integer:
		return Int(o)
	case types.Float:
		return Real(o)
	case types.Name:
		return Name(o)
	case types.StringLiteral:
		b, err := types.Unescape(string(o))
		if err != nil {
			t.Fatal(err)
		}
		return String{Value: string(b)}
	case types.HexLiteral:
		b, err := o.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		return String{Value: string(b), Hex: true}
	case types.IndirectRef:
		return Ref{uint32(o.ObjectNumber), uint16(o.GenerationNumber)}
	case types.Array:
		out := Array{}
		for _, x := range o {
			out = append(out, fromPdfcpu(t, x))
		}
		return out
	case types.Dict:
		d := &Dict{}
		for key, x := range o {
			d.Set(Name(key), fromPdfcpu(t, x))
		}
		return d
	case types.StreamDict:
		return NewStream(fromPdfcpu(t, o.Dict).(*Dict), o.Raw)
	}
	t.Fatalf("pdfcpu has a %T", o)
	return nil
}

// TestDecodedAsQpdf: every stream of every sample, and our own LZW and predictors,
// give the bytes that qpdf gives.
func TestDecodedAsQpdf(t *testing.T) {
	text := []byte(strings.Repeat("to be or not to be, ", 2000))
	m := newMaker().document().stream(4, "/Filter/LZWDecode", lzw(text, 1)).
		stream(5, "/Filter/LZWDecode/DecodeParms<</EarlyChange 0>>", lzw(text, 0)).
		stream(6, "/Filter/RunLengthDecode", runs128(text)).
		stream(7, "/Filter[/ASCII85Decode/FlateDecode]", encode85([]byte(deflate(string(text))))).
		stream(8, "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 20/Colors 2>>", deflate(predictPNG(text, 40, 2, func() byte { return 4 }))).
		stream(9, "/Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 20/Colors 2>>", deflate(string(text)))
	sameAsQpdf(t, m.table("").Bytes(), 6)
	eachSample(t, func(t *testing.T, _ string, data []byte) { sameAsQpdf(t, data, 1) })
}

func sameAsQpdf(t *testing.T, data []byte, least int) {
	path := write(t, t.TempDir(), "a.pdf", data)
	v := mustOpen(t, data).Newest()
	compared := 0
	for ref := range v.Refs() {
		o, err := v.Get(ref)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := o.(*Stream)
		if !ok {
			continue
		}
		r, rest, err := v.Decode(s)
		if err != nil || len(rest) > 0 {
			continue
		}
		got, err := io.ReadAll(r)
		want := tool(t, "qpdf", "--show-object="+strconv.Itoa(int(ref.Num)), "--filtered-stream-data", path)
		if err != nil || string(got) != want {
			t.Errorf("stream %d: %d bytes, %v, qpdf has %d", ref.Num, len(got), err, len(want))
		}
		if compared++; compared == 6 {
			break // a process for each is slow
		}
	}
	if compared < least {
		t.Errorf("only %d streams were compared", compared)
	}
}

// TestLinearized: a linearized file is one revision, and updates come after it
// although its newest section stands at its front.
func TestLinearized(t *testing.T) {
	eachSample(t, func(t *testing.T, name string, data []byte) {
		sections := 1
		if strings.Contains(name, "--linearize") || strings.Contains(name, "--both") {
			sections = 2
		}
		f := mustOpen(t, data)
		if r := f.Revisions()[0]; len(r.Sections) != sections || r.End != int64(len(data)) {
			t.Errorf("%d sections, end %d of %d", len(r.Sections), r.End, len(data))
		}
		if sections == 2 {
			unsaid := bytes.Replace(data, []byte("/Linearized"), []byte("/Linearizes"), 1)
			wantCodes(t, mustOpen(t, unsaid).Oddities(), OddLinear)
		}
	})
}
