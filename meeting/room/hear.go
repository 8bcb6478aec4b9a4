package room

import (
	"context"
	"errors"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

var errSilent = errors.New("room: nothing was heard of the station")

var errTooFast = app.Refuse(app.Conflict, "conference.too_fast")

// listen takes the station's frames until it ends; nil when the station left.
func (m *member) listen(frames <-chan []byte) error {
	quiet := time.NewTimer(silence)
	defer quiet.Stop()
	start := m.Now()
	said, offers := newPace(saidPerSec, saidBurst, start), newPace(1/offerEvery.Seconds(), offersAtOnce, start)
	reports := newPace(reportPerSec, reportsBurst, start)
	chat, reacts := newPace(chatPerSec, spokenAtOnce, start), newPace(reactPerSec, spokenAtOnce, start)
	for {
		var b []byte
		select {
		case b = <-frames:
		case <-quiet.C:
			return errSilent
		case <-m.ctx.Done():
			return nil
		}
		quiet.Reset(silence)
		now := m.Now()
		if !said.allows(now) {
			return errTooFast
		}
		s, err := ParseSaid(b)
		if err != nil {
			return err
		}
		switch {
		case s.Offer != nil && !offers.allows(now), (s.Report != nil || s.Measure || s.Headcount != nil) && !reports.allows(now), s.Chat != nil && !chat.allows(now), s.React != nil && !reacts.allows(now):
			err = errTooFast
		case s.Offer != nil:
			err = m.joinMedia(s.Offer)
		case s.Leave:
			m.mu.Lock()
			m.left = true
			m.mu.Unlock()
			return nil
		default:
			err = m.hear(s)
		}
		if !m.answered(s.N, err) {
			return errTooFast
		}
	}
}

// answered tells the station what became of its frame; false when it takes no
// answers.
func (m *member) answered(n uint32, err error) bool {
	if n == 0 && err == nil {
		return true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a := Refusal{N: n}
	if err != nil {
		e := app.AsError(err)
		if a.Reason = e.Reason; e.Code == app.Internal {
			m.failed(m.meeting, err)
		}
	}
	m.answers = append(m.answers, a)
	m.urgentLocked()
	return len(m.answers) <= maxAnswers
}

// urgentActs are saved at once: what they decide must hold after a restart.
var urgentActs = map[meeting.Act]bool{meeting.ActAdmit: true, meeting.ActRefuse: true, meeting.ActLobby: true, meeting.ActLock: true, meeting.ActRemove: true,
	meeting.ActEnd: true, meeting.ActMode: true, meeting.ActMuteAll: true, meeting.ActMute: true, meeting.ActCamera: true, meeting.ActFloor: true,
	meeting.ActStage: true, meeting.ActSub: true, meeting.ActScreen: true, meeting.ActChat: true}

// hear takes any frame but an offer.
func (m *member) hear(s Said) error {
	id := m.seat.Station
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.members[id] != m {
		return nil // another has taken its place
	}
	urgent := s.Do != nil && urgentActs[s.Do.Act]
	return m.changeLocked(urgent, func(c *meeting.Conference, now app.Time) error {
		switch {
		case s.Beat:
			m.now = true
			m.urgentLocked()
			return nil
		case s.Measure:
			return m.measureLocked()
		case s.Watch != nil:
			return m.watchLocked(*s.Watch)
		case s.Sends != nil:
			return c.Wants(id, *s.Sends)
		case s.Hand != nil:
			return c.Raise(id, *s.Hand, now)
		case s.Chat != nil:
			return c.Say(id, *s.Chat, now)
		case s.React != nil:
			return m.reactLocked(*s.React)
		case s.Report != nil:
			return c.Tested(id, *s.Report, now)
		case s.Headcount != nil:
			return c.Count(id, *s.Headcount, now)
		}
		if err := c.Do(id, *s.Do, now); err != nil {
			return err
		}
		m.askOthersLocked(*s.Do)
		return nil
	})
}

func (m *member) watchLocked(wishes []meeting.Wish) error {
	if err := checkWishes(wishes); err != nil {
		return err
	}
	if s := m.c.Stations[m.seat.Station]; s == nil || !s.Admitted {
		return app.Refuse(app.Conflict, "conference.waiting")
	}
	m.wishes = append([]meeting.Wish{}, wishes...)
	stir(m.work)
	return nil
}

// measureLocked begins to measure the station's line; it is told what the line bears
// until that is known.
func (m *member) measureLocked() error {
	if m.link == nil {
		return app.Refuse(app.Conflict, "conference.not_linked")
	}
	m.measuring = m.Now().Add(meeting.MeasureFor)
	m.link.Measure()
	return nil
}

func (m *member) reactLocked(r meeting.Reaction) error {
	if err := m.c.React(m.seat.Station, r); err != nil {
		return err
	}
	m.reactN++
	m.reacts = append(m.reacts, reacted{Reacted{m.seat.Station, r}, m.reactN})
	m.reacts = m.reacts[max(0, len(m.reacts)-keptReact):]
	for _, each := range m.members {
		each.newsLocked()
	}
	return nil
}

// askOthersLocked asks the stations' persons for what they alone can do.
func (m *member) askOthersLocked(d meeting.Do) {
	what := ""
	switch {
	case d.Act == meeting.ActCamera && d.On:
		what = AskCamera
	case d.Act == meeting.ActTest:
		what = AskTest
	default:
		return
	}
	for id, each := range m.members {
		if d.Station == "" || d.Station == id {
			each.askLocked(what)
		}
	}
}

// joinTime bounds how long the media server may take to answer an offer.
const joinTime = 10 * time.Second

// joinMedia has the media server take the station's offer. Nothing is let through
// before the hall has said what.
func (m *member) joinMedia(o *Offer) error {
	id := m.seat.Station
	if len(o.SDP) > maxOffer || o.SDP == "" {
		return errBadValue
	}
	m.mu.Lock()
	s := m.c.Stations[id]
	if m.members[id] != m || s == nil {
		m.mu.Unlock()
		return nil
	}
	if !s.Admitted {
		m.mu.Unlock()
		return app.Refuse(app.Conflict, "conference.waiting")
	}
	m.dropLinkLocked(m)
	stir(m.work)
	generation := m.generation
	_ = m.changeLocked(false, func(c *meeting.Conference, now app.Time) error { c.SetMedia(id, meeting.MediaComing, now); return nil })
	m.linkNews = string(meeting.MediaComing)
	m.mu.Unlock()

	ctx, cancel := context.WithTimeout(m.ctx, joinTime)
	defer cancel()
	link, sdp, err := m.Media.Join(ctx, m.meeting, id, o.SDP, &events{m, generation})
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.mediaLocked(generation, "", linkNone)
		var e *app.Error
		if errors.As(err, &e) && e.Code == app.Invalid {
			return app.Refuse(app.Invalid, "conference.bad_offer")
		}
		return err
	}
	if m.members[id] != m || m.generation != generation {
		m.closing = append(m.closing, link)
		stir(m.work)
		return nil
	}
	m.link, m.allowedOnce, m.watched = link, false, nil
	m.answer = &Offer{o.Seq, sdp}
	m.urgentLocked()
	stir(m.work)
	if m.Relay != nil && m.seat.Person != "" {
		m.followLocked(link)
	}
	return nil
}

// followLocked carries the page that all follow over the link's data channel.
func (m *member) followLocked(link Link) {
	m.channel = NewChannel(func(b []byte) { link.Send(FollowLabel, b) })
	ctx, cancel := context.WithCancel(m.ctx)
	m.endFollow = cancel
	channel, meetingID, person := m.channel, m.meeting, m.seat.Person
	m.running.Go(func() {
		if err := m.Relay.Follow(ctx, channel, meetingID, person); err != nil {
			m.failed(meetingID, err)
		}
	})
}

// mediaLocked notes how far the media of that link are, and tells the station.
func (m *member) mediaLocked(generation int, to meeting.MediaState, told string) {
	if m.generation != generation || m.members[m.seat.Station] != m {
		return
	}
	m.linkNews = told
	m.urgentLocked()
	_ = m.changeLocked(false, func(c *meeting.Conference, now app.Time) error { c.SetMedia(m.seat.Station, to, now); return nil })
}

// events is what the media server tells of one link. It implements Events.
type events struct {
	m          *member
	generation int
}

// with runs fn unless the link has been given up.
func (e *events) with(fn func(*member)) {
	e.m.mu.Lock()
	defer e.m.mu.Unlock()
	if e.m.generation == e.generation {
		fn(e.m)
	}
}

// Up implements Events.
func (e *events) Up() {
	e.with(func(m *member) { m.mediaLocked(e.generation, meeting.MediaUp, string(meeting.MediaUp)) })
}

// Lost implements Events.
func (e *events) Lost() {
	e.with(func(m *member) { m.mediaLocked(e.generation, meeting.MediaLost, string(meeting.MediaLost)) })
}

// Gone implements Events. The station is as one whose signal is lost until it has
// offered again.
func (e *events) Gone() {
	e.with(func(m *member) {
		m.mediaLocked(e.generation, meeting.MediaLost, linkNone)
		m.dropLinkLocked(m)
		stir(m.work)
	})
}

// Slots implements Events.
func (e *events) Slots(s meeting.Slots) {
	e.with(func(m *member) { m.slots = &s; m.urgentLocked() })
}

// Layers implements Events.
func (e *events) Layers(l meeting.Layers) {
	e.with(func(m *member) { m.layers[l.Track] = l; m.urgentLocked() })
}

// Speaking implements Events.
func (e *events) Speaking(station app.ID) {
	e.with(func(m *member) {
		m.speaking = &station
		m.newsLocked()
		m.heardLocked(func(c *meeting.Conference, now app.Time) app.Time { return c.Speaks(station, now) })
	})
}

// heardLocked notes who is heard, and looks again when whom screens follow may
// change by the clock.
func (h *hall) heardLocked(note func(*meeting.Conference, app.Time) app.Time) {
	var at app.Time
	_ = h.changeLocked(false, func(c *meeting.Conference, now app.Time) error { at = note(c, now); return nil })
	if h.hearing != nil {
		h.hearing.Stop()
		h.hearing = nil
	}
	if at == 0 || h.closed {
		return
	}
	h.hearing = time.AfterFunc(at.Std().Sub(h.Now()), func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !h.closed {
			h.heardLocked((*meeting.Conference).Hear)
		}
	})
}

// Message implements Events.
func (e *events) Message(label string, message []byte) {
	e.with(func(m *member) {
		if label == FollowLabel && m.channel != nil {
			m.channel.Message(message)
		}
	})
}
