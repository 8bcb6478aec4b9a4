package turn

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/turn/v5"

	"khonggiay/app"
)

var (
	errElsewhere = errors.New("turn: a relay leads to the media server alone")
	errFull      = errors.New("turn: too many relays")
	errFamily    = errors.New("turn: no address of that family")
)

// Limits of a relay.
const (
	maxDatagram  = 1600      // bytes
	waiting      = 64        // packets to a client that are not written yet
	relayBuffer  = 128 << 10 // bytes of the system's
	maxAddresses = 8         // of the media server
)

// way leads to one of the media server's addresses.
type way struct {
	at   *net.UDPAddr // as the client calls it
	conn *net.UDPConn
}

// relay is one client's way to the media server. It is to the library what it
// would send to anybody with, and it sends to nobody else.
type relay struct {
	server  *Server
	station app.ID
	ways    []way
	arrived chan datagram
	closed  chan struct{}
	age     *time.Timer
	once    sync.Once
}

type datagram struct {
	from *net.UDPAddr
	buf  *[maxDatagram]byte
	n    int
}

var datagrams = sync.Pool{New: func() any { return new([maxDatagram]byte) }}

// relays makes relays for the library.
type relays struct{ *Server }

// Validate implements turn.RelayAddressGenerator.
func (relays) Validate() error { return nil }

// AllocateListener implements turn.RelayAddressGenerator.
func (relays) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errElsewhere
}

// AllocateConn implements turn.RelayAddressGenerator.
func (relays) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errElsewhere }

// AllocatePacketConn implements turn.RelayAddressGenerator.
func (s relays) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	_, station, ok := readUser(c.UserID)
	if !ok || c.RequestedPort != 0 { // nobody needs to have a port of his choice
		return nil, nil, errElsewhere
	}
	if err := s.take(station); err != nil {
		return nil, nil, err
	}
	r := &relay{server: s.Server, station: station, arrived: make(chan datagram, waiting), closed: make(chan struct{})}
	var relayed net.Addr
	for _, m := range s.config.Media {
		conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(m.Inside))
		if err != nil {
			return nil, nil, errors.Join(err, r.Close())
		}
		_ = conn.SetReadBuffer(relayBuffer)
		r.ways = append(r.ways, way{net.UDPAddrFromAddrPort(m.At), conn})
		if relayed == nil && m.At.Addr().Is4() == (c.Network == "udp4") {
			relayed = conn.LocalAddr()
		}
	}
	if relayed == nil {
		return nil, nil, errors.Join(errFamily, r.Close())
	}
	if !s.begin(r) {
		return nil, nil, errors.Join(net.ErrClosed, r.Close())
	}
	return r, relayed, nil
}

// receive takes what the media server sends on one of the ways.
func (r *relay) receive(w way) {
	for {
		buf := datagrams.Get().(*[maxDatagram]byte)
		n, err := w.conn.Read(buf[:])
		if err != nil {
			datagrams.Put(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // the media server is not there now
		}
		select {
		case r.arrived <- datagram{w.at, buf, n}:
		case <-r.closed:
			return
		}
	}
}

// ReadFrom implements net.PacketConn.
func (r *relay) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case d := <-r.arrived:
		n := copy(b, d.buf[:d.n])
		datagrams.Put(d.buf)
		r.server.count.down.Add(uint64(n))
		return n, d.from, nil
	case <-r.closed:
		return 0, nil, net.ErrClosed
	}
}

// WriteTo implements net.PacketConn.
func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	at, ok := to.(*net.UDPAddr)
	for _, w := range r.ways {
		if ok && w.at.Port == at.Port && w.at.IP.Equal(at.IP) {
			r.server.count.up.Add(uint64(len(b)))
			_, _ = w.conn.Write(b) // lost, as on any line
			return len(b), nil
		}
	}
	r.server.count.elsewhere.Add(1)
	return 0, errElsewhere
}

// Close implements net.PacketConn.
func (r *relay) Close() (err error) {
	r.once.Do(func() {
		close(r.closed)
		for _, w := range r.ways {
			err = errors.Join(err, w.conn.Close())
		}
		r.server.end(r)
	})
	return err
}

// LocalAddr implements net.PacketConn.
func (r *relay) LocalAddr() net.Addr { return r.ways[0].conn.LocalAddr() }

// SetDeadline implements net.PacketConn: a relay waits for its client's end.
func (r *relay) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements net.PacketConn.
func (r *relay) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements net.PacketConn.
func (r *relay) SetWriteDeadline(time.Time) error { return nil }

// local are the relay's own addresses, as the media server sees them.
func (r *relay) local() (out []netip.AddrPort) {
	for _, w := range r.ways {
		if at, ok := w.conn.LocalAddr().(*net.UDPAddr); ok {
			out = append(out, plain(at.AddrPort()))
		}
	}
	return out
}

func plain(at netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(at.Addr().Unmap(), at.Port()) }
