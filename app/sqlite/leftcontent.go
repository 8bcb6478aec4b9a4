package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// LeftSegment is a sealed segment that a revoked device hands over.
type LeftSegment struct {
	Segment app.Hash
	Size    int64    // bytes
	File    int      // which of the device's files it belongs to
	Came    app.Time // when the server had the whole; 0 = it is awaited
}

// LeftContents lists what the device has announced.
func (v *View) LeftContents(device app.ID) (out []LeftSegment, err error) {
	err = v.each(`SELECT segment, size, file, came FROM device_content WHERE device = ? ORDER BY segment`, []any{string(device)}, func(rows *sql.Rows) error {
		s, err := scanLeft(rows)
		out = append(out, s)
		return err
	})
	return out, err
}

// LeftContent returns one of them, or app.ErrNotFound.
func (v *View) LeftContent(device app.ID, segment app.Hash) (LeftSegment, error) {
	s, err := scanLeft(v.queryRow(`SELECT segment, size, file, came FROM device_content WHERE device = ? AND segment = ?`, string(device), segment[:]))
	return s, none(err)
}

func scanLeft(row interface{ Scan(...any) error }) (s LeftSegment, err error) {
	var name []byte
	if err := row.Scan(&name, &s.Size, &s.File, &s.Came); err != nil {
		return s, err
	}
	s.Segment = app.Hash(name)
	return s, nil
}

// PutLeftContent notes that a device will bring the segment. What has come
// already stays as it is.
func (tx *Tx) PutLeftContent(device app.ID, s LeftSegment) error {
	return tx.exec(`INSERT INTO device_content (device, segment, size, file) VALUES (?, ?, ?, ?)
		ON CONFLICT (device, segment) DO UPDATE SET size = excluded.size, file = excluded.file WHERE came = 0`,
		string(device), s.Segment[:], s.Size, s.File)
}

// LeftCame notes that the server has the whole segment.
func (tx *Tx) LeftCame(device app.ID, segment app.Hash, at app.Time) error {
	return tx.exec(`UPDATE device_content SET came = ? WHERE device = ? AND segment = ? AND came = 0`, at, string(device), segment[:])
}

// DropLeftContent forgets a segment that the device will not bring.
func (tx *Tx) DropLeftContent(device app.ID, segment app.Hash) error {
	return tx.exec(`DELETE FROM device_content WHERE device = ? AND segment = ? AND came = 0`, string(device), segment[:])
}

// LeftFiles counts the device's files: those that are here whole, and those of
// which something is awaited.
func (v *View) LeftFiles(device app.ID) (whole, awaited int, err error) {
	err = v.queryRow(`SELECT coalesce(sum(missing = 0), 0), coalesce(sum(missing > 0), 0)
		FROM (SELECT sum(came = 0) AS missing FROM device_content WHERE device = ? GROUP BY file)`, string(device)).Scan(&whole, &awaited)
	return whole, awaited, err
}
