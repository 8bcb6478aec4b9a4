package app

func init() {
	define("meeting.minutes_drafted.1", KindMeeting, minutesDrafted)
	define("meeting.notice_drafted.1", KindMeeting, noticeDrafted)
	define("meeting.conclude.1", KindMeeting, concludeMeeting)

	drafting := []MeetingStatus{MeetingLive, MeetingPaused, MeetingFinished, MeetingConcluded}
	for _, act := range []Action{"meeting.minutes_drafted", "meeting.notice_drafted"} {
		meetingRule(act, meetingClause{relMeetSecretary, drafting}, meetingClause{relMeetChair, drafting})
	}
	done := []MeetingStatus{MeetingFinished}
	meetingRule("meeting.conclude", meetingClause{relMeetSecretary, done}, meetingClause{relMeetChair, done})
}

// MeetingPaper names the document that was drafted of a meeting:
// meeting.minutes_drafted.1 (biên bản), meeting.notice_drafted.1 (thông báo
// kết luận).
type MeetingPaper struct {
	Document ID `cbor:"1,keyasint" json:"document" minLength:"1" maxLength:"64"`
}

// MeetingConclude says that the notice has been issued (meeting.conclude.1).
type MeetingConclude struct{}

func minutesDrafted(x *Exec, a *MeetingPaper) error {
	return x.drafted(a, TypeMinutes, func(m *Meeting) *ID { return &m.MinutesDoc })
}

func noticeDrafted(x *Exec, a *MeetingPaper) error {
	return x.drafted(a, TypeNotice, func(m *Meeting) *ID { return &m.Notice })
}

// drafted links a draft to its meeting. Of two people who draft at once the
// first wins, and the second is told which document there is.
func (x *Exec) drafted(a *MeetingPaper, is TypeCode, place func(*Meeting) *ID) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	doc, err := x.document(a.Document)
	if err != nil {
		return err
	}
	if doc.Direction != Outgoing || doc.Unit != m.Unit || doc.Type != is {
		return Refuse(Invalid, "meeting.not_its_paper")
	}
	at := place(m)
	if *at == a.Document {
		return nil
	}
	old, there, err := partOf[*Document](x, Key{KindDocument, *at})
	if err != nil {
		return err
	}
	if there && old.State != OutCancelled {
		return Refuse(Conflict, "meeting.has_paper").With("document", string(*at))
	}
	*at = a.Document
	x.logMeeting(m, "", "", a.Document)
	return x.putMeeting(m)
}

// concludeMeeting: the notice of conclusions has gone out.
func concludeMeeting(x *Exec, _ *MeetingConclude) error {
	m, err := x.openMeeting(x.Cmd.Target.ID)
	if err != nil {
		return err
	}
	if m.Status != MeetingFinished { // the system is asked nothing by Can
		return Refuse(Conflict, "meeting.wrong_status").With("status", string(m.Status))
	}
	doc, there, err := partOf[*Document](x, Key{KindDocument, m.Notice})
	if err != nil {
		return err
	}
	if m.Notice == "" || there && doc.State != OutIssued && doc.State != OutArchived {
		return Refuse(Conflict, "meeting.notice_not_issued")
	}
	x.logMeeting(m, MeetingConcluded, "", m.Notice)
	return x.putMeeting(m)
}
