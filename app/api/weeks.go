package api

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"khonggiay/app"
)

// WeekView is an office's work calendar of one week. Without a plan there is
// none of its states: version 0 and no lines.
type WeekView struct {
	ID        app.ID        `json:"id" doc:"target of the commands, also of the first"`
	Version   uint64        `json:"version"`
	Unit      UnitRef       `json:"unit"`
	Monday    app.Date      `json:"monday"`
	State     app.PlanState `json:"state" enum:",draft,pending,approved,published"`
	Lines     []WeekLine    `json:"lines" doc:"as published last, by time"`
	Draft     []WeekLine    `json:"draft" doc:"as it is being drafted; for those who draft it"`
	Drafts    bool          `json:"drafts,omitempty" doc:"the viewer is one who drafts it"`
	Meetings  []WeekLine    `json:"meetings" doc:"published meetings of the office that the draft does not have, or has as they were before"`
	By        *PersonRef    `json:"by,omitempty" doc:"who began it or submitted it last"`
	Approver  *PersonRef    `json:"approver,omitempty"`
	Submitted app.Time      `json:"submitted,omitempty"`
	Approved  app.Time      `json:"approved,omitempty"`
	Published app.Time      `json:"published,omitempty"`
	Revision  uint32        `json:"revision,omitempty"`
	Reason    string        `json:"reason,omitempty" doc:"why it was sent back"`
	Actions   []ActionInfo  `json:"actions"`
}

// WeekLine is one line of a week's work calendar.
type WeekLine struct {
	Key     app.CommandID `json:"key,omitempty"`
	Start   app.Time      `json:"start"`
	End     app.Time      `json:"end,omitempty"`
	Title   string        `json:"title"`
	Place   string        `json:"place,omitempty"`
	Leaders []PersonRef   `json:"leaders" doc:"lãnh đạo chủ trì, dự"`
	Attend  string        `json:"attend,omitempty" doc:"thành phần"`
	Unit    *UnitRef      `json:"unit,omitempty" doc:"that prepares it"`
	Car     string        `json:"car,omitempty"`
	Note    string        `json:"note,omitempty"`
	Meeting app.ID        `json:"meeting,omitempty"`
	Changed string        `json:"changed,omitempty" enum:",new,changed,removed" doc:"since it was published before"`
}

type weekInput struct {
	Unit   app.ID `path:"unit" maxLength:"64"`
	Monday string `path:"monday" doc:"the first day of the week, 2006-01-02"`
}

func (a *API) getWeek(ctx context.Context, in *weekInput) (*body[WeekView], error) {
	l := a.look(viewerOf(ctx))
	var monday app.Date
	if err := monday.UnmarshalText([]byte(in.Monday)); err != nil || monday.Weekday() != 1 {
		return nil, app.Refuse(app.NotFound, "week.not_found")
	}
	if u := l.dir.Unit(in.Unit); u == nil || !u.Office {
		return nil, app.Refuse(app.NotFound, "week.not_found")
	}
	var out WeekView
	err := a.Store.Read(ctx, func(v View) (err error) {
		w, version := &app.WeekPlan{ID: app.WeekPlanID(in.Unit, monday), Unit: in.Unit, Monday: monday}, uint64(0)
		r, held, err := v.Record(l.reader(), w.Key())
		switch {
		case err == nil:
			w, version = r.(*app.WeekPlan), held
		case !errors.Is(err, app.ErrNotFound):
			return err
		}
		out = l.weekView(w, version)
		if out.Drafts {
			out.Meetings, err = l.weekMeetings(v, w)
			return err
		}
		return nil
	})
	return &body[WeekView]{out}, err
}

func (l *look) weekView(w *app.WeekPlan, version uint64) WeekView {
	out := WeekView{ID: w.ID, Version: version, Unit: *l.unit(w.Unit), Monday: w.Monday, State: w.State, Lines: []WeekLine{}, Draft: []WeekLine{},
		Meetings: []WeekLine{}, By: l.person(w.By), Approver: l.person(w.Approver), Submitted: w.Submitted, Approved: w.Approved,
		Published: w.Published, Revision: w.Revision, Actions: []ActionInfo{}}
	for _, act := range app.WeekActions() {
		dec := app.Can(l.dir, l.actor, act, w)
		out.Actions = append(out.Actions, ActionInfo{Action: act, Allow: dec.Allow, Reason: dec.Reason})
		out.Drafts = out.Drafts || dec.Reason != "can.needs_week_drafter"
	}
	for key, e := range w.Shown {
		changed := ""
		switch {
		case e.Removed != 0 && e.Revised != w.Revision:
			continue
		case e.Removed != 0:
			changed = "removed"
		case e.Revised == w.Revision && w.Revision > 1:
			changed = "changed"
		}
		out.Lines = append(out.Lines, l.weekLine(key, e, changed))
	}
	sortLines(out.Lines)
	if out.Drafts {
		out.Reason = w.Reason
		out.Draft = l.draftLines(w)
	}
	return out
}

// draftLines are the lines as they would be published now.
func (l *look) draftLines(w *app.WeekPlan) []WeekLine {
	out := []WeekLine{}
	for key, e := range w.Entries {
		was, shown := w.Shown[key]
		changed := ""
		switch {
		case e.Removed != 0 && (!shown || was.Removed != 0):
			continue
		case e.Removed != 0:
			changed = "removed"
		case w.Published != 0 && (!shown || was.Removed != 0):
			changed = "new"
		case w.Published != 0 && !e.Same(was):
			changed = "changed"
		}
		out = append(out, l.weekLine(key, e, changed))
	}
	sortLines(out)
	return out
}

func sortLines(lines []WeekLine) {
	slices.SortFunc(lines, func(a, b WeekLine) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Key, b.Key))
	})
}

func (l *look) weekLine(key app.CommandID, e app.PlanEntry, changed string) WeekLine {
	out := WeekLine{Key: key, Start: e.Start, End: e.End, Title: e.Title, Place: e.Place, Leaders: []PersonRef{}, Attend: e.Attend,
		Unit: l.unit(e.Unit), Car: e.Car, Note: e.Note, Meeting: e.Meeting, Changed: changed}
	for _, id := range e.Leaders {
		out.Leaders = append(out.Leaders, l.who(id))
	}
	return out
}

// weekMeetings are lines for the office's published meetings that the draft
// lacks, or has otherwise than they now are: what a person wrote of one stays.
// A meeting with state secrets is not named in a calendar that all may read.
func (l *look) weekMeetings(v View, w *app.WeekPlan) ([]WeekLine, error) {
	rows, err := v.Meetings(l.reader(), app.MeetingQuery{From: w.Monday.Start(), To: (w.Monday + 7).Start(), Unit: w.Unit,
		Status: []app.MeetingStatus{app.MeetingInvited, app.MeetingLive, app.MeetingPaused, app.MeetingFinished, app.MeetingConcluded}})
	out := []WeekLine{}
	for _, r := range rows {
		if r.Secret || r.Start < w.Monday.Start() {
			continue
		}
		key := app.MeetingLine(r.ID)
		now := meetingEntry(r, w.Entries[key], l.room(r.Room))
		now.End = min(now.End, (w.Monday + 7).Start())
		if was, ok := w.Entries[key]; ok && was.Removed == 0 && now.Same(was) {
			continue
		}
		out = append(out, l.weekLine(0, now, ""))
	}
	return out, err
}

// meetingEntry is what a plan says of a meeting.
func meetingEntry(r app.MeetingRow, was app.PlanEntry, room *RoomRef) app.PlanEntry {
	e := was
	e.Removed = 0
	e.Start, e.End, e.Title, e.Meeting, e.Place = r.Start, r.End, r.Title, r.ID, r.Place
	if room != nil && room.Name != "" {
		e.Place = room.Name
		if room.Place != "" {
			e.Place += ", " + room.Place
		}
	}
	if len(e.Leaders) == 0 && r.Chair != "" {
		e.Leaders = []app.ID{r.Chair}
	}
	return e
}
