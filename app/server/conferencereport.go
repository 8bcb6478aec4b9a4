package server

import (
	"context"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
)

// pointSaid is what a meeting point has said of itself in a conference: how many are
// there, and what its test found. The record is told as by who came in with it.
type pointSaid struct {
	meeting, point, person app.ID
	headcount              int
	test                   meeting.Report
}

// saidBy is what the station has said, false for nothing.
func saidBy(meetingID app.ID, s *meeting.Station) (said pointSaid, ok bool) {
	said = pointSaid{meeting: meetingID, point: s.Station, person: s.Person, headcount: s.Headcount}
	if s.Report != nil {
		said.test = *s.Report
		said.test.At = 0 // the same found again is nothing new
	}
	return said, said.person != "" && (said.headcount > 0 || said.test != (meeting.Report{}))
}

// pointWord tells the record what points have said.
type pointWord struct {
	store *sqlite.Store
	give  func(ctx context.Context, cmd *app.Command) error
	told  map[app.ID]pointSaid // what it was told last, by point's session
}

// tell gives what is new. What the record refuses, such as fewer people than it has
// the names of, is said again only when it has changed.
func (p *pointWord) tell(ctx context.Context, said pointSaid) error {
	key := app.Key{Kind: app.KindPointSession, ID: app.PointSessionID(said.meeting, said.point)}
	before := p.told[key.ID]
	p.told[key.ID] = said
	if said.headcount > 0 && said.headcount != before.headcount {
		if err := p.report(ctx, key, said); err != nil {
			return err
		}
	}
	if t := said.test; t != (meeting.Report{}) && t != before.test {
		return p.give(ctx, &app.Command{Name: "point_session.test.1", Target: key, Actor: said.person, Args: &app.PointTested{Meeting: said.meeting, Point: said.point,
			Mic: t.Mic, Speaker: t.Speaker, Camera: t.Camera, Up: t.Up, Down: t.Down, Loss: t.Loss, RTT: t.RTT}})
	}
	return nil
}

// report says how many are there; who heads the point, and who sits there, stays as
// the record has it.
func (p *pointWord) report(ctx context.Context, key app.Key, said pointSaid) error {
	var s *app.PointSession
	err := p.store.Read(ctx, func(v *sqlite.View) error {
		r, err := v.Get(key)
		s, _ = r.(*app.PointSession)
		return err
	})
	if err != nil || s == nil || s.Headcount == said.headcount {
		return err
	}
	return p.give(ctx, &app.Command{Name: "point_session.report.1", Target: key, Actor: said.person, Args: &app.PointReport{Meeting: said.meeting, Point: said.point,
		Headcount: said.headcount, Head: s.Head, HeadName: s.HeadName, People: s.People}})
}
