package verify

import (
	"context"
	"io"
	"slices"

	"khonggiay/signing/pades"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// Gather returns what the good verdicts in a file rest on, for each signature as a
// document security store keeps it. It asks cache and network as Verify does.
func (v *Verifier) Gather(ctx context.Context, src io.ReaderAt, size int64) ([]pades.Evidence, error) {
	t, _, err := v.trusted()
	if err != nil {
		return nil, err
	}
	var fields []string
	of := map[string]*pades.Evidence{}
	judged := func(field string, verdict trust.Verdict) {
		if verdict.Failure != nil {
			return
		}
		e := of[field]
		if e == nil {
			e = &pades.Evidence{Field: field}
			fields, of[field] = append(fields, field), e
		}
		certs, found := verdict.Gathered()
		for _, c := range certs {
			e.Certs = append(e.Certs, c.Raw)
		}
		e.CRLs, e.OCSPs = append(e.CRLs, found.CRLs...), append(e.OCSPs, found.OCSPs...)
	}
	if _, err := v.by(ctx, t, src, size, judged); err != nil {
		return nil, err
	}
	slices.Sort(fields)
	all := make([]pades.Evidence, len(fields))
	for i, field := range fields {
		all[i] = *of[field]
	}
	return all, nil
}

// Alone judges a file as somebody would who trusts the same roots and knows and
// asks nothing besides: by what is in the file. Without evidence nothing passes,
// whatever the policy forgives.
func (v *Verifier) Alone(ctx context.Context, src io.ReaderAt, size int64) (validator.Report, error) {
	t, _, err := v.trusted()
	if err != nil {
		return validator.Report{}, err
	}
	alone := &trust.Validator{Store: t.Store, Policy: t.Policy, Now: t.Now}
	alone.Policy.RequireRevocation = true
	return v.by(ctx, alone, src, size, nil)
}

// by judges a file in its turn and within its time.
func (v *Verifier) by(ctx context.Context, t *trust.Validator, src io.ReaderAt, size int64, judged func(string, trust.Verdict)) (validator.Report, error) {
	select {
	case v.turn <- struct{}{}:
		defer func() { <-v.turn }()
	case <-ctx.Done():
		return validator.Report{}, ctx.Err()
	}
	within, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return validator.Validate(within, src, size, validator.Options{Trust: t, Now: v.now(), Judged: judged}), ctx.Err()
}
