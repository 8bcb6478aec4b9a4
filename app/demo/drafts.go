package demo

import "khonggiay/app"

// stage is how far an unfinished draft has come.
type stage int

const (
	atDraft stage = iota
	atHead
	atFormCheck
	atReview
	atSigner
	atNumber
	atSeal
	atIssue
	sentBack
	cancelled
	stages
)

// drafts are begun and not finished: some in every state, in many offices.
func (s *script) drafts() {
	for i, o := range s.p.Offices() {
		topics, to := fields["chung"].Up, s.p.Top
		if o == s.p.Top {
			topics, to = fields["chung"].Down, s.p.Communes[0]
		}
		m := s.newSending(o, pick(s.r, topics), s.now-app.Time(4+s.r.IntN(40))*hour)
		m.to = []*Office{to}
		s.unfinished(m, stage(i)%stages)
	}
}

// unfinished takes a draft as far as it has come, a few minutes a step, all
// before now.
func (s *script) unfinished(m sending, until stage) {
	o, t := m.office, m.at
	next := func() app.Time { t += app.Time(9+s.r.IntN(14)) * minute; return t }
	m.early = until == atDraft || until == sentBack || until == cancelled
	s.draft(m, t)
	if until == cancelled {
		s.give(next(), m.drafter, "document.cancel.1", m.id, &app.Reason{Text: "Trùng nội dung với báo cáo đã gửi."})
	}
	if until == atDraft || until == cancelled {
		return
	}
	s.give(next(), m.drafter, "document.submit_draft.1", m.id, &app.SubmitDraft{To: m.div.Head.ID})
	if until == sentBack {
		s.give(next(), m.div.Head, "document.send_back.1", m.id, &app.Reason{Text: pick(s.r, sendBackReasons)})
		return
	}
	steps := []func(){
		atFormCheck: func() { s.give(next(), m.div.Head, "document.check_content.1", m.id, &app.Note{}) },
		atReview:    func() { s.give(next(), o.Clerk, "document.check_form.1", m.id, &app.Note{}) },
		atSigner:    func() { s.approveAt(m, next()) },
		atNumber:    func() { s.sign(m, next(), m.signer, app.SignaturePerson) },
		atSeal:      func() { s.give(next(), o.Clerk, "document.number.1", m.id, &app.Number{Book: m.book().ID}) },
		atIssue:     func() { s.sign(m, next(), o.Clerk, app.SignatureOrgan) },
	}
	for k := atFormCheck; k <= until; k++ {
		steps[k]()
	}
}
