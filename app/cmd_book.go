package app

import (
	"cmp"
	"slices"
	"time"
)

func init() {
	define("book.lend.1", KindBook, lendBook)
	define("book.return.1", KindBook, returnBook)
	define("book.recall.1", KindBook, recallBook)
	define("book.reconcile.1", KindBook, reconcileBook)
	define("book.keep_number.1", KindBook, keepNumber, system)
	define("book.device_gone.1", KindBook, deviceGone, system)
	define("document.give_number.1", KindDocument, giveNumber)
}

// maxLoan is the longest time for which a book is lent.
const maxLoan = Time(31 * 24 * time.Hour / time.Millisecond)

// book loads the target and checks that the actor may give this command on it.
func (x *Exec) book() (*Book, error) {
	b := x.Dir.Book(x.Cmd.Target.ID)
	if b == nil {
		return nil, Refuse(NotFound, "book.not_found")
	}
	c := *b // the directory's is shared
	return &c, x.may(&c)
}

// lendBook (giao sổ) makes a laptop the book's holder, or lets the one that is
// keep it longer. Only the server decides: a laptop waits for its word.
func lendBook(x *Exec, a *BookLend) error {
	b, err := x.book()
	if err != nil {
		return err
	}
	switch {
	case !b.Span.On(x.today()):
		return Refuse(Invalid, "book.closed")
	case b.Closed():
		return Refuse(Conflict, "book.waits_opening")
	case b.Holder != HolderServer && b.Holder != a.Device:
		return Refuse(Conflict, "book.on_loan").With("person", string(b.Loan.Person))
	}
	if err := x.until(a.Until); err != nil || !x.Final {
		return err
	}
	loan, err := x.loanTo(b, a.Device, a.Until)
	switch {
	case err != nil:
		return err
	case b.HeldBy(loan.Writer):
		b.Loan.Until = a.Until
		return x.Tx.Put(b)
	case b.Holder == a.Device: // its disk was lost, and with it perhaps numbers that it gave
		return Refuse(Conflict, "book.on_loan").With("person", string(b.Loan.Person))
	}
	return x.handOver(b, a.Device, loan, false, "")
}

func (x *Exec) until(t Time) error {
	if t <= x.Now || t > x.Now+maxLoan {
		return Refuse(Invalid, "book.bad_until")
	}
	return nil
}

// loanTo makes a loan to the machine of a clerk of the book's office: his own,
// unless an administrator lends it.
func (x *Exec) loanTo(b *Book, device ID, until Time) (Loan, error) {
	m, err := x.Tx.Machine(device)
	switch {
	case AsError(err) != nil && AsError(err).Code == NotFound, err == nil && m.Revoked:
		return Loan{}, Refuse(Invalid, "book.no_machine")
	case err != nil:
		return Loan{}, err
	case !x.Dir.HasRole(m.Person, b.Unit, x.today(), RoleClerk):
		return Loan{}, Refuse(Invalid, "book.not_clerks")
	}
	if _, admin := x.Actor.role(b.Unit, RoleAdmin); !admin && m.Person != x.Actor.Person && !x.Actor.System {
		return Loan{}, Refuse(Forbidden, "book.not_your_machine")
	}
	year := x.Now.Year()
	last, err := x.Tx.LastNumber(b.ID, year)
	return Loan{Writer: m.Writer, Person: m.Person, Name: m.Name, Since: x.Now, Until: until, Year: year, Last: last}, err
}

// handOver gives the book to another holder, in the next epoch.
func (x *Exec) handOver(b *Book, to ID, loan Loan, recalled bool, text string) error {
	was := b.Epoch
	b.Holder, b.Loan, b.Epoch = to, loan, was+1
	if !x.Final {
		return x.Tx.Put(b)
	}
	log, err := bookLog(x.Tx, b)
	if err != nil {
		return err
	}
	if h, ok := log.Holds[was]; ok {
		h.Ended, h.Recall, h.Text = x.Now, recalled, text
		log.Holds[was] = h
	}
	since := loan.Since
	if to == HolderServer {
		since = x.Now
	}
	log.Holds[b.Epoch] = Hold{Holder: to, Writer: loan.Writer, Person: loan.Person, Name: loan.Name,
		Since: since, Until: loan.Until, By: x.Actor.Person}
	if err := x.Tx.Put(log); err != nil {
		return err
	}
	return x.Tx.Put(b)
}

// returnBook (trả sổ) comes from the holder's laptop, after all the numbers that
// it gave: by the order of its commands nothing is left when this arrives.
func returnBook(x *Exec, _ *BookReturn) error {
	b, err := x.book()
	if err != nil {
		return err
	}
	if !b.HeldBy(x.Cmd.ID.Writer()) {
		return Refuse(Conflict, "book.not_here")
	}
	if err := x.handOver(b, HolderServer, Loan{}, false, ""); err != nil || !x.Final {
		return err
	}
	return x.numberWaiting(b)
}

// recallBook (thu hồi sổ) takes the book from a machine that is lost. What that
// machine numbered without a line may still come, and is kept.
func recallBook(x *Exec, a *BookRecall) error {
	b, err := x.book()
	switch {
	case err != nil:
		return err
	case a.Text == "":
		return Refuse(Invalid, "reason.missing")
	case b.Holder == HolderServer:
		return Refuse(Conflict, "book.not_lent")
	case a.Device == b.Holder:
		return Refuse(Invalid, "book.same_machine")
	}
	if a.Device == "" {
		if !x.Final {
			return nil
		}
		if err := x.handOver(b, HolderServer, Loan{}, true, a.Text); err != nil {
			return err
		}
		return x.numberWaiting(b)
	}
	if err := x.until(a.Until); err != nil || !x.Final {
		return err
	}
	loan, err := x.loanTo(b, a.Device, a.Until)
	if err != nil {
		return err
	}
	return x.handOver(b, a.Device, loan, true, a.Text)
}

// deviceGone takes the book from a device that was revoked: nothing comes from
// it any more.
func deviceGone(x *Exec, a *BookDeviceGone) error {
	b, err := x.book()
	switch {
	case err != nil:
		return err
	case b.Holder == HolderServer || b.Holder != a.Device:
		return Refuse(Conflict, "book.not_lent")
	}
	if err := x.handOver(b, HolderServer, Loan{}, true, ""); err != nil {
		return err
	}
	return x.numberWaiting(b)
}

// numberWaiting gives the documents that waited for the holder their numbers,
// in the order in which they were entered: the server holds the book again.
func (x *Exec) numberWaiting(b *Book) error {
	docs, err := AwaitingNumber(x.Tx, b.ID)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		if err := x.next(doc, b); err != nil {
			return err
		}
		if err := x.numbered(doc, x.today()); err != nil {
			return err
		}
	}
	return nil
}

// AwaitingNumber lists the documents that wait for a number in the book, in the
// order in which they were entered.
func AwaitingNumber(v interface {
	Get(Key) (Record, error)
	Numbered(book ID, year int, number uint32) ([]ID, error)
}, book ID) ([]*Document, error) {
	ids, err := v.Numbered(book, 0, 0)
	if err != nil {
		return nil, err
	}
	var docs []*Document
	for _, id := range ids {
		r, err := v.Get(Key{KindDocument, id})
		if err != nil {
			return nil, err
		}
		if doc, ok := r.(*Document); ok && doc.AwaitsNumber() {
			docs = append(docs, doc)
		}
	}
	slices.SortStableFunc(docs, enteredBefore)
	return docs, nil
}

// AwaitsNumber reports whether the document will get a number: not one that was
// given up before it had any.
func (d *Document) AwaitsNumber() bool {
	return d.NumberPending() && d.State != OutCancelled && d.State != InRecalled && d.State != InReturned
}

// entering are the steps that put a document in a book.
var entering = []string{"document.register", "document.number", "document.register_send"}

// entered is when, and by which command, the document was put in its book.
func (d *Document) entered() (at Time, by CommandID) {
	for id, s := range d.History {
		if slices.Contains(entering, s.Name) && (by == 0 || s.At < at || s.At == at && id < by) {
			at, by = s.At, id
		}
	}
	return at, by
}

// enteredBefore orders documents as they were put in their book.
func enteredBefore(a, b *Document) int {
	at, by := a.entered()
	bt, bb := b.entered()
	return cmp.Or(cmp.Compare(at, bt), cmp.Compare(by, bb))
}

// giveNumber gives a waiting document its number, by the book's holder: its
// laptop does so by itself when it meets one.
func giveNumber(x *Exec, a *GiveNumber) error {
	doc, err := x.open()
	if err != nil {
		return err
	}
	if !doc.NumberPending() || a.Book != doc.Book {
		return wrongState(doc)
	}
	if err := x.number(doc, doc.Book, doc.Direction, &a.Issued); err != nil {
		return err
	}
	if doc.NumberPending() {
		return Refuse(Conflict, "book.not_here")
	}
	return x.numbered(doc, x.dayOf(a.Issued))
}

// dayOf is the day on which a number was given: by the holder, or now.
func (x *Exec) dayOf(n *Issued) Date {
	if n != nil {
		return n.Day
	}
	return x.today()
}

// numbered lets a document go on that had waited for its number.
func (x *Exec) numbered(doc *Document, day Date) error {
	if doc.NumberPending() {
		return nil
	}
	to := State("")
	if doc.Direction == Outgoing {
		doc.CodeNumber, doc.IssuedDate = NumberText(doc.BookNumber), day
		if doc.State == OutToNumber {
			to = OutNumbered
			if _, sealed, _ := doc.Signed(); sealed {
				to = OutSealed
			}
		}
	}
	n := note{text: NumberText(doc.BookNumber)}
	if doc.State == OutToIssue {
		if err := x.dispatch(doc, n); err != nil {
			return err
		}
	} else {
		x.step(doc, to, n)
	}
	s := doc.History[x.Cmd.ID]
	s.Name = "document.give_number" // whatever command brought it
	doc.History[x.Cmd.ID] = s
	if err := x.put(doc); err != nil {
		return err
	}
	return x.tellSender(doc, "", func(r *Recipient) { r.Number = doc.BookNumber })
}

// reconcileBook settles an alarm: both documents keep their number, and the one
// that the clerk chooses carries a note in the book.
func reconcileBook(x *Exec, a *BookReconcile) error {
	b, err := x.book()
	if err != nil {
		return err
	}
	log, err := bookLog(x.Tx, b)
	if err != nil {
		return err
	}
	alarm, ok := log.Alarms[a.Alarm]
	switch {
	case !ok:
		return Refuse(NotFound, "book.no_alarm")
	case alarm.Settled != 0:
		return Refuse(Conflict, "book.alarm_settled").With("by", string(alarm.By)).With("at", alarm.Settled)
	case a.Text == "":
		return Refuse(Invalid, "reason.missing")
	case a.Doc == "" || a.Doc != alarm.Doc && a.Doc != alarm.Other:
		return Refuse(Invalid, "book.note_elsewhere")
	}
	doc, err := x.document(a.Doc)
	if err != nil {
		return err
	}
	doc.BookNote = a.Text
	x.step(doc, "", note{text: a.Text})
	if err := x.put(doc); err != nil {
		return err
	}
	alarm.Settled, alarm.By, alarm.Noted, alarm.Text = x.Now, x.Actor.Person, a.Doc, a.Text
	log.Alarms[a.Alarm] = alarm
	return x.Tx.Put(log)
}
