package app

import (
	"testing"

	"golang.org/x/text/unicode/norm"
)

// FuzzFoldTable: the table folds as the definition does, whatever the text.
func FuzzFoldTable(f *testing.F) {
	for _, s := range []string{"", "a", "Đường Ðất ðó", norm.NFD.String("Kế hoạch trồng rừng"), "\x00\xff", "ǅ İ ß ﬁ 한국 ẞ", "e\u0301\u0323", "\u0958\u0f43"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := Fold(s), foldSlow(s); !isPlain(s) && got != want {
			t.Errorf("Fold(%q) = %q, by definition %q", s, got, want)
		}
	})
}

func TestFoldTableOfEveryRune(t *testing.T) {
	for r := rune(0x80); r < 0x3000; r++ {
		if got, want := Fold(string(r)), foldSlow(string(r)); got != want {
			t.Errorf("Fold(%U) = %q, by definition %q", r, got, want)
		}
	}
}
