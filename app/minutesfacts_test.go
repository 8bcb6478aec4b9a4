package app

import (
	"slices"
	"testing"
)

func TestFacts(t *testing.T) {
	w := newWorld(t)
	m := w.invited("m1")
	p := m.Participants["x1.head"]
	p.Reply, p.Reason = ReplyDeclined, "Đi công tác"
	m.Participants["x1.head"] = p
	m.Participants["x2.deputy"] = Participant{Role: MeetingGuest, For: "x2"}
	m.Outsiders = map[CommandID]Outsider{1: {Name: "Ông Khách", Organ: "Tỉnh bạn", Title: "Chủ tịch", Role: MeetingGuest, Came: true}}
	s := &Session{Started: m.Start + 5, Finished: m.Start + 100, Items: map[CommandID]ItemClock{11: {ItemDone, Stopwatch{Spent: 60_000}}},
		Queue: map[CommandID]Speech{
			1: {Person: "x1.deputy", State: SpeechDone, Called: 9}, 2: {Person: "x1.head", State: SpeechWithdrawn}, 3: {Person: "x3.leader", State: SpeechDone, Called: 4}},
		Votes: map[CommandID]Vote{5: {Title: "Thông qua", State: VotePublished}, 6: {Title: "Mở", State: VoteOpened}}}
	sheets := []*AgendaSheet{
		{Type: AgendaInternal, Items: map[CommandID]AgendaItem{10: {Title: "Hai", Order: 1}, 12: {Title: "Bỏ", Removed: 1}}},
		{Type: AgendaCommon, Items: map[CommandID]AgendaItem{11: {Title: "Một"}}},
	}
	roll := []*Attendance{{Person: "x1.leader", Presence: PresentInRoom, Arrived: m.Start}, {Person: "x1.deputy", Presence: PresentOnline, Arrived: s.Started + 60_000},
		{Person: "x3.leader", Presence: AbsentNoReason}}
	f := Facts(m, sheets, s, roll)
	people := map[ID]AttendeeFacts{}
	for _, a := range f.People {
		people[a.ID] = a
	}
	if _, told := people["x2"]; told {
		t.Error("a unit whose person came is told twice")
	}
	for id, want := range map[ID]Presence{"x1.leader": PresentInRoom, "x1.deputy": PresentOnline, "x1.head": AbsentExcused, "x3.leader": AbsentNoReason, "x1.clerk": NotCalled, "": PresentInRoom} {
		if got := people[id].Presence; got != want {
			t.Errorf("%q is %s, want %s", id, got, want)
		}
	}
	if people["x1.head"].Reason != "Đi công tác" || !people["x1.deputy"].Late || people["x1.leader"].Late || people[""].Title != "Chủ tịch, Tỉnh bạn" {
		t.Errorf("people %+v", f.People)
	}
	if len(f.Items) != 2 || f.Items[0].Title != "Một" || f.Items[0].State != ItemDone || f.Items[1].State != ItemWaiting {
		t.Errorf("items %+v", f.Items)
	}
	if len(f.Speeches) != 2 || f.Speeches[0].Person != "x3.leader" || len(f.Votes) != 1 || f.Started != s.Started || !slices.Equal(f.Chair, []ID{"x1.leader"}) {
		t.Errorf("facts %+v", f)
	}
	if f := Facts(m, nil, nil, nil); f.Started != m.Start || f.Finished != 0 || len(f.People) == 0 {
		t.Errorf("of the meeting alone: %+v", f)
	}
}
