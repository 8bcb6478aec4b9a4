package api

import (
	"context"

	"khonggiay/app"
)

// Store is what screens read. Every question carries the person who asks, and
// the store answers only from what that person may see.
type Store interface {
	// Directory is the province as this machine knows it.
	Directory() *app.Directory
	// Document returns the document, or app.ErrNotFound when it is not here or
	// not for the viewer.
	Document(ctx context.Context, v app.Viewer, id app.ID) (*StoredDocument, error)
	// Documents lists; Invalid "list.bad_cursor" for a cursor it did not give.
	Documents(ctx context.Context, v app.Viewer, q app.DocumentQuery) (app.DocumentPage, error)
	Desk(ctx context.Context, v app.Viewer, q app.DeskQuery) (app.Desk, error)
	Duplicates(ctx context.Context, v app.Viewer, q app.DuplicateQuery) ([]app.Duplicate, error)
	// Replies lists the documents that answer this one, newest first.
	Replies(ctx context.Context, v app.Viewer, doc app.ID) ([]app.DocumentRow, error)
	// Templates lists the directive texts that the viewer may use.
	Templates(ctx context.Context, v app.Viewer) ([]*app.Template, error)
}
