package validator

import (
	"context"
	"errors"
	"io"
	"strings"

	"khonggiay/signing/pdf"
)

// ErrNoRevision: no revision of the file ends where it should.
var ErrNoRevision = errors.New("validator: no revision ends there")

// errFault is a panic of the comparison.
var errFault = errors.New("validator: the comparison broke")

// Since lists what was changed after the revision that ends with the first base
// bytes, as somebody must know who has read those bytes and is said to have
// signed the whole. Allowed is what a form may be given before its first
// signature and by it: signatures, values, and empty fields that show nothing.
// It fails with ErrNoRevision, as pdf.Open does, or as the reading does.
func Since(ctx context.Context, r io.ReaderAt, size, base int64, limits pdf.Limits) (changes []Change, err error) {
	defer func() {
		if p := recover(); p != nil {
			changes, err = nil, errFault
		}
	}()
	if limits == (pdf.Limits{}) {
		limits = pdf.DefaultLimits
	}
	v := &run{ctx: ctx, steps: map[int]*stepped{}}
	if v.file, err = pdf.OpenLimited(watched{ctx, r}, size, limits); err != nil {
		return nil, err
	}
	revisions := v.file.Revisions()
	at := -1
	for i, rev := range revisions {
		if rev.EOF <= base && base <= rev.End {
			at = i
		}
	}
	if at < 0 || len(revisions) > maxRevisions {
		return nil, ErrNoRevision
	}
	for rev := at + 1; rev < len(revisions); rev++ {
		s := v.step(rev)
		if s.err != nil {
			return changes, s.err
		}
		for _, ch := range s.changes {
			ch.Allowed = ch.level <= forForm || (ch.Kind == ChangeOtherField || ch.Kind == ChangeUnsignedArt) && v.showsNothing(rev, ch.Field)
			changes = append(changes, ch)
		}
	}
	return changes, nil
}

// showsNothing reports whether a field of a revision has no value and shows nothing.
func (v *run) showsNothing(rev int, name string) bool {
	s := v.shape(rev)
	if s.err != nil {
		return false
	}
	view := v.file.At(rev)
	found := false
	for _, f := range s.form.Fields {
		if f.Name != name {
			continue
		}
		if found || !isNull(f.Get("V")) || !isNull(f.Get("DV")) {
			return false
		}
		found = true
		for _, w := range append([]pdf.Ref{f.Ref}, f.Widgets...) {
			d, err := view.Dict(w)
			if err != nil || !blankWidget(view, d) {
				return false
			}
		}
	}
	return found
}

func blankWidget(view *pdf.View, d *pdf.Dict) bool {
	for _, key := range []pdf.Name{"MK", "A", "AA", "BS", "Border", "PMD"} {
		if !isNull(d.Get(key)) {
			return false
		}
	}
	ap, err := view.Dict(d.Get("AP"))
	if err != nil {
		return false
	}
	for _, e := range ap.Entries {
		o, err := view.Resolve(e.Value)
		stream, ok := o.(*pdf.Stream)
		if err != nil || !ok {
			return false
		}
		text, err := view.Bytes(stream)
		if err != nil || strings.Join(strings.Fields(string(text)), " ") != "/Tx BMC EMC" && strings.TrimSpace(string(text)) != "" {
			return false
		}
	}
	return true
}
