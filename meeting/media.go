package meeting

import (
	"time"

	"khonggiay/app"
)

// A station is what takes part in a conference: the machine of a meeting point,
// which stands for everybody in its room, or one person's own. What it is called
// is for whoever runs the conference to say; the media server compares names only.

// Track is one thing that a station may send.
type Track string

// Tracks.
const (
	Audio  Track = "audio"
	Camera Track = "camera"
	Screen Track = "screen"
)

// Sends is what is let through from a station. What is not is dropped where it
// arrives, whatever the station's own page says.
type Sends struct {
	Audio  bool `json:"audio"`
	Camera bool `json:"camera"`
	Screen bool `json:"screen"`
}

// Slots that every station has from the beginning to the end: nothing is
// negotiated again when others come and go.
const (
	AudioSlots = 4  // the three loudest, and who holds the floor
	VideoSlots = 28 // a page of 25 tiles, the floor, the chair and a screen
)

// Wish is what a station wants to see in one of its video slots.
type Wish struct {
	Slot    int    `json:"slot"`
	Station app.ID `json:"station"`
	Track   Track  `json:"track"`
	Height  int    `json:"height"` // device pixels that it is shown at
	Rank    int    `json:"rank"`   // what is given up last has the lowest: 0 floor or screen, 1 chair, 2 thumbnails
}

// Shown is what a video slot carries. A picture that the line cannot bear has
// height 0: it stands still, or is black if it never came. What is not sent at all
// is not among them.
type Shown struct {
	Slot    int    `json:"slot"`
	Station app.ID `json:"station"`
	Track   Track  `json:"track"`
	Height  int    `json:"height"`
}

// Slots is what a station is sent at a moment. Audio has a station for each audio
// slot, "" where there is none; nobody hears himself.
type Slots struct {
	Audio []app.ID `json:"audio"`
	Video []Shown  `json:"video"`
}

// Layers says which of a track's layers, the smallest first, anybody watches; the
// others need not be sent at all.
type Layers struct {
	Track  Track  `json:"track"`
	Wanted []bool `json:"wanted"`
}

// Route is the way that media takes between a station and its host.
type Route string

// Routes, the best first.
const (
	RouteUDP   Route = "udp"
	RouteTCP   Route = "tcp"
	RouteRelay Route = "relay" // TURN over TCP or TLS
)

// MeasureFor is how long a host looks for what a line bears that is to be measured.
const MeasureFor = 6 * time.Second

// Line is what a host knows of the line to a station, seen from the host.
type Line struct {
	Up       bool    `json:"up"` // something came within the last seconds
	Route    Route   `json:"route,omitempty"`
	RTT      int     `json:"rtt"`      // milliseconds; 0 = not known
	LossUp   float64 `json:"lossUp"`   // of what the station sent, 0 to 1
	LossDown float64 `json:"lossDown"` // of what the host sent
	RateUp   int     `json:"rateUp"`   // kbit/s
	RateDown int     `json:"rateDown"` // kbit/s
	Bears    int     `json:"bears"`    // kbit/s that the line bears down, as far as is known; 0 = not known
	// Deaf and Blind: sound or pictures were sent for seconds, and the station
	// says that none arrived or, of pictures, that none could be shown.
	Deaf  bool `json:"deaf,omitempty"`
	Blind bool `json:"blind,omitempty"`
}
