package pdf

import (
	"container/list"
	"errors"
	"slices"
)

// An objStream is a decoded object stream (ISO 32000-2, 7.5.7). What it /Extends
// does not matter: each object's entry names the stream that holds it.
type objStream struct {
	at   int64 // of the stream in the file
	end  int64
	odd  []Oddity // of the stream
	nums []uint32
	offs []int
	data []byte // from /First on
}

func (o *objStream) size() int64 { return int64(len(o.data) + 12*len(o.nums)) }

// objStreams keeps those that were used last, known by where they lie: the same
// object number may be another stream in another revision.
type objStreams struct {
	byOffset map[int64]*list.Element
	recent   list.List // of *objStream, the latest first
	size     int64
	failed   map[int64]error // streams that hold too much, so that each is decoded once
}

func (c *objStreams) fail(at int64, err error) {
	var limit *LimitError
	if !errors.As(err, &limit) {
		return
	}
	if c.failed == nil {
		c.failed = map[int64]error{}
	}
	c.failed[at] = err
}

func (c *objStreams) get(at int64) *objStream {
	e := c.byOffset[at]
	if e == nil {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(*objStream)
}

// put keeps the newest in any case, so that reading its objects in turn does not
// decode it each time.
func (c *objStreams) put(o *objStream, most int64) {
	if c.byOffset == nil {
		c.byOffset = map[int64]*list.Element{}
	}
	if c.byOffset[o.at] != nil {
		return
	}
	c.byOffset[o.at] = c.recent.PushFront(o)
	c.size += o.size()
	for c.size > most && c.recent.Len() > 1 {
		last := c.recent.Remove(c.recent.Back()).(*objStream)
		delete(c.byOffset, last.at)
		c.size -= last.size()
	}
}

// readCompressed reads an object out of its object stream.
func (v *View) readCompressed(ref Ref, e entry, depth int) (Item, error) {
	item := Item{Ref: ref, Object: Null{}, Stream: Ref{Num: uint32(e.main())}}
	s, err := v.objStream(item.Stream, depth)
	if err != nil {
		return item, err
	}
	i := int(e.minor())
	if i >= len(s.nums) || s.nums[i] != ref.Num {
		return item, malformed(s.at, "an object stream without object %d at place %d", ref.Num, i)
	}
	end := len(s.data)
	if i+1 < len(s.offs) {
		end = s.offs[i+1]
	}
	r := enter(lexer{buf: s.data[:end], pos: s.offs[i], end: int64(end), lim: &v.file.budget.Limits, in: item.Stream})
	defer r.leave()
	l := &r.lexer
	o, err := l.whole()
	if err != nil {
		return item, err
	}
	t, err := l.token()
	if err == nil && t.kind != tokEnd {
		err = l.fail(t.start, "more than one object in the place of one")
	}
	if err != nil {
		return item, err
	}
	item.Object, item.Oddities = o, slices.Clone(s.odd)
	for _, o := range l.odd {
		item.Oddities = append(item.Oddities, Oddity{o.Code, s.at})
	}
	return item, nil
}

// objStream decodes an object stream or finds it decoded.
func (v *View) objStream(ref Ref, depth int) (*objStream, error) {
	e, absent := v.find(ref)
	if absent != Present || e.kind() != kindInUse {
		return nil, malformed(v.revision.Sections[0].Span.Start, "an object in object stream %d, which is none", ref.Num)
	}
	v.file.mu.Lock()
	o, failed := v.file.cache.get(e.main()), v.file.cache.failed[e.main()]
	v.file.mu.Unlock()
	if o != nil && o.end <= v.revision.End {
		return o, nil
	}
	if failed != nil {
		return nil, failed
	}
	item, err := v.read(ref, depth)
	if err != nil {
		return nil, err
	}
	s, ok := item.Object.(*Stream)
	if !ok || s.Dict.Get("Type") != Name("ObjStm") {
		return nil, malformed(e.main(), "an object in object stream %d, which is none", ref.Num)
	}
	if o, err = v.unpack(s, e.main()); err != nil {
		v.file.mu.Lock()
		v.file.cache.fail(e.main(), err)
		v.file.mu.Unlock()
		return nil, err
	}
	o.end, o.odd = item.Span.End, item.Oddities
	v.file.mu.Lock()
	v.file.cache.put(o, v.file.budget.Cache)
	v.file.mu.Unlock()
	return o, nil
}

// unpack decodes an object stream and reads its table of numbers and offsets.
func (v *View) unpack(s *Stream, at int64) (*objStream, error) {
	data, err := v.BytesWithin(s, min(v.file.budget.Packed, v.file.budget.Decoded))
	if err != nil {
		return nil, err
	}
	bad := malformed(at, "a malformed object stream")
	n, okN := s.Dict.Get("N").(Int)
	first, okFirst := s.Dict.Get("First").(Int)
	if !okN || !okFirst || n < 0 || first < 0 || first > Int(len(data)) || n > first/2 {
		return nil, bad
	}
	o := &objStream{at: at, data: data[first:], nums: make([]uint32, n), offs: make([]int, n)}
	l := &lexer{buf: data[:first], end: int64(first), lim: &v.file.budget.Limits}
	for i := range o.nums {
		num, err := l.token()
		if err != nil {
			return nil, bad
		}
		off, err := l.token()
		if err != nil || num.kind != tokInt || off.kind != tokInt {
			return nil, bad
		}
		if num.num < 1 || num.num > int64(v.file.budget.Objects) || off.num < 0 || off.num > int64(len(o.data)) ||
			i > 0 && int(off.num) <= o.offs[i-1] {
			return nil, bad
		}
		o.nums[i], o.offs[i] = uint32(num.num), int(off.num)
	}
	return o, nil
}
