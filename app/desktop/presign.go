package desktop

import (
	"context"
	"io"

	"khonggiay/app"
	"khonggiay/app/api"
)

// presigner implements api.Presigner with the roots that signatures are judged
// by: one that is there already counts for whoever signs beside it.
type presigner struct{ *App }

// Presign implements api.Presigner.
func (p presigner) Presign(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (api.PresignReport, error) {
	r, err := p.judge.Scan(ctx, sum, src, size)
	if err != nil {
		return api.PresignReport{}, err
	}
	out := api.PresignReport{Pages: r.Pages, Findings: make([]api.PresignFinding, len(r.Findings))}
	for i, f := range r.Findings {
		out.Findings[i] = api.PresignFinding{Code: string(f.Code), Severity: string(f.Severity), Page: f.Page, Field: f.Field, Data: f.Data}
	}
	for code, n := range r.Left {
		if out.Left == nil {
			out.Left = map[string]int{}
		}
		out.Left[string(code)] = n
	}
	return out, nil
}
