package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"khonggiay/signing/appearance"
	"khonggiay/signing/pdf"
)

// A4 and its margins, in points. Heights are counted from the upper edge.
const (
	mm     = 72 / 25.4
	width  = 210 * mm
	height = 297 * mm
	left   = 22 * mm
	right  = width - 20*mm
	top    = 18 * mm
	bottom = height - 22*mm
	column = right - left
)

// Colours are dark enough to be read on paper that was copied.
var (
	black = appearance.RGB{}
	grey  = appearance.RGB{R: 0x55, G: 0x5f, B: 0x63}
	line  = appearance.RGB{R: 0xc4, G: 0xcb, B: 0xcd}
)

// A style is how letters look.
type style struct {
	cut    appearance.Style
	size   float64
	colour appearance.RGB
}

func (s style) leading() float64 { return s.size * 1.24 }

// longestText bounds a text from a foreign file.
const longestText = 1200

// A sheet writes lines on pages.
type sheet struct {
	faces [3]*appearance.Face // by cut
	pages []*strings.Builder
	y     float64 // of the next line's upper edge
	lost  bool    // a character could not be shown
}

func newSheet() (*sheet, error) {
	s := &sheet{}
	for cut := range s.faces {
		face, err := appearance.NewFace(appearance.Style(cut))
		if err != nil {
			return nil, err
		}
		s.faces[cut] = face
	}
	s.page()
	return s, nil
}

func (s *sheet) page() {
	s.pages = append(s.pages, &strings.Builder{})
	s.y = top
}

// need begins a new page when less is left than a height.
func (s *sheet) need(h float64) {
	if s.y+h > bottom && s.y > top {
		s.page()
	}
}

func (s *sheet) current() *strings.Builder { return s.pages[len(s.pages)-1] }

func number(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

func colour(c appearance.RGB, operator string) string {
	return fmt.Sprintf("%.3f %.3f %.3f %s\n", float64(c.R)/255, float64(c.G)/255, float64(c.B)/255, operator)
}

// text puts one line on a page, its upper edge at y.
func (s *sheet) text(on *strings.Builder, x, y float64, st style, text string) {
	show, whole := s.faces[st.cut].Show(text)
	s.lost = s.lost || !whole
	fmt.Fprintf(on, "BT %s/F%d %s Tf %s %s Td %s Tj ET\n", colour(st.colour, "rg"), st.cut, number(st.size), number(x), number(height-y-st.size), show)
}

func (s *sheet) width(st style, text string) float64 { return s.faces[st.cut].Width(text, st.size) }

// fill draws a box, its upper edge at y.
func (s *sheet) fill(x, y, w, h float64, c appearance.RGB) {
	fmt.Fprintf(s.current(), "%s%s %s %s %s re f\n", colour(c, "rg"), number(x), number(height-y-h), number(w), number(h))
}

// rule draws a thin line across.
func (s *sheet) rule(on *strings.Builder, x, y, w float64) {
	fmt.Fprintf(on, "%s0.6 w %s %s m %s %s l S\n", colour(line, "RG"), number(x), number(height-y), number(x+w), number(height-y))
}

// wrap breaks a text at blanks, and a word that is too long where it must be.
func (s *sheet) wrap(st style, text string, room float64) (lines []string) {
	if letters := []rune(text); len(letters) > longestText {
		text = string(letters[:longestText]) + "…"
	}
	now := ""
	for _, word := range strings.Fields(text) {
		longer := word
		if now != "" {
			longer = now + " " + word
		}
		if s.width(st, longer) <= room {
			now = longer
			continue
		}
		if now != "" {
			lines = append(lines, now)
		}
		for now = word; s.width(st, now) > room; {
			head := s.fitting(st, now, room)
			lines, now = append(lines, head), now[len(head):]
		}
	}
	return append(lines, now)
}

// fitting is as much of a word as has room, and one letter at least.
func (s *sheet) fitting(st style, word string, room float64) string {
	end := len(word)
	for i := range word {
		if i > 0 && s.width(st, word[:i]) > room {
			break
		}
		if i > 0 {
			end = i
		}
	}
	return word[:end]
}

// paragraph writes a text in a column, over pages if it must.
func (s *sheet) paragraph(x, w float64, st style, text string) {
	for _, line := range s.wrap(st, text, w) {
		s.need(st.leading())
		s.text(s.current(), x, s.y, st, line)
		s.y += st.leading()
	}
}

// centred writes lines in the middle.
func (s *sheet) centred(st style, text string) {
	for _, line := range s.wrap(st, text, column) {
		s.text(s.current(), left+(column-s.width(st, line))/2, s.y, st, line)
		s.y += st.leading()
	}
}

// write numbers the pages and makes the file.
func (s *sheet) write(to io.Writer, title, foot string) error {
	small := style{appearance.Regular, 9, grey}
	for i, on := range s.pages {
		y := height - 16*mm
		s.rule(on, left, y-4, column)
		n := fmt.Sprintf("Trang %d/%d", i+1, len(s.pages))
		s.text(on, right-s.width(small, n), y, small, n)
		s.text(on, left, y, small, s.wrap(small, foot, column-s.width(small, n)-6*mm)[0])
	}
	c := &pdf.Creation{}
	fonts := pdf.NewDict()
	for cut, face := range s.faces {
		ref, err := face.Embed(c.Add)
		if err != nil {
			return err
		}
		fonts.Set(pdf.Name(fmt.Sprintf("F%d", cut)), ref)
	}
	resources := c.Add(pdf.NewDict(pdf.Name("Font"), fonts))
	pages := c.Add(nil)
	var kids pdf.Array
	for _, content := range s.pages {
		kids = append(kids, c.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Page"), pdf.Name("Parent"), pages, pdf.Name("Resources"), resources,
			pdf.Name("Contents"), c.Add(pdf.NewFlateStream(pdf.NewDict(), []byte(content.String()))))))
	}
	c.Set(pages, pdf.NewDict(pdf.Name("Type"), pdf.Name("Pages"), pdf.Name("Count"), pdf.Int(len(kids)), pdf.Name("Kids"), kids,
		pdf.Name("MediaBox"), pdf.Array{pdf.Int(0), pdf.Int(0), pdf.Real(595.28), pdf.Real(841.89)}))
	root := c.Add(pdf.NewDict(pdf.Name("Type"), pdf.Name("Catalog"), pdf.Name("Pages"), pages, pdf.Name("Lang"), pdf.TextString("vi-VN"),
		pdf.Name("ViewerPreferences"), pdf.NewDict(pdf.Name("DisplayDocTitle"), pdf.Bool(true))))
	info := c.Add(pdf.NewDict(pdf.Name("Title"), pdf.TextString(title), pdf.Name("Producer"), pdf.TextString("Không Giấy")))
	return c.Write(to, pdf.NewDict(pdf.Name("Root"), root, pdf.Name("Info"), info))
}
