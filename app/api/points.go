package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"khonggiay/app"
)

// PointList are meeting points of the province.
type PointList struct {
	Points  []PointView `json:"points" doc:"by office and name"`
	Offices []UnitRef   `json:"offices" doc:"whose points the viewer keeps"`
}

// PointView is a meeting point (điểm cầu) as the directory has it.
type PointView struct {
	ID         app.ID          `json:"id"`
	Version    uint64          `json:"version"`
	Name       string          `json:"name"`
	Place      string          `json:"place,omitempty"`
	Unit       UnitRef         `json:"unit"`
	Group      app.PointGroup  `json:"group" enum:"TINH,SO_NGANH,XA_PHUONG,CUM,HUYEN"`
	Room       *RoomRef        `json:"room,omitempty"`
	Phone      string          `json:"phone,omitempty"`
	Technician *PersonRef      `json:"technician,omitempty"`
	Device     app.PointDevice `json:"device" enum:"PC,SIP,H323,CAPTURE"`
	Up         int             `json:"up,omitempty" doc:"bandwidth, kbit/s"`
	Down       int             `json:"down,omitempty" doc:"bandwidth, kbit/s"`
	Backup     string          `json:"backup,omitempty" doc:"the second line"`
	Ended      app.Time        `json:"ended,omitempty" doc:"out of use since"`
	MayEdit    bool            `json:"mayEdit,omitempty"`
}

// PointBoard are the points of one meeting: for those who run it all, for others
// their own.
type PointBoard struct {
	Meeting   app.ID       `json:"meeting"`
	Now       app.Time     `json:"now"`
	Points    int          `json:"points" doc:"that take part in all"`
	Rows      []PointRow   `json:"rows" doc:"the host point first, then by group and name"`
	Materials string       `json:"materials,omitempty" enum:",known,offline" doc:"whether the rows tell of materials: they were asked for, and the server that knows could be asked"`
	Actions   []ActionInfo `json:"actions" doc:"on all points"`
}

// PointRow is one meeting point in a meeting.
type PointRow struct {
	ID         app.ID          `json:"id" doc:"target of point_session commands"`
	Point      app.ID          `json:"point"`
	Name       string          `json:"name"`
	Place      string          `json:"place,omitempty"`
	Unit       UnitRef         `json:"unit"`
	Group      app.PointGroup  `json:"group" enum:"TINH,SO_NGANH,XA_PHUONG,CUM,HUYEN"`
	Phone      string          `json:"phone,omitempty"`
	Technician *PersonRef      `json:"technician,omitempty"`
	Device     app.PointDevice `json:"device,omitempty" enum:",PC,SIP,H323,CAPTURE"`
	Host       bool            `json:"host,omitempty" doc:"điểm cầu chính"`
	Status     app.PointStatus `json:"status" enum:"CHUA_KET_NOI,DANG_KET_NOI,CHO_VAO,TRONG_HOP,MAT_TIN_HIEU,ROI"`
	Joined     app.Time        `json:"joined,omitempty" doc:"the first time"`
	Left       app.Time        `json:"left,omitempty" doc:"the last time"`
	Lost       app.Time        `json:"lost,omitempty" doc:"when its signal was lost last"`
	Drops      int             `json:"drops" doc:"how often its signal was lost"`
	Headcount  int             `json:"headcount"`
	Head       *PersonRef      `json:"head,omitempty" doc:"trưởng điểm cầu"`
	HeadName   string          `json:"headName,omitempty" doc:"of a head without an account"`
	People     []PersonRef     `json:"people" doc:"participants whom the report names"`
	Reported   app.Time        `json:"reported,omitempty"`
	By         *PersonRef      `json:"by,omitempty" doc:"who reported"`
	Test       *PointTestView  `json:"test,omitempty"`
	Percent    *int            `json:"percent,omitempty" doc:"of the materials that are for its people, on their best machines; absent when there are none or it is not known"`
	Actions    []ActionInfo    `json:"actions" doc:"on this point"`
}

// PointTestView is the last technical test of a point.
type PointTestView struct {
	Mic     app.TestMark `json:"mic,omitempty" enum:",ok,bad,none"`
	Speaker app.TestMark `json:"speaker,omitempty" enum:",ok,bad,none"`
	Camera  app.TestMark `json:"camera,omitempty" enum:",ok,bad,none"`
	Up      int          `json:"up" doc:"measured, kbit/s"`
	Down    int          `json:"down" doc:"measured, kbit/s"`
	Loss    int          `json:"loss" doc:"packets lost of a thousand"`
	RTT     int          `json:"rtt" doc:"milliseconds"`
	At      app.Time     `json:"at"`
	By      *PersonRef   `json:"by,omitempty"`
	Passed  bool         `json:"passed,omitempty"`
}

type pointsInput struct {
	Group app.PointGroup `query:"group" enum:"TINH,SO_NGANH,XA_PHUONG,CUM,HUYEN"`
	Text  string         `query:"text" maxLength:"200" doc:"words of the name, the place or the office"`
	Ended bool           `query:"ended" doc:"with those out of use"`
}

type pointBoardInput struct {
	ID        app.ID `path:"id" maxLength:"64"`
	Materials bool   `query:"materials" doc:"with how much of the materials is there; for those who run the meeting"`
}

func (a *API) pointRoutes() {
	route(a, forPerson, get("/points", "listPoints", "Meeting points of the province", "points"), a.listPoints)
	route(a, forPerson, get("/meetings/{id}/points", "getMeetingPoints", "The meeting points of a meeting", "points"), a.getMeetingPoints)
	a.pointReportRoutes()
}

func (a *API) listPoints(ctx context.Context, in *pointsInput) (*body[PointList], error) {
	l := a.look(viewerOf(ctx))
	out := PointList{Points: []PointView{}, Offices: l.keepsPointsOf()}
	words := strings.Fields(app.Fold(in.Text))
	err := a.Store.Read(ctx, func(v View) error {
		for _, p := range l.dir.AllPoints() {
			if p.Ended != 0 && !in.Ended || in.Group != "" && p.Group != in.Group || !l.pointHas(p, words) {
				continue
			}
			version, err := v.Version(p.Key())
			if err != nil {
				return err
			}
			out.Points = append(out.Points, l.point(p, version))
		}
		return nil
	})
	slices.SortFunc(out.Points, func(a, b PointView) int {
		return cmp.Or(cmp.Compare(a.Unit.Name, b.Unit.Name), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return &body[PointList]{out}, err
}

// keepsPointsOf are the offices whose points the viewer keeps.
func (l *look) keepsPointsOf() []UnitRef {
	out := []UnitRef{}
	for _, u := range l.dir.Offices(l.today) {
		if app.Can(l.dir, l.actor, "point.save", &app.MeetingPoint{Unit: u.ID}).Allow {
			out = append(out, *l.unit(u.ID))
		}
	}
	return out
}

func (l *look) pointHas(p *app.MeetingPoint, words []string) bool {
	text := app.Fold(p.Name + " " + p.Place + " " + l.unit(p.Unit).Name)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func (l *look) point(p *app.MeetingPoint, version uint64) PointView {
	return PointView{ID: p.ID, Version: version, Name: p.Name, Place: p.Place, Unit: *l.unit(p.Unit), Group: p.Group, Room: l.room(p.Room),
		Phone: p.Phone, Technician: l.person(p.Technician), Device: p.Device, Up: p.Up, Down: p.Down, Backup: p.Backup, Ended: p.Ended,
		MayEdit: app.Can(l.dir, l.actor, "point.save", p).Allow}
}

// pointSessions are the points of a meeting that the viewer may see: the host
// point first, then by group and name.
func (l *look) pointSessions(v View, m *app.Meeting) ([]*app.PointSession, error) {
	var out []*app.PointSession
	if m.Points == 0 {
		return nil, nil
	}
	for _, p := range l.dir.AllPoints() {
		s, _, err := held[*app.PointSession](l, v, app.Key{Kind: app.KindPointSession, ID: app.PointSessionID(m.ID, p.ID)})
		if err != nil {
			return nil, err
		}
		if s != nil && s.Removed == 0 {
			out = append(out, s)
		}
	}
	last := func(s *app.PointSession) int {
		if s.Host {
			return 0
		}
		return 1
	}
	slices.SortFunc(out, func(a, b *app.PointSession) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(slices.Index(app.PointGroups, a.Group), slices.Index(app.PointGroups, b.Group)),
			cmp.Compare(l.dir.Point(a.Point).Name, l.dir.Point(b.Point).Name), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (a *API) getMeetingPoints(ctx context.Context, in *pointBoardInput) (*body[PointBoard], error) {
	viewer := viewerOf(ctx)
	l := a.look(viewer)
	var out PointBoard
	var m *app.Meeting
	err := a.Store.Read(ctx, func(v View) (err error) {
		if m, _, err = l.meeting(v, in.ID); err != nil {
			return err
		}
		sessions, err := l.pointSessions(v, m)
		if err != nil {
			return err
		}
		out = PointBoard{Meeting: m.ID, Now: l.now, Points: m.Points, Rows: []PointRow{}, Actions: []ActionInfo{}}
		for _, act := range []app.Action{"meeting.set_points", app.ActPointReport} {
			dec := app.Can(l.dir, l.actor, act, m)
			if act == "meeting.set_points" && dec.Allow && m.Secret {
				dec = app.Decision{Action: act, Reason: "point.secret_meeting"}
			}
			out.Actions = append(out.Actions, ActionInfo{act, dec.Allow, dec.Reason})
		}
		parts := make([]app.Part, len(sessions))
		for i, s := range sessions {
			out.Rows, parts[i].Point = append(out.Rows, l.pointRow(s)), s
		}
		for _, act := range []app.Action{"point_session.report", "point_session.test", app.ActPointEnter} {
			for i, dec := range app.CanEach(l.dir, l.actor, act, m, parts) {
				out.Rows[i].Actions = append(out.Rows[i].Actions, ActionInfo{act, dec.Allow, dec.Reason})
			}
		}
		return nil
	})
	if err == nil && in.Materials && a.Readiness != nil && app.Can(l.dir, l.actor, app.ActReadiness, m).Allow {
		err = l.pointMaterials(ctx, a.Readiness, m, &out)
	}
	return &body[PointBoard]{out}, err
}

func (l *look) pointRow(s *app.PointSession) PointRow {
	p := l.dir.Point(s.Point)
	out := PointRow{ID: s.ID, Point: s.Point, Name: p.Name, Place: p.Place, Unit: *l.unit(s.Unit), Group: s.Group, Phone: p.Phone, Device: p.Device,
		Technician: l.person(s.Technician), Host: s.Host, Status: s.Status, Joined: s.Joined, Left: s.Left, Lost: s.Lost, Drops: s.Drops,
		Headcount: s.Headcount, Head: l.person(s.Head), HeadName: s.HeadName, People: []PersonRef{}, Reported: s.Reported, By: l.person(s.By), Actions: []ActionInfo{}}
	for _, id := range s.People {
		out.People = append(out.People, l.who(id))
	}
	if t := s.Test; t != nil {
		out.Test = &PointTestView{t.Mic, t.Speaker, t.Camera, t.Up, t.Down, t.Loss, t.RTT, t.At, l.person(t.By), t.Passed()}
	}
	return out
}

// pointMaterials fills in how much of the materials each point has. A point has a
// material when one machine of its people has it: one is shown in the room.
func (l *look) pointMaterials(ctx context.Context, from Readiness, m *app.Meeting, out *PointBoard) error {
	ready, err := from.Readiness(ctx, l.viewer, m.ID)
	if e := app.AsError(err); e != nil && e.Code == app.Offline {
		out.Materials = "offline"
		return nil
	}
	if err != nil {
		return err
	}
	out.Materials = "known"
	best := map[app.ID][]int{} // by office, by material
	for _, row := range ready.People {
		office := m.Participants[row.Person].Office
		if p := l.dir.Person(row.Person); office == "" && p != nil {
			if post, ok := p.MainPost(l.today); ok {
				office = l.dir.OfficeID(post.Unit, l.today)
			}
		}
		cells, ok := best[office]
		if !ok {
			cells = slices.Repeat([]int{-1}, len(ready.Materials))
			best[office] = cells
		}
		for i, n := range row.Cells {
			cells[i] = max(cells[i], n)
		}
	}
	for i := range out.Rows {
		out.Rows[i].Percent = average(best[out.Rows[i].Unit.ID])
	}
	return nil
}

// average is of the numbers that are there, rounded down: 100 means that nothing
// is missing.
func average(percents []int) *int {
	sum, n := 0, 0
	for _, p := range percents {
		if p >= 0 {
			sum, n = sum+p, n+1
		}
	}
	if n == 0 {
		return nil
	}
	sum /= n
	return &sum
}
