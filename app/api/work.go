package api

import (
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"khonggiay/app"
)

// Work keeps working copies: files of drafts as plain files, open in the
// person's own editor, each save of which becomes a version. nil on the server,
// where people download and upload.
type Work interface {
	// Copies lists the person's working copies, the last saved first.
	Copies(ctx context.Context) ([]WorkCopy, error)
	// OpenCopy writes the file's newest version out and opens it with the
	// system's program. One that is open already is only shown again.
	OpenCopy(ctx context.Context, v Viewer, doc app.ID, file app.CommandID) (WorkCopy, error)
	// KeepCopy makes the unsent save a new version of what the document has now.
	KeepCopy(ctx context.Context, v Viewer, id string) (Given, error)
	// DropCopy lets the unsent save go.
	DropCopy(ctx context.Context, id string) error
	// UnsentCopy gives the unsent save, to be stored elsewhere. NotFound when
	// there is none.
	UnsentCopy(ctx context.Context, id string) (app.File, io.ReadSeekCloser, error)
}

// WorkCopy is a working copy as its person sees it.
type WorkCopy struct {
	ID       string        `json:"id"`
	Document app.ID        `json:"document"`
	Subject  string        `json:"subject,omitempty" doc:"of the document, while it is here"`
	File     app.CommandID `json:"file" doc:"the version that the last save became, or from which it began"`
	Name     string        `json:"name"`
	Version  int           `json:"version,omitempty" doc:"its number, from 1"`
	Opened   app.Time      `json:"opened"`
	Saved    app.Time      `json:"saved,omitempty" doc:"when a save last became a version"`
	Editing  bool          `json:"editing,omitempty" doc:"an editor has it open on this machine"`
	Unsent   *UnsentSave   `json:"unsent,omitempty" doc:"a save that could not become a version: bản làm việc chưa gửi"`
	Behind   bool          `json:"behind,omitempty" doc:"somebody has put a newer version in its place"`
}

// UnsentSave is what an editor saved and the document did not take.
type UnsentSave struct {
	At     app.Time       `json:"at"`
	Size   int64          `json:"size"`
	Reason string         `json:"reason"`
	Code   app.Code       `json:"code"`
	Data   map[string]any `json:"data,omitempty"`
}

// WorkOpen asks to open a file of a draft in the person's editor.
type WorkOpen struct {
	Document app.ID        `json:"document" minLength:"1" maxLength:"64"`
	File     app.CommandID `json:"file"`
}

type workInput struct {
	ID string `path:"id" maxLength:"100"`
}

func (a *API) workRoutes() {
	route(a, forPerson, get("/work", "workCopies", "Working copies on this machine", "content"), a.workCopies)
	route(a, forPerson, post("/work", "openWork", "Open a draft in the person's editor", "content"), a.openWork)
	route(a, forPerson, post("/work/{id}/version", "keepWork", "Make the unsent save a new version", "content"), a.keepWork)
	route(a, forPerson, post("/work/{id}/drop", "dropWork", "Let the unsent save go", "content"), a.dropWork)
	route(a, forPerson, post("/work/{id}/save", "saveWork", "Store the unsent save by the system's dialog (window)", "content"), a.saveWork)
	op := get("/work/{id}/content", "getWork", "The unsent save's bytes", "content")
	op.Responses = map[string]*huma.Response{"200": {Description: "the content", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.getWork)
}

func (a *API) workCopies(ctx context.Context, _ *none) (*body[[]WorkCopy], error) {
	if a.Work == nil {
		return &body[[]WorkCopy]{[]WorkCopy{}}, nil
	}
	copies, err := a.Work.Copies(ctx)
	return &body[[]WorkCopy]{copies}, err
}

func (a *API) openWork(ctx context.Context, in *body[WorkOpen]) (*body[WorkCopy], error) {
	if a.Work == nil {
		return nil, errNotHere
	}
	if _, err := a.changeable(ctx, in.Body.Document); err != nil {
		return nil, err
	}
	w, err := a.Work.OpenCopy(ctx, viewerOf(ctx), in.Body.Document, in.Body.File)
	return &body[WorkCopy]{w}, err
}

func (a *API) keepWork(ctx context.Context, in *workInput) (*body[CommandResult], error) {
	if a.Work == nil {
		return nil, errNotHere
	}
	g, err := a.Work.KeepCopy(ctx, viewerOf(ctx), in.ID)
	return &body[CommandResult]{CommandResult(g)}, err
}

func (a *API) dropWork(ctx context.Context, in *workInput) (*none, error) {
	if a.Work == nil {
		return nil, errNotHere
	}
	return nil, a.Work.DropCopy(ctx, in.ID)
}

func (a *API) saveWork(ctx context.Context, in *workInput) (*body[NativeSaved], error) {
	if a.Work == nil || a.Native == nil {
		return nil, errNotHere
	}
	f, src, err := a.Work.UnsentCopy(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	return a.saveAs(ctx, f.Name, src)
}

func (a *API) getWork(ctx context.Context, in *workInput) (*stream, error) {
	if a.Work == nil {
		return nil, errNotHere
	}
	f, src, err := a.Work.UnsentCopy(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		r, w := humago.Unwrap(c)
		serveFile(w, r, f, src, true)
	}}, nil
}
