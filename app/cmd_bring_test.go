package app

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestAnOperatorBrings: the chair's laptop opens the roll-call and a vote and calls
// somebody without a line, and dies. An operator brings what he was told: it is
// done in the chair's name, once, and the chair's laptop changes nothing later. A
// command of before its decision, one of another meeting and one that nobody signed
// are left out.
func TestAnOperatorBrings(t *testing.T) {
	w := newWorld(t)
	session := w.live()
	operator, chair := ID("x2.clerk"), ID("x1.leader")
	m := w.meetingOf("m")
	m.Participants[operator] = Participant{Role: MeetingOperator}
	if err := w.server.Put(m); err != nil {
		t.Fatal(err)
	}
	at := Key{KindSession, session}
	w.server.signed, w.server.decided = map[string]*Command{}, map[CommandID]bool{}
	var told [][]byte
	var outbox []*Command
	gives := func(name string, target Key, args any) *Command {
		c := &Command{ID: NewCommandID(31, uint32(len(outbox)+1)), Name: name, Target: target, Actor: chair, At: w.now, Args: args}
		outbox = append(outbox, c)
		w.server.signed[c.ID.String()] = c
		told = append(told, []byte(c.ID.String()))
		return c
	}
	set := func(how Presence) {
		gives("attendance.set.1", Key{KindAttendance, AttendanceID("m", "x1.head")}, &SetAttendance{Meeting: "m", Person: "x1.head", Presence: how})
	}
	set(AbsentNoReason)
	decided := outbox[0]
	set(PresentInRoom)
	speech := gives("session.enter_speech.1", at, &EnterSpeech{Meeting: "m", Person: "x1.head", Wish: SpeechWish{Kind: SpeechContribution}})
	gives("session.call.1", at, &CallSpeaker{Meeting: "m", Speech: speech.ID})
	vote := gives("session.draft_vote.1", at, &DraftVote{Meeting: "m", Title: "Thông qua", Type: VoteNamed, Threshold: MoreThanHalf, Base: OfEligible})
	gives("session.open_vote.1", at, &VoteOpening{Meeting: "m", Vote: vote.ID, Epoch: 9})
	gives("session.enter_speech.1", Key{KindSession, SessionID("other")}, &EnterSpeech{Meeting: "other", Person: "x1.head", Wish: SpeechWish{Kind: SpeechContribution}})
	gives("session.bring.1", at, &Bring{Meeting: "m"})
	told = append(told, []byte("forged"))

	w.server.decided[decided.ID] = true
	w.must(operator, "session.bring.1", session, &Bring{Meeting: "m", Commands: told})
	check := func() {
		t.Helper()
		s := w.session("m")
		if v := s.Votes[vote.ID]; len(s.Votes) != 1 || v.State != VoteOpened || v.Epoch != 9 || v.By != chair {
			t.Errorf("the votes: %+v", s.Votes)
		}
		if e := s.Queue[speech.ID]; len(s.Queue) != 1 || e.State != SpeechCalled || e.By != chair {
			t.Errorf("the queue: %+v", s.Queue)
		}
		if want := []CommandRange{{outbox[1].ID, outbox[5].ID}}; !slices.Equal(s.Brought, want) {
			t.Errorf("brought: %v, want %v", s.Brought, want)
		}
		r, err := w.server.Get(Key{KindAttendance, AttendanceID("m", "x1.head")})
		if err != nil {
			t.Fatal(err)
		}
		if a := r.(*Attendance); a.Presence != PresentInRoom || a.By != chair {
			t.Errorf("the roll-call: %+v", a)
		}
	}
	check()
	before := w.session("m")
	w.must(operator, "session.bring.1", session, &Bring{Meeting: "m", Commands: told})
	for _, c := range outbox[1:6] {
		m, err := w.run(w.server, true, c)
		if err != nil {
			t.Errorf("%s of the chair's laptop: %v", c.Name, err)
		}
		w.server = m
	}
	check()
	if after := w.session("m"); after.Queue[speech.ID].Called != before.Queue[speech.ID].Called {
		t.Error("he was called again")
	}
	if reason := reasonIn(w.try("x1.head", "session.bring.1", session, &Bring{Meeting: "m", Commands: told})); reason == "" {
		t.Error("brought by who does not run the meeting")
	}
}

// TestCommandRanges: ranges hold what was added, in any order, and nothing else.
func TestCommandRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfN(rapid.Uint64Range(1, 30), 0, 40).Draw(t, "ids")
		var ranges []CommandRange
		for _, id := range ids {
			ranges = withCommand(ranges, CommandID(id))
		}
		for id := uint64(1); id <= 30; id++ {
			if _, in := find(ranges, CommandID(id)); in != slices.Contains(ids, id) {
				t.Fatalf("%d of %v in %v: %v", id, ids, ranges, in)
			}
		}
		for i := range ranges {
			if i > 0 && ranges[i].First <= ranges[i-1].Last+1 || ranges[i].Last < ranges[i].First {
				t.Fatalf("%v", ranges)
			}
		}
	})
}
