package app

import (
	"fmt"
	"slices"
	"testing"
)

func (w *world) sheetOf(id ID, t AgendaType) *AgendaSheet {
	w.t.Helper()
	r, err := w.server.Get(Key{KindAgenda, AgendaID(id, t)})
	if err != nil {
		w.t.Fatalf("agenda %s of %s: %v", t, id, err)
	}
	return r.(*AgendaSheet)
}

// item puts a new item on a sheet and returns its key.
func (w *world) agendaItem(meeting ID, t AgendaType, title string, order int) CommandID {
	w.t.Helper()
	return w.must("x1.clerk", "agenda.put_item.1", AgendaID(meeting, t), &AgendaPut{Meeting: meeting, Type: t, Title: title, Minutes: 15, Order: order})
}

func TestAgendaGoesToThoseOfItsType(t *testing.T) {
	w := newWorld(t)
	w.planned("m1")
	w.agendaItem("m1", AgendaCommon, "Báo cáo", 0)
	if w.holdsMeeting("x2.leader", Key{KindAgenda, AgendaID("m1", AgendaCommon)}) {
		t.Error("guests hold the agenda of a draft")
	}
	w.must("x1.officer", "meeting.submit.1", "m1", &MeetingSubmit{})
	w.must("x1.leader", "meeting.publish.1", "m1", &MeetingNote{})
	w.agendaItem("m1", AgendaInternal, "Trao đổi nội bộ", 1)
	w.agendaItem("m1", AgendaHidden, "Chuẩn bị hội trường", 2)
	want := map[AgendaType][]ID{
		AgendaCommon:   {"x1.leader", "x1.clerk", "x1.officer", "x1.deputy", "x1.head", "x2.leader", "x2.clerk", "x3.leader"},
		AgendaInternal: {"x1.leader", "x1.clerk", "x1.officer", "x1.deputy", "x1.head"},
		AgendaHidden:   {"x1.leader", "x1.clerk", "x1.officer"},
	}
	for typ, holders := range want {
		for _, who := range want[AgendaCommon] {
			if got := w.holdsMeeting(who, Key{KindAgenda, AgendaID("m1", typ)}); got != slices.Contains(holders, who) {
				t.Errorf("%s: %s holds it: %v", typ, who, got)
			}
		}
	}
	w.must("x1.deputy", "meeting.send_substitute.1", "m1", &SubstituteSend{Participant: "x1.deputy", Substitute: "x1.officer2", Reason: "a"})
	w.must("x1.clerk", "meeting.decide_substitute.1", "m1", &SubstituteDecide{Participant: "x1.deputy", Substitute: "x1.officer2", Accept: true})
	internal := Key{KindAgenda, AgendaID("m1", AgendaInternal)}
	if w.holdsMeeting("x1.officer2", internal) {
		t.Error("a substitute without a vote is no insider")
	}
	f := w.meetingOf("m1").Fields()
	f.SubstitutesVote = true
	w.edit("m1", f)
	if !w.holdsMeeting("x1.officer2", internal) {
		t.Error("a substitute who votes is an insider")
	}
}

func TestAgendaItemsMoveAndKeepTheirPlace(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	var keys []CommandID
	for i := range 4 {
		keys = append(keys, w.agendaItem("m1", AgendaCommon, fmt.Sprintf("Mục %d", i), i))
	}
	common := AgendaID("m1", AgendaCommon)
	put := &AgendaPut{Meeting: "m1", Type: AgendaInternal, From: AgendaCommon, Item: keys[2], Base: keys[2], Title: "Mục 2, nội bộ"}
	moved := w.must("x1.clerk", "agenda.put_item.1", AgendaID("m1", AgendaInternal), put)
	if _, left := w.sheetOf("m1", AgendaCommon).Items[keys[2]]; left {
		t.Error("the item is on both sheets")
	}
	if it := w.sheetOf("m1", AgendaInternal).Items[keys[2]]; it.Title != "Mục 2, nội bộ" || it.Order != 2 || it.Changed != moved {
		t.Errorf("%+v", it)
	}
	w.refused("agenda.no_item", "x1.officer", "agenda.put_item.1", common, &AgendaPut{Meeting: "m1", Type: AgendaCommon, Item: keys[2], Base: keys[2], Title: "a"})
	w.must("x1.leader", "agenda.put_item.1", common, &AgendaPut{Meeting: "m1", Type: AgendaCommon, Item: keys[0], Base: keys[0], Title: "Khai mạc", Presenters: []ID{"x1.deputy", "x2"}})
	e := w.refused("agenda.item_changed", "x1.officer", "agenda.put_item.1", common, &AgendaPut{Meeting: "m1", Type: AgendaCommon, Item: keys[0], Base: keys[0], Title: "Mở đầu"})
	if e.Data["by"] != "x1.leader" {
		t.Errorf("%v", e.Data)
	}
	w.must("x1.clerk", "agenda.order.1", common, &AgendaOrder{Meeting: "m1", Items: []CommandID{keys[3], keys[2]}})
	var titles []string
	items := map[int]string{}
	for _, typ := range []AgendaType{AgendaCommon, AgendaInternal} {
		for _, it := range w.sheetOf("m1", typ).Items {
			items[it.Order] = it.Title
		}
	}
	for i := range len(items) {
		titles = append(titles, items[i])
	}
	if want := []string{"Mục 3", "Mục 2, nội bộ", "Khai mạc", "Mục 1"}; !slices.Equal(titles, want) {
		t.Errorf("order %v", titles)
	}
	w.must("x1.clerk", "agenda.remove_item.1", common, &AgendaRemove{Meeting: "m1", Item: keys[1]})
	w.refused("agenda.no_item", "x1.clerk", "agenda.remove_item.1", common, &AgendaRemove{Meeting: "m1", Item: keys[1]})
	w.refused("command.bad_target", "x1.clerk", "agenda.put_item.1", "other", &AgendaPut{Meeting: "m1", Type: AgendaCommon, Title: "a"})
	w.refused("meeting.unknown_person", "x1.clerk", "agenda.put_item.1", common, &AgendaPut{Meeting: "m1", Type: AgendaCommon, Title: "a", Presenters: []ID{"nobody"}})
	w.refused("can.needs_secretary", "x1.deputy", "agenda.put_item.1", common, &AgendaPut{Meeting: "m1", Type: AgendaCommon, Title: "a"})
	w.refused("meeting.not_found", "x3.clerk", "agenda.remove_item.1", common, &AgendaRemove{Meeting: "m1", Item: keys[0]})
}

func TestWhatTheMeetingHasBegunStaysOnTheAgenda(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	key := w.agendaItem("m1", AgendaCommon, "Báo cáo", 0)
	s, err := w.server.Get(Key{KindSession, SessionID("m1")})
	if err != nil {
		t.Fatal(err)
	}
	s.(*Session).Items = map[CommandID]ItemClock{key: {State: ItemRunning}}
	if err := w.server.Put(s); err != nil {
		t.Fatal(err)
	}
	w.refused("agenda.item_begun", "x1.clerk", "agenda.remove_item.1", AgendaID("m1", AgendaCommon), &AgendaRemove{Meeting: "m1", Item: key})
}

func TestInvitationIsAnOutgoingDocument(t *testing.T) {
	w := newWorld(t)
	w.invited("m1")
	w.must("x1.officer", "document.draft.1", "d1", &DraftCreate{Unit: "x1", Division: "x1.p", Fields: Fields{Subject: "Mời họp giao ban", Type: "GM"}, To: []ID{"x2"}})
	w.must("x1.officer", "document.draft.1", "d2", &DraftCreate{Unit: "x1", Division: "x1.p", Fields: Fields{Subject: "Báo cáo", Type: "BC"}})
	w.refused("meeting.not_invitation", "x1.officer", "meeting.invitation_drafted.1", "m1", &InvitationDrafted{Document: "d2"})
	w.refused("document.not_found", "x1.officer", "meeting.invitation_drafted.1", "m1", &InvitationDrafted{Document: "d3"})
	w.must("x1.officer", "meeting.invitation_drafted.1", "m1", &InvitationDrafted{Document: "d1"})
	w.refused("can.needs_secretary", "x1.deputy", "meeting.invitation_drafted.1", "m1", &InvitationDrafted{Document: "d1"})
	if got := w.meetingOf("m1").Invitation; got != "d1" {
		t.Errorf("invitation %q", got)
	}
}
