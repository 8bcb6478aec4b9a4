package presign

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"khonggiay/signing"
	"khonggiay/signing/pades"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust"
	"khonggiay/signing/validator"
)

// Options are what a scan depends on besides the file.
type Options struct {
	// Trust judges the signatures that are there; nil trusts nobody.
	Trust *trust.Validator
	// Now is the moment of the scan; zero is the present.
	Now time.Time
	// Limits bound what the file may cost; zero is pdf.DefaultLimits.
	Limits pdf.Limits
}

// A scan is that of one file.
type scan struct {
	ctx    context.Context
	r      io.ReaderAt
	size   int64
	file   *pdf.File
	view   *pdf.View
	pages  []pdf.Page
	form   *pdf.Form // never nil
	report *Report
	counts map[Code]int

	pageOf map[pdf.Ref]int // of objects that a page leads to, and no earlier one
	drawn  map[pdf.Ref]bool
	fonts  map[fontName]pdf.Ref
	signed bool
	held   bool             // signed, and every signature is valid
	seals  map[pdf.Ref]bool // widgets that a signature vouches for
	steps  int              // spent on content
}

// Scan looks at a file. It always answers; a file that cannot be read, a context
// that ends and a fault of this program are findings that block.
func Scan(ctx context.Context, r io.ReaderAt, size int64, o Options) Report {
	s := &scan{ctx: ctx, r: watched{ctx, r}, size: size, report: &Report{Findings: []Finding{}}, counts: map[Code]int{},
		pageOf: map[pdf.Ref]int{}, seals: map[pdf.Ref]bool{}, drawn: map[pdf.Ref]bool{}, fonts: map[fontName]pdf.Ref{}, form: &pdf.Form{Dict: &pdf.Dict{}}}
	if o.Limits == (pdf.Limits{}) {
		o.Limits = pdf.DefaultLimits
	}
	s.guarded(o)
	s.report.conclude()
	return *s.report
}

// guarded turns a panic into a finding.
func (s *scan) guarded(o Options) {
	defer func() {
		if p := recover(); p != nil {
			s.note(Finding{Code: Internal})
		}
	}()
	if err := s.look(o); err != nil {
		s.note(trouble(err))
	}
}

func (s *scan) look(o Options) (err error) {
	if s.file, err = pdf.OpenLimited(s.r, s.size, o.Limits); err != nil {
		return err
	}
	s.view = s.file.Newest()
	s.report.Revisions = len(s.file.Revisions())
	if s.pages, err = s.view.Pages(); err != nil {
		return err
	}
	s.report.Pages = len(s.pages)
	form, err := s.view.Form()
	if err != nil {
		return err
	}
	if form != nil {
		s.form = form
	}
	if err := s.signatures(o); err != nil {
		return err
	}
	if err := s.refusals(); err != nil {
		return err
	}
	return errors.Join(s.objects(), s.layers(), s.fields(), s.shown(), s.revisions())
}

// note lists a finding, or counts it when there are many of its code.
func (s *scan) note(f Finding) {
	m, ok := meanings[f.Code]
	if !ok {
		m = meaning{severity: Blocks}
	}
	f.Text = m.text
	if f.Severity == "" {
		f.Severity = m.severity
	}
	if f.Code == XFA && s.signed {
		f.Severity = Warns // pades asks before the first signature only
	}
	if s.counts[f.Code]++; s.counts[f.Code] <= mostOfACode {
		s.report.Findings = append(s.report.Findings, f)
		return
	}
	if s.report.Left == nil {
		s.report.Left = map[Code]int{}
	}
	s.report.Left[f.Code]++
}

func trouble(err error) Finding {
	var read *pdf.ReadError
	var limit *pdf.LimitError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Finding{Code: Interrupted}
	case errors.Is(err, pdf.ErrEncrypted):
		return Finding{Code: Encrypted}
	case errors.As(err, &read):
		return Finding{Code: Unreadable}
	case errors.As(err, &limit):
		return Finding{Code: Exceeds, Data: map[string]any{"what": limit.What}}
	}
	return Finding{Code: Malformed, Data: map[string]any{"detail": err.Error()}}
}

// signatures asks the validator about those that are there.
func (s *scan) signatures(o Options) error {
	for _, f := range s.form.Fields {
		v, err := s.view.Resolve(f.Get("V"))
		if err != nil {
			return err
		}
		if f.Type() == "Sig" && !isNull(v) {
			s.signed = true
			for _, w := range f.Widgets {
				s.seals[w] = true
			}
		}
	}
	r := validator.Validate(s.ctx, s.r, s.size, validator.Options{Trust: o.Trust, Now: o.Now, Limits: o.Limits})
	s.held = s.signed && r.Indication == signing.TotalPassed
	if s.held {
		if err := s.vouched(r.Signatures); err != nil {
			return err
		}
	}
	for _, sig := range r.Signatures {
		f := Finding{Code: OpenSigned, Object: sig.Object, Field: sig.Field, Data: map[string]any{"sub_indication": sig.SubIndication}}
		switch sig.Indication {
		case signing.TotalPassed:
			continue
		case signing.TotalFailed:
			f.Code = BadSigned
		}
		s.note(f)
	}
	if len(r.Signatures) == 0 && s.signed {
		s.note(Finding{Code: BadSigned})
	}
	return s.ctx.Err()
}

// vouched adds what was written into fields before the last of the people and
// agencies signed, such as number and date over the place that was left for them:
// their signatures vouch for it as for a seal.
func (s *scan) vouched(signatures []*validator.Signature) error {
	last := 0
	for _, sig := range signatures {
		if sig.Kind != validator.DocTimestamp {
			last = max(last, sig.Covers.Revision)
		}
	}
	later := map[pdf.Ref]bool{}
	for i := last; i < len(s.file.Revisions()); i++ {
		for _, ref := range s.file.Changed(i) {
			later[ref] = true
		}
	}
	for _, f := range s.form.Fields {
		for _, w := range f.Widgets {
			d, err := s.view.Dict(w)
			if err != nil {
				return err
			}
			looks, err := s.view.Dict(d.Get("AP"))
			if err != nil {
				return err
			}
			look, _ := looks.Get("N").(pdf.Ref)
			if f.Type() == "Tx" && !later[f.Ref] && !later[w] && !later[look] {
				s.seals[w] = true
			}
		}
	}
	return nil
}

// refusals are what signing would say.
func (s *scan) refusals() error {
	err := pades.Check(s.r, s.size)
	var refused *pades.RefusedError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return err
	case refused.Reason == pades.XFA: // told with the form
		return nil
	case refused.Reason != pades.Unsound:
		s.note(Finding{Code: Refused, Field: refused.Field, Data: map[string]any{"reason": refused.Reason}})
		return nil
	}
	for _, o := range refused.Oddities {
		s.note(Finding{Code: Oddity, Data: map[string]any{"what": o.Code, "offset": o.Offset}})
	}
	for _, g := range refused.Gaps {
		s.note(Finding{Code: HiddenBytes, Data: map[string]any{"offset": g.Start, "bytes": g.End - g.Start}})
	}
	for _, ref := range refused.Dangling {
		s.note(Finding{Code: Dangling, Object: name(ref)})
	}
	return nil
}

// revisions tells of earlier states. Those that signatures cover are the
// validator's business.
func (s *scan) revisions() error {
	n := len(s.file.Revisions())
	if n > 1 && !s.held {
		s.note(Finding{Code: Revisions, Data: map[string]any{"revisions": n}})
	}
	for i := 1; i < n && !s.signed; i++ {
		changes, err := validator.Compare(s.ctx, s.file, i)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if c.Kind == validator.ChangeContent || c.Kind == validator.ChangePages {
				s.note(Finding{Code: Replaced, Page: c.Page, Object: c.Object, Data: map[string]any{"revision": c.Revision, "key": c.Key}})
			}
		}
	}
	return nil
}

func name(ref pdf.Ref) string {
	if ref == (pdf.Ref{}) {
		return ""
	}
	return fmt.Sprintf("%d %d", ref.Num, ref.Gen)
}

func isNull(o pdf.Object) bool {
	_, null := o.(pdf.Null)
	return null || o == nil
}

// watched stops all reading once the context has ended, and with it the scan.
type watched struct {
	ctx context.Context
	r   io.ReaderAt
}

func (w watched) ReadAt(p []byte, off int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.r.ReadAt(p, off)
}
