package desktop

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/meeting/room"
)

// siteNet is a multicast address of this test's own.
func siteNet(t *testing.T) string {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	return fmt.Sprintf("239.255.71.72:%d", c.LocalAddr().(*net.UDPAddr).Port)
}

// sitting is what this laptop's screens see of the meeting's session.
func (l *laptop) sitting() (s *app.Session) {
	l.t.Helper()
	r := l.seen(app.Key{Kind: app.KindSession, ID: app.SessionID(theMeeting)})
	s, _ = r.(*app.Session)
	return s
}

func (l *laptop) seen(key app.Key) (r app.Record) {
	l.t.Helper()
	me := app.Viewer{Person: l.app.currentLink().identity().Person, All: true}
	err := placeStore{api.Over(l.app.store), l.app}.Read(context.Background(), func(v api.View) (err error) {
		if r, _, err = v.Record(me, key); app.AsError(err) != nil && app.AsError(err).Code == app.NotFound {
			r, err = nil, nil
		}
		return err
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

func (l *laptop) place() (p api.PlaceView) {
	l.t.Helper()
	if code := l.call("GET", "/api/meetings/"+string(theMeeting)+"/place", nil, &p); code != http.StatusOK {
		l.t.Fatalf("place: %d", code)
	}
	return p
}

func (l *laptop) carry(carry bool) int {
	l.t.Helper()
	return l.call("POST", "/api/meetings/"+string(theMeeting)+"/place", api.CarryRequest{Carry: carry}, nil)
}

// TestMeetingGoesOnWithoutALine: in the middle of a meeting the office's line
// dies. The chair's laptop carries it on the local network: another checks in and
// asks to speak there, the chair sees it and calls him, all follow the chair's
// pages. When the line is back the server knows everything, once.
func TestMeetingGoesOnWithoutALine(t *testing.T) {
	s := startServer(t)
	group := siteNet(t)
	near := func(c *Config) { c.Site = group }
	planner, chair, member := s.laptopWith(officer, near), s.laptopWith(leader, near), s.laptopWith(clerkC, near)
	for _, l := range []*laptop{planner, chair, member} {
		defer l.stop()
	}
	called(t, planner, chair)
	member.until("the invitation", func() bool { return member.sitting() != nil })
	chair.until("the session", func() bool { return chair.sitting() != nil })
	chair.giveOn(app.KindSession, "session.start.1", app.SessionID(theMeeting), 0, `{"meeting":"`+string(theMeeting)+`"}`)
	member.until("the start", func() bool { return member.sitting().Started != 0 })
	chair.giveOn(app.KindSession, "session.draft_vote.1", app.SessionID(theMeeting), 0,
		`{"meeting":"`+string(theMeeting)+`","title":"Thông qua kế hoạch","type":"NAMED","threshold":"QUA_NUA","base":"ELIGIBLE"}`)
	vote := theVote(chair)
	onVote := fmt.Sprintf(`{"meeting":%q,"vote":%d}`, theMeeting, vote)
	chair.giveOn(app.KindSession, "session.open_vote.1", app.SessionID(theMeeting), 0, onVote)
	member.until("the vote", func() bool { return member.sitting().Votes[vote].State == app.VoteOpened })
	if code := chair.carry(true); code != http.StatusConflict {
		t.Errorf("carried while there is a line: %d", code)
	}

	for _, l := range []*laptop{chair, member} {
		l.app.currentLink().cutLine(true)
		l.until("the line to be cut", func() bool { return !l.app.currentLink().carrier.online() })
	}
	if code := member.carry(true); code != http.StatusForbidden {
		t.Errorf("carried by who does not run the meeting: %d", code)
	}
	if code := chair.carry(true); code != http.StatusOK {
		t.Fatalf("carry: %d", code)
	}
	member.until("the chair's laptop to be found", func() bool {
		p := member.place()
		return p.Carrier == "other" && p.Person != nil && p.Person.ID == leader
	})

	attendance := app.AttendanceID(theMeeting, clerkC)
	member.giveOn(app.KindAttendance, "attendance.check_in.1", attendance, 0, `{"meeting":"`+string(theMeeting)+`"}`)
	member.giveOn(app.KindSession, "session.ask_to_speak.1", app.SessionID(theMeeting), 0,
		`{"meeting":"`+string(theMeeting)+`","wish":{"kind":"contribution","text":"Về tiến độ"}}`)
	chair.until("somebody in the queue", func() bool { return len(chair.sitting().Queue) == 1 })
	chair.until("him to be there", func() bool {
		a, ok := chair.seen(app.Key{Kind: app.KindAttendance, ID: attendance}).(*app.Attendance)
		return ok && a.Presence.Here()
	})
	var speech app.CommandID
	for speech = range chair.sitting().Queue {
	}
	chair.giveOn(app.KindSession, "session.call.1", app.SessionID(theMeeting), 0, fmt.Sprintf(`{"meeting":%q,"speech":%d}`, theMeeting, speech))
	member.until("to be called", func() bool { return member.sitting().Queue[speech].State == app.SpeechCalled })

	member.giveOn(app.KindBallot, "ballot.cast.1", app.BallotID(theMeeting, vote, clerkC), 0,
		fmt.Sprintf(`{"meeting":%q,"vote":%d,"epoch":%d,"choice":"DONG_Y"}`, theMeeting, vote, member.sitting().Votes[vote].Epoch))
	chair.until("his ballot", func() bool {
		b, ok := chair.seen(app.Key{Kind: app.KindBallot, ID: app.BallotID(theMeeting, vote, clerkC)}).(*app.Ballot)
		return ok && b.Choice == app.ChoiceFor
	})
	chair.giveOn(app.KindBallot, "ballot.cast.1", app.BallotID(theMeeting, vote, leader), 0,
		fmt.Sprintf(`{"meeting":%q,"vote":%d,"epoch":%d,"choice":"DONG_Y"}`, theMeeting, vote, chair.sitting().Votes[vote].Epoch))
	chair.giveOn(app.KindSession, "session.close_vote.1", app.SessionID(theMeeting), 0, onVote)
	chair.giveOn(app.KindSession, "session.publish_vote.1", app.SessionID(theMeeting), 0, onVote)
	member.until("the result", func() bool { return member.sitting().Votes[vote].Result.Passed })

	leads, follows := chair.follows(), member.follows()
	leads.ask(room.Asked{Take: true})
	leads.ask(room.Asked{Place: onPage(4)})
	follows.until("page 4 from the chair's laptop", func(t room.Told) bool { return atPage(4)(t) && t.Host != app.HostServer })

	// The chair's line is back first: the server has the member's ballot from the
	// closing record alone.
	for _, l := range []*laptop{chair, member} {
		l.app.currentLink().cutLine(false)
		l.until("all to go up", func() bool { return l.sync().WaitingCount == 0 })
	}
	planner.until("the call at the server", func() bool { return planner.sitting().Queue[speech].State == app.SpeechCalled })
	if n := len(planner.sitting().Queue); n != 1 {
		t.Errorf("%d speeches at the server", n)
	}
	v := planner.sitting().Votes[vote]
	if v.State != app.VotePublished || v.Result.Counts[app.ChoiceFor] != 2 || v.Result.Named[clerkC] != app.ChoiceFor || !v.Result.Passed {
		t.Errorf("the vote at the server: %+v", v)
	}
	planner.until("the server to host again", func() bool { return planner.sitting().Host == app.HostServer })
	if p := member.place(); p.Carrier != "server" {
		t.Errorf("after the line came back: %+v", p)
	}
}

// theVote is the only vote of the session.
func theVote(l *laptop) app.CommandID {
	l.t.Helper()
	for key := range l.sitting().Votes {
		return key
	}
	l.t.Fatal("there is no vote")
	return 0
}
