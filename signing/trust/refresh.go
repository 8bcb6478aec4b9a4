package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// Refreshed tells what Refresh did.
type Refreshed struct {
	Fetched int       // lists that are newer now
	Failed  int       // lists that could not be had
	Next    time.Time // when the next one is due; zero if none is kept
}

// Refresh fetches the kept CRLs anew that end within ahead of now, or that have
// ended. A list takes the place of the kept one when it is newer and signed by an
// anchor or a kept issuer of that name. Without a cache, a fetcher or leave to
// ask it does nothing. The error is the folder's, or the first failed fetch's.
func (v *Validator) Refresh(ctx context.Context, ahead time.Duration) (Refreshed, error) {
	var done Refreshed
	if v.Cache == nil || v.Fetcher == nil || !v.Policy.Network.Fetch {
		return done, nil
	}
	kept, err := v.Cache.lists()
	if err != nil {
		return done, err
	}
	var failed error
	for url, e := range kept {
		due := v.listDue(e, ahead)
		if due.After(v.now()) {
			done.sooner(due)
			continue
		}
		next, err := v.refreshList(ctx, url, e)
		switch {
		case ctx.Err() != nil:
			return done, ctx.Err()
		case err != nil:
			done.Failed++
			if failed == nil {
				failed = err
			}
		case next.Made.After(e.Made):
			done.Fetched++
			done.sooner(v.listDue(next, ahead))
		}
	}
	return done, failed
}

func (r *Refreshed) sooner(t time.Time) {
	if r.Next.IsZero() || t.Before(r.Next) {
		r.Next = t
	}
}

// listDue is when a kept list is to be fetched again: so long before its
// nextUpdate, but not before half its life is over.
func (v *Validator) listDue(e Entry, ahead time.Duration) time.Time {
	c, err := parseCRL(e.Body)
	if err != nil {
		return time.Time{}
	}
	end := v.listEnd(c)
	due := end.Add(-ahead)
	if half := c.this.Add(end.Sub(c.this) / 2); due.Before(half) {
		due = half
	}
	return due
}

var (
	errUnknownIssuer = errors.New("trust: a list that no known authority has signed")
	errFutureList    = errors.New("trust: a list of the future")
	errOlderList     = errors.New("trust: an older list than the one that is kept")
)

// refreshList returns what is kept afterwards.
func (v *Validator) refreshList(ctx context.Context, url string, old Entry) (Entry, error) {
	body, err := v.Fetcher.Get(ctx, url, v.Policy.Network.CRLBytes)
	if err != nil {
		return old, err
	}
	c, err := parseCRL(body)
	if err != nil {
		return old, err
	}
	switch {
	case !v.signedByKnown(c):
		return old, errUnknownIssuer
	case c.this.Before(old.Made):
		return old, errOlderList
	case c.this.After(v.now().Add(duration(v.Policy.ClockSkew))):
		return old, errFutureList
	case !c.this.After(old.Made):
		return old, nil // the authority has not made another one yet
	}
	e := Entry{Body: body, Made: c.this, Fetched: v.now()}
	return e, v.Cache.Put(KeptCRL, url, e)
}

// signedByKnown keeps out what would push a good list aside. Whoever uses the
// list verifies it again.
func (v *Validator) signedByKnown(c *crl) bool {
	known := v.Cache.issuers(c.issuer)
	for _, a := range v.Store.sorted {
		if nameKey(a.Certificate.RawSubject) == nameKey(c.issuer) {
			known = append(known, a.Certificate)
		}
	}
	return slices.ContainsFunc(known, func(i *x509.Certificate) bool { return c.seal.verify(i.PublicKey) == nil })
}
