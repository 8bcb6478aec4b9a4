package app

import "slices"

// SigningDue is what the server has still to do about a document's signatures.
type SigningDue uint8

// What may be due; several at a time.
const (
	DueVerdict SigningDue = 1 // something has not been judged
	DueLater   SigningDue = 2 // not decided for want of what may be had later (TRY_LATER)
	DueTrust   SigningDue = 4 // not decided; other roots may decide it
	DueStamp   SigningDue = 8 // a signature waits for its time-stamp

	DueEvidence SigningDue = 16 // the sealed file does not hold what its signatures rest on
	DueArchive  SigningDue = 32 // it does, and no time-stamp over it
)

// SigningDue looks at what the document says of itself.
func (d *Document) SigningDue() (due SigningDue) {
	if d.State == InRecalled {
		return 0 // frozen
	}
	if len(d.Unjudged()) > 0 || len(d.UnjudgedInitials(false)) > 0 {
		due |= DueVerdict
	}
	later := func(v Verdict) {
		if v.Sub == subTryLater {
			due |= DueLater
		}
		due |= DueTrust
	}
	for _, v := range d.undecided() {
		later(v)
	}
	for _, i := range d.Initials {
		if i.Verdict.Indication == indeterminate {
			later(i.Verdict)
		}
	}
	if len(d.StampWaiting()) > 0 {
		due |= DueStamp
	}
	if _, level, ok := d.Completable(); ok {
		switch level {
		case LevelLTA:
		case LevelLT:
			due |= DueArchive
		default:
			due |= DueEvidence
		}
	}
	return due
}

const (
	indeterminate = "INDETERMINATE"
	subTryLater   = "TRY_LATER"
)

// Unjudged lists the files that the server has whole and has not judged: the
// main file of an incoming document and its sealed attachments, each that a digital
// signature of ours is in, and the certified copies.
func (d *Document) Unjudged() (files []CommandID) {
	need := func(id CommandID) {
		f, ok := d.Files[id]
		if ok && f.AtServer != 0 && f.Media == mediaPDF && !slices.Contains(files, id) {
			files = append(files, id)
		}
	}
	if main, ok := d.MainFile(); ok && d.Direction == Incoming && d.Files[main].Verdict.Indication == "" {
		need(main)
	}
	for _, id := range sortedKeys(d.Signatures) {
		s := d.Signatures[id]
		if d.Direction == Incoming && s.Kind == SignatureAttachment && d.Files[s.File].Verdict.Indication == "" {
			need(s.File)
		}
		if s.Digital && d.Direction == Outgoing && (s.Verdict.Indication == "" || d.Files[s.File].Verdict.Indication == "") {
			need(s.File)
		}
	}
	for _, id := range sortedKeys(d.CertifiedCopies) {
		if c := d.CertifiedCopies[id]; c.Verdict.Indication == "" || d.Files[c.File].Verdict.Indication == "" {
			need(c.File)
		}
	}
	return files
}

// UnjudgedInitials lists the initials that were not judged; with undecided, those
// too that were and not decided.
func (d *Document) UnjudgedInitials(undecided bool) (ids []CommandID) {
	for _, id := range sortedKeys(d.Initials) {
		v := d.Initials[id].Verdict.Indication
		if v == "" || undecided && v == indeterminate {
			ids = append(ids, id)
		}
	}
	return ids
}

// Undecided lists the files with signatures that were judged and not decided.
func (d *Document) Undecided() []CommandID { return sortedKeys(d.undecided()) }

func (d *Document) undecided() map[CommandID]Verdict {
	files := map[CommandID]Verdict{}
	note := func(id CommandID, v Verdict) {
		if _, there := d.Files[id]; there && v.Indication == indeterminate {
			files[id] = v
		}
	}
	if main, ok := d.MainFile(); ok && d.Files[main].Verdict.Signatures > 0 {
		note(main, d.Files[main].Verdict)
	}
	for _, s := range d.Signatures {
		switch {
		case s.Digital && d.Direction == Outgoing:
			note(s.File, s.Verdict)
		case s.Kind == SignatureAttachment:
			note(s.File, d.Files[s.File].Verdict)
		}
	}
	for _, c := range d.CertifiedCopies {
		note(c.File, c.Verdict)
	}
	return files
}

// StampWaiting lists the files whose last signature waits for a time-stamp and may
// still get one: it was judged and is not bad, and nothing was added to its file
// nor sent to anybody. A copy goes out by other ways than the document, so its
// seal may get one at any time.
func (d *Document) StampWaiting() (files []CommandID) {
	waits := func(file CommandID, v Verdict) {
		if d.Files[file].AtServer != 0 && d.NewestOf(file) == file && v.Indication != "" && !v.Failed() && v.Stamped == 0 && !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	for _, id := range sortedKeys(d.Signatures) {
		if s := d.Signatures[id]; s.Digital && d.Direction == Outgoing && slices.Contains(outClerk, d.State) {
			waits(s.File, s.Verdict)
		}
	}
	for _, id := range sortedKeys(d.CertifiedCopies) {
		waits(d.CertifiedCopies[id].File, d.CertifiedCopies[id].Verdict)
	}
	return files
}

// Completable is the document's file, if both signatures in it are good and it may
// still get evidence behind them: the agency's has its time-stamp, and nothing was
// sent to anybody. level is what holds of all signatures in it now.
func (d *Document) Completable() (file CommandID, level string, ok bool) {
	main, has := d.MainFile()
	if !has || d.Direction != Outgoing || d.State != OutSealed {
		return 0, "", false
	}
	person, _ := d.signature(SignaturePerson)
	organ, _ := d.signature(SignatureOrgan)
	good := func(s Signature) bool { return s.Digital && s.Verdict.Passed() }
	f := d.Files[main]
	ok = good(person) && good(organ) && organ.Verdict.Stamped != 0 && f.AtServer != 0 && f.Verdict.Passed()
	return main, f.Verdict.Level, ok
}
