package trust

import (
	"context"
	"crypto/x509"
	"time"
)

// Request asks about one certificate at one moment.
type Request struct {
	Certificate *x509.Certificate
	// Candidates are the certificates of the signature and of the DSS; the
	// store and the cache add theirs.
	Candidates []*x509.Certificate
	Usage      Usage
	// At is the moment: the best proven time before which the signature
	// existed, or now if nothing is proven.
	At time.Time
	// Proven says that At comes from a timestamp, not from a clock or a claim.
	Proven bool
	// After is a proven time after which the signature was made; zero if none.
	After time.Time
	// Evidence is what the document brings along.
	Evidence Evidence
	// Newest asks the network even if kept evidence would do, as when signing.
	Newest bool
}

// Evidence are DER bytes from a DSS, from adbe-revocationInfoArchival or from a CMS.
type Evidence struct{ CRLs, OCSPs [][]byte }

// TimestampInfo is what a timestamp token says, once its own signature is verified.
type TimestampInfo struct {
	GenTime      time.Time
	Certificate  *x509.Certificate // of the server that signed it
	Certificates []*x509.Certificate
}

// Verdict is all that was found. A failed verdict still shows the chain and
// the statuses as far as they are known.
type Verdict struct {
	Chain    *Chain     // nil if none reaches an anchor
	Statuses []*Status  // for each certificate of the chain but the anchor
	Failure  *Failure   // nil: believed
	Warnings []*Failure // what the policy forgives and the screen must show
	At       time.Time  // the moment asked about
}

// Validator judges certificates. It is safe for concurrent use.
type Validator struct {
	Store   *Store
	Policy  Policy
	Cache   *Cache           // nil: nothing is kept
	Fetcher *Fetcher         // nil: offline
	Now     func() time.Time // nil: time.Now
}

func (v *Validator) now() time.Time {
	if v.Now != nil {
		return v.Now()
	}
	return time.Now()
}

// Path finds a path that passes all checks but revocation.
func (v *Validator) Path(req Request) (*Chain, *Failure) {
	var found, near *Chain
	var worst *Failure
	f := v.finder(req)
	f.paths(req.Certificate, func(c Chain) bool {
		failure := v.Policy.checkPath(c, req)
		if failure == nil {
			found = &c
			return false
		}
		if nearer(worst, failure) == failure {
			worst, near = failure, &c
		}
		return true
	})
	if found != nil {
		return found, nil
	}
	return near, f.verdict(req.Certificate, worst)
}

// finder pools what the request and the cache offer.
func (v *Validator) finder(req Request) *finder {
	var kept func([]byte) []*x509.Certificate
	if v.Cache != nil {
		kept = v.Cache.issuers
	}
	return newFinder(v.Store, req.Candidates, kept)
}

// verdict is the failure to tell when no path passed.
func (f *finder) verdict(leaf *x509.Certificate, worst *Failure) *Failure {
	switch {
	case f.limited:
		return fail(ChainGeneral, ReasonLimits, leaf, "more certificates or signatures than may be tried")
	case worst == nil:
		return fail(NoChain, ReasonNoIssuer, leaf, "no path to an anchor")
	}
	return worst
}

// Validate finds a path that passes, with the status of each certificate on it.
func (v *Validator) Validate(ctx context.Context, req Request) Verdict {
	best := Verdict{At: req.At}
	s := newSession(v, req)
	tried := 0
	f := v.finder(req)
	f.paths(req.Certificate, func(c Chain) bool {
		got := Verdict{Chain: &c, At: req.At, Failure: v.Policy.checkPath(c, req)}
		if got.Failure == nil {
			tried++
			s.judge(ctx, &got)
		}
		if got.Failure == nil || nearer(best.Failure, got.Failure) == got.Failure {
			best = got
		}
		return got.Failure != nil && tried < maxPaths && ctx.Err() == nil
	})
	if best.Chain == nil || best.Failure != nil {
		best.Failure = f.verdict(req.Certificate, best.Failure)
		return best
	}
	if v.Cache != nil {
		v.Cache.keepIssuers(best.Chain)
	}
	return best
}

// ValidateTimestamp judges the certificate of a timestamp server. The token is
// proven to exist at by if proven is set (a later timestamp over it); otherwise
// by is now, as EN 319 102-1, 5.4 demands.
func (v *Validator) ValidateTimestamp(ctx context.Context, info TimestampInfo, by time.Time, proven bool, e Evidence) Verdict {
	verdict := v.Validate(ctx, Request{Certificate: info.Certificate, Candidates: info.Certificates,
		Usage: ForTimestamp, At: by, Proven: proven, After: info.GenTime, Evidence: e})
	if verdict.Failure == nil && info.GenTime.Before(info.Certificate.NotBefore) {
		verdict.Failure = fail(NotYetValid, ReasonValidity, info.Certificate, "the token is older than its certificate")
	}
	return verdict
}
