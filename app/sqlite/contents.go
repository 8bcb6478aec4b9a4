package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// projectContents keeps content_ref true for a record that may carry files:
// which segments they name, and whether it says already that the server has
// them. next is nil when the record is gone.
func (tx *Tx) projectContents(key app.Key, next app.Record) error {
	if err := tx.exec(`DELETE FROM content_ref WHERE kind = ? AND record = ?`, key.Kind, string(key.ID)); err != nil || next == nil {
		return err
	}
	for file, f := range app.FilesOf(next) {
		for _, s := range f.Content.Segments {
			err := tx.exec(`INSERT INTO content_ref (segment, kind, record, file, size, stored) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				s.Name[:], key.Kind, string(key.ID), file, s.Size, f.AtServer != 0)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// SegmentRecords lists the records that name the segment.
func (v *View) SegmentRecords(segment app.Hash) ([]app.Key, error) {
	return v.keys(`SELECT DISTINCT kind, record FROM content_ref WHERE segment = ?`, segment[:])
}

// SegmentSize is the size that records give for the segment; 0 when none
// names it.
func (v *View) SegmentSize(segment app.Hash) (size int64, err error) {
	err = v.queryRow(`SELECT coalesce(max(size), 0) FROM content_ref WHERE segment = ?`, segment[:]).Scan(&size)
	return size, err
}

// PutHave notes that the server has verified the segment. device is who sent
// it (a person, from a browser), or empty. Told again, it counts as fresh, so that it is not removed just
// before the command that names it.
func (tx *Tx) PutHave(segment app.Hash, size int64, device app.ID, at app.Time) error {
	return tx.exec(`INSERT INTO content_have (segment, size, at, device) VALUES (?, ?, ?, ?)
		ON CONFLICT (segment) DO UPDATE SET at = max(at, excluded.at)`,
		segment[:], size, at, string(device))
}

// Has reports whether the server has verified the segment.
func (v *View) Has(segment app.Hash) (bool, error) {
	var n int
	err := v.queryRow(`SELECT count(*) FROM content_have WHERE segment = ?`, segment[:]).Scan(&n)
	return n > 0, err
}

// HaveSinceAtMost sets right what a clock that was ahead has noted: a segment
// that came "next year" would count against its sender's quota until then.
func (tx *Tx) HaveSinceAtMost(now app.Time) error {
	return tx.exec(`UPDATE content_have SET at = ?1 WHERE at > ?1`, now)
}

// SentSince is how many bytes the device has sent since then that no record
// names, each segment counted as least at the least.
func (v *View) SentSince(device app.ID, since app.Time, least int64) (bytes int64, err error) {
	err = v.queryRow(`SELECT coalesce(sum(max(h.size, ?)), 0) FROM content_have h WHERE h.device = ? AND h.at >= ?
		AND NOT EXISTS (SELECT 1 FROM content_ref r WHERE r.segment = h.segment)`, least, string(device), since).Scan(&bytes)
	return bytes, err
}

// PutFetched notes that the device holds the segment.
func (tx *Tx) PutFetched(segment app.Hash, device app.ID, at app.Time) error {
	return tx.exec(`INSERT INTO content_fetch (segment, device, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, segment[:], string(device), at)
}

// RecordFile names one file of one record.
type RecordFile struct {
	Record app.Key
	File   app.CommandID
}

// File is the file of a record; the zero File when the record has none such, and
// app.ErrNotFound without the record.
func (v *View) File(of RecordFile) (app.File, error) {
	r, err := v.Get(of.Record)
	if err != nil {
		return app.File{}, err
	}
	return app.FilesOf(r)[of.File], nil
}

// CompleteFiles lists files whose segments the server has all verified while
// their record does not say so yet, in their order from after on.
func (v *View) CompleteFiles(after RecordFile, limit int) (out []RecordFile, err error) {
	err = v.each(`SELECT kind, record, file FROM content_ref r WHERE stored = 0 AND (kind, record, file) > (?, ?, ?) GROUP BY kind, record, file
		HAVING count(*) = (SELECT count(*) FROM content_ref n JOIN content_have h ON h.segment = n.segment
			WHERE n.kind = r.kind AND n.record = r.record AND n.file = r.file)
		ORDER BY kind, record, file LIMIT ?`, []any{after.Record.Kind, string(after.Record.ID), after.File, limit}, func(rows *sql.Rows) error {
		var f RecordFile
		err := rows.Scan(&f.Record.Kind, &f.Record.ID, &f.File)
		out = append(out, f)
		return err
	})
	return out, err
}

// Holders lists the devices that hold every segment of the document that the
// server has.
func (v *View) Holders(doc app.ID) (devices []app.ID, err error) {
	err = v.each(`WITH need AS (SELECT DISTINCT r.segment FROM content_ref r JOIN content_have h ON h.segment = r.segment WHERE r.kind = ? AND r.record = ?)
		SELECT f.device FROM content_fetch f JOIN need n ON n.segment = f.segment
		GROUP BY f.device HAVING count(*) = (SELECT count(*) FROM need) ORDER BY f.device`, []any{app.KindDocument, string(doc)}, func(rows *sql.Rows) error {
		var id app.ID
		err := rows.Scan(&id)
		devices = append(devices, id)
		return err
	})
	return devices, err
}

// FileHolder is a laptop that holds files whole.
type FileHolder struct{ Device, Person app.ID }

// fileHoldersSQL begins with the segments of the files, %s of them, and looks up
// who has fetched each: its cost is that of the receipts there are, however many
// offices the document went to.
const fileHoldersSQL = `WITH need AS MATERIALIZED (SELECT DISTINCT segment FROM content_ref WHERE kind = ? AND record = ? AND file IN %s)
	SELECT d.id, d.person FROM (SELECT f.device FROM need n CROSS JOIN content_fetch f ON f.segment = n.segment
		GROUP BY f.device HAVING count(*) = (SELECT count(*) FROM need)) h
	CROSS JOIN device d ON d.id = h.device WHERE d.revoked = 0`

// FileHolders lists the laptops that may come in and that hold every segment of
// the document's files given, of whichever document they have them.
func (v *View) FileHolders(doc app.ID, files []app.CommandID) (out []FileHolder, err error) {
	args := []any{app.KindDocument, string(doc)}
	for _, file := range files {
		args = append(args, file)
	}
	err = v.each(fmt.Sprintf(fileHoldersSQL, marks(len(files))), args, func(rows *sql.Rows) error {
		var h FileHolder
		err := rows.Scan(&h.Device, &h.Person)
		out = append(out, h)
		return err
	})
	return out, err
}

// SegmentFile is a file of a record that names the segment, or app.ErrNotFound.
func (v *View) SegmentFile(segment app.Hash) (f RecordFile, err error) {
	err = v.queryRow(`SELECT kind, record, file FROM content_ref WHERE segment = ? ORDER BY kind, record, file LIMIT 1`, segment[:]).
		Scan(&f.Record.Kind, &f.Record.ID, &f.File)
	return f, none(err)
}

// UnnamedSegments lists segments that were stored before the time, that no
// record names, and that no revoked device has handed over.
func (v *View) UnnamedSegments(before app.Time, limit int) (out []app.Hash, err error) {
	err = v.each(`SELECT segment FROM content_have h WHERE at < ?
		AND NOT EXISTS (SELECT 1 FROM content_ref r WHERE r.segment = h.segment)
		AND NOT EXISTS (SELECT 1 FROM device_content d WHERE d.segment = h.segment) LIMIT ?`, []any{before, limit}, func(rows *sql.Rows) error {
		var b []byte
		err := rows.Scan(&b)
		out = append(out, app.Hash(b))
		return err
	})
	return out, err
}

// Forget removes the traces of a segment that no record names and no revoked
// device has handed over; it tells whether there was one to remove.
func (tx *Tx) Forget(segment app.Hash) (bool, error) {
	n, err := tx.execCount(`DELETE FROM content_have WHERE segment = ?1 AND NOT EXISTS (SELECT 1 FROM content_ref WHERE segment = ?1)
		AND NOT EXISTS (SELECT 1 FROM device_content WHERE segment = ?1)`, segment[:])
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.exec(`DELETE FROM content_fetch WHERE segment = ?`, segment[:])
}

// NeededSegments calls fn for each segment that records name or revoked
// devices have brought, with its size and whether the server has verified it.
func (v *View) NeededSegments(fn func(segment app.Hash, size int64, have bool) error) error {
	return v.each(`SELECT n.segment, max(n.size), EXISTS (SELECT 1 FROM content_have h WHERE h.segment = n.segment)
		FROM (SELECT segment, size FROM content_ref UNION ALL SELECT segment, size FROM device_content WHERE came <> 0) n
		GROUP BY n.segment`, nil, func(rows *sql.Rows) error {
		var b []byte
		var size int64
		var have bool
		if err := rows.Scan(&b, &size, &have); err != nil {
			return err
		}
		return fn(app.Hash(b), size, have)
	})
}

// Upload is a file that somebody uploaded in a browser and that no command has
// named yet.
type Upload struct {
	Person  app.ID
	Name    string
	Media   string
	Pages   int
	At      app.Time
	Content app.FileVersion
}

// PutUpload remembers it.
func (tx *Tx) PutUpload(u Upload) error {
	content, err := cbor.Marshal(u.Content)
	if err != nil {
		return err
	}
	return tx.exec(`INSERT OR REPLACE INTO upload (person, sha256, name, media, pages, at, content) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(u.Person), u.Content.SHA256[:], u.Name, u.Media, u.Pages, u.At, content)
}

// Upload returns the person's upload of that plaintext, or app.ErrNotFound.
func (v *View) Upload(person app.ID, sum app.Hash) (u Upload, err error) {
	var content []byte
	u.Person = person
	err = v.queryRow(`SELECT name, media, pages, at, content FROM upload WHERE person = ? AND sha256 = ?`, string(person), sum[:]).
		Scan(&u.Name, &u.Media, &u.Pages, &u.At, &content)
	if errors.Is(err, sql.ErrNoRows) {
		return u, app.ErrNotFound
	}
	if err != nil {
		return u, err
	}
	return u, cbor.Unmarshal(content, &u.Content)
}

// TidyUploads forgets uploads made before the time. Their segments, when no
// record names them, follow as unnamed ones.
func (tx *Tx) TidyUploads(before app.Time) error {
	return tx.exec(`DELETE FROM upload WHERE at < ?`, before)
}
