package signing_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"khonggiay/signing"
)

// TestCanonicalExamples holds the examples of RFC 8785, 3.2.2 and 3.2.3.
func TestCanonicalExamples(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{
			`{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		{
			`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",` +
				`"\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\"," +
				"\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}",
		},
		{` [ ] `, `[]`},
		{`{"b":{"d":1,"c":[{}, -0, 9007199254740991]},"a":"\b\f\n\r\t\u0000\u007f"}`, "{\"a\":\"\\b\\f\\n\\r\\t\\u0000\u007f\",\"b\":{\"c\":[{},0,9007199254740991],\"d\":1}}"},
	} {
		got, err := signing.Canonical([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s\n got %s, %v\nwant %s", c.in, got, err, c.want)
		}
	}
}

// TestCanonicalNumbers holds appendix B of RFC 8785: a double and how it is written.
func TestCanonicalNumbers(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0", 0x8000000000000000: "0",
		0x0000000000000001: "5e-324", 0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308", 0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992", 0xc340000000000000: "-9007199254740992",
		0x4430000000000000: "295147905179352830000",
		0x44b52d02c7e14af5: "9.999999999999997e+22", 0x44b52d02c7e14af6: "1e+23", 0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000", 0x444b1ae4d6e2ef4f: "999999999999999900000", 0x444b1ae4d6e2ef50: "1e+21",
		0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7", 0x3eb0c6f7a0b5ed8d: "0.000001",
		0x41b3de4355555553: "333333333.3333332", 0x41b3de4355555554: "333333333.33333325", 0x41b3de4355555555: "333333333.3333333",
		0x41b3de4355555556: "333333333.3333334", 0x41b3de4355555557: "333333333.33333343",
		0xbecbf647612f3696: "-0.0000033333333333333333", 0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		in, err := json.Marshal(math.Float64frombits(bits))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := signing.Canonical(in); err != nil || string(got) != want {
			t.Errorf("%x: got %s, %v; want %s", bits, got, err, want)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":                     "",
		"two values":                  "1 2",
		"a repeated name":             `{"a":1,"b":2,"a":1}`,
		"a name repeated by escape":   `{"a":1,"\u0061":1}`,
		"a high surrogate alone":      `"\ud83d"`,
		"a high surrogate and a text": `"\ud83dx"`,
		"a low surrogate alone":       `"\ude00"`,
		"two high surrogates":         `"\ud83d\ud83d"`,
		"a surrogate in UTF-8":        "\"\xed\xa0\x80\"",
		"Latin-1":                     "\"\xe9\"",
		"an overlong form":            "\"\xc0\xaf\"",
		"a raw control character":     "\"a\nb\"",
		"an unknown escape":           `"\x"`,
		"a short escape":              `"\u12"`,
		"a signed escape":             `"\u+123"`,
		"an open string":              `"abc`,
		"an open array":               "[1",
		"a comma too many":            "[1,]",
		"a comma too many, object":    `{"a":1,}`,
		"no colon":                    `{"a" 1}`,
		"a number as name":            `{1:1}`,
		"a leading zero":              "01",
		"a bare point":                "1.",
		"a plus":                      "+1",
		"infinity":                    "1e400",
		"NaN":                         "NaN",
		"a whole number that changes": "9007199254740993",
		"a capital literal":           "True",
		"a byte order mark":           "\ufeff1",
		"a deep nest":                 strings.Repeat("[", 1000) + strings.Repeat("]", 1000),
		"an endless number":           "0." + strings.Repeat("0", 5000) + "1",
	} {
		got, err := signing.Canonical([]byte(in))
		var refused *signing.JSONError
		if !errors.As(err, &refused) {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

// jsonValue draws a JSON value as encoding/json would hold it.
func jsonValue(depth int) *rapid.Generator[any] {
	scalar := rapid.OneOf(
		rapid.Map(rapid.String(), func(s string) any { return strings.ToValidUTF8(s, "�") }),
		rapid.Map(rapid.Float64(), func(f float64) any {
			if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 {
				return 0.0
			}
			return f
		}),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	)
	if depth == 0 {
		return scalar
	}
	inner := jsonValue(depth - 1)
	return rapid.OneOf(scalar,
		rapid.Map(rapid.SliceOfN(inner, 0, 4), func(a []any) any { return append([]any{}, a...) }),
		rapid.Map(rapid.MapOfN(rapid.StringMatching(`[a-cé€😀]{0,3}`), inner, 0, 4), func(m map[string]any) any { return m }))
}

// TestCanonicalKeepsTheValue: the form says the same, however it was indented,
// and is its own canonical form.
func TestCanonicalKeepsTheValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := jsonValue(3).Draw(t, "value")
		in, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, in, "\r\t", "  "); err != nil {
			t.Fatal(err)
		}
		got, err := signing.Canonical(in)
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		if again, err := signing.Canonical(indented.Bytes()); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("indented: %s, %v; want %s", again, err, got)
		}
		if again, err := signing.Canonical(got); err != nil || !bytes.Equal(again, got) {
			t.Fatalf("of itself: %s, %v; want %s", again, err, got)
		}
		var back any
		if err := json.Unmarshal(got, &back); err != nil || !reflect.DeepEqual(back, value) {
			t.Fatalf("%s means %v, not %v (%v)", got, back, value, err)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-7,"\u20ac\ud83d\ude00"]}`, `[true,null]`, `9007199254740993`, `"\`, `{"a":1,"a":2}`, `1E30`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, err := signing.Canonical(in)
		if err != nil {
			return
		}
		if !json.Valid(in) {
			t.Fatalf("took what is no JSON: %q", in)
		}
		again, err := signing.Canonical(got)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("%q became %q, and that %q (%v)", in, got, again, err)
		}
	})
}
