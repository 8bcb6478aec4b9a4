package desktop

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

const theMeeting = app.ID("019ab000-0000-7000-8000-0000000000aa")

// giveOn gives a command on a record of any kind; it must be taken.
func (l *laptop) giveOn(kind app.Kind, name string, id app.ID, base uint64, args string) {
	l.t.Helper()
	var raw json.RawMessage
	code := l.call("POST", "/api/commands", map[string]any{"name": name, "target": map[string]any{"kind": kind, "id": id},
		"base": base, "args": json.RawMessage(args)}, &raw)
	if code != http.StatusOK {
		l.t.Fatalf("%s: %d %s", name, code, raw)
	}
}

// meeting reads the meeting; nil when it is not here.
func (l *laptop) meeting() *api.MeetingView {
	l.t.Helper()
	var raw json.RawMessage
	if l.call("GET", "/api/meetings/"+string(theMeeting), nil, &raw) != http.StatusOK {
		return nil
	}
	m := &api.MeetingView{}
	if err := json.Unmarshal(raw, m); err != nil {
		l.t.Fatal(err)
	}
	return m
}

// called has the officer plan a meeting, and the Chủ tịch publish it.
func called(t *testing.T, planner, chair *laptop) {
	t.Helper()
	start := time.Now().Add(time.Hour).UnixMilli()
	planner.giveOn(app.KindMeeting, "meeting.create.1", theMeeting, 0, fmt.Sprintf(`{"unit":"xa-an",
		"fields":{"title":"Họp giao ban","place":"Phòng họp","openQueue":true,"start":%d,"end":%d},
		"people":[{"id":"p-chu-tich","role":"CHU_TRI","voting":true},{"id":"p-van-thu-xa","role":"THANH_VIEN","voting":true}]}`, start, start+3_600_000))
	planner.giveOn(app.KindMeeting, "meeting.submit.1", theMeeting, 1, `{}`)
	chair.until("the meeting to be submitted", func() bool { return chair.meeting() != nil })
	chair.giveOn(app.KindMeeting, "meeting.publish.1", theMeeting, 2, `{}`)
}

// viewer is a screen that follows the meeting.
type viewer struct {
	t    *testing.T
	conn *websocket.Conn
	told room.Told
}

func (l *laptop) follows() *viewer {
	l.t.Helper()
	conn, _, err := websocket.Dial(l.t.Context(), l.app.gate.origin+"/api/meetings/"+string(theMeeting)+"/live", &websocket.DialOptions{
		HTTPClient: l.http, HTTPHeader: http.Header{"Origin": {l.app.gate.origin}}})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = conn.CloseNow() })
	return &viewer{t: l.t, conn: conn}
}

func (v *viewer) ask(a room.Asked) {
	v.t.Helper()
	if err := wsjson.Write(v.t.Context(), v.conn, a); err != nil {
		v.t.Fatal(err)
	}
}

// until reads frames until what was told satisfies ok.
func (v *viewer) until(what string, ok func(room.Told) bool) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), patience)
	defer cancel()
	for !ok(v.told) {
		var told room.Told
		if err := wsjson.Read(ctx, v.conn, &told); err != nil {
			v.t.Fatalf("waiting for %s: %v", what, err)
		}
		v.told.Alone, v.told.Refused = told.Alone, told.Refused
		if told.Rank != nil {
			v.told.Host, v.told.Rank = told.Host, told.Rank
		}
		if told.Lead != nil {
			v.told.Lead = told.Lead
		}
		if told.Here != nil {
			v.told.Here = told.Here
		}
	}
}

func atPage(n int) func(room.Told) bool {
	return func(t room.Told) bool { return t.Lead != nil && t.Lead.Place != nil && t.Lead.Place.Page == n }
}

// TestFollowOverTheServer: two laptops follow their chair page by page; when a
// line is cut its screen says so, and comes to the newest page by itself.
func TestFollowOverTheServer(t *testing.T) {
	s := startServer(t)
	planner, chair, member, stranger := s.laptopOf(officer), s.laptopOf(leader), s.laptopOf(clerkC), s.laptopOf(clerkS)
	for _, l := range []*laptop{planner, chair, member, stranger} {
		defer l.stop()
	}
	called(t, planner, chair)
	member.until("the invitation", func() bool { m := member.meeting(); return m != nil && m.Status == app.MeetingInvited })

	leads, follows := chair.follows(), member.follows()
	leads.until("both to be there", func(t room.Told) bool { return t.Rank != nil && *t.Rank == meeting.Runs && *t.Here == 2 })
	leads.ask(room.Asked{Take: true})
	leads.ask(room.Asked{Place: &meeting.Place{Material: "tl", Page: 2, Zoom: 1000}})
	follows.until("page 2", atPage(2))
	follows.ask(room.Asked{Place: &meeting.Place{Material: "tl", Page: 9}})
	follows.until("to be refused", func(t room.Told) bool { return t.Refused == "room.not_leading" })

	member.app.currentLink().cutLine(true)
	follows.until("the screen to know that it is alone", func(t room.Told) bool { return t.Alone })
	leads.ask(room.Asked{Place: &meeting.Place{Material: "tl", Page: 3, Zoom: 1000}})
	leads.until("page 3", atPage(3))
	member.app.currentLink().cutLine(false)
	follows.until("page 3", atPage(3))

	if _, _, err := stranger.follows().conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("somebody who is not invited: %v", err)
	}
}

func onPage(page int) *meeting.Place { return &meeting.Place{Material: "tl", Page: page, Zoom: 1000} }
