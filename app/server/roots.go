package server

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
	"khonggiay/signing/trust"
)

// Root is a certificate that the province trusts, and for what.
type Root struct {
	SHA256       string     `json:"sha256"` // fingerprint, hex
	Subject      string     `json:"subject"`
	Since        time.Time  `json:"since"`
	Until        time.Time  `json:"until"`
	Uses         []string   `json:"uses"` // "signature", "timestamp"
	Kind         trust.Kind `json:"kind"`
	Intermediate bool       `json:"intermediate,omitempty"`
	Note         string     `json:"note,omitempty"`
}

func rootOf(a trust.Anchor) Root {
	fp := trust.FingerprintOf(a.Certificate)
	r := Root{SHA256: hex.EncodeToString(fp[:]), Subject: a.Certificate.Subject.String(), Since: a.Since, Until: a.Until,
		Kind: a.Kind, Intermediate: a.Intermediate, Note: a.Note}
	if r.Since.IsZero() {
		r.Since = a.Certificate.NotBefore
	}
	if r.Until.IsZero() {
		r.Until = a.Certificate.NotAfter
	}
	if a.Signature {
		r.Uses = append(r.Uses, useSignature)
	}
	if a.Timestamp {
		r.Uses = append(r.Uses, useTimestamp)
	}
	return r
}

// What a root is trusted for.
const (
	useSignature = "signature"
	useTimestamp = "timestamp"
)

// RootRequest asks to trust a certificate, or to change since when, until when
// and for what. Zero times are the certificate's own.
type RootRequest struct {
	Certificate  []byte     `json:"certificate"` // one, PEM or DER
	Since        time.Time  `json:"since,omitzero"`
	Until        time.Time  `json:"until,omitzero"`
	Uses         []string   `json:"uses"`
	Kind         trust.Kind `json:"kind"`
	Intermediate bool       `json:"intermediate,omitempty"`
	Note         string     `json:"note,omitempty"`
	Replace      bool       `json:"replace,omitempty"` // it may be there already
}

func (s *Server) opRoots(context.Context, nothing) ([]Root, error) {
	anchors, err := s.judge.Roots()
	if err != nil {
		return nil, whyNoRoot(err)
	}
	out := []Root{}
	for _, a := range anchors {
		out = append(out, rootOf(a))
	}
	return out, nil
}

func (s *Server) opAddRoot(ctx context.Context, r RootRequest) (Root, error) {
	certs, err := trust.ParseCertificates(r.Certificate)
	if err != nil || len(certs) != 1 {
		return Root{}, app.Errorf(app.Invalid, "trust.unreadable", "%d certificates: %w", len(certs), err)
	}
	a := trust.Anchor{Certificate: certs[0], Since: r.Since, Until: r.Until, Kind: r.Kind, Intermediate: r.Intermediate, Note: r.Note}
	for _, use := range r.Uses {
		switch use {
		case useSignature:
			a.Signature = true
		case useTimestamp:
			a.Timestamp = true
		default:
			return Root{}, app.Refuse(app.Invalid, "trust.uses")
		}
	}
	err = s.judge.ChangeRoots(func(all []trust.Anchor) ([]trust.Anchor, error) {
		if r.Replace {
			all = slices.DeleteFunc(all, func(old trust.Anchor) bool { return old.Certificate.Equal(a.Certificate) })
		}
		return append(all, a), nil
	})
	if err != nil {
		return Root{}, whyNoRoot(err)
	}
	return rootOf(a), s.rootsChanged(ctx, actAddRoot, Operator, rootOf(a))
}

// What the audit log calls the changes.
const (
	actAddRoot    = "trust.add"
	actEndRoot    = "trust.end"
	actRemoveRoot = "trust.remove"
)

// RootName names a root by the beginning of its fingerprint.
type RootName struct {
	SHA256 string `json:"sha256"`
}

// leastPrint is how many digits of a fingerprint name a root at least.
const leastPrint = 8

func (s *Server) opRemoveRoot(ctx context.Context, r RootName) (Root, error) {
	print := strings.ToLower(strings.ReplaceAll(r.SHA256, ":", ""))
	if len(print) < leastPrint {
		return Root{}, app.Refuse(app.Invalid, "trust.short_print").With("min", leastPrint)
	}
	var gone []Root
	err := s.judge.ChangeRoots(func(all []trust.Anchor) ([]trust.Anchor, error) {
		all = slices.DeleteFunc(all, func(a trust.Anchor) bool {
			root := rootOf(a)
			found := strings.HasPrefix(root.SHA256, print)
			if found {
				gone = append(gone, root)
			}
			return found
		})
		if len(gone) != 1 {
			return nil, app.Refuse(app.NotFound, "trust.no_such_root")
		}
		return all, nil
	})
	if err != nil {
		return Root{}, whyNoRoot(err)
	}
	return gone[0], s.rootsChanged(ctx, actRemoveRoot, Operator, gone[0])
}

// rootsChanged writes down who is trusted since when, tells the screens, and has
// files judged anew.
func (s *Server) rootsChanged(ctx context.Context, act string, by app.ID, r Root) error {
	e := sqlite.AuditEntry{Act: act, Actor: by, Object: r.SHA256,
		Detail: map[string]any{"subject": r.Subject, "uses": r.Uses, "kind": r.Kind, "since": r.Since, "until": r.Until, "note": r.Note}}
	if d, ok := deviceOf(ctx); ok {
		e.Device = d.ID
	}
	err := s.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.Audit(e) })
	s.events.Publish(api.Event{Entity: "roots"}, nil)
	s.events.Publish(api.Event{Entity: "signatures"}, nil)
	wake(s.judging.woken)
	s.log.Info("roots changed", "act", act, "root", r.SHA256, "by", by)
	return err
}

// whyNoRoot is the refusal for what package trust says of an anchor.
func whyNoRoot(err error) error {
	var wrong *trust.AnchorError
	if !errors.As(err, &wrong) {
		return err
	}
	var e *app.Error
	switch wrong.Problem {
	case "not_ca":
		e = app.Refuse(app.Invalid, "trust.not_ca")
	case "not_self_signed":
		e = app.Refuse(app.Invalid, "trust.not_self_signed")
	case "dates":
		e = app.Refuse(app.Invalid, "trust.dates")
	case "uses":
		e = app.Refuse(app.Invalid, "trust.uses")
	case "kind":
		e = app.Refuse(app.Invalid, "trust.kind")
	case "twice":
		e = app.Refuse(app.Conflict, "trust.twice")
	case "unknown":
		e = app.Refuse(app.Conflict, "trust.unnamed")
	default:
		e = app.Refuse(app.Invalid, "trust.unreadable")
	}
	if wrong.File != "" {
		e = e.With("file", wrong.File)
	}
	if wrong.Subject != "" {
		e = e.With("subject", wrong.Subject)
	}
	e.Err = err
	return e
}
