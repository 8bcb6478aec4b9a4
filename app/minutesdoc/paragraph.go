package minutesdoc

import (
	"strings"

	"khonggiay/app"
)

// piece is letters of one look, without a blank at either end.
type piece struct {
	style
	text string
}

// word is what stands between two blanks; its letters may change their look.
type word struct {
	pieces []piece
	width  float64
	ends   bool // the line ends behind it
}

// words breaks runs at blanks, not at those that keep words together, and a
// word that is wider than the room where it must be.
func (s *sheet) words(base style, runs []app.RichRun, room float64) []word {
	var out []word
	var now word
	flush := func(ends bool) {
		if len(now.pieces) > 0 || ends {
			now.ends = ends
			out = append(out, now)
		}
		now = word{}
	}
	for _, r := range runs {
		st := base
		switch { // Tinos comes in three cuts: bold italics are bold
		case r.Bold:
			st.cut = bold
		case r.Italic && base.cut == regular:
			st.cut = italic
		}
		st.underline = r.Underline
		for i, part := range strings.FieldsFunc(strings.ReplaceAll(r.Text, "\n", " \n "), func(c rune) bool { return c == ' ' || c == '\t' }) {
			if i > 0 || startsBlank(r.Text) {
				flush(false)
			}
			if part == "\n" {
				flush(true)
				continue
			}
			for part != "" {
				head := s.fitting(st, part, room-now.width)
				now.pieces = append(now.pieces, piece{st, head})
				now.width += s.width(st, head)
				if part = part[len(head):]; part != "" {
					flush(false)
				}
			}
		}
		if endsBlank(r.Text) {
			flush(false)
		}
	}
	flush(false)
	return out
}

func startsBlank(s string) bool { return s != "" && strings.ContainsAny(s[:1], " \t\n") }
func endsBlank(s string) bool   { return s != "" && strings.ContainsAny(s[len(s)-1:], " \t\n") }

// fitting is as much of a text as has room, and one letter at least.
func (s *sheet) fitting(st style, text string, room float64) string {
	if s.width(st, text) <= room {
		return text
	}
	end := len(text)
	for i := range text {
		if i == 0 {
			continue
		}
		if s.width(st, text[:i]) > room && end < len(text) {
			break
		}
		end = i
	}
	return text[:end]
}

// lines puts words on lines; the first has less room.
func (s *sheet) lines(words []word, blank, first, rest float64) [][]word {
	var out [][]word
	var line []word
	room, used := first, 0.0
	flush := func() { out, line, room, used = append(out, line), nil, rest, 0 }
	for _, w := range words {
		if len(line) > 0 && used+blank+w.width > room {
			flush()
		}
		if len(line) > 0 {
			used += blank
		}
		line, used = append(line, w), used+w.width
		if w.ends {
			flush()
		}
	}
	if len(line) > 0 {
		flush()
	}
	return out
}

// paragraph is how one stands in the column.
type paragraph struct {
	style
	label  string  // before the first line
	indent float64 // of the first line
	hang   float64 // of the others
	after  float64
}

// body is an ordinary paragraph of the text.
var body = paragraph{style: style{cut: regular, size: 14}, indent: indent, after: 5}

// put writes a justified paragraph over as many pages as it takes, and leaves no
// single line behind.
func (s *sheet) put(p paragraph, runs []app.RichRun) {
	if p.label != "" {
		runs = append([]app.RichRun{{Text: p.label + "\u00a0"}}, runs...)
	}
	blank := s.width(p.style, " ")
	room := column - max(p.indent, p.hang)
	lines := s.lines(s.words(p.style, runs, room), blank, column-p.indent, column-p.hang)
	for i, line := range lines {
		last := i == len(lines)-1
		if s.y+p.leading() > bottom || len(lines) > 2 && i == len(lines)-2 && s.y+2*p.leading() > bottom {
			s.page()
		}
		x := left + p.hang
		if i == 0 {
			x = left + p.indent
		}
		s.justify(x, right-x, blank, line, !last && !line[len(line)-1].ends)
		s.y += p.leading()
	}
	s.y += p.after
}

// text writes a paragraph of one look.
func (s *sheet) text(p paragraph, text string) { s.put(p, []app.RichRun{{Text: text}}) }

// justify writes one line's words, over its whole width when full is set. Each
// word brings its blank, so that the text is copied and searched as written.
func (s *sheet) justify(x, w, blank float64, line []word, full bool) {
	used := 0.0
	for _, each := range line {
		used += each.width
	}
	if full && len(line) > 1 {
		blank = (w - used) / float64(len(line)-1)
	}
	for i, each := range line {
		at := x
		for j, p := range each.pieces {
			text := p.text
			if j == len(each.pieces)-1 && i < len(line)-1 {
				text += " "
			}
			s.show(at, s.y, p.style, text)
			at += s.width(p.style, p.text)
		}
		x += each.width + blank
	}
}

// centred writes lines in the middle of a box, of about the same length, and
// returns the height used.
func (s *sheet) centred(x, y, w float64, st style, text string) float64 {
	broken := func(room float64) [][]word {
		return s.lines(s.words(st, []app.RichRun{{Text: text}}, room), s.width(st, " "), room, room)
	}
	lines := broken(w)
	for narrow := w - 6; narrow > w/2 && len(lines) > 1; narrow -= 6 {
		tighter := broken(narrow)
		if len(tighter) > len(lines) {
			break
		}
		lines = tighter
	}
	used := 0.0
	blank := s.width(st, " ")
	for _, line := range lines {
		before := s.y
		s.y = y + used
		s.justify(x+(w-wide(line, blank))/2, w, blank, line, false)
		s.y = before
		used += st.leading()
	}
	return used
}

// rich writes a text of the editor.
func (s *sheet) rich(n *app.RichNode) {
	for _, b := range n.Blocks() {
		p := body
		p.label = b.Label
		p.indent += float64(max(0, b.List-1)) * 6 * mm
		if b.Level > 0 {
			p.cut = bold
			s.need(3 * p.leading())
		}
		s.put(p, b.Runs)
	}
}
