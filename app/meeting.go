package app

// MeetingStatus is where a meeting stands (domain: from schedule to archive).
type MeetingStatus string

// Statuses of a meeting. Live and paused are its session; concluded means that
// the notice of conclusion has been issued.
const (
	MeetingDraft     MeetingStatus = "DRAFT"            // soạn
	MeetingPending   MeetingStatus = "PENDING_APPROVAL" // chờ duyệt lịch
	MeetingInvited   MeetingStatus = "INVITED"          // đã phát hành lịch, đã mời
	MeetingLive      MeetingStatus = "LIVE"             // đang họp
	MeetingPaused    MeetingStatus = "PAUSED"           // tạm dừng
	MeetingFinished  MeetingStatus = "FINISHED"         // đã họp xong
	MeetingConcluded MeetingStatus = "CONCLUDED"        // đã ban hành kết luận
	MeetingArchived  MeetingStatus = "ARCHIVED"
	MeetingCancelled MeetingStatus = "CANCELLED"
	MeetingPostponed MeetingStatus = "POSTPONED"
)

// MeetingForm is how people come together.
type MeetingForm string

// Forms of meetings.
const (
	InPerson MeetingForm = "TRUC_TIEP"
	Online   MeetingForm = "TRUC_TUYEN"
	Combined MeetingForm = "KET_HOP"
)

// MeetingClass is a kind of meeting from the catalogue; it is data.
type MeetingClass string

// MeetingClasses is the catalogue, in the order of a list.
var MeetingClasses = []MeetingClass{"GIAO_BAN", "PHIEN_HOP_UBND", "HDND", "CHUYEN_DE", "BAN_CHI_DAO", "HOI_NGHI_TOAN_TINH", "KHAC"}

// MeetingRole is what somebody is at a meeting.
type MeetingRole string

// Roles at a meeting.
const (
	MeetingChair     MeetingRole = "CHU_TRI"
	MeetingSecretary MeetingRole = "THU_KY"
	MeetingMember    MeetingRole = "THANH_VIEN" // votes
	MeetingGuest     MeetingRole = "KHACH_MOI"  // does not vote
	MeetingPresenter MeetingRole = "TRINH_BAY"
	MeetingOperator  MeetingRole = "KY_THUAT"
	MeetingObserver  MeetingRole = "QUAN_SAT"
)

// MeetingRoles in the order of a list.
var MeetingRoles = []MeetingRole{MeetingChair, MeetingSecretary, MeetingMember, MeetingPresenter, MeetingGuest, MeetingObserver, MeetingOperator}

// Reply is an invited person's or unit's answer.
type Reply string

// Replies.
const (
	ReplyPending   Reply = "PENDING"
	ReplyAccepted  Reply = "ACCEPTED"
	ReplyDeclined  Reply = "DECLINED"  // with a reason
	ReplyDelegated Reply = "DELEGATED" // somebody else comes (cử người dự thay), when approved
)

// Meeting is a meeting's schedule, people and rules, and its way from draft to
// archive. Everybody invited holds it. What not everybody may see, or what
// changes while people sit together, are records of their own that name the
// meeting: [MeetingPart].
type Meeting struct {
	ID      ID            `cbor:"1,keyasint"`
	Unit    ID            `cbor:"2,keyasint"` // the office that holds it
	Status  MeetingStatus `cbor:"3,keyasint"`
	Form    MeetingForm   `cbor:"4,keyasint,omitempty"`
	Class   MeetingClass  `cbor:"5,keyasint,omitempty"`
	Title   string        `cbor:"6,keyasint,omitempty"`  // ≤ 500
	Content string        `cbor:"7,keyasint,omitempty"`  // nội dung, ≤ 4000
	Start   Time          `cbor:"8,keyasint,omitempty"`  // planned
	End     Time          `cbor:"9,keyasint,omitempty"`  // planned
	Room    ID            `cbor:"10,keyasint,omitzero"`  // one of the province's rooms
	Place   string        `cbor:"11,keyasint,omitempty"` // where, when in none of them
	// Secret marks a meeting with state secrets: it has a time and a room, and
	// neither materials, nor video, nor chat, nor recording (Luật Bảo vệ bí mật nhà nước).
	Secret   bool         `cbor:"12,keyasint,omitempty"`
	Creator  ID           `cbor:"13,keyasint,omitzero"`
	Approver ID           `cbor:"14,keyasint,omitzero"` // to whom the schedule was submitted
	Rules    MeetingRules `cbor:"15,keyasint,omitzero"`
	Created  Time         `cbor:"16,keyasint,omitempty"`
	// Revision rises with every change of what invitations say: time, place, title.
	Revision uint32 `cbor:"17,keyasint,omitempty"`
	// Published is when the schedule went out the first time; from then on those
	// who are invited hold the meeting.
	Published Time `cbor:"18,keyasint,omitempty"`

	Participants map[ID]Participant       `cbor:"20,keyasint,omitempty"` // by person or, for an invited unit, by unit
	Outsiders    map[CommandID]Outsider   `cbor:"21,keyasint,omitempty"` // who has no account in the province
	Parts        map[ID]Kind              `cbor:"22,keyasint,omitempty"` // the records that belong to it, to reach them when people change
	History      map[CommandID]MeetingLog `cbor:"23,keyasint,omitempty"`

	Invitation ID       `cbor:"30,keyasint,omitzero"` // giấy mời, an outgoing document
	MinutesDoc ID       `cbor:"31,keyasint,omitzero"` // biên bản
	Notice     ID       `cbor:"32,keyasint,omitzero"` // thông báo kết luận
	FileCode   FileCode `cbor:"33,keyasint,omitzero"` // hồ sơ cuộc họp

	// Preparing are those who were asked to prepare a material, invited or not;
	// true for a unit. They hold the meeting as soon as they are asked.
	Preparing map[ID]bool `cbor:"40,keyasint,omitempty"`

	// Points is how many meeting points take part, each a [PointSession];
	// Technicians are those points' own, sorted, who hold the meeting although they
	// are not invited.
	Points      int  `cbor:"41,keyasint,omitempty"`
	Technicians []ID `cbor:"42,keyasint,omitempty"`
}

// Key implements Record.
func (m *Meeting) Key() Key { return Key{KindMeeting, m.ID} }

// MeetingRules are what is agreed before the meeting.
type MeetingRules struct {
	QuorumPercent    int  `cbor:"1,keyasint,omitempty"` // of the voting participants, 1–100; 0 = none asked for
	SubstitutesVote  bool `cbor:"2,keyasint,omitempty"` // a substitute has the vote of the one he stands for
	SpeechMinutes    int  `cbor:"3,keyasint,omitempty"` // time to speak; 0 = not limited
	MaterialsDue     Time `cbor:"4,keyasint,omitempty"` // materials are to be there
	CheckInFrom      Time `cbor:"5,keyasint,omitempty"` // roll-call opens; 0 = 30 minutes before the start
	OpenQueue        bool `cbor:"6,keyasint,omitempty"` // who asks to speak is in the queue at once, without the secretary's yes
	WithQuestionTime bool `cbor:"7,keyasint,omitempty"` // chất vấn và trả lời chất vấn
}

// Participant is one invited person, or a unit that sends somebody.
type Participant struct {
	Role   MeetingRole `cbor:"1,keyasint"`
	Voting bool        `cbor:"2,keyasint,omitempty"`
	Unit   bool        `cbor:"3,keyasint,omitempty"` // the key is a unit
	Office ID          `cbor:"4,keyasint,omitzero"`  // where the person comes from: his office when he was invited
	Title  string      `cbor:"5,keyasint,omitempty"` // position as printed
	Order  int         `cbor:"6,keyasint,omitempty"` // in lists and on the seating plan
	Seat   string      `cbor:"7,keyasint,omitempty"`
	Reply  Reply       `cbor:"8,keyasint,omitempty"`
	Reason string      `cbor:"9,keyasint,omitempty"`
	At     Time        `cbor:"10,keyasint,omitempty"` // of the reply
	// Substitute is who is to come instead; he is a participant himself, with For
	// set, once the organiser has said yes (ApprovedBy).
	Substitute ID   `cbor:"11,keyasint,omitzero"`
	ApprovedBy ID   `cbor:"12,keyasint,omitzero"`
	For        ID   `cbor:"13,keyasint,omitzero"`  // the participant he stands for
	Seen       Time `cbor:"14,keyasint,omitempty"` // the invitation was opened
	// By gave the reply: for a unit, one of those who answer for it.
	By ID `cbor:"15,keyasint,omitzero"`
	// Answered is the revision of the invitation that the reply is to.
	Answered uint32 `cbor:"16,keyasint,omitempty"`
	// Refused is why the organiser did not want the last substitute.
	Refused string `cbor:"17,keyasint,omitempty"`
}

// Outsider is an invited person or body outside the province's directory.
type Outsider struct {
	Name  string      `cbor:"1,keyasint"`
	Organ string      `cbor:"2,keyasint,omitempty"`
	Title string      `cbor:"3,keyasint,omitempty"`
	Role  MeetingRole `cbor:"4,keyasint,omitempty"`
	Phone string      `cbor:"5,keyasint,omitempty"`
	Came  bool        `cbor:"6,keyasint,omitempty"`
}

// MeetingLog is one line of a meeting's history.
type MeetingLog struct {
	Name     string        `cbor:"1,keyasint"` // command without version
	By       ID            `cbor:"2,keyasint"`
	OnBehalf ID            `cbor:"3,keyasint,omitzero"`
	At       Time          `cbor:"4,keyasint"`
	Status   MeetingStatus `cbor:"5,keyasint,omitempty"` // reached, when it changed
	Text     string        `cbor:"6,keyasint,omitempty"`
	About    ID            `cbor:"7,keyasint,omitzero"` // person, unit or record that it was about
}

// Open reports whether something is still to be done or to be attended.
func (m *Meeting) Open() bool {
	switch m.Status {
	case MeetingConcluded, MeetingArchived, MeetingCancelled:
		return false
	}
	return true
}

// InSession reports whether people sit together now.
func (m *Meeting) InSession() bool { return m.Status == MeetingLive || m.Status == MeetingPaused }

// Holding lists the persons who have the role, sorted; substitutes included.
func (m *Meeting) Holding(roles ...MeetingRole) []ID {
	var out []ID
	for _, id := range sortedKeys(m.Participants) {
		p := m.Participants[id]
		for _, r := range roles {
			if p.Role == r && !p.Unit {
				out = append(out, id)
			}
		}
	}
	return out
}

// Officials are those who run the meeting: chair, secretaries, operators, and
// whoever created it.
func (m *Meeting) Officials() []ID {
	out := m.Holding(MeetingChair, MeetingSecretary, MeetingOperator)
	if m.Creator != "" {
		out = append(out, m.Creator)
	}
	return sortedSet(out)
}

// Entitled lists the persons who have a vote, sorted: voting participants who
// have not sent a substitute that votes, and such substitutes. A substitute has
// no vote unless the rules of the meeting say so. Whom an invited unit names
// votes only if the organiser says so of him.
func (m *Meeting) Entitled() []ID {
	var out []ID
	for _, id := range sortedKeys(m.Participants) {
		p := m.Participants[id]
		switch {
		case p.Unit:
		case p.For != "" && !m.Participants[p.For].Unit:
			if m.Rules.SubstitutesVote && m.Participants[p.For].Voting {
				out = append(out, id)
			}
		case p.Voting && !(m.Rules.SubstitutesVote && p.ApprovedBy != "" && p.Substitute != ""):
			out = append(out, id)
		}
	}
	return out
}

// MeetingPart is a record that belongs to a meeting and is held by those it
// names itself, because not every participant may.
type MeetingPart interface {
	Record
	OfMeeting() ID
	heldBy() []Scope
	hold([]Scope)
	// audience is who should hold it now. m is nil for what belongs to no meeting.
	audience(m *Meeting) []Scope
}

// PartOf is what all parts of a meeting have. Holders are worked out by the
// commands from the meeting's people; they are never an argument.
type PartOf struct {
	Meeting ID      `cbor:"2,keyasint,omitzero"`
	Holders []Scope `cbor:"3,keyasint,omitempty"`
}

// OfMeeting implements MeetingPart.
func (p *PartOf) OfMeeting() ID    { return p.Meeting }
func (p *PartOf) heldBy() []Scope  { return p.Holders }
func (p *PartOf) hold(who []Scope) { p.Holders = sortedSet(who) }
