package transport

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/stun/v4"

	"khonggiay/meeting/connlimit"
)

// overTCP is a host that takes ICE-TCP alone, and a station there.
type overTCP struct {
	*testing.T
	host, station *Mux
	at            *net.TCPAddr
	h, s          *end
	hl, sl        *Link
}

func newOverTCP(t *testing.T) *overTCP {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &overTCP{T: t, at: l.Addr().(*net.TCPAddr)}
	o.host = listen(t, Config{Listeners: []net.Listener{l}})
	o.station = listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	o.h, o.s, o.hl, o.sl = pair(t, o.host, o.station, o.at.AddrPort(), true)
	return o
}

// raw opens a connection that does nothing by itself.
func (o *overTCP) raw() net.Conn {
	o.Helper()
	conn, err := net.DialTCP("tcp", nil, o.at)
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		o.Fatal(err)
	}
	return conn
}

// proved is a connection more of the station's link, which is not nominated.
func (o *overTCP) proved() net.Conn {
	o.Helper()
	conn := o.raw()
	o.prove(conn)
	return conn
}

// prove says whose a connection is.
func (o *overTCP) prove(conn net.Conn) {
	o.Helper()
	ask, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(o.sl.remote.User+":"+o.sl.local.User),
		stun.NewShortTermIntegrity(o.sl.remote.Password), stun.Fingerprint)
	if err != nil {
		o.Fatal(err)
	}
	frame := append(binary.BigEndian.AppendUint16(nil, uint16(len(ask.Raw))), ask.Raw...)
	if _, err := conn.Write(frame); err != nil {
		o.Fatal(err)
	}
	answer, err := readFrame(bufio.NewReader(conn), make([]byte, maxDatagram))
	if err != nil || !stun.IsMessage(answer) {
		o.Fatalf("the host does not answer: %v", err)
	}
}

// over waits until the host has closed a connection.
func (o *overTCP) over(conn net.Conn) {
	o.Helper()
	var late net.Error
	if _, err := io.Copy(io.Discard, conn); errors.As(err, &late) && late.Timeout() {
		o.Error("the host does not close a connection")
	}
}

// TestEnded: to and from a link that has ended nothing more goes, whatever its peer
// does, and its connections are closed.
func TestEnded(t *testing.T) {
	o := newOverTCP(t)
	exchange(t, o.h, o.s, o.hl, o.sl)
	beside := o.proved()
	from := o.hl.chosen.Load()
	if from == nil || from.stream == nil {
		t.Fatal("the link does not go over TCP")
	}
	encrypt := func(sequence uint16) []byte {
		o.sl.mu.Lock()
		defer o.sl.mu.Unlock()
		data, err := o.sl.out.EncryptRTP(nil, packetOf(sequence, 50), nil)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	before, after := encrypt(100), encrypt(101)
	report, err := (&rtcp.PictureLossIndication{MediaSSRC: 0xcafe}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	batch := o.host.NewBatch()
	o.hl.take(batch, *from, before, time.Now())
	o.h.until(t, "a packet before the end", func() bool { return o.h.packets[100] != nil })

	o.hl.Close()
	if o.hl.Ready() || o.hl.Kind() != NoWay {
		t.Errorf("ready %v, kind %d", o.hl.Ready(), o.hl.Kind())
	}
	o.over(beside)
	o.hl.take(batch, *from, after, time.Now())
	o.hl.media(batch, after, time.Now()) // one that was under way
	o.h.mu.Lock()
	if o.h.packets[101] != nil {
		t.Error("a packet is taken from a link that has ended")
	}
	if last := o.h.states[len(o.h.states)-1]; last != "gone" {
		t.Errorf("the last state is %s", last)
	}
	o.h.mu.Unlock()
	packets, bytes := o.hl.Sent()
	batch.Packet(o.hl, packetOf(1, 50))
	batch.Control(o.hl, report)
	batch.put(o.hl, packetOf(2, 50), false) // one that was under way
	batch.Flush()
	if p, b := o.hl.Sent(); p != packets || b != bytes {
		t.Errorf("%d packets are sent to a link that has ended", p-packets)
	}
	// Nor does it find a way again.
	o.hl.asked(path{addr: from.addr}, true, time.Now())
	if o.hl.Kind() != NoWay {
		t.Error("an ended link has a way")
	}
	// The peer hears of it.
	o.s.until(t, "the station hears that it is over", func() bool { return o.s.states[len(o.s.states)-1] == "gone" })
}

// TestEndedBeforeItBegan: keys that come too late open nothing.
func TestEndedBeforeItBegan(t *testing.T) {
	host := listen(t, Config{})
	l, err := host.Accept(NewCredentials(), Peer{NewCredentials(), Fingerprint{}, false}, newEnd())
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if l.begin() || l.Ready() {
		t.Error("a link is ready after its end")
	}
	if l.hold(&stream{}) {
		t.Error("an ended link takes a connection")
	}
}

// TestMeasuredOverTCP: the answer to the host's own request tells how long the way is,
// and does not end the connection.
func TestMeasuredOverTCP(t *testing.T) {
	o := newOverTCP(t)
	exchange(t, o.h, o.s, o.hl, o.sl)
	from := o.hl.chosen.Load()
	o.hl.measure(*from, time.Now())
	b := o.station.NewBatch()
	sequence := uint16(1000)
	o.h.until(t, "the way is measured", func() bool { return o.hl.RTT() > 0 || poke(o.h) })
	o.h.until(t, "packets go on coming", func() bool {
		sequence++
		b.Packet(o.sl, packetOf(sequence, 50))
		b.Flush()
		return o.h.packets[sequence-10] != nil || poke(o.h)
	})
	if now := o.hl.chosen.Load(); now != from {
		t.Error("the way is another one")
	}
}

// TestManyConnections: a link has a few; who says nothing loses his own oldest.
func TestManyConnections(t *testing.T) {
	o := newOverTCP(t)
	exchange(t, o.h, o.s, o.hl, o.sl)
	conns := func() int {
		o.host.mu.RLock()
		defer o.host.mu.RUnlock()
		return len(o.host.conns)
	}
	var more []net.Conn
	for range maxLinkStreams + 1 {
		more = append(more, o.proved())
	}
	for _, conn := range more[:2] {
		o.over(conn)
	}
	o.h.until(t, "a link has so many", func() bool { return conns() == maxLinkStreams || poke(o.h) })

	other, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).Dial("tcp", o.at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	met := func(n int) {
		o.h.until(t, "they are met", func() bool { return conns() == n || poke(o.h) })
	}
	met(maxLinkStreams + 1)
	oldest := o.raw()
	met(maxLinkStreams + 2)
	for range connlimit.Source {
		o.raw()
	}
	o.over(oldest)
	met(maxLinkStreams + 1 + connlimit.Source)
	o.prove(other)
	o.prove(o.raw())
	// What the link goes over is none of them.
	b := o.station.NewBatch()
	b.Packet(o.sl, packetOf(500, 50))
	b.Flush()
	o.h.until(t, "packets go on coming", func() bool { return o.h.packets[500] != nil })
}
