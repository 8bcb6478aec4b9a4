package validator

import (
	"maps"
	"slices"

	"khonggiay/signing/pdf"
)

// A shape is one side's pages and form.
type shape struct {
	rev       int
	graph     *graph
	err       error // why the rest is not to be used
	catalog   *pdf.Dict
	pages     []pdf.Page
	form      *pdf.Form
	annots    []pdf.Array      // of each page
	annotated map[pdf.Ref]bool // the annotations that are dictionaries, as they should
	fields    map[pdf.Ref]pdf.Field
	widgets   map[pdf.Ref]string // the field of each
}

func readShape(view *pdf.View, g *graph) *shape {
	s := &shape{rev: view.Index(), graph: g, fields: map[pdf.Ref]pdf.Field{}, widgets: map[pdf.Ref]string{}, annotated: map[pdf.Ref]bool{}}
	s.err = s.read(view)
	return s
}

func (s *shape) read(view *pdf.View) (err error) {
	if s.catalog, err = view.Catalog(); err != nil {
		return err
	}
	if s.pages, err = view.Pages(); err != nil {
		return err
	}
	if s.form, err = view.Form(); err != nil {
		return err
	}
	if s.form == nil {
		s.form = &pdf.Form{Dict: &pdf.Dict{}}
	}
	for _, f := range s.form.Fields {
		s.fields[f.Ref] = f
		for _, w := range f.Widgets {
			s.widgets[w] = f.Name
		}
	}
	for _, p := range s.pages {
		annots, err := view.Array(p.Dict.Get("Annots"))
		if err != nil {
			return err
		}
		s.annots = append(s.annots, annots)
		if err := s.annotate(view, annots); err != nil {
			return err
		}
	}
	return nil
}

// annotate notes which annotations are dictionaries. A stream or a number in their
// place shows nothing there, but is what it is wherever else it is used.
func (s *shape) annotate(view *pdf.View, annots pdf.Array) error {
	for _, o := range annots {
		ref, ok := o.(pdf.Ref)
		if !ok {
			continue
		}
		if s.graph.ready && !s.graph.others.has(ref.Num) {
			s.annotated[ref] = true
			continue
		}
		o, err := view.Get(ref)
		if err != nil {
			return err
		}
		if _, ok := o.(*pdf.Dict); ok {
			s.annotated[ref] = true
		}
	}
	return nil
}

// owners are the objects that back references lead to and that have a place of
// their own in the comparison.
func (s *shape) owners() map[pdf.Ref]bool {
	all := map[pdf.Ref]bool{}
	for _, p := range s.pages {
		all[p.Ref] = true
	}
	for ref := range s.annotated {
		all[ref] = true
	}
	for _, f := range s.form.Fields {
		all[f.Ref] = true
		for _, ref := range slices.Concat(f.Parents, f.Widgets) {
			all[ref] = true
		}
	}
	return all
}

// document compares all that a document is. It reports false when it passed by
// what it should have looked at.
func (c *comparison) document(o, n *shape) bool {
	before := o.owners()
	for ref := range n.owners() {
		if before[ref] {
			c.owned[ref] = true
		}
	}
	if root, ok := c.new.Trailer().Get("Root").(pdf.Ref); ok && c.old.Trailer().Get("Root") == pdf.Object(root) {
		c.owned[root] = true
	}
	c.structure(o, n)
	c.trailer(c.old.Trailer(), c.new.Trailer())
	c.catalog(o.catalog, n.catalog)
	c.form(o, n)
	c.pages(o, n)
	c.drain()
	return c.judgeLeft()
}

// trailerKeys are those of ISO 32000-2, tables 15 and 17, and of streams: they
// say how the file is read, and differ in each section.
var trailerKeys = []pdf.Name{"Size", "Prev", "Root", "Info", "ID", "XRefStm", "Type", "W", "Index",
	"Length", "Filter", "DecodeParms"}

// trailer compares what the trailers lead to besides the document. A program
// need not repeat what it does not know, but what is there must be as it was.
func (c *comparison) trailer(o, n *pdf.Dict) {
	c.same(o.Get("Info"), n.Get("Info"), place{kind: ChangeInfo, level: forEvidence})
	p := place{kind: ChangeCatalog, level: forNobody}
	for _, key := range keysOf(o, n, trailerKeys) {
		c.kept(o.Get(key), n.Get(key), p.at(key))
	}
}

// kept compares what both trailers lead to. Programs copy references of other
// programs under numbers that stand for nothing yet.
func (c *comparison) kept(o, n pdf.Object, p place) {
	switch before := o.(type) {
	case pdf.Array:
		after, _ := n.(pdf.Array)
		for i := range min(len(before), len(after)) {
			c.kept(before[i], after[i], p)
		}
	case *pdf.Dict:
		after, _ := n.(*pdf.Dict)
		for i := 0; after != nil && i < len(before.Entries); i++ {
			c.kept(before.Entries[i].Value, after.Get(before.Entries[i].Key), p)
		}
	case pdf.Ref:
		was, now := o, n
		if c.resolveBoth(&was, &now, &p) && !isNull(was) && !isNull(now) {
			c.same(o, n, p)
		}
	}
}

// evidenceKeys are entries of the catalog that may change with any signature:
// they show nothing.
var evidenceKeys = map[pdf.Name]ChangeKind{"DSS": ChangeEvidence, "Extensions": ChangeVersion, "Version": ChangeVersion, "Metadata": ChangeMetadata}

func (c *comparison) catalog(o, n *pdf.Dict) {
	own := []pdf.Name{"Pages", "AcroForm", "StructTreeRoot", "Perms"}
	own = slices.AppendSeq(own, maps.Keys(evidenceKeys))
	c.proofs(o, n)
	c.perms(o.Get("Perms"), n.Get("Perms"))
	c.sameDict(o, n, place{kind: ChangeCatalog, level: forNobody}, 0, own...)
}

// perms lets a certification be listed where there was none.
func (c *comparison) perms(o, n pdf.Object) {
	before, err := c.old.Dict(o)
	c.fail(err)
	after, err := c.new.Dict(n)
	c.fail(err)
	if c.err != nil {
		return
	}
	p := place{kind: ChangeCatalog, level: forNobody, key: "Perms"}
	if isNull(before.Get("DocMDP")) && !isNull(after.Get("DocMDP")) {
		c.tell(place{kind: ChangeCertified, level: forForm, key: "Perms"})
		c.sameDict(before, after, p, 0, "DocMDP")
		return
	}
	c.sameDict(before, after, p, 0)
}

// pages compares each page with its predecessor. The tree above them may only
// have what its pages have from it.
func (c *comparison) pages(o, n *shape) {
	if len(o.pages) != len(n.pages) {
		c.tell(place{kind: ChangePages, level: forNobody})
		return
	}
	placed := map[pdf.Ref]bool{}
	for i, before := range o.pages {
		after := n.pages[i]
		p := place{kind: ChangeContent, level: forNobody, page: i + 1, ref: after.Ref}
		if before.Ref != after.Ref || !pdf.Equal(before.Dict.Get("Parent"), after.Dict.Get("Parent")) {
			p.kind = ChangePages
			c.tell(p)
			continue
		}
		c.sameDict(before.Inherited, after.Inherited, p, 0)
		c.sameDict(before.Dict, after.Dict, p, 0, "Annots", "Parent", "Tabs", "StructParents", "LastModified")
		tabs := p
		tabs.kind, tabs.level = ChangeTabs, forAnnotation
		if isNull(before.Dict.Get("Tabs")) && after.Dict.Get("Tabs") == pdf.Name("S") {
			tabs.level = forForm // as the tags of a new field have it
		}
		c.same(before.Dict.Get("Tabs"), after.Dict.Get("Tabs"), tabs.at("Tabs"))
		c.pageTags(before.Dict.Get("StructParents"), after.Dict.Get("StructParents"), p)
		c.annotations(o, n, i, placed)
	}
}

// pageTags lets a page have a place in the parent tree where it had none: what
// stands there is compared with the tags.
func (c *comparison) pageTags(o, n pdf.Object, p place) {
	if _, ok := n.(pdf.Int); ok && isNull(o) {
		p.kind, p.level = ChangeStructure, forForm
	}
	c.same(o, n, p.at("StructParents"))
}

// annotations compares those of a page: the old ones must stand there in their
// order, and of the new ones each must be a widget of a new signature field, or
// a comment.
func (c *comparison) annotations(o, n *shape, i int, placed map[pdf.Ref]bool) {
	before, after := o.annots[i], n.annots[i]
	p := place{kind: ChangeAnnotation, level: forAnnotation, page: i + 1}
	next := 0
	for _, a := range after {
		if next < len(before) && c.sameAnnotation(before[next], a, o, n, p) {
			next++
			continue
		}
		c.addedAnnotation(a, o, n, p, placed)
	}
	for _, b := range before[next:] {
		c.lostAnnotation(b, o, p)
	}
}

// sameAnnotation compares two annotations if they are the same object. Widgets
// are compared with their fields.
func (c *comparison) sameAnnotation(b, a pdf.Object, o, n *shape, p place) bool {
	ref, isRef := a.(pdf.Ref)
	if !isRef {
		if !pdf.Equal(a, b) {
			return false
		}
		c.same(b, a, p)
		return true
	}
	if b != pdf.Object(ref) {
		return false
	}
	if c.clean(ref, false) {
		return true
	}
	p.ref = ref
	_, wasWidget := o.widgets[ref]
	if _, isWidget := n.widgets[ref]; isWidget && wasWidget {
		return true
	}
	if c.isWidget(ref) {
		p.kind, p.level = ChangeWidgets, forNobody
	}
	c.work(task{ref, ref, p})
	return true
}

// isWidget reports whether either side shows the object as a field's widget.
func (c *comparison) isWidget(ref pdf.Ref) bool {
	for _, view := range []*pdf.View{c.old, c.new} {
		o, err := view.Get(ref)
		c.fail(err)
		if d, ok := o.(*pdf.Dict); ok && d.Get("Subtype") == pdf.Name("Widget") {
			return true
		}
	}
	return false
}

func (c *comparison) addedAnnotation(a pdf.Object, o, n *shape, p place, placed map[pdf.Ref]bool) {
	ref, isRef := a.(pdf.Ref)
	p.ref = ref
	if !isRef {
		c.tell(p)
		return
	}
	_, wasWidget := o.widgets[ref]
	_, isWidget := n.widgets[ref]
	switch {
	case isWidget && !wasWidget && !placed[ref]:
		placed[ref] = true // its field says what it is
	case isWidget || wasWidget || c.isWidget(ref):
		p.kind, p.level = ChangeWidgets, forNobody
		c.tell(p)
	default:
		c.tell(p)
	}
}

func (c *comparison) lostAnnotation(b pdf.Object, o *shape, p place) {
	if ref, ok := b.(pdf.Ref); ok {
		p.ref = ref
		if field, widget := o.widgets[ref]; widget || c.isWidget(ref) {
			p.kind, p.level, p.field = ChangeRemoved, forNobody, field
		}
	}
	c.tell(p)
}
