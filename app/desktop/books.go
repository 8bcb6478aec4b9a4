package desktop

import (
	"context"
	"errors"

	"khonggiay/app"
)

// bookTry is what was tried by itself for a book held here, so that a refusal
// is not met by the same command again.
type bookTry struct {
	target app.Key
	epoch  uint32 // of the book
}

// tendBooks gives the commands that are due for the books held here, each once.
// It runs on the goroutine of tend alone.
func (l *link) tendBooks(ctx context.Context) error {
	due, err := l.replica.DueInBooks(ctx, l.app.clock.Now())
	if err != nil {
		return err
	}
	var errs []error
	given := false
	for _, d := range due {
		try := bookTry{d.Command.Target, d.Epoch}
		if l.bookTries[try] {
			continue
		}
		l.bookTries[try] = true
		_, err := l.replica.Give(ctx, d.Command)
		if given = given || err == nil; err != nil && app.AsError(err).Code == app.Internal {
			errs = append(errs, err)
		}
	}
	if given {
		l.wake()
	}
	return errors.Join(errs...)
}
