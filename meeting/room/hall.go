package room

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

const (
	tendEvery = 2 * time.Second // lines are looked at, and who is gone for good
	saveAfter = 2 * time.Second // what is not urgent
	keptReact = 50
)

var errHallClosed = errors.New("room: the conference has been put away")

// Parts of a conference that are told as a whole.
const (
	partFloor = iota
	partView
	partDoor
	partTalk
	partRoll
	parts
)

// part is one of them as last written, for those who lead and for the others.
type part struct {
	full, open []byte
	rev        uint64
}

// rowState is a station's row as last written. Rows and parts have a rev of their
// own whenever they change, so that each connection knows what it has been told.
type rowState struct {
	row  Row
	full json.RawMessage
	open json.RawMessage // nil: nothing for those who do not lead
	rev  uint64
}

// reacted is a reaction with its number.
type reacted struct {
	Reacted
	n uint64
}

// hall is one open conference.
type hall struct {
	*Conferences
	meeting app.ID
	ctx     context.Context
	cancel  context.CancelCauseFunc
	work    chan struct{} // capacity 1: media are to be told something
	toSave  chan struct{} // capacity 1: at once

	mu      sync.Mutex // guards all below. Media are never called while it is held.
	c       *meeting.Conference
	closed  bool
	members map[app.ID]*member // who is connected, by station
	session *app.Session
	rev     uint64
	rows    map[app.ID]*rowState
	gone    map[app.ID]uint64
	parts   [parts]part
	reacts  []reacted
	reactN  uint64
	lines   map[app.ID]lineState
	saved   uint64 // epoch
	closing []Link
	hearing *time.Timer // for whom screens follow
}

type lineState struct {
	row      LineRow
	line     meeting.Line
	rev      uint64
	fallback meeting.Fallback
	route    meeting.Route // that the station should take; "" or RouteUDP: any
}

func newHall(cs *Conferences, c *meeting.Conference) *hall {
	ctx, cancel := context.WithCancelCause(context.Background())
	h := &hall{Conferences: cs, meeting: c.Meeting, ctx: ctx, cancel: cancel, work: make(chan struct{}, 1), toSave: make(chan struct{}, 1),
		c: c, members: map[app.ID]*member{}, rows: map[app.ID]*rowState{}, gone: map[app.ID]uint64{}, lines: map[app.ID]lineState{}, saved: c.Epoch}
	return h
}

// change changes the conference, and has everybody told. urgent is saved at once.
func (h *hall) change(urgent bool, fn func(*meeting.Conference, app.Time) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changeLocked(urgent, fn)
}

func (h *hall) changeLocked(urgent bool, fn func(*meeting.Conference, app.Time) error) error {
	before := h.c.Epoch
	holders := h.c.Holders()
	err := fn(h.c, app.TimeOf(h.Now()))
	if h.c.Epoch == before {
		return err
	}
	h.c.SetRecord(meeting.FloorOfRecord(h.session, h.c.StationOf)) // who comes and goes changes who speaks
	for _, id := range h.c.Holders() {
		if m := h.members[id]; m != nil && !slices.Contains(holders, id) {
			m.askLocked(AskFloor)
		}
	}
	h.writeLocked()
	h.endGoneLocked()
	stir(h.work)
	if urgent {
		stir(h.toSave)
	}
	return err
}

func stir(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default: // it looks at everything when it wakes
	}
}

// writeLocked writes rows and parts that have changed, and wakes the connections.
func (h *hall) writeLocked() {
	for id, s := range h.c.Stations {
		h.writeRowLocked(id, s)
	}
	for id := range h.rows {
		if h.c.Stations[id] == nil {
			delete(h.rows, id)
			h.rev++
			h.gone[id] = h.rev
		}
	}
	h.writePartLocked(partFloor, h.floor(), nil)
	h.writePartLocked(partView, h.view(), nil)
	door := h.door()
	h.writePartLocked(partDoor, door, doorTold{Lobby: door.Lobby, Locked: door.Locked, Waiting: door.Waiting})
	h.writePartLocked(partTalk, talkTold{h.c.Banner, !h.c.NoChat && !h.c.Secret, h.c.Reactions}, nil)
	h.writePartLocked(partRoll, rollTold{h.c.Roll}, nil)
	for _, m := range h.members {
		m.newsLocked()
	}
}

func (h *hall) writeRowLocked(id app.ID, s *meeting.Station) {
	row, was := rowOf(h.c, s), h.rows[id]
	if was != nil && was.row == row {
		return
	}
	// Of a conference that is opened again nothing is new but who has come.
	if h.Moved != nil && (was == nil && s.Connected || was != nil && (was.row.Status != row.Status || was.row.Heads != row.Heads || was.row.Report != row.Report)) {
		h.Moved(h.meeting, s)
	}
	next := &rowState{row: row, full: encode(row)}
	if open, ok := row.open(); ok {
		next.open = encode(open)
	}
	h.rev++
	next.rev = h.rev
	h.rows[id] = next
	delete(h.gone, id)
}

// encode writes what has only plain fields.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("room: " + err.Error()) // a mistake in the types above
	}
	return b
}

func (h *hall) writePartLocked(i int, full, open any) {
	p := &h.parts[i]
	f := encode(full)
	o := f
	if open != nil {
		o = encode(open)
	}
	if string(p.full) == string(f) && string(p.open) == string(o) {
		return
	}
	h.rev++
	*p = part{f, o, h.rev}
}

type floorTold struct {
	Mode     meeting.FloorMode   `json:"mode"`
	MutedAll bool                `json:"mutedAll,omitempty"`
	Given    []app.ID            `json:"given,omitempty"`
	Record   meeting.RecordFloor `json:"record"`
	Holders  []app.ID            `json:"holders,omitempty"`
	Next     []app.ID            `json:"next,omitempty"`
	Upcoming []app.ID            `json:"upcoming,omitempty"`
	Prepare  app.ID              `json:"prepare,omitempty"`
}

func (h *hall) floor() floorTold {
	return floorTold{h.c.Mode, h.c.MutedAll, h.c.Given, h.c.Record, h.c.Holders(), h.c.Next, h.c.Upcoming(), h.c.Prepare()}
}

type viewTold struct {
	meeting.View
	Chair  app.ID   `json:"chair,omitempty"`
	Screen app.ID   `json:"screen,omitempty"`
	Stage  []app.ID `json:"stage,omitempty"`
	Heard  []app.ID `json:"heard,omitempty"`
}

func (h *hall) view() viewTold {
	return viewTold{h.c.View, h.c.ChairStation(), h.c.Screen, h.c.Stage(), h.c.Heard()}
}

type doorTold struct {
	Lobby   bool          `json:"lobby"`
	Locked  bool          `json:"locked"`
	Waiting int           `json:"waiting"`
	Removed []removedTold `json:"removed,omitempty"`
}

type removedTold struct {
	Station app.ID   `json:"station"`
	Name    string   `json:"name"`
	At      app.Time `json:"at"`
	By      app.ID   `json:"by"`
}

func (h *hall) door() doorTold {
	d := doorTold{Lobby: h.c.Lobby, Locked: h.c.Locked}
	for _, s := range h.c.Stations {
		d.Waiting += bit(s.Status() == meeting.Waits, 1)
	}
	for id, r := range h.c.Removed {
		d.Removed = append(d.Removed, removedTold{id, r.Name, r.At, r.By})
	}
	slices.SortFunc(d.Removed, func(a, b removedTold) int { return int(a.At - b.At) })
	return d
}

type talkTold struct {
	Banner    *meeting.Banner `json:"banner,omitempty"`
	Chat      bool            `json:"chat"`
	Reactions bool            `json:"reactions"`
}

type rollTold struct{ *meeting.Roll }

// endGoneLocked ends the connections of those who are no longer in the conference:
// refused, removed, or all, at the end.
func (h *hall) endGoneLocked() {
	for id, m := range h.members {
		s := h.c.Stations[id]
		switch {
		case s != nil && s.Left == 0 && s.Connected:
			continue
		case h.c.Ended != 0:
			m.endLocked(app.Refuse(app.Conflict, "conference.over"))
		case m.left:
			m.endLocked(nil)
		default:
			reason := "conference.refused"
			if _, removed := h.c.Removed[id]; removed {
				reason = "conference.removed"
			}
			m.endLocked(app.Refuse(app.Forbidden, reason))
		}
	}
}

// takeFacts takes over what the records say.
func (h *hall) takeFacts(f Facts) {
	_ = h.change(false, func(c *meeting.Conference, now app.Time) error {
		h.session = f.Session
		c.Expect(f.Points)
		c.SetSecret(f.Secret)
		c.SetRecord(meeting.FloorOfRecord(f.Session, c.StationOf))
		return nil
	})
}

// closes ends the conference because the meeting's records do.
func (h *hall) closes(why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.members {
		m.endLocked(why)
	}
	_ = h.changeLocked(true, func(c *meeting.Conference, now app.Time) error { c.End(now); return nil })
}

// seatAgain asks for every connected person's seat: who is invited no more goes.
func (h *hall) seatAgain(ctx context.Context) {
	h.mu.Lock()
	var seats []meeting.Seat
	var comers []Comer
	for id, m := range h.members {
		if s := h.c.Stations[id]; s != nil && m.seat.Kind != meeting.GuestStation {
			seats, comers = append(seats, s.Seat), append(comers, comer(s.Seat))
		}
	}
	h.mu.Unlock()
	answers, err := h.Door.Seats(ctx, h.meeting, comers)
	if err != nil {
		h.failed(h.meeting, err)
		return
	}
	for i, a := range answers {
		was := seats[i]
		_ = h.change(a.Err != nil, func(c *meeting.Conference, at app.Time) error {
			if a.Err == nil {
				c.Reseat(a.Seat)
				return nil
			}
			if m := h.members[was.Station]; m != nil && m.seat.Person == was.Person {
				m.endLocked(a.Err)
				c.Leaves(was.Station, at)
			}
			return nil
		})
	}
}

// cut ends a person's connections from browsers.
func (h *hall) cut(person app.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.members {
		if m.seat.Person == person && m.seat.Device == "" && person != "" {
			m.endLocked(app.Refuse(app.Unauthorized, "session.required"))
		}
	}
}

// knownLines are the lines as last looked at.
func (h *hall) knownLines() map[app.ID]meeting.Line {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[app.ID]meeting.Line{}
	for id, l := range h.lines {
		out[id] = l.line
	}
	return out
}
