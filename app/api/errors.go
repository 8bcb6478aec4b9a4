package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
)

// Problem is the one shape of an error on the wire (RFC 9457, extended). It
// never carries the text of a Go error: Code, Reason and Data are all that the
// UI needs to find its words.
type Problem struct {
	Status int            `json:"status" doc:"HTTP status"`
	Title  string         `json:"title,omitempty" doc:"HTTP status text, for tools; never shown to people"`
	Code   app.Code       `json:"code" enum:"invalid,not_found,conflict,forbidden,unauthorized,offline,full,internal"`
	Reason string         `json:"reason" doc:"i18n key below error."`
	Data   map[string]any `json:"data,omitempty" doc:"values that the message names"`
}

// Error implements error, for logs.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Reason }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[app.Code]int{
	app.Invalid:      http.StatusUnprocessableEntity,
	app.NotFound:     http.StatusNotFound,
	app.Conflict:     http.StatusConflict,
	app.Forbidden:    http.StatusForbidden,
	app.Unauthorized: http.StatusUnauthorized,
	app.Offline:      http.StatusServiceUnavailable,
	app.Full:         http.StatusInsufficientStorage,
	app.Internal:     http.StatusInternalServerError,
}

// StatusOf is the HTTP status that goes with a code, here and wherever else the
// laptop and the server answer over HTTP.
func StatusOf(code app.Code) int {
	if status, ok := statusOf[code]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// WriteProblem answers outside huma: unknown routes, the WebSocket, panics, and
// the handlers of the laptop and the server that stand in front of the API.
func WriteProblem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}

// problemOf turns any error into what the client may know of it.
func problemOf(err error) *Problem {
	e := app.AsError(err)
	status := StatusOf(e.Code)
	return &Problem{Status: status, Title: http.StatusText(status), Code: e.Code, Reason: e.Reason, Data: e.Data}
}

// Reasons of this package; all others come from the layers below.
var (
	errMalformed = app.Refuse(app.Invalid, "request.malformed")
	errInvalid   = app.Refuse(app.Invalid, "request.invalid")
	errTooLarge  = app.Refuse(app.Invalid, "request.too_large")
	errNotHere   = app.Refuse(app.NotFound, "request.not_here") // this machine has no such function
	errNobody    = app.Refuse(app.Unauthorized, "session.required")
)

// huma builds errors of its own (unreadable body, failed validation, panic).
// They become Problems too, with the places that were wrong but not huma's
// English sentences and not the values, which could be somebody's text.
func init() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		for _, err := range errs {
			var e *app.Error
			if errors.As(err, &e) {
				return problemOf(e)
			}
		}
		return frameworkProblem(status, errs)
	}
}

func frameworkProblem(status int, errs []error) *Problem {
	var e *app.Error
	switch {
	case status == http.StatusRequestEntityTooLarge:
		e = errTooLarge
	case status == http.StatusUnprocessableEntity:
		e = errInvalid
	case status == http.StatusUnauthorized:
		e = errNobody
	case status == http.StatusNotFound:
		e = app.ErrNotFound
	case status >= 400 && status < 500:
		e = errMalformed
	default:
		e = app.Refuse(app.Internal, "internal")
	}
	p := problemOf(e)
	p.Status, p.Title = status, http.StatusText(status)
	if at := locations(errs); len(at) > 0 {
		p.Data = map[string]any{"fields": at}
	}
	return p
}

func locations(errs []error) []string {
	var at []string
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) && d.ErrorDetail().Location != "" {
			at = append(at, d.ErrorDetail().Location)
		}
	}
	return at
}
