package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// LostSpan is a time whose work in browsers was lost with a server.
type LostSpan struct {
	Since app.Time // the backup was made
	Until app.Time // the server was restored
}

// lost notes what a restore could not bring back.
func (tx *Tx) lost(epoch uint64, s LostSpan) error {
	return tx.exec(`INSERT INTO lost_span (epoch, since, until) VALUES (?, ?, ?)`, int64(epoch), s.Since, s.Until)
}

// UntoldLosses lists the lost times of which the person was not told, the oldest
// first; none for somebody without an account.
func (v *View) UntoldLosses(person app.ID) (out []LostSpan, err error) {
	err = v.each(`SELECT s.since, s.until FROM lost_span s JOIN account a ON a.person = ? WHERE s.until > a.told ORDER BY s.until`,
		[]any{string(person)}, func(rows *sql.Rows) error {
			var s LostSpan
			err := rows.Scan(&s.Since, &s.Until)
			out = append(out, s)
			return err
		})
	return out, err
}

// ToldLosses notes that the person was told of what was lost until then.
func (tx *Tx) ToldLosses(person app.ID, until app.Time) error {
	return tx.exec(`UPDATE account SET told = max(told, ?) WHERE person = ?`, until, string(person))
}
