package fire

import (
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// sat is a meeting of the tests as one laptop's screen has it.
type sat struct {
	*laptop
	meeting app.ID
}

// on gives a command of the meeting's that must be taken.
func (s *sat) on(kind app.Kind, target app.ID, name string, more map[string]any) {
	s.t.Helper()
	args := map[string]any{"meeting": s.meeting}
	for k, v := range more {
		args[k] = v
	}
	if _, err := s.giveOn(kind, target, name, args); err != nil {
		s.t.Fatalf("%s: %s: %v", s.name, name, err)
	}
}

func (s *sat) inSession(name string, more map[string]any) {
	s.t.Helper()
	s.on(app.KindSession, app.SessionID(s.meeting), name, more)
}

// read asks the laptop for a page of the meeting.
func (s *sat) read(page string, out any) {
	s.t.Helper()
	if err := s.get("/api/meetings/"+string(s.meeting)+page, out); err != nil {
		s.t.Fatalf("%s: %q of the meeting: %v", s.name, page, err)
	}
}

func (s *sat) place() (p api.PlaceView) {
	s.t.Helper()
	s.read("/place", &p)
	return p
}

// carry presses the button.
func (s *sat) carry() {
	s.t.Helper()
	if err := s.post("/api/meetings/"+string(s.meeting)+"/place", api.CarryRequest{Carry: true}, nil); err != nil {
		s.t.Fatalf("%s: carry: %v", s.name, err)
	}
}

func (s *sat) sees(what string, ok func() bool) {
	s.t.Helper()
	eventually(s.t, s.name+" to see "+what, ok)
}

// joins waits until the laptop sits where the person's laptop carries the meeting.
func (s *sat) joins(host app.ID) {
	s.t.Helper()
	s.sees("the meeting at the laptop of "+string(host), func() bool {
		p := s.place()
		return p.Carrier == "other" && p.Person != nil && p.Person.ID == host
	})
}

// vote is a vote by its title, nil when the screen shows none.
func (s *sat) vote(title string) *api.VoteItem {
	s.t.Helper()
	var list api.VoteList
	s.read("/votes", &list)
	for i := range list.Votes {
		if list.Votes[i].Title == title {
			return &list.Votes[i]
		}
	}
	return nil
}

func (s *sat) onVote(name, title string) {
	s.t.Helper()
	s.inSession(name, map[string]any{"vote": s.vote(title).Key})
}

// casts gives the person's ballot and waits until the place has it.
func (s *sat) casts(title string, choice app.Choice) {
	s.t.Helper()
	v := s.vote(title)
	s.on(app.KindBallot, v.Ballot, "ballot.cast.1", map[string]any{"vote": v.Key, "epoch": v.Epoch, "choice": choice})
	s.hasCast(title, choice)
}

func (s *sat) hasCast(title string, choice app.Choice) {
	s.t.Helper()
	s.sees("its ballot at the place", func() bool {
		m := s.vote(title).Mine
		return m != nil && m.Choice == choice && (m.AtPlace || s.place().Carrier == "this")
	})
}

func (s *sat) checksIn(person app.ID) {
	s.t.Helper()
	s.on(app.KindAttendance, app.AttendanceID(s.meeting, person), "attendance.check_in.1", nil)
}

// there are those whom the screen shows as present and not gone.
func (s *sat) there() map[app.ID]bool {
	s.t.Helper()
	var roll api.RollView
	s.read("/rollcall", &roll)
	out := map[app.ID]bool{}
	for _, row := range roll.People {
		if row.Presence.Here() && row.Left == 0 {
			out[row.Person.ID] = true
		}
	}
	return out
}

func (s *sat) sitting() (v api.MeetingSessionView) {
	s.t.Helper()
	s.read("/session", &v)
	return v
}

// called is who has the floor next.
func (s *sat) called() app.ID {
	s.t.Helper()
	if c := s.sitting().Called; c != nil {
		return c.Person.ID
	}
	return ""
}

// atPlace is a meeting under way whose office has lost its line: its secretary,
// its chair, a member, and the server's own screen of the member.
func atPlace(t *testing.T) (o *office, secretary, chair, member, desk *sat) {
	t.Helper()
	o = officeOf(t, clerkOne, chairman, clerkTwo)
	meeting := app.NewID(1_790_000_000_000)
	secretary, chair, member = &sat{o.laptops[0], meeting}, &sat{o.laptops[1], meeting}, &sat{o.laptops[2], meeting}
	desk = &sat{&laptop{screen: o.desk, t: t, name: "the server"}, meeting}
	begins := time.Now().Add(time.Hour).UnixMilli()
	give := func(l *sat, kind app.Kind, target app.ID, name string, args map[string]any) {
		t.Helper()
		if _, err := l.giveOn(kind, target, name, args); err != nil {
			t.Fatalf("%s: %s: %v", l.name, name, err)
		}
	}
	give(secretary, app.KindMeeting, meeting, "meeting.create.1", map[string]any{"unit": commune,
		"fields": map[string]any{"title": "Họp giao ban", "place": "Phòng họp", "openQueue": true, "start": begins, "end": begins + 3_600_000},
		"people": []map[string]any{{"id": chairman, "role": app.MeetingChair, "voting": true}, {"id": clerkTwo, "role": app.MeetingMember, "voting": true},
			{"id": manager, "role": app.MeetingMember}}})
	give(secretary, app.KindMeeting, meeting, "meeting.submit.1", map[string]any{})
	sees := func(l *sat, status app.MeetingStatus) {
		t.Helper()
		l.sees("the meeting "+string(status), func() bool {
			var m api.MeetingView
			return l.get("/api/meetings/"+string(meeting), &m) == nil && m.Status == status
		})
	}
	sees(chair, app.MeetingPending)
	give(chair, app.KindMeeting, meeting, "meeting.publish.1", map[string]any{})
	sees(secretary, app.MeetingInvited)
	secretary.inSession("session.start.1", nil)
	sees(member, app.MeetingLive)
	sees(chair, app.MeetingLive)
	o.line.goDown(true)
	for _, l := range []*sat{secretary, chair, member} {
		l.sees("that there is no line", func() bool { return l.sync().State != api.LineOnline })
	}
	return o, secretary, chair, member, desk
}

// allWentUp asks for the line at once and waits until nothing waits; nothing may
// have been refused.
func (s *sat) allWentUp() {
	s.t.Helper()
	if err := s.post("/api/sync/now", nil, nil); err != nil {
		s.t.Error(err)
	}
	s.sees("that all went up", s.quiet)
	if st := s.sync(); st.RefusedCount != 0 {
		s.t.Errorf("%s: refused: %+v", s.name, st.Refused)
	}
}

// TestCarrierDies: the laptop that carries a meeting without a line loses its
// power in the middle of a vote. It starts again and goes on with all that was
// given; it dies once more, and another takes over from it. When the line is back
// the server has everything once, and what the dead laptop has changes nothing.
func TestCarrierDies(t *testing.T) {
	o, secretary, chair, member, desk := atPlace(t)
	const title = "Thông qua phương án"
	secretary.carry()
	chair.joins(clerkOne)
	member.joins(clerkOne)
	chair.checksIn(chairman)
	member.checksIn(clerkTwo)
	byHand := app.AttendanceID(secretary.meeting, manager) // he has no laptop
	secretary.on(app.KindAttendance, byHand, "attendance.set.1", map[string]any{"person": manager, "presence": app.PresentInRoom})
	secretary.sees("who has checked in", func() bool { return len(secretary.there()) == 3 })
	secretary.on(app.KindAttendance, app.AttendanceID(secretary.meeting, chairman), "attendance.leave.1", map[string]any{"person": chairman})
	member.inSession("session.ask_to_speak.1", map[string]any{"wish": map[string]any{"kind": app.SpeechContribution, "text": "Về tiến độ"}})
	secretary.sees("a wish to speak", func() bool { return len(secretary.sitting().Queue) == 1 })
	secretary.inSession("session.call.1", map[string]any{"speech": secretary.sitting().Queue[0].Key})
	secretary.inSession("session.draft_vote.1", map[string]any{"title": title, "type": app.VoteNamed, "threshold": app.MoreThanHalf, "base": app.OfEligible})
	secretary.onVote("session.open_vote.1", title)
	chair.sees("the vote", func() bool { v := chair.vote(title); return v != nil && v.State == app.VoteOpened })
	chair.casts(title, app.ChoiceFor)
	member.sees("the vote", func() bool { v := member.vote(title); return v != nil && v.State == app.VoteOpened })
	member.casts(title, app.ChoiceFor)

	everything := func(l *sat) {
		t.Helper()
		l.sees("all of the sitting", func() bool {
			v, there := l.vote(title), l.there()
			all := len(there) == 2 && there[manager] && there[clerkTwo] || l == member && there[clerkTwo] // he is told of himself
			return all && l.called() == clerkTwo && v != nil && v.State == app.VoteOpened
		})
	}
	everything(chair)
	everything(member)

	member.kill() // he has gone out with his laptop
	secretary.kill()
	chair.sees("that its host is lost", func() bool { return chair.place().Carrier == "lost" })
	secretary.start()
	if p := secretary.place(); !p.May {
		t.Errorf("after the start: %+v", p)
	}
	secretary.carry()
	chair.joins(clerkOne)
	everything(chair)
	everything(secretary)
	chair.hasCast(title, app.ChoiceFor)
	for _, l := range []*sat{secretary, chair} {
		l.sees("both ballots of before", func() bool { p := l.vote(title).Progress; return p != nil && p.Cast == 2 })
	}
	member.start()
	member.joins(clerkOne)
	everything(member)
	member.hasCast(title, app.ChoiceFor)

	secretary.kill()
	chair.sees("that its host is lost again", func() bool { p := chair.place(); return p.Carrier == "lost" && p.May })
	chair.carry()
	member.joins(chairman)
	everything(chair)
	everything(member)
	chair.hasCast(title, app.ChoiceFor)
	member.casts(title, app.ChoiceAgainst) // he has thought again
	chair.onVote("session.close_vote.1", title)
	chair.onVote("session.publish_vote.1", title)
	member.sees("the result", func() bool { r := member.vote(title).Result; return r != nil && r.Cast == 2 })

	o.line.goDown(false)
	secretary.start()
	for _, l := range []*sat{chair, member, secretary} {
		l.allWentUp()
	}
	for _, l := range []*sat{desk, secretary, chair, member} {
		l.sees("the end", func() bool {
			v := l.vote(title)
			return v != nil && v.State == app.VotePublished && l.place().Carrier == "server"
		})
		if r := l.vote(title).Result; r.Cast != 2 || r.Counts[0].Count != 1 || r.Counts[1].Count != 1 || r.Late != 0 {
			t.Errorf("%s: the result: %+v", l.name, r)
		}
		var list api.VoteList
		l.read("/votes", &list)
		if s := l.sitting(); len(list.Votes) != 1 || len(s.Queue)+len(s.Wishes)+len(s.Over) != 0 || l.called() != clerkTwo {
			t.Errorf("%s: %d votes, %+v", l.name, len(list.Votes), s)
		}
	}
	for _, l := range []*sat{secretary, chair} {
		if there := l.there(); len(there) != 2 || !there[manager] || !there[clerkTwo] { // and the chairman has gone
			t.Errorf("%s: there: %v", l.name, there)
		}
	}
	for _, l := range o.laptops {
		l.process.stop(t)
	}
	o.province.process.stop(t)
	compareStores(t, o.province, o.laptops)
}

// TestDeadCarrierIsBrought: the laptop that carries a meeting dies, and the line is
// back before anybody has taken over. What it had told those who run the meeting is
// at the server all the same, once.
func TestDeadCarrierIsBrought(t *testing.T) {
	o, secretary, chair, member, desk := atPlace(t)
	const title = "Thông qua phương án"
	secretary.carry()
	chair.joins(clerkOne)
	member.joins(clerkOne)
	secretary.inSession("session.draft_vote.1", map[string]any{"title": title, "type": app.VoteNamed, "threshold": app.MoreThanHalf, "base": app.OfEligible})
	secretary.onVote("session.open_vote.1", title)
	member.sees("the vote", func() bool { v := member.vote(title); return v != nil && v.State == app.VoteOpened })
	member.casts(title, app.ChoiceFor)
	chair.sees("the ballot", func() bool { v := chair.vote(title); return v != nil && v.Progress != nil && v.Progress.Cast == 1 })
	secretary.kill()
	chair.sees("that its host is lost", func() bool { return chair.place().Carrier == "lost" })

	o.line.goDown(false)
	desk.sees("the vote and the ballot", func() bool {
		v := desk.vote(title)
		return v != nil && v.State == app.VoteOpened && v.Mine != nil && !v.Mine.Late
	})
	secretary.start()
	for _, l := range []*sat{chair, member, secretary} {
		l.allWentUp()
	}
	chair.onVote("session.close_vote.1", title)
	chair.onVote("session.publish_vote.1", title)
	for _, l := range []*sat{desk, secretary, chair, member} {
		l.sees("the end", func() bool { v := l.vote(title); return v != nil && v.State == app.VotePublished && v.Result.Cast == 1 })
	}
}
