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
	var newest []position // what the first page read already
	if from == nil {
		if from, newest, err = v.searchStart(src, terms); err != nil {
			return page, err
		}
	}
	page = app.DocumentPage{Total: int(from.total), More: from.more}
	next := *from
	if from.skip >= 0 {
		page.Items, err = v.window(viewer, src, newest, terms, q.Limit, &next)
		newest = nil
	}
	if need := q.Limit - len(page.Items); err == nil && next.skip < 0 && need > 0 {
		err = v.pastWindow(viewer, src, newest, need, &page, &next)
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
	if err := v.spell(terms); err != nil {
		return src, false, err
	}
	src = source{from: " FROM document_fts f CROSS JOIN document_index d ON d.row = f.rowid", row: "f.rowid"}
	src.where.add("document_fts MATCH ?", matchText(terms, numbers))
	if q.Direction != 0 {
		src.where.add("+d.direction = ?", q.Direction)
	}
	v.filter(&src, viewer, q)
	return src, true, nil
}

// searchStart finds the newest, as many as are counted, in one go, and sets the
// window's newest row.
func (v *View) searchStart(src source, terms []term) (*position, []position, error) {
	newest, err := v.walkOnce(src, order{desc: true}, app.CountCap+1)
	n := int64(len(newest))
	p := &position{skip: -1, row: maxRow, total: min(n, app.CountCap), more: n > app.CountCap}
	if err != nil || !accented(terms) {
		return p, newest, err
	}
	if p.skip = 0; n > 0 {
		p.row = newest[0].row
	} else {
		p.row = 0
	}
	return p, newest, nil
}

// found reads one document more than limit of those that the search finds, if
// there is one: the newest, when they are known, else by asking.
func (v *View) found(viewer app.Viewer, src source, newest []position, limit int) ([]app.DocumentRow, []position, error) {
	if newest == nil {
		return v.rows(viewer, src, order{desc: true}, limit)
	}
	return v.rowsAt(viewer, newest[:min(len(newest), limit+1)])
}

const maxRow = 1<<63 - 1

// window shows what is left of the ranked window. next then says where the
// following page begins: in the window, past it, or (row 0) nowhere.
func (v *View) window(viewer app.Viewer, src source, newest []position, terms []term, limit int, next *position) ([]app.DocumentRow, error) {
	src.where = src.where.with("f.rowid <= ?", next.row)
	items, ends, err := v.found(viewer, src, newest, rankedWindow)
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
func (v *View) pastWindow(viewer app.Viewer, src source, newest []position, need int, page *app.DocumentPage, next *position) error {
	if next.row == 0 {
		return nil
	}
	src.where = src.where.with("f.rowid < ?", next.row)
	items, ends, err := v.found(viewer, src, newest, need)
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
