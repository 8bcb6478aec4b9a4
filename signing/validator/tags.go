package validator

import "khonggiay/signing/pdf"

// below are the children of an element that are elements themselves, as the
// older revision has them.
func (w *tagWalk) below(ref pdf.Ref) []pdf.Ref {
	var kids []pdf.Ref
	for _, kid := range w.references(ref) {
		w.watch(kid)
		if w.isElement(kid) {
			kids = append(kids, kid)
		}
	}
	return kids
}

// references are those in /K of an element.
func (w *tagWalk) references(ref pdf.Ref) []pdf.Ref {
	t, known := w.known(ref)
	if known && t.list == (pdf.Ref{}) {
		return t.kids
	}
	w.watch(t.list)
	if _, element := w.known(t.list); element {
		return []pdf.Ref{t.list}
	}
	d, ok := w.asDict(w.old, ref)
	if !ok {
		return nil
	}
	if list, ok := d.Get("K").(pdf.Ref); ok {
		w.watch(list)
	}
	var refs []pdf.Ref
	for _, o := range w.kids(w.old, d) {
		if kid, ok := o.(pdf.Ref); ok {
			refs = append(refs, kid)
		}
	}
	return refs
}

// watch notes that the elements depend on an object.
func (w *tagWalk) watch(ref pdf.Ref) {
	if w.graph != nil && ref.Num <= w.graph.top {
		w.memory.watched.add(ref.Num)
	}
}

// known is an element that was there when the older revision was made, and is as
// it was.
func (w *tagWalk) known(ref pdf.Ref) (tag, bool) {
	if w.graph == nil {
		return tag{}, false
	}
	t, ok := w.graph.tags[ref]
	return t, ok && t.rev <= w.old.Index()
}

func (w *tagWalk) isElement(ref pdf.Ref) bool {
	if _, ok := w.known(ref); ok {
		return true
	}
	d, ok := w.asDict(w.old, ref)
	return ok && !isNull(d.Get("S"))
}

// A tagMemory keeps what was read of the logical structure of one revision, for
// the next comparison: documents have more elements than anything else, and
// signing changes few of them or none.
type tagMemory struct {
	rev      int
	root     pdf.Ref
	order    []pdf.Ref // of the elements, nil when they were not read
	elements marked
	watched  marked // numbers of what was looked at to tell the elements
	way      pdf.Ref
	nodes    map[pdf.Ref]bool // of the parent tree, nil when it was not read
}

// forget drops what a revision up to the comparison's older one has changed.
func (m *tagMemory) forget(c *comparison) {
	for m.rev < c.old.Index() {
		m.rev++
		if m.order == nil && m.nodes == nil {
			continue
		}
		for _, ref := range c.old.File().Changed(m.rev) {
			if m.watched.has(ref.Num) {
				m.order = nil
			}
			if m.nodes[ref] {
				m.nodes = nil
			}
		}
	}
}

// recall takes the elements from memory, or collects them.
func (w *tagWalk) recall(root pdf.Ref) {
	m := w.memory
	m.forget(w.comparison)
	switch {
	case w.graph == nil:
		w.collect(root, 0)
		return
	case m.order == nil || m.root != root:
		m.order, m.elements, m.watched = nil, nil, nil
		w.watch(root)
		if w.collect(root, 0); w.err != nil {
			return
		}
		for _, ref := range w.order {
			m.elements.add(ref.Num)
		}
		m.root, m.order = root, w.order
	}
	w.order, w.elements = m.order, m.elements
}

// sameTree reports whether nothing of the way back from content to tags was
// changed, nor anything that it leads to.
func (w *tagWalk) sameTree(o, n pdf.Object) bool {
	root, ok := o.(pdf.Ref)
	if w.graph == nil || !ok || n != o {
		return false
	}
	m := w.memory
	if m.nodes == nil || m.way != root {
		nodes := map[pdf.Ref]bool{}
		w.numbers(w.old, o, map[int64]pdf.Object{}, nodes, 0)
		if w.err != nil {
			return true
		}
		m.way, m.nodes = root, nodes
	}
	for ref := range m.nodes {
		if w.changed[ref] || !w.clean(ref, false) {
			return false
		}
	}
	return true
}
