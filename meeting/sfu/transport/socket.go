package transport

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

const (
	maxDatagram = 2048 // bytes; larger ones are cut, and then rejected as forged
	readAtOnce  = 64   // packets
)

// batcher reads and writes many packets in one call; both address families have one.
type batcher interface {
	ReadBatch([]ipv4.Message, int) (int, error)
	WriteBatch([]ipv4.Message, int) (int, error)
}

// socket is one UDP socket, or what stands for one in a test.
type socket struct {
	conn    net.PacketConn
	batcher batcher // nil: one packet at a time
	trains  bool    // the kernel cuts trains
	wide    bool    // of both address families: IPv4 is mapped

	messages []ipv4.Message
	arrived  []arrival
}

type arrival struct {
	from netip.AddrPort
	data []byte
}

func newSocket(conn net.PacketConn) *socket {
	s := &socket{conn: conn}
	n := 1
	if udp, ok := conn.(*net.UDPConn); ok {
		n = readAtOnce
		if local, ok := udp.LocalAddr().(*net.UDPAddr); ok && local.IP.To4() == nil {
			s.batcher, s.wide = ipv6.NewPacketConn(udp), true
		} else {
			s.batcher = ipv4.NewPacketConn(udp)
		}
		s.trains = cutsTrains(udp)
	}
	s.messages = make([]ipv4.Message, n)
	s.arrived = make([]arrival, n)
	for i := range s.messages {
		s.messages[i].Buffers = [][]byte{make([]byte, maxDatagram)}
	}
	return s
}

// read waits for packets. They stand until the next read.
func (s *socket) read() ([]arrival, error) {
	if s.batcher == nil {
		buf := s.messages[0].Buffers[0]
		n, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return nil, err
		}
		s.arrived[0] = arrival{addrOf(from), buf[:n]}
		return s.arrived[:1], nil
	}
	n, err := s.batcher.ReadBatch(s.messages, 0)
	if err != nil {
		return nil, err
	}
	for i, msg := range s.messages[:n] {
		s.arrived[i] = arrival{addrOf(msg.Addr), msg.Buffers[0][:msg.N]}
	}
	return s.arrived[:n], nil
}

func addrOf(a net.Addr) netip.AddrPort {
	if udp, ok := a.(*net.UDPAddr); ok {
		at := udp.AddrPort()
		return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	}
	return netip.AddrPort{}
}

func (s *socket) writeTo(data []byte, to netip.AddrPort) {
	_, _ = s.conn.WriteTo(data, net.UDPAddrFromAddrPort(to)) // lost, as on any line
}
