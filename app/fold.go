package app

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold makes text comparable without accents and case: canonical decomposition,
// marks dropped, đ and ð taken for d, lower case. Searching folds both sides.
// Never fold a code: HD and HĐ are different types.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r >= rune(len(folded)) || folded[r] == foldSlowly:
			return foldSlow(s)
		case folded[r] != foldDropped:
			b.WriteRune(rune(folded[r]))
		}
	}
	return b.String()
}

// foldSlow is Fold by its definition.
func foldSlow(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ' || r == 'Đ' || r == 'ð' || r == 'Ð':
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

const (
	foldDropped = 0      // a mark
	foldSlowly  = 0xffff // becomes more than one rune, or a rune too high for the table
)

// folded holds what each rune up to the end of the Latin blocks becomes, so
// that indexing the archive does not decompose every text.
var folded = func() (t [0x1f00]uint16) {
	for i := range t {
		t[i] = foldSlowly
		switch out := []rune(foldSlow(string(rune(i)))); {
		case len(out) == 0:
			t[i] = foldDropped
		case len(out) == 1 && out[0] != 0 && out[0] < foldSlowly && out[0] != unicode.ReplacementChar:
			t[i] = uint16(out[0])
		}
	}
	return t
}()

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// NormalText is the form in which every text is stored: NFC, lines ended by
// "\n", no control characters, nothing that is not seen, no space at its ends.
func NormalText(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return unkept(r) || r == unicode.ReplacementChar }) {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
				return '\n'
			case r == '\n' || r == '\t':
				return r
			case unkept(r):
				return -1
			}
			return r
		}, s)
	}
	return strings.TrimSpace(norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")))
}

// unkept reports characters that no text keeps as they are: controls, other
// ends of lines, and format characters, which nobody sees. Zero-width spaces
// make one subject look like another and hide a mark of secrecy from whoever
// looks for it; direction marks show "gnp.exe" as "exe.png". Vietnamese needs
// none of them.
func unkept(r rune) bool {
	switch {
	case r < ' ':
		return true
	case r < 0x7f:
		return false
	}
	return r <= 0x9f || r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Cf, r)
}
