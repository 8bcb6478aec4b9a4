package sqlite

import (
	"cmp"
	"database/sql"
	"strings"

	"khonggiay/app"
)

// projectMeeting keeps what calendars read of a meeting; m is nil when it is gone.
func (tx *Tx) projectMeeting(id app.ID, m *app.Meeting, version uint64) error {
	if err := tx.exec("DELETE FROM meeting_person WHERE meeting = ?", string(id)); err != nil {
		return err
	}
	if m == nil {
		return tx.exec("DELETE FROM meeting_index WHERE id = ?", string(id))
	}
	var chair app.ID
	if chairs := m.Holding(app.MeetingChair); len(chairs) > 0 {
		chair = chairs[0]
	}
	err := tx.exec(`INSERT OR REPLACE INTO meeting_index
		(id, version, unit, status, form, class, title, folded, start, stop, room, place, chair, creator, secret, people)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(id), version, string(m.Unit), string(m.Status), string(m.Form), string(m.Class), m.Title, app.Fold(m.Title),
		m.Start, m.End, string(m.Room), m.Place, string(chair), string(m.Creator), m.Secret, len(m.Participants)+len(m.Outsiders))
	if err != nil {
		return err
	}
	for person, p := range m.Participants {
		err := tx.exec("INSERT INTO meeting_person (person, meeting, role, reply) VALUES (?, ?, ?, ?)",
			string(person), string(id), string(p.Role), string(p.Reply))
		if err != nil {
			return err
		}
	}
	return nil
}

// projectPart keeps which meeting a record belongs to; p is nil when it is gone.
func (tx *Tx) projectPart(key app.Key, p app.MeetingPart) error {
	if err := tx.exec("DELETE FROM meeting_part WHERE kind = ? AND id = ?", key.Kind, string(key.ID)); err != nil || p == nil || p.OfMeeting() == "" {
		return err
	}
	return tx.exec("INSERT INTO meeting_part (meeting, kind, id) VALUES (?, ?, ?)", string(p.OfMeeting()), key.Kind, string(key.ID))
}

// projectBelonging keeps what is derived from a record that may belong to a
// meeting; r is nil when it is gone.
func (tx *Tx) projectBelonging(key app.Key, r app.Record) error {
	p, _ := r.(app.MeetingPart)
	if err := tx.projectPart(key, p); err != nil || !key.Kind.CarriesFiles() {
		return err
	}
	if key.Kind == app.KindMaterial {
		m, _ := r.(*app.Material)
		if err := tx.projectMaterial(key.ID, m); err != nil {
			return err
		}
	}
	return tx.projectContents(key, r)
}

// Record returns a record that the viewer may see and its version, or app.ErrNotFound.
func (v *View) Record(viewer app.Viewer, key app.Key) (app.Record, uint64, error) {
	viewer, err := v.ready(viewer)
	if err != nil {
		return nil, 0, err
	}
	r, version, err := v.recordAndVersion(key)
	if err != nil {
		return nil, 0, err
	}
	if r == nil || !v.holds(viewer, r) {
		return nil, 0, app.ErrNotFound
	}
	return r, version, nil
}

// MeetingParts lists the records of a meeting that the viewer may see, by kind
// and id.
func (v *View) MeetingParts(viewer app.Viewer, meeting app.ID) (out []app.Record, err error) {
	if viewer, err = v.ready(viewer); err != nil {
		return nil, err
	}
	var keys []app.Key
	err = v.each("SELECT kind, id FROM meeting_part WHERE meeting = ? ORDER BY kind, id", []any{string(meeting)}, func(rows *sql.Rows) error {
		var k app.Key
		err := rows.Scan(&k.Kind, &k.ID)
		keys = append(keys, k)
		return err
	})
	for _, k := range keys {
		r, err := v.Get(k)
		if err != nil {
			return nil, err
		}
		if v.holds(viewer, r) {
			out = append(out, r)
		}
	}
	return out, err
}

const maxMeetings = 2000

// Meetings lists meetings that the viewer may see, by their planned time.
func (v *View) Meetings(viewer app.Viewer, q app.MeetingQuery) (out []app.MeetingRow, err error) {
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
		w.add("EXISTS (SELECT 1 FROM record_scope s"+in.sql()+" AND s.kind = ? AND s.id = m.id)", append(in.args, app.KindMeeting)...)
	}
	if q.To != 0 {
		w.add("m.start < ?", q.To)
	}
	if q.From != 0 {
		w.add("m.stop > ?", q.From)
	}
	if q.Unit != "" {
		w.add("m.unit = ?", string(q.Unit))
	}
	if q.Room != "" {
		w.add("m.room = ?", string(q.Room))
	}
	if q.Person != "" {
		w.add("EXISTS (SELECT 1 FROM meeting_person p WHERE p.person = ? AND p.meeting = m.id)", string(q.Person))
	}
	if len(q.Status) > 0 {
		args := make([]any, len(q.Status))
		for i, s := range q.Status {
			args[i] = string(s)
		}
		w.add("m.status IN "+marks(len(args)), args...)
	}
	for _, word := range strings.Fields(app.Fold(q.Text)) {
		w.add("instr(m.folded, ?) > 0", word)
	}
	limit := min(cmp.Or(q.Limit, 500), maxMeetings)
	order := " ORDER BY m.start, m.id LIMIT ?"
	if q.Newest {
		order = " ORDER BY m.start DESC, m.id DESC LIMIT ?"
	}
	query := `SELECT m.id, m.version, m.unit, m.status, m.form, m.class, m.title, m.start, m.stop, m.room, m.place,
		m.chair, m.creator, m.secret, m.people, coalesce(me.role, ''), coalesce(me.reply, '')
		FROM meeting_index m LEFT JOIN meeting_person me ON me.meeting = m.id AND me.person = ?` + w.sql() + order
	args := append([]any{string(viewer.Person)}, w.args...)
	err = v.each(query, append(args, limit), func(rows *sql.Rows) error {
		var r app.MeetingRow
		err := rows.Scan(&r.ID, &r.Version, &r.Unit, &r.Status, &r.Form, &r.Class, &r.Title, &r.Start, &r.End, &r.Room, &r.Place,
			&r.Chair, &r.Creator, &r.Secret, &r.People, &r.Role, &r.Reply)
		out = append(out, r)
		return err
	})
	if err == nil {
		err = v.waitingUnits(out, q.For)
	}
	return out, err
}

// waitingUnits fills in which of the units have not answered the invitation.
func (v *View) waitingUnits(rows []app.MeetingRow, units []app.ID) error {
	if len(units) == 0 || len(rows) == 0 {
		return nil
	}
	args := []any{string(app.ReplyPending)}
	for _, u := range units {
		args = append(args, string(u))
	}
	waiting := map[app.ID][]app.ID{}
	query := "SELECT meeting, person FROM meeting_person WHERE reply = ? AND person IN " + marks(len(units)) + " ORDER BY meeting, person"
	err := v.each(query, args, func(rows *sql.Rows) error {
		var meeting, unit app.ID
		err := rows.Scan(&meeting, &unit)
		waiting[meeting] = append(waiting[meeting], unit)
		return err
	})
	for i := range rows {
		rows[i].Waiting = waiting[rows[i].ID]
	}
	return err
}

// MeetingsIn lists the meetings in a status.
func (v *View) MeetingsIn(status app.MeetingStatus) ([]app.ID, error) {
	return v.ids("SELECT id FROM meeting_index WHERE status = ? ORDER BY id", string(status))
}
