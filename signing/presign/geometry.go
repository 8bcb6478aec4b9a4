package presign

import "khonggiay/signing/pdf"

// A box is a rectangle in the units of the page.
type box struct{ x0, y0, x1, y1 float64 }

// A matrix is that of ISO 32000-2, 8.3.3: [a b c d e f].
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// times puts m before n: what m maps, n maps further.
func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// box is the smallest box around what a box is mapped to.
func (m matrix) box(b box) box {
	var out box
	for i, corner := range [4][2]float64{{b.x0, b.y0}, {b.x1, b.y0}, {b.x0, b.y1}, {b.x1, b.y1}} {
		x := corner[0]*m[0] + corner[1]*m[2] + m[4]
		y := corner[0]*m[1] + corner[1]*m[3] + m[5]
		if i == 0 {
			out = box{x, y, x, y}
		}
		out = box{min(out.x0, x), min(out.y0, y), max(out.x1, x), max(out.y1, y)}
	}
	return out
}

func (b box) area() float64 { return max(b.x1-b.x0, 0) * max(b.y1-b.y0, 0) }

func (b box) cut(c box) box {
	return box{max(b.x0, c.x0), max(b.y0, c.y0), min(b.x1, c.x1), min(b.y1, c.y1)}
}

// overlaps reports whether a good part of some text lies under a box: more than
// where the line above or below begins.
func (b box) overlaps(text []box) bool {
	const part = .3
	for _, t := range text {
		if t.area() > 0 && b.cut(t).area() > part*t.area() {
			return true
		}
		if small := b.area(); small > 0 && b.cut(t).area() > part*small && small > t.area()/50 {
			return true // over a part of a long line
		}
	}
	return false
}

// rect reads a rectangle.
func (s *scan) rect(o pdf.Object) (box, bool) {
	n, ok := s.numbers(o, 4)
	if !ok {
		return box{}, false
	}
	return box{min(n[0], n[2]), min(n[1], n[3]), max(n[0], n[2]), max(n[1], n[3])}, true
}

func (s *scan) numbers(o pdf.Object, count int) ([]float64, bool) {
	list, err := s.view.Array(o)
	if err != nil || len(list) != count {
		return nil, false
	}
	var out []float64
	for _, o := range list {
		o, err := s.view.Resolve(o)
		n, ok := pdf.Number(o)
		if err != nil || !ok {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}
