package demo

import "khonggiay/app"

// story adds the documents on which the first minutes stand: a hỏa tốc telegram
// that reached the chairman an hour ago, and desks with something of each kind.
// Its times are counted back from now, whatever the hour.
func (s *script) story() {
	s.files = min(s.files, s.now-20*day) // all of it has PDFs
	s.telegram()
	s.submittedToChairman()
	s.chairmansOwn()
	s.clerksDesk()
	s.officersDesk()
	s.meetings()
}

func (s *script) ago(minutes int) app.Time { return s.now - app.Time(minutes)*minute }

// posted is a mailing of the story, sent so many minutes ago.
func (s *script) posted(from *Office, minutes int, t topic, to ...*Office) sending {
	m := s.newSending(from, t, s.ago(minutes))
	m.urgency, m.to = t.Urgent, to
	s.registerAndSend(m)
	s.documents += len(to)
	return m
}

// telegram is the star: it went to twelve communes, which have come to
// different points.
func (s *script) telegram() {
	so := s.p.Departments[0]
	to := s.p.Communes[:min(12, len(s.p.Communes))]
	m := s.newSending(so, fields["nongnghiep"].Down[0], s.ago(95))
	m.urgency, m.to, m.div = app.UrgencyImmediate, to, so.Divisions[1]
	m.signer, m.form, m.due = so.Leader, app.AuthorityOwn, s.now.Date()
	s.registerAndSend(m)
	s.documents += len(to)
	for i, o := range to {
		s.reached(o, app.CopyID(m.id, o.Unit.ID), 90-3*i, i)
	}
}

// reached takes one commune's copy to a point of its way; the first commune's
// to its chairman.
func (s *script) reached(o *Office, id app.ID, minutes, i int) {
	step := func() app.Time { minutes -= 5; return s.ago(minutes) }
	how := []int{3, 5, 4, 1, 2, 5, 0, 4, 3, 5, 1, 2}[i%12]
	if how >= 1 {
		s.give(step(), o.Clerk, "document.accept.1", id, &app.Note{})
	}
	if how >= 2 {
		s.give(step(), o.Clerk, "document.register.1", id, &app.Register{Book: o.In.ID})
	}
	if how >= 3 {
		s.give(step(), o.Clerk, "document.submit.1", id, &app.Submit{To: o.Leader.ID, Text: "Văn bản hỏa tốc, kính trình đồng chí cho ý kiến chỉ đạo ngay."})
	}
	if how < 4 {
		return
	}
	worker := o.Divisions[1].Officers[0]
	dir := s.give(step(), o.Leader, "document.direct.1", id, &app.Direct{
		Text: "Triển khai ngay phương án bốn tại chỗ, trực 24/24 giờ; báo cáo trước 17 giờ.", Due: s.now.Date(),
		Receivers: []app.Receiver{{ID: worker.ID, Role: app.Lead}, {ID: o.Divisions[0].Unit.ID, Unit: true, Role: app.Assist}}})
	if how >= 5 {
		s.do(step(), worker, "document.start_task.1", id, taskRef(dir, worker.ID))
	}
}

// intake takes a copy to the leader.
func (s *script) intake(o *Office, id app.ID, minutes int) {
	s.give(s.ago(minutes), o.Clerk, "document.accept.1", id, &app.Note{})
	s.give(s.ago(minutes-4), o.Clerk, "document.register.1", id, &app.Register{Book: o.In.ID})
	s.give(s.ago(minutes-9), o.Clerk, "document.submit.1", id, &app.Submit{To: o.Leader.ID})
}

// submittedToChairman waits for directives, with deadlines near and far.
func (s *script) submittedToChairman() {
	xa := s.p.Communes[0]
	for i, x := range []struct {
		from *Office
		t    topic
	}{
		{s.p.department("syt"), topic{"CV", "Tăng cường phòng, chống bệnh sởi và cúm mùa", app.UrgencyVery, 2}},
		{s.p.department("stc"), topic{"CV", "Đẩy nhanh tiến độ giải ngân vốn đầu tư công năm {nam}", app.UrgencyUrgent, 3}},
		{s.p.Top, topic{"CT", "Về việc tăng cường kỷ luật, kỷ cương, nâng cao hiệu quả thực thi công vụ", app.UrgencyNormal, 8}},
		{s.p.department("snv"), topic{"CV", "Rà soát vị trí việc làm và biên chế năm {namtoi}", app.UrgencyNormal, 10}},
		{s.p.Top, topic{"GM", "Họp trực tuyến đánh giá tiến độ giải ngân vốn đầu tư công {quy}", app.UrgencyUrgent, 0}},
		{s.p.department("skhcn"), topic{"KH", "Chuyển đổi số tỉnh Minh Giang năm {nam}", app.UrgencyNormal, 10}},
	} {
		m := s.posted(x.from, 300+170*i, x.t, xa)
		s.intake(xa, app.CopyID(m.id, xa.Unit.ID), 270+150*i)
	}
}

// chairmansOwn is what came back to the chairman: a draft to approve, one to
// sign, a result, a later deadline asked for, and work that is overdue.
func (s *script) chairmansOwn() {
	xa := s.p.Communes[0]
	up := fields["chung"].Up
	for i, until := range []stage{atReview, atSigner} {
		m := s.newSending(xa, up[i], s.ago(400+120*i))
		m.to, m.signer, m.form = []*Office{s.p.Top}, xa.Leader, app.AuthorityTM
		s.unfinished(m, until)
	}
	answered := s.directed(s.p.department("sxd"), topic{"CV", "Bàn giao mặt bằng dự án cầu {xa}", app.UrgencyUrgent, 5}, 2, 4, nil)
	s.do(s.ago(50), answered.worker, "document.answer.1", answered.id, func(*player) any {
		return &app.TaskAnswer{TaskRef: app.TaskRef{Directive: *answered.dir, Receiver: answered.who},
			Text: "Đã vận động 14/14 hộ bàn giao mặt bằng; biên bản ký ngày hôm nay, kèm theo hồ sơ."}
	})
	late := s.directed(s.p.department("svhttdl"), topic{"CV", "Kiểm kê di tích, di sản văn hóa phi vật thể", app.UrgencyNormal, 12}, 3, 6, nil)
	later := s.dir.AddWorkingDays(late.due, 4)
	s.do(s.ago(130), late.worker, "document.ask_extension.1", late.id, func(*player) any {
		return &app.ExtensionAsk{Directive: *late.dir, New: later, Text: "Cần thêm thời gian đo vẽ di tích đình làng Nà Mạ."}
	})
	overdue := s.directed(s.p.department("stp"), topic{"CV", "Số hóa sổ hộ tịch trên địa bàn", app.UrgencyNormal, 8}, 12, 3, s.p.officer())
	s.do(s.ago(200), xa.Leader, "document.remind.1", overdue.id, func(*player) any {
		return &app.Remind{Directive: *overdue.dir, Text: "Đã quá hạn, đề nghị báo cáo nguyên nhân và thời gian hoàn thành."}
	})
}

// directed is a document that the chairman gave to an officer (nil = any) so
// many days ago.
func (s *script) directed(from *Office, t topic, days, due int, worker *app.Person) job {
	xa := s.p.Communes[0]
	m := s.posted(from, days*24*60+200, t, xa)
	id := app.CopyID(m.id, xa.Unit.ID)
	s.intake(xa, id, days*24*60+120)
	div := xa.divisionFor(s, topic{Subject: m.subject})
	if worker == nil {
		worker = pick(s.r, div.Officers[1:])
	}
	at := s.ago(days*24*60 + 30)
	j := job{arrival: arrival{id: id, office: xa, topic: t}, worker: worker, who: worker.ID, due: s.dir.AddWorkingDays(at.Date(), due)}
	j.dir = s.give(at, xa.Leader, "document.direct.1", id, &app.Direct{Text: pick(s.r, directiveTexts), Due: j.due,
		Receivers: []app.Receiver{{ID: worker.ID, Role: app.Lead}}})
	s.do(at+15*minute, worker, "document.start_task.1", id, taskRef(j.dir, worker.ID))
	return j
}

// clerksDesk is the commune's intake, and outgoing documents at the clerk.
func (s *script) clerksDesk() {
	xa := s.p.Communes[0]
	for i, x := range []struct {
		from *Office
		t    topic
		done int // commands given already
	}{
		{s.p.department("sgddt"), topic{"CV", "Bảo đảm an toàn bữa ăn bán trú", app.UrgencyUrgent, 4}, 0},
		{s.p.Departments[0], topic{"CV", "Cung cấp số liệu hộ dân có nguy cơ sạt lở tại thôn {thon}", app.UrgencyUrgent, 3}, 0},
		{s.p.department("sdttg"), topic{"CV", "Rà soát người có uy tín năm {nam}", app.UrgencyNormal, 8}, 0},
		{s.p.department("sct"), topic{"KH", "Bình ổn thị trường, bảo đảm hàng hóa dịp {le}", app.UrgencyNormal, 6}, 1},
		{s.p.department("ttt"), topic{"CV", "Báo cáo công tác tiếp công dân, giải quyết đơn thư {thang}", app.UrgencyNormal, 5}, 1},
		{s.p.department("vpub"), topic{"TB", "Kết luận của Chủ tịch Ủy ban nhân dân tỉnh tại phiên họp thường kỳ {thang}", app.UrgencyNormal, 6}, 2},
	} {
		m := s.posted(x.from, 60+23*i, x.t, xa)
		id := app.CopyID(m.id, xa.Unit.ID)
		if x.done > 0 {
			s.give(s.ago(40+5*i), xa.Clerk, "document.accept.1", id, &app.Note{})
		}
		if x.done > 1 {
			s.give(s.ago(30), xa.Clerk, "document.register.1", id, &app.Register{Book: xa.In.ID})
		}
	}
	for i, until := range []stage{atFormCheck, atNumber, atIssue} {
		m := s.newSending(xa, fields["noivu"].Up[i%3], s.ago(500+90*i))
		m.to = []*Office{s.p.department("snv")}
		s.unfinished(m, until)
	}
	so := s.p.Departments[0]
	for i, until := range []stage{atFormCheck, atNumber, atIssue} {
		m := s.newSending(so, fields["nongnghiep"].Down[3+i], s.ago(430+80*i))
		m.to = s.p.Communes[:min(4, len(s.p.Communes))]
		s.unfinished(m, until)
	}
}

// officersDesk are the demonstration officer's tasks.
func (s *script) officersDesk() {
	xa, me := s.p.Communes[0], s.p.officer()
	for i, x := range []struct {
		from *Office
		t    topic
	}{
		{s.p.Departments[0], topic{"CV", "Kiểm tra, xử lý các điểm tập kết rác thải tự phát", app.UrgencyNormal, 6}},
		{s.p.department("sxd"), topic{"CV", "Khắc phục hư hỏng mặt đường tỉnh lộ đoạn qua thôn {thon}", app.UrgencyUrgent, 3}},
	} {
		minutes := 1400 + 300*i
		m := s.posted(x.from, minutes, x.t, xa)
		id := app.CopyID(m.id, xa.Unit.ID)
		s.intake(xa, id, minutes-60)
		at := s.ago(minutes - 200)
		s.give(at, xa.Leader, "document.direct.1", id, &app.Direct{Text: pick(s.r, directiveTexts), Due: s.dir.AddWorkingDays(at.Date(), 3+i),
			Receivers: []app.Receiver{{ID: me.ID, Role: app.Lead}, {ID: xa.Divisions[0].Unit.ID, Unit: true, Role: app.ForNotice}}})
	}
}
