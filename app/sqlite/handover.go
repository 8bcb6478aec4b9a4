package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// WaitedFor lists everybody in whose own name something waits, except what is
// only to be taken note of.
func (v *View) WaitedFor() (out []app.Scope, err error) {
	err = v.each(`SELECT DISTINCT holder FROM waiting WHERE holder >= 'w:' AND holder < 'w;' AND queue <> ?`, []any{string(app.QueueNotice)},
		func(rows *sql.Rows) error {
			var s app.Scope
			err := rows.Scan(&s)
			out = append(out, s)
			return err
		})
	return out, err
}

// Orphaned lists documents in which something waits for the person who holds
// the scope and no hand-over of his is open, at most limit of them.
func (v *View) Orphaned(holder app.Scope, person app.ID, limit int) (out []app.ID, err error) {
	err = v.each(`SELECT DISTINCT d.id FROM waiting w JOIN document_index d ON d.row = w.row
		WHERE w.holder = ? AND w.queue <> ? AND NOT EXISTS (SELECT 1 FROM waiting h WHERE h.row = w.row AND h.queue = ? AND h.receiver = ?)
		ORDER BY d.row LIMIT ?`,
		[]any{string(holder), string(app.QueueNotice), string(app.QueueHandOver), string(person), limit},
		func(rows *sql.Rows) error {
			var id app.ID
			err := rows.Scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}
