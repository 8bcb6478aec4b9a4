package enrol

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func randomCode(t *rapid.T) Code {
	var c Code
	copy(c.Secret[:], rapid.SliceOfN(rapid.Byte(), SecretSize, SecretSize).Draw(t, "secret"))
	copy(c.Fingerprint[:], rapid.SliceOfN(rapid.Byte(), FingerprintSize, FingerprintSize).Draw(t, "fingerprint"))
	return c
}

func TestCodeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := randomCode(t)
		text := c.String()
		if len(text) != 3+8*6 || !strings.HasPrefix(text, "KG1-") {
			t.Fatalf("shape of %q", text)
		}
		for _, spelling := range []string{
			text, strings.ToLower(text), strings.ReplaceAll(text, "-", ""), strings.ReplaceAll(text, "-", " – "),
			" " + text + "\r\n", strings.NewReplacer("0", "o", "1", "l").Replace(text[3:]),
		} {
			if !strings.HasPrefix(squeeze(spelling), codePrefix) {
				spelling = "KG1" + spelling
			}
			got, err := ParseCode(spelling)
			if err != nil || got != c {
				t.Fatalf("%q: %v", spelling, err)
			}
		}
	})
}

// Every single wrong character and every swap of two neighbours is found.
func TestCodeCatchesTypos(t *testing.T) {
	for range 20 {
		c := NewCode([]byte(rand.Text()))
		text := strings.ReplaceAll(c.String(), "-", "")
		for i := 3; i < len(text); i++ {
			for _, wrong := range crockford {
				if byte(wrong) != text[i] {
					mustBeTypo(t, text[:i]+string(wrong)+text[i+1:])
				}
			}
			if i+1 < len(text) && text[i] != text[i+1] {
				mustBeTypo(t, text[:i]+text[i+1:i+2]+text[i:i+1]+text[i+2:])
			}
		}
	}
}

func mustBeTypo(t *testing.T, text string) {
	t.Helper()
	if _, err := ParseCode(text); !errors.Is(err, ErrCodeTypo) {
		t.Fatalf("ParseCode(%q) = %v", text, err)
	}
}

func TestNotACode(t *testing.T) {
	c := NewCode([]byte("x")).String()
	for _, text := range []string{"", "KG1", "KG2" + c[3:], c[:len(c)-1], c + "0", "KG1-UUUUU" + c[9:], strings.Replace(c, "KG1", "ＫＧ１", 1)} {
		if _, err := ParseCode(text); !errors.Is(err, ErrNotCode) {
			t.Errorf("ParseCode(%q) = %v", text, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add(NewCode([]byte("x")).String())
	f.Add("kg1 ooooo lllll")
	f.Add("KG1-")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCode(text)
		if err != nil {
			return
		}
		again, err := ParseCode(c.String())
		if err != nil || again != c {
			t.Fatalf("%q reads as %q, which does not read back", text, c)
		}
	})
}
