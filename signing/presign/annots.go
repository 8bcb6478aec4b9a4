package presign

import (
	"khonggiay/signing/pdf"
)

// Flags of annotations (ISO 32000-2, table 167).
const (
	flagHidden = 1 << 1
	flagPrint  = 1 << 2
	flagNoView = 1 << 5
	flagToggle = 1 << 8
)

// quiet are annotations that draw nothing of their own.
var quiet = map[pdf.Name]bool{"Link": true, "Popup": true}

// moving are those with sound, film or scenes.
var moving = map[pdf.Name]bool{"Sound": true, "Movie": true, "Screen": true, "3D": true, "RichMedia": true}

// opaque are annotations that lie over the page, and are to be read with it.
var opaque = map[pdf.Name]bool{"FreeText": true, "Stamp": true, "Redact": true, "Square": true, "Circle": true, "Polygon": true,
	"Watermark": true, "Widget": true, "StrikeOut": true, "Ink": true, "PrinterMark": true, "TrapNet": true}

// annotations looks at those of a page, whose text stands in boxes.
func (s *scan) annotations(page int, p pdf.Page, text []box) error {
	list, err := s.view.Array(p.Dict.Get("Annots"))
	if err != nil {
		return err
	}
	for _, o := range list {
		if ref, ok := o.(pdf.Ref); ok && s.seals[ref] {
			continue // a seal may lie over a name, a date over the place that was left for it
		}
		d, err := s.view.Dict(o)
		if err != nil {
			return err
		}
		if err := s.annotation(Finding{Page: page, Object: objectName(o)}, d, text); err != nil {
			return err
		}
	}
	return nil
}

func objectName(o pdf.Object) string {
	ref, _ := o.(pdf.Ref)
	return name(ref)
}

func (s *scan) annotation(f Finding, d *pdf.Dict, text []box) error {
	kind, _ := d.Get("Subtype").(pdf.Name)
	flags, _ := d.Get("F").(pdf.Int)
	f.Data = map[string]any{"type": kind}
	tell := func(code Code) {
		f.Code = code
		s.note(f)
	}
	shows, err := s.shows(d)
	if err != nil {
		return err
	}
	switch {
	case moving[kind]:
		tell(ActiveContent)
	case kind == "FileAttachment":
		tell(Attachment)
	}
	switch {
	case quiet[kind]:
		return nil
	case flags&(flagHidden|flagNoView) == 0:
	case flags&flagToggle != 0 || flags&flagHidden != 0 || shows:
		tell(HiddenNote)
		return nil
	}
	if !isNull(d.Get("OC")) {
		tell(LayerHidden)
	}
	if shows && kind != "Text" && flags&flagPrint == 0 {
		tell(PrintDiffers)
	}
	area, ok := s.rect(d.Get("Rect"))
	switch {
	case kind == "Widget" && !shows, kind == "FileAttachment" || moving[kind]:
	case ok && opaque[kind] && area.overlaps(text):
		tell(Covers)
	case kind != "Widget":
		tell(Annotation)
	}
	return nil
}

// shows reports whether an annotation has an appearance that draws something.
// Without one a program draws what it likes; widgets then show nothing.
func (s *scan) shows(d *pdf.Dict) (bool, error) {
	looks, err := s.view.Dict(d.Get("AP"))
	if err != nil {
		return false, err
	}
	o, err := s.view.Resolve(looks.Get("N"))
	if err != nil {
		return false, err
	}
	switch o := o.(type) {
	case *pdf.Stream:
		return s.draws(o)
	case *pdf.Dict: // of states
		state, _ := d.Get("AS").(pdf.Name)
		if state == "Off" {
			return false, nil
		}
		o2, err := s.view.Resolve(o.Get(state))
		if stream, ok := o2.(*pdf.Stream); ok && err == nil {
			return s.draws(stream)
		}
		return false, err
	}
	return false, nil
}

// draws reports whether a content stream has an operator that paints.
func (s *scan) draws(stream *pdf.Stream) (bool, error) {
	b, err := s.bytes(stream)
	if err != nil {
		return true, s.passing(err) // who knows
	}
	paints := false
	t := &tokens{b: b}
	for op, ok := t.operator(); ok && !paints; op, ok = t.operator() {
		switch op.name {
		case "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do", "EI", "Tj", "TJ", "'", "\"":
			paints = true
		}
	}
	return paints, nil
}
