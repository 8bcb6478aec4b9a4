package sqlite

import (
	"cmp"
	"slices"
	"strconv"
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
	f, err := v.finder(viewer, q)
	if err != nil || len(f.shelves) == 0 {
		return page, err
	}
	var newest []position // what the first page read already
	if from == nil {
		if from, newest, err = f.start(); err != nil {
			return page, err
		}
	}
	page = app.DocumentPage{Total: int(from.total), More: from.more}
	next := *from
	if from.skip >= 0 {
		page.Items, err = f.window(newest, q.Limit, &next)
		newest = nil
	}
	if need := q.Limit - len(page.Items); err == nil && next.skip < 0 && need > 0 {
		err = f.pastWindow(newest, need, &page, &next)
	}
	if err != nil {
		return page, err
	}
	if next.row > 0 && len(page.Items) > 0 {
		page.Next = next.String()
	}
	return page, v.highlight(f.terms, page.Items)
}

// finder finds the hits of one search. Its positions are rowids of the index.
type finder struct {
	*View
	viewer  app.Viewer
	terms   []term
	src     source  // what the query asks of the documents beside their words
	shelves []shelf // where to look; none when nothing can be found
}

func (v *View) finder(viewer app.Viewer, q *app.DocumentQuery) (f *finder, err error) {
	f = &finder{View: v, viewer: viewer, terms: parseTerms(q.Text)}
	if len(f.terms) == 0 {
		return f, nil
	}
	if f.shelves, err = v.shelves(viewer); err != nil || len(f.shelves) == 0 {
		return f, err
	}
	f.src = source{from: " FROM document_fts f", row: "f.rowid", moment: "d.row"}
	if q.Direction != 0 {
		f.src.where.add("+d.direction = ?", q.Direction)
	}
	if v.filter(&f.src, viewer, q); len(f.src.where.conds) > 0 {
		f.src.from += " CROSS JOIN document_index d ON " + f.joined()
	}
	return f, v.spell(f.terms)
}

// joined says which document a hit is.
func (f *finder) joined() string {
	if f.store.opts.Role == Server {
		return "d.place = f.rowid"
	}
	return "d.row = " + strconv.FormatInt(maxRow, 10) + " - f.rowid"
}

// bound is a place in the order of hits: by their moment, the newest first, then
// by shelf.
type bound struct {
	row  int64
	with bool // a hit there belongs to what follows
}

// newestRow is before all hits: no document is so new.
const newestRow = 1

// within are the first and the last rowid on a shelf that follow the bound.
func (f *finder) within(s shelf, from bound) (first, last int64) {
	bits := f.store.opts.Role.placeBits()
	at, age := from.row>>bits, from.row&(1<<bits-1)
	if s.n < at || s.n == at && !from.with {
		age++
	}
	return s.n<<bits + age, s.n<<bits + (1<<bits - 1)
}

// newest finds up to limit hits from the bound on.
func (f *finder) newest(from bound, limit int) ([]position, error) {
	var all []position
	for _, s := range f.shelves {
		src := f.src
		first, last := f.within(s, from)
		src.where = where{[]string{"document_fts MATCH ?", "f.rowid BETWEEN ? AND ?"}, []any{matchText(f.terms, s.scopes), first, last}}
		src.where.conds = append(src.where.conds, f.src.where.conds...)
		src.where.args = append(src.where.args, f.src.where.args...)
		found, err := f.walkOnce(src, order{}, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if len(f.shelves) > 1 {
		slices.SortFunc(all, f.compare)
	}
	return all[:min(len(all), limit)], nil
}

// compare orders hits.
func (f *finder) compare(a, b position) int {
	bits := f.store.opts.Role.placeBits()
	return cmp.Or(cmp.Compare(a.row&(1<<bits-1), b.row&(1<<bits-1)), cmp.Compare(a.row, b.row))
}

// start finds the newest, as many as are counted, in one go, and sets the
// window's newest row.
func (f *finder) start() (*position, []position, error) {
	newest, err := f.newest(bound{row: newestRow}, app.CountCap+1)
	n := int64(len(newest))
	p := &position{skip: -1, row: newestRow, total: min(n, app.CountCap), more: n > app.CountCap}
	if err != nil || !accented(f.terms) {
		return p, newest, err
	}
	if p.skip = 0; n > 0 {
		p.row = newest[0].row
	} else {
		p.row = 0
	}
	return p, newest, nil
}

// found reads one document more than limit from the bound on, if there is one:
// of the newest, when they are known, else by asking.
func (f *finder) found(from bound, newest []position, limit int) (items []app.DocumentRow, ends []position, err error) {
	if newest == nil {
		if newest, err = f.newest(from, limit+1); err != nil {
			return nil, nil, err
		}
	}
	ends = newest[:min(len(newest), limit+1)]
	items, err = f.read(ends)
	return items, ends, err
}

// read reads the documents at the positions.
func (f *finder) read(ends []position) ([]app.DocumentRow, error) {
	if f.store.opts.Role == Server {
		return f.rowsAt(f.viewer, "place", ends)
	}
	rows := slices.Clone(ends)
	for i := range rows {
		rows[i].row = maxRow - rows[i].row
	}
	return f.rowsAt(f.viewer, "row", rows)
}

// window shows what is left of the ranked window. next then says where the
// following page begins: in the window, past it, or (row 0) nowhere.
func (f *finder) window(newest []position, limit int, next *position) ([]app.DocumentRow, error) {
	items, ends, err := f.found(bound{next.row, true}, newest, rankedWindow)
	if err != nil {
		return nil, err
	}
	whole := len(items) <= rankedWindow // the window holds all that was found
	items = items[:min(len(items), rankedWindow)]
	oldest := int64(0)
	if len(items) > 0 {
		oldest = ends[len(items)-1].row
	}
	items = f.ranked(items)
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

// ranked puts those first that carry the typed accents.
func (f *finder) ranked(items []app.DocumentRow) []app.DocumentRow {
	var exact, others []app.DocumentRow
	for _, r := range items {
		if foundAll(f.terms, strings.Join([]string{r.Subject, r.OrganName, r.CodeNumber, r.Notation}, " "), true) {
			exact = append(exact, r)
		} else {
			others = append(others, r)
		}
	}
	return append(exact, others...)
}

// pastWindow adds hits older than next.row.
func (f *finder) pastWindow(newest []position, need int, page *app.DocumentPage, next *position) error {
	if next.row == 0 {
		return nil
	}
	items, ends, err := f.found(bound{row: next.row}, newest, need)
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
