package room

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// FollowLabel is the data channel that carries the page that all follow. It loses
// messages and changes their order, and so is never late.
const FollowLabel = "follow"

// A place is told again every repeatEvery for repeatFor, so that a lost message
// does not matter.
const (
	// restFor is the least between two new frames: a pointer that moves leaves room for
	// sound on a line of 64 kbit/s.
	restFor     = 100 * time.Millisecond
	repeatEvery = 500 * time.Millisecond
	repeatFor   = 5 * time.Second
)

// Channel is one station's data channel for following.
type Channel struct {
	send func([]byte)
	in   chan []byte
}

// NewChannel is a channel on which send sends. send must not block.
func NewChannel(send func([]byte)) *Channel {
	return &Channel{send, make(chan []byte, burst)}
}

// Message takes a message that came, and keeps a copy. It never blocks; too many are
// lost.
func (ch *Channel) Message(b []byte) {
	select {
	case ch.in <- slices.Clone(b):
	default:
	}
}

// Follow has the channel follow the meeting until ctx ends, beside the person's
// connection to it: who only has a channel is not counted as connected, and takes
// no lead. Whether he may be there is the caller's to say.
func (r *Relay) Follow(ctx context.Context, ch *Channel, meetingID, person app.ID) error {
	c := &client{person: person, aside: true, wake: make(chan struct{}, 1)}
	if err := r.join(meetingID, c); err != nil {
		return err
	}
	defer r.leave(meetingID, c)
	c.stir()
	again := time.NewTicker(repeatEvery)
	defer again.Stop()
	rest := time.NewTimer(restFor)
	rest.Stop()
	defer rest.Stop()
	resting, waits := false, false // until the timer has run; something new is to be told then
	pace := newPace(framesPerSec, burst, r.Now())
	var frame []byte
	var until time.Time
	tell := func() error {
		told, _, _ := r.take(meetingID, c, nil)
		if told == nil || told.Lead == nil {
			return nil
		}
		b, err := json.Marshal(Told{Lead: told.Lead, Seq: told.Seq})
		if err != nil {
			return err
		}
		frame, until = b, r.Now().Add(repeatFor)
		ch.send(frame)
		resting = true
		rest.Reset(restFor)
		return nil
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
			if waits = resting; waits {
				continue
			}
			if err := tell(); err != nil {
				return err
			}
		case <-rest.C:
			if resting = false; !waits {
				continue
			}
			waits = false
			if err := tell(); err != nil {
				return err
			}
		case <-again.C:
			if r.Now().Before(until) {
				ch.send(frame)
			}
		case b := <-ch.in:
			a, err := ParseAsked(b)
			if err == nil && a.Seq != 0 && (a.Place != nil || a.Point != nil || a.NoPoint) && pace.allows(r.Now()) {
				r.apply(meetingID, c, meeting.Listens, a)
			}
		}
	}
}

// pace allows so many events a second, and a burst.
type pace struct {
	rate, burst, left float64
	last              time.Time
}

func newPace(rate, burst float64, now time.Time) *pace {
	return &pace{rate: rate, burst: burst, left: burst, last: now}
}

func (p *pace) allows(now time.Time) bool {
	p.left = min(p.burst, p.left+p.rate*max(0, now.Sub(p.last).Seconds()))
	p.last = now
	if p.left < 1 {
		return false
	}
	p.left--
	return true
}
