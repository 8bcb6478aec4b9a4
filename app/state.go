package app

import (
	"cmp"
	"slices"
)

// Open reports whether work on the document is still going on.
func (d *Document) Open() bool {
	switch d.State {
	case InDone, InReturned, InRecalled, OutArchived, OutCancelled, OutRecalled, OutReplaced, OutCorrected:
		return false
	case OutIssued:
		return d.DueDate != 0 && d.awaitsReply()
	}
	return true
}

// awaitsReply reports whether some recipient has neither completed nor refused.
func (d *Document) awaitsReply() bool {
	for _, r := range d.Recipients {
		switch r.Status {
		case StatusCompleted, StatusRefused, StatusRecalled:
		default:
			return true
		}
	}
	return false
}

// NumberPending reports "Chờ cấp số": in a book, without its number yet.
func (d *Document) NumberPending() bool { return d.Book != "" && d.BookNumber == 0 }

// LastChange is the step that brought the document into its present state.
func (d *Document) LastChange() (Step, bool) {
	var last Step
	var key CommandID
	for id, s := range d.History {
		if s.State != "" && (s.At > last.At || s.At == last.At && id >= key) {
			last, key = s, id
		}
	}
	return last, key != 0
}

// CurrentFiles are the keys of the files that no newer version replaces, in
// the order they were added.
func (d *Document) CurrentFiles() []CommandID {
	replaced := map[CommandID]bool{}
	for _, f := range d.Files {
		replaced[f.Replaces] = true
	}
	var keys []CommandID
	for k := range d.Files {
		if !replaced[k] {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b CommandID) int {
		return cmp.Or(cmp.Compare(d.Files[a].At, d.Files[b].At), cmp.Compare(a, b))
	})
	return keys
}

// MainFile is the document itself: the first current file of role FileMain.
func (d *Document) MainFile() (CommandID, bool) {
	for _, k := range d.CurrentFiles() {
		if d.Files[k].Role == FileMain {
			return k, true
		}
	}
	return 0, false
}

// MainHash is the content hash of the main file, zero when there is none.
func (d *Document) MainHash() Hash {
	if k, ok := d.MainFile(); ok {
		return d.Files[k].Content.SHA256
	}
	return Hash{}
}

// Signed reports which of the two signatures are there, and whether both are
// digital, as an electronic original needs (NĐ 30/2020, Điều 5).
func (d *Document) Signed() (person, organ, electronic bool) {
	electronic = true
	for _, s := range d.Signatures {
		switch s.Kind {
		case SignaturePerson:
			person = true
		case SignatureOrgan:
			organ = true
		}
		electronic = electronic && s.Digital
	}
	return person, organ, person && organ && electronic
}
