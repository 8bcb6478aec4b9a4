package sqlite

import (
	"database/sql"
	"slices"

	"khonggiay/app"
)

// maxBusy is how many meetings an answer about clashes may name.
const maxBusy = 200

// Busy lists the meetings of this file that take up the room or somebody of the
// people, the earliest first, each once. Who declined or sends another is free.
func (v *View) Busy(q app.BusyQuery) (out []app.BusyRow, err error) {
	statuses := make([]any, len(app.BusyStatuses))
	for i, s := range app.BusyStatuses {
		statuses[i] = string(s)
	}
	people := make([]any, len(q.People))
	for i, p := range q.People {
		people[i] = string(p)
	}
	var w where
	w.add("m.start < ?", q.To)
	w.add("m.stop > ?", q.From)
	w.add("m.id <> ?", string(q.Except))
	w.add("m.status IN "+marks(len(statuses)), statuses...)
	query, args := `SELECT m.id, m.start, m.stop, m.room, '' FROM meeting_index m`+w.sql()+` AND m.room = ? AND m.room <> ''`, append(slices.Clone(w.args), any(string(q.Room)))
	if len(people) > 0 {
		query += ` UNION ALL SELECT m.id, m.start, m.stop, m.room, p.person FROM meeting_person p JOIN meeting_index m ON m.id = p.meeting` + w.sql() +
			` AND p.reply NOT IN ('DECLINED', 'DELEGATED') AND p.person IN ` + marks(len(people))
		args = append(append(args, w.args...), people...)
	}
	err = v.each(query+` ORDER BY 2, 1, 5`, args, func(rows *sql.Rows) error {
		var r app.BusyRow
		var room, person app.ID
		if err := rows.Scan(&r.Meeting, &r.Start, &r.End, &room, &person); err != nil {
			return err
		}
		if len(out) == 0 || out[len(out)-1].Meeting != r.Meeting {
			if len(out) == maxBusy {
				return nil
			}
			r.Room = q.Room != "" && room == q.Room
			out = append(out, r)
		}
		if person != "" {
			last := &out[len(out)-1]
			last.People = append(last.People, person)
		}
		return nil
	})
	return out, err
}
