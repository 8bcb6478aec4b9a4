package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

const inviteMeeting = app.ID("019ab000-0000-7000-8000-0000000000e1")

// invite publishes a meeting of commune x1: its leader in the chair, its clerk as
// secretary, the deputy votes, commune x2 is invited.
func (p *province) invite(id app.ID, start int64) {
	p.t.Helper()
	for _, c := range []struct{ who, name, args string }{
		{"x1.officer", "meeting.create.1", fmt.Sprintf(`{"unit":"x1","fields":{"title":"Họp giao ban","place":"Hội trường","start":%d,"end":%d},"people":[
			{"id":"x1.leader","role":"CHU_TRI","voting":true},{"id":"x1.clerk","role":"THU_KY","order":1},
			{"id":"x1.deputy","role":"THANH_VIEN","voting":true,"order":2},{"id":"x2","unit":true,"role":"KHACH_MOI","order":3}]}`, start, start+3600_000)},
		{"x1.officer", "meeting.submit.1", `{}`},
		{"x1.leader", "meeting.publish.1", `{}`},
	} {
		p.meet(c.who, c.name, id, c.args)
	}
}

func (p *province) meet(who, name string, id app.ID, args string) app.CommandID {
	p.t.Helper()
	w := p.try(who, name, app.SpecOf(name).Kind, id, args)
	if w.Code != http.StatusOK {
		p.t.Fatalf("%s by %s: %d %s", name, who, w.Code, w.Body)
	}
	var out api.CommandResult
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		p.t.Fatal(err)
	}
	return out.ID
}

// read decodes an answer into a view.
func read[T any](p *province, who, path string) (out T) {
	p.t.Helper()
	w := p.do(who, "GET", path, nil, nil)
	if w.Code != http.StatusOK {
		p.t.Fatalf("%s reads %s: %d %s", who, path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		p.t.Fatal(err)
	}
	return out
}

func TestListsTellWhoHasToAnswer(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.invite(inviteMeeting, p.now.Load()+1e7)
	p.invite("019ab000-0000-7000-8000-0000000000e2", p.now.Load()+9e7)
	list := read[[]api.MeetingItem](p, "x2.clerk", "/api/meetings")
	if len(list) != 2 || len(list[0].Waiting) != 1 || list[0].Waiting[0].ID != "x2" || list[0].Reply != "" {
		t.Fatalf("the clerk answers for the unit: %+v", list)
	}
	if got := read[[]api.MeetingItem](p, "x1.deputy", "/api/meetings"); got[0].Reply != app.ReplyPending || got[0].Role != app.MeetingMember || len(got[0].Waiting) != 0 {
		t.Errorf("%+v", got[0])
	}
	if got := read[[]api.MeetingItem](p, "x2.clerk", "/api/meetings?newest=true"); got[0].ID != list[1].ID {
		t.Error("the latest does not come first")
	}
	p.meet("x2.leader", "meeting.reply.1", inviteMeeting, `{"participant":"x2","reply":"ACCEPTED"}`)
	if got := read[[]api.MeetingItem](p, "x2.clerk", "/api/meetings"); len(got[0].Waiting) != 0 || len(got[1].Waiting) != 1 {
		t.Errorf("answered by the leader: %+v", got)
	}
}

func TestParticipantsSayWhatMayBeDone(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.invite(inviteMeeting, p.now.Load()+1e7)
	p.meet("x1.deputy", "meeting.send_substitute.1", inviteMeeting, `{"participant":"x1.deputy","substitute":"x1.officer","reason":"Đi công tác"}`)
	p.meet("x2.clerk", "meeting.name_people.1", inviteMeeting, `{"unit":"x2","people":["x2.officer"]}`)
	allowed := func(who, participant string) map[app.Action]bool {
		for _, one := range read[api.MeetingView](p, who, "/api/meetings/"+string(inviteMeeting)).Participants {
			if string(one.ID) == participant {
				out := map[app.Action]bool{}
				for _, a := range one.Actions {
					out[a.Action] = a.Allow
				}
				return out
			}
		}
		t.Fatalf("%s does not see %s", who, participant)
		return nil
	}
	if got := allowed("x1.deputy", "x1.deputy"); !got["meeting.withdraw_substitute"] || got["meeting.decide_substitute"] {
		t.Errorf("the deputy about himself: %v", got)
	}
	if got := allowed("x1.clerk", "x1.deputy"); !got["meeting.decide_substitute"] || got["meeting.reply"] {
		t.Errorf("the secretary about the deputy: %v", got)
	}
	if got := allowed("x2.leader", "x2"); !got["meeting.name_people"] || !got["meeting.reply"] {
		t.Errorf("the leader about his unit: %v", got)
	}
	if got := allowed("x2.leader", "x1.deputy"); len(got) != 0 && got["meeting.decide_substitute"] {
		t.Errorf("a guest decides: %v", got)
	}
	view := read[api.MeetingView](p, "x2.officer", "/api/meetings/"+string(inviteMeeting))
	if view.Role != app.MeetingGuest || view.Reply != app.ReplyPending {
		t.Errorf("who was named: %s %s", view.Role, view.Reply)
	}
}

func TestAgendaShowsTheViewersSheets(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.invite(inviteMeeting, p.now.Load()+1e7)
	path := "/api/meetings/" + string(inviteMeeting) + "/agenda"
	sheets := read[api.AgendaView](p, "x1.clerk", path).Sheets
	for i, c := range []struct {
		sheet app.ID
		typ   string
	}{{sheets.Hidden, "hidden"}, {sheets.Common, "common"}, {sheets.Internal, "internal"}} {
		p.meet("x1.clerk", "agenda.put_item.1", c.sheet, fmt.Sprintf(`{"meeting":%q,"type":%q,"title":"Mục %d","minutes":10,"order":%d,"presenters":["x1.deputy","x2"]}`, inviteMeeting, c.typ, i, i))
	}
	for who, want := range map[string]string{"x1.clerk": "hidden common internal ", "x1.leader": "hidden common internal ", "x1.deputy": "common internal ", "x2.leader": "common "} {
		var got string
		for _, it := range read[api.AgendaView](p, who, path).Items {
			got += string(it.Type) + " "
			if len(it.Presenters) != 2 || !it.Presenters[1].Unit || it.Changed != it.Key {
				t.Errorf("%+v", it)
			}
		}
		if got != want {
			t.Errorf("%s sees %q, want %q", who, got, want)
		}
	}
	if w := p.do("x3.leader", "GET", path, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger: %d", w.Code)
	}
}

func TestInvitationDocumentIsShownToWhoSeesIt(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.invite(inviteMeeting, p.now.Load()+1e7)
	doc := app.ID("019ab000-0000-7000-8000-0000000000e9")
	p.give("x1.officer", "document.draft.1", doc, `{"unit":"x1","division":"x1.p","fields":{"subject":"Mời họp giao ban","type":"GM"},"to":["x2"]}`)
	p.meet("x1.officer", "meeting.invitation_drafted.1", inviteMeeting, fmt.Sprintf(`{"document":%q}`, doc))
	path := "/api/meetings/" + string(inviteMeeting)
	if got := read[api.MeetingView](p, "x1.officer", path).Invites; got == nil || got.State != app.OutDraft || got.Subject != "Mời họp giao ban" {
		t.Errorf("%+v", got)
	}
	if got := read[api.MeetingView](p, "x2.leader", path); got.Invites != nil || got.Invitation != doc {
		t.Errorf("a draft is not for guests: %+v", got.Invites)
	}
}
