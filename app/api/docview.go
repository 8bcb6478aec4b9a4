package api

import (
	"cmp"
	"context"
	"slices"

	"khonggiay/app"
)

// Doc is one document with everything in it: its row, with lists where the row
// has only their lengths, and all its fields.
type Doc struct {
	DocRow
	DocFields
	Unit            UnitRef           `json:"unit" doc:"the office that holds it"`
	DraftUnit       *UnitRef          `json:"draftUnit,omitempty"`
	DocumentID      string            `json:"documentId,omitempty" doc:"mã định danh văn bản: OrganId, year and number of the issuing office; empty while there is no number"`
	BookNote        string            `json:"bookNote,omitempty" doc:"ghi chú in the book, when two documents have one number"`
	Revision        uint32            `json:"revision" doc:"approving and signing name it"`
	MainSHA256      *app.Hash         `json:"mainSHA256,omitempty" doc:"of the newest main file; approving and signing name it"`
	Checked         Checks            `json:"checked"`
	Files           []FileInfo        `json:"files" doc:"main files first, then attachments, then drafts"`
	Directives      []DirectiveInfo   `json:"directives" doc:"oldest first"`
	Remarks         []RemarkInfo      `json:"remarks" doc:"oldest first"`
	Recipients      []RecipientInfo   `json:"recipients"`
	Signatures      []SignatureInfo   `json:"signatures"`
	Initials        []InitialInfo     `json:"initials"`
	CertifiedCopies []CopyInfo        `json:"certifiedCopies,omitempty" doc:"bản sao that the office has made, oldest first; their files are not among files"`
	OriginalValue   OriginalValue     `json:"originalValue" enum:"none,one_of_two,full,paper" doc:"NĐ 30/2020, Điều 5: both signatures make an electronic original"`
	Relations       []RelationInfo    `json:"relations"`
	Extensions      []ExtensionInfo   `json:"extensions"`
	History         []StepInfo        `json:"history" doc:"oldest first"`
	HandOvers       []HandOverInfo    `json:"handOvers" doc:"work of people who have left; open ones first"`
	Actions         []ActionInfo      `json:"actions" doc:"every action on such a document, with whether and why"`
	Delegated       []DelegatedAction `json:"delegated" doc:"what a delegation allows beyond that"`
	Where           Where             `json:"where"`
	SourceDoc       *DocRow           `json:"sourceDoc,omitempty" doc:"incoming: the outgoing document it is a copy of, when it is seen here"`
	ReplyToDoc      *DocRow           `json:"replyToDoc,omitempty"`
	Replies         []DocRow          `json:"replies"`
}

// DocFields are the descriptive fields that a row does not have, named as in
// document.edit.
type DocFields struct {
	CodeNumber  string            `json:"codeNumber,omitempty"`
	Notation    string            `json:"notation,omitempty"`
	Organ       app.ID            `json:"organ,omitempty"`
	Summary     string            `json:"summary,omitempty"`
	Language    string            `json:"language,omitempty"`
	Pages       int               `json:"pages,omitempty"`
	SignerName  string            `json:"signerName,omitempty"`
	SignerTitle string            `json:"signerTitle,omitempty"`
	SignerForm  app.AuthorityForm `json:"signerForm,omitempty" doc:"TM., KT., TL., TUQ., Q."`
	Signer      app.ID            `json:"signer,omitempty"`
	ToPlaces    string            `json:"toPlaces,omitempty"`
	Copies      int               `json:"copies,omitempty"`
	DueDate     app.Date          `json:"dueDate,omitempty"`
	Field       string            `json:"field,omitempty"`

	FileOrgan       string `json:"fileOrgan,omitempty" doc:"mã hồ sơ: OrganId of the office that keeps the dossier"`
	FileCatalog     int    `json:"fileCatalog,omitempty" doc:"mã hồ sơ: year"`
	FileNotation    string `json:"fileNotation,omitempty" doc:"mã hồ sơ: number and notation"`
	DocOrdinal      int    `json:"docOrdinal,omitempty" doc:"its place in the dossier"`
	RetentionCode   string `json:"retentionCode,omitempty" doc:"thời hạn bảo quản"`
	Circulation     string `json:"circulation,omitempty" doc:"phạm vi lưu hành"`
	DrafterNotation string `json:"drafterNotation,omitempty" doc:"ký hiệu người soạn thảo"`
}

// Checks tells which checks the present revision has passed.
type Checks struct {
	Content  bool `json:"content,omitempty" doc:"by the head of the drafting division"`
	Form     bool `json:"form,omitempty" doc:"by văn thư"`
	Approved bool `json:"approved,omitempty"`
}

// FileInfo is a file; its content is at /api/documents/{id}/files/{key}.
type FileInfo struct {
	Key      app.CommandID `json:"key"`
	Name     string        `json:"name"`
	Media    string        `json:"media"`
	Role     app.FileRole  `json:"role" doc:"0 the document itself, 1 attached, 2 editable draft, 3 a certified copy"`
	Size     int64         `json:"size"`
	SHA256   app.Hash      `json:"sha256"`
	By       *PersonRef    `json:"by,omitempty"`
	At       app.Time      `json:"at,omitempty"`
	Replaces app.CommandID `json:"replaces,omitempty" doc:"the version before"`
	First    app.CommandID `json:"first" doc:"the first version that is kept: the same for all versions of one file"`
	Version  int           `json:"version" doc:"from 1"`
	Source   app.CommandID `json:"source,omitempty" doc:"of a PDF: the version of the draft that it was made of"`
	Stale    bool          `json:"stale,omitempty" doc:"of a PDF: its draft has a newer version"`
	Newest   bool          `json:"newest" doc:"no other version replaces it"`
	Here     bool          `json:"here" doc:"its whole content is on this machine"`
	AtServer bool          `json:"atServer,omitempty" doc:"the server has verified its whole content"`
	Verdict  *app.Verdict  `json:"verdict,omitempty" doc:"what the server's validator said of the signatures in it"`
	Progress *Coming       `json:"progress,omitempty" doc:"how far it has come, when not here"`
}

// DirectiveInfo is an ý kiến chỉ đạo with its receivers.
type DirectiveInfo struct {
	Key       app.CommandID  `json:"key"`
	By        PersonRef      `json:"by"`
	OnBehalf  *PersonRef     `json:"onBehalf,omitempty"`
	At        app.Time       `json:"at"`
	Text      string         `json:"text"`
	Due       app.Date       `json:"due,omitempty"`
	Parent    app.CommandID  `json:"parent,omitempty" doc:"the directive it passes on"`
	Withdrawn app.Time       `json:"withdrawn,omitempty"`
	Tasks     []TaskInfo     `json:"tasks"`
	Reminders []ReminderInfo `json:"reminders"`
	Actions   []ActionInfo   `json:"actions" doc:"on this directive"`
	Pending   bool           `json:"pending,omitempty" doc:"has not gone up yet"`
}

// TaskInfo is one receiver's part.
type TaskInfo struct {
	Receiver NamedRef          `json:"receiver"`
	Position string            `json:"position,omitempty"`
	Role     app.DirectiveRole `json:"role" enum:"CHU_TRI,PHOI_HOP,NHAN_DE_BIET"`
	State    app.TaskState     `json:"state" enum:"CHUA_XEM,DA_XEM,DANG_XU_LY,CHO_DUYET_KET_QUA,HOAN_THANH,TRA_LAI"`
	Seen     app.Time          `json:"seen,omitempty"`
	Since    app.Time          `json:"since,omitempty"`
	Answer   string            `json:"answer,omitempty"`
	Draft    app.ID            `json:"draft,omitempty" doc:"the outgoing draft given as answer"`
	Reason   string            `json:"reason,omitempty" doc:"why it was returned"`
	Mine     bool              `json:"mine,omitempty" doc:"it is mine to do, in person or as head of the unit"`
	Actions  []ActionInfo      `json:"actions" doc:"on this part"`
	Deadline
}

// ReminderInfo is a đôn đốc.
type ReminderInfo struct {
	By   PersonRef `json:"by"`
	At   app.Time  `json:"at"`
	Text string    `json:"text,omitempty"`
}

// RemarkInfo is a note that all who see the document see.
type RemarkInfo struct {
	Key      app.CommandID `json:"key"`
	By       PersonRef     `json:"by"`
	OnBehalf *PersonRef    `json:"onBehalf,omitempty"`
	At       app.Time      `json:"at"`
	Text     string        `json:"text"`
	Pending  bool          `json:"pending,omitempty"`
}

// RecipientInfo is what became of an outgoing document at one office.
type RecipientInfo struct {
	Unit   app.ID             `json:"unit"`
	Name   string             `json:"name"`
	Status app.ExchangeStatus `json:"status" enum:"sent,arrived,refused,received,assigned,processing,completed,recalled"`
	At     app.Time           `json:"at,omitempty"`
	Number uint32             `json:"number,omitempty" doc:"their số đến"`
	Reason string             `json:"reason,omitempty"`
	Reply  app.ID             `json:"reply,omitempty" doc:"our incoming copy of their answer"`
}

// SignatureInfo is a signature on paper or in the PDF.
type SignatureInfo struct {
	Key     app.CommandID     `json:"key"`
	Kind    app.SignatureKind `json:"kind" doc:"1 the authorised person, 2 the agency, 3 the agency on an attachment"`
	By      PersonRef         `json:"by"`
	At      app.Time          `json:"at"`
	Form    app.AuthorityForm `json:"form,omitempty"`
	Digital bool              `json:"digital,omitempty"`
	File    app.CommandID     `json:"file,omitempty" doc:"the version that it is in"`
	Claim   *app.Claim        `json:"claim,omitempty" doc:"of a digital one: what the signer's machine says"`
	Verdict *app.Verdict      `json:"verdict,omitempty" doc:"of a digital one: what the server's validator said; none: not judged yet"`
}

// InitialInfo is an initial (ký nháy), beside the file.
type InitialInfo struct {
	Key      app.CommandID `json:"key"`
	By       PersonRef     `json:"by"`
	At       app.Time      `json:"at"`
	Revision uint32        `json:"revision"`
	Current  bool          `json:"current" doc:"it is on the present revision"`
	Claim    app.Claim     `json:"claim"`
	Verdict  *app.Verdict  `json:"verdict,omitempty"`
}

// RelationInfo links to another document.
type RelationInfo struct {
	Key  app.CommandID    `json:"key"`
	Kind app.RelationKind `json:"kind"`
	Doc  app.ID           `json:"doc,omitempty"`
	Text string           `json:"text,omitempty"`
}

// ExtensionInfo is a request for a later deadline.
type ExtensionInfo struct {
	Key       app.CommandID `json:"key"`
	By        PersonRef     `json:"by"`
	At        app.Time      `json:"at"`
	Old       app.Date      `json:"old,omitempty"`
	New       app.Date      `json:"new"`
	Reason    string        `json:"reason,omitempty"`
	Directive app.CommandID `json:"directive,omitempty"`
	Decided   *PersonRef    `json:"decided,omitempty"`
	DecidedAt app.Time      `json:"decidedAt,omitempty"`
	Granted   bool          `json:"granted,omitempty"`
	Actions   []ActionInfo  `json:"actions"`
	Pending   bool          `json:"pending,omitempty"`
}

// StepInfo is one line of the history.
type StepInfo struct {
	Key      app.CommandID `json:"key"`
	Name     string        `json:"name" doc:"command without version: document.register"`
	By       PersonRef     `json:"by"`
	OnBehalf *PersonRef    `json:"onBehalf,omitempty"`
	At       app.Time      `json:"at"`
	State    app.State     `json:"state,omitempty" doc:"state reached"`
	Text     string        `json:"text,omitempty"`
	To       *NamedRef     `json:"to,omitempty"`
	Pending  bool          `json:"pending,omitempty"`
}

// ActionInfo tells whether the person may do something, and why or why not.
type ActionInfo struct {
	Action app.Action `json:"action"`
	Allow  bool       `json:"allow"`
	Reason string     `json:"reason" doc:"i18n key, can.…"`
}

// DelegatedAction is allowed only under a delegation.
type DelegatedAction struct {
	Action     app.Action `json:"action"`
	Delegation app.ID     `json:"delegation"`
	From       PersonRef  `json:"from"`
}

// Where tells on which machines the document's content is.
type Where struct {
	Machine   bool          `json:"machine" doc:"all newest files are on this machine"`
	Office    *OfficeCopies `json:"office,omitempty" doc:"absent when not known, offline"`
	Server    bool          `json:"server" doc:"the server holds all newest files"`
	PendingUp int           `json:"pendingUp" doc:"commands about it that wait to go up"`
}

// OfficeCopies counts the office's laptops that hold the content.
type OfficeCopies struct {
	Have     int       `json:"have"`
	Total    int       `json:"total"`
	At       app.Time  `json:"at"`
	Receipts *Receipts `json:"receipts,omitempty" doc:"of a document that was sent with files"`
}

// Receipts count the recipients at which the files of a sent document have
// arrived whole: at least one laptop of the office holds all of them.
type Receipts struct {
	Full    int              `json:"full"`
	Total   int              `json:"total" doc:"recipients that it was delivered to; without those that returned it or from which it was recalled"`
	Lacking []LackingReceipt `json:"lacking" doc:"by name"`
}

// LackingReceipt is a recipient without a laptop that holds all files.
type LackingReceipt struct {
	Unit    app.ID `json:"unit"`
	Name    string `json:"name"`
	Laptops int    `json:"laptops" doc:"that its people have; with none they read at the server"`
}

// OriginalValue is what an electronic document is worth in law.
type OriginalValue string

// Original values.
const (
	OriginalNone     OriginalValue = "none"
	OriginalOneOfTwo OriginalValue = "one_of_two"
	OriginalFull     OriginalValue = "full"
	OriginalPaper    OriginalValue = "paper"
)

// readable loads a document that the viewer may read. One that is not for him
// is "not found", as if it were not there.
func (l *look) readable(v View, id app.ID) (*app.Document, error) {
	if !id.Valid() {
		return nil, app.ErrNotFound
	}
	d, _, err := v.Document(l.reader(), id)
	if err != nil {
		return nil, err
	}
	if !l.can(app.ActRead, d).Allow {
		return nil, app.ErrNotFound
	}
	return d, nil
}

func (l *look) can(act app.Action, doc *app.Document, parts ...app.Part) app.Decision {
	return app.Can(l.dir, l.actor, act, doc, parts...)
}

func (a *API) getDocument(ctx context.Context, in *documentInput) (*body[Doc], error) {
	l := a.look(viewerOf(ctx))
	pending := map[app.CommandID]bool{}
	if a.Sync != nil {
		waiting, err := a.Sync.Pending(ctx)
		if err != nil {
			return nil, err
		}
		for _, id := range waiting[in.ID] {
			pending[id] = true
		}
	}
	var out Doc
	err := a.Store.Read(ctx, func(v View) error {
		d, err := l.readable(v, in.ID)
		if err != nil {
			return err
		}
		rows, err := v.Rows(l.reader(), []app.ID{d.ID, d.Source, d.ReplyTo})
		if err != nil {
			return err
		}
		out = (&docView{look: l, doc: d, pending: pending, contents: a.Contents}).view(rows[d.ID])
		out.SourceDoc, out.ReplyToDoc = l.related(rows, d.Source), l.related(rows, d.ReplyTo)
		replies, err := v.Documents(l.reader(), app.DocumentQuery{ReplyTo: d.ID, Limit: maxReplies})
		for _, r := range replies.Items {
			out.Replies = append(out.Replies, l.row(r))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if a.Whereabouts != nil {
		out.Where.Office = a.Whereabouts.Where(ctx, in.ID)
	}
	return &body[Doc]{out}, nil
}

// maxReplies is how many answers a document shows.
const maxReplies = 50

// related is the row of a document that belongs to another, when it is seen here.
func (l *look) related(rows map[app.ID]app.DocumentRow, id app.ID) *DocRow {
	r, ok := rows[id]
	if id == "" || !ok {
		return nil
	}
	row := l.row(r)
	return &row
}

// keysOf lists the keys of one of a document's maps, oldest entry first.
func keysOf[V any](m map[app.CommandID]V, at func(V) app.Time) []app.CommandID {
	keys := make([]app.CommandID, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b app.CommandID) int {
		return cmp.Or(cmp.Compare(at(m[a]), at(m[b])), cmp.Compare(a, b))
	})
	return keys
}
