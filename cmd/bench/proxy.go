package main

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// proxy passes TCP streams on and counts their payload, both ways: TLS and
// HTTP included, TCP and IP headers not.
type proxy struct {
	l           net.Listener
	to          string
	up, down    atomic.Int64
	connections atomic.Int64
	done        sync.WaitGroup
}

func newProxy(to string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{l: l, to: to}
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		p.run()
	}()
	return p, nil
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
		p.pass(s, c, &p.up)
		p.pass(c, s, &p.down)
	}
}

func (p *proxy) pass(to, from net.Conn, n *atomic.Int64) {
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		defer to.Close()
		_, _ = io.Copy(counting{to, n}, from) // an end of the stream is an end of the line
	}()
}

type counting struct {
	w io.Writer
	n *atomic.Int64
}

func (c counting) Write(b []byte) (int, error) {
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
