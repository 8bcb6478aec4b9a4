package paper

import (
	"embed"
	"fmt"
	"strings"

	"github.com/signintech/gopdf"
)

//go:embed fonts/*.ttf fonts/OFL.txt
var fonts embed.FS

// Faces, as gopdf knows them.
const (
	regular = "tinos"
	bold    = "tinos-b"
	italic  = "tinos-i"
)

// faces in a fixed order: the same letter makes the same bytes.
var faces = []struct{ name, file string }{{regular, "Regular"}, {bold, "Bold"}, {italic, "Italic"}}

// A4 and its margins (Phụ lục I, mục I: 20–25, 20–25, 30–35, 15–20 mm), in points.
const (
	mm     = 72 / 25.4
	width  = 210 * mm
	height = 297 * mm
	top    = 20 * mm
	bottom = height - 20*mm
	left   = 30 * mm
	right  = width - 18*mm
	column = right - left
)

// sheet writes text on pages. The first error is kept and ends all writing.
type sheet struct {
	pdf   gopdf.GoPdf
	y     float64 // of the next line's upper edge
	pages int
	face  string
	size  float64
	err   error
}

func newSheet(title, author string) *sheet {
	s := &sheet{}
	s.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: width, H: height}})
	s.pdf.SetInfo(gopdf.PdfInfo{Title: title, Author: author, Producer: "Không Giấy"})
	s.pdf.SetMargins(0, 0, 0, 0)
	for _, f := range faces {
		b, err := fonts.ReadFile("fonts/Tinos-" + f.file + ".ttf")
		s.keep(err)
		s.keep(s.pdf.AddTTFFontData(f.name, b))
	}
	s.page()
	return s
}

func (s *sheet) keep(err error) {
	if s.err == nil && err != nil {
		s.err = fmt.Errorf("paper: %w", err)
	}
}

// page begins a page; from the second on it bears its number, centred at the top.
func (s *sheet) page() {
	if s.err != nil {
		return
	}
	s.pdf.AddPage()
	s.pages++
	s.y = top
	if s.pages > 1 {
		face, size := s.face, s.size
		s.font(regular, 13)
		s.text(0, 10*mm, width, 0.5, fmt.Sprint(s.pages))
		s.font(face, size)
	}
}

func (s *sheet) font(face string, size float64) {
	s.face, s.size = face, size
	if s.err == nil {
		s.keep(s.pdf.SetFont(face, "", size))
	}
}

func (s *sheet) measure(text string) float64 {
	if s.err != nil {
		return 0
	}
	w, err := s.pdf.MeasureTextWidth(text)
	s.keep(err)
	return w
}

// text puts one line in a box: align 0 left, 0.5 centred, 1 right.
func (s *sheet) text(x, y, w, align float64, text string) {
	if s.err != nil || text == "" {
		return
	}
	s.pdf.SetXY(x+(w-s.measure(text))*align, y)
	s.keep(s.pdf.Text(text))
}

// baseline is where letters of the present size stand below the line's upper edge.
func (s *sheet) baseline() float64 { return s.size }

// leading is the height of a line.
func (s *sheet) leading() float64 { return s.size * 1.22 }

// wrap breaks the text into lines; the first one has less room.
func (s *sheet) wrap(text string, first, rest float64) [][]string {
	var lines [][]string
	var line []string
	room, used := first, 0.0
	space := s.measure(" ")
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' }) { // not at a no-break space
		w := s.measure(word)
		if len(line) > 0 && used+space+w > room {
			lines = append(lines, line)
			line, used, room = nil, 0, rest
		}
		if len(line) > 0 {
			used += space
		}
		line, used = append(line, word), used+w
	}
	if len(line) > 0 {
		lines = append(lines, line)
	}
	return lines
}

// paragraph writes justified text across the page's column, with a first-line
// indent, and a page break where needed: never a single line left behind.
func (s *sheet) paragraph(text string, indent float64) {
	lines := s.wrap(text, column-indent, column)
	for i, line := range lines {
		if s.y+s.leading() > bottom || len(lines) > 2 && i == len(lines)-2 && s.y+2*s.leading() > bottom {
			s.page()
		}
		x := left
		if i == 0 {
			x += indent
		}
		s.justify(x, right-x, line, i < len(lines)-1)
		s.y += s.leading()
	}
	s.y += 6
}

// justify writes one line's words, spread over the width when full is set. Each
// word carries its space, so that the text is copied and searched as written.
func (s *sheet) justify(x, w float64, words []string, full bool) {
	space := s.measure(" ")
	if full && len(words) > 1 {
		used := 0.0
		for _, word := range words {
			used += s.measure(word)
		}
		space = (w - used) / float64(len(words)-1)
	}
	for i, word := range words {
		advance := s.measure(word) + space
		if i < len(words)-1 {
			word += " "
		}
		s.text(x, s.y+s.baseline(), 0, 0, word)
		x += advance
	}
}

// block writes lines centred in a box, wrapped to it and of about the same
// length, and returns the height used.
func (s *sheet) block(x, y, w float64, text string) float64 {
	lines := s.wrap(text, w, w)
	for narrow := w - 6; narrow > w/2 && len(lines) > 1; narrow -= 6 {
		tighter := s.wrap(text, narrow, narrow)
		if len(tighter) > len(lines) {
			break
		}
		lines = tighter
	}
	used := 0.0
	for _, line := range lines {
		s.text(x, y+used+s.baseline(), w, 0.5, strings.Join(line, " "))
		used += s.leading()
	}
	return used
}

// rule draws a thin line centred in the box, over a part of its width.
func (s *sheet) rule(x, y, w, length float64) {
	if s.err != nil {
		return
	}
	s.pdf.SetLineWidth(0.7)
	s.pdf.Line(x+(w-length)/2, y, x+(w+length)/2, y)
}
