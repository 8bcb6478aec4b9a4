package sqlite

import (
	"database/sql"
	"errors"

	"khonggiay/app"
)

// known is a document as a record; nil when there is none.
func known(d *app.Document) app.Record {
	if d == nil {
		return nil
	}
	return d
}

// projectMaterial keeps when the clock has something to do with a material; m is
// nil when it is gone.
func (tx *Tx) projectMaterial(id app.ID, m *app.Material) error {
	if err := tx.exec("DELETE FROM material_due WHERE id = ?", string(id)); err != nil || m == nil {
		return err
	}
	opens, recall := m.DueToOpen(), m.DueToRecall()
	if opens == 0 && recall == 0 {
		return nil
	}
	return tx.exec("INSERT INTO material_due (id, opens, recall) VALUES (?, ?, ?)", string(id), opens, recall)
}

// MaterialsToOpen lists materials that are to be open by now.
func (v *View) MaterialsToOpen(now app.Time, limit int) ([]app.ID, error) {
	return v.ids("SELECT id FROM material_due WHERE opens <> 0 AND opens <= ? ORDER BY opens, id LIMIT ?", now, limit)
}

// MaterialsToRecall lists materials that are to be recalled by now.
func (v *View) MaterialsToRecall(now app.Time, limit int) ([]app.ID, error) {
	return v.ids("SELECT id FROM material_due WHERE recall <> 0 AND recall <= ? ORDER BY recall, id LIMIT ?", now, limit)
}

func (v *View) ids(query string, args ...any) (out []app.ID, err error) {
	err = v.each(query, args, func(rows *sql.Rows) error {
		var id app.ID
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// ComingMaterials calls fn for each material of meetings that go on now or begin
// by the time given, in the order of their meetings. One whose end lies before
// since is over, whatever its status says.
func (v *View) ComingMaterials(since, until app.Time, fn func(m *app.Material, begins app.Time) error) error {
	type coming struct {
		id     app.ID
		begins app.Time
	}
	var all []coming
	err := v.each(`SELECT p.id, m.start FROM meeting_index m JOIN meeting_part p ON p.meeting = m.id AND p.kind = ?
		WHERE m.status IN (?, ?) OR m.status IN (?, ?, ?, ?) AND m.start < ? AND m.stop >= ? ORDER BY m.start, m.id, p.id`,
		[]any{app.KindMaterial, string(app.MeetingLive), string(app.MeetingPaused), string(app.MeetingDraft), string(app.MeetingPending),
			string(app.MeetingInvited), string(app.MeetingPostponed), until, since}, func(rows *sql.Rows) error {
			var c coming
			err := rows.Scan(&c.id, &c.begins)
			all = append(all, c)
			return err
		})
	if err != nil {
		return err
	}
	for _, c := range all {
		r, err := v.Get(app.Key{Kind: app.KindMaterial, ID: c.id})
		if errors.Is(err, app.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if m, ok := r.(*app.Material); ok {
			if err := fn(m, c.begins); err != nil {
				return err
			}
		}
	}
	return nil
}

// Fetched is how many bytes of a file each device holds, as far as the server
// knows.
func (v *View) Fetched(of RecordFile) (map[app.ID]int64, error) {
	out := map[app.ID]int64{}
	err := v.each(`SELECT f.device, sum(r.size) FROM content_ref r CROSS JOIN content_fetch f ON f.segment = r.segment
		WHERE r.kind = ? AND r.record = ? AND r.file = ? GROUP BY f.device`,
		[]any{of.Record.Kind, string(of.Record.ID), of.File}, func(rows *sql.Rows) error {
			var device app.ID
			var bytes int64
			err := rows.Scan(&device, &bytes)
			out[device] = bytes
			return err
		})
	return out, err
}
