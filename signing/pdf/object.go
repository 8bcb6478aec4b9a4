package pdf

import (
	"bytes"
	"io"
)

// An Object is one of Null, Bool, Int, Real, String, Name, Array, *Dict,
// *Stream and Ref; for writing also *Reserved and *ReservedRange.
type Object interface{ object() }

type (
	// Null is also what stands for a missing object.
	Null struct{}
	// Bool is true or false.
	Bool bool
	// Int is an integer. A numeral that int64 cannot hold is read as Real.
	Int int64
	// Real is a number with a decimal point.
	Real float64
	// Name is a name without its slash, with its #xx resolved.
	Name string
	// Array is an array; its values may be references.
	Array []Object
	// Ref is an indirect reference.
	Ref struct {
		Num uint32
		Gen uint16
	}
	// String holds the bytes of a literal or hexadecimal string. See Text.
	String struct {
		Value string
		Hex   bool // written as <…>
	}
)

// A Span is the bytes [Start, End) of the file. It is zero for what lies in an
// object stream or was made in memory.
type Span struct{ Start, End int64 }

// An Entry is a key of a dictionary with its value, and where the value lies.
type Entry struct {
	Key   Name
	Value Object
	Span  Span
}

// A Dict keeps the order of its keys, and keys that occur twice.
type Dict struct{ Entries []Entry }

// A Stream is a dictionary with bytes. See View.Decode.
type Stream struct {
	Dict *Dict
	Data []byte // encoded bytes of a stream made in memory
	Raw  Span   // where the encoded bytes of any other stream lie in the file
	src  *source
}

func (Null) object()    {}
func (Bool) object()    {}
func (Int) object()     {}
func (Real) object()    {}
func (Name) object()    {}
func (Array) object()   {}
func (Ref) object()     {}
func (String) object()  {}
func (*Dict) object()   {}
func (*Stream) object() {}

// NewDict makes a dictionary of keys and values in turn; it panics when a key is
// not a Name, for only a programmer can do that.
func NewDict(keysAndValues ...Object) *Dict {
	d := &Dict{}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		d.Set(keysAndValues[i].(Name), keysAndValues[i+1])
	}
	return d
}

// Lookup returns the entry of a key, the last one when there are several.
func (d *Dict) Lookup(key Name) (Entry, bool) {
	if d != nil {
		for i := len(d.Entries) - 1; i >= 0; i-- {
			if d.Entries[i].Key == key {
				return d.Entries[i], true
			}
		}
	}
	return Entry{}, false
}

// Get returns the value of a key, Null when there is none.
func (d *Dict) Get(key Name) Object {
	if e, ok := d.Lookup(key); ok && e.Value != nil {
		return e.Value
	}
	return Null{}
}

// Set gives a key a value, in the place of the old one.
func (d *Dict) Set(key Name, value Object) {
	d.Entries = append(d.without(key), Entry{Key: key, Value: value})
}

// Remove takes a key out.
func (d *Dict) Remove(key Name) { d.Entries = d.without(key) }

func (d *Dict) without(key Name) []Entry {
	kept := d.Entries[:0:0]
	for _, e := range d.Entries {
		if e.Key != key {
			kept = append(kept, e)
		}
	}
	return kept
}

// Clone copies the dictionary, not its values.
func (d *Dict) Clone() *Dict {
	return &Dict{Entries: append([]Entry(nil), d.Entries...)}
}

// Duplicates lists the keys that occur more than once.
func (d *Dict) Duplicates() []Name {
	const few = 16
	if n := len(d.Entries); n < few { // nearly always; a comparison costs less than a map
		once := true
		for i := 1; i < n && once; i++ {
			for j := range i {
				once = once && d.Entries[i].Key != d.Entries[j].Key
			}
		}
		if once {
			return nil
		}
	}
	var twice []Name
	seen := make(map[Name]int, len(d.Entries))
	for _, e := range d.Entries {
		if seen[e.Key]++; seen[e.Key] == 2 {
			twice = append(twice, e.Key)
		}
	}
	return twice
}

// Encoded reads the bytes of the stream as they are in the file.
func (s *Stream) Encoded() io.Reader {
	if s.src == nil {
		return bytes.NewReader(s.Data)
	}
	return &rawReader{src: s.src, at: s.Raw.Start, end: s.Raw.End}
}

// Len is the number of encoded bytes.
func (s *Stream) Len() int64 {
	if s.src == nil {
		return int64(len(s.Data))
	}
	return s.Raw.End - s.Raw.Start
}
