package meeting

import (
	"slices"
	"testing"

	"khonggiay/app"
)

func TestAttended(t *testing.T) {
	c := NewConference("m", false, noon)
	station := func(id app.ID, kind StationKind, s Station) {
		s.Seat = Seat{Station: id, Kind: kind, Name: "Ông " + string(id), Role: app.MeetingMember}
		c.Stations[id] = &s
	}
	station("a", PersonStation, Station{Order: 2, Connected: true, Joined: noon, Drops: 1})
	station("b", GuestStation, Station{Order: 1, Joined: noon - 5, Left: noon + 9})
	station("c", PersonStation, Station{Order: 4, Joined: noon + 1, Lost: noon + 7})
	station("d", PointStation, Station{Order: 3, Joined: noon})
	station("e", GuestStation, Station{Knocked: noon}) // waited in the lobby only
	want := []Attended{
		{"Ông b", GuestStation, app.MeetingMember, noon - 5, noon + 9, 0},
		{"Ông a", PersonStation, app.MeetingMember, noon, 0, 1},
		{"Ông c", PersonStation, app.MeetingMember, noon + 1, noon + 7, 0},
	}
	if got := c.Attended(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}
