package sqlite

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"

	"khonggiay/app"
)

// Scopes limit what a person sees on the server. A laptop holds only what its
// person may see, so there the tables of this file stay empty.

// numberScopes finds who holds the document, gives the scopes numbers on the
// server, and sums up what the search index will hold.
func (tx *Tx) numberScopes(e *indexEntry, d *app.Document) error {
	e.scopes = app.ScopesOf(d, tx.Directory())
	if tx.store.opts.Role == Server {
		for _, s := range e.scopes {
			n, err := tx.scopeNumber(s)
			if err != nil {
				return err
			}
			e.scopeNumbers = append(e.scopeNumbers, n)
		}
		slices.Sort(e.scopeNumbers)
	}
	e.textKey = hashText(e.title, e.body, scopeTokens(e.scopeNumbers))
	return nil
}

// scopeNumber finds the scope's number, or gives it one.
func (tx *Tx) scopeNumber(s app.Scope) (int64, error) {
	var n int64
	err := tx.queryRow("SELECT n FROM scope WHERE name = ?", string(s)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.queryRow("INSERT INTO scope (name) VALUES (?) RETURNING n", string(s)).Scan(&n)
	}
	return n, err
}

// scopeNumbersOf lists the numbers of those scopes that hold anything.
func (v *View) scopeNumbersOf(scopes []app.Scope) ([]int64, error) {
	var out []int64
	for _, s := range scopes {
		var n int64
		err := v.queryRow("SELECT n FROM scope WHERE name = ?", string(s)).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// putDocumentScopes changes the rows of old, nil for none, into those of next.
func (tx *Tx) putDocumentScopes(old *indexed, next *indexEntry) error {
	same := old != nil && next != nil && old.row == next.row && old.direction == next.shown.Direction && old.open == next.shown.Open
	if old != nil {
		for _, n := range old.scopeNumbers {
			if same && slices.Contains(next.scopeNumbers, n) {
				continue
			}
			err := tx.exec("DELETE FROM document_scope WHERE scope = ? AND direction = ? AND open = ? AND row = ?", n, old.direction, old.open, old.row)
			if err != nil {
				return err
			}
		}
	}
	if next == nil {
		return nil
	}
	for _, n := range next.scopeNumbers {
		if same && slices.Contains(old.scopeNumbers, n) {
			continue
		}
		err := tx.exec("INSERT INTO document_scope (scope, direction, open, row) VALUES (?, ?, ?, ?)", n, next.shown.Direction, next.shown.Open, next.row)
		if err != nil {
			return err
		}
		if err := tx.putOnShelf(n, next); err != nil {
			return err
		}
	}
	return nil
}

// projectRecordScopes keeps record_scope for records that are neither
// documents nor part of the directory; r is nil when the record is gone.
func (tx *Tx) projectRecordScopes(key app.Key, r app.Record) error {
	if tx.store.opts.Role != Server {
		return nil
	}
	if err := tx.exec("DELETE FROM record_scope WHERE kind = ? AND id = ?", key.Kind, string(key.ID)); err != nil || r == nil {
		return err
	}
	for _, s := range app.ScopesOf(r, tx.Directory()) {
		n, err := tx.scopeNumber(s)
		if err != nil {
			return err
		}
		if err := tx.exec("INSERT INTO record_scope (scope, kind, id) VALUES (?, ?, ?)", n, key.Kind, string(key.ID)); err != nil {
			return err
		}
	}
	return nil
}

// holds reports whether the viewer may see the record.
func (v *View) holds(viewer app.Viewer, r app.Record) bool {
	if viewer.All {
		return true
	}
	for _, s := range app.ScopesOf(r, v.Directory()) {
		if slices.Contains(viewer.Scopes, s) {
			return true
		}
	}
	return false
}

// scopeTokens are the words that stand for scopes in the search index.
func scopeTokens(numbers []int64) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = "s" + strconv.FormatInt(n, 10)
	}
	return strings.Join(words, " ")
}

func packNumbers(numbers []int64) []byte {
	out := []byte{}
	for _, n := range numbers {
		out = binary.AppendUvarint(out, uint64(n))
	}
	return out
}

func unpackNumbers(b []byte) []int64 {
	var out []int64
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 {
			return out
		}
		out, b = append(out, int64(n)), b[size:]
	}
	return out
}
