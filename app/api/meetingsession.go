package api

import (
	"context"
	"slices"
	"strings"

	"khonggiay/app"
	"khonggiay/meeting"
)

// ClockView is a stopwatch: what it has measured and, while it runs, since when.
type ClockView struct {
	Spent app.Time `json:"spent" doc:"milliseconds"`
	Since app.Time `json:"since,omitempty" doc:"runs since; absent while it stands"`
}

// SessionItemView is one agenda item and how far it is.
type SessionItemView struct {
	Key        app.CommandID   `json:"key"`
	Sheet      app.AgendaType  `json:"sheet" enum:"common,internal,hidden"`
	Title      string          `json:"title"`
	Presenters []string        `json:"presenters" doc:"names"`
	State      app.AgendaState `json:"state" enum:"CHUA,DANG,TAM_DUNG,XONG,HOAN"`
	Planned    app.Time        `json:"planned,omitempty" doc:"milliseconds"`
	Clock      ClockView       `json:"clock"`
}

// SpeechView is one entry of the speaking queue.
type SpeechView struct {
	Key      app.CommandID   `json:"key"`
	Person   PersonRef       `json:"person"`
	Title    string          `json:"title,omitempty" doc:"position at the meeting"`
	Kind     app.SpeechKind  `json:"kind" enum:"contribution,pro,contra,point_of_order,chat_van,tra_loi"`
	State    app.SpeechState `json:"state" enum:"waiting,called,speaking,paused,done,rejected,withdrawn"`
	Accepted bool            `json:"accepted,omitempty"`
	Priority int             `json:"priority,omitempty"`
	Place    int             `json:"place,omitempty" doc:"in the queue, from 1"`
	Item     app.CommandID   `json:"item,omitempty"`
	Asked    app.Time        `json:"asked"`
	Clock    ClockView       `json:"clock"`
	Limit    app.Time        `json:"limit,omitempty" doc:"milliseconds"`
	Text     string          `json:"text,omitempty"`
	To       *PersonRef      `json:"to,omitempty" doc:"chất vấn: who is asked"`
	About    app.CommandID   `json:"about,omitempty" doc:"trả lời: the question"`
	Reason   string          `json:"reason,omitempty" doc:"why it was rejected"`
	Mine     bool            `json:"mine,omitempty"`
}

// QuorumView is the roll-call in numbers.
type QuorumView struct {
	Entitled int  `json:"entitled" doc:"who have a vote"`
	Present  int  `json:"present" doc:"of those"`
	Others   int  `json:"others" doc:"present without a vote"`
	Excused  int  `json:"excused"`
	Required int  `json:"required" doc:"of those entitled; 0 = none is asked for"`
	Reached  bool `json:"reached"`
}

// HelpView is a call for help that nobody has seen to.
type HelpView struct {
	Key        app.CommandID `json:"key"`
	Attendance app.ID        `json:"attendance" doc:"target of attendance.help_done"`
	Person     PersonRef     `json:"person"`
	Seat       string        `json:"seat,omitempty"`
	Kind       string        `json:"kind" enum:"water,technician,secretary,other"`
	Text       string        `json:"text,omitempty"`
	At         app.Time      `json:"at"`
}

// OwnPlace is how the viewer takes part.
type OwnPlace struct {
	Attendance app.ID       `json:"attendance" doc:"target of attendance commands"`
	Presence   app.Presence `json:"presence" enum:"CHUA_DIEM_DANH,CO_MAT_TRUC_TIEP,CO_MAT_TRUC_TUYEN,VANG_CO_LY_DO,VANG_KHONG_LY_DO"`
	Arrived    app.Time     `json:"arrived,omitempty"`
	Left       app.Time     `json:"left,omitempty"`
	Seat       string       `json:"seat,omitempty"`
	Talks      bool         `json:"talks,omitempty" doc:"may ask to speak"`
	Help       []HelpView   `json:"help" doc:"own calls that nobody has seen to"`
}

// MeetingSessionView is a meeting while people sit together. Clocks run on the
// screen: its moment is now, and warnings change by the clock at changesAt.
type MeetingSessionView struct {
	ID           app.ID            `json:"id" doc:"target of session commands"`
	Meeting      app.ID            `json:"meeting"`
	Title        string            `json:"title"`
	Status       app.MeetingStatus `json:"status" enum:"DRAFT,PENDING_APPROVAL,INVITED,LIVE,PAUSED,FINISHED,CONCLUDED,ARCHIVED,CANCELLED,POSTPONED"`
	Now          app.Time          `json:"now"`
	Start        app.Time          `json:"start" doc:"planned"`
	End          app.Time          `json:"end" doc:"planned"`
	Room         *RoomRef          `json:"room,omitempty"`
	Place        string            `json:"place,omitempty"`
	CheckInFrom  app.Time          `json:"checkInFrom"`
	Started      app.Time          `json:"started,omitempty"`
	Finished     app.Time          `json:"finished,omitempty"`
	Ends         app.Time          `json:"ends,omitempty" doc:"forecast"`
	Clock        ClockView         `json:"clock"`
	Items        []SessionItemView `json:"items"`
	Current      app.CommandID     `json:"current,omitempty" doc:"agenda item under way"`
	Hidden       bool              `json:"hidden,omitempty" doc:"an item is under way that is not for the viewer"`
	Speaking     *SpeechView       `json:"speaking,omitempty"`
	Called       *SpeechView       `json:"called,omitempty"`
	Paused       []SpeechView      `json:"paused" doc:"who was interrupted"`
	Queue        []SpeechView      `json:"queue" doc:"in order"`
	Wishes       []SpeechView      `json:"wishes" doc:"without the secretary's yes; for others than officials their own only"`
	Further      []SpeechView      `json:"further" doc:"for another part of the meeting"`
	Over         []SpeechView      `json:"over" doc:"spoken, and the viewer's own that were rejected"`
	Quorum       QuorumView        `json:"quorum"`
	OpenQueue    bool              `json:"openQueue,omitempty" doc:"who asks is in the queue at once"`
	QueueClosed  bool              `json:"queueClosed,omitempty"`
	Questions    bool              `json:"questions,omitempty" doc:"the meeting has time for questions"`
	QuestionTime bool              `json:"questionTime,omitempty"`
	CodeOpen     bool              `json:"codeOpen,omitempty" doc:"there is a code of the roll-call"`
	Official     bool              `json:"official,omitempty"`
	Me           *OwnPlace         `json:"me,omitempty" doc:"absent when the viewer does not take part"`
	Help         []HelpView        `json:"help" doc:"for officials"`
	Warnings     []meeting.Warning `json:"warnings" enum:"no_quorum,meeting_over,item_over,speech_over,running_late"`
	ChangesAt    app.Time          `json:"changesAt,omitempty" doc:"when the clock alone changes the warnings"`
	Actions      []ActionInfo      `json:"actions" doc:"on session and roll-call"`
}

func (a *API) meetingSessionRoutes() {
	route(a, forPerson, get("/meetings/{id}/session", "getMeetingSession", "A meeting while people sit together", "meetings"), a.getMeetingSession)
	route(a, forPerson, get("/meetings/{id}/rollcall", "getRollCall", "Who is there", "meetings"), a.getRollCall)
	route(a, forPerson, get("/meetings/{id}/code", "getRollCode", "The code of the roll-call that is shown in the room", "meetings"), a.getRollCode)
}

// sitting is what is live about one meeting, as far as the viewer holds it.
type sitting struct {
	*look
	m        *app.Meeting
	s        *app.Session
	rolls    map[app.ID]*app.Attendance // by person
	all      []*app.Attendance
	sheets   []*app.AgendaSheet
	code     *app.RollCode
	official bool
}

// sitting reads it.
func (l *look) sitting(v View, id app.ID) (*sitting, error) {
	m, _, err := l.meeting(v, id)
	if err != nil {
		return nil, err
	}
	parts, err := v.MeetingParts(l.reader(), id)
	if err != nil {
		return nil, err
	}
	t := &sitting{look: l, m: m, s: &app.Session{}, rolls: map[app.ID]*app.Attendance{}, official: slices.Contains(m.Officials(), l.viewer.Person)}
	for _, p := range parts {
		switch p := p.(type) {
		case *app.Session:
			t.s = p
		case *app.AgendaSheet:
			t.sheets = append(t.sheets, p)
		case *app.Attendance:
			t.rolls[p.Person], t.all = p, append(t.all, p)
		case *app.RollCode:
			t.code = p
		}
	}
	return t, nil
}

func (t *sitting) board() meeting.Board {
	r := meeting.Records{Meeting: t.m, Sheets: t.sheets, Session: t.s}
	if t.official {
		r.Attendances = append([]*app.Attendance{}, t.all...) // not nil: nobody has come
	}
	return meeting.BoardOf(r, t.now)
}

func (a *API) getMeetingSession(ctx context.Context, in *meetingInput) (*body[MeetingSessionView], error) {
	l := a.look(viewerOf(ctx))
	var out MeetingSessionView
	err := a.Store.Read(ctx, func(v View) error {
		t, err := l.sitting(v, in.ID)
		if err == nil {
			out = t.view()
		}
		return err
	})
	return &body[MeetingSessionView]{out}, err
}

func (t *sitting) view() MeetingSessionView {
	m, s, b := t.m, t.s, t.board()
	out := MeetingSessionView{ID: app.SessionID(m.ID), Meeting: m.ID, Title: m.Title, Status: m.Status, Now: t.now, Start: m.Start, End: m.End,
		Room: t.room(m.Room), Place: m.Place, CheckInFrom: m.CheckInOpens(), Started: s.Started, Finished: s.Finished, Ends: b.Ends, Clock: ClockView(s.Clock),
		Items: t.items(b), Hidden: b.Hidden, Speaking: t.speech(b.Speaking, 0), Called: t.speech(b.Called, 0),
		Paused: t.speeches(t.inState(app.SpeechPaused)), Queue: t.speeches(b.Queue), Wishes: t.speeches(b.Wishes), Further: t.speeches(b.Further),
		Over: t.speeches(t.inState(app.SpeechDone, app.SpeechRejected)), Quorum: quorumView(b.Quorum), OpenQueue: m.Rules.OpenQueue,
		QueueClosed: s.QueueClosed, Questions: m.Rules.WithQuestionTime, QuestionTime: s.QuestionTime, CodeOpen: t.code != nil, Official: t.official,
		Me: t.own(), Help: []HelpView{}, Warnings: append([]meeting.Warning{}, b.Warnings...), ChangesAt: b.ChangesAt, Actions: t.sessionActions()}
	if b.Current >= 0 {
		out.Current = b.Items[b.Current].Key
	}
	if t.official {
		out.Help = t.help(t.all...)
		return out
	}
	notMine := func(e SpeechView) bool { return !e.Mine }
	out.Wishes = slices.DeleteFunc(out.Wishes, notMine)
	out.Over = slices.DeleteFunc(out.Over, func(e SpeechView) bool { return e.State == app.SpeechRejected && !e.Mine })
	return out
}

func quorumView(q app.QuorumState) QuorumView {
	return QuorumView{q.Entitled, q.Present, q.Others, q.Excused, q.Required, q.Reached}
}

func (t *sitting) items(b meeting.Board) []SessionItemView {
	out := []SessionItemView{}
	for _, i := range b.Items {
		view := SessionItemView{Key: i.Key, Sheet: i.Sheet, Title: i.Title, Presenters: []string{}, State: i.State, Planned: i.Planned, Clock: ClockView(i.Clock)}
		for _, p := range i.Presenters {
			view.Presenters = append(view.Presenters, t.named(p).Name)
		}
		if i.Presenter != "" {
			view.Presenters = append(view.Presenters, i.Presenter)
		}
		out = append(out, view)
	}
	return out
}

// inState lists the speeches in the states, in the order in which they ended.
func (t *sitting) inState(states ...app.SpeechState) []app.CommandID {
	out := []app.CommandID{}
	for id, e := range t.s.Queue {
		if slices.Contains(states, e.State) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b app.CommandID) int {
		if x, y := t.s.Queue[a].Ended, t.s.Queue[b].Ended; x != y {
			return int(x - y)
		}
		return int(int64(a) - int64(b))
	})
	return out
}

func (t *sitting) speeches(ids []app.CommandID) []SpeechView {
	out := []SpeechView{}
	for i, id := range ids {
		out = append(out, *t.speech(id, i+1))
	}
	return out
}

func (t *sitting) speech(id app.CommandID, place int) *SpeechView {
	e, ok := t.s.Queue[id]
	if !ok {
		return nil
	}
	if e.State != app.SpeechWaiting {
		place = 0
	}
	return &SpeechView{Key: id, Person: t.who(e.Person), Title: t.m.Participants[e.Person].Title, Kind: e.Kind, State: e.State,
		Accepted: e.Accepted != 0, Priority: e.Priority, Place: place, Item: e.Item, Asked: e.Asked, Clock: ClockView(e.Clock), Limit: e.Limit,
		Text: e.Text, To: t.person(e.To), About: e.About, Reason: e.Reason, Mine: e.Person == t.viewer.Person}
}

// own is the viewer's place at the meeting.
func (t *sitting) own() *OwnPlace {
	p, ok := t.m.Participants[t.viewer.Person]
	if !ok || p.Unit {
		return nil
	}
	out := &OwnPlace{Attendance: app.AttendanceID(t.m.ID, t.viewer.Person), Presence: app.NotCalled, Seat: p.Seat, Talks: app.Talks(p.Role), Help: []HelpView{}}
	if a := t.rolls[t.viewer.Person]; a != nil {
		out.Presence, out.Arrived, out.Left, out.Help = a.Presence, a.ArrivedAt(), a.Left, t.help(a)
	}
	return out
}

// help lists the calls that nobody has seen to, the oldest first.
func (t *sitting) help(of ...*app.Attendance) []HelpView {
	out := []HelpView{}
	for _, a := range of {
		for key, r := range a.Requests {
			if r.Done == 0 {
				out = append(out, HelpView{key, a.ID, t.who(a.Person), t.m.Participants[a.Person].Seat, r.Kind, r.Text, r.At})
			}
		}
	}
	slices.SortFunc(out, func(a, b HelpView) int { return int(a.At - b.At) })
	return out
}

// sessionActions answers for what may be done to session and roll-call.
func (t *sitting) sessionActions() []ActionInfo {
	part := app.Part{Participant: t.viewer.Person, Speech: &app.Speech{Person: t.viewer.Person}}
	return slices.DeleteFunc(t.meetingActions(t.m, part), func(i ActionInfo) bool {
		return !strings.HasPrefix(string(i.Action), "session.") && !strings.HasPrefix(string(i.Action), "attendance.")
	})
}
