package verify

import (
	"context"

	"khonggiay/signing/record"
)

// Detached judges the signature beside a record, at this moment. The error is a
// folder of roots that cannot be used, or the end of ctx.
func (v *Verifier) Detached(ctx context.Context, der, text []byte) (record.Verdict, error) {
	t, _, err := v.trusted()
	if err != nil {
		return record.Verdict{}, err
	}
	within, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	verdict := record.Judge(within, t, der, text, v.now())
	return verdict, ctx.Err()
}
