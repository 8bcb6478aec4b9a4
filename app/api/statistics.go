package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"khonggiay/app"
	"khonggiay/app/minutesdoc"
)

// MeetingStatistics counts over meetings that were held and the tasks that came
// out of meetings, as far as the viewer may see them.
type MeetingStatistics struct {
	Meetings int           `json:"meetings"`
	Units    []MeetingStat `json:"units"`
	People   []MeetingStat `json:"people"`
	Whole    bool          `json:"whole" doc:"all meetings of the office, and not only those that the viewer took part in or ran"`
}

// MeetingStat is one line: a person or a unit.
type MeetingStat struct {
	ID       app.ID `json:"id"`
	Name     string `json:"name"`
	Unit     string `json:"unit,omitempty" doc:"name of a person's unit"`
	Invited  int    `json:"invited" doc:"meetings held to which he was invited"`
	Present  int    `json:"present"`
	Late     int    `json:"late"`
	Excused  int    `json:"excused"`
	Absent   int    `json:"absent" doc:"without a reason"`
	Unknown  int    `json:"unknown" doc:"the roll was not called"`
	Chaired  int    `json:"chaired"`
	Votes    int    `json:"votes"`
	Given    int    `json:"given" doc:"tasks"`
	Done     int    `json:"done"`
	DoneLate int    `json:"doneLate" doc:"done after their day, or overdue"`
}

type statisticsInput struct {
	From int64  `query:"from" doc:"Unix milliseconds"`
	To   int64  `query:"to" doc:"Unix milliseconds"`
	Unit app.ID `query:"unit" maxLength:"64" doc:"office that held the meetings"`
}

func (a *API) statisticsRoutes() {
	route(a, forPerson, get("/meetings/statistics", "getMeetingStatistics", "Meetings and tasks in numbers, by unit and person", "meetings"), a.getStatistics)
	op := get("/meetings/statistics.csv", "getMeetingStatisticsCSV", "The same for a spreadsheet", "meetings")
	op.Responses = map[string]*huma.Response{"200": {Description: "comma-separated values", Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	route(a, forPerson, op, a.getStatisticsCSV)
}

func (a *API) getStatistics(ctx context.Context, in *statisticsInput) (*body[MeetingStatistics], error) {
	l := a.look(viewerOf(ctx))
	var out MeetingStatistics
	err := a.Store.Read(ctx, func(v View) (err error) {
		out, err = l.statistics(v, in)
		return err
	})
	return &body[MeetingStatistics]{out}, err
}

// counter is whose records are counted. Leaders and auditors count all meetings
// of their office; on a laptop that is what it holds.
func (l *look) counter(unit app.ID) (app.Viewer, bool) {
	whole := unit != "" && l.dir.HasRole(l.viewer.Person, unit, l.today, app.RoleLeader, app.RoleAuditor)
	reader := l.reader()
	if whole {
		reader = app.Viewer{Person: l.viewer.Person, All: true}
	}
	return reader, whole && !l.viewer.All
}

func (l *look) statistics(v View, in *statisticsInput) (MeetingStatistics, error) {
	reader, whole := l.counter(in.Unit)
	as := *l
	as.viewer.All = reader.All
	var s app.MeetingStats
	from, to := app.Time(in.From), app.Time(in.To)
	rows, err := v.Meetings(reader, app.MeetingQuery{From: from, To: to, Unit: in.Unit, Limit: 2000,
		Status: []app.MeetingStatus{app.MeetingFinished, app.MeetingConcluded, app.MeetingArchived}})
	if err != nil {
		return MeetingStatistics{}, err
	}
	for _, r := range rows {
		if err := as.countMeeting(v, r.ID, &s); err != nil {
			return MeetingStatistics{}, err
		}
	}
	tasks, err := v.Assignments(reader, app.AssignmentQuery{Unit: in.Unit, From: from, To: to, Limit: 2000})
	for _, r := range tasks {
		s.Task(&r, l.officeOf(r), l.today)
	}
	out := MeetingStatistics{Meetings: s.Meetings, Whole: whole, Units: l.stats(s.Tallies(true)), People: l.stats(s.Tallies(false))}
	return out, err
}

// officeOf is the office to which the owner of a task belongs.
func (l *look) officeOf(r app.AssignmentRow) app.ID {
	if r.OwnerUnit {
		return l.dir.OfficeID(r.Owner, l.today)
	}
	if p := l.dir.Person(r.Owner); p != nil {
		if post, ok := p.MainPost(l.today); ok {
			return l.dir.OfficeID(post.Unit, l.today)
		}
	}
	return ""
}

func (l *look) countMeeting(v View, id app.ID, s *app.MeetingStats) error {
	m, _, err := l.meeting(v, id)
	if err != nil {
		return err
	}
	session, _, err := held[*app.Session](l, v, app.Key{Kind: app.KindSession, ID: app.SessionID(id)})
	if err != nil {
		return err
	}
	roll, err := l.roll(v, m)
	if err != nil {
		return err
	}
	s.Meeting(m, session, roll)
	if session == nil {
		return nil
	}
	for vote, each := range session.Votes {
		for _, person := range each.Eligible {
			b, _, err := held[*app.Ballot](l, v, app.Key{Kind: app.KindBallot, ID: app.BallotID(id, vote, person)})
			if err != nil {
				return err
			}
			if b != nil && !b.Late {
				s.Ballot(m, person)
			}
		}
	}
	return nil
}

func (l *look) stats(tallies []app.MeetingTally) []MeetingStat {
	out := []MeetingStat{}
	for _, t := range tallies {
		each := MeetingStat{ID: t.ID, Invited: t.Invited, Present: t.Present, Late: t.Late, Excused: t.Excused, Absent: t.Absent, Unknown: t.Unknown,
			Chaired: t.Chaired, Votes: t.Votes, Given: t.Given, Done: t.Done, DoneLate: t.DoneLate}
		if named := l.named(t.ID); named != nil {
			each.Name = named.Name
		}
		if p := l.person(t.ID); !t.Unit && p != nil && p.Unit != "" {
			each.Unit = l.unit(p.Unit).Name
		}
		out = append(out, each)
	}
	slices.SortFunc(out, func(a, b MeetingStat) int {
		return cmp.Or(cmp.Compare(b.Invited, a.Invited), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func (a *API) getStatisticsCSV(ctx context.Context, in *statisticsInput) (*stream, error) {
	out, err := a.getStatistics(ctx, in)
	if err != nil {
		return nil, err
	}
	text, err := statisticsCSV(out.Body)
	if err != nil {
		return nil, err
	}
	return &stream{func(c huma.Context) {
		c.SetHeader("Content-Type", "text/csv; charset=utf-8")
		c.SetHeader("Content-Disposition", disposition("attachment", "thong-ke-hop.csv"))
		_, _ = c.BodyWriter().Write(text) // the client is gone if this fails
	}}, nil
}

// statisticsCSV writes a table as RFC 4180 has it, with the mark by which
// spreadsheets know UTF-8.
func statisticsCSV(s MeetingStatistics) ([]byte, error) {
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	rows := [][]string{minutesdoc.StatisticsTitles}
	for _, part := range []struct {
		kind string
		list []MeetingStat
	}{{minutesdoc.OfUnit, s.Units}, {minutesdoc.OfPerson, s.People}} {
		for _, r := range part.list {
			row := []string{part.kind, minutesdoc.Harmless(r.Name), minutesdoc.Harmless(r.Unit)}
			for _, n := range []int{r.Invited, r.Present, r.Late, r.Excused, r.Absent, r.Unknown, r.Chaired, r.Votes, r.Given, r.Done, r.DoneLate} {
				row = append(row, strconv.Itoa(n))
			}
			rows = append(rows, row)
		}
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}
