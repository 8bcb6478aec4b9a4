package house

import (
	"regexp"
	"slices"
	"testing"
)

// TestVersionsAgree: build/env.sh has the version that packages get; programs
// that are built without it, and the interface, say the same.
func TestVersionsAgree(t *testing.T) {
	places := map[string]*regexp.Regexp{
		"build/env.sh":                 regexp.MustCompile(`(?m)^VERSION=\$\{VERSION:-(.+)\}$`),
		"main.go":                      regexp.MustCompile(`(?m)^var version = "(.+)"$`),
		"cmd/khonggiay-server/main.go": regexp.MustCompile(`(?m)^var version = "(.+)"$`),
		"cmd/khonggiayctl/main.go":     regexp.MustCompile(`(?m)^var version = "(.+)"$`),
		"frontend/package.json":        regexp.MustCompile(`"version": "(.+)"`),
		"wails.json":                   regexp.MustCompile(`"productVersion": "(.+)"`),
	}
	var seen []string
	for _, f := range tree(t) {
		if re := places[f.name]; re != nil {
			m := re.FindSubmatch(f.text)
			if m == nil {
				t.Fatalf("%s: no version found", f.name)
			}
			seen = append(seen, string(m[1]))
		}
	}
	if len(seen) != len(places) || len(slices.Compact(seen)) != 1 {
		t.Errorf("versions differ: %q in %d of %d places", seen, len(seen), len(places))
	}
}
