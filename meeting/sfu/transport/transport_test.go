package transport

import (
	"encoding/binary"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// end is one end of a link: what it was told.
type end struct {
	mu       sync.Mutex
	packets  map[uint16][]byte
	control  int
	messages []string
	states   []string
	changed  chan struct{}
}

func newEnd() *end { return &end{packets: map[uint16][]byte{}, changed: make(chan struct{}, 1)} }

func (e *end) note(change func()) {
	e.mu.Lock()
	change()
	e.mu.Unlock()
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

func (e *end) Packet(_ *Batch, p []byte, _ time.Time) {
	e.note(func() { e.packets[binary.BigEndian.Uint16(p[2:])] = append([]byte(nil), p...) })
}
func (e *end) Control(*Batch, []byte, time.Time) { e.note(func() { e.control++ }) }
func (e *end) Message(label string, m []byte) {
	e.note(func() { e.messages = append(e.messages, label+":"+string(m)) })
}
func (e *end) Up()   { e.note(func() { e.states = append(e.states, "up") }) }
func (e *end) Lost() { e.note(func() { e.states = append(e.states, "lost") }) }
func (e *end) Gone() { e.note(func() { e.states = append(e.states, "gone") }) }

// until waits until something holds of the end.
func (e *end) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		e.mu.Lock()
		holds := ok()
		e.mu.Unlock()
		if holds {
			return
		}
		select {
		case <-e.changed:
		case <-late:
			t.Fatalf("not in time: %s", what)
		}
	}
}

func udp(t *testing.T, at string) net.PacketConn {
	t.Helper()
	conn, err := net.ListenPacket("udp", at)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func listen(t *testing.T, c Config) *Mux {
	t.Helper()
	m, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// pair agrees on a link between two muxes.
func pair(t *testing.T, host, station *Mux, at netip.AddrPort, tcp bool) (h, s *end, hl, sl *Link) {
	t.Helper()
	h, s = newEnd(), newEnd()
	hc, sc := NewCredentials(), NewCredentials()
	hl, err := host.Accept(hc, Peer{sc, station.Fingerprint(), true}, h)
	if err != nil {
		t.Fatal(err)
	}
	if tcp {
		sl, err = station.DialTCP(t.Context(), sc, Peer{hc, host.Fingerprint(), true}, at, s)
	} else {
		sl, err = station.Dial(sc, Peer{hc, host.Fingerprint(), true}, at, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h, s, hl, sl
}

func packetOf(sequence uint16, size int) []byte {
	p := make([]byte, 12+size)
	p[0], p[1] = 0x80, 96
	binary.BigEndian.PutUint16(p[2:], sequence)
	binary.BigEndian.PutUint32(p[8:], 0xcafe)
	for i := range p[12:] {
		p[12+i] = byte(i)
	}
	return p
}

// exchange has both ends send all that there is.
func exchange(t *testing.T, h, s *end, hl, sl *Link) {
	t.Helper()
	h.until(t, "the host's link is up", func() bool { return len(h.states) > 0 && h.states[0] == "up" })
	s.until(t, "the station's link is up", func() bool { return len(s.states) > 0 && s.states[0] == "up" })
	b := hl.mux.NewBatch()
	const n = 70 // more than a train
	for i := range uint16(n) {
		size := 1000
		if i%7 == 6 {
			size = 300 // ends a train
		}
		b.Packet(hl, packetOf(i, size))
	}
	report, err := (&rtcp.PictureLossIndication{MediaSSRC: 0xcafe}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	b.Control(hl, report)
	b.Flush()
	s.until(t, "all packets at the station", func() bool { return len(s.packets) == n && s.control == 1 })
	for i, p := range s.packets {
		if want := packetOf(i, len(p)-12); string(p) != string(want) {
			t.Fatalf("packet %d is another one", i)
		}
	}
	b = sl.mux.NewBatch()
	b.Packet(sl, packetOf(7, 50))
	b.Flush()
	h.until(t, "a packet at the host", func() bool { return h.packets[7] != nil })
	if packets, bytes := hl.Sent(); packets != n+1 || bytes < n*300 {
		t.Errorf("sent %d packets, %d bytes", packets, bytes)
	}
}

// channel has a message go each way on a data channel.
func channel(t *testing.T, h, s *end, hl, sl *Link) {
	t.Helper()
	s.until(t, "a channel opens", func() bool { return sl.Open("follow", false) == nil || poke(s) })
	s.until(t, "a message at the host", func() bool {
		sl.Send("follow", []byte("trang 3"))
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.messages) > 0 && h.messages[0] == "follow:trang 3" || poke(s)
	})
	hl.Send("follow", []byte("trang 4"))
	s.until(t, "a message at the station", func() bool { return len(s.messages) > 0 && s.messages[0] == "follow:trang 4" })
}

// poke has until ask again in a moment.
func poke(e *end) bool {
	time.AfterFunc(20*time.Millisecond, func() { e.note(func() {}) })
	return false
}

func TestLink(t *testing.T) {
	for _, c := range []struct {
		name, host, station string
	}{{"IPv4", "127.0.0.1:0", "127.0.0.1:0"}, {"IPv6", "[::1]:0", "[::1]:0"}, {"both", "[::]:0", "127.0.0.1:0"}} {
		t.Run(c.name, func(t *testing.T) {
			conn := udp(t, c.host)
			host := listen(t, Config{Conns: []net.PacketConn{conn}})
			station := listen(t, Config{Conns: []net.PacketConn{udp(t, c.station)}})
			at := conn.LocalAddr().(*net.UDPAddr).AddrPort()
			if at.Addr().IsUnspecified() {
				at = netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), at.Port())
			}
			h, s, hl, sl := pair(t, host, station, at, false)
			exchange(t, h, s, hl, sl)
			channel(t, h, s, hl, sl)
			if hl.Kind() != UDP {
				t.Errorf("kind %d", hl.Kind())
			}
			sl.Close()
			h.until(t, "the host hears that it is over", func() bool { return h.states[len(h.states)-1] == "gone" })
		})
	}
}

func TestLinkOverTCP(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listen(t, Config{Listeners: []net.Listener{l}})
	station := listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	h, s, hl, sl := pair(t, host, station, l.Addr().(*net.TCPAddr).AddrPort(), true)
	exchange(t, h, s, hl, sl)
	channel(t, h, s, hl, sl)
	if hl.Kind() != TCP {
		t.Errorf("kind %d", hl.Kind())
	}
}

// TestStrangers: who has another password, or another certificate than he said,
// gets nowhere.
func TestStrangers(t *testing.T) {
	conn := udp(t, "127.0.0.1:0")
	host := listen(t, Config{Conns: []net.PacketConn{conn}})
	station := listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	at := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	t.Run("certificate", func(t *testing.T) {
		h, s := newEnd(), newEnd()
		hc, sc := NewCredentials(), NewCredentials()
		if _, err := host.Accept(hc, Peer{sc, Fingerprint{1}, false}, h); err != nil {
			t.Fatal(err)
		}
		if _, err := station.Dial(sc, Peer{hc, host.Fingerprint(), false}, at, s); err != nil {
			t.Fatal(err)
		}
		h.until(t, "the host ends it", func() bool { return fmt.Sprint(h.states) == "[gone]" })
	})
	t.Run("password", func(t *testing.T) {
		h, s := newEnd(), newEnd()
		hc, sc := NewCredentials(), NewCredentials()
		hl, err := host.Accept(hc, Peer{sc, station.Fingerprint(), false}, h)
		if err != nil {
			t.Fatal(err)
		}
		wrong := hc
		wrong.Password = NewCredentials().Password
		sl, err := station.Dial(sc, Peer{wrong, host.Fingerprint(), false}, at, s)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := sl.request()
		if err != nil {
			t.Fatal(err)
		}
		if got := host.takeStun(path{}, nil, msg.Raw, time.Now()); got != nil || hl.Kind() != NoWay {
			t.Error("the host takes it")
		}
	})
}

// lines are the lines of a log.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// TestLongPackets: what an encoder makes that was told of 1,400 bytes goes through, also
// when it is sent again; what is longer is counted, and said once.
func TestLongPackets(t *testing.T) {
	conn, log := udp(t, "127.0.0.1:0"), make(lines, 10)
	host := listen(t, Config{Conns: []net.PacketConn{conn}, Log: slog.New(slog.NewTextHandler(log, nil))})
	station := listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	h, s, hl, sl := pair(t, host, station, conn.LocalAddr().(*net.UDPAddr).AddrPort(), false)
	exchange(t, h, s, hl, sl)
	up, down := station.NewBatch(), host.NewBatch()
	for i, size := range []int{1412, maxTaken, maxTaken + 1, maxTaken + 2, 100} {
		if !up.Packet(sl, packetOf(uint16(200+i), size-12)) {
			t.Errorf("%d bytes are not sent", size)
		}
		up.Flush() // each comes after the one before it
		if size > maxTaken {
			h.until(t, "it is counted", func() bool { return host.TooLong() == uint64(size-maxTaken) || poke(h) })
		} else {
			h.until(t, "a packet at the host", func() bool { return h.packets[uint16(200+i)] != nil })
		}
	}
	for i, size := range []int{maxTaken + 10, maxPacket + 1, 100} {
		if sent := down.Packet(hl, packetOf(uint16(200+i), size-12)); sent != (size <= maxPacket) {
			t.Errorf("%d bytes: sent %v", size, sent)
		}
	}
	down.Flush()
	s.until(t, "the packets at the station", func() bool { return len(s.packets[200]) == maxTaken+10 && s.packets[202] != nil })
	if s.packets[201] != nil || h.packets[202] != nil || h.packets[203] != nil || host.TooLong() != 3 {
		t.Errorf("%d are too long", host.TooLong())
	}
	if line := <-log; !strings.Contains(line, fmt.Sprintf("bytes=%d", maxTaken+1)) || len(log) > 0 {
		t.Errorf("the log says %q and %d lines more", line, len(log))
	}
}

// FuzzTake: nothing that comes from the network brings the host down.
func FuzzTake(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add(packetOf(1, 20))
	m, err := Listen(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { m.Close() })
	l, err := m.Accept(NewCredentials(), Peer{NewCredentials(), Fingerprint{}, true}, newEnd())
	if err != nil {
		f.Fatal(err)
	}
	from := netip.MustParseAddrPort("192.0.2.1:9")
	m.proved(l, from, time.Now())
	b := m.NewBatch()
	f.Fuzz(func(_ *testing.T, data []byte) { m.take(b, nil, from, data, time.Now()) })
}
