package desktop

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/server"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// silentMedia is a media server that takes every offer and carries nothing.
type silentMedia struct {
	mu      sync.Mutex
	allowed map[app.ID]meeting.Sends
}

func (s *silentMedia) Join(_ context.Context, _, station app.ID, _ string, _ room.Events) (room.Link, string, error) {
	return silentLink{s, station}, "v=0", nil
}

func (s *silentMedia) Floor(app.ID, []app.ID) {}

type silentLink struct {
	*silentMedia
	station app.ID
}

func (l silentLink) Allow(sends meeting.Sends) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.allowed[l.station] = sends
}

func (silentLink) Measure()             {}
func (silentLink) Watch([]meeting.Wish) {}
func (silentLink) Send(string, []byte)  {}
func (silentLink) Line() meeting.Line   { return meeting.Line{} }
func (silentLink) Close()               {}

// conferring is a screen that is in a conference.
type conferring struct {
	t    *testing.T
	conn *websocket.Conn
	told room.News
}

func (l *laptop) confers(query url.Values) *conferring {
	l.t.Helper()
	conn, _, err := websocket.Dial(l.t.Context(), l.app.gate.origin+"/api/meetings/"+string(theMeeting)+"/conference?"+query.Encode(), &websocket.DialOptions{
		HTTPClient: l.http, HTTPHeader: http.Header{"Origin": {l.app.gate.origin}}})
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = conn.CloseNow() })
	return &conferring{t: l.t, conn: conn}
}

func (l *laptop) ticket() url.Values {
	l.t.Helper()
	var t api.ConferenceTicket
	if code := l.call("POST", "/api/meetings/"+string(theMeeting)+"/conference/ticket", api.NewTicket{As: "person"}, &t); code != http.StatusOK {
		l.t.Fatalf("a ticket: %d", code)
	}
	return url.Values{"pass": {t.Ticket}}
}

func (c *conferring) say(s room.Said) {
	c.t.Helper()
	if err := wsjson.Write(c.t.Context(), c.conn, s); err != nil {
		c.t.Fatal(err)
	}
}

func (c *conferring) read() error {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	var n room.News
	if err := wsjson.Read(ctx, c.conn, &n); err != nil {
		return err
	}
	if n.Hello != nil {
		c.told.Hello = n.Hello
	}
	if n.Me != nil {
		c.told.Me = n.Me
	}
	if n.Answer != nil {
		c.told.Answer = n.Answer
	}
	return nil
}

func (c *conferring) until(what string, ok func(room.News) bool) {
	c.t.Helper()
	for !ok(c.told) {
		if err := c.read(); err != nil {
			c.t.Fatalf("waiting for %s: %v", what, err)
		}
	}
}

// over reads to the end.
func (c *conferring) over() (end websocket.CloseError) {
	c.t.Helper()
	for {
		if err := c.read(); err != nil {
			if !errors.As(err, &end) {
				c.t.Fatal(err)
			}
			return end
		}
	}
}

// TestConferenceThroughTheLaptop: the screens of two laptops are in a conference of
// the server, each through its own program; one is removed and told so, and while
// the server is away the other is told to come again.
func TestConferenceThroughTheLaptop(t *testing.T) {
	media := &silentMedia{allowed: map[app.ID]meeting.Sends{}}
	s := startServerWith(t, func(c *server.Config) { c.Media = media })
	planner, chair, member, stranger := s.laptopOf(officer), s.laptopOf(leader), s.laptopOf(clerkC), s.laptopOf(clerkS)
	for _, l := range []*laptop{planner, chair, member, stranger} {
		defer l.stop()
	}
	called(t, planner, chair)
	member.until("the invitation", func() bool { m := member.meeting(); return m != nil && m.Status == app.MeetingInvited })
	if code := stranger.call("POST", "/api/meetings/"+string(theMeeting)+"/conference/ticket", api.NewTicket{As: "person"}, nil); code != http.StatusNotFound {
		t.Errorf("a stranger: %d", code)
	}
	leads, follows := chair.confers(chair.ticket()), member.confers(member.ticket())
	isIn := func(n room.News) bool { return n.Me != nil && n.Me.Status == meeting.InRoom }
	leads.until("the room", isIn)
	follows.until("the room", isIn)
	follows.say(room.Said{Offer: &room.Offer{Seq: 1, SDP: "v=0"}})
	follows.say(room.Said{Sends: &meeting.Sends{Audio: true}})
	follows.until("being heard", func(n room.News) bool { return n.Answer != nil && n.Me.Sends.Audio })
	var board api.ConferenceBoard
	if code := chair.call("GET", "/api/meetings/"+string(theMeeting)+"/conference/board", nil, &board); code != http.StatusOK || board.Totals.InRoom != 2 {
		t.Errorf("the board: %d %+v", code, board.Totals)
	}
	var attended []meeting.Attended
	if code := chair.call("GET", "/api/meetings/"+string(theMeeting)+"/conference/attended", nil, &attended); code != http.StatusOK || len(attended) != 2 {
		t.Errorf("who was in: %d %+v", code, attended)
	}
	resume := url.Values{"resume": {follows.told.Hello.Resume}}
	if err := follows.conn.CloseNow(); err != nil {
		t.Fatal(err)
	}
	follows = member.confers(resume)
	follows.until("its place again", isIn)
	leads.say(room.Said{Do: &meeting.Do{Act: meeting.ActRemove, Station: follows.told.Hello.Station}})
	if end := follows.over(); end.Code != websocket.StatusPolicyViolation || end.Reason != "conference.removed" {
		t.Errorf("removed: %+v", end)
	}
	if end := member.confers(resume).over(); end.Reason != "conference.bad_ticket" {
		t.Errorf("with the old token: %+v", end)
	}
	s.stop()
	if end := leads.over(); end.Code != websocket.StatusTryAgainLater {
		t.Errorf("the server is away: %+v", end)
	}
	began := time.Now()
	if end := chair.confers(url.Values{"resume": {leads.told.Hello.Resume}}).over(); end.Code != websocket.StatusTryAgainLater || time.Since(began) > joinTimeout {
		t.Errorf("still away: %+v after %v", end, time.Since(began))
	}
}
