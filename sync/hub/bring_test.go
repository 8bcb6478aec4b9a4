package hub_test

import (
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// signOn makes the writer's next command on a record of any kind.
func (f *fixture) signOn(writer uint32, name string, target app.Key, args any) *feed.Command {
	f.t.Helper()
	f.next[writer]++
	return f.signAs(writer, f.next[writer], &app.Command{Name: name, Target: target, Actor: persons[writer], Args: args})
}

// TestCommandsThatAnotherBrings: a command that another's laptop brings runs once,
// and only as its own giver's device signed it.
func TestCommandsThatAnotherBrings(t *testing.T) {
	f := newFixture(t)
	m := app.Key{Kind: app.KindMeeting, ID: "m"}
	s := app.Key{Kind: app.KindSession, ID: app.SessionID("m")}
	f.accept(clerkXa1, f.signOn(clerkXa1, "meeting.create.1", m, &app.MeetingCreate{Unit: "xa1",
		Fields: app.MeetingFields{Title: "Họp giao ban", Place: "Phòng họp", Start: apptest.Now + 3_600_000, End: apptest.Now + 7_200_000},
		People: []app.Invitee{{ID: persons[leaderXa1], Role: app.MeetingChair, Voting: true}}}),
		f.signOn(clerkXa1, "meeting.submit.1", m, &app.MeetingSubmit{}))
	f.accept(leaderXa1, f.signOn(leaderXa1, "meeting.publish.1", m, &app.MeetingNote{}))
	votes := func() map[app.CommandID]app.Vote {
		t.Helper()
		var r app.Record
		f.must(f.store.Read(ctx, func(v *sqlite.View) (err error) { r, err = v.Get(s); return err }))
		return r.(*app.Session).Votes
	}
	draft := func(title string) *feed.Command {
		return f.signOn(clerkXa1, "session.draft_vote.1", s, &app.DraftVote{Meeting: "m", Title: title, Type: app.VoteNamed, Threshold: app.MoreThanHalf, Base: app.OfEligible})
	}
	bring := func(commands ...*feed.Command) {
		t.Helper()
		a := &app.Bring{Meeting: "m"}
		for _, c := range commands {
			a.Commands = append(a.Commands, c.Marshal())
		}
		f.accept(leaderXa1, f.signOn(leaderXa1, "session.bring.1", s, a))
	}

	decided := draft("một")
	f.accept(clerkXa1, decided)
	f.accept(clerkXa1, f.signOn(clerkXa1, "session.void_vote.1", s, &app.VoteVoidance{Meeting: "m", Vote: decided.ID, Text: "nhầm"}))
	waits := draft("hai")
	forged := *draft("ba")
	forged.Actor = persons[leaderXa1]
	stranger := *waits
	stranger.ID = app.NewCommandID(900, 1)
	own := *waits
	own.ID = app.NewCommandID(f.config.Own, 1000)
	bring(decided, waits, &forged, &stranger, &own)
	if v := votes(); len(v) != 2 || v[decided.ID].State != app.VoteVoid || v[waits.ID].By != persons[clerkXa1] {
		t.Fatalf("%+v", v)
	}
	if len(f.alarms) != 1 { // in the name of another
		t.Errorf("alarms: %v", f.alarms)
	}
	bring(waits)
	f.accept(clerkXa1, waits) // its own laptop is there again
	if v := votes(); len(v) != 2 {
		t.Errorf("%+v", v)
	}

	f.next[clerkXa1] = waits.ID.Counter()
	late := draft("bốn")
	f.revoked[clerkXa1] = true
	bring(late)
	if v := votes(); len(v) != 2 || len(f.alarms) != 1 {
		t.Errorf("of a revoked laptop: %+v, %v", v, f.alarms)
	}
}
