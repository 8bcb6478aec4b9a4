package extract

import (
	"fmt"
	"math"
	"strings"

	"khonggiay/signing/pdf"
)

// kept are the keys of a page that say how it looks.
var kept = []pdf.Name{"MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox", "Rotate", "UserUnit", "Group"}

// page copies a page; what its annotations show is drawn behind its content.
func (c *copier) page(p pdf.Page) (*pdf.Dict, error) {
	d := pdf.NewDict(pdf.Name("Type"), pdf.Name("Page"), pdf.Name("Parent"), treeRef)
	for _, key := range kept {
		o, err := c.take(p.Get(key))
		if err != nil {
			return nil, err
		}
		if o != pdf.Object(pdf.Null{}) {
			d.Set(key, o)
		}
	}
	resources, err := c.from.Dict(p.Get("Resources"))
	if err != nil {
		return nil, err
	}
	pictures, err := c.from.Dict(resources.Get("XObject"))
	if err != nil {
		return nil, err
	}
	own, err := c.dict(resources, "XObject")
	if err != nil {
		return nil, err
	}
	drawn, err := c.dict(pictures)
	if err != nil {
		return nil, err
	}
	content, err := c.annotations(p, drawn)
	if err != nil {
		return nil, err
	}
	if len(drawn.Entries) > 0 {
		own.Set("XObject", drawn)
	}
	d.Set("Resources", own)
	contents, err := c.contents(p, content)
	d.Set("Contents", contents)
	return d, err
}

// contents are the streams of the page, closed off from what is drawn behind them.
func (c *copier) contents(p pdf.Page, behind string) (pdf.Array, error) {
	out := pdf.Array{c.to.Add(pdf.NewStream(&pdf.Dict{}, []byte("q\n")))}
	parts := pdf.Array{p.Dict.Get("Contents")}
	o, err := c.from.Resolve(parts[0])
	if err != nil {
		return nil, err
	}
	switch o := o.(type) {
	case pdf.Null:
		parts = nil
	case pdf.Array:
		parts = o
	}
	for _, part := range parts {
		taken, err := c.take(part)
		if err != nil {
			return nil, err
		}
		out = append(out, taken)
	}
	return append(out, c.to.Add(pdf.NewStream(&pdf.Dict{}, []byte("\nQ\n"+behind)))), nil
}

// Flags of annotations that are not shown (ISO 32000-2, table 167).
const (
	flagHidden = 1 << 1
	flagNoView = 1 << 5
)

// annotations adds what the page's annotations show to its pictures, and returns
// how they are drawn.
func (c *copier) annotations(p pdf.Page, drawn *pdf.Dict) (string, error) {
	annots, err := c.from.Array(p.Dict.Get("Annots"))
	if err != nil {
		return "", err
	}
	var content strings.Builder
	for _, o := range annots {
		annot, err := c.from.Dict(o)
		if err != nil {
			return "", err
		}
		flags, _ := annot.Get("F").(pdf.Int)
		if flags&(flagHidden|flagNoView) != 0 || annot.Get("Subtype") == pdf.Object(pdf.Name("Popup")) {
			continue
		}
		look, err := c.look(annot)
		if err != nil {
			return "", err
		}
		if look == nil {
			continue
		}
		place, ok, err := c.place(annot, look)
		if err != nil {
			return "", err
		}
		if !ok {
			continue
		}
		form, err := c.stream(look)
		if err != nil {
			return "", err
		}
		form.Dict.Set("Type", pdf.Name("XObject"))
		form.Dict.Set("Subtype", pdf.Name("Form"))
		name := freeName(drawn)
		drawn.Set(name, c.to.Add(form))
		fmt.Fprintf(&content, "q %.6f 0 0 %.6f %.6f %.6f cm /%s Do Q\n", place[0], place[1], place[2], place[3], name)
	}
	return content.String(), nil
}

// look is the normal appearance of an annotation; nil when it shows nothing.
func (c *copier) look(annot *pdf.Dict) (*pdf.Stream, error) {
	looks, err := c.from.Dict(annot.Get("AP"))
	if err != nil {
		return nil, err
	}
	o, err := c.from.Resolve(looks.Get("N"))
	if err != nil {
		return nil, err
	}
	if states, ok := o.(*pdf.Dict); ok {
		state, _ := annot.Get("AS").(pdf.Name)
		if o, err = c.from.Resolve(states.Get(state)); err != nil {
			return nil, err
		}
	}
	s, _ := o.(*pdf.Stream)
	return s, nil
}

// place maps the box of an appearance onto the rectangle of its annotation
// (ISO 32000-2, 12.5.5): two scales and a shift.
func (c *copier) place(annot *pdf.Dict, look *pdf.Stream) (m [4]float64, ok bool, err error) {
	rect, okRect, err := c.numbers(annot.Get("Rect"), 4)
	if err != nil || !okRect {
		return m, false, err
	}
	box, okBox, err := c.numbers(look.Dict.Get("BBox"), 4)
	if err != nil || !okBox {
		return m, false, err
	}
	turn, turned, err := c.numbers(look.Dict.Get("Matrix"), 6)
	if err != nil {
		return m, false, err
	}
	if !turned {
		turn = []float64{1, 0, 0, 1, 0, 0}
	}
	from := bounds(turn, box)
	to := bounds([]float64{1, 0, 0, 1, 0, 0}, rect)
	if from[2]-from[0] <= 0 || from[3]-from[1] <= 0 || to[2]-to[0] <= 0 || to[3]-to[1] <= 0 {
		return m, false, nil
	}
	m[0], m[1] = (to[2]-to[0])/(from[2]-from[0]), (to[3]-to[1])/(from[3]-from[1])
	m[2], m[3] = to[0]-from[0]*m[0], to[1]-from[1]*m[1]
	for _, x := range m {
		if math.IsNaN(x) || math.Abs(x) > 1e6 {
			return m, false, nil
		}
	}
	return m, true, nil
}

// bounds is the upright box around a turned one: left, bottom, right, top.
func bounds(m, box []float64) [4]float64 {
	out := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, x := range []float64{box[0], box[2]} {
		for _, y := range []float64{box[1], box[3]} {
			u, v := m[0]*x+m[2]*y+m[4], m[1]*x+m[3]*y+m[5]
			out = [4]float64{min(out[0], u), min(out[1], v), max(out[2], u), max(out[3], v)}
		}
	}
	return out
}

// numbers reads an array of so many numbers.
func (c *copier) numbers(o pdf.Object, n int) ([]float64, bool, error) {
	o, err := c.from.Resolve(o)
	list, _ := o.(pdf.Array)
	if err != nil || len(list) != n {
		return nil, false, err
	}
	out := make([]float64, n)
	for i := range out {
		o, err := c.from.Resolve(list[i])
		if err != nil {
			return nil, false, err
		}
		x, isNumber := pdf.Number(o)
		if !isNumber {
			return nil, false, nil
		}
		out[i] = x
	}
	return out, true, nil
}

// freeName is a name that no picture of the page has.
func freeName(drawn *pdf.Dict) pdf.Name {
	for n := 1; ; n++ {
		name := pdf.Name(fmt.Sprintf("KG%d", n))
		if _, taken := drawn.Lookup(name); !taken {
			return name
		}
	}
}
