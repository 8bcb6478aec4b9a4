package app

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// monday of the week after the tests' first day.
var monday = DateOf(2026, 11, 30)

var weekID = WeekPlanID("x1", monday)

func weekLine(day int, hours Time, title string) PlanLine {
	from := (monday + Date(day)).Start() + hours*hour
	return PlanLine{Start: from, End: from + hour, Title: title, Place: "Phòng họp số 1", Leaders: []ID{"x1.leader"}}
}

func weekEdit(lines ...PlanLine) *WeekEdit { return &WeekEdit{Unit: "x1", Monday: monday, Set: lines} }

func (w *world) week() *WeekPlan {
	w.t.Helper()
	r, err := w.server.Get(Key{KindWeekPlan, weekID})
	if err != nil {
		w.t.Fatalf("week: %v", err)
	}
	return r.(*WeekPlan)
}

func TestWeekPlanFromDraftToItsSecondPublication(t *testing.T) {
	w := newWorld(t)
	key := Key{KindWeekPlan, weekID}
	first := w.must("x1.clerk", "week.edit.1", weekID, weekEdit(weekLine(0, 8, "Họp giao ban"), weekLine(1, 14, "Tiếp công dân")))
	heads := w.must("x1.head", "week.edit.1", weekID, weekEdit(weekLine(2, 8, "Kiểm tra trường học")))
	for who, want := range map[ID]bool{"x1.clerk": true, "x1.leader": true, "x1.deputy": true, "x1.head": true, "x1.head2": false, "x1.officer": false, "x2.clerk": false} {
		if got := w.holdsMeeting(who, key); got != want {
			t.Errorf("draft: %s holds it: %v", who, got)
		}
	}
	w.refused("can.needs_week_drafter", "x1.officer", "week.edit.1", weekID, weekEdit())
	w.refused("week.not_found", "x1.officer", "week.submit.1", weekID, &WeekSubmit{})
	w.refused("can.needs_week_approver", "x1.clerk", "week.approve.1", weekID, &Empty{})
	w.refused("week.not_approver", "x1.clerk", "week.submit.1", weekID, &WeekSubmit{To: "x1.head"})
	w.must("x1.clerk", "week.submit.1", weekID, &WeekSubmit{To: "x1.deputy"})
	w.refused("can.needs_week_approver", "x1.clerk", "week.edit.1", weekID, weekEdit(weekLine(3, 8, "Muộn")))
	w.must("x1.deputy", "week.send_back.1", weekID, &Reason{Text: "Bổ sung lịch tiếp công dân"})
	if p := w.week(); p.State != PlanDraft || p.Reason == "" {
		t.Fatalf("sent back: %s %q", p.State, p.Reason)
	}
	w.must("x1.clerk", "week.submit.1", weekID, &WeekSubmit{})
	w.refused("week.wrong_state", "x1.clerk", "week.publish.1", weekID, &Empty{})
	w.must("x1.leader", "week.edit.1", weekID, &WeekEdit{Unit: "x1", Monday: monday, Set: []PlanLine{}, Remove: []CommandID{heads}})
	w.must("x1.leader", "week.approve.1", weekID, &Empty{})
	w.must("x1.clerk", "week.publish.1", weekID, &Empty{})
	if p := w.week(); p.Revision != 1 || len(p.Shown) != 2 || !w.holdsMeeting("x2.officer", key) {
		t.Fatalf("published: revision %d, %d lines", p.Revision, len(p.Shown))
	}

	changed := weekLine(0, 9, "Họp giao ban")
	changed.Key = first
	w.must("x1.clerk", "week.edit.1", weekID, weekEdit(changed, weekLine(4, 8, "Họp chi bộ")))
	if p := w.week(); p.State != PlanDraft || p.Shown[first].Start == changed.Start {
		t.Fatalf("what was published changed before it was approved: %s", p.State)
	}
	second := FileKey(first, 1)
	w.must("x1.clerk", "week.edit.1", weekID, &WeekEdit{Unit: "x1", Monday: monday, Remove: []CommandID{second}})
	w.must("x1.leader", "week.approve.1", weekID, &Empty{})
	w.must("x1.deputy", "week.publish.1", weekID, &Empty{})
	p := w.week()
	if p.Revision != 2 || p.Shown[first].Revised != 2 || p.Shown[second].Removed == 0 || p.Shown[second].Revised != 2 || len(p.Shown) != 3 {
		t.Fatalf("second publication: %+v", p)
	}
	w.must("x1.clerk", "week.edit.1", weekID, weekEdit(weekLine(4, 10, "Khác")))
	w.must("x1.leader", "week.approve.1", weekID, &Empty{})
	w.must("x1.clerk", "week.publish.1", weekID, &Empty{})
	if p := w.week(); len(p.Shown) != 3 || p.Shown[first].Revised != 2 {
		t.Fatalf("third publication: %+v", p.Shown)
	}
}

func TestWeekPlanRefusesWhatCannotBe(t *testing.T) {
	w := newWorld(t)
	late, backwards, stranger := weekLine(7, 8, "a"), weekLine(0, 8, "a"), weekLine(0, 8, "a")
	backwards.End = backwards.Start
	stranger.Leaders = []ID{"nobody"}
	for want, lines := range map[string][]PlanLine{"week.bad_time": {late}, "meeting.unknown_person": {stranger}, "week.no_line": {{Key: 9, Title: "a", Start: monday.Start()}}} {
		w.refused(want, "x1.clerk", "week.edit.1", weekID, weekEdit(lines...))
	}
	w.refused("week.bad_time", "x1.clerk", "week.edit.1", weekID, weekEdit(backwards))
	w.refused("command.bad_target", "x1.clerk", "week.edit.1", weekID, &WeekEdit{Unit: "x1", Monday: monday + 1})
	w.refused("command.bad_target", "x1.clerk", "week.edit.1", "w", weekEdit())
	w.refused("can.needs_week_drafter", "x2.clerk", "week.edit.1", weekID, weekEdit())
	w.must("x1.clerk", "week.edit.1", weekID, weekEdit())
	w.refused("week.empty", "x1.clerk", "week.submit.1", weekID, &WeekSubmit{})
	w.refused("week.empty", "x1.leader", "week.approve.1", weekID, &Empty{})
}

func TestWeekPlanTakesInMeetings(t *testing.T) {
	w := newWorld(t)
	m := w.invited("m1")
	line := weekLine(0, 8, m.Title)
	line.Meeting = m.ID
	w.must("x1.clerk", "week.edit.1", weekID, weekEdit(line))
	w.must("x1.deputy", "week.edit.1", weekID, weekEdit(line))
	if p := w.week(); len(p.Entries) != 1 || p.Entries[MeetingLine("m1")].Meeting != "m1" {
		t.Fatalf("entries %v", p.Entries)
	}
	other := line
	other.Meeting = "m2"
	w.refused("meeting.not_found", "x1.clerk", "week.edit.1", weekID, weekEdit(other))
	f := w.meetingFields()
	f.Secret = true
	w.must("x1.clerk", "meeting.create.1", "m2", &MeetingCreate{Unit: "x1", Fields: f})
	w.refused("week.secret_meeting", "x1.clerk", "week.edit.1", weekID, weekEdit(other))
}

// TestWeekPlanNeverShowsWhatWasNotApproved gives random commands by random
// people: what everybody reads changes by publication alone, publication comes
// after approval alone, and every line lies in the week.
func TestWeekPlanNeverShowsWhatWasNotApproved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.must("x1.clerk", "week.edit.1", weekID, weekEdit(weekLine(0, 8, "Đầu tuần")))
		people := []ID{"x1.clerk", "x1.leader", "x1.deputy", "x1.head", "x1.officer", "x2.leader"}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			before := w.week()
			who := rapid.SampledFrom(people).Draw(t, "who")
			name := rapid.SampledFrom([]string{"edit", "remove", "submit", "approve", "send_back", "publish"}).Draw(t, "what")
			err := w.tryWeek(t, who, name)
			p := w.week()
			if published := err == nil && name == "publish"; published != (p.Revision != before.Revision) || !published && !reflect.DeepEqual(p.Shown, before.Shown) {
				t.Fatalf("%s by %s: revision %d → %d", name, who, before.Revision, p.Revision)
			} else if published && before.State != PlanApproved {
				t.Fatalf("published from %s", before.State)
			}
			if err == nil && (who == "x1.officer" || who == "x2.leader") {
				t.Fatalf("%s gave %s", who, name)
			}
			for key, e := range p.Entries {
				if e.Start.Date() < monday || e.Start.Date() > monday+6 {
					t.Fatalf("line %v lies outside the week", key)
				}
			}
		}
	})
}

func (w *world) tryWeek(t *rapid.T, who ID, name string) error {
	var args any
	command := "week." + name + ".1"
	switch name {
	case "edit":
		line := weekLine(rapid.IntRange(-1, 7).Draw(t, "day"), 9, fmt.Sprint("Việc ", w.last))
		if keys := slices.Sorted(maps.Keys(w.week().Entries)); len(keys) > 0 && rapid.Bool().Draw(t, "old") {
			line.Key = rapid.SampledFrom(keys).Draw(t, "line")
		}
		args = weekEdit(line)
	case "remove":
		args, command = &WeekEdit{Unit: "x1", Monday: monday, Remove: slices.Sorted(maps.Keys(w.week().Entries))[:1]}, "week.edit.1"
	case "submit":
		args = &WeekSubmit{}
	case "send_back":
		args = &Reason{Text: "Sửa"}
	default:
		args = &Empty{}
	}
	return w.try(who, command, weekID, args)
}

func TestRoomsAreTheOfficesOwn(t *testing.T) {
	w := newWorld(t)
	save := func(change func(*RoomSave)) *RoomSave {
		r := &RoomSave{Unit: "x1", Name: "Phòng họp số 1", Seats: 40, Rows: []int{12, 14, 14}}
		change(r)
		return r
	}
	same := func(*RoomSave) {}
	w.refused("can.needs_clerk", "x1.officer", "room.save.1", "r1", save(same))
	w.refused("can.needs_clerk", "x2.clerk", "room.save.1", "r1", save(same))
	w.refused("room.bad_rows", "x1.clerk", "room.save.1", "r1", save(func(r *RoomSave) { r.Rows = []int{3, 0} }))
	w.refused("unit.not_office", "x1.clerk", "room.save.1", "r1", save(func(r *RoomSave) { r.Unit = "x1.p" }))
	w.must("x1.admin", "room.save.1", "r1", save(same))
	w.refused("record.changed", "x1.clerk", "room.save.1", "r1", save(same)) // he saw none
	w.refused("room.other_office", "x2.clerk", "room.save.1", "r1", save(func(r *RoomSave) { r.Unit = "x2" }))
	f := w.meetingFields()
	f.Room, f.Place = "r1", ""
	w.must("x1.officer", "meeting.create.1", "m1", &MeetingCreate{Unit: "x1", Fields: f})
	w.server.versions[Key{KindRoom, "r1"}] = 0 // as if he had seen it
	w.must("x1.clerk", "room.save.1", "r1", save(func(r *RoomSave) { r.Closed = true }))
	if len(w.server.dir.Rooms()) != 0 || w.server.dir.Room("r1") == nil || len(w.server.dir.AllRooms()) != 1 {
		t.Error("a closed room is in no list and still known")
	}
}
