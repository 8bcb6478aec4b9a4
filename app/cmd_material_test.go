package app

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func (w *world) materialOf(id ID) *Material {
	w.t.Helper()
	r, err := w.server.Get(Key{KindMaterial, id})
	if err != nil {
		w.t.Fatalf("material %s: %v", id, err)
	}
	return r.(*Material)
}

// added adds a material of m1 by the secretary, and approves it.
func (w *world) added(id ID, change func(*MaterialAccessSet)) {
	w.t.Helper()
	w.must("x1.clerk", "material.add.1", id, &MaterialAdd{Meeting: "m1", Fields: MaterialFields{Title: "Tờ trình"}, File: pdf(1)})
	access := MaterialAccessSet{Meeting: "m1", Access: AccessAll}
	change(&access)
	w.must("x1.clerk", "material.set_access.1", id, &access)
	w.must("x1.leader", "material.review.1", id, &MaterialDecision{Meeting: "m1", Approve: true, Version: w.materialOf(id).Newest()})
}

// readers checks who holds a material.
func (w *world) readers(when string, id ID, want map[ID]bool) {
	w.t.Helper()
	for who, holds := range want {
		if w.holdsMeeting(who, Key{KindMaterial, id}) != holds {
			w.t.Fatalf("%s: %s holds %s: %v", when, who, id, !holds)
		}
	}
}

// TestMaterialIsAskedForHandedInAndReviewed: who was asked holds the meeting at
// once, hands in and submits; what was looked at is what is approved.
func TestMaterialIsAskedForHandedInAndReviewed(t *testing.T) {
	w := newWorld(t)
	w.planned("m1")
	step := &MaterialStep{Meeting: "m1"}
	ask := &MaterialAsk{Meeting: "m1", Fields: MaterialFields{Title: "Báo cáo tài chính", Unit: "so.p", Due: w.now + hour}}
	w.refused("material.ask_whom", "x1.clerk", "material.ask.1", "t1", &MaterialAsk{Meeting: "m1", Fields: MaterialFields{Title: "Báo cáo"}})
	w.refused("meeting.unknown_unit", "x1.clerk", "material.ask.1", "t1", &MaterialAsk{Meeting: "m1", Fields: MaterialFields{Title: "Báo cáo", Unit: "nowhere"}})
	w.refused("meeting.not_found", "so.head", "material.ask.1", "t1", ask)
	w.must("x1.clerk", "material.ask.1", "t1", ask)
	w.readers("asked", "t1", map[ID]bool{"so.head": true, "x1.clerk": true, "x1.leader": true, "x1.deputy": false, "so.officer": false})
	if !w.holdsMeeting("so.head", Key{KindMeeting, "m1"}) || w.holdsMeeting("so.officer", Key{KindMeeting, "m1"}) {
		t.Error("who was asked does not hold the meeting, or others do")
	}
	w.refused("material.no_file", "so.head", "material.submit.1", "t1", step)
	w.must("so.head", "material.add_version.1", "t1", &MaterialVersionAdd{Meeting: "m1", File: pdf(1)})
	first := w.materialOf("t1").Newest()
	w.must("so.head", "material.submit.1", "t1", step)
	w.refused("material.wrong_review", "so.head", "material.submit.1", "t1", step)
	w.refused("can.needs_secretary", "so.head", "material.review.1", "t1", &MaterialDecision{Meeting: "m1", Approve: true, Version: first})
	w.refused("reason.missing", "x1.clerk", "material.review.1", "t1", &MaterialDecision{Meeting: "m1", Version: first})
	w.must("x1.clerk", "material.review.1", "t1", &MaterialDecision{Meeting: "m1", Version: first, Text: "Thiếu phụ lục"})
	if p := w.materialOf("t1"); p.Review != ReviewRejected || p.Reason != "Thiếu phụ lục" || p.Reviewer != "x1.clerk" {
		t.Errorf("rejected: %+v", p)
	}
	next := pdf(2)
	w.refused("material.newer_version", "so.head", "material.add_version.1", "t1", &MaterialVersionAdd{Meeting: "m1", File: next})
	next.Replaces = first
	w.must("so.head", "material.add_version.1", "t1", &MaterialVersionAdd{Meeting: "m1", File: next, Note: "Thêm phụ lục"})
	w.must("so.head", "material.submit.1", "t1", step)
	w.must("x1.officer", "meeting.submit.1", "m1", &MeetingSubmit{})
	w.refused("material.newer_version", "x1.leader", "material.review.1", "t1", &MaterialDecision{Meeting: "m1", Approve: true, Version: first})
	second := w.materialOf("t1").Newest()
	w.must("x1.leader", "material.review.1", "t1", &MaterialDecision{Meeting: "m1", Approve: true, Version: second})
	p := w.materialOf("t1")
	if p.Review != ReviewApproved || !p.IsOpen() || p.Versions[second].Note != "Thêm phụ lục" {
		t.Errorf("approved: %+v", p)
	}
	w.readers("open, but the meeting is not published", "t1", map[ID]bool{"x1.deputy": false, "x2.clerk": false})
	w.must("x1.leader", "meeting.publish.1", "m1", &MeetingNote{})
	w.readers("published", "t1", map[ID]bool{"x1.deputy": true, "x2.clerk": true, "x2.officer": false, "so.leader": false})
	third := pdf(3)
	third.Replaces = second
	w.refused("material.is_open", "so.head", "material.add_version.1", "t1", &MaterialVersionAdd{Meeting: "m1", File: third})
	w.must("x1.clerk", "material.add_version.1", "t1", &MaterialVersionAdd{Meeting: "m1", File: third})
	if p := w.materialOf("t1"); !p.IsOpen() || p.Newest() == second {
		t.Errorf("the secretary's version: %+v", p)
	}
}

// TestMaterialOpensAndIsRecalledByTheClock: at its times the system opens and
// recalls, and nobody else's clock does.
func TestMaterialOpensAndIsRecalledByTheClock(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	step := &MaterialStep{Meeting: "m1"}
	opens, ends := w.now+2*hour, w.now+4*hour
	w.added("t1", func(a *MaterialAccessSet) { a.OpenFrom, a.RecallAt = opens, ends })
	w.readers("before its time", "t1", map[ID]bool{"x1.deputy": false, "x1.clerk": true})
	w.refused("material.not_due", SystemPerson, "material.open.1", "t1", step)
	w.refused("material.not_open", "x1.clerk", "material.recall.1", "t1", step)
	w.now = opens
	w.must(SystemPerson, "material.open.1", "t1", step)
	w.readers("open", "t1", map[ID]bool{"x1.deputy": true, "x2.leader": true, "x3.leader": true})
	w.refused("material.open_already", SystemPerson, "material.open.1", "t1", step)
	w.refused("material.was_open", "x1.clerk", "material.remove.1", "t1", step)
	w.refused("material.not_due", SystemPerson, "material.recall.1", "t1", step)
	w.must("x1.deputy", "material.read.1", "t1", step)
	r, err := w.server.Get(Key{KindAttendance, AttendanceID("m1", "x1.deputy")})
	if at, ok := r.(*Attendance); err != nil || !ok || at.Read["t1"] != w.now {
		t.Errorf("read: %+v, %v", r, err)
	}
	w.now = ends
	w.must(SystemPerson, "material.recall.1", "t1", step)
	p := w.materialOf("t1")
	for _, who := range []ID{"x1.deputy", "x1.head", "x2.leader", "x2.clerk", "x3.leader"} {
		if !slices.Contains(p.Recalls, who) {
			t.Errorf("recalled from %v, not from %s", p.Recalls, who)
		}
	}
	if slices.Contains(p.Recalls, "x1.clerk") {
		t.Error("the secretary keeps it")
	}
	w.readers("recalled", "t1", map[ID]bool{"x1.deputy": false, "x2.leader": false, "x1.clerk": true, "x1.leader": true})
	w.refused("material.not_found", "x1.deputy", "material.read.1", "t1", step)
	w.must("x1.clerk", "material.open.1", "t1", step)
	if p := w.materialOf("t1"); !p.IsOpen() || p.RecallAt != 0 || p.DueToRecall() != 0 {
		t.Errorf("open again: %+v", p)
	}
}

func TestMaterialsRefuseWhatCannotBe(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	step := &MaterialStep{Meeting: "m1"}
	w.must("x1.clerk", "material.add.1", "t1", &MaterialAdd{Meeting: "m1", Fields: MaterialFields{Title: "Dự thảo"}, File: pdf(1)})
	access := func(change func(*MaterialAccessSet)) *MaterialAccessSet {
		a := &MaterialAccessSet{Meeting: "m1", Access: AccessAll}
		change(a)
		return a
	}
	w.refused("material.for_nobody", "x1.clerk", "material.set_access.1", "t1", access(func(a *MaterialAccessSet) { a.Access = AccessPersons }))
	w.refused("field.not_allowed", "x1.clerk", "material.set_access.1", "t1", access(func(a *MaterialAccessSet) { a.Access, a.Roles = AccessRole, []MeetingRole{"X"} }))
	w.refused("material.bad_times", "x1.clerk", "material.set_access.1", "t1", access(func(a *MaterialAccessSet) { a.OpenFrom, a.RecallAt = w.now+2*hour, w.now+hour }))
	w.refused("material.not_found", "x1.deputy", "material.set_access.1", "t1", access(func(*MaterialAccessSet) {}))
	w.refused("material.not_found", "x1.clerk", "material.open.1", "t1", &MaterialStep{Meeting: "m2"})
	w.refused("material.wrong_review", "x1.clerk", "material.open.1", "t1", step)
	w.refused("file.no_content", "x1.clerk", "material.add.1", "t2", &MaterialAdd{Meeting: "m1", Fields: MaterialFields{Title: "Dự thảo"}, File: NewFile{Name: "a.pdf"}})
	w.refused("command.system_only", "x1.clerk", "material.content_stored.1", "t1", &ContentStored{File: 1})
	key := w.materialOf("t1").Newest()
	w.must(SystemPerson, "material.content_stored.1", "t1", &ContentStored{File: key})
	if w.materialOf("t1").Versions[key].File.AtServer != w.now {
		t.Error("it does not say that the server has it")
	}
	w.must("x1.clerk", "material.ask.1", "t3", &MaterialAsk{Meeting: "m1", Fields: MaterialFields{Title: "Báo cáo", Preparer: "so.officer"}})
	w.must("x1.clerk", "material.remove.1", "t3", step)
	w.must("x1.clerk", "material.remove.1", "t1", step)
	w.refused("material.not_found", "x1.clerk", "material.submit.1", "t1", step)
	w.readers("removed", "t1", map[ID]bool{"x1.clerk": false, "x1.leader": false})
	if m := w.meetingOf("m1"); m.hasMaterials() || w.holdsMeeting("so.officer", Key{KindMeeting, "m1"}) {
		t.Errorf("still there: %v, prepared by %v", m.Parts, m.Preparing)
	}
	f := w.meetingFields()
	f.Secret = true
	w.server.versions[Key{KindMeeting, "m1"}] = 0
	w.must("x1.officer", "meeting.edit.1", "m1", &MeetingEdit{Fields: f})
	w.refused("material.secret_meeting", "x1.clerk", "material.add.1", "t4", &MaterialAdd{Meeting: "m1", Fields: MaterialFields{Title: "Dự thảo"}, File: pdf(1)})
	w.refused("material.secret_meeting", "x1.clerk", "material.ask.1", "t4", &MaterialAsk{Meeting: "m1", Fields: MaterialFields{Title: "Báo cáo", Unit: "so"}})
}

// TestNobodyOutsideTheAudienceHoldsAMaterial: whatever is done in whatever order,
// a material is held by those alone who prepare it, who run the meeting, and –
// while it is open – whom its access names among the invited.
func TestNobodyOutsideTheAudienceHoldsAMaterial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.invited("m1")
		people := []ID{"x1.leader", "x1.clerk", "x1.officer", "x1.deputy", "x1.head", "x2.leader", "x2.clerk", "x3.leader", "so.head", "so.officer2"}
		w.must("x1.clerk", "material.ask.1", "t1", &MaterialAsk{Meeting: "m1", Fields: MaterialFields{Title: "Báo cáo", Preparer: "so.officer2"}})
		for range rapid.IntRange(5, 25).Draw(t, "steps") {
			w.now += hour
			by := rapid.SampledFrom(people).Draw(t, "by")
			step := &MaterialStep{Meeting: "m1"}
			newest := w.materialOf("t1").Newest()
			file := pdf(byte(rapid.IntRange(1, 9).Draw(t, "file")))
			file.Replaces = newest
			acts := []struct {
				name string
				args any
			}{
				{"material.add_version.1", &MaterialVersionAdd{Meeting: "m1", File: file}},
				{"material.submit.1", step},
				{"material.review.1", &MaterialDecision{Meeting: "m1", Version: newest, Approve: rapid.Bool().Draw(t, "approve"), Text: "a"}},
				{"material.set_access.1", &MaterialAccessSet{Meeting: "m1",
					Access:   rapid.SampledFrom([]MaterialAccess{AccessAll, AccessRole, AccessPersons}).Draw(t, "access"),
					Roles:    []MeetingRole{rapid.SampledFrom(MeetingRoles).Draw(t, "role")},
					Persons:  []ID{rapid.SampledFrom(append(people, "x2")).Draw(t, "person")},
					OpenFrom: w.now + Time(rapid.IntRange(-3, 3).Draw(t, "opens"))*hour, RecallAt: w.now + 4*hour}},
				{"material.open.1", step},
				{"material.recall.1", step},
				{"meeting.set_people.1", &SetPeople{Remove: []ID{rapid.SampledFrom([]ID{"x1.head", "x3.leader"}).Draw(t, "out")}}},
				{"meeting.set_people.1", &SetPeople{Set: []Invitee{{ID: "x3.leader", Role: MeetingGuest}}}},
			}
			act := rapid.SampledFrom(acts).Draw(t, "act")
			id := ID("t1")
			if act.name == "meeting.set_people.1" {
				id = "m1"
			}
			_ = w.try(rapid.SampledFrom([]ID{by, "x1.clerk", SystemPerson}).Draw(t, "or by"), act.name, id, act.args) // a refusal changes nothing
			w.audienceHolds("t1")
		}
	})
}

// audienceHolds compares who holds a material with who should, by what it says.
func (w *world) audienceHolds(id ID) {
	w.t.Helper()
	p, m := w.materialOf(id), w.meetingOf("m1")
	for _, o := range offices {
		for _, r := range append(slices.Clone(Roles), "officer2", "head2") {
			who := ID(string(o) + "." + string(r))
			mine := w.server.dir.Scopes(who, w.now)
			should := slices.Contains(m.Officials(), who) || who == p.Preparer || who == p.By
			if p.IsOpen() {
				for in, as := range m.Participants {
					named := p.Access == AccessAll || p.Access == AccessRole && slices.Contains(p.Roles, as.Role) ||
						p.Access == AccessPersons && slices.Contains(p.Persons, in)
					should = should || named && intersects(mine, participantScopes(in, as.Unit))
				}
				should = should || p.Access == AccessAll && intersects(mine, meetingScopes(m))
			}
			if holds := w.holdsMeeting(who, p.Key()); holds != should {
				w.t.Fatalf("%s holds it: %v; review %s, opened %d, recalled %d, access %s %v %v", who, holds, p.Review, p.Opened, p.Recalled, p.Access, p.Roles, p.Persons)
			}
		}
	}
}
