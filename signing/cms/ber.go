package cms

import (
	"bytes"
	"slices"
)

// Tag classes and the universal tags that this package meets.
const (
	universal  = 0
	contextual = 2

	tagBoolean   = 1
	tagInteger   = 2
	tagBitString = 3
	tagOctets    = 4
	tagOID       = 6
	tagUTF8      = 12
	tagSequence  = 16
	tagSet       = 17
	tagBMP       = 30
)

// element is one BER element: where it lies in the input, nothing copied.
type element struct {
	class       int
	tag         int
	constructed bool
	indefinite  bool
	start, end  int // the whole element, an end-of-contents included
	from, to    int // its contents
}

func (e element) is(class, tag int) bool { return e.class == class && e.tag == tag }

// reader reads BER elements one level at a time. An element of definite length
// costs one step whatever it holds; only an indefinite length has to be walked.
// Each step takes from the budget, so the time is bounded by it.
type reader struct {
	in     []byte
	limits Limits
	left   int  // steps that may still be taken
	notDER bool // a header was seen that DER would write otherwise
}

func newReader(in []byte, limits Limits) (*reader, error) {
	limits = limits.orDefault()
	if len(in) > limits.Size {
		return nil, &LimitError{What: "size"}
	}
	return &reader{in: in, limits: limits, left: limits.Elements}, nil
}

func (r *reader) raw(e element) []byte  { return r.in[e.start:e.end] }
func (r *reader) body(e element) []byte { return r.in[e.from:e.to] }

// element reads the element at pos, which must end by end.
func (r *reader) element(pos, end, depth int) (element, error) {
	if r.left--; r.left < 0 {
		return element{}, &LimitError{What: "elements"}
	}
	if depth > r.limits.Depth {
		return element{}, &LimitError{What: "depth"}
	}
	e := element{start: pos}
	pos, err := r.identifier(&e, pos, end)
	if err != nil {
		return e, err
	}
	return r.length(e, pos, end, depth)
}

// identifier reads class, form and tag, and returns where the length stands.
func (r *reader) identifier(e *element, pos, end int) (int, error) {
	if pos >= end {
		return 0, &FormatError{Offset: pos, What: "an element is missing"}
	}
	b := r.in[pos]
	e.class, e.constructed, e.tag = int(b>>6), b&0x20 != 0, int(b&0x1f)
	pos++
	if e.tag < 0x1f {
		return pos, nil
	}
	e.tag = 0
	for n := 0; n < 4 && pos < end; n++ {
		b = r.in[pos]
		pos++
		e.tag = e.tag<<7 | int(b&0x7f)
		if b&0x80 == 0 {
			r.notDER = r.notDER || e.tag < 0x1f
			return pos, nil
		}
		r.notDER = r.notDER || e.tag == 0
	}
	return 0, &FormatError{Offset: e.start, What: "a tag that is too long"}
}

func (r *reader) length(e element, pos, end, depth int) (element, error) {
	if pos >= end {
		return e, &FormatError{Offset: pos, What: "a length is missing"}
	}
	b := r.in[pos]
	pos++
	e.from = pos
	size := int(b)
	switch {
	case b == 0x80:
		return r.indefinite(e, end, depth)
	case b > 0x80:
		n := int(b & 0x7f)
		if n > end-pos {
			return e, &FormatError{Offset: pos, What: "a length is cut off"}
		}
		size = 0
		for _, d := range r.in[pos : pos+n] {
			if size = size<<8 | int(d); size > len(r.in) {
				return e, &FormatError{Offset: pos, What: "a length beyond the end"}
			}
		}
		e.from += n
		r.notDER = r.notDER || size < 0x80 || r.in[pos] == 0
	}
	if size > end-e.from {
		return e, &FormatError{Offset: e.start, What: "an element beyond the end of what holds it"}
	}
	e.to = e.from + size
	e.end = e.to
	return e, nil
}

// indefinite walks over the children to the end-of-contents.
func (r *reader) indefinite(e element, end, depth int) (element, error) {
	r.notDER = true
	if !e.constructed {
		return e, &FormatError{Offset: e.start, What: "an indefinite length without children"}
	}
	e.indefinite = true
	for pos := e.from; ; {
		child, err := r.element(pos, end, depth+1)
		if err != nil {
			return e, err
		}
		if child.is(universal, 0) {
			if child.end-child.start != 2 || child.constructed {
				return e, &FormatError{Offset: child.start, What: "an end-of-contents with contents"}
			}
			e.to, e.end = child.start, child.end
			return e, nil
		}
		pos = child.end
	}
}

// children lists what a constructed element holds.
func (r *reader) children(e element, depth int) ([]element, error) {
	if !e.constructed {
		return nil, &FormatError{Offset: e.start, What: "an element that should hold others"}
	}
	var kids []element
	for pos := e.from; pos < e.to; {
		child, err := r.element(pos, e.to, depth+1)
		if err != nil {
			return nil, err
		}
		if child.is(universal, 0) {
			return nil, &FormatError{Offset: child.start, What: "an end-of-contents where there is nothing to end"}
		}
		kids = append(kids, child)
		pos = child.end
	}
	return kids, nil
}

// isString tells which universal types BER may cut into pieces.
func isString(tag int) bool {
	return tag == tagOctets || tag == tagUTF8 || tag > tagSet && tag <= tagBMP && tag != 29
}

// text joins the pieces of a string type; a string in one piece is not copied.
func (r *reader) text(e element, tag, depth int) ([]byte, error) {
	if !e.constructed {
		return r.body(e), nil
	}
	r.notDER = true
	kids, err := r.children(e, depth)
	if err != nil {
		return nil, err
	}
	out := []byte{}
	for _, kid := range kids {
		if !kid.is(universal, tag) {
			return nil, &FormatError{Offset: kid.start, What: "a piece of a string that is of another type"}
		}
		piece, err := r.text(kid, tag, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, piece...)
	}
	return out, nil
}

// der writes an element as DER: definite minimal lengths, strings in one piece,
// each SET in order. It changes no INTEGER and no BIT STRING, and nothing under
// an implicit tag but lengths: there the type is not known.
func (r *reader) der(e element, depth int) ([]byte, error) {
	if !e.constructed {
		body := r.body(e)
		if e.is(universal, tagBoolean) && len(body) == 1 && body[0] != 0 {
			body = []byte{0xff}
		}
		return appendElement(nil, e.class, false, e.tag, body), nil
	}
	if e.class == universal && isString(e.tag) {
		body, err := r.text(e, e.tag, depth)
		return appendElement(nil, e.class, false, e.tag, body), err
	}
	parts, err := r.derChildren(e, depth)
	if err != nil {
		return nil, err
	}
	if e.is(universal, tagSet) {
		slices.SortFunc(parts, bytes.Compare)
	}
	return appendElement(nil, e.class, true, e.tag, bytes.Join(parts, nil)), nil
}

func (r *reader) derChildren(e element, depth int) ([][]byte, error) {
	kids, err := r.children(e, depth)
	if err != nil {
		return nil, err
	}
	parts := make([][]byte, len(kids))
	for i, kid := range kids {
		if parts[i], err = r.der(kid, depth+1); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// appendElement writes one element with a definite minimal length.
func appendElement(out []byte, class int, constructed bool, tag int, body []byte) []byte {
	id := byte(class << 6)
	if constructed {
		id |= 0x20
	}
	if tag < 0x1f {
		out = append(out, id|byte(tag))
	} else {
		out = append(out, id|0x1f)
		for shift := 28; shift > 0; shift -= 7 {
			if tag>>shift > 0 {
				out = append(out, 0x80|byte(tag>>shift&0x7f))
			}
		}
		out = append(out, byte(tag&0x7f))
	}
	return append(appendLength(out, len(body)), body...)
}

func appendLength(out []byte, n int) []byte {
	if n < 0x80 {
		return append(out, byte(n))
	}
	var digits []byte
	for ; n > 0; n >>= 8 {
		digits = append(digits, byte(n))
	}
	slices.Reverse(digits)
	return append(append(out, 0x80|byte(len(digits))), digits...)
}

// setOf writes the parts as the contents of a DER SET OF under the given tag.
func setOf(class, tag int, parts ...[]byte) []byte {
	parts = slices.Clone(parts)
	slices.SortFunc(parts, bytes.Compare)
	return appendElement(nil, class, true, tag, bytes.Join(parts, nil))
}

func sequence(parts ...[]byte) []byte {
	return appendElement(nil, universal, true, tagSequence, bytes.Join(parts, nil))
}
