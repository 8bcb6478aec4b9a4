package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strconv"

	"khonggiay/app"
)

// Where a document stands in the search index. FTS5 keeps each word's list by
// rowid and leaps along it from one candidate to the next. On the server, where
// most words stand in a great part of all documents, the candidates of one
// searcher must lie close to each other, or each leap costs a page: so the
// documents of one office lie together, on its shelf. On a laptop all do. The
// newest has the lowest rowid, since FTS5 reads forwards twice as fast.

// On the server a place is the shelf and, below it, what is left of its time: the
// shelf's end - (milliseconds × 2^9 + a hash). The milliseconds last until 2109,
// the shelves for 4,095 offices; after that offices share shelves.
const (
	placeBits     = 51
	placeHashBits = 9
	maxShelf      = 1<<(63-placeBits) - 1
	maxMoment     = 1<<(placeBits-placeHashBits) - 1
)

// placeBits are the bits of a place within its shelf.
func (r Role) placeBits() uint {
	if r == Server {
		return placeBits
	}
	return 63
}

// shelf is what of the search index a search reads.
type shelf struct {
	n      int64   // of table shelf; 0 on a laptop
	scopes []int64 // of the searcher, those that have something here; none on a laptop
}

// placeOf says where the entry stands in the search index. When old stays where
// it is, a place that is taken is no matter: it is old's.
func (tx *Tx) placeOf(e *indexEntry, d *app.Document, old *indexed) error {
	if tx.store.opts.Role != Server {
		return nil
	}
	n, err := tx.shelfNumber(d.Unit)
	if err != nil {
		return err
	}
	hash := e.row & (1<<rowBits - 1) >> (rowBits - placeHashBits)
	e.place = (n+1)<<placeBits - 1 - (min(e.row>>rowBits, maxMoment)<<placeHashBits | hash)
	if old != nil && old.staysFor(e) {
		return nil
	}
	return tx.freePlace(e)
}

// freePlace finds the entry another place nearby when a document has its own, a
// little older: the more documents came in one millisecond, the further off, so
// that it is found at once also when an archive was imported as of one moment.
func (tx *Tx) freePlace(e *indexEntry) error {
	first := e.place
	for spread := int64(1 << placeHashBits); ; spread *= 2 {
		var taken bool
		err := tx.queryRow("SELECT EXISTS (SELECT 1 FROM document_index WHERE place = ? AND id <> ?)", e.place, string(e.shown.ID)).Scan(&taken)
		if err != nil || !taken {
			return err
		}
		e.place = first + hashText(string(e.shown.ID), strconv.FormatInt(spread, 10))%spread
	}
}

// placeArg is what document_index holds of the place.
func (e *indexEntry) placeArg() any {
	if e.place == 0 {
		return nil
	}
	return e.place
}

// inSearch is the entry's rowid in document_fts.
func (e *indexEntry) inSearch() int64 { return cmp.Or(e.place, maxRow-e.row) }
func (e *indexed) inSearch() int64    { return cmp.Or(e.place, maxRow-e.row) }

// shelfNumber finds the office's shelf, or gives it one.
func (tx *Tx) shelfNumber(office app.ID) (int64, error) {
	var n int64
	err := tx.queryRow("SELECT n FROM shelf WHERE unit = ?", string(office)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.queryRow("INSERT INTO shelf (unit) VALUES (?) RETURNING n", string(office)).Scan(&n)
	}
	return (n-1)%maxShelf + 1, err
}

// putOnShelf notes that the scope has something on the entry's shelf.
func (tx *Tx) putOnShelf(scope int64, e *indexEntry) error {
	return tx.exec("INSERT INTO scope_shelf (scope, shelf) VALUES (?, ?) ON CONFLICT DO NOTHING", scope, e.place>>placeBits)
}

// shelves are those that may hold something for the viewer.
func (v *View) shelves(viewer app.Viewer) (out []shelf, err error) {
	if viewer.All {
		return v.allShelves()
	}
	numbers, err := v.scopeNumbersOf(viewer.Scopes)
	if err != nil || len(numbers) == 0 {
		return nil, err
	}
	var w where
	inNumbers(&w, "scope", numbers)
	err = v.each("SELECT shelf, scope FROM scope_shelf"+w.sql()+" ORDER BY shelf, scope", w.args, func(rows *sql.Rows) error {
		var n, scope int64
		err := rows.Scan(&n, &scope)
		if len(out) == 0 || out[len(out)-1].n != n {
			out = append(out, shelf{n: n})
		}
		last := &out[len(out)-1]
		last.scopes = append(last.scopes, scope)
		return err
	})
	return out, err
}

func (v *View) allShelves() (out []shelf, err error) {
	if v.store.opts.Role != Server {
		return []shelf{{}}, nil
	}
	err = v.each("SELECT n FROM shelf ORDER BY n", nil, func(rows *sql.Rows) error {
		var s shelf
		err := rows.Scan(&s.n)
		out = append(out, s)
		return err
	})
	return out, err
}

// searchText is what the index is to hold in a row; put is false when that is
// nothing.
type searchText struct {
	rowid               int64
	put                 bool
	title, body, scopes string
}

// noteSearchText notes the document's words, unless they are the same.
func (tx *Tx) noteSearchText(old *indexed, e *indexEntry) error {
	if old != nil && old.textKey == e.textKey {
		return nil
	}
	if err := tx.putWords(e.title, e.body); err != nil {
		return err
	}
	if old != nil {
		tx.texts = append(tx.texts, searchText{rowid: e.inSearch()})
	}
	tx.texts = append(tx.texts, searchText{rowid: e.inSearch(), put: true, title: e.title, body: e.body, scopes: scopeTokens(e.scopeNumbers)})
	return nil
}

// putSearchTexts writes what was noted, by rowid: at each step back FTS5 would
// begin another piece of its index.
func (tx *Tx) putSearchTexts() error {
	slices.SortStableFunc(tx.texts, func(a, b searchText) int { return cmp.Compare(a.rowid, b.rowid) })
	for _, t := range tx.texts {
		if err := tx.putText(t); err != nil {
			return err
		}
	}
	tx.texts = nil
	return nil
}

func (tx *Tx) putText(t searchText) error {
	if !t.put {
		return tx.exec("DELETE FROM document_fts WHERE rowid = ?", t.rowid)
	}
	return tx.exec("INSERT INTO document_fts (rowid, title, body, scopes) VALUES (?, ?, ?, ?)", t.rowid, t.title, t.body, t.scopes)
}
