package api

import (
	"bytes"
	"context"
	"regexp"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
)

// ReportForm is how a report on signatures is written.
type ReportForm string

// Forms of reports.
const (
	ReportPDF  ReportForm = "pdf"  // for people
	ReportJSON ReportForm = "json" // for other programs
)

var reportMedia = map[ReportForm]string{ReportPDF: mediaPDF, ReportJSON: "application/json"}

type reportInput struct {
	ID   app.ID     `path:"id" maxLength:"64"`
	Key  uint64     `path:"key"`
	Form ReportForm `query:"form" required:"true" enum:"pdf,json"`
}

func (a *API) reportRoutes() {
	op := get("/documents/{id}/files/{key}/signatures/report", "getSignatureReport",
		"A report on the signatures in a PDF, to be kept: when and by whose roots they were judged", "content")
	content := map[string]*huma.MediaType{}
	for _, media := range reportMedia {
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "the report", Content: content}}
	route(a, forPerson, op, a.getReport)
}

func (a *API) getReport(ctx context.Context, in *reportInput) (*stream, error) {
	name, text, err := a.report(ctx, &signaturesInput{in.ID, in.Key}, in.Form)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", reportMedia[in.Form])
		c.SetHeader("Content-Disposition", disposition("attachment", name))
		_, _ = c.BodyWriter().Write(text) // the client is gone if this fails
	}}, nil
}

var pdfEndRE = regexp.MustCompile(`(?i)\.pdf$`)

// report writes a report and gives it a name.
func (a *API) report(ctx context.Context, in *signaturesInput, form ReportForm) (name string, text []byte, err error) {
	if a.Verifier == nil {
		return "", nil, errNotHere
	}
	f, at, err := a.openPDF(ctx, in)
	if err != nil {
		return "", nil, err
	}
	defer at.Close()
	r, err := a.Verifier.Record(ctx, f.Content.SHA256, at, f.Content.Size)
	if err != nil {
		return "", nil, err
	}
	r.File, r.Program = f.Name, "Không Giấy "+a.Version
	var b bytes.Buffer
	write := r.WriteJSON
	if form == ReportPDF {
		write = r.WritePDF
	}
	err = write(&b)
	return pdfEndRE.ReplaceAllString(f.Name, "") + " - chữ ký." + string(form), b.Bytes(), err
}
