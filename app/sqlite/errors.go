package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"khonggiay/app"
)

// Reasons of the errors that only a store can meet.
const (
	ReasonFull    = "storage.full"    // no space left on the disk
	ReasonCorrupt = "storage.corrupt" // the file is damaged: restore a backup, or sync anew
	ReasonBusy    = "storage.busy"    // another process holds the file
	ReasonIO      = "storage.io"      // the disk failed, or the file cannot be opened or written
	ReasonExists  = "storage.exists"  // a backup would overwrite another file
	ReasonClosed  = "storage.closed"  // the program is ending
	ReasonNewer   = "storage.newer"   // the file was written by a newer version of the program
)

// errClosed is what Write returns once Close has been called.
var errClosed = app.Refuse(app.Internal, ReasonClosed)

// mapError turns the driver's errors into the domain's. Errors that already
// are the domain's, and a cancelled context, pass as they are.
func mapError(err error) error {
	if err == nil {
		return nil
	}
	var known *app.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return &app.Error{Code: app.NotFound, Reason: app.ErrNotFound.Reason, Err: err}
	}
	if errors.Is(err, syscall.ENOSPC) {
		return &app.Error{Code: app.Full, Reason: ReasonFull, Err: err}
	}
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.SystemErrno == syscall.ENOSPC {
		return &app.Error{Code: app.Full, Reason: ReasonFull, Err: err}
	}
	switch e.Code {
	case sqlite3.ErrFull:
		return &app.Error{Code: app.Full, Reason: ReasonFull, Err: err}
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return &app.Error{Code: app.Internal, Reason: ReasonCorrupt, Err: err}
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return &app.Error{Code: app.Internal, Reason: ReasonBusy, Err: err}
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return &app.Error{Code: app.Internal, Reason: ReasonIO, Err: err}
	case sqlite3.ErrInterrupt:
		return context.Canceled
	}
	return &app.Error{Code: app.Internal, Reason: "internal", Err: err}
}
