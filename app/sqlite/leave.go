package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// DeviceLeave is how far a revoked device has left.
type DeviceLeave struct {
	Device    app.ID
	Held      []byte // JSON of what it could hold
	Commands  int    // handed over
	Handed    app.Time
	Report    []byte // JSON of its confirmation, nil before
	Confirmed app.Time
}

// OutboxPart is one sealed part of a revoked device's outbox.
type OutboxPart struct {
	Part     int
	At       app.Time
	Commands int
	Sealed   []byte
}

// DeviceLeave returns how far the device has left, or app.ErrNotFound.
func (v *View) DeviceLeave(device app.ID) (l DeviceLeave, err error) {
	err = v.queryRow(`SELECT device, held, commands, handed, report, confirmed FROM device_leave WHERE device = ?`, string(device)).
		Scan(&l.Device, &l.Held, &l.Commands, &l.Handed, &l.Report, &l.Confirmed)
	return l, none(err)
}

// PutDeviceLeave stores how far the device has left.
func (tx *Tx) PutDeviceLeave(l DeviceLeave) error {
	return tx.exec(`INSERT INTO device_leave (device, held, commands, handed, report, confirmed) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (device) DO UPDATE SET commands = excluded.commands, handed = excluded.handed,
			report = excluded.report, confirmed = excluded.confirmed`,
		string(l.Device), l.Held, l.Commands, l.Handed, l.Report, l.Confirmed)
}

// PutOutboxPart stores a part in place of the one that came before under its
// number: a device repeats what was not answered.
func (tx *Tx) PutOutboxPart(device app.ID, p OutboxPart) error {
	return tx.exec(`INSERT INTO device_outbox (device, part, at, commands, sealed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (device, part) DO UPDATE SET at = excluded.at, commands = excluded.commands, sealed = excluded.sealed`,
		string(device), p.Part, p.At, p.Commands, p.Sealed)
}

// OutboxParts lists what the device handed over, in order.
func (v *View) OutboxParts(device app.ID) (out []OutboxPart, err error) {
	err = v.each(`SELECT part, at, commands, sealed FROM device_outbox WHERE device = ? ORDER BY part`, []any{string(device)}, func(rows *sql.Rows) error {
		var p OutboxPart
		err := rows.Scan(&p.Part, &p.At, &p.Commands, &p.Sealed)
		out = append(out, p)
		return err
	})
	return out, err
}

// OutboxHanded counts the commands in the parts that came.
func (v *View) OutboxHanded(device app.ID) (n int, err error) {
	err = v.queryRow(`SELECT coalesce(sum(commands), 0) FROM device_outbox WHERE device = ?`, string(device)).Scan(&n)
	return n, err
}

// HeldBy counts the records of each kind that the scopes hold together.
func (v *View) HeldBy(scopes []app.Scope) (map[app.Kind]int64, error) {
	out := map[app.Kind]int64{}
	err := v.each(`SELECT kind, count(DISTINCT id) FROM doc_scope WHERE scope IN (SELECT value FROM json_each(?)) AND gone = 0 GROUP BY kind`,
		[]any{scopeArg(scopes)}, func(rows *sql.Rows) error {
			var kind app.Kind
			var n int64
			err := rows.Scan(&kind, &n)
			out[kind] = n
			return err
		})
	return out, err
}

// PurgesOf counts the records that a device says it has wiped after they left
// its person's scopes, and when it last said so.
func (v *View) PurgesOf(device app.ID) (n int64, last app.Time, err error) {
	err = v.queryRow(`SELECT count(*), coalesce(max(at), 0) FROM purge_ack WHERE device = ?`, string(device)).Scan(&n, &last)
	return n, last, err
}
