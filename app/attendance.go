package app

// Presence is whether and how somebody takes part.
type Presence string

// Presences.
const (
	NotCalled      Presence = "CHUA_DIEM_DANH"
	PresentInRoom  Presence = "CO_MAT_TRUC_TIEP"
	PresentOnline  Presence = "CO_MAT_TRUC_TUYEN"
	AbsentExcused  Presence = "VANG_CO_LY_DO"
	AbsentNoReason Presence = "VANG_KHONG_LY_DO"
)

// Here reports whether it means that somebody is there.
func (p Presence) Here() bool { return p == PresentInRoom || p == PresentOnline }

// RollMethod is how it was found out.
type RollMethod string

// Methods of roll-call.
const (
	RollQR        RollMethod = "QR"
	RollSelf      RollMethod = "SELF"
	RollSecretary RollMethod = "SECRETARY"
	RollEndpoint  RollMethod = "ENDPOINT" // the meeting point was connected
)

// Attendance is one participant's roll-call, held by him and by those who run
// the meeting.
type Attendance struct {
	ID ID `cbor:"1,keyasint"` // AttendanceID(meeting, person)
	PartOf
	Person   ID         `cbor:"4,keyasint"`
	Presence Presence   `cbor:"5,keyasint,omitempty"`
	Method   RollMethod `cbor:"6,keyasint,omitempty"`
	Arrived  Time       `cbor:"7,keyasint,omitempty"`
	Left     Time       `cbor:"8,keyasint,omitempty"`
	By       ID         `cbor:"9,keyasint,omitzero"`
	Reason   string     `cbor:"10,keyasint,omitempty"` // why absent
	Given    Time       `cbor:"11,keyasint,omitempty"` // the device's claim, when it came later than it was given
	// Ready is when he said that he is ready for a vote, by vote.
	Ready    map[CommandID]Time        `cbor:"12,keyasint,omitempty"`
	Requests map[CommandID]HelpRequest `cbor:"13,keyasint,omitempty"` // yêu cầu hỗ trợ
	// Read is when he last opened a material, by material.
	Read map[ID]Time `cbor:"30,keyasint,omitempty"`
}

// Key implements Record.
func (a *Attendance) Key() Key { return Key{KindAttendance, a.ID} }

// Here reports whether the person is there now: he has come and not left.
func (a *Attendance) Here() bool { return a.Presence.Here() && a.Left == 0 }

// ArrivedAt is when the person came: what his device says, when its command was
// long on its way.
func (a *Attendance) ArrivedAt() Time {
	if a.Given != 0 {
		return a.Given
	}
	return a.Arrived
}

// AttendanceID is the id of a person's attendance at a meeting.
func AttendanceID(meeting, person ID) ID {
	return DeriveID("attendance", string(meeting), string(person))
}

// HelpRequest is a call for water, a technician, the secretary.
type HelpRequest struct {
	Kind string `cbor:"1,keyasint"` // "water", "technician", "secretary", "other"
	Text string `cbor:"2,keyasint,omitempty"`
	At   Time   `cbor:"3,keyasint"`
	Done Time   `cbor:"4,keyasint,omitempty"`
	By   ID     `cbor:"5,keyasint,omitzero"` // who saw to it
}
