package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
)

// room makes a room of commune x1.
func (p *province) room(id string) {
	p.t.Helper()
	if w := p.try("x1.clerk", "room.save.1", app.KindRoom, app.ID(id), `{"unit":"x1","name":"Phòng họp số 1","seats":40,"rows":[12,14,14]}`); w.Code != http.StatusOK {
		p.t.Fatalf("room: %s", w.Body)
	}
}

// meets plans and publishes a meeting of x1 in the room, in that many hours.
func (p *province) meets(id, room string, hours, secret int64) (from, to int64) {
	p.t.Helper()
	from = int64(morning) + hours*3_600_000
	to = from + 2*3_600_000
	args := fmt.Sprintf(`{"unit":"x1","fields":{"title":"Họp %s","room":"%s","place":"Hội trường","start":%d,"end":%d,"secret":%v},"people":[{"id":"x1.leader","role":"CHU_TRI","voting":true},{"id":"x1.head","role":"THANH_VIEN"},{"id":"x2","unit":true,"role":"KHACH_MOI"}]}`, id, room, from, to, secret != 0)
	for _, c := range [][3]string{{"x1.officer", "meeting.create.1", args}, {"x1.leader", "meeting.publish.1", `{}`}} {
		if c[1] == "meeting.publish.1" {
			if w := p.try("x1.officer", "meeting.submit.1", app.KindMeeting, app.ID(id), `{}`); w.Code != http.StatusOK {
				p.t.Fatalf("submit: %s", w.Body)
			}
		}
		if w := p.try(c[0], c[1], app.KindMeeting, app.ID(id), c[2]); w.Code != http.StatusOK {
			p.t.Fatalf("%s: %s", c[1], w.Body)
		}
	}
	return from, to
}

func TestRoomsAreListedWithWhoMayEdit(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.room("r1")
	for who, want := range map[string]bool{"x1.clerk": true, "x1.admin": true, "x1.officer": false, "x2.clerk": false} {
		body := p.do(who, "GET", "/api/rooms", nil, nil).Body.String()
		if !strings.Contains(body, `"Phòng họp số 1"`) || strings.Contains(body, `"mayEdit":true`) != want {
			t.Errorf("%s reads %s", who, body)
		}
	}
}

func TestClashesTellOnlyTheTimeOfWhatIsNotForHim(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.room("r1")
	from, to := p.meets("m1", "r1", 30, 0)
	ask := func(who, more string, from, to int64) string {
		return p.do(who, "GET", fmt.Sprintf("/api/meetings/clashes?from=%d&to=%d&%s", from, to, more), nil, nil).Body.String()
	}
	for _, c := range []struct {
		who, query string
		from, to   int64
		want, not  string
	}{
		{"x1.officer", "room=r1", from + 1, to + 1, `"title":"Họp m1"`, "NOTHING"},
		{"so.officer", "room=r1", from + 1, to + 1, `"room":true`, "Họp m1"},
		{"so.officer", "people=x1.head,x1.clerk", from, to, `"name":"Nguyễn`, `"meeting"`},
		{"so.officer", "people=x2", from, to, "XÃ X2", "Họp m1"},
		{"so.officer", "people=x1.clerk", from, to, `"clashes":[]`, "Họp m1"},
		{"so.officer", "room=r1", to, to + 1000, `"clashes":[]`, "Họp m1"},
		{"x1.officer", "room=r1&except=m1", from, to, `"clashes":[]`, "Họp m1"},
		{"x1.officer", "people=x1.head", from, to, `"complete":true`, "NOTHING"},
	} {
		got := ask(c.who, c.query, c.from, c.to)
		if !strings.Contains(strings.ReplaceAll(got, "Ủy ban nhân dân xã", "XÃ"), c.want) || strings.Contains(got, c.not) {
			t.Errorf("%s asks %s: %s, want %s and not %s", c.who, c.query, got, c.want, c.not)
		}
	}
	if got := ask("x1.officer", "room=r1", from, from); !strings.Contains(got, "meeting.bad_span") {
		t.Errorf("no time at all: %s", got)
	}
	if w := p.try("x1.leader", "meeting.cancel.1", app.KindMeeting, "m1", `{"text":"a"}`); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if got := ask("x1.officer", "room=r1", from, to); !strings.Contains(got, `"clashes":[]`) {
		t.Errorf("a cancelled meeting takes up the room: %s", got)
	}
}

func TestWeekIsReadAsPublished(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.room("r1")
	p.meets("m1", "r1", 26, 0)
	p.meets("m2", "", 50, 1)
	const monday = "2026-11-23"
	id := app.WeekPlanID("x1", app.DateOf(2026, 11, 23))
	week := func(who string) map[string]any { return p.get(who, "/weeks/x1/"+monday) }
	count := func(v map[string]any, name string) int { return len(v[name].([]any)) }

	v := week("x1.clerk")
	if v["id"] != string(id) || v["drafts"] != true || count(v, "meetings") != 1 || strings.Contains(fmt.Sprint(v), "Họp m2") {
		t.Fatalf("an empty week: %v", v)
	}
	give := func(who, name, args string) {
		t.Helper()
		if w := p.try(who, name, app.KindWeekPlan, id, args); w.Code != http.StatusOK {
			t.Fatalf("%s: %s", name, w.Body)
		}
	}
	at := int64(morning) + 26*3_600_000
	give("x1.clerk", "week.edit.1", fmt.Sprintf(`{"unit":"x1","monday":"%s","set":[{"start":%d,"title":"Họp m1","meeting":"m1","leaders":["x1.leader"]},{"start":%d,"title":"Đi cơ sở"}]}`, monday, at, at))
	if v := week("x1.officer"); count(v, "lines") != 0 || count(v, "draft") != 0 {
		t.Fatalf("a draft is shown: %v", v)
	}
	give("x1.clerk", "week.submit.1", `{}`)
	give("x1.leader", "week.approve.1", `{}`)
	give("x1.clerk", "week.publish.1", `{}`)
	if v := week("so.officer"); count(v, "lines") != 2 || count(v, "draft") != 0 || v["state"] != "published" {
		t.Fatalf("published: %v", v)
	}
	give("x1.clerk", "week.edit.1", fmt.Sprintf(`{"unit":"x1","monday":"%s","set":[{"start":%d,"title":"Việc mới"}]}`, monday, at+1))
	v = week("x1.clerk")
	if count(v, "lines") != 2 || count(v, "draft") != 3 || !strings.Contains(fmt.Sprint(v["draft"]), "changed:new") {
		t.Fatalf("a change after publication: %v", v)
	}
	for _, path := range []string{"/api/weeks/x1/2026-11-24", "/api/weeks/x1.p/" + monday, "/api/weeks/none/" + monday, "/api/weeks/x1/monday"} {
		if w := p.do("x1.clerk", "GET", path, nil, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestMeetingsAsICalendar(t *testing.T) {
	p := newProvince(t, sqlite.Server)
	p.room("r1")
	p.meets("m1", "r1", 26, 0)
	p.meets("m2", "", 50, 1)
	calendar := func(who, path string) string {
		t.Helper()
		w := p.do(who, "GET", "/api"+path, nil, nil)
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(w.Header().Get("Content-Disposition"), ".ics") {
			t.Fatalf("%s: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
		return strings.ReplaceAll(w.Body.String(), "\r\n ", "")
	}
	own := calendar("x1.head", "/calendar.ics")
	for _, want := range []string{"UID:m1@khonggiay", "SUMMARY:Họp m1", "LOCATION:Phòng họp số 1", "DTSTART;TZID=Asia/Ho_Chi_Minh:20261124T100000", "SEQUENCE:1", "UID:m2@khonggiay", "SUMMARY:Bận", "CLASS:PRIVATE", "BEGIN:VTIMEZONE"} {
		if !strings.Contains(own, want) {
			t.Errorf("no %q in\n%s", want, own)
		}
	}
	if strings.Contains(own, "Họp m2") || strings.Contains(calendar("x1.head", "/meetings/m2/ics"), "Họp m2") {
		t.Error("a meeting with state secrets is named")
	}
	if got := calendar("x1.clerk", "/calendar.ics"); strings.Contains(got, "VEVENT") {
		t.Errorf("he takes part in none: %s", got)
	}
	if w := p.do("so.officer", "GET", "/api/meetings/m1/ics", nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger gets %d %s", w.Code, w.Body)
	}
	if w := p.try("x1.leader", "meeting.cancel.1", app.KindMeeting, "m1", `{"text":"a"}`); w.Code != http.StatusOK {
		t.Fatal(w.Body)
	}
	if got := calendar("x1.head", "/meetings/m1/ics"); !strings.Contains(got, "STATUS:CANCELLED") {
		t.Errorf("cancelled: %s", got)
	}
	if w := p.do("x1.head", "GET", "/api/calendar-feed", nil, nil); w.Code != http.StatusNotFound {
		t.Errorf("a feed where there is none: %d", w.Code)
	}
}
