package app

import (
	"slices"
	"time"
)

// Numbers are given by the book's holder alone. This file is the one place
// where a document gets one.

// maxSkip bounds the gap that a holder's number may leave: beyond it the number
// is no number but a mistake.
const maxSkip = 1000

// witness is what a Tx may be besides: it is told what the command's answer
// should say, and what people must be alarmed about.
type witness interface {
	Gave(book ID, year int, number uint32)
	Alarm(what string)
}

func (x *Exec) tell(fn func(witness)) {
	if w, ok := x.Tx.(witness); ok {
		fn(w)
	}
}

// number puts the document in the book. Its number is the one that the holder's
// laptop gave, or is given now if this machine holds the book; else it stays
// pending: 0, never a made-up one.
func (x *Exec) number(doc *Document, id ID, dir Direction, issued **Issued) error {
	b := x.Dir.Book(id)
	day := x.today()
	if *issued != nil {
		day = (*issued).Day
	}
	switch {
	case b == nil:
		return Refuse(Invalid, "book.not_found")
	case b.Unit != doc.Unit:
		return Refuse(Invalid, "book.other_office")
	case b.Direction != dir:
		return Refuse(Invalid, "book.wrong_direction")
	case !b.Span.On(day):
		return Refuse(Invalid, "book.closed")
	case len(b.Types) > 0 && !slices.Contains(b.Types, doc.Type):
		return Refuse(Invalid, "book.wrong_type").With("type", string(doc.Type))
	}
	doc.Book = b.ID
	if ok, err := x.sameAsBefore(doc, b, *issued); ok || err != nil {
		return err
	}
	switch {
	case *issued != nil:
		return x.take(doc, b, *issued)
	case b.Lent():
		return x.issueHere(doc, b, issued)
	}
	return x.next(doc, b)
}

// next gives the next number, when this machine holds the book.
func (x *Exec) next(doc *Document, b *Book) error {
	year := x.Now.Year()
	if ok, err := x.again(doc, b, year); ok || err != nil {
		return err
	}
	n, ok, err := x.Tx.NextNumber(b.ID, year)
	if err != nil || !ok {
		return err
	}
	doc.BookYear, doc.BookNumber = year, n
	return nil
}

// again gives the document the number that it had been given before, when the
// command that said so was refused.
func (x *Exec) again(doc *Document, b *Book, year int) (bool, error) {
	if !x.Final {
		return false, nil
	}
	log, err := bookLog(x.Tx, b)
	if err != nil {
		return false, err
	}
	n, ok := log.spentFor(doc.ID, year)
	if !ok {
		return false, nil
	}
	delete(log.Spent, SpentKey(year, n))
	doc.BookYear, doc.BookNumber = year, n
	x.tell(func(w witness) { w.Gave(b.ID, year, n) })
	return true, x.Tx.Put(log)
}

// issueHere has this laptop give the number, if it is the holder, the loan has
// not run out, and the command is not signed yet.
func (x *Exec) issueHere(doc *Document, b *Book, issued **Issued) error {
	if x.Final || !x.Cmd.Fresh || !b.HeldBy(x.Cmd.ID.Writer()) || x.Now >= b.Loan.Until {
		return nil
	}
	year := x.Now.Year()
	log, err := bookLog(x.Tx, b)
	if err != nil {
		return err
	}
	n, ok := log.spentFor(doc.ID, year)
	if !ok {
		last, err := x.Tx.LastNumber(b.ID, year)
		if err != nil {
			return err
		}
		if b.Loan.Year == year {
			last = max(last, b.Loan.Last)
		}
		n = last + 1
		if err := x.Tx.SetLastNumber(b.ID, year, n); err != nil {
			return err
		}
	}
	*issued = &Issued{Epoch: b.Epoch, Number: n, Day: x.today()}
	doc.BookYear, doc.BookNumber = year, n
	return nil
}

// take enters a number that a laptop has given. It is never changed: when
// somebody else gave it too, both keep it and people are alarmed.
func (x *Exec) take(doc *Document, b *Book, n *Issued) error {
	year := n.Day.Year()
	if !x.Final {
		doc.BookYear, doc.BookNumber = year, n.Number
		return nil
	}
	log, err := bookLog(x.Tx, b)
	kept := err == nil && log.Spent[SpentKey(year, n.Number)].Doc == doc.ID // shown before to be this document's
	switch {
	case err != nil:
		return err
	case kept:
	case !x.mayIssue(log, x.Cmd.ID.Writer(), n):
		return Refuse(Forbidden, "book.not_holder")
	case !dayFits(n.Day, log.Holds[n.Epoch], x.Now):
		return Refuse(Invalid, "book.bad_number")
	}
	if err := x.enter(log, doc, b, n); err != nil {
		return err
	}
	doc.BookYear, doc.BookNumber = year, n.Number
	if h, ok := log.Holds[n.Epoch]; ok && h.Ended != 0 {
		h.Late++
		log.Holds[n.Epoch] = h
	}
	x.tell(func(w witness) { w.Gave(b.ID, year, n.Number) })
	return x.Tx.Put(log)
}

// mayIssue reports whether the writer's laptop held the book in the epoch: as
// this writer or, when its disk was damaged since and it gives again what it had
// given, as the one before. The number is on paper.
func (x *Exec) mayIssue(log *BookLog, writer uint32, n *Issued) bool {
	h, ok := log.Holds[n.Epoch]
	switch {
	case !ok || n.Number == 0 || h.Writer == 0:
		return false
	case h.Writer == writer:
		return true
	}
	m, err := x.Tx.Machine(h.Holder)
	return err == nil && m.Writer == writer
}

// dayFits reports whether a holder can have given a number on the day.
func dayFits(d Date, h Hold, now Time) bool {
	const slack = Time(24 * time.Hour / time.Millisecond)
	return d >= (h.Since-slack).Date() && d <= (now+slack).Date()
}

// enter moves the book on to the number, and raises the alarm when it cannot.
func (x *Exec) enter(log *BookLog, doc *Document, b *Book, n *Issued) error {
	year := n.Day.Year()
	key := SpentKey(year, n.Number)
	if s, ok := log.Spent[key]; ok && (s.Doc == doc.ID || s.Doc == "") {
		delete(log.Spent, key)
		return nil
	}
	last, err := x.Tx.LastNumber(b.ID, year)
	if err != nil {
		return err
	}
	alarm := BookAlarm{Year: year, Number: n.Number, Doc: doc.ID, Epoch: n.Epoch, At: x.Now}
	switch {
	case n.Number <= last:
		alarm.Kind = AlarmTwice
		if alarm.Other, err = x.otherHolder(log, year, n.Number, doc.ID); err != nil {
			return err
		}
		log.raise(x, alarm)
		return nil
	case n.Number-last > maxSkip:
		return Refuse(Invalid, "book.bad_number")
	case n.Number > last+1:
		log.skip(year, last+1, n.Number, x.Now)
		alarm.Kind = AlarmGap
		log.raise(x, alarm)
	}
	return x.Tx.SetLastNumber(b.ID, year, n.Number)
}

func (l *BookLog) raise(x *Exec, a BookAlarm) {
	l.Alarms[x.Cmd.ID] = a
	x.tell(func(w witness) { w.Alarm("book " + string(a.Kind)) })
}

// otherHolder is the document, besides one, to which the number was given.
func (x *Exec) otherHolder(log *BookLog, year int, n uint32, besides ID) (ID, error) {
	ids, err := x.Tx.Numbered(log.Book, year, n)
	if err != nil {
		return "", err
	}
	for _, id := range ids {
		if id != besides {
			return id, nil
		}
	}
	if s := log.Spent[SpentKey(year, n)]; s.Doc != besides {
		return s.Doc, nil
	}
	return "", nil
}

// keepTwice raises the alarm when the number of a refused command is another
// document's as well: somebody has it on paper, and the book says otherwise.
func (x *Exec) keepTwice(log *BookLog, n *Issued, doc ID) error {
	year := n.Day.Year()
	other, err := x.otherHolder(log, year, n.Number, doc)
	if err != nil || other == "" {
		return err
	}
	for _, a := range log.Alarms {
		if a.Kind == AlarmTwice && a.Year == year && a.Number == n.Number && a.Doc == doc {
			return nil
		}
	}
	log.raise(x, BookAlarm{Kind: AlarmTwice, Year: year, Number: n.Number, Doc: doc, Other: other, Epoch: n.Epoch, At: x.Now})
	return x.Tx.Put(log)
}

// skip notes the numbers from first up to, not including, end as missing.
func (l *BookLog) skip(year int, first, end uint32, now Time) {
	for k := first; k < end; k++ {
		l.Spent[SpentKey(year, k)] = Spent{At: now}
	}
}

// issuer is a command's arguments that may carry a holder's number.
type issuer interface{ issuedIn() (book ID, n *Issued) }

func (a *Register) issuedIn() (ID, *Issued)        { return a.Book, a.Issued }
func (a *Number) issuedIn() (ID, *Issued)          { return a.Book, a.Issued }
func (a *RegisterAndSend) issuedIn() (ID, *Issued) { return a.Book, a.Issued }
func (a *GiveNumber) issuedIn() (ID, *Issued)      { return a.Book, a.Issued }

// KeepNumber is the system's command that keeps the number which a laptop gave
// in a command that the server has refused; nil when it gave none. The holder
// has gone on counting, and the number is that document's for good, should it
// be registered after all.
func KeepNumber(cmd *Command, why *Error) *Command {
	a, ok := cmd.Args.(issuer)
	if !ok {
		return nil
	}
	book, n := a.issuedIn()
	if n == nil {
		return nil
	}
	return &Command{Name: "book.keep_number.1", Target: Key{KindBook, book}, Actor: SystemPerson, Args: &BookKeepNumber{
		Issued: *n, Writer: cmd.ID.Writer(), Doc: cmd.Target.ID, By: cmd.Actor, Reason: why.Reason,
	}}
}

func keepNumber(x *Exec, a *BookKeepNumber) error {
	b, err := x.book()
	if err != nil {
		return err
	}
	n := &a.Issued
	log, err := bookLog(x.Tx, b)
	switch {
	case err != nil:
		return err
	case !x.mayIssue(log, a.Writer, n):
		return Refuse(Forbidden, "book.not_holder")
	case !dayFits(n.Day, log.Holds[n.Epoch], x.Now):
		return Refuse(Invalid, "book.bad_number")
	}
	year := n.Day.Year()
	last, err := x.Tx.LastNumber(b.ID, year)
	switch {
	case err != nil:
		return err
	case n.Number <= last:
		return x.keepTwice(log, n, a.Doc)
	case n.Number-last > maxSkip:
		return Refuse(Invalid, "book.bad_number")
	}
	log.skip(year, last+1, n.Number, x.Now)
	log.Spent[SpentKey(year, n.Number)] = Spent{Doc: a.Doc, By: a.By, At: x.Now, Reason: a.Reason}
	if err := x.Tx.SetLastNumber(b.ID, year, n.Number); err != nil {
		return err
	}
	return x.Tx.Put(log)
}
