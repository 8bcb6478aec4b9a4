package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var reasonRE = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$`)

// reasons finds the reason keys that a source gives to app.Refuse, app.Errorf
// and app.Error, with where they stand.
func reasons(s source) map[string]token.Pos {
	out := map[string]token.Pos{}
	take := func(x ast.Expr) {
		lit, ok := x.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return
		}
		if reason, err := strconv.Unquote(lit.Value); err == nil {
			out[reason] = lit.Pos()
		}
	}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if isApp(s, n.Fun, "Refuse") || isApp(s, n.Fun, "Errorf") {
				if len(n.Args) > 1 {
					take(n.Args[1])
				}
			}
		case *ast.CompositeLit:
			if isApp(s, n.Type, "Error") {
				takeField(n, "Reason", take)
			}
		}
		return true
	})
	return out
}

func takeField(lit *ast.CompositeLit, name string, take func(ast.Expr)) {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
				take(kv.Value)
			}
		}
	}
}

// isApp reports whether the expression names the function or type of package app.
func isApp(s source, x ast.Expr, name string) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return s.dir() == "app" && x.Name == name
	case *ast.SelectorExpr:
		return x.Sel.Name == name && isPackage(s, x.X, module+"/app")
	}
	return false
}

// TestEveryReasonHasWords: an error without words in the dictionary would show
// a person a key, or worse, nothing.
func TestEveryReasonHasWords(t *testing.T) {
	vi := dictionary(t, "vi")
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for reason, pos := range reasons(s) {
			key := "error." + reason
			if strings.HasPrefix(reason, "can.") { // an answer of app.Can; menus show the same words
				key = reason
			}
			if !reasonRE.MatchString(reason) {
				t.Errorf("%s: reason %q: want dotted lower_case words", s.at(pos), reason)
			} else if _, ok := vi[key]; !ok {
				t.Errorf("%s: reason %q has no words: add %s to vi.json and en.json", s.at(pos), reason, key)
			}
		}
	}
}
