package hub

import (
	"cmp"
	"context"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// stream is one open request: pages, then a wait for news.
type stream struct {
	peer  Peer
	pull  *Pull
	news  chan struct{} // capacity 1
	ended chan struct{} // closed by end

	// scopes wake the stream; guarded by Hub.mu, as is bye.
	scopes []app.Scope
	bye    feed.Bye
	// loading is true while this is a first load; guarded by Hub.mu.
	loading bool
}

// end asks the stream to say goodbye. Called with Hub.mu held.
func (s *stream) end(why feed.Bye) {
	if s.bye == feed.ByeNone {
		s.bye = why
		close(s.ended)
	}
}

func (s *stream) poke() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// open begins a stream; it ends an older one of the same device. errBusy when
// it is a first load and too many of those are running.
func (h *Hub) open(peer Peer, pull *Pull) (*stream, error) {
	s := &stream{peer: peer, pull: pull, news: make(chan struct{}, 1), ended: make(chan struct{}), loading: pull.First()}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	for old := range h.streams {
		if old.peer.Device == peer.Device {
			old.end(feed.ByeNewer)
			h.loadedLocked(old)
		}
	}
	if s.loading {
		if h.loads >= cmp.Or(h.cfg.FirstLoads, defaultLoads) {
			return nil, errBusy
		}
		h.loads++
	}
	h.streams[s] = true
	h.cfg.Observer.Streams(1)
	return s, nil
}

// loadedLocked gives a first load's place back, once.
func (h *Hub) loadedLocked(s *stream) {
	if s.loading {
		s.loading = false
		h.loads--
	}
}

func (h *Hub) loaded(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.loadedLocked(s)
}

func (h *Hub) close(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, s)
	h.listenLocked(s, nil)
	h.loadedLocked(s)
	h.cfg.Observer.Streams(-1)
}

// listen sets what wakes the stream, before its next look at the store.
func (h *Hub) listen(s *stream, scopes []app.Scope) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listenLocked(s, scopes)
}

func (h *Hub) listenLocked(s *stream, scopes []app.Scope) {
	for _, scope := range s.scopes {
		delete(h.byScope[scope], s)
		if len(h.byScope[scope]) == 0 {
			delete(h.byScope, scope)
		}
	}
	s.scopes = scopes
	for _, scope := range scopes {
		if h.byScope[scope] == nil {
			h.byScope[scope] = map[*stream]bool{}
		}
		h.byScope[scope][s] = true
	}
}

func (h *Hub) byeOf(s *stream) feed.Bye {
	h.mu.Lock()
	defer h.mu.Unlock()
	return s.bye
}

// sink is where a stream's pages go. It returns when the page was handed to
// the transport.
type sink func(page []byte) error

// serve sends pages until nothing is new, then waits for news, until the wait
// is over, the stream is ended or the transport breaks.
func (h *Hub) serve(ctx context.Context, s *stream, wait time.Duration, send sink) error {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	pace := newPace(h.cfg.Clock)
	for {
		if err := h.catchUp(ctx, s, pace, send); err != nil {
			return err
		}
		select {
		case <-s.news:
		case <-alive.C:
			if err := send(nil); err != nil {
				return err
			}
		case <-deadline.C:
			return h.goodbye(ctx, s, feed.ByeTime, send)
		case <-s.ended:
			return h.goodbye(ctx, s, h.byeOf(s), send)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// aliveEvery is how often a quiet stream shows that it lives, so that the
// laptop and the boxes between notice a dead line.
const aliveEvery = 55 * time.Second

// catchUp sends pages until the laptop is level.
func (h *Hub) catchUp(ctx context.Context, s *stream, pace *pace, send sink) error {
	for h.byeOf(s) == feed.ByeNone {
		if err := h.refreshed(ctx, s.peer.Person); err != nil {
			return err
		}
		if s.scopes == nil { // only this goroutine sets them
			if err := h.listenToAll(ctx, s); err != nil {
				return err
			}
		}
		page, worth, err := s.pull.Next(ctx)
		if err != nil {
			return err
		}
		if worth {
			if err := h.send(s, page, pace, send); err != nil {
				return err
			}
		}
		if page.Members != nil { // what came in between may have gone unheard: look again
			h.listen(s, page.Members.Scopes)
			continue
		}
		if page.Level {
			h.loaded(s)
			return nil
		}
	}
	return nil
}

func (h *Hub) send(s *stream, page *feed.Page, pace *pace, send sink) error {
	b, err := feed.EncodePage(page)
	if err != nil {
		return err
	}
	s.pull.Sent(len(b), page)
	pace.begin()
	if err := send(b); err != nil {
		return err
	}
	s.pull.Target = pace.next(len(b), s.pull.Target)
	h.cfg.Observer.Page(len(b), len(page.Items))
	return nil
}

// refreshed makes sure that the person's scopes on record are those of now.
func (h *Hub) refreshed(ctx context.Context, person app.ID) error {
	stale, err := h.stale(ctx, person)
	if err != nil || !stale {
		return err
	}
	return h.do(ctx, &job{refresh: &person})
}

func (h *Hub) listenToAll(ctx context.Context, s *stream) error {
	return h.cfg.Store.Read(ctx, func(v View) error {
		m, err := v.Membership(s.peer.Person, 0)
		if err == nil && m != nil {
			h.listen(s, m.Scopes)
		}
		return err
	})
}

// goodbye ends the stream with a page that says why, and where to go on.
func (h *Hub) goodbye(ctx context.Context, s *stream, why feed.Bye, send sink) error {
	page := &feed.Page{Time: h.cfg.Clock()}
	if why == feed.ByeTime {
		p, news, err := s.pull.Next(ctx)
		if err != nil {
			return err
		}
		if news || s.pull.Moved(p) {
			page = p
		}
	}
	page.Bye = why
	b, err := feed.EncodePage(page)
	if err != nil {
		return err
	}
	return send(b)
}

// pace sizes pages by how fast the transport takes them.
type pace struct {
	clock func() app.Time
	began app.Time
	sent  int
	busy  app.Time // milliseconds that sending took so far
}

func newPace(clock func() app.Time) *pace { return &pace{clock: clock} }

func (p *pace) begin() { p.began = p.clock() }

// next is the size of the next page: twice the last while the transport takes
// all at once, else about two seconds of what it took.
func (p *pace) next(bytes, target int) int {
	p.sent += bytes
	p.busy += p.clock() - p.began
	if p.busy < 200 {
		return min(2*target, maxPage)
	}
	return pageFor(float64(p.sent) / float64(p.busy) * 1000)
}
