package api

import (
	"context"
	"io"

	"khonggiay/app"
	"khonggiay/signing/validator"
)

// Verifier judges the digital signatures in a PDF.
type Verifier interface {
	// Verify judges the file whose bytes have that hash. What is wrong with the
	// file is in the report; an error means that it could not be judged at all.
	Verify(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (validator.Report, error)
}

type signaturesInput struct {
	ID  app.ID `path:"id" maxLength:"64"`
	Key uint64 `path:"key"`
}

type signaturesOutput struct{ Body validator.Report }

func (a *API) signatureRoutes() {
	route(a, forPerson, get("/documents/{id}/files/{key}/signatures", "getSignatures",
		"What the digital signatures in a PDF are worth (EN 319 102-1)", "content"), a.getSignatures)
}

func (a *API) getSignatures(ctx context.Context, in *signaturesInput) (*signaturesOutput, error) {
	if a.Verifier == nil {
		return nil, errNotHere
	}
	f, src, err := a.openFile(ctx, in.ID, app.CommandID(in.Key))
	if err != nil {
		return nil, err
	}
	defer src.Close()
	if f.Media != mediaPDF {
		return nil, app.Refuse(app.Invalid, "signatures.not_pdf")
	}
	at, ok := src.(io.ReaderAt)
	if !ok {
		return nil, errNotHere
	}
	report, err := a.Verifier.Verify(ctx, f.Content.SHA256, at, f.Content.Size)
	if err != nil {
		return nil, err
	}
	report.File = f.Name
	return &signaturesOutput{report}, nil
}
