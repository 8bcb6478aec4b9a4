package house

import (
	"bytes"
	"regexp"
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// longest is the most lines that a source file may have. The trees we admire
// each regret one file of thousands of lines.
const longest = 600

func TestFilesStayShort(t *testing.T) {
	for _, f := range tree(t, ".go", ".ts", ".tsx", ".css") {
		if n := f.line(len(f.text)); n > longest && !f.generated() {
			t.Errorf("%s has %d lines, more than %d: split it by what it does", f.name, n, longest)
		}
	}
}

// TestNothingIsLeftForLater: unfinished work is an issue, not a comment.
func TestNothingIsLeftForLater(t *testing.T) {
	later := regexp.MustCompile(`\b(` + "TO" + "DO|FIX" + `ME)\b`)
	for _, f := range tree(t) {
		for _, at := range later.FindAllIndex(f.text, -1) {
			t.Errorf("%s:%d: %s: finish it or file an issue", f.name, f.line(at[0]), f.text[at[0]:at[1]])
		}
	}
}

// TestTextIsNFC: "đường" must be found whatever keyboard wrote it, so all our
// own text is NFC; a test that needs other forms writes them as escapes.
func TestTextIsNFC(t *testing.T) {
	for _, f := range tree(t) {
		if i := norm.NFC.QuickSpan(f.text); i < len(f.text) && !norm.NFC.IsNormal(f.text) {
			t.Errorf("%s:%d: text is not NFC", f.name, f.line(i))
		}
	}
}

// TestLockNamesNoHost: each site installs from its own mirror.
func TestLockNamesNoHost(t *testing.T) {
	for _, f := range tree(t, ".json") {
		if f.name == "frontend/package-lock.json" && bytes.Contains(f.text, []byte(`"resolved"`)) {
			t.Errorf("%s names a registry host: install with omit-lockfile-registry-resolved=true", f.name)
		}
	}
}

// TestTagsAgree: wails.json repeats the build tags that build/env.sh and the
// Makefile hold; a forgotten one builds a program without search.
func TestTagsAgree(t *testing.T) {
	tags := map[string]*regexp.Regexp{
		"Makefile":     regexp.MustCompile(`(?m)^TAGS := (.+)$`),
		"build/env.sh": regexp.MustCompile(`(?m)^TAGS=\$\{TAGS:-(.+)\}$`),
		"wails.json":   regexp.MustCompile(`"build:tags": "webkit2_41,([^"]+)"`),
	}
	var seen []string
	for _, f := range tree(t) {
		re, ok := tags[f.name]
		if !ok {
			continue
		}
		m := re.FindSubmatch(f.text)
		if m == nil {
			t.Fatalf("%s: no build tags found", f.name)
		}
		seen = append(seen, string(m[1]))
	}
	if len(seen) != len(tags) || len(slices.Compact(seen)) != 1 {
		t.Errorf("build tags differ between Makefile, build/env.sh and wails.json: %q", seen)
	}
}
