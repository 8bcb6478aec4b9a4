package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"khonggiay/app"
)

// Documents lists documents, a page at a time. Pages stay in step while
// documents come and go: none is shown twice, none that stays is left out.
func (s *Store) Documents(ctx context.Context, viewer app.Viewer, q app.DocumentQuery) (page app.DocumentPage, err error) {
	err = s.Read(ctx, func(v *View) (err error) {
		page, err = v.Documents(viewer, q)
		return err
	})
	return page, err
}

// Documents is [Store.Documents] in a snapshot.
func (v *View) Documents(viewer app.Viewer, q app.DocumentQuery) (app.DocumentPage, error) {
	viewer, err := v.ready(viewer)
	if err != nil {
		return app.DocumentPage{}, err
	}
	if q.Limit <= 0 {
		q.Limit = 50
	}
	q.Limit = min(q.Limit, 500)
	var from *position
	if q.Cursor != "" {
		if from, err = parsePosition(q.Cursor); err != nil {
			return app.DocumentPage{}, err
		}
	}
	if strings.TrimSpace(q.Text) != "" {
		return v.search(viewer, &q, from)
	}
	return v.list(viewer, &q, from)
}

// order is how a list is sorted: by a key, then newest first.
type order struct {
	key  string // SQL; "" = by the row alone
	desc bool
}

// noDue is later than every date.
const noDue = 1 << 40

var orders = map[app.Sort]order{
	app.SortRecent:  {"", true},
	app.SortMoved:   {"d.moved", true},
	app.SortIssued:  {"d.issued", true},
	app.SortNumber:  {"(d.book_year * 4294967296 + d.book_number)", true},
	app.SortUrgency: {"d.urgency", true},
	app.SortDue:     {"(CASE d.due WHEN 0 THEN " + strconv.FormatInt(noDue, 10) + " ELSE d.due END)", false},
}

func orderOf(q *app.DocumentQuery) (order, error) {
	o, ok := orders[q.Sort]
	if !ok {
		return o, app.Refuse(app.Invalid, "query.bad_sort")
	}
	o.desc = o.desc != q.Reverse
	return o, nil
}

// by writes ORDER BY.
func (o order) by(row string) string {
	dir := map[bool]string{true: " DESC", false: " ASC"}
	if o.key == "" {
		return " ORDER BY " + row + dir[o.desc]
	}
	return " ORDER BY " + o.key + dir[o.desc] + ", " + row + " DESC"
}

// after adds the condition for what follows the position.
func (o order) after(w where, row string, p *position) where {
	op := map[bool]string{true: " < ?", false: " > ?"}[o.desc]
	if o.key == "" {
		return w.with(row+op, p.row)
	}
	// The first half lets an index be entered at the right place.
	return w.with(o.key+strings.Replace(op, " ?", "= ?", 1)+" AND ("+o.key+" <> ? OR "+row+" < ?)", p.key, p.key, p.row)
}

func (o order) keyColumn() string {
	if o.key == "" {
		return "0"
	}
	return o.key
}

func (v *View) list(viewer app.Viewer, q *app.DocumentQuery, from *position) (page app.DocumentPage, err error) {
	o, err := orderOf(q)
	if err != nil {
		return page, err
	}
	src, ok, err := v.listSource(viewer, q)
	if err != nil || !ok {
		return page, err
	}
	v.filter(&src, viewer, q)
	if from == nil {
		from = &position{}
		if from.total, from.more, err = v.count(src); err != nil {
			return page, err
		}
	} else {
		src.where = o.after(src.where, src.row, from)
	}
	items, ends, err := v.rows(viewer, src, o, q.Limit)
	if err != nil {
		return page, err
	}
	page = app.DocumentPage{Items: items, Total: int(from.total), More: from.more}
	if len(items) > q.Limit {
		page.Items = items[:q.Limit]
		end := ends[q.Limit-1]
		page.Next = position{key: end.key, row: end.row, total: from.total, more: from.more}.String()
	}
	return page, nil
}

// count counts up to app.CountCap documents.
func (v *View) count(src source) (n int64, more bool, err error) {
	distinct := ""
	if len(src.scopes) > 1 {
		distinct = "DISTINCT "
	}
	w := src.inScopes()
	query := "SELECT count(*) FROM (SELECT " + distinct + src.row + src.from + w.sql() + " LIMIT " + strconv.Itoa(app.CountCap+1) + ")"
	err = v.queryRow(query, w.args...).Scan(&n)
	return min(n, app.CountCap), n > app.CountCap, err
}

// rows reads one document more than limit, if there is one, with the position
// of each. It finds the rows first, so that sorting moves no texts about.
func (v *View) rows(viewer app.Viewer, src source, o order, limit int) (items []app.DocumentRow, ends []position, err error) {
	if len(src.scopes) > 0 && o.key == "" {
		ends, err = v.walkScopes(src, o, limit+1)
	} else {
		ends, err = v.walk(src, o, limit+1)
	}
	if err != nil {
		return nil, nil, err
	}
	items, err = v.rowsAt(viewer, "row", ends)
	return items, ends, err
}

// rowsAt reads the documents at the positions; column is the one of
// document_index that they are of.
func (v *View) rowsAt(viewer app.Viewer, column string, ends []position) ([]app.DocumentRow, error) {
	if len(ends) == 0 {
		return nil, nil
	}
	shown, err := v.shown(viewer, column, ends)
	if err != nil {
		return nil, err
	}
	items := make([]app.DocumentRow, len(ends))
	for i, e := range ends {
		items[i] = shown[e.row]
	}
	return items, nil
}

// walkScopes takes the newest of each scope and merges them: each scope is
// read in the order of its index, and never past what the page can show.
func (v *View) walkScopes(src source, o order, want int) ([]position, error) {
	var all []position
	for _, n := range src.scopes {
		for _, d := range src.directions {
			for _, open := range src.open {
				part := src
				part.where = src.where.with("s.scope = ? AND s.direction = ? AND s.open = ?", n, d, open)
				ends, err := v.walkOnce(part, o, want)
				if err != nil {
					return nil, err
				}
				all = append(all, ends...)
			}
		}
	}
	slices.SortFunc(all, func(a, b position) int {
		if o.desc {
			return cmp.Compare(b.row, a.row)
		}
		return cmp.Compare(a.row, b.row)
	})
	all = slices.CompactFunc(all, func(a, b position) bool { return a.row == b.row })
	return all[:min(len(all), want)], nil
}

// walk reads in the order asked for. A document that several of the viewer's
// scopes hold comes several times, one after the other.
func (v *View) walk(src source, o order, want int) (ends []position, err error) {
	src.where = src.inScopes()
	base, chunk := src.where, want*max(1, min(len(src.scopes), 3))
	for {
		more, err := v.walkOnce(src, o, chunk)
		if err != nil {
			return nil, err
		}
		ends = slices.CompactFunc(append(ends, more...), func(a, b position) bool { return a.row == b.row })
		if len(ends) >= want || len(more) < chunk {
			return ends[:min(len(ends), want)], nil
		}
		src.where = o.after(base, src.row, &more[len(more)-1])
	}
}

func (v *View) walkOnce(src source, o order, limit int) (ends []position, err error) {
	err = v.each(walkSQL(src, o, limit), src.where.args, func(rows *sql.Rows) error {
		var p position
		err := rows.Scan(&p.key, &p.row)
		ends = append(ends, p)
		return err
	})
	return ends, err
}

func walkSQL(src source, o order, limit int) string {
	return "SELECT " + o.keyColumn() + ", " + src.row + src.from + src.where.sql() + o.by(src.row) + " LIMIT " + strconv.Itoa(limit)
}

// shown reads what a list shows of the documents at the positions.
func (v *View) shown(viewer app.Viewer, column string, at []position) (map[int64]app.DocumentRow, error) {
	rowList := make([]int64, len(at))
	for i, p := range at {
		rowList[i] = p.row
	}
	list, err := json.Marshal(rowList) // one text of SQL for every length
	if err != nil {
		return nil, err
	}
	out := make(map[int64]app.DocumentRow, len(at))
	query := "SELECT " + readSQL + ", d." + column + ", " + shownColumns + " FROM document_index d WHERE d." + column + " IN (SELECT value FROM json_each(?))"
	err = v.each(query, []any{string(viewer.Person), string(list)}, func(rows *sql.Rows) error {
		var item app.DocumentRow
		var read bool
		var row int64
		err := rows.Scan(append([]any{&read, &row}, scanShown(&item)...)...)
		item.Unread = viewer.Person != "" && !read
		out[row] = item
		return err
	})
	return out, err
}

// Rows returns what a list would show of the documents, of those that the
// viewer may see.
func (v *View) Rows(viewer app.Viewer, ids []app.ID) (map[app.ID]app.DocumentRow, error) {
	out := map[app.ID]app.DocumentRow{}
	viewer, err := v.ready(viewer)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	var w where
	in(&w, "d.id", ids)
	items, err := v.visible(viewer, w, len(ids))
	for _, r := range items {
		out[r.ID] = r
	}
	return out, err
}

// visible lists documents that meet the conditions and that the viewer may
// see, newest first: for conditions that find few.
func (v *View) visible(viewer app.Viewer, w where, limit int) ([]app.DocumentRow, error) {
	if !viewer.All {
		numbers, err := v.scopeNumbersOf(viewer.Scopes)
		if err != nil || len(numbers) == 0 {
			return nil, err
		}
		var held where
		inNumbers(&held, "s.scope", numbers)
		w.add("EXISTS (SELECT 1 FROM document_scope s"+held.sql()+" AND s.direction = d.direction AND s.open = d.open AND s.row = d.row)", held.args...)
	}
	src := source{from: " FROM document_index d", row: "d.row", where: w}
	items, _, err := v.rows(viewer, src, orders[app.SortRecent], limit-1)
	return items, err
}

// Document returns the document and its version, if the viewer may see it,
// else app.ErrNotFound.
func (v *View) Document(viewer app.Viewer, id app.ID) (*app.Document, uint64, error) {
	r, version, err := v.recordAndVersion(app.Key{Kind: app.KindDocument, ID: id})
	if err != nil {
		return nil, 0, err
	}
	if r == nil || !v.holds(viewer, r) {
		return nil, 0, app.ErrNotFound
	}
	return r.(*app.Document), version, nil
}

// Records lists the records of a kind outside of documents and directory
// (templates, read marks) that the viewer may see, by id.
func (v *View) Records(viewer app.Viewer, kind app.Kind) (out []app.Record, err error) {
	if viewer, err = v.ready(viewer); err != nil {
		return nil, err
	}
	query, args := "SELECT id FROM record WHERE kind = ? ORDER BY id", []any{kind}
	if !viewer.All {
		numbers, err := v.scopeNumbersOf(viewer.Scopes)
		if err != nil || len(numbers) == 0 {
			return nil, err
		}
		var w where
		inNumbers(&w, "scope", numbers)
		w.add("kind = ?", kind)
		query, args = "SELECT DISTINCT id FROM record_scope"+w.sql()+" ORDER BY id", w.args
	}
	var ids []app.ID
	err = v.each(query, args, func(rows *sql.Rows) error {
		var id app.ID
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	for _, id := range ids {
		r, err := v.Get(app.Key{Kind: kind, ID: id})
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, err
}
