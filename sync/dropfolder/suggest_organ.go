package dropfolder

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"khonggiay/app"
)

// organ is who issues: what stands in capitals above the number, without the
// organ above it. at is where the number stands.
func organ(cells []cell, at int, known []string) string {
	if at < 0 {
		return ""
	}
	var lines []string
	for _, c := range cells[:at] {
		if !c.right && capitals(c.text) && !national(c.folded) {
			lines = append(lines, strings.Trim(c.text, " _-–—.,;:*"))
		}
	}
	for i := range lines { // the longest name that is known
		if name := knownAs(strings.Join(lines[i:], " "), known); name != "" {
			return name
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if organWord(lines[i]) != "" {
			return spelled(strings.Join(lines[i:], " "))
		}
	}
	return ""
}

// national reports the name of the state and its motto, which every document bears.
func national(folded string) bool {
	return strings.HasPrefix(folded, "cong hoa x") || strings.HasPrefix(folded, "doc lap") || strings.HasPrefix(folded, "dang cong san")
}

// longName folds a name with its short forms written out.
func longName(name string) string {
	words := strings.Fields(app.Fold(name))
	for i, w := range words {
		switch w {
		case "ubnd":
			words[i] = "uy ban nhan dan"
		case "hdnd":
			words[i] = "hoi dong nhan dan"
		}
	}
	return strings.Join(words, " ")
}

func knownAs(name string, known []string) string {
	long := longName(name)
	i := slices.IndexFunc(known, func(k string) bool { return longName(k) == long })
	if i < 0 {
		return ""
	}
	return known[i]
}

// organWords are how names of organs begin, the longer ones first.
var organWords = []string{"Ủy ban nhân dân", "Hội đồng nhân dân", "Ủy ban", "Hội đồng", "Văn phòng", "Chi cục", "Tổng cục", "Trung tâm", "Thanh tra",
	"Công an", "Tòa án", "Bệnh viện", "Kho bạc", "Sở", "Bộ", "Cục", "Ban", "Phòng", "Viện", "Trường", "Đảng ủy", "UBND", "HĐND"}

// organWord is the word with which the name of an organ begins, "" if none does.
func organWord(name string) string {
	folded := app.Fold(name) + " "
	i := slices.IndexFunc(organWords, func(w string) bool { return strings.HasPrefix(folded, app.Fold(w)+" ") })
	if i < 0 {
		return ""
	}
	return organWords[i]
}

// levels come before the name of a place, whose words all have capitals.
var levels = []string{"tỉnh", "xã", "phường", "thị", "huyện", "quận", "khu", "phố"}

// spelled writes a name in capitals as names of organs are written: SỞ NÔNG
// NGHIỆP VÀ MÔI TRƯỜNG, Sở Nông nghiệp và Môi trường.
func spelled(name string) string {
	word := organWord(name)
	words := strings.Fields(strings.ToLower(name))
	begin := strings.Fields(word)
	copy(words, begin)
	capital, place := true, false
	for i := len(begin); i < len(words); i++ {
		switch w := words[i]; {
		case slices.Contains(levels, w) && !place:
			place = true
		case w == "và":
			capital, place = true, false
		case capital || place:
			words[i] = capitalised(w)
			capital = false
		}
	}
	return strings.Join(words, " ")
}

func capitalised(w string) string {
	r, n := utf8.DecodeRuneInString(w)
	return string(unicode.ToUpper(r)) + w[n:]
}
