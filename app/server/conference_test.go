package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/enrol"
	"khonggiay/app/sqlite"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
)

// soundcheck is a media server that carries nothing and notes what is let through.
type soundcheck struct {
	mu    sync.Mutex
	moved *sync.Cond // on mu
	links map[app.ID]*soundLink
}

func newSoundcheck() *soundcheck {
	s := &soundcheck{links: map[app.ID]*soundLink{}}
	s.moved = sync.NewCond(&s.mu)
	return s
}

type soundLink struct {
	*soundcheck
	sends  meeting.Sends
	closed bool
}

func (s *soundcheck) Join(_ context.Context, _, station app.ID, _ string, to room.Events) (room.Link, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &soundLink{soundcheck: s}
	s.links[station] = l
	go to.Up()
	return l, "v=0", nil
}

func (s *soundcheck) Floor(app.ID, []app.ID) {}

func (l *soundLink) Allow(sends meeting.Sends) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sends = sends
	l.moved.Broadcast()
}

func (l *soundLink) Watch([]meeting.Wish) {}

func (l *soundLink) Send(string, []byte) {}

func (l *soundLink) Measure() {}

func (l *soundLink) Line() meeting.Line { return meeting.Line{Up: true, RTT: 7} }

func (l *soundLink) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.moved.Broadcast()
}

// untilHeard waits until those and nobody else are let through.
func (s *soundcheck) untilHeard(want ...app.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(want)
	for !slices.Equal(s.heardLocked(), want) {
		s.moved.Wait()
	}
}

func (s *soundcheck) heardLocked() (out []app.ID) {
	for _, id := range slices.Sorted(maps.Keys(s.links)) {
		if l := s.links[id]; l.sends.Audio && !l.closed {
			out = append(out, id)
		}
	}
	return out
}

// station is a page that is in a conference.
type station struct {
	*fixture
	conn *websocket.Conn
	told room.News // the newest of each that the tests look at
	rows map[app.ID]room.Row
}

// screen is somebody at a browser or a laptop, who asks the API.
type screen struct {
	*fixture
	client *http.Client
	header http.Header
	path   string // before the meeting's id, of the WebSocket
}

func (f *fixture) atBrowser(person app.ID) *screen {
	f.Helper()
	f.account("a."+string(person), person)
	_, b, c := f.signIn("a."+string(person), password)
	if c == nil {
		f.Fatalf("%s", b)
	}
	return &screen{f, f.browser(), http.Header{"Origin": {"https://" + f.Addr()}, "Cookie": {c.Name + "=" + c.Value}}, "/api/meetings/"}
}

func (f *fixture) outsider() *screen {
	return &screen{f, f.browser(), http.Header{"Origin": {"https://" + f.Addr()}}, ""}
}

func (l *laptop) screen() *screen { return &screen{l.fixture, l.client, nil, enrol.PathMeetings} }

// ask asks the API; it returns the reason of a refusal.
func (d *screen) ask(method, path string, in, out any) string {
	d.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		d.Fatal(err)
	}
	header := []string{"Content-Type", "application/json"}
	for name := range d.header {
		header = append(header, name, d.header.Get(name))
	}
	resp, answer := d.send(d.client, method, "https://"+d.Addr()+path, bytes.NewReader(b), header...)
	if resp.StatusCode/100 != 2 {
		return refusal(answer)
	}
	if out != nil {
		if err := json.Unmarshal(answer, out); err != nil {
			d.Fatal(err)
		}
	}
	return ""
}

// ticket asks for one for himself or for a point.
func (d *screen) ticket(m app.ID, point app.ID) api.ConferenceTicket {
	d.Helper()
	var t api.ConferenceTicket
	as := "person"
	if point != "" {
		as = "point"
	}
	if reason := d.ask("POST", "/api/meetings/"+string(m)+"/conference/ticket", api.NewTicket{As: as, Point: point}, &t); reason != "" {
		d.Fatalf("a ticket: %s", reason)
	}
	return t
}

// connect dials the conference with a ticket or a token.
func (d *screen) connect(m app.ID, query url.Values) *station {
	d.Helper()
	client := &http.Client{Transport: d.client.Transport.(*http.Transport).Clone()}
	tr := client.Transport.(*http.Transport)
	tr.ForceAttemptHTTP2, tr.TLSClientConfig.NextProtos = false, []string{"http/1.1"}
	tr.Protocols = new(http.Protocols)
	tr.Protocols.SetHTTP1(true)
	path := d.path + string(m) + "/conference"
	if d.path == "" {
		path = "/api/guest/conference"
	}
	conn, _, err := websocket.Dial(d.Context(), "wss://"+d.Addr()+path+"?"+query.Encode(), &websocket.DialOptions{HTTPClient: client, HTTPHeader: d.header})
	if err != nil {
		d.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	d.Cleanup(func() { _ = conn.CloseNow() })
	return &station{fixture: d.fixture, conn: conn, rows: map[app.ID]room.Row{}}
}

// in comes into the conference and offers media.
func (d *screen) in(m app.ID, point app.ID) *station {
	d.Helper()
	s := d.connect(m, url.Values{"pass": {d.ticket(m, point).Ticket}})
	s.say(room.Said{Offer: &room.Offer{Seq: 1, SDP: "v=0"}})
	s.say(room.Said{Sends: &meeting.Sends{Audio: true}})
	s.until("the media", func() bool { return s.told.Link == "up" && s.told.Hello != nil })
	return s
}

func (s *station) say(said room.Said) {
	s.Helper()
	if err := wsjson.Write(s.Context(), s.conn, said); err != nil {
		s.Fatal(err)
	}
}

func (s *station) do(d meeting.Do) { s.Helper(); s.say(room.Said{Do: &d}) }

// read takes one frame.
func (s *station) read() error {
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	var n room.News
	if err := wsjson.Read(ctx, s.conn, &n); err != nil {
		return err
	}
	if n.Hello != nil {
		s.told.Hello = n.Hello
	}
	if n.Me != nil {
		s.told.Me = n.Me
	}
	if n.Link != "" {
		s.told.Link = n.Link
	}
	if n.Floor != nil {
		s.told.Floor = n.Floor
	}
	if n.Answer != nil {
		s.told.Answer = n.Answer
	}
	if n.ICE != nil {
		s.told.ICE = n.ICE
	}
	s.told.Lines = append(s.told.Lines, n.Lines...)
	s.told.Refused = append(s.told.Refused, n.Refused...)
	for _, raw := range n.Stations {
		var r room.Row
		if err := json.Unmarshal(raw, &r); err != nil {
			return err
		}
		s.rows[r.ID] = r
	}
	return nil
}

func (s *station) until(what string, ok func() bool) {
	s.Helper()
	for !ok() {
		if err := s.read(); err != nil {
			s.Fatalf("waiting for %s: %v", what, err)
		}
	}
}

// over reads until the connection ends, and returns its code and reason.
func (s *station) over() (websocket.StatusCode, string) {
	s.Helper()
	for {
		if err := s.read(); err != nil {
			var e websocket.CloseError
			if !errors.As(err, &e) {
				s.Fatal(err)
			}
			return e.Code, e.Reason
		}
	}
}

func (s *station) wantOver(reason string) {
	s.Helper()
	if code, got := s.over(); code != websocket.StatusPolicyViolation || got != reason {
		s.Errorf("ended with %d %q, want %s", code, got, reason)
	}
}

// floor is who is told to have it.
func (s *station) floor() (holders []app.ID) {
	var f struct{ Holders []app.ID }
	_ = json.Unmarshal(s.told.Floor, &f)
	return f.Holders
}

func conferring(t *testing.T) (*fixture, *soundcheck) {
	media := newSoundcheck()
	return open(t, func(c *Config) { c.Media = media }).run(), media
}

// cauAn is the meeting point of the commune, whose technician is its administrator.
const cauAn = app.ID("cau-an")

// withPoint has the point take part in a meeting that sits.
func (f *fixture) withPoint(m app.ID) {
	f.Helper()
	f.asBrowser(clerk, "point.save.1", cauAn, &app.PointSave{Unit: unitCommune, Name: "Điểm cầu xã An", Group: app.PointCommune, Device: app.DevicePC, Technician: admin})
	f.asBrowser(clerk, "meeting.set_points.1", m, &app.SetPoints{Add: []app.ID{cauAn}})
}

// pointIn reads the point's part in the meeting.
func (f *fixture) pointIn(m app.ID) *app.PointSession {
	f.Helper()
	var s *app.PointSession
	f.view(func(v *sqlite.View) error {
		r, err := v.Get(app.Key{Kind: app.KindPointSession, ID: app.PointSessionID(m, cauAn)})
		if err == nil {
			s = r.(*app.PointSession)
		}
		return err
	})
	return s
}

// untilPoint waits until the record says so of the point.
func (f *fixture) untilPoint(m app.ID, ok func(*app.PointSession) bool) {
	f.Helper()
	changed := make(chan struct{}, 1)
	leave := f.store.Subscribe(func([]sqlite.Change) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	defer leave()
	for !ok(f.pointIn(m)) {
		select {
		case <-changed:
		case <-time.After(20 * time.Second):
			f.Fatalf("the record says of the point %+v", f.pointIn(m))
		}
	}
}

// A chair at a browser, a member at his laptop, and a meeting point whose
// technician is not invited himself; the record's queue gives the floor.
func TestConferenceOfTheRecord(t *testing.T) {
	f, media := conferring(t)
	m := f.sitting()
	f.withPoint(m)
	chair, member := f.atBrowser(leader).in(m, ""), f.enrol(stranger).screen().in(m, "")
	point := f.atBrowser(admin).in(m, cauAn)
	if chair.told.Hello.Role != app.MeetingChair || member.told.Hello.Name != "Phạm Thị Xa" || point.told.Hello.Name != "Điểm cầu xã An" {
		t.Errorf("%+v %+v %+v", chair.told.Hello, member.told.Hello, point.told.Hello)
	}
	chair.do(meeting.Do{Act: meeting.ActMode, Mode: meeting.Assembly})
	chair.do(meeting.Do{Act: meeting.ActMuteAll, On: true})
	member.until("the hard mute", func() bool { return strings.Contains(string(member.told.Floor), `"mutedAll":true`) })
	media.untilHeard(leader)
	s := app.SessionID(m)
	speech := f.asBrowser(stranger, "session.ask_to_speak.1", s, &app.AskToSpeak{Meeting: m, Wish: app.SpeechWish{Kind: app.SpeechContribution}})
	f.asBrowser(clerk, "session.call.1", s, &app.CallSpeaker{Meeting: m, Speech: speech})
	member.until("the floor", func() bool { return slices.Equal(member.floor(), []app.ID{stranger}) && member.told.Me.Sends.Audio })
	f.asBrowser(clerk, "session.begin_speech.1", s, &app.BeginSpeech{Meeting: m, Speech: speech})
	f.asBrowser(clerk, "session.end_speech.1", s, &app.SpeechStep{Meeting: m, Speech: speech})
	member.until("its end", func() bool { return len(member.floor()) == 0 && !member.told.Me.Allowed.Audio })
	f.untilPoint(m, func(s *app.PointSession) bool { return s.Status == app.PointIn && s.Drops == 0 })
	// What the point says of itself stands in its record.
	heads := 12
	point.say(room.Said{Headcount: &heads})
	point.say(room.Said{Report: &meeting.Report{Mic: app.TestGood, Speaker: app.TestGood, Camera: app.TestBad, Up: 900, Down: 2400}})
	f.untilPoint(m, func(s *app.PointSession) bool {
		return s.Headcount == heads && s.By == admin && s.Test != nil && s.Test.Camera == app.TestBad && s.Test.Down == 2400
	})
	// The operator's board, and who may look at it.
	var board api.ConferenceBoard
	secretary := f.atBrowser(clerk)
	path := "/api/meetings/" + string(m) + "/conference/"
	if reason := secretary.ask("GET", path+"board", nil, &board); reason != "" {
		t.Fatal(reason)
	}
	if board.Totals != (api.ConferenceTotals{Expected: 1, Took: 1, InRoom: 3, Headcount: heads}) || len(board.Stations) != 3 || !board.MutedAll || board.Chair != leader {
		t.Errorf("%+v", board)
	}
	var attended []meeting.Attended
	if reason := secretary.ask("GET", path+"attended", nil, &attended); reason != "" || len(attended) != 2 || attended[0].Kind != meeting.PersonStation || attended[0].Joined == 0 {
		t.Errorf("%q %+v", reason, attended)
	}
	if reason := f.enrol(stranger).screen().ask("GET", path+"attended", nil, nil); reason != "can.needs_secretary" {
		t.Errorf("a member asks who was in: %q", reason)
	}
	if reason := f.enrol(stranger).screen().ask("GET", path+"board", nil, nil); reason != "conference.not_allowed" {
		t.Errorf("a member looks at the board: %q", reason)
	}
	if reason := f.enrol(stranger).screen().ask("POST", path+"ticket", api.NewTicket{As: "point", Point: cauAn}, nil); reason != "conference.no_point" {
		t.Errorf("a member brings in a point that is not his: %q", reason)
	}
	// Signed out at the browser; removed; and the end of the meeting is everybody's.
	if reason := (&screen{f, f.browser(), nil, ""}).ask("GET", path+"board", nil, nil); reason != "session.required" {
		t.Errorf("nobody: %q", reason)
	}
	chair.do(meeting.Do{Act: meeting.ActRemove, Station: stranger})
	member.wantOver("conference.removed")
	f.do("account.close", AccountRequest{Account: "a." + string(admin)}, nil)
	point.wantOver("session.required")
	f.untilPoint(m, func(s *app.PointSession) bool { return s.Status == app.PointLost && s.Drops == 1 && s.Joined != 0 })
	err := f.store.Write(f.Context(), func(tx *sqlite.Tx) error {
		r, err := tx.Get(app.Key{Kind: app.KindMeeting, ID: m})
		if err != nil {
			return err
		}
		r.(*app.Meeting).Status = app.MeetingConcluded
		return tx.Put(r)
	})
	if err != nil {
		t.Fatal(err)
	}
	chair.wantOver("room.closed")
}

// Guests come by a link, wait, and are let in.
func TestGuestsOfAConference(t *testing.T) {
	f, media := conferring(t)
	m := f.sitting()
	secretary := f.atBrowser(clerk)
	var link api.GuestLink
	path := "/api/meetings/" + string(m) + "/conference/guests"
	if reason := secretary.ask("POST", path, api.NewGuest{Name: "Ông Khách", Until: f.store.Now() + 3600_000}, &link); reason != "" {
		t.Fatal(reason)
	}
	secrets.add(link.Link)
	if reason := f.enrol(stranger).screen().ask("POST", path, api.NewGuest{Name: "a", Until: f.store.Now() + 3600_000}, nil); reason != "conference.not_allowed" {
		t.Errorf("a member invites: %q", reason)
	}
	if !strings.HasSuffix(link.URL, url.PathEscape(link.Link)) || !strings.Contains(link.URL, pathGuest) {
		t.Errorf("the guest's page is %s", link.URL)
	}
	operator := secretary.in(m, "")
	outside := f.outsider()
	var ticket api.ConferenceTicket
	if reason := outside.ask("POST", "/api/guest/ticket", api.GuestTicketRequest{Link: link.Link}, &ticket); reason != "" || ticket.Meeting != m || ticket.Name != "Ông Khách" {
		t.Fatalf("%q %+v", reason, ticket)
	}
	if reason := outside.ask("POST", "/api/guest/ticket", api.GuestTicketRequest{Link: link.Link + "x"}, nil); reason != "conference.bad_ticket" {
		t.Errorf("another link: %q", reason)
	}
	guest := outside.connect("", url.Values{"pass": {ticket.Ticket}})
	guest.until("the lobby", func() bool { return guest.told.Me != nil && guest.told.Me.Status == meeting.Waits })
	operator.until("somebody who waits", func() bool { return operator.rows[link.Guest].Status == meeting.Waits })
	operator.do(meeting.Do{Act: meeting.ActAdmit, Station: link.Guest})
	guest.until("being let in", func() bool { return guest.told.Me.Status == meeting.InRoom && len(guest.rows) == 2 })
	guest.say(room.Said{Offer: &room.Offer{Seq: 1, SDP: "v=0"}})
	guest.say(room.Said{Sends: &meeting.Sends{Audio: true}})
	guest.until("being heard", func() bool { return guest.told.Me.Sends.Audio && guest.told.Link == "up" })
	operator.until("the guest's sound", func() bool { return operator.rows[link.Guest].Lets == 1 })
	var guests []api.GuestView
	if reason := secretary.ask("GET", path, nil, &guests); reason != "" || len(guests) != 1 || guests[0].By.Name != "Nguyễn Thị Lan" {
		t.Errorf("%q %+v", reason, guests)
	}
	if reason := secretary.ask("POST", path+"/"+string(link.Guest)+"/end", struct{}{}, nil); reason != "" {
		t.Error(reason)
	}
	guest.wantOver("conference.refused")
	media.untilHeard(clerk)
	if reason := outside.ask("POST", "/api/guest/ticket", api.GuestTicketRequest{Link: link.Link}, nil); reason != "conference.bad_ticket" {
		t.Errorf("after the end of his link: %q", reason)
	}
}

// A server that begins anew has what was decided, and its stations come back.
func TestConferenceSurvivesARestart(t *testing.T) {
	f, media := conferring(t)
	m := f.sitting()
	secretary := f.atBrowser(clerk)
	operator, member := secretary.in(m, ""), f.enrol(stranger)
	station := member.screen().in(m, "")
	operator.do(meeting.Do{Act: meeting.ActMuteAll, On: true})
	operator.do(meeting.Do{Act: meeting.ActFloor, Station: stranger, On: true})
	station.until("the floor", func() bool { return slices.Equal(station.floor(), []app.ID{stranger}) })
	resume := url.Values{"resume": {station.told.Hello.Resume}}
	ended := make(chan websocket.StatusCode, 1)
	go func() { code, _ := station.over(); ended <- code }()
	if err := errors.Join(f.stop(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != websocket.StatusGoingAway {
		t.Errorf("the server stops with %d", code)
	}
	files, err := filepath.Glob(filepath.Join(f.config.Data, conferencesDir, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	if b, err := os.ReadFile(files[0]); err != nil || strings.Contains(string(b), station.told.Hello.Resume[strings.LastIndex(station.told.Hello.Resume, "/")+1:]) {
		t.Errorf("the token itself lies on the disk, or %v", err)
	}
	media.links = map[app.ID]*soundLink{}
	config := f.config
	again := reopen(t, config).run()
	member.fixture = again
	back := member.screen().connect(m, resume)
	back.say(room.Said{Offer: &room.Offer{Seq: 1, SDP: "v=0"}})
	back.until("its place", func() bool {
		return back.told.Link == "up" && back.told.Me.Sends.Audio && slices.Equal(back.floor(), []app.ID{stranger})
	})
	if r := back.rows[stranger]; r.Order != 2 {
		t.Errorf("its place in the order: %+v", r)
	}
	other := again.enrol(stranger).screen().connect(m, resume)
	other.wantOver("conference.bad_ticket")
}

func TestConferenceKeep(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "conferences")
	now := time.Now()
	k, err := openConferenceKeep(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := k.Load("m:1"); b != nil || err != nil {
		t.Errorf("before anything: %q %v", b, err)
	}
	for _, state := range []string{"a", "b"} {
		if err := k.Save("m:1", []byte(state)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".new-1"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if k, err = openConferenceKeep(dir, now.Add(keepConferences-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if b, err := k.Load("m:1"); string(b) != "b" || err != nil {
		t.Errorf("%q %v", b, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%v %v", left, err)
	}
	if err := k.prune(now.Add(keepConferences + time.Hour)); err != nil {
		t.Fatal(err)
	}
	if b, err := k.Load("m:1"); b != nil || err != nil {
		t.Errorf("after ninety days: %q %v", b, err)
	}
}
