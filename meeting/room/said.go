package room

import (
	"bytes"
	"encoding/json"
	"slices"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Limits of what a station says.
const (
	maxOffer  = 96 << 10 // bytes of SDP
	maxHeight = 4320     // lines
	maxRank   = 2
)

// Offer is a station's media, or the host's answer (SDP).
type Offer struct {
	Seq uint32 `json:"seq"`
	SDP string `json:"sdp"`
}

// Said is a frame from a station: exactly one of its members, and N beside it if
// an answer is wanted.
type Said struct {
	N         uint32            `json:"n,omitempty"`
	Beat      bool              `json:"beat,omitempty"`
	Offer     *Offer            `json:"offer,omitempty"`
	Watch     *[]meeting.Wish   `json:"watch,omitempty"`
	Sends     *meeting.Sends    `json:"sends,omitempty"`
	Hand      *bool             `json:"hand,omitempty"`
	Chat      *string           `json:"chat,omitempty"`
	React     *meeting.Reaction `json:"react,omitempty"`
	Report    *meeting.Report   `json:"report,omitempty"`
	Measure   bool              `json:"measure,omitempty"`
	Headcount *int              `json:"headcount,omitempty"`
	Do        *meeting.Do       `json:"do,omitempty"`
	Leave     bool              `json:"leave,omitempty"`
}

var (
	errSaid     = app.Refuse(app.Invalid, "conference.bad_frame")
	errBadValue = app.Refuse(app.Invalid, "conference.bad_value")
)

// ParseSaid reads a station's frame: Invalid "conference.bad_frame".
func ParseSaid(b []byte) (s Said, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if len(b) > MaxFrame || d.Decode(&s) != nil || d.More() {
		return Said{}, errSaid
	}
	n := 0
	for _, is := range []bool{s.Beat, s.Offer != nil, s.Watch != nil, s.Sends != nil, s.Hand != nil, s.Chat != nil, s.React != nil, s.Report != nil,
		s.Measure, s.Headcount != nil, s.Do != nil, s.Leave} {
		if is {
			n++
		}
	}
	if n != 1 || s.Report != nil && s.Report.At != 0 {
		return Said{}, errSaid
	}
	return s, nil
}

// checkWishes refuses wishes that no station can have: Invalid "conference.bad_value".
func checkWishes(wishes []meeting.Wish) error {
	var taken [meeting.VideoSlots]bool
	for _, w := range wishes {
		switch {
		case w.Slot < 0 || w.Slot >= meeting.VideoSlots || taken[w.Slot]:
			return errBadValue
		case !w.Station.Valid() || w.Track != meeting.Camera && w.Track != meeting.Screen:
			return errBadValue
		case w.Height < 0 || w.Height > maxHeight || w.Rank < 0 || w.Rank > maxRank:
			return errBadValue
		}
		taken[w.Slot] = true
	}
	return nil
}

// clipped is the wishes with the bound of each station's camera.
func clipped(wishes []meeting.Wish, tallest func(app.ID) int) []meeting.Wish {
	out := slices.Clone(wishes)
	for i, w := range out {
		if most := tallest(w.Station); w.Track == meeting.Camera && most != 0 {
			out[i].Height = min(w.Height, most)
		}
	}
	return out
}
