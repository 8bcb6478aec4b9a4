package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Get implements app.Tx.
func (v *View) Get(key app.Key) (app.Record, error) {
	body, _, err := v.Body(key)
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, app.ErrNotFound
	}
	r, err := feed.Decode(key.Kind, body)
	if err != nil {
		return nil, fmt.Errorf("record %d/%s: %w", key.Kind, key.ID, err)
	}
	return r, nil
}

// Body returns the record's bytes and version; nil and 0 when it is absent.
func (v *View) Body(key app.Key) ([]byte, uint64, error) {
	var s state
	err := v.queryRow("SELECT body, version FROM record WHERE kind = ? AND id = ?", key.Kind, string(key.ID)).Scan(&s.body, &s.version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, nil
	}
	return s.body, s.version, err
}

// Version implements app.Tx.
func (v *View) Version(key app.Key) (uint64, error) {
	var n uint64
	err := v.queryRow("SELECT version FROM record WHERE kind = ? AND id = ?", key.Kind, string(key.ID)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// Keys calls fn for each record of the kind, in the order of their ids.
func (v *View) Keys(kind app.Kind, fn func(id app.ID, version uint64) error) error {
	return v.each("SELECT id, version FROM record WHERE kind = ? ORDER BY id", []any{kind}, func(rows *sql.Rows) error {
		var id string
		var version uint64
		if err := rows.Scan(&id, &version); err != nil {
			return err
		}
		return fn(app.ID(id), version)
	})
}

// readDirectory builds the directory from its records.
func (v *View) readDirectory() (*app.Directory, error) {
	var records []app.Record
	for kind := app.Kind(0); kind < 64; kind++ {
		if !kind.IsDirectory() {
			continue
		}
		err := v.each("SELECT body FROM record WHERE kind = ? ORDER BY id", []any{kind}, func(rows *sql.Rows) error {
			var body sql.RawBytes
			if err := rows.Scan(&body); err != nil {
				return err
			}
			r, err := feed.Decode(kind, body)
			if err != nil {
				return fmt.Errorf("directory record of kind %d: %w", kind, err)
			}
			records = append(records, r)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return app.NewDirectory(records), nil
}

// Put implements app.Tx. What the stored bytes hold beyond this version's
// fields is kept. A Put that changes nothing is nothing.
func (tx *Tx) Put(r app.Record) error {
	key := r.Key()
	if !key.ID.Valid() || app.NewRecord(key.Kind) == nil {
		return app.Errorf(app.Internal, "internal", "put of record %d/%q", key.Kind, key.ID)
	}
	old, err := tx.state(key)
	if err != nil {
		return err
	}
	body, err := feed.Update(old.body, r)
	if err != nil {
		return fmt.Errorf("record %d/%s: %w", key.Kind, key.ID, err)
	}
	if bytes.Equal(body, old.body) {
		return nil
	}
	return tx.set(key, old, state{body, tx.nextVersion(key, old, body)})
}

// SetRaw stores bytes and version as they came: a replica's way to take the
// server's state. The kind may be unknown to this version.
func (tx *Tx) SetRaw(key app.Key, body []byte, version uint64) error {
	if !key.ID.Valid() || version == 0 || len(body) == 0 {
		return app.Errorf(app.Internal, "internal", "set of record %d/%q version %d, %d bytes", key.Kind, key.ID, version, len(body))
	}
	old, err := tx.state(key)
	if err != nil || old.version == version && bytes.Equal(old.body, body) {
		return err
	}
	return tx.set(key, old, state{body, version})
}

// Delete removes the record and, in the same transaction, everything derived
// from it. Deleting what is absent is nothing.
func (tx *Tx) Delete(key app.Key) error {
	old, err := tx.state(key)
	if err != nil || old.body == nil {
		return err
	}
	return tx.set(key, old, state{})
}

func (tx *Tx) state(key app.Key) (state, error) {
	body, version, err := tx.Body(key)
	return state{body, version}, err
}

// nextVersion raises the version once per command, however often the command
// puts the record; back to the first bytes is back to the first version.
func (tx *Tx) nextVersion(key app.Key, old state, body []byte) uint64 {
	command := tx.frames[min(1, len(tx.frames)-1)]
	began, touched := command.began[key]
	if !touched {
		began = old
		command.began[key] = old
	}
	if began.body != nil && bytes.Equal(began.body, body) {
		return began.version
	}
	return began.version + 1
}

// set writes the record's new state and remembers the change.
func (tx *Tx) set(key app.Key, old, next state) error {
	var err error
	if next.body == nil {
		err = tx.exec("DELETE FROM record WHERE kind = ? AND id = ?", key.Kind, string(key.ID))
	} else {
		err = tx.exec(`INSERT INTO record (kind, id, version, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body`,
			key.Kind, string(key.ID), next.version, next.body)
	}
	if err != nil {
		return err
	}
	top := tx.frames[len(tx.frames)-1]
	if c := top.changes[key]; c != nil {
		c.New, c.NewVersion = next.body, next.version
	} else {
		top.changes[key] = &Change{Key: key, Old: old.body, OldVersion: old.version, New: next.body, NewVersion: next.version}
	}
	tx.dirty[key] = &next
	if key.Kind.IsDirectory() {
		return tx.enlist(key, next.body)
	}
	return nil
}

// enlist has a changed directory record taken into the directory before it is
// next looked at.
func (tx *Tx) enlist(key app.Key, body []byte) error {
	if body == nil {
		d, err := tx.readDirectory()
		tx.dir, tx.fresh = d, nil
		return err
	}
	r, err := feed.Decode(key.Kind, body)
	if err != nil {
		return fmt.Errorf("directory record %d/%s: %w", key.Kind, key.ID, err)
	}
	tx.fresh = append(tx.fresh, r)
	return nil
}

// Directory implements app.Tx.
func (tx *Tx) Directory() *app.Directory {
	if len(tx.fresh) > 0 {
		tx.dir, tx.fresh = tx.dir.With(tx.fresh), nil
	}
	return tx.dir
}

func sameBody(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }
