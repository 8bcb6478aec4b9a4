package sqlite

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"khonggiay/app"
)

// PutScanFolder stores a watched folder.
func (tx *Tx) PutScanFolder(f app.ScanFolder) error {
	return tx.exec(`INSERT INTO scan_folder (id, path, unit, tidy, added) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET path = excluded.path, unit = excluded.unit, tidy = excluded.tidy`,
		string(f.ID), f.Path, string(f.Unit), f.Tidy, f.Added)
}

// DeleteScanFolder forgets a folder and what was met in it; what is sealed of
// it, and no document names, goes with the unnamed contents. app.ErrNotFound if
// it is not watched.
func (tx *Tx) DeleteScanFolder(id app.ID) error {
	n, err := tx.execCount(`DELETE FROM scan_folder WHERE id = ?`, string(id))
	if err == nil && n == 0 {
		err = app.ErrNotFound
	}
	if err != nil {
		return err
	}
	return tx.exec(`DELETE FROM scan WHERE folder = ?`, string(id))
}

// ForgetScans forgets all scans. Their folders stay, and whoever still watches
// them meets every file anew.
func (tx *Tx) ForgetScans() error { return tx.exec(`DELETE FROM scan`) }

// ScanFolders lists the watched folders, the oldest first.
func (v *View) ScanFolders() (out []app.ScanFolder, err error) {
	err = v.each(`SELECT id, path, unit, tidy, added FROM scan_folder ORDER BY added, id`, nil, func(rows *sql.Rows) error {
		var f app.ScanFolder
		err := rows.Scan(&f.ID, &f.Path, &f.Unit, &f.Tidy, &f.Added)
		out = append(out, f)
		return err
	})
	return out, err
}

// A scan that waits is registered as soon as a document here has its file, by
// whatever way it came there; should the server refuse that document, it waits
// again.
const scanRow = `SELECT s.id, s.folder, s.name, s.size, s.modified, s.found, s.reason, s.original, s.read, s.pages, s.content, s.fields, s.text, s.twin,
	CASE WHEN s.state = 'waiting' AND d.id IS NOT NULL THEN 'registered' ELSE s.state END AS state, coalesce(d.id, s.doc) AS doc
	FROM scan s LEFT JOIN document_index d ON s.sha256 IS NOT NULL AND s.state IN ('waiting', 'registered')
		AND d.row = (SELECT min(f.row) FROM document_file f WHERE f.sha256 = s.sha256)`

// Scan returns one scan, or app.ErrNotFound.
func (v *View) Scan(id app.ID) (app.Scan, error) {
	return v.oneScan(scanRow+` WHERE s.id = ?`, string(id))
}

// ScanOf returns the scan of that very file, or app.ErrNotFound.
func (v *View) ScanOf(folder app.ID, name string, size, modified int64) (app.Scan, error) {
	return v.oneScan(scanRow+` WHERE s.folder = ? AND s.name = ? AND s.size = ? AND s.modified = ? ORDER BY s.found DESC LIMIT 1`,
		string(folder), []byte(name), size, modified)
}

// ScanTwin returns the first scan whose file has the hash, and which is more
// than a file that was met; app.ErrNotFound if there is none.
func (v *View) ScanTwin(original app.Hash, except app.ID) (app.Scan, error) {
	return v.oneScan(scanRow+` WHERE s.original = ? AND s.id <> ? AND s.state IN ('waiting', 'registered', 'ignored') ORDER BY s.found, s.id LIMIT 1`,
		original[:], string(except))
}

// ScanContent returns the scan that waits with that copy, or app.ErrNotFound.
func (v *View) ScanContent(sum app.Hash) (app.Scan, error) {
	return v.oneScan(scanRow+` WHERE s.sha256 = ? AND s.content IS NOT NULL ORDER BY s.found, s.id LIMIT 1`, sum[:])
}

// FileDocument is a document here that has the file, or "".
func (v *View) FileDocument(sum app.Hash) (id app.ID, err error) {
	err = v.queryRow(`SELECT d.id FROM document_file f JOIN document_index d ON d.row = f.row WHERE f.sha256 = ? ORDER BY f.row LIMIT 1`, sum[:]).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// Scans lists those that stand in the states, the latest first.
func (v *View) Scans(states []app.ScanState, limit int) (out []app.Scan, err error) {
	stored := states
	if slices.Contains(states, app.ScanRegistered) {
		stored = append(slices.Clone(states), app.ScanWaiting)
	}
	within, args := anyOf(stored)
	shown, more := anyOf(states)
	args = append(append(args, more...), limit)
	err = v.each(`SELECT * FROM (`+scanRow+` WHERE s.state IN `+within+`) WHERE state IN `+shown+` ORDER BY found DESC, id DESC LIMIT ?`, args, func(rows *sql.Rows) error {
		s, err := readScan(rows)
		out = append(out, s)
		return err
	})
	return out, err
}

// anyOf is a list for IN.
func anyOf(states []app.ScanState) (list string, args []any) {
	for _, s := range states {
		args = append(args, string(s))
	}
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", len(states)), ", ") + ")", args
}

// ScanCounts counts scans by their state.
func (v *View) ScanCounts() (map[app.ScanState]int, error) {
	out := map[app.ScanState]int{}
	err := v.each(`SELECT state, count(*) FROM scan GROUP BY state`, nil, func(rows *sql.Rows) error {
		var state app.ScanState
		var n int
		err := rows.Scan(&state, &n)
		out[state] = n
		return err
	})
	if err != nil || out[app.ScanWaiting] == 0 {
		return out, err
	}
	var registered int
	err = v.queryRow(`SELECT count(*) FROM scan s WHERE s.state = 'waiting' AND EXISTS (SELECT 1 FROM document_file f WHERE f.sha256 = s.sha256)`).Scan(&registered)
	out[app.ScanWaiting] -= registered
	out[app.ScanRegistered] += registered
	return out, err
}

// ScanSegments are the segments of all copies that wait.
func (v *View) ScanSegments() (map[app.Hash]bool, error) {
	out := map[app.Hash]bool{}
	err := v.each(`SELECT content FROM scan WHERE content IS NOT NULL`, nil, func(rows *sql.Rows) error {
		var b []byte
		var content app.FileVersion
		if err := rows.Scan(&b); err != nil {
			return err
		}
		err := cbor.Unmarshal(b, &content)
		for _, s := range content.Segments {
			out[s.Name] = true
		}
		return err
	})
	return out, err
}

func (v *View) oneScan(query string, args ...any) (app.Scan, error) {
	s, err := readScan(v.queryRow(query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return s, app.ErrNotFound
	}
	return s, err
}

func readScan(row interface{ Scan(...any) error }) (s app.Scan, err error) {
	var name, original, content, fields []byte
	var text sql.NullString
	err = row.Scan(&s.ID, &s.Folder, &name, &s.Size, &s.Modified, &s.Found, &s.Reason, &original, &s.Read, &s.Pages, &content, &fields, &text, &s.Twin, &s.State, &s.Doc)
	if err != nil {
		return s, err
	}
	s.Name, s.Text = string(name), text.String
	copy(s.Original[:], original)
	if content != nil {
		err = cbor.Unmarshal(content, &s.Content)
	}
	if fields != nil {
		err = errors.Join(err, cbor.Unmarshal(fields, &s.Fields))
	}
	return s, err
}

// PutScan stores a scan as it is now. Of one that does not wait neither copy,
// suggestions nor text are kept.
func (tx *Tx) PutScan(s app.Scan) error {
	var original, sum, content, fields []byte
	var text any
	if s.Original != (app.Hash{}) {
		original = s.Original[:]
	}
	if len(s.Content.Segments) > 0 && s.State == app.ScanWaiting {
		var err1, err2 error
		sum = s.Content.SHA256[:]
		content, err1 = cbor.Marshal(s.Content)
		fields, err2 = cbor.Marshal(s.Fields)
		text = s.Text
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
	}
	return tx.exec(`INSERT OR REPLACE INTO scan (id, folder, name, size, modified, found, state, reason, original, sha256, read, pages, content, fields, text, twin, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(s.ID), string(s.Folder), []byte(s.Name), s.Size, s.Modified, s.Found, string(s.State), s.Reason, original, sum, s.Read, s.Pages, content, fields, text,
		string(s.Twin), string(s.Doc))
}

// projectScans lets go of a scan's copy once its document is the server's: from
// then on the document alone holds the keys, and its leaving takes them away,
// with the text that was read. next is nil when the document is gone.
func (tx *Tx) projectScans(id app.ID, next *app.Document) error {
	if tx.store.opts.Role == Server {
		return nil
	}
	if next == nil {
		return tx.exec(`UPDATE scan SET text = NULL WHERE doc = ? AND state = 'registered'`, string(id))
	}
	for _, f := range next.Files {
		if f.AtServer == 0 {
			continue
		}
		err := tx.exec(`UPDATE scan SET state = 'registered', content = NULL, fields = NULL, doc = ? WHERE sha256 = ? AND state = 'waiting'`,
			string(next.ID), f.Content.SHA256[:])
		if err != nil {
			return err
		}
	}
	return nil
}

// scanText is what was read in the scans that the document was made of: with
// its own words it is what a search of it looks through on this machine.
func (tx *Tx) scanText(d *app.Document) (text string, err error) {
	if tx.store.opts.Role == Server {
		return "", nil
	}
	for _, key := range slices.Sorted(maps.Keys(d.Files)) { // in one order, so that the same text is the same words
		sum := d.Files[key].Content.SHA256
		err := tx.each(`SELECT text FROM scan WHERE sha256 = ? AND text <> '' ORDER BY id LIMIT 1`, []any{sum[:]}, func(rows *sql.Rows) error {
			var s string
			err := rows.Scan(&s)
			text += "\n" + s
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return text, nil
}
