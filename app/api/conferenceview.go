package api

import (
	"khonggiay/app"
	"khonggiay/meeting"
)

// ConferenceBoard is a meeting's conference as it is now, for the operator: a
// board of stations, not a wall of pictures.
type ConferenceBoard struct {
	Meeting   app.ID            `json:"meeting"`
	Epoch     uint64            `json:"epoch" doc:"rises with each change"`
	Now       app.Time          `json:"now"`
	Began     app.Time          `json:"began"`
	Ended     app.Time          `json:"ended,omitempty"`
	Mode      meeting.FloorMode `json:"mode" enum:"THAO_LUAN,DAO_TAO,HOI_NGHI"`
	MutedAll  bool              `json:"mutedAll"`
	Lobby     bool              `json:"lobby"`
	Locked    bool              `json:"locked"`
	Chat      bool              `json:"chat"`
	Reactions bool              `json:"reactions"`
	Holders   []app.ID          `json:"holders" doc:"stations that have the floor, by the record first"`
	Upcoming  []app.ID          `json:"upcoming" doc:"stations that speak next, in order"`
	Prepare   app.ID            `json:"prepare,omitempty" doc:"the one that makes itself ready"`
	Stage     []app.ID          `json:"stage" doc:"stations that may send their big pictures"`
	Chair     app.ID            `json:"chair,omitempty"`
	Screen    app.ID            `json:"screen,omitempty"`
	Layout    meeting.Layout    `json:"layout" enum:"CHAIR,CHAIR_SPEAKER,SLIDES_SPEAKER,GRID4,GRID9,GRID16,GALLERY,SPOTLIGHT"`
	Banner    string            `json:"banner,omitempty"`
	Totals    ConferenceTotals  `json:"totals"`
	Stations  []StationView     `json:"stations" doc:"in their order, then those that have not been in by name"`
}

// ConferenceTotals are the stations in numbers.
type ConferenceTotals struct {
	Expected  int `json:"expected" doc:"meeting points that should take part"`
	Took      int `json:"took" doc:"of those, that have been in at some time"`
	InRoom    int `json:"inRoom"`
	Waiting   int `json:"waiting"`
	Lost      int `json:"lost"`
	Left      int `json:"left"`
	Headcount int `json:"headcount" doc:"as the stations in the room have said"`
}

// StationView is one station.
type StationView struct {
	ID        app.ID                `json:"id"`
	Name      string                `json:"name"`
	Kind      meeting.StationKind   `json:"kind" enum:"point,person,guest"`
	Group     string                `json:"group,omitempty"`
	Person    app.ID                `json:"person,omitempty" doc:"who came in"`
	Role      app.MeetingRole       `json:"role" enum:"CHU_TRI,THU_KY,THANH_VIEN,KHACH_MOI,TRINH_BAY,KY_THUAT,QUAN_SAT"`
	Runs      bool                  `json:"runs,omitempty"`
	Sub       bool                  `json:"sub,omitempty" doc:"appointed by the chair to lead with him"`
	Expected  bool                  `json:"expected,omitempty"`
	Status    meeting.StationStatus `json:"status" enum:"CHUA_KET_NOI,DANG_KET_NOI,CHO_VAO,TRONG_HOP,MAT_TIN_HIEU,ROI"`
	Order     int                   `json:"order,omitempty"`
	Joined    app.Time              `json:"joined,omitempty" doc:"the first time"`
	Lost      app.Time              `json:"lost,omitempty" doc:"without a signal since"`
	Left      app.Time              `json:"left,omitempty"`
	Drops     int                   `json:"drops,omitempty"`
	Hand      app.Time              `json:"hand,omitempty" doc:"raised since"`
	Muted     bool                  `json:"muted,omitempty"`
	Dark      bool                  `json:"dark,omitempty" doc:"its camera is not let through"`
	Sends     meeting.Sends         `json:"sends" doc:"what is let through"`
	Headcount int                   `json:"headcount,omitempty"`
	Answered  app.Time              `json:"answered,omitempty" doc:"the last roll-call"`
	Report    *StationReport        `json:"report,omitempty"`
	Line      *LineView             `json:"line,omitempty" doc:"while it has media"`
}

// StationReport is a station's last self-test.
type StationReport struct {
	Mic       app.TestMark `json:"mic,omitempty" enum:",ok,bad,none"`
	Speaker   app.TestMark `json:"speaker,omitempty" enum:",ok,bad,none"`
	Camera    app.TestMark `json:"camera,omitempty" enum:",ok,bad,none"`
	Echo      app.TestMark `json:"echo,omitempty" enum:",ok,bad" doc:"bad: what the speaker plays comes back by the microphone"`
	Up        int          `json:"up,omitempty" doc:"kbit/s"`
	Down      int          `json:"down,omitempty" doc:"kbit/s"`
	Loss      int          `json:"loss,omitempty" doc:"packets lost of a thousand"`
	RTT       int          `json:"rtt,omitempty" doc:"ms"`
	Materials int          `json:"materials,omitempty" doc:"percent that it holds"`
	At        app.Time     `json:"at"`
}

// LineView is what the host knows of a station's line.
type LineView struct {
	Up       bool          `json:"up" doc:"something came within the last seconds"`
	Route    meeting.Route `json:"route,omitempty" enum:",udp,tcp,relay"`
	RTT      int           `json:"rtt" doc:"ms; 0 = not known"`
	LossUp   float64       `json:"lossUp" doc:"of what the station sent, 0 to 1"`
	LossDown float64       `json:"lossDown"`
	RateUp   int           `json:"rateUp" doc:"kbit/s"`
	RateDown int           `json:"rateDown" doc:"kbit/s"`
	Bears    int           `json:"bears" doc:"kbit/s that it bears down; 0 = not known"`
	Deaf     bool          `json:"deaf,omitempty" doc:"sound was sent for seconds and none arrived"`
	Blind    bool          `json:"blind,omitempty" doc:"the same of pictures"`
}

// BoardOfConference is the board, from the conference and what is known of lines.
func BoardOfConference(c *meeting.Conference, lines map[app.ID]meeting.Line, now app.Time) ConferenceBoard {
	b := ConferenceBoard{Meeting: c.Meeting, Epoch: c.Epoch, Now: now, Began: c.Began, Ended: c.Ended, Mode: c.Mode, MutedAll: c.MutedAll, Lobby: c.Lobby,
		Locked: c.Locked, Chat: !c.NoChat && !c.Secret, Reactions: c.Reactions, Holders: some(c.Holders()), Upcoming: some(c.Upcoming()), Prepare: c.Prepare(),
		Stage: some(c.Stage()), Chair: c.ChairStation(), Screen: c.Screen, Layout: c.View.Layout, Stations: []StationView{}}
	if c.Banner != nil {
		b.Banner = c.Banner.Text
	}
	for _, s := range c.Listed() {
		view := stationView(c, s)
		if line, ok := lines[s.Station]; ok && line != (meeting.Line{}) {
			shown := LineView(line)
			view.Line = &shown
		}
		b.Stations = append(b.Stations, view)
		b.Totals.add(s)
	}
	return b
}

func stationView(c *meeting.Conference, s *meeting.Station) StationView {
	view := StationView{ID: s.Station, Name: s.Name, Kind: s.Kind, Group: s.Group, Person: s.Person, Role: s.Role, Runs: s.Runs, Sub: s.Sub, Expected: s.Expected,
		Status: s.Status(), Order: s.Order, Joined: s.Joined, Lost: s.Lost, Left: s.Left, Drops: s.Drops, Hand: s.Hand, Muted: s.Muted, Dark: s.Dark,
		Sends: c.Sends(s.Station), Headcount: s.Headcount, Answered: s.Answered}
	if s.Report != nil {
		report := StationReport(*s.Report)
		view.Report = &report
	}
	return view
}

func (t *ConferenceTotals) add(s *meeting.Station) {
	if s.Expected {
		t.Expected++
		if s.Joined != 0 {
			t.Took++
		}
	}
	switch s.Status() {
	case meeting.InRoom, meeting.Connecting:
		t.InRoom++
		t.Headcount += s.Headcount
	case meeting.Waits:
		t.Waiting++
	case meeting.SignalLost:
		t.Lost++
	case meeting.HasLeft:
		t.Left++
	}
}
