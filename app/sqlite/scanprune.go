package sqlite

import (
	"database/sql"

	"khonggiay/app"
)

// A ScanFile is what tells the file of a scan from all others, as in ScanOf.
type ScanFile struct {
	Folder         app.ID
	Name           string
	Size, Modified int64
}

// finishedScans are the states of scans that nobody has to do anything about: all
// but those that wait. One that is being read is finished too when its file is gone.
var finishedScans = []app.ScanState{app.ScanReading, app.ScanSecret, app.ScanUnreadable, app.ScanDuplicate, app.ScanRegistered, app.ScanIgnored, app.ScanGone}

// PruneScans forgets finished scans that were met more than life ago, and returns
// how many. It keeps those whose text is searched with their document's; those
// whose file is still there, which would be taken again; and those with the bytes
// of one that stays, which is known as a duplicate by them.
func (tx *Tx) PruneScans(now, life app.Time, there func(ScanFile) bool) (n int, err error) {
	within, states := anyOf(finishedScans)
	// Met by a clock that was ahead: its age begins now.
	if err := tx.exec(`UPDATE scan SET found = ? WHERE state IN `+within+` AND found > ?`, append(append([]any{now}, states...), now)...); err != nil {
		return 0, err
	}
	old, err := tx.metScans(`state IN `+within+` AND found < ? AND coalesce(octet_length(text), 0) = 0`, append(states, now-life)...)
	if err != nil {
		return 0, err
	}
	for _, s := range old {
		keep, err := there(s.file), error(nil)
		if !keep && s.original != nil {
			keep, err = tx.bytesStay(s, now-life, there)
		}
		if err == nil && !keep {
			err = tx.exec(`DELETE FROM scan WHERE id = ?`, string(s.id))
			n++
		}
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// bytesStay reports whether another scan of the same bytes is young, or has its
// file still there.
func (tx *Tx) bytesStay(s metScan, before app.Time, there func(ScanFile) bool) (bool, error) {
	others, err := tx.metScans(`original = ? AND id <> ?`, s.original, string(s.id))
	for _, o := range others {
		if o.found >= before || there(o.file) {
			return true, err
		}
	}
	return false, err
}

// metScan is what PruneScans looks at.
type metScan struct {
	id       app.ID
	found    app.Time
	original []byte // nil when the file was never read
	file     ScanFile
}

func (tx *Tx) metScans(where string, args ...any) (out []metScan, err error) {
	err = tx.each(`SELECT id, found, original, folder, name, size, modified FROM scan WHERE `+where, args, func(rows *sql.Rows) error {
		var s metScan
		var name []byte
		err := rows.Scan(&s.id, &s.found, &s.original, &s.file.Folder, &name, &s.file.Size, &s.file.Modified)
		s.file.Name = string(name)
		out = append(out, s)
		return err
	})
	return out, err
}
