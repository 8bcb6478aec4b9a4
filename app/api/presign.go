package api

import (
	"context"
	"io"

	"khonggiay/app"
)

// Presigner looks at a PDF before somebody signs it. nil on the server, where
// nobody signs.
type Presigner interface {
	// Presign looks for what could deceive the signer in the file whose bytes have
	// that hash. What is wrong with the file is in the answer; an error means that
	// it could not be looked at.
	Presign(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (PresignReport, error)
}

// PresignReport is what could deceive whoever signs a file, the gravest first.
type PresignReport struct {
	Pages    int              `json:"pages"`
	Findings []PresignFinding `json:"findings"`
	Left     map[string]int   `json:"left,omitempty" doc:"further findings that are not listed, by their code"`
}

// PresignFinding is one thing that was found.
type PresignFinding struct {
	Code     string         `json:"code"`
	Severity string         `json:"severity" enum:"blocks,warns,tells" doc:"blocks: the file cannot be signed as it is; warns: to be looked at; tells: nothing wrong"`
	Page     int            `json:"page,omitempty" doc:"from 1"`
	Field    string         `json:"field,omitempty"`
	Data     map[string]any `json:"data,omitempty"`
}

func (a *API) presignRoutes() {
	route(a, forPerson, get("/documents/{id}/files/{key}/presign", "presignFile",
		"What could deceive whoever signs a PDF", "signing"), a.presignFile)
}

func (a *API) presignFile(ctx context.Context, in *signaturesInput) (*body[PresignReport], error) {
	if a.Presigner == nil {
		return nil, errNotHere
	}
	f, at, err := a.openPDF(ctx, in)
	if err != nil {
		return nil, err
	}
	defer at.Close()
	found, err := a.Presigner.Presign(ctx, f.Content.SHA256, at, f.Content.Size)
	return &body[PresignReport]{found}, err
}
