package appearance

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"khonggiay/signing/pdf"
)

// An Align says where lines lie between the sides of a box.
type Align int

const (
	Left Align = iota
	Centre
	Right
)

// A Level says where a text lies between bottom and top of a box.
type Level int

const (
	Middle Level = iota
	Top
	Bottom
)

// RGB is a colour; the zero RGB is black.
type RGB struct{ R, G, B uint8 }

// Sizes in points.
const (
	BodySize  = 13.0 // of a Text that names none (NĐ 30/2020, appendix I: 13 to 14)
	BlockSize = 10.0 // of the blocks in the corner (the same)
	LeastSize = 6.0
	sizeStep  = 0.25
	mostSize  = 1000.0
)

// margin is what a text keeps from the sides of its box, in points.
const margin = 1.0

// A Text is one or more lines in Times. Lines that are too long are broken at
// blanks, a text that does not fit becomes smaller.
type Text struct {
	Lines  []string // taken as NFC
	Style  Style
	Size   float64 // points; 0: BodySize
	Least  float64 // the size down to which it may shrink; 0: LeastSize
	Align  Align
	Level  Level
	Colour RGB
	Ground bool // its box is white below it: it takes the place of what is printed there
}

// errText is a mistake of the caller.
var errText = errors.New("appearance: a text of a size or style that is none")

// Form draws the text. It returns a *RefusedError: NoText, NoGlyph, TextLong.
func (t Text) Form(width, height float64, add func(pdf.Object) pdf.Ref) (*pdf.Stream, error) {
	return form(t, width, height, add)
}

func (t Text) draw(width, height float64, add func(pdf.Object) pdf.Ref) ([]byte, *pdf.Dict, error) {
	if !hasArea([4]float64{0, 0, width, height}) {
		return nil, nil, errNoBox
	}
	set, err := t.set()
	if err != nil {
		return nil, nil, err
	}
	fitted, err := set.fit(width, height)
	if err != nil {
		return nil, nil, err
	}
	ref, err := set.font.embed(set.shown, add)
	if err != nil {
		return nil, nil, err
	}
	resources := pdf.NewDict(pdf.Name("Font"), pdf.NewDict(pdf.Name("Tinos"), ref))
	content := fitted.content(width, height, t)
	if t.Ground {
		content = append(fmt.Appendf(nil, "1 g 0 0 %.4f %.4f re f\n", width, height), content...)
	}
	return content, resources, nil
}

// typeset is a text as glyphs. Lengths are in units of the font.
type typeset struct {
	font         *font
	lines        [][]word
	shown        map[uint16]rune
	size, least  float64 // points
	above, below int     // how far the letters reach from the line
	left, right  int     // how far they reach beyond where they begin and end
}

// A word is what stands between two blanks.
type word struct {
	glyphs []uint16
	width  int // thousandths of the em
}

// set turns the text into glyphs.
func (t Text) set() (*typeset, error) {
	if t.Style < Regular || t.Style > Italic || !(t.Size >= 0 && t.Size <= mostSize && t.Least >= 0) {
		return nil, errText
	}
	f, err := fonts[t.Style]()
	if err != nil {
		return nil, err
	}
	s := &typeset{font: f, shown: map[uint16]rune{}, size: orElse(t.Size, BodySize)}
	s.least = min(s.size, orElse(t.Least, LeastSize))
	blank := true
	for _, line := range t.Lines {
		var words []word
		for text := range strings.SplitSeq(norm.NFC.String(line), " ") {
			w, err := s.word(text)
			if err != nil {
				return nil, err
			}
			words, blank = append(words, w), blank && strings.TrimSpace(text) == ""
		}
		s.lines = append(s.lines, words)
	}
	if blank {
		return nil, refuse(NoText)
	}
	if _, err := s.word(" "); err != nil { // between words
		return nil, err
	}
	return s, s.measure()
}

// measure finds how far the letters reach. Capitals with two marks (Ẩ) go beyond
// what the font calls its ascent, slanted letters beyond their width.
func (s *typeset) measure() error {
	s.above, s.below = s.font.ascent, s.font.descent
	for g := range s.shown {
		ink, shows, err := s.font.ink(g)
		if err != nil {
			return err
		}
		if shows {
			width, _ := s.font.metric(g)
			s.above, s.below = max(s.above, ink.above), max(s.below, -ink.below)
			s.left, s.right = max(s.left, -ink.left), max(s.right, ink.right-width)
		}
	}
	return nil
}

func orElse(x, other float64) float64 {
	if x == 0 {
		return other
	}
	return x
}

func (s *typeset) word(text string) (w word, err error) {
	for _, r := range text {
		g, ok := s.font.glyph(r)
		if !ok || !drawable(r) {
			return w, &RefusedError{Reason: NoGlyph, Character: r}
		}
		if other, there := s.shown[g]; !there || r < other {
			s.shown[g] = r
		}
		w.glyphs, w.width = append(w.glyphs, g), w.width+s.font.width(g)
	}
	return w, nil
}

// drawable reports whether a character stands by itself, from left to right. Marks
// that NFC does not put onto their letter would need an engine that places them.
func drawable(r rune) bool {
	return r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.Is(unicode.M, r) &&
		unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common)
}

// A layout is a text in lines, at a size in points.
type layout struct {
	*typeset
	size   float64
	broken []word
}

// fit finds the largest size at which the text fits. One that fits also fits when
// it is smaller.
func (s *typeset) fit(width, height float64) (*layout, error) {
	at := func(step int) *layout {
		return s.layout(max(s.size-float64(step)*sizeStep, s.least), width)
	}
	steps := int(math.Ceil((s.size - s.least) / sizeStep))
	best := at(sort.Search(steps, func(step int) bool { return at(step).fits(width, height) }))
	if !best.fits(width, height) {
		return nil, refuse(TextLong)
	}
	return best, nil
}

// layout breaks lines where the next word would be beyond the width.
func (s *typeset) layout(size, width float64) *layout {
	l := &layout{typeset: s, size: size}
	room := width - 2*margin - l.points(s.left) - l.points(s.right)
	blank, _ := s.font.glyph(' ')
	for _, words := range s.lines {
		line := word{slices.Clone(words[0].glyphs), words[0].width}
		for _, next := range words[1:] {
			longer := line.width + s.font.width(blank) + next.width
			if l.widthOf(longer) > room && len(line.glyphs) > 0 {
				l.broken, line = append(l.broken, line), word{slices.Clone(next.glyphs), next.width}
				continue
			}
			line.glyphs, line.width = append(append(line.glyphs, blank), next.glyphs...), longer
		}
		l.broken = append(l.broken, line)
	}
	return l
}

// fits allows for what is lost when a box is counted from elsewhere.
func (l *layout) fits(width, height float64) bool {
	const rounding = 1e-6
	return l.width() <= width+rounding && l.height() <= height+rounding
}

// points turns units of the font into points.
func (l *layout) points(units int) float64 { return l.font.thousandths(units) * l.size / 1000 }

// widthOf turns thousandths of the em into points.
func (l *layout) widthOf(thousandths int) float64 { return float64(thousandths) * l.size / 1000 }

// lead is the distance of lines.
func (l *layout) lead() float64 {
	return l.points(l.font.ascent + l.font.descent + l.font.gap)
}

func (l *layout) height() float64 {
	return l.points(l.above) + float64(len(l.broken)-1)*l.lead() + l.points(l.below)
}

// width is that of a box which just holds the text.
func (l *layout) width() float64 {
	widest := 0
	for _, line := range l.broken {
		widest = max(widest, line.width)
	}
	return 2*margin + l.points(l.left) + l.widthOf(widest) + l.points(l.right)
}

// content writes the lines, as the value of a field is marked (ISO 32000-2,
// 12.7.4.3).
func (l *layout) content(width, height float64, t Text) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "/Tx BMC\nq\n%s\nBT\n/Tinos %s Tf\n", t.Colour.operator(), numbers(l.size))
	y := height - l.points(l.above)
	switch t.Level {
	case Middle:
		y -= (height - l.height()) / 2
	case Bottom:
		y -= height - l.height()
	}
	for _, line := range l.broken {
		x := margin + l.points(l.left)
		switch free := width - x - l.widthOf(line.width) - l.points(l.right) - margin; t.Align {
		case Centre:
			x += free / 2
		case Right:
			x += free
		}
		fmt.Fprintf(&b, "1 0 0 1 %s Tm\n<", numbers(x, y))
		for _, g := range line.glyphs {
			fmt.Fprintf(&b, "%04X", g)
		}
		b.WriteString("> Tj\n")
		y -= l.lead()
	}
	b.WriteString("ET\nQ\nEMC\n")
	return []byte(b.String())
}

// operator sets the colour. Black is that of one ink.
func (c RGB) operator() string {
	if c == (RGB{}) {
		return "0 g"
	}
	return numbers(float64(c.R)/255, float64(c.G)/255, float64(c.B)/255) + " rg"
}
