package sqlite

import (
	"slices"
	"strings"

	"khonggiay/app"
)

// where collects the conditions of a list query with their arguments.
type where struct {
	conds []string
	args  []any
}

func (w *where) add(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.args = append(w.args, args...)
}

// in adds "column IN (…)", or nothing for an empty list.
func in[T ~string](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	w.add(column+" IN "+marks(len(values)), args...)
}

func inNumbers[T ~uint8 | ~int64](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = int64(v)
	}
	w.add(column+" IN "+marks(len(values)), args...)
}

func (w *where) sql() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

func (w where) with(cond string, args ...any) where {
	return where{append(slices.Clone(w.conds), cond), append(slices.Clone(w.args), args...)}
}

func marks(n int) string {
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")"
}

// source is the FROM part of a list: all documents, or those that the viewer's
// scopes hold.
type source struct {
	from   string
	row    string // expression in the order of which the source is walked
	moment string // expression of document_index.row
	where  where
	// For document_scope: what its key begins with. All empty for other sources.
	scopes     []int64
	directions []app.Direction
	open       []int64
}

// inScopes adds the beginning of document_scope's key to the conditions.
func (s *source) inScopes() where {
	w := where{slices.Clone(s.where.conds), slices.Clone(s.where.args)}
	inNumbers(&w, "s.scope", s.scopes)
	inNumbers(&w, "s.direction", s.directions)
	inNumbers(&w, "s.open", s.open)
	return w
}

// listSource is where a list of the query starts. ok is false when the viewer
// can see nothing.
func (v *View) listSource(viewer app.Viewer, q *app.DocumentQuery) (s source, ok bool, err error) {
	if viewer.All {
		s = source{from: " FROM document_index d", row: "d.row", moment: "d.row"}
		if q.Direction != 0 {
			s.where.add("d.direction = ?", q.Direction)
		}
		return s, true, nil
	}
	numbers, err := v.scopeNumbersOf(viewer.Scopes)
	if err != nil || len(numbers) == 0 {
		return s, false, err
	}
	s = source{from: " FROM document_scope s CROSS JOIN document_index d ON d.row = s.row", row: "s.row", moment: "s.row"}
	s.scopes, s.directions, s.open = numbers, directionsOf(q), opennessOf(q)
	return s, true, nil
}

func directionsOf(q *app.DocumentQuery) []app.Direction {
	if q.Direction != 0 {
		return []app.Direction{q.Direction}
	}
	return []app.Direction{app.Incoming, app.Outgoing}
}

// opennessOf narrows document_scope.open by the states asked for.
func opennessOf(q *app.DocumentQuery) []int64 {
	if q.Open || q.Overdue {
		return []int64{1}
	}
	open, closed := len(q.States) == 0, len(q.States) == 0
	for _, s := range q.States {
		switch {
		case s == app.OutIssued:
			open, closed = true, true
		case (&app.Document{State: s}).Open():
			open = true
		default:
			closed = true
		}
	}
	switch {
	case !closed:
		return []int64{1}
	case !open:
		return []int64{0}
	}
	return []int64{0, 1}
}

// filter adds what the query asks of the document itself.
func (v *View) filter(src *source, viewer app.Viewer, q *app.DocumentQuery) {
	w := &src.where
	v.filterFields(w, q)
	if q.From != 0 {
		w.add(src.moment+" >= ?", int64(q.From.Start())<<rowBits)
	}
	if q.To != 0 {
		w.add(src.moment+" < ?", int64((q.To+1).Start())<<rowBits)
	}
	if q.Open || q.Overdue {
		w.add("d.open = 1")
	}
	if q.Overdue {
		w.add("d.due <> 0 AND d.due < ? AND d.finished = 0", v.today(q.Today))
	}
	if q.Unread {
		w.add("NOT "+readSQL, string(viewer.Person))
	}
	if q.Assigned {
		v.filterAssigned(w, viewer)
	}
	if q.Mine {
		w.add(`(d.drafter = ? OR d.submitted = ? OR d.row IN (SELECT t.row FROM task_index t WHERE t.giver = ?))`,
			string(viewer.Person), string(viewer.Person), string(viewer.Person))
	}
}

func (v *View) filterFields(w *where, q *app.DocumentQuery) {
	in(w, "d.state", q.States)
	if q.Unit != "" {
		unit := "d.unit = ?"
		if len(q.States) == 0 {
			unit = "+d.unit = ?" // walk in the order of rows; an office's documents are most of them, or the scopes have chosen already
		}
		w.add(unit, string(q.Unit))
	}
	in(w, "d.type", q.Types)
	inNumbers(w, "d.urgency", q.Urgency)
	if q.Book != "" {
		w.add("d.book = ? AND d.book <> ''", string(q.Book)) // as the index says it
	}
	if q.BookYear != 0 {
		w.add("d.book_year = ?", q.BookYear)
	}
	if q.Organ != "" {
		w.add("d.organ = ?", string(q.Organ))
	}
	if q.ReplyTo != "" {
		w.add("d.reply_to = ? AND d.reply_to <> ''", string(q.ReplyTo)) // as the index says it
	}
	if q.Source != "" {
		w.add("d.source = ? AND d.source <> ''", string(q.Source))
	}
}

// filterAssigned keeps documents with a directive to the viewer or to a unit
// that he heads.
func (v *View) filterAssigned(w *where, viewer app.Viewer) {
	query := "SELECT t.row FROM task_index t WHERE t.receiver = ? AND t.is_unit = 0"
	args := []any{string(viewer.Person)}
	if units := headed(viewer.Scopes); len(units) > 0 {
		query += " UNION SELECT t.row FROM task_index t WHERE t.is_unit = 1 AND t.receiver IN " + marks(len(units))
		for _, u := range units {
			args = append(args, u)
		}
	}
	w.add("d.row IN ("+query+")", args...)
}

// headed are the units of which the scopes make their holder head or leader.
func headed(scopes []app.Scope) []string {
	var out []string
	for _, s := range scopes {
		if of, _ := s.Parts(); of.Role == app.RoleHead || of.Role == app.RoleLeader {
			out = append(out, string(of.Unit))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// readSQL tells whether the viewer has opened the document.
const readSQL = "EXISTS (SELECT 1 FROM read_mark m WHERE m.person = ? AND m.doc = d.id)"

func (v *View) today(given app.Date) app.Date {
	if given != 0 {
		return given
	}
	return v.store.Now().Date()
}

// ready brings projections up to date and completes the viewer.
func (v *View) ready(viewer app.Viewer) (app.Viewer, error) {
	if v.settle != nil {
		if err := v.settle(); err != nil {
			return viewer, err
		}
	}
	if viewer.All && len(viewer.Scopes) == 0 && viewer.Person != "" {
		viewer.Scopes = v.Directory().Scopes(viewer.Person, v.store.Now())
	}
	return viewer, nil
}
