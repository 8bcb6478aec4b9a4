package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"khonggiay/app"
)

// Coming tells how far a content that was asked for has come.
type Coming struct {
	Done       int64 `json:"done"`
	Total      int64 `json:"total"`
	EstimateMs int64 `json:"estimateMs,omitempty" doc:"until it is whole, at the rate of now; absent when nothing of it moves"`
}

// Whole reports whether nothing of it is missing.
func (c Coming) Whole() bool { return c.Done >= c.Total }

type fileInput struct {
	ID       app.ID `path:"id" maxLength:"64"`
	Key      uint64 `path:"key"`
	Download bool   `query:"download" doc:"save it instead of showing it"`
}

type stream struct {
	Body func(huma.Context)
}

func (a *API) fileRoutes() {
	op := get("/documents/{id}/files/{key}", "getFile", "A file's bytes, with ranges", "content")
	op.Responses = a.fileResponses()
	route(a, forPerson, op, a.getFile)
}

// fileResponses are the answers of a route that gives a file.
func (a *API) fileResponses() map[string]*huma.Response {
	return map[string]*huma.Response{
		"200": {Description: "the content", Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}},
		"202": {Description: "not on this machine yet; asked for, ahead of everything else",
			Content: map[string]*huma.MediaType{"application/json": {
				Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Coming](), true, "Coming")}}},
	}
}

func (a *API) getFile(ctx context.Context, in *fileInput) (*stream, error) {
	f, src, err := a.openFile(ctx, in.ID, app.CommandID(in.Key))
	return a.giveFile(ctx, f, src, err, in.Download)
}

// giveFile answers with a file as it was opened; one that is not here is asked for.
func (a *API) giveFile(ctx context.Context, f app.File, src io.ReadSeekCloser, opened error, download bool) (*stream, error) {
	if isMissing(opened) {
		return a.fetchFile(ctx, f)
	}
	if opened != nil {
		return nil, opened
	}
	return &stream{func(c huma.Context) {
		r, w := humago.Unwrap(c)
		serveFile(w, r, f, src, download)
	}}, nil
}

// openFile opens a file of a document for its reader. When the content is not
// here the file is returned with the error.
func (a *API) openFile(ctx context.Context, doc app.ID, key app.CommandID) (f app.File, src io.ReadSeekCloser, err error) {
	l := a.look(viewerOf(ctx))
	err = a.Store.Read(ctx, func(v View) error {
		d, err := l.readable(v, doc)
		if err != nil {
			return err
		}
		var ok bool
		if f, ok = d.Files[key]; !ok {
			return app.ErrNotFound
		}
		if can := l.can(app.ActDownload, d); !can.Allow {
			return app.Refuse(app.Forbidden, can.Reason)
		}
		return nil
	})
	if err != nil {
		return f, nil, err
	}
	src, err = a.Contents.Open(ctx, f.Content)
	return f, src, err
}

// fetchFile asks for the content and tells how far it is.
func (a *API) fetchFile(ctx context.Context, f app.File) (*stream, error) {
	if err := a.Contents.FetchNow(ctx, f.Content); err != nil {
		return nil, err
	}
	coming := a.Contents.Progress(f.Content)
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		c.SetHeader("Retry-After", "1")
		c.SetStatus(http.StatusAccepted)
		_ = json.NewEncoder(c.BodyWriter()).Encode(coming)
	}}, nil
}

// serveFile sends the bytes. The sandbox keeps whatever is in a file from
// acting as a page of ours.
func serveFile(w http.ResponseWriter, r *http.Request, f app.File, src io.ReadSeekCloser, download bool) {
	defer func() { _ = src.Close() }()
	media, kind := f.Media, "inline"
	if media == "" {
		media = "application/octet-stream"
	}
	if download || !inline(media) {
		kind = "attachment"
	}
	if media == "text/plain" {
		media += "; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition(kind, f.Name))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("ETag", strconv.Quote(f.Content.SHA256.String()))
	h.Set("Cache-Control", "private, no-cache")
	http.ServeContent(w, r, "", f.At.Std(), src)
}

// isMissing reports whether the error says that a content is not here yet.
func isMissing(err error) bool {
	var e *app.Error
	return errors.As(err, &e) && e.Reason == "content.not_here"
}
