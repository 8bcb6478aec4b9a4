package meeting

import "khonggiay/app"

// StationKind says for whom a station stands.
type StationKind string

// Kinds of stations.
const (
	PointStation  StationKind = "point"  // điểm cầu: everybody in its room
	PersonStation StationKind = "person" // one person's own machine
	GuestStation  StationKind = "guest"  // somebody with a link, whom nobody has seen yet
)

// StationStatus is where a station stands in a conference; of a meeting point, in
// the meeting.
type StationStatus = app.PointStatus

// Statuses of a station.
const (
	NotConnected = app.PointNotConnected
	Connecting   = app.PointConnecting // in the room, its media are on the way
	Waits        = app.PointWaits      // in the lobby
	InRoom       = app.PointIn
	SignalLost   = app.PointLost
	HasLeft      = app.PointLeft
)

// MediaState is how far a station's sound and pictures are; "" is that it has
// offered none, as a machine that only runs the conference.
type MediaState string

// States of media.
const (
	MediaComing MediaState = "connecting"
	MediaUp     MediaState = "up"
	MediaLost   MediaState = "lost"
)

// Report is a station's last self-test (test kỹ thuật).
type Report struct {
	Mic       app.TestMark `json:"mic,omitempty"`
	Speaker   app.TestMark `json:"speaker,omitempty"`
	Camera    app.TestMark `json:"camera,omitempty"`
	Echo      app.TestMark `json:"echo,omitempty"` // bad: what its speaker plays comes back by its microphone
	Up        int          `json:"up,omitempty"`   // measured, kbit/s
	Down      int          `json:"down,omitempty"` // kbit/s
	Loss      int          `json:"loss,omitempty"` // packets lost of a thousand
	RTT       int          `json:"rtt,omitempty"`  // milliseconds there and back
	Materials int          `json:"materials,omitempty"`
	At        app.Time     `json:"at,omitempty"`
}

// Limits of a report.
const (
	maxRate = 10_000_000 // kbit/s
	maxRTT  = 600_000
)

// Valid reports whether a machine can have measured it.
func (r Report) Valid() bool {
	return isMark(r.Mic) && isMark(r.Speaker) && isMark(r.Camera) && isMark(r.Echo) && within(r.Up, maxRate) && within(r.Down, maxRate) &&
		within(r.Loss, 1000) && within(r.RTT, maxRTT) && within(r.Materials, 100)
}

func isMark(m app.TestMark) bool {
	return m == "" || m == app.TestGood || m == app.TestBad || m == app.TestNone
}

func within(v, most int) bool { return v >= 0 && v <= most }

// Seat is who comes in, as what: decided by the meeting's record before he does.
type Seat struct {
	Station app.ID          `json:"station"`
	Kind    StationKind     `json:"kind"`
	Person  app.ID          `json:"person,omitempty"` // who came in; "" for a guest
	Device  app.ID          `json:"device,omitempty"` // the laptop; "" for a browser
	Name    string          `json:"name"`
	Role    app.MeetingRole `json:"role"`
	Runs    bool            `json:"runs,omitempty"`   // chair, secretary, operator, who created the meeting
	Group   string          `json:"group,omitempty"`  // of the meeting point
	People  []app.ID        `json:"people,omitempty"` // participants who sit at the point
	// Let: who made its link has let it in already, for it is a device.
	Let bool `json:"let,omitempty"`
}

// Expected is a meeting point that should take part.
type Expected struct {
	Point  app.ID
	Name   string
	Group  string
	Host   bool     // điểm cầu chính: its picture is the chair's until somebody says otherwise
	People []app.ID // participants who sit there
}

// Station is one station of a conference.
type Station struct {
	Seat
	Expected bool `json:"expected,omitempty"` // a point of the meeting
	Sub      bool `json:"sub,omitempty"`      // appointed by the chair
	// Order is its place among the stations, given when it is first let in and
	// never to another; 0 before.
	Order     int        `json:"order,omitempty"`
	Connected bool       `json:"connected,omitempty"`
	Admitted  bool       `json:"admitted,omitempty"`
	Media     MediaState `json:"media,omitempty"`
	Knocked   app.Time   `json:"knocked,omitempty"` // connected since, the last time
	Joined    app.Time   `json:"joined,omitempty"`  // let in for the first time
	Lost      app.Time   `json:"lost,omitempty"`    // without a signal since
	Left      app.Time   `json:"left,omitempty"`
	Drops     int        `json:"drops,omitempty"` // how often the signal was lost
	Hand      app.Time   `json:"hand,omitempty"`  // raised since
	Muted     bool       `json:"muted,omitempty"` // by those who lead
	Dark      bool       `json:"dark,omitempty"`  // its camera, by those who lead
	Wants     Sends      `json:"wants"`
	Report    *Report    `json:"report,omitempty"`
	Headcount int        `json:"headcount,omitempty"`
	Answered  app.Time   `json:"answered,omitempty"` // the last roll-call
	// Resume is what its token hashes to, with which it comes back.
	Resume string `json:"resume,omitempty"`
}

// Status is where the station stands.
func (s *Station) Status() StationStatus {
	switch {
	case s.Knocked == 0:
		return NotConnected
	case s.Left != 0:
		return HasLeft
	case !s.Admitted:
		return Waits
	case !s.Connected, s.Media == MediaLost:
		return SignalLost
	case s.Media == MediaComing:
		return Connecting
	}
	return InRoom
}

// present reports whether it is in the room, or may come back to its place.
func (s *Station) present() bool { return s.Admitted && s.Left == 0 }

// leads reports whether it may lead the conference.
func (s *Station) leads() bool { return s.Runs || s.Sub }

// presides reports whether the chair himself has come in by it.
func (s *Station) presides() bool { return s.Role == app.MeetingChair && s.Kind != GuestStation }
