package app

// Direction tells incoming from outgoing documents.
type Direction uint8

// Directions.
const (
	Incoming Direction = 1 // văn bản đến
	Outgoing Direction = 2 // văn bản đi, from draft to archive
)

// Urgency (độ khẩn): NĐ 30/2020 has three levels above ordinary; edXML adds a
// fourth code, timed flash, which the gateway maps.
type Urgency uint8

// Urgency levels.
const (
	UrgencyNormal    Urgency = 0 // thường
	UrgencyUrgent    Urgency = 1 // khẩn
	UrgencyVery      Urgency = 2 // thượng khẩn
	UrgencyImmediate Urgency = 3 // hỏa tốc
)

// TypeCode is the code of a document type (NĐ 30/2020, Điều 7 and Phụ lục
// III). Codes are opaque: they differ by diacritics only (HD, HĐ), so never fold them.
type TypeCode string

// State of a document; which values are legal depends on the direction.
type State string

// States of an incoming document.
const (
	InWaiting     State = "CHO_TIEP_NHAN"   // arrived, not yet received by văn thư
	InReceived    State = "DA_TIEP_NHAN"    // received
	InRegistered  State = "DA_DANG_KY"      // in the book (số đến, or waiting for it)
	InSubmitted   State = "CHO_PHAN_PHOI"   // submitted to the leader (trình)
	InDistributed State = "DA_CHUYEN_XU_LY" // directed to those who handle it
	InHandling    State = "DANG_XU_LY"
	InDone        State = "HOAN_THANH"
	InReturned    State = "TU_CHOI"    // returned to the sender
	InRecalled    State = "DA_THU_HOI" // recalled by the sender, frozen
)

// States of an outgoing document.
const (
	OutDraft        State = "DU_THAO"
	OutReview       State = "CHO_DUYET"         // draft waits for approval
	OutContentCheck State = "KIEM_TRA_NOI_DUNG" // head of the drafting division checks the content
	OutFormCheck    State = "KIEM_TRA_THE_THUC" // văn thư checks the form
	OutToSign       State = "CHO_KY"
	OutSigned       State = "DA_KY"
	OutToNumber     State = "CHO_CAP_SO"
	OutNumbered     State = "DA_CAP_SO"
	OutToSeal       State = "CHO_KY_CQ"
	OutSealed       State = "DA_KY_CQ"
	OutToIssue      State = "CHO_PHAT_HANH"
	OutIssued       State = "DA_PHAT_HANH"
	OutArchived     State = "LUU"
	OutSentBack     State = "TRA_LAI" // back with the drafter, with a reason
	OutCancelled    State = "HUY"
	OutRecalled     State = "THU_HOI"
	OutReplaced     State = "THAY_THE"
	OutCorrected    State = "DINH_CHINH"
)

// Document is one incoming or outgoing document of one office: an aggregate.
// Everything that belongs to it (files, directives, remarks, recipients, its
// history) is inside, keyed by the command that made it, so a change travels
// as a patch of the keys it touched. Field names follow NĐ 30/2020, Phụ lục VI.
type Document struct {
	ID         ID        `cbor:"1,keyasint"` // DocUid
	Direction  Direction `cbor:"2,keyasint"`
	Unit       ID        `cbor:"3,keyasint"` // the office that holds it
	State      State     `cbor:"4,keyasint"`
	Type       TypeCode  `cbor:"5,keyasint,omitempty"`
	CodeNumber string    `cbor:"6,keyasint,omitempty"` // số, ≤ 11
	Notation   string    `cbor:"7,keyasint,omitempty"` // ký hiệu, ≤ 30: "QĐ-UBND"
	IssuedDate Date      `cbor:"8,keyasint,omitempty"`
	OrganName  string    `cbor:"9,keyasint,omitempty"`  // issuing body as printed, ≤ 200
	Organ      ID        `cbor:"10,keyasint,omitzero"`  // issuing unit when it is one of ours
	Subject    string    `cbor:"11,keyasint,omitempty"` // trích yếu, ≤ 500
	Summary    string    `cbor:"12,keyasint,omitempty"` // Description / ghi chú, ≤ 500
	Language   string    `cbor:"13,keyasint,omitempty"` // empty = tiếng Việt
	Pages      int       `cbor:"14,keyasint,omitempty"`
	Signer     Signer    `cbor:"15,keyasint,omitzero"`
	ToPlaces   string    `cbor:"16,keyasint,omitempty"` // nơi nhận as printed, ≤ 1000
	Urgency    Urgency   `cbor:"17,keyasint,omitempty"`
	Copies     int       `cbor:"18,keyasint,omitempty"` // IssuedAmount
	DueDate    Date      `cbor:"19,keyasint,omitempty"` // hạn trả lời / thời hạn giải quyết, last day
	Field      string    `cbor:"20,keyasint,omitempty"` // lĩnh vực
	Paper      bool      `cbor:"21,keyasint,omitempty"` // the original is on paper
	Created    Time      `cbor:"22,keyasint,omitempty"`
	Arrived    Time      `cbor:"23,keyasint,omitempty"` // ngày đến
	Finished   Time      `cbor:"24,keyasint,omitempty"` // deadline closed: answered or completed
	Book       ID        `cbor:"25,keyasint,omitzero"`
	BookYear   int       `cbor:"26,keyasint,omitempty"`
	BookNumber uint32    `cbor:"27,keyasint,omitempty"` // số đến / số đi; 0 = Chờ cấp số while State is past registration
	Drafter    ID        `cbor:"28,keyasint,omitzero"`
	DraftUnit  ID        `cbor:"29,keyasint,omitzero"`
	Source     ID        `cbor:"30,keyasint,omitzero"`  // incoming: the outgoing document it is a copy of
	ReplyTo    ID        `cbor:"31,keyasint,omitzero"`  // outgoing: the incoming document it answers; incoming: the outgoing document of ours that it answers
	Revision   uint32    `cbor:"32,keyasint,omitempty"` // raised by every change of fields or main file; approve and sign name it
	Submitted  ID        `cbor:"33,keyasint,omitzero"`  // person to whom it was submitted (trình), or who must act next

	// The revision at which each check was passed; a later revision undoes it.
	ContentChecked uint32 `cbor:"34,keyasint,omitempty"` // nội dung, by the head of the drafting division
	FormChecked    uint32 `cbor:"35,keyasint,omitempty"` // thể thức, by văn thư
	Approved       uint32 `cbor:"36,keyasint,omitempty"` // bản thảo, by the one who approves
	// Shared holds the people to whom a draft was shown as the answer to their directive.
	Shared map[ID]Time `cbor:"37,keyasint,omitempty"`

	Files      map[CommandID]File      `cbor:"40,keyasint,omitempty"` // by FileKey
	Directives map[CommandID]Directive `cbor:"41,keyasint,omitempty"`
	Remarks    map[CommandID]Remark    `cbor:"42,keyasint,omitempty"`
	Recipients map[ID]Recipient        `cbor:"43,keyasint,omitempty"` // outgoing: by recipient unit
	Signatures map[CommandID]Signature `cbor:"44,keyasint,omitempty"`
	Relations  map[CommandID]Relation  `cbor:"45,keyasint,omitempty"`
	History    map[CommandID]Step      `cbor:"46,keyasint,omitempty"`
	Extensions map[CommandID]Extension `cbor:"47,keyasint,omitempty"`

	FileCode        FileCode `cbor:"48,keyasint,omitzero"`  // mã hồ sơ
	DocOrdinal      int      `cbor:"49,keyasint,omitempty"` // số thứ tự văn bản trong hồ sơ
	Circulation     string   `cbor:"50,keyasint,omitempty"` // phạm vi lưu hành, ≤ 100
	DrafterNotation string   `cbor:"51,keyasint,omitempty"` // ký hiệu người soạn thảo, ≤ 20
	RetentionCode   string   `cbor:"52,keyasint,omitempty"` // thời hạn bảo quản, ≤ 30
	BookNote        string   `cbor:"60,keyasint,omitempty"` // ghi chú in the book, when two documents have one number

	// HandOvers (bàn giao): work of people who have left, by person.
	HandOvers map[ID]HandOver `cbor:"61,keyasint,omitempty"`

	Initials map[CommandID]Initial `cbor:"62,keyasint,omitempty"`

	CertifiedCopies map[CommandID]CertifiedCopy `cbor:"64,keyasint,omitempty"` // bản sao that the office has made
}

// FileCode (mã hồ sơ) names the dossier that a document belongs to.
type FileCode struct {
	Organ    string `cbor:"1,keyasint,omitempty"` // OrganId of the office that keeps it, ≤ 35
	Catalog  int    `cbor:"2,keyasint,omitempty"` // year in which it was opened, 4 digits
	Notation string `cbor:"3,keyasint,omitempty"` // its number and notation, ≤ 20
}

// Key implements Record.
func (d *Document) Key() Key { return Key{KindDocument, d.ID} }

// Signer as printed on the document.
type Signer struct {
	Name     string        `cbor:"1,keyasint,omitempty"`
	Position string        `cbor:"2,keyasint,omitempty"`
	Form     AuthorityForm `cbor:"3,keyasint,omitempty"`
	Person   ID            `cbor:"4,keyasint,omitzero"`
}

// File is a file of a document; its key is the command that added it. A new
// version of the same file is another entry with Replaces set.
type File struct {
	Name     string      `cbor:"1,keyasint"`
	Media    string      `cbor:"2,keyasint,omitempty"` // MIME type
	Role     FileRole    `cbor:"3,keyasint,omitempty"`
	Content  FileVersion `cbor:"4,keyasint"`
	By       ID          `cbor:"5,keyasint,omitzero"`
	At       Time        `cbor:"6,keyasint,omitempty"`
	Replaces CommandID   `cbor:"7,keyasint,omitempty"`
	AtServer Time        `cbor:"8,keyasint,omitempty"`  // when the server had verified the whole content
	Place    uint32      `cbor:"9,keyasint,omitempty"`  // among the document's files, from 0; a new version keeps it
	Source   CommandID   `cbor:"10,keyasint,omitempty"` // of a PDF: the version of the draft that it was made of
	Verdict  Verdict     `cbor:"11,keyasint,omitzero"`  // of the server, on the signatures in it
}

// FileRole tells the document itself from what is attached to it.
type FileRole uint8

// File roles.
const (
	FileMain       FileRole = 0
	FileAttachment FileRole = 1
	FileDraft      FileRole = 2 // editable source of the main file
	FileCopy       FileRole = 3 // a certified copy of the main file
)

// DirectiveRole is a receiver's part in a directive.
type DirectiveRole string

// Directive roles.
const (
	Lead      DirectiveRole = "CHU_TRI"
	Assist    DirectiveRole = "PHOI_HOP"
	ForNotice DirectiveRole = "NHAN_DE_BIET"
)

// TaskState is the state of one receiver's part of a directive.
type TaskState string

// Task states.
const (
	TaskUnseen   TaskState = "CHUA_XEM"
	TaskSeen     TaskState = "DA_XEM"
	TaskDoing    TaskState = "DANG_XU_LY"
	TaskReported TaskState = "CHO_DUYET_KET_QUA" // result waits for approval
	TaskDone     TaskState = "HOAN_THANH"
	TaskReturned TaskState = "TRA_LAI"
)

// Directive (ý kiến chỉ đạo, bút phê): who, what, to whom, by when (NĐ 30/2020, Điều 23). Append-only.
type Directive struct {
	By        ID                     `cbor:"1,keyasint"`
	OnBehalf  ID                     `cbor:"2,keyasint,omitzero"` // giver of the delegation
	At        Time                   `cbor:"3,keyasint"`
	Text      string                 `cbor:"4,keyasint,omitempty"`
	Due       Date                   `cbor:"5,keyasint,omitempty"`
	Parent    CommandID              `cbor:"6,keyasint,omitempty"` // the directive it passes on
	Tasks     map[ID]Task            `cbor:"7,keyasint,omitempty"` // by receiver: a person, or a unit (its head)
	Withdrawn Time                   `cbor:"8,keyasint,omitempty"`
	Reminders map[CommandID]Reminder `cbor:"9,keyasint,omitempty"` // đôn đốc
	Heir      ID                     `cbor:"10,keyasint,omitzero"` // who took over what its giver had still to decide
}

// Task is one receiver's part in a directive.
type Task struct {
	Role   DirectiveRole `cbor:"1,keyasint"`
	State  TaskState     `cbor:"2,keyasint"`
	Unit   bool          `cbor:"3,keyasint,omitempty"` // the receiver is a unit
	Seen   Time          `cbor:"4,keyasint,omitempty"`
	Since  Time          `cbor:"5,keyasint,omitempty"` // when State was reached
	Answer string        `cbor:"6,keyasint,omitempty"`
	Draft  ID            `cbor:"7,keyasint,omitzero"`  // the outgoing draft given as answer
	Due    Date          `cbor:"8,keyasint,omitempty"` // when extended; else the directive's
	Reason string        `cbor:"9,keyasint,omitempty"` // why returned
}

// Reminder (đôn đốc).
type Reminder struct {
	By   ID     `cbor:"1,keyasint"`
	At   Time   `cbor:"2,keyasint"`
	Text string `cbor:"3,keyasint,omitempty"`
}

// Remark (ý kiến trao đổi) is a note that all who see the document see.
type Remark struct {
	By       ID     `cbor:"1,keyasint"`
	OnBehalf ID     `cbor:"2,keyasint,omitzero"`
	At       Time   `cbor:"3,keyasint"`
	Text     string `cbor:"4,keyasint,omitempty"`
}

// ExchangeStatus is a recipient's status in the words of QĐ 28/2018, Điều
// 10.2(h), with the edXML code where there is one.
type ExchangeStatus string

// Exchange statuses, as a monotone set: a later one never undone by an earlier.
const (
	StatusSent       ExchangeStatus = "sent"       // left us, no word yet
	StatusArrived    ExchangeStatus = "arrived"    // 01 đã đến
	StatusRefused    ExchangeStatus = "refused"    // 02 từ chối nhận
	StatusReceived   ExchangeStatus = "received"   // 03 đã tiếp nhận
	StatusAssigned   ExchangeStatus = "assigned"   // 04 đã chuyển xử lý
	StatusProcessing ExchangeStatus = "processing" // 05 đang xử lý
	StatusCompleted  ExchangeStatus = "completed"  // 06 đã hoàn thành
	StatusRecalled   ExchangeStatus = "recalled"   // thu hồi
)

// Recipient is the state of one recipient office of an outgoing document.
type Recipient struct {
	Status ExchangeStatus `cbor:"1,keyasint,omitempty"`
	At     Time           `cbor:"2,keyasint,omitempty"`
	Number uint32         `cbor:"3,keyasint,omitempty"` // their số đến
	Reason string         `cbor:"4,keyasint,omitempty"` // why refused
	Reply  ID             `cbor:"5,keyasint,omitzero"`  // our incoming copy of their answer
	Copy   ID             `cbor:"6,keyasint,omitzero"`  // their incoming document
}

// RelationKind links documents (NĐ 30/2020, Điều 18).
type RelationKind string

// Relation kinds.
const (
	RelReplaces RelationKind = "replaces"
	RelCorrects RelationKind = "corrects"
	RelRecalls  RelationKind = "recalls"
	RelRefers   RelationKind = "refers"
	RelAnswered RelationKind = "answered_by" // of an incoming document: our document that answered it
)

// Relation of a document to another.
type Relation struct {
	Kind RelationKind `cbor:"1,keyasint"`
	Doc  ID           `cbor:"2,keyasint,omitzero"`
	Text string       `cbor:"3,keyasint,omitempty"` // when the other is not in the system
}

// Step is one line of the document's history: what happened, who did it, why.
type Step struct {
	Name     string `cbor:"1,keyasint"` // command without version: "document.register"
	By       ID     `cbor:"2,keyasint"`
	OnBehalf ID     `cbor:"3,keyasint,omitzero"`
	At       Time   `cbor:"4,keyasint"`
	State    State  `cbor:"5,keyasint,omitempty"` // state reached, when it changed
	Text     string `cbor:"6,keyasint,omitempty"` // reason or note; of an edit, the names of the fields
	To       ID     `cbor:"7,keyasint,omitzero"`  // person or unit it went to
	Given    Time   `cbor:"8,keyasint,omitempty"` // the device's claim, when given more than a minute away from At
}

// Extension (gia hạn) of the deadline, asked and then granted or not.
type Extension struct {
	By        ID        `cbor:"1,keyasint"`
	At        Time      `cbor:"2,keyasint"`
	Old       Date      `cbor:"3,keyasint"`
	New       Date      `cbor:"4,keyasint"`
	Reason    string    `cbor:"5,keyasint,omitempty"`
	Decided   ID        `cbor:"6,keyasint,omitzero"` // who decided
	DecidedAt Time      `cbor:"7,keyasint,omitempty"`
	Granted   bool      `cbor:"8,keyasint,omitempty"`
	Task      CommandID `cbor:"9,keyasint,omitempty"` // the directive whose deadline; 0 = the document's
	// Receiver is the task of that directive whose deadline it is.
	Receiver ID     `cbor:"10,keyasint,omitzero"`
	Text     string `cbor:"11,keyasint,omitempty"` // why it was decided so
}
