package main

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"
)

// proxy passes TCP streams on and counts their payload, both ways: TLS and
// HTTP included, TCP and IP headers not. It can be slow, and it can be cut.
type proxy struct {
	l           net.Listener
	to          string
	up, down    atomic.Int64
	connections atomic.Int64
	done        sync.WaitGroup
	pace        *rate.Limiter // of what comes down

	mu   sync.Mutex // guards open
	open map[net.Conn]bool
}

func newProxy(to string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{l: l, to: to, pace: rate.NewLimiter(rate.Inf, passBytes), open: map[net.Conn]bool{}}
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		p.run()
	}()
	return p, nil
}

// slow lets so many bytes a second come down; 0 is no bound.
func (p *proxy) slow(bytes int) {
	if bytes == 0 {
		p.pace.SetLimit(rate.Inf)
		return
	}
	p.pace.SetLimit(rate.Limit(bytes))
}

// cut ends all connections; new ones are let through.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		c.Close()
	}
}

func (p *proxy) run() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.to)
		if err != nil {
			c.Close()
			continue
		}
		p.connections.Add(1)
		p.mu.Lock()
		p.open[c] = true
		p.mu.Unlock()
		p.pass(s, c, &p.up, nil)
		p.pass(c, s, &p.down, p.pace)
	}
}

// passBytes is the most that is passed on at a time.
const passBytes = 32 << 10

func (p *proxy) pass(to, from net.Conn, n *atomic.Int64, pace *rate.Limiter) {
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		defer func() {
			to.Close()
			p.mu.Lock()
			delete(p.open, to)
			p.mu.Unlock()
		}()
		_, _ = io.CopyBuffer(counting{to, n, pace}, struct{ io.Reader }{from}, make([]byte, passBytes)) // an end of the stream is an end of the line
	}()
}

type counting struct {
	w    io.Writer
	n    *atomic.Int64
	pace *rate.Limiter // nil = none
}

func (c counting) Write(b []byte) (int, error) {
	if c.pace != nil {
		if err := c.pace.WaitN(context.Background(), len(b)); err != nil {
			return 0, err
		}
	}
	n, err := c.w.Write(b)
	c.n.Add(int64(n))
	return n, err
}

// both is what went up and down so far.
func (p *proxy) both() int64 { return p.up.Load() + p.down.Load() }

func (p *proxy) close() {
	p.l.Close()
	p.done.Wait()
}
