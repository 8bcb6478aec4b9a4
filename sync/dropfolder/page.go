package dropfolder

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"khonggiay/app"
)

// A cell is a piece of a line of text with nothing but blanks round it. The
// head of an administrative document stands in two columns (NĐ 30/2020, Phụ lục
// I), which a program that reads pages writes beside each other, or one after
// the other.
type cell struct {
	text   string // NFC, one blank between words
	folded string
	line   int  // counted without regard to empty lines
	right  bool // it stands in the right column
	gap    bool // there is an empty line before
}

// columnGap is the number of blanks beyond which another column begins.
// rightBegin is where the right column does, of a line that has only that one.
const (
	columnGap  = 3
	rightBegin = 44
)

// firstCells are enough to hold the head of any document.
const firstCells = 80

// cellsOf cuts the first page's text into cells.
func cellsOf(text string) (cells []cell) {
	gap := false
	n := 0
	text, _, _ = strings.Cut(text, "\f")
	for line := range strings.Lines(app.NormalText(text)) {
		parts := cutLine(strings.ReplaceAll(line, "\t", "    "))
		if len(parts) == 0 {
			gap = true
			continue
		}
		for _, p := range parts {
			p.line, p.gap = n, gap
			cells = append(cells, p)
		}
		gap = false
		if n++; len(cells) >= firstCells {
			break
		}
	}
	return cells
}

// roomForNumber is the room that a draft leaves for its number: no column begins there.
var roomForNumber = regexp.MustCompile(`(?i)^(\s*s[^\s:/]{1,2}\s*[:;.,]?) +([0-9OolI|]*) *([/\\])`)

// cutLine cuts where the blanks are wide.
func cutLine(line string) (parts []cell) {
	at := 0
	line = roomForNumber.ReplaceAllString(line, "$1 $2$3")
	for piece := range strings.SplitSeq(line, strings.Repeat(" ", columnGap)) {
		words := strings.Join(strings.Fields(piece), " ")
		if words != "" {
			lead := utf8.RuneCountInString(piece) - utf8.RuneCountInString(strings.TrimLeft(piece, " "))
			parts = append(parts, cell{text: words, folded: app.Fold(words), right: len(parts) > 0 || at+lead >= rightBegin})
		}
		at += utf8.RuneCountInString(piece) + columnGap
	}
	return parts
}

// below are the cells that stand under cells[i], in its column, line by line
// up to an empty one.
func below(cells []cell, i int) (out []cell) {
	last := cells[i].line
	for _, c := range cells[i+1:] {
		if c.line > last && c.gap || c.line > last+1 {
			return out
		}
		if c.line == cells[i].line || c.right != cells[i].right {
			continue
		}
		out = append(out, c)
		last = c.line
	}
	return out
}
