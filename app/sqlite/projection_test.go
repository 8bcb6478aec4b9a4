package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
)

// dump is every row of every derived table, sorted. Scope numbers and the
// search index have no comparable form; scopes go by name, and the index is
// checked by FTS5 itself and by the conformance suite.
func dump(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	columns := strings.Join(indexColumns[:len(indexColumns)-2], ", ")
	queries := map[string]string{
		"document_index":   "SELECT " + columns + " FROM document_index",
		"task_index":       "SELECT * FROM task_index",
		"waiting":          "SELECT * FROM waiting",
		"document_file":    "SELECT * FROM document_file",
		"read_mark":        "SELECT * FROM read_mark",
		"document_scope":   "SELECT scope.name, direction, open, row FROM document_scope JOIN scope ON n = scope",
		"meeting_index":    "SELECT * FROM meeting_index",
		"assignment_index": "SELECT * FROM assignment_index",
		"meeting_person":   "SELECT * FROM meeting_person",
		"meeting_part":     "SELECT * FROM meeting_part",
		"record_scope":     "SELECT scope.name, kind, id FROM record_scope JOIN scope ON n = scope",
	}
	read(t, s, func(v *View) error {
		for table, query := range queries {
			err := v.each(query, nil, func(rows *sql.Rows) error {
				names, err := rows.Columns()
				if err != nil {
					return err
				}
				values := make([]any, len(names))
				places := make([]any, len(names))
				for i := range values {
					places[i] = &values[i]
				}
				err = rows.Scan(places...)
				out = append(out, table+fmt.Sprint(values))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.Sort(out)
	return out
}

// TestProjectionsEqualRebuild after a random history of changes, refusals and
// deletions.
func TestProjectionsEqualRebuild(t *testing.T) {
	for _, role := range []Role{Replica, Server} {
		t.Run(role.String(), func(t *testing.T) {
			s := testStore(t, role)
			r := rand.New(rand.NewPCG(11, 12))
			docs, changed := apptest.Documents(21, 120), apptest.Documents(22, 120)
			for range 60 {
				write(t, s, func(tx *Tx) error {
					for range 6 {
						i := r.IntN(len(docs))
						err := tx.Savepoint(func() error {
							if err := randomChange(tx, r, docs[i], changed[i]); err != nil || r.IntN(4) > 0 {
								return err
							}
							return errTest
						})
						if err != nil && err.Error() != errTest.Error() {
							return err
						}
					}
					return nil
				})
			}
			before := dump(t, s)
			if len(before) < 200 {
				t.Fatalf("only %d derived rows", len(before))
			}
			if err := s.Rebuild(context.Background()); err != nil {
				t.Fatal(err)
			}
			after := dump(t, s)
			if !slices.Equal(before, after) {
				for _, row := range before {
					if !slices.Contains(after, row) {
						t.Errorf("kept, not derived: %s", row)
					}
				}
				for _, row := range after {
					if !slices.Contains(before, row) {
						t.Errorf("derived, not kept: %s", row)
					}
				}
			}
			if err := s.Check(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func randomChange(tx *Tx, r *rand.Rand, doc, other *app.Document) error {
	mark := &app.ReadMark{ID: app.ReadMarkID("xa1.clerk", doc.ID), Person: "xa1.clerk", Doc: doc.ID, At: testNow}
	switch r.IntN(6) {
	case 0:
		return tx.Delete(doc.Key())
	case 1:
		next := *other // all that belongs to the document may change, but its id
		next.ID = doc.ID
		return tx.Put(&next)
	case 2:
		return tx.Put(mark)
	case 3:
		return tx.Delete(mark.Key())
	}
	return tx.Put(doc)
}

// TestUpgradeRebuilds: a file whose projections are of another version is
// brought to this one at the start.
func TestUpgradeRebuilds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kg.db")
	s := testStoreAt(t, path, Replica)
	docs := apptest.Documents(1, 30)
	write(t, s, func(tx *Tx) error {
		for _, d := range docs {
			if err := tx.Put(d); err != nil {
				return err
			}
		}
		return nil
	})
	want := dump(t, s)
	write(t, s, func(tx *Tx) error {
		if err := tx.setMeta(metaProjection, "0"); err != nil {
			return err
		}
		return tx.exec("UPDATE document_index SET subject = 'old', due = 1")
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, testStoreAt(t, path, Replica)); !slices.Equal(got, want) {
		t.Error("the projections were not rebuilt")
	}
}

// TestRowsOfOneMoment: documents of the same millisecond, and of the same hash,
// each have a row.
func TestRowsOfOneMoment(t *testing.T) {
	s := testStore(t, Replica)
	write(t, s, func(tx *Tx) error {
		for i := range 3000 {
			d := &app.Document{ID: app.ID(fmt.Sprint("d", i)), Direction: app.Incoming, Unit: "u", State: app.InReceived, Created: testNow}
			if err := tx.Put(d); err != nil {
				return err
			}
		}
		return nil
	})
	page, err := s.Documents(context.Background(), app.Viewer{All: true}, app.DocumentQuery{})
	if err != nil || page.Total != app.CountCap || !page.More {
		t.Errorf("%d, more %t, %v", page.Total, page.More, err)
	}
	var n int
	read(t, s, func(v *View) error { return v.queryRow("SELECT count(*) FROM document_index").Scan(&n) })
	if n != 3000 {
		t.Errorf("%d of 3000 documents are listed", n)
	}
}
