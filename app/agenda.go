package app

// AgendaType says who sees an item of the agenda.
type AgendaType string

// Types of agenda items.
const (
	AgendaCommon   AgendaType = "common"   // everybody invited
	AgendaInternal AgendaType = "internal" // those who vote, the chair and the secretaries
	AgendaHidden   AgendaType = "hidden"   // those who run the meeting
)

// AgendaTypes in the order of a list.
var AgendaTypes = []AgendaType{AgendaCommon, AgendaInternal, AgendaHidden}

// AgendaSheet holds the items of one type; a meeting has up to three. An item
// that changes its type moves to another sheet.
type AgendaSheet struct {
	ID ID `cbor:"1,keyasint"` // AgendaID(meeting, type)
	PartOf
	Type  AgendaType               `cbor:"4,keyasint"`
	Items map[CommandID]AgendaItem `cbor:"5,keyasint,omitempty"`
}

// Key implements Record.
func (a *AgendaSheet) Key() Key { return Key{KindAgenda, a.ID} }

// AgendaID is the id of a meeting's sheet of the type.
func AgendaID(meeting ID, t AgendaType) ID { return DeriveID("agenda", string(meeting), string(t)) }

// AgendaItem is one item: what, who presents it, how long. How far it is stands
// in the [Session].
type AgendaItem struct {
	Title      string `cbor:"1,keyasint"`           // ≤ 500
	Text       string `cbor:"2,keyasint,omitempty"` // ≤ 4000
	Minutes    int    `cbor:"3,keyasint,omitempty"` // planned
	Order      int    `cbor:"4,keyasint,omitempty"` // among all items of the meeting, from 0
	Presenters []ID   `cbor:"5,keyasint,omitempty"` // persons or units
	Presenter  string `cbor:"6,keyasint,omitempty"` // as printed, when it is nobody of ours
	Removed    Time   `cbor:"7,keyasint,omitempty"`
	// Changed is the command that gave it its present words, of which By and At.
	Changed CommandID `cbor:"8,keyasint,omitempty"`
	By      ID        `cbor:"9,keyasint,omitzero"`
	At      Time      `cbor:"10,keyasint,omitempty"`
}

// AgendaState is how far an item is.
type AgendaState string

// States of an agenda item.
const (
	ItemWaiting  AgendaState = "CHUA"
	ItemRunning  AgendaState = "DANG"
	ItemPaused   AgendaState = "TAM_DUNG"
	ItemDone     AgendaState = "XONG"
	ItemDeferred AgendaState = "HOAN"
)
