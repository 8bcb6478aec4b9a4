package pdf

import (
	"bufio"
	"errors"
	"io"
)

// hybrid reads the cross-reference stream that a table's trailer names. It is the
// older half of its section: what both define, the table decides.
func (x *tables) hybrid(s *Section, number uint32) error {
	o := s.Trailer.Get("XRefStm")
	if isNull(o) {
		return nil
	}
	at, ok := o.(Int)
	if !ok {
		return malformed(s.Span.Start, "a malformed /XRefStm")
	}
	beside, err := x.stream(int64(at)+x.src.base, number)
	if err != nil {
		return err
	}
	s.Kind, s.Stream = Hybrid, beside.Span
	return nil
}

// stream reads a cross-reference stream. Everything in its dictionary is direct,
// for nothing can be looked up yet.
func (x *tables) stream(offset int64, number uint32) (Section, error) {
	l := x.lexer(offset)
	o, err := l.indirect(directLength, x.budget)
	if err != nil {
		return Section{}, err
	}
	s, ok := o.object.(*Stream)
	if !ok || s.Dict.Get("Type") != Name("XRef") {
		return Section{}, malformed(o.span.Start, "no cross-reference section where one should be")
	}
	layout, err := xrefLayout(s.Dict, o.span.Start)
	if err != nil {
		return Section{}, err
	}
	r, rest, err := decode(s, direct, x.budget)
	if err == nil && len(rest) > 0 {
		err = malformed(o.span.Start, "a cross-reference stream with the filter %s", rest[0])
	}
	if err == nil {
		err = x.entries(bufio.NewReader(r), layout, number, o.span.Start)
	}
	if err != nil {
		return Section{}, err
	}
	x.odd = append(x.odd, o.odd...)
	span, err := x.idleTrailer(o.span)
	if err != nil {
		return Section{}, err
	}
	c, err := x.closing(span.End)
	return Section{Kind: XRefStream, Span: span, Trailer: s.Dict, stated: offset, closing: c}, err
}

// idleTrailer passes the trailer that old programs write behind a stream, where
// it has no meaning: the stream's dictionary is the trailer.
func (x *tables) idleTrailer(span Span) (Span, error) {
	l := x.lexer(span.End)
	t, err := l.token()
	if err != nil || !t.is("trailer") {
		return span, typed(err)
	}
	_, trailer, err := l.object(0)
	if err != nil {
		return span, err
	}
	x.odd = append(x.odd, Oddity{OddTrailer, t.start})
	return Span{span.Start, trailer.End}, nil
}

func directLength(o Object) (int64, error) {
	n, ok := o.(Int)
	if !ok {
		return -1, nil
	}
	return int64(n), nil
}

// direct stands for View.Resolve where nothing can be looked up yet.
func direct(o Object) (Object, error) {
	if ref, ok := o.(Ref); ok {
		return nil, malformed(0, "a reference to object %d in a cross-reference stream", ref.Num)
	}
	return o, nil
}

// A layout is /W and /Index.
type layout struct {
	widths [3]int64
	index  []int64 // first numbers and counts in turn
}

func xrefLayout(d *Dict, at int64) (layout, error) {
	var out layout
	w, _ := d.Get("W").(Array)
	if len(w) != 3 {
		return out, malformed(at, "a malformed /W")
	}
	for i := range w {
		n, ok := w[i].(Int)
		if !ok || n < 0 || n > 8 {
			return out, malformed(at, "a malformed /W")
		}
		out.widths[i] = int64(n)
	}
	if out.widths[1] == 0 {
		return out, malformed(at, "a malformed /W")
	}
	index, ok := d.Get("Index").(Array)
	if !ok {
		index = Array{Int(0), d.Get("Size")}
	}
	if len(index)%2 != 0 {
		return out, malformed(at, "a malformed /Index")
	}
	for _, o := range index {
		n, ok := o.(Int)
		if !ok || n < 0 {
			return out, malformed(at, "a malformed /Index or /Size")
		}
		out.index = append(out.index, int64(n))
	}
	return out, nil
}

// entries reads the rows of a cross-reference stream.
func (x *tables) entries(r io.Reader, form layout, number uint32, at int64) error {
	for i := 0; i < len(form.index); i += 2 {
		first, count := form.index[i], form.index[i+1]
		for n := range count {
			fields, err := row(r, form.widths)
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return malformed(at, "a cross-reference stream that ends early")
			}
			if err != nil {
				return err
			}
			if err := x.streamEntry(first+n, fields, form.widths[0] == 0, number, at); err != nil {
				return err
			}
		}
	}
	return nil
}

func row(r io.Reader, widths [3]int64) (fields [3]uint64, err error) {
	var b [24]byte
	row := b[:widths[0]+widths[1]+widths[2]]
	if _, err := io.ReadFull(r, row); err != nil {
		return fields, err
	}
	for i, w := range widths {
		for _, c := range row[:w] {
			fields[i] = fields[i]<<8 | uint64(c)
		}
		row = row[w:]
	}
	return fields, nil
}

func (x *tables) streamEntry(num int64, fields [3]uint64, untyped bool, number uint32, at int64) error {
	kind := entry(min(fields[0], uint64(kindUnknown)))
	if untyped {
		kind = kindInUse
	}
	main, minor := int64(fields[1]), int64(fields[2])
	switch kind {
	case kindFree:
		// Some producers write anything as the next free object.
		main, minor = max(main, 0)&(1<<entryMain-1), minor&0xffff
	case kindInUse:
		main += x.src.base
	case kindUnknown:
		if n := len(x.odd); n == 0 || x.odd[n-1] != (Oddity{OddEntryType, at}) { // once a section
			x.odd = append(x.odd, Oddity{OddEntryType, at})
		}
		main, minor = 0, 0
	}
	e, ok := makeEntry(kind, main, minor)
	if !ok || kind == kindInUse && minor > 65535 || kind == kindCompressed && main > int64(x.budget.Objects) {
		return malformed(at, "entry %d of a cross-reference stream out of range", num)
	}
	return x.add(num, e, number)
}
