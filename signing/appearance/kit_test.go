package appearance

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/signintech/gopdf"

	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/softkey"
	"khonggiay/signing/trust"
	"khonggiay/signing/trust/trusttest"
)

var (
	_ pades.Appearance = Text{}
	_ pades.Appearance = (*Picture)(nil)
	_ pades.Appearance = turned{}
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

// march is a morning in Hanoi, as a clock in London has it.
var march = time.Date(2026, 3, 5, 3, 15, 30, 0, time.UTC)

// blot paints ink where the distance to a shape is below zero, with soft edges.
func blot(m *image.NRGBA, ink color.NRGBA, distance func(x, y float64) float64) {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			cover := 0.5 - distance(float64(x)+0.5, float64(y)+0.5)
			if a := uint8(255 * min(max(cover, 0), 1)); a > m.NRGBAAt(x, y).A {
				m.SetNRGBA(x, y, color.NRGBA{ink.R, ink.G, ink.B, a})
			}
		}
	}
}

var (
	blue = color.NRGBA{0x10, 0x30, 0xB0, 0xff}
	red  = color.NRGBA{0xD0, 0x10, 0x20, 0xff}
)

// signatureImage is a scrawl of 300 × 100 pixels with a wide transparent margin.
var signatureImage = sync.OnceValue(func() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 400, 180))
	type point struct{ x, y float64 }
	var line []point
	for i := range 200 {
		s := float64(i) / 199
		line = append(line, point{52 + 296*s, 90 + 48*math.Sin(s*9)*math.Cos(s*21)})
	}
	blot(m, blue, func(x, y float64) float64 {
		nearest := math.Inf(1)
		for _, p := range line {
			nearest = min(nearest, (p.x-x)*(p.x-x)+(p.y-y)*(p.y-y))
		}
		return math.Sqrt(nearest) - 2
	})
	return m
})

// sealImage is a round seal, its diameter in pixels.
func sealImage(across int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, across, across))
	r := float64(across) / 2
	blot(m, red, func(x, y float64) float64 {
		from := math.Hypot(x-r, y-r)
		ring := math.Abs(from-0.94*r) - 0.05*r
		inner := math.Abs(from-0.62*r) - 0.02*r
		angle := math.Mod(math.Atan2(x-r, r-y)+4*math.Pi, 2*math.Pi/5) - math.Pi/5
		star := from*math.Cos(math.Abs(angle)-math.Pi/5) - 0.3*r*(0.38+0.62*math.Pow(math.Abs(angle)/(math.Pi/5), 1))
		return min(ring, inner, star)
	})
	return m
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pictureOfImage(t testing.TB, m image.Image) *Picture {
	t.Helper()
	return must[*Picture](t)(NewPicture(pngOf(t, m)))
}

// A desk is where documents are signed in tests: a leader, a clerk with the seal,
// an authority for time-stamps, and a validator that trusts their root.
type desk struct {
	testing.TB
	leader, seal, tsa *trusttest.Issued
	trust             *trust.Validator
}

func newDesk(t testing.TB) *desk {
	root := trusttest.NewRoot(t, "Root")
	ca := root.IssueCA(t, "CA")
	d := &desk{TB: t, leader: ca.Issue(t, "Nguyễn Thị Lan"), seal: ca.Issue(t, "UBND xã An"), tsa: ca.IssueTSA(t, "TSA"),
		trust: trusttest.Validator(t, root)}
	d.trust.Policy.RequireRevocation = false
	return d
}

func (d *desk) key(i *trusttest.Issued) *softkey.Key {
	d.Helper()
	return must[*softkey.Key](d)(softkey.New(i.Key, i.Cert, i.Issuers()...))
}

func (d *desk) sign(file []byte, by *trusttest.Issued, o pades.Options) []byte {
	d.Helper()
	o.Time = trusttest.Now
	var plain, stamped bytes.Buffer
	if err := pades.Sign(d.Context(), bytes.NewReader(file), int64(len(file)), &plain, o, d.key(by)); err != nil {
		d.Fatal(err)
	}
	if err := pades.AddTimestamp(d.Context(), bytes.NewReader(plain.Bytes()), int64(plain.Len()), &stamped, d.stamper); err != nil {
		d.Fatal(err)
	}
	return stamped.Bytes()
}

func (d *desk) stamper(ctx context.Context, h crypto.Hash, digest []byte) ([]byte, error) {
	return cms.BuildTimestamp(ctx, cms.TimestampInfo{Policy: []int{1, 2, 3}, Hash: h, Imprint: digest,
		Serial: big.NewInt(7), GenTime: trusttest.Now}, d.key(d.tsa), true)
}

// shown is a file of one empty page that shows a drawing in a box. It is not
// signed: a form is put into the page.
func shown(t testing.TB, page Page, box [4]float64, d Drawing) []byte {
	t.Helper()
	return shownOver(t, "", page, box, d)
}

// shownOver shows the drawing over something else.
func shownOver(t testing.TB, under string, page Page, box [4]float64, d Drawing) []byte {
	t.Helper()
	data := emptyPage(page)
	view := open(t, data)
	u := must[*pdf.Update](t)(pdf.NewUpdate(view))
	s := must[*pdf.Stream](t)(d.Form(box[2]-box[0], box[3]-box[1], u.Add))
	dict := s.Dict.Clone()
	dict.Set("Type", pdf.Name("XObject"))
	dict.Set("Subtype", pdf.Name("Form"))
	dict.Set("BBox", pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Real(box[2] - box[0]), pdf.Real(box[3] - box[1])})
	form := u.Add(pdf.NewStream(dict, s.Data))
	p := must[[]pdf.Page](t)(view.Pages())[0]
	changed := p.Dict.Clone()
	changed.Set("Resources", pdf.NewDict(pdf.Name("XObject"), pdf.NewDict(pdf.Name("X"), form)))
	changed.Set("Contents", u.Add(pdf.NewStream(&pdf.Dict{}, []byte(under+" q 1 0 0 1 "+numbers(box[0], box[1])+" cm /X Do Q"))))
	if err := u.Set(p.Ref, changed); err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(bytes.Clone(data))
	if _, err := u.Append(out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// emptyPage is a file of one page.
func emptyPage(p Page) []byte { return pageFile(p, "") }

// pageFile is a file of one page, whose box and turn are inherited, with entries
// of its own.
func pageFile(p Page, entries string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	object("<</Type /Catalog /Pages 2 0 R>>")
	object(fmt.Sprintf("<</Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [%s] /Rotate %d>>", numbers(p.Box[:]...), p.Rotate))
	object("<</Type /Page /Parent 2 0 R /Resources <<>> " + entries + ">>")
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

var (
	a4    = Page{Box: [4]float64{0, 0, 595, 842}}
	small = Page{Box: [4]float64{0, 0, 200, 120}}
)

// paper is a decision, printed but for number and date.
func paper(t testing.TB) []byte {
	t.Helper()
	var doc gopdf.GoPdf
	doc.Start(gopdf.Config{PageSize: gopdf.Rect{W: 595, H: 842}})
	doc.AddPage()
	for name, data := range map[string][]byte{"r": tinosRegular, "b": tinosBold, "i": tinosItalic} {
		if err := doc.AddTTFFontData(name, data); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []struct {
		font string
		x, y float64
		text string
	}{
		{"r", 90, 100, "Số:"}, {"r", 150, 100, "/QĐ-UBND"}, {"i", 300, 100, "Minh Giang,"},
		{"b", 240, 160, "QUYẾT ĐỊNH"}, {"r", 90, 200, "Điều 1. Giao Sở Nội vụ chủ trì, phối hợp với các sở, ban, ngành thực hiện."},
		{"b", 350, 560, "KT. CHỦ TỊCH"}, {"b", 340, 576, "PHÓ CHỦ TỊCH"}, {"b", 345, 690, "Nguyễn Thị Lan"},
	} {
		if err := doc.SetFont(line.font, "", 13); err != nil {
			t.Fatal(err)
		}
		doc.SetXY(line.x, line.y)
		if err := doc.Text(line.text); err != nil {
			t.Fatal(err)
		}
	}
	return doc.GetBytesPdf()
}

func open(t testing.TB, data []byte) *pdf.View {
	t.Helper()
	return must[*pdf.File](t)(pdf.Open(bytes.NewReader(data), int64(len(data)))).Newest()
}

// A court is a folder in which other programs judge a file.
type court struct {
	testing.TB
	dir string
}

func newCourt(t testing.TB, data []byte) court {
	t.Helper()
	c := court{t, t.TempDir()}
	if err := os.WriteFile(filepath.Join(c.dir, "a.pdf"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// noICC is what mutool of Debian says to every file.
const noICC = "warning: ICC support is not available"

// must runs a program that may complain about nothing.
func (c court) must(program string, args ...string) string {
	c.Helper()
	cmd := exec.CommandContext(c.Context(), program, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "HOME="+c.dir, "LC_ALL=C.UTF-8", "TZ=UTC")
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	err := cmd.Run()
	complaints := strings.TrimSpace(strings.ReplaceAll(problems.String(), noICC, ""))
	if err != nil || complaints != "" {
		c.Errorf("%s %v: %v\n%s%s", program, args, err, out.String(), complaints)
	}
	return out.String()
}

// A view is a page as mutool shows it, at so many pixels to the point.
type view struct {
	image.Image
	scale float64
}

// render shows the first page: small pages finely, others coarsely.
func (c court) render(p Page) view {
	c.Helper()
	v := view{scale: 4}
	if p != small {
		v.scale = 2
	}
	c.must("mutool", "draw", "-q", "-r", strconv.Itoa(int(72*v.scale)), "-o", "a.png", "a.pdf", "1")
	f := must[*os.File](c)(os.Open(filepath.Join(c.dir, "a.png")))
	defer f.Close()
	v.Image = must[image.Image](c)(png.Decode(f))
	return v
}

// inked is the rectangle around all pixels of a kind, in points from the lower
// left corner of the page as it is shown.
func inked(v view, is func(c color.NRGBA) bool) [4]float64 {
	var all image.Rectangle
	b, at := v.Bounds(), pixels(v.Image)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if is(at(x, y)) {
				all = all.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	points := func(pixels int) float64 { return float64(pixels) / v.scale }
	return [4]float64{points(all.Min.X), points(b.Max.Y - all.Max.Y), points(all.Max.X), points(b.Max.Y - all.Min.Y)}
}

func isRed(c color.NRGBA) bool  { return int(c.R) > int(c.B)+0x40 }
func isBlue(c color.NRGBA) bool { return int(c.B) > int(c.R)+0x40 }
func isDark(c color.NRGBA) bool { return c.R < 0xC0 && c.G < 0xC0 && c.B < 0xC0 }

// near compares rectangles to a tolerance in points.
func near(a, b [4]float64, tolerance float64) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > tolerance {
			return false
		}
	}
	return true
}

var wordRE = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</word>`)

// words are the words of the first page as pdftotext finds them, with their boxes
// counted from the lower left corner of the page as it is shown.
func (c court) words(height float64) map[string][4]float64 {
	c.Helper()
	out := map[string][4]float64{}
	for _, m := range wordRE.FindAllStringSubmatch(c.must("pdftotext", "-bbox", "-l", "1", "a.pdf", "-"), -1) {
		var n [4]float64
		for i := range n {
			n[i] = must[float64](c)(strconv.ParseFloat(m[i+1], 64))
		}
		out[m[5]] = [4]float64{n[0], height - n[3], n[2], height - n[1]}
	}
	return out
}

// text is what pdftotext reads, without blanks at the ends of lines.
func (c court) text() []string {
	c.Helper()
	var lines []string
	for line := range strings.SplitSeq(c.must("pdftotext", "a.pdf", "-"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
