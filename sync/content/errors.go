package content

import (
	"errors"
	"fmt"

	"khonggiay/app"
)

// What can go wrong, for the caller to give its own code and words. Errors of
// this package wrap exactly one of these, or come from the operating system.
var (
	// ErrNotFound: the segment is not here (or not on the server yet).
	ErrNotFound = errors.New("segment not found")
	// ErrCorrupt: bytes do not match their hash or their authentication tag.
	ErrCorrupt = errors.New("content corrupt")
	// ErrInvalid: a size, name or version that no honest writer produces.
	ErrInvalid = errors.New("content description invalid")
	// ErrNoSpace: the disk is full, or writing would leave less than the
	// store's reserve.
	ErrNoSpace = errors.New("not enough disk space")
	// ErrTooLarge: more than this side accepts in one segment.
	ErrTooLarge = errors.New("segment too large")
	// ErrQuota: the server's quota hook refused the upload.
	ErrQuota = errors.New("quota exceeded")
	// ErrForbidden: the server does not allow this transfer.
	ErrForbidden = errors.New("transfer not allowed")
	// ErrUnavailable: the server could not be reached, or kept failing, for as
	// many tries in a row as Retry allows. What arrived is kept.
	ErrUnavailable = errors.New("server unavailable")
	// ErrTaken: a newer transfer of the same segment has taken over its part.
	ErrTaken = errors.New("partial segment taken over")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("content closed")
)

// errExists: the whole segment is already in the store.
var errExists = errors.New("segment already stored")

// missingError lists the segments of a version that are not in the store. It
// is an ErrNotFound.
type missingError struct {
	Segments []app.Segment
}

func (e *missingError) Error() string {
	return fmt.Sprintf("%d segments of the version are not here, first %s", len(e.Segments), e.Segments[0].Name)
}

func (e *missingError) Unwrap() error { return ErrNotFound }

// offsetError says that a part stands at another offset than the writer thinks.
type offsetError struct {
	Have int64 // bytes already kept
}

func (e *offsetError) Error() string {
	return fmt.Sprintf("partial segment holds %d bytes", e.Have)
}

// AsRefusal gives a store's error the domain's code and reason; max is the
// largest file that is taken, in bytes. Errors that have a code keep it, and
// what people can do nothing about stays as it is.
func AsRefusal(err error, max int64) error {
	var e *app.Error
	switch {
	case err == nil || errors.As(err, &e):
		return err
	case errors.Is(err, ErrNotFound):
		return app.Errorf(app.NotFound, "content.not_here", "%w", err)
	case errors.Is(err, ErrNoSpace):
		return app.Errorf(app.Full, "storage.full", "%w", err)
	case errors.Is(err, ErrTooLarge):
		return app.Errorf(app.Invalid, "upload.too_large", "%w", err).With("maxBytes", max)
	case errors.Is(err, ErrCorrupt):
		return app.Errorf(app.Internal, "content.corrupt", "%w", err)
	}
	return err
}
