package house

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

// uiSources are the interface's sources, tests included.
func uiSources(t *testing.T) []file {
	t.Helper()
	var out []file
	for _, f := range tree(t, ".ts", ".tsx", ".js", ".mjs", ".css", ".html") {
		if strings.HasPrefix(f.name, "frontend/") {
			out = append(out, f)
		}
	}
	return out
}

func isUITest(name string) bool {
	return strings.Contains(name, ".test.") || strings.Contains(name, ".spec.") || strings.HasPrefix(name, "frontend/e2e/")
}

var importRE = regexp.MustCompile(`(?m)(?:^|[^.\w])(?:from|import)\s*\(?\s*['"]([^'"]+)['"]`)

// uiImports are the modules a source imports; our own ones as paths from the root.
func uiImports(f file) map[string]int {
	out := map[string]int{}
	for _, m := range importRE.FindAllSubmatchIndex(f.text, -1) {
		spec := string(f.text[m[2]:m[3]])
		switch {
		case strings.HasPrefix(spec, "@/"):
			spec = "frontend/src/" + spec[2:]
		case strings.HasPrefix(spec, "."):
			spec = path.Join(f.dir(), spec)
		}
		out[spec] = f.line(m[2])
	}
	return out
}

const featureRoot = "frontend/src/features/"

// featureOf splits a path into its feature and what is inside; "" when it is in none.
func featureOf(name string) (feature, inside string) {
	rest, ok := strings.CutPrefix(name, featureRoot)
	if !ok {
		return "", ""
	}
	feature, inside, _ = strings.Cut(rest, "/")
	return feature, inside
}

// refusal says why a source may not import the module, or "".
func refusal(from, module string) string {
	mine, _ := featureOf(from)
	theirs, inside := featureOf(module)
	inside = strings.TrimSuffix(inside, ".ts")
	base := strings.HasPrefix(from, "frontend/src/ui/") || strings.HasPrefix(from, "frontend/src/lib/")
	switch {
	case base && theirs != "":
		return "src/ui and src/lib lie under the features and must not know them"
	case mine != "" && theirs != "" && mine != theirs && inside != "" && inside != "index":
		return "a feature shows others its index.ts only, so that its inside can change"
	case strings.HasPrefix(module, "frontend/src/lib/api/") && !isBackend(from):
		return "only src/lib/backend.ts touches the generated client, so that errors and retries are handled in one place"
	case module == "openapi-fetch" && !isBackend(from):
		return "only src/lib/backend.ts speaks HTTP to the API"
	}
	return ""
}

func isBackend(name string) bool {
	return name == "frontend/src/lib/backend.ts" || strings.HasPrefix(name, "frontend/src/lib/api/") || isUITest(name)
}

func TestInterfaceImports(t *testing.T) {
	for _, f := range uiSources(t) {
		for module, line := range uiImports(f) {
			if why := refusal(f.name, module); why != "" {
				t.Errorf("%s:%d: must not import %s:\n\t%s", f.name, line, module, why)
			}
		}
	}
}

func TestInterfaceImportRules(t *testing.T) {
	for _, c := range []struct {
		from, text string
		banned     bool
	}{
		{"frontend/src/features/desk/Desk.tsx", `import { x } from '../documents/list';`, true},
		{"frontend/src/features/desk/Desk.tsx", `import { x } from '../documents';`, false},
		{"frontend/src/features/desk/Desk.tsx", "import {\n x,\n} from '@/features/documents/index';", false},
		{"frontend/src/features/desk/Desk.tsx", `const P = lazy(() => import("@/features/documents/Page"))`, true},
		{"frontend/src/features/desk/Desk.tsx", `import './Desk.css'; import { y } from './parts/Row';`, false},
		{"frontend/src/ui/Table.tsx", `import { x } from '../features/desk';`, true},
		{"frontend/src/features/desk/Desk.tsx", `import type { paths } from '@/lib/api/schema';`, true},
		{"frontend/src/lib/backend.ts", `import type { paths } from './api/schema';`, false},
		{"frontend/src/lib/events.ts", `export * from 'openapi-fetch'`, true},
	} {
		banned := false
		for module := range uiImports(file{c.from, []byte(c.text)}) {
			banned = banned || refusal(c.from, module) != ""
		}
		if banned != c.banned {
			t.Errorf("%s: %s: banned = %v", c.from, c.text, banned)
		}
	}
}

// hosts are the only ones that may stand in the interface's sources: this
// machine, names of XML namespaces, and names that no network resolves (RFC 6761,
// RFC 2606, and .internal).
var hosts = regexp.MustCompile(`^(127\.0\.0\.1|localhost|www\.w3\.org|ns\.adobe\.com|www\.xfa\.org|schemas\.openxmlformats\.org|([\w-]+\.)*(example|invalid|test|internal)|example\.(com|org|net))$`)

var urlRE = regexp.MustCompile(`(?:https?|wss?)://([^\s/'"` + "`" + `:<>)\\]+)|(?:src|href)=["']//([^/"']+)`)

// TestNoForeignHost: a commune on the closed network must see the whole
// interface, so nothing in it comes from elsewhere: no CDN, no font service.
func TestNoForeignHost(t *testing.T) {
	for _, f := range uiSources(t) {
		if f.generated() {
			continue
		}
		for _, m := range urlRE.FindAllSubmatchIndex(f.text, -1) {
			host := string(f.text[max(m[2], m[4]):max(m[3], m[5])])
			if !hosts.MatchString(host) && !strings.HasPrefix(host, "$") {
				t.Errorf("%s:%d: %s: the interface may load nothing from another host", f.name, f.line(m[0]), host)
			}
		}
	}
}

var uiSkipRE = regexp.MustCompile(`\b(?:it|test|describe)\.(?:skip|only|todo|fixme)\b|\bwaitForTimeout\b`)

// TestInterfaceTestsNeitherSkipNorSleep is the interface's half of the Go rule.
func TestInterfaceTestsNeitherSkipNorSleep(t *testing.T) {
	for _, f := range uiSources(t) {
		if !isUITest(f.name) {
			continue
		}
		for _, at := range uiSkipRE.FindAllIndex(f.text, -1) {
			t.Errorf("%s:%d: %s: a test runs alone with others, or is removed; wait for what you expect", f.name, f.line(at[0]), f.text[at[0]:at[1]])
		}
	}
}
