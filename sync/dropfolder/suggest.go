package dropfolder

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"khonggiay/app"
)

// Suggest reads what the head of an administrative document says (Nghị định
// 30/2020/NĐ-CP, Phụ lục I) out of the text of its first page: number and
// notation, date, type, subject, organ, urgency. What it does not find stays
// empty. The text may come from a machine that reads badly, so marks of accent
// count for little, and every value is a suggestion that a person looks at.
// organs are the names of those that are known, to be written as they are.
func Suggest(text string, organs []string) app.Fields {
	cells := cellsOf(text)
	var f app.Fields
	at := numberAt(cells)
	if at >= 0 {
		f.CodeNumber, f.Notation = number(cells[at].text)
	}
	f.IssuedDate = date(cells)
	title := titleAt(cells)
	f.Type = typeOf(cells, title, &f)
	f.Subject = subject(cells, title)
	f.OrganName = organ(cells, at, organs)
	f.Urgency = urgency(cells)
	return fit(f)
}

// fit drops what no document may have: a suggestion is never in the way.
func fit(f app.Fields) app.Fields {
	short := func(s *string, most int) {
		if utf8.RuneCountInString(*s) > most || app.MarkedSecret(*s) {
			*s = ""
		}
	}
	short(&f.CodeNumber, 11)
	short(&f.Notation, 30)
	short(&f.OrganName, 200)
	short(&f.Subject, 500)
	return f
}

// "Số: 123/BC-UBND", "S6 : 12 / QĐ - UBND", "Số:   /KH-UBND" without a number.
var numbered = regexp.MustCompile(`(?i)^[^\p{L}\p{N}]*s[ốôồổỗộóòõọoöéèêế06]\s*[:;.,]?\s*([0-9OolI|][0-9OolI|\s]{0,9}[a-z]?)?\s*[/\\]\s*(.+)$`)

// numberAt is where the number stands: the first line that begins with "Số",
// so that no law that is quoted is taken for it.
func numberAt(cells []cell) int {
	return slices.IndexFunc(cells, func(c cell) bool {
		n, notation := number(c.text)
		return n != "" || notation != ""
	})
}

// number takes a line apart; letters that are misread digits are put right.
func number(line string) (n, notation string) {
	m := numbered.FindStringSubmatch(line)
	if m == nil {
		return "", ""
	}
	if notation = notationOf(m[2]); notation == "" {
		return "", ""
	}
	n = strings.Join(strings.Fields(m[1]), "")
	if strings.ContainsAny(n, "0123456789") {
		n = strings.NewReplacer("O", "0", "o", "0", "l", "1", "I", "1", "|", "1").Replace(n)
	} else {
		n = ""
	}
	return n, notation
}

var (
	dashes     = strings.NewReplacer("–", "-", "—", "-", "−", "-", "_", "-")
	blankRound = regexp.MustCompile(`\s*([-/])\s*`)
	isNotation = regexp.MustCompile(`^(?:(?:19|20)[0-9]{2}/)?\p{Lu}[\p{L}0-9.&]*(?:[-/][\p{L}0-9.&]+)*$`)
)

// notationOf is the first word of what stands behind the number, blanks round
// its dashes left out.
func notationOf(rest string) string {
	rest = blankRound.ReplaceAllString(dashes.Replace(rest), "$1")
	word, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	word = strings.TrimRight(word, ".,;:-/")
	if !isNotation.MatchString(word) {
		return ""
	}
	return word
}

// "ngày 05 tháng 11 năm 2026", without accents, with letters for digits.
var dated = regexp.MustCompile(`ng.y\s*([0-9oli]\s?[0-9oli]?)\s*th.{1,2}n?g\s*([0-9oli]\s?[0-9oli]?)\s*n.m\s*((?:19|20)[0-9]{2})`)

// date is the date of the document: behind the place and a comma if there is
// one, and never that of a law which is quoted.
func date(cells []cell) app.Date {
	var other app.Date
	for _, c := range cells {
		at := dated.FindStringSubmatchIndex(c.folded)
		if at == nil {
			continue
		}
		before := c.folded[:at[0]]
		if strings.Contains(before, "so ") || strings.HasPrefix(before, "can cu") || len(before) > 60 {
			continue
		}
		d := dayOf(c.folded[at[2]:at[3]], c.folded[at[4]:at[5]], c.folded[at[6]:at[7]])
		if d != 0 && strings.Contains(before, ",") {
			return d
		}
		if other == 0 {
			other = d
		}
	}
	return other
}

// dayOf is the day, or 0 when there is no such one.
func dayOf(day, month, year string) app.Date {
	digits := strings.NewReplacer(" ", "", "o", "0", "l", "1", "i", "1")
	d, err1 := strconv.Atoi(digits.Replace(day))
	m, err2 := strconv.Atoi(digits.Replace(month))
	y, err3 := strconv.Atoi(year)
	if err1 != nil || err2 != nil || err3 != nil {
		return 0
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || int(t.Month()) != m {
		return 0
	}
	return app.DateOf(y, time.Month(m), d)
}

// urgency is the stamp, which stands alone.
func urgency(cells []cell) app.Urgency {
	for _, c := range cells {
		switch strings.Join(strings.FieldsFunc(c.folded, notLetter), " ") {
		case "hoa toc", "hoa toc hen gio":
			return app.UrgencyImmediate
		case "thuong khan":
			return app.UrgencyVery
		case "khan":
			return app.UrgencyUrgent
		}
	}
	return app.UrgencyNormal
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }
