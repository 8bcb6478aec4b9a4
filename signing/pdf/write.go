package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Reserved is room for so many bytes in a hexadecimal string, such as /Contents.
// It is written as <000…> and filled by Written.PatchHex.
type Reserved struct{ Bytes int }

// ReservedRange is room for a /ByteRange, filled by Written.PatchRange.
type ReservedRange struct{ _ byte } // not empty, so that two of them have two addresses

func (*Reserved) object()      {}
func (*ReservedRange) object() {}

// rangeRoom holds four integers of ten digits, which reach as far as a
// cross-reference table does.
const rangeRoom = len("[0 9999999999 9999999999 9999999999]")

// NewStream makes a stream of bytes that have already gone through the filters
// that the dictionary names. Its /Length is written as it should be.
func NewStream(d *Dict, encoded []byte) *Stream { return &Stream{Dict: d, Data: encoded} }

// NewFlateStream compresses data and adds /Filter to a copy of the dictionary.
func NewFlateStream(d *Dict, data []byte) *Stream {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(data) // a bytes.Buffer takes everything
	z.Close()
	d = d.Clone()
	d.Set("Filter", Name("FlateDecode"))
	d.Remove("DecodeParms")
	return &Stream{Dict: d, Data: packed.Bytes()}
}

// A writer writes objects and knows at which byte of the file it is.
type writer struct {
	w     io.Writer
	at    int64
	err   error
	depth int
	holes map[Object]Span // of *Reserved and *ReservedRange
}

func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.w.Write(p)
	w.at += int64(n)
	w.err = err
	return n, err
}

func (w *writer) text(s string) { io.WriteString(w, s) } // the error stays in w

func (w *writer) fail(what string) {
	if w.err == nil {
		w.err = errors.New("pdf: writing " + what)
	}
}

// Marshal returns an object as it is written, a stream without its data.
func Marshal(o Object) ([]byte, error) {
	var out bytes.Buffer
	w := &writer{w: &out, holes: map[Object]Span{}}
	w.object(o)
	return out.Bytes(), w.err
}

func (w *writer) object(o Object) {
	switch o := o.(type) {
	case nil, Null:
		w.text("null")
	case Bool:
		w.text(strconv.FormatBool(bool(o)))
	case Int:
		w.text(strconv.FormatInt(int64(o), 10))
	case Real:
		w.real(float64(o))
	case Name:
		w.name(o)
	case String:
		w.string(o)
	case Ref:
		w.text(fmt.Sprintf("%d %d R", o.Num, o.Gen))
	case Array:
		w.array(o)
	case *Dict:
		w.dict(o)
	case *Stream:
		w.dict(o.Dict)
	case *Reserved:
		w.hole(o, "<"+strings.Repeat("00", o.Bytes)+">")
	case *ReservedRange:
		w.hole(o, padRange("[0 0 0 0]"))
	}
}

func padRange(text string) string {
	return text + strings.Repeat(" ", max(0, rangeRoom-len(text)))
}

func (w *writer) hole(o Object, text string) {
	if _, twice := w.holes[o]; twice {
		w.fail("the same reserved room twice")
	}
	w.holes[o] = Span{w.at, w.at + int64(len(text))}
	w.text(text)
}

// real writes a number as the standard knows it, without an exponent, and with a
// point so that it stays a real.
func (w *writer) real(x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		w.fail("a number that is none")
		return
	}
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	w.text(s)
}

func (w *writer) name(n Name) {
	out := []byte{'/'}
	for _, c := range []byte(n) {
		switch {
		case c == 0:
			w.fail("a name with a zero byte")
		case c == '#' || c <= ' ' || c > '~' || isDelimiter(int(c)):
			out = fmt.Appendf(out, "#%02X", c)
		default:
			out = append(out, c)
		}
	}
	w.Write(out)
}

func (w *writer) string(s String) {
	if s.Hex {
		w.text(fmt.Sprintf("<%X>", s.Value))
		return
	}
	out := []byte{'('}
	for _, c := range []byte(s.Value) {
		switch {
		case c == '(' || c == ')' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ' || c > '~':
			out = fmt.Appendf(out, "\\%03o", c)
		default:
			out = append(out, c)
		}
	}
	w.Write(append(out, ')'))
}

// deeper guards against objects that contain themselves.
func (w *writer) deeper() bool {
	if w.depth++; w.depth > DefaultLimits.Depth {
		w.fail("arrays and dictionaries too deep inside each other")
	}
	return w.err == nil
}

func (w *writer) array(a Array) {
	if !w.deeper() {
		return
	}
	defer func() { w.depth-- }()
	w.text("[")
	for i, o := range a {
		if i > 0 {
			w.text(" ")
		}
		w.inner(o)
	}
	w.text("]")
}

func (w *writer) dict(d *Dict) {
	if !w.deeper() {
		return
	}
	defer func() { w.depth-- }()
	w.text("<<")
	for i, e := range d.Entries {
		if i > 0 {
			w.text(" ")
		}
		w.name(e.Key)
		w.text(" ")
		w.inner(e.Value)
	}
	w.text(">>")
}

// inner writes a value inside another, where a stream cannot stand.
func (w *writer) inner(o Object) {
	if _, stream := o.(*Stream); stream {
		w.fail("a stream inside another object")
		return
	}
	w.object(o)
}

// indirect writes "n g obj … endobj".
func (w *writer) indirect(ref Ref, o Object) {
	w.text(fmt.Sprintf("%d %d obj\n", ref.Num, ref.Gen))
	if s, ok := o.(*Stream); ok {
		d := s.Dict.Clone()
		d.Set("Length", Int(s.Len()))
		w.dict(d)
		w.text("\nstream\n")
		if n, err := io.Copy(w, s.Encoded()); w.err == nil && (err != nil || n != s.Len()) {
			w.err = errors.Join(errors.New("pdf: copying a stream"), err)
		}
		w.text("\nendstream\nendobj\n")
		return
	}
	if _, ref := o.(Ref); ref {
		w.fail("a reference in the place of an object")
	}
	w.object(o)
	w.text("\nendobj\n")
}
