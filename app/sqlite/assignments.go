package sqlite

import (
	"cmp"
	"database/sql"
	"strings"

	"khonggiay/app"
)

// projectAssignment keeps what lists read of a task; a is nil when it is gone.
func (tx *Tx) projectAssignment(id app.ID, a *app.Assignment, version uint64) error {
	if a == nil {
		return tx.exec("DELETE FROM assignment_index WHERE id = ?", string(id))
	}
	return tx.exec(`INSERT OR REPLACE INTO assignment_index
		(id, version, meeting, unit, giver, follower, owner, owner_unit, text, folded, due, reported, state, open, since, created, progress, reason, conclusion)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(id), version, string(a.Meeting), string(a.Unit), string(a.Giver), string(a.Follower), string(a.Owner), a.OwnerUnit, a.Text, app.Fold(a.Text),
		a.Due, a.Reported, string(a.State), a.Open(), a.Since, a.Created, a.Progress, a.Reason, int64(a.Conclusion))
}

const maxAssignments = 2000

// Assignments lists tasks that the viewer may see: what is open first, then by
// their day, those without one last.
func (v *View) Assignments(viewer app.Viewer, q app.AssignmentQuery) (out []app.AssignmentRow, err error) {
	if viewer, err = v.ready(viewer); err != nil {
		return nil, err
	}
	var w where
	if !viewer.All {
		numbers, err := v.scopeNumbersOf(viewer.Scopes)
		if err != nil || len(numbers) == 0 {
			return nil, err
		}
		var in where
		inNumbers(&in, "s.scope", numbers)
		w.add("EXISTS (SELECT 1 FROM record_scope s"+in.sql()+" AND s.kind = ? AND s.id = a.id)", append(in.args, app.KindAssignment)...)
	}
	v.boxed(&w, viewer, q.Box)
	if q.Meeting != "" {
		w.add("a.meeting = ?", string(q.Meeting))
	}
	if q.Unit != "" {
		w.add("a.unit = ?", string(q.Unit))
	}
	if q.From != 0 {
		w.add("a.created >= ?", q.From)
	}
	if q.To != 0 {
		w.add("a.created < ?", q.To)
	}
	if q.Open {
		w.add("a.open = 1")
	}
	for _, word := range strings.Fields(app.Fold(q.Text)) {
		w.add("instr(a.folded, ?) > 0", word)
	}
	query := `SELECT a.id, a.version, a.meeting, a.unit, a.giver, a.follower, a.owner, a.owner_unit, a.text, a.due, a.reported, a.state,
		a.since, a.created, a.progress, a.reason, a.conclusion FROM assignment_index a` + w.sql() + ` ORDER BY a.open DESC, a.due = 0, a.due, a.since, a.id LIMIT ?`
	err = v.each(query, append(w.args, min(cmp.Or(q.Limit, 500), maxAssignments)), func(rows *sql.Rows) error {
		var r app.AssignmentRow
		err := rows.Scan(&r.ID, &r.Version, &r.Meeting, &r.Unit, &r.Giver, &r.Follower, &r.Owner, &r.OwnerUnit, &r.Text, &r.Due, &r.Reported, &r.State,
			&r.Since, &r.Created, &r.Progress, &r.Reason, &r.Conclusion)
		out = append(out, r)
		return err
	})
	return out, err
}

// boxed limits tasks to how the viewer stands to them.
func (v *View) boxed(w *where, viewer app.Viewer, box app.AssignmentBox) {
	me := string(viewer.Person)
	switch box {
	case app.BoxMine:
		args := []any{me}
		for _, unit := range v.Directory().AnsweredFor(viewer.Person, v.store.Now().Date()) {
			args = append(args, string(unit))
		}
		w.add("a.owner IN "+marks(len(args)), args...)
	case app.BoxGiven:
		w.add("(a.giver = ? OR a.follower = ?)", me, me)
	}
}
