package verify

import (
	"context"
	"io"
	"time"

	"khonggiay/app"
	"khonggiay/signing/presign"
	"khonggiay/signing/trust"
)

// Scan looks for what could deceive whoever signs the file, which is named by its
// plaintext's hash. What is wrong with the file is in the report; the error is a
// folder of roots that cannot be used, or the end of ctx. It is bounded and
// remembered as Verify is.
func (v *Verifier) Scan(ctx context.Context, sum app.Hash, src io.ReaderAt, size int64) (presign.Report, error) {
	a, err := consult(ctx, v, v.scans, sum, func(ctx context.Context, t *trust.Validator, now time.Time) presign.Report {
		return presign.Scan(ctx, src, size, presign.Options{Trust: t, Now: now})
	})
	return a.report, err
}
