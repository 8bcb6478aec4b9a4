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
// their places.
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
		return cmp.Or(cmp.Compare(d.Files[a].Place, d.Files[b].Place), cmp.Compare(d.Files[a].At, d.Files[b].At), cmp.Compare(a, b))
	})
	return keys
}

// NewestOf is the newest version of the file that the key is a version of.
func (d *Document) NewestOf(file CommandID) CommandID {
	next := map[CommandID]CommandID{}
	for k, f := range d.Files {
		next[f.Replaces] = max(next[f.Replaces], k)
	}
	for range d.Files { // no further than there are files, whatever they say
		newer, ok := next[file]
		if !ok {
			break
		}
		file = newer
	}
	return file
}

// Versions lists the versions of a file up to the key, the oldest first.
func (d *Document) Versions(file CommandID) (keys []CommandID) {
	for f, ok := d.Files[file]; ok && len(keys) < len(d.Files); f, ok = d.Files[file] {
		keys = append(keys, file)
		file = f.Replaces
	}
	slices.Reverse(keys)
	return keys
}

// Stale reports whether a file was made of a draft that has a newer version by
// now, or that was taken away while another draft is there.
func (d *Document) Stale(file CommandID) bool {
	source := d.Files[file].Source
	if _, ok := d.Files[source]; ok || source == 0 {
		return source != 0 && d.NewestOf(source) != source
	}
	for _, k := range d.CurrentFiles() {
		if d.Files[k].Role == FileDraft {
			return true
		}
	}
	return false
}

// placeOf is where a file stands that replaces another (0: none): no clock says
// which is the document itself and which came to it later.
func (d *Document) placeOf(replaces CommandID) (place uint32) {
	if f, ok := d.Files[replaces]; ok {
		return f.Place
	}
	for _, f := range d.Files {
		place = max(place, f.Place+1)
	}
	return place
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
