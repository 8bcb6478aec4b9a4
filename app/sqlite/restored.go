package sqlite

import (
	"database/sql"
	"errors"
	"strconv"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Keys of meta about a restore; absent until the first.
const (
	metaReconcile   = "reconcile_until" // until when laptops' commands of before wait for each other
	metaLostWriters = "lost_writers"    // first of the writer numbers that may have been given after a backup
	metaFloor       = "writer_floor"    // numbers are given from here on
	metaBooks       = "books_closed"    // epoch whose books have been closed
)

// reconcileFor is how long laptops keep what was acknowledged: so long is
// waited for them.
const reconcileFor = 30 * 24 * 3600 * 1000

// lostReach is how far above the floor a lost number may lie: a backup may have
// been restored before, with numbers left out that were more than this time.
const lostReach = 1 << 14

// Restored turns a copy of the database into the province's data again: a new
// epoch, no open session or code (they may have been revoked since), writer
// numbers that may have been given after the copy was made are left out, and
// the server itself writes as another one. backup is when the copy was made.
func (tx *Tx) Restored(backup app.Time, skipWriters uint32) (uint64, error) {
	for _, query := range []string{`DELETE FROM session`, `DELETE FROM enrolment_code WHERE used = 0`} {
		if err := tx.exec(query); err != nil {
			return 0, err
		}
	}
	lost, err := tx.nextWriter()
	if err != nil {
		return 0, err
	}
	own := lost + skipWriters
	before, err := tx.metaNumber(metaLostWriters)
	if err != nil {
		return 0, err
	}
	if before != 0 { // the copy is of a server that had been restored: what was lost then may still come
		lost = min(lost, uint32(before))
	}
	for key, value := range map[string]uint64{
		metaLostWriters: uint64(lost), metaOwnWriter: uint64(own), metaFloor: uint64(own) + 1,
		metaReconcile: uint64(tx.store.Now() + reconcileFor),
	} {
		if err := tx.setMeta(key, strconv.FormatUint(value, 10)); err != nil {
			return 0, err
		}
	}
	epoch, err := tx.NewEpoch()
	if err != nil {
		return 0, err
	}
	if err := tx.lost(epoch, LostSpan{Since: backup, Until: tx.store.Now()}); err != nil {
		return 0, err
	}
	return epoch, tx.Audit(AuditEntry{Act: "restore", Actor: "operator", Object: strconv.FormatUint(epoch, 10)})
}

func (v *View) metaNumber(key string) (uint64, error) {
	text, err := v.meta(key)
	if err != nil || text == "" {
		return 0, err
	}
	return strconv.ParseUint(text, 10, 64)
}

// Reconciling is until when commands of before a restore wait for each other;
// 0 = the server never came back from a backup.
func (v *View) Reconciling() (app.Time, error) {
	n, err := v.metaNumber(metaReconcile)
	return app.Time(n), err
}

// SetReconciling ends the wait at another time.
func (tx *Tx) SetReconciling(until app.Time) error {
	return tx.setMeta(metaReconcile, strconv.FormatInt(int64(until), 10))
}

// BooksClosed is the epoch whose books have been closed; 0 = none.
func (v *View) BooksClosed() (uint64, error) { return v.metaNumber(metaBooks) }

// SetBooksClosed notes that the books of an epoch are closed.
func (tx *Tx) SetBooksClosed(epoch uint64) error {
	return tx.setMeta(metaBooks, strconv.FormatUint(epoch, 10))
}

// LostWriter reports whether a writer number may have been given after a backup,
// to a device that this database does not know. One under which commands were
// decided here, as the server's own former ones, is not lost.
func (v *View) LostWriter(number uint32) (bool, error) {
	first, err := v.metaNumber(metaLostWriters)
	if err != nil || first == 0 || uint64(number) < first {
		return false, err
	}
	floor, err := v.metaNumber(metaFloor)
	if err != nil || uint64(number) >= floor+lostReach {
		return false, err
	}
	own, err := v.OwnWriter()
	if err != nil || number == own {
		return false, err
	}
	var n int
	err = v.queryRow(`SELECT (SELECT count(*) FROM writer WHERE number = ?1) + (SELECT count(*) FROM writer_next WHERE writer = ?1)`, number).Scan(&n)
	return n == 0, err
}

// ClaimWriter gives a lost writer number to the device that proved it.
func (tx *Tx) ClaimWriter(number uint32, device app.ID, at app.Time) error {
	// "since 0": it is never the device's present writer.
	return tx.exec(`INSERT INTO writer (number, device, since) VALUES (?, ?, ?)`, number, string(device), at)
}

// Park keeps a command that waits for others; Unpark forgets it.
func (tx *Tx) Park(p feed.Parked) error {
	var before []byte
	if p.Before != nil {
		var err error
		if before, err = feed.EncodeResult(p.Before); err != nil {
			return err
		}
	}
	c := p.Command
	return tx.exec(`INSERT INTO parked (id, kind, target, place, command, device, before) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
		uint64(c.ID), c.Target.Kind, string(c.Target.ID), p.Order(), c.Marshal(), string(p.Device), before)
}

// Unpark forgets a parked command.
func (tx *Tx) Unpark(id app.CommandID) error {
	return tx.exec(`DELETE FROM parked WHERE id = ?`, uint64(id))
}

// ParkedOn lists the parked commands about a record, ParkedCommands at most
// limit of all: both in the order in which they are tried again.
func (v *View) ParkedOn(key app.Key) ([]feed.Parked, error) {
	return v.parked(`SELECT command, device, before FROM parked WHERE kind = ? AND target = ? ORDER BY place, id`, key.Kind, string(key.ID))
}

// ParkedCommands lists parked commands, oldest first.
func (v *View) ParkedCommands(limit int) ([]feed.Parked, error) {
	return v.parked(`SELECT command, device, before FROM parked ORDER BY place, id LIMIT ?`, limit)
}

// ParkedCount is how many commands are parked.
func (v *View) ParkedCount() (n int, err error) {
	err = v.queryRow(`SELECT count(*) FROM parked`).Scan(&n)
	return n, err
}

func (v *View) parked(query string, args ...any) (out []feed.Parked, err error) {
	err = v.each(query, args, func(rows *sql.Rows) error {
		var p feed.Parked
		var command, before []byte
		if err := rows.Scan(&command, &p.Device, &before); err != nil {
			return err
		}
		var err error
		if p.Command, err = feed.ParseCommand(command); err != nil {
			return err
		}
		if before != nil {
			r, err := feed.DecodeResult(before)
			if err != nil {
				return err
			}
			p.Before = &r
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// ServerRestored reports whether the server of this replica ever came back from a
// backup; SetServerRestored notes that it did.
func (v *View) ServerRestored() (bool, error) {
	var n int
	err := v.queryRow(`SELECT count(*) FROM restored`).Scan(&n)
	return n > 0, err
}

// SetServerRestored notes the epoch of a server that came back.
func (tx *Tx) SetServerRestored(epoch uint64) error {
	return tx.exec(`INSERT INTO restored (one, epoch) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch`, int64(epoch))
}

// OutboxWriters lists the writers that have commands in the outbox.
func (v *View) OutboxWriters() (out []uint32, err error) {
	err = v.each(`SELECT DISTINCT id / 4294967296 FROM outbox ORDER BY 1`, nil, func(rows *sql.Rows) error {
		var n uint32
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	})
	return out, err
}

// OutboxFrom lists the commands of one writer from an id on, by id.
func (v *View) OutboxFrom(from app.CommandID) (out []feed.OutboxRow, err error) {
	last := app.NewCommandID(from.Writer(), 1<<32-1)
	err = v.each(outboxColumns+`WHERE id >= ? AND id <= ? ORDER BY id`, []any{uint64(from), uint64(last)}, func(rows *sql.Rows) error {
		o, err := scanOutbox(rows)
		out = append(out, o)
		return err
	})
	return out, err
}

// Receipt returns results under the server's signature as they came, nil if
// they are not kept.
func (v *View) Receipt(id int64) (*feed.Receipt, error) {
	var signed, signature []byte
	err := v.queryRow(`SELECT signed, signature FROM receipt WHERE id = ?`, id).Scan(&signed, &signature)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return feed.ReadReceipt(signed, signature)
}
