package sqlite

import (
	"database/sql"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// PutPlaceBallot keeps a ballot that was given to this laptop while it carries the
// meeting, in the place of an earlier one of its person.
func (tx *Tx) PutPlaceBallot(b *app.Ballot) error {
	body, err := feed.Encode(b)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT OR REPLACE INTO place_ballot (id, meeting, body) VALUES (?, ?, ?)`, string(b.ID), string(b.Meeting), body)
}

// PlaceBallots are the ballots that were given to this laptop at a meeting.
func (v *View) PlaceBallots(meeting app.ID) (out []*app.Ballot, err error) {
	err = v.each(`SELECT body FROM place_ballot WHERE meeting = ? ORDER BY id`, []any{string(meeting)}, func(rows *sql.Rows) error {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return err
		}
		r, err := feed.Decode(app.KindBallot, body)
		if b, ok := r.(*app.Ballot); ok {
			out = append(out, b)
		}
		return err
	})
	return out, err
}

// ForgetPlaceBallots forgets those of a meeting that was handed back; of all
// without one.
func (tx *Tx) ForgetPlaceBallots(meeting app.ID) error {
	if meeting == "" {
		return tx.exec(`DELETE FROM place_ballot`)
	}
	return tx.exec(`DELETE FROM place_ballot WHERE meeting = ?`, string(meeting))
}
