package appearance

import (
	"strconv"
	"strings"

	"khonggiay/signing/pdf"
)

// A Drawing is what can be seen in a box: a *Picture, a Text, or either of them
// turned by Page.Upright.
type Drawing interface {
	// Form returns the form XObject for a box with its lower left corner at 0, 0.
	// It returns a *RefusedError for what cannot be drawn.
	Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error)

	// draw returns the content and the resources that it names.
	draw(width, height float64, add func(pdf.Object) pdf.Ref) (content []byte, resources *pdf.Dict, err error)
}

func form(d Drawing, width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	content, resources, err := d.draw(width, height, add)
	if err != nil {
		return nil, err
	}
	return pdf.NewFlateStream(pdf.NewDict(pdf.Name("Resources"), resources), content), nil
}

// turned is a drawing on a page that readers show turned.
type turned struct {
	Drawing
	rotate int
}

func (t turned) Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	return form(t, width, height, add)
}

func (t turned) draw(width, height float64, add func(pdf.Object) pdf.Ref) ([]byte, *pdf.Dict, error) {
	w, h := width, height
	if t.rotate != 180 {
		w, h = h, w
	}
	content, resources, err := t.Drawing.draw(w, h, add)
	if err != nil {
		return nil, nil, err
	}
	var matrix string
	switch t.rotate {
	case 90:
		matrix = numbers(0, 1, -1, 0, width, 0)
	case 180:
		matrix = numbers(-1, 0, 0, -1, width, height)
	case 270:
		matrix = numbers(0, -1, 1, 0, 0, height)
	}
	return []byte("q\n" + matrix + " cm\n" + string(content) + "Q\n"), resources, nil
}

// numbers writes numbers for a content stream, to a thousandth of a point.
func numbers(xs ...float64) string {
	words := make([]string, len(xs))
	for i, x := range xs {
		s := strconv.FormatFloat(x, 'f', 3, 64)
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		if s == "-0" {
			s = "0"
		}
		words[i] = s
	}
	return strings.Join(words, " ")
}
