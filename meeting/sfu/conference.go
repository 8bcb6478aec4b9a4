package sfu

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"khonggiay/app"
	"khonggiay/meeting/sfu/transport"
)

// conference is the stations that hear and see one another.
type conference struct {
	server   *Server
	id       app.ID
	speakers *speakers
	ended    chan struct{}
	wake     chan struct{} // capacity 1: something should not wait for the next tick

	mu       sync.Mutex
	stations map[app.ID]*Station
	// hearers is what mu guards, for those who forward: it is replaced, never changed.
	hearers atomic.Pointer[[]*Station]
}

func newConference(s *Server, id app.ID) *conference {
	c := &conference{server: s, id: id, ended: make(chan struct{}), wake: make(chan struct{}, 1), stations: map[app.ID]*Station{}}
	c.speakers = newSpeakers()
	c.hearers.Store(&[]*Station{})
	return c
}

// enter puts a station in, and answers who was there under its name.
func (c *conference) enter(st *Station) (before *Station) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before = c.stations[st.id]
	c.stations[st.id] = st
	c.replace()
	return before
}

func (c *conference) replace() {
	all := make([]*Station, 0, len(c.stations))
	for _, st := range c.stations {
		all = append(all, st)
	}
	c.hearers.Store(&all)
}

// leave takes a station out. The last one ends the conference.
func (c *conference) leave(st *Station) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.speakers.forget(st)
	if c.stations[st.id] != st {
		return // another has its place
	}
	delete(c.stations, st.id)
	c.replace()
	if len(c.stations) == 0 && s.conferences[c.id] == c {
		delete(s.conferences, c.id)
		close(c.ended)
	}
}

func (c *conference) list() []*Station { return slices.Clone(*c.hearers.Load()) }

// find is a station by its name, or nil.
func (c *conference) find(id app.ID) *Station {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stations[id]
}

func (c *conference) stir() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// How often what is due is done.
const (
	tickEvery     = 20 * time.Millisecond
	paceEvery     = 5 * time.Millisecond // while packets wait, and at most
	allotEvery    = 200 * time.Millisecond
	tellEvery     = 100 * time.Millisecond
	reportEvery   = time.Second
	feedbackEvery = 60 * time.Millisecond
)

// run does for all stations what no packet brings about, until the conference ends.
func (c *conference) run() {
	tick := time.NewTimer(tickEvery)
	defer tick.Stop()
	b := c.server.config.Mux.NewBatch()
	var last struct{ round, feedback, allot, tell, report time.Time }
	due := func(at *time.Time, now time.Time, every time.Duration) bool {
		if now.Sub(*at) < every {
			return false
		}
		*at = now
		return true
	}
	for {
		select {
		case <-c.ended:
			return
		case <-tick.C:
		case <-c.wake:
			if passed := c.server.config.Now().Sub(last.round); passed < paceEvery {
				tick.Reset(paceEvery - passed)
				continue
			}
		}
		now := c.server.config.Now()
		last.round = now
		all := *c.hearers.Load()
		feedback, report := due(&last.feedback, now, feedbackEvery), due(&last.report, now, reportEvery)
		allot, tell := due(&last.allot, now, allotEvery), due(&last.tell, now, tellEvery)
		if tell {
			c.speakers.settle(now)
		}
		waits := false
		for _, st := range all {
			if st.tend(b, now, feedback, report) {
				waits = true
			}
			if st.anew.Swap(false) || allot {
				st.improve(b, st.allot(now), now)
			}
			if tell {
				st.tell()
			}
		}
		b.Flush()
		next := tickEvery
		if waits {
			next = paceEvery
		}
		tick.Reset(next)
	}
}

var _ transport.Handler = (*Station)(nil)
