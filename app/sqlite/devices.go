package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// FirstWriter is the lowest writer number that a device can get; the numbers
// below are the server's own.
const FirstWriter = 16

// Device is an enrolled laptop.
type Device struct {
	ID               app.ID
	Person           app.ID
	Office           app.ID
	Name             string
	Platform         string
	Version          string
	CommandKey       []byte   // Ed25519 public key
	SealingKey       []byte   // X25519 public key
	Courier          []byte   // courier certificate, DER
	CourierID        app.Hash // its SHA-256
	Certificate      app.Hash // SHA-256 of the TLS certificate last issued
	CertificateOld   app.Hash // of the one before, until the last one is used
	CertificateUntil app.Time
	Enrolled         app.Time
	Seen             app.Time
	Revoked          app.Time
	RevokedBy        app.ID
}

// EnrolmentCode is a one-time code as the server keeps it.
type EnrolmentCode struct {
	Secret  app.Hash // SHA-256 of the secret
	Person  app.ID
	Office  app.ID
	Created app.Time
	By      app.ID
	Expires app.Time
	Failed  int
	Used    app.Time
	Device  app.ID
}

const deviceColumns = `id, person, office, name, platform, version, command_key, sealing_key, courier, courier_id,
	certificate, certificate_old, certificate_until, enrolled, seen, revoked, revoked_by`

func scanDevice(row interface{ Scan(...any) error }) (d Device, err error) {
	var courier, cert, old []byte
	err = row.Scan(&d.ID, &d.Person, &d.Office, &d.Name, &d.Platform, &d.Version, &d.CommandKey, &d.SealingKey, &d.Courier, &courier,
		&cert, &old, &d.CertificateUntil, &d.Enrolled, &d.Seen, &d.Revoked, &d.RevokedBy)
	copy(d.CourierID[:], courier)
	copy(d.Certificate[:], cert)
	copy(d.CertificateOld[:], old)
	return d, none(err)
}

// Device returns the device, revoked or not, or app.ErrNotFound.
func (v *View) Device(id app.ID) (Device, error) {
	return scanDevice(v.queryRow(`SELECT `+deviceColumns+` FROM device WHERE id = ?`, string(id)))
}

// DeviceOfWriter returns the device that has the writer number, or app.ErrNotFound.
func (v *View) DeviceOfWriter(writer uint32) (Device, error) {
	return scanDevice(v.queryRow(`SELECT `+deviceColumns+` FROM device WHERE id = (SELECT device FROM writer WHERE number = ?)`, writer))
}

// Devices lists the devices of an office, or all when office is empty, the
// last seen first.
func (v *View) Devices(office app.ID) (out []Device, err error) {
	query, args := `SELECT `+deviceColumns+` FROM device WHERE office = ? ORDER BY seen DESC, id`, []any{string(office)}
	if office == "" {
		query, args = `SELECT `+deviceColumns+` FROM device ORDER BY seen DESC, id`, nil
	}
	err = v.each(query, args, func(rows *sql.Rows) error {
		d, err := scanDevice(rows)
		out = append(out, d)
		return err
	})
	return out, err
}

// DevicesOf lists a person's devices.
func (v *View) DevicesOf(person app.ID) (out []Device, err error) {
	err = v.each(`SELECT `+deviceColumns+` FROM device WHERE person = ? ORDER BY id`, []any{string(person)}, func(rows *sql.Rows) error {
		d, err := scanDevice(rows)
		out = append(out, d)
		return err
	})
	return out, err
}

// PutDevice stores a new or changed device.
func (tx *Tx) PutDevice(d Device) error {
	old := []byte{}
	if !d.CertificateOld.IsZero() {
		old = d.CertificateOld[:]
	}
	return tx.exec(`INSERT INTO device (`+deviceColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET person = excluded.person, office = excluded.office, name = excluded.name, platform = excluded.platform,
			version = excluded.version, command_key = excluded.command_key, sealing_key = excluded.sealing_key,
			courier = excluded.courier, courier_id = excluded.courier_id, certificate = excluded.certificate,
			certificate_old = excluded.certificate_old, certificate_until = excluded.certificate_until,
			seen = excluded.seen, revoked = excluded.revoked, revoked_by = excluded.revoked_by`,
		string(d.ID), string(d.Person), string(d.Office), d.Name, d.Platform, d.Version, d.CommandKey, d.SealingKey, d.Courier, d.CourierID[:],
		d.Certificate[:], old, d.CertificateUntil, d.Enrolled, d.Seen, d.Revoked, string(d.RevokedBy))
}

// TouchDevice notes that the device was there.
func (tx *Tx) TouchDevice(id app.ID, at app.Time) error {
	return tx.exec(`UPDATE device SET seen = max(seen, ?) WHERE id = ?`, at, string(id))
}

// NewWriter gives the device a writer number that nobody ever had.
func (tx *Tx) NewWriter(device app.ID, at app.Time) (uint32, error) {
	n, err := tx.nextWriter()
	if err != nil {
		return 0, err
	}
	if n > app.MaxWriter {
		return 0, app.Errorf(app.Internal, "enrol.no_writer", "all %d writer numbers are given", app.MaxWriter)
	}
	return n, tx.exec(`INSERT INTO writer (number, device, since) VALUES (?, ?, ?)`, n, string(device), at)
}

func (v *View) nextWriter() (n uint32, err error) {
	err = v.queryRow(`SELECT max(?,
		coalesce((SELECT max(number) + 1 FROM writer), 0),
		coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'writer_floor'), 0))`, FirstWriter).Scan(&n)
	return n, err
}

// SkipWriters leaves the next n writer numbers out for good: after a restore
// they may be in use by devices that this database no longer knows.
func (tx *Tx) SkipWriters(n uint32) error {
	next, err := tx.nextWriter()
	if err != nil {
		return err
	}
	return tx.exec(`INSERT INTO meta (key, value) VALUES ('writer_floor', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, next+n)
}

// Writer returns the device's present writer number, or app.ErrNotFound.
func (v *View) Writer(device app.ID) (uint32, error) {
	var n uint32
	err := v.queryRow(`SELECT number FROM writer WHERE device = ? ORDER BY number DESC LIMIT 1`, string(device)).Scan(&n)
	return n, none(err)
}

// EnrolmentCode returns the code with that hash, or app.ErrNotFound.
func (v *View) EnrolmentCode(secret app.Hash) (c EnrolmentCode, err error) {
	c.Secret = secret
	err = v.queryRow(`SELECT person, office, created, by, expires, failed, used, device FROM enrolment_code WHERE secret = ?`, secret[:]).
		Scan(&c.Person, &c.Office, &c.Created, &c.By, &c.Expires, &c.Failed, &c.Used, &c.Device)
	return c, none(err)
}

// PutEnrolmentCode stores a new or changed code.
func (tx *Tx) PutEnrolmentCode(c EnrolmentCode) error {
	return tx.exec(`INSERT INTO enrolment_code (secret, person, office, created, by, expires, failed, used, device) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (secret) DO UPDATE SET failed = excluded.failed, used = excluded.used, device = excluded.device, expires = excluded.expires`,
		c.Secret[:], string(c.Person), string(c.Office), c.Created, string(c.By), c.Expires, c.Failed, c.Used, string(c.Device))
}

// CancelEnrolmentCodes ends the person's codes that were not used.
func (tx *Tx) CancelEnrolmentCodes(person app.ID, now app.Time) error {
	return tx.exec(`UPDATE enrolment_code SET expires = ? WHERE person = ? AND used = 0 AND expires > ?`, now, string(person), now)
}
