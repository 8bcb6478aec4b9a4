package apptest

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"khonggiay/app"
)

// The models: what a list must answer, found by looking at every document.

// sees reports whether the viewer may see the record.
func sees(v app.Viewer, r app.Record, d *app.Directory) bool {
	return v.All || slices.ContainsFunc(app.ScopesOf(r, d), func(s app.Scope) bool { return slices.Contains(v.Scopes, s) })
}

// moment is when a document arrived or was begun.
func moment(d *app.Document) app.Time {
	if d.Direction == app.Incoming && d.Arrived != 0 {
		return d.Arrived
	}
	return d.Created
}

func has[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// matches is the model of a query's filters.
func matches(d *app.Document, v app.Viewer, q app.DocumentQuery, read map[app.ID]bool) bool {
	overdue := d.DueDate != 0 && d.DueDate < q.Today && d.Finished == 0 && d.Open()
	day := moment(d).Date()
	return (q.Direction == 0 || d.Direction == q.Direction) &&
		(q.Unit == "" || d.Unit == q.Unit) &&
		has(q.States, d.State) && has(q.Types, d.Type) && has(q.Urgency, d.Urgency) &&
		(q.Book == "" || d.Book == q.Book) && (q.BookYear == 0 || d.BookYear == q.BookYear) &&
		(q.From == 0 || day >= q.From) && (q.To == 0 || day <= q.To) &&
		(!q.Open || d.Open()) && (!q.Overdue || overdue) &&
		(!q.Unread || !read[d.ID]) &&
		(!q.Assigned || assigned(d, v)) && (!q.Mine || mine(d, v))
}

func assigned(d *app.Document, v app.Viewer) bool {
	for _, dir := range d.Directives {
		if dir.Withdrawn != 0 {
			continue
		}
		for id, t := range dir.Tasks {
			if !t.Unit && id == v.Person {
				return true
			}
			if t.Unit && (slices.Contains(v.Scopes, app.RoleScope(id, app.RoleHead)) || slices.Contains(v.Scopes, app.RoleScope(id, app.RoleLeader))) {
				return true
			}
		}
	}
	return false
}

func mine(d *app.Document, v app.Viewer) bool {
	if d.Drafter == v.Person || d.Submitted == v.Person {
		return true
	}
	for _, dir := range d.Directives {
		if dir.Withdrawn == 0 && dir.Owner() == v.Person && len(dir.Tasks) > 0 {
			return true
		}
	}
	return false
}

// sortKey is the model of an order: smaller comes first.
func sortKey(d *app.Document, s app.Sort) int64 {
	switch s {
	case app.SortMoved:
		return -int64(d.MovedAt())
	case app.SortIssued:
		return -int64(d.IssuedDate)
	case app.SortNumber:
		return -(int64(d.BookYear)<<32 + int64(d.BookNumber))
	case app.SortUrgency:
		return -int64(d.Urgency)
	case app.SortDue:
		if d.DueDate == 0 {
			return 1 << 40
		}
		return int64(d.DueDate)
	}
	return -int64(moment(d))
}

// expect lists the ids that the query must find, in their order. The fixture
// gives no two documents the same moment.
func expect(docs []*app.Document, dir *app.Directory, v app.Viewer, q app.DocumentQuery, read map[app.ID]bool) []app.ID {
	var found []*app.Document
	for _, d := range docs {
		if sees(v, d, dir) && matches(d, v, q, read) {
			found = append(found, d)
		}
	}
	sign := 1
	if q.Reverse {
		sign = -1
	}
	slices.SortFunc(found, func(a, b *app.Document) int {
		return cmp.Or(sign*cmp.Compare(sortKey(a, q.Sort), sortKey(b, q.Sort)), -cmp.Compare(moment(a), moment(b)))
	})
	return idsOf(found, func(d *app.Document) app.ID { return d.ID })
}

func idsOf[T any](list []T, id func(T) app.ID) []app.ID {
	out := make([]app.ID, len(list))
	for i, v := range list {
		out[i] = id(v)
	}
	return out
}

func rowIDs(rows []app.DocumentRow) []app.ID {
	return idsOf(rows, func(r app.DocumentRow) app.ID { return r.ID })
}

// contains is the model of a search for whole words, accents aside.
func contains(d *app.Document, words ...string) bool {
	title, body := app.SearchText(d)
	have := strings.FieldsFunc(app.Fold(title+" "+body), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	for _, w := range words {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

func writeLine(w io.Writer, args ...any) { fmt.Fprintf(w, "%+v\n", args) }
