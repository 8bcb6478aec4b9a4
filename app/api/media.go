package api

import (
	"bytes"
	"mime"
	"net/http"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/office"
)

// medias are the kinds of files an office exchanges (Thông tư 39/2017/TT-BTTTT
// lists the formats), by the ending of the name. sniff is what the first bytes
// must look like; "" means that anything but a known other format will do.
var medias = map[string]struct{ media, sniff string }{
	".pdf":  {"application/pdf", "application/pdf"},
	".doc":  {"application/msword", ""},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"},
	".xls":  {"application/vnd.ms-excel", ""},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"},
	".ppt":  {"application/vnd.ms-powerpoint", ""},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/zip"},
	".odt":  {"application/vnd.oasis.opendocument.text", "application/zip"},
	".ods":  {"application/vnd.oasis.opendocument.spreadsheet", "application/zip"},
	".odp":  {"application/vnd.oasis.opendocument.presentation", "application/zip"},
	".rtf":  {"application/rtf", ""},
	".txt":  {"text/plain", "text/plain"},
	".csv":  {"text/csv", "text/plain"},
	".xml":  {"application/xml", ""},
	".jpg":  {"image/jpeg", "image/jpeg"},
	".jpeg": {"image/jpeg", "image/jpeg"},
	".png":  {"image/png", "image/png"},
	".tif":  {"image/tiff", ""},
	".tiff": {"image/tiff", ""},
	".zip":  {"application/zip", "application/zip"},
	".rar":  {"application/vnd.rar", "application/x-rar-compressed"},
	".7z":   {"application/x-7z-compressed", ""},
}

// mediaOf tells the MIME type from the name and the first bytes, which must
// agree. It refuses what offices do not exchange ("upload.type_refused") and
// what is another kind than its name says ("upload.other_kind").
func mediaOf(name string, head []byte) (string, error) {
	ending := path.Ext(name)
	m, known := medias[strings.ToLower(ending)]
	if !known {
		return "", app.Refuse(app.Invalid, "upload.type_refused").With("name", name)
	}
	if _, text := office.KindOf(name); text {
		if err := office.Protected(head); err != nil {
			return "", err
		}
	}
	seen := sniff(head)
	if m.sniff != "" && seen != m.sniff || m.sniff == "" && strings.HasPrefix(seen, "text/html") {
		return "", app.Refuse(app.Invalid, "upload.other_kind").With("name", name).With("ending", ending)
	}
	return m.media, nil
}

func sniff(head []byte) string {
	if bytes.Contains(head, []byte("%PDF-")) { // ISO 32000 readers allow junk before the header
		return "application/pdf"
	}
	media, _, err := mime.ParseMediaType(http.DetectContentType(head))
	if err != nil {
		return "application/octet-stream"
	}
	return media
}

// inline reports whether a browser may show the type instead of saving it.
// Everything else is only ever downloaded.
func inline(media string) bool {
	switch media {
	case "application/pdf", "image/jpeg", "image/png", "text/plain":
		return true
	}
	return false
}

// maxFileName is what all file systems take, in characters that may need four
// bytes of UTF-8 each.
const maxFileName = 180

// FileName makes a safe name in NFC of what a client sent: no folders, no
// control characters, no direction overrides that would fake an ending.
func FileName(name string) (string, bool) {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(norm.NFC.String(name), " .") // last: what was taken out may have stood between a letter and its mark
	runes := []rune(name)
	if len(runes) > maxFileName {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			return "", false
		}
		name = strings.TrimRight(string(runes[:maxFileName-len(ext)]), " .") + string(ext)
	}
	return name, name != "" && path.Ext(name) != name
}

// disposition is a Content-Disposition with the Vietnamese name in RFC 8187
// form and an ASCII one for old programs.
func disposition(kind, name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, asciiName(name))
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + percentEncode(name)
}

func asciiName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(name) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// percentEncode keeps only RFC 5987 attr-char.
func percentEncode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// checkName refuses a name that bears a mark of secrecy, before a byte of the
// content is read.
func checkName(name string) error {
	if err := app.CheckSecrecy(&app.FileAdd{File: app.NewFile{Name: name}}); err != nil {
		return err
	}
	return nil
}
