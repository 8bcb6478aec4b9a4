package appearance

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/image/font/sfnt"
)

// A Style is a cut of the letters.
type Style int

const (
	Regular Style = iota
	Bold
	Italic
)

//go:embed fonts/Tinos-Regular.ttf
var tinosRegular []byte

//go:embed fonts/Tinos-Bold.ttf
var tinosBold []byte

//go:embed fonts/Tinos-Italic.ttf
var tinosItalic []byte

// fonts are the cuts of Tinos, read when they are first asked for.
var fonts = [...]func() (*font, error){
	Regular: sync.OnceValues(func() (*font, error) { return readFont(tinosRegular) }),
	Bold:    sync.OnceValues(func() (*font, error) { return readFont(tinosBold) }),
	Italic:  sync.OnceValues(func() (*font, error) { return readFont(tinosItalic) }),
}

// A font is a TrueType font that is trusted: it comes with the program. Lengths
// are in its own units.
type font struct {
	name    string // PostScript
	sfnt    *sfnt.Font
	tables  map[string][]byte
	units   float64 // to the em
	ascent  int
	descent int // below the line, positive
	gap     int // between lines
	glyphs  int
	metrics int // of glyphs that state their own width; the last holds for all others
	long    bool
}

var errFont = errors.New("appearance: a font that is not as it should be")

func readFont(data []byte) (*font, error) {
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	name, err := parsed.Name(nil, sfnt.NameIDPostScript)
	if err != nil {
		return nil, err
	}
	f := &font{name: name, sfnt: parsed, tables: map[string][]byte{}, glyphs: parsed.NumGlyphs()}
	for i := range int(binary.BigEndian.Uint16(data[4:])) { // the parser has checked the directory
		entry := data[12+16*i:]
		start, length := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		if uint64(start)+uint64(length) > uint64(len(data)) {
			return nil, errFont
		}
		f.tables[string(entry[:4])] = data[start : start+length]
	}
	head, hhea := f.tables["head"], f.tables["hhea"]
	if len(head) < 54 || len(hhea) < 36 || len(f.tables["maxp"]) < 6 || len(f.tables["post"]) < 8 || len(f.tables["OS/2"]) < 90 {
		return nil, errFont
	}
	f.units = float64(binary.BigEndian.Uint16(head[18:]))
	f.long = binary.BigEndian.Uint16(head[50:]) == 1
	f.ascent, f.descent, f.gap = signed(hhea[4:]), -signed(hhea[6:]), signed(hhea[8:])
	f.metrics = int(binary.BigEndian.Uint16(hhea[34:]))
	if f.metrics < 1 || f.metrics > f.glyphs || len(f.tables["hmtx"]) < 4*f.metrics+2*(f.glyphs-f.metrics) || f.units == 0 {
		return nil, errFont
	}
	return f, nil
}

func signed(b []byte) int { return int(int16(binary.BigEndian.Uint16(b))) }

// thousandths turns units of the font into those of PDF, 1000 to the em.
func (f *font) thousandths(n int) float64 { return 1000 * float64(n) / f.units }

// glyph is the number of the glyph that shows a character, false if there is none.
func (f *font) glyph(r rune) (uint16, bool) {
	g, err := f.sfnt.GlyphIndex(nil, r)
	return uint16(g), err == nil && g != 0
}

// metric is the width of a glyph and where it begins.
func (f *font) metric(glyph uint16) (width, left int) {
	hmtx, i := f.tables["hmtx"], int(glyph)
	if i >= f.metrics {
		return int(binary.BigEndian.Uint16(hmtx[4*(f.metrics-1):])), signed(hmtx[4*f.metrics+2*(i-f.metrics):])
	}
	return int(binary.BigEndian.Uint16(hmtx[4*i:])), signed(hmtx[4*i+2:])
}

// width is the width of a glyph in a PDF file: whole thousandths of the em.
func (f *font) width(glyph uint16) int {
	w, _ := f.metric(glyph)
	return int(f.thousandths(w) + 0.5)
}

// outline is the description of a glyph in table glyf, empty for one that shows
// nothing.
func (f *font) outline(glyph uint16) ([]byte, error) {
	loca, glyf, i := f.tables["loca"], f.tables["glyf"], int(glyph)
	if i >= f.glyphs {
		return nil, fmt.Errorf("%w: glyph %d of %d", errFont, i, f.glyphs)
	}
	var start, end uint32
	switch {
	case f.long && len(loca) >= 4*(i+2):
		start, end = binary.BigEndian.Uint32(loca[4*i:]), binary.BigEndian.Uint32(loca[4*i+4:])
	case !f.long && len(loca) >= 2*(i+2):
		start, end = 2*uint32(binary.BigEndian.Uint16(loca[2*i:])), 2*uint32(binary.BigEndian.Uint16(loca[2*i+2:]))
	default:
		return nil, errFont
	}
	if start > end || uint64(end) > uint64(len(glyf)) || end-start > 0 && end-start < 10 {
		return nil, errFont
	}
	return glyf[start:end], nil
}

// An extent is the rectangle around the ink of a glyph or a line, from where it
// begins on the line: left and below are negative there.
type extent struct{ left, below, right, above int }

// ink is the extent of a glyph, false for one that shows nothing.
func (f *font) ink(glyph uint16) (extent, bool, error) {
	outline, err := f.outline(glyph)
	if err != nil || len(outline) == 0 {
		return extent{}, false, err
	}
	return extent{signed(outline[2:]), signed(outline[4:]), signed(outline[6:]), signed(outline[8:])}, true, nil
}
