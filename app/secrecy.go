package app

import (
	"reflect"
	"regexp"
	"strings"
	"unicode"
)

// Documents marked Mật, Tối mật or Tuyệt mật must not be written, kept or sent
// on a machine that is connected to a network (Luật Bảo vệ bí mật nhà nước).
// They never enter: a degree of secrecy in the fields is refused, and so is a
// text that bears a mark of secrecy. A document about secrets ("bí mật kinh
// doanh", "công tác bảo vệ bí mật nhà nước") is none.

// secrecyLaw names the law behind the refusal; the words are in the UI.
var secrecyLaw = []string{"117/2025/QH15", "63/2026/NĐ-CP"}

// CheckSecrecy refuses a command's arguments (a pointer) that are marked as a
// state secret: Invalid "secrecy.refused" with the law and the field's name,
// never with any of the text. The API and the replica call it before anything
// reaches outbox or upload; Execute calls it again.
func CheckSecrecy(args any) *Error {
	v := reflect.ValueOf(args)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	if field, found := findSecret(v.Elem(), ""); found {
		return SecrecyRefusal(field)
	}
	return nil
}

// SecrecyRefusal is the refusal for a marked text in the named field.
func SecrecyRefusal(field string) *Error {
	return Refuse(Invalid, "secrecy.refused").With("law", secrecyLaw).With("field", field)
}

// findSecret walks texts and degrees of secrecy and names the field that bears one.
func findSecret(v reflect.Value, name string) (string, bool) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[Secrecy]() {
			return name, v.String() != string(NotSecret)
		}
		return name, MarkedSecret(v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return findSecret(v.Elem(), name)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return "", false
		}
		for i := range v.Len() {
			if f, found := findSecret(v.Index(i), name); found {
				return f, true
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			val := v.MapIndex(k)
			if k.Kind() != reflect.String {
				continue
			}
			if k.String() == "secrecy" && !isEmptyText(val) {
				return "secrecy", true
			}
			if f, found := findSecret(val, k.String()); found {
				return f, true
			}
		}
	case reflect.Struct:
		return findSecretIn(v, name)
	}
	return "", false
}

func findSecretIn(v reflect.Value, name string) (string, bool) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		own, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if own == "" || own == "-" {
			own = name
		}
		if field, found := findSecret(v.Field(i), own); found {
			return field, true
		}
	}
	return "", false
}

func isEmptyText(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return !v.IsValid() || v.Kind() == reflect.String && v.String() == ""
}

// A mark with its label: "Độ mật: Mật", "MỨC ĐỘ MẬT - TỐI MẬT".
var labelled = regexp.MustCompile(`(?i)(?:độ|mức|dấu|dấu chỉ)(?: độ)? mật\s*[:：=\-–—]\s*["“'(\[]?\s*(?:tuyệt mật|tối mật|mật)\s*(?:$|[^\s\p{L}]|\s+[^\s\p{L}])`)

// A mark in brackets: "(MẬT)", "[Tuyệt mật]". "(mật)" in small letters may be honey.
var bracketed = regexp.MustCompile(`[(\[{<«]\s*(?:MẬT|Mật|(?i:tuyệt mật|tối mật))\s*[)\]}>»]`)

// MarkedSecret reports whether a text bears a mark of secrecy: a line that is
// nothing but the mark, however spaced or decorated, a mark in brackets or
// behind its label, or one set apart in capitals at either end of a line or of
// a file name.
func MarkedSecret(text string) bool {
	if !mayBeMarked(text) {
		return false
	}
	text = NormalText(text)
	for line := range strings.Lines(text) {
		if isMark(line) || labelled.MatchString(line) || bracketed.MatchString(line) || setApart(line) {
			return true
		}
	}
	return false
}

// mayBeMarked is a quick look: no mark without an m followed at some distance
// by a t, so most texts need no closer one.
func mayBeMarked(text string) bool {
	i := strings.IndexAny(text, "mM")
	return i >= 0 && strings.ContainsAny(text[i:], "tT")
}

// isMark reports whether the line's letters spell a mark and nothing else.
func isMark(line string) bool {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, line)
	return letters == "mật" || letters == "tốimật" || letters == "tuyệtmật"
}

// setApart reports a capital mark as a segment of its own: "MẬT – Kế hoạch…",
// "Báo cáo quý (bản gửi); TỐI MẬT", "KH_phong_thu_TUYET_MAT.docx".
func setApart(line string) bool {
	stem := line
	if i := strings.LastIndexByte(stem, '.'); i > 0 && len(stem)-i <= 6 {
		stem = stem[:i]
	}
	segments := strings.FieldsFunc(strings.ReplaceAll(stem, " - ", "|"), func(r rune) bool {
		return strings.ContainsRune("|–—:;,./\\()[]{}<>«»\"“”", r)
	})
	for _, s := range segments {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '_' || r == '-' }), " ")
		switch s {
		case "MẬT", "TỐI MẬT", "TUYỆT MẬT", "Tối mật", "Tuyệt mật", "Tối Mật", "Tuyệt Mật", "TUYET MAT", "TOI MAT":
			return true
		}
		if words := strings.Fields(s); strings.ContainsRune(stem, '_') && endsInMark(words) {
			return true
		}
	}
	return false
}

// endsInMark reports a file name whose first or last word is a capital mark.
func endsInMark(words []string) bool {
	n := len(words)
	if n < 2 {
		return false
	}
	two := words[n-2] + " " + words[n-1]
	first := words[0] + " " + words[1]
	for _, m := range []string{"TỐI MẬT", "TUYỆT MẬT", "TUYET MAT", "TOI MAT"} {
		if two == m || first == m {
			return true
		}
	}
	alone := words[n-1] == "MẬT" && words[n-2] != "BÍ" && words[n-2] != "BẢO" && words[n-2] != "CƠ"
	return alone || words[0] == "MẬT"
}
