package sqlite

import (
	"khonggiay/app"
)

// NextNumber implements app.Tx. The counter is raised in this transaction, and
// in this savepoint: what a refusal undoes, it gives again.
func (tx *Tx) NextNumber(book app.ID, year int) (number uint32, ok bool, err error) {
	r, err := tx.Get(app.Key{Kind: app.KindBook, ID: book})
	if err != nil {
		return 0, false, err
	}
	if holder := r.(*app.Book).Holder; holder == "" || holder != tx.store.opts.Holder {
		return 0, false, nil
	}
	err = tx.queryRow(`INSERT INTO book_counter (book, year, last) VALUES (?, ?, 1)
		ON CONFLICT (book, year) DO UPDATE SET last = last + 1 RETURNING last`, string(book), year).Scan(&number)
	return number, err == nil, err
}

// LastNumber is the last number that the book gave in the year; 0 = none yet.
func (v *View) LastNumber(book app.ID, year int) (uint32, error) {
	var n uint32
	err := v.queryRow("SELECT coalesce(max(last), 0) FROM book_counter WHERE book = ? AND year = ?", string(book), year).Scan(&n)
	return n, err
}
