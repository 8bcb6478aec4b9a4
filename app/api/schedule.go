package api

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"khonggiay/app"
)

// RoomView is a meeting room as the list of rooms shows it.
type RoomView struct {
	RoomRef
	Version   uint64 `json:"version"`
	Equipment string `json:"equipment,omitempty"`
	Rows      []int  `json:"rows" doc:"seats in each row, the first is nearest the chair"`
	Closed    bool   `json:"closed,omitempty"`
	MayEdit   bool   `json:"mayEdit,omitempty"`
}

// ClashesView says what else takes up the room or the people at a time.
type ClashesView struct {
	Complete bool    `json:"complete" doc:"the answer knows all meetings of the province; else those on this machine only"`
	Clashes  []Clash `json:"clashes" doc:"the earliest first"`
}

// Clash is a meeting at the same time. Of one that is not for the viewer only
// the time is told.
type Clash struct {
	Start   app.Time    `json:"start"`
	End     app.Time    `json:"end"`
	Room    bool        `json:"room,omitempty" doc:"it is in the room"`
	People  []PersonRef `json:"people" doc:"who are at it, of those asked about"`
	Meeting app.ID      `json:"meeting,omitempty"`
	Title   string      `json:"title,omitempty"`
}

type roomsInput struct {
	Closed bool `query:"closed" doc:"with those that are closed"`
}

type clashesInput struct {
	From   int64  `query:"from" doc:"Unix milliseconds; must be there"`
	To     int64  `query:"to" doc:"Unix milliseconds; must be there"`
	Room   app.ID `query:"room" maxLength:"64"`
	People string `query:"people" maxLength:"20000" doc:"ids of persons and units, with commas between"`
	Except app.ID `query:"except" maxLength:"64" doc:"the meeting that is planned"`
}

// Bounds of a question about clashes.
const (
	maxClashSpan   = app.Time(31 * 24 * 3600 * 1000)
	maxClashPeople = 300
)

func (a *API) scheduleRoutes() {
	route(a, forPerson, get("/rooms", "listRooms", "Meeting rooms of the province", "schedule"), a.listRooms)
	route(a, forPerson, get("/meetings/clashes", "listClashes", "What else takes up a room or people at a time", "schedule"), a.listClashes)
	route(a, forPerson, get("/weeks/{unit}/{monday}", "getWeek", "An office's work calendar of a week", "schedule"), a.getWeek)
}

func (a *API) listRooms(ctx context.Context, in *roomsInput) (*body[[]RoomView], error) {
	l := a.look(viewerOf(ctx))
	out := []RoomView{}
	err := a.Store.Read(ctx, func(v View) error {
		for _, r := range l.dir.AllRooms() {
			if r.Closed && !in.Closed {
				continue
			}
			version, err := v.Version(r.Key())
			if err != nil {
				return err
			}
			out = append(out, RoomView{RoomRef: *l.room(r.ID), Version: version, Equipment: r.Equipment, Rows: append([]int{}, r.Rows...),
				Closed: r.Closed, MayEdit: app.Can(l.dir, l.actor, "room.save", r).Allow})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b RoomView) int {
		return cmp.Or(cmp.Compare(a.Unit.Name, b.Unit.Name), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return &body[[]RoomView]{out}, err
}

func (a *API) listClashes(ctx context.Context, in *clashesInput) (*body[ClashesView], error) {
	q := app.BusyQuery{From: app.Time(in.From), To: app.Time(in.To), Room: in.Room, Except: in.Except}
	for id := range strings.SplitSeq(in.People, ",") {
		if id != "" && !slices.Contains(q.People, app.ID(id)) {
			q.People = append(q.People, app.ID(id))
		}
	}
	if q.From <= 0 || q.To <= q.From || q.To-q.From > maxClashSpan || len(q.People) > maxClashPeople {
		return nil, app.Refuse(app.Invalid, "meeting.bad_span")
	}
	l := a.look(viewerOf(ctx))
	out := ClashesView{Complete: a.Host.Describe(ctx).Kind == "server", Clashes: []Clash{}}
	err := a.Store.Read(ctx, func(v View) error {
		rows, err := v.Busy(q)
		for _, r := range rows {
			c, err := l.clash(v, r)
			if err != nil {
				return err
			}
			out.Clashes = append(out.Clashes, c)
		}
		return err
	})
	return &body[ClashesView]{out}, err
}

func (l *look) clash(v View, r app.BusyRow) (Clash, error) {
	c := Clash{Start: r.Start, End: r.End, Room: r.Room, People: []PersonRef{}}
	for _, id := range r.People {
		if u := l.dir.Unit(id); u != nil {
			c.People = append(c.People, PersonRef{ID: id, Name: u.Name})
		} else {
			c.People = append(c.People, l.who(id))
		}
	}
	m, _, err := l.meeting(v, r.Meeting)
	if errors.Is(err, app.ErrNotFound) {
		return c, nil
	}
	if err == nil {
		c.Meeting, c.Title = m.ID, m.Title
	}
	return c, err
}
