package meeting

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"khonggiay/app"
)

// Limits of guests' links.
const (
	maxGuests    = 200
	maxGuestName = 120                          // characters
	MaxGuestLife = app.Time(30 * 24 * 3600_000) // of a link
)

// GuestUse says what a link is for.
type GuestUse string

// Uses of a link.
const (
	ForPage     GuestUse = ""      // a person's page, by the lobby
	ForSending  GuestUse = "send"  // a standard client that sends: an encoder, a camera (RFC 9725)
	ForWatching GuestUse = "watch" // a standard client that shows: a display on a wall
)

// Guest is somebody outside the province's directory who has a link to the lobby.
// His station bears the link's id.
type Guest struct {
	Name  string   `json:"name"`
	Hash  string   `json:"hash"` // of the link's secret
	Until app.Time `json:"until"`
	Made  app.Time `json:"made"`
	By    app.ID   `json:"by"` // person
	Ended app.Time `json:"ended,omitempty"`
	Use   GuestUse `json:"use,omitempty"`
}

// Invite adds a guest's link: Invalid "conference.bad_value", Conflict
// "conference.over", "…full".
func (c *Conference) Invite(id app.ID, g Guest, now app.Time) error {
	g.Name = strings.TrimSpace(g.Name)
	switch {
	case c.Ended != 0:
		return app.Refuse(app.Conflict, "conference.over")
	case g.Use != ForPage && g.Use != ForSending && g.Use != ForWatching, g.Name == "" || !plain(g.Name, maxGuestName) || strings.Contains(g.Name, "\n") || g.Until <= now || g.Until > now+MaxGuestLife || !id.Valid() || g.Hash == "":
		return errBadValue
	case app.MarkedSecret(g.Name):
		return app.SecrecyRefusal("name")
	case len(c.Guests) >= maxGuests:
		return app.Refuse(app.Conflict, "conference.full")
	}
	if c.Guests == nil {
		c.Guests = map[app.ID]Guest{}
	}
	g.Made = now
	c.Guests[id] = g
	c.changed()
	return nil
}

// GuestIDs lists who has a link, the first invited first.
func (c *Conference) GuestIDs() []app.ID {
	out := slices.Sorted(maps.Keys(c.Guests))
	slices.SortStableFunc(out, func(a, b app.ID) int { return cmp.Compare(c.Guests[a].Made, c.Guests[b].Made) })
	return out
}

// Uninvite ends a guest's link, and his part in the conference.
func (c *Conference) Uninvite(id app.ID, now app.Time) error {
	g, ok := c.Guests[id]
	if !ok {
		return app.Refuse(app.NotFound, "conference.no_guest")
	}
	if g.Ended == 0 {
		g.Ended = now
		c.Guests[id] = g
	}
	if s := c.Stations[id]; s != nil && s.Left == 0 {
		s.Resume = ""
		c.leave(s, now)
	}
	c.changed()
	return nil
}

// GuestSeat is the seat of whose link hashes so; false when there is none, or it
// is over.
func (c *Conference) GuestSeat(hash string, now app.Time) (Seat, bool) {
	for id, g := range c.Guests {
		if g.Hash == hash && g.Ended == 0 && now < g.Until {
			return Seat{Station: id, Kind: GuestStation, Name: g.Name, Role: app.MeetingGuest, Let: g.Use != ForPage}, true
		}
	}
	return Seat{}, false
}
