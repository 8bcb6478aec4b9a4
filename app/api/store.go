package api

import (
	"context"

	"khonggiay/app"
)

// Store is what screens read: snapshots of it, each for one request.
type Store interface {
	// Directory is the province as this machine knows it.
	Directory() *app.Directory
	// Read runs fn on one consistent snapshot.
	Read(ctx context.Context, fn func(View) error) error
}

// View is one snapshot. Every question carries the person who asks, and the
// answer holds only what that person may see.
type View interface {
	// Document returns the document and its version, or app.ErrNotFound when it
	// is not here or not for the viewer.
	Document(viewer app.Viewer, id app.ID) (*app.Document, uint64, error)
	// Rows returns what a list shows of the documents, of those he may see.
	Rows(viewer app.Viewer, ids []app.ID) (map[app.ID]app.DocumentRow, error)
	// Documents lists, a page at a time; Invalid for a cursor it did not give.
	Documents(viewer app.Viewer, q app.DocumentQuery) (app.DocumentPage, error)
	Desk(viewer app.Viewer, q app.DeskQuery) (app.Desk, error)
	Duplicates(viewer app.Viewer, q app.DuplicateQuery) ([]app.Duplicate, error)
	// Version of a record that the viewer was shown; what replaces it whole names it.
	Version(key app.Key) (uint64, error)
	// LastNumber is the last number of a book in a year by this machine's count;
	// Numbered the documents that have a number, with year and number 0 those
	// that wait for one.
	LastNumber(book app.ID, year int) (uint32, error)
	Numbered(book app.ID, year int, number uint32) ([]app.ID, error)
	// Record returns any record that the viewer may see and its version, or app.ErrNotFound.
	Record(viewer app.Viewer, key app.Key) (app.Record, uint64, error)
	// Meetings lists meetings by their planned time, the earliest first unless asked otherwise.
	Meetings(viewer app.Viewer, q app.MeetingQuery) ([]app.MeetingRow, error)
	// Busy lists the meetings that take up a room or people, whoever may see them:
	// what is told of them is for the caller to decide.
	Busy(q app.BusyQuery) ([]app.BusyRow, error)
	// MeetingParts lists the records of one meeting that the viewer may see.
	MeetingParts(viewer app.Viewer, meeting app.ID) ([]app.Record, error)
	// Assignments lists tasks out of meetings, what is open first.
	Assignments(viewer app.Viewer, q app.AssignmentQuery) ([]app.AssignmentRow, error)
	// Records lists templates, read marks or logs of books.
	Records(viewer app.Viewer, kind app.Kind) ([]app.Record, error)
}

// Over makes a Store of one whose snapshots have a type of their own.
func Over[V View](s interface {
	Directory() *app.Directory
	Read(ctx context.Context, fn func(V) error) error
}) Store {
	return over[V]{s}
}

type over[V View] struct {
	store interface {
		Directory() *app.Directory
		Read(ctx context.Context, fn func(V) error) error
	}
}

// Directory implements Store.
func (o over[V]) Directory() *app.Directory { return o.store.Directory() }

// Read implements Store.
func (o over[V]) Read(ctx context.Context, fn func(View) error) error {
	return o.store.Read(ctx, func(v V) error { return fn(v) })
}
