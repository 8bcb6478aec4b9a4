package api

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"khonggiay/app"
)

// AssignmentItem is what lists show of a task out of a meeting.
type AssignmentItem struct {
	ID       app.ID              `json:"id"`
	Version  uint64              `json:"version"`
	Meeting  app.ID              `json:"meeting"`
	Unit     UnitRef             `json:"unit" doc:"office whose meeting it was"`
	Giver    *PersonRef          `json:"giver,omitempty"`
	Follower *PersonRef          `json:"follower,omitempty"`
	Owner    NamedRef            `json:"owner"`
	Text     string              `json:"text"`
	Due      app.Date            `json:"due,omitempty"`
	Reported app.Date            `json:"reported,omitempty" doc:"day of the last report"`
	State    app.AssignmentState `json:"state" enum:"MOI,DA_NHAN,DANG_LAM,CHO_XAC_NHAN,HOAN_THANH,HOAN_THANH_QUA_HAN,HUY"`
	Since    app.Time            `json:"since"`
	Created  app.Time            `json:"created"`
	Progress int                 `json:"progress" doc:"percent"`
	Reason   string              `json:"reason,omitempty" doc:"why sent back or cancelled"`
	Late     bool                `json:"late,omitempty" doc:"overdue, or done after its day"`
	Mine     bool                `json:"mine,omitempty" doc:"the viewer carries it out, or answers for the unit that does"`
}

// AssignmentView is one task with its history.
type AssignmentView struct {
	AssignmentItem
	MeetingTitle string               `json:"meetingTitle,omitempty" doc:"for those who may see the meeting"`
	Assist       []NamedRef           `json:"assist"`
	History      []AssignmentStepView `json:"history" doc:"oldest first"`
	Actions      []ActionInfo         `json:"actions"`
}

// AssignmentStepView is one line of a task's history.
type AssignmentStepView struct {
	Key      app.CommandID       `json:"key"`
	Name     string              `json:"name"`
	By       PersonRef           `json:"by"`
	OnBehalf *PersonRef          `json:"onBehalf,omitempty"`
	At       app.Time            `json:"at"`
	State    app.AssignmentState `json:"state,omitempty"`
	Text     string              `json:"text,omitempty"`
	Progress int                 `json:"progress,omitempty"`
	Due      app.Date            `json:"due,omitempty"`
}

// MeetingDesk is what waits for the viewer in meetings and their tasks.
type MeetingDesk struct {
	Invitations []MeetingItem    `json:"invitations" doc:"to be answered"`
	Today       []MeetingItem    `json:"today"`
	Tasks       []AssignmentItem `json:"tasks" doc:"new, sent back, near their day or overdue"`
	Confirm     []AssignmentItem `json:"confirm" doc:"reported, to be confirmed by the viewer"`
}

type assignmentsInput struct {
	Box     app.AssignmentBox `query:"box" enum:"mine,given,all" default:"mine"`
	Meeting app.ID            `query:"meeting" maxLength:"64"`
	Open    bool              `query:"open" doc:"neither done nor cancelled"`
	Text    string            `query:"text" maxLength:"200"`
}

type assignmentInput struct {
	ID app.ID `path:"id" maxLength:"64"`
}

func (a *API) assignmentRoutes() {
	route(a, forPerson, get("/assignments", "listAssignments", "Tasks out of meetings: what is open first, by their day", "meetings"), a.listAssignments)
	route(a, forPerson, get("/assignments/{id}", "getAssignment", "A task with its history", "meetings"), a.getAssignment)
	route(a, forPerson, get("/desk/meetings", "getMeetingDesk", "What waits for me in meetings and their tasks", "meetings"), a.getMeetingDesk)
}

func (a *API) listAssignments(ctx context.Context, in *assignmentsInput) (*body[[]AssignmentItem], error) {
	l := a.look(viewerOf(ctx))
	out := []AssignmentItem{}
	err := a.Store.Read(ctx, func(v View) error {
		rows, err := v.Assignments(l.reader(), app.AssignmentQuery{Box: in.Box, Meeting: in.Meeting, Open: in.Open, Text: in.Text})
		for _, r := range rows {
			out = append(out, l.assignmentItem(r))
		}
		return err
	})
	return &body[[]AssignmentItem]{out}, err
}

func (l *look) assignmentItem(r app.AssignmentRow) AssignmentItem {
	mine := r.Owner == l.viewer.Person
	if r.OwnerUnit {
		mine = slices.Contains(l.dir.AnsweredFor(l.viewer.Person, l.today), r.Owner)
	}
	out := AssignmentItem{ID: r.ID, Version: r.Version, Meeting: r.Meeting, Unit: *l.unit(r.Unit), Giver: l.person(r.Giver), Follower: l.person(r.Follower),
		Text: r.Text, Due: r.Due, Reported: r.Reported, State: r.State, Since: r.Since, Created: r.Created, Progress: r.Progress, Reason: r.Reason,
		Late: r.Late(l.today), Mine: mine}
	if owner := l.named(r.Owner); owner != nil {
		out.Owner = *owner
	}
	return out
}

func (a *API) getAssignment(ctx context.Context, in *assignmentInput) (*body[AssignmentView], error) {
	l := a.look(viewerOf(ctx))
	var out AssignmentView
	err := a.Store.Read(ctx, func(v View) error {
		r, version, err := v.Record(l.reader(), app.Key{Kind: app.KindAssignment, ID: in.ID})
		if err != nil {
			return err
		}
		n := r.(*app.Assignment)
		out = l.assignmentView(n, version)
		m, _, err := l.meeting(v, n.Meeting)
		if err == nil {
			out.MeetingTitle = m.Title
		} else if errors.Is(err, app.ErrNotFound) {
			err = nil
		}
		return err
	})
	return &body[AssignmentView]{out}, err
}

func (l *look) assignmentView(n *app.Assignment, version uint64) AssignmentView {
	out := AssignmentView{AssignmentItem: l.assignmentItem(app.AssignmentRow{ID: n.ID, Version: version, Meeting: n.Meeting, Unit: n.Unit, Giver: n.Giver,
		Follower: n.Follower, Owner: n.Owner, OwnerUnit: n.OwnerUnit, Text: n.Text, Due: n.Due, Reported: n.Reported, State: n.State, Since: n.Since,
		Created: n.Created, Progress: n.Progress, Reason: n.Reason}), Assist: []NamedRef{}, History: []AssignmentStepView{}, Actions: []ActionInfo{}}
	for _, id := range n.Assist {
		out.Assist = append(out.Assist, *l.named(id))
	}
	for key, s := range n.History {
		text := cmp.Or(s.Text, n.Reports[key].Text, n.Reminders[key].Text)
		out.History = append(out.History, AssignmentStepView{Key: key, Name: s.Name, By: l.who(s.By), OnBehalf: l.person(s.OnBehalf), At: s.At,
			State: s.State, Text: text, Progress: s.Progress, Due: s.Due})
	}
	slices.SortFunc(out.History, func(a, b AssignmentStepView) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Key, b.Key)) })
	for _, act := range app.AssignmentActions() {
		dec := app.Can(l.dir, l.actor, act, n)
		out.Actions = append(out.Actions, ActionInfo{Action: act, Allow: dec.Allow, Reason: dec.Reason})
	}
	return out
}

// nearDays is how long before its day a task comes to the desk.
const nearDays = 3

func (a *API) getMeetingDesk(ctx context.Context, _ *none) (*body[MeetingDesk], error) {
	l := a.look(viewerOf(ctx))
	out := MeetingDesk{Invitations: []MeetingItem{}, Today: []MeetingItem{}, Tasks: []AssignmentItem{}, Confirm: []AssignmentItem{}}
	err := a.Store.Read(ctx, func(v View) error {
		return errors.Join(l.deskMeetings(v, &out), l.deskTasks(v, &out))
	})
	return &body[MeetingDesk]{out}, err
}

// deskMeetings are those of today, and those ahead whose invitation waits for an answer.
func (l *look) deskMeetings(v View, out *MeetingDesk) error {
	begins, ends := l.today.Start(), (l.today + 1).Start()
	rows, err := v.Meetings(l.reader(), app.MeetingQuery{From: begins, Person: l.viewer.Person,
		Status: []app.MeetingStatus{app.MeetingInvited, app.MeetingLive, app.MeetingPaused, app.MeetingFinished}})
	for _, r := range rows {
		if r.Start < ends {
			out.Today = append(out.Today, l.meetingItem(r))
		}
		if r.Status == app.MeetingInvited && r.Reply == app.ReplyPending && r.End > l.now {
			out.Invitations = append(out.Invitations, l.meetingItem(r))
		}
	}
	return err
}

// deskTasks are those that the viewer has to do something about now.
func (l *look) deskTasks(v View, out *MeetingDesk) error {
	mine, err := v.Assignments(l.reader(), app.AssignmentQuery{Box: app.BoxMine, Open: true})
	if err != nil {
		return err
	}
	for _, r := range mine {
		near := r.Due != 0 && r.Due <= l.today+nearDays
		if r.State != app.AssignmentReported && (r.State == app.AssignmentNew || r.Reason != "" || near) {
			out.Tasks = append(out.Tasks, l.assignmentItem(r))
		}
	}
	given, err := v.Assignments(l.reader(), app.AssignmentQuery{Box: app.BoxGiven, Open: true})
	for _, r := range given {
		if r.State == app.AssignmentReported {
			out.Confirm = append(out.Confirm, l.assignmentItem(r))
		}
	}
	return err
}
