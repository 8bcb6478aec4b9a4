package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// skewed is a machine whose clock is wrong by skew; heard is how long ago it last
// heard from the server.
type skewed struct {
	*world
	writer      uint32
	n           uint32
	skew, heard Time
}

// give has the machine's person give a command as its clock has it.
func (l *skewed) give(person ID, name string, target ID, args any) (CommandID, error) {
	l.now += 60_000
	l.n++
	c := &Command{ID: NewCommandID(l.writer, l.n), Name: name, Target: Key{SpecOf(name).Kind, target}, Actor: person, Args: args, At: l.now + l.skew, ServerSeen: l.now - l.heard}
	m, err := l.run(l.server, true, c)
	l.server = m
	return c.ID, err
}

func (l *skewed) must(person ID, name string, target ID, args any) CommandID {
	l.t.Helper()
	id, err := l.give(person, name, target, args)
	if err != nil {
		l.t.Fatalf("%s by %s: %v", name, person, err)
	}
	return id
}

// TestClocksHoursApart: laptops with a line, five hours ahead and five behind,
// check in, ask to speak, run the agenda and vote at the server's time.
func TestClocksHoursApart(t *testing.T) {
	for _, skew := range []Time{5 * hour, -5 * hour} {
		w := newWorld(t)
		m := w.invited("m")
		l := &skewed{world: w, writer: 21, skew: skew, heard: 1000}
		sid, in := SessionID("m"), func(at Time) bool { return at > w.now-2000 && at <= w.now }
		w.now = m.CheckInOpens() - 2*60_000
		if _, err := l.give("x1.deputy", "attendance.check_in.1", AttendanceID("m", "x1.deputy"), &CheckIn{Meeting: "m"}); reasonIn(err) != "attendance.not_yet" {
			t.Errorf("%d: before the roll-call opens: %v", skew, err)
		}
		w.now = m.Start
		l.must("x1.leader", "session.start.1", sid, &SessionNote{Meeting: "m"})
		if !in(w.session("m").Started) {
			t.Errorf("%d: started %d, now %d", skew, w.session("m").Started, w.now)
		}
		l.must("x1.deputy", "attendance.check_in.1", AttendanceID("m", "x1.deputy"), &CheckIn{Meeting: "m"})
		if a := w.rollOf("m", "x1.deputy"); a.Arrived != w.now || a.Given != 0 {
			t.Errorf("%d: came %d given %d, now %d", skew, a.Arrived, a.Given, w.now)
		}
		item := w.agendaItem("m", AgendaCommon, "Báo cáo", 0)
		l.must("x1.clerk", "session.item.1", sid, &SessionItem{Meeting: "m", Item: item, Sheet: AgendaCommon, Do: "start"})
		began := w.now
		w.now += 9 * 60_000
		if got := w.session("m").Items[item].Clock.At(w.now) - (w.now - began); got < 0 || got > 2000 {
			t.Errorf("%d: the clock of the item is off by %d ms", skew, got)
		}
		l.must("x1.clerk", "session.item.1", sid, &SessionItem{Meeting: "m", Item: item, Sheet: AgendaCommon, Do: "finish"})
		if got := w.session("m").Items[item].Clock.Spent; got < 10*60_000-2000 || got > 10*60_000+2000 {
			t.Errorf("%d: the item took %d ms", skew, got)
		}
		// One wishes on a machine with a wrong clock, another after him on a right one.
		first := l.must("x1.deputy", "session.ask_to_speak.1", sid, &AskToSpeak{Meeting: "m", Wish: SpeechWish{Kind: SpeechContribution}})
		second := w.must("x1.head", "session.ask_to_speak.1", sid, &AskToSpeak{Meeting: "m", Wish: SpeechWish{Kind: SpeechContribution}})
		if q := w.session("m").Queue; q[first].Asked >= q[second].Asked || !in(q[second].Asked) {
			t.Errorf("%d: the queue goes by the laptop's clock: %+v", skew, q)
		}
		w.voteAsSkewed(t, l)
	}
}

// voteAsSkewed: a ballot is in time when the authority has it before the closing,
// whatever its machine's clock says, and late when it comes after.
func (w *world) voteAsSkewed(t *testing.T, l *skewed) {
	t.Helper()
	key := w.opened(nil)
	ballot := func(person ID) any {
		args := &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: ChoiceFor}
		if err := Prove(&Command{Args: args}, person, w.now+l.skew, w.machineOf(person).sign); err != nil {
			w.t.Fatal(err)
		}
		return args
	}
	l.must("x1.deputy", "ballot.cast.1", BallotID("m", key, "x1.deputy"), ballot("x1.deputy"))
	if w.ballot(key, "x1.deputy").Late {
		t.Errorf("%d: a ballot in time counts as late", l.skew)
	}
	w.must("x1.clerk", "session.close_vote.1", SessionID("m"), &CloseVote{Meeting: "m", Vote: key})
	l.must("x1.head", "ballot.cast.1", BallotID("m", key, "x1.head"), ballot("x1.head"))
	if v := w.vote(key); !w.ballot(key, "x1.head").Late || v.Result.Cast != 1 {
		t.Errorf("%d: a ballot after the closing counts: %+v", l.skew, v.Result)
	}
}

func (w *world) rollOf(meeting, person ID) *Attendance {
	w.t.Helper()
	r, err := w.server.Get(Key{KindAttendance, AttendanceID(meeting, person)})
	if err != nil {
		w.t.Fatal(err)
	}
	return r.(*Attendance)
}

// TestOnePersonOnTwoMachines: he is there once, has one vote and stands once in
// the queue.
func TestOnePersonOnTwoMachines(t *testing.T) {
	w := newWorld(t)
	m := w.invited("m")
	w.now = m.Start
	w.must("x1.leader", "session.start.1", SessionID("m"), &SessionNote{Meeting: "m"})
	one, two := &skewed{world: w, writer: 21}, &skewed{world: w, writer: 22}
	id := AttendanceID("m", "x1.deputy")
	one.must("x1.deputy", "attendance.check_in.1", id, &CheckIn{Meeting: "m"})
	arrived := w.rollOf("m", "x1.deputy").Arrived
	two.must("x1.deputy", "attendance.check_in.1", id, &CheckIn{Meeting: "m", Online: true})
	if a := w.rollOf("m", "x1.deputy"); a.Arrived != arrived || a.Presence != PresentInRoom {
		t.Errorf("%+v", a)
	}
	w.countRoll("session.count.1", SessionID("m"), &SessionCount{Meeting: "m"})
	if got := w.session("m").Count; got.Present+got.Others != 1 {
		t.Errorf("counted %+v", got)
	}
	ask := &AskToSpeak{Meeting: "m", Wish: SpeechWish{Kind: SpeechContribution}}
	one.must("x1.deputy", "session.ask_to_speak.1", SessionID("m"), ask)
	if _, err := two.give("x1.deputy", "session.ask_to_speak.1", SessionID("m"), ask); reasonIn(err) != "session.asked_already" || len(w.session("m").Queue) != 1 {
		t.Errorf("%v %+v", err, w.session("m").Queue)
	}
	key := w.opened(nil)
	for l, choice := range map[*skewed]Choice{one: ChoiceFor, two: ChoiceFor} {
		l.must("x1.deputy", "ballot.cast.1", BallotID("m", key, "x1.deputy"), w.proved("x1.deputy", &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: choice}))
	}
	two.must("x1.deputy", "ballot.cast.1", BallotID("m", key, "x1.deputy"), w.proved("x1.deputy", &BallotCast{Meeting: "m", Vote: key, Epoch: 1, Choice: ChoiceAgainst}))
	w.must("x1.clerk", "session.close_vote.1", SessionID("m"), &CloseVote{Meeting: "m", Vote: key})
	if r := w.vote(key).Result; r.Cast != 1 || r.Counts[ChoiceFor] != 0 || r.Counts[ChoiceAgainst] != 1 {
		t.Errorf("%+v", r)
	}
}

// TestSecretaryIsReplaced in the middle of a meeting: the old one may do nothing
// more, nor what still lies in his outbox; the new one holds what he needs and
// goes on with it.
func TestSecretaryIsReplaced(t *testing.T) {
	w := newWorld(t)
	w.inSession("m")
	sid := SessionID("m")
	set := func(presence Presence) *SetAttendance {
		return &SetAttendance{Meeting: "m", Person: "x1.deputy", Presence: presence}
	}
	rollID, minutes := AttendanceID("m", "x1.deputy"), MinutesID("m")
	w.must("x1.clerk", "attendance.set.1", rollID, set(PresentInRoom))
	w.must("x1.clerk", "minutes.write.1", minutes, &MinutesWrite{Meeting: "m", Body: RichOf("Khai mạc")})
	key := w.opened(nil)
	if err := w.cast("x1.deputy", key, ChoiceFor); err != nil {
		t.Fatal(err)
	}
	before := w.now
	w.must("x1.leader", "meeting.set_people.1", "m", &SetPeople{Set: []Invitee{{ID: "x1.clerk", Role: MeetingGuest}, {ID: "x1.officer2", Role: MeetingSecretary}}})
	for _, what := range []Key{{KindAttendance, rollID}, {KindMinutes, minutes}, {KindBallot, BallotID("m", key, "x1.deputy")}} {
		if w.holdsMeeting("x1.clerk", what) || !w.holdsMeeting("x1.officer2", what) {
			t.Errorf("%v: the old one holds it, or the new one does not", what)
		}
	}
	for name, c := range map[string]struct {
		target ID
		args   any
	}{
		"attendance.set.1":     {rollID, set(AbsentNoReason)},
		"session.close_vote.1": {sid, &CloseVote{Meeting: "m", Vote: key}},
		"minutes.write.1":      {minutes, &MinutesWrite{Meeting: "m", Body: RichOf("Khác"), Revision: 1}},
		"session.pause.1":      {sid, &SessionNote{Meeting: "m"}},
		"meeting.set_people.1": {"m", &SetPeople{Set: []Invitee{{ID: "x1.clerk", Role: MeetingSecretary}}}},
	} {
		if got := reasonIn(w.try("x1.clerk", name, c.target, c.args)); !strings.HasPrefix(got, "can.needs_") {
			t.Errorf("the old one, now: %s: %q", name, got)
		}
		// What he gave before he was replaced, and what comes only now.
		err := w.late("x1.clerk", name, Key{SpecOf(name).Kind, c.target}, before, c.args)
		if e := AsError(err); e == nil || e.Code != Forbidden || !strings.HasPrefix(e.Reason, "can.needs_") {
			t.Errorf("the old one's outbox: %s: %v", name, err)
		}
	}
	w.must("x1.officer2", "attendance.set.1", rollID, set(PresentOnline))
	w.must("x1.officer2", "session.close_vote.1", sid, &CloseVote{Meeting: "m", Vote: key})
	w.must("x1.officer2", "session.publish_vote.1", sid, &VoteRef{"m", key})
	w.must("x1.officer2", "minutes.write.1", minutes, &MinutesWrite{Meeting: "m", Body: RichOf("Khai mạc. Tiếp tục"), Revision: 1})
	if r := w.vote(key).Result; r.Cast != 1 || r.Counts[ChoiceFor] != 1 || RichText(w.minutesOf("m").Body) != "Khai mạc. Tiếp tục" {
		t.Errorf("%+v %s", r, w.minutesOf("m").Body)
	}
	// Taken out altogether, he sees the meeting as văn thư of its office, no more.
	w.must("x1.leader", "meeting.set_people.1", "m", &SetPeople{Remove: []ID{"x1.clerk"}})
	w.refused("can.needs_chair", "x1.clerk", "session.pause.1", sid, &SessionNote{Meeting: "m"})
}

// TestSecretMeetingTakesNoPapers: a meeting with state secrets has a time, a room
// and people, and nothing of its content is kept.
func TestSecretMeetingTakesNoPapers(t *testing.T) {
	w := newWorld(t)
	f := w.meetingFields()
	f.Secret = true
	w.must("x1.officer", "meeting.create.1", "m", &MeetingCreate{Unit: "x1", Fields: f, People: []Invitee{
		{ID: "x1.leader", Role: MeetingChair, Voting: true}, {ID: "x1.clerk", Role: MeetingSecretary}, {ID: "x1.deputy", Role: MeetingMember, Voting: true}}})
	w.must("x1.officer", "meeting.submit.1", "m", &MeetingSubmit{})
	w.must("x1.leader", "meeting.publish.1", "m", &MeetingNote{})
	w.now = w.meetingOf("m").Start
	w.must("x1.leader", "session.start.1", SessionID("m"), &SessionNote{Meeting: "m"})
	w.refused("material.secret_meeting", "x1.clerk", "material.add.1", "t", &MaterialAdd{Meeting: "m", Fields: MaterialFields{Title: "Tài liệu"}, File: pdf(1)})
	w.refused("material.secret_meeting", "x1.clerk", "material.ask.1", "t", &MaterialAsk{Meeting: "m", Fields: MaterialFields{Title: "Tài liệu", Unit: "so.p"}})
	w.refused("minutes.secret", "x1.clerk", "minutes.write.1", MinutesID("m"), &MinutesWrite{Meeting: "m", Body: RichOf("a")})
	w.refused("minutes.secret", "x1.clerk", "minutes.put_conclusion.1", MinutesID("m"), &ConclusionPut{Meeting: "m", Text: RichOf("a")})
	slip := w.asks("")
	slip.Meeting, slip.Asked, slip.Files = "m", []ID{"x1.deputy"}, []NewFile{pdf(1)}
	w.refused("slip.secret_meeting", "x1.clerk", "slip.create.1", "s", slip)
	slip.Files = nil
	w.must("x1.clerk", "slip.create.1", "s", slip)
	w.now += 60_000
	m, err := w.run(w.server, true, &Command{Name: "slip.edit.1", Target: Key{KindSlip, "s"}, Actor: "x1.clerk", Base: w.server.versions[Key{KindSlip, "s"}],
		Args: &SlipEdit{Title: "a", Due: slip.Due, Asked: slip.Asked, Files: []NewFile{pdf(1)}}})
	if w.server = m; reasonIn(err) != "slip.secret_meeting" {
		t.Errorf("edited with a file: %v", err)
	}
	w.must("x1.deputy", "attendance.check_in.1", AttendanceID("m", "x1.deputy"), &CheckIn{Meeting: "m"})
	f.Secret = false
	w.now += 60_000
	m, err = w.run(w.server, true, &Command{Name: "meeting.edit.1", Target: Key{KindMeeting, "m"}, Actor: "x1.officer", Base: w.server.versions[Key{KindMeeting, "m"}], Args: &MeetingEdit{Fields: f}})
	if w.server = m; reasonIn(err) != "meeting.stays_secret" {
		t.Errorf("the mark taken off: %v", err)
	}
}

// TestLongAgenda: two hundred items are put, ordered anew and dealt with, and all
// of them are told in the minutes; titles are as long as they may be.
func TestLongAgenda(t *testing.T) {
	const n = 200
	w := newWorld(t)
	w.invited("m")
	sheet, sid := AgendaID("m", AgendaCommon), SessionID("m")
	keys := make([]CommandID, n)
	for i := range keys {
		keys[i] = w.agendaItem("m", AgendaCommon, fmt.Sprintf("%03d %s", i, strings.Repeat("Ữ", 196)), i)
	}
	slices.Reverse(keys)
	w.must("x1.clerk", "agenda.order.1", sheet, &AgendaOrder{Meeting: "m", Items: keys})
	w.now = w.meetingOf("m").Start
	w.must("x1.leader", "session.start.1", sid, &SessionNote{Meeting: "m"})
	for _, key := range keys {
		w.must("x1.clerk", "session.item.1", sid, &SessionItem{Meeting: "m", Item: key, Sheet: AgendaCommon, Do: "next"})
	}
	w.must("x1.leader", "session.finish.1", sid, &SessionNote{Meeting: "m"})
	items := Facts(w.meetingOf("m"), []*AgendaSheet{w.sheetOf("m", AgendaCommon)}, w.session("m"), nil).Items
	if len(items) != n || !strings.HasPrefix(items[0].Title, "199 ") || !strings.HasPrefix(items[n-1].Title, "000 ") {
		t.Fatalf("%d items, first %.10q, last %.10q", len(items), items[0].Title, items[len(items)-1].Title)
	}
	for i, it := range items {
		if it.State != ItemDone || it.Spent != 60_000 {
			t.Fatalf("item %d: %s after %d ms", i, it.State, it.Spent)
		}
	}
}
