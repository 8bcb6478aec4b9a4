package app

// Grant is one thing an actor may draw on: a role in a unit, own or delegated.
type Grant struct {
	Unit       ID
	Office     ID // the office of the unit on the actor's day
	Role       Role
	Delegation ID       // the delegation that lends it; empty when own
	Giver      ID       // who lent it
	Only       []Action // for a delegated grant: nothing beyond these; nil = all of the giver's
}

// Actor is a person at a moment, with every grant that holds then.
type Actor struct {
	Person ID
	System bool // the server's scheduler; never a person
	At     Time // the moment
	Grants []Grant
	// Delegation is set when the person chose to act under it; then only the
	// grants that it lends count, and history names both.
	Delegation ID
	Giver      ID
}

// Action is something that may be allowed or not: a command's name without
// its version, or one of the reading actions.
type Action string

// Reading actions; all other actions are command names without version.
const (
	ActRead     Action = "document.read"
	ActDownload Action = "document.download"
)

// Decision is Can's answer with its reason, an i18n key under "can.".
type Decision struct {
	Action Action
	Allow  bool
	Reason string
	Grant  Grant // on Allow: the grant that carried it
}

// Class orders what travels first.
type Class uint8

// Classes.
const (
	ClassNow     Class = 0 // exits, keys, hỏa tốc and thượng khẩn, own results, the directory of rules
	ClassMine    Class = 1 // assigned to me
	ClassRecent  Class = 2 // everything still open
	ClassArchive Class = 3 // finished
	Classes            = 4
)
