package appearance

import (
	"math"
	"strings"
	"testing"

	"khonggiay/signing/pdf"
)

// TestFace: letters are as wide as the same text of a drawing, the font has what
// was shown and nothing else, and what cannot be shown is marked.
func TestFace(t *testing.T) {
	f, err := NewFace(Bold)
	if err != nil {
		t.Fatal(err)
	}
	const text = "Nguyễn Thị Hà"
	set, err := Text{Lines: []string{text}, Style: Bold, Size: 12}.set()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.Width(text, 12), set.layout(12, 1e6).widthOf(set.layout(12, 1e6).broken[0].width); math.Abs(got-want) > 1e-9 {
		t.Errorf("%v wide, a drawing %v", got, want)
	}
	if len(f.shown) > 0 {
		t.Error("what was measured only is embedded")
	}
	operand, whole := f.Show("Thị")
	if !whole || len(operand) != 2+3*4 || !strings.HasPrefix(operand, "<") {
		t.Errorf("%s, whole: %t", operand, whole)
	}
	decomposed, _ := f.Show("Thi\u0323")
	if decomposed != operand {
		t.Errorf("%s in another form is %s", operand, decomposed)
	}
	if lost, whole := f.Show("a김\u202e"); whole || len(lost) != 2+2*4 {
		t.Errorf("%s, whole: %t", lost, whole)
	}
	var added []pdf.Object
	if _, err := f.Embed(func(o pdf.Object) pdf.Ref {
		added = append(added, o)
		return pdf.Ref{Num: uint32(len(added))}
	}); err != nil || len(f.shown) != 5 {
		t.Errorf("%d letters, %v", len(f.shown), err)
	}
	if _, err := NewFace(Style(9)); err == nil {
		t.Error("a style that is none")
	}
}
