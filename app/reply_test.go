package app

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestInvitationIsSeenAndAnswered(t *testing.T) {
	w := newWorld(t)
	w.planned("m1")
	w.refused("meeting.not_found", "x1.deputy", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.deputy", Reply: ReplyAccepted})
	w.must("x1.officer", "meeting.submit.1", "m1", &MeetingSubmit{})
	w.must("x1.leader", "meeting.publish.1", "m1", &MeetingNote{})
	w.must("x1.deputy", "meeting.seen.1", "m1", &InvitationSeen{Participant: "x1.deputy"})
	seen := w.meetingOf("m1").Participants["x1.deputy"].Seen
	w.now += hour
	w.must("x1.deputy", "meeting.seen.1", "m1", &InvitationSeen{Participant: "x1.deputy"})
	if got := w.meetingOf("m1").Participants["x1.deputy"]; got.Seen != seen || got.Reply != ReplyPending {
		t.Errorf("seen: %+v", got)
	}
	w.refused("can.needs_invited", "x1.head", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.deputy", Reply: ReplyAccepted})
	w.refused("can.needs_invited", "x1.head", "meeting.reply.1", "m1", &InvitationReply{Participant: "nobody", Reply: ReplyAccepted})
	w.refused("reason.missing", "x1.deputy", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.deputy", Reply: ReplyDeclined})
	w.refused("meeting.chair_comes", "x1.leader", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.leader", Reply: ReplyDeclined, Reason: "Bận"})
	w.must("x1.deputy", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.deputy", Reply: ReplyDeclined, Reason: "Đi công tác"})
	w.must("x1.deputy", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.deputy", Reply: ReplyAccepted, Was: ReplyPending})
	if got := w.meetingOf("m1").Participants["x1.deputy"]; got.Reply != ReplyAccepted || got.Reason != "" || got.By != "x1.deputy" || got.Answered != 1 {
		t.Errorf("one's own later answer holds: %+v", got)
	}
	f := w.meetingOf("m1").Fields()
	f.QuorumPercent = 50
	w.edit("m1", f)
	if got := w.meetingOf("m1").Revision; got != 1 {
		t.Errorf("rules are not on the invitation: revision %d", got)
	}
	f.Start, f.End = f.Start+hour, f.End+hour
	w.edit("m1", f)
	if m := w.meetingOf("m1"); m.Revision != 2 || m.Participants["x1.deputy"].Answered != 1 {
		t.Errorf("another time makes another invitation: %d", m.Revision)
	}
	w.must("x1.officer", "meeting.postpone.1", "m1", &MeetingNote{Text: "Bão"})
	e := w.refused("meeting.wrong_status", "x1.head", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.head", Reply: ReplyAccepted})
	if e.Data["status"] != string(MeetingPostponed) || e.Data["by"] != "x1.officer" {
		t.Errorf("%v", e.Data)
	}
}

// edit changes the schedule as the officer, on the version that is there.
func (w *world) edit(id ID, f MeetingFields) {
	w.t.Helper()
	key := Key{KindMeeting, id}
	c := &Command{Name: "meeting.edit.1", Target: key, Base: w.server.versions[key], Actor: "x1.officer", Args: &MeetingEdit{Fields: f}}
	next, err := w.run(w.server, true, c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.server = next
}

func TestTwoWhoAnswerForOneUnit(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	w.must("x2.clerk", "meeting.reply.1", "m1", &InvitationReply{Participant: "x2", Reply: ReplyAccepted})
	e := w.refused("meeting.already_answered", "x2.leader", "meeting.reply.1", "m1",
		&InvitationReply{Participant: "x2", Reply: ReplyDeclined, Reason: "Bận", Was: ReplyPending})
	if e.Data["by"] != "x2.clerk" || e.Data["reply"] != string(ReplyAccepted) {
		t.Errorf("%v", e.Data)
	}
	w.must("x2.leader", "meeting.reply.1", "m1", &InvitationReply{Participant: "x2", Reply: ReplyAccepted, Was: ReplyPending}) // the same answer
	w.must("x2.clerk", "meeting.name_people.1", "m1", &PeopleName{Unit: "x2", People: []ID{"x2.officer"}})
	w.must("x2.leader", "meeting.name_people.1", "m1", &PeopleName{Unit: "x2", People: []ID{"x2.deputy", "x2.officer"}})
	m := w.meetingOf("m1")
	if got := m.namedBy("x2"); !slices.Equal(got, []ID{"x2.deputy", "x2.officer"}) || m.Participants["x2.officer"].Role != MeetingGuest {
		t.Fatalf("named: %v", got)
	}
	if !w.holdsMeeting("x2.officer", Key{KindSession, SessionID("m1")}) {
		t.Error("who is named holds the meeting")
	}
	w.refused("meeting.other_office", "x2.leader", "meeting.name_people.1", "m1", &PeopleName{Unit: "x2", People: []ID{"x3.officer"}})
	w.refused("can.needs_invited", "x3.leader", "meeting.name_people.1", "m1", &PeopleName{Unit: "x2", People: []ID{"x2.head"}})
	w.refused("meeting.unit_names_people", "x2.leader", "meeting.send_substitute.1", "m1", &SubstituteSend{Participant: "x2", Substitute: "x2.head", Reason: "Bận"})
	w.refused("meeting.stands_for_other", "x2.officer", "meeting.send_substitute.1", "m1", &SubstituteSend{Participant: "x2.officer", Substitute: "x2.head", Reason: "Bận"})
	w.must("x2.leader", "meeting.name_people.1", "m1", &PeopleName{Unit: "x2", Remove: []ID{"x2.deputy", "x1.leader"}})
	m = w.meetingOf("m1")
	if _, kept := m.Participants["x1.leader"]; !kept || len(m.namedBy("x2")) != 1 {
		t.Errorf("a unit takes back whom it named only: %v", m.namedBy("x2"))
	}
	w.must("x2.leader", "meeting.reply.1", "m1", &InvitationReply{Participant: "x2", Reply: ReplyDeclined, Reason: "Bão", Was: ReplyAccepted})
	if w.holdsMeeting("x2.officer", Key{KindMeeting, "m1"}) {
		t.Error("a unit that does not come sends nobody")
	}
}

func TestSubstituteWaitsForTheOrganiser(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	send := func(who ID, sub ID) *SubstituteSend {
		return &SubstituteSend{Participant: who, Substitute: sub, Reason: "Đi công tác"}
	}
	w.refused("meeting.chair_comes", "x1.leader", "meeting.send_substitute.1", "m1", send("x1.leader", "x1.officer2"))
	w.refused("meeting.other_office", "x1.deputy", "meeting.send_substitute.1", "m1", send("x1.deputy", "x2.officer"))
	w.refused("meeting.unknown_person", "x1.deputy", "meeting.send_substitute.1", "m1", send("x1.deputy", "nobody"))
	w.refused("meeting.already_participant", "x1.deputy", "meeting.send_substitute.1", "m1", send("x1.deputy", "x1.head"))
	w.refused("reason.missing", "x1.deputy", "meeting.send_substitute.1", "m1", &SubstituteSend{Participant: "x1.deputy", Substitute: "x1.officer2"})
	w.must("x1.deputy", "meeting.send_substitute.1", "m1", send("x1.deputy", "x1.officer2"))
	w.must("x1.head", "meeting.send_substitute.1", "m1", send("x1.head", "x1.officer2")) // nobody has decided yet
	if w.holdsMeeting("x1.officer2", Key{KindMeeting, "m1"}) {
		t.Error("nobody comes before the organiser has said yes")
	}
	yes := func(who, sub ID) *SubstituteDecide {
		return &SubstituteDecide{Participant: who, Substitute: sub, Accept: true}
	}
	w.refused("can.needs_secretary", "x1.deputy", "meeting.decide_substitute.1", "m1", yes("x1.deputy", "x1.officer2"))
	w.refused("meeting.substitute_changed", "x1.clerk", "meeting.decide_substitute.1", "m1", yes("x1.deputy", "x1.head2"))
	w.refused("meeting.no_substitute", "x1.clerk", "meeting.decide_substitute.1", "m1", yes("x3.leader", "x3.officer"))
	w.refused("meeting.not_invited", "x1.clerk", "meeting.decide_substitute.1", "m1", yes("nobody", "x3.officer"))
	w.must("x1.clerk", "meeting.decide_substitute.1", "m1", yes("x1.deputy", "x1.officer2"))
	w.refused("meeting.substitute_decided", "x1.officer", "meeting.decide_substitute.1", "m1", yes("x1.deputy", "x1.officer2"))
	w.refused("meeting.already_participant", "x1.clerk", "meeting.decide_substitute.1", "m1", yes("x1.head", "x1.officer2"))
	w.refused("reason.missing", "x1.clerk", "meeting.decide_substitute.1", "m1", &SubstituteDecide{Participant: "x1.head", Substitute: "x1.officer2"})
	w.must("x1.clerk", "meeting.decide_substitute.1", "m1", &SubstituteDecide{Participant: "x1.head", Substitute: "x1.officer2", Text: "Cần trưởng phòng"})
	m := w.meetingOf("m1")
	if p := m.Participants["x1.head"]; p.Reply != ReplyPending || p.Substitute != "" || p.Refused != "Cần trưởng phòng" {
		t.Errorf("after a no he is asked again: %+v", p)
	}
	if p := m.Participants["x1.officer2"]; p.For != "x1.deputy" || p.Role != MeetingMember || p.Voting {
		t.Errorf("the substitute: %+v", p)
	}
	if got := m.Entitled(); !slices.Equal(got, []ID{"x1.deputy", "x1.head", "x1.leader"}) {
		t.Errorf("the rules give a substitute no vote: %v", got)
	}
	w.refused("meeting.has_substitute", "x1.deputy", "meeting.reply.1", "m1", &InvitationReply{Participant: "x1.deputy", Reply: ReplyAccepted})
	f := w.meetingOf("m1").Fields()
	f.SubstitutesVote = true
	w.edit("m1", f)
	if got := w.meetingOf("m1").Entitled(); !slices.Equal(got, []ID{"x1.head", "x1.leader", "x1.officer2"}) {
		t.Errorf("the rules give the substitute the vote: %v", got)
	}
	w.must("x1.deputy", "meeting.withdraw_substitute.1", "m1", &SubstituteWithdraw{Participant: "x1.deputy"})
	if w.holdsMeeting("x1.officer2", Key{KindMeeting, "m1"}) || w.holdsMeeting("x1.officer2", Key{KindSession, SessionID("m1")}) {
		t.Error("a substitute who was withdrawn keeps the meeting")
	}
	w.refused("meeting.no_substitute", "x1.deputy", "meeting.withdraw_substitute.1", "m1", &SubstituteWithdraw{Participant: "x1.deputy"})
	w.must("x1.deputy", "meeting.send_substitute.1", "m1", send("x1.deputy", "x1.officer2"))
	w.must("x1.officer", "meeting.decide_substitute.1", "m1", yes("x1.deputy", "x1.officer2"))
	w.must("x1.officer", "meeting.set_people.1", "m1", &SetPeople{Remove: []ID{"x1.officer2"}})
	m = w.meetingOf("m1")
	if p := m.Participants["x1.deputy"]; p.Substitute != "" || p.Reply != ReplyPending || !slices.Contains(m.Entitled(), "x1.deputy") {
		t.Errorf("whose substitute was taken out is asked again and has his vote: %+v", p)
	}
}

// TestVotesAreNeverMultiplied gives answers, substitutes, names and changes of
// the list in any order: every vote that the organiser gave is counted at most
// once, and nobody but the organiser makes one.
func TestVotesAreNeverMultiplied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.invited("m1")
		voters := []ID{"x1.leader", "x1.deputy", "x1.head"}
		people := []ID{"x1.deputy", "x1.head", "x1.officer2", "x1.head2", "x2.leader", "x2.officer", "x2.clerk", "x3.leader", "x3.officer"}
		person := func(label string) ID { return rapid.SampledFrom(people).Draw(t, label) }
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			who, other := person("who"), person("other")
			organiser := rapid.SampledFrom([]ID{"x1.officer", "x1.clerk", "x1.leader"}).Draw(t, "organiser")
			switch rapid.IntRange(0, 7).Draw(t, "step") {
			case 0:
				_ = w.try(who, "meeting.reply.1", "m1", &InvitationReply{Participant: who, Reply: rapid.SampledFrom([]Reply{ReplyAccepted, ReplyDeclined}).Draw(t, "reply"), Reason: "a"})
			case 1:
				_ = w.try(who, "meeting.send_substitute.1", "m1", &SubstituteSend{Participant: who, Substitute: other, Reason: "a"})
			case 2:
				sub := w.meetingOf("m1").Participants[who].Substitute
				_ = w.try(organiser, "meeting.decide_substitute.1", "m1", &SubstituteDecide{Participant: who, Substitute: sub, Accept: rapid.Bool().Draw(t, "yes"), Text: "a"})
			case 3:
				_ = w.try(who, "meeting.withdraw_substitute.1", "m1", &SubstituteWithdraw{Participant: who})
			case 4:
				_ = w.try("x2.leader", "meeting.name_people.1", "m1", &PeopleName{Unit: "x2", People: []ID{who}, Remove: []ID{other}})
			case 5:
				_ = w.try("x2.clerk", "meeting.reply.1", "m1", &InvitationReply{Participant: "x2", Reply: ReplyDeclined, Reason: "a", Was: ReplyAccepted})
			case 6:
				_ = w.try(organiser, "meeting.set_people.1", "m1", &SetPeople{Remove: []ID{rapid.SampledFrom([]ID{"x1.officer2", "x1.head2", "x3.leader"}).Draw(t, "out")}})
			case 7:
				f := w.meetingFields()
				f.SubstitutesVote = rapid.Bool().Draw(t, "substitutes vote")
				w.edit("m1", f)
			}
			m := w.meetingOf("m1")
			cast := map[ID]ID{}
			for _, id := range m.Entitled() {
				vote := id
				if of := m.Participants[id].For; of != "" {
					vote = of
				}
				if by, twice := cast[vote]; twice {
					t.Fatalf("%s and %s both have the vote of %s", by, id, vote)
				}
				if !slices.Contains(voters, vote) {
					t.Fatalf("%s votes for %s, who has no vote", id, vote)
				}
				cast[vote] = id
			}
			if len(cast) != len(voters) {
				t.Fatalf("votes were lost: %v", cast)
			}
		}
	})
}
