package meeting

import (
	"slices"

	"khonggiay/app"
)

// RecordFloor is what the meeting's record says of the floor, in stations.
type RecordFloor struct {
	Holders []app.ID `json:"holders,omitempty"`
	Queue   []app.ID `json:"queue,omitempty"` // in order, who speaks next first
}

// FloorOfRecord is the floor by the record's speaking queue: whoever speaks has
// it, or who has been called while nobody does. The queue is who has been called
// and must wait, and then [app.QueueOrder]; who has no station is left out. at
// says which station a person is heard by, "" for none.
func FloorOfRecord(s *app.Session, at func(person app.ID) app.ID) (out RecordFloor) {
	if s == nil {
		return out
	}
	called, speaking := s.InState(app.SpeechCalled), s.InState(app.SpeechSpeaking)
	queue := app.QueueOrder(s)
	switch {
	case speaking != 0 && called != 0:
		queue = slices.Insert(queue, 0, called)
	case speaking == 0:
		speaking = called
	}
	if speaking != 0 {
		if id := at(s.Queue[speaking].Person); id != "" {
			out.Holders = []app.ID{id}
		}
	}
	for _, key := range queue {
		if id := at(s.Queue[key].Person); id != "" && !slices.Contains(out.Queue, id) && !slices.Contains(out.Holders, id) {
			out.Queue = append(out.Queue, id)
		}
	}
	return out
}

// SetRecord takes over what the record says of the floor. Who newly has it is not
// muted any more, and his hand is lowered.
func (c *Conference) SetRecord(f RecordFloor) {
	f.Holders, f.Queue = keepNil(f.Holders), keepNil(f.Queue)
	if slices.Equal(f.Holders, c.Record.Holders) && slices.Equal(f.Queue, c.Record.Queue) {
		return
	}
	before := c.Record.Holders
	c.Record = f
	for _, id := range f.Holders {
		if !slices.Contains(before, id) {
			c.opened(id)
		}
	}
	c.changed()
}

// opened is what comes with the floor.
func (c *Conference) opened(id app.ID) {
	if s := c.Stations[id]; s != nil {
		s.Muted, s.Hand = false, 0
	}
	c.Next = without(c.Next, id)
}

// Holders lists who has the floor, by the record first and then by hand.
func (c *Conference) Holders() []app.ID {
	var out []app.ID
	for _, id := range slices.Concat(c.Record.Holders, c.Given) {
		if c.inRoom(id) != nil {
			out = with(out, id)
		}
	}
	return out
}

// Upcoming lists who speaks next: by the record, then by hand.
func (c *Conference) Upcoming() []app.ID {
	holders := c.Holders()
	var out []app.ID
	for _, id := range slices.Concat(c.Record.Queue, c.Next) {
		if c.inRoom(id) != nil && !slices.Contains(holders, id) {
			out = with(out, id)
		}
	}
	return out
}

// Prepare is who is told to make himself ready (chuẩn bị: điểm cầu …): the next,
// while somebody has the floor; "" for nobody.
func (c *Conference) Prepare() app.ID {
	if next := c.Upcoming(); len(next) > 0 && len(c.Holders()) > 0 {
		return next[0]
	}
	return ""
}

// ChairStation is whose picture is the chair's: the one that was said, else the
// one by which the chair came in; "" for none.
func (c *Conference) ChairStation() app.ID {
	if c.inRoom(c.Chair) != nil {
		return c.Chair
	}
	var first *Station
	for _, s := range c.Stations {
		if s.present() && s.presides() && (first == nil || s.Order < first.Order) {
			first = s
		}
	}
	if first == nil {
		return ""
	}
	return first.Station
}

// granted reports whether the station has the floor or is the chair's.
func (c *Conference) granted(s *Station) bool {
	return s.presides() || s.Station == c.Chair || slices.Contains(c.Record.Holders, s.Station) || slices.Contains(c.Given, s.Station)
}

// Allowed is what could be let through from the station. It is the one place that
// decides hard mute, floor and screen.
func (c *Conference) Allowed(id app.ID) Sends {
	s := c.inRoom(id)
	if s == nil || c.Ended != 0 {
		return Sends{}
	}
	open := !c.MutedAll && s.Role != app.MeetingObserver &&
		(c.Mode == Discussion || c.Mode == Training && s.Role == app.MeetingPresenter)
	return Sends{Audio: !s.Muted && (open || c.granted(s)), Camera: !s.Dark, Screen: c.Screen == id}
}

// Sends is what is let through from the station: of what is allowed, what its
// person wants to send.
func (c *Conference) Sends(id app.ID) Sends {
	a := c.Allowed(id)
	if a == (Sends{}) {
		return a
	}
	w := c.Stations[id].Wants
	return Sends{Audio: a.Audio && w.Audio, Camera: a.Camera && w.Camera, Screen: a.Screen && w.Screen}
}

// Stage lists who may send their big pictures, MaxStage at most: the chair, who
// has the floor, who shows his screen, who is in the spotlight, and who was put
// there by hand.
func (c *Conference) Stage() []app.ID {
	var out []app.ID
	for _, id := range slices.Concat([]app.ID{c.ChairStation()}, c.Holders(), []app.ID{c.Screen, c.View.spotlight()}, c.Staged) {
		if len(out) < MaxStage && c.inRoom(id) != nil {
			out = with(out, id)
		}
	}
	return out
}

// Heights of pictures that are not from the stage.
const (
	thumbnail = 180
	quarter   = 360 // one of four on the screen
	full      = 720
)

// Heights tells how many lines of each station's camera others may see at the
// moment; 0 is no bound. What is on the screen of all, or will be within a moment,
// is more than a thumbnail.
func (c *Conference) Heights(now app.Time) func(station app.ID) int {
	const soon = app.Time(2_000) // a screen asks for the next page before it turns
	most := map[app.ID]int{}
	for _, at := range []app.Time{now, now + soon} {
		if c.View.Layout == LayoutGrid4 {
			tiles, _ := c.Tiles(at)
			for _, id := range tiles {
				most[id] = max(most[id], quarter)
			}
		}
		most[c.Calling(at)] = full
	}
	for _, id := range c.Heard() {
		most[id] = full
	}
	for _, id := range c.Stage() {
		most[id] = 0
	}
	return func(station app.ID) int {
		if lines, ok := most[station]; ok {
			return lines
		}
		return thumbnail
	}
}
