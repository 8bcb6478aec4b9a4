package sqlite

import (
	"database/sql"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
)

// plan is how SQLite would run the first step of the list.
func plan(t *testing.T, v *View, viewer app.Viewer, q app.DocumentQuery) string {
	t.Helper()
	viewer, err := v.ready(viewer)
	if err != nil {
		t.Fatal(err)
	}
	o, err := orderOf(&q)
	if err != nil {
		t.Fatal(err)
	}
	src, ok, err := v.listSource(viewer, &q)
	if err != nil || !ok {
		t.Fatalf("no source: %v", err)
	}
	v.filter(&src, viewer, &q)
	if len(src.scopes) > 0 && o.key == "" {
		src.where = src.where.with("s.scope = ? AND s.direction = ? AND s.open = ?", src.scopes[0], 1, 1)
	} else {
		src.where = src.inScopes()
	}
	var steps []string
	err = v.each("EXPLAIN QUERY PLAN "+walkSQL(src, o, 50), src.where.args, func(rows *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := rows.Scan(&id, &parent, &unused, &step)
		steps = append(steps, step)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "; ")
}

// TestPlansOfLists: the lists that everybody opens are read in the order of an
// index, and not sorted.
func TestPlansOfLists(t *testing.T) {
	for _, c := range []struct {
		name   string
		q      app.DocumentQuery
		sorted map[Role]bool // whether the rows may be sorted: few, or a rare order
	}{
		{"incoming", app.DocumentQuery{Direction: app.Incoming}, nil},
		{"both", app.DocumentQuery{}, nil},
		{"unit", app.DocumentQuery{Direction: app.Outgoing, Unit: "xa1"}, nil},
		{"month", app.DocumentQuery{Direction: app.Incoming, From: apptest.Today - 30, To: apptest.Today}, nil},
		{"states", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", States: []app.State{app.InWaiting, app.InReceived}}, map[Role]bool{Replica: true}},
		{"one state", app.DocumentQuery{Direction: app.Incoming, Unit: "xa1", States: []app.State{app.InDone}}, nil},
		{"book", app.DocumentQuery{Direction: app.Incoming, Book: "xa1.den", Sort: app.SortNumber}, map[Role]bool{Server: true}},
	} {
		for _, role := range []Role{Replica, Server} {
			t.Run(role.String()+"/"+c.name, func(t *testing.T) {
				s := testStore(t, role)
				write(t, s, func(tx *Tx) error {
					for _, r := range apptest.Province() {
						if err := tx.Put(r); err != nil {
							return err
						}
					}
					for _, d := range apptest.Documents(1, 50) {
						if err := tx.Put(d); err != nil {
							return err
						}
					}
					return nil
				})
				read(t, s, func(v *View) error {
					viewer := app.Viewer{Person: "xa1.clerk", Scopes: v.Directory().Scopes("xa1.clerk", testNow), All: role == Replica}
					got := plan(t, v, viewer, c.q)
					if strings.Contains(got, "TEMP B-TREE") && !c.sorted[role] {
						t.Errorf("sorted: %s", got)
					}
					if role == Server && !strings.HasPrefix(got, "SEARCH s USING PRIMARY KEY") {
						t.Errorf("does not begin with the viewer's scopes: %s", got)
					}
					return nil
				})
			})
		}
	}
}

// TestPlanOfReplies: what opening any document asks for is found, not searched.
func TestPlanOfReplies(t *testing.T) {
	s := testStore(t, Replica)
	for index, q := range map[string]app.DocumentQuery{"document_index_reply": {ReplyTo: "d1"}, "document_index_source": {Source: "d1"}} {
		write(t, s, func(tx *Tx) error {
			if got := plan(t, &tx.View, app.Viewer{All: true}, q); !strings.Contains(got, index) {
				t.Errorf("%+v: %s", q, got)
			}
			return nil
		})
	}
}
