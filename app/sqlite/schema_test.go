package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"khonggiay/app"
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

// TestTablesOfBothRolesAreAlike: a table that both roles made, each in its own
// file, has the same columns in both, for the same statements use it.
func TestTablesOfBothRolesAreAlike(t *testing.T) {
	replica, server := columnsOf(t, Replica), columnsOf(t, Server)
	for _, table := range []string{"upload", "content_ref", "scope_sum"} {
		if replica[table] == "" || server[table] == "" {
			t.Errorf("table %s is not in both roles", table)
		}
	}
	for table, columns := range replica {
		if other, both := server[table]; both && other != columns {
			t.Errorf("table %s of a laptop: %s\nof the server: %s", table, columns, other)
		}
	}
}

// columnsOf reads from a new file how each table's columns are declared.
func columnsOf(t *testing.T, role Role) map[string]string {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "kg.db"), Role: role, Clock: func() app.Time { return testNow }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := map[string]string{}
	err = s.Read(context.Background(), func(v *View) error {
		return v.each(`SELECT t.name, c.name, c.type, c."notnull", ifnull(c.dflt_value, '-'), c.pk FROM sqlite_schema t, pragma_table_xinfo(t.name) c
			WHERE t.type = 'table' ORDER BY t.name, c.cid`, nil, func(rows *sql.Rows) error {
			var table, column, typ, value string
			var notNull, pk int
			err := rows.Scan(&table, &column, &typ, &notNull, &value, &pk)
			out[table] += fmt.Sprintln(column, typ, notNull, value, pk)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
