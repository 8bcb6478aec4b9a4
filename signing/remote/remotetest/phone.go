package remotetest

import (
	"sync"
	"time"
)

// A Verdict is what becomes of a question on a telephone.
type Verdict int

const (
	Open Verdict = iota
	Yes
	No
	TooLate
)

// A Ring is a question on a telephone.
type Ring struct {
	ID      string // the transaction's name, as the program gave it
	Text    string
	Names   []string // of documents, if they were told
	Digests [][]byte

	verdict Verdict
	closed  chan struct{}
}

// A Phone rings, and its owner answers by the test.
type Phone struct {
	mu    sync.Mutex // guards all below
	rings []*Ring
	auto  Verdict
}

// Always answers every ring at once.
func (p *Phone) Always(v Verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.auto = v
}

// Rings are all that there were.
func (p *Phone) Rings() []Ring {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Ring
	for _, r := range p.rings {
		out = append(out, *r)
	}
	return out
}

// Answer answers what is open, and tells how much that was.
func (p *Phone) Answer(v Verdict) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.rings {
		if r.verdict == Open {
			r.verdict = v
			close(r.closed)
			n++
		}
	}
	return n
}

func (p *Phone) ring(r Ring) *Ring {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.closed = make(chan struct{})
	if r.verdict = p.auto; r.verdict != Open {
		close(r.closed)
	}
	p.rings = append(p.rings, &r)
	return &r
}

func (p *Phone) verdict(r *Ring) Verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	return r.verdict
}

// busy reports that a question is open.
func (p *Phone) busy() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.rings {
		if r.verdict == Open {
			return true
		}
	}
	return false
}

// A Clock is a remote.Clock that passes by being waited for.
type Clock struct {
	mu    sync.Mutex // guards all below
	now   time.Time
	waits []time.Duration
	then  func(n int)
}

// NewClock returns one that stands at a moment.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is the moment.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After lets the time pass at once.
func (c *Clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	n, then, now := len(c.waits), c.then, c.now
	c.mu.Unlock()
	if then != nil {
		then(n)
	}
	out := make(chan time.Time, 1)
	out <- now
	return out
}

// Pass moves the clock.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Then has f called at each wait, with its number from 1.
func (c *Clock) Then(f func(n int)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.then = f
}

// Waits are the pauses that were asked for.
func (c *Clock) Waits() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.waits...)
}
