package meeting

import (
	"slices"

	"khonggiay/app"
)

// Layout is what all screens of a conference show.
type Layout string

// Layouts.
const (
	LayoutChair         Layout = "CHAIR"          // the chair, large
	LayoutChairSpeaker  Layout = "CHAIR_SPEAKER"  // the chair and who speaks
	LayoutSlidesSpeaker Layout = "SLIDES_SPEAKER" // the material, and who speaks
	LayoutGrid4         Layout = "GRID4"
	LayoutGrid9         Layout = "GRID9"
	LayoutGrid16        Layout = "GRID16"
	LayoutGallery       Layout = "GALLERY"
	LayoutSpotlight     Layout = "SPOTLIGHT" // one station, large
)

// Layouts in the order of a list.
var Layouts = []Layout{LayoutChair, LayoutChairSpeaker, LayoutSlidesSpeaker, LayoutGrid4, LayoutGrid9, LayoutGrid16, LayoutGallery, LayoutSpotlight}

// tiles is how many stations a page of the layout has; 0 when it has no pages.
func (l Layout) tiles() int {
	switch l {
	case LayoutGrid4:
		return 4
	case LayoutGrid9:
		return 9
	case LayoutGrid16:
		return 16
	case LayoutGallery:
		return 25
	}
	return 0
}

// Bounds of a rotation, seconds a page.
const (
	minPeriod = 3
	maxPeriod = 600
)

// View is what all screens show.
type View struct {
	Layout  Layout   `json:"layout"`
	Station app.ID   `json:"station,omitempty"` // in the spotlight
	Period  int      `json:"period,omitempty"`  // seconds a page; 0 = it does not turn
	Since   app.Time `json:"since"`             // when the first page was shown
}

func (v View) spotlight() app.ID {
	if v.Layout == LayoutSpotlight {
		return v.Station
	}
	return ""
}

// page is which page of so many is shown at the moment, and when it turns; 0 =
// never. The place is worked out from the time, so that all screens turn at once
// and who comes late is at the right page.
func (v View) page(pages int, now app.Time) (n int, turns app.Time) {
	if v.Period == 0 || pages < 2 {
		return 0, 0
	}
	period := app.Time(v.Period) * 1000
	turned := max(0, now-v.Since) / period
	return int(turned % app.Time(pages)), v.Since + (turned+1)*period
}

// Tiles lists whom the layout shows at the moment, in order, and when that changes
// by the clock alone; 0 = never.
func (c *Conference) Tiles(now app.Time) (stations []app.ID, changes app.Time) {
	switch c.View.Layout {
	case LayoutChair:
		return c.known(c.ChairStation()), 0
	case LayoutSpotlight:
		return c.known(c.View.Station), 0
	case LayoutChairSpeaker:
		return c.known(c.ChairStation(), c.speaker()), 0
	case LayoutSlidesSpeaker:
		return c.known(c.Screen, c.speaker()), 0
	}
	all, n := c.Present(), c.View.Layout.tiles()
	page, changes := c.View.page((len(all)+n-1)/n, now)
	return all[min(page*n, len(all)):min((page+1)*n, len(all))], changes
}

// known is those that are in the room, each once.
func (c *Conference) known(ids ...app.ID) []app.ID {
	var out []app.ID
	for _, id := range ids {
		if c.inRoom(id) != nil {
			out = with(out, id)
		}
	}
	return out
}

// speaker is the first who has the floor besides the chair, or else who is heard
// besides him; "" for nobody.
func (c *Conference) speaker() app.ID {
	chair := c.ChairStation()
	those := slices.Concat(c.Holders(), c.Heard())
	if i := slices.IndexFunc(those, func(id app.ID) bool { return id != chair }); i >= 0 {
		return those[i]
	}
	return ""
}

// Calling is whose picture the roll-call shows at the moment; "" for nobody's.
func (c *Conference) Calling(now app.Time) app.ID {
	if c.Roll == nil || now < c.Roll.Began {
		return ""
	}
	all := c.Present()
	if i := int((now - c.Roll.Began) / (app.Time(c.Roll.Period) * 1000)); i < len(all) {
		return all[i]
	}
	return ""
}

// rollOver reports whether all have been shown.
func (c *Conference) rollOver(now app.Time) bool {
	return now >= c.Roll.Began && c.Calling(now) == ""
}
