package app

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// sitting makes a meeting of commune x1 that is under way, or over.
func (w *world) sitting(id ID, status MeetingStatus) {
	w.t.Helper()
	m := w.invited(id)
	m.Status = status
	w.store(m)
}

func (w *world) store(r Record) {
	w.t.Helper()
	if err := w.server.Put(r); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) minutesOf(meeting ID) *Minutes {
	w.t.Helper()
	r, err := w.server.Get(Key{KindMinutes, MinutesID(meeting)})
	if err != nil {
		w.t.Fatalf("minutes of %s: %v", meeting, err)
	}
	return r.(*Minutes)
}

func TestMinutesAreWrittenByThoseWhoRunTheMeeting(t *testing.T) {
	w := newWorld(t)
	w.sitting("m1", MeetingLive)
	id := MinutesID("m1")
	write := func(text string, revision uint32) *MinutesWrite {
		return &MinutesWrite{Meeting: "m1", Body: RichOf(text), Revision: revision}
	}
	w.must("x1.clerk", "minutes.write.1", id, write("Một", 0))
	w.must("x1.leader", "minutes.write.1", id, write("Hai", 1))
	e := w.refused("minutes.conflict", "x1.clerk", "minutes.write.1", id, write("Ba", 1))
	if RichText(e.Data["mine"].(string)) != "Ba" || RichText(e.Data["theirs"].(string)) != "Hai" || e.Data["by"] != "x1.leader" || e.Data["revision"] != uint32(2) {
		t.Errorf("conflict tells %v", e.Data)
	}
	w.must("x1.clerk", "minutes.write.1", id, write("Hai", 1)) // the same text is no conflict
	if m := w.minutesOf("m1"); m.Revision != 2 || m.By != "x1.leader" {
		t.Errorf("revision %d by %s", m.Revision, m.By)
	}
	w.refused("can.needs_secretary", "x1.deputy", "minutes.write.1", id, write("a", 2))
	w.refused("meeting.not_found", "x3.officer", "minutes.write.1", id, write("a", 2))
	w.refused("command.bad_target", "x1.clerk", "minutes.write.1", MinutesID("m2"), write("a", 2))
	w.refused("richtext.bad", "x1.clerk", "minutes.write.1", id, &MinutesWrite{Meeting: "m1", Body: `{"type":"doc"}`, Revision: 2})
	w.refused("secrecy.refused", "x1.clerk", "minutes.write.1", id, write("TỐI MẬT", 2))
	for who, want := range map[ID]bool{"x1.officer": true, "x1.clerk": true, "x1.leader": true, "x1.deputy": false, "x2.leader": false} {
		if got := w.holdsMeeting(who, Key{KindMinutes, id}); got != want {
			t.Errorf("%s holds the minutes: %v", who, got)
		}
	}
	m := w.meetingOf("m1")
	if m.Parts[id] != KindMinutes {
		t.Error("the meeting does not know its minutes")
	}
	m.Status = MeetingConcluded
	w.store(m)
	w.refused("meeting.wrong_status", "x1.clerk", "minutes.write.1", id, write("a", 2))
	m.Status, m.Secret = MeetingLive, true
	w.store(m)
	w.refused("minutes.secret", "x1.clerk", "minutes.write.1", id, write("a", 2))
}

func TestConclusionsOfSeveralPeople(t *testing.T) {
	w := newWorld(t)
	w.sitting("m1", MeetingLive)
	id := MinutesID("m1")
	put := func(key CommandID, text string, revision uint32, order int) *ConclusionPut {
		return &ConclusionPut{Meeting: "m1", Key: key, Text: RichOf(text), Revision: revision, Order: order}
	}
	first := w.must("x1.clerk", "minutes.put_conclusion.1", id, put(0, "Giao phòng Kinh tế", 0, 2))
	second := w.must("x1.leader", "minutes.put_conclusion.1", id, put(0, "Giao phòng Văn hóa", 0, 1))
	if got := w.minutesOf("m1").Standing(); !slices.Equal(got, []CommandID{second, first}) {
		t.Errorf("order %v", got)
	}
	w.must("x1.leader", "minutes.put_conclusion.1", id, put(first, "Giao phòng Kinh tế tham mưu", 1, 2))
	e := w.refused("minutes.conflict", "x1.clerk", "minutes.put_conclusion.1", id, put(first, "Giao Công an xã", 1, 2))
	if !strings.Contains(e.Data["mine"].(string), "Công an") || !strings.Contains(e.Data["theirs"].(string), "tham mưu") {
		t.Errorf("conflict tells %v", e.Data)
	}
	w.must("x1.clerk", "minutes.remove_conclusion.1", id, &ConclusionRemove{Meeting: "m1", Key: first})
	w.must("x1.leader", "minutes.remove_conclusion.1", id, &ConclusionRemove{Meeting: "m1", Key: first}) // twice is once
	w.refused("conclusion.removed", "x1.leader", "minutes.put_conclusion.1", id, put(first, "Lại", 2, 2))
	w.refused("conclusion.not_found", "x1.leader", "minutes.remove_conclusion.1", id, &ConclusionRemove{Meeting: "m1", Key: 99})
	w.refused("conclusion.empty", "x1.leader", "minutes.put_conclusion.1", id, put(0, "", 0, 2))
	if got := w.minutesOf("m1").Standing(); !slices.Equal(got, []CommandID{second}) {
		t.Errorf("standing %v", got)
	}
}

func TestPapersOfAMeeting(t *testing.T) {
	w := newWorld(t)
	w.sitting("m1", MeetingFinished)
	draft := func(id ID, is TypeCode) {
		w.must("x1.clerk", "document.draft.1", id, &DraftCreate{Unit: "x1", Fields: Fields{Type: is, Subject: "Họp giao ban"}})
	}
	draft("bb", TypeMinutes)
	draft("bb2", TypeMinutes)
	draft("tb", TypeNotice)
	w.refused("meeting.not_its_paper", "x1.clerk", "meeting.minutes_drafted.1", "m1", &MeetingPaper{Document: "tb"})
	w.must("x1.clerk", "meeting.minutes_drafted.1", "m1", &MeetingPaper{Document: "bb"})
	if e := w.refused("meeting.has_paper", "x1.clerk", "meeting.minutes_drafted.1", "m1", &MeetingPaper{Document: "bb2"}); e.Data["document"] != "bb" {
		t.Errorf("told %v", e.Data)
	}
	d := w.doc("bb")
	d.State = OutCancelled
	w.store(d)
	w.must("x1.clerk", "meeting.minutes_drafted.1", "m1", &MeetingPaper{Document: "bb2"})
	w.refused("meeting.notice_not_issued", "x1.clerk", "meeting.conclude.1", "m1", &MeetingConclude{})
	w.must("x1.clerk", "meeting.notice_drafted.1", "m1", &MeetingPaper{Document: "tb"})
	w.refused("meeting.notice_not_issued", "x1.clerk", "meeting.conclude.1", "m1", &MeetingConclude{})
	d = w.doc("tb")
	d.State = OutIssued
	w.store(d)
	w.refused("can.needs_secretary", "x1.deputy", "meeting.conclude.1", "m1", &MeetingConclude{})
	w.must(SystemPerson, "meeting.conclude.1", "m1", &MeetingConclude{})
	if m := w.meetingOf("m1"); m.Status != MeetingConcluded || m.MinutesDoc != "bb2" || m.Notice != "tb" {
		t.Errorf("%s %s %s", m.Status, m.MinutesDoc, m.Notice)
	}
	w.refused("meeting.wrong_status", SystemPerson, "meeting.conclude.1", "m1", &MeetingConclude{})
}

func (w *world) assignmentOf(id ID) *Assignment {
	w.t.Helper()
	r, err := w.server.Get(Key{KindAssignment, id})
	if err != nil {
		w.t.Fatalf("assignment %s: %v", id, err)
	}
	return r.(*Assignment)
}

func (w *world) given(id ID, due Date) {
	w.t.Helper()
	w.must("x1.clerk", "assignment.give.1", id, &AssignmentGive{Meeting: "m1", Owner: "x1.p", OwnerUnit: true, Assist: []ID{"x1.q", "x2.leader"},
		Text: "Rà soát hộ nghèo", Due: due})
}

func TestAssignmentFromGivingToDone(t *testing.T) {
	w := newWorld(t)
	w.sitting("m1", MeetingLive)
	due := w.now.Date() + 1
	w.given("a1", due)
	a := w.assignmentOf("a1")
	if a.Giver != "x1.leader" || a.Follower != "x1.clerk" || a.State != AssignmentNew || w.meetingOf("m1").Parts["a1"] != KindAssignment {
		t.Errorf("given: %+v", a)
	}
	for who, want := range map[ID]bool{"x1.head": true, "x1.head2": true, "x1.officer": true, "x1.officer2": false, "x2.leader": true, "x2.deputy": false, "x3.leader": false} {
		if got := w.holdsMeeting(who, Key{KindAssignment, "a1"}); got != want {
			t.Errorf("%s holds the task: %v", who, got)
		}
	}
	w.refused("assignment.not_found", "x3.leader", "assignment.accept.1", "a1", &AssignmentNote{})
	w.refused("can.needs_assignment_owner", "x2.leader", "assignment.accept.1", "a1", &AssignmentNote{})
	w.must("x1.head", "assignment.accept.1", "a1", &AssignmentNote{})
	w.refused("assignment.wrong_state", "x1.head", "assignment.accept.1", "a1", &AssignmentNote{})
	w.must("x1.head", "assignment.progress.1", "a1", &AssignmentProgress{Percent: 40, Text: "Đã rà soát 4/10 thôn"})
	w.refused("can.needs_assignment_giver", "x1.head", "assignment.remind.1", "a1", &AssignmentNote{})
	w.must("x1.clerk", "assignment.remind.1", "a1", &AssignmentNote{Text: "Khẩn trương"})
	w.must("x1.head", "assignment.report.1", "a1", &AssignmentText{Text: "Xong"})
	w.must("x1.leader", "assignment.send_back.1", "a1", &AssignmentText{Text: "Thiếu thôn 5"})
	w.refused("assignment.not_later", "x1.leader", "assignment.extend.1", "a1", &AssignmentExtend{Due: due, Text: "a"})
	w.now += 5 * 24 * hour
	if !w.assignmentOf("a1").Late(w.now.Date()) {
		t.Error("not late")
	}
	w.must("x1.head", "assignment.report.1", "a1", &AssignmentText{Text: "Xong cả"})
	w.must("x1.clerk", "assignment.confirm.1", "a1", &AssignmentNote{})
	if a := w.assignmentOf("a1"); a.State != AssignmentDoneLate || a.Progress != 100 || len(a.Reports) != 2 || len(a.Reminders) != 1 || len(a.History) != 8 {
		t.Errorf("done: %s %d %d %d %d", a.State, a.Progress, len(a.Reports), len(a.Reminders), len(a.History))
	}
	e := w.refused("assignment.wrong_state", "x1.leader", "assignment.cancel.1", "a1", &AssignmentText{Text: "a"})
	if e.Data["by"] != "x1.clerk" || e.Data["step"] != "assignment.confirm" {
		t.Errorf("told %v", e.Data)
	}
}

// TestReportGivenInTime: what was reported on its day is in time, though the
// line was down; a clock put back helps nobody.
func TestReportGivenInTime(t *testing.T) {
	for _, c := range []struct {
		seen Time
		want AssignmentState
	}{{0, AssignmentDone}, {3 * 24 * hour, AssignmentDoneLate}} {
		w := newWorld(t)
		w.sitting("m1", MeetingLive)
		w.given("a1", w.now.Date())
		given := w.now
		w.now += 6 * 24 * hour
		m, err := w.run(w.server, true, &Command{Name: "assignment.report.1", Target: Key{KindAssignment, "a1"}, Actor: "x1.head",
			At: given, ServerSeen: given + c.seen, Args: &AssignmentText{Text: "Xong"}})
		if err != nil {
			t.Fatal(err)
		}
		w.server = m
		w.must("x1.leader", "assignment.confirm.1", "a1", &AssignmentNote{})
		if got := w.assignmentOf("a1").State; got != c.want {
			t.Errorf("seen %d: %s, want %s", c.seen, got, c.want)
		}
	}
}

func TestAssignmentsRefuseWhatCannotBe(t *testing.T) {
	w := newWorld(t)
	w.sitting("m1", MeetingLive)
	give := &AssignmentGive{Meeting: "m1", Owner: "x1.head", Text: "a"}
	w.refused("can.needs_secretary", "x1.deputy", "assignment.give.1", "a1", give)
	w.refused("meeting.not_found", "x3.officer", "assignment.give.1", "a1", give)
	w.refused("assignment.unknown_owner", "x1.clerk", "assignment.give.1", "a1", &AssignmentGive{Meeting: "m1", Owner: "x1.p", Text: "a"})
	w.refused("assignment.unknown_owner", "x1.clerk", "assignment.give.1", "a1", &AssignmentGive{Meeting: "m1", Owner: "x1.head", Assist: []ID{"x1.head"}, Text: "a"})
	w.refused("assignment.unknown_owner", "x1.clerk", "assignment.give.1", "a1", &AssignmentGive{Meeting: "m1", Owner: "x1.head", Follower: "nobody", Text: "a"})
	w.must("x1.clerk", "assignment.give.1", "a1", give)
	w.refused("record.exists", "x1.clerk", "assignment.give.1", "a1", give)
	w.refused("assignment.not_found", "x1.head", "assignment.accept.1", "a2", &AssignmentNote{})
}

// legal are the transitions of an assignment, as the office knows them.
var legal = map[AssignmentState]map[string]AssignmentState{
	AssignmentNew:      {"accept": AssignmentAccepted, "report": AssignmentReported, "extend": AssignmentNew, "remind": AssignmentNew, "cancel": AssignmentCancelled},
	AssignmentAccepted: {"progress": AssignmentDoing, "report": AssignmentReported, "extend": AssignmentAccepted, "remind": AssignmentAccepted, "cancel": AssignmentCancelled},
	AssignmentDoing:    {"progress": AssignmentDoing, "report": AssignmentReported, "extend": AssignmentDoing, "remind": AssignmentDoing, "cancel": AssignmentCancelled},
	AssignmentReported: {"confirm": AssignmentDone, "send_back": AssignmentDoing, "extend": AssignmentReported, "cancel": AssignmentCancelled},
	AssignmentDone:     {}, AssignmentDoneLate: {}, AssignmentCancelled: {},
}

// TestAssignmentStatesProperty: whatever is tried by whoever, only legal
// transitions happen, the history tells each, and of two who act on the same
// record the second is told.
func TestAssignmentStatesProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.sitting("m1", MeetingLive)
		w.given("a1", w.now.Date()+1)
		people := []ID{"x1.head", "x1.leader", "x1.clerk", "x2.leader", "x3.leader", "x1.officer2"}
		for step := range 12 {
			args := map[string]any{"accept": &AssignmentNote{}, "progress": &AssignmentProgress{Percent: step}, "report": &AssignmentText{Text: "a"},
				"confirm": &AssignmentNote{}, "send_back": &AssignmentText{Text: "a"}, "extend": &AssignmentExtend{Due: w.assignmentOf("a1").Due + 1, Text: "a"},
				"remind": &AssignmentNote{}, "cancel": &AssignmentText{Text: "a"}}
			verb := rapid.SampledFrom(sortedKeys(args)).Draw(t, "verb")
			who := rapid.SampledFrom(people).Draw(t, "who")
			if rapid.Bool().Draw(t, "later") {
				w.now += 24 * hour
			}
			before := w.assignmentOf("a1")
			err := w.try(who, "assignment."+verb+".1", "a1", args[verb])
			after := w.assignmentOf("a1")
			want, may := legal[before.State][verb]
			owner := slices.Contains([]string{"accept", "progress", "report"}, verb)
			right := owner == (who == "x1.head") && who != "x2.leader" && who != "x3.leader" && who != "x1.officer2"
			if want == AssignmentDone && before.Reported > before.Due {
				want = AssignmentDoneLate
			}
			switch {
			case (err == nil) != (may && right):
				t.Fatalf("%s gives %s in %s: %v", who, verb, before.State, err)
			case err == nil && (after.State != want || len(after.History) != len(before.History)+1):
				t.Fatalf("%s from %s comes to %s, want %s", verb, before.State, after.State, want)
			case err != nil && after.State != before.State:
				t.Fatalf("refused, and yet %s became %s", before.State, after.State)
			}
			if e := AsError(err); e != nil && right && (e.Reason != "assignment.wrong_state" || e.Data["by"] == nil) {
				t.Fatalf("the second is told %v", e)
			}
		}
	})
}
