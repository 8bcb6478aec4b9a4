package meeting

import (
	"maps"
	"slices"
	"strings"

	"khonggiay/app"
)

// Act is what somebody does to a conference.
type Act string

// Acts of those who lead a conference.
const (
	ActAdmit     Act = "admit"
	ActRefuse    Act = "refuse"
	ActLobby     Act = "lobby"
	ActLock      Act = "lock"
	ActRemove    Act = "remove"
	ActEnd       Act = "end"
	ActMode      Act = "mode"
	ActMuteAll   Act = "mute_all"
	ActMute      Act = "mute"
	ActCamera    Act = "camera"
	ActFloor     Act = "floor"
	ActNext      Act = "next"
	ActStage     Act = "stage"
	ActChair     Act = "chair"
	ActSub       Act = "sub_chair"
	ActScreen    Act = "screen"
	ActLayout    Act = "layout"
	ActAnnounce  Act = "announce"
	ActChat      Act = "chat"
	ActReactions Act = "reactions"
	ActLower     Act = "lower"
	ActRoll      Act = "roll"
	ActTest      Act = "test"
	ActGuests    Act = "guests" // makes links for guests
)

// power is what an act needs.
type power int

const (
	leading  power = iota // chair, secretary, operator, creator, and sub-chairs
	running               // those without sub-chairs
	chairing              // the chair himself
)

// powers says who may do what; the screen is also for who presents.
var powers = map[Act]power{
	ActAdmit: leading, ActRefuse: leading, ActMode: leading, ActMuteAll: leading, ActMute: leading, ActCamera: leading, ActFloor: leading,
	ActNext: leading, ActStage: leading, ActChair: leading, ActScreen: leading, ActLayout: leading, ActAnnounce: leading, ActChat: leading,
	ActReactions: leading, ActLower: leading, ActRoll: leading, ActTest: leading,
	ActLobby: running, ActLock: running, ActRemove: running, ActEnd: running, ActGuests: running,
	ActSub: chairing,
}

// Do is one act with what it is about.
type Do struct {
	Act      Act       `json:"act"`
	Station  app.ID    `json:"station,omitempty"`
	Stations []app.ID  `json:"stations,omitempty"`
	On       bool      `json:"on,omitempty"`
	Mode     FloorMode `json:"mode,omitempty"`
	Layout   Layout    `json:"layout,omitempty"`
	Period   int       `json:"period,omitempty"` // seconds
	Text     string    `json:"text,omitempty"`
}

// May reports whether the station may do so now.
func (c *Conference) May(station app.ID, act Act) bool {
	s, err := c.member(station)
	if err != nil {
		return false
	}
	need, ok := powers[act]
	switch {
	case !ok:
		return false
	case act == ActScreen && c.presents(s):
		return true
	case need == chairing:
		return s.presides()
	case need == running:
		return s.Runs
	}
	return s.leads()
}

// presents reports whether the station may show its own screen.
func (c *Conference) presents(s *Station) bool {
	return s.Role == app.MeetingPresenter || slices.Contains(c.Stage(), s.Station)
}

// Powers lists what the station may do now, sorted.
func (c *Conference) Powers(station app.ID) []Act {
	var out []Act
	for _, act := range slices.Sorted(maps.Keys(powers)) {
		if c.May(station, act) {
			out = append(out, act)
		}
	}
	return out
}

var errNotAllowed = app.Refuse(app.Forbidden, "conference.not_allowed")

// Do does what the station asks for: Forbidden "conference.not_allowed", Conflict
// "conference.no_station", "…stage_full", "…floor_full", "…screen_taken", "…over",
// "…waiting", Invalid "conference.bad_value".
func (c *Conference) Do(by app.ID, d Do, now app.Time) error {
	s, err := c.member(by)
	if err != nil {
		return err
	}
	if !c.May(by, d.Act) {
		return errNotAllowed
	}
	before := c.Epoch
	switch d.Act {
	case ActAdmit, ActRefuse, ActLobby, ActLock, ActRemove, ActEnd:
		err = c.door(s, d, now)
	case ActMode, ActMuteAll, ActMute, ActCamera, ActFloor, ActNext, ActLower:
		err = c.voices(d)
	case ActStage, ActChair, ActScreen, ActLayout, ActRoll:
		err = c.pictures(s, d, now)
	case ActSub:
		err = c.appoint(d)
	case ActAnnounce:
		err = c.announce(s, d, now)
	case ActChat:
		c.NoChat = !d.On
	case ActReactions:
		c.Reactions = d.On
	case ActTest:
		if d.Station != "" && c.Stations[d.Station] == nil {
			err = app.Refuse(app.Conflict, "conference.no_station")
		}
	default:
		err = errBadValue
	}
	if err == nil && c.Epoch == before {
		c.changed()
	}
	return err
}

// door is who comes in.
func (c *Conference) door(by *Station, d Do, now app.Time) error {
	target := c.Stations[d.Station]
	switch d.Act {
	case ActLobby:
		c.Lobby = d.On
		return nil
	case ActLock:
		c.Locked = d.On
		return nil
	case ActEnd:
		c.end(now)
		return nil
	case ActAdmit:
		return c.admit(d.Station, now)
	case ActRefuse:
		if target == nil || target.Status() != Waits {
			return app.Refuse(app.Conflict, "conference.no_station")
		}
	case ActRemove:
		switch {
		case target == nil:
			return app.Refuse(app.Conflict, "conference.no_station")
		case target.presides() || target.Runs && !by.presides() || target == by:
			return errNotAllowed
		case len(c.Removed) >= maxRemoved:
			return app.Refuse(app.Conflict, "conference.full")
		}
		r := Removal{Name: target.Name, At: now, By: by.Station}
		if target.Kind == PersonStation {
			r.Person = target.Person
		}
		if c.Removed == nil {
			c.Removed = map[app.ID]Removal{}
		}
		c.Removed[target.Station] = r
	}
	target.Resume = ""
	if target.Knocked != 0 {
		c.leave(target, now)
	}
	return nil
}

// admit lets one station in, or all that wait, and lifts a removal.
func (c *Conference) admit(id app.ID, now app.Time) error {
	if id == "" {
		waiting := slices.DeleteFunc(slices.Sorted(maps.Keys(c.Stations)), func(id app.ID) bool { return c.Stations[id].Status() != Waits })
		slices.SortStableFunc(waiting, func(a, b app.ID) int { return int(c.Stations[a].Knocked - c.Stations[b].Knocked) })
		for _, id := range waiting {
			c.letIn(c.Stations[id], now)
		}
		return nil
	}
	if _, removed := c.Removed[id]; removed {
		delete(c.Removed, id)
		if len(c.Removed) == 0 {
			c.Removed = nil
		}
		return nil
	}
	s := c.Stations[id]
	if s == nil || s.Status() != Waits {
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	c.letIn(s, now)
	return nil
}

// end ends the conference for all.
func (c *Conference) end(now app.Time) {
	for _, id := range slices.Sorted(maps.Keys(c.Stations)) {
		if s := c.Stations[id]; s.Knocked != 0 && s.Left == 0 {
			s.Resume = ""
			c.leave(s, now)
		}
	}
	c.Ended, c.Roll, c.Record = now, nil, RecordFloor{}
}

// End ends it because the meeting is over.
func (c *Conference) End(now app.Time) {
	if c.Ended == 0 {
		c.end(now)
		c.changed()
	}
}

// voices is who is heard.
func (c *Conference) voices(d Do) error {
	switch d.Act {
	case ActMode:
		if !slices.Contains(FloorModes, d.Mode) {
			return errBadValue
		}
		c.Mode = d.Mode
		if n := len(c.Given); c.Mode == Training && n > 1 {
			c.Given = slices.Clone(c.Given[n-1:])
		}
		return nil
	case ActMuteAll:
		c.MutedAll = d.On
		return nil
	case ActNext:
		return c.setNext(d.Stations)
	case ActLower:
		return c.lower(d.Station)
	}
	s := c.inRoom(d.Station)
	if s == nil {
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	switch d.Act {
	case ActMute:
		if d.On && (s.presides() || s.Station == c.ChairStation()) {
			return errNotAllowed
		}
		s.Muted = d.On
	case ActCamera:
		s.Dark = !d.On
	case ActFloor:
		return c.give(s, d.On)
	}
	return nil
}

func (c *Conference) give(s *Station, on bool) error {
	switch {
	case !on:
		c.Given = without(c.Given, s.Station)
		return nil
	case c.Mode == Training:
		c.Given = []app.ID{s.Station}
	case !slices.Contains(c.Given, s.Station) && len(c.Given) >= MaxStage:
		return app.Refuse(app.Conflict, "conference.floor_full")
	default:
		c.Given = with(c.Given, s.Station)
	}
	c.opened(s.Station)
	return nil
}

func (c *Conference) setNext(stations []app.ID) error {
	var next []app.ID
	for _, id := range stations {
		if c.inRoom(id) == nil {
			return app.Refuse(app.Conflict, "conference.no_station")
		}
		next = with(next, id)
	}
	if len(next) > maxNext {
		return errBadValue
	}
	c.Next = next
	return nil
}

func (c *Conference) lower(id app.ID) error {
	if id == "" {
		for _, s := range c.Stations {
			s.Hand = 0
		}
		return nil
	}
	s := c.inRoom(id)
	if s == nil {
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	s.Hand = 0
	return nil
}

// pictures is what is seen.
func (c *Conference) pictures(by *Station, d Do, now app.Time) error {
	switch d.Act {
	case ActLayout:
		return c.setLayout(d, now)
	case ActScreen:
		return c.setScreen(by, d)
	case ActRoll:
		switch {
		case !d.On:
			c.Roll = nil
		case d.Period < minPeriod || d.Period > maxPeriod:
			return errBadValue
		default:
			c.Roll = &Roll{Began: now, Period: d.Period, By: by.Station}
		}
		return nil
	}
	s := c.inRoom(d.Station)
	if s == nil {
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	switch {
	case d.Act == ActChair:
		c.Chair = s.Station
	case !d.On:
		c.Staged = without(c.Staged, s.Station)
	case slices.Contains(c.Stage(), s.Station):
		c.Staged = with(c.Staged, s.Station) // stays when the floor goes on
	case len(c.Stage()) >= MaxStage:
		return app.Refuse(app.Conflict, "conference.stage_full")
	default:
		c.Staged = with(c.Staged, s.Station)
	}
	if n := len(c.Staged) - MaxStage; n > 0 {
		c.Staged = slices.Clone(c.Staged[n:])
	}
	return nil
}

func (c *Conference) setLayout(d Do, now app.Time) error {
	switch {
	case !slices.Contains(Layouts, d.Layout):
		return errBadValue
	case d.Period != 0 && (d.Layout.tiles() == 0 || d.Period < minPeriod || d.Period > maxPeriod):
		return errBadValue
	case d.Layout == LayoutSpotlight && c.inRoom(d.Station) == nil:
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	v := View{Layout: d.Layout, Period: d.Period, Since: now}
	if d.Layout == LayoutSpotlight {
		v.Station = d.Station
	}
	c.View = v
	return nil
}

func (c *Conference) setScreen(by *Station, d Do) error {
	target := by
	if d.Station != "" && d.Station != by.Station {
		if !by.leads() {
			return errNotAllowed
		}
		if target = c.inRoom(d.Station); target == nil {
			return app.Refuse(app.Conflict, "conference.no_station")
		}
	}
	switch {
	case !d.On && c.Screen == target.Station:
		c.Screen = ""
	case !d.On:
	case c.Screen != "" && c.Screen != target.Station && !by.leads():
		return app.Refuse(app.Conflict, "conference.screen_taken")
	default:
		c.Screen = target.Station
	}
	return nil
}

func (c *Conference) appoint(d Do) error {
	s := c.inRoom(d.Station)
	switch {
	case s == nil:
		return app.Refuse(app.Conflict, "conference.no_station")
	case s.Kind == GuestStation:
		return errNotAllowed
	}
	s.Sub = d.On
	return nil
}

func (c *Conference) announce(by *Station, d Do, now app.Time) error {
	text := strings.TrimSpace(d.Text)
	switch {
	case !plain(text, maxBanner):
		return errBadValue
	case app.MarkedSecret(text):
		return app.SecrecyRefusal("announcement")
	case text == "":
		c.Banner = nil
	default:
		c.Banner = &Banner{text, now, by.Station}
	}
	return nil
}
