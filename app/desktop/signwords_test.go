package desktop

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"khonggiay/signing/appearance"
	"khonggiay/signing/pades"
)

// TestSignWords: everything that keeps somebody from signing has words in both
// languages, also what other packages name.
func TestSignWords(t *testing.T) {
	keys := map[string]bool{"sign.refused_encrypted": true}
	for _, r := range []pades.Reason{pades.Certified, pades.Locked, pades.AlreadySigned, pades.FieldMissing, pades.FieldExists, pades.FieldSigned,
		pades.FieldKind, pades.FieldUnseen, pades.DuplicateFields, pades.XFA, pades.Unsound, pades.LaterRevision, pades.NoSignature, pades.Stamped,
		pades.Malformed, pades.Changed} {
		keys[refusedReason(string(r))] = true
	}
	for _, r := range []appearance.Reason{appearance.NotPNG, appearance.PictureLarge, appearance.PictureWide, appearance.PictureDamaged,
		appearance.PictureEmpty, appearance.NoText, appearance.NoGlyph, appearance.TextLong} {
		keys[refusedReason(string(r))] = true
	}
	sources, err := filepath.Glob("sign*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range sources {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(sign\.[a-z_]*[a-z])"`).FindAllSubmatch(b, -1) {
			keys[string(m[1])] = true
		}
	}
	if len(keys) < 45 {
		t.Fatalf("only %d keys were found", len(keys))
	}
	for _, language := range []string{"vi", "en"} {
		b, err := os.ReadFile("../../frontend/src/lib/i18n/" + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(b, &words); err != nil {
			t.Fatal(err)
		}
		for key := range keys {
			if words["error."+key] == "" {
				t.Errorf("%s.json has no words for %s", language, key)
			}
		}
	}
}
