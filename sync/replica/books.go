package replica

import (
	"context"

	"khonggiay/app"
)

// DueCommand is a command that is due for a book held here.
type DueCommand struct {
	Command app.Command
	Epoch   uint32 // of the book, for telling one loan from the next
}

// DueInBooks lists what a laptop does by itself with the books that it holds:
// it gives a number to every document that waits for one, in the order in which
// they were entered, and gives a book back when its time is over. now is the
// laptop's best estimate of the server's time; a clock that was put back does
// not lengthen a loan.
func (r *Replica) DueInBooks(ctx context.Context, now app.Time) (due []DueCommand, err error) {
	err = r.cfg.Store.Read(ctx, func(v View) error {
		s, err := v.SyncState()
		if err != nil {
			return err
		}
		for _, b := range v.Directory().AllBooks() {
			switch {
			case !b.HeldBy(s.Writer):
			case max(now, s.Seen) >= b.Loan.Until:
				due = append(due, DueCommand{app.Command{Name: "book.return.1", Target: b.Key(), Args: &app.BookReturn{}}, b.Epoch})
			case s.Level+s.Skew >= b.Loan.Since: // what the server gave before the loan has come
				numbers, err := dueNumbers(v, b)
				if err != nil {
					return err
				}
				due = append(due, numbers...)
			}
		}
		return nil
	})
	return due, err
}

// dueNumbers gives a number to what waits in the book. The server's word on
// what was given here is awaited first: it may have numbered the document.
func dueNumbers(v View, b *app.Book) (due []DueCommand, err error) {
	docs, err := app.AwaitingNumber(v, b.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		pending, err := v.Touching(d.Key())
		if err != nil {
			return nil, err
		}
		if len(pending) == 0 {
			due = append(due, DueCommand{app.Command{Name: "document.give_number.1", Target: d.Key(), Args: &app.GiveNumber{Book: b.ID}}, b.Epoch})
		}
	}
	return due, nil
}
