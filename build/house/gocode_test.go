package house

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestPackageComments: a newcomer reads what a package is before its code.
func TestPackageComments(t *testing.T) {
	comments := map[string]string{}
	names := map[string]string{}
	for _, s := range sources(t) {
		if s.isTest() || s.generated() {
			continue
		}
		names[s.dir()] = s.ast.Name.Name
		if s.ast.Doc != nil {
			comments[s.dir()] += s.ast.Doc.Text()
		}
	}
	for dir, name := range names {
		comment := comments[dir]
		switch {
		case comment == "":
			t.Errorf("%s: package %s has no package comment: say what it is, which standard or law it follows, which test proves it", dir, name)
		case name != "main" && !strings.HasPrefix(comment, "Package "+name+" "):
			t.Errorf("%s: the package comment must begin with \"Package %s …\"", dir, name)
		case len(comment) < 60:
			t.Errorf("%s: the package comment is too short to help anybody: %q", dir, comment)
		}
	}
}

// clockless packages get their time from a clock that the caller injects.
var clockless = []string{"app", "sync/feed", "sync/replica", "sync/hub", "signing/pades", "signing/appearance", "signing/remote"}

// TestClock: sync, signing and the domain replay exactly from a seed, so they never ask
// the machine for the time.
func TestClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || !slices.Contains(clockless, s.dir()) {
			continue
		}
		each(s, func(x *ast.SelectorExpr) {
			if isPackage(s, x.X, "time") && slices.Contains([]string{"Now", "Since", "Until"}, x.Sel.Name) {
				t.Errorf("%s: time.%s: take the time from the injected clock, or a simulation cannot replay", s.at(x.Pos()), x.Sel.Name)
			}
		})
	}
}

// TestTestsNeitherSkipNorSleep: a skipped test proves nothing, and a test that
// sleeps is slow on a good day and red on a bad one. Inside a synctest bubble
// sleeping only moves the fake clock, so files that use synctest may.
func TestTestsNeitherSkipNorSleep(t *testing.T) {
	skips := []string{"Skip", "Skipf", "SkipNow"}
	for _, s := range sources(t) {
		if !s.isTest() {
			continue
		}
		fakeClock := slices.Contains(s.imports(), "testing/synctest")
		each(s, func(x *ast.SelectorExpr) {
			id, ok := x.X.(*ast.Ident)
			if !ok {
				return
			}
			if slices.Contains(skips, x.Sel.Name) && slices.Contains([]string{"t", "b", "f", "tb"}, id.Name) {
				t.Errorf("%s: %s.%s: a test runs or is removed", s.at(x.Pos()), id.Name, x.Sel.Name)
			}
			if x.Sel.Name == "Sleep" && isPackage(s, x.X, "time") && !fakeClock {
				t.Errorf("%s: time.Sleep: wait for the event, or use testing/synctest", s.at(x.Pos()))
			}
		})
	}
}

func each(s source, visit func(*ast.SelectorExpr)) {
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			visit(x)
		}
		return true
	})
}

// isPackage reports whether the expression names the imported package.
func isPackage(s source, x ast.Expr, importPath string) bool {
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	for _, spec := range s.ast.Imports {
		if strings.Trim(spec.Path.Value, `"`) != importPath {
			continue
		}
		name := path.Base(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		return id.Name == name
	}
	return false
}
