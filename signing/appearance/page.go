package appearance

import (
	"errors"
	"math"
	"slices"

	"khonggiay/signing/pdf"
)

// A Page is where a drawing goes.
type Page struct {
	Box    [4]float64 // left, bottom, right, top of what is shown, in points
	Rotate int        // clockwise, when it is shown: 0, 90, 180 or 270
}

// errBox is the answer to a page without an area.
var errBox = errors.New("appearance: the page has no size")

// ReadPage reads the box and the turn of a page: its crop box inside its media box.
func ReadPage(v *pdf.View, page pdf.Page) (Page, error) {
	media, err := readBox(v, page.Get("MediaBox"))
	if err != nil {
		return Page{}, err
	}
	box, err := readBox(v, page.Get("CropBox"))
	if err != nil {
		return Page{}, err
	}
	switch {
	case !hasArea(box):
		box = media
	case hasArea(media):
		box = [4]float64{max(box[0], media[0]), max(box[1], media[1]), min(box[2], media[2]), min(box[3], media[3])}
	}
	if !hasArea(box) {
		return Page{}, errBox
	}
	o, err := v.Resolve(page.Get("Rotate"))
	if err != nil {
		return Page{}, err
	}
	turn, _ := o.(pdf.Int)
	rotate := int((turn%360 + 360) % 360)
	if rotate%90 != 0 {
		rotate = 0 // as readers take it
	}
	return Page{box, rotate}, nil
}

// FieldPage reads the page that shows a field, by its first widget: the page whose
// annotations name it. It returns false for a field that is nowhere.
func FieldPage(v *pdf.View, f pdf.Field) (Page, bool, error) {
	pages, err := v.Pages()
	if err != nil || len(f.Widgets) == 0 {
		return Page{}, false, err
	}
	for _, page := range pages {
		annots, err := v.Array(page.Get("Annots"))
		if err != nil {
			return Page{}, false, err
		}
		if slices.Contains(annots, pdf.Object(f.Widgets[0])) {
			p, err := ReadPage(v, page)
			return p, err == nil, err
		}
	}
	return Page{}, false, nil
}

// readBox reads a rectangle with its corners in order; one that is none is
// without area.
func readBox(v *pdf.View, o pdf.Object) (r [4]float64, err error) {
	o, err = v.Resolve(o)
	if err != nil {
		return r, err
	}
	list, _ := o.(pdf.Array)
	if len(list) != len(r) {
		return r, nil
	}
	for i := range r {
		o, err := v.Resolve(list[i])
		if err != nil {
			return r, err
		}
		r[i], _ = pdf.Number(o)
	}
	return [4]float64{min(r[0], r[2]), min(r[1], r[3]), max(r[0], r[2]), max(r[1], r[3])}, nil
}

func hasArea(r [4]float64) bool {
	w, h := r[2]-r[0], r[3]-r[1]
	return w > 0 && h > 0 && !math.IsInf(w, 0) && !math.IsInf(h, 0)
}

// Size is how wide and high the page is shown, in points.
func (p Page) Size() (width, height float64) {
	width, height = p.Box[2]-p.Box[0], p.Box[3]-p.Box[1]
	if p.Rotate%180 != 0 {
		width, height = height, width
	}
	return width, height
}

// FromShown turns a rectangle of the page as it is shown, counted from its lower
// left corner, into one of the page as the file has it.
func (p Page) FromShown(r [4]float64) [4]float64 {
	x1, y1 := p.point(r[0], r[1])
	x2, y2 := p.point(r[2], r[3])
	return [4]float64{min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)}
}

func (p Page) point(x, y float64) (float64, float64) {
	left, bottom, right, top := p.Box[0], p.Box[1], p.Box[2], p.Box[3]
	switch p.Rotate {
	case 90:
		return right - y, bottom + x
	case 180:
		return right - x, top - y
	case 270:
		return left + y, top - x
	}
	return left + x, bottom + y
}

// Upright turns a drawing for a box of FromShown, so that it stands upright
// where the page is shown turned.
func (p Page) Upright(d Drawing) Drawing {
	if p.Rotate == 0 {
		return d
	}
	return turned{d, p.Rotate}
}
