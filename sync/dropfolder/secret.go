package dropfolder

import (
	"strings"
	"unicode"

	"khonggiay/app"
)

// LooksSecret reports whether a scan bears a mark of secrecy in its name or in
// its text. Machines read stamps badly, so what is left of a mark in capitals
// (MAT, TOI MÂT) is enough here; whoever takes an innocent paper for a marked
// one costs a person a minute, the other mistake breaks the law.
func LooksSecret(name, text string) bool {
	if app.MarkedSecret(name) {
		return true
	}
	for line := range strings.Lines(strings.ReplaceAll(app.NormalText(strings.ReplaceAll(text, "\f", "\n")), "\t", "    ")) {
		if app.MarkedSecret(line) {
			return true
		}
		for _, c := range cutLine(line) {
			if app.MarkedSecret(c.text) || stamp(c.text) {
				return true
			}
		}
	}
	return false
}

// stamp reports whether nothing but a mark in capitals stands there, whatever
// became of its accents and of the frame round it.
func stamp(s string) bool {
	if !capitals(s) {
		return false
	}
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	switch app.Fold(letters) {
	case "mat", "toimat", "tuyetmat":
		return letters != "MẶT" && letters != "MẤT"
	}
	return false
}
