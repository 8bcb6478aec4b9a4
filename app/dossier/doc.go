// Package dossier puts everything of a meeting (hồ sơ cuộc họp) into one ZIP
// file: the papers in folders of their kinds, and in front an index (mục lục) as
// a PDF and the sums of SHA-256 as sha256sum reads them. What a paper is not in
// the file for stands in the index: nothing is left out silently.
//
// Names are UTF-8 (APPNOTE 6.3.0, flag bit 11) and made of titles that people
// wrote, so that nothing in them can be a path: TestNames. The words are those of
// a Vietnamese document. The package is pure but for the readers it is given;
// TestArchive has another program open what it writes.
package dossier

import (
	"io"

	"khonggiay/app"
)

// Dossier is what goes into the file.
type Dossier struct {
	Title   string // of the meeting
	Organ   string // the office that held it
	Held    app.Time
	Made    app.Time
	For     string // the person for whom it was made: it has what he may keep
	Entries []Entry
}

// Entry is one paper. With Open it is in the file, unless Open refuses.
type Entry struct {
	Kind   Kind
	Title  string
	Note   string // number, state, version: what the index says besides
	Name   string // of the file, with its extension; may be empty without Open
	At     app.Time
	SHA256 app.Hash // that it must have; zero when it is made for this file
	// Open returns what is to be written; nil when Absent says why nothing is.
	Open   func() (io.ReadCloser, error)
	Absent Absence
}

// Kind says which folder a paper stands in; they are in the order of an archive.
type Kind int

// Kinds.
const (
	Invitation Kind = iota
	Agenda
	Material
	Vote
	Slip
	Minutes
	Notice
	Task
)

var kinds = []string{"Giấy mời", "Chương trình họp", "Tài liệu", "Biểu quyết", "Phiếu lấy ý kiến", "Biên bản", "Thông báo kết luận", "Nhiệm vụ"}

// String is the kind in words.
func (k Kind) String() string { return kinds[k] }

// Absence is why a paper is not in the file.
type Absence string

// Absences.
const (
	Damaged   Absence = "bản trên máy này bị hỏng"
	NotHere   Absence = "chưa có trên máy này"
	NotSeen   Absence = "người xuất hồ sơ không được xem"
	NotSaved  Absence = "chỉ được đọc, không được tải"
	NotHanded Absence = "chưa nộp"
	NoLine    Absence = "chỉ có trên máy chủ, lúc xuất không có đường truyền"
	NotPublic Absence = "chưa công bố, không có biên bản kiểm phiếu"
)
