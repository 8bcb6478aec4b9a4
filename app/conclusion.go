package app

// Minutes is what is written while the meeting runs and after it: the draft of
// the minutes (biên bản, mẫu 1.9 of NĐ 30/2020) and the conclusions. Those who
// run the meeting hold it; what is issued is a document.
type Minutes struct {
	ID ID `cbor:"1,keyasint"` // MinutesID(meeting)
	PartOf
	// Body is the text of the discussion as the editor's JSON, ≤ 200,000 bytes.
	Body        string                   `cbor:"4,keyasint,omitempty"`
	Revision    uint32                   `cbor:"5,keyasint,omitempty"` // raised by every change of Body
	By          ID                       `cbor:"6,keyasint,omitzero"`
	At          Time                     `cbor:"7,keyasint,omitempty"`
	Conclusions map[CommandID]Conclusion `cbor:"8,keyasint,omitempty"`
}

// Key implements Record.
func (m *Minutes) Key() Key { return Key{KindMinutes, m.ID} }

// MinutesID is the id of a meeting's minutes.
func MinutesID(meeting ID) ID { return DeriveID("minutes", string(meeting)) }

// Conclusion is one conclusion of the chair.
type Conclusion struct {
	Text    string    `cbor:"1,keyasint"` // the editor's JSON
	Item    CommandID `cbor:"2,keyasint,omitempty"`
	Order   int       `cbor:"3,keyasint,omitempty"`
	By      ID        `cbor:"4,keyasint,omitzero"`
	At      Time      `cbor:"5,keyasint,omitempty"`
	Removed Time      `cbor:"6,keyasint,omitempty"`
	// Revision rises with every change.
	Revision uint32 `cbor:"7,keyasint,omitempty"`
}

// AssignmentState is where an assigned task (nhiệm vụ) stands.
type AssignmentState string

// States of an assignment.
const (
	AssignmentNew       AssignmentState = "MOI"
	AssignmentAccepted  AssignmentState = "DA_NHAN"
	AssignmentDoing     AssignmentState = "DANG_LAM"
	AssignmentReported  AssignmentState = "CHO_XAC_NHAN"
	AssignmentDone      AssignmentState = "HOAN_THANH"
	AssignmentDoneLate  AssignmentState = "HOAN_THANH_QUA_HAN"
	AssignmentCancelled AssignmentState = "HUY"
)

// Assignment (nhiệm vụ) is a task that came out of a meeting's conclusion.
type Assignment struct {
	ID ID `cbor:"1,keyasint"`
	PartOf
	Unit       ID                     `cbor:"4,keyasint"`           // office whose meeting it was
	Giver      ID                     `cbor:"5,keyasint,omitzero"`  // the chair
	Follower   ID                     `cbor:"6,keyasint,omitzero"`  // who follows it up (theo dõi, đôn đốc)
	Owner      ID                     `cbor:"7,keyasint"`           // chủ trì: a person, or a unit
	OwnerUnit  bool                   `cbor:"8,keyasint,omitempty"` // Owner is a unit
	Assist     []ID                   `cbor:"9,keyasint,omitempty"` // phối hợp: persons or units
	Text       string                 `cbor:"10,keyasint"`
	Due        Date                   `cbor:"11,keyasint,omitempty"`
	State      AssignmentState        `cbor:"12,keyasint"`
	Since      Time                   `cbor:"13,keyasint,omitempty"`
	Conclusion CommandID              `cbor:"14,keyasint,omitempty"`
	Created    Time                   `cbor:"15,keyasint,omitempty"`
	Reports    map[CommandID]Remark   `cbor:"16,keyasint,omitempty"` // báo cáo kết quả, with answers to them
	Reminders  map[CommandID]Reminder `cbor:"17,keyasint,omitempty"`
	Progress   int                    `cbor:"18,keyasint,omitempty"` // percent
	Reason     string                 `cbor:"19,keyasint,omitempty"` // why cancelled or sent back
	// Reported is the day of the last report: what Due is held against.
	Reported Date                         `cbor:"20,keyasint,omitempty"`
	History  map[CommandID]AssignmentStep `cbor:"21,keyasint,omitempty"`
}

// AssignmentStep is one line of an assignment's history.
type AssignmentStep struct {
	Name     string          `cbor:"1,keyasint"` // command without version
	By       ID              `cbor:"2,keyasint"`
	OnBehalf ID              `cbor:"3,keyasint,omitzero"`
	At       Time            `cbor:"4,keyasint"`
	State    AssignmentState `cbor:"5,keyasint,omitempty"` // reached, when it changed
	Text     string          `cbor:"6,keyasint,omitempty"`
	Progress int             `cbor:"7,keyasint,omitempty"` // percent, of a progress
	Due      Date            `cbor:"8,keyasint,omitempty"` // of an extension
}

// Key implements Record.
func (a *Assignment) Key() Key { return Key{KindAssignment, a.ID} }
