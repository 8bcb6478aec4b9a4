package enrol

import "khonggiay/app"

// How a laptop learns whom its courier speaks to. The courier carries sealed
// segments between the province and the laptops of an office, and between those;
// each side knows the others by the SHA-256 of their courier certificates, and
// only who is in the plan is spoken to.

// PathCourier is on SyncHost. POST, JSON both ways: CourierHello → CourierPlan.
// When the plan is still the one that the laptop has, the answer is held back
// until there is another, for CourierHold at most.
const PathCourier = "/courier"

// CourierHold is the longest that a hello waits for its answer, in seconds.
const CourierHold = 50

// Bounds of a hello.
const (
	MaxCourierHello     = 256 << 10 // bytes
	MaxCourierAddresses = 8
	MaxCourierHave      = 2000 // segments that one hello may tell of
)

// CourierHello says how a laptop's courier can be reached and what it has done.
type CourierHello struct {
	Addresses []string   `json:"addresses,omitempty"` // host:port on the local network, where colleagues reach it
	Sending   bool       `json:"sending,omitempty"`   // it has something for its outbox folder
	Have      []app.Hash `json:"have,omitempty"`      // segments that it took in since it last told
	Version   string     `json:"version,omitempty"`   // of the plan that it has
}

// CourierPlan is all that a laptop's courier is configured with.
type CourierPlan struct {
	Version  string          `json:"version"`
	Province string          `json:"province"` // the province's device id
	Offices  []CourierOffice `json:"offices,omitempty"`
	Outbox   string          `json:"outbox,omitempty"` // folder from which the province takes what the laptop sends; empty until it is sending
	KiB      int             `json:"kib,omitempty"`    // bound of the line to the province, KiB a second; 0 = none
}

// CourierOffice is the folder of one office.
type CourierOffice struct {
	Office     app.ID        `json:"office"`
	Folder     string        `json:"folder"`
	Colleagues []CourierPeer `json:"colleagues,omitempty"` // the other laptops of the office
}

// CourierPeer is another laptop.
type CourierPeer struct {
	ID        string   `json:"id"`
	Addresses []string `json:"addresses,omitempty"`
}
