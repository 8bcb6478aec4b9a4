package desktop

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
)

// inSession gives a command on the meeting's session.
func (l *laptop) inSession(name, args string) {
	l.t.Helper()
	if args != "" {
		args = "," + args
	}
	l.giveOn(app.KindSession, name, app.SessionID(theMeeting), 0, fmt.Sprintf(`{"meeting":%q%s}`, theMeeting, args))
}

// onVote gives a command on a vote.
func (l *laptop) onVote(name string, vote app.CommandID) {
	l.t.Helper()
	l.inSession(name, fmt.Sprintf(`"vote":%d`, vote))
}

// drafts prepares a named vote and says which it is.
func (l *laptop) drafts(title string) (key app.CommandID) {
	l.t.Helper()
	l.inSession("session.draft_vote.1", fmt.Sprintf(`"title":%q,"type":"NAMED","threshold":"QUA_NUA","base":"ELIGIBLE","abstain":true`, title))
	for k, v := range l.sitting().Votes {
		if v.Title == title {
			key = k
		}
	}
	return key
}

// onScreen is what this laptop's screen shows of a vote; nil when it shows none.
func (l *laptop) onScreen(vote app.CommandID) *api.VoteItem {
	l.t.Helper()
	var list api.VoteList
	if code := l.call("GET", "/api/meetings/"+string(theMeeting)+"/votes", nil, &list); code != http.StatusOK {
		l.t.Fatalf("votes: %d", code)
	}
	for i := range list.Votes {
		if list.Votes[i].Key == vote {
			return &list.Votes[i]
		}
	}
	return nil
}

func (l *laptop) casts(vote app.CommandID, person app.ID, choice app.Choice) {
	l.t.Helper()
	l.giveOn(app.KindBallot, "ballot.cast.1", app.BallotID(theMeeting, vote, person), 0,
		fmt.Sprintf(`{"meeting":%q,"vote":%d,"epoch":%d,"choice":%q}`, theMeeting, vote, l.onScreen(vote).Epoch, choice))
}

// took waits until the place has the person's ballot.
func (l *laptop) took(vote app.CommandID, choice app.Choice) {
	l.t.Helper()
	l.until("the place to have the ballot", func() bool {
		v := l.onScreen(vote)
		return v != nil && v.Mine != nil && v.Mine.Choice == choice && v.Mine.AtPlace
	})
}

// lineDead cuts the line of the laptops.
func lineDead(laptops ...*laptop) {
	for _, l := range laptops {
		l.app.currentLink().cutLine(true)
		l.until("the line to be cut", func() bool { return !l.app.currentLink().carrier.online() })
	}
}

// lineBack mends it for one; all that it had must go up, and none be refused.
func (l *laptop) lineBack() {
	l.t.Helper()
	l.app.currentLink().cutLine(false)
	l.wentUp()
}

func (l *laptop) wentUp() {
	l.t.Helper()
	l.until("all to go up", func() bool { return l.sync().WaitingCount == 0 && l.app.currentLink().carrier.online() })
	if st := l.sync(); st.RefusedCount != 0 {
		l.t.Errorf("%d commands refused: %+v", st.RefusedCount, st)
	}
}

func (l *laptop) joins(host app.ID) {
	l.t.Helper()
	l.until("the meeting to be carried by "+string(host), func() bool {
		p := l.place()
		return p.Carrier == "other" && p.Person != nil && p.Person.ID == host
	})
}

// begun is a meeting under way on a network of its own: its planner, chair and member.
func begun(t *testing.T, s *theServer) (near func(*Config), planner, chair, member *laptop) {
	group := siteNet(t)
	near = func(c *Config) { c.Site = group }
	planner, chair, member = s.laptopWith(officer, near), s.laptopWith(leader, near), s.laptopWith(clerkC, near)
	called(t, planner, chair)
	member.until("the invitation", func() bool { return member.sitting() != nil })
	chair.until("the session", func() bool { return chair.sitting() != nil })
	chair.inSession("session.start.1", "")
	for _, l := range []*laptop{planner, member} {
		l.until("the start", func() bool { return l.sitting() != nil && l.sitting().Started != 0 })
	}
	return near, planner, chair, member
}

// TestAVoteIsOpenedAtThePlace: the line is dead when the chair drafts a vote. The
// member sees it, says that he is ready, calls for help and casts, twice; the
// place counts. Whichever line is back first, the server has exactly that, once.
func TestAVoteIsOpenedAtThePlace(t *testing.T) {
	for _, first := range []string{"member", "chair"} {
		t.Run(first+" first", func(t *testing.T) {
			s := startServer(t)
			_, planner, chair, member := begun(t, s)
			for _, l := range []*laptop{planner, chair, member} {
				defer l.stop()
			}
			lineDead(chair, member)
			if code := chair.carry(true); code != http.StatusOK {
				t.Fatalf("carry: %d", code)
			}
			member.joins(leader)

			vote := chair.drafts("Thông qua phương án")
			chair.onVote("session.ready_vote.1", vote)
			member.until("the vote", func() bool { v := member.onScreen(vote); return v != nil && v.State == app.VoteReady })
			if v := member.onScreen(vote); v.Title != "Thông qua phương án" || v.Type != app.VoteNamed || len(v.Choices) != 4 || !v.MayVote {
				t.Errorf("the vote on the member's screen: %+v", v)
			}
			attendance := app.AttendanceID(theMeeting, clerkC)
			member.giveOn(app.KindAttendance, "attendance.ready.1", attendance, 0, fmt.Sprintf(`{"meeting":%q,"vote":%d}`, theMeeting, vote))
			member.giveOn(app.KindAttendance, "attendance.ask_help.1", attendance, 0, fmt.Sprintf(`{"meeting":%q,"kind":"technician"}`, theMeeting))
			chair.until("him to be ready and to need help", func() bool {
				a, ok := chair.seen(app.Key{Kind: app.KindAttendance, ID: attendance}).(*app.Attendance)
				return ok && a.Ready[vote] != 0 && len(a.Requests) == 1
			})
			if p := chair.onScreen(vote).Progress; p == nil || p.Ready != 1 {
				t.Errorf("ready on the chair's screen: %+v", p)
			}

			chair.onVote("session.open_vote.1", vote)
			member.until("the vote to be open", func() bool { return member.onScreen(vote).State == app.VoteOpened })
			member.casts(vote, clerkC, app.ChoiceAgainst)
			member.took(vote, app.ChoiceAgainst)
			member.casts(vote, clerkC, app.ChoiceFor) // he has thought again
			member.took(vote, app.ChoiceFor)
			chair.casts(vote, leader, app.ChoiceFor)
			chair.onVote("session.close_vote.1", vote)
			chair.onVote("session.publish_vote.1", vote)
			member.until("the result", func() bool {
				v := member.onScreen(vote)
				return v.Result != nil && v.Result.Passed && v.Result.Cast == 2
			})

			order := []*laptop{member, chair}
			if first == "chair" {
				order = []*laptop{chair, member}
			}
			for _, l := range order {
				l.lineBack()
			}
			want := map[app.ID]app.Choice{clerkC: app.ChoiceFor, leader: app.ChoiceFor}
			for _, l := range []*laptop{planner, chair, member} {
				l.until("the result from the server", func() bool {
					return l.sitting().Votes[vote].State == app.VotePublished && l.sitting().Host == app.HostServer
				})
				if r := l.sitting().Votes[vote].Result; r.Cast != 2 || !r.Passed || r.Late != 0 || !reflect.DeepEqual(r.Named, want) {
					t.Errorf("the result: %+v", r)
				}
			}
			member.until("his ballot from the server", func() bool { v := member.onScreen(vote); return v.Mine != nil && !v.Mine.Pending })
			if m := member.onScreen(vote).Mine; m.Late || m.Choice != app.ChoiceFor {
				t.Errorf("the member's ballot: %+v", m)
			}
			a := planner.seen(app.Key{Kind: app.KindAttendance, ID: attendance}).(*app.Attendance)
			if a.Ready[vote] == 0 || len(a.Requests) != 1 {
				t.Errorf("the member at the server: %+v", a)
			}
		})
	}
}

// TestAnotherCarriesTheMeetingOn: the laptop of the chair dies in the middle of a
// vote that it opened without a line. Everybody sees it and who may take over; the
// secretary does. Nothing that the chair's laptop had taken is lost, and when that
// laptop comes back at last it changes nothing.
func TestAnotherCarriesTheMeetingOn(t *testing.T) {
	s := startServer(t)
	near, planner, chair, member := begun(t, s)
	for _, l := range []*laptop{planner, chair, member} {
		defer func() { l.stop() }()
	}
	lineDead(planner, chair, member)
	if code := chair.carry(true); code != http.StatusOK {
		t.Fatalf("carry: %d", code)
	}
	member.joins(leader)
	planner.joins(leader)
	done := chair.drafts("Đã biểu quyết")
	chair.onVote("session.open_vote.1", done)
	member.until("the first vote", func() bool { return member.onScreen(done) != nil && member.onScreen(done).State == app.VoteOpened })
	member.casts(done, clerkC, app.ChoiceAgainst)
	member.took(done, app.ChoiceAgainst)
	chair.onVote("session.close_vote.1", done)
	chair.onVote("session.publish_vote.1", done)
	vote := chair.drafts("Thông qua phương án")
	chair.onVote("session.open_vote.1", vote)
	member.until("the vote", func() bool { return member.onScreen(vote) != nil && member.onScreen(vote).State == app.VoteOpened })
	member.casts(vote, clerkC, app.ChoiceFor)
	member.took(vote, app.ChoiceFor)
	chair.casts(vote, leader, app.ChoiceFor)
	planner.until("both ballots", func() bool { return planner.onScreen(vote) != nil && planner.onScreen(vote).Progress.Cast == 2 })
	if code := planner.carry(true); code != http.StatusConflict {
		t.Errorf("taken over from a laptop that is there: %d", code)
	}

	chair.stop()
	for _, l := range []*laptop{member, planner} {
		l.until("the host to be missed", func() bool { return l.place().Carrier == "lost" })
		p := l.place()
		if p.Person == nil || p.Person.ID != leader || len(p.MayCarry) != 1 || p.MayCarry[0].ID != officer {
			t.Errorf("without a host: %+v", p)
		}
		if l.onScreen(vote) == nil {
			t.Error("what the place has said is forgotten")
		}
	}
	if member.place().May || !planner.place().May {
		t.Error("offered to the wrong one")
	}
	if m := member.onScreen(vote).Mine; m == nil || m.AtPlace {
		t.Errorf("while nobody has it: %+v", m)
	}
	if code := planner.carry(true); code != http.StatusOK {
		t.Fatalf("taken over: %d", code)
	}
	member.joins(officer)
	member.took(vote, app.ChoiceFor)
	if v := member.onScreen(done); v == nil || v.State != app.VotePublished || v.Result.Cast != 1 {
		t.Errorf("the vote before: %+v", v)
	}
	planner.onVote("session.close_vote.1", vote)
	planner.onVote("session.publish_vote.1", vote)
	member.until("the result", func() bool { v := member.onScreen(vote); return v.Result != nil && v.Result.Cast == 2 })

	planner.lineBack()
	member.lineBack()
	check := func(l *laptop) {
		t.Helper()
		l.until("the result from the server", func() bool { return l.sitting().Votes[vote].State == app.VotePublished })
		votes := l.sitting().Votes
		if r := votes[vote].Result; r.Cast != 2 || !r.Passed || r.Named[clerkC] != app.ChoiceFor || r.Named[leader] != app.ChoiceFor {
			t.Errorf("the result: %+v", r)
		}
		if r := votes[done].Result; votes[done].State != app.VotePublished || r.Cast != 1 || r.Named[clerkC] != app.ChoiceAgainst {
			t.Errorf("the result before: %+v", r)
		}
		if len(votes) != 2 {
			t.Errorf("%d votes", len(votes))
		}
	}
	check(planner)
	check(member)
	*chair = *startIn(t, chair.app.cfg.Data, near)
	chair.until("the chair's laptop to say all", func() bool { return chair.sync().FirstLoadComplete && chair.sync().WaitingCount == 0 })
	chair.until("the server to host", func() bool { return chair.sitting().Host == app.HostServer })
	chair.wentUp()
	for _, l := range []*laptop{chair, planner, member} {
		check(l)
	}
}

// TestForgedPlaces: a beacon proves nothing. Who answers at its address without a
// certificate of the province, or with that of somebody who does not run the
// meeting, is left before a word is said, and the meeting is carried by nobody.
func TestForgedPlaces(t *testing.T) {
	s := startServer(t)
	_, planner, chair, member := begun(t, s)
	other := s.laptopOf(clerkS)
	for _, l := range []*laptop{planner, chair, member, other} {
		defer l.stop()
	}
	lineDead(member)
	stranger := httptest.NewUnstartedServer(nil)
	stranger.StartTLS() // for its certificate
	defer stranger.Close()
	foreign, err := other.app.currentLink().identity().PeerTLS(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]*tls.Config{"a stranger": stranger.TLS, "who does not run the meeting": foreign} {
		l, err := tls.Listen("tcp", "127.0.0.1:0", config)
		if err != nil {
			t.Fatal(err)
		}
		said := make(chan error, 1)
		go func() {
			conn, err := l.Accept()
			if err == nil {
				_, err = conn.Read(make([]byte, 1))
				_ = conn.Close()
			}
			said <- err
		}()
		member.app.currentLink().sites.hears(beacon{beaconName(theMeeting), l.Addr().(*net.TCPAddr).Port}, netip.MustParseAddr("127.0.0.1"))
		if err := <-said; err == nil {
			t.Errorf("%s was told something", name)
		}
		_ = l.Close()
		if p := member.place(); p.Carrier != "nobody" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
