package app

// Dated is a span of days during which something holds. Laws and organisation
// change: levels, names, parents, posts and powers are dated data, never code.
type Dated struct {
	From Date `cbor:"1,keyasint,omitempty" json:"from,omitempty"` // first day; 0 = always
	To   Date `cbor:"2,keyasint,omitempty" json:"to,omitempty"`   // last day, inclusive; 0 = open
}

// On reports whether day d lies in the span.
func (s Dated) On(d Date) bool { return (s.From == 0 || d >= s.From) && (s.To == 0 || d <= s.To) }

// Unit is a body of the province at any depth: the province itself, a
// department (sở, ngành), a commune (xã, phường), a division (phòng) in one of
// them. An office (cơ quan) is a unit with its own văn thư and books; a
// division works inside the nearest office above it.
type Unit struct {
	ID       ID        `cbor:"1,keyasint"`
	Organ    string    `cbor:"2,keyasint,omitempty"`  // OrganId: dotted code, ≤ 35 (QĐ 20/2020/QĐ-TTg); empty for divisions
	Name     string    `cbor:"3,keyasint,omitempty"`  // current full name
	Short    string    `cbor:"4,keyasint,omitempty"`  // name for narrow places
	Notation string    `cbor:"5,keyasint,omitempty"`  // abbreviation in a notation: "UBND", "SNV"
	Level    string    `cbor:"6,keyasint,omitempty"`  // data: "province", "department", "commune", "division"
	Office   bool      `cbor:"7,keyasint,omitempty"`  // has its own văn thư and books
	Parents  []Parent  `cbor:"8,keyasint,omitempty"`  // dated place in the tree
	Names    []OldName `cbor:"9,keyasint,omitempty"`  // earlier names
	Span     Dated     `cbor:"10,keyasint,omitzero"`  // when the unit exists
	Order    int       `cbor:"11,keyasint,omitempty"` // among its siblings
	Former   []ID      `cbor:"12,keyasint,omitempty"` // predecessors (merge, split)
	Place    string    `cbor:"13,keyasint,omitempty"` // place name in "Hà Nội, ngày …"
}

// Parent is a unit's parent during a span.
type Parent struct {
	Unit ID    `cbor:"1,keyasint"`
	Span Dated `cbor:"2,keyasint,omitzero"`
}

// OldName is a name a unit had during a span.
type OldName struct {
	Name string `cbor:"1,keyasint"`
	Span Dated  `cbor:"2,keyasint"`
}

// Key implements Record.
func (u *Unit) Key() Key { return Key{KindUnit, u.ID} }

// Role is what a person does in a unit; it decides what he may do and see there.
type Role string

// The roles. RoleHead is the head of a division; in an office's own unit the
// leader is the head of the agency (thủ trưởng cơ quan).
const (
	RoleLeader  Role = "leader"  // thủ trưởng cơ quan: Chủ tịch, Giám đốc
	RoleDeputy  Role = "deputy"  // cấp phó của thủ trưởng
	RoleClerk   Role = "clerk"   // văn thư cơ quan
	RoleHead    Role = "head"    // trưởng phòng (and phó phòng acting for him by position data)
	RoleOfficer Role = "officer" // chuyên viên
	RoleAdmin   Role = "admin"   // quản trị đơn vị: people, devices, codes of its office
	RoleAuditor Role = "auditor" // reads the office's documents, changes nothing
)

// Roles in the order of the golden matrix.
var Roles = []Role{RoleLeader, RoleDeputy, RoleClerk, RoleHead, RoleOfficer, RoleAdmin, RoleAuditor}

// Person is someone who works in the province.
type Person struct {
	ID     ID     `cbor:"1,keyasint"`
	Name   string `cbor:"2,keyasint,omitempty"`
	Email  string `cbor:"3,keyasint,omitempty"`
	Phone  string `cbor:"4,keyasint,omitempty"`
	Posts  []Post `cbor:"5,keyasint,omitempty"`
	Closed bool   `cbor:"6,keyasint,omitempty"` // left the service
}

// Post is a dated assignment of a person to a position and role in a unit.
type Post struct {
	Unit     ID     `cbor:"1,keyasint"`
	Position string `cbor:"2,keyasint,omitempty"` // "Chủ tịch", "Chuyên viên"
	Role     Role   `cbor:"3,keyasint"`
	Span     Dated  `cbor:"4,keyasint,omitzero"`
	Main     bool   `cbor:"5,keyasint,omitempty"` // the post shown beside the name
}

// Key implements Record.
func (p *Person) Key() Key { return Key{KindPerson, p.ID} }

// Delegation (ủy quyền) lets one person act for another from–to within a
// scope. It never gives more than the giver has, and ends by itself.
type Delegation struct {
	ID      ID       `cbor:"1,keyasint"`
	From    ID       `cbor:"2,keyasint"` // the giver
	To      ID       `cbor:"3,keyasint"` // the receiver
	Unit    ID       `cbor:"4,keyasint"` // only for the giver's post in this unit
	Actions []Action `cbor:"5,keyasint,omitempty"`
	Start   Time     `cbor:"6,keyasint"`
	End     Time     `cbor:"7,keyasint"`
	Basis   string   `cbor:"8,keyasint,omitempty"` // number of the written authorisation
	Revoked Time     `cbor:"9,keyasint,omitempty"`
}

// Key implements Record.
func (d *Delegation) Key() Key { return Key{KindDelegation, d.ID} }

// ActiveAt reports whether the delegation holds at t.
func (d *Delegation) ActiveAt(t Time) bool {
	return t >= d.Start && t < d.End && (d.Revoked == 0 || t < d.Revoked)
}

// AuthorityForm is the prefix of the signer's title (NĐ 30/2020, Phụ lục I).
type AuthorityForm string

// The forms of signing authority; AuthorityOwn has no prefix.
const (
	AuthorityOwn AuthorityForm = ""
	AuthorityTM  AuthorityForm = "TM."  // thay mặt tập thể
	AuthorityQ   AuthorityForm = "Q."   // quyền
	AuthorityKT  AuthorityForm = "KT."  // ký thay
	AuthorityTL  AuthorityForm = "TL."  // thừa lệnh
	AuthorityTUQ AuthorityForm = "TUQ." // thừa ủy quyền
)

// Authority says that a person may sign an office's documents in a form,
// during a span: the dated table behind "KT. CHỦ TỊCH".
type Authority struct {
	ID     ID            `cbor:"1,keyasint"`
	Unit   ID            `cbor:"2,keyasint"` // the office whose documents
	Person ID            `cbor:"3,keyasint"`
	Form   AuthorityForm `cbor:"4,keyasint,omitempty"`
	Title  string        `cbor:"5,keyasint,omitempty"` // title printed under the form: "CHỦ TỊCH"
	Types  []TypeCode    `cbor:"6,keyasint,omitempty"` // only these types; empty = all
	Span   Dated         `cbor:"7,keyasint,omitzero"`
	Basis  string        `cbor:"8,keyasint,omitempty"`
}

// Key implements Record.
func (a *Authority) Key() Key { return Key{KindAuthority, a.ID} }

// Book (sổ đăng ký văn bản) is a series of numbers. Exactly one holder gives
// them, in one transaction with the record that gets it, so that within a year
// they run from 1 without a gap (NĐ 30/2020, Điều 15 and 22).
type Book struct {
	ID        ID         `cbor:"1,keyasint"`
	Unit      ID         `cbor:"2,keyasint"` // the office
	Direction Direction  `cbor:"3,keyasint"` // sổ đến or sổ đi
	Name      string     `cbor:"4,keyasint,omitempty"`
	Types     []TypeCode `cbor:"5,keyasint,omitempty"` // only these types; empty = all others
	Holder    ID         `cbor:"6,keyasint,omitzero"`  // HolderServer, or a device (on loan)
	Epoch     uint32     `cbor:"7,keyasint,omitempty"` // raised at each hand-over
	Span      Dated      `cbor:"8,keyasint,omitzero"`
	Loan      Loan       `cbor:"9,keyasint,omitzero"`  // while a device is the holder
	Closing   Closing    `cbor:"10,keyasint,omitzero"` // after a restore, until a clerk has opened it again
}

// HolderServer is the holder of a book kept by the provincial server.
const HolderServer ID = "server"

// Key implements Record.
func (b *Book) Key() Key { return Key{KindBook, b.ID} }

// Group is a named list of recipient offices.
type Group struct {
	ID      ID     `cbor:"1,keyasint"`
	Unit    ID     `cbor:"2,keyasint"` // owner office
	Name    string `cbor:"3,keyasint,omitempty"`
	Members []ID   `cbor:"4,keyasint,omitempty"` // units
	Public  bool   `cbor:"5,keyasint,omitempty"` // all offices may use it
	Closed  bool   `cbor:"6,keyasint,omitempty"`
}

// Key implements Record.
func (g *Group) Key() Key { return Key{KindGroup, g.ID} }

// Calendar holds the days off of one year and the working days put in their
// place; Saturdays and Sundays are off unless listed in Working.
type Calendar struct {
	ID      ID        `cbor:"1,keyasint"` // "2026"
	Year    int       `cbor:"2,keyasint"`
	Off     []Holiday `cbor:"3,keyasint,omitempty"`
	Working []Date    `cbor:"4,keyasint,omitempty"`
}

// Holiday is a day off with its name.
type Holiday struct {
	Day  Date   `cbor:"1,keyasint"`
	Name string `cbor:"2,keyasint,omitempty"`
}

// Key implements Record.
func (c *Calendar) Key() Key { return Key{KindCalendar, c.ID} }

// Template is a ready directive text of a person, or of all leaders of a unit.
type Template struct {
	ID     ID     `cbor:"1,keyasint"`
	Person ID     `cbor:"2,keyasint,omitzero"`
	Unit   ID     `cbor:"3,keyasint,omitzero"`
	Text   string `cbor:"4,keyasint,omitempty"`
	Days   int    `cbor:"5,keyasint,omitempty"` // working days given; 0 = no deadline
	Order  int    `cbor:"6,keyasint,omitempty"`
	Closed bool   `cbor:"7,keyasint,omitempty"`
}

// Key implements Record.
func (t *Template) Key() Key { return Key{KindTemplate, t.ID} }

// ReadMark says that a person has opened a document. Private to the person.
type ReadMark struct {
	ID     ID   `cbor:"1,keyasint"` // ReadMarkID(person, document)
	Person ID   `cbor:"2,keyasint"`
	Doc    ID   `cbor:"3,keyasint"`
	At     Time `cbor:"4,keyasint"`
}

// Key implements Record.
func (m *ReadMark) Key() Key { return Key{KindReadMark, m.ID} }
