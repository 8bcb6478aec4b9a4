package app

import (
	"slices"
	"testing"
)

// planned makes a draft by the commune's officer: its leader in the chair, its
// clerk as secretary, the deputy and the head as members, commune x2 as guest.
func (w *world) planned(id ID) {
	w.t.Helper()
	w.must("x1.officer", "meeting.create.1", id, &MeetingCreate{Unit: "x1", Fields: w.meetingFields(), People: []Invitee{
		{ID: "x1.leader", Role: MeetingChair, Voting: true}, {ID: "x1.clerk", Role: MeetingSecretary},
		{ID: "x1.deputy", Role: MeetingMember, Voting: true}, {ID: "x1.head", Role: MeetingMember, Voting: true},
		{ID: "x2", Unit: true, Role: MeetingGuest}, {ID: "x3.leader", Role: MeetingGuest},
	}})
}

func (w *world) meetingFields() MeetingFields {
	return MeetingFields{Title: "Họp giao ban tháng 12", Place: "Hội trường", Form: InPerson, Class: "GIAO_BAN",
		Start: w.now + 24*hour, End: w.now + 26*hour}
}

// invited publishes it.
func (w *world) invited(id ID) *Meeting {
	w.t.Helper()
	w.planned(id)
	w.must("x1.officer", "meeting.submit.1", id, &MeetingSubmit{})
	w.must("x1.leader", "meeting.publish.1", id, &MeetingNote{})
	return w.meetingOf(id)
}

func (w *world) meetingOf(id ID) *Meeting {
	w.t.Helper()
	r, err := w.server.Get(Key{KindMeeting, id})
	if err != nil {
		w.t.Fatalf("meeting %s: %v", id, err)
	}
	return r.(*Meeting)
}

// holdsMeeting reports whether the record is for the person.
func (w *world) holdsMeeting(person ID, key Key) bool {
	w.t.Helper()
	r, err := w.server.Get(key)
	if err != nil {
		w.t.Fatalf("%v: %v", key, err)
	}
	return intersects(w.server.dir.Scopes(person, w.now), ScopesOf(r, w.server.dir))
}

func TestMeetingIsPlannedApprovedAndPublished(t *testing.T) {
	w := newWorld(t)
	w.planned("m1")
	key := Key{KindMeeting, "m1"}
	for who, want := range map[ID]bool{"x1.officer": true, "x1.clerk": true, "x1.leader": false, "x1.deputy": false, "x2.leader": false} {
		if got := w.holdsMeeting(who, key); got != want {
			t.Errorf("draft: %s holds it: %v", who, got)
		}
	}
	w.refused("meeting.not_found", "x1.head", "meeting.publish.1", "m1", &MeetingNote{})
	w.refused("meeting.wrong_status", "x1.officer", "meeting.postpone.1", "m1", &MeetingNote{Text: "a"})
	w.must("x1.officer", "meeting.submit.1", "m1", &MeetingSubmit{Text: "Trình duyệt lịch"})
	w.refused("reason.missing", "x1.leader", "meeting.send_back.1", "m1", &MeetingNote{})
	w.must("x1.leader", "meeting.send_back.1", "m1", &MeetingNote{Text: "Đổi giờ"})
	f := w.meetingFields()
	f.Start, f.End = f.Start+hour, f.End+hour
	w.server.versions[key]++ // somebody else was quicker
	w.refused("record.changed", "x1.officer", "meeting.edit.1", "m1", &MeetingEdit{Fields: f})
	w.must("x1.officer", "meeting.submit.1", "m1", &MeetingSubmit{})
	w.must("x1.leader", "meeting.publish.1", "m1", &MeetingNote{})
	m := w.meetingOf("m1")
	if m.Status != MeetingInvited || m.Published == 0 {
		t.Fatalf("status %s", m.Status)
	}
	for who, want := range map[ID]bool{"x1.deputy": true, "x2.leader": true, "x2.clerk": true, "x2.officer": false, "x3.leader": true, "x3.clerk": false, "so.leader": false} {
		if got := w.holdsMeeting(who, key); got != want {
			t.Errorf("published: %s holds it: %v", who, got)
		}
		if got := w.holdsMeeting(who, Key{KindSession, SessionID("m1")}); got != want {
			t.Errorf("published: %s holds the session: %v", who, got)
		}
	}
	if got := m.Entitled(); !slices.Equal(got, []ID{"x1.deputy", "x1.head", "x1.leader"}) {
		t.Errorf("entitled: %v", got)
	}
	w.must("x1.clerk", "meeting.set_people.1", "m1", &SetPeople{Remove: []ID{"x3.leader"}, Set: []Invitee{{ID: "so.head", Role: MeetingPresenter}}})
	if w.holdsMeeting("x3.leader", Key{KindSession, SessionID("m1")}) || !w.holdsMeeting("so.head", Key{KindSession, SessionID("m1")}) {
		t.Error("the session did not follow the people")
	}
	w.refused("meeting.many_chairs", "x1.clerk", "meeting.set_people.1", "m1", &SetPeople{Set: []Invitee{{ID: "x1.deputy", Role: MeetingChair}}})
	w.must("x1.leader", "meeting.cancel.1", "m1", &MeetingNote{Text: "Trùng lịch tỉnh"})
	w.refused("meeting.wrong_status", "x1.officer", "meeting.set_people.1", "m1", &SetPeople{})
}

func TestMeetingsRefuseWhatCannotBe(t *testing.T) {
	w := newWorld(t)
	f := w.meetingFields()
	create := func(change func(*MeetingFields)) *MeetingCreate {
		c := f
		change(&c)
		return &MeetingCreate{Unit: "x1", Fields: c}
	}
	w.refused("meeting.bad_span", "x1.officer", "meeting.create.1", "m2", create(func(f *MeetingFields) { f.End = f.Start }))
	w.refused("meeting.bad_span", "x1.officer", "meeting.create.1", "m2", create(func(f *MeetingFields) { f.Start, f.End = 0, 0 }))
	w.refused("meeting.unknown_room", "x1.officer", "meeting.create.1", "m2", create(func(f *MeetingFields) { f.Room = "r" }))
	w.refused("can.needs_staff", "x2.officer", "meeting.create.1", "m2", create(func(*MeetingFields) {}))
	w.must("x1.officer", "meeting.create.1", "m2", create(func(f *MeetingFields) { f.Place = "" }))
	w.refused("meeting.needs_chair", "x1.officer", "meeting.submit.1", "m2", &MeetingSubmit{})
	w.must("x1.officer", "meeting.set_people.1", "m2", &SetPeople{Set: []Invitee{{ID: "x1.leader", Role: MeetingChair}}})
	w.refused("meeting.needs_place", "x1.officer", "meeting.submit.1", "m2", &MeetingSubmit{})
	w.refused("meeting.role_for_person", "x1.officer", "meeting.set_people.1", "m2", &SetPeople{Set: []Invitee{{ID: "x2", Unit: true, Role: MeetingSecretary}}})
	w.refused("meeting.unknown_person", "x1.officer", "meeting.set_people.1", "m2", &SetPeople{Set: []Invitee{{ID: "nobody", Role: MeetingGuest}}})
	w.refused("meeting.unknown_unit", "x1.officer", "meeting.set_people.1", "m2", &SetPeople{Set: []Invitee{{ID: "nowhere", Unit: true, Role: MeetingGuest}}})
}
