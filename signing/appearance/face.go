package appearance

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"khonggiay/signing/pdf"
)

// Lost is shown for a character that cannot be: one that Tinos lacks, or that
// would need an engine which places it.
const Lost = '\uFFFD'

// A Face is a cut of the letters for a document that is made anew: measured while
// its lines are laid out, and embedded once with all that it has shown. A Text, in
// a file of others, brings its letters for itself alone.
type Face struct {
	font  *font
	shown map[uint16]rune
}

// NewFace begins a face that has shown nothing.
func NewFace(style Style) (*Face, error) {
	if style < Regular || style > Italic {
		return nil, errText
	}
	f, err := fonts[style]()
	return &Face{font: f, shown: map[uint16]rune{}}, err
}

// glyphs are those of a text, each with its character. Formatting characters,
// which show nothing, are left out.
func (f *Face) glyphs(text string, each func(glyph uint16, r rune)) {
	for _, r := range norm.NFC.String(text) {
		if unicode.Is(unicode.Cf, r) {
			continue
		}
		g, ok := f.font.glyph(r)
		if !ok || !drawable(r) {
			r = Lost
			g, _ = f.font.glyph(r)
		}
		each(g, r)
	}
}

// Width is how wide a text is, in points.
func (f *Face) Width(text string, size float64) float64 {
	sum := 0
	f.glyphs(text, func(g uint16, _ rune) { sum += f.font.width(g) })
	return float64(sum) * size / 1000
}

// Show is the text as the operand of Tj, in the font that Embed adds. Whole tells
// that every character could be shown.
func (f *Face) Show(text string) (operand string, whole bool) {
	var b strings.Builder
	whole = true
	b.WriteByte('<')
	f.glyphs(text, func(g uint16, r rune) {
		if other, there := f.shown[g]; !there || r < other {
			f.shown[g] = r
		}
		whole = whole && r != Lost
		fmt.Fprintf(&b, "%04X", g)
	})
	b.WriteByte('>')
	return b.String(), whole
}

// Embed adds the font with everything that was shown. A face that has shown
// nothing has a font of no letters.
func (f *Face) Embed(add func(pdf.Object) pdf.Ref) (pdf.Ref, error) {
	return f.font.embed(f.shown, add)
}
