package sfu

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu/transport"
)

// Config is what a server of media needs.
type Config struct {
	Mux *transport.Mux
	// Candidates are where stations reach the mux: values of candidate attributes
	// (RFC 8839, section 5.1), made by [Candidates].
	Candidates []string
	Now        func() time.Time // nil: the system's clock
	Log        *slog.Logger
}

var (
	// ErrOffer says that something is no offer of a station.
	ErrOffer = errors.New("sfu: not an offer of a station")
	// ErrClosed says that the server has ended.
	ErrClosed = errors.New("sfu: closed")
)

// Server carries the media of many conferences. Its methods may be called from any
// goroutine.
type Server struct {
	config Config
	done   sync.WaitGroup

	mu          sync.Mutex
	closed      bool
	conferences map[app.ID]*conference
	floors      map[app.ID][]app.ID // who has it, also where nobody is
}

// New makes a server over a mux, which it does not close.
func New(c Config) *Server {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{config: c, conferences: map[app.ID]*conference{}, floors: map[app.ID][]app.ID{}}
}

// Close ends all conferences.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	var all []*Station
	for _, c := range s.conferences {
		all = append(all, c.list()...)
	}
	s.mu.Unlock()
	for _, st := range all {
		st.Close()
	}
	s.done.Wait()
}

// Events is told what happens to a station's media. The calls come one after
// another, and must not block.
type Events interface {
	Up()
	Lost()
	Gone()
	Slots(meeting.Slots)
	Layers(meeting.Layers)
	Speaking(station app.ID)
	Message(label string, message []byte)
}

// Join takes a station in by its offer, and answers it. Nothing of the station is
// let through before [Station.Allow]. A second join of the same station ends the
// first.
func (s *Server) Join(_ context.Context, conferenceID, id app.ID, text string, to Events) (*Station, string, error) {
	o, err := readOffer(text)
	if err != nil {
		return nil, "", err
	}
	local := transport.NewCredentials()
	a := o.answer(host{credentials: local, print: s.config.Mux.Fingerprint(), candidates: s.config.Candidates, source: newSource})
	st := newStation(s, id, to, &o, &a)
	c, err := s.enter(conferenceID, st)
	if err != nil {
		return nil, "", err
	}
	link, err := s.config.Mux.Accept(local, o.peer, st)
	if err != nil {
		c.leave(st)
		return nil, "", err
	}
	st.link.Store(link)
	return st, a.text, nil
}

// enter puts a station into its conference, which begins with the first.
func (s *Server) enter(conferenceID app.ID, st *Station) (*conference, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	c := s.conferences[conferenceID]
	if c == nil {
		c = newConference(s, conferenceID)
		c.speakers.floor(s.floors[conferenceID])
		s.conferences[conferenceID] = c
		s.done.Go(c.run)
	}
	st.conference = c
	before := c.enter(st)
	s.mu.Unlock()
	if before != nil {
		before.Close()
	}
	return c, nil
}

// Floor says who is always heard, besides the loudest, until it says otherwise: also
// when everybody has left and comes again.
func (s *Server) Floor(conferenceID app.ID, holders []app.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.floors[conferenceID] = slices.Clone(holders); len(holders) == 0 {
		delete(s.floors, conferenceID)
	}
	if c := s.conferences[conferenceID]; c != nil {
		c.speakers.floor(holders)
	}
}

// newSource makes a random SSRC.
func newSource() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it does not fail
	return max(1, binary.BigEndian.Uint32(b[:]))
}
