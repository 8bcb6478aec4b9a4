package sqlite

import (
	"database/sql"
	"errors"
	"strings"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// What sync/replica keeps beside the records: where it stands, the server's
// state of what was changed here, and who holds what.

// SyncState is where the replica stands.
func (v *View) SyncState() (s feed.State, err error) {
	var scopes []byte
	var epoch int64
	err = v.queryRow(`SELECT person, writer, next, epoch, cursor, member, scopes, level, contact, seen, skew,
		lease, renewed, latest FROM sync_state`).Scan(
		&s.Person, &s.Writer, &s.Next, &epoch, &s.Cursor, &s.Member, &scopes, &s.Level, &s.Contact, &s.Seen, &s.Skew,
		&s.Lease, &s.Renewed, &s.Latest)
	s.Epoch = uint64(epoch)
	if err != nil || scopes == nil {
		return s, err
	}
	s.Scopes, err = feed.DecodeScopes(scopes)
	return s, err
}

// SetSyncState stores where the replica stands.
func (tx *Tx) SetSyncState(s feed.State) error {
	scopes, err := feed.EncodeScopes(s.Scopes)
	if err != nil {
		return err
	}
	return tx.exec(`UPDATE sync_state SET person = ?, writer = ?, next = ?, epoch = ?, cursor = ?, member = ?, scopes = ?,
		level = ?, contact = ?, seen = ?, skew = ?, lease = ?, renewed = ?, latest = ?`,
		string(s.Person), s.Writer, s.Next, int64(s.Epoch), s.Cursor, s.Member, scopes, s.Level, s.Contact, s.Seen, s.Skew,
		s.Lease, s.Renewed, s.Latest)
}

// SetLatest notes the latest time that this machine has known; never an earlier one.
func (tx *Tx) SetLatest(t app.Time) error {
	return tx.exec(`UPDATE sync_state SET latest = max(latest, ?)`, t)
}

// Base returns the server's state of a record that was changed here. ok is
// false when it was not changed: then the record itself is the server's state.
func (v *View) Base(key app.Key) (body []byte, version uint64, ok bool, err error) {
	err = v.queryRow(`SELECT body, version FROM base WHERE kind = ? AND id = ?`, key.Kind, string(key.ID)).Scan(&body, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, false, nil
	}
	return body, version, err == nil, err
}

// BaseKeys lists the records that were changed here.
func (v *View) BaseKeys() ([]app.Key, error) {
	return v.keys(`SELECT kind, id FROM base ORDER BY kind, id`)
}

func (v *View) keys(query string, args ...any) (out []app.Key, err error) {
	err = v.each(query, args, func(rows *sql.Rows) error {
		var k app.Key
		err := rows.Scan(&k.Kind, &k.ID)
		out = append(out, k)
		return err
	})
	return out, err
}

// SetBase keeps the server's state of a record, nil and 0 for none; DropBase
// forgets it.
func (tx *Tx) SetBase(key app.Key, body []byte, version uint64) error {
	return tx.exec(`INSERT INTO base (kind, id, version, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body`, key.Kind, string(key.ID), version, body)
}

// DropBase forgets the server's state of a record.
func (tx *Tx) DropBase(key app.Key) error {
	return tx.exec(`DELETE FROM base WHERE kind = ? AND id = ?`, key.Kind, string(key.ID))
}

// Held lists the scopes that hold a record, nil for none.
func (v *View) Held(key app.Key) ([]app.Scope, error) {
	var b []byte
	err := v.queryRow(`SELECT s.scopes FROM held h JOIN held_set s ON s.id = h.scopes WHERE h.kind = ? AND h.id = ?`, key.Kind, string(key.ID)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return feed.DecodeScopes(b)
}

// SetHeld stores the scopes that hold a record; none removes it from all.
func (tx *Tx) SetHeld(key app.Key, scopes []app.Scope) error {
	if len(scopes) == 0 {
		return tx.exec(`DELETE FROM held WHERE kind = ? AND id = ?`, key.Kind, string(key.ID))
	}
	b, err := feed.EncodeScopes(scopes)
	if err != nil {
		return err
	}
	var set int64
	err = tx.queryRow(`SELECT id FROM held_set WHERE scopes = ?`, b).Scan(&set)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.queryRow(`INSERT INTO held_set (scopes) VALUES (?) RETURNING id`, b).Scan(&set)
	}
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO held (kind, id, scopes) VALUES (?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET scopes = excluded.scopes`, key.Kind, string(key.ID), set)
}

// HeldRecords lists what a scope holds here, at the server's versions.
func (v *View) HeldRecords(scope app.Scope, fn func(app.Key, uint64) error) error {
	sets, err := v.setsWith(scope)
	if err != nil || len(sets) == 0 {
		return err
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(sets)), ",")
	return v.each(`SELECT h.kind, h.id, coalesce(b.version, r.version, 0) FROM held h
		LEFT JOIN base b ON b.kind = h.kind AND b.id = h.id
		LEFT JOIN record r ON r.kind = h.kind AND r.id = h.id
		WHERE h.scopes IN (`+marks+`) ORDER BY h.kind, h.id`, sets, func(rows *sql.Rows) error {
		var k app.Key
		var version uint64
		if err := rows.Scan(&k.Kind, &k.ID, &version); err != nil {
			return err
		}
		return fn(k, version)
	})
}

func (v *View) setsWith(scope app.Scope) (sets []any, err error) {
	err = v.each(`SELECT id, scopes FROM held_set`, nil, func(rows *sql.Rows) error {
		var id int64
		var b []byte
		if err := rows.Scan(&id, &b); err != nil {
			return err
		}
		scopes, err := feed.DecodeScopes(b)
		for _, s := range scopes {
			if s == scope {
				sets = append(sets, id)
			}
		}
		return err
	})
	return sets, err
}

// SetSum stores what a scope holds, after it was counted anew; DropSum forgets
// a scope.
func (tx *Tx) SetSum(scope app.Scope, s feed.Sum) error {
	return tx.exec(`INSERT INTO scope_sum (scope, count, sum) VALUES (?, ?, ?)
		ON CONFLICT (scope) DO UPDATE SET count = excluded.count, sum = excluded.sum`, string(scope), s.Count, int64(s.Sum))
}

// DropSum forgets what a scope held.
func (tx *Tx) DropSum(scope app.Scope) error {
	return tx.exec(`DELETE FROM scope_sum WHERE scope = ?`, string(scope))
}

// Need lists records to be asked for whole.
func (v *View) Need(limit int) ([]app.Key, error) {
	return v.keys(`SELECT kind, id FROM need ORDER BY kind, id LIMIT ?`, limit)
}

// AddNeed asks for a record; DropNeed has it.
func (tx *Tx) AddNeed(key app.Key) error {
	return tx.exec(`INSERT INTO need (kind, id) VALUES (?, ?) ON CONFLICT DO NOTHING`, key.Kind, string(key.ID))
}

// DropNeed forgets that a record was asked for.
func (tx *Tx) DropNeed(key app.Key) error {
	return tx.exec(`DELETE FROM need WHERE kind = ? AND id = ?`, key.Kind, string(key.ID))
}

// Purged lists records that were wiped and of which the server does not know yet.
func (v *View) Purged(limit int) ([]app.Key, error) {
	return v.keys(`SELECT kind, id FROM purged ORDER BY kind, id LIMIT ?`, limit)
}

// AddPurged notes that a record was wiped; DropPurged, that the server knows.
func (tx *Tx) AddPurged(key app.Key) error {
	return tx.exec(`INSERT INTO purged (kind, id) VALUES (?, ?) ON CONFLICT DO NOTHING`, key.Kind, string(key.ID))
}

// DropPurged forgets that a record was wiped.
func (tx *Tx) DropPurged(key app.Key) error {
	return tx.exec(`DELETE FROM purged WHERE kind = ? AND id = ?`, key.Kind, string(key.ID))
}
