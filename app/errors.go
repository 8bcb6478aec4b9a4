package app

import (
	"errors"
	"fmt"
)

// Code is the class of an error, the same on laptop, server and wire.
type Code string

// The codes. The words people read live in the UI, keyed by Error.Reason.
const (
	Invalid      Code = "invalid"      // the input can never be right
	NotFound     Code = "not_found"    // no such record, or not for this person
	Conflict     Code = "conflict"     // the record changed, or its state forbids it now
	Forbidden    Code = "forbidden"    // Can said no
	Unauthorized Code = "unauthorized" // nobody is signed in
	Offline      Code = "offline"      // needs the server, and there is no line
	Full         Code = "full"         // no space left
	Internal     Code = "internal"     // our fault
)

// Error is what every layer returns to the next for a person to see.
type Error struct {
	Code   Code           `json:"code"`
	Reason string         `json:"reason"` // i18n key, e.g. "document.wrong_state"
	Data   map[string]any `json:"data,omitempty"`
	Err    error          `json:"-"` // cause, for logs only
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Reason, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Reason)
}

func (e *Error) Unwrap() error { return e.Err }

// With returns a copy that carries one more datum for the message.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Data = make(map[string]any, len(e.Data)+1)
	for k, v := range e.Data {
		c.Data[k] = v
	}
	c.Data[key] = value
	return &c
}

// Errorf makes an Error with a cause for the log.
func Errorf(code Code, reason, format string, args ...any) *Error {
	return &Error{Code: code, Reason: reason, Err: fmt.Errorf(format, args...)}
}

// Refuse makes an Error without a cause.
func Refuse(code Code, reason string) *Error { return &Error{Code: code, Reason: reason} }

// AsError finds the Error in err's chain, or wraps err as Internal.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: Internal, Reason: "internal", Err: err}
}

// ErrNotFound is what a Tx returns for a record that this machine does not hold.
var ErrNotFound = &Error{Code: NotFound, Reason: "record.not_found"}
