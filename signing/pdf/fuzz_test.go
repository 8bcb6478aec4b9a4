package pdf

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// fuzzLimits keep one input cheap, so that whatever hangs or grows is a fault.
var fuzzLimits = Limits{Objects: 5000, Sections: 20, Depth: 20, Items: 2000, String: 4096,
	Decoded: 1 << 20, Packed: 1 << 18, Ratio: 2000, Total: 8 << 20, Cache: 1 << 16}

// expected makes sure that an error has one of the types that callers know.
func expected(t *testing.T, err error) {
	t.Helper()
	var format *FormatError
	var limit *LimitError
	if err != nil && !errors.As(err, &format) && !errors.As(err, &limit) && !errors.Is(err, ErrEncrypted) {
		t.Errorf("%T: %v", err, err)
	}
}

// FuzzOpen opens any bytes, and reads everything that there is in each revision.
func FuzzOpen(f *testing.F) {
	for _, base := range bases {
		data := base()
		f.Add(data)
		u, err := NewUpdate(mustOpen(f, data).Newest())
		if err != nil {
			f.Fatal(err)
		}
		u.Add(NewDict(Name("Contents"), &Reserved{Bytes: 8}))
		updated, _, err := appended(data, u)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(updated)
	}
	f.Add(form("[4 0 R]").object(4, "<</T(a)/Kids[5 0 R]>>").object(5, "<</Subtype/Widget/Parent 4 0 R>>").table("").Bytes())
	f.Fuzz(openAll)
}

// openAll opens a file and reads everything in it.
func openAll(t *testing.T, data []byte) {
	file, err := OpenLimited(bytes.NewReader(data), int64(len(data)), fuzzLimits)
	expected(t, err)
	if err != nil {
		return
	}
	for i, r := range file.Revisions() {
		if r.Start > r.End || r.End > int64(len(data)) {
			t.Fatalf("revision %d is %d to %d", i, r.Start, r.End)
		}
		_, err := file.Gaps(i)
		expected(t, err)
		file.Changed(i)
		walk(t, file.At(i))
	}
}

// TestDamaged changes bytes of sound files in their places, which blind fuzzing
// rarely does without moving all that follows.
func TestDamaged(t *testing.T) {
	const syntax = "0123456789 \n\r<>[]()/%#-.Rxnf\x00\xFF"
	random := rand.New(rand.NewPCG(1, 2))
	for name, base := range bases {
		t.Run(name, func(t *testing.T) {
			sound := base()
			for range 2000 {
				data := bytes.Clone(sound)
				for range 1 + random.IntN(4) {
					data[random.IntN(len(data))] = syntax[random.IntN(len(syntax))]
				}
				openAll(t, data)
			}
		})
	}
}

func walk(t *testing.T, v *View) {
	for ref := range v.Refs() {
		item, err := v.Read(ref)
		expected(t, err)
		if item.Span.End > v.Revision().End || item.Span.Start > item.Span.End {
			t.Fatalf("object %v lies at %v", ref, item.Span)
		}
		if s, ok := item.Object.(*Stream); ok {
			r, _, err := v.Decode(s)
			expected(t, err)
			if err == nil {
				_, err = io.Copy(io.Discard, r)
				expected(t, err)
			}
		}
		if !Equal(item.Object, item.Object) {
			t.Errorf("object %v does not equal itself", ref)
		}
	}
	_, err := v.Pages()
	expected(t, err)
	_, err = v.Form()
	expected(t, err)
}

// FuzzObject reads any object, writes it and reads it again.
func FuzzObject(f *testing.F) {
	for _, text := range []string{"<</A[1 -2.5(x\\051)<0f>]/B 1 0 R/C null>>", "(a\\\r\nb\\7)", "/A#20", "[true false 9999999999999999999]", "%c\n1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := parse(text)
		expected(t, err)
		if err != nil {
			return
		}
		out, err := Marshal(o)
		if err != nil {
			t.Fatalf("%#v cannot be written: %v", o, err)
		}
		again, err := parse(string(out))
		if err != nil || !Equal(o, again) {
			t.Fatalf("%q is written as %q and read as %#v, %v", text, out, again, err)
		}
		if s, ok := o.(String); ok {
			_ = s.Text()
		}
	})
}

// FuzzFilter undoes any filters of any bytes.
func FuzzFilter(f *testing.F) {
	f.Add("/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>", []byte(deflate("\x01abc\x04def")))
	f.Add("/Filter/LZWDecode/DecodeParms<</EarlyChange 0/Predictor 2/BitsPerComponent 4/Columns 5>>", []byte(lzw([]byte("abababab"), 0)))
	f.Add("/Filter[/ASCII85Decode/RunLengthDecode]", []byte(encode85([]byte(runs128([]byte("aaaab"))))))
	f.Add("/Filter[/ASCIIHexDecode/DCTDecode]/DecodeParms[null<<>>]", []byte("00 0>"))
	f.Fuzz(func(t *testing.T, keys string, data []byte) {
		o, err := parse("<<" + keys + ">>")
		d, ok := o.(*Dict)
		if err != nil || !ok {
			return
		}
		r, _, err := decode(NewStream(d, data), direct, &budget{Limits: fuzzLimits})
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			expected(t, err)
		}
	})
}
