package server

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/app/verify"
	"khonggiay/signing/trust"
)

// rootKeeper is what the province's administrator does about roots on the
// screen. It implements api.Roots. It is narrower than the operator's tool: what
// is too weak or has ended is not taken on, and nothing is removed.
type rootKeeper struct{ *Server }

// may refuses whoever may not say whom the province trusts.
func (k rootKeeper) may(v api.Viewer) error {
	if d := app.CanTrust(k.store.Directory(), v.Person, k.store.Now().Date()); !d.Allow {
		return app.Refuse(app.Forbidden, d.Reason)
	}
	return nil
}

// Roots implements api.Roots.
func (k rootKeeper) Roots(ctx context.Context, v api.Viewer) (view api.RootsView, err error) {
	if err := k.may(v); err != nil {
		return view, err
	}
	anchors, err := k.judge.Roots()
	if err != nil {
		return view, whyNoRoot(err)
	}
	lists, err := k.judge.Lists()
	if err != nil {
		return view, err
	}
	view.Asks = k.asks()
	for _, l := range lists {
		row := api.RevocationList{URL: l.URL, Issuer: shortName(l.Issuer), Made: app.TimeOf(l.Made), Until: app.TimeOf(l.Until), Fetched: app.TimeOf(l.Fetched), Size: l.Size}
		if !l.Next.IsZero() {
			row.Next = app.TimeOf(l.Next)
		}
		view.Lists = append(view.Lists, row)
	}
	err = k.store.Read(ctx, func(tx *sqlite.View) error {
		for _, a := range anchors {
			row, err := rootRow(tx, a)
			if err != nil {
				return err
			}
			view.Roots = append(view.Roots, row)
		}
		return nil
	})
	slices.SortFunc(view.Roots, func(a, b api.Root) int { return strings.Compare(a.Name+a.SHA256, b.Name+b.SHA256) })
	return view, err
}

// asks says whom the server asks for revocation.
func (k rootKeeper) asks() string {
	switch {
	case !k.config.SigningOnline || !k.config.SigningPublic && len(k.config.SigningAllow) == 0:
		return "nobody"
	case k.config.SigningPublic:
		return "public"
	}
	return "allowed"
}

// rootRow is a root with who trusted it last.
func rootRow(tx *sqlite.View, a trust.Anchor) (api.Root, error) {
	r := rootOf(a)
	row := api.Root{CertificateFacts: factsOf(trust.DefaultPolicy().Offer(a.Certificate, time.Time{})),
		Since: app.TimeOf(r.Since), Until: app.TimeOf(r.Until), Uses: r.Uses, Kind: string(r.Kind), Intermediate: r.Intermediate, Note: r.Note}
	e, err := tx.LastAudit(actAddRoot, r.SHA256)
	if errors.Is(err, app.ErrNotFound) {
		return row, nil
	}
	row.Added = &api.RootAdded{At: e.At}
	if e.Actor != Operator {
		row.Added.PersonID = e.Actor
	}
	return row, err
}

func factsOf(o trust.Offer) api.CertificateFacts {
	c, fp := o.Certificate, trust.FingerprintOf(o.Certificate)
	f := api.CertificateFacts{SHA256: hex.EncodeToString(fp[:]), Name: shortName(c.Subject), Subject: c.Subject.String(), Issuer: shortName(c.Issuer),
		Serial: fmt.Sprintf("%x", c.SerialNumber), SelfSigned: o.SelfSigned, NotBefore: app.TimeOf(c.NotBefore), NotAfter: app.TimeOf(c.NotAfter)}
	if o.KeyKind != "" {
		f.Key = fmt.Sprintf("%s %d", o.KeyKind, o.KeyBits)
	}
	return f
}

// shortName is the name that people know a subject by.
func shortName(n pkix.Name) string {
	switch {
	case n.CommonName != "":
		return n.CommonName
	case len(n.Organization) > 0:
		return n.Organization[0]
	}
	return n.String()
}

// ReadRoots implements api.Roots.
func (k rootKeeper) ReadRoots(_ context.Context, v api.Viewer, file []byte) ([]api.RootOffer, error) {
	if err := k.may(v); err != nil {
		return nil, err
	}
	if len(file) > verify.MaxCertificateFile {
		return nil, app.Refuse(app.Invalid, "root.file_too_large").With("maxBytes", verify.MaxCertificateFile)
	}
	offers, err := k.judge.Offers(file)
	if errors.Is(err, verify.ErrNoCertificates) {
		return nil, app.Errorf(app.Invalid, "root.not_certificates", "%w", err)
	}
	if err != nil {
		return nil, whyNoRoot(err)
	}
	anchors, err := k.judge.Roots()
	if err != nil {
		return nil, whyNoRoot(err)
	}
	out := make([]api.RootOffer, len(offers))
	for i, o := range offers {
		out[i] = api.RootOffer{CertificateFacts: factsOf(o), Certificate: o.Certificate.Raw, Problem: problemOf(o, anchors)}
	}
	return out, nil
}

// problemOf is the reason why a certificate cannot become a root, or "".
func problemOf(o trust.Offer, there []trust.Anchor) string {
	switch {
	case slices.ContainsFunc(there, func(a trust.Anchor) bool { return a.Certificate.Equal(o.Certificate) }):
		return "root.twice"
	case o.Problem == trust.OfferNotCA:
		return "root.not_ca"
	case o.Problem == trust.OfferWeakKey:
		return "root.weak_key"
	case o.Problem == trust.OfferExpired:
		return "root.expired"
	}
	return ""
}

// AddRoot implements api.Roots. What was shown is looked at again: nobody has to
// have asked first.
func (k rootKeeper) AddRoot(ctx context.Context, v api.Viewer, r api.NewRoot) (api.Root, error) {
	if err := k.may(v); err != nil {
		return api.Root{}, err
	}
	offers, err := k.judge.Offers(r.Certificate)
	if err != nil || len(offers) != 1 || !bytes.Equal(offers[0].Certificate.Raw, r.Certificate) {
		return api.Root{}, app.Errorf(app.Invalid, "root.not_certificates", "%d certificates: %w", len(offers), err)
	}
	o := offers[0]
	switch {
	case factsOf(o).SHA256 != r.SHA256:
		return api.Root{}, app.Refuse(app.Conflict, "root.other_print")
	case !o.SelfSigned && !r.Intermediate:
		return api.Root{}, app.Refuse(app.Invalid, "root.not_self_signed")
	case strings.TrimSpace(r.Note) == "":
		return api.Root{}, app.Refuse(app.Invalid, "root.no_source")
	}
	a := trust.Anchor{Certificate: o.Certificate, Signature: slices.Contains(r.Uses, useSignature), Timestamp: slices.Contains(r.Uses, useTimestamp),
		Kind: trust.Kind(r.Kind), Intermediate: !o.SelfSigned, Note: strings.TrimSpace(r.Note)}
	if a.Since, a.Until, err = trustedDays(o.Certificate, r.Since, r.Until); err != nil {
		return api.Root{}, err
	}
	err = k.judge.ChangeRoots(func(all []trust.Anchor) ([]trust.Anchor, error) {
		if problem := problemOf(o, all); problem != "" {
			return nil, app.Refuse(app.Conflict, problem)
		}
		return append(all, a), nil
	})
	return k.changed(ctx, actAddRoot, v, a, err)
}

// EndRoot implements api.Roots. The root stays, so that what was proven to exist
// before keeps its judgement.
func (k rootKeeper) EndRoot(ctx context.Context, v api.Viewer, print string, until app.Date) (api.Root, error) {
	if err := k.may(v); err != nil {
		return api.Root{}, err
	}
	var ended trust.Anchor
	err := k.judge.ChangeRoots(func(all []trust.Anchor) ([]trust.Anchor, error) {
		i := slices.IndexFunc(all, func(a trust.Anchor) bool { return rootOf(a).SHA256 == print })
		if i < 0 {
			return nil, app.Refuse(app.NotFound, "root.not_found")
		}
		_, end, err := trustedDays(all[i].Certificate, 0, until)
		if err != nil {
			return nil, err
		}
		all[i].Until = end
		if r := rootOf(all[i]); !r.Since.Before(r.Until) {
			return nil, app.Refuse(app.Invalid, "root.dates")
		}
		ended = all[i]
		return all, nil
	})
	return k.changed(ctx, actEndRoot, v, ended, err)
}

// changed answers with the root as it is now.
func (k rootKeeper) changed(ctx context.Context, act string, v api.Viewer, a trust.Anchor, err error) (row api.Root, _ error) {
	if err != nil {
		return row, whyNoRoot(err)
	}
	if err := k.rootsChanged(ctx, act, v.Person, rootOf(a)); err != nil {
		return row, err
	}
	err = k.store.Read(ctx, func(tx *sqlite.View) (err error) {
		row, err = rootRow(tx, a)
		return err
	})
	return row, err
}

// trustedDays are the moments between which a certificate is trusted, from the
// beginning of the first day to the end of the last, within its own period. Zero
// takes that period's end, as package trust does.
func trustedDays(c *x509.Certificate, since, until app.Date) (from, to time.Time, err error) {
	if since != 0 && since.Start().Std().After(c.NotBefore) {
		from = since.Start().Std().UTC()
	}
	if until != 0 {
		if end := (until + 1).Start().Std().Add(-time.Second).UTC(); end.Before(c.NotAfter) {
			to = end
		}
	}
	begin, end := from, to
	if begin.IsZero() {
		begin = c.NotBefore
	}
	if end.IsZero() {
		end = c.NotAfter
	}
	if !begin.Before(end) {
		return from, to, app.Refuse(app.Invalid, "root.dates")
	}
	return from, to, nil
}
