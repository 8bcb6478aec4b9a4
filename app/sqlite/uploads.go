package sqlite

import (
	"database/sql"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// Send is a sealed segment on a laptop that the server does not have yet.
type Send struct {
	Segment app.Hash
	Size    int64 // bytes
	Name    string
	File    app.Hash // plaintext of the file it belongs to
	At      app.Time
}

// PutSends notes that the segments of a file must go up.
func (tx *Tx) PutSends(v app.FileVersion, name string, at app.Time) error {
	for _, s := range v.Segments {
		if there, err := tx.storedAtServer(s.Name); err != nil {
			return err
		} else if there {
			continue // of an earlier version
		}
		if err := tx.PutSend(Send{s.Name, s.Size, name, v.SHA256, at}); err != nil {
			return err
		}
	}
	return nil
}

// storedAtServer reports whether a record says that the server has a file with
// the segment.
func (v *View) storedAtServer(segment app.Hash) (bool, error) {
	var n int
	err := v.queryRow(`SELECT count(*) FROM content_ref WHERE segment = ? AND stored = 1`, segment[:]).Scan(&n)
	return n > 0, err
}

// Unsent lists segments of files that the server does not have yet, as far as
// their records say, and that nothing sends.
func (v *View) Unsent() (out []Send, err error) {
	err = v.each(`SELECT DISTINCT r.segment, r.size, r.kind, r.record, r.file FROM content_ref r WHERE r.stored = 0
		AND NOT EXISTS (SELECT 1 FROM content_send s WHERE s.segment = r.segment)
		AND NOT EXISTS (SELECT 1 FROM content_ref o WHERE o.segment = r.segment AND o.stored = 1) ORDER BY r.kind, r.record, r.file`, nil, func(rows *sql.Rows) error {
		var s Send
		var segment []byte
		var of RecordFile
		if err := rows.Scan(&segment, &s.Size, &of.Record.Kind, &of.Record.ID, &of.File); err != nil {
			return err
		}
		s.Segment = app.Hash(segment)
		f, err := v.File(of)
		s.Name, s.File = f.Name, f.Content.SHA256
		out = append(out, s)
		return err
	})
	return out, err
}

// PutSend notes that one segment must go up.
func (tx *Tx) PutSend(s Send) error {
	return tx.exec(`INSERT INTO content_send (segment, size, name, file, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.Segment[:], s.Size, s.Name, s.File[:], s.At)
}

// Sends lists what must go up, the oldest first.
func (v *View) Sends() (out []Send, err error) {
	err = v.each(`SELECT segment, size, name, file, at FROM content_send ORDER BY at, segment`, nil, func(rows *sql.Rows) error {
		var s Send
		var segment, file []byte
		if err := rows.Scan(&segment, &s.Size, &s.Name, &file, &s.At); err != nil {
			return err
		}
		s.Segment, s.File = app.Hash(segment), app.Hash(file)
		out = append(out, s)
		return nil
	})
	return out, err
}

// DeleteSend notes that the server holds the segment, or never will.
func (tx *Tx) DeleteSend(segment app.Hash) error {
	return tx.exec(`DELETE FROM content_send WHERE segment = ?`, segment[:])
}

// ForgetFile drops the upload and the sends of a file that must not be kept. A
// segment that a record still names is scheduled again from the record.
func (tx *Tx) ForgetFile(v app.FileVersion) error {
	if err := tx.exec(`DELETE FROM upload WHERE sha256 = ?`, v.SHA256[:]); err != nil {
		return err
	}
	for _, s := range v.Segments {
		if err := tx.DeleteSend(s.Name); err != nil {
			return err
		}
	}
	return nil
}

// Want is a segment that a record names.
type Want struct {
	Segment app.Hash
	Size    int64 // bytes
	Record  app.Key
}

// Wanted lists the segments of files that the server has, of the records given,
// without repeating one.
func (v *View) Wanted(records []app.Key) (out []Want, err error) {
	seen := map[app.Hash]bool{}
	for _, key := range records {
		err := v.each(`SELECT segment, size FROM content_ref WHERE kind = ? AND record = ? AND stored = 1`, []any{key.Kind, string(key.ID)}, func(rows *sql.Rows) error {
			var b []byte
			w := Want{Record: key}
			if err := rows.Scan(&b, &w.Size); err != nil {
				return err
			}
			if w.Segment = app.Hash(b); !seen[w.Segment] {
				seen[w.Segment] = true
				out = append(out, w)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// KeptSegments are the segments of what no command has named yet: uploads, and
// saves of working copies.
func (v *View) KeptSegments() (map[app.Hash]bool, error) {
	out := map[app.Hash]bool{}
	err := v.each(`SELECT content FROM upload UNION ALL SELECT content FROM working_copy WHERE content IS NOT NULL`, nil, func(rows *sql.Rows) error {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return err
		}
		var content app.FileVersion
		if err := cbor.Unmarshal(b, &content); err != nil {
			return err
		}
		for _, s := range content.Segments {
			out[s.Name] = true
		}
		return nil
	})
	return out, err
}

// SegmentNamed reports whether a record, an upload in waiting or the outbox
// of contents still needs the segment.
func (v *View) SegmentNamed(segment app.Hash) (bool, error) {
	var n int
	err := v.queryRow(`SELECT (SELECT count(*) FROM content_ref WHERE segment = ?1) + (SELECT count(*) FROM content_send WHERE segment = ?1)`,
		segment[:]).Scan(&n)
	return n > 0, err
}
