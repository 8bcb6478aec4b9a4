package pdf

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// TestText decodes text strings of all three encodings, sound and damaged.
func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                   "plain",
		"\x80\xA0\x8B \x18\xE9":                   "•€‰ ˘é",
		"\x7F\x9F\xAD\x01":                        "\uFFFD\uFFFD\uFFFD\uFFFD",
		"\xFE\xFF\x01\x10\x1E\xC3":                "Để",
		"\xFE\xFF\xD8\x3D\xDE\x00":                "😀",
		"\xFE\xFF\xD8\x3D":                        "\uFFFD",
		"\xFE\xFF\x00A\x00":                       "A\uFFFD",
		"\xEF\xBB\xBFĐể":                          "Để",
		"\xEF\xBB\xBF\xFF":                        "\uFFFD",
		"\xFE\xFF\x00\x1B\x00v\x00i\x00\x1B\x00A": "A",
		"\xFE\xFF\x00\x1B\x00A":                   "\uFFFDA",
		"\xFF\xFEA\x00":                           "ÿþA\uFFFD",
	} {
		if got := (String{Value: in}).Text(); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestTextString: what was encoded is what is decoded.
func TestTextString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0x1B && utf8.ValidRune(r) })).Draw(t, "text")
		if got := TextString(text).Text(); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
