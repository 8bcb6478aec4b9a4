package meeting

import (
	"slices"

	"khonggiay/app"
)

// Whom screens follow of those who are heard. A word in between turns no picture,
// and nobody's picture goes while he takes a breath.
const (
	heardAfter = app.Time(1_200)  // who speaks for so long is followed,
	heardLeast = app.Time(3_000)  // once who was followed before has had so long,
	heardFor   = app.Time(30_000) // and until he has said nothing for so long
	maxHeard   = 2                // the newest, and the one before for the newest himself
)

// hearing is who is heard, by the media. It is of the moment, and not saved.
type hearing struct {
	speaks   app.ID // now; "" for nobody
	since    app.Time
	followed []followed // the newest first
	turned   app.Time   // when the first became it
}

type followed struct {
	station app.ID
	last    app.Time // heard
}

// Speaks notes who speaks now, by the media; "" for nobody. It answers when
// [Conference.Hear] is to be called: whom screens follow may change then by the
// clock alone; 0 = not.
func (c *Conference) Speaks(station app.ID, now app.Time) (at app.Time) {
	h := &c.hearing
	if station != h.speaks {
		h.touch(now)
		h.speaks, h.since = station, now
	}
	return c.Hear(now)
}

// touch notes that who speaks has spoken until now.
func (h *hearing) touch(now app.Time) {
	for i := range h.followed {
		if h.followed[i].station == h.speaks {
			h.followed[i].last = now
		}
	}
}

// Hear decides whom screens follow at the moment, and answers as [Conference.Speaks].
func (c *Conference) Hear(now app.Time) (at app.Time) {
	h := &c.hearing
	h.touch(now)
	before := c.Heard()
	h.followed = slices.DeleteFunc(h.followed, func(f followed) bool { return c.inRoom(f.station) == nil || now-f.last > heardFor })
	if c.inRoom(h.speaks) != nil && (len(h.followed) == 0 || h.followed[0].station != h.speaks) {
		at = h.since + heardAfter
		if len(h.followed) > 0 {
			at = max(at, h.turned+heardLeast)
		}
		if now >= at {
			others := slices.DeleteFunc(h.followed, func(f followed) bool { return f.station == h.speaks })
			h.followed = slices.Insert(others, 0, followed{h.speaks, now})
			h.followed = h.followed[:min(len(h.followed), maxHeard)]
			h.turned, at = now, 0
		}
	}
	if !slices.Equal(before, c.Heard()) {
		c.changed()
	}
	return at
}

// Heard lists whom screens follow of those who are heard, the newest first.
func (c *Conference) Heard() []app.ID {
	var out []app.ID
	for _, f := range c.hearing.followed {
		if c.inRoom(f.station) != nil {
			out = append(out, f.station)
		}
	}
	return out
}
