package sqlite

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// The schema files are where people look first: every table says what it is
// for, every column what is in it.
func TestSchemaExplainsItself(t *testing.T) {
	begins := regexp.MustCompile(`^CREATE (?:VIRTUAL )?TABLE (\w+)`)
	noColumn := regexp.MustCompile(`^\s*(PRIMARY KEY \(|(content|contentless_delete|tokenize|prefix) = |--)`)
	err := fs.WalkDir(schema, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(schema, path)
		if err != nil {
			return err
		}
		table, before := "", ""
		for line := range strings.Lines(string(b)) {
			line = strings.TrimRight(line, "\n")
			if m := begins.FindStringSubmatch(line); m != nil {
				table = m[1]
				// Two tables that share a comment stand without a gap.
				if !strings.HasPrefix(before, "--") && !strings.HasPrefix(before, ")") {
					t.Errorf("%s: nobody says what table %s is for", path, table)
				}
			} else if strings.HasPrefix(line, ")") {
				table = ""
			} else if table != "" && !noColumn.MatchString(line) && !strings.Contains(line, " -- ") {
				t.Errorf("%s: %s: nobody says what is in %q", path, table, strings.TrimSpace(line))
			}
			before = line
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
