package app

import "strings"

// A server that came back from a backup does not know which numbers it gave in
// the time that it has forgotten. Until a clerk has said which was the last, it
// gives none; what laptops prove to have been given before is that again.

func init() {
	define("book.close.1", KindBook, closeBook, system)
	define("book.take_back.1", KindBook, takeBackNumber, system)
	define("book.open.1", KindBook, openBook)
}

// Closing is why and where a book stands still after a restore.
type Closing struct {
	Since Time   `cbor:"1,keyasint"`
	Year  int    `cbor:"2,keyasint"`           // of Last
	Last  uint32 `cbor:"3,keyasint,omitempty"` // the last number that the server knows of
	Back  int    `cbor:"4,keyasint,omitempty"` // numbers that laptops have brought back
}

// Closed reports whether the server gives no numbers of the book.
func (b *Book) Closed() bool { return b.Closing.Since != 0 }

// AllBooks lists the books of all offices, by id.
func (d *Directory) AllBooks() []*Book {
	return d.books.sorted(func(a, b *Book) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

func closeBook(x *Exec, _ *BookClose) error {
	b, err := x.book()
	switch {
	case err != nil:
		return err
	case b.Closed():
		return Refuse(Conflict, "book.closed_already")
	}
	year := x.Now.Year()
	last, err := x.Tx.LastNumber(b.ID, year)
	if err != nil {
		return err
	}
	b.Closing = Closing{Since: x.Now, Year: year, Last: last}
	return x.Tx.Put(b)
}

// backReason is why a number that was taken back has no document: its command
// waits for others.
const backReason = "restore.waiting"

// sameAsBefore gives the document the number that was taken back for it,
// whoever holds the book by what the server knows now.
func (x *Exec) sameAsBefore(doc *Document, b *Book, issued *Issued) (bool, error) {
	if !x.Final || issued == nil && !b.Lent() {
		return false, nil
	}
	if issued == nil {
		return x.again(doc, b, x.Now.Year())
	}
	log, err := bookLog(x.Tx, b)
	if err != nil {
		return false, err
	}
	s := log.Spent[SpentKey(issued.Day.Year(), issued.Number)]
	if s.Doc != doc.ID || s.Reason != backReason {
		return false, nil
	}
	return x.again(doc, b, issued.Day.Year())
}

// takeBackNumber keeps a number for the document that had it before the
// restore, as the server's own signature says. It is never changed: when it was
// given again meanwhile, people are alarmed.
func takeBackNumber(x *Exec, a *BookTakeBack) error {
	b, err := x.book()
	if err != nil {
		return err
	}
	log, err := bookLog(x.Tx, b)
	if err != nil {
		return err
	}
	key := SpentKey(a.Year, a.Number)
	if s := log.Spent[key]; s.Doc != "" && s.Doc != a.Doc {
		return Refuse(Conflict, "book.number_taken").With("number", a.Number)
	}
	last, err := x.Tx.LastNumber(b.ID, a.Year)
	if err != nil {
		return err
	}
	if a.Number > last {
		log.skip(a.Year, last+1, a.Number, x.Now)
		if err := x.Tx.SetLastNumber(b.ID, a.Year, a.Number); err != nil {
			return err
		}
	} else if err := x.alarmIfTwice(log, b, a); err != nil {
		return err
	}
	log.Spent[key] = Spent{Doc: a.Doc, By: a.By, At: x.Now, Reason: backReason}
	if err := x.Tx.Put(log); err != nil || !b.Closed() {
		return err
	}
	b.Closing.Back++
	if a.Year == b.Closing.Year {
		b.Closing.Last = max(b.Closing.Last, a.Number)
	}
	return x.Tx.Put(b)
}

func (x *Exec) alarmIfTwice(log *BookLog, b *Book, a *BookTakeBack) error {
	others, err := x.Tx.Numbered(b.ID, a.Year, a.Number)
	if err != nil || len(others) == 0 {
		return err
	}
	log.raise(x, BookAlarm{Kind: AlarmTwice, Year: a.Year, Number: a.Number, Doc: a.Doc, Other: others[0], Epoch: b.Epoch, At: x.Now})
	return nil
}

// openBook (mở lại sổ): the clerk has looked at the paper book, the copies and
// the recipients, and says which number was the last. The book goes on after
// it; numbers between, of which nothing is known, stay in the book's log. Only
// the server decides: a laptop waits for its word.
func openBook(x *Exec, a *BookOpen) error {
	b, err := x.book()
	switch {
	case err != nil:
		return err
	case !b.Closed():
		return Refuse(Conflict, "book.not_closed")
	case !x.Final:
		return nil // only the server knows what has come back meanwhile
	}
	last, err := x.Tx.LastNumber(b.ID, x.Now.Year())
	switch {
	case err != nil:
		return err
	case a.Year != x.Now.Year():
		return Refuse(Conflict, "book.other_year").With("year", x.Now.Year())
	case a.Last > last+maxSkip:
		return Refuse(Invalid, "book.bad_number")
	}
	if a.Last > last {
		log, err := bookLog(x.Tx, b)
		if err != nil {
			return err
		}
		log.skip(a.Year, last+1, a.Last+1, x.Now)
		if err := x.Tx.Put(log); err != nil {
			return err
		}
		if err := x.Tx.SetLastNumber(b.ID, a.Year, a.Last); err != nil {
			return err
		}
	}
	b.Closing = Closing{}
	if err := x.Tx.Put(b); err != nil || b.Lent() {
		return err
	}
	return x.numberWaiting(b)
}
