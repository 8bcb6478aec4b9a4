package validator

import (
	"slices"
	"strings"

	"khonggiay/signing/pdf"
)

// A level is how much a change takes: what a signature allows is the highest
// level that it bears.
type level int

// Levels, as P of DocMDP grows (ISO 32000-2, table 257).
const (
	forEvidence   level = iota // proofs for signatures that are there: P = 1
	forForm                    // filling in and signing: P = 2, and without DocMDP
	forAnnotation              // comments: P = 3
	forNobody                  // what the reader sees was changed
)

// A grant is what a signature lets be done after it.
type grant struct {
	p     int // of DocMDP, or of the field's lock; 0 when neither says
	locks []lock
}

// A lock is FieldMDP or /Lock of the signature's field.
type lock struct {
	action pdf.Name
	fields []string
}

// covers reports whether the lock holds for a field: by its full name or by
// that of a field above it.
func (l lock) covers(field string) bool {
	named := slices.ContainsFunc(l.fields, func(f string) bool {
		return f == field || strings.HasPrefix(field, f+".")
	})
	switch l.action {
	case "Include":
		return named
	case "Exclude":
		return !named
	}
	return true
}

func (g grant) locked(field string) bool {
	return slices.ContainsFunc(g.locks, func(l lock) bool { return l.covers(field) })
}

// level is the highest that is allowed; inherited is what the document's
// certification says.
func (g grant) level(inherited int) level {
	p := g.p
	if p == 0 {
		p = inherited
	}
	switch p {
	case 1:
		return forEvidence
	case 3:
		return forAnnotation
	}
	return forForm
}

// readGrant reads the transforms of the signature and the lock of its field.
// What cannot be read is taken for the strictest, and told.
func (m *mark) readGrant(f *pdf.File) {
	view := f.At(m.rev)
	references, err := view.Array(m.dict.Get("Reference"))
	if err != nil {
		m.distrust()
		return
	}
	for _, o := range references {
		d, err := view.Dict(o)
		if err != nil {
			m.distrust()
			return
		}
		m.readTransform(view, d)
	}
	for _, field := range m.fields {
		if !isNull(field.Dict.Get("Lock")) {
			m.readLock(f.Newest(), field.Dict.Get("Lock"))
		}
	}
	if m.Kind == Certification && !listed(view, m.ref) {
		m.note(found(PermsDiffer))
	}
}

func (m *mark) distrust() {
	m.note(found(PermissionOdd))
	m.grant = grant{p: 1, locks: []lock{{action: "All"}}}
}

func (m *mark) readTransform(view *pdf.View, d *pdf.Dict) {
	params, err := view.Dict(d.Get("TransformParams"))
	if err != nil {
		m.distrust()
		return
	}
	switch d.Get("TransformMethod") {
	case pdf.Name("DocMDP"):
		m.Kind = Certification
		m.readP(view, params, 2)
	case pdf.Name("FieldMDP"):
		m.addLock(view, params)
	}
}

func (m *mark) readLock(view *pdf.View, o pdf.Object) {
	d, err := view.Dict(o)
	if err != nil {
		m.distrust()
		return
	}
	m.addLock(view, d)
	m.readP(view, d, 0)
}

// readP reads a permission; of several the strictest counts.
func (m *mark) readP(view *pdf.View, d *pdf.Dict, without int) {
	o, err := view.Resolve(d.Get("P"))
	p, ok := o.(pdf.Int)
	switch {
	case err == nil && isNull(o):
		p = pdf.Int(without)
	case err != nil || !ok || p < 1 || p > 3:
		m.distrust()
		return
	}
	if p > 0 && (m.grant.p == 0 || int(p) < m.grant.p) {
		m.grant.p = int(p)
	}
}

func (m *mark) addLock(view *pdf.View, d *pdf.Dict) {
	action, err := view.Resolve(d.Get("Action"))
	name, ok := action.(pdf.Name)
	if err != nil || !ok || name != "All" && name != "Include" && name != "Exclude" {
		m.distrust()
		return
	}
	l := lock{action: name}
	names, err := view.Array(d.Get("Fields"))
	if err != nil {
		m.distrust()
		return
	}
	for _, o := range names {
		o, err := view.Resolve(o)
		s, ok := o.(pdf.String)
		if err != nil || !ok {
			m.distrust()
			return
		}
		l.fields = append(l.fields, s.Text())
	}
	m.grant.locks = append(m.grant.locks, l)
}

// listed reports whether the catalog says that this is the certification.
func listed(view *pdf.View, ref pdf.Ref) bool {
	catalog, err := view.Catalog()
	if err != nil {
		return false
	}
	perms, err := view.Dict(catalog.Get("Perms"))
	return err == nil && perms.Get("DocMDP") == pdf.Object(ref)
}

func isNull(o pdf.Object) bool {
	_, null := o.(pdf.Null)
	return null || o == nil
}
