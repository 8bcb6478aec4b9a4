package pdf

import (
	"bufio"
	"errors"
	"io"
)

// Equal reports whether two objects mean the same to every reader: the order of
// keys, the notation of strings and numbers and entries with the value null do
// not count, references must be the same and are not followed. Streams are equal
// in dictionary and encoded bytes. A dictionary with a key twice equals only one
// with the same entries in the same order, for readers differ about it.
func Equal(a, b Object) bool {
	switch a := a.(type) {
	case Array:
		b, ok := b.(Array)
		return ok && equalArrays(a, b)
	case *Dict:
		b, ok := b.(*Dict)
		return ok && equalDicts(a, b)
	case *Stream:
		b, ok := b.(*Stream)
		return ok && a.Len() == b.Len() && equalDicts(a.Dict, b.Dict) && equalBytes(a.Encoded(), b.Encoded())
	case String:
		b, ok := b.(String)
		return ok && a.Value == b.Value
	case Int, Real:
		return equalNumbers(a, b)
	case nil, Null:
		return isNull(b)
	}
	return a == b
}

func isNull(o Object) bool {
	_, null := o.(Null)
	return null || o == nil
}

func equalNumbers(a, b Object) bool {
	x, xInt := a.(Int)
	y, yInt := b.(Int)
	if xInt && yInt {
		return x == y
	}
	fx, _ := Number(a)
	fy, ok := Number(b)
	return ok && fx == fy
}

// Number returns the value of an Int or Real.
func Number(o Object) (float64, bool) {
	switch o := o.(type) {
	case Int:
		return float64(o), true
	case Real:
		return float64(o), true
	}
	return 0, false
}

func equalArrays(a, b Array) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalDicts(a, b *Dict) bool {
	if len(a.Duplicates()) > 0 || len(b.Duplicates()) > 0 {
		return equalEntries(a.Entries, b.Entries)
	}
	values := make(map[Name]Object, len(b.Entries))
	for _, e := range b.Entries {
		if !isNull(e.Value) {
			values[e.Key] = e.Value
		}
	}
	for _, e := range a.Entries {
		if isNull(e.Value) {
			continue
		}
		if !Equal(e.Value, values[e.Key]) {
			return false
		}
		delete(values, e.Key)
	}
	return len(values) == 0
}

func equalEntries(a, b []Entry) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key != b[i].Key || !Equal(a[i].Value, b[i].Value) {
			return false
		}
	}
	return true
}

// equalBytes is false also when either cannot be read: what was not compared
// must not pass for unchanged.
func equalBytes(a, b io.Reader) bool {
	x, y := bufio.NewReader(a), bufio.NewReader(b)
	for {
		p, errX := x.ReadByte()
		q, errY := y.ReadByte()
		if errX != nil || errY != nil {
			return errors.Is(errX, io.EOF) && errors.Is(errY, io.EOF)
		}
		if p != q {
			return false
		}
	}
}
