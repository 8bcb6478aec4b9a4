package transport

import (
	"net"
	"net/netip"
	"syscall"
	"testing"

	"golang.org/x/net/ipv4"
)

// noCuts is a socket behind a device that cuts no trains.
type noCuts struct {
	batcher
	with   error
	trains int
	single int
}

func (c *noCuts) WriteBatch(messages []ipv4.Message, flags int) (int, error) {
	for i, m := range messages {
		if len(m.Buffers) == 1 {
			continue
		}
		if i > 0 {
			c.single += i
			return c.batcher.WriteBatch(messages[:i], flags)
		}
		c.trains++
		return -1, &net.OpError{Op: "write", Err: c.with}
	}
	c.single += len(messages)
	return c.batcher.WriteBatch(messages, flags)
}

// TestNoTrains: where the kernel cuts no trains all packets come all the same, and it is
// not asked again; what else goes wrong once is no reason.
func TestNoTrains(t *testing.T) {
	conn := udp(t, "127.0.0.1:0")
	host := listen(t, Config{Conns: []net.PacketConn{conn}})
	station := listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	h, s, hl, sl := pair(t, host, station, conn.LocalAddr().(*net.UDPAddr).AddrPort(), false)
	exchange(t, h, s, hl, sl)
	behind := &noCuts{batcher: ipv4.NewPacketConn(conn)}
	b := host.newBatch(&socket{conn: conn, batcher: behind, trains: true})
	next := uint16(1000)
	send := func(trains int) {
		t.Helper()
		was := behind.trains
		for range 10 {
			b.Packet(hl, packetOf(next, 500))
			next++
		}
		b.Flush()
		s.until(t, "all packets at the station", func() bool {
			for i := next - 10; i != next; i++ {
				if s.packets[i] == nil {
					return false
				}
			}
			return true
		})
		if got := behind.trains - was; got != trains {
			t.Errorf("the kernel is asked for %d trains, not %d", got, trains)
		}
	}
	behind.with = syscall.ENOBUFS
	send(1)
	send(1)
	for _, err := range []error{syscall.EIO, syscall.EINVAL} {
		behind.with = err
		send(1)
		send(0)
		from := *hl.chosen.Load()
		hl.choose(path{socket: from.socket, addr: netip.MustParseAddrPort("127.0.0.1:9")}) // another way may bear them
		hl.choose(from)
	}
	send(1)
	if behind.single != 20 {
		t.Errorf("%d went one by one in a call for many", behind.single)
	}
	// One that is too long for a train of IPv6 begins none.
	again := hl.single.Swap(false)
	b.Packet(hl, packetOf(next, maxPacket-12))
	b.Packet(hl, packetOf(next+1, maxPacket-12))
	b.Flush()
	s.until(t, "the long packets", func() bool { return s.packets[next] != nil && s.packets[next+1] != nil })
	if behind.single != 22 || !again {
		t.Errorf("%d went one by one", behind.single)
	}
}
