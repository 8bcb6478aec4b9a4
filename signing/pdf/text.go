package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// pdfDoc are the characters of PDFDocEncoding that are not those of Latin-1
// (ISO 32000-2, D.3); 0 stands for undefined.
var pdfDoc = func() (table [256]rune) {
	for c := range table {
		table[c] = rune(c)
	}
	for c := range 0x18 {
		if c != '\t' && c != '\n' && c != '\r' {
			table[c] = 0
		}
	}
	copy(table[0x18:], []rune{0x02D8, 0x02C7, 0x02C6, 0x02D9, 0x02DD, 0x02DB, 0x02DA, 0x02DC})
	copy(table[0x7F:], []rune{0,
		0x2022, 0x2020, 0x2021, 0x2026, 0x2014, 0x2013, 0x0192, 0x2044, 0x2039, 0x203A, 0x2212, 0x2030, 0x201E,
		0x201C, 0x201D, 0x2018, 0x2019, 0x201A, 0x2122, 0xFB01, 0xFB02, 0x0141, 0x0152, 0x0160, 0x0178, 0x017D,
		0x0131, 0x0142, 0x0153, 0x0161, 0x017E, 0, 0x20AC})
	table[0xAD] = 0
	return table
}()

const (
	bomUTF16 = "\xFE\xFF"
	bomUTF8  = "\xEF\xBB\xBF"
)

// Text decodes a text string (ISO 32000-2, 7.9.2.2): UTF-16BE or UTF-8 behind
// their marks, PDFDocEncoding otherwise. Language marks are left out; what is no
// character becomes U+FFFD.
func (s String) Text() string {
	if rest, ok := strings.CutPrefix(s.Value, bomUTF16); ok {
		return withoutLanguage(decodeUTF16(rest))
	}
	if rest, ok := strings.CutPrefix(s.Value, bomUTF8); ok {
		return withoutLanguage(strings.ToValidUTF8(rest, "\uFFFD"))
	}
	var out strings.Builder
	for _, c := range []byte(s.Value) {
		r := pdfDoc[c]
		if r == 0 {
			r = utf8.RuneError
		}
		out.WriteRune(r)
	}
	return out.String()
}

func decodeUTF16(s string) string {
	units := make([]uint16, 0, len(s)/2+1)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	if len(s)%2 != 0 {
		units = append(units, utf8.RuneError)
	}
	return string(utf16.Decode(units))
}

// withoutLanguage removes ESC language country ESC (ISO 32000-2, 7.9.2.2.2).
func withoutLanguage(s string) string {
	const escape = "\x1B"
	var out strings.Builder
	for {
		before, after, found := strings.Cut(s, escape)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		code, rest, closed := strings.Cut(after, escape)
		if !closed || len(code) != 2 && len(code) != 4 {
			out.WriteRune(utf8.RuneError)
			rest = after
		}
		s = rest
	}
}

// TextString encodes text: as it is when it is plain ASCII, which is the same in
// every encoding, as UTF-16BE otherwise, which every reader since PDF 1.2 knows.
func TextString(text string) String {
	plain := func(r rune) bool { return r >= ' ' && r < 0x7F || r == '\n' || r == '\r' || r == '\t' }
	if strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return String{Value: text}
	}
	out := []byte(bomUTF16)
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return String{Value: string(out), Hex: true}
}
