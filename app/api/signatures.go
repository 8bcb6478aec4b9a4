package api

import (
	"context"
	"io"

	"khonggiay/app"
	"khonggiay/signing/report"
	"khonggiay/signing/validator"
)

// Verifier judges the digital signatures in a PDF.
type Verifier interface {
	// Verify judges the file whose bytes have that hash. What is wrong with the
	// file is in the report; an error means that it could not be judged at all.
	Verify(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (validator.Report, error)
	// Record is the same with what the verdict rests on.
	Record(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (report.Record, error)
}

type signaturesInput struct {
	ID  app.ID `path:"id" maxLength:"64"`
	Key uint64 `path:"key"`
}

type signaturesOutput struct{ Body validator.Report }

func (a *API) signatureRoutes() {
	route(a, forPerson, get("/documents/{id}/files/{key}/signatures", "getSignatures",
		"What the digital signatures in a PDF are worth (EN 319 102-1)", "content"), a.getSignatures)
	a.reportRoutes()
}

func (a *API) getSignatures(ctx context.Context, in *signaturesInput) (*signaturesOutput, error) {
	if a.Verifier == nil {
		return nil, errNotHere
	}
	f, at, err := a.openPDF(ctx, in)
	if err != nil {
		return nil, err
	}
	defer at.Close()
	found, err := a.Verifier.Verify(ctx, f.Content.SHA256, at, f.Content.Size)
	if err != nil {
		return nil, err
	}
	found.File = f.Name
	return &signaturesOutput{found}, nil
}

// pdfFile is an open PDF, which is read as its structure leads.
type pdfFile interface {
	io.ReaderAt
	io.Closer
}

// openPDF opens a file that must be a PDF.
func (a *API) openPDF(ctx context.Context, in *signaturesInput) (app.File, pdfFile, error) {
	f, src, err := a.openFile(ctx, in.ID, app.CommandID(in.Key))
	if err != nil {
		return f, nil, err
	}
	at, ok := src.(pdfFile)
	switch {
	case f.Media != mediaPDF:
		err = app.Refuse(app.Invalid, "signatures.not_pdf")
	case !ok:
		err = errNotHere
	default:
		return f, at, nil
	}
	_ = src.Close() // nothing was read
	return f, nil, err
}
