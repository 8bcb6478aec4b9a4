package sqlite

import (
	"database/sql"
	"errors"

	"khonggiay/app"
)

// CourierDevice is a laptop as its courier's peers know it.
type CourierDevice struct {
	ID     app.ID
	Person app.ID
	Node   app.Hash // SHA-256 of its courier certificate
	Alarm  CourierAlarm
}

// CourierAlarm is what a laptop's courier did to a folder that is not its own.
type CourierAlarm struct {
	Office app.ID
	At     app.Time // 0 = nothing
	Items  int
}

// CourierDevices lists the laptops that may come in.
func (v *View) CourierDevices() (out []CourierDevice, err error) {
	err = v.each(`SELECT d.id, d.person, d.courier_id, coalesce(a.office, ''), coalesce(a.at, 0), coalesce(a.items, 0)
		FROM device d LEFT JOIN courier_alarm a ON a.device = d.id WHERE d.revoked = 0 AND length(d.courier) > 0 ORDER BY d.id`, nil,
		func(rows *sql.Rows) error {
			var d CourierDevice
			var node []byte
			err := rows.Scan(&d.ID, &d.Person, &node, &d.Alarm.Office, &d.Alarm.At, &d.Alarm.Items)
			copy(d.Node[:], node)
			out = append(out, d)
			return err
		})
	return out, err
}

// PutCourierAlarm notes what a laptop's courier did, and reports whether it is
// the first that is known of it.
func (tx *Tx) PutCourierAlarm(device app.ID, a CourierAlarm) (first bool, err error) {
	n, err := tx.execCount(`INSERT INTO courier_alarm (device, office, at, items) VALUES (?, ?, ?, ?) ON CONFLICT (device) DO NOTHING`,
		string(device), string(a.Office), a.At, a.Items)
	return n > 0, err
}

// CourierAlarms lists what laptops' couriers did, by device.
func (v *View) CourierAlarms() (map[app.ID]CourierAlarm, error) {
	out := map[app.ID]CourierAlarm{}
	err := v.each(`SELECT device, office, at, items FROM courier_alarm`, nil, func(rows *sql.Rows) error {
		var device app.ID
		var a CourierAlarm
		err := rows.Scan(&device, &a.Office, &a.At, &a.Items)
		out[device] = a
		return err
	})
	return out, err
}

// CourierAlarm is what the laptop's courier did; At is 0 when it did nothing.
func (v *View) CourierAlarm(device app.ID) (a CourierAlarm, err error) {
	err = v.queryRow(`SELECT office, at, items FROM courier_alarm WHERE device = ?`, string(device)).Scan(&a.Office, &a.At, &a.Items)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return a, err
}

// DeleteCourierAlarm lets a laptop's courier in again.
func (tx *Tx) DeleteCourierAlarm(device app.ID) error {
	return tx.exec(`DELETE FROM courier_alarm WHERE device = ?`, string(device))
}

// OfficeSegments calls fn for each segment that the server has verified as part
// of a whole file of a document which the office works on, or has moved since.
// A segment of several documents comes several times, the newest document's first.
func (v *View) OfficeSegments(office app.ID, since app.Time, fn func(segment app.Hash, size int64) error) error {
	return v.each(`SELECT r.segment, r.size FROM document_index d JOIN content_ref r ON r.kind = ? AND r.record = d.id
		WHERE d.unit = ? AND (d.open = 1 OR d.moved >= ?) AND r.stored = 1 ORDER BY d.row DESC`,
		[]any{app.KindDocument, string(office), since}, func(rows *sql.Rows) error {
			var name []byte
			var size int64
			if err := rows.Scan(&name, &size); err != nil {
				return err
			}
			return fn(app.Hash(name), size)
		})
}

// NoteFetched notes that the device holds those of the segments that the server
// has.
func (tx *Tx) NoteFetched(device app.ID, segments []app.Hash, at app.Time) error {
	for _, s := range segments {
		err := tx.exec(`INSERT INTO content_fetch (segment, device, at) SELECT segment, ?, ? FROM content_have WHERE segment = ? ON CONFLICT DO NOTHING`,
			string(device), at, s[:])
		if err != nil {
			return err
		}
	}
	return nil
}
