package presign

import (
	"errors"
	"slices"

	"khonggiay/signing/pdf"
)

// objects walks from the pages and then from the trailer to everything that they
// lead to, and looks at each object once; then at what nothing leads to.
func (s *scan) objects() error {
	w := &walk{scan: s, seen: map[pdf.Ref]bool{}}
	for i, p := range s.pages {
		w.page = i + 1
		w.seen[p.Ref] = true
	}
	for i, p := range s.pages {
		w.page = i + 1
		s.pageOf[p.Ref] = i + 1
		for _, d := range []*pdf.Dict{p.Inherited, p.Dict} {
			if err := w.value(p.Ref, d, "Page"); err != nil {
				return err
			}
		}
		if err := w.drain(); err != nil {
			return err
		}
	}
	w.page = 0
	for _, o := range w.above {
		if err := w.value(pdf.Ref{}, o, "Parent"); err != nil {
			return err
		}
	}
	for _, r := range s.file.Revisions() {
		for _, section := range r.Sections { // programs keep what they do not know in earlier trailers
			if err := w.value(pdf.Ref{}, section.Trailer, "Trailer"); err != nil {
				return err
			}
		}
	}
	if err := w.drain(); err != nil {
		return err
	}
	return s.unreachable(w.seen)
}

// A walk is one through the objects of the newest revision.
type walk struct {
	*scan
	seen  map[pdf.Ref]bool
	page  int // that leads to what is walked, or 0
	queue []step
	above []pdf.Object // what stands over fields and pages
}

type step struct {
	ref pdf.Ref
	key pdf.Name // by which it was reached first
}

func (w *walk) drain() error {
	for len(w.queue) > 0 {
		next := w.queue[len(w.queue)-1]
		w.queue = w.queue[:len(w.queue)-1]
		o, err := w.view.Get(next.ref)
		var malformed *pdf.FormatError
		switch {
		case errors.As(err, &malformed):
			w.note(Finding{Code: Malformed, Object: name(next.ref), Page: w.page, Data: map[string]any{"detail": err.Error()}})
			continue
		case err != nil:
			return err
		}
		if err := w.value(next.ref, o, next.key); err != nil {
			return err
		}
	}
	return nil
}

// value looks at a value and what lies in it, reached by a key.
func (w *walk) value(ref pdf.Ref, o pdf.Object, key pdf.Name) error {
	switch o := o.(type) {
	case pdf.Ref:
		if !w.seen[o] {
			w.seen[o] = true
			if w.page > 0 {
				w.pageOf[o] = w.page
			}
			w.queue = append(w.queue, step{o, key})
		}
	case pdf.Array:
		for _, e := range o {
			if err := w.value(ref, e, key); err != nil {
				return err
			}
		}
	case *pdf.Stream:
		if err := w.stream(ref, o); err != nil {
			return err
		}
		return w.value(ref, o.Dict, key)
	case *pdf.Dict:
		if err := w.dict(ref, o, key); err != nil {
			return err
		}
		for _, e := range o.Entries {
			if e.Key == "Parent" && w.page > 0 { // leads to other pages
				w.above = append(w.above, e.Value)
				continue
			}
			if err := w.value(ref, e.Value, e.Key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walk) stream(ref pdf.Ref, s *pdf.Stream) error {
	f := Finding{Page: w.page, Object: name(ref)}
	d := s.Dict
	if !isNull(d.Get("F")) {
		w.tell(f, External)
	}
	if d.Get("Subtype") == pdf.Name("Form") && !isNull(d.Get("Ref")) {
		w.tell(f, OtherPage)
	}
	if d.Get("Subtype") == pdf.Name("PS") || d.Get("Subtype2") == pdf.Name("PS") || !isNull(d.Get("OPI")) {
		w.tell(f, Alternate)
	}
	if d.Get("Subtype") == pdf.Name("Image") && !isNull(d.Get("Alternates")) {
		w.tell(f, Alternate)
	}
	return nil
}

func (w *walk) tell(f Finding, code Code) {
	f.Code = code
	w.note(f)
}

// actions are what the types of actions do (ISO 32000-2, table 201). GoTo and
// others that only move the reader's eye are not among them.
var actions = map[pdf.Name]Code{
	"JavaScript": Script, "Launch": Launch, "GoToR": Launch, "GoToE": Attachment, "SubmitForm": Submit, "ImportData": Submit,
	"ResetForm": Submit, "Hide": OtherAction, "SetOCGState": OtherAction, "Rendition": ActiveContent, "Movie": ActiveContent,
	"Sound": ActiveContent, "GoTo3DView": ActiveContent, "RichMediaExecute": ActiveContent, "URI": Link,
}

// actionKeys lead to actions.
var actionKeys = []pdf.Name{"A", "OpenAction", "Next", "PA"}

// dict looks at what any dictionary may be.
func (w *walk) dict(ref pdf.Ref, d *pdf.Dict, key pdf.Name) error {
	f := Finding{Page: w.page, Object: name(ref)}
	if kind, ok := d.Get("S").(pdf.Name); ok {
		code, is := actions[kind]
		if is && (d.Get("Type") == pdf.Name("Action") || slices.Contains(actionKeys, key) || !isNull(d.Get("JS")) || kind == "Launch") {
			f.Data = map[string]any{"action": kind}
			if uri, ok := d.Get("URI").(pdf.String); ok && code == Link {
				f.Data["uri"] = uri.Value[:min(len(uri.Value), 200)]
			}
			w.tell(f, code)
			f.Data = nil
		}
	} else if !isNull(d.Get("JS")) {
		w.tell(f, Script)
	}
	if !isNull(d.Get("AA")) {
		w.tell(f, AutoAction)
	}
	if !isNull(d.Get("EF")) {
		w.tell(f, Attachment)
	}
	switch {
	case d.Get("Type") == pdf.Name("Catalog"):
		return w.catalog(ref, d)
	case d.Get("Type") == pdf.Name("Font"):
		return w.font(ref, d)
	}
	return nil
}

func (w *walk) catalog(ref pdf.Ref, d *pdf.Dict) error {
	if open, err := w.view.Resolve(d.Get("OpenAction")); err != nil {
		return err
	} else if action, ok := open.(*pdf.Dict); ok && action.Get("S") != pdf.Name("GoTo") {
		w.note(Finding{Code: AutoAction, Object: name(ref), Data: map[string]any{"action": action.Get("S")}})
	}
	if !isNull(d.Get("Collection")) {
		w.note(Finding{Code: Collection, Object: name(ref)})
	}
	return nil
}

// A fontName is what two fonts may have in common only if they are alike.
type fontName struct {
	name, kind, encoding pdf.Name
}

// font finds fonts of one name, type and encoding that come with different files.
func (w *walk) font(ref pdf.Ref, d *pdf.Dict) error {
	descriptor, err := w.view.Dict(d.Get("FontDescriptor"))
	if err != nil {
		return nil // told as malformed when it is reached
	}
	base, _ := d.Get("BaseFont").(pdf.Name)
	kind, _ := d.Get("Subtype").(pdf.Name)
	encoding, _ := d.Get("Encoding").(pdf.Name)
	for _, key := range []pdf.Name{"FontFile", "FontFile2", "FontFile3"} {
		file, ok := descriptor.Get(key).(pdf.Ref)
		if !ok || base == "" {
			continue
		}
		id := fontName{base, kind, encoding}
		first, twice := w.fonts[id]
		if !twice {
			w.fonts[id] = file
			continue
		}
		a, err := w.view.Get(first)
		if err != nil {
			return err
		}
		b, err := w.view.Get(file)
		if err != nil {
			return err
		}
		if first != file && !pdf.Equal(a, b) {
			w.note(Finding{Code: FontTwice, Page: w.page, Object: name(ref), Data: map[string]any{"font": base}})
		}
	}
	return nil
}

// unreachable tells of objects that nothing leads to, but for those that the file
// itself is made of.
func (s *scan) unreachable(seen map[pdf.Ref]bool) error {
	if s.held {
		return nil // whatever is brought to light now breaks a signature
	}
	for ref := range s.view.Refs() {
		if seen[ref] {
			continue
		}
		o, err := s.view.Get(ref)
		var malformed *pdf.FormatError
		if err != nil && !errors.As(err, &malformed) {
			return err
		}
		d, ok := o.(*pdf.Dict)
		if stream, isStream := o.(*pdf.Stream); isStream {
			d, ok = stream.Dict, true
			if t := d.Get("Type"); t == pdf.Name("XRef") || t == pdf.Name("ObjStm") || s.hint(stream) {
				continue
			}
		}
		if !ok && err == nil || ok && !isNull(d.Get("Linearized")) {
			continue // a number or a name shows nothing
		}
		kind, _ := d.Get("Type").(pdf.Name)
		if _, isStream := o.(*pdf.Stream); err == nil && !isStream && !drawing[kind] && kind != "" && plain(d) {
			continue // such as the outlines of a program that writes empty ones
		}
		f := Finding{Code: Unreachable, Object: name(ref), Data: map[string]any{"type": kind}}
		if _, isStream := o.(*pdf.Stream); !isStream && !drawing[kind] || s.signed {
			f.Severity = Tells // programs leave behind what they have replaced; signatures are judged by the validator
		}
		s.note(f)
	}
	return nil
}

// plain reports whether a dictionary holds its type and numbers alone: whatever
// leads to it one day, nothing comes to light.
func plain(d *pdf.Dict) bool {
	for _, e := range d.Entries {
		if _, number := e.Value.(pdf.Int); !number && e.Key != "Type" {
			return false
		}
	}
	return true
}

// drawing are the types of dictionaries that a page is made of.
var drawing = map[pdf.Name]bool{"Catalog": true, "Pages": true, "Page": true, "Font": true, "Annot": true, "ExtGState": true, "Pattern": true}

// hint knows the hint stream of a linearized file (ISO 32000-2, F.4).
func (s *scan) hint(stream *pdf.Stream) bool {
	_, tables := stream.Dict.Get("S").(pdf.Int)
	return tables && len(s.file.Revisions()[0].Sections) == 2
}
