package transport

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Dial makes a station's end of a link to a host at an address, over the mux's
// first socket. It returns before the link is up.
func (m *Mux) Dial(local Credentials, host Peer, at netip.AddrPort, h Handler) (*Link, error) {
	if len(m.sockets) == 0 {
		return nil, errClosed
	}
	l, err := m.dialling(local, host, h)
	if err != nil {
		return nil, err
	}
	m.proved(l, at, m.config.Now())
	m.done.Go(func() { l.keep(path{socket: m.sockets[0], addr: at}) })
	m.done.Go(l.watch)
	return l, nil
}

// DialTCP is [Mux.Dial] over a TCP connection of its own.
func (m *Mux) DialTCP(ctx context.Context, local Credentials, host Peer, at netip.AddrPort, h Handler) (*Link, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", at.String())
	if err != nil {
		return nil, err
	}
	l, err := m.dialling(local, host, h)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	s := newStream(conn)
	m.serve(s, l)
	m.done.Go(func() { l.keep(path{stream: s, addr: s.addr}); s.close() })
	m.done.Go(l.watch)
	return l, nil
}

func (m *Mux) dialling(local Credentials, host Peer, h Handler) (*Link, error) {
	l := m.link(local, host, h)
	l.client = true
	return l, m.add(l)
}

// keep asks the host again and again: at first until it answers, then to show that
// this end is alive (RFC 7675).
func (l *Link) keep(to path) {
	every := 50 * time.Millisecond
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-l.pipe.closed:
			return
		case <-timer.C:
		}
		msg, err := l.request()
		if err != nil {
			return
		}
		l.asking.mu.Lock()
		l.asking.id, l.asking.at = msg.TransactionID, l.mux.config.Now()
		l.asking.mu.Unlock()
		to.write(msg.Raw)
		if l.ready.Load() {
			every = 2500 * time.Millisecond
		} else {
			every = min(2*every, time.Second)
		}
		timer.Reset(every)
	}
}

// Open opens a data channel of a station, once the link is up.
func (l *Link) Open(label string, reliable bool) error {
	if l.channels == nil {
		return errClosed
	}
	return l.channels.dial(label, reliable)
}
