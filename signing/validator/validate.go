package validator

import (
	"context"
	"crypto"
	"errors"
	"io"
	"time"

	"khonggiay/signing/cms"
	"khonggiay/signing/pdf"
	"khonggiay/signing/trust"
)

// Options are what a verdict depends on besides the file. The zero value trusts
// nobody and asks no network.
type Options struct {
	// Trust judges certificates; nil trusts nobody.
	Trust *trust.Validator
	// Now is the moment of the check; zero is the present.
	Now time.Time
	// Limits bound what the file may cost; zero is pdf.DefaultLimits.
	Limits pdf.Limits
	// Judged is told, if not nil, what each certificate's verdict is and rests on:
	// of the signature in a field, and of the time-stamp in it.
	Judged func(field string, v trust.Verdict)
}

// Bounds on what one file may hold: no document comes near, and each comparison
// of revisions costs time.
const (
	maxSignatures = 100
	maxRevisions  = 1000
)

// A run is one check of one file.
type run struct {
	ctx    context.Context
	r      io.ReaderAt
	size   int64
	now    time.Time
	trust  *trust.Validator
	judged func(field string, v trust.Verdict)
	file   *pdf.File
	report *Report

	marks  []*mark // in the order of revisions
	broken []brokenObject
	// crowded says that not every object was looked at, for so many are signatures.
	crowded bool
	graph   graph
	// lengths are the object streams whose length an object states.
	lengths map[pdf.Ref][]pdf.Ref
	sums    map[crypto.Hash]*prefix // of the file, for the digests
	dss     evidence                // what the file brings along
	steps   map[int]*stepped        // by the revision that came
	tags    tagMemory
	latest  *shape // that was read
}

// Validate judges a file. It always answers; a file that cannot be read, a
// context that ends and a fault of this program are findings.
func Validate(ctx context.Context, r io.ReaderAt, size int64, o Options) Report {
	v := newRun(ctx, r, size, o)
	if o.Limits == (pdf.Limits{}) {
		o.Limits = pdf.DefaultLimits
	}
	v.guarded(o.Limits)
	if ctx.Err() != nil {
		v.note(found(Interrupted))
	}
	v.report.conclude()
	return *v.report
}

func newRun(ctx context.Context, r io.ReaderAt, size int64, o Options) *run {
	v := &run{ctx: ctx, r: watched{ctx, r}, size: size, now: o.Now, trust: o.Trust, judged: o.Judged, report: &Report{Signatures: []*Signature{}},
		graph: newGraph(), lengths: map[pdf.Ref][]pdf.Ref{}, sums: map[crypto.Hash]*prefix{}, steps: map[int]*stepped{}}
	if v.now.IsZero() {
		v.now = time.Now()
	}
	if v.trust == nil {
		v.trust = trustNobody()
	}
	if v.judged == nil {
		v.judged = func(string, trust.Verdict) {}
	}
	return v
}

// guarded turns a panic into a finding: whoever sends a file that breaks the
// program must not thereby be believed, nor take the server down.
func (v *run) guarded(limits pdf.Limits) {
	defer func() {
		if p := recover(); p != nil {
			v.note(found(Internal))
		}
	}()
	v.judge(limits)
}

func (v *run) judge(limits pdf.Limits) {
	var err error
	if v.file, err = pdf.OpenLimited(v.r, v.size, limits); err != nil {
		v.note(trouble(err, Malformed))
		return
	}
	v.report.Revisions = len(v.file.Revisions())
	if v.report.Revisions > maxRevisions {
		v.note(found(TooMany, "revisions", v.report.Revisions))
		return
	}
	if err := v.find(); err != nil {
		v.note(trouble(err, FormBroken))
	}
	v.judgeFile()
	v.readDSS()
	if v.crowded || len(v.marks) > maxSignatures {
		v.note(found(TooMany, "signatures", len(v.marks)))
		return
	}
	for _, m := range v.marks {
		v.locate(m)
	}
	v.checkOverlaps()
	for _, m := range v.marks {
		v.verify(m)
	}
	v.judgeTrust()
	for _, m := range v.marks {
		v.judgeLater(m)
	}
	v.judgeArt()
}

func (v *run) note(f Finding) { v.report.Findings = append(v.report.Findings, f) }

// trouble is the finding for an error; other is what it is when neither the
// medium nor a limit is at fault.
func trouble(err error, other Code) Finding {
	var read *pdf.ReadError
	var limit *pdf.LimitError
	var cmsLimit *cms.LimitError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return found(Interrupted)
	case errors.Is(err, pdf.ErrEncrypted):
		return found(Encrypted)
	case errors.As(err, &read):
		return found(Unreadable)
	case errors.As(err, &limit):
		return found(Exceeds, "what", limit.What, "limit", limit.Limit)
	case errors.As(err, &cmsLimit):
		return found(Exceeds, "what", cmsLimit.What)
	}
	return found(other, "detail", err.Error())
}

// watched stops all reading once the context has ended, and with it the check.
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

func trustNobody() *trust.Validator {
	store, err := trust.NewStore()
	if err != nil {
		panic(err) // there is no anchor that could be wrong
	}
	return &trust.Validator{Store: store, Policy: trust.DefaultPolicy()}
}
