package house

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// words reads a dictionary: one flat object of key → text. It refuses a key
// given twice, which JSON readers pass over in silence.
func words(text []byte) (map[string]string, error) {
	out := map[string]string{}
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("want an object, got %v (%v)", t, err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name, _ := key.(string)
		value, err := dec.Token()
		if err != nil {
			return nil, err
		}
		word, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("key %q: want text", name)
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("key %q is given twice", name)
		}
		out[name] = word
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more text after the object")
	}
	return out, nil
}

var pluralRE = regexp.MustCompile(`_(zero|one|two|few|many|other)$`)

var placeholderRE = regexp.MustCompile(`{{\s*-?\s*([\w.]+)[^}]*}}`)

// meanings folds plural forms into one key (Vietnamese has one form, English
// two) and keeps the placeholders each key uses.
func meanings(dict map[string]string) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for key, text := range dict {
		key = pluralRE.ReplaceAllString(key, "")
		if out[key] == nil {
			out[key] = map[string]bool{}
		}
		for _, m := range placeholderRE.FindAllStringSubmatch(text, -1) {
			out[key][m[1]] = true
		}
	}
	return out
}

func dictionary(t *testing.T, language string) map[string]string {
	t.Helper()
	name := "frontend/src/lib/i18n/" + language + ".json"
	for _, f := range tree(t, ".json") {
		if f.name != name {
			continue
		}
		dict, err := words(f.text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return dict
	}
	t.Fatalf("%s is missing", name)
	return nil
}

// TestLanguagesAgree: each text exists in both languages, with the same data in
// it ("count" may be spelled out by a plural form).
func TestLanguagesAgree(t *testing.T) {
	vi, en := meanings(dictionary(t, "vi")), meanings(dictionary(t, "en"))
	for _, pair := range []struct {
		have, want   map[string]map[string]bool
		hasIt, lacks string
	}{{vi, en, "vi", "en"}, {en, vi, "en", "vi"}} {
		for _, key := range slices.Sorted(maps.Keys(pair.have)) {
			other, ok := pair.want[key]
			if !ok {
				t.Errorf("%q is in %s.json and not in %s.json", key, pair.hasIt, pair.lacks)
				continue
			}
			for name := range pair.have[key] {
				if !other[name] && name != "count" {
					t.Errorf("%q: {{%s}} is in %s.json and not in %s.json", key, name, pair.hasIt, pair.lacks)
				}
			}
		}
	}
}

func TestWordsAreClean(t *testing.T) {
	for _, language := range []string{"vi", "en"} {
		for key, text := range dictionary(t, language) {
			switch {
			case strings.TrimSpace(text) == "":
				t.Errorf("%s.json: %q is empty", language, key)
			case !norm.NFC.IsNormalString(text) || !norm.NFC.IsNormalString(key):
				t.Errorf("%s.json: %q is not NFC", language, key)
			case strings.ContainsRune(text, '\u00d0'):
				t.Errorf("%s.json: %q has Ð (eth) for Đ", language, key)
			}
		}
	}
}

var useRE = regexp.MustCompile(`\bt\(\s*['"]([\w.]+)['"]`)

// TestEveryKeyUsedHasWords: a key in the sources that no dictionary knows would
// be shown as it is.
func TestEveryKeyUsedHasWords(t *testing.T) {
	known := meanings(dictionary(t, "vi"))
	for _, f := range tree(t, ".ts", ".tsx") {
		if !strings.HasPrefix(f.name, "frontend/src/") || isUITest(f.name) {
			continue
		}
		for _, m := range useRE.FindAllSubmatchIndex(f.text, -1) {
			if key := string(f.text[m[2]:m[3]]); known[key] == nil {
				t.Errorf("%s:%d: %q is not in vi.json", f.name, f.line(m[0]), key)
			}
		}
	}
}

func TestWordsReader(t *testing.T) {
	got, err := words([]byte(`{"a.b_one":"{{count}} tệp","a.c":"x","d":"y"}`))
	if err != nil || len(got) != 3 || got["a.c"] != "x" {
		t.Errorf("words = %v, %v", got, err)
	}
	for _, bad := range []string{`[]`, `{"a":1}`, `{"a":{"b":"x"}}`, `{"a":"x","a":"y"}`, `{"a":["x"]}`, `{"a":"x"} {}`, `{"a"`} {
		if _, err := words([]byte(bad)); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}
