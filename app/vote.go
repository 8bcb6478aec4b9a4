package app

// VoteType is how a vote is taken.
type VoteType string

// Types of votes. A secret vote is taken on paper: only its totals are entered,
// and never as anybody's signed command.
const (
	VoteNamed  VoteType = "NAMED"      // công khai, ghi tên
	VoteOpen   VoteType = "OPEN_COUNT" // công khai, chỉ đếm
	VoteSecret VoteType = "SECRET"     // bỏ phiếu kín
)

// VoteState is where a vote stands.
type VoteState string

// States of a vote.
const (
	VoteDraft     VoteState = "draft"
	VoteReady     VoteState = "ready" // "sẵn sàng": people say that they are
	VoteOpened    VoteState = "open"
	VoteClosed    VoteState = "closed"
	VotePublished VoteState = "published"
	VoteVoid      VoteState = "void"
)

// Choice is an answer to a vote.
type Choice string

// Choices.
const (
	ChoiceFor     Choice = "DONG_Y"
	ChoiceAgainst Choice = "KHONG_DONG_Y"
	ChoiceOther   Choice = "Y_KIEN_KHAC" // with a text
	ChoiceAbstain Choice = "KHONG_BIEU_QUYET"
)

// Choices in the order of a list.
var Choices = []Choice{ChoiceFor, ChoiceAgainst, ChoiceOther, ChoiceAbstain}

// Threshold is how many must agree.
type Threshold string

// Thresholds.
const (
	MoreThanHalf Threshold = "QUA_NUA"     // > 1/2
	TwoThirds    Threshold = "HAI_PHAN_BA" // ≥ 2/3
	Everybody    Threshold = "TAT_CA"
	CustomShare  Threshold = "custom" // Vote.PerMille or more
)

// VoteBase is of whom the share is taken. It is always said.
type VoteBase string

// Bases.
const (
	OfEligible VoteBase = "ELIGIBLE" // tổng số thành viên; UBND votes so
	OfPresent  VoteBase = "PRESENT"
	OfCast     VoteBase = "CAST"
)

// Vote is a question put to those who have a vote.
type Vote struct {
	Title     string    `cbor:"1,keyasint"`
	Text      string    `cbor:"2,keyasint,omitempty"`
	Item      CommandID `cbor:"3,keyasint,omitempty"`
	Material  ID        `cbor:"4,keyasint,omitzero"`
	Type      VoteType  `cbor:"5,keyasint"`
	Threshold Threshold `cbor:"6,keyasint"`
	PerMille  int       `cbor:"7,keyasint,omitempty"`
	Base      VoteBase  `cbor:"8,keyasint"`
	Abstain   bool      `cbor:"9,keyasint,omitempty"` // ChoiceAbstain is offered
	State     VoteState `cbor:"10,keyasint"`
	Epoch     uint32    `cbor:"11,keyasint,omitempty"` // of the host under which it was opened
	Opened    Time      `cbor:"12,keyasint,omitempty"`
	Closed    Time      `cbor:"13,keyasint,omitempty"`
	Published Time      `cbor:"14,keyasint,omitempty"`
	By        ID        `cbor:"15,keyasint,omitzero"`
	// Eligible and Present are frozen: who has a vote when it is opened, and who
	// of them was there by the time it was closed.
	Eligible []ID       `cbor:"16,keyasint,omitempty"`
	Present  []ID       `cbor:"17,keyasint,omitempty"`
	Result   VoteResult `cbor:"18,keyasint,omitzero"`
	// Grace names the people whose ballots may still count when they come after
	// the closing (kiểm phiếu sau), until GraceUntil.
	Grace      []ID      `cbor:"19,keyasint,omitempty"`
	GraceUntil Time      `cbor:"20,keyasint,omitempty"`
	Reason     string    `cbor:"21,keyasint,omitempty"` // why void
	Evidence   CommandID `cbor:"22,keyasint,omitempty"` // key of the protocol among the material of results
	Voided     Time      `cbor:"23,keyasint,omitempty"` // when it was declared void; what was published stays as it was
	// Carried is how far another laptop had brought it that fell silent, when the
	// one that carried the meeting on told of it: that laptop's own commands may
	// come later, and change nothing.
	Carried VoteState `cbor:"24,keyasint,omitempty"`
}

// VoteResult is a result as counted. Once published it never changes.
type VoteResult struct {
	Eligible int            `cbor:"1,keyasint,omitempty"`
	Present  int            `cbor:"2,keyasint,omitempty"`
	Cast     int            `cbor:"3,keyasint,omitempty"`
	Counts   map[Choice]int `cbor:"4,keyasint,omitempty"`
	Passed   bool           `cbor:"5,keyasint,omitempty"`
	Named    map[ID]Choice  `cbor:"6,keyasint,omitempty"` // of a named vote
	Late     int            `cbor:"7,keyasint,omitempty"` // gửi muộn, không tính
	Paper    bool           `cbor:"8,keyasint,omitempty"` // totals entered from paper
	Invalid  int            `cbor:"9,keyasint,omitempty"` // of those on paper, without a valid choice
}

// Ballot is one person's vote, held by him and by those who run the meeting.
type Ballot struct {
	ID ID `cbor:"1,keyasint"` // BallotID(meeting, vote, person)
	PartOf
	Vote   CommandID `cbor:"4,keyasint"`
	Epoch  uint32    `cbor:"5,keyasint,omitempty"`
	Person ID        `cbor:"6,keyasint"`
	Choice Choice    `cbor:"7,keyasint"`
	Text   string    `cbor:"8,keyasint,omitempty"`
	At     Time      `cbor:"9,keyasint"`            // when the authority had it
	Given  Time      `cbor:"10,keyasint,omitempty"` // the device's claim
	Late   bool      `cbor:"11,keyasint,omitempty"` // gửi muộn, không tính
	Proof  Proof     `cbor:"12,keyasint,omitzero"`
}

// Key implements Record.
func (b *Ballot) Key() Key { return Key{KindBallot, b.ID} }

// BallotID is the id of a person's ballot.
func BallotID(meeting ID, vote CommandID, person ID) ID {
	return DeriveID("ballot", string(meeting), vote.String(), string(person))
}

// Proof is a signature over the canonical JSON (RFC 8785) of what it proves, by
// the key of the device on which it was given.
type Proof struct {
	Device      ID     `cbor:"1,keyasint,omitzero" json:"device,omitempty"`
	Certificate []byte `cbor:"2,keyasint,omitempty" json:"certificate,omitempty"` // DER, of the device
	Signature   []byte `cbor:"3,keyasint,omitempty" json:"signature,omitempty"`
}

// SlipState is where an opinion slip stands.
type SlipState string

// States of an opinion slip.
const (
	SlipDraft     SlipState = "draft"
	SlipSent      SlipState = "sent"
	SlipClosed    SlipState = "closed"
	SlipCancelled SlipState = "cancelled"
)

// SilenceRule is what no answer by the deadline means.
type SilenceRule string

// Silence rules.
const (
	SilenceNothing SilenceRule = "none" // no answer is no answer
	SilenceAgrees  SilenceRule = "agree"
)

// OpinionSlip (phiếu lấy ý kiến) asks members for their opinion in writing,
// in a meeting or outside one.
type OpinionSlip struct {
	ID ID `cbor:"1,keyasint"`
	PartOf
	Unit      ID                 `cbor:"4,keyasint"`
	Creator   ID                 `cbor:"5,keyasint,omitzero"`
	Title     string             `cbor:"6,keyasint"`
	Text      string             `cbor:"7,keyasint,omitempty"`
	State     SlipState          `cbor:"8,keyasint"`
	Due       Time               `cbor:"9,keyasint,omitempty"`
	Silence   SilenceRule        `cbor:"10,keyasint,omitempty"`
	Asked     []ID               `cbor:"11,keyasint,omitempty"` // persons
	Threshold Threshold          `cbor:"12,keyasint,omitempty"`
	Sent      Time               `cbor:"13,keyasint,omitempty"`
	Closed    Time               `cbor:"14,keyasint,omitempty"`
	Reminders map[CommandID]Time `cbor:"15,keyasint,omitempty"`
	Result    VoteResult         `cbor:"16,keyasint,omitzero"`
	Silent    []ID               `cbor:"17,keyasint,omitempty"` // who did not answer
	Files     map[CommandID]File `cbor:"18,keyasint,omitempty"`
	Reason    string             `cbor:"19,keyasint,omitempty"` // why cancelled
}

// Key implements Record.
func (s *OpinionSlip) Key() Key { return Key{KindSlip, s.ID} }

// SlipAnswer is one person's answer, held by him and by whoever asks.
type SlipAnswer struct {
	ID ID `cbor:"1,keyasint"` // SlipAnswerID(slip, person)
	PartOf
	Slip   ID     `cbor:"4,keyasint"`
	Person ID     `cbor:"5,keyasint"`
	Answer Choice `cbor:"6,keyasint"`
	Text   string `cbor:"7,keyasint,omitempty"`
	At     Time   `cbor:"8,keyasint"`
	Given  Time   `cbor:"9,keyasint,omitempty"`
	Late   bool   `cbor:"10,keyasint,omitempty"`
	Proof  Proof  `cbor:"11,keyasint,omitzero"`
	CMS    []byte `cbor:"12,keyasint,omitempty"` // detached CAdES by the person's own key, when he signed
	Asker  ID     `cbor:"13,keyasint,omitzero"`  // who asks: the slip's creator
}

// Key implements Record.
func (a *SlipAnswer) Key() Key { return Key{KindSlipAnswer, a.ID} }

// SlipAnswerID is the id of a person's answer to a slip.
func SlipAnswerID(slip, person ID) ID { return DeriveID("slip", string(slip), string(person)) }
