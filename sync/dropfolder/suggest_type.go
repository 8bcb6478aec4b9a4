package dropfolder

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"khonggiay/app"
)

// titleAt is where the name of the type stands, in capitals and alone: QUYẾT
// ĐỊNH. -1 if there is none, as in a công văn.
func titleAt(cells []cell) int {
	return slices.IndexFunc(cells, func(c cell) bool { return titleType(c) != nil })
}

func titleType(c cell) *app.DocType {
	if !capitals(c.text) {
		return nil
	}
	for _, t := range app.Types() {
		if name, _, _ := strings.Cut(t.Name, " ("); app.Fold(name) == c.folded && t.Abbrev != "" {
			return &t
		}
	}
	return nil
}

// capitals reports whether a text has letters, and no small one among them.
func capitals(s string) bool {
	return strings.ContainsFunc(s, unicode.IsUpper) && !strings.ContainsFunc(s, unicode.IsLower)
}

// typeOf tells the type by its name, else by the notation, else by "V/v", which
// a công văn alone has. When the name settles it, the notation is spelled right:
// machines lose the stroke of Đ.
func typeOf(cells []cell, title int, f *app.Fields) app.TypeCode {
	year, rest := "", f.Notation
	if len(rest) > 5 && rest[0] >= '0' && rest[0] <= '9' {
		year, rest = rest[:5], rest[5:]
	}
	begin, end, _ := strings.Cut(rest, "-")
	var t *app.DocType
	if title >= 0 {
		t = titleType(cells[title])
	} else {
		t = abbreviated(begin)
	}
	switch {
	case t != nil:
		if app.Fold(begin) == app.Fold(t.Abbrev) && end != "" {
			f.Notation = year + t.Abbrev + "-" + end
		}
		return t.Code
	case regardingAt(cells) >= 0:
		return app.TypeOfficialLetter
	}
	return ""
}

// abbreviated is the type with the abbreviation. HD and HĐ differ by a stroke
// alone: when it may have been lost, nothing is guessed.
func abbreviated(begin string) *app.DocType {
	var like []app.DocType
	for _, t := range app.Types() {
		if t.Abbrev != "" && app.Fold(t.Abbrev) == app.Fold(begin) {
			like = append(like, t)
		}
	}
	if len(like) == 1 {
		return &like[0]
	}
	for _, t := range like {
		if t.Abbrev == begin && strings.Contains(begin, "Đ") {
			return &t
		}
	}
	return nil
}

var regarding = regexp.MustCompile(`(?i)^[^\p{L}]*v\s*[/\\|]\s*v\b[\s:.]*`)

func regardingAt(cells []cell) int {
	return slices.IndexFunc(cells, func(c cell) bool { return regarding.MatchString(c.text) })
}

// subject is what stands behind "V/v", or under the name of the type.
func subject(cells []cell, title int) string {
	if i := regardingAt(cells); i >= 0 && (title < 0 || i < title) {
		first := regarding.ReplaceAllString(cells[i].text, "")
		return sentence(first, subjectLines(below(cells, i)))
	}
	if title < 0 {
		return ""
	}
	under := cells[title+1:]
	n := len(under)
	for i, c := range under {
		if i > 0 && c.gap {
			n = i
			break
		}
	}
	return sentence("", subjectLines(under[:n]))
}

// mostLines of a subject; longer ones are the body, which has come too close.
const mostLines = 6

// subjectLines ends where something else begins.
func subjectLines(cells []cell) []cell {
	for i, c := range cells {
		if i == mostLines || notSubject(c) {
			return cells[:i]
		}
	}
	return cells
}

var bodyBegins = []string{"kinh gui", "can cu", "thuc hien ", "ngay ", "xet ", "theo ", "noi nhan", "i.", "1.", "dieu 1"}

func notSubject(c cell) bool {
	switch strings.Join(strings.FieldsFunc(c.folded, notLetter), " ") {
	case "", "hoa toc", "thuong khan", "khan", "du thao":
		return true
	}
	first, _ := utf8.DecodeRuneInString(c.text)
	return dated.MatchString(c.folded) || national(c.folded) || numbered.MatchString(c.text) || !unicode.IsLower(first) &&
		slices.ContainsFunc(bodyBegins, func(b string) bool { return strings.HasPrefix(c.folded, b) })
}

// sentence joins lines to one, with a capital at its beginning.
func sentence(first string, more []cell) string {
	words := []string{first}
	for _, c := range more {
		words = append(words, c.text)
	}
	s := strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	s = strings.Trim(s, " _-–—.,;:*\"“”")
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
