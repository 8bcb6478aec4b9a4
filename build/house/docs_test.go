package house

import (
	"bytes"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	codeRE       = regexp.MustCompile("`([^`\n]+)`")
	identifierRE = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*$`)
	lawCodeRE    = regexp.MustCompile(`^[A-Z]+(_[A-Z]+)+$`)
	commandRE    = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)
	linkRE       = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)
	targetRE     = regexp.MustCompile(`(?m)^([a-z0-9%-]+):(.*)$`)
)

// TestGlossaryIsTrue: the identifiers, codes and commands that the glossary
// names are those of the code.
func TestGlossaryIsTrue(t *testing.T) {
	names := map[string]bool{}
	var text bytes.Buffer
	for _, s := range sources(t) {
		if s.isTest() || s.dir() != "app" {
			continue
		}
		text.Write(s.text)
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names[id.Name] = true
			}
			return true
		})
	}
	for _, f := range tree(t, ".md") {
		if f.name != "docs/glossary.md" {
			continue
		}
		for _, m := range codeRE.FindAllSubmatchIndex(f.text, -1) {
			word := string(f.text[m[2]:m[3]])
			switch {
			case identifierRE.MatchString(word):
				for part := range strings.SplitSeq(word, ".") {
					if !names[part] {
						t.Errorf("%s:%d: %s: no %q in package app", f.name, f.line(m[0]), word, part)
					}
				}
			case lawCodeRE.MatchString(word), commandRE.MatchString(word):
				if !bytes.Contains(text.Bytes(), []byte(word)) {
					t.Errorf("%s:%d: %s is not in package app", f.name, f.line(m[0]), word)
				}
			}
		}
	}
}

// TestLinksResolve: a document may point only to files that exist.
func TestLinksResolve(t *testing.T) {
	for _, f := range tree(t, ".md") {
		for _, m := range linkRE.FindAllSubmatchIndex(f.text, -1) {
			target := string(f.text[m[2]:m[3]])
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(f.dir()), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s:%d: %s does not exist", f.name, f.line(m[0]), target)
			}
		}
	}
}

// TestMakefileStaysSmall: at most twelve targets, each with its line of help.
func TestMakefileStaysSmall(t *testing.T) {
	for _, f := range tree(t) {
		if f.name != "Makefile" {
			continue
		}
		targets := targetRE.FindAllSubmatch(f.text, -1)
		if len(targets) == 0 || len(targets) > 12 {
			t.Errorf("Makefile has %d targets, want 1 to 12", len(targets))
		}
		for _, m := range targets {
			if !bytes.Contains(m[2], []byte("## ")) {
				t.Errorf("make %s has no line of help (##)", m[1])
			}
		}
	}
}
