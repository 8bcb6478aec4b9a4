package sqlite

import (
	"database/sql"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// NextNumber implements app.Tx. The counter is raised in this transaction, and
// in this savepoint: what a refusal undoes, it gives again. A closed book gives
// none.
func (tx *Tx) NextNumber(book app.ID, year int) (number uint32, ok bool, err error) {
	r, err := tx.Get(app.Key{Kind: app.KindBook, ID: book})
	if err != nil {
		return 0, false, err
	}
	b := r.(*app.Book)
	if b.Closed() || b.Holder == "" || b.Holder != tx.store.opts.Holder {
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

// SetLastNumber implements app.Tx: the book's holder has given the number.
func (tx *Tx) SetLastNumber(book app.ID, year int, number uint32) error {
	return tx.exec(`INSERT INTO book_counter (book, year, last) VALUES (?, ?, ?)
		ON CONFLICT (book, year) DO UPDATE SET last = excluded.last`, string(book), year, number)
}

// Numbered implements app.Tx.
func (v *View) Numbered(book app.ID, year int, number uint32) (out []app.ID, err error) {
	if v.settle != nil {
		if err := v.settle(); err != nil {
			return nil, err
		}
	}
	place := int64(year)<<32 + int64(number)
	err = v.each(`SELECT id FROM document_index WHERE book = ? AND book <> '' AND (book_year * 4294967296 + book_number) = ? ORDER BY id`,
		[]any{string(book), place}, func(rows *sql.Rows) error {
			var id app.ID
			err := rows.Scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}

// Issued implements app.Tx.
func (v *View) Issued(certificate []byte, at app.Time) bool {
	issued := v.store.opts.Issued
	return issued != nil && issued(certificate, at)
}

// Signed implements app.Tx. On a laptop whoever told it is believed, and what lies
// in its own outbox has run here; on the server the hub asks who signed it.
func (v *View) Signed(command []byte) (*app.Command, bool, error) {
	if v.store.opts.Role == Server {
		return nil, false, app.Refuse(app.Forbidden, "command.wrong_writer")
	}
	signed, err := feed.ParseCommand(command)
	if err != nil {
		return nil, false, app.Refuse(app.Invalid, "command.malformed")
	}
	cmd, err := signed.Command()
	if err != nil {
		return nil, false, app.Refuse(app.Invalid, "command.unknown")
	}
	own, err := v.OutboxRow(cmd.ID)
	return cmd, own != nil, err
}

// Machine implements app.Tx: the device as the domain's rules need it.
func (v *View) Machine(device app.ID) (app.Machine, error) {
	if v.store.opts.Role != Server {
		return app.Machine{}, app.ErrNotFound
	}
	d, err := v.Device(device)
	if err != nil {
		return app.Machine{}, err
	}
	writer, err := v.Writer(device)
	return app.Machine{ID: d.ID, Person: d.Person, Writer: writer, Name: d.Name, Revoked: d.Revoked != 0}, err
}
