package appearance

import (
	"math"
	"slices"
	"testing"

	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
)

// TestCornerFor: a block has a box as high as its lines, below what is there, on
// pages turned in each way; on a page that is full it is in the corner.
func TestCornerFor(t *testing.T) {
	block := Copy(CertifiedCopy, "Sở Nội vụ", march)
	for _, rotate := range []int{0, 90, 180, 270} {
		p := Page{Box: [4]float64{10, 20, 605, 862}, Rotate: rotate}
		place := func(taken ...[4]float64) [4]float64 {
			return p.toShown(must[[4]float64](t)(p.CornerFor(block, taken...)))
		}
		first := place()
		if corner := p.toShown(p.Corner()); first[3] != corner[3] || first[2] != corner[2] || math.Abs(first[3]-first[1]-11.2) > 0.5 {
			t.Errorf("%d: first at %v in %v", rotate, first, corner)
		}
		second := place(p.FromShown(first), [4]float64{}, [4]float64{0, 0, 1, 1})
		if gap := first[1] - second[3]; math.Abs(gap-mm) > 1e-9 || second[0] != first[0] {
			t.Errorf("%d: second at %v, first at %v", rotate, second, first)
		}
		third := place(p.FromShown(second), p.FromShown(first))
		if third[3] >= second[1] || third[1] < p.corner()[1] {
			t.Errorf("%d: third at %v", rotate, third)
		}
		if full := place(p.Box); full != first {
			t.Errorf("%d: on a full page at %v", rotate, full)
		}
		for _, r := range [][4]float64{{1, 2, 3, 5}, {100, 20, 300, 40}} {
			if got := p.toShown(p.FromShown(r)); !near(got, r, 1e-9) {
				t.Errorf("%d: %v becomes %v", rotate, r, got)
			}
		}
	}
	if _, err := a4.CornerFor(Text{Lines: []string{"漢"}}); err == nil {
		t.Error("a block that cannot be drawn has a place")
	}
}

// TestTwoBlocks: the copy of an attachment has two blocks, and both are read.
func TestTwoBlocks(t *testing.T) {
	d := newDesk(t)
	file := emptyPage(a4)
	for i, block := range []Text{Attachment("12/QĐ-UBND", march), Copy(CertifiedCopy, "Sở Nội vụ", march)} {
		view := open(t, file)
		page := must[[]pdf.Page](t)(view.Pages())[0]
		taken := must[[][4]float64](t)(Widgets(view, page))
		if len(taken) != i {
			t.Errorf("%d places are taken, not %d", len(taken), i)
		}
		box := must[[4]float64](t)(a4.CornerFor(block, taken...))
		file = d.sign(file, d.seal, pades.Options{Field: string(rune('A' + i)), Place: pades.Place{Rect: box}, Appearance: block})
	}
	passes(d, file)
	c := newCourt(t, file)
	c.pdfsig(2)
	if got, want := c.text(), []string{"Số: 12/QĐ-UBND; 05/03/2026; 10:15:30 +07:00", "SAO Y; Sở Nội vụ; 05/03/2026; 10:15:30 +07:00"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := c.must("mutool", "draw", "-q", "-F", "stext", "a.pdf"); !onlyTen(got) {
		t.Errorf("not 10 points: %s", got)
	}
	if words := c.words(842); words["SAO"][3] > words["Số:"][1] {
		t.Errorf("they lie over one another: %v", words)
	}
}

// TestWidgets: fields with an area count, wherever they are; links do not.
func TestWidgets(t *testing.T) {
	view, page := pageWith(t, `/Annots [<</Type /Annot /Subtype /Link /Rect [0 0 10 10]>> <</Subtype /Widget /Rect [9 8 5 4]>>
		<</Subtype /Widget /Rect [0 0 0 0]>> <</Subtype /Widget>> null]`)
	if got := must[[][4]float64](t)(Widgets(view, page)); !slices.Equal(got, [][4]float64{{5, 4, 9, 8}}) {
		t.Errorf("%v", got)
	}
	view, page = pageWith(t, "/Annots [7]")
	if _, err := Widgets(view, page); err == nil {
		t.Error("a number is an annotation")
	}
}
