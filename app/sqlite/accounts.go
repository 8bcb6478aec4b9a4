package sqlite

import (
	"database/sql"
	"errors"

	"khonggiay/app"
)

// Account lets a person sign in with a password.
type Account struct {
	Name     string // sign-in name, lower case
	Person   app.ID
	Password string // argon2id, PHC form
	Created  app.Time
	Changed  app.Time
	Closed   app.Time
}

// LoginFailure counts wrong passwords given for a name by one kind of guesser.
type LoginFailure struct {
	Count int
	Last  app.Time
	Until app.Time // no try is looked at before
}

// Session is an open browser session.
type Session struct {
	Token   app.Hash // SHA-256 of the cookie's token
	Account string
	Person  app.ID // of the account; filled in when read
	Created app.Time
	Seen    app.Time
	Expires app.Time
	Address string
}

// none turns "no rows" into app.ErrNotFound.
func none(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return app.ErrNotFound
	}
	return err
}

const accountColumns = `name, person, password, created, changed, closed`

func scanAccount(row interface{ Scan(...any) error }) (a Account, err error) {
	err = row.Scan(&a.Name, &a.Person, &a.Password, &a.Created, &a.Changed, &a.Closed)
	return a, none(err)
}

// Account returns the account of that name, or app.ErrNotFound.
func (v *View) Account(name string) (Account, error) {
	return scanAccount(v.queryRow(`SELECT `+accountColumns+` FROM account WHERE name = ?`, name))
}

// AccountOf returns the person's account, or app.ErrNotFound.
func (v *View) AccountOf(person app.ID) (Account, error) {
	return scanAccount(v.queryRow(`SELECT `+accountColumns+` FROM account WHERE person = ?`, string(person)))
}

// Accounts lists all accounts by name.
func (v *View) Accounts() (out []Account, err error) {
	err = v.each(`SELECT `+accountColumns+` FROM account ORDER BY name`, nil, func(rows *sql.Rows) error {
		a, err := scanAccount(rows)
		out = append(out, a)
		return err
	})
	return out, err
}

// PutAccount stores a new or changed account.
func (tx *Tx) PutAccount(a Account) error {
	return tx.exec(`INSERT INTO account (`+accountColumns+`) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET person = excluded.person, password = excluded.password,
			changed = excluded.changed, closed = excluded.closed`,
		a.Name, string(a.Person), a.Password, a.Created, a.Changed, a.Closed)
}

// LoginKey is the key of a count: a sign-in name, which has no blank, and who
// guesses.
func LoginKey(name, who string) string { return name + " " + who }

// LoginFailure returns a count; the zero value is nothing.
func (v *View) LoginFailure(key string) (f LoginFailure, err error) {
	err = v.queryRow(`SELECT count, last, until FROM login_failure WHERE name = ?`, key).Scan(&f.Count, &f.Last, &f.Until)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return f, err
}

// SetLoginFailure remembers it; the zero value forgets it.
func (tx *Tx) SetLoginFailure(key string, f LoginFailure) error {
	if f == (LoginFailure{}) {
		return tx.exec(`DELETE FROM login_failure WHERE name = ?`, key)
	}
	return tx.exec(`INSERT INTO login_failure (name, count, last, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET count = excluded.count, last = excluded.last, until = excluded.until`,
		key, f.Count, f.Last, f.Until)
}

// ForgetLoginFailures forgets all counts of a sign-in name.
func (tx *Tx) ForgetLoginFailures(name string) error {
	prefix := LoginKey(name, "")
	return tx.exec(`DELETE FROM login_failure WHERE name >= ? AND name < ?`, prefix, prefix+"\U0010FFFF")
}

// PutSession stores a new session.
func (tx *Tx) PutSession(s Session) error {
	return tx.exec(`INSERT INTO session (token, account, created, seen, expires, address) VALUES (?, ?, ?, ?, ?, ?)`,
		s.Token[:], s.Account, s.Created, s.Seen, s.Expires, s.Address)
}

// Session returns the session of a token's hash, or app.ErrNotFound. A session
// whose account is closed is not found. Whether it has run out is for the
// caller to say.
func (v *View) Session(token app.Hash) (s Session, err error) {
	s.Token = token
	err = v.queryRow(`SELECT s.account, a.person, s.created, s.seen, s.expires, s.address
		FROM session s JOIN account a ON a.name = s.account WHERE s.token = ? AND a.closed = 0`, token[:]).
		Scan(&s.Account, &s.Person, &s.Created, &s.Seen, &s.Expires, &s.Address)
	return s, none(err)
}

// TouchSession notes that the session was used.
func (tx *Tx) TouchSession(token app.Hash, at app.Time) error {
	return tx.exec(`UPDATE session SET seen = max(seen, ?) WHERE token = ?`, at, token[:])
}

// EndSession removes one session and tells whether there was one.
func (tx *Tx) EndSession(token app.Hash) (bool, error) {
	n, err := tx.execCount(`DELETE FROM session WHERE token = ?`, token[:])
	return n > 0, err
}

// EndSessions removes all sessions of an account but one (the zero hash spares none).
func (tx *Tx) EndSessions(account string, but app.Hash) (int64, error) {
	return tx.execCount(`DELETE FROM session WHERE account = ? AND token <> ?`, account, but[:])
}

// TidyAccounts removes sessions that ended before now or were last used before
// idle, failures older than a day, and codes that ran out a month ago.
func (tx *Tx) TidyAccounts(now, idle app.Time) error {
	const day = 24 * 3600 * 1000
	if err := tx.exec(`DELETE FROM session WHERE expires <= ? OR seen <= ?`, now, idle); err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM login_failure WHERE last <= ?`, now-day); err != nil {
		return err
	}
	return tx.exec(`DELETE FROM enrolment_code WHERE expires <= ?`, now-30*day)
}
