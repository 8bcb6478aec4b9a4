package sqlite

import "khonggiay/app"

// CalendarFeed is the private address of a person's calendar.
type CalendarFeed struct {
	Person app.ID
	Token  app.Hash // SHA-256 of the token in the address
	Made   app.Time
	Used   app.Time // to the hour
}

// PutCalendarFeed stores a person's address in the place of the one before.
func (tx *Tx) PutCalendarFeed(f CalendarFeed) error {
	return tx.exec(`INSERT INTO calendar_feed (person, token, made, used) VALUES (?, ?, ?, ?)
		ON CONFLICT (person) DO UPDATE SET token = excluded.token, made = excluded.made, used = excluded.used`,
		string(f.Person), f.Token[:], f.Made, f.Used)
}

// TouchCalendarFeed notes that the person's address was read.
func (tx *Tx) TouchCalendarFeed(person app.ID, at app.Time) error {
	return tx.exec(`UPDATE calendar_feed SET used = ? WHERE person = ?`, at, string(person))
}

// DeleteCalendarFeed ends the person's address.
func (tx *Tx) DeleteCalendarFeed(person app.ID) error {
	return tx.exec(`DELETE FROM calendar_feed WHERE person = ?`, string(person))
}

// CalendarFeedOf returns the person's address, or app.ErrNotFound.
func (v *View) CalendarFeedOf(person app.ID) (CalendarFeed, error) {
	return scanCalendarFeed(v.queryRow(`SELECT person, token, made, used FROM calendar_feed WHERE person = ?`, string(person)))
}

// CalendarFeed returns the address of a token's hash, or app.ErrNotFound.
func (v *View) CalendarFeed(token app.Hash) (CalendarFeed, error) {
	return scanCalendarFeed(v.queryRow(`SELECT person, token, made, used FROM calendar_feed WHERE token = ?`, token[:]))
}

func scanCalendarFeed(row interface{ Scan(...any) error }) (f CalendarFeed, err error) {
	var token []byte
	err = row.Scan(&f.Person, &token, &f.Made, &f.Used)
	copy(f.Token[:], token)
	return f, none(err)
}
