package house

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"
)

var (
	requireRE = regexp.MustCompile(`(?m)^(?:require )?\t?([a-z0-9.-]+\.[a-z]+/\S+) v\S+(?: // indirect)?$`)
	namedRE   = regexp.MustCompile("`(@?[\\w.-]+/[^`]+|[\\w.-]+)`")
)

// TestLicencesAreKnown: somebody has read the licence of everything that is
// built in, and written it into docs/licences.md.
func TestLicencesAreKnown(t *testing.T) {
	var named, used []string
	for _, f := range append(tree(t, ".md", ".json"), goMod(t)) {
		switch f.name {
		case "docs/licences.md":
			for _, m := range namedRE.FindAllSubmatch(f.text, -1) {
				named = append(named, string(m[1]))
			}
		case "go.mod":
			for _, m := range requireRE.FindAllSubmatch(f.text, -1) {
				used = append(used, string(m[1]))
			}
		case "frontend/package.json":
			var p struct {
				Dependencies map[string]string `json:"dependencies"`
			}
			if err := json.Unmarshal(f.text, &p); err != nil {
				t.Fatal(err)
			}
			for name := range p.Dependencies {
				used = append(used, name)
			}
		}
	}
	if len(used) < 40 {
		t.Fatalf("only %d modules were found", len(used))
	}
	for _, name := range used {
		if !slices.Contains(named, name) {
			t.Errorf("docs/licences.md: %s: read its licence and write it down", name)
		}
	}
}
