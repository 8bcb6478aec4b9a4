package room

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// fakeMedia notes what the room says to the media server.
type fakeMedia struct {
	mu    sync.Mutex
	links map[app.ID]*fakeLink // the newest of each station
	floor []app.ID
}

type fakeLink struct {
	*fakeMedia
	station app.ID
	to      Events
	allowed *meeting.Sends
	wishes  []meeting.Wish
	sent    []Told
	line    meeting.Line
	closed  bool
}

func (f *fakeMedia) Join(_ context.Context, _, station app.ID, offer string, to Events) (Link, string, error) {
	if offer == "nonsense" {
		return nil, "", app.Refuse(app.Invalid, "sfu.offer")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	l := &fakeLink{fakeMedia: f, station: station, to: to, line: meeting.Line{Up: true, Route: meeting.RouteUDP, RTT: 20}}
	f.links[station] = l
	return l, "answer to " + offer, nil
}

func (f *fakeMedia) Floor(_ app.ID, holders []app.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.floor = holders
}

func (l *fakeLink) Allow(s meeting.Sends) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.allowed = &s
}

func (l *fakeLink) Watch(w []meeting.Wish) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wishes = w
}

// watched is what was asked for last.
func (l *fakeLink) watched() []meeting.Wish {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.wishes
}

func (l *fakeLink) Send(label string, b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var told Told
	if label == FollowLabel && json.Unmarshal(b, &told) == nil {
		l.sent = append(l.sent, told)
	}
}

func (l *fakeLink) Measure() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line.Bears = 2400
}

func (l *fakeLink) Line() meeting.Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.line
}

func (l *fakeLink) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

// heard lists whose sound is let through now.
func (f *fakeMedia) heard() (out []app.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(f.links)) {
		if l := f.links[id]; !l.closed && l.allowed != nil && l.allowed.Audio {
			out = append(out, id)
		}
	}
	return out
}

// fakeKeep keeps conferences in memory.
type fakeKeep struct {
	mu    sync.Mutex
	saved map[app.ID][]byte
	times int
}

func (k *fakeKeep) Save(id app.ID, b []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.saved[id], k.times = b, k.times+1
	return nil
}

func (k *fakeKeep) Load(id app.ID) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.saved[id], nil
}

// fakeDoor lets everybody in whose name it knows; points as "p1", "p2" …
type fakeDoor struct {
	mu    sync.Mutex
	facts Facts
	err   error
	out   map[app.ID]bool // invited no more
}

func (d *fakeDoor) Seats(_ context.Context, _ app.ID, comers []Comer) (out []Seated, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, who := range comers {
		switch {
		case d.err != nil:
			out = append(out, Seated{Err: d.err})
		case who.Person == "stranger" || d.out[who.Person]:
			out = append(out, Seated{Err: app.Refuse(app.NotFound, "meeting.not_found")})
		default:
			out = append(out, Seated{Seat: fakeSeat(who.Person, who.Device, who.Point)})
		}
	}
	return out, nil
}

func fakeSeat(person, device, point app.ID) meeting.Seat {
	s := meeting.Seat{Station: person, Kind: meeting.PersonStation, Person: person, Device: device, Name: string(person), Role: app.MeetingMember}
	switch {
	case point != "":
		s.Station, s.Kind, s.Name = point, meeting.PointStation, "Điểm cầu "+string(point)
	case person == "chair":
		s.Role, s.Runs = app.MeetingChair, true
	case person == "operator":
		s.Role, s.Runs = app.MeetingOperator, true
	}
	return s
}

func (d *fakeDoor) Facts(context.Context, app.ID) (Facts, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.facts, d.err
}

func (d *fakeDoor) set(fn func(*fakeDoor)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fn(d)
}

// house is a host of conferences under test.
type house struct {
	*Conferences
	t     *testing.T
	media *fakeMedia
	keep  *fakeKeep
	door  *fakeDoor
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, media: &fakeMedia{links: map[app.ID]*fakeLink{}}, keep: &fakeKeep{saved: map[app.ID][]byte{}}, door: &fakeDoor{out: map[app.ID]bool{}}}
	h.open()
	return h
}

// open begins anew, with what was kept.
func (h *house) open() {
	h.Conferences = &Conferences{Host: app.HostServer, Media: h.media, Door: h.door, Keep: h.keep, Relay: newRelay(), Now: time.Now,
		Failed: func(_ app.ID, err error) { h.t.Errorf("failed: %v", err) }}
}

// page is a station's page: what it was told, the newest of each.
type page struct {
	*pipe
	closed chan struct{} // by the host
	t      *testing.T
	end    context.CancelFunc
	done   chan error
	last   News
	rows   map[app.ID]Row
	lines  map[app.ID]LineRow
	chat   []meeting.ChatLine
	taken  []uint32
	why    []Refusal
	asked  []string
	frames int
	bytes  int
	most   int
	told   error // by the host, when it ended the connection
}

// Read and End make the page a StationConn.
func (p *page) Read(ctx context.Context) ([]byte, error) {
	select {
	case b := <-p.up:
		return b, nil
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *page) End(why error) {
	if why == nil {
		why = errClosed
	}
	p.told = why
	close(p.closed)
}

var errClosed = errors.New("closed")

func (h *house) arrive(a Arrival) *page {
	ctx, cancel := context.WithCancel(context.Background())
	p := &page{pipe: &pipe{make(chan []byte), make(chan []byte)}, closed: make(chan struct{}), t: h.t, end: cancel, done: make(chan error, 1), rows: map[app.ID]Row{}, lines: map[app.ID]LineRow{}}
	go func() { p.done <- h.Serve(ctx, p, a) }()
	h.t.Cleanup(cancel)
	return p
}

// ticket makes one for the person, or for a point that he brings in.
func (h *house) ticket(person, point app.ID) Arrival {
	secret, _, _, err := h.Ticket(h.t.Context(), "m", Comer{Person: person, Point: point})
	if err != nil {
		h.t.Fatal(err)
	}
	return Arrival{Meeting: "m", Person: person, Ticket: secret}
}

// come connects with a ticket, and offers media.
func (h *house) come(person, point app.ID) *page {
	p := h.arrive(h.ticket(person, point))
	p.hear()
	p.say(Said{Offer: &Offer{Seq: 1, SDP: "v=0"}})
	p.say(Said{Sends: &meeting.Sends{Audio: true, Camera: true}})
	h.up(p.last.Hello.Station)
	p.hear()
	return p
}

// up has media flow.
func (h *house) up(station app.ID) {
	synctest.Wait()
	h.media.mu.Lock()
	l := h.media.links[station]
	h.media.mu.Unlock()
	l.to.Up()
}

func (p *page) say(s Said) {
	p.t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		p.t.Fatal(err)
	}
	select {
	case p.up <- b:
		synctest.Wait()
	case err := <-p.done:
		p.t.Fatalf("the connection has ended: %v", err)
	case b := <-p.down:
		p.read(b)
		p.say(s)
	}
}

func (p *page) do(d meeting.Do) { p.t.Helper(); p.say(Said{N: 1, Do: &d}) }

func (p *page) read(b []byte) {
	var n News
	if err := json.Unmarshal(b, &n); err != nil {
		p.t.Fatal(err)
	}
	p.frames++
	p.bytes += len(b)
	p.most = max(p.most, len(b))
	if n.All {
		clear(p.rows)
	}
	for _, raw := range n.Stations {
		var r Row
		if err := json.Unmarshal(raw, &r); err != nil {
			p.t.Fatal(err)
		}
		p.rows[r.ID] = r
	}
	for _, id := range n.Gone {
		delete(p.rows, id)
	}
	for _, l := range n.Lines {
		p.lines[l.ID] = l
	}
	p.chat, p.taken, p.why, p.asked = append(p.chat, n.Chat...), append(p.taken, n.Done...), append(p.why, n.Refused...), append(p.asked, n.Asked...)
	if n.Hello != nil {
		p.last.Hello = n.Hello
	}
	if n.Me != nil {
		p.last.Me = n.Me
	}
	if n.Answer != nil {
		p.last.Answer = n.Answer
	}
	if n.Slots != nil {
		p.last.Slots = n.Slots
	}
	if n.Speaking != nil {
		p.last.Speaking = n.Speaking
	}
	if n.Link != "" {
		p.last.Link = n.Link
	}
	if n.ICE != nil {
		p.last.ICE = n.ICE
	}
	if n.Bears != 0 {
		p.last.Bears = n.Bears
	}
	if n.Now != 0 {
		p.last.Now = n.Now
	}
	p.last.Layers = append(p.last.Layers, n.Layers...)
	for to, from := range map[*json.RawMessage]json.RawMessage{&p.last.Floor: n.Floor, &p.last.View: n.View, &p.last.Door: n.Door, &p.last.Talk: n.Talk, &p.last.Roll: n.Roll} {
		if from != nil {
			*to = from
		}
	}
}

// hear takes what has come, and what comes within the calm between frames.
func (p *page) hear() {
	for until := time.Now().Add(3 * calm); ; {
		synctest.Wait()
		select {
		case b := <-p.down:
			p.read(b)
			continue
		default:
		}
		if !time.Now().Before(until) {
			return
		}
		time.Sleep(calm)
	}
}

// refusal is why the last frame was not taken.
func (p *page) refusal() string {
	p.hear()
	why := p.why
	p.why = nil
	if len(why) == 0 {
		return ""
	}
	return why[len(why)-1].Reason
}

func (p *page) floor() (f floorTold) {
	p.t.Helper()
	if err := json.Unmarshal(p.last.Floor, &f); err != nil {
		p.t.Fatal(err)
	}
	return f
}

func (p *page) over() error {
	for {
		select {
		case b := <-p.down:
			p.read(b)
		case err := <-p.done:
			return err
		}
	}
}

func wantReason(t *testing.T, err error, reason string) {
	t.Helper()
	var e *app.Error
	if !errors.As(err, &e) || e.Reason != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
}

func wantHeard(t *testing.T, h *house, want ...app.ID) {
	t.Helper()
	synctest.Wait()
	if got := h.media.heard(); !slices.Equal(got, want) {
		t.Errorf("%v are heard, want %v", got, want)
	}
}
