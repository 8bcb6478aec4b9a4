package app

// PointGroup is by what the meeting points (điểm cầu) of a province are grouped.
type PointGroup string

// Groups of meeting points. Districts are gone since 1 July 2025; points that were
// theirs keep the group until they are given another.
const (
	PointProvince   PointGroup = "TINH"
	PointDepartment PointGroup = "SO_NGANH"
	PointCommune    PointGroup = "XA_PHUONG"
	PointCluster    PointGroup = "CUM" // several communes sit together
	PointDistrict   PointGroup = "HUYEN"
)

// PointGroups in the order of a list.
var PointGroups = []PointGroup{PointProvince, PointDepartment, PointCluster, PointCommune, PointDistrict}

// PointDevice is what stands in the room.
type PointDevice string

// Devices of meeting points.
const (
	DevicePC      PointDevice = "PC"
	DeviceSIP     PointDevice = "SIP"
	DeviceH323    PointDevice = "H323"
	DeviceCapture PointDevice = "CAPTURE" // the picture of another conference system, over a capture card
)

// MeetingPoint (điểm cầu) is a room of an office from which people take part in
// video meetings together: a place, not a person. All of the province may know of
// it, as of an office's telephone numbers.
type MeetingPoint struct {
	ID         ID          `cbor:"1,keyasint"`
	Unit       ID          `cbor:"2,keyasint"` // the office that keeps it
	Name       string      `cbor:"3,keyasint,omitempty"`
	Place      string      `cbor:"4,keyasint,omitempty"`
	Group      PointGroup  `cbor:"5,keyasint,omitempty"`
	Room       ID          `cbor:"6,keyasint,omitzero"`
	Phone      string      `cbor:"7,keyasint,omitempty"` // to call when the line is gone
	Technician ID          `cbor:"8,keyasint,omitzero"`
	Device     PointDevice `cbor:"9,keyasint,omitempty"`
	Up         int         `cbor:"10,keyasint,omitempty"` // bandwidth, kbit/s
	Down       int         `cbor:"11,keyasint,omitempty"`
	Backup     string      `cbor:"12,keyasint,omitempty"` // the second line, in words: "4G Viettel"
	Ended      Time        `cbor:"13,keyasint,omitempty"` // no longer in use since
}

// Key implements Record.
func (p *MeetingPoint) Key() Key { return Key{KindMeetingPoint, p.ID} }

// PointStatus is where a meeting point stands in a meeting.
type PointStatus string

// Statuses of a meeting point in a meeting.
const (
	PointNotConnected PointStatus = "CHUA_KET_NOI"
	PointConnecting   PointStatus = "DANG_KET_NOI"
	PointWaits        PointStatus = "CHO_VAO" // to be let in
	PointIn           PointStatus = "TRONG_HOP"
	PointLost         PointStatus = "MAT_TIN_HIEU"
	PointLeft         PointStatus = "ROI"
)

// PointStatuses in the order of a list.
var PointStatuses = []PointStatus{PointNotConnected, PointConnecting, PointWaits, PointIn, PointLost, PointLeft}

// PointSession is one meeting point in one meeting. Those who are invited of its
// office and its technician hold their own; who runs the meeting holds all.
type PointSession struct {
	ID ID `cbor:"1,keyasint"` // PointSessionID(meeting, point)
	PartOf
	Point ID `cbor:"4,keyasint"`
	// Unit, Group and Technician are the point's when it was put into the meeting
	// last, so that who holds this depends on nothing but the meeting.
	Unit       ID          `cbor:"5,keyasint"`
	Group      PointGroup  `cbor:"6,keyasint,omitempty"`
	Technician ID          `cbor:"7,keyasint,omitzero"`
	Host       bool        `cbor:"8,keyasint,omitempty"` // điểm cầu chính
	Status     PointStatus `cbor:"9,keyasint,omitempty"`
	Joined     Time        `cbor:"10,keyasint,omitempty"` // the first time
	Left       Time        `cbor:"11,keyasint,omitempty"` // the last time; 0 = it has not left
	Lost       Time        `cbor:"12,keyasint,omitempty"` // the last time that its signal was lost
	Drops      int         `cbor:"13,keyasint,omitempty"` // how often it was lost
	// What the point reports of itself.
	Headcount int        `cbor:"14,keyasint,omitempty"` // quân số
	Head      ID         `cbor:"15,keyasint,omitzero"`  // trưởng điểm cầu
	HeadName  string     `cbor:"16,keyasint,omitempty"` // who has no account
	People    []ID       `cbor:"17,keyasint,omitempty"` // participants who sit there, sorted
	Reported  Time       `cbor:"18,keyasint,omitempty"`
	By        ID         `cbor:"19,keyasint,omitzero"` // who reported
	Test      *PointTest `cbor:"20,keyasint,omitempty"`
	// Rolled are those whose roll-call came from here, sorted.
	Rolled  []ID `cbor:"21,keyasint,omitempty"`
	Removed Time `cbor:"22,keyasint,omitempty"` // taken out of the meeting
}

// Key implements Record.
func (s *PointSession) Key() Key { return Key{KindPointSession, s.ID} }

// PointSessionID is the id of a meeting point in a meeting.
func PointSessionID(meeting, point ID) ID {
	return DeriveID("point", string(meeting), string(point))
}

// Took reports whether the point was in the meeting at some time.
func (s *PointSession) Took() bool { return s.Joined != 0 }

// TestMark is what a test found of a part of a point's equipment.
type TestMark string

// Marks of a test; empty is not tested.
const (
	TestGood TestMark = "ok"
	TestBad  TestMark = "bad"
	TestNone TestMark = "none" // there is no such device
)

// PointTest is the last technical test (test kỹ thuật) of a point for a meeting.
type PointTest struct {
	Mic     TestMark `cbor:"1,keyasint,omitempty"`
	Speaker TestMark `cbor:"2,keyasint,omitempty"`
	Camera  TestMark `cbor:"3,keyasint,omitempty"`
	Up      int      `cbor:"4,keyasint,omitempty"` // measured, kbit/s
	Down    int      `cbor:"5,keyasint,omitempty"`
	Loss    int      `cbor:"6,keyasint,omitempty"` // packets lost of a thousand
	RTT     int      `cbor:"7,keyasint,omitempty"` // milliseconds there and back
	At      Time     `cbor:"8,keyasint"`
	By      ID       `cbor:"9,keyasint,omitzero"`
}

// Passed reports whether nothing was found wrong with what was tested.
func (t *PointTest) Passed() bool {
	return t != nil && t.Mic == TestGood && t.Speaker == TestGood && t.Camera == TestGood
}

// sits reports whether an invited person or unit is of the point's office.
func (s *PointSession) sits(p Participant) bool { return s.Unit != "" && p.Office == s.Unit }

// audience: who runs the meeting; once it is published, who is invited of the
// point's office, and its technician.
func (s *PointSession) audience(m *Meeting) []Scope {
	if s.Removed != 0 {
		return nil
	}
	out := officialScopes(m)
	if m.Published == 0 {
		return out
	}
	if s.Technician != "" {
		out = append(out, PersonScope(s.Technician))
	}
	for id, p := range m.Participants {
		if s.sits(p) {
			out = append(out, participantScopes(id, p.Unit)...)
		}
	}
	return out
}
