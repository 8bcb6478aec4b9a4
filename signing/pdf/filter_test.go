package pdf

import (
	"bytes"
	"encoding/ascii85"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// decoded undoes the filters that the dictionary (as text) names.
func decoded(keys, data string, limits Limits) ([]byte, []Name, error) {
	o, err := parse("<<" + keys + ">>")
	if err != nil {
		return nil, nil, err
	}
	r, rest, err := decode(NewStream(o.(*Dict), []byte(data)), direct, &budget{Limits: limits})
	if err != nil {
		return nil, nil, err
	}
	out, err := io.ReadAll(iotest.HalfReader(r))
	return out, rest, err
}

func encode85(data []byte) string {
	out := make([]byte, ascii85.MaxEncodedLen(len(data)))
	return string(out[:ascii85.Encode(out, data)]) + "~>"
}

// runs128 is RunLengthDecode backwards, by the simplest way that uses both forms.
func runs128(data []byte) string {
	var out []byte
	for len(data) > 0 {
		n := 1
		for n < len(data) && n < 128 && data[n] == data[0] {
			n++
		}
		if n > 1 {
			out = append(out, byte(257-n), data[0])
		} else {
			out = append(out, 0, data[0])
		}
		data = data[n:]
	}
	return string(append(out, 128))
}

// lzw is LZWDecode backwards.
func lzw(data []byte, early int) string {
	var out []byte
	var bits uint64
	have, width := 0, 9
	put := func(code int) {
		bits, have = bits<<width|uint64(code), have+width
		for ; have >= 8; have -= 8 {
			out = append(out, byte(bits>>(have-8)))
		}
	}
	table := map[string]int{}
	put(256)
	next, word := 258, ""
	code := func(s string) int {
		if len(s) == 1 {
			return int(s[0])
		}
		return table[s]
	}
	for _, c := range data {
		longer := word + string([]byte{c})
		if _, known := table[longer]; known || len(longer) == 1 {
			word = longer
			continue
		}
		put(code(word))
		table[longer] = next
		next++
		// The reader is one code behind: it learns this one with the next.
		if next-1+early >= 1<<width && width < 12 {
			width++
		}
		word = string([]byte{c})
		if next == 4094 {
			put(code(word))
			put(256)
			clear(table)
			next, width, word = 258, 9, ""
		}
	}
	if word != "" {
		put(code(word))
		next++
		if next-1+early >= 1<<width && width < 12 {
			width++
		}
	}
	put(257)
	return string(append(out, byte(bits<<(8-have))))
}

// predictPNG is a PNG predictor backwards, a random one for each row.
func predictPNG(data []byte, columns, pixel int, tag func() byte) string {
	var out []byte
	above := make([]byte, columns)
	for ; len(data) > 0; data = data[columns:] {
		row, kind := data[:columns], tag()
		out = append(out, kind)
		for i, x := range row {
			var left, corner byte
			if i >= pixel {
				left, corner = row[i-pixel], above[i-pixel]
			}
			out = append(out, x-[]byte{0, left, above[i], byte((int(left) + int(above[i])) / 2),
				paeth(int(left), int(above[i]), int(corner))}[kind])
		}
		above = row
	}
	return string(out)
}

// texts draws data that repeats itself, as documents do.
var texts = rapid.Custom(func(t *rapid.T) []byte {
	word := rapid.SliceOfN(rapid.ByteRange(0, 3), 1, 5).Draw(t, "word")
	data := bytes.Repeat(word, rapid.IntRange(0, 3000).Draw(t, "times"))
	return append(data, rapid.SliceOf(rapid.Byte()).Draw(t, "rest")...)
})

// TestFilters: each filter undoes what its opposite has done, alone and in chains.
func TestFilters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := texts.Draw(t, "data")
		columns := rapid.IntRange(1, 9).Draw(t, "columns")
		rows := data[:len(data)/columns*columns]
		pixel := rapid.IntRange(1, 4).Draw(t, "pixel")
		tag := func() byte { return rapid.ByteRange(0, 4).Draw(t, "tag") }
		short := rows[:min(len(rows), columns*8)]
		for keys, c := range map[string]struct {
			data []byte
			in   string
		}{
			"":                             {data, string(data)},
			"/Filter null":                 {data, string(data)},
			"/Filter[]":                    {data, string(data)},
			"/Filter/FlateDecode":          {data, deflate(string(data))},
			"/Filter/LZWDecode":            {data, lzw(data, 1)},
			"/Filter/ASCII85Decode":        {data, encode85(data)},
			"/Filter/ASCIIHexDecode":       {data, hex.EncodeToString(data) + " >rest"},
			"/Filter/RunLengthDecode":      {data, runs128(data)},
			"/Filter[/RunLengthDecode]":    {data, runs128(data)},
			"/Filter[/A85 /FlateDecode]":   {[]byte("x"), "x"},
			"/Filter/DCTDecode":            {[]byte("jpeg"), "jpeg"},
			"/Filter[/FlateDecode/JPX]":    {data, deflate(string(data))},
			"/DecodeParms<</Predictor 9>>": {data, string(data)},
			"/Filter/LZWDecode/DecodeParms<</EarlyChange 0>>":                                   {data, lzw(data, 0)},
			"/Filter[/ASCII85Decode/FlateDecode]/DecodeParms[null<<>>]":                         {data, encode85([]byte(deflate(string(data))))},
			fmt.Sprintf("/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns %d>>", columns): {short, deflate(predictPNG(short, columns, 1, tag))},
			fmt.Sprintf("/Filter/LZWDecode/DecodeParms[<</Predictor 15/Colors %d/Columns %d>>]", pixel, columns): {
				short[:len(short)/(columns*pixel)*columns*pixel], lzw([]byte(predictPNG(short[:len(short)/(columns*pixel)*columns*pixel], columns*pixel, pixel, tag)), 1)},
		} {
			got, _, err := decoded(keys, c.in, DefaultLimits)
			if err != nil || !bytes.Equal(got, c.data) {
				t.Fatalf("%s: %d bytes of %d, %v", keys, len(got), len(c.data), err)
			}
		}
	})
}

// TestTIFFPredictor for each width of a component, by hand.
func TestTIFFPredictor(t *testing.T) {
	for _, c := range []struct {
		keys     string
		in, want []byte
	}{
		{"/Columns 3", []byte{1, 1, 1, 5, 255, 0}, []byte{1, 2, 3, 5, 4, 4}},
		{"/Columns 2/Colors 3", []byte{1, 2, 3, 1, 1, 1}, []byte{1, 2, 3, 2, 3, 4}},
		{"/Columns 2/BitsPerComponent 16", []byte{0, 255, 0, 1}, []byte{0, 255, 1, 0}},
		{"/Columns 4/BitsPerComponent 4", []byte{0x11, 0x1F}, []byte{0x12, 0x32}},
		{"/Columns 4/BitsPerComponent 2", []byte{0b01_01_01_01}, []byte{0b01_10_11_00}},
		{"/Columns 8/BitsPerComponent 1", []byte{0b10010001}, []byte{0b11100001}},
	} {
		got, _, err := decoded("/Filter/FlateDecode/DecodeParms<</Predictor 2"+c.keys+">>", deflate(string(c.in)), DefaultLimits)
		if err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %x, %v, want %x", c.keys, got, err, c.want)
		}
	}
}

// TestRemainingFilters: what is a picture stays one, and says so.
func TestRemainingFilters(t *testing.T) {
	got, rest, err := decoded("/Filter[/FlateDecode/DCTDecode]", deflate("jpeg"), DefaultLimits)
	if err != nil || string(got) != "jpeg" || len(rest) != 1 || rest[0] != "DCTDecode" {
		t.Errorf("%q, %v, %v", got, rest, err)
	}
}

// TestDamagedStreams are told as such.
func TestDamagedStreams(t *testing.T) {
	packed := deflate(strings.Repeat("abc", 100))
	for _, c := range [][2]string{
		{"/Filter/FlateDecode", "no zlib"}, {"/Filter/FlateDecode", packed[:len(packed)-2]},
		{"/Filter/FlateDecode", packed[:len(packed)-1] + "x"}, {"/Filter/FlateDecode", ""},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>", packed},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 7>>", deflate("\x02abc")},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 0>>", packed},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 2/BitsPerComponent 3>>", packed},
		{"/Filter/FlateDecode/DecodeParms<</Predictor 5>>", packed},
		{"/Filter/FlateDecode/DecodeParms 5", packed}, {"/Filter 5", packed}, {"/Filter[(x)]", packed},
		{"/Filter/LZWDecode", "\xFF\xFF"}, {"/Filter/LZWDecode", ""}, {"/Filter/LZWDecode/DecodeParms<</EarlyChange 2>>", ""},
		{"/Filter/ASCIIHexDecode", "4x>"}, {"/Filter/ASCII85Decode", "\x80"}, {"/Filter/ASCII85Decode", "a~>"},
		{"/Filter/RunLengthDecode", "\x05ab"}, {"/Filter/RunLengthDecode", "\xFF"},
		{"/F(elsewhere)", ""},
	} {
		got, _, err := decoded(c[0], c[1], DefaultLimits)
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s %.20q: %.20q, %v", c[0], c[1], got, err)
		}
	}
	for _, c := range [][2]string{{"/Filter/ASCIIHexDecode", "4"}, {"/Filter/RunLengthDecode", "\x00@"}} {
		if got, _, err := decoded(c[0], c[1], DefaultLimits); string(got) != "@" || err != nil {
			t.Errorf("%s without its end: %q, %v", c[0], got, err)
		}
	}
}

// TestBombs: each limit stops a stream that grows without bound.
func TestBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 4<<20)
	small := DefaultLimits
	small.Decoded, small.Total = 2<<20, 3<<20
	for name, c := range map[string]struct {
		keys, data string
		limits     Limits
		what       string
	}{
		"one stream":        {"/Filter/FlateDecode", deflate(zeros), small, "decoded from one stream"},
		"filters in turn":   {"/Filter[/FlateDecode/FlateDecode]", deflate(deflate(zeros)), DefaultLimits, "each byte"},
		"blanks in between": {"/Filter[/FlateDecode/ASCIIHexDecode]", deflate(strings.Repeat(" ", 4<<20)), small, "decoded from one stream"},
		"many filters":      {"/Filter[" + strings.Repeat("/FlateDecode", 9) + "]", "", DefaultLimits, "filters"},
	} {
		_, _, err := decoded(c.keys, c.data, c.limits)
		var limit *LimitError
		if !errors.As(err, &limit) || !strings.Contains(limit.What, c.what) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// TestTotal: many small bombs together.
func TestTotal(t *testing.T) {
	limits := DefaultLimits
	limits.Total = 5 << 20
	m := newMaker().document().stream(4, "/Filter/FlateDecode", deflate(strings.Repeat("1", 1<<20))).table("")
	f, err := OpenLimited(bytes.NewReader(m.Bytes()), int64(m.Len()), limits)
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err = f.Newest().Bytes(mustGet(t, f.Newest(), 4).(*Stream)); err != nil {
			break
		}
	}
	var limit *LimitError
	if !errors.As(err, &limit) {
		t.Errorf("error %v", err)
	}
}

// TestPackedTooMuch: an object stream and a list of objects have bounds of their
// own, and what is wanted of a stream can be bounded.
func TestPackedTooMuch(t *testing.T) {
	var limit *LimitError
	limits := DefaultLimits
	limits.Packed = 1 << 10
	objects := "9 0 (" + strings.Repeat("x", 2<<10) + ")"
	m := newMaker().document().stream(4, "/Type/ObjStm /N 1 /First 4", objects).table("")
	f, err := OpenLimited(bytes.NewReader(m.Bytes()), int64(m.Len()), limits)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time from memory
		if _, err := f.Newest().objStream(Ref{Num: 4}, 0); !errors.As(err, &limit) || limit.Limit != limits.Packed {
			t.Errorf("object stream: %v", err)
		}
	}
	s := mustGet(t, f.Newest(), 4).(*Stream)
	for most, fits := range map[int64]bool{int64(len(objects)): true, int64(len(objects)) - 1: false, 0: false, -1: false} {
		if b, err := f.Newest().BytesWithin(s, most); (err == nil) != fits || fits && string(b) != objects {
			t.Errorf("%d bytes: %v", most, err)
		}
	}
	x := &tables{src: &source{size: 100}, budget: &budget{Limits: DefaultLimits}, records: make([]record, 1<<18)}
	if err := x.add(7, 0, 1); !errors.As(err, &limit) || limit.What != "objects" {
		t.Errorf("entries: %v", err)
	}
}
