package app

// Viewer is the person on whose behalf documents are listed.
type Viewer struct {
	Person ID
	Scopes []Scope // what the person may see and whose work he does, as [Directory.Scopes] says
	// All is set on a laptop: what it holds has been limited to its person
	// already. Scopes may then be left out.
	All bool
}

// Sort is the order of a list. Documents that the order leaves equal come
// newest first.
type Sort string

// Orders; those without a word go from high to low, unless reversed.
const (
	SortRecent  Sort = ""        // arrived (incoming) or begun (outgoing), newest first
	SortMoved   Sort = "moved"   // last time something happened
	SortIssued  Sort = "issued"  // date of the document
	SortNumber  Sort = "number"  // book's year and number
	SortUrgency Sort = "urgency" // hỏa tốc first
	SortDue     Sort = "due"     // nearest deadline first, none last
)

// DocumentQuery says which documents to list. Empty fields do not limit.
type DocumentQuery struct {
	Direction Direction
	Unit      ID // office
	States    []State
	Types     []TypeCode
	Urgency   []Urgency
	Book      ID
	BookYear  int
	Organ     ID     // issuing unit, of ours
	ReplyTo   ID     // answers to this document
	Source    ID     // incoming copies of this outgoing document
	From, To  Date   // day of arrival (incoming) or beginning (outgoing), both inclusive
	Open      bool   // somebody still has to do something
	Overdue   bool   // open and past the deadline on the day Today
	Today     Date   // for Overdue
	Unread    bool   // the viewer has not opened it
	Assigned  bool   // a directive is addressed to the viewer, or to a unit that he heads
	Mine      bool   // the viewer drafted it, it was submitted to him, or he gave a directive
	Text      string // search: words, "phrases", numbers such as 123/QĐ-UBND; the last word may be unfinished

	Sort    Sort // ignored with Text: newest first, exact accents before others
	Reverse bool
	Cursor  string // Next of the page before; empty = first page
	Limit   int    // 1–500; 0 = 50
}

// CountCap is where counting stops.
const CountCap = 1000

// DocumentPage is one page of a list.
type DocumentPage struct {
	Items []DocumentRow
	Next  string // cursor of the next page; empty = this was the last
	Total int    // documents that the query finds, at most CountCap
	More  bool   // there are more than CountCap
}

// DocumentRow is what a list shows of a document.
type DocumentRow struct {
	ID         ID
	Version    uint64
	Direction  Direction
	Unit       ID
	State      State
	Open       bool // work on it is still going on: Document.Open
	Type       TypeCode
	CodeNumber string
	Notation   string
	IssuedDate Date
	OrganName  string
	Organ      ID
	Subject    string
	Urgency    Urgency
	DueDate    Date
	Created    Time
	Arrived    Time
	Finished   Time
	Moved      Time // last time something happened
	Book       ID
	BookYear   int
	BookNumber uint32
	Drafter    ID
	DraftUnit  ID
	Submitted  ID
	Source     ID
	ReplyTo    ID
	Lead       ID // who has the lead: a person or a unit; the last directive's
	LeadUnit   bool
	Paper      bool
	Signed     bool // by the authorised person, digitally
	Sealed     bool // by the agency, digitally
	Files      int
	Remarks    int
	Directives int
	Recipients int // of an outgoing document
	Received   int // recipients that have received it, or gone further
	Unread     bool

	Hits []TextSpan // search: the subject, cut where words were found; nil without Text
	Snip []TextSpan // search: a piece of the body around what was found
}

// TextSpan is a piece of text that was searched for, or not.
type TextSpan struct {
	Text string
	Hit  bool
}

// Desk is what waits for a person now (Bàn làm việc).
type Desk struct {
	Counts  map[Queue]int // all that waits, by queue
	Overdue int           // of those, past their deadline
	Today   int           // of those, due today
	Unread  int           // documents not opened yet, at most CountCap
	Items   []DeskItem    // most urgent first, then nearest deadline, then longest waiting
}

// DeskItem is one thing that waits.
type DeskItem struct {
	Waiting
	Document DocumentRow
	Overdue  bool
	Giver    ID // whose work it is, when the viewer only acts for him
}

// DeskQuery says how much of a person's desk.
type DeskQuery struct {
	Queues []Queue // only these in Items; Counts is always of all
	Today  Date
	Limit  int // of Items; 0 = 200
}

// DuplicateQuery describes a document about to be entered.
type DuplicateQuery struct {
	Unit       ID // office whose documents are looked through
	Direction  Direction
	CodeNumber string
	Notation   string
	IssuedDate Date
	OrganName  string
	Subject    string
	Files      []Hash
	Except     ID // the document itself
}

// DuplicateReason says why a document may be the same.
type DuplicateReason string

// Reasons, the strongest first.
const (
	SameFile    DuplicateReason = "file"    // a file with the same bytes
	SameNumber  DuplicateReason = "number"  // number, notation, organ and date
	SameSubject DuplicateReason = "subject" // subject and organ
)

// Duplicate is a document that may be the same.
type Duplicate struct {
	Reason   DuplicateReason
	Document DocumentRow
}
