package api

import (
	"bytes"
	"context"
	"path"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"khonggiay/app"
	"khonggiay/app/office"
)

// What is done with the versions of a document's file: an older one becomes the
// newest again, and a draft becomes a PDF. Both give the command that a person
// could give by hand with an upload, so the same rules decide.

const actAddFile app.Action = "document.add_file"

type versionInput struct {
	ID  app.ID        `path:"id" maxLength:"64"`
	Key app.CommandID `path:"key"`
}

type pdfInput struct {
	Kind office.Kind `query:"kind" enum:".docx,.odt" required:"true"`
}

func (a *API) versionRoutes() {
	route(a, forPerson, post("/documents/{id}/files/{key}/restore", "restoreFile", "Make an older version of a file the newest again", "content"), a.restoreFile)
	route(a, forPerson, post("/documents/{id}/files/{key}/pdf", "makePDF", "Make the document's PDF of its draft", "content"), a.makePDF)
	op := post("/pdf", "convert", "The PDF of a text document that is sent", "content")
	op.Responses = map[string]*huma.Response{"200": {Description: "the PDF", Content: map[string]*huma.MediaType{
		mediaPDF: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.convert)
	a.huma.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}

const mediaPDF = "application/pdf"

// changeable reads a document to whose files the viewer may add.
func (a *API) changeable(ctx context.Context, id app.ID) (*app.Document, error) {
	l := a.look(viewerOf(ctx))
	var doc *app.Document
	err := a.Store.Read(ctx, func(v View) (err error) {
		doc, err = l.readable(v, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if can := l.can(actAddFile, doc); !can.Allow {
		return nil, app.Refuse(app.Forbidden, can.Reason)
	}
	return doc, nil
}

func (a *API) restoreFile(ctx context.Context, in *versionInput) (*body[CommandResult], error) {
	doc, err := a.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	old, ok := doc.Files[in.Key]
	if !ok {
		return nil, app.ErrNotFound
	}
	newest := doc.NewestOf(in.Key)
	if doc.Files[newest].Content.SHA256 == old.Content.SHA256 {
		return nil, app.Refuse(app.Conflict, "file.same")
	}
	f := app.NewFile{Name: old.Name, Media: old.Media, Role: doc.Files[newest].Role, Content: old.Content, Replaces: newest}
	if _, ok := doc.Files[old.Source]; ok {
		f.Source = old.Source // an older PDF is one of an older text
	}
	return a.addFile(ctx, doc.ID, f)
}

// addFile gives the command and sends what is new on its way.
func (a *API) addFile(ctx context.Context, doc app.ID, f app.NewFile) (*body[CommandResult], error) {
	g, err := a.Commander.Give(ctx, viewerOf(ctx), &app.Command{Name: string(actAddFile) + ".1",
		Target: app.Key{Kind: app.KindDocument, ID: doc}, Args: &app.FileAdd{File: f}})
	if err != nil {
		return nil, err
	}
	if a.Contents.Progress(f.Content).Whole() { // else it came from the server
		if err := a.Contents.Upload(ctx, f.Content, f.Name); err != nil {
			a.Log.Error("scheduling an upload", "err", err) // the driver finds it again
		}
	}
	return &body[CommandResult]{CommandResult(g)}, nil
}

func (a *API) makePDF(ctx context.Context, in *versionInput) (*body[CommandResult], error) {
	if a.Converter == nil {
		return nil, errNotHere
	}
	doc, err := a.changeable(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	f, ok := doc.Files[in.Key]
	kind, text := office.KindOf(f.Name)
	switch {
	case !ok:
		return nil, app.ErrNotFound
	case !text:
		return nil, app.Refuse(app.Invalid, "convert.not_text")
	case doc.NewestOf(in.Key) != in.Key:
		return nil, app.Refuse(app.Conflict, "file.replaced").With("by", string(doc.Files[doc.NewestOf(in.Key)].By)).With("at", int64(doc.Files[doc.NewestOf(in.Key)].At))
	}
	made, err := a.convertFile(ctx, f, kind)
	if err != nil {
		return nil, err
	}
	sealed, err := a.Contents.Seal(ctx, bytes.NewReader(made))
	if err != nil {
		return nil, err
	}
	if doc, err = a.changeable(ctx, in.ID); err != nil { // minutes may have gone by
		return nil, err
	}
	return a.addFile(ctx, doc.ID, app.NewFile{Name: strings.TrimSuffix(f.Name, path.Ext(f.Name)) + ".pdf", Media: mediaPDF,
		Role: app.FileMain, Content: sealed, Source: in.Key, Replaces: pdfOf(doc)})
}

// pdfOf is the PDF that a new one takes the place of, 0 when there is none.
func pdfOf(doc *app.Document) app.CommandID {
	for _, key := range doc.CurrentFiles() {
		if f := doc.Files[key]; f.Role == app.FileMain && f.Media == mediaPDF {
			return key
		}
	}
	return 0
}

func (a *API) convertFile(ctx context.Context, f app.File, kind office.Kind) ([]byte, error) {
	src, err := a.Contents.Open(ctx, f.Content)
	if isMissing(err) {
		if err := a.Contents.FetchNow(ctx, f.Content); err != nil {
			return nil, err
		}
		return nil, app.Refuse(app.Conflict, "content.coming")
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.Close() }()
	return a.Converter.PDF(ctx, kind, src)
}

// convert is for laptops without LibreOffice, which ask the server.
func (a *API) convert(ctx context.Context, in *pdfInput) (*stream, error) {
	if a.Converter == nil {
		return nil, app.Refuse(app.NotFound, "convert.not_installed")
	}
	x := exchangeOf(ctx)
	made, err := a.Converter.PDF(ctx, in.Kind, x.r.Body)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		_, w := humago.Unwrap(c)
		w.Header().Set("Content-Type", mediaPDF)
		_, _ = w.Write(made)
	}}, nil
}
