package desktop

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// TestAnOperatorCarriesOn: the chair's laptop opens a vote and calls a speaker
// without a line, and falls silent. An operator, who may do neither, carries the
// meeting on with both: they are the chair's own commands, and at the server they
// are his, whoever brought them.
func TestAnOperatorCarriesOn(t *testing.T) {
	s := startServer(t)
	group := siteNet(t)
	near := func(c *Config) { c.Site = group }
	planner, chair, member, operator := s.laptopWith(officer, near), s.laptopWith(leader, near), s.laptopWith(clerkC, near), s.laptopWith(clerkS, near)
	for _, l := range []*laptop{planner, chair, member, operator} {
		defer func() { l.stop() }()
	}
	called(t, planner, chair)
	chair.until("the session", func() bool { return chair.sitting() != nil })
	planner.giveOn(app.KindMeeting, "meeting.set_people.1", theMeeting, 0, fmt.Sprintf(`{"set":[{"id":%q,"role":"KY_THUAT"}]}`, clerkS))
	chair.inSession("session.start.1", "")
	for _, l := range []*laptop{member, operator} {
		l.until("the start", func() bool { return l.sitting() != nil && l.sitting().Started != 0 })
	}
	lineDead(chair, member, operator)
	if code := chair.carry(true); code != http.StatusOK {
		t.Fatalf("carry: %d", code)
	}
	member.joins(leader)
	operator.joins(leader)
	member.inSession("session.ask_to_speak.1", `"wish":{"kind":"contribution","text":"Về tiến độ"}`)
	chair.until("the wish", func() bool { return len(chair.sitting().Queue) == 1 })
	var speech app.CommandID
	for speech = range chair.sitting().Queue {
	}
	chair.inSession("session.call.1", fmt.Sprintf(`"speech":%d`, speech))
	vote := chair.drafts("Thông qua phương án")
	chair.onVote("session.open_vote.1", vote)
	member.until("the vote", func() bool { v := member.onScreen(vote); return v != nil && v.State == app.VoteOpened })
	member.casts(vote, clerkC, app.ChoiceFor)
	member.took(vote, app.ChoiceFor)
	operator.until("the vote", func() bool { v := operator.sitting().Votes[vote]; return v.State == app.VoteOpened })

	chair.stop()
	operator.until("the host to be missed", func() bool { return operator.place().Carrier == "lost" })
	if code := operator.carry(true); code != http.StatusOK {
		t.Fatalf("taken over: %d", code)
	}
	member.joins(clerkS)
	member.took(vote, app.ChoiceFor)
	check := func(l *laptop) {
		t.Helper()
		s := l.sitting()
		if v := s.Votes[vote]; len(s.Votes) != 1 || v.State != app.VoteOpened || v.By != leader || v.Carried != "" {
			t.Errorf("the votes: %+v", s.Votes)
		}
		if e := s.Queue[speech]; len(s.Queue) != 1 || e.State != app.SpeechCalled || e.By != leader {
			t.Errorf("the queue: %+v", s.Queue)
		}
	}
	check(operator)
	check(member)

	operator.lineBack()
	member.lineBack()
	planner.until("the vote at the server", func() bool { return planner.sitting().Votes[vote].State == app.VoteOpened })
	check(planner)
	*chair = *startIn(t, chair.app.cfg.Data, near)
	chair.until("the chair's laptop to say all", func() bool { return chair.sync().FirstLoadComplete && chair.sync().WaitingCount == 0 })
	chair.wentUp()
	check(chair)
	chair.onVote("session.close_vote.1", vote)
	chair.onVote("session.publish_vote.1", vote)
	planner.until("the result", func() bool {
		v := planner.sitting().Votes[vote]
		return v.State == app.VotePublished && v.Result.Cast == 1
	})
}

// TestKeptCommands: of what hosts tell, each command of the meeting's session is
// kept once, by itself; and it is known what the next host has not been told.
func TestKeptCommands(t *testing.T) {
	signed := func(id app.CommandID, name string, kind app.Kind, args any) []byte {
		t.Helper()
		c, err := feed.NewCommand(&app.Command{ID: id, Name: name, Target: app.Key{Kind: kind, ID: "x"}, Actor: leader, Args: args},
			func([]byte) ([]byte, error) { return make([]byte, ed25519.SignatureSize), nil })
		if err != nil {
			t.Fatal(err)
		}
		return c.Marshal()
	}
	call := func(meeting app.ID, n uint32) []byte {
		return signed(app.NewCommandID(7, n), "session.call.1", app.KindSession, &app.CallSpeaker{Meeting: meeting, Speech: 1})
	}
	s := &sites{silent: map[app.ID]bool{}, signed: map[app.ID]*keptCommands{}}
	ids := func(list []signedCommand) (out []uint32) {
		for _, c := range list {
			out = append(out, c.cmd.ID.Counter())
		}
		return out
	}
	s.seated("m")
	s.keepSigned("m", [][]byte{call("m", 1), call("m", 2), call("m", 2), call("another", 3), []byte("nothing"),
		signed(app.NewCommandID(7, 4), "ballot.cast.1", app.KindBallot, &app.BallotCast{Meeting: "m"}),
		signed(app.NewCommandID(8, 1), "session.bring.1", app.KindSession, &app.Bring{Meeting: "m", Commands: [][]byte{call("m", 2), call("m", 5)}})})
	if got := ids(s.signed["m"].list); !slices.Equal(got, []uint32{1, 2, 5}) {
		t.Errorf("kept: %v", got)
	}
	if got := ids(s.signed["m"].missing()); len(got) != 0 {
		t.Errorf("missing where it sits: %v", got)
	}
	s.silent["m"] = true
	s.seated("m")
	s.keepSigned("m", [][]byte{call("m", 1), call("m", 6)})
	if got := ids(s.signed["m"].missing()); !slices.Equal(got, []uint32{2, 5}) || s.silent["m"] {
		t.Errorf("missing at the next host: %v", got)
	}
}
