package app

// Room is a meeting room of an office. All of the province may know of it.
type Room struct {
	ID        ID     `cbor:"1,keyasint"`
	Unit      ID     `cbor:"2,keyasint"`
	Name      string `cbor:"3,keyasint,omitempty"`
	Place     string `cbor:"4,keyasint,omitempty"`
	Seats     int    `cbor:"5,keyasint,omitempty"`
	Equipment string `cbor:"6,keyasint,omitempty"`
	Rows      []int  `cbor:"7,keyasint,omitempty"` // seating plan: seats in each row, the first is nearest the chair
	Closed    bool   `cbor:"8,keyasint,omitempty"`
}

// Key implements Record.
func (r *Room) Key() Key { return Key{KindRoom, r.ID} }

// PlanState is where a week's work calendar stands.
type PlanState string

// States of a week plan.
const (
	PlanDraft     PlanState = "draft"
	PlanPending   PlanState = "pending"
	PlanApproved  PlanState = "approved"
	PlanPublished PlanState = "published"
)

// WeekPlan (lịch công tác tuần) is an office's work calendar of one week.
type WeekPlan struct {
	ID        ID                      `cbor:"1,keyasint"` // WeekPlanID(unit, monday)
	Unit      ID                      `cbor:"2,keyasint"`
	Monday    Date                    `cbor:"3,keyasint"`
	State     PlanState               `cbor:"4,keyasint"`
	Entries   map[CommandID]PlanEntry `cbor:"5,keyasint,omitempty"`
	By        ID                      `cbor:"6,keyasint,omitzero"`
	Approver  ID                      `cbor:"7,keyasint,omitzero"`
	Approved  Time                    `cbor:"8,keyasint,omitempty"`
	Published Time                    `cbor:"9,keyasint,omitempty"`
	Reason    string                  `cbor:"10,keyasint,omitempty"` // why sent back
	Revision  uint32                  `cbor:"11,keyasint,omitempty"` // raised when published again
	Submitted Time                    `cbor:"12,keyasint,omitempty"`
	Shown     map[CommandID]PlanEntry `cbor:"13,keyasint,omitempty"` // the lines as they were published last; what everybody reads
}

// Key implements Record.
func (w *WeekPlan) Key() Key { return Key{KindWeekPlan, w.ID} }

// WeekPlanID is the id of an office's plan of the week that begins on the day.
func WeekPlanID(unit ID, monday Date) ID { return DeriveID("week", string(unit), monday.String()) }

// PlanEntry is one line of a week plan.
type PlanEntry struct {
	Start   Time   `cbor:"1,keyasint"`
	End     Time   `cbor:"2,keyasint,omitempty"`
	Title   string `cbor:"3,keyasint"`
	Place   string `cbor:"4,keyasint,omitempty"`
	Leaders []ID   `cbor:"5,keyasint,omitempty"` // lãnh đạo chủ trì, dự
	Attend  string `cbor:"6,keyasint,omitempty"` // thành phần
	Unit    ID     `cbor:"7,keyasint,omitzero"`  // that prepares it
	Car     string `cbor:"8,keyasint,omitempty"` // phương tiện
	Note    string `cbor:"9,keyasint,omitempty"`
	Meeting ID     `cbor:"10,keyasint,omitzero"` // when it is a meeting here
	Removed Time   `cbor:"11,keyasint,omitempty"`
	Revised uint32 `cbor:"12,keyasint,omitempty"` // the revision of the plan that first said it like this
	By      ID     `cbor:"13,keyasint,omitzero"`  // who wrote it last
}
