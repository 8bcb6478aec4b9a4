package room

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Limits of one station's connection.
const (
	silence      = 20 * time.Second // without a frame the connection is dead
	saidPerSec   = 20
	saidBurst    = 60
	maxAnswers   = 200                    // that a station has not taken
	calm         = 100 * time.Millisecond // between two frames about others
	rosterBytes  = 60 << 10               // of rows in a frame
	firstChat    = 100
	offerEvery   = 2 * time.Second
	offersAtOnce = 5
	chatPerSec   = 1
	reactPerSec  = 2
	spokenAtOnce = 5
	reportPerSec = 0.1 // self-tests, their measurements, and headcounts, which the record keeps
	reportsBurst = 5
)

// linkNone is told when the station has no media, and may offer them.
const linkNone = "none"

// member is one station's connection. What it has not been told yet is kept as the
// newest state alone, but for answers and chat.
type member struct {
	*hall
	seat   meeting.Seat
	ctx    context.Context
	cancel context.CancelCauseFunc
	wake   chan struct{} // capacity 1: something is new
	urgent chan struct{} // capacity 1: and it is about this station
	left   bool          // by its own wish; under mu, as all below

	hello    *Hello
	told     toldState
	now      bool
	answers  []Refusal // with an empty reason it was done
	answer   *Offer
	slots    *meeting.Slots
	layers   map[meeting.Track]meeting.Layers
	speaking *app.ID
	linkNews string
	bears    int
	asked    []string
	served   time.Time // when it was told its servers

	link        Link
	generation  int       // of the link: events of an older one are no news
	measuring   time.Time // until then; zero = it is not
	endFollow   context.CancelFunc
	channel     *Channel
	allowed     meeting.Sends
	allowedOnce bool
	wishes      []meeting.Wish
	watched     []meeting.Wish
}

// toldState is how far the station has been told.
type toldState struct {
	epoch uint64
	rows  uint64 // rev
	all   bool   // the roster has begun
	leads bool   // as one of those who lead
	parts [parts]uint64
	lines uint64
	chat  uint64
	react uint64
	me    []byte
}

// enter takes the station in; what it had before is given up. secret is of the
// token that it came with, "" for a new one.
func (h *hall) enter(ctx context.Context, seat meeting.Seat, secret string) (*member, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, errHallClosed
	}
	ctx, cancel := context.WithCancelCause(ctx)
	m := &member{hall: h, seat: seat, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1), urgent: make(chan struct{}, 1), layers: map[meeting.Track]meeting.Layers{}}
	err := h.changeLocked(true, func(c *meeting.Conference, now app.Time) error {
		if secret != "" && (c.Stations[seat.Station] == nil || c.Stations[seat.Station].Resume != hashOf(secret)) {
			return errTicket // it was removed meanwhile
		}
		if secret == "" && seat.Kind == meeting.GuestStation {
			if err := c.Knocks(seat, now); err != nil {
				return err
			}
		} else if _, err := c.Comes(seat, now); err != nil {
			return err
		}
		if secret == "" {
			secret = newSecret()
			c.Resumes(seat.Station, hashOf(secret))
		}
		if old := h.members[seat.Station]; old != nil {
			old.endLocked(app.Refuse(app.Conflict, "conference.replaced"))
			h.dropLinkLocked(old)
		}
		h.members[seat.Station] = m
		return nil
	})
	if err != nil {
		cancel(err)
		return nil, err
	}
	m.hello = &Hello{Station: seat.Station, Kind: seat.Kind, Person: seat.Person, Name: seat.Name, Role: seat.Role, Runs: seat.Runs,
		Resume: resumeToken(h.meeting, seat.Station, secret), Host: h.Host, Meeting: h.meeting, AudioSlots: meeting.AudioSlots, VideoSlots: meeting.VideoSlots}
	m.now, m.told.react = true, h.reactN
	if h.lines[seat.Station].route == meeting.RouteTCP {
		m.askLocked(AskRelay) // its page may be a new one
	}
	if n := len(h.c.Lines); n > firstChat {
		m.told.chat = h.c.Lines[n-firstChat-1].N
	}
	m.urgentLocked()
	return m, nil
}

// serve runs the connection until either side ends it. Nothing that is under way on
// it is broken off, so that the station can be told why it ends.
func (m *member) serve(ctx context.Context, conn StationConn) error {
	var written, read sync.WaitGroup
	written.Go(func() {
		if err := m.write(ctx, conn); err != nil {
			m.cancel(err)
		}
	})
	said := make(chan []byte)
	read.Go(func() {
		for {
			b, err := conn.Read(ctx)
			if err != nil {
				m.cancel(err)
				return
			}
			select {
			case said <- b:
			case <-m.ctx.Done():
				return
			}
		}
	})
	err := m.listen(said)
	m.cancel(err)
	m.leave()
	written.Wait()
	why := context.Cause(m.ctx)
	if errors.Is(why, context.Canceled) {
		why = nil
	}
	conn.End(why)
	read.Wait()
	return why
}

// leave takes the connection out. Its station has [meeting.Grace] to come back.
func (m *member) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dropLinkLocked(m)
	stir(m.work)
	if m.members[m.seat.Station] != m || m.closed {
		return // another has taken its place, or the host stops: it comes back
	}
	delete(m.members, m.seat.Station)
	_ = m.changeLocked(true, func(c *meeting.Conference, now app.Time) error {
		if m.left {
			c.Leaves(m.seat.Station, now)
		} else {
			c.Silent(m.seat.Station, now)
		}
		return nil
	})
}

// dropLinkLocked gives the station's media up.
func (h *hall) dropLinkLocked(m *member) {
	if m.link != nil {
		h.closing = append(h.closing, m.link)
	}
	m.link, m.channel = nil, nil
	m.generation++
	if m.endFollow != nil {
		m.endFollow()
		m.endFollow = nil
	}
}

// endLocked ends the connection; why is nil when the station wanted it.
func (m *member) endLocked(why error) {
	if why == nil {
		why = context.Canceled
	}
	m.cancel(why)
}

func (m *member) newsLocked() { stir(m.wake) }

func (m *member) urgentLocked() { stir(m.urgent) }

func (m *member) askLocked(what string) {
	if !slices.Contains(m.asked, what) {
		m.asked = append(m.asked, what)
	}
	m.urgentLocked()
}

// askRouteLocked asks the page for another route; what it was asked before does not
// count any more.
func (m *member) askRouteLocked(to meeting.Route) {
	m.asked = slices.DeleteFunc(m.asked, func(what string) bool { return what == AskRelay || what == AskDirect })
	if to == meeting.RouteTCP {
		m.askLocked(AskRelay)
	} else {
		m.askLocked(AskDirect)
	}
}

// write tells the station what is new, until ctx ends. What is about others comes
// together: when two hundred stations come in at once, that is ten frames a
// second and not two hundred.
func (m *member) write(ctx context.Context, conn Conn) error {
	var quiet <-chan time.Time // set while news about others wait
	wake := m.wake
	for {
		select {
		case <-m.ctx.Done():
			return nil
		case <-m.urgent:
		case <-wake:
		case <-quiet:
			quiet, wake = nil, m.wake
			continue
		}
		for {
			news := m.take()
			if news == nil || m.ctx.Err() != nil {
				break
			}
			frame, err := json.Marshal(news)
			if err != nil {
				return err
			}
			if err := give(ctx, conn, frame); err != nil {
				return err
			}
		}
		if quiet == nil {
			quiet, wake = time.After(calm), nil
		}
	}
}

func give(ctx context.Context, conn Conn, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return conn.Write(ctx, frame)
}

// take is what the station has not been told, nil when that is nothing.
func (m *member) take() *News {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.c.Stations[m.seat.Station]
	if m.members[m.seat.Station] != m || s == nil {
		return nil
	}
	news, any := &News{Hello: m.hello, Answer: m.answer, Slots: m.slots, Speaking: m.speaking, Link: m.linkNews, Bears: m.bears, Asked: m.asked}, false
	any = m.hello != nil || m.answer != nil || m.slots != nil || m.speaking != nil || m.linkNews != "" || m.bears != 0 || m.asked != nil
	m.hello, m.answer, m.slots, m.speaking, m.linkNews, m.bears, m.asked = nil, nil, nil, nil, "", 0, nil
	if m.now {
		m.now, any, news.Now = false, true, app.TimeOf(m.Now())
	}
	if m.Servers != nil && m.Now().Sub(m.served) >= ServersFor/2 {
		m.served, any, news.ICE = m.Now(), true, m.Servers(m.seat.Station)
	}
	for _, track := range []meeting.Track{meeting.Camera, meeting.Screen} {
		if l, ok := m.layers[track]; ok {
			news.Layers, any = append(news.Layers, l), true
		}
	}
	clear(m.layers)
	for _, a := range m.answers {
		any = true
		if a.Reason == "" {
			news.Done = append(news.Done, a.N)
		} else {
			news.Refused = append(news.Refused, a)
		}
	}
	m.answers = nil
	any = m.takeMe(news, s) || any
	any = m.takeConference(news, s) || any
	if m.told.epoch != m.c.Epoch && any {
		m.told.epoch, news.Epoch = m.c.Epoch, m.c.Epoch
	}
	if !any {
		return nil
	}
	return news
}

func (m *member) takeMe(news *News, s *meeting.Station) bool {
	if m.told.epoch == m.c.Epoch && m.told.me != nil {
		return false
	}
	me := Me{Status: s.Status(), May: append([]meeting.Act{}, m.c.Powers(s.Station)...), Allowed: m.c.Allowed(s.Station), Sends: m.c.Sends(s.Station),
		Stage: slices.Contains(m.c.Stage(), s.Station), Prepare: m.c.Prepare() == s.Station}
	b := encode(me)
	if string(b) == string(m.told.me) {
		return false
	}
	m.told.me, news.Me = b, &me
	return true
}

// takeConference is what is new of the conference itself.
func (m *member) takeConference(news *News, s *meeting.Station) (any bool) {
	full := leads(s)
	for i := range m.parts {
		p := &m.parts[i]
		if !s.Admitted && i != partTalk || m.told.parts[i] == p.rev && m.told.leads == full || p.full == nil {
			continue
		}
		m.told.parts[i], any = p.rev, true
		b := p.open
		if full {
			b = p.full
		}
		switch i {
		case partFloor:
			news.Floor = b
		case partView:
			news.View = b
		case partDoor:
			news.Door = b
		case partTalk:
			news.Talk = b
		case partRoll:
			news.Roll = b
		}
	}
	if !s.Admitted {
		m.told.all, m.told.rows = false, 0
		return any
	}
	if m.told.leads != full {
		m.told.leads, m.told.all, m.told.rows, m.told.lines = full, false, 0, 0
	}
	any = m.takeRows(news, full) || any
	if full {
		any = m.takeLines(news) || any
	}
	for _, line := range m.c.Lines {
		if line.N > m.told.chat {
			news.Chat, any = append(news.Chat, line), true
			m.told.chat = line.N
		}
	}
	for _, r := range m.reacts {
		if r.n > m.told.react {
			news.Reactions, any = append(news.Reactions, r.Reacted), true
			m.told.react = r.n
		}
	}
	return any
}

// takeRows is the rows that have changed, a frame's worth.
func (m *member) takeRows(news *News, full bool) bool {
	if m.told.rows == m.rev && m.told.all {
		return false
	}
	type change struct {
		rev uint64
		id  app.ID
		row json.RawMessage // nil: gone
	}
	var changes []change
	for id, r := range m.rows {
		if r.rev <= m.told.rows {
			continue
		}
		row := r.full
		if !full {
			row = r.open
		}
		changes = append(changes, change{r.rev, id, row})
	}
	for id, rev := range m.gone {
		if rev > m.told.rows && m.told.all {
			changes = append(changes, change{rev: rev, id: id})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.rev, b.rev) })
	size := 0
	for i, ch := range changes {
		if size += len(ch.row) + 1; size > rosterBytes && i > 0 {
			break
		}
		m.told.rows = ch.rev
		switch {
		case ch.row != nil:
			news.Stations = append(news.Stations, ch.row)
		case m.told.all:
			news.Gone = append(news.Gone, ch.id)
		}
	}
	if len(changes) == 0 || m.told.rows == changes[len(changes)-1].rev {
		m.told.rows = m.rev
	}
	news.All = !m.told.all
	m.told.all = true
	return news.All || len(news.Stations) > 0 || len(news.Gone) > 0
}

func (m *member) takeLines(news *News) bool {
	newest := m.told.lines
	for _, l := range m.lines {
		if l.rev > m.told.lines {
			news.Lines = append(news.Lines, l.row)
			newest = max(newest, l.rev)
		}
	}
	m.told.lines = newest
	slices.SortFunc(news.Lines, func(a, b LineRow) int { return cmp.Compare(a.ID, b.ID) })
	return len(news.Lines) > 0
}
