package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3/pkg/crypto/selfsign"

	"khonggiay/meeting/connlimit"
)

// Config is what a mux listens on.
type Config struct {
	// Conns are sockets of one and the same address. Each is read by a goroutine of
	// its own, so several (SO_REUSEPORT) use several cores.
	Conns []net.PacketConn
	// Listeners take ICE-TCP connections.
	Listeners []net.Listener
	// Certificate is what the host proves itself with; its fingerprint goes over the
	// signalling. None: one for this process is made.
	Certificate *tls.Certificate
	// Seen is told of every media packet before it is decrypted; one for which it is
	// false goes no further. Nil: all do.
	Seen func(packet []byte, now time.Time) bool
	// Relayed reports whether an address is one of this host's own relays; nil: it has
	// none.
	Relayed func(netip.AddrPort) bool
	// Now reads the clock; nil: the system's.
	Now func() time.Time
	Log *slog.Logger
}

// Mux is a host's, or a station's, end of many links. Its methods may be called
// from any goroutine.
type Mux struct {
	config      Config
	certificate tls.Certificate
	print       Fingerprint
	sockets     []*socket
	ctx         context.Context
	cancel      context.CancelFunc
	done        sync.WaitGroup
	tooLong     atomic.Uint64

	mu     sync.RWMutex
	closed bool
	byName map[string]*Link          // by the local user name fragment
	byAddr map[netip.AddrPort]*place // by a proved remote address, UDP
	slots  []*Link                   // by index
	free   []int
	conns  map[*stream]struct{}
	// strangers are those of conns of which nobody knows yet whose they are.
	strangers *connlimit.Strangers[*stream]
}

var errClosed = errors.New("transport: closed")

// Listen starts to read.
func Listen(c Config) (*Mux, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	m := &Mux{config: c, byName: map[string]*Link{}, byAddr: map[netip.AddrPort]*place{}, conns: map[*stream]struct{}{},
		strangers: connlimit.New[*stream](connlimit.All, connlimit.Source)}
	if c.Certificate != nil {
		m.certificate = *c.Certificate
	} else {
		made, err := selfsign.GenerateSelfSigned()
		if err != nil {
			return nil, err
		}
		m.certificate = made
	}
	m.print = fingerprintOf(m.certificate.Certificate[0])
	m.ctx, m.cancel = context.WithCancel(context.Background())
	for _, conn := range c.Conns {
		s := newSocket(conn)
		m.sockets = append(m.sockets, s)
		m.done.Go(func() { m.read(s) })
	}
	for _, l := range c.Listeners {
		m.done.Go(func() { m.accept(l) })
	}
	return m, nil
}

// Fingerprint is that of the mux's certificate.
func (m *Mux) Fingerprint() Fingerprint { return m.print }

// TooLong is how many packets were dropped because they are too long to be passed on.
func (m *Mux) TooLong() uint64 { return m.tooLong.Load() }

// Close ends all links and closes what the mux listens on.
func (m *Mux) Close() error {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil
	}
	m.closed = true
	links := make([]*Link, 0, len(m.byName))
	for _, l := range m.byName {
		links = append(links, l)
	}
	m.mu.Unlock()
	for _, l := range links {
		l.Close()
	}
	m.cancel()
	var errs []error
	for _, s := range m.sockets {
		errs = append(errs, s.conn.Close())
	}
	for _, l := range m.config.Listeners {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	m.mu.Lock()
	for s := range m.conns {
		_ = s.conn.Close() // its reader says so to its link
	}
	m.mu.Unlock()
	m.done.Wait()
	return errors.Join(errs...)
}

// add gives a link its index and makes it known by its name.
func (m *Mux) add(l *Link) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errClosed
	}
	if n := len(m.free); n > 0 {
		l.index = m.free[n-1]
		m.free = m.free[:n-1]
		m.slots[l.index] = l
	} else {
		l.index = len(m.slots)
		m.slots = append(m.slots, l)
	}
	m.byName[l.local.User] = l
	return nil
}

func (m *Mux) remove(l *Link) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byName[l.local.User] != l {
		return
	}
	delete(m.byName, l.local.User)
	for _, addr := range l.addresses {
		delete(m.byAddr, addr)
	}
	l.addresses = nil
	m.slots[l.index] = nil
	m.free = append(m.free, l.index)
}

// Bounds of the addresses that a peer proves: its interfaces, and what a router in
// between makes of them. Each is its link's for as long as its peer's word holds
// (RFC 7675), and longer if nobody else is there.
const (
	maxAddresses = 64
	wordHolds    = 30 * time.Second
)

// place is an address from which a link's peer speaks.
type place struct {
	link *Link
	seen time.Time // when the peer proved it last
}

// proved notes that a link's peer speaks from there. Another link's address it cannot
// take while that one's peer goes on proving it: who puts a false sender on his packets
// would else cut others off.
func (m *Mux) proved(l *Link, addr netip.AddrPort, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byName[l.local.User] != l {
		return false
	}
	p := m.byAddr[addr]
	if p != nil && p.link == l {
		p.seen = now
		return true
	}
	if p != nil && !l.client && now.Sub(p.seen) < wordHolds { // who dials knows where to
		return false
	}
	if len(l.addresses) >= maxAddresses {
		for _, own := range slices.Clone(l.addresses) {
			if now.Sub(m.byAddr[own].seen) >= wordHolds {
				m.leave(own)
			}
		}
		if len(l.addresses) >= maxAddresses {
			return false
		}
	}
	if p != nil {
		m.leave(addr)
	}
	m.byAddr[addr] = &place{l, now}
	l.addresses = append(l.addresses, addr)
	return true
}

// leave has a link speak from an address no more, and be sent nothing there.
func (m *Mux) leave(addr netip.AddrPort) {
	l := m.byAddr[addr].link
	delete(m.byAddr, addr)
	l.addresses = slices.DeleteFunc(l.addresses, func(own netip.AddrPort) bool { return own == addr })
	l.lose(addr)
}

func (m *Mux) at(addr netip.AddrPort) *Link {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if p := m.byAddr[addr]; p != nil {
		return p.link
	}
	return nil
}

func (m *Mux) named(user string) *Link {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.byName[user]
}

// read takes packets from one socket until it is closed.
func (m *Mux) read(s *socket) {
	batch := m.newBatch(s)
	for {
		packets, err := s.read()
		if err != nil {
			if m.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			m.config.Log.Warn("reading packets", "err", err)
			continue // an ICMP error of one peer is nobody else's
		}
		now := m.config.Now()
		for _, p := range packets {
			m.take(batch, s, p.from, p.data, now)
		}
		batch.Flush()
	}
}

// take handles one datagram by its first byte (RFC 7983).
func (m *Mux) take(batch *Batch, s *socket, from netip.AddrPort, data []byte, now time.Time) {
	if len(data) < 12 {
		return
	}
	if data[0] < 4 {
		m.takeStun(path{socket: s, addr: from}, nil, data, now)
		return
	}
	if l := m.at(from); l != nil {
		l.take(batch, path{socket: s, addr: from}, data, now)
	}
}
