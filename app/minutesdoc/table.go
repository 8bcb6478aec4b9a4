package minutesdoc

import "khonggiay/app"

// tableColumn is one column of a table.
type tableColumn struct {
	title   string
	width   float64 // with its padding
	centred bool
}

const padding = 3

var (
	tableText  = style{cut: regular, size: 11}
	tableTitle = style{cut: bold, size: 11}
)

// table writes rows between thin lines, each as high as its tallest cell; the
// titles stand again at the top of every page.
func (s *sheet) table(columns []tableColumn, rows [][]string) {
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	s.need(3 * s.rowHeight(columns, tableTitle, titles))
	s.row(columns, tableTitle, titles)
	for _, cells := range rows {
		if s.y+s.rowHeight(columns, tableText, cells) > bottom {
			s.page()
			s.row(columns, tableTitle, titles)
		}
		s.row(columns, tableText, cells)
	}
	s.y += body.after
}

// cell are the lines of a cell's text.
func (s *sheet) cell(c tableColumn, st style, text string) [][]word {
	room := c.width - 2*padding
	return s.lines(s.words(st, []app.RichRun{{Text: text}}, room), s.width(st, " "), room, room)
}

func (s *sheet) rowHeight(columns []tableColumn, st style, cells []string) float64 {
	most := 1
	for i, c := range columns {
		most = max(most, len(s.cell(c, st, cells[i])))
	}
	return float64(most)*st.leading() + 2*padding
}

func (s *sheet) row(columns []tableColumn, st style, cells []string) {
	const thin = 0.5
	height, upper, x := s.rowHeight(columns, st, cells), s.y, left
	blank := s.width(st, " ")
	for i, c := range columns {
		s.upright(x, upper, height, thin)
		s.y = upper + padding
		for _, line := range s.cell(c, st, cells[i]) {
			at := x + padding
			if c.centred || st == tableTitle {
				at = x + (c.width-wide(line, blank))/2
			}
			s.justify(at, c.width, blank, line, false)
			s.y += st.leading()
		}
		x += c.width
	}
	s.upright(x, upper, height, thin)
	s.line(left, upper, x-left, thin)
	s.line(left, upper+height, x-left, thin)
	s.y = upper + height
}

// wide is how much room the words of a line take.
func wide(line []word, blank float64) float64 {
	w := blank * float64(len(line)-1)
	for _, each := range line {
		w += each.width
	}
	return w
}
