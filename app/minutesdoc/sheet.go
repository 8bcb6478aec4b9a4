package minutesdoc

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"khonggiay/signing/appearance"
	"khonggiay/signing/pdf"
)

// A4 and its margins (Phụ lục I, mục I: top and bottom 20–25 mm, left 30–35 mm,
// right 15–20 mm), in points. Heights are counted from the upper edge.
const (
	mm     = 72 / 25.4
	width  = 210 * mm
	height = 297 * mm
	top    = 20 * mm
	bottom = height - 20*mm
	left   = 30 * mm
	right  = width - 18*mm
	column = right - left
	indent = 10 * mm
)

// The cuts of the letters.
const (
	regular = appearance.Regular
	bold    = appearance.Bold
	italic  = appearance.Italic
)

// style is how letters look.
type style struct {
	cut       appearance.Style
	size      float64
	underline bool
}

func (s style) leading() float64 { return s.size * 1.22 }

// sheet writes lines on pages.
type sheet struct {
	faces [3]*appearance.Face // by cut
	pages []*strings.Builder
	y     float64 // of the next line's upper edge
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

// page begins a page; from the second on it bears its number, centred at the
// top (Phụ lục I, mục II.9).
func (s *sheet) page() {
	s.pages = append(s.pages, &strings.Builder{})
	s.y = top
	if n := len(s.pages); n > 1 {
		st := style{cut: regular, size: 13}
		text := strconv.Itoa(n)
		s.show((width-s.width(st, text))/2, 9*mm, st, text)
	}
}

// need begins a new page when less is left than a height.
func (s *sheet) need(h float64) {
	if s.y+h > bottom && s.y > top {
		s.page()
	}
}

func (s *sheet) width(st style, text string) float64 { return s.faces[st.cut].Width(text, st.size) }

func number(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// show puts letters on the page, their upper edge at y.
func (s *sheet) show(x, y float64, st style, text string) {
	if text == "" {
		return
	}
	operand, _ := s.faces[st.cut].Show(text)
	fmt.Fprintf(s.pages[len(s.pages)-1], "BT /F%d %s Tf %s %s Td %s Tj ET\n", st.cut, number(st.size), number(x), number(height-y-st.size), operand)
	if st.underline {
		s.line(x, y+st.size+1.6, s.width(st, strings.TrimRight(text, " ")), 0.6)
	}
}

// line draws a thin line to the right.
func (s *sheet) line(x, y, w, thick float64) {
	fmt.Fprintf(s.pages[len(s.pages)-1], "%s w %s %s m %s %s l S\n", number(thick), number(x), number(height-y), number(x+w), number(height-y))
}

// upright draws a thin line down.
func (s *sheet) upright(x, y, h, thick float64) {
	fmt.Fprintf(s.pages[len(s.pages)-1], "%s w %s %s m %s %s l S\n", number(thick), number(x), number(height-y), number(x), number(height-y-h))
}

// write makes the file.
func (s *sheet) write(to io.Writer, title, author string) error {
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
	info := c.Add(pdf.NewDict(pdf.Name("Title"), pdf.TextString(title), pdf.Name("Author"), pdf.TextString(author), pdf.Name("Producer"), pdf.TextString("Không Giấy")))
	return c.Write(to, pdf.NewDict(pdf.Name("Root"), root, pdf.Name("Info"), info))
}
