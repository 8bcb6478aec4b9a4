package pades

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"khonggiay/signing/pdf"
)

// Flags of annotations and of the form (ISO 32000-2, tables 167 and 225).
const (
	flagPrint   = 1 << 2
	flagLocked  = 1 << 7
	signedForms = 3 // SignaturesExist and AppendOnly
)

func (e *editor) field(name string) (pdf.Field, bool) {
	for _, f := range e.fields {
		if f.Name == name {
			return f, true
		}
	}
	return pdf.Field{}, false
}

// free reports whether a field of the name may be made: none is there, and none
// is above or below it.
func (e *editor) free(name string) bool {
	for _, f := range e.fields {
		if f.Name == name || strings.HasPrefix(f.Name, name+".") {
			return false
		}
	}
	return true
}

// freeName numbers a name so that no field has it.
func (e *editor) freeName(name string) string {
	taken := map[string]bool{}
	for _, f := range e.fields {
		root, _, _ := strings.Cut(f.Name, ".")
		taken[root] = true
	}
	for i := 1; ; i++ {
		if numbered := name + strconv.Itoa(i); !taken[numbered] {
			return numbered
		}
	}
}

// newField adds a field that is its own widget to form and page.
func (e *editor) newField(name string, kind pdf.Name, place Place) (pdf.Ref, *pdf.Dict, error) {
	if name == "" || strings.Contains(name, ".") || !storable(name) {
		return pdf.Ref{}, nil, errName
	}
	if !e.free(name) {
		return pdf.Ref{}, nil, refuse(FieldExists, name)
	}
	pages, err := e.view.Pages()
	if err != nil {
		return pdf.Ref{}, nil, err
	}
	if place.Page < 0 || place.Page >= len(pages) || !place.invisible() && !hasArea(place.Rect) {
		return pdf.Ref{}, nil, errPlace
	}
	page := pages[place.Page].Ref
	flags := flagPrint
	if kind == "Sig" {
		flags |= flagLocked
	}
	d := pdf.NewDict(pdf.Name("Type"), pdf.Name("Annot"), pdf.Name("Subtype"), pdf.Name("Widget"),
		pdf.Name("FT"), kind, pdf.Name("T"), pdf.TextString(name), pdf.Name("F"), pdf.Int(flags),
		pdf.Name("Rect"), rectangle(place.Rect), pdf.Name("P"), page)
	ref := e.add(d)
	e.fields = append(e.fields, pdf.Field{Ref: ref, Dict: d, Name: name, Widgets: []pdf.Ref{ref}, Inherited: &pdf.Dict{}})
	return ref, d, e.attach(ref, page)
}

// attach makes a new field known to form and page.
func (e *editor) attach(field, page pdf.Ref) error {
	form, err := e.form()
	if err != nil {
		return err
	}
	if err := e.appendTo(form, "Fields", field); err != nil {
		return err
	}
	d, err := e.edit(page)
	if err != nil {
		return err
	}
	return e.appendTo(d, "Annots", field)
}

// form returns the form dictionary to be changed. Before the first signature a
// wish for NeedAppearances goes: a reader that draws values anew would show what
// nobody has signed.
func (e *editor) form() (*pdf.Dict, error) {
	catalog, err := e.catalog()
	if err != nil {
		return nil, err
	}
	form, err := e.sub(catalog, "AcroForm", true)
	if err != nil {
		return nil, err
	}
	if !e.earlier.signed {
		form.Remove("NeedAppearances")
	}
	if isNull(form.Get("Fields")) {
		form.Set("Fields", pdf.Array{})
	}
	flags, _ := form.Get("SigFlags").(pdf.Int)
	form.Set("SigFlags", flags|signedForms)
	return form, nil
}

// modern states before the first signature what the file will need: PDF 1.7, and
// the extension of ETSI (EN 319 142-1, clause 4).
func (e *editor) modern() error {
	catalog, err := e.catalog()
	if err != nil || e.earlier.signed {
		return err
	}
	version := e.view.File().Version()
	if stated, ok := catalog.Get("Version").(pdf.Name); ok && string(stated) > version {
		version = string(stated)
	}
	if version >= "2.0" {
		return nil
	}
	if version < "1.7" {
		catalog.Set("Version", pdf.Name("1.7"))
	}
	extensions, err := e.sub(catalog, "Extensions", false)
	if err == nil {
		extensions.Set("ESIC", pdf.NewDict(pdf.Name("BaseVersion"), pdf.Name("1.7"), pdf.Name("ExtensionLevel"), pdf.Int(1)))
	}
	return err
}

// dress gives the widgets of a field an appearance.
func (e *editor) dress(f pdf.Field, a Appearance) error {
	if len(f.Widgets) == 0 {
		return refuse(FieldUnseen, f.Name)
	}
	for _, ref := range f.Widgets {
		d, err := e.edit(ref)
		if err != nil {
			return err
		}
		rect, err := e.rect(d)
		if err != nil {
			return err
		}
		if !hasArea(rect) {
			return refuse(FieldUnseen, f.Name)
		}
		stream, err := a.Form(rect[2]-rect[0], rect[3]-rect[1], e.update.Add)
		if err != nil {
			return fmt.Errorf("pades: drawing the field %q: %w", f.Name, err)
		}
		d.Set("AP", pdf.NewDict(pdf.Name("N"), e.update.Add(formXObject(stream, rect))))
		d.Remove("AS")
	}
	return nil
}

// formXObject completes what an appearance has drawn.
func formXObject(s *pdf.Stream, rect [4]float64) *pdf.Stream {
	d := s.Dict.Clone()
	d.Set("Type", pdf.Name("XObject"))
	d.Set("Subtype", pdf.Name("Form"))
	d.Set("BBox", rectangle([4]float64{0, 0, rect[2] - rect[0], rect[3] - rect[1]}))
	return pdf.NewStream(d, s.Data)
}

// rect reads the rectangle of a widget, with its corners in order; one that is
// none is without area.
func (e *editor) rect(d *pdf.Dict) (r [4]float64, err error) {
	list, err := e.view.Array(d.Get("Rect"))
	if err != nil || len(list) != len(r) {
		return r, err
	}
	for i := range r {
		o, err := e.view.Resolve(list[i])
		if err != nil {
			return r, err
		}
		r[i], _ = pdf.Number(o)
	}
	return [4]float64{min(r[0], r[2]), min(r[1], r[3]), max(r[0], r[2]), max(r[1], r[3])}, nil
}

func hasArea(r [4]float64) bool {
	for _, x := range r {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return r[0] < r[2] && r[1] < r[3]
}

func rectangle(r [4]float64) pdf.Array {
	out := pdf.Array{}
	for _, x := range r {
		if x == math.Trunc(x) && math.Abs(x) < 1<<31 {
			out = append(out, pdf.Int(x))
		} else {
			out = append(out, pdf.Real(x))
		}
	}
	return out
}
