package app

import "errors"

// A book on loan: its holder is a laptop of the office's văn thư, which gives
// the numbers at once, with or without a line. What the loan rests on is in the
// [Book], which every laptop has; what became of it is in the [BookLog], which
// only the office has.

// Loan is what a laptop needs to know to number by itself.
type Loan struct {
	Writer uint32 `cbor:"1,keyasint"` // the device's incarnation, which alone may number
	Person ID     `cbor:"2,keyasint"`
	Name   string `cbor:"3,keyasint,omitempty"` // of the machine
	Since  Time   `cbor:"4,keyasint"`
	Until  Time   `cbor:"5,keyasint"`           // from then on it gives no number by itself
	Year   int    `cbor:"6,keyasint"`           // of Last
	Last   uint32 `cbor:"7,keyasint,omitempty"` // last number given when it was lent
}

// Lent reports whether a laptop holds the book.
func (b *Book) Lent() bool { return b.Holder != HolderServer && b.Loan.Writer != 0 }

// HeldBy reports whether the writer's laptop holds the book.
func (b *Book) HeldBy(writer uint32) bool { return b.Lent() && b.Loan.Writer == writer }

// Issued is a number that a holder gave on its own. The laptop writes it into
// the command that it signs; from then on it is the document's for good.
type Issued struct {
	Epoch  uint32 `cbor:"1,keyasint"`
	Number uint32 `cbor:"2,keyasint"`
	Day    Date   `cbor:"3,keyasint"` // on which it was given; the number belongs to the day's year
}

// Machine is an enrolled device as its server knows it.
type Machine struct {
	ID      ID
	Person  ID
	Writer  uint32 // of its present incarnation
	Name    string
	Revoked bool
}

// BookLog (nhật ký giữ sổ) is what happened to a book: who held it, which
// numbers have no document, and where two holders gave the same number.
type BookLog struct {
	ID     ID                      `cbor:"1,keyasint"` // BookLogID(book)
	Book   ID                      `cbor:"2,keyasint"`
	Unit   ID                      `cbor:"3,keyasint"`           // the office
	Holds  map[uint32]Hold         `cbor:"4,keyasint,omitempty"` // by epoch
	Spent  map[uint64]Spent        `cbor:"5,keyasint,omitempty"` // by SpentKey
	Alarms map[CommandID]BookAlarm `cbor:"6,keyasint,omitempty"` // by the command that showed it
}

// Key implements Record.
func (l *BookLog) Key() Key { return Key{KindBookLog, l.ID} }

// BookLogID is the id of the book's log.
func BookLogID(book ID) ID { return DeriveID("booklog", string(book)) }

// Hold is one holder's time.
type Hold struct {
	Holder ID     `cbor:"1,keyasint"`
	Writer uint32 `cbor:"2,keyasint,omitempty"`
	Person ID     `cbor:"3,keyasint,omitzero"`
	Name   string `cbor:"4,keyasint,omitempty"`
	Since  Time   `cbor:"5,keyasint"`
	Until  Time   `cbor:"6,keyasint,omitempty"` // as lent; Ended may be before or after
	Ended  Time   `cbor:"7,keyasint,omitempty"`
	By     ID     `cbor:"8,keyasint"`           // who handed it over
	Recall bool   `cbor:"9,keyasint,omitempty"` // ended by an administrator, not by the holder
	Text   string `cbor:"10,keyasint,omitempty"`
	Late   int    `cbor:"11,keyasint,omitempty"` // numbers of this hold that came after its end
}

// SpentKey is the key of a number in BookLog.Spent.
func SpentKey(year int, number uint32) uint64 { return uint64(year)<<32 | uint64(number) }

// Spent is a number that was given and has no document: the command that gave
// it was refused, or has not arrived. It is kept for its document and for no other.
type Spent struct {
	Doc    ID     `cbor:"1,keyasint,omitzero"` // empty: not known
	By     ID     `cbor:"2,keyasint,omitzero"`
	At     Time   `cbor:"3,keyasint"`
	Reason string `cbor:"4,keyasint,omitempty"` // of the refusal; empty: nothing came
}

// BookAlarmKind tells the alarms apart.
type BookAlarmKind string

// Kinds of alarm.
const (
	AlarmTwice BookAlarmKind = "twice" // two documents with one number
	AlarmGap   BookAlarmKind = "gap"   // numbers between were skipped
)

// BookAlarm is what a clerk has to look at: numbers are never put right by a
// machine.
type BookAlarm struct {
	Kind    BookAlarmKind `cbor:"1,keyasint"`
	Year    int           `cbor:"2,keyasint"`
	Number  uint32        `cbor:"3,keyasint"`
	Doc     ID            `cbor:"4,keyasint"`          // that came later
	Other   ID            `cbor:"5,keyasint,omitzero"` // that has the number as well
	Epoch   uint32        `cbor:"6,keyasint"`          // of the hold under which Doc got it
	At      Time          `cbor:"7,keyasint"`
	Settled Time          `cbor:"8,keyasint,omitempty"`
	By      ID            `cbor:"9,keyasint,omitzero"`
	Noted   ID            `cbor:"10,keyasint,omitzero"` // the document that carries the note
	Text    string        `cbor:"11,keyasint,omitempty"`
}

// bookLog loads the book's log, a new one when there is none.
func bookLog(tx Tx, b *Book) (*BookLog, error) {
	id := BookLogID(b.ID)
	r, err := tx.Get(Key{KindBookLog, id})
	log, ok := r.(*BookLog)
	switch {
	case errors.Is(err, ErrNotFound):
		log = &BookLog{ID: id, Book: b.ID, Unit: b.Unit}
	case err != nil:
		return nil, err
	case !ok:
		return nil, Errorf(Internal, "internal", "record %s is %T", id, r)
	}
	if log.Holds == nil {
		log.Holds = map[uint32]Hold{}
	}
	if log.Spent == nil {
		log.Spent = map[uint64]Spent{}
	}
	if log.Alarms == nil {
		log.Alarms = map[CommandID]BookAlarm{}
	}
	return log, nil
}

// spentFor finds a number of the year that was given to the document before.
func (l *BookLog) spentFor(doc ID, year int) (uint32, bool) {
	for _, k := range sortedKeys(l.Spent) {
		if l.Spent[k].Doc == doc && int(k>>32) == year {
			return uint32(k), true
		}
	}
	return 0, false
}
