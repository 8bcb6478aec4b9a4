package sqlite

import (
	"encoding/binary"
	"hash/fnv"
	"strings"

	"khonggiay/app"
)

// rowBits are the low bits of a row of document_index, a hash that tells apart
// documents of one millisecond; the bits above are the moment.
const rowBits = 20

const maxRow = 1<<63 - 1

// indexEntry is a document's row of document_index, and what its search entry
// and its scopes are made of.
type indexEntry struct {
	row          int64
	place        int64 // in document_fts
	shown        app.DocumentRow
	numberKey    any // int64 or nil
	subjectKey   any
	textKey      int64
	title, body  string // folded
	scopes       []app.Scope
	scopeNumbers []int64 // on the server
}

// momentOf is when the document arrived or was begun: what newest means.
func momentOf(d *app.Document) app.Time {
	if d.Direction == app.Incoming && d.Arrived != 0 {
		return d.Arrived
	}
	return d.Created
}

func rowOf(d *app.Document) int64 {
	return int64(max(0, momentOf(d)))<<rowBits | hashText(string(d.ID))&(1<<rowBits-1)
}

func indexEntryOf(d *app.Document, version uint64) *indexEntry {
	e := &indexEntry{row: rowOf(d), shown: shownOf(d)}
	e.shown.Version = version
	if d.CodeNumber != "" {
		e.numberKey = numberKey(d.CodeNumber, d.Notation)
	}
	if d.Subject != "" {
		e.subjectKey = subjectKey(d.Subject)
	}
	title, body := app.SearchText(d)
	e.title, e.body = app.Fold(title), app.Fold(body)
	return e
}

// shownOf is what a list shows of the document, but for version and reader.
func shownOf(d *app.Document) app.DocumentRow {
	r := app.DocumentRow{
		ID: d.ID, Direction: d.Direction, Unit: d.Unit, State: d.State, Open: d.Open(), Type: d.Type,
		CodeNumber: d.CodeNumber, Notation: d.Notation, IssuedDate: d.IssuedDate,
		OrganName: d.OrganName, Organ: d.Organ, Subject: d.Subject, Urgency: d.Urgency, DueDate: d.DueDate,
		Created: d.Created, Arrived: d.Arrived, Finished: d.Finished, Moved: d.MovedAt(),
		Book: d.Book, BookYear: d.BookYear, BookNumber: d.BookNumber,
		Drafter: d.Drafter, DraftUnit: d.DraftUnit, Submitted: d.Submitted, Source: d.Source, ReplyTo: d.ReplyTo,
		Paper: d.Paper, Remarks: len(d.Remarks), Recipients: len(d.Recipients),
	}
	for _, key := range d.CurrentFiles() {
		if d.Files[key].Role != app.FileCopy {
			r.Files++
		}
	}
	for _, s := range d.Signatures {
		r.Signed = r.Signed || s.Digital && s.Kind == app.SignaturePerson
		r.Sealed = r.Sealed || s.Digital && s.Kind == app.SignatureOrgan
	}
	for _, rec := range d.Recipients {
		switch rec.Status {
		case app.StatusReceived, app.StatusAssigned, app.StatusProcessing, app.StatusCompleted:
			r.Received++
		}
	}
	r.Directives, r.Lead, r.LeadUnit = leadOf(d)
	return r
}

// leadOf counts the directives in force and names who has the lead in the
// latest of them that names one.
func leadOf(d *app.Document) (n int, lead app.ID, unit bool) {
	var last app.CommandID
	var at app.Time
	for id, dir := range d.Directives {
		if dir.Withdrawn != 0 {
			continue
		}
		n++
		if dir.At < at || dir.At == at && id < last {
			continue
		}
		for receiver, t := range dir.Tasks {
			if t.Role == app.Lead {
				lead, unit, last, at = receiver, t.Unit, id, dir.At
			}
		}
	}
	return n, lead, unit
}

func numberKey(number, notation string) int64 {
	return hashText(strings.TrimLeft(app.Fold(number), "0") + "\x00" + app.Fold(notation))
}

func subjectKey(subject string) int64 {
	return hashText(strings.Join(strings.Fields(app.Fold(subject)), " "))
}

// hashText is 63 bits wide, so that SQLite holds it as a positive integer.
func hashText(parts ...string) int64 {
	h := fnv.New64a()
	for _, p := range parts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	return int64(h.Sum64() >> 1)
}

// indexColumns of document_index in the order of indexArgs, the row first.
var indexColumns = []string{
	"row", "id", "version", "direction", "unit", "state", "open", "type", "code_number", "notation", "issued",
	"organ_name", "organ", "subject", "urgency", "due", "created", "arrived", "finished", "moved",
	"book", "book_year", "book_number", "drafter", "draft_unit", "submitted", "source", "reply_to",
	"lead", "lead_unit", "paper", "signed", "sealed", "files", "remarks", "directives", "recipients", "received",
	"number_key", "subject_key", "text_key", "scopes", "place",
}

func (e *indexEntry) indexArgs() []any {
	s := &e.shown
	return []any{
		e.row, string(s.ID), int64(s.Version), s.Direction, string(s.Unit), string(s.State), s.Open, string(s.Type), s.CodeNumber, s.Notation, s.IssuedDate,
		s.OrganName, string(s.Organ), s.Subject, s.Urgency, s.DueDate, s.Created, s.Arrived, s.Finished, s.Moved,
		string(s.Book), s.BookYear, s.BookNumber, string(s.Drafter), string(s.DraftUnit), string(s.Submitted), string(s.Source), string(s.ReplyTo),
		string(s.Lead), s.LeadUnit, s.Paper, s.Signed, s.Sealed, s.Files, s.Remarks, s.Directives, s.Recipients, s.Received,
		e.numberKey, e.subjectKey, e.textKey, packNumbers(e.scopeNumbers), e.placeArg(),
	}
}

var putIndexSQL = func() string {
	var set []string
	for _, c := range indexColumns[1:] {
		set = append(set, c+" = excluded."+c)
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(indexColumns)), ", ")
	return "INSERT INTO document_index (" + strings.Join(indexColumns, ", ") + ") VALUES (" + marks + ")" +
		" ON CONFLICT (row) DO UPDATE SET " + strings.Join(set, ", ") + " WHERE id = excluded.id"
}()

// putDocumentIndex writes the row, or the next free one when another document,
// begun in the same millisecond, has it.
func (tx *Tx) putDocumentIndex(e *indexEntry) error {
	for {
		n, err := tx.execCount(putIndexSQL, e.indexArgs()...)
		if err != nil || n == 1 {
			return err
		}
		e.row++
	}
}

// shownColumns are those that scanShown reads.
var shownColumns = "d." + strings.Join(indexColumns[1:len(indexColumns)-5], ", d.")

// scanShown gives the places for shownColumns, in their order.
func scanShown(r *app.DocumentRow) []any {
	return []any{
		&r.ID, &r.Version, &r.Direction, &r.Unit, &r.State, &r.Open, &r.Type, &r.CodeNumber, &r.Notation, &r.IssuedDate,
		&r.OrganName, &r.Organ, &r.Subject, &r.Urgency, &r.DueDate, &r.Created, &r.Arrived, &r.Finished, &r.Moved,
		&r.Book, &r.BookYear, &r.BookNumber, &r.Drafter, &r.DraftUnit, &r.Submitted, &r.Source, &r.ReplyTo,
		&r.Lead, &r.LeadUnit, &r.Paper, &r.Signed, &r.Sealed, &r.Files, &r.Remarks, &r.Directives, &r.Recipients, &r.Received,
	}
}
