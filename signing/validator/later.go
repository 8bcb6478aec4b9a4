package validator

import (
	"context"
	"slices"

	"khonggiay/signing"
	"khonggiay/signing/pdf"
)

// judgeLater judges what the revisions after a signature did, by what it allows.
func (v *run) judgeLater(m *mark) {
	if m.covered < 0 {
		return
	}
	allowed := m.grant.level(v.certified(m))
	told := false
	for rev := m.covered + 1; rev < m.Covers.Of; rev++ {
		s := v.step(rev)
		if s.err != nil {
			m.note(trouble(s.err, CompareFailed))
			return
		}
		for _, ch := range s.changes {
			ch.Allowed = ch.level <= allowed && !(ch.locks && m.grant.locked(ch.Field))
			if len(m.Changes) < 2*maxChanges {
				m.Changes = append(m.Changes, ch)
			}
			if !ch.Allowed && !told {
				told = true
				m.note(found(ChangedAfter, "kind", ch.Kind, "revision", ch.Revision, "object", ch.Object, "page", ch.Page, "field", ch.Field))
			}
		}
	}
}

// certified is P of the document's certification when it was made before a
// signature: it holds for the document, so for what follows that signature too.
func (v *run) certified(m *mark) int {
	for _, c := range slices.Backward(v.marks) {
		if c.Kind == Certification && c.covered >= 0 && c.covered < m.covered && c.grant.p > 0 {
			return c.grant.p
		}
	}
	return 0
}

// judgeArt tells of what a signature shows that nobody has to believe, on a
// document that somebody else has signed before. Anybody can make a certificate of
// his own and with it lay a seal over the text (sneaky signatures).
func (v *run) judgeArt() {
	signed := false
	for _, m := range v.marks {
		worst, _ := verdict(m.Findings)
		if signed && worst != signing.TotalPassed && v.showsArt(m) {
			v.note(found(UnvouchedArt, "field", m.Field, "object", m.Object))
		}
		signed = signed || worst == signing.TotalPassed && m.Kind != DocTimestamp
	}
}

// showsArt reports whether a field of the signature shows something.
func (v *run) showsArt(m *mark) bool {
	c := &comparison{new: v.file.Newest()}
	return slices.ContainsFunc(m.fields, c.hasLook)
}

// Compare says what a revision of a file changed, counted from 0, as if it came
// after a signature that lets forms be filled in.
func Compare(ctx context.Context, f *pdf.File, rev int) ([]Change, error) {
	v := &run{ctx: ctx, file: f, graph: newGraph(), steps: map[int]*stepped{}}
	s := v.step(rev)
	for i := range s.changes {
		s.changes[i].Allowed = s.changes[i].level <= forForm
	}
	return s.changes, s.err
}
