package app

import "strings"

// Scope names who a record is for: "all", a person "p:…", a person's work in
// an office "w:<person>@<office>", a role in a unit "r:<unit>:<role>",
// everybody in a unit "u:…", a meeting "m:…" (later).
type Scope string

// ScopeAll is held by everybody: the directory.
const ScopeAll Scope = "all"

// PersonScope is the scope of one person alone: read marks, own templates.
func PersonScope(p ID) Scope { return Scope("p:" + p) }

// WorkScope is the scope of what a person handles in an office. It is his only
// while he has a post there (a post elsewhere does not take the papers along),
// and whoever acts for him in that office holds it too.
func WorkScope(person, office ID) Scope { return Scope("w:" + string(person) + "@" + string(office)) }

// UnitScope is the scope of everybody with a post in the unit.
func UnitScope(u ID) Scope { return Scope("u:" + u) }

// RoleScope is the scope of those who have the role in the unit.
func RoleScope(u ID, r Role) Scope { return Scope("r:" + string(u) + ":" + string(r)) }

// ScopeKind is what a scope is about, in the API's word.
type ScopeKind string

// Kinds of scopes.
const (
	OfAll    ScopeKind = "all"
	OfPerson ScopeKind = "person"
	OfWork   ScopeKind = "work"
	OfUnit   ScopeKind = "unit"
	OfRole   ScopeKind = "role"
)

// ScopeParts is a scope taken apart. What its kind does not name is empty.
type ScopeParts struct {
	Kind   ScopeKind
	Person ID // whose scope or work it is
	Unit   ID // the unit; of work, the office
	Role   Role
}

// Parts takes the scope apart. It reports false for a text that is none of the
// scopes made above: a laptop, or a later program, may name any.
func (s Scope) Parts() (ScopeParts, bool) {
	kind, rest, _ := strings.Cut(string(s), ":")
	switch kind {
	case "all":
		return ScopeParts{Kind: OfAll}, s == ScopeAll
	case "p":
		return ScopeParts{Kind: OfPerson, Person: ID(rest)}, ID(rest).Valid()
	case "u":
		return ScopeParts{Kind: OfUnit, Unit: ID(rest)}, ID(rest).Valid()
	case "w":
		person, office, _ := strings.Cut(rest, "@")
		return ScopeParts{Kind: OfWork, Person: ID(person), Unit: ID(office)}, ID(person).Valid() && ID(office).Valid()
	case "r":
		return roleParts(rest)
	}
	return ScopeParts{}, false
}

// roleParts cuts at the last colon: the unit's id may hold some.
func roleParts(rest string) (ScopeParts, bool) {
	i := strings.LastIndexByte(rest, ':')
	if i < 0 {
		return ScopeParts{}, false
	}
	p := ScopeParts{Kind: OfRole, Unit: ID(rest[:i]), Role: Role(rest[i+1:])}
	return p, p.Unit.Valid() && p.Role != ""
}
