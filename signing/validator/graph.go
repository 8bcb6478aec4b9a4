package validator

import "khonggiay/signing/pdf"

// Bounds on the memory of a graph. A document with more references is walked as a
// whole for each revision; more elements of its structure are read each time.
const (
	maxEdges = 4 << 20
	maxTags  = 1 << 20
)

// A graph knows which objects refer to which, in any revision, by number. With it
// a comparison passes by what cannot have changed: an object that neither the
// revision defines nor leads to one that it defines. A reference too many makes a
// comparison look at more than it must, one too few would hide a change.
type graph struct {
	top      uint32 // no revision defines an object with a higher number
	from, to []uint32
	counted  []edge   // by keys of places where everything counts, see counts
	broken   []uint32 // cannot be read, so that nobody knows where they lead
	useless  bool     // too many, or to several objects of one number
	ready    bool     // settled, with all revisions
	defined  marked
	others   marked // no dictionary in some revision
	tags     map[pdf.Ref]tag

	first   []uint32 // of parents, by number
	parents []uint32
}

type edge struct{ from, to uint32 }

func newGraph() graph { return graph{tags: map[pdf.Ref]tag{}} }

// add takes in what an object refers to.
func (g *graph) add(ref pdf.Ref, o pdf.Object) {
	switch o := o.(type) {
	case pdf.Ref:
		if len(g.to) == maxEdges || o.Gen > 0 {
			g.useless = true
			return
		}
		g.from, g.to = append(g.from, ref.Num), append(g.to, o.Num)
	case pdf.Array:
		for _, e := range o {
			g.add(ref, e)
		}
	case *pdf.Stream:
		g.add(ref, o.Dict)
	case *pdf.Dict:
		for _, e := range o.Entries {
			before := len(g.to)
			g.add(ref, e.Value)
			if counts(place{key: string(e.Key)}) {
				if len(g.counted)+len(g.to)-before > maxEdges {
					g.useless = true
					return
				}
				for _, to := range g.to[before:] {
					g.counted = append(g.counted, edge{ref.Num, to})
				}
			}
		}
	}
}

// drawnFrom lists the objects that lead to others of a set by a key with which
// everything counts.
func (g *graph) drawnFrom(set marked) []uint32 {
	var from []uint32
	for _, e := range g.counted {
		if set.has(e.to) {
			from = append(from, e.from)
		}
	}
	return from
}

// note takes in an object as a revision defines it.
func (g *graph) note(ref pdf.Ref, o pdf.Object, rev int) {
	again := g.defined.has(ref.Num)
	g.defined.add(ref.Num)
	g.top = max(g.top, ref.Num)
	g.add(ref, o)
	d, ok := o.(*pdf.Dict)
	if !ok {
		g.others.add(ref.Num)
	}
	if again {
		delete(g.tags, ref)
	} else if ok && !isNull(d.Get("S")) && !g.useless && len(g.tags) < maxTags {
		g.tags[ref] = newTag(d.Get("K"), rev)
	}
}

// A tag is what only one revision defines and has /S: an element of the logical
// structure, or something else whose children nobody asks for.
type tag struct {
	rev  int
	list pdf.Ref   // when /K is a reference
	kids []pdf.Ref // the references of /K
}

func newTag(kids pdf.Object, rev int) tag {
	t := tag{rev: rev}
	switch kids := kids.(type) {
	case pdf.Ref:
		t.list = kids
	case pdf.Array:
		for _, kid := range kids {
			if ref, ok := kid.(pdf.Ref); ok {
				t.kids = append(t.kids, ref)
			}
		}
	}
	return t
}

// settle sorts the references by what they lead to.
func (g *graph) settle() {
	if g.useless {
		return
	}
	g.ready = true
	g.first = make([]uint32, g.top+2)
	for _, to := range g.to {
		if to <= g.top {
			g.first[to+1]++
		}
	}
	for i := 1; i < len(g.first); i++ {
		g.first[i] += g.first[i-1]
	}
	g.parents = make([]uint32, g.first[g.top+1])
	next := append([]uint32(nil), g.first...)
	for i, to := range g.to {
		if to <= g.top {
			g.parents[next[to]] = g.from[i]
			next[to]++
		}
	}
	g.from, g.to = nil, nil
}

// A marked is a set of object numbers.
type marked []uint64

func (m marked) has(num uint32) bool {
	return int(num/64) < len(m) && m[num/64]&(1<<(num%64)) != 0
}

func (m *marked) add(num uint32) {
	if missing := int(num/64) + 1 - len(*m); missing > 0 {
		*m = append(*m, make(marked, missing)...)
	}
	(*m)[num/64] |= 1 << (num % 64)
}

// above marks the objects and all that lead to them. Whatever refers to an object
// that stop knows is not led to it.
func (g *graph) above(objects []uint32, stop func(num uint32) bool) marked {
	m := make(marked, g.top/64+1)
	var queue []uint32
	mark := func(num uint32) {
		if num <= g.top && !m.has(num) {
			m.add(num)
			queue = append(queue, num)
		}
	}
	for _, num := range objects {
		mark(num)
	}
	for len(queue) > 0 {
		num := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if stop != nil && stop(num) {
			continue
		}
		for _, parent := range g.parentsOf(num) {
			mark(parent)
		}
	}
	return m
}

func (g *graph) parentsOf(num uint32) []uint32 {
	if num > g.top {
		return nil
	}
	return g.parents[g.first[num]:g.first[num+1]]
}
