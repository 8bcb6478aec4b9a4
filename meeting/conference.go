package meeting

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"khonggiay/app"
)

// Limits of a conference.
const (
	MaxStations = 1000
	MaxStage    = 6  // who may send their big pictures
	maxNext     = 50 // named by hand to speak next
	maxRemoved  = 500
	MaxCount    = 5000 // headcount of a point
)

// Grace is how long a station whose signal is lost keeps its place.
const Grace = app.Time(60_000)

// FloorMode says who may open his microphone.
type FloorMode string

// Modes of the floor.
const (
	Discussion FloorMode = "THAO_LUAN" // all may
	Training   FloorMode = "DAO_TAO"   // one speaker, the others ask
	Assembly   FloorMode = "HOI_NGHI"  // whom the chair gives the floor
)

// FloorModes in the order of a list.
var FloorModes = []FloorMode{Discussion, Training, Assembly}

// Removal is that a station was taken out of the conference.
type Removal struct {
	Name   string   `json:"name"`
	Person app.ID   `json:"person,omitempty"` // may not come back as another station, either
	At     app.Time `json:"at"`
	By     app.ID   `json:"by"` // station
}

// Roll is a roll-call by picture (điểm danh hình).
type Roll struct {
	Began  app.Time `json:"began"`
	Period int      `json:"period"` // seconds for each station
	By     app.ID   `json:"by"`     // station
}

// Conference is who takes part in a meeting by sound and picture, and what of
// whom is let through. It is no record: it changes by the second, and nobody
// needs it without a line. Whoever carries it saves it as it is ([Conference.Save]).
//
// Every method that changes something raises Epoch when it does, and refuses with
// an [app.Error]. It is not safe for use by several goroutines.
type Conference struct {
	Meeting app.ID   `json:"meeting"`
	Epoch   uint64   `json:"epoch"`
	Secret  bool     `json:"secret,omitempty"` // the meeting has secret content: nothing is written down in chat
	Began   app.Time `json:"began"`
	Ended   app.Time `json:"ended,omitempty"`

	Mode     FloorMode   `json:"mode"`
	MutedAll bool        `json:"mutedAll,omitempty"`
	Given    []app.ID    `json:"given,omitempty"` // the floor, by hand; the last given is the last
	Record   RecordFloor `json:"record"`          // the floor and the queue by the meeting's record
	Next     []app.ID    `json:"next,omitempty"`  // who speaks next, by hand
	Staged   []app.ID    `json:"staged,omitempty"`
	Chair    app.ID      `json:"chair,omitempty"`  // whose picture is the chair's, when it was said
	Screen   app.ID      `json:"screen,omitempty"` // who shows his screen
	View     View        `json:"view"`

	Lobby   bool               `json:"lobby,omitempty"`
	Locked  bool               `json:"locked,omitempty"`
	Removed map[app.ID]Removal `json:"removed,omitempty"` // by station

	Banner    *Banner    `json:"banner,omitempty"`
	NoChat    bool       `json:"noChat,omitempty"`
	Reactions bool       `json:"reactions,omitempty"`
	Lines     []ChatLine `json:"lines,omitempty"` // of the chat, the newest last
	LastLine  uint64     `json:"lastLine,omitempty"`
	Roll      *Roll      `json:"roll,omitempty"`

	Stations  map[app.ID]*Station `json:"stations"`
	LastOrder int                 `json:"lastOrder,omitempty"`
	Guests    map[app.ID]Guest    `json:"guests,omitempty"` // links, by their stations

	hearing hearing
}

// NewConference begins a conference.
func NewConference(meetingID app.ID, secret bool, now app.Time) *Conference {
	return &Conference{Meeting: meetingID, Secret: secret, Began: now, Epoch: 1, Mode: Discussion, View: View{Layout: LayoutChairSpeaker, Since: now},
		Stations: map[app.ID]*Station{}}
}

func (c *Conference) changed() { c.Epoch++ }

// Expect says which meeting points should take part, instead of what was said
// before. A point that has connected stays, expected or not.
func (c *Conference) Expect(points []Expected) {
	wanted := map[app.ID]Expected{}
	for _, p := range points {
		if len(wanted) < MaxStations {
			wanted[p.Point] = p
		}
	}
	changed := false
	for id, s := range c.Stations {
		if _, ok := wanted[id]; !ok && s.Expected {
			s.Expected, changed = false, true
			c.drop(s)
		}
	}
	for id, p := range wanted {
		if p.Host && c.Chair == "" {
			c.Chair, changed = id, true
		}
		s := c.Stations[id]
		if s == nil {
			s = &Station{Seat: Seat{Station: id, Kind: PointStation, Role: app.MeetingMember}}
			c.Stations[id] = s
		}
		if s.Kind != PointStation || s.Expected && s.Name == p.Name && s.Group == p.Group && slices.Equal(s.People, p.People) {
			continue
		}
		s.Expected, s.Name, s.Group, s.People, changed = true, p.Name, p.Group, keepNil(p.People), true
	}
	if changed {
		c.changed()
	}
}

// SetSecret notes whether the meeting has secret content.
func (c *Conference) SetSecret(secret bool) {
	if c.Secret != secret {
		c.Secret = secret
		c.changed()
	}
}

// Reseat notes what a station's person is now, by the meeting's record.
func (c *Conference) Reseat(seat Seat) {
	s := c.Stations[seat.Station]
	if s == nil {
		return
	}
	was := s.Seat
	s.Name, s.Role, s.Runs, s.People = seat.Name, seat.Role, seat.Runs, keepNil(seat.People)
	if s.Name != was.Name || s.Role != was.Role || s.Runs != was.Runs || !slices.Equal(s.People, was.People) {
		c.changed()
	}
}

// drop forgets a station that never was in the room and is not expected.
func (c *Conference) drop(s *Station) {
	if s.Joined == 0 && !s.Expected && (!s.Connected || s.Left != 0) {
		delete(c.Stations, s.Station)
	}
}

// Comes takes a station in, or into the lobby, and reports whether it came back
// within [Grace] and has all that it had. Who runs the meeting opens a conference
// again that has ended. Conflict "conference.over", "…full", Forbidden
// "conference.removed", "…locked".
func (c *Conference) Comes(seat Seat, now app.Time) (back bool, err error) {
	return c.comes(seat, true, now)
}

// Knocks takes in who shows a guest's link. Whoever holds it may not be whom it was
// let in for before: he waits, and has nothing of that. Errors as of [Conference.Comes].
func (c *Conference) Knocks(seat Seat, now app.Time) error {
	_, err := c.comes(seat, seat.Let, now)
	return err
}

// comes takes a station in; known is whether it is sure to be the one that was there.
func (c *Conference) comes(seat Seat, known bool, now app.Time) (back bool, err error) {
	seat.People = keepNil(seat.People)
	s := c.Stations[seat.Station]
	if s != nil && c.expire(s, now) {
		c.changed()
		s = c.Stations[seat.Station]
	}
	there := s != nil && s.Knocked != 0 && s.Left == 0
	back = known && there
	switch {
	case c.Ended != 0 && !seat.Runs:
		return false, app.Refuse(app.Conflict, "conference.over")
	case c.barred(seat):
		return false, app.Refuse(app.Forbidden, "conference.removed")
	case c.Locked && !seat.Runs && !(back && s.Admitted):
		return false, app.Refuse(app.Forbidden, "conference.locked")
	case s == nil && len(c.Stations) >= MaxStations:
		return false, app.Refuse(app.Conflict, "conference.full")
	}
	if there && !back {
		c.leave(s, now)
		s = c.Stations[seat.Station]
	}
	if s == nil {
		s = &Station{}
		c.Stations[seat.Station] = s
	}
	if s.Kind == PointStation && seat.Kind == PointStation && seat.Group == "" {
		seat.Group = s.Group
	}
	c.Ended = 0
	s.Seat = seat
	s.Connected, s.Media, s.Lost, s.Left, s.Knocked = true, "", 0, 0, now
	if !back {
		s.Wants = Sends{}
	}
	if !s.Admitted && (seat.Runs || seat.Let || !c.Lobby && seat.Kind != GuestStation) {
		c.letIn(s, now)
	}
	c.changed()
	return back, nil
}

// barred reports whether the station, or whoever comes in by it, was removed.
func (c *Conference) barred(seat Seat) bool {
	if _, ok := c.Removed[seat.Station]; ok {
		return true
	}
	for _, r := range c.Removed {
		if r.Person != "" && r.Person == seat.Person {
			return true
		}
	}
	return false
}

func (c *Conference) letIn(s *Station, now app.Time) {
	s.Admitted = true
	if s.Joined == 0 {
		s.Joined = now
	}
	if s.Order == 0 {
		c.LastOrder++
		s.Order = c.LastOrder
	}
}

// Resumes sets what the station's token hashes to.
func (c *Conference) Resumes(station app.ID, hash string) {
	if s := c.Stations[station]; s != nil && s.Resume != hash {
		s.Resume = hash
		c.changed()
	}
}

// Silent notes that the station's connection has broken.
func (c *Conference) Silent(station app.ID, now app.Time) {
	s := c.Stations[station]
	if s == nil || !s.Connected {
		return
	}
	s.lose(now)
	s.Connected, s.Media, s.Lost = false, "", now // its grace begins now, whenever the media went
	c.changed()
}

// lose begins the time without a signal, which is one drop.
func (s *Station) lose(now app.Time) {
	if s.Lost != 0 {
		return
	}
	s.Lost = now
	if s.Admitted {
		s.Drops++
	}
}

// SetMedia notes how far the station's media are.
func (c *Conference) SetMedia(station app.ID, to MediaState, now app.Time) {
	s := c.Stations[station]
	if s == nil || !s.Connected || s.Media == to {
		return
	}
	s.Media = to
	if to == MediaLost {
		s.lose(now)
	} else {
		s.Lost = 0
	}
	c.changed()
}

// Leaves ends the station's part by its own wish.
func (c *Conference) Leaves(station app.ID, now app.Time) {
	if s := c.Stations[station]; s != nil && s.Knocked != 0 && s.Left == 0 {
		s.Resume = ""
		c.leave(s, now)
		c.changed()
	}
}

// leave takes all from the station that is for who is in the room. Joined, drops
// and its place in the order stay.
func (c *Conference) leave(s *Station, at app.Time) {
	s.Connected, s.Admitted, s.Media, s.Lost, s.Left, s.Hand, s.Wants = false, false, "", 0, at, 0, Sends{}
	for _, list := range []*[]app.ID{&c.Given, &c.Next, &c.Staged} {
		*list = without(*list, s.Station)
	}
	if c.Screen == s.Station {
		c.Screen = ""
	}
	c.drop(s)
}

// expire lets a station go whose signal has been lost for longer than [Grace].
func (c *Conference) expire(s *Station, now app.Time) bool {
	if s.Connected || s.Lost == 0 || s.Left != 0 || now-s.Lost <= Grace {
		return false
	}
	c.leave(s, s.Lost)
	return true
}

// Sweep lets all such stations go. It is to be called every few seconds.
func (c *Conference) Sweep(now app.Time) {
	changed := false
	for _, s := range c.Stations {
		changed = c.expire(s, now) || changed
	}
	c.Hear(now)
	if c.Roll != nil && c.rollOver(now) {
		c.Roll, changed = nil, true
	}
	if changed {
		c.changed()
	}
}

// Restart notes that whoever carries the conference has begun anew: nobody is
// connected, and each has [Grace] to come back. It is nobody's drop.
func (c *Conference) Restart(now app.Time) {
	for _, s := range c.Stations {
		if s.Connected {
			s.Connected, s.Media, s.Lost = false, "", now
		}
	}
	c.changed()
}

// Present lists the stations in the room by their order, with those whose signal
// is lost and that may come back.
func (c *Conference) Present() []app.ID {
	var in []*Station
	for _, s := range c.Stations {
		if s.present() {
			in = append(in, s)
		}
	}
	slices.SortFunc(in, func(a, b *Station) int { return cmp.Compare(a.Order, b.Order) })
	out := make([]app.ID, len(in))
	for i, s := range in {
		out[i] = s.Station
	}
	return out
}

// Listed is all stations, by their order, and then those that have never been in
// the room by name.
func (c *Conference) Listed() []*Station {
	out := slices.Collect(maps.Values(c.Stations))
	last := func(s *Station) int { return cmp.Or(s.Order, math.MaxInt) }
	slices.SortFunc(out, func(a, b *Station) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Station, b.Station))
	})
	return out
}

// inRoom is the station when it is in the room, or nil.
func (c *Conference) inRoom(id app.ID) *Station {
	if s := c.Stations[id]; s != nil && s.present() {
		return s
	}
	return nil
}

// StationOf is by which station a participant is heard: the point that he sits
// at, when it is in the room, else his own; "" when there is none.
func (c *Conference) StationOf(person app.ID) app.ID {
	var best *Station
	rank := func(s *Station) int {
		switch {
		case s.Kind == PointStation && slices.Contains(s.People, person):
			return 3
		case s.Kind == PersonStation && s.Person == person:
			return 2
		case s.Kind == PointStation && s.Person == person:
			return 1
		}
		return 0
	}
	for _, s := range c.Stations {
		if !s.present() || rank(s) == 0 {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(rank(s), rank(best)), -cmp.Compare(s.Order, best.Order)) > 0 {
			best = s
		}
	}
	if best == nil {
		return ""
	}
	return best.Station
}

func without(list []app.ID, id app.ID) []app.ID {
	return keepNil(slices.DeleteFunc(slices.Clone(list), func(each app.ID) bool { return each == id }))
}

// with adds the id once.
func with(list []app.ID, id app.ID) []app.ID {
	if slices.Contains(list, id) {
		return list
	}
	return append(slices.Clone(list), id)
}

// keepNil is the list, or nil when it is empty: what is saved reads back the same.
func keepNil(list []app.ID) []app.ID {
	if len(list) == 0 {
		return nil
	}
	return list
}
