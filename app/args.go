package app

// Arguments of the commands. `cbor` is the wire, `json` the HTTP API. Text is
// normalised to NFC and trimmed before a command is built or run.

// Fields are the descriptive fields of a document (NĐ 30/2020, Phụ lục VI).
type Fields struct {
	Type        TypeCode `cbor:"1,keyasint,omitempty" json:"type,omitempty"`
	CodeNumber  string   `cbor:"2,keyasint,omitempty" json:"codeNumber,omitempty" maxLength:"11"`
	Notation    string   `cbor:"3,keyasint,omitempty" json:"notation,omitempty" maxLength:"30"`
	IssuedDate  Date     `cbor:"4,keyasint,omitempty" json:"issuedDate,omitempty"`
	OrganName   string   `cbor:"5,keyasint,omitempty" json:"organName,omitempty" maxLength:"200"`
	Subject     string   `cbor:"6,keyasint,omitempty" json:"subject,omitempty" maxLength:"500"`
	Summary     string   `cbor:"7,keyasint,omitempty" json:"summary,omitempty" maxLength:"500"`
	Language    string   `cbor:"8,keyasint,omitempty" json:"language,omitempty" maxLength:"30"`
	Pages       int      `cbor:"9,keyasint,omitempty" json:"pages,omitempty" minimum:"0" maximum:"9999"`
	SignerName  string   `cbor:"10,keyasint,omitempty" json:"signerName,omitempty" maxLength:"50"`
	SignerTitle string   `cbor:"11,keyasint,omitempty" json:"signerTitle,omitempty" maxLength:"100"`
	ToPlaces    string   `cbor:"12,keyasint,omitempty" json:"toPlaces,omitempty" maxLength:"1000"`
	Urgency     Urgency  `cbor:"13,keyasint,omitempty" json:"urgency,omitempty" maximum:"3"`
	Copies      int      `cbor:"14,keyasint,omitempty" json:"copies,omitempty" minimum:"0" maximum:"9999"`
	DueDate     Date     `cbor:"15,keyasint,omitempty" json:"dueDate,omitempty"`
	Field       string   `cbor:"16,keyasint,omitempty" json:"field,omitempty" maxLength:"100"`
	Paper       bool     `cbor:"17,keyasint,omitempty" json:"paper,omitempty"`
	// Secrecy is a gate, not an attribute: anything but empty is refused
	// (Luật Bảo vệ bí mật nhà nước); the value is never stored.
	Secrecy Secrecy `cbor:"18,keyasint,omitempty" json:"secrecy,omitempty" enum:",MAT,TOI_MAT,TUYET_MAT"`
	// The dossier it belongs to, and its place in it: of the office that holds it.
	FileOrgan       string `cbor:"19,keyasint,omitempty" json:"fileOrgan,omitempty" maxLength:"35"`
	FileCatalog     int    `cbor:"20,keyasint,omitempty" json:"fileCatalog,omitempty" minimum:"0" maximum:"9999" doc:"year, four digits; 0 = none"`
	FileNotation    string `cbor:"21,keyasint,omitempty" json:"fileNotation,omitempty" maxLength:"20"`
	DocOrdinal      int    `cbor:"22,keyasint,omitempty" json:"docOrdinal,omitempty" minimum:"0" maximum:"999"`
	RetentionCode   string `cbor:"23,keyasint,omitempty" json:"retentionCode,omitempty" maxLength:"30"`
	Circulation     string `cbor:"24,keyasint,omitempty" json:"circulation,omitempty" maxLength:"100"`
	DrafterNotation string `cbor:"25,keyasint,omitempty" json:"drafterNotation,omitempty" maxLength:"20"`
}

// Secrecy is the degree of state secrecy; only NotSecret may enter the system.
type Secrecy string

// Degrees of secrecy.
const (
	NotSecret Secrecy = ""
	Secret    Secrecy = "MAT"
	TopSecret Secrecy = "TOI_MAT"
	Absolute  Secrecy = "TUYET_MAT"
)

// NewFile is a file to be added; its content is sealed and stored already.
type NewFile struct {
	Name     string      `cbor:"1,keyasint" json:"name"`
	Media    string      `cbor:"2,keyasint,omitempty" json:"media,omitempty"`
	Role     FileRole    `cbor:"3,keyasint,omitempty" json:"role,omitempty"`
	Content  FileVersion `cbor:"4,keyasint" json:"-"` // the API names a stored upload by hash and fills this in
	SHA256   Hash        `cbor:"-" json:"sha256"`
	Replaces CommandID   `cbor:"5,keyasint,omitempty" json:"replaces,omitempty"`
	Source   CommandID   `cbor:"6,keyasint,omitempty" json:"source,omitempty"` // the editable file that this one was made of
}

// IncomingCreate enters an incoming document that came on paper or from outside
// (document.receive.1; target: new id). It lands in InReceived.
type IncomingCreate struct {
	Unit   ID        `cbor:"1,keyasint" json:"unit"`
	Fields Fields    `cbor:"2,keyasint" json:"fields"`
	Files  []NewFile `cbor:"3,keyasint,omitempty" json:"files,omitempty"`
}

// Note carries an optional text: document.accept.1 (tiếp nhận a document that
// arrived), document.complete.1, document.archive.1, document.check_content.1,
// document.check_form.1, document.approve_draft.1, document.withdraw.1.
type Note struct {
	Text string `cbor:"1,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// Reason carries a text that must be there: document.return_incoming.1 (trả
// lại nơi gửi), document.send_back.1 (trả lại người soạn), document.cancel.1,
// document.recall.1 (thu hồi).
type Reason struct {
	Text string `cbor:"1,keyasint" json:"text" minLength:"1" maxLength:"2000"`
}

// Register puts an incoming document in a book (document.register.1) and lets
// văn thư complete its fields. The number comes from the book's holder.
type Register struct {
	Book   ID      `cbor:"1,keyasint" json:"book"`
	Fields *Fields `cbor:"2,keyasint,omitempty" json:"fields,omitempty"`
	Issued *Issued `cbor:"3,keyasint,omitempty" json:"-"` // written by the holder's laptop
}

// Submit (trình) sends an incoming document to a leader for directives
// (document.submit.1).
type Submit struct {
	To   ID     `cbor:"1,keyasint" json:"to"` // a leader or deputy of the office
	Text string `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// Direct writes a directive (document.direct.1).
type Direct struct {
	Text      string     `cbor:"1,keyasint" json:"text" maxLength:"4000"`
	Due       Date       `cbor:"2,keyasint,omitempty" json:"due,omitempty"`
	Receivers []Receiver `cbor:"3,keyasint" json:"receivers" minItems:"1" maxItems:"200"`
	Parent    CommandID  `cbor:"4,keyasint,omitempty" json:"parent,omitempty"`
}

// Receiver of a directive: a person, or a unit (its head).
type Receiver struct {
	ID   ID            `cbor:"1,keyasint" json:"id"`
	Unit bool          `cbor:"2,keyasint,omitempty" json:"unit,omitempty"`
	Role DirectiveRole `cbor:"3,keyasint" json:"role" enum:"CHU_TRI,PHOI_HOP,NHAN_DE_BIET"`
}

// TaskRef names one receiver's part of a directive: document.seen.1,
// document.start_task.1.
type TaskRef struct {
	Directive CommandID `cbor:"1,keyasint" json:"directive"`
	Receiver  ID        `cbor:"2,keyasint" json:"receiver"`
}

// TaskAnswer answers a directive (document.answer.1), with a text, a draft
// reply, or both.
type TaskAnswer struct {
	TaskRef
	Text  string `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"4000"`
	Draft ID     `cbor:"4,keyasint,omitzero" json:"draft,omitempty"`
}

// TaskVerdict approves or returns an answer, or returns a task that is not the
// receiver's: document.accept_answer.1, document.reject_answer.1 (Text must be
// there), document.return_task.1 (Text must be there).
type TaskVerdict struct {
	TaskRef
	Text string `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// Remind (đôn đốc) reminds the receivers of a directive (document.remind.1).
type Remind struct {
	Directive CommandID `cbor:"1,keyasint" json:"directive"`
	Text      string    `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// WithdrawDirective takes a directive back while nobody has answered it
// (document.withdraw_directive.1).
type WithdrawDirective struct {
	Directive CommandID `cbor:"1,keyasint" json:"directive"`
	Text      string    `cbor:"2,keyasint" json:"text" minLength:"1" maxLength:"2000"`
}

// ExtensionAsk asks for a later deadline (document.ask_extension.1).
type ExtensionAsk struct {
	Directive CommandID `cbor:"1,keyasint,omitempty" json:"directive,omitempty"` // 0 = the document's own deadline
	New       Date      `cbor:"2,keyasint" json:"new"`
	Text      string    `cbor:"3,keyasint" json:"text" minLength:"1" maxLength:"2000"`
}

// ExtensionDecide grants or refuses it (document.decide_extension.1).
type ExtensionDecide struct {
	Extension CommandID `cbor:"1,keyasint" json:"extension"`
	Grant     bool      `cbor:"2,keyasint,omitempty" json:"grant,omitempty"`
	Text      string    `cbor:"3,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// RemarkAdd adds a remark (document.remark.1). Remarks commute.
type RemarkAdd struct {
	Text string `cbor:"1,keyasint" json:"text" minLength:"1" maxLength:"4000"`
}

// DraftCreate starts an outgoing document (document.draft.1; target: new id),
// by itself or as the answer to an incoming one.
type DraftCreate struct {
	Unit     ID        `cbor:"1,keyasint" json:"unit"`                        // the office
	Division ID        `cbor:"2,keyasint,omitzero" json:"division,omitempty"` // drafting division
	Fields   Fields    `cbor:"3,keyasint" json:"fields"`
	Files    []NewFile `cbor:"4,keyasint,omitempty" json:"files,omitempty"`
	ReplyTo  ID        `cbor:"5,keyasint,omitzero" json:"replyTo,omitempty"`
	To       []ID      `cbor:"6,keyasint,omitempty" json:"to,omitempty"` // recipient offices
}

// DraftEdit changes fields, each against the value that the person saw
// (document.edit.1). When somebody else changed one of them to something else
// meanwhile, the whole command is refused with both texts, and the person
// decides.
type DraftEdit struct {
	Set   map[string]any `cbor:"1,keyasint" json:"set"`                     // names as in Fields' JSON; see EditableFields
	Old   map[string]any `cbor:"2,keyasint,omitempty" json:"old,omitempty"` // what the person saw, same keys
	To    []ID           `cbor:"3,keyasint,omitempty" json:"to,omitempty"`
	SetTo bool           `cbor:"4,keyasint,omitempty" json:"setTo,omitempty"` // To replaces the recipients
}

// FileAdd adds a file, or a new version of one (document.add_file.1).
type FileAdd struct {
	File NewFile `cbor:"1,keyasint" json:"file"`
}

// FileRemove takes a file out of a draft (document.remove_file.1).
type FileRemove struct {
	File CommandID `cbor:"1,keyasint" json:"file"`
}

// SubmitDraft sends a draft on its way (document.submit_draft.1): to the head
// of the drafting division, or to the one who approves.
type SubmitDraft struct {
	To   ID     `cbor:"1,keyasint" json:"to"`
	Text string `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// ApproveDraft approves exactly what was read (document.approve_draft.1): it
// is refused when the revision or the main file has changed. To is who signs.
type ApproveDraft struct {
	Revision uint32 `cbor:"1,keyasint" json:"revision"`
	Content  Hash   `cbor:"2,keyasint,omitzero" json:"content,omitempty"`
	To       ID     `cbor:"3,keyasint,omitzero" json:"to,omitempty"`
	Text     string `cbor:"4,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// RecordSignature records a signature made on paper (document.record_signature.1);
// digital signatures come with their own command. Exact revision and content.
type RecordSignature struct {
	Kind     SignatureKind `cbor:"1,keyasint" json:"kind" minimum:"1" maximum:"2"`
	Revision uint32        `cbor:"2,keyasint" json:"revision"`
	Content  Hash          `cbor:"3,keyasint,omitzero" json:"content,omitempty"`
	Signer   ID            `cbor:"4,keyasint,omitzero" json:"signer,omitempty"`
	Form     AuthorityForm `cbor:"5,keyasint,omitempty" json:"form,omitempty"`
}

// Sign (ký số, document.sign.1) puts the digital signature of the authorised
// person into exactly the file that he read. File begins with its bytes.
type Sign struct {
	Revision uint32        `cbor:"1,keyasint" json:"revision"`
	Content  Hash          `cbor:"2,keyasint" json:"content"` // of the file that was read
	File     NewFile       `cbor:"3,keyasint" json:"file"`
	Form     AuthorityForm `cbor:"4,keyasint,omitempty" json:"form,omitempty"`
	Claim    Claim         `cbor:"5,keyasint" json:"claim"`
}

// Seal (ký số của cơ quan, document.seal.1) writes number and date into the file
// and puts the agency's signature into it. File begins with its bytes.
type Seal struct {
	Revision uint32  `cbor:"1,keyasint" json:"revision"`
	Content  Hash    `cbor:"2,keyasint" json:"content"`
	File     NewFile `cbor:"3,keyasint" json:"file"`
	Claim    Claim   `cbor:"4,keyasint" json:"claim"`
	// Attachments are files of their own, each sealed for itself (Phụ lục I, II.8b).
	Attachments []SealedAttachment `cbor:"5,keyasint,omitempty" json:"attachments,omitempty" maxItems:"100"`
}

// SealedAttachment is an attachment with the agency's signature in it. File begins
// with the bytes of the one that it replaces.
type SealedAttachment struct {
	File  NewFile `cbor:"1,keyasint" json:"file"`
	Claim Claim   `cbor:"2,keyasint" json:"claim"`
}

// MakeCopy (sao y, sao lục, trích sao, document.copy.1) enters a copy of the
// document that the agency has sealed. File begins with the document's bytes,
// unless it is an extract.
type MakeCopy struct {
	Form     CopyForm `cbor:"1,keyasint" json:"form" enum:"SY,SL,TrS"`
	Revision uint32   `cbor:"2,keyasint" json:"revision"`
	Content  Hash     `cbor:"3,keyasint" json:"content"`
	File     NewFile  `cbor:"4,keyasint" json:"file"`
	Claim    Claim    `cbor:"5,keyasint" json:"claim"`
	Pages    string   `cbor:"6,keyasint,omitempty" json:"pages,omitempty" maxLength:"100" doc:"of an extract: 1-2, 5"`
	Text     string   `cbor:"7,keyasint,omitempty" json:"text,omitempty" maxLength:"500"`
}

// PutInitial (ký nháy, document.initial.1) signs the revision that was checked.
type PutInitial struct {
	Revision uint32 `cbor:"1,keyasint" json:"revision"`
	Content  Hash   `cbor:"2,keyasint" json:"content"`
	Given    Time   `cbor:"3,keyasint" json:"given"`
	CMS      []byte `cbor:"4,keyasint" json:"cms" minLength:"1" maxLength:"32768"`
	Claim    Claim  `cbor:"5,keyasint" json:"claim"`
}

// Judge notes what the server's validator said of a file and of the signatures
// in it, or of initials (document.judge.1, by the system). Stamped is the file
// with a time-stamp put into its last signature, Added the file with evidence
// behind it; either takes the file's place.
type Judge struct {
	File       CommandID             `cbor:"1,keyasint" json:"file"`
	Verdict    Verdict               `cbor:"2,keyasint,omitzero" json:"verdict"`
	Signatures map[CommandID]Verdict `cbor:"3,keyasint,omitempty" json:"signatures,omitempty"`
	Initials   map[CommandID]Verdict `cbor:"4,keyasint,omitempty" json:"initials,omitempty"`
	Stamped    *NewFile              `cbor:"5,keyasint,omitempty" json:"stamped,omitempty"`
	Added      *NewFile              `cbor:"6,keyasint,omitempty" json:"added,omitempty"`
}

// Number asks the book's holder for the number of an outgoing document
// (document.number.1).
type Number struct {
	Book   ID      `cbor:"1,keyasint" json:"book"`
	Issued *Issued `cbor:"2,keyasint,omitempty" json:"-"` // written by the holder's laptop
}

// Issue (phát hành) sends the numbered document to its recipients
// (document.issue.1): each gets an incoming document. While the number is
// pending the document waits in OutToIssue and the holder issues it on numbering.
type Issue struct {
	To   []ID   `cbor:"1,keyasint,omitempty" json:"to,omitempty"` // more recipients than the draft named
	Text string `cbor:"2,keyasint,omitempty" json:"text,omitempty" maxLength:"2000"`
}

// RegisterAndSend does in one step what a clerk does with a signed paper or
// PDF in hand (document.register_send.1; target: new id): outgoing document,
// paper signatures recorded, number from the book, issue to the recipients.
type RegisterAndSend struct {
	Unit    ID            `cbor:"1,keyasint" json:"unit"`
	Fields  Fields        `cbor:"2,keyasint" json:"fields"`
	Files   []NewFile     `cbor:"3,keyasint" json:"files" minItems:"1"`
	Book    ID            `cbor:"4,keyasint" json:"book"`
	To      []ID          `cbor:"5,keyasint" json:"to" minItems:"1"`
	Signer  ID            `cbor:"6,keyasint,omitzero" json:"signer,omitempty"`
	Form    AuthorityForm `cbor:"7,keyasint,omitempty" json:"form,omitempty"`
	ReplyTo ID            `cbor:"8,keyasint,omitzero" json:"replyTo,omitempty"`
	Issued  *Issued       `cbor:"9,keyasint,omitempty" json:"-"` // written by the holder's laptop
}

// ContentStored tells that the server has verified a file's whole content
// (document.content_stored.1, material.content_stored.1, by the system).
type ContentStored struct {
	File CommandID `cbor:"1,keyasint" json:"file"`
}

// MarkRead marks a document as read by the actor (readmark.set.1; target
// ReadMarkID(actor, document)).
type MarkRead struct {
	Doc ID `cbor:"1,keyasint" json:"doc"`
}

// SaveTemplate stores a directive template (template.save.1).
type SaveTemplate struct {
	Unit   ID     `cbor:"1,keyasint,omitzero" json:"unit,omitempty"` // for the unit's leaders; empty = my own
	Text   string `cbor:"2,keyasint" json:"text" minLength:"1" maxLength:"2000"`
	Days   int    `cbor:"3,keyasint,omitempty" json:"days,omitempty" minimum:"0" maximum:"365"`
	Order  int    `cbor:"4,keyasint,omitempty" json:"order,omitempty"`
	Closed bool   `cbor:"5,keyasint,omitempty" json:"closed,omitempty"`
}

// SaveGroup stores a recipient group (group.save.1).
type SaveGroup struct {
	Unit    ID     `cbor:"1,keyasint" json:"unit"`
	Name    string `cbor:"2,keyasint" json:"name" minLength:"1" maxLength:"200"`
	Members []ID   `cbor:"3,keyasint" json:"members"`
	Closed  bool   `cbor:"4,keyasint,omitempty" json:"closed,omitempty"`
	Public  bool   `cbor:"5,keyasint,omitempty" json:"-"` // for all offices; the server's to say
}

// Delegate gives a delegation (delegation.give.1; target: new id).
type Delegate struct {
	To      ID       `cbor:"1,keyasint" json:"to"`
	Unit    ID       `cbor:"2,keyasint" json:"unit"`
	Actions []Action `cbor:"3,keyasint,omitempty" json:"actions,omitempty"`
	Start   Time     `cbor:"4,keyasint" json:"start"`
	End     Time     `cbor:"5,keyasint" json:"end"`
	Basis   string   `cbor:"6,keyasint,omitempty" json:"basis,omitempty" maxLength:"200"`
}

// Empty is for commands without arguments: delegation.revoke.1.
type Empty struct{}

// PutUnit stores one directory record whole (unit.put.1), as the others of its
// kind do (person.put.1, authority.put.1, book.put.1, calendar.put.1): by the
// system, or by an administrator within his office.
type PutUnit struct {
	Unit Unit `cbor:"1,keyasint" json:"-"`
}

// PutPerson: see PutUnit.
type PutPerson struct {
	Person Person `cbor:"1,keyasint" json:"-"`
}

// PutAuthority: see PutUnit.
type PutAuthority struct {
	Authority Authority `cbor:"1,keyasint" json:"-"`
}

// PutBook: see PutUnit.
type PutBook struct {
	Book Book `cbor:"1,keyasint" json:"-"`
}

// PutCalendar: see PutUnit.
type PutCalendar struct {
	Calendar Calendar `cbor:"1,keyasint" json:"-"`
}

// GiveNumber gives a document that waits in its book the number
// (document.give_number.1): the holder's laptop does so when it meets one.
type GiveNumber struct {
	Book   ID      `cbor:"1,keyasint" json:"book"`
	Issued *Issued `cbor:"2,keyasint,omitempty" json:"-"`
}

// BookLend (giao sổ) lends a book to a machine of the office's văn thư, or lets
// it keep the book longer (book.lend.1).
type BookLend struct {
	Device ID   `cbor:"1,keyasint" json:"device"`
	Until  Time `cbor:"2,keyasint" json:"until"`
}

// BookReturn (trả sổ) gives a book back (book.return.1, from the machine that
// holds it).
type BookReturn struct{}

// BookRecall (thu hồi sổ) takes a book from a machine that is lost, for the
// server or for another machine (book.recall.1).
type BookRecall struct {
	Text   string `cbor:"1,keyasint" json:"text" minLength:"1" maxLength:"2000"`
	Device ID     `cbor:"2,keyasint,omitzero" json:"device,omitempty" doc:"the next holder; absent: the server"`
	Until  Time   `cbor:"3,keyasint,omitempty" json:"until,omitempty"`
}

// BookReconcile settles an alarm of a book (book.reconcile.1): the numbers stay,
// and one of the documents carries a note.
type BookReconcile struct {
	Alarm CommandID `cbor:"1,keyasint" json:"alarm"`
	Doc   ID        `cbor:"2,keyasint" json:"doc"`
	Text  string    `cbor:"3,keyasint" json:"text" minLength:"1" maxLength:"500"`
}

// BookClose has a book stand still after a restore (book.close.1).
type BookClose struct{}

// BookTakeBack keeps a number for the document that had it before a restore
// (book.take_back.1).
type BookTakeBack struct {
	Year   int    `cbor:"1,keyasint" json:"year"`
	Number uint32 `cbor:"2,keyasint" json:"number"`
	Doc    ID     `cbor:"3,keyasint" json:"doc"`
	By     ID     `cbor:"4,keyasint" json:"by"`
}

// BookOpen (mở lại sổ) lets a book go on that stood still after a restore
// (book.open.1).
type BookOpen struct {
	Year int    `cbor:"1,keyasint" json:"year"`
	Last uint32 `cbor:"2,keyasint" json:"last" doc:"the last number that was given before the restore"`
}

// BookKeepNumber keeps a number for the document of a refused command
// (book.keep_number.1, by the system).
type BookKeepNumber struct {
	Issued Issued `cbor:"1,keyasint" json:"issued"`
	Writer uint32 `cbor:"2,keyasint" json:"writer"`
	Doc    ID     `cbor:"3,keyasint" json:"doc"`
	By     ID     `cbor:"4,keyasint" json:"by"`
	Reason string `cbor:"5,keyasint,omitempty" json:"reason,omitempty"`
}

// BookDeviceGone takes a book from a device that was revoked
// (book.device_gone.1, by the system).
type BookDeviceGone struct {
	Device ID `cbor:"1,keyasint" json:"device"`
}
