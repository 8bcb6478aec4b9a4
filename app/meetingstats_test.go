package app

import "testing"

func TestMeetingStats(t *testing.T) {
	w := newWorld(t)
	m := w.invited("m1")
	session := &Session{Started: m.Start}
	roll := []*Attendance{{Person: "x1.leader", Presence: PresentInRoom, Arrived: m.Start}, {Person: "x1.deputy", Presence: PresentOnline, Arrived: m.Start + 60_000},
		{Person: "x1.head", Presence: AbsentExcused}, {Person: "x3.leader", Presence: AbsentNoReason}}
	var s MeetingStats
	s.Meeting(m, session, roll) // not held yet
	m.Status = MeetingFinished
	s.Meeting(m, session, roll)
	s.Ballot(m, "x1.deputy")
	today := w.now.Date()
	s.Task(&AssignmentRow{Owner: "x1.head", State: AssignmentDoneLate}, "x1", today)
	s.Task(&AssignmentRow{Owner: "x1.p", OwnerUnit: true, State: AssignmentDoing, Due: today - 1}, "x1", today)
	s.Task(&AssignmentRow{Owner: "x1.head", State: AssignmentCancelled}, "x1", today)
	if s.Meetings != 1 {
		t.Errorf("%d meetings", s.Meetings)
	}
	got := map[ID]MeetingTally{}
	for _, each := range append(s.Tallies(true), s.Tallies(false)...) {
		got[each.ID] = each
	}
	for id, want := range map[ID]MeetingTally{
		"x1":        {ID: "x1", Unit: true, Invited: 4, Present: 2, Late: 1, Excused: 1, Unknown: 1, Chaired: 1, Votes: 1, Given: 2, Done: 1, DoneLate: 2},
		"x2":        {ID: "x2", Unit: true, Invited: 1, Unknown: 1},
		"x3":        {ID: "x3", Unit: true, Invited: 1, Absent: 1},
		"x1.deputy": {ID: "x1.deputy", Invited: 1, Present: 1, Late: 1, Votes: 1},
		"x1.head":   {ID: "x1.head", Invited: 1, Excused: 1, Given: 1, Done: 1, DoneLate: 1},
		"x1.leader": {ID: "x1.leader", Invited: 1, Present: 1, Chaired: 1},
	} {
		if got[id] != want {
			t.Errorf("%s: %+v, want %+v", id, got[id], want)
		}
	}
	if _, there := got["x1.p"]; there {
		t.Error("a unit's task is told as a person's")
	}
}
