package sqlite

import (
	"slices"
	"strings"

	"khonggiay/app"
)

// rankedWindow is how many of the newest hits are sorted so that those with
// exactly the typed accents come first. Past it, hits are newest first.
const rankedWindow = 200

// search lists documents by their words. Among the newest hits those that
// carry the typed accents come first; further ones follow newest first. The
// window is fixed by the first page, so later pages stay in step with it while
// documents come in.
func (v *View) search(viewer app.Viewer, q *app.DocumentQuery, from *position) (page app.DocumentPage, err error) {
	terms := parseTerms(q.Text)
	src, ok, err := v.searchSource(viewer, q, terms)
	if err != nil || !ok {
		return page, err
	}
	if from == nil {
		if from, err = v.searchStart(src, terms); err != nil {
			return page, err
		}
	}
	page = app.DocumentPage{Total: int(from.total), More: from.more}
	next := *from
	if from.skip >= 0 {
		page.Items, err = v.window(viewer, src, terms, q.Limit, &next)
	}
	if need := q.Limit - len(page.Items); err == nil && next.skip < 0 && need > 0 {
		err = v.pastWindow(viewer, src, need, &page, &next)
	}
	if err != nil {
		return page, err
	}
	if next.row > 0 && len(page.Items) > 0 {
		page.Next = next.String()
	}
	return page, v.highlight(terms, page.Items)
}

// searchSource is listSource for a search; ok is false when nothing can be
// found.
func (v *View) searchSource(viewer app.Viewer, q *app.DocumentQuery, terms []term) (src source, ok bool, err error) {
	if len(terms) == 0 {
		return src, false, nil
	}
	var numbers []int64
	if !viewer.All {
		if numbers, err = v.scopeNumbersOf(viewer.Scopes); err != nil || len(numbers) == 0 {
			return src, false, err
		}
	}
	src = source{from: " FROM document_fts f CROSS JOIN document_index d ON d.row = f.rowid", row: "f.rowid"}
	src.where.add("document_fts MATCH ?", matchText(terms, numbers))
	if q.Direction != 0 {
		src.where.add("+d.direction = ?", q.Direction)
	}
	v.filter(&src, viewer, q)
	return src, true, nil
}

// searchStart counts, and sets the window's newest row.
func (v *View) searchStart(src source, terms []term) (*position, error) {
	p := &position{skip: -1, row: maxRow}
	var err error
	if p.total, p.more, err = v.count(src); err != nil || !accented(terms) {
		return p, err
	}
	p.skip = 0
	err = v.queryRow("SELECT coalesce((SELECT f.rowid"+src.from+src.where.sql()+" ORDER BY f.rowid DESC LIMIT 1), 0)", src.where.args...).Scan(&p.row)
	return p, err
}

const maxRow = 1<<63 - 1

// window shows what is left of the ranked window. next then says where the
// following page begins: in the window, past it, or (row 0) nowhere.
func (v *View) window(viewer app.Viewer, src source, terms []term, limit int, next *position) ([]app.DocumentRow, error) {
	src.where = src.where.with("f.rowid <= ?", next.row)
	items, ends, err := v.rows(viewer, src, order{desc: true}, rankedWindow)
	if err != nil {
		return nil, err
	}
	whole := len(items) <= rankedWindow // the window holds all that was found
	items = items[:min(len(items), rankedWindow)]
	oldest := int64(0)
	if len(items) > 0 {
		oldest = ends[len(items)-1].row
	}
	inexact := func(r *app.DocumentRow) int64 {
		return 1 - toInt(foundAll(terms, strings.Join([]string{r.Subject, r.OrganName, r.CodeNumber, r.Notation}, " "), true))
	}
	slices.SortStableFunc(items, func(a, b app.DocumentRow) int { return int(inexact(&a) - inexact(&b)) })
	skip := min(int(next.skip), len(items))
	shown := items[skip:min(skip+limit, len(items))]
	switch {
	case skip+len(shown) < len(items):
		next.skip += int64(len(shown))
	case whole:
		next.row, next.skip = 0, -1
	default:
		next.row, next.skip = oldest, -1
	}
	return shown, nil
}

// pastWindow adds hits older than next.row.
func (v *View) pastWindow(viewer app.Viewer, src source, need int, page *app.DocumentPage, next *position) error {
	if next.row == 0 {
		return nil
	}
	src.where = src.where.with("f.rowid < ?", next.row)
	items, ends, err := v.rows(viewer, src, order{desc: true}, need)
	if err != nil {
		return err
	}
	if next.row = 0; len(items) > need {
		items = items[:need]
		next.row = ends[need-1].row
	}
	page.Items = append(page.Items, items...)
	return nil
}

// highlight marks what was found, in the subject and, when that does not hold
// it all, in a piece of the body.
func (v *View) highlight(terms []term, items []app.DocumentRow) error {
	for i := range items {
		r := &items[i]
		r.Hits = mark(terms, r.Subject)
		if r.Hits == nil && r.Subject != "" {
			r.Hits = []app.TextSpan{{Text: r.Subject}}
		}
		if foundAll(terms, r.Subject, false) {
			continue
		}
		rec, _, err := v.recordAndVersion(app.Key{Kind: app.KindDocument, ID: r.ID})
		if err != nil {
			return err
		}
		if rec != nil {
			_, body := app.SearchText(rec)
			r.Snip = snippet(terms, body)
		}
	}
	return nil
}

// integrityOfSearch asks FTS5 to check its own index.
func (tx *Tx) integrityOfSearch() error {
	return tx.exec("INSERT INTO document_fts (document_fts) VALUES ('integrity-check')")
}
