package pdf

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// parse reads one object that must be all there is.
func parse(text string) (Object, error) { return parseLimited(text, DefaultLimits) }

func parseLimited(text string, limits Limits) (Object, error) {
	l := &lexer{buf: []byte(text), end: int64(len(text)), lim: &limits}
	o, _, err := l.object(0)
	if err != nil {
		return nil, err
	}
	t, err := l.token()
	if err == nil && t.kind != tokEnd {
		err = malformed(t.start, "more than one object")
	}
	return o, err
}

// TestObjects: the syntax of ISO 32000-2, 7.3.
func TestObjects(t *testing.T) {
	for text, want := range map[string]Object{
		"null": Null{}, "true": Bool(true), "false ": Bool(false),
		"0": Int(0), "-17": Int(-17), "+5": Int(5), "9223372036854775807": Int(math.MaxInt64),
		"9223372036854775808": Real(9223372036854775808), "4.": Real(4), "-.002": Real(-0.002), "+1.5": Real(1.5),
		"/": Name(""), "/A#20B": Name("A B"), "/A;_$@*": Name("A;_$@*"), "/#C4#90": Name("Đ"),
		"(a(b)c)": String{Value: "a(b)c"}, `(\(\)\\\n\r\t\b\f\x)`: String{Value: "()\\\n\r\t\b\fx"},
		"(a\\\nb\\\r\nc\\\rd)": String{Value: "abcd"}, "(a\rb\r\nc\nd)": String{Value: "a\nb\nc\nd"},
		`(\0053\53\5\777)`: String{Value: "\x053+\x05\xFF"}, "()": String{},
		"<48 65\n6C6>": String{Value: "Hel`", Hex: true}, "<>": String{Hex: true},
		"12 0 R":                              Ref{Num: 12},
		"[1 2 R/A(b)<</C[]>> 3 4]":            Array{Ref{1, 2}, Name("A"), String{Value: "b"}, NewDict(Name("C"), Array{}), Int(3), Int(4)},
		"<</A 1/B 2 0 R/C null %/D 4\n/E/F>>": NewDict(Name("E"), Name("F"), Name("B"), Ref{Num: 2}, Name("A"), Real(1)),
	} {
		got, err := parse(text)
		if err != nil || !Equal(got, want) {
			t.Errorf("%s: %#v, %v, want %#v", text, got, err, want)
		}
	}
}

// TestNoObjects: nothing is guessed.
func TestNoObjects(t *testing.T) {
	for _, text := range []string{
		"", "%", "nul", "True", "1 2 R R", "--5", "5-", "1.2.3", "-", ".", "1e5", "1 0 r", "0x1",
		"(", "(a(b)", "<4", "<4G>", "<4/>", ">", ">>", "<<", "<</A>>", "<</A 1", "<<1 2>>", "<</A 1 2>>",
		"[", "]", "[1", "[}]", "{", ")", "/#", "/#4", "/#GG", "/#00", "8388608 0 R", "1 65536 R", "endobj",
	} {
		o, err := parse(text)
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("%q: %#v, %v", text, o, err)
		}
	}
}

// TestObjectLimits: depth, values and lengths are bounded.
func TestObjectLimits(t *testing.T) {
	limits := DefaultLimits
	limits.Items, limits.String = 1000, 1000
	for name, text := range map[string]string{
		"arrays":       strings.Repeat("[", 200) + strings.Repeat("]", 200),
		"dictionaries": strings.Repeat("<</A ", 200) + "1" + strings.Repeat(">>", 200),
		"values":       "[" + strings.Repeat("0 ", limits.Items+1) + "]",
		"literal":      "(" + strings.Repeat("x", limits.String+1) + ")",
		"hex":          "<" + strings.Repeat("00", limits.String+1) + ">",
		"name":         "/" + strings.Repeat("x", limits.String+1),
	} {
		var limit *LimitError
		if _, err := parseLimited(text, limits); !errors.As(err, &limit) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestEqual: what the standard calls the same, and nothing else.
func TestEqual(t *testing.T) {
	twice := &Dict{Entries: []Entry{{Key: "A", Value: Int(1)}, {Key: "A", Value: Int(2)}}}
	stream := func(data string) *Stream { return NewStream(NewDict(), []byte(data)) }
	for _, c := range []struct {
		a, b Object
		want bool
	}{
		{Int(1), Real(1), true}, {Real(1.5), Int(1), false}, {Int(math.MaxInt64), Int(math.MaxInt64 - 1), false},
		{nil, Null{}, true}, {Null{}, Bool(false), false}, {Bool(true), Bool(true), true},
		{String{Value: "a"}, String{Value: "a", Hex: true}, true}, {String{Value: "a"}, Name("a"), false},
		{Ref{1, 0}, Ref{1, 1}, false}, {Array{Int(1)}, Array{Int(1), Null{}}, false},
		{NewDict(Name("A"), Null{}), NewDict(), true}, {NewDict(Name("A"), Int(1)), NewDict(Name("B"), Int(1)), false},
		{twice, NewDict(Name("A"), Int(2)), false}, {twice, twice.Clone(), true},
		{stream("ab"), stream("ab"), true}, {stream("ab"), stream("ac"), false}, {stream("ab"), NewDict(), false},
	} {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("%#v and %#v: equal must be %v", c.a, c.b, c.want)
		}
	}
}

// objects draws any object that can be written and is no stream.
func objects(refs *rapid.Generator[Ref]) *rapid.Generator[Object] {
	as := func(o Object) Object { return o }
	names := rapid.Custom(func(t *rapid.T) Name {
		return Name(rapid.SliceOf(rapid.ByteRange(1, 255)).Draw(t, "name"))
	})
	leaves := rapid.OneOf(
		rapid.Just(Object(Null{})),
		rapid.Map(rapid.Bool(), func(b bool) Object { return Bool(b) }),
		rapid.Map(rapid.Int64(), func(n int64) Object { return Int(n) }),
		rapid.Map(rapid.Float64Range(-1e12, 1e12), func(x float64) Object { return Real(x) }),
		rapid.Map(names, func(n Name) Object { return n }),
		rapid.Map(refs, func(r Ref) Object { return r }),
		rapid.Custom(func(t *rapid.T) Object {
			return String{Value: string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")), Hex: rapid.Bool().Draw(t, "hex")}
		}),
	)
	var any func(depth int) *rapid.Generator[Object]
	any = func(depth int) *rapid.Generator[Object] {
		if depth == 0 {
			return leaves
		}
		return rapid.OneOf(leaves,
			rapid.Map(rapid.SliceOfN(any(depth-1), 0, 5), func(a []Object) Object { return as(Array(a)) }),
			rapid.Custom(func(t *rapid.T) Object {
				d := &Dict{}
				for range rapid.IntRange(0, 5).Draw(t, "entries") {
					d.Set(names.Draw(t, "key"), any(depth-1).Draw(t, "value"))
				}
				return d
			}))
	}
	return any(3)
}

var anyRef = rapid.Custom(func(t *rapid.T) Ref {
	return Ref{rapid.Uint32Range(1, 8_388_607).Draw(t, "num"), rapid.Uint16().Draw(t, "gen")}
})

// TestMarshal: what was written is what is read, to the last bit.
func TestMarshal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := objects(anyRef).Draw(t, "object")
		text, err := Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse(string(text))
		if err != nil || !Equal(got, o) {
			t.Fatalf("%s is read as %#v, %v", text, got, err)
		}
		if again, err := Marshal(got); err != nil || string(again) != string(text) {
			t.Fatalf("%s is written again as %s, %v", text, again, err)
		}
	})
}

// TestMarshalRefuses what cannot be written as PDF.
func TestMarshalRefuses(t *testing.T) {
	circle := Array{nil}
	circle[0] = circle
	for name, o := range map[string]Object{
		"not a number": Real(math.NaN()), "infinite": Real(math.Inf(1)), "a zero byte": Name("a\x00"),
		"a stream inside": Array{NewStream(NewDict(), nil)}, "a circle": circle,
	} {
		if text, err := Marshal(o); err == nil {
			t.Errorf("%s: written as %.40s", name, text)
		}
	}
}
