package api

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
	"khonggiay/app/minutesdoc"
)

// MinutesView is the draft of a meeting's minutes and its conclusions.
type MinutesView struct {
	ID          app.ID           `json:"id" doc:"target of minutes.write"`
	Version     uint64           `json:"version"`
	Revision    uint32           `json:"revision" doc:"of the body"`
	Body        string           `json:"body,omitempty" doc:"the editor's JSON"`
	By          *PersonRef       `json:"by,omitempty"`
	At          app.Time         `json:"at,omitempty"`
	Conclusions []ConclusionView `json:"conclusions" doc:"in their order"`
}

// ConclusionView is one conclusion of the chair.
type ConclusionView struct {
	Key         app.CommandID    `json:"key"`
	Text        string           `json:"text" doc:"the editor's JSON"`
	Plain       string           `json:"plain"`
	Item        app.CommandID    `json:"item,omitempty"`
	Order       int              `json:"order"`
	By          *PersonRef       `json:"by,omitempty"`
	At          app.Time         `json:"at,omitempty"`
	Revision    uint32           `json:"revision"`
	Assignments []AssignmentItem `json:"assignments" doc:"tasks that came out of it"`
}

// MinutesFacts is what the records of a meeting know, in the words of minutes.
type MinutesFacts struct {
	RollCall []string `json:"rollCall"`
	Agenda   []string `json:"agenda"`
	Speeches []string `json:"speeches"`
	Votes    []string `json:"votes"`
}

// PaperOrder says which paper of a meeting to draft.
type PaperOrder struct {
	Kind string `json:"kind" enum:"minutes,notice" doc:"biên bản, thông báo kết luận"`
}

// PaperDrafted is the draft that was made.
type PaperDrafted struct {
	Document app.ID      `json:"document"`
	Status   GivenStatus `json:"status" enum:"pending,applied,deferred"`
}

type paperInput struct {
	ID   app.ID `path:"id" maxLength:"64"`
	Body PaperOrder
}

func (a *API) afterRoutes() {
	route(a, forPerson, get("/meetings/{id}/minutes", "getMinutes", "Draft of the minutes, and the conclusions", "meetings"), a.getMinutes)
	route(a, forPerson, get("/meetings/{id}/minutes/facts", "getMinutesFacts", "What the records know, in words for the minutes", "meetings"), a.getMinutesFacts)
	op := get("/meetings/{id}/minutes.pdf", "getMinutesPDF", "The minutes as they would be printed", "meetings")
	op.Responses = map[string]*huma.Response{"200": {Description: "the PDF", Content: map[string]*huma.MediaType{
		mediaPDF: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	route(a, forPerson, op, a.getMinutesPDF)
	route(a, forPerson, post("/meetings/{id}/papers", "draftPaper", "Draft the minutes, or the notice of conclusions, as a document", "meetings"), a.draftPaper)
	route(a, forPerson, get("/meetings/{id}/dossier", "getDossier", "Everything of a meeting in one list", "meetings"), a.getDossier)
	a.dossierRoutes()
	a.assignmentRoutes()
	a.statisticsRoutes()
}

// afterMeeting is what the viewer holds of a meeting that minutes tell.
type afterMeeting struct {
	meeting *app.Meeting
	minutes *app.Minutes
	version uint64 // of the minutes
	facts   app.MinutesFacts
}

// held reads a record that the viewer may see; nil when there is none.
func held[R app.Record](l *look, v View, key app.Key) (r R, version uint64, err error) {
	rec, version, err := v.Record(l.reader(), key)
	if errors.Is(err, app.ErrNotFound) {
		return r, 0, nil
	}
	if err != nil {
		return r, 0, err
	}
	r, _ = rec.(R)
	return r, version, nil
}

// after reads a meeting for one who runs it.
func (l *look) after(v View, id app.ID) (*afterMeeting, error) {
	m, _, err := l.meeting(v, id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(m.Officials(), l.viewer.Person) {
		return nil, app.Refuse(app.Forbidden, "can.needs_secretary")
	}
	out := &afterMeeting{meeting: m}
	if out.minutes, out.version, err = held[*app.Minutes](l, v, app.Key{Kind: app.KindMinutes, ID: app.MinutesID(id)}); err != nil {
		return nil, err
	}
	if out.minutes == nil {
		out.minutes = &app.Minutes{ID: app.MinutesID(id)}
	}
	out.facts, err = l.facts(v, m)
	return out, err
}

// facts reads what the records know of a meeting.
func (l *look) facts(v View, m *app.Meeting) (app.MinutesFacts, error) {
	s, _, err := held[*app.Session](l, v, app.Key{Kind: app.KindSession, ID: app.SessionID(m.ID)})
	if err != nil {
		return app.MinutesFacts{}, err
	}
	var sheets []*app.AgendaSheet
	for _, t := range app.AgendaTypes {
		sheet, _, err := held[*app.AgendaSheet](l, v, app.Key{Kind: app.KindAgenda, ID: app.AgendaID(m.ID, t)})
		if err != nil {
			return app.MinutesFacts{}, err
		}
		if sheet != nil {
			sheets = append(sheets, sheet)
		}
	}
	roll, err := l.roll(v, m)
	return app.Facts(m, sheets, s, roll), err
}

// roll reads the attendance of all who were invited.
func (l *look) roll(v View, m *app.Meeting) ([]*app.Attendance, error) {
	var roll []*app.Attendance
	for person := range m.Participants {
		at, _, err := held[*app.Attendance](l, v, app.Key{Kind: app.KindAttendance, ID: app.AttendanceID(m.ID, person)})
		if err != nil {
			return nil, err
		}
		if at != nil {
			roll = append(roll, at)
		}
	}
	return roll, nil
}

// reading runs what reads a meeting for one who runs it.
func (a *API) reading(ctx context.Context, id app.ID, fn func(*look, View, *afterMeeting) error) error {
	l := a.look(viewerOf(ctx))
	return a.Store.Read(ctx, func(v View) error {
		m, err := l.after(v, id)
		if err != nil {
			return err
		}
		return fn(l, v, m)
	})
}

func (a *API) getMinutes(ctx context.Context, in *meetingInput) (*body[MinutesView], error) {
	var out MinutesView
	err := a.reading(ctx, in.ID, func(l *look, v View, m *afterMeeting) error {
		given, err := v.Assignments(l.reader(), app.AssignmentQuery{Meeting: in.ID, Limit: 2000})
		out = l.minutesView(m, given)
		return err
	})
	return &body[MinutesView]{out}, err
}

func (l *look) minutesView(m *afterMeeting, given []app.AssignmentRow) MinutesView {
	n := m.minutes
	out := MinutesView{ID: n.ID, Version: m.version, Revision: n.Revision, Body: n.Body, By: l.person(n.By), At: n.At, Conclusions: []ConclusionView{}}
	for _, key := range n.Standing() {
		c := n.Conclusions[key]
		view := ConclusionView{Key: key, Text: c.Text, Plain: app.RichText(c.Text), Item: c.Item, Order: c.Order, By: l.person(c.By), At: c.At,
			Revision: c.Revision, Assignments: []AssignmentItem{}}
		for _, r := range given {
			if r.Conclusion == key {
				view.Assignments = append(view.Assignments, l.assignmentItem(r))
			}
		}
		out.Conclusions = append(out.Conclusions, view)
	}
	return out
}

func (a *API) getMinutesFacts(ctx context.Context, in *meetingInput) (*body[MinutesFacts], error) {
	var out MinutesFacts
	err := a.reading(ctx, in.ID, func(l *look, _ View, m *afterMeeting) error {
		n := minutesdoc.Names{Dir: l.dir, Day: m.facts.Started.Date()}
		out = MinutesFacts{RollCall: lines(minutesdoc.RollCall(m.facts, n).Lines()), Agenda: lines(minutesdoc.Agenda(m.facts, n)),
			Speeches: lines(minutesdoc.Speeches(m.facts, n)), Votes: lines(minutesdoc.Votes(m.facts))}
		return nil
	})
	return &body[MinutesFacts]{out}, err
}

func lines(of []string) []string { return append([]string{}, of...) }

func (a *API) getMinutesPDF(ctx context.Context, in *meetingInput) (*stream, error) {
	var b bytes.Buffer
	err := a.reading(ctx, in.ID, func(l *look, _ View, m *afterMeeting) error {
		return minutesdoc.WriteMinutes(&b, l.minutesDoc(m))
	})
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", mediaPDF)
		c.SetHeader("Content-Disposition", disposition("inline", minutesdoc.MinutesFile))
		_, _ = c.BodyWriter().Write(b.Bytes()) // the client is gone if this fails
	}}, nil
}

// minutesDoc is the minutes as they are printed.
func (l *look) minutesDoc(m *afterMeeting) minutesdoc.Minutes {
	day := m.facts.Started.Date()
	out := minutesdoc.Minutes{Head: minutesdoc.HeadOf(l.dir, m.meeting.Unit, app.TypeMinutes, m.meeting.Title, day), Meeting: m.meeting,
		Where: minutesdoc.Where(l.dir, m.meeting), Facts: m.facts, Names: minutesdoc.Names{Dir: l.dir, Day: day}, Conclusions: m.conclusions()}
	if n, err := app.ParseRich(m.minutes.Body, len(m.minutes.Body)); err == nil {
		out.Body = n
	}
	return out
}

func (m *afterMeeting) conclusions() []*app.RichNode {
	var out []*app.RichNode
	for _, key := range m.minutes.Standing() {
		text := m.minutes.Conclusions[key].Text
		if n, err := app.ParseRich(text, len(text)); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// noticeDoc is the notice of conclusions as it is printed.
func (l *look) noticeDoc(m *afterMeeting) minutesdoc.Notice {
	day := m.facts.Started.Date()
	n := minutesdoc.Notice{Head: minutesdoc.HeadOf(l.dir, m.meeting.Unit, app.TypeNotice, minutesdoc.NoticeSubject(m.meeting), day), Meeting: m.meeting,
		Facts: m.facts, Names: minutesdoc.Names{Dir: l.dir, Day: day}, Conclusions: m.conclusions()}
	if len(m.facts.Chair) > 0 {
		chair := m.facts.Chair[0]
		if forms := l.dir.SigningForms(chair, m.meeting.Unit, app.TypeNotice, l.today); len(forms) > 0 {
			n.Form, n.Title, n.Signer = string(forms[0].Form), forms[0].Title, l.who(chair).Name
		}
	}
	return n
}
