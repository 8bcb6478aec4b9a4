package app

// A scan folder is where a scanner puts what it reads; a scan is one file of
// it, on its way to becoming an incoming document. Both are a laptop's own:
// neither is a record, and nothing of them travels.

// ScanFolder is a folder that is watched for scans.
type ScanFolder struct {
	ID    ID
	Path  string
	Unit  ID   // the office whose documents these are
	Tidy  bool // files that were taken are moved into a folder beside them
	Added Time
}

// ScanState says how far a scan is.
type ScanState string

// States of a scan.
const (
	ScanReading    ScanState = "reading"    // đang đọc
	ScanWaiting    ScanState = "waiting"    // chờ đăng ký
	ScanSecret     ScanState = "secret"     // nghi mật: nothing of it was kept
	ScanUnreadable ScanState = "unreadable" // không đọc được
	ScanDuplicate  ScanState = "duplicate"  // trùng
	ScanRegistered ScanState = "registered" // đã đăng ký
	ScanIgnored    ScanState = "ignored"    // bỏ qua
	ScanGone       ScanState = "gone"       // the file was replaced while it was read; met anew
)

// Scan is one file of a scan folder.
type Scan struct {
	ID       ID
	Folder   ID
	Name     string // in the folder, in the very bytes of the file system
	Size     int64  // bytes, of that file
	Modified int64  // of that file, nanoseconds since 1970
	Found    Time
	State    ScanState
	// Reason says why it cannot be read, or why it is read later, as a key for
	// the interface.
	Reason   string
	Original Hash // of that file; an image becomes another file
	Read     bool // its text was read, by whichever way
	Pages    int  // 0 = not known
	// Content is the copy that a document gets, sealed on this machine; empty
	// unless the scan waits.
	Content FileVersion
	Fields  Fields // what was read out of it: suggestions
	Text    string // what was read, folded: for searching the document that it becomes
	Twin    ID     // of a duplicate: the scan that came first
	Doc     ID     // the document that it has become, or that has its bytes already
}
