package sqlite

import (
	"database/sql"
	"errors"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

const outboxColumns = `SELECT id, kind, target, name, command, state, given, decided, doubt, result, coalesce(receipt, 0), retry, lost FROM outbox `

func scanOutbox(row interface{ Scan(...any) error }) (o feed.OutboxRow, err error) {
	var doubt, result []byte
	if err := row.Scan(&o.ID, &o.Target.Kind, &o.Target.ID, &o.Name, &o.Command, &o.State, &o.Given, &o.Decided, &doubt, &result, &o.Receipt, &o.Retry, &o.Lost); err != nil {
		return o, err
	}
	if o.Doubt, err = feed.DecodeError(doubt); err != nil {
		return o, err
	}
	if result != nil {
		r, err := feed.DecodeResult(result)
		if err != nil {
			return o, err
		}
		o.Result = &r
	}
	return o, nil
}

// PutOutbox stores a command's row in place of the one it had.
func (tx *Tx) PutOutbox(o feed.OutboxRow) error {
	doubt, err := feed.EncodeError(o.Doubt)
	if err != nil {
		return err
	}
	var result []byte
	if o.Result != nil {
		if result, err = feed.EncodeResult(o.Result); err != nil {
			return err
		}
	}
	return tx.exec(`INSERT INTO outbox (id, kind, target, name, command, state, given, decided, doubt, result, receipt, retry, lost)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?)
		ON CONFLICT (id) DO UPDATE SET command = excluded.command, state = excluded.state, decided = excluded.decided,
			doubt = excluded.doubt, result = excluded.result, receipt = excluded.receipt, retry = excluded.retry, lost = excluded.lost`,
		uint64(o.ID), o.Target.Kind, string(o.Target.ID), o.Name, o.Command, o.State, o.Given, o.Decided, doubt, result, o.Receipt, uint64(o.Retry), o.Lost)
}

// OutboxRow returns one command's row, nil if there is none.
func (v *View) OutboxRow(id app.CommandID) (*feed.OutboxRow, error) {
	o, err := scanOutbox(v.queryRow(outboxColumns+`WHERE id = ?`, uint64(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &o, err
}

// Outbox lists the commands in a state, by id, at most limit of them.
func (v *View) Outbox(state feed.OutboxState, limit int) (out []feed.OutboxRow, err error) {
	err = v.each(outboxColumns+`WHERE state = ? ORDER BY id LIMIT ?`, []any{state, limit}, func(rows *sql.Rows) error {
		o, err := scanOutbox(rows)
		out = append(out, o)
		return err
	})
	return out, err
}

// OutboxAfter lists the commands in a state after one, by id.
func (v *View) OutboxAfter(state feed.OutboxState, id app.CommandID) (out []feed.OutboxRow, err error) {
	err = v.each(outboxColumns+`WHERE state = ? AND id > ? ORDER BY id`, []any{state, uint64(id)}, func(rows *sql.Rows) error {
		o, err := scanOutbox(rows)
		out = append(out, o)
		return err
	})
	return out, err
}

// OutboxCount counts the commands in a state.
func (v *View) OutboxCount(state feed.OutboxState) (n int, err error) {
	err = v.queryRow(`SELECT count(*) FROM outbox WHERE state = ?`, state).Scan(&n)
	return n, err
}

// TidyOutbox forgets accepted and discarded commands decided before a time,
// and receipts that nothing names any more.
func (tx *Tx) TidyOutbox(before app.Time) error {
	n, err := tx.execCount(`DELETE FROM outbox WHERE state IN (?, ?) AND decided < ?`, feed.OutAcknowledged, feed.OutDiscarded, before)
	if err != nil || n == 0 {
		return err
	}
	return tx.exec(`DELETE FROM receipt WHERE id NOT IN (SELECT receipt FROM outbox WHERE receipt IS NOT NULL)`)
}

// PutReceipt stores results under the server's signature.
func (tx *Tx) PutReceipt(r *feed.Receipt) (id int64, err error) {
	err = tx.queryRow(`INSERT INTO receipt (signed, signature) VALUES (?, ?) RETURNING id`, r.Signed, r.Signature).Scan(&id)
	return id, err
}

// Touch notes that a pending command has changed a record here; Untouch
// forgets all that a command has changed.
func (tx *Tx) Touch(id app.CommandID, key app.Key) error {
	return tx.exec(`INSERT INTO touched (command, kind, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, uint64(id), key.Kind, string(key.ID))
}

// Untouch forgets what a command has changed.
func (tx *Tx) Untouch(id app.CommandID) error {
	return tx.exec(`DELETE FROM touched WHERE command = ?`, uint64(id))
}

// TouchedBy lists the records that a pending command has changed.
func (v *View) TouchedBy(id app.CommandID) ([]app.Key, error) {
	return v.keys(`SELECT kind, id FROM touched WHERE command = ? ORDER BY kind, id`, uint64(id))
}

// Touching lists the pending commands that have changed a record, by id.
func (v *View) Touching(key app.Key) (out []app.CommandID, err error) {
	err = v.each(`SELECT command FROM touched WHERE kind = ? AND id = ? ORDER BY command`, []any{key.Kind, string(key.ID)}, func(rows *sql.Rows) error {
		var id uint64
		err := rows.Scan(&id)
		out = append(out, app.CommandID(id))
		return err
	})
	return out, err
}
