package appearance

import "khonggiay/signing/pdf"

// The corner in which attachments and copies are marked lies above the lines of a
// page with the margins of NĐ 30/2020: 20 to 25 mm above, 15 to 20 mm at the right.
const (
	cornerTop    = 4 * mm
	cornerRight  = 15 * mm
	cornerWidth  = 110 * mm
	cornerHeight = 17 * mm // up to four lines of 10 points
	cornerGap    = 1 * mm
)

// Corner is the box for the mark of an attachment or a copy, in the upper right
// corner of the page as it is shown. It is a rectangle of the page as the file
// has it.
func (p Page) Corner() [4]float64 { return p.FromShown(p.corner()) }

func (p Page) corner() [4]float64 {
	width, height := p.Size()
	right, top := width-min(cornerRight, width/8), height-min(cornerTop, height/8)
	return [4]float64{right - min(cornerWidth, right), top - min(cornerHeight, top), right, top}
}

// CornerFor is the box for a block, as high as its lines need: in the corner, or
// below what is there already, as on the copy of an attachment. What is taken
// are rectangles of the page as the file has it, such as those of Widgets. A page
// on which too much is taken gets the block into its corner all the same.
func (p Page) CornerFor(block Text, taken ...[4]float64) ([4]float64, error) {
	corner := p.corner()
	set, err := block.set()
	if err != nil {
		return corner, err
	}
	fitted, err := set.fit(corner[2]-corner[0], corner[3]-corner[1])
	if err != nil {
		return corner, err
	}
	box := corner
	box[1] = box[3] - fitted.height()
	for again := true; again; {
		again = false
		for _, r := range taken {
			if r = p.toShown(r); overlap(r, box) {
				down := box[3] - (r[1] - cornerGap)
				box[1], box[3], again = box[1]-down, box[3]-down, true
			}
		}
		if box[1] < corner[1]-cornerHeight {
			box[1], box[3], again = corner[3]-fitted.height(), corner[3], false
		}
	}
	return p.FromShown(box), nil
}

func overlap(a, b [4]float64) bool {
	return hasArea(a) && a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

// toShown is the inverse of FromShown.
func (p Page) toShown(r [4]float64) [4]float64 {
	left, bottom, right, top := p.Box[0], p.Box[1], p.Box[2], p.Box[3]
	switch p.Rotate {
	case 90:
		return [4]float64{r[1] - bottom, right - r[2], r[3] - bottom, right - r[0]}
	case 180:
		return [4]float64{right - r[2], top - r[3], right - r[0], top - r[1]}
	case 270:
		return [4]float64{top - r[3], r[0] - left, top - r[1], r[2] - left}
	}
	return [4]float64{r[0] - left, r[1] - bottom, r[2] - left, r[3] - bottom}
}

// Widgets are the rectangles of the fields that a page shows.
func Widgets(v *pdf.View, page pdf.Page) (boxes [][4]float64, err error) {
	annots, err := v.Array(page.Get("Annots"))
	if err != nil {
		return nil, err
	}
	for _, o := range annots {
		d, err := v.Dict(o)
		if err != nil {
			return nil, err
		}
		if d.Get("Subtype") != pdf.Object(pdf.Name("Widget")) {
			continue
		}
		box, err := readBox(v, d.Get("Rect"))
		if err != nil {
			return nil, err
		}
		if hasArea(box) {
			boxes = append(boxes, box)
		}
	}
	return boxes, nil
}
