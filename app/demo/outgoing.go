package demo

import (
	"strings"

	"khonggiay/app"
)

// sending is an outgoing document of an office.
type sending struct {
	id      app.ID
	office  *Office
	div     *Division
	drafter *app.Person
	signer  *app.Person
	form    app.AuthorityForm
	at      app.Time
	topic   topic
	subject string
	urgency app.Urgency
	due     app.Date // for an answer
	to      []*Office
	replyTo app.ID
	reply   string // what it answers, as its text says
	early   bool   // nobody will sign it as it is: the paper says DỰ THẢO
}

// divisionFor is who does such work in the office.
func (o *Office) divisionFor(s *script, t topic) *Division {
	if !o.Commune || len(o.Divisions) < 3 {
		return pick(s.r, o.Divisions)
	}
	for _, word := range []string{"xã hội", "giáo dục", "trường", "học", "dịch", "văn hóa", "công chức", "cán bộ", "số"} {
		if strings.Contains(strings.ToLower(t.Subject), word) {
			return o.Divisions[2]
		}
	}
	return o.Divisions[s.r.IntN(2)]
}

func (s *script) newSending(o *Office, t topic, at app.Time) sending {
	d := o.divisionFor(s, t)
	m := sending{id: s.newID(at), office: o, div: d, drafter: pick(s.r, d.Officers), at: at, topic: t, urgency: s.urgency(t)}
	m.subject = fill(s.r, t.Subject, at, s.communeName(o))
	m.signer, m.form = s.signs(o, t.Type)
	m.due = s.due(at, t.Days)
	return m
}

// signs is who signs: a deputy more often than the head.
func (s *script) signs(o *Office, t app.TypeCode) (*app.Person, app.AuthorityForm) {
	if s.chance(65) || t == "CĐ" || t == "CT" {
		if s.chance(60) && t != "CT" {
			return pick(s.r, o.Deputies), app.AuthorityKT
		}
	}
	if o.Plan.notation == "UBND" && t != "CĐ" {
		return o.Leader, app.AuthorityTM
	}
	return o.Leader, app.AuthorityOwn
}

func (s *script) urgency(t topic) app.Urgency {
	switch {
	case t.Urgent == 0 && s.chance(4):
		return app.UrgencyUrgent
	case t.Urgent == app.UrgencyUrgent && s.chance(55):
		return app.UrgencyNormal
	}
	return t.Urgent
}

func (s *script) communeName(o *Office) string {
	if o.Commune {
		return o.Unit.Place
	}
	return pick(s.r, s.p.Communes).Unit.Place
}

func (m *sending) fields(paper bool) app.Fields {
	return app.Fields{Type: m.topic.Type, Subject: m.subject, Urgency: m.urgency, DueDate: m.due, Paper: paper,
		Field: fields[m.office.Plan.leads].Name, Pages: 1}
}

func (m *sending) recipients() []app.ID {
	out := make([]app.ID, len(m.to))
	for i, o := range m.to {
		out[i] = o.Unit.ID
	}
	return out
}

// send writes the document's way to its recipients, and what each does then.
// Those with a PDF come signed to the clerk, who registers and sends them in
// one step; older ones went through every desk.
func (s *script) send(m sending) {
	issued := m.at
	if m.at >= s.files {
		s.registerAndSend(m)
	} else {
		issued = s.throughDesks(m, m.at)
	}
	s.deliver(m, issued)
}

// deliver writes what the recipients do with their copies.
func (s *script) deliver(m sending, issued app.Time) {
	if issued > s.now {
		return
	}
	t := m.topic
	t.Subject = m.subject // as it was written
	for _, o := range m.to {
		s.documents++
		s.handle(arrival{
			id: app.CopyID(m.id, o.Unit.ID), office: o, at: issued, from: m.office.Unit.ID,
			topic: t, urgency: m.urgency, due: m.due,
		})
	}
}

func (s *script) registerAndSend(m sending) {
	s.do(m.at, m.office.Clerk, "document.register_send.1", m.id, func(pl *player) any {
		f := m.fields(false)
		file, pages := pl.paper(m, pl.nextNumber(m.book()))
		f.Pages = pages
		f.Notation = app.MakeNotation(m.topic.Type, m.office.Unit, m.div.Unit)
		return &app.RegisterAndSend{
			Unit: m.office.Unit.ID, Fields: f, Files: []app.NewFile{file}, Book: m.book().ID,
			To: m.recipients(), Signer: m.signer.ID, Form: m.form, ReplyTo: m.replyTo,
		}
	})
}

func (m *sending) book() *app.Book {
	if m.topic.Type == "QĐ" || m.topic.Type == "NQ" {
		return m.office.Decisions
	}
	return m.office.Out
}

// throughDesks takes a draft from its drafter to the clerk who issues it, and
// returns when it was issued.
func (s *script) throughDesks(m sending, t app.Time) app.Time {
	s.draft(m, t)
	t = s.checked(m, t)
	return s.issued(m, t)
}

func (s *script) draft(m sending, t app.Time) {
	s.do(t, m.drafter, "document.draft.1", m.id, func(pl *player) any {
		c := &app.DraftCreate{Unit: m.office.Unit.ID, Division: m.div.Unit.ID, Fields: m.fields(t < s.files), ReplyTo: m.replyTo, To: m.recipients()}
		if t >= s.files {
			file, pages := pl.paper(m, 0)
			c.Files, c.Fields.Pages = []app.NewFile{file}, pages
		}
		return c
	})
}

// checked takes it to the signer: content by the head, form by văn thư,
// approval. A head's own draft goes to the leader first.
func (s *script) checked(m sending, t app.Time) app.Time {
	to := m.div.Head
	if m.drafter == to {
		to = m.office.Leader
	}
	submit := func(at app.Time) {
		s.give(at, m.drafter, "document.submit_draft.1", m.id, &app.SubmitDraft{To: to.ID})
	}
	t = s.between(t, 10, 120)
	submit(t)
	if s.chance(7) {
		t = s.between(t, 15, 120)
		s.give(t, to, "document.send_back.1", m.id, &app.Reason{Text: pick(s.r, sendBackReasons)})
		t = s.between(t, 20, 240)
		submit(t)
	}
	if m.drafter == m.div.Head {
		t = s.approve(m, t)
		t = s.between(t, 10, 120)
		s.give(t, m.office.Clerk, "document.check_form.1", m.id, &app.Note{})
		return t
	}
	t = s.between(t, 10, 180)
	s.give(t, m.div.Head, "document.check_content.1", m.id, &app.Note{})
	t = s.between(t, 10, 120)
	s.give(t, m.office.Clerk, "document.check_form.1", m.id, &app.Note{})
	return s.approve(m, t)
}

func (s *script) approve(m sending, t app.Time) app.Time {
	t = s.between(t, 15, 300)
	s.approveAt(m, t)
	return t
}

func (s *script) approveAt(m sending, t app.Time) {
	s.do(t, m.office.Leader, "document.approve_draft.1", m.id, func(pl *player) any {
		doc := pl.document(m.id)
		return &app.ApproveDraft{Revision: doc.Revision, Content: doc.MainHash(), To: m.signer.ID}
	})
}

// sign records a signature on the paper: the signer's, or the office's seal.
func (s *script) sign(m sending, t app.Time, by *app.Person, kind app.SignatureKind) {
	s.do(t, by, "document.record_signature.1", m.id, func(pl *player) any {
		doc := pl.document(m.id)
		sig := &app.RecordSignature{Kind: kind, Revision: doc.Revision, Content: doc.MainHash()}
		if kind == app.SignaturePerson {
			sig.Signer, sig.Form = m.signer.ID, m.form
		}
		return sig
	})
}

// issued signs, numbers, seals and sends it.
func (s *script) issued(m sending, t app.Time) app.Time {
	o := m.office
	t = s.between(t, 5, 120)
	s.sign(m, t, m.signer, app.SignaturePerson)
	t = s.between(t, 5, 60)
	s.give(t, o.Clerk, "document.number.1", m.id, &app.Number{Book: m.book().ID})
	t = s.later(t, 3)
	s.sign(m, t, o.Clerk, app.SignatureOrgan)
	t = s.later(t, 3)
	s.give(t, o.Clerk, "document.issue.1", m.id, &app.Issue{})
	return t
}

// answerWithDraft answers a directive with a draft reply, which then goes its
// way to whoever asked.
func (s *script) answerWithDraft(j job, t app.Time) {
	asker := s.p.Office(j.from)
	m := s.newSending(j.office, topic{Type: "BC", Subject: "Kết quả thực hiện nội dung: " + short(j.topic.Subject)}, t)
	m.div, m.drafter, m.due, m.urgency = j.div, j.worker, 0, app.UrgencyNormal
	m.to, m.replyTo, m.reply = []*Office{asker}, j.id, j.topic.Subject
	s.draft(m, t)
	t = s.later(t, 4)
	s.do(t, j.worker, "document.answer.1", j.id, func(*player) any {
		return &app.TaskAnswer{TaskRef: app.TaskRef{Directive: *j.dir, Receiver: j.who}, Text: "Trình dự thảo báo cáo kèm theo.", Draft: m.id}
	})
	t = s.checked(m, t)
	s.do(s.later(t, 2), j.leader, "document.accept_answer.1", j.id, func(*player) any {
		return &app.TaskVerdict{TaskRef: app.TaskRef{Directive: *j.dir, Receiver: j.who}}
	})
	t = s.issued(m, s.later(t, 3))
	s.deliver(m, t)
}

// short is a subject as it is quoted in another's.
func short(subject string) string {
	subject = strings.TrimPrefix(subject, "Về việc ")
	letters := []rune(subject)
	if len(letters) > 120 {
		return string(letters[:117]) + "…"
	}
	return lowerFirst(subject)
}
