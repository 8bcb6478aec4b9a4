package app

// Kind is the kind of a record. Numbers are part of the wire protocol and are
// never used again for another kind.
type Kind uint8

// The kinds. A laptop keeps kinds that it does not know, hidden, for its next version.
const (
	KindDocument   Kind = 1  // incoming or outgoing document with directives, remarks, recipients
	KindUnit       Kind = 2  // department, commune, division
	KindPerson     Kind = 3  // with dated assignments and roles
	KindDelegation Kind = 4  // ủy quyền
	KindAuthority  Kind = 5  // TM./KT./TL./TUQ./Q.
	KindBook       Kind = 6  // sổ đăng ký văn bản
	KindGroup      Kind = 7  // recipient group
	KindCalendar   Kind = 8  // holidays of a year
	KindTemplate   Kind = 9  // directive template, of a person or a unit
	KindReadMark   Kind = 10 // who has opened what; private to the person
	KindBookLog    Kind = 12 // who held a book, and what has to be looked at

	KindMeeting    Kind = 20 // schedule, people and rules of a meeting
	KindSession    Kind = 21 // what changes while people sit together
	KindAgenda     Kind = 22 // agenda items of one type
	KindAttendance Kind = 23 // one participant's roll-call
	KindMaterial   Kind = 24 // one paper of a meeting
	KindBallot     Kind = 25 // one person's vote
	KindSlip       Kind = 26 // phiếu lấy ý kiến
	KindSlipAnswer Kind = 27 // one person's answer to it
	KindAnnotation Kind = 28 // what a person wrote on a material; private to him
	KindMinutes    Kind = 29 // draft of minutes and conclusions
	KindRoom       Kind = 30 // meeting room
	KindWeekPlan   Kind = 31 // lịch công tác tuần
	KindAssignment Kind = 32 // task from a conclusion
	KindReadingKey Kind = 33 // to whom a person's private notes are sealed
	KindRollCode   Kind = 34 // what the code of a roll-call is made from

	KindMeetingPoint Kind = 35 // điểm cầu: a room from which people take part by video
	KindPointSession Kind = 36 // one meeting point in one meeting
)

// Key names a record.
type Key struct {
	Kind Kind
	ID   ID
}

// Record is one thing that is stored, permissioned and synchronised as a
// whole. Its fields carry `cbor:"n,keyasint,omitempty"`; numbers are for ever.
type Record interface {
	Key() Key
}

// NewRecord returns an empty record of the kind, or nil when the kind is unknown.
func NewRecord(k Kind) Record {
	switch k {
	case KindDocument:
		return &Document{}
	case KindUnit:
		return &Unit{}
	case KindPerson:
		return &Person{}
	case KindDelegation:
		return &Delegation{}
	case KindAuthority:
		return &Authority{}
	case KindBook:
		return &Book{}
	case KindGroup:
		return &Group{}
	case KindCalendar:
		return &Calendar{}
	case KindTemplate:
		return &Template{}
	case KindReadMark:
		return &ReadMark{}
	case KindBookLog:
		return &BookLog{}
	case KindMeeting:
		return &Meeting{}
	case KindSession:
		return &Session{}
	case KindAgenda:
		return &AgendaSheet{}
	case KindAttendance:
		return &Attendance{}
	case KindMaterial:
		return &Material{}
	case KindBallot:
		return &Ballot{}
	case KindSlip:
		return &OpinionSlip{}
	case KindSlipAnswer:
		return &SlipAnswer{}
	case KindAnnotation:
		return &Annotation{}
	case KindMinutes:
		return &Minutes{}
	case KindRoom:
		return &Room{}
	case KindWeekPlan:
		return &WeekPlan{}
	case KindAssignment:
		return &Assignment{}
	case KindRollCode:
		return &RollCode{}
	case KindReadingKey:
		return &ReadingKey{}
	case KindMeetingPoint:
		return &MeetingPoint{}
	case KindPointSession:
		return &PointSession{}
	}
	return nil
}

// IsDirectory reports whether records of the kind make up the [Directory].
func (k Kind) IsDirectory() bool {
	switch k {
	case KindUnit, KindPerson, KindDelegation, KindAuthority, KindCalendar, KindBook, KindGroup, KindRoom, KindMeetingPoint:
		return true
	}
	return false
}
