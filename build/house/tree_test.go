package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "khonggiay"

// root is the directory that holds go.mod, seen from this package.
const root = "../.."

// outside lists what is not ours or is made by a tool; paths from the root.
var outside = []string{".git", "build/bin", "build/cache", "frontend/dist", "frontend/node_modules",
	"frontend/test-results", "frontend/playwright-report", "var"}

// A file of the tree, named by its slash path from the root.
type file struct {
	name string
	text []byte
}

func (f file) dir() string { return path.Dir(f.name) }

func (f file) ext() string { return path.Ext(f.name) }

// generated reports whether a tool wrote the file, by Go's convention.
func (f file) generated() bool {
	head, _, _ := bytes.Cut(f.text, []byte("\n\n"))
	return bytes.Contains(head, []byte("DO NOT EDIT")) || bytes.Contains(head, []byte("auto-generated"))
}

// line is the 1-based line of the byte offset.
func (f file) line(offset int) int { return 1 + bytes.Count(f.text[:offset], []byte("\n")) }

var readTree = sync.OnceValues(func() ([]file, error) {
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if slices.Contains(outside, name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil // a link to such a directory
		}
		if !d.Type().IsRegular() || !isText(name) {
			return nil
		}
		text, err := os.ReadFile(p)
		files = append(files, file{name, text})
		return err
	})
	return files, err
})

var textNames = []string{".go", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".json", ".sql", ".md",
	".sh", ".txt", ".desktop", ".svg", ".xml", ".manifest", ".nsi", ".nsh", ".rc", ".conf", ".service", ".golden", "Makefile", "run"}

func isText(name string) bool {
	return slices.ContainsFunc(textNames, func(end string) bool { return strings.HasSuffix(name, end) })
}

// tree returns the text files of the project with one of the extensions, or all.
func tree(t *testing.T, exts ...string) []file {
	t.Helper()
	all, err := readTree()
	if err != nil {
		t.Fatal(err)
	}
	var out []file
	for _, f := range all {
		if len(exts) == 0 || slices.Contains(exts, f.ext()) {
			out = append(out, f)
		}
	}
	return out
}

// A source is a parsed Go file.
type source struct {
	file
	set *token.FileSet
	ast *ast.File
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

func (s source) at(p token.Pos) string {
	return s.name + ":" + strings.TrimPrefix(s.set.Position(p).String(), s.name+":")
}

// imports are the import paths of the file.
func (s source) imports() []string {
	var out []string
	for _, spec := range s.ast.Imports {
		out = append(out, strings.Trim(spec.Path.Value, `"`))
	}
	return out
}

// parseTree parses every Go file once, for all tests.
var parseTree = sync.OnceValues(func() ([]source, error) {
	files, err := readTree()
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	var out []source
	for _, f := range files {
		if f.ext() != ".go" || strings.Contains(f.name, "/testdata/") {
			continue
		}
		a, err := parser.ParseFile(set, f.name, f.text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		out = append(out, source{f, set, a})
	}
	return out, nil
})

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parseTree()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
