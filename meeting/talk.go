package meeting

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"khonggiay/app"
)

// Limits of what is written in a conference, in characters.
const (
	maxLine   = 1000
	maxBanner = 300
	keptLines = 200
)

// Banner is a text over all screens.
type Banner struct {
	Text string   `json:"text"`
	At   app.Time `json:"at"`
	By   app.ID   `json:"by"` // station
}

// ChatLine is one line of the chat.
type ChatLine struct {
	N       uint64   `json:"n"` // rises
	Station app.ID   `json:"station"`
	Name    string   `json:"name"`
	Text    string   `json:"text"`
	At      app.Time `json:"at"`
}

// Reaction is what a station shows for a moment.
type Reaction string

// Reactions.
const (
	ReactClap Reaction = "clap"
	ReactLike Reaction = "like"
	ReactYes  Reaction = "yes"
	ReactNo   Reaction = "no"
)

var reactions = []Reaction{ReactClap, ReactLike, ReactYes, ReactNo}

// plain reports whether a person can have typed the text.
func plain(text string, most int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most &&
		!strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}

var errBadValue = app.Refuse(app.Invalid, "conference.bad_value")

// member is the station that acts: it is in the room.
func (c *Conference) member(id app.ID) (*Station, error) {
	s := c.Stations[id]
	switch {
	case c.Ended != 0:
		return nil, app.Refuse(app.Conflict, "conference.over")
	case s == nil, s.Left != 0:
		return nil, app.Refuse(app.Conflict, "conference.no_station")
	case !s.Admitted:
		return nil, app.Refuse(app.Conflict, "conference.waiting")
	}
	return s, nil
}

// Say writes a line into the chat. Nothing is written in a meeting with secret
// content, and no text that bears a mark of secrecy.
func (c *Conference) Say(by app.ID, text string, now app.Time) error {
	s, err := c.member(by)
	text = strings.TrimSpace(text)
	switch {
	case err != nil:
		return err
	case c.Secret:
		return app.Refuse(app.Conflict, "conference.no_chat")
	case c.NoChat:
		return app.Refuse(app.Conflict, "conference.chat_off")
	case text == "" || !plain(text, maxLine):
		return errBadValue
	case app.MarkedSecret(text):
		return app.SecrecyRefusal("chat")
	}
	c.LastLine++
	c.Lines = append(c.Lines, ChatLine{c.LastLine, by, s.Name, text, now})
	if n := len(c.Lines) - keptLines; n > 0 {
		c.Lines = slices.Clone(c.Lines[n:])
	}
	c.changed()
	return nil
}

// React reports whether the station may show the reaction; it is kept nowhere.
func (c *Conference) React(by app.ID, r Reaction) error {
	_, err := c.member(by)
	switch {
	case err != nil:
		return err
	case !c.Reactions:
		return app.Refuse(app.Conflict, "conference.reactions_off")
	case !slices.Contains(reactions, r):
		return errBadValue
	}
	return nil
}

// Raise raises or lowers the station's own hand. Who only observes has none.
func (c *Conference) Raise(by app.ID, up bool, now app.Time) error {
	s, err := c.member(by)
	switch {
	case err != nil:
		return err
	case s.Role == app.MeetingObserver:
		return app.Refuse(app.Forbidden, "conference.not_allowed")
	case up == (s.Hand != 0):
		return nil
	}
	s.Hand = 0
	if up {
		s.Hand = now
	}
	c.changed()
	return nil
}

// Wants takes what the station's person wants to send, also in the lobby: it is let
// through once he is in.
func (c *Conference) Wants(by app.ID, w Sends) error {
	s := c.Stations[by]
	switch {
	case c.Ended != 0:
		return app.Refuse(app.Conflict, "conference.over")
	case s == nil, s.Left != 0:
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	if s.Wants != w {
		s.Wants = w
		c.changed()
	}
	return nil
}

// Tested takes the station's self-test; it may be done in the lobby.
func (c *Conference) Tested(by app.ID, r Report, now app.Time) error {
	s := c.Stations[by]
	if s == nil || !s.Connected {
		return app.Refuse(app.Conflict, "conference.no_station")
	}
	if !r.Valid() {
		return errBadValue
	}
	r.At = now
	s.Report = &r
	c.changed()
	return nil
}

// Count takes the headcount of a meeting point, and with it its answer to a roll-call.
// Conflict "conference.no_point" for what is no point: a guest does not add to how
// many take part.
func (c *Conference) Count(by app.ID, heads int, now app.Time) error {
	s, err := c.member(by)
	if err != nil {
		return err
	}
	if s.Kind != PointStation {
		return app.Refuse(app.Conflict, "conference.no_point")
	}
	if !within(heads, MaxCount) {
		return errBadValue
	}
	s.Headcount = heads
	if c.Roll != nil {
		s.Answered = now
	}
	c.changed()
	return nil
}
