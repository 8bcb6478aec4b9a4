package app

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// TestUnseenCharacters: what nobody sees is not stored, so that two titles that
// look the same are the same, are found the same and are judged the same.
func TestUnseenCharacters(t *testing.T) {
	const plain = "Kế hoạch phòng chống thiên tai"
	for name, text := range map[string]string{
		"decomposed":           norm.NFD.String(plain),
		"zero-width space":     strings.ReplaceAll(plain, " ", " \u200b"),
		"zero-width joiners":   "K\u200dế ho\u200cạch phòng chống thiên tai",
		"word joiner":          "Kế\u2060 hoạch phòng chống thiên tai",
		"byte order mark":      "\ufeff" + plain,
		"soft hyphens":         "Kế ho\u00adạch phòng chống thiên tai",
		"right-to-left":        "\u202eKế hoạch\u202c phòng chống thiên tai\u200f",
		"isolates":             "\u2067Kế hoạch\u2069 phòng chống \u2066thiên tai",
		"between letter, mark": "Ke\u200b\u0302\u0301 hoạch phòng chống thiên tai",
		"tags":                 plain + "\U000e0041\U000e007f",
		"C1 controls":          "Kế\u0090 hoạch phòng chống thiên tai",
		"spaces at the ends":   "\u2003\u200b " + plain + "\u00a0",
	} {
		if got := NormalText(text); got != plain {
			t.Errorf("%s: %+q", name, got)
		}
		if Fold(NormalText(text)) != Fold(plain) {
			t.Errorf("%s: found otherwise", name)
		}
	}
	if got := NormalText("một\u2028hai\u0085ba\u2029bốn\r\nnăm"); got != "một\nhai\nba\nbốn\nnăm" {
		t.Errorf("lines: %q", got)
	}
	if got := NormalText(" \u200b\u202e\ufeff "); got != "" {
		t.Errorf("a title of nothing: %q", got)
	}
}

// TestUnseenCharactersHideNoMark: a mark of secrecy is one however it is cut up.
func TestUnseenCharactersHideNoMark(t *testing.T) {
	for _, text := range []string{"M\u200bẬT", "TỐI\u2060 M\u00adẬT", "\u202eMẬT\u202c – Kế hoạch", "Độ mật:\u200f Mật"} {
		if !MarkedSecret(text) {
			t.Errorf("%+q is not seen as marked", text)
		}
	}
}

// TestNamelessTitle: a title of which nothing is left is no title.
func TestNamelessTitle(t *testing.T) {
	args := &DraftCreate{Fields: Fields{Subject: "\u200b\u202e"}}
	NormalizeArgs(args)
	if args.Fields.Subject != "" {
		t.Errorf("%+q", args.Fields.Subject)
	}
}
