package main

import (
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// thinConn is a socket behind a poor line: what comes in is late by the line's
// queue, and some of it is lost. Off, it is a plain socket.
type thinConn struct {
	net.PacketConn
	on    *atomic.Bool
	rate  float64 // bit/s
	loss  float64
	most  time.Duration // of the queue; what comes later is dropped
	once  sync.Once
	out   chan thinPacket
	ended chan struct{}
}

type thinPacket struct {
	data []byte
	from net.Addr
	due  time.Time
}

func (c *thinConn) pump() {
	defer close(c.ended)
	free := time.Now()
	buf := make([]byte, 2048)
	for {
		n, from, err := c.PacketConn.ReadFrom(buf)
		if err != nil {
			return
		}
		now := time.Now()
		due := now
		if c.on.Load() {
			if free.Before(now) {
				free = now
			}
			if rand.Float64() < c.loss || free.Sub(now) > c.most {
				continue
			}
			free = free.Add(time.Duration(float64(n+28) * 8 / c.rate * float64(time.Second)))
			due = free
		}
		select {
		case c.out <- thinPacket{append([]byte(nil), buf[:n]...), from, due}:
		default: // nobody reads
		}
	}
}

// ReadFrom implements net.PacketConn.
func (c *thinConn) ReadFrom(b []byte) (int, net.Addr, error) {
	c.once.Do(func() { go c.pump() })
	select {
	case p := <-c.out:
		if wait := time.Until(p.due); wait > 0 {
			timer := time.NewTimer(wait)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-c.ended:
			}
		}
		return copy(b, p.data), p.from, nil
	case <-c.ended:
		return 0, nil, net.ErrClosed
	}
}

func newThin(conn net.PacketConn, on *atomic.Bool, rate, loss float64) *thinConn {
	return &thinConn{PacketConn: conn, on: on, rate: rate, loss: loss, most: 400 * time.Millisecond, out: make(chan thinPacket, 4096), ended: make(chan struct{})}
}
