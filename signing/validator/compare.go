package validator

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"

	"khonggiay/signing/pdf"
)

// A stepped is what one revision changed.
type stepped struct {
	changes []Change
	err     error
}

// A comparison walks two revisions of a document side by side, from what a
// reader begins with: it compares what the documents mean, wherever it lies. A
// difference counts by the strictest of the ways that lead to it: an appearance
// that a page's content uses too is part of the page.
type comparison struct {
	ctx      context.Context
	old, new *pdf.View
	changed  map[pdf.Ref]bool // objects that the new revision defines
	owned    map[pdf.Ref]bool // pages, fields and the like, compared in their own place
	graph    *graph           // of all revisions; nil when everything is to be looked at
	numbers  []uint32         // of changed
	elements marked           // of the logical structure, owned too
	memory   *tagMemory
	inside   marked        // what leads to something changed, but for what is owned; nil until it is asked for
	anyhow   marked        // the same, with what is owned
	passed   map[pair]bool // of content and catalog, and passed by because nothing changed below
	seen     map[pair]bool
	settled  map[pdf.Ref]bool // parents of fields that need no second look
	left     map[pdf.Ref]bool // appearances that permitted changes refer to no more
	queue    []task
	changes  []Change
	told     map[Change]bool
	err      error
}

// A pair is two objects that must mean the same, for things of a level.
type pair struct {
	old, new pdf.Ref
	level    level
	kind     ChangeKind
	counts   bool // see comparison.counts
}

type task struct {
	old, new pdf.Ref
	place    place
}

// maxChanges is how many changes of a revision are told one by one, the rest
// once of each kind, level and field; maxNesting bounds what one object may hold
// inside another, beyond the reader's own bound.
const (
	maxChanges = 200
	maxNesting = 300
)

// step compares a revision with the one before.
func (v *run) step(rev int) *stepped {
	if s, ok := v.steps[rev]; ok {
		return s
	}
	before, after := v.shape(rev-1), v.shape(rev)
	c := v.newComparison(rev)
	if err := errors.Join(before.err, after.err); err != nil {
		c.fail(err)
	}
	if c.err == nil && !c.document(before, after) {
		c = v.newComparison(rev)
		c.graph = nil
		c.document(before, after)
	}
	s := &stepped{c.changes, c.err}
	v.steps[rev] = s
	return s
}

// shape reads that of a revision. The next comparison begins with it.
func (v *run) shape(rev int) *shape {
	if v.latest == nil || v.latest.rev != rev {
		v.latest = readShape(v.file.At(rev), &v.graph)
	}
	return v.latest
}

func (v *run) newComparison(rev int) *comparison {
	c := &comparison{ctx: v.ctx, memory: &v.tags, old: v.file.At(rev - 1), new: v.file.At(rev), changed: map[pdf.Ref]bool{},
		owned: map[pdf.Ref]bool{}, seen: map[pair]bool{}, settled: map[pdf.Ref]bool{}, left: map[pdf.Ref]bool{},
		told: map[Change]bool{}, passed: map[pair]bool{}}
	if v.graph.ready {
		c.graph = &v.graph
		c.numbers = slices.Clone(v.graph.broken)
	}
	for _, ref := range v.file.Changed(rev) {
		c.changed[ref] = true
		c.numbers = append(c.numbers, ref.Num)
		if len(v.lengths[ref]) > 0 && c.differ(ref, ref) {
			c.fail(errors.New("an object stream has another length, and with it other objects"))
		}
	}
	return c
}

// tell notes a difference once.
func (c *comparison) tell(p place) {
	ch := Change{Revision: c.new.Index() + 1, Kind: p.kind, Key: p.key, Page: p.page, Field: p.field, level: p.level, locks: p.locks}
	if p.ref != (pdf.Ref{}) {
		ch.Object = name(p.ref)
	}
	if len(c.changes) >= maxChanges {
		ch.Object, ch.Key, ch.Page = "", "", 0
	}
	if !c.told[ch] {
		c.told[ch] = true
		c.changes = append(c.changes, ch)
	}
}

// fail keeps the first error; a comparison that has failed decides nothing.
func (c *comparison) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// same demands that two values mean the same. References are followed later.
func (c *comparison) same(o, n pdf.Object, p place) { c.sameAt(o, n, p, 0) }

func (c *comparison) sameAt(o, n pdf.Object, p place, depth int) {
	if depth > maxNesting {
		c.fail(errors.New("objects too deep inside each other"))
		return
	}
	if ref, ok := o.(pdf.Ref); ok && p.key == "AP" && p.level < forNobody && n != o {
		c.left[ref] = true
	}
	if !c.later(o, n, p) && c.resolveBoth(&o, &n, &p) {
		c.sameValue(o, n, p, depth)
	}
}

// later puts two references in line; false when either value is direct.
func (c *comparison) later(o, n pdf.Object, p place) bool {
	oldRef, isOld := o.(pdf.Ref)
	newRef, isNew := n.(pdf.Ref)
	if !isOld || !isNew {
		return false
	}
	key := pair{oldRef, newRef, p.level, p.kind, counts(p)}
	switch {
	case c.seen[key] || oldRef == newRef && c.owns(newRef) && !key.counts:
		return true
	case oldRef == newRef && c.clean(newRef, key.counts):
		if p.kind == ChangeContent || p.kind == ChangeCatalog {
			c.passed[key] = true
		}
		return true
	}
	c.seen[key] = true
	p.ref = newRef
	c.queue = append(c.queue, task{oldRef, newRef, p})
	return true
}

func (c *comparison) resolveBoth(o, n *pdf.Object, p *place) bool {
	var err error
	if ref, ok := (*n).(pdf.Ref); ok {
		p.ref = ref
	}
	if *o, err = c.old.Resolve(*o); err == nil {
		*n, err = c.new.Resolve(*n)
	}
	c.fail(err)
	return err == nil
}

func (c *comparison) sameValue(o, n pdf.Object, p place, depth int) {
	switch o := o.(type) {
	case *pdf.Dict:
		if n, ok := n.(*pdf.Dict); ok {
			c.sameDict(o, n, p, depth)
			return
		}
	case pdf.Array:
		if n, ok := n.(pdf.Array); ok && len(o) == len(n) {
			for i := range o {
				c.sameAt(o[i], n[i], p, depth+1)
			}
			return
		}
	case *pdf.Stream:
		if n, ok := n.(*pdf.Stream); ok {
			c.sameDict(o.Dict, n.Dict, p, depth)
			if o.Raw != n.Raw && !c.sameBytes(o, n) {
				c.tell(p)
			}
			return
		}
	default:
		if pdf.Equal(o, n) {
			return
		}
	}
	c.tell(p)
}

func (c *comparison) sameDict(o, n *pdf.Dict, p place, depth int, except ...pdf.Name) {
	if len(n.Duplicates()) > 0 && !pdf.Equal(o, n) {
		c.tell(p)
		return
	}
	for _, key := range keysOf(o, n, except) {
		c.sameAt(o.Get(key), n.Get(key), p.at(key), depth+1)
	}
}

// keysOf are the keys of either dictionary, each once, but those excepted.
func keysOf(o, n *pdf.Dict, except []pdf.Name) []pdf.Name {
	var keys []pdf.Name
	seen := map[pdf.Name]bool{}
	for _, key := range except {
		seen[key] = true
	}
	for _, d := range []*pdf.Dict{o, n} {
		for _, e := range d.Entries {
			if !seen[e.Key] {
				seen[e.Key] = true
				keys = append(keys, e.Key)
			}
		}
	}
	return keys
}

// sameBytes compares what two streams hold, as it is encoded.
func (c *comparison) sameBytes(o, n *pdf.Stream) bool {
	if o.Len() != n.Len() {
		return false
	}
	a, b := bufio.NewReader(o.Encoded()), bufio.NewReader(n.Encoded())
	for {
		x, errX := a.ReadByte()
		y, errY := b.ReadByte()
		if errX != nil || errY != nil {
			return errors.Is(errX, io.EOF) && errors.Is(errY, io.EOF)
		}
		if x != y {
			return false
		}
	}
}

// clean reports whether neither an object nor what it leads to was changed. What
// is owned has a place of its own, unless all counts.
func (c *comparison) clean(ref pdf.Ref, all bool) bool {
	if c.graph == nil {
		return false
	}
	if c.anyhow == nil {
		c.anyhow = c.graph.above(c.numbers, nil)
		from := slices.Concat(c.numbers, c.graph.drawnFrom(c.anyhow))
		c.inside = c.graph.above(from, c.ownedNumbers().has)
	}
	if all {
		return !c.anyhow.has(ref.Num)
	}
	return !c.inside.has(ref.Num)
}

func (c *comparison) owns(ref pdf.Ref) bool { return c.elements.has(ref.Num) || c.owned[ref] }

func (c *comparison) ownedNumbers() marked {
	m := slices.Clone(c.elements)
	for ref := range c.owned {
		if ref.Num <= c.graph.top {
			m.add(ref.Num)
		}
	}
	return m
}

// counts reports whether a place is one that never leads back to pages, fields or
// annotations in a document that means no harm: what is drawn, and which layers
// of it. There an object is what it is used for, whatever else it is.
func counts(p place) bool {
	switch p.key {
	case "Resources", "Contents", "Group", "AP", "DR", "OCProperties":
		return true
	}
	return false
}

// drain works off what stands in line.
func (c *comparison) drain() {
	for len(c.queue) > 0 && c.err == nil {
		t := c.queue[len(c.queue)-1]
		c.queue = c.queue[:len(c.queue)-1]
		if err := c.ctx.Err(); err != nil {
			c.fail(err)
			return
		}
		c.work(t)
	}
}

// work compares two objects. One that the revision did not define anew is read
// once; what it refers to may have changed all the same.
func (c *comparison) work(t task) {
	n, err := c.new.Get(t.new)
	if err != nil {
		c.fail(err)
		return
	}
	o := n
	if t.old != t.new || c.changed[t.new] {
		if o, err = c.old.Get(t.old); err != nil {
			c.fail(err)
			return
		}
	}
	c.sameValue(o, n, t.place, 0)
}

// isPlain reports whether a value leads to nothing else.
func isPlain(o pdf.Object) bool {
	switch o.(type) {
	case pdf.Ref, pdf.Array, *pdf.Dict, *pdf.Stream:
		return false
	}
	return true
}

// judgeLeft looks at the appearances that fields gave up. One that the page or
// the catalog uses, too, was never the field's own to exchange: a document is
// prepared so to be changed under cover of being filled in. False when that cannot
// be told because of what was passed by.
func (c *comparison) judgeLeft() bool {
	if c.passedLeft() {
		return false
	}
	shared := map[pdf.Ref]ChangeKind{}
	for p := range c.seen {
		if c.left[p.old] && (p.kind == ChangeCatalog || p.kind == ChangeContent && shared[p.old] == "") {
			shared[p.old] = p.kind
		}
	}
	for _, ref := range slices.SortedFunc(maps.Keys(shared), compareRefs) { // the report is the same each time
		c.tell(place{kind: shared[ref], level: forNobody, ref: ref, key: "AP"})
	}
	return true
}

// passedLeft reports whether what was passed by leads to such an appearance.
func (c *comparison) passedLeft() bool {
	if c.graph == nil || len(c.left) == 0 {
		return false
	}
	var left []uint32
	for ref := range c.left {
		left = append(left, ref.Num)
	}
	anyhow := c.graph.above(left, nil)
	inside := c.graph.above(slices.Concat(left, c.graph.drawnFrom(anyhow)), c.ownedNumbers().has)
	for p := range c.passed {
		if anyhow.has(p.old.Num) && (p.counts || inside.has(p.old.Num)) {
			return true
		}
	}
	return false
}

func compareRefs(a, b pdf.Ref) int {
	return cmp.Or(cmp.Compare(a.Num, b.Num), cmp.Compare(a.Gen, b.Gen))
}

// differ reports whether two values mean different things, telling nobody.
func (c *comparison) differ(o, n pdf.Object) bool {
	if isPlain(o) && isPlain(n) {
		return !pdf.Equal(o, n)
	}
	probe := &comparison{ctx: c.ctx, old: c.old, new: c.new, changed: c.changed, owned: c.owned, elements: c.elements, graph: c.graph, numbers: c.numbers,
		inside: c.inside, anyhow: c.anyhow, seen: map[pair]bool{}, left: map[pdf.Ref]bool{}, told: map[Change]bool{}, passed: map[pair]bool{}}
	probe.same(o, n, place{})
	probe.drain()
	c.fail(probe.err)
	return len(probe.changes) > 0
}
