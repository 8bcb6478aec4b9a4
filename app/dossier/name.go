package dossier

import (
	"fmt"
	"path"
	"strings"
	"unicode"

	"khonggiay/app"
)

// longest is the length of a name in characters: with folder and number it stays
// well below what Windows takes of a path.
const longest = 90

// numbered is the kind's folder: "3 Tài liệu".
func (k Kind) numbered() string { return fmt.Sprintf("%d %s", int(k)+1, k) }

// safe makes a file name of words that anybody may have written: no separators,
// nothing that Windows forbids, nothing that is not seen or that turns the
// direction of writing.
func safe(name string) string {
	ext := extension(name)
	stem := strings.TrimSuffix(app.NormalText(name), path.Ext(app.NormalText(name)))
	if ext == "" {
		stem = app.NormalText(name)
	}
	stem = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r): // control, format, private, unassigned
			return -1
		}
		return r
	}, stem)
	stem = strings.Join(strings.Fields(stem), " ")
	if runes := []rune(stem); len(runes) > longest {
		stem = string(runes[:longest-1]) + "…"
	}
	if stem = strings.Trim(stem, ". "); stem == "" {
		stem = "khong-ten"
	}
	return stem + ext
}

// extension is that of a name, when it is one: ".pdf".
func extension(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if len(ext) < 2 || len(ext) > 6 || strings.IndexFunc(ext[1:], func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) >= 0 {
		return ""
	}
	return ext
}
