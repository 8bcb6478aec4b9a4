package desktop

import (
	"context"
	"errors"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// What a laptop does by itself while it holds a book: it gives a number to
// every document that waits for one, and gives the book back when its time is
// over.

// lentBooks remembers what was tried, so that a refusal is not met by the same
// command again; used by the goroutine of tend alone.
type lentBooks struct {
	numbered map[app.ID]bool
	returned map[app.ID]uint32 // epoch
}

// waitingDoc is a document that waits for its number in a book held here.
type waitingDoc struct{ doc, book app.ID }

// tendBooks gives the commands that are due.
func (l *link) tendBooks(ctx context.Context) error {
	over, waiting, err := l.dueInBooks(ctx)
	if err != nil {
		return err
	}
	var errs []error
	given := false
	give := func(cmd app.Command) {
		_, err := l.replica.Give(ctx, cmd)
		if given = given || err == nil; err != nil && app.AsError(err).Code == app.Internal {
			errs = append(errs, err)
		}
	}
	for _, w := range waiting {
		if l.books.numbered[w.doc] {
			continue
		}
		l.books.numbered[w.doc] = true
		give(app.Command{Name: "document.give_number.1", Target: app.Key{Kind: app.KindDocument, ID: w.doc}, Args: &app.GiveNumber{Book: w.book}})
	}
	for _, b := range over {
		if l.books.returned[b.ID] == b.Epoch {
			continue
		}
		l.books.returned[b.ID] = b.Epoch
		give(app.Command{Name: "book.return.1", Target: b.Key(), Args: &app.BookReturn{}})
	}
	if given {
		l.wake()
	}
	return errors.Join(errs...)
}

// dueInBooks finds the books held here whose time is over, and what waits in
// the others.
func (l *link) dueInBooks(ctx context.Context) (over []*app.Book, waiting []waitingDoc, err error) {
	err = l.app.store.Read(ctx, func(v *sqlite.View) error {
		state, err := v.SyncState()
		if err != nil {
			return err
		}
		now := max(l.app.clock.Now(), state.Seen)
		for _, b := range v.Directory().AllBooks() {
			switch {
			case !b.HeldBy(state.Writer):
			case now >= b.Loan.Until:
				over = append(over, b)
			case state.Level+state.Skew >= b.Loan.Since:
				docs, err := waitingIn(v, b)
				if err != nil {
					return err
				}
				waiting = append(waiting, docs...)
			}
		}
		return nil
	})
	return over, waiting, err
}

// waitingIn lists what waits in the book, as it was entered. The server's word
// on what was given here is awaited first: it may have numbered it.
func waitingIn(v *sqlite.View, b *app.Book) ([]waitingDoc, error) {
	ids, err := v.Numbered(b.ID, 0, 0)
	if err != nil {
		return nil, err
	}
	var docs []*app.Document
	for _, id := range ids {
		key := app.Key{Kind: app.KindDocument, ID: id}
		pending, err := v.Touching(key)
		if err != nil {
			return nil, err
		}
		r, err := v.Get(key)
		if err != nil {
			return nil, err
		}
		if doc, ok := r.(*app.Document); ok && len(pending) == 0 && doc.AwaitsNumber() {
			docs = append(docs, doc)
		}
	}
	slices.SortStableFunc(docs, app.EnteredBefore)
	out := make([]waitingDoc, len(docs))
	for i, d := range docs {
		out[i] = waitingDoc{d.ID, b.ID}
	}
	return out, nil
}
