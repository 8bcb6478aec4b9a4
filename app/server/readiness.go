package server

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// readiness implements api.Readiness from what the server knows of the laptops:
// which segments they have told it that they hold, and what they have wiped. The
// API has asked before whether the viewer may look.
type readiness struct {
	store *sqlite.Store
	now   func() time.Time
}

// Readiness implements api.Readiness.
func (r readiness) Readiness(ctx context.Context, _ api.Viewer, meeting app.ID) (out api.MeetingReadiness, err error) {
	err = r.store.Read(ctx, func(v *sqlite.View) error {
		got, err := v.Get(app.Key{Kind: app.KindMeeting, ID: meeting})
		if err != nil {
			return err
		}
		m, ok := got.(*app.Meeting)
		if !ok {
			return app.ErrNotFound
		}
		b := &board{View: v, meeting: m, at: app.TimeOf(r.now()), machines: map[app.ID][]sqlite.Device{}}
		out, err = b.fill()
		return err
	})
	return out, err
}

// board is the work of one answer.
type board struct {
	*sqlite.View
	meeting  *app.Meeting
	at       app.Time
	columns  []column
	machines map[app.ID][]sqlite.Device // by person, that may come in
}

// column is a material in its newest version.
type column struct {
	*app.Material
	file    app.File
	total   int64            // bytes of its segments
	holders []app.ID         // persons, sorted
	fetched map[app.ID]int64 // bytes by device
}

func (b *board) fill() (out api.MeetingReadiness, err error) {
	out = api.MeetingReadiness{At: b.at, Materials: []api.ReadinessColumn{}, People: []api.ReadinessRow{}, Recalls: []api.MaterialRecalled{}}
	if err := b.load(); err != nil {
		return out, err
	}
	for _, c := range b.columns {
		number := 0
		for key := c.Newest(); key != 0; key = c.Versions[key].File.Replaces {
			number++
		}
		out.Materials = append(out.Materials, api.ReadinessColumn{ID: c.ID, Title: c.Title, State: c.State(), Number: number,
			Size: c.file.Content.Size, SHA256: c.file.Content.SHA256})
		if c.Recalled == 0 {
			continue
		}
		recalled, err := b.recalled(c.Material)
		if err != nil {
			return out, err
		}
		out.Recalls = append(out.Recalls, recalled)
	}
	for person, role := range b.people() {
		row, err := b.row(person, role)
		if err != nil {
			return out, err
		}
		if slices.ContainsFunc(row.Cells, func(n int) bool { return n >= 0 }) {
			out.People = append(out.People, row)
		}
	}
	slices.SortFunc(out.People, func(x, y api.ReadinessRow) int {
		return cmp.Or(cmp.Compare(x.Office, y.Office), cmp.Compare(x.Name, y.Name), cmp.Compare(x.Person, y.Person))
	})
	return out, nil
}

// load reads the materials that have a version.
func (b *board) load() error {
	for id, kind := range b.meeting.Parts {
		if kind != app.KindMaterial {
			continue
		}
		r, err := b.Get(app.Key{Kind: kind, ID: id})
		if errors.Is(err, app.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		m, ok := r.(*app.Material)
		if !ok || m.Newest() == 0 {
			continue
		}
		c := column{Material: m, file: m.Versions[m.Newest()].File, holders: b.Directory().PeopleIn(m.Holders, b.at)}
		for _, s := range c.file.Content.Segments {
			c.total += s.Size
		}
		if c.fetched, err = b.Fetched(sqlite.RecordFile{Record: m.Key(), File: m.Newest()}); err != nil {
			return err
		}
		b.columns = append(b.columns, c)
	}
	slices.SortFunc(b.columns, func(x, y column) int {
		return cmp.Or(cmp.Compare(x.Item, y.Item), cmp.Compare(x.Order, y.Order), cmp.Compare(x.ID, y.ID))
	})
	return nil
}

// people are those who come to the meeting, and who answer for a unit that does.
func (b *board) people() map[app.ID]app.MeetingRole {
	out := map[app.ID]app.MeetingRole{}
	for id, p := range b.meeting.Participants {
		if !p.Unit {
			continue
		}
		var scopes []app.Scope
		for _, role := range []app.Role{app.RoleLeader, app.RoleDeputy, app.RoleHead, app.RoleClerk} {
			scopes = append(scopes, app.RoleScope(id, role))
		}
		for _, person := range b.Directory().PeopleIn(scopes, b.at) {
			out[person] = ""
		}
	}
	for id, p := range b.meeting.Participants {
		if !p.Unit {
			out[id] = p.Role
		}
	}
	return out
}

func (b *board) row(person app.ID, role app.MeetingRole) (api.ReadinessRow, error) {
	out := api.ReadinessRow{Person: person, Role: role, Cells: make([]int, len(b.columns)), Read: make([]bool, len(b.columns)), Machines: []api.ReadinessDevice{}}
	if p := b.Directory().Person(person); p != nil {
		out.Name = p.Name
		if post, ok := p.MainPost(b.at.Date()); ok {
			out.Position = post.Position
			if u := b.Directory().Office(post.Unit, b.at.Date()); u != nil {
				out.Office = cmp.Or(u.Short, u.Name)
			}
		}
	}
	devices, err := b.devicesOf(person)
	if err != nil {
		return out, err
	}
	for _, d := range devices {
		out.Machines = append(out.Machines, api.ReadinessDevice{Name: d.Name, Seen: d.Seen, Cells: make([]int, len(b.columns))})
	}
	read, err := b.read(person)
	if err != nil {
		return out, err
	}
	for i, c := range b.columns {
		_, holds := slices.BinarySearch(c.holders, person)
		out.Read[i] = holds && read[c.ID] >= c.file.At
		if out.Cells[i] = -1; holds {
			out.Cells[i] = 0
		}
		for j, d := range devices {
			percent := -1
			if holds {
				percent = c.percentOn(d.ID)
			}
			out.Machines[j].Cells[i] = percent
			out.Cells[i] = max(out.Cells[i], percent)
		}
	}
	return out, nil
}

// percentOn is 100 only when nothing is missing.
func (c *column) percentOn(device app.ID) int {
	if c.total == 0 {
		return 0
	}
	return int(100 * c.fetched[device] / c.total)
}

func (b *board) read(person app.ID) (map[app.ID]app.Time, error) {
	r, err := b.Get(app.Key{Kind: app.KindAttendance, ID: app.AttendanceID(b.meeting.ID, person)})
	if errors.Is(err, app.ErrNotFound) {
		return nil, nil
	}
	if a, ok := r.(*app.Attendance); ok {
		return a.Read, err
	}
	return nil, err
}

// devicesOf are a person's laptops that may come in.
func (b *board) devicesOf(person app.ID) ([]sqlite.Device, error) {
	if known, ok := b.machines[person]; ok {
		return known, nil
	}
	all, err := b.DevicesOf(person)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d sqlite.Device) bool { return d.Revoked != 0 })
	b.machines[person] = all
	return all, nil
}

// recalled tells from which machines a recalled material is not known to have
// gone. One that was not in contact since it was opened never held it.
func (b *board) recalled(m *app.Material) (api.MaterialRecalled, error) {
	out := api.MaterialRecalled{ID: m.ID, Title: m.Title, At: m.Recalled, People: len(m.Recalls), Open: []api.RecallMachine{}}
	for _, person := range m.Recalls {
		devices, err := b.devicesOf(person)
		if err != nil {
			return out, err
		}
		for _, d := range devices {
			at, err := b.PurgedAt(d.ID, m.Key())
			switch {
			case err != nil:
				return out, err
			case at >= m.Recalled:
				out.Confirmed++
			case d.Enrolled < m.Recalled && d.Seen >= m.Opened-app.Time(time.Minute.Milliseconds()): // Seen is kept to the minute
				machine := api.RecallMachine{Name: d.Name, Seen: d.Seen, Person: string(person)}
				if p := b.Directory().Person(person); p != nil {
					machine.Person = p.Name
				}
				out.Open = append(out.Open, machine)
			}
		}
	}
	return out, nil
}
