package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

const theMeeting = app.ID("019ab000-0000-7000-8000-0000000000e1")

// sitting makes a meeting of x1 that runs: the leader in the chair, the clerk as
// secretary, deputy and head as members, the leader of x2 as guest.
func sitting(t *testing.T) *province {
	t.Helper()
	p := newProvince(t, sqlite.Server)
	p.meeting("x1.officer", "meeting.create.1", theMeeting, fmt.Sprintf(`{"unit":"x1","fields":{"title":"Phiên họp tháng","place":"Hội trường","start":%d,"end":%d,"quorumPercent":67,"speechMinutes":5},
		"people":[{"id":"x1.leader","role":"CHU_TRI","voting":true},{"id":"x1.clerk","role":"THU_KY"},{"id":"x1.deputy","role":"THANH_VIEN","voting":true},
		{"id":"x1.head","role":"THANH_VIEN","voting":true},{"id":"x2.leader","role":"KHACH_MOI"},{"id":"x2","unit":true,"role":"KHACH_MOI"}]}`, p.now.Load(), p.now.Load()+3_600_000))
	p.meeting("x1.officer", "meeting.submit.1", theMeeting, `{}`)
	p.meeting("x1.leader", "meeting.publish.1", theMeeting, `{}`)
	p.meeting("x1.leader", "session.start.1", app.SessionID(theMeeting), inTheMeeting)
	return p
}

const inTheMeeting = `{"meeting":"` + string(theMeeting) + `"}`

// meeting gives a command of any kind and fails the test on a refusal.
func (p *province) meeting(who, name string, id app.ID, args string) {
	p.t.Helper()
	if w := p.try(who, name, app.SpecOf(name).Kind, id, args); w.Code != http.StatusOK {
		p.t.Fatalf("%s by %s: %d %s", name, who, w.Code, w.Body)
	}
}

func at(v any, path ...any) any {
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[s]
		case int:
			list, _ := v.([]any)
			if s >= len(list) {
				return nil
			}
			v = list[s]
		}
	}
	return v
}

func TestSessionAsItsPeopleSeeIt(t *testing.T) {
	p := sitting(t)
	session := "/meetings/" + string(theMeeting) + "/session"
	p.meeting("x1.deputy", "session.ask_to_speak.1", app.SessionID(theMeeting), `{"meeting":"`+string(theMeeting)+`","wish":{"kind":"pro","text":"Về biên chế"}}`)
	p.meeting("x1.head", "attendance.check_in.1", app.AttendanceID(theMeeting, "x1.head"), inTheMeeting)
	p.meeting("x1.head", "attendance.ask_help.1", app.AttendanceID(theMeeting, "x1.head"), `{"meeting":"`+string(theMeeting)+`","kind":"technician","text":"Mất tiếng"}`)

	chair := p.get("x1.leader", session)
	if at(chair, "status") != "LIVE" || at(chair, "official") != true || at(chair, "wishes", 0, "text") != "Về biên chế" || at(chair, "help", 0, "kind") != "technician" {
		t.Errorf("the chair sees %v", chair)
	}
	if at(chair, "quorum", "present") != 1.0 || at(chair, "quorum", "required") != 3.0 || at(chair, "warnings", 0) != "no_quorum" {
		t.Errorf("quorum %v, warnings %v", chair["quorum"], chair["warnings"])
	}
	if since, _ := at(chair, "clock", "since").(float64); since < float64(morning) || since > float64(p.now.Load()) || at(chair, "started") != since {
		t.Errorf("the clock runs since %v", since)
	}
	deputy := p.get("x1.deputy", session)
	if at(deputy, "wishes", 0, "mine") != true || at(deputy, "help", 0) != nil || at(deputy, "me", "presence") != "CHUA_DIEM_DANH" || at(deputy, "me", "talks") != true {
		t.Errorf("the deputy sees %v", deputy)
	}
	// Others see neither wishes nor calls, and the count that they were told: none yet.
	guest := p.get("x2.leader", session)
	if at(guest, "wishes", 0) != nil || at(guest, "quorum", "present") != 0.0 {
		t.Errorf("the guest sees %v", guest)
	}
	if w := p.do("x2.officer", "GET", "/api"+session, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger: %d %s", w.Code, w.Body)
	}
}

func TestRollCallAndItsCode(t *testing.T) {
	p := sitting(t)
	roll, code := "/meetings/"+string(theMeeting)+"/rollcall", "/meetings/"+string(theMeeting)+"/code"
	if n := len(p.get("x1.clerk", roll)["people"].([]any)); n != 6 {
		t.Errorf("the secretary sees %d people", n)
	}
	own := p.get("x1.head", roll)["people"].([]any)
	if len(own) != 1 || at(own, 0, "person", "id") != "x1.head" {
		t.Errorf("a member sees %v", own)
	}
	if w := p.do("x1.clerk", "GET", "/api"+code, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a code before it was opened: %d", w.Code)
	}
	p.meeting("x1.clerk", "session.open_code.1", app.SessionID(theMeeting), inTheMeeting)
	shown := p.get("x1.clerk", code)
	if w := p.do("x1.head", "GET", "/api"+code, nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a member reads the code: %d %s", w.Code, w.Body)
	}
	args := fmt.Sprintf(`{"meeting":"%s","code":"%s","step":%.0f}`, theMeeting, shown["code"], shown["step"])
	p.now.Add(45_000) // it was scanned at the last moment
	p.meeting("x1.head", "attendance.check_in_code.1", app.AttendanceID(theMeeting, "x1.head"), args)
	if again := p.get("x1.clerk", code); again["code"] == shown["code"] && again["step"] == shown["step"] {
		t.Error("the code stays the same")
	}
	p.now.Add(300_000)
	if w := p.try("x1.deputy", "attendance.check_in_code.1", app.KindAttendance, app.AttendanceID(theMeeting, "x1.deputy"), args); w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest {
		t.Errorf("an old code: %d %s", w.Code, w.Body)
	}
	p.meeting("x1.clerk", "session.mark_absent.1", app.SessionID(theMeeting), inTheMeeting)
	people := map[any]any{}
	for _, each := range p.get("x1.clerk", roll)["people"].([]any) {
		people[at(each, "person", "id")] = at(each, "presence")
	}
	if people["x1.head"] != "CO_MAT_TRUC_TIEP" || people["x1.deputy"] != "VANG_KHONG_LY_DO" {
		t.Errorf("%v", people)
	}
}
