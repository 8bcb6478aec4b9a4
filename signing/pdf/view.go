package pdf

import (
	"bytes"
	"errors"
	"io"
	"iter"
)

// A View is the file as of one revision: later bytes do not exist.
type View struct {
	file     *File
	index    int
	revision *Revision
}

// At is the file as of revision i, counted from the oldest.
func (f *File) At(i int) *View { return &View{f, i, &f.revisions[i]} }

// Newest is the file as of its newest revision.
func (f *File) Newest() *View { return f.At(len(f.revisions) - 1) }

// File is the file that the view is of.
func (v *View) File() *File { return v.file }

// Revision is the revision that the view shows.
func (v *View) Revision() Revision { return *v.revision }

// Index is the revision's place, counted from the oldest.
func (v *View) Index() int { return v.index }

// Trailer is the trailer of the newest section.
func (v *View) Trailer() *Dict { return v.revision.Trailer }

// An Absence says why a reference stands for null.
type Absence uint8

const (
	// Present is the absence of what is there.
	Present Absence = iota
	// NeverDefined is an object that no section up to here lists.
	NeverDefined
	// Freed is an object whose entry is free.
	Freed
	// OtherGeneration is a reference to an earlier or later object of the number.
	OtherGeneration
	// UnknownType is an entry of a type that the standard does not define.
	UnknownType
)

// A Location says where an object lies.
type Location struct {
	Offset int64 // in the file; 0 for an object in an object stream
	Stream Ref   // the object stream, zero when the object lies in the file itself
	Index  int   // in the object stream
}

// An Item is an object with where it was found.
type Item struct {
	Ref      Ref
	Object   Object   // Null when it is absent
	Absent   Absence  // why
	Span     Span     // from "n g obj" to the end of endobj; zero inside an object stream
	Stream   Ref      // the object stream, or zero
	Oddities []Oddity // what was tolerated in it
}

// find returns the entry for a reference, or why there is none.
func (v *View) find(ref Ref) (entry, Absence) {
	at := lookup(v.file.history, ref.Num, v.revision.top)
	if at < 0 || ref.Num == 0 {
		return 0, NeverDefined
	}
	r := v.file.history[at]
	switch r.entry.kind() {
	case kindFree:
		return r.entry, Freed
	case kindUnknown:
		return r.entry, UnknownType
	}
	if r.generation() != ref.Gen {
		return r.entry, OtherGeneration
	}
	return r.entry, Present
}

// Where returns where an object lies, false when it is absent.
func (v *View) Where(ref Ref) (Location, bool) {
	e, absent := v.find(ref)
	if absent != Present {
		return Location{}, false
	}
	if e.kind() == kindCompressed {
		return Location{Stream: Ref{Num: uint32(e.main())}, Index: int(e.minor())}, true
	}
	return Location{Offset: e.main()}, true
}

// Refs lists the objects that are not absent, by number.
func (v *View) Refs() iter.Seq[Ref] {
	return func(yield func(Ref) bool) {
		more := true
		v.file.each(v.revision.top, func(at int) {
			r := v.file.history[at]
			live := r.num > 0 && (r.entry.kind() == kindInUse || r.entry.kind() == kindCompressed)
			if more && live {
				more = yield(Ref{r.num, r.generation()})
			}
		})
	}
}

// Get returns the object, Null when it is absent.
func (v *View) Get(ref Ref) (Object, error) {
	item, err := v.Read(ref)
	return item.Object, err
}

// Read returns the object with everything that is known about it.
func (v *View) Read(ref Ref) (Item, error) { return v.read(ref, 0) }

// read is Read; depth counts the indirect lengths that led here.
func (v *View) read(ref Ref, depth int) (Item, error) {
	e, absent := v.find(ref)
	if absent != Present {
		return Item{Ref: ref, Object: Null{}, Absent: absent}, nil
	}
	if e.kind() == kindCompressed {
		return v.readCompressed(ref, e, depth)
	}
	r := enter(v.file.src.over(e.main(), v.revision.End, &v.file.budget.Limits))
	defer r.leave()
	o, err := r.lexer.indirect(func(o Object) (int64, error) { return v.length(o, depth) }, v.file.budget)
	if err != nil {
		return Item{Ref: ref, Object: Null{}}, err
	}
	if o.ref != ref {
		return Item{Ref: ref, Object: Null{}}, malformed(e.main(), "object %d %d where %d %d should be", o.ref.Num, o.ref.Gen, ref.Num, ref.Gen)
	}
	if e.main() >= v.revision.Start { // in a later view its length may be another one
		v.file.remember(e.main(), o.span)
	}
	return Item{Ref: ref, Object: o.object, Span: o.span, Oddities: o.odd}, nil
}

// length is the value of /Length, -1 when it is none. A length may lie in a
// stream that has an indirect length itself, but not for ever.
func (v *View) length(o Object, depth int) (int64, error) {
	const deepest = 3
	ref, ok := o.(Ref)
	if !ok {
		return directLength(o)
	}
	if depth == deepest {
		return 0, malformed(v.revision.Sections[0].Span.Start, "object %d has a length that needs itself", ref.Num)
	}
	item, err := v.read(ref, depth+1)
	if err != nil {
		return 0, err
	}
	return directLength(item.Object)
}

// Resolve follows a reference to its object, and returns any other object as it is.
func (v *View) Resolve(o Object) (Object, error) {
	if ref, ok := o.(Ref); ok {
		return v.Get(ref)
	}
	if o == nil {
		o = Null{}
	}
	return o, nil
}

// Dict resolves an object that must be a dictionary; it is empty for null.
func (v *View) Dict(o Object) (*Dict, error) {
	resolved, err := v.Resolve(o)
	if err != nil {
		return nil, err
	}
	switch d := resolved.(type) {
	case *Dict:
		return d, nil
	case Null:
		return &Dict{}, nil
	}
	return nil, v.wrong(o, "a dictionary")
}

// Array resolves an object that must be an array; it is empty for null.
func (v *View) Array(o Object) (Array, error) {
	resolved, err := v.Resolve(o)
	if err != nil {
		return nil, err
	}
	switch a := resolved.(type) {
	case Array:
		return a, nil
	case Null:
		return nil, nil
	}
	return nil, v.wrong(o, "an array")
}

// wrong is the error about an object of another type.
func (v *View) wrong(o Object, want string) error {
	if ref, ok := o.(Ref); ok {
		where, _ := v.Where(ref)
		return malformed(where.Offset, "object %d, which is not %s", ref.Num, want)
	}
	return malformed(v.revision.Sections[0].Span.Start, "a value that is not %s", want)
}

// Catalog is the document's catalog dictionary.
func (v *View) Catalog() (*Dict, error) {
	d, err := v.Dict(v.Trailer().Get("Root"))
	if err == nil && d.Get("Type") != Name("Catalog") {
		err = v.wrong(v.Trailer().Get("Root"), "a catalog")
	}
	return d, err
}

// Decode undoes the filters of a stream. Those that it does not know (pictures)
// remain and are returned in order. Reading may give a *FormatError or *LimitError.
func (v *View) Decode(s *Stream) (io.Reader, []Name, error) {
	return decode(s, v.Resolve, v.file.budget)
}

// Bytes is everything that a stream holds, decoded; all its filters must be known.
func (v *View) Bytes(s *Stream) ([]byte, error) {
	return v.BytesWithin(s, v.file.budget.Decoded)
}

// BytesWithin is Bytes of a stream that holds so many at most; else it returns a
// *LimitError with what it has read.
func (v *View) BytesWithin(s *Stream, most int64) ([]byte, error) {
	r, rest, err := v.Decode(s)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, malformed(s.Raw.Start, "a stream with the filter %s", rest[0])
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(io.LimitReader(r, max(most, 0)+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = malformed(s.Raw.Start, "a stream that ends early")
	case err == nil && int64(b.Len()) > most:
		err = &LimitError{"bytes decoded from one stream", most}
	}
	return b.Bytes(), err
}
