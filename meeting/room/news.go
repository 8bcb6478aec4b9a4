package room

import (
	"encoding/json"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Hello is who the station is, in the first frame.
type Hello struct {
	Station    app.ID              `json:"station"`
	Kind       meeting.StationKind `json:"kind"`
	Person     app.ID              `json:"person,omitempty"`
	Name       string              `json:"name"`
	Role       app.MeetingRole     `json:"role"`
	Runs       bool                `json:"runs,omitempty"`
	Resume     string              `json:"resume"`
	Host       app.ID              `json:"host"`
	Meeting    app.ID              `json:"meeting"`
	AudioSlots int                 `json:"audioSlots"`
	VideoSlots int                 `json:"videoSlots"`
}

// Me is what the station may do.
type Me struct {
	Status  meeting.StationStatus `json:"status"`
	May     []meeting.Act         `json:"may"`
	Allowed meeting.Sends         `json:"allowed"` // what it could send
	Sends   meeting.Sends         `json:"sends"`   // what is let through
	Stage   bool                  `json:"stage,omitempty"`
	Prepare bool                  `json:"prepare,omitempty"`
}

// Refusal is why a frame was not taken.
type Refusal struct {
	N      uint32 `json:"n,omitempty"`
	Reason string `json:"reason"`
}

// Reacted is a station's reaction.
type Reacted struct {
	Station app.ID           `json:"station"`
	Kind    meeting.Reaction `json:"kind"`
}

// ServersFor is how long what a station is told of its servers has to hold. It is told
// anew when half of that is over.
const ServersFor = 10 * time.Minute

// Server helps a station's media find their way: an RTCIceServer of its page.
type Server struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}

// News is a frame to a station. A member that is absent has not changed. The parts
// of the conference are written once for all who are told of them.
type News struct {
	Hello     *Hello             `json:"hello,omitempty"`
	Epoch     uint64             `json:"epoch,omitempty"`
	Now       app.Time           `json:"now,omitempty"`
	Me        *Me                `json:"me,omitempty"`
	Floor     json.RawMessage    `json:"floor,omitempty"`
	View      json.RawMessage    `json:"view,omitempty"`
	Door      json.RawMessage    `json:"door,omitempty"`
	Talk      json.RawMessage    `json:"talk,omitempty"`
	Roll      json.RawMessage    `json:"roll,omitempty"`
	All       bool               `json:"all,omitempty"`
	Stations  []json.RawMessage  `json:"stations,omitempty"`
	Gone      []app.ID           `json:"gone,omitempty"`
	Answer    *Offer             `json:"answer,omitempty"`
	Slots     *meeting.Slots     `json:"slots,omitempty"`
	Layers    []meeting.Layers   `json:"layers,omitempty"`
	Speaking  *app.ID            `json:"speaking,omitempty"`
	Link      string             `json:"link,omitempty"`
	Bears     int                `json:"bears,omitempty"` // kbit/s, while it is measured
	Lines     []LineRow          `json:"lines,omitempty"`
	Chat      []meeting.ChatLine `json:"chat,omitempty"`
	Reactions []Reacted          `json:"reactions,omitempty"`
	Asked     []string           `json:"asked,omitempty"`
	ICE       []Server           `json:"ice,omitempty"`
	Done      []uint32           `json:"done,omitempty"`
	Refused   []Refusal          `json:"refused,omitempty"`
}

// What a station's person is asked to do, and its page.
const (
	AskCamera = "camera"
	AskTest   = "test"
	AskFloor  = "floor"  // he has it, and may open his microphone
	AskRelay  = "relay"  // the page is to make its media anew, over a relay alone
	AskDirect = "direct" // and by any way, again
)

// Row is a station for the roster, with short names: two hundred of them go over
// a line of 64 kbit/s.
type Row struct {
	ID     app.ID                `json:"i"`
	Name   string                `json:"n"`
	Kind   meeting.StationKind   `json:"k"`
	Person app.ID                `json:"p,omitempty"`
	Role   app.MeetingRole       `json:"r"`
	Power  int                   `json:"u,omitempty"` // 2 runs the meeting, 1 sub-chair
	Status meeting.StationStatus `json:"s"`
	Order  int                   `json:"o,omitempty"`
	Hand   app.Time              `json:"h,omitempty"`
	Lets   int                   `json:"l,omitempty"` // let through: 1 audio, 2 camera, 4 screen
	Mutes  int                   `json:"m,omitempty"` // hard mute: 1 audio, 2 camera
	Heads  int                   `json:"c,omitempty"`
	Group  string                `json:"g,omitempty"`
	Expect int                   `json:"e,omitempty"`
	inside                       // for those who lead
}

// inside is what of a station is for those who lead.
type inside struct {
	Joined   app.Time       `json:"j,omitempty"`
	Drops    int            `json:"d,omitempty"`
	Since    app.Time       `json:"x,omitempty"` // lost or left
	Report   meeting.Report `json:"t,omitzero"`
	Answered app.Time       `json:"a,omitempty"`
}

// rowOf is the station as those who lead see it.
func rowOf(c *meeting.Conference, s *meeting.Station) Row {
	r := Row{ID: s.Station, Name: s.Name, Kind: s.Kind, Person: s.Person, Role: s.Role, Status: s.Status(), Order: s.Order, Hand: s.Hand, Heads: s.Headcount,
		Group: s.Group, Expect: bit(s.Expected, 1), inside: inside{Joined: s.Joined, Drops: s.Drops, Since: max(s.Lost, s.Left), Answered: s.Answered}}
	if s.Report != nil {
		r.Report = *s.Report
	}
	switch {
	case s.Runs:
		r.Power = 2
	case s.Sub:
		r.Power = 1
	}
	lets := c.Sends(s.Station)
	r.Lets = bit(lets.Audio, 1) | bit(lets.Camera, 2) | bit(lets.Screen, 4)
	r.Mutes = bit(s.Muted, 1) | bit(s.Dark, 2)
	return r
}

func bit(is bool, b int) int {
	if is {
		return b
	}
	return 0
}

// open is what everybody may see of it; false when that is nothing.
func (r Row) open() (Row, bool) {
	r.inside = inside{}
	if r.Status == meeting.Waits {
		r.Status = meeting.HasLeft // who comes back waits unseen
		return r, r.Order != 0
	}
	return r, true
}

// LineRow is what is known of a station's line, rounded so that a still line is no
// news.
type LineRow struct {
	ID app.ID `json:"i"`
	meeting.Line
}

func lineRow(id app.ID, l meeting.Line) LineRow {
	l.RTT, l.RateUp, l.RateDown, l.Bears = rounded(l.RTT), rounded(l.RateUp), rounded(l.RateDown), rounded(l.Bears)
	l.LossUp, l.LossDown = permille(l.LossUp), permille(l.LossDown)
	return LineRow{id, l}
}

// rounded keeps two digits.
func rounded(v int) int {
	unit := 1
	for v/unit >= 100 {
		unit *= 10
	}
	return (v + unit/2) / unit * unit
}

// permille rounds a share to five of a thousand.
func permille(v float64) float64 { return float64(int(v*200+0.5)) / 200 }
