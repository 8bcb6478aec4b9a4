package sqlite

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// What sync/hub writes, beside the records themselves. The hub decides; these
// methods are one statement each.

// FeedChanges are the changes since the innermost Savepoint began, as the
// change feed takes them.
func (tx *Tx) FeedChanges() []feed.Change {
	changes := tx.Changes()
	out := make([]feed.Change, len(changes))
	for i, c := range changes {
		out[i] = feed.Change(c)
	}
	return out
}

// AppendEvent stores an accepted command.
func (tx *Tx) AppendEvent(seq uint64, c *feed.Command, at app.Time, leaf []byte) error {
	return tx.exec(`INSERT INTO event (seq, id, at, actor, command, leaf) VALUES (?, ?, ?, ?, ?, ?)`,
		seq, uint64(c.ID), at, string(c.Actor), c.Marshal(), leaf)
}

// PutPatch stores what an event did to a record.
func (tx *Tx) PutPatch(p feed.PatchRow) error {
	return tx.exec(`INSERT INTO event_patch (kind, id, version, base, seq, patch) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Key.Kind, string(p.Key.ID), p.Version, p.Base, p.Seq, p.Patch)
}

// PutScopeRow stores a record's row in a scope in place of the one it had.
func (tx *Tx) PutScopeRow(r feed.ScopeRow) error {
	return tx.exec(`INSERT INTO doc_scope (scope, class, seq, kind, id, granted, classed, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, id, scope) DO UPDATE SET class = excluded.class, seq = excluded.seq,
			granted = excluded.granted, classed = excluded.classed, gone = excluded.gone`,
		string(r.Scope), r.Class, r.Seq, r.Key.Kind, string(r.Key.ID), r.Granted, r.Classed, r.Gone)
}

// AddSum changes what a scope holds; on the laptop, too. The sum is added in
// Go: where it overflows, SQLite's + would turn to floating point.
func (tx *Tx) AddSum(scope app.Scope, d feed.Sum) error {
	var count, sum int64
	err := tx.queryRow(`SELECT count, sum FROM scope_sum WHERE scope = ?`, string(scope)).Scan(&count, &sum)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return tx.exec(`INSERT INTO scope_sum (scope, count, sum) VALUES (?, ?, ?)
		ON CONFLICT (scope) DO UPDATE SET count = excluded.count, sum = excluded.sum`,
		string(scope), count+d.Count, int64(uint64(sum)+d.Sum))
}

// PutResult stores the answer to a command; a later one replaces a deferral.
func (tx *Tx) PutResult(r feed.StoredResult) error {
	body, err := feed.EncodeResult(&r.Result)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO result (id, writer, pos, hash, at, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET pos = excluded.pos, at = excluded.at, body = excluded.body`,
		uint64(r.ID), r.ID.Writer(), r.Pos, r.Hash[:], r.At, body)
}

// SetNext stores the counter that a writer's next command has.
func (tx *Tx) SetNext(writer, next uint32) error {
	return tx.exec(`INSERT INTO writer_next (writer, next) VALUES (?, ?) ON CONFLICT (writer) DO UPDATE SET next = excluded.next`, writer, next)
}

// Defer keeps a command that this version does not know; Undefer forgets it.
func (tx *Tx) Defer(c *feed.Command, device app.ID) error {
	return tx.exec(`INSERT INTO deferred (id, command, device) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`, uint64(c.ID), c.Marshal(), string(device))
}

// Undefer forgets a deferred command.
func (tx *Tx) Undefer(id app.CommandID) error {
	return tx.exec(`DELETE FROM deferred WHERE id = ?`, uint64(id))
}

// PutMembership stores a new version of a person's scopes.
func (tx *Tx) PutMembership(person app.ID, m feed.Membership, at app.Time) error {
	b, err := feed.EncodeScopes(m.Scopes)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO membership (person, version, at, scopes) VALUES (?, ?, ?, ?)`, string(person), m.Version, at, b)
}

// PutPurged notes that a device has wiped a record.
func (tx *Tx) PutPurged(device app.ID, key app.Key, at app.Time) error {
	return tx.exec(`INSERT INTO purge_ack (device, kind, id, at) VALUES (?, ?, ?, ?)
		ON CONFLICT (device, kind, id) DO UPDATE SET at = excluded.at`, string(device), key.Kind, string(key.ID), at)
}

// PutEventHash stores one hash of the chain.
func (tx *Tx) PutEventHash(pos int64, hash [32]byte) error {
	return tx.exec(`INSERT INTO event_hash (pos, hash) VALUES (?, ?)`, pos, hash[:])
}

// EventHash reads one hash of the chain.
func (v *View) EventHash(pos int64) (hash [32]byte, err error) {
	var b []byte
	err = v.queryRow(`SELECT hash FROM event_hash WHERE pos = ?`, pos).Scan(&b)
	copy(hash[:], b)
	return hash, err
}

// EventLeaf returns the leaf of an event.
func (v *View) EventLeaf(seq uint64) (leaf []byte, err error) {
	err = v.queryRow(`SELECT leaf FROM event WHERE seq = ?`, seq).Scan(&leaf)
	return leaf, err
}

// Head is the latest event and the latest result; 0 = none yet.
func (v *View) Head() (seq, pos uint64, err error) {
	err = v.queryRow(`SELECT (SELECT coalesce(max(seq), 0) FROM event), (SELECT coalesce(max(pos), 0) FROM result)`).Scan(&seq, &pos)
	return seq, pos, err
}

// scopeArg hands a list of scopes to json_each.
func scopeArg(scopes []app.Scope) string {
	b, err := json.Marshal(scopes)
	if err != nil || scopes == nil {
		return "[]"
	}
	return string(b)
}

// FeedUp lists the records of one class in the scopes, from the oldest event
// after one up to and including another, at most limit rows; a record stands
// once for each of its scopes.
func (v *View) FeedUp(scopes []app.Scope, class app.Class, after, upto uint64, limit int, fn func(seq uint64, key app.Key) error) error {
	return v.feed(`SELECT seq, kind, id FROM doc_scope WHERE scope IN (SELECT value FROM json_each(?)) AND class = ? AND seq > ? AND seq <= ?
		ORDER BY seq LIMIT ?`, fn, scopeArg(scopes), class, after, upto, limit)
}

// FeedSince lists the rows of all classes in the scopes, from after one event up
// to and including another, at most limit of them, in no order.
func (v *View) FeedSince(scopes []app.Scope, after, upto uint64, limit int, fn func(feed.ScopeRow) error) error {
	return v.each(feedSinceSQL, []any{scopeArg(scopes), after, upto, limit}, func(rows *sql.Rows) error {
		var r feed.ScopeRow
		if err := rows.Scan(&r.Scope, &r.Class, &r.Seq, &r.Key.Kind, &r.Key.ID, &r.Granted, &r.Classed, &r.Gone); err != nil {
			return err
		}
		return fn(r)
	})
}

// feedSinceSQL names the classes, so that each scope's key is entered at its
// events.
var feedSinceSQL = func() string {
	classes := make([]string, app.Classes)
	for c := range classes {
		classes[c] = strconv.Itoa(c)
	}
	return `SELECT scope, class, seq, kind, id, granted, classed, gone FROM doc_scope WHERE scope IN (SELECT value FROM json_each(?))
		AND class IN (` + strings.Join(classes, ", ") + `) AND seq > ? AND seq <= ? LIMIT ?`
}()

// FeedDown lists what the scopes hold in one class, from the newest event
// before one downwards, at most limit rows.
func (v *View) FeedDown(scopes []app.Scope, class app.Class, before uint64, limit int, fn func(seq uint64, key app.Key) error) error {
	return v.feed(`SELECT seq, kind, id FROM doc_scope WHERE scope IN (SELECT value FROM json_each(?)) AND class = ? AND seq < ? AND gone = 0
		ORDER BY seq DESC LIMIT ?`, fn, scopeArg(scopes), class, before, limit)
}

func (v *View) feed(query string, fn func(uint64, app.Key) error, args ...any) error {
	return v.each(query, args, func(rows *sql.Rows) error {
		var seq uint64
		var k app.Key
		if err := rows.Scan(&seq, &k.Kind, &k.ID); err != nil {
			return err
		}
		return fn(seq, k)
	})
}

// Backlog counts the rows of one class in the scopes above one event and up to
// another.
func (v *View) Backlog(scopes []app.Scope, class app.Class, after, upto uint64) (n int64, err error) {
	err = v.queryRow(`SELECT count(*) FROM (SELECT DISTINCT kind, id FROM doc_scope
		WHERE scope IN (SELECT value FROM json_each(?)) AND class = ? AND seq > ? AND seq <= ? AND gone = 0)`,
		scopeArg(scopes), class, after, upto).Scan(&n)
	return n, err
}

// ScopeRows lists all rows of a record, by scope.
func (v *View) ScopeRows(key app.Key) (out []feed.ScopeRow, err error) {
	err = v.each(`SELECT scope, class, seq, granted, classed, gone FROM doc_scope WHERE kind = ? AND id = ? ORDER BY scope`,
		[]any{key.Kind, string(key.ID)}, func(rows *sql.Rows) error {
			r := feed.ScopeRow{Key: key}
			err := rows.Scan(&r.Scope, &r.Class, &r.Seq, &r.Granted, &r.Classed, &r.Gone)
			out = append(out, r)
			return err
		})
	return out, err
}

// Patches lists what the events after one did to a record, oldest first.
func (v *View) Patches(key app.Key, after uint64) (out []feed.PatchRow, err error) {
	err = v.each(`SELECT version, base, seq, patch FROM event_patch WHERE kind = ? AND id = ? AND seq > ? ORDER BY version`,
		[]any{key.Kind, string(key.ID), after}, func(rows *sql.Rows) error {
			p := feed.PatchRow{Key: key}
			err := rows.Scan(&p.Version, &p.Base, &p.Seq, &p.Patch)
			out = append(out, p)
			return err
		})
	return out, err
}

// Sums says what each of the scopes holds, in the given order; on the laptop, too.
func (v *View) Sums(scopes []app.Scope) ([]feed.ScopeSum, error) {
	out := make([]feed.ScopeSum, len(scopes))
	at := make(map[app.Scope]int, len(scopes))
	for i, s := range scopes {
		out[i].Scope = s
		at[s] = i
	}
	err := v.each(`SELECT scope, count, sum FROM scope_sum WHERE scope IN (SELECT value FROM json_each(?))`, []any{scopeArg(scopes)}, func(rows *sql.Rows) error {
		var scope app.Scope
		var count, sum int64
		if err := rows.Scan(&scope, &count, &sum); err != nil {
			return err
		}
		out[at[scope]].Sum = feed.Sum{Count: count, Sum: uint64(sum)}
		return nil
	})
	return out, err
}

// ScopeRecords lists what a scope holds, with versions.
func (v *View) ScopeRecords(scope app.Scope, fn func(app.Key, uint64) error) error {
	return v.each(`SELECT d.kind, d.id, r.version FROM doc_scope d JOIN record r ON r.kind = d.kind AND r.id = d.id
		WHERE d.scope = ? AND d.gone = 0`, []any{string(scope)}, func(rows *sql.Rows) error {
		var k app.Key
		var version uint64
		if err := rows.Scan(&k.Kind, &k.ID, &version); err != nil {
			return err
		}
		return fn(k, version)
	})
}

const resultColumns = `SELECT pos, hash, body FROM result `

func scanResult(row interface{ Scan(...any) error }) (r feed.StoredResult, err error) {
	var hash, body []byte
	if err := row.Scan(&r.Pos, &hash, &body); err != nil {
		return r, err
	}
	copy(r.Hash[:], hash)
	r.Result, err = feed.DecodeResult(body)
	return r, err
}

// Result returns the answer to a command, nil if it was not decided yet.
func (v *View) Result(id app.CommandID) (*feed.StoredResult, error) {
	r, err := scanResult(v.queryRow(resultColumns+`WHERE id = ?`, uint64(id)))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &r, err
}

// Results lists a writer's results after a place, oldest first.
func (v *View) Results(writer uint32, after uint64, limit int) (out []feed.StoredResult, err error) {
	err = v.each(resultColumns+`WHERE writer = ? AND pos > ? ORDER BY pos LIMIT ?`, []any{writer, after, limit}, func(rows *sql.Rows) error {
		r, err := scanResult(rows)
		out = append(out, r)
		return err
	})
	return out, err
}

// DecidedBefore is the place before the first result that one of the writers was
// given at a time or later; none when there is no such result.
func (v *View) DecidedBefore(writers []uint32, at app.Time, none uint64) (uint64, error) {
	list, err := json.Marshal(writers)
	if err != nil {
		return 0, err
	}
	var first sql.Null[uint64]
	err = v.queryRow(`SELECT min(pos) FROM result WHERE writer IN (SELECT value FROM json_each(?)) AND at >= ?`, string(list), at).Scan(&first)
	if err != nil || !first.Valid {
		return none, err
	}
	return min(first.V-1, none), nil
}

// Next is the counter of the writer's next command.
func (v *View) Next(writer uint32) (next uint32, err error) {
	err = v.queryRow(`SELECT next FROM writer_next WHERE writer = ?`, writer).Scan(&next)
	if errors.Is(err, sql.ErrNoRows) {
		return 1, nil
	}
	return next, err
}

// DeferredCommands lists the deferred commands, oldest first.
func (v *View) DeferredCommands() (out []*feed.Command, devices []app.ID, err error) {
	err = v.each(`SELECT command, device FROM deferred ORDER BY id`, nil, func(rows *sql.Rows) error {
		var b []byte
		var device app.ID
		if err := rows.Scan(&b, &device); err != nil {
			return err
		}
		c, err := feed.ParseCommand(b)
		out, devices = append(out, c), append(devices, device)
		return err
	})
	return out, devices, err
}

// Membership returns a version of a person's scopes, the latest for version 0;
// nil if there is none.
func (v *View) Membership(person app.ID, version uint64) (*feed.Membership, error) {
	row := v.queryRow(`SELECT version, scopes FROM membership WHERE person = ? AND (? = 0 OR version = ?) ORDER BY version DESC LIMIT 1`,
		string(person), version, version)
	var m feed.Membership
	var b []byte
	if err := row.Scan(&m.Version, &b); errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var err error
	m.Scopes, err = feed.DecodeScopes(b)
	return &m, err
}

// Members lists the people whose scopes are on record.
func (v *View) Members() (out []app.ID, err error) {
	err = v.each(`SELECT DISTINCT person FROM membership ORDER BY person`, nil, func(rows *sql.Rows) error {
		var p app.ID
		err := rows.Scan(&p)
		out = append(out, p)
		return err
	})
	return out, err
}

// PurgedAt is when a device said that it had wiped a record; 0 = never.
func (v *View) PurgedAt(device app.ID, key app.Key) (at app.Time, err error) {
	err = v.queryRow(`SELECT coalesce(max(at), 0) FROM purge_ack WHERE device = ? AND kind = ? AND id = ?`, string(device), key.Kind, string(key.ID)).Scan(&at)
	return at, err
}
