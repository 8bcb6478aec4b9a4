package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// Standing tells, of each writer number that the device ever had, the counter
// that its next command must have.
func (v *View) Standing(device app.ID) (map[uint32]uint32, error) {
	out := map[uint32]uint32{}
	err := v.each(`SELECT w.number, coalesce(n.next, 1) FROM writer w LEFT JOIN writer_next n ON n.writer = w.number WHERE w.device = ?`,
		[]any{string(device)}, func(rows *sql.Rows) error {
			var writer, next uint32
			err := rows.Scan(&writer, &next)
			out[writer] = next
			return err
		})
	return out, err
}
