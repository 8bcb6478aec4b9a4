package demo

import "khonggiay/app"

// planned is a meeting of the story before it takes place.
type planned struct {
	title, content string
	class          app.MeetingClass
	form           app.MeetingForm
	days, hour     int // working days from today, and the hour of its beginning
	minutes        int
	place          string
	agenda         []app.AgendaPut
}

// meetings adds those of this week and the next: published ones that wait for
// answers, one that waits for the chairman's yes, and one that is being written.
func (s *script) meetings() {
	xa, so := s.p.Communes[0], s.p.Departments[0]
	briefing := s.meeting(xa, planned{title: "Họp giao ban công tác tuần", content: "Đánh giá kết quả công tác tuần qua, triển khai nhiệm vụ tuần tới.",
		class: "GIAO_BAN", form: app.InPerson, days: 1, hour: 8, minutes: 90, place: "Phòng họp tầng 2, trụ sở UBND xã", agenda: []app.AgendaPut{
			{Title: "Khai mạc, thông qua chương trình", Minutes: 5}, {Title: "Báo cáo kết quả công tác tuần", Minutes: 20, Presenters: []app.ID{xa.Clerk.ID}},
			{Title: "Tiến độ giải quyết thủ tục hành chính", Minutes: 25, Presenters: []app.ID{xa.Divisions[1].Head.ID}},
			{Title: "Trao đổi về nhân sự", Minutes: 20, Type: app.AgendaInternal}, {Title: "Kết luận", Minutes: 10, Presenters: []app.ID{xa.Leader.ID}}}},
		s.staff(xa))
	s.publish(xa, briefing)
	s.about(s.ago(200), xa.Deputies[0], "meeting.reply.1", briefing, &app.InvitationReply{Participant: xa.Deputies[0].ID, Reply: app.ReplyAccepted})
	s.about(s.ago(180), xa.Divisions[1].Head, "meeting.reply.1", briefing, &app.InvitationReply{Participant: xa.Divisions[1].Head.ID, Reply: app.ReplyDeclined, Reason: "Đi kiểm tra hiện trường theo phân công của Chủ tịch"})

	s.publish(xa, s.meeting(xa, planned{title: "Họp chuyên đề về phòng, chống thiên tai và tìm kiếm cứu nạn", class: "CHUYEN_DE", form: app.InPerson,
		days: 2, hour: 14, minutes: 120, place: "Hội trường UBND xã"}, s.staff(xa)))
	communes := []app.Invitee{{ID: so.Leader.ID, Role: app.MeetingChair, Voting: true, Order: 1}, {ID: so.Clerk.ID, Role: app.MeetingSecretary, Order: 2}}
	called := s.p.Communes[:min(12, len(s.p.Communes))]
	for i, o := range called {
		communes = append(communes, app.Invitee{ID: o.Unit.ID, Unit: true, Role: app.MeetingMember, Order: 3 + i})
	}
	online := s.meeting(so, planned{title: "Hội nghị trực tuyến triển khai kế hoạch sản xuất vụ Xuân", class: "HOI_NGHI_TOAN_TINH", form: app.Online, days: 3, hour: 8, minutes: 210}, communes)
	s.publish(so, online)
	s.atPoints(so, online, called)
	s.publish(xa, s.meeting(xa, planned{title: "Phiên họp UBND xã thường kỳ", class: "PHIEN_HOP_UBND", form: app.InPerson, days: 5, hour: 8, minutes: 180, place: "Phòng họp tầng 2, trụ sở UBND xã"}, s.staff(xa)))

	waits := s.meeting(xa, planned{title: "Họp Ban chỉ đạo chuyển đổi số", class: "BAN_CHI_DAO", form: app.Combined, days: 6, hour: 14, minutes: 90, place: "Phòng họp tầng 2, trụ sở UBND xã"}, s.staff(xa))
	s.about(s.ago(120), xa.Clerk, "meeting.submit.1", waits, &app.MeetingSubmit{Text: "Kính trình Chủ tịch duyệt lịch họp"})
	s.meeting(xa, planned{title: "Làm việc về dự toán thu, chi ngân sách năm sau", class: "CHUYEN_DE", form: app.InPerson, days: 7, hour: 8, minutes: 120}, s.staff(xa))
}

// staff are the people of an office at its own meetings: its leader in the
// chair, its clerk as secretary, deputies and heads with a vote.
func (s *script) staff(o *Office) []app.Invitee {
	out := []app.Invitee{{ID: o.Leader.ID, Role: app.MeetingChair, Voting: true, Order: 1}, {ID: o.Clerk.ID, Role: app.MeetingSecretary, Order: 2}}
	for _, p := range o.Deputies {
		out = append(out, app.Invitee{ID: p.ID, Role: app.MeetingMember, Voting: true, Order: len(out) + 1})
	}
	for _, d := range o.Divisions {
		out = append(out, app.Invitee{ID: d.Head.ID, Role: app.MeetingMember, Voting: true, Order: len(out) + 1})
	}
	return out
}

// meeting is begun by the office's clerk, with its agenda.
func (s *script) meeting(o *Office, m planned, people []app.Invitee) app.ID {
	at := s.ago(600)
	id := s.newID(at)
	s.documents-- // it is none
	begins := s.dir.AddWorkingDays(s.now.Date(), m.days).Start() + app.Time(m.hour*60)*minute
	s.about(at, o.Clerk, "meeting.create.1", id, &app.MeetingCreate{Unit: o.Unit.ID, People: people, Fields: app.MeetingFields{
		Title: m.title, Content: m.content, Class: m.class, Form: m.form, Place: m.place, Start: begins, End: begins + app.Time(m.minutes)*minute}})
	for i, item := range m.agenda {
		if item.Type == "" {
			item.Type = app.AgendaCommon
		}
		item.Meeting, item.Order = id, i
		s.aboutPart(s.ago(590), o.Clerk, "agenda.put_item.1", app.Key{Kind: app.KindAgenda, ID: app.AgendaID(id, item.Type)}, &item)
	}
	return id
}

func (s *script) publish(o *Office, meeting app.ID) {
	s.about(s.ago(500), o.Clerk, "meeting.submit.1", meeting, &app.MeetingSubmit{})
	s.about(s.ago(480), o.Leader, "meeting.publish.1", meeting, &app.MeetingNote{})
}

// about adds a command on a meeting.
func (s *script) about(at app.Time, by *app.Person, name string, meeting app.ID, args any) {
	s.aboutPart(at, by, name, app.Key{Kind: app.KindMeeting, ID: meeting}, args)
}

func (s *script) aboutPart(at app.Time, by *app.Person, name string, target app.Key, args any) {
	s.acts = append(s.acts, act{at: at, by: by.ID, name: name, target: target, args: func(*player) any { return args }, gave: new(app.CommandID)})
}
