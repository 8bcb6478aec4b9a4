package feed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Major types of CBOR.
const (
	majorUint  = 0
	majorNeg   = 1
	majorBytes = 2
	majorText  = 3
	majorArray = 4
	majorMap   = 5
	majorTag   = 6
	majorOther = 7
)

// undefined marks a removed key in a patch; records never hold it.
const undefined = 0xf7

// maxDepth bounds the nesting of foreign bytes.
const maxDepth = 16

// ErrMalformed is wrapped by every decoder's complaint about foreign bytes.
var ErrMalformed = errors.New("malformed")

func malformed(format string, args ...any) error {
	return fmt.Errorf("feed: %w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

var emptyMap = []byte{majorMap << 5}

// appendHead writes the head of an item in its shortest form.
func appendHead(b []byte, major byte, arg uint64) []byte {
	m := major << 5
	switch {
	case arg < 24:
		return append(b, m|byte(arg))
	case arg < 1<<8:
		return append(b, m|24, byte(arg))
	case arg < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, m|25), uint16(arg))
	case arg < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, m|26), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(b, m|27), arg)
}

// head reads the head of the item at the start of b: its major type, its
// argument and the head's length. Only shortest forms of definite length are
// taken; for major type 7 the length includes the value.
func head(b []byte) (major byte, arg uint64, n int, err error) {
	if len(b) == 0 {
		return 0, 0, 0, malformed("item is missing")
	}
	major, info := b[0]>>5, b[0]&31
	if info < 24 {
		return major, uint64(info), 1, nil
	}
	if info > 27 {
		return 0, 0, 0, malformed("indefinite or reserved length")
	}
	n = 1 + 1<<(info-24)
	if len(b) < n {
		return 0, 0, 0, malformed("cut short in a head")
	}
	for _, c := range b[1:n] {
		arg = arg<<8 | uint64(c)
	}
	if major != majorOther && info > 24 && arg>>(4<<(info-24)) == 0 || major != majorOther && info == 24 && arg < 24 {
		return 0, 0, 0, malformed("not the shortest form")
	}
	return major, arg, n, nil
}

// itemLen is the length of the item at the start of b.
func itemLen(b []byte, depth int) (int, error) {
	major, arg, n, err := head(b)
	if err != nil {
		return 0, err
	}
	switch major {
	case majorUint, majorNeg, majorOther:
		return n, nil
	case majorBytes, majorText:
		if arg > uint64(len(b)-n) {
			return 0, malformed("string of %d runs over the end", arg)
		}
		return n + int(arg), nil
	}
	if depth <= 0 {
		return 0, malformed("nested too deep")
	}
	count := arg
	switch major {
	case majorMap:
		if arg > uint64(len(b)) {
			return 0, malformed("map of %d runs over the end", arg)
		}
		count = 2 * arg
	case majorTag:
		count = 1
	}
	if count > uint64(len(b)-n) {
		return 0, malformed("%d items run over the end", count)
	}
	for ; count > 0; count-- {
		l, err := itemLen(b[n:], depth-1)
		if err != nil {
			return 0, err
		}
		n += l
	}
	return n, nil
}

// entry is one key and value of a map, as raw items.
type entry struct{ key, val []byte }

// entries splits the map b, which must be the whole of b with its keys
// ascending.
func entries(b []byte) ([]entry, error) {
	return entriesInto(nil, b, maxDepth)
}

func entriesInto(out []entry, b []byte, depth int) ([]entry, error) {
	major, count, n, err := head(b)
	if err != nil {
		return nil, err
	}
	if major != majorMap {
		return nil, malformed("not a map")
	}
	if count > uint64(len(b))/2 {
		return nil, malformed("map of %d runs over the end", count)
	}
	if out == nil {
		out = make([]entry, 0, count)
	}
	var last []byte
	for ; count > 0; count-- {
		kl, err := itemLen(b[n:], depth)
		if err != nil {
			return nil, err
		}
		key := b[n : n+kl]
		n += kl
		if last != nil && bytes.Compare(last, key) >= 0 {
			return nil, malformed("map keys are not ascending")
		}
		last = key
		vl, err := itemLen(b[n:], depth)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{key, b[n : n+vl]})
		n += vl
	}
	if n != len(b) {
		return nil, malformed("%d bytes after the map", len(b)-n)
	}
	return out, nil
}

func isMap(b []byte) bool       { return len(b) > 0 && b[0]>>5 == majorMap }
func isUndefined(b []byte) bool { return len(b) == 1 && b[0] == undefined }

// appendMap writes a map of entries that are in order.
func appendMap(b []byte, es []entry) []byte {
	b = appendHead(b, majorMap, uint64(len(es)))
	for _, e := range es {
		b = append(append(b, e.key...), e.val...)
	}
	return b
}
