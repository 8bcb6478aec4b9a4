package demo

import "khonggiay/app"

// arrival is an incoming document that an office has to handle.
type arrival struct {
	id      app.ID
	office  *Office
	at      app.Time
	from    app.ID // issuing office of ours, if any
	topic   topic
	urgency app.Urgency
	due     app.Date
	paper   bool // entered by the clerk, and so received already
}

// hurry divides waiting times for urgent documents.
func (a *arrival) hurry(minutes int) int { return max(1, minutes/[]int{1, 2, 4, 12}[a.urgency]) }

// handle writes what becomes of an incoming document: received, entered in the
// book, submitted, directed, done and reported; some are returned, some stay
// with somebody past their day.
func (s *script) handle(a arrival) {
	o, t := a.office, a.at
	if !a.paper {
		t = s.between(t, a.hurry(10), a.hurry(150))
		if s.chance(2) {
			s.give(t, o.Clerk, "document.return_incoming.1", a.id, &app.Reason{Text: pick(s.r, returnReasons)})
			return
		}
		if s.chance(60) { // else registering receives it as well
			s.give(t, o.Clerk, "document.accept.1", a.id, &app.Note{})
		}
	}
	t = s.between(t, a.hurry(4), a.hurry(40))
	s.give(t, o.Clerk, "document.register.1", a.id, &app.Register{Book: o.In.ID})
	if a.topic.Days == 0 && s.chance(25) {
		s.give(s.between(t, 10, 60), o.Clerk, "document.complete.1", a.id, &app.Note{Text: "Lưu hồ sơ, không phải xử lý."})
		return
	}
	leader := o.Leader
	if s.chance(35) && len(o.Deputies) > 0 {
		leader = pick(s.r, o.Deputies)
	}
	t = s.between(t, a.hurry(5), a.hurry(90))
	s.give(t, o.Clerk, "document.submit.1", a.id, &app.Submit{To: leader.ID})
	t = s.between(t, a.hurry(20), a.hurry(400))
	if a.topic.Days == 0 {
		s.forNotice(a, leader, t)
		return
	}
	s.assign(a, leader, t)
}

// forNotice passes a document on to those who should know it.
func (s *script) forNotice(a arrival, leader *app.Person, t app.Time) {
	var to []app.Receiver
	for _, d := range a.office.Divisions {
		if len(to) == 0 || s.chance(40) {
			to = append(to, app.Receiver{ID: d.Unit.ID, Unit: true, Role: app.ForNotice})
		}
	}
	dir := s.give(t, leader, "document.direct.1", a.id, &app.Direct{Text: pick(s.r, noticeTexts), Receivers: to})
	head := a.office.division(to[0].ID).Head
	s.do(s.between(t, 15, 300), head, "document.seen.1", a.id, taskRef(dir, to[0].ID))
	s.give(s.between(t, 320, 700), leader, "document.complete.1", a.id, &app.Note{})
}

func (o *Office) division(id app.ID) *Division {
	for _, d := range o.Divisions {
		if d.Unit.ID == id {
			return d
		}
	}
	return nil
}

func taskRef(dir *app.CommandID, who app.ID) func(*player) any {
	return func(*player) any { return &app.TaskRef{Directive: *dir, Receiver: who} }
}

// job is one receiver's way through a directive.
type job struct {
	arrival
	leader *app.Person // who gave the directive
	dir    *app.CommandID
	who    app.ID // receiver
	worker *app.Person
	div    *Division
	due    app.Date
}

// assign writes the directive and what its receivers do.
func (s *script) assign(a arrival, leader *app.Person, t app.Time) {
	div := a.office.divisionFor(s, a.topic)
	due := s.due(t, max(1, a.topic.Days-1))
	if a.due != 0 && due > a.due && a.due >= t.Date() {
		due = a.due
	}
	j := job{arrival: a, leader: leader, div: div, due: due}
	toUnit := s.chance(40)
	if toUnit {
		j.who, j.worker = div.Unit.ID, div.Head
	} else {
		j.worker = pick(s.r, div.Officers)
		j.who = j.worker.ID
	}
	to := []app.Receiver{{ID: j.who, Unit: toUnit, Role: app.Lead}}
	if other := pick(s.r, a.office.Divisions); other != div && s.chance(45) {
		role := app.Assist
		if s.chance(40) {
			role = app.ForNotice
		}
		to = append(to, app.Receiver{ID: other.Unit.ID, Unit: true, Role: role})
	}
	j.dir = s.give(t, leader, "document.direct.1", a.id, &app.Direct{Text: pick(s.r, directiveTexts), Due: due, Receivers: to})
	if toUnit && s.chance(60) {
		s.pass(&j, &t)
	}
	s.work(j, t)
}

// pass hands a division's directive on to one of its officers.
func (s *script) pass(j *job, t *app.Time) {
	*t = s.between(*t, j.hurry(15), j.hurry(200))
	officer := pick(s.r, j.div.Officers)
	parent := j.dir
	j.due = max(j.due, t.Date()) // it lay on the desk beyond its day: today, then
	due := j.due
	j.dir = s.do(*t, j.div.Head, "document.direct.1", j.id, func(*player) any {
		return &app.Direct{Text: "Giao đồng chí thực hiện, báo cáo tôi trước khi trình.", Due: due, Parent: *parent,
			Receivers: []app.Receiver{{ID: officer.ID, Role: app.Lead}}}
	})
	j.leader, j.worker, j.who = j.div.Head, officer, officer.ID
}

// work is what the receiver does about it.
func (s *script) work(j job, t app.Time) {
	t = s.between(t, j.hurry(10), j.hurry(300))
	s.do(t, j.worker, "document.seen.1", j.id, taskRef(j.dir, j.who))
	t = s.between(t, j.hurry(5), j.hurry(200))
	s.do(t, j.worker, "document.start_task.1", j.id, taskRef(j.dir, j.who))
	if s.chance(14) {
		s.give(s.between(t, 5, 120), j.worker, "document.remark.1", j.id, &app.RemarkAdd{Text: pick(s.r, remarkTexts)})
	}
	if s.chance(5) {
		s.stays(j, t)
		return
	}
	if s.chance(4) && j.due > t.Date() {
		t = s.extend(&j, t)
	}
	t = s.finishing(j, t)
	if j.from != "" && s.chance(45) {
		s.answerWithDraft(j, t)
		return
	}
	s.answerWithText(j, t)
}

// finishing is when the work is done: mostly before the deadline.
func (s *script) finishing(j job, t app.Time) app.Time {
	days := max(1, s.dir.WorkingDaysBetween(t.Date(), j.due))
	return s.between(t, j.hurry(60), j.hurry(days*officeDay))
}

// stays is work that nobody finished: reminded, and overdue today.
func (s *script) stays(j job, t app.Time) {
	remind := s.between(t, (j.topic.Days+2)*officeDay, (j.topic.Days+5)*officeDay)
	if s.now-remind > 60*day { // nobody leaves it for months: it was closed in the end
		s.give(s.later(remind, 5*officeDay), j.office.Leader, "document.complete.1", j.id, &app.Note{Text: "Đã xử lý trực tiếp tại cuộc họp giao ban."})
	}
	s.do(remind, j.leader, "document.remind.1", j.id, func(*player) any {
		return &app.Remind{Directive: *j.dir, Text: "Đề nghị khẩn trương báo cáo, nội dung đã quá hạn."}
	})
}

// extend asks for a later deadline, gets it, and returns when.
func (s *script) extend(j *job, t app.Time) app.Time {
	later := s.dir.AddWorkingDays(j.due, 3)
	reason := pick(s.r, extensionReasons)
	ask := s.do(s.later(t, 20), j.worker, "document.ask_extension.1", j.id, func(*player) any {
		return &app.ExtensionAsk{Directive: *j.dir, New: later, Text: reason}
	})
	t = s.later(t, 55)
	s.do(t, j.leader, "document.decide_extension.1", j.id, func(*player) any {
		return &app.ExtensionDecide{Extension: *ask, Grant: true, Text: "Đồng ý."}
	})
	j.due = later
	return t
}

func (s *script) answerWithText(j job, t app.Time) {
	say := func(at app.Time) {
		text := pick(s.r, answerTexts)
		s.do(at, j.worker, "document.answer.1", j.id, func(*player) any {
			return &app.TaskAnswer{TaskRef: app.TaskRef{Directive: *j.dir, Receiver: j.who}, Text: text}
		})
	}
	say(t)
	if s.chance(6) {
		t = s.between(t, 20, 200)
		s.do(t, j.leader, "document.reject_answer.1", j.id, func(*player) any {
			return &app.TaskVerdict{TaskRef: app.TaskRef{Directive: *j.dir, Receiver: j.who}, Text: "Chưa rõ số liệu, bổ sung rồi báo cáo lại."}
		})
		t = s.between(t, 60, 400)
		say(t)
	}
	t = s.between(t, 20, 300)
	s.do(t, j.leader, "document.accept_answer.1", j.id, func(*player) any {
		return &app.TaskVerdict{TaskRef: app.TaskRef{Directive: *j.dir, Receiver: j.who}}
	})
	s.give(s.between(t, 5, 120), j.office.Leader, "document.complete.1", j.id, &app.Note{})
}
