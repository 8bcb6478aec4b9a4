package app

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func (w *world) roll(person ID) *Attendance {
	w.t.Helper()
	r, err := w.server.Get(Key{KindAttendance, AttendanceID("m1", person)})
	if err != nil {
		w.t.Fatalf("roll-call of %s: %v", person, err)
	}
	return r.(*Attendance)
}

func (w *world) checkIn(person ID) error {
	return w.try(person, "attendance.check_in.1", AttendanceID("m1", person), &CheckIn{Meeting: "m1"})
}

// late gives a command that a laptop made at a moment without a line.
func (w *world) late(person ID, name string, target Key, at Time, args any) error {
	m, err := w.run(w.server, true, &Command{Name: name, Target: target, Actor: person, Args: args, At: at, ServerSeen: at - hour})
	w.server = m
	return err
}

func TestCheckIn(t *testing.T) {
	w := newWorld(t)
	m := w.invited("m1")
	if got := reasonIn(w.checkIn("x1.deputy")); got != "attendance.not_yet" {
		t.Fatalf("a day early: %q", got)
	}
	w.now = m.Start - 29*60_000
	if got := reasonIn(w.checkIn("x1.deputy")); got != "" {
		t.Fatal(got)
	}
	w.refused("can.needs_participant", "x2.leader", "attendance.check_in.1", AttendanceID("m1", "x2.leader"), &CheckIn{Meeting: "m1"})
	w.refused("meeting.not_found", "so.leader", "attendance.check_in.1", AttendanceID("m1", "so.leader"), &CheckIn{Meeting: "m1"})
	w.refused("command.bad_target", "x1.head", "attendance.check_in.1", AttendanceID("m1", "x1.deputy"), &CheckIn{Meeting: "m1"})
	first := w.roll("x1.deputy")
	if first.Presence != PresentInRoom || first.Method != RollSelf || first.Given != 0 {
		t.Fatalf("%+v", first)
	}
	if !w.holdsMeeting("x1.clerk", first.Key()) || w.holdsMeeting("x1.head", first.Key()) {
		t.Error("the roll-call of one is for him and for those who run the meeting")
	}
	// The same person on another machine, given earlier: the earlier counts.
	w.now = m.Start + 40*60_000
	if err := w.late("x1.deputy", "attendance.check_in.1", first.Key(), first.Arrived-60_000, &CheckIn{Meeting: "m1", Online: true}); err != nil {
		t.Fatal(err)
	}
	if got := w.roll("x1.deputy"); got.ArrivedAt() != first.Arrived-60_000 || got.Presence != PresentOnline {
		t.Errorf("%+v", got)
	}
	// And once more, given later: nothing changes.
	if err := w.checkIn("x1.deputy"); err != nil || w.roll("x1.deputy").ArrivedAt() != first.Arrived-60_000 {
		t.Errorf("%v %+v", err, w.roll("x1.deputy"))
	}
	w.must("x1.deputy", "attendance.leave.1", AttendanceID("m1", "x1.deputy"), &LeaveMeeting{Meeting: "m1", Person: "x1.deputy"})
	w.refused("attendance.not_there", "x1.clerk", "attendance.leave.1", AttendanceID("m1", "x1.deputy"), &LeaveMeeting{Meeting: "m1", Person: "x1.deputy"})
	w.refused("can.needs_secretary", "x1.deputy", "attendance.leave.1", AttendanceID("m1", "x1.head"), &LeaveMeeting{Meeting: "m1", Person: "x1.head"})
	if err := w.checkIn("x1.deputy"); err != nil || !w.roll("x1.deputy").Here() {
		t.Error("he came back and is not there")
	}
}

func TestCheckInThatComesAfterTheEnd(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1")
	began := w.now
	w.now += hour
	w.must("x1.leader", "session.finish.1", SessionID("m1"), &SessionNote{Meeting: "m1"})
	w.now += hour
	key := Key{KindAttendance, AttendanceID("m1", "x1.head")}
	if err := w.late("x1.head", "attendance.check_in.1", key, began+60_000, &CheckIn{Meeting: "m1"}); err != nil {
		t.Fatal(err)
	}
	if got := w.roll("x1.head"); got.Given != began+60_000 || got.Arrived != w.now {
		t.Errorf("%+v", got)
	}
	if got := reasonIn(w.checkIn("x1.deputy")); got != "attendance.over" {
		t.Errorf("after the end: %q", got)
	}
}

func TestSecretaryCallsTheRoll(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1", func(m *Meeting) {
		p := m.Participants["x3.leader"]
		p.Reply, p.Reason = ReplyDeclined, "Đi công tác"
		m.Participants["x3.leader"] = p
	})
	set := func(person ID, p Presence) error {
		return w.try("x1.clerk", "attendance.set.1", AttendanceID("m1", person), &SetAttendance{Meeting: "m1", Person: person, Presence: p})
	}
	w.refused("can.needs_secretary", "x1.deputy", "attendance.set.1", AttendanceID("m1", "x1.head"), &SetAttendance{Meeting: "m1", Person: "x1.head", Presence: PresentInRoom})
	if got := reasonIn(set("so.leader", PresentInRoom)); got != "attendance.not_invited" {
		t.Errorf("a stranger: %q", got)
	}
	before := w.now
	if err := set("x1.head", PresentInRoom); err != nil {
		t.Fatal(err)
	}
	if got := w.roll("x1.head"); got.Method != RollSecretary || got.By != "x1.clerk" || got.Arrived == 0 {
		t.Errorf("%+v", got)
	}
	// An absence that was noted before he came does not undo it.
	key := Key{KindAttendance, AttendanceID("m1", "x1.head")}
	if err := w.late("x1.clerk", "attendance.set.1", key, before, &SetAttendance{Meeting: "m1", Person: "x1.head", Presence: AbsentNoReason}); err != nil || !w.roll("x1.head").Here() {
		t.Errorf("%v %+v", err, w.roll("x1.head"))
	}
	if err := set("x1.head", AbsentNoReason); err != nil || w.roll("x1.head").Arrived != 0 {
		t.Errorf("%v %+v", err, w.roll("x1.head"))
	}
	if err := set("x2", PresentOnline); err != nil {
		t.Errorf("an invited unit: %v", err)
	}
	w.must("x1.clerk", "session.mark_absent.1", SessionID("m1"), &MarkAbsent{Meeting: "m1"})
	if a, b := w.roll("x1.deputy"), w.roll("x3.leader"); a.Presence != AbsentNoReason || b.Presence != AbsentExcused || b.Reason != "Đi công tác" {
		t.Errorf("%+v %+v", a, b)
	}
	if w.roll("x2").Presence != PresentOnline {
		t.Error("who had come was marked absent")
	}
	if err := w.checkIn("x3.leader"); err != nil || !w.roll("x3.leader").Here() {
		t.Errorf("one who had declined came after all: %v", err)
	}
	w.countRoll("session.count.1", SessionID("m1"), &SessionCount{Meeting: "m1"})
	want := RollCount{Entitled: 3, Others: 2, At: w.now}
	if got := w.session("m1").Count; got != want {
		t.Errorf("count %+v, want %+v", got, want)
	}
}

// countRoll gives a command of the server itself on a session.
func (w *world) countRoll(name string, target ID, args any) {
	w.t.Helper()
	w.must(SystemPerson, name, target, args)
}

func TestCodeOfTheRollCall(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1")
	in := func(code string, step int64) error {
		return w.try("x1.head", "attendance.check_in_code.1", AttendanceID("m1", "x1.head"), &CheckInCode{Meeting: "m1", Code: code, Step: step})
	}
	if got := reasonIn(in("123456", 0)); got != "attendance.no_code" {
		t.Fatalf("without a code: %q", got)
	}
	w.refused("can.needs_secretary", "x1.head", "session.open_code.1", SessionID("m1"), &OpenCode{Meeting: "m1"})
	w.must("x1.clerk", "session.open_code.1", SessionID("m1"), &OpenCode{Meeting: "m1"})
	get := func() *RollCode {
		r, err := w.server.Get(Key{KindRollCode, RollCodeID("m1")})
		if err != nil {
			t.Fatal(err)
		}
		return r.(*RollCode)
	}
	code := get()
	if w.holdsMeeting("x1.head", code.Key()) || !w.holdsMeeting("x1.clerk", code.Key()) {
		t.Error("the secret is for those who run the meeting")
	}
	w.must("x1.leader", "session.open_code.1", SessionID("m1"), &OpenCode{Meeting: "m1"})
	if string(get().Secret) != string(code.Secret) {
		t.Error("a second opening made another secret")
	}
	step := StepAt(w.now + 60_000) // try moves the clock on
	for _, c := range []struct {
		code string
		step int64
		want string
	}{
		{code.At(step - 9), step - 9, "attendance.wrong_code"},
		{code.At(step), step - 9, "attendance.wrong_code"},
		{code.At(step + 9), 0, "attendance.wrong_code"},
	} {
		w.now = Time(step)*CodeStep - 60_000
		if got := reasonIn(in(c.code, c.step)); got != c.want {
			t.Errorf("%v: %q", c, got)
		}
	}
	for _, off := range []int64{-2, 0, 2} {
		w.now = Time(step)*CodeStep - 60_000
		if err := in(code.At(step+off), 0); err != nil {
			t.Errorf("%d steps off: %v", off, err)
		}
	}
	if got := w.roll("x1.head"); got.Method != RollQR || got.Presence != PresentInRoom {
		t.Errorf("%+v", got)
	}
	// A laptop without the secret takes it until the server has said.
	laptop := w.server.copy()
	delete(laptop.records, code.Key())
	if _, err := w.run(laptop, false, &Command{Name: "attendance.check_in_code.1", Target: Key{KindAttendance, AttendanceID("m1", "x1.deputy")},
		Actor: "x1.deputy", Args: &CheckInCode{Meeting: "m1", Code: "000000"}}); err != nil {
		t.Error(err)
	}
	// What was scanned without a line counts by its own moment.
	w.now += hour
	key := Key{KindAttendance, AttendanceID("m1", "x1.deputy")}
	if err := w.late("x1.deputy", "attendance.check_in_code.1", key, Time(step)*CodeStep, &CheckInCode{Meeting: "m1", Code: code.At(step), Step: step}); err != nil {
		t.Error(err)
	}
}

func TestHelp(t *testing.T) {
	w := newWorld(t)
	w.inSession("m1")
	id := AttendanceID("m1", "x1.head")
	asked := w.must("x1.head", "attendance.ask_help.1", id, &AskHelp{Meeting: "m1", Kind: "water"})
	done := func(r CommandID) *HelpDone { return &HelpDone{Meeting: "m1", Person: "x1.head", Request: r} }
	w.refused("can.needs_secretary", "x1.head", "attendance.help_done.1", id, done(asked))
	w.refused("attendance.unknown_request", "x1.clerk", "attendance.help_done.1", id, done(5))
	w.must("x1.clerk", "attendance.help_done.1", id, done(asked))
	first := w.roll("x1.head").Requests[asked]
	w.must("x1.leader", "attendance.help_done.1", id, done(asked))
	if got := w.roll("x1.head").Requests[asked]; got != first || got.By != "x1.clerk" || got.Done == 0 {
		t.Errorf("%+v", got)
	}
}

// The quorum never counts anybody twice or who is not invited, does not hang on the
// order, and what is asked for is the share rounded up.
func TestQuorum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &Meeting{ID: "m", Participants: map[ID]Participant{}, Rules: MeetingRules{QuorumPercent: rapid.IntRange(0, 100).Draw(t, "percent")}}
		var rolls []*Attendance
		present := 0
		for i := range rapid.IntRange(0, 30).Draw(t, "people") {
			id := ID(fmt.Sprint("p", i))
			a := &Attendance{Person: id, Presence: rapid.SampledFrom([]Presence{NotCalled, PresentInRoom, PresentOnline, AbsentExcused, AbsentNoReason}).Draw(t, "presence"),
				Left: Time(rapid.IntRange(0, 1).Draw(t, "left"))}
			rolls = append(rolls, a)
			if rapid.IntRange(0, 5).Draw(t, "invited") == 0 {
				continue
			}
			voting := rapid.Bool().Draw(t, "voting")
			m.Participants[id] = Participant{Role: MeetingMember, Voting: voting}
			if voting && a.Here() {
				present++
			}
		}
		q := Quorum(m, append(rolls, rolls...))
		shuffled := rapid.Permutation(rolls).Draw(t, "order")
		if q != Quorum(m, shuffled) {
			t.Fatal("another quorum in another order")
		}
		if q.Present != present || q.Present > q.Entitled || q.Present+q.Others+q.Excused > len(m.Participants) {
			t.Fatalf("%+v of %d present, %d invited", q, present, len(m.Participants))
		}
		if q.Required*100 < q.Entitled*m.Rules.QuorumPercent || (q.Required-1)*100 >= q.Entitled*m.Rules.QuorumPercent && q.Required > 0 {
			t.Fatalf("%d%% of %d are not %d", m.Rules.QuorumPercent, q.Entitled, q.Required)
		}
		if q.Reached != (present >= q.Required) {
			t.Fatalf("%+v", q)
		}
	})
}
