package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func goMod(t *testing.T) file {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return file{"go.mod", text}
}

// unsafeRE is what makes code or HTML of a text. The content security policy
// refuses all of it in the browser; here it is refused before.
var unsafeRE = regexp.MustCompile(`\.(?:inner|outer)HTML\s*=[^=]|insertAdjacentHTML\(|dangerouslySetInnerHTML|document\.write|\beval\(|new Function\(|\.srcdoc\b|createContextualFragment`)

func TestPagesMakeNoCodeOfTexts(t *testing.T) {
	seen := 0
	for _, f := range uiSources(t) {
		if isUITest(f.name) || !strings.HasPrefix(f.name, "frontend/src/") {
			continue
		}
		seen++
		for _, at := range unsafeRE.FindAllIndex(f.text, -1) {
			t.Errorf("%s:%d: %s: a text must stay a text", f.name, f.line(at[0]), f.text[at[0]:at[1]])
		}
	}
	if seen < 50 {
		t.Errorf("only %d sources were read", seen)
	}
}

// TestPolicyAndPagesAgree: the policy names the one Trusted Types policy that is
// made, and the page has nothing that it would refuse.
func TestPolicyAndPagesAgree(t *testing.T) {
	made, allowed := map[string]string{}, ""
	createRE := regexp.MustCompile(`createPolicy\('([^']*)'`)
	for _, f := range append(uiSources(t), tree(t, ".go")...) {
		for _, m := range createRE.FindAllSubmatch(f.text, -1) {
			made[string(m[1])] = f.name
		}
		if f.name == "app/api/ui.go" {
			policy := regexp.MustCompile(`trusted-types ([^";]*)`).FindSubmatch(f.text)
			if policy == nil {
				t.Fatal("app/api/ui.go: no trusted-types in the policy")
			}
			allowed = string(policy[1])
			for _, never := range []string{"script-src 'self' 'unsafe", "'unsafe-eval'", "script-src *", "https:", "http:"} {
				if strings.Contains(string(f.text), never) {
					t.Errorf("%s: the policy allows %s", f.name, never)
				}
			}
		}
		if f.name == "frontend/index.html" {
			if m := regexp.MustCompile(`<script[^>]*>[^<]|<style|\son\w+=|javascript:|(?:src|href)="(?:https?:)?//`).Find(f.text); m != nil {
				t.Errorf("%s: %s", f.name, m)
			}
		}
	}
	if len(made) != 1 || made[allowed] == "" {
		t.Errorf("the policy allows %q, the pages make %v", allowed, made)
	}
}

// TestPDFsRunNoScript: pdf.js is opened in one place, without eval, XFA or a
// scripting engine.
func TestPDFsRunNoScript(t *testing.T) {
	opened := 0
	for _, f := range uiSources(t) {
		if isUITest(f.name) || !strings.HasPrefix(f.name, "frontend/src/") {
			continue
		}
		text := string(f.text)
		if strings.Contains(text, "getDocument({") {
			opened++
			for _, want := range []string{"isEvalSupported: false", "enableXfa: false"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s opens PDFs without %s", f.name, want)
				}
			}
		}
		if strings.Contains(text, "pdf.sandbox") || strings.Contains(text, "enableScripting") {
			t.Errorf("%s: scripts in PDFs", f.name)
		}
	}
	if opened != 1 {
		t.Errorf("PDFs are opened in %d places", opened)
	}
}
