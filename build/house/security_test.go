package house

import (
	"regexp"
	"testing"
)

// TestSecurityNamesRealTests: docs/security.md says of each guard what tries
// it; a test that was renamed or removed must not go on standing there.
func TestSecurityNamesRealTests(t *testing.T) {
	there := map[string]bool{}
	funcRE := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, f := range tree(t, ".go") {
		for _, m := range funcRE.FindAllSubmatch(f.text, -1) {
			there[string(m[1])] = true
		}
	}
	named := 0
	for _, f := range tree(t, ".md") {
		if f.name != "docs/security.md" {
			continue
		}
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w+)`").FindAllSubmatchIndex(f.text, -1) {
			named++
			if name := string(f.text[m[2]:m[3]]); !there[name] {
				t.Errorf("%s:%d: there is no %s", f.name, f.line(m[2]), name)
			}
		}
	}
	if named < 50 {
		t.Errorf("docs/security.md names only %d tests", named)
	}
}
