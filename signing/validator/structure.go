package validator

import (
	"errors"
	"maps"
	"slices"

	"khonggiay/signing/pdf"
)

// structure compares the logical structure (ISO 32000-2, 14.7). It may grow by
// elements for the widgets of new signature fields, and for other annotations as
// far as those may come.
func (c *comparison) structure(o, n *shape) {
	before, after := o.catalog.Get("StructTreeRoot"), n.catalog.Get("StructTreeRoot")
	never := place{kind: ChangeTags, level: forNobody}
	oldRef, isOld := before.(pdf.Ref)
	newRef, isNew := after.(pdf.Ref)
	_, there := c.asDict(c.old, before)
	if !isOld || !isNew || oldRef != newRef || !there {
		c.same(before, after, never)
		return
	}
	w := &tagWalk{comparison: c, shapes: [2]*shape{o, n}, seen: map[pdf.Ref]bool{}, grown: map[pdf.Ref]level{}}
	w.recall(newRef)
	w.compare(newRef)
}

// A tagWalk goes through the elements that both sides have.
type tagWalk struct {
	*comparison
	shapes [2]*shape // old, new
	seen   map[pdf.Ref]bool
	order  []pdf.Ref
	grown  map[pdf.Ref]level // elements that came, or that an annotation was added to
}

var errTags = errors.New("the structure tree is deeper than any document's")

// collect makes the elements owned, for they refer to each other both ways.
func (w *tagWalk) collect(ref pdf.Ref, depth int) {
	if depth > maxNesting {
		w.fail(errTags)
	}
	if w.err != nil {
		return
	}
	w.seen[ref] = true
	w.order = append(w.order, ref)
	w.owned[ref] = true
	for _, kid := range w.below(ref) {
		if !w.seen[kid] {
			w.collect(kid, depth+1)
		}
	}
}

// kids are the entries of /K, which may be one alone.
func (w *tagWalk) kids(view *pdf.View, d *pdf.Dict) pdf.Array {
	o, err := view.Resolve(d.Get("K"))
	w.fail(err)
	if kids, ok := o.(pdf.Array); ok {
		return kids
	}
	if isNull(o) {
		return nil
	}
	return pdf.Array{d.Get("K")}
}

func (w *tagWalk) compare(root pdf.Ref) {
	p := place{kind: ChangeTags, level: forNobody}
	var back [2]pdf.Object
	for _, ref := range w.order {
		p.ref = ref
		if ref != root && w.clean(ref, false) {
			continue
		}
		before, ok := w.asDict(w.old, ref)
		after := before
		if w.changed[ref] {
			after, ok = w.asDict(w.new, ref)
		}
		if !ok {
			w.tell(p)
			continue
		}
		except := []pdf.Name{"K"}
		if ref == root {
			except = append(except, "ParentTree", "ParentTreeNextKey")
			back = [2]pdf.Object{before.Get("ParentTree"), after.Get("ParentTree")}
		}
		w.sameDict(before, after, p, 0, except...)
		w.sameKids(w.kids(w.old, before), w.kids(w.new, after), p)
	}
	p.ref = root
	w.parentTree(back[0], back[1], p) // now that it is known what has grown
}

// sameKids demands the old children in their order; others may stand between
// if they are tags of new annotations.
func (w *tagWalk) sameKids(before, after pdf.Array, p place) {
	next := 0
	for _, kid := range after {
		ref, isRef := kid.(pdf.Ref)
		same := next < len(before) && pdf.Equal(before[next], kid)
		switch {
		case same:
			w.same(before[next], kid, p)
			next++
		default:
			l := w.levelOf(kid, 0)
			if l == forNobody {
				w.tell(p)
				continue
			}
			if !isRef {
				ref = p.ref
			}
			w.grown[ref] = max(l, w.grown[ref])
			w.tell(place{kind: ChangeStructure, level: l, ref: ref})
		}
	}
	if next < len(before) {
		w.tell(p)
	}
}

// levelOf is what a new tag takes: as much as the annotations that it is about,
// which must be new themselves.
func (w *tagWalk) levelOf(o pdf.Object, depth int) level {
	const most = 10
	if ref, ok := o.(pdf.Ref); ok {
		if _, there := w.old.Where(ref); there {
			return forNobody
		}
	}
	d, ok := w.asDict(w.new, o)
	if !ok || depth > most {
		return forNobody
	}
	if d.Get("Type") == pdf.Name("OBJR") {
		return w.levelOfNew(d.Get("Obj"))
	}
	kids := w.kids(w.new, d)
	if len(kids) == 0 || isNull(d.Get("S")) {
		return forNobody
	}
	highest := forForm
	for _, kid := range kids {
		highest = max(highest, w.levelOf(kid, depth+1))
	}
	return highest
}

func (w *tagWalk) levelOfNew(o pdf.Object) level {
	ref, _ := o.(pdf.Ref)
	if _, there := w.old.Where(ref); there {
		return forNobody
	}
	if _, is := w.shapes[1].widgets[ref]; is {
		return forForm
	}
	for _, annots := range w.shapes[1].annots {
		if slices.Contains(annots, pdf.Object(ref)) {
			return forAnnotation
		}
	}
	return forNobody
}

// parentTree compares the way back from content to tags.
func (w *tagWalk) parentTree(o, n pdf.Object, p place) {
	p = p.at("ParentTree")
	if w.sameTree(o, n) {
		return
	}
	before, after := map[int64]pdf.Object{}, map[int64]pdf.Object{}
	w.numbers(w.old, o, before, map[pdf.Ref]bool{}, 0)
	w.numbers(w.new, n, after, map[pdf.Ref]bool{}, 0)
	for _, key := range slices.Sorted(maps.Keys(before)) {
		w.same(before[key], after[key], p)
	}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		value := after[key]
		if _, was := before[key]; was {
			continue
		}
		ref, _ := value.(pdf.Ref)
		l, ok := w.grown[ref]
		if !ok {
			l = w.levelOf(value, 0)
		}
		if l == forNobody {
			w.tell(p)
		} else {
			w.tell(place{kind: ChangeStructure, level: l, ref: ref, key: "ParentTree"})
		}
	}
}

// numbers flattens a number tree (ISO 32000-2, 7.9.7).
func (w *tagWalk) numbers(view *pdf.View, o pdf.Object, into map[int64]pdf.Object, seen map[pdf.Ref]bool, depth int) {
	if ref, ok := o.(pdf.Ref); ok {
		if seen[ref] {
			w.fail(errTags)
		}
		seen[ref] = true
	}
	d, ok := w.asDict(view, o)
	if !ok || depth > maxNesting || w.err != nil {
		return
	}
	nums, err := view.Array(d.Get("Nums"))
	w.fail(err)
	for i := 0; i+1 < len(nums); i += 2 {
		if key, ok := nums[i].(pdf.Int); ok {
			into[int64(key)] = nums[i+1]
		}
	}
	kids, err := view.Array(d.Get("Kids"))
	w.fail(err)
	for _, kid := range kids {
		w.numbers(view, kid, into, seen, depth+1)
	}
}
