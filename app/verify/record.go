package verify

import (
	"context"
	"io"

	"khonggiay/app"
	"khonggiay/signing/report"
)

// Record is what Verify says of a file, and what that rests on: for a report
// that is kept.
func (v *Verifier) Record(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (report.Record, error) {
	a, err := v.judge(ctx, sum, src, size)
	if err != nil {
		return report.Record{}, err
	}
	r := report.Record{Report: a.report, SHA256: sum.String(), Size: size, Judged: a.at}
	r.Trust, err = report.TrustOf(a.store)
	return r, err
}
