package appearance

import (
	"bytes"
	"context"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/validator"
)

// issue takes a decision on its way: fields, the leader with P=2, then number,
// date and seal in one revision. It returns where the leader's image and the
// seal are.
func issue(d *desk, data []byte) (file []byte, leader, seal [4]float64) {
	d.Helper()
	signature, stamp := pictureOfImage(d, signatureImage()), pictureOfImage(d, sealImage(500))
	box := [4]float64{330, 842 - 680, 470, 842 - 590}
	leader = signature.In(box)
	w, h := stamp.SealSize(0)
	seal = SealBox(leader, w, h)
	var out bytes.Buffer
	if err := pades.Prepare(bytes.NewReader(data), int64(len(data)), &out, pades.Fields{
		Texts: []pades.TextField{
			{Name: "SoVB", Place: pades.Place{Rect: OnLine(112, 842-100, 36, BodySize)}},
			{Name: "NgayVB", Place: pades.Place{Rect: OnLine(366, 842-100, 160, BodySize)}},
		},
		Signatures: []pades.SignatureField{
			{Name: "Leader", Place: pades.Place{Rect: box}},
			{Name: "Seal", Place: pades.Place{Rect: seal}, Lock: &pades.Lock{Action: pades.LockAll}},
		},
	}); err != nil {
		d.Fatal(err)
	}
	file = d.sign(out.Bytes(), d.leader, pades.Options{Field: "Leader", Appearance: signature, Certify: pades.FillForms})
	file = d.sign(file, d.seal, pades.Options{Field: "Seal", Appearance: stamp, Fills: []pades.Fill{
		{Field: "SoVB", Value: "12", Appearance: NumberText("12")},
		{Field: "NgayVB", Value: Date(march), Appearance: DateText(Date(march))},
	}})
	return file, leader, seal
}

// passes has our validator judge the file.
func passes(d *desk, file []byte) validator.Report {
	d.Helper()
	r := validator.Validate(context.Background(), bytes.NewReader(file), int64(len(file)), validator.Options{Trust: d.trust, Now: d.trust.Now()})
	if r.Indication != signing.TotalPassed || len(r.Findings) > 0 {
		d.Errorf("%s/%s %+v", r.Indication, r.SubIndication, r.Findings)
	}
	for _, s := range r.Signatures {
		for _, f := range s.Findings {
			if f.Code != validator.ChainWarning { // nobody was asked whether the certificates of the test are revoked
				d.Errorf("%s: %+v", s.Field, f)
			}
		}
		for _, c := range s.Changes {
			if !c.Allowed {
				d.Errorf("%s: %+v", s.Field, c)
			}
		}
	}
	return r
}

// fontRE is a line of pdffonts: name, type, encoding, embedded, subset, Unicode.
var fontRE = regexp.MustCompile(`(?m)^([A-Z]{6}\+Tinos\S*)\s+CID TrueType\s+Identity-H\s+(yes|no)\s+(yes|no)\s+(yes|no)`)

// fonts wants n fonts of ours, each embedded in part and readable.
func (c court) fonts(n int) {
	c.Helper()
	report := c.must("pdffonts", "a.pdf")
	ours := fontRE.FindAllStringSubmatch(report, -1)
	for _, f := range ours {
		if f[2] != "yes" || f[3] != "yes" || f[4] != "yes" {
			c.Errorf("embedded, in part, with Unicode: %v", f)
		}
	}
	if len(ours) < n {
		c.Errorf("%d fonts of %d:\n%s", len(ours), n, report)
	}
}

// pdfsig wants n valid signatures.
func (c court) pdfsig(n int) {
	c.Helper()
	if report := c.must("pdfsig", "-nocert", "a.pdf"); strings.Count(report, "Signature is Valid.") != n {
		c.Errorf("not %d valid signatures:\n%s", n, report)
	}
}

// TestIssue: a decision with the leader's image, number, date and seal is taken by
// all judges; everything is seen where it belongs, in its size and colour.
func TestIssue(t *testing.T) {
	d := newDesk(t)
	file, leader, seal := issue(d, paper(t))
	if r := passes(d, file); len(r.Signatures) != 2 {
		t.Errorf("%d signatures", len(r.Signatures))
	}
	c := newCourt(t, file)
	c.must("qpdf", "--check", "a.pdf")
	c.pdfsig(2)
	c.fonts(2)
	words := c.words(842)
	for _, want := range []string{"12", "ngày", "05", "tháng", "3", "năm", "2026"} {
		if _, there := words[want]; !there {
			t.Errorf("pdftotext does not find %q in %v", want, words)
		}
	}
	if filled, printed := words["12"], words["/QĐ-UBND"]; filled[0] < words["Số:"][2] || filled[2] > printed[0] {
		t.Errorf("the number at %v does not stand between %v and %v", filled, words["Số:"], printed)
	}
	if text := c.must("mutool", "draw", "-q", "-F", "txt", "a.pdf"); !strings.Contains(text, "ngày 05 tháng 3 năm 2026") {
		t.Errorf("mutool reads\n%s", text)
	}
	m := c.render(a4)
	if got := inked(m, isRed); !near(got, seal, 0.5) {
		t.Errorf("the seal is seen at %v, not %v", got, seal)
	}
	blue := inked(m, isBlue)
	if blue[0] < leader[0]-0.5 || !near([4]float64{0, blue[1], blue[2], blue[3]}, [4]float64{0, leader[1], leader[2], leader[3]}, 0.5) {
		t.Errorf("the signature is seen at %v, not %v", blue, leader)
	}
}

// TestSameBaseline: what is filled in stands on the line that is printed.
func TestSameBaseline(t *testing.T) {
	box := OnLine(100, 50, 60, BodySize)
	for _, text := range []Text{NumberText("12"), DateText("05")} {
		got := inked(newCourt(t, shown(t, small, box, text)).render(small), isDark)
		if got[1] < 49.5 || got[1] > 50.25 {
			t.Errorf("%v stands at %v", text.Lines, got)
		}
	}
}

// TestBlocks: the blocks of attachments, copies and digitised papers are in the
// upper right corner, black, of 10 points, and are read as they were written.
func TestBlocks(t *testing.T) {
	d := newDesk(t)
	for name, b := range map[string]struct {
		text Text
		want []string
	}{
		"attachment":   {Attachment("12/QĐ-UBND", march), []string{"Số: 12/QĐ-UBND; 05/03/2026; 10:15:30 +07:00"}},
		"copy":         {Copy(CertifiedCopy, "Ủy ban nhân dân xã Ea Kao", march), []string{"SAO Y; Ủy ban nhân dân xã Ea Kao; 05/03/2026; 10:15:30 +07:00"}},
		"copy of copy": {Copy(CopyOfCopy, "Sở Nội vụ", march), []string{"SAO LỤC; Sở Nội vụ; 05/03/2026; 10:15:30 +07:00"}},
		"extract": {Copy(Extract, "Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân tỉnh", march),
			[]string{"TRÍCH SAO; Văn phòng Đoàn đại biểu Quốc hội và Hội đồng nhân dân", "tỉnh; 05/03/2026; 10:15:30 +07:00"}},
		"digitised": {Digitised("Trung tâm Lưu trữ lịch sử", march), []string{"Trung tâm Lưu trữ lịch sử; 05/03/2026; 10:15:30 +07:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := d.sign(emptyPage(a4), d.seal, pades.Options{Field: "Organ", Place: pades.Place{Rect: must[[4]float64](t)(a4.CornerFor(b.text))}, Appearance: b.text})
			passes(d, file)
			c := newCourt(t, file)
			c.must("qpdf", "--check", "a.pdf")
			c.pdfsig(1)
			c.fonts(1)
			if got := c.text(); !slices.Equal(got, b.want) || !norm.NFC.IsNormalString(strings.Join(got, "")) {
				t.Errorf("pdftotext reads %q", got)
			}
			if got := c.must("mutool", "draw", "-q", "-F", "txt", "a.pdf"); strings.TrimSpace(got) != strings.Join(b.want, "\n") {
				t.Errorf("mutool reads %q", got)
			}
			for word, at := range c.words(842) {
				if at[0] < 595/3 || at[1] < 842-25*mm || at[2] > 595-10*mm || at[3] > 842 {
					t.Errorf("%q is at %v", word, at)
				}
			}
			if got := c.must("mutool", "draw", "-q", "-F", "stext", "a.pdf"); !onlyTen(got) {
				t.Errorf("not 10 points: %s", got)
			}
			if m := c.render(a4); inked(m, isRed) != inked(m, isBlue) {
				t.Error("not black")
			}
		})
	}
}

var sizeRE = regexp.MustCompile(`<font name="[^"]*" size="([\d.]+)">`)

// onlyTen reports whether all letters that mutool lists have 10 points.
func onlyTen(stext string) bool {
	sizes := sizeRE.FindAllStringSubmatch(stext, -1)
	return len(sizes) > 0 && !slices.ContainsFunc(sizes, func(m []string) bool {
		size, err := strconv.ParseFloat(m[1], 64)
		return err != nil || math.Abs(size-10) > 0.001
	})
}

// TestTurnedPages: on a page that is shown turned, the block is read upright in
// the corner that is seen.
func TestTurnedPages(t *testing.T) {
	for _, rotate := range []int{0, 90, 180, 270} {
		page := Page{Box: [4]float64{10, 20, 605, 862}, Rotate: rotate}
		view := open(t, emptyPage(page))
		read := must[Page](t)(ReadPage(view, must[[]pdf.Page](t)(view.Pages())[0]))
		if read != page {
			t.Errorf("read %v, not %v", read, page)
		}
		text := Copy(CertifiedCopy, "Sở Nội vụ", march)
		c := newCourt(t, shown(t, page, page.Corner(), page.Upright(text)))
		width, height := page.Size()
		if got := inked(c.render(page), isDark); got[2] > width-10*mm || got[2] < width-20*mm || got[3] < height-10*mm || got[3]-got[1] > 17*mm {
			t.Errorf("%d: ink at %v of %v × %v", rotate, got, width, height)
		}
		if got, want := c.text(), []string{"SAO Y; Sở Nội vụ; 05/03/2026; 10:15:30 +07:00"}; !slices.Equal(got, want) {
			t.Errorf("%d: %q", rotate, got)
		}
	}
}

// TestDateTakesItsPlace: what is printed in the box of a date is hidden by it, and
// what is in the box of a number is not.
func TestDateTakesItsPlace(t *testing.T) {
	box := [4]float64{20, 20, 80, 40}
	red := func(text Text) [4]float64 {
		return inked(newCourt(t, shownOver(t, "1 0 0 rg 25 25 50 10 re f", small, box, text)).render(small), isRed)
	}
	if got := red(DateText("ngày 5")); got[2] != got[0] {
		t.Errorf("below a date there is ink at %v", got)
	}
	if got := red(NumberText("5")); !near(got, [4]float64{25, 25, 75, 35}, 0.5) {
		t.Errorf("below a number there is ink at %v", got)
	}
}

// TestNothingIsClipped: letters with two marks and slanted ones are whole in a box
// that just holds them.
func TestNothingIsClipped(t *testing.T) {
	for style := Regular; style <= Italic; style++ {
		text := Text{Lines: []string{"jẨỄỘỰf", "jẪgjpqyạf"}, Style: style, Size: 20, Align: Centre}
		set := must[*typeset](t)(text.set())
		l := must[*layout](t)(set.fit(100, 100))
		tight := [4]float64{50, 30, 50 + l.width(), 30 + l.height()}
		got := inked(newCourt(t, shown(t, small, tight, text)).render(small), isDark)
		free := inked(newCourt(t, shown(t, small, small.Box, text)).render(small), isDark)
		for i := range 2 {
			if size, whole := got[i+2]-got[i], free[i+2]-free[i]; math.Abs(size-whole) > 0.3 {
				t.Errorf("style %d, side %d: %v in a tight box, %v in a large one", style, i, size, whole)
			}
		}
		if l.size != 20 || !near(got, tight, 3) || got[0] < tight[0]+0.5 || got[2] > tight[2]-0.5 {
			t.Errorf("style %d: of size %v, %v in %v", style, l.size, got, tight)
		}
	}
}

// TestAllLetters: every letter of Vietnamese comes out of the file as it went in,
// in each style.
func TestAllLetters(t *testing.T) {
	var lines []string
	for part := range slices.Chunk([]rune(vietnamese()), 30) {
		lines = append(lines, string(part))
	}
	for style := Regular; style <= Italic; style++ {
		c := newCourt(t, shown(t, a4, [4]float64{20, 20, 575, 822}, Text{Lines: lines, Style: style}))
		c.must("qpdf", "--check", "a.pdf")
		c.fonts(1)
		if got := c.text(); !slices.Equal(got, lines) {
			t.Errorf("style %d: pdftotext reads %q", style, got)
		}
		c.render(a4) // complains of a broken font
	}
}

// TestWithoutImage: who has no image signs with name and time.
func TestWithoutImage(t *testing.T) {
	d := newDesk(t)
	file := d.sign(paper(t), d.leader, pades.Options{Field: "Leader", Place: pades.Place{Rect: [4]float64{330, 170, 470, 230}},
		Appearance: NameAndTime("Nguyễn Thị Lan", march), Certify: pades.FillForms})
	passes(d, file)
	c := newCourt(t, file)
	c.pdfsig(1)
	if got := strings.Join(c.text(), "\n"); !strings.Contains(got, "Nguyễn Thị Lan\n05/03/2026; 10:15:30 +07:00") {
		t.Errorf("%q", got)
	}
}
