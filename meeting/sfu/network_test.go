package sfu

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/transport/v4/vnet"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu/transport"
	"khonggiay/meeting/sfu/vnettest"
)

// network is a server of media and its stations on a virtual network, on which each
// station has a line of its own.
type network struct {
	*stand
	*vnettest.Network
}

var serverAt = netip.MustParseAddrPort("10.9.0.1:3478")

// newNetwork makes one; over is what the server's socket is put into, if not nil.
func newNetwork(t *testing.T, over func(net.PacketConn) net.PacketConn) *network {
	t.Helper()
	n := &network{&stand{T: t}, vnettest.New(t, "10.9.0.0/24", 10*time.Millisecond)}
	conn := n.Listen(serverAt)
	if over != nil {
		conn = over(conn)
	}
	mux, err := transport.Listen(transport.Config{Conns: []net.PacketConn{conn}})
	if err != nil {
		t.Fatal(err)
	}
	n.server = New(Config{Mux: mux, Candidates: Candidates([]netip.AddrPort{serverAt}, nil)})
	t.Cleanup(func() {
		n.server.Close()
		if err := mux.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// station brings one in, on a line that loses so much in either direction, and bears
// what the queue lets through to it.
func (n *network) station(id app.ID, ip string, loss float64, queue vnet.Discipline) *peer {
	n.Helper()
	n.Lose(ip, loss)
	return n.joinOver(n.Browser(ip, queue), id, 1)
}

// ragged is a socket whose packets, in and out, are late by different times, so that
// they overtake one another.
type ragged struct {
	net.PacketConn
	in     chan late
	closed chan struct{}
	done   sync.WaitGroup
}

type late struct {
	data []byte
	from net.Addr
}

const mostLate = 30 * time.Millisecond

func newRagged(conn net.PacketConn) net.PacketConn {
	r := &ragged{PacketConn: conn, in: make(chan late), closed: make(chan struct{})}
	r.done.Go(func() {
		for {
			buf := make([]byte, 2048)
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			r.later(func() {
				select {
				case r.in <- late{buf[:n], from}:
				case <-r.closed:
				}
			})
		}
	})
	return r
}

func (r *ragged) later(do func()) { time.AfterFunc(rand.N(mostLate), do) }

// ReadFrom implements net.PacketConn.
func (r *ragged) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case p := <-r.in:
		return copy(b, p.data), p.from, nil
	case <-r.closed:
		return 0, nil, net.ErrClosed
	}
}

// WriteTo implements net.PacketConn.
func (r *ragged) WriteTo(b []byte, to net.Addr) (int, error) {
	own := slices.Clone(b)
	r.later(func() { _, _ = r.PacketConn.WriteTo(own, to) })
	return len(b), nil
}

// Close implements net.PacketConn.
func (r *ragged) Close() error {
	err := r.PacketConn.Close()
	close(r.closed)
	r.done.Wait()
	return err
}

// virtually is a test with a clock of its own, which a busy machine does not hurry.
func virtually(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

// perform sends sound and both layers of a camera, as large as a camera's are, until
// stop is called: about 40, 130 and 480 kbit/s.
func (p *peer) perform() (stop func()) {
	return every(p.T, func(n uint16) {
		if n%2 == 0 {
			p.say(n/2, 20)
			p.filmSized(1, n/2, n%200 == 0, 1150)
		}
		if n%4 == 1 {
			p.filmSized(0, n/4, n%100 == 1, 600)
		}
	})
}

// complete is how much of a stream has come, between its first packet and some before
// its last, which may still be sent again.
func complete(all []*rtp.Packet, rest int) float64 {
	if len(all) <= rest {
		return 0
	}
	first, last := all[0].SequenceNumber, all[0].SequenceNumber
	for _, p := range all {
		if p.SequenceNumber-last < 1<<15 {
			last = p.SequenceNumber
		}
	}
	last -= uint16(rest)
	came := map[uint16]bool{}
	for _, p := range all {
		if p.SequenceNumber-first <= last-first {
			came[p.SequenceNumber] = true
		}
	}
	return float64(len(came)) / float64(last-first+1)
}

// TestLoss: on lines that lose packets, those of pictures are sent again, from the
// station to the server and from there to who watches, and sound goes on.
func TestLoss(t *testing.T) {
	for name, c := range map[string]struct {
		loss   float64
		pieces float64 // of pictures that come in the end
	}{
		"5 percent":  {0.05, 0.995},
		"20 percent": {0.2, 0.97},
	} {
		t.Run(name, virtually(func(t *testing.T) {
			n := newNetwork(t, nil)
			an, binh := n.station("an", "10.9.0.2", c.loss, nil), n.station("binh", "10.9.0.3", c.loss, nil)
			binh.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 100}})
			an.station.Allow(meeting.Sends{Audio: true, Camera: true})
			stop := an.perform()
			binh.until("pictures keep coming", func() bool { return len(binh.got["video0"]) > 150 && len(binh.got["audio0"]) > 200 })
			stop()
			binh.mu.Lock()
			defer binh.mu.Unlock()
			if got := complete(binh.got["video0"], 25); got < c.pieces {
				t.Errorf("%.3f of the pictures came", got)
			}
			if got, least := complete(binh.got["audio0"], 0), (1-c.loss)*(1-c.loss)-0.1; got < least {
				t.Errorf("%.3f of the sound came", got)
			}
		}))
	}
}

// TestReordering: packets that overtake one another are nothing that is lost.
func TestReordering(t *testing.T) { virtually(testReordering)(t) }

func testReordering(t *testing.T) {
	n := newNetwork(t, newRagged)
	an, binh := n.station("an", "10.9.0.2", 0, nil), n.station("binh", "10.9.0.3", 0, nil)
	binh.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 100}})
	an.station.Allow(meeting.Sends{Audio: true, Camera: true})
	stop := an.perform()
	var down, up float64
	binh.until("sound and pictures", func() bool {
		down, up = max(down, binh.station.Line().LossDown), max(up, an.station.Line().LossUp)
		return len(binh.got["audio0"]) > 500 && len(binh.got["video0"]) > 250
	})
	stop()
	binh.mu.Lock()
	defer binh.mu.Unlock()
	for slot, least := range map[string]float64{"audio0": 0.99, "video0": 0.99} {
		if got := complete(binh.got[slot], 25); got < least {
			t.Errorf("%.3f of %s came", got, slot)
		}
	}
	if down > 0.01 || up > 0.01 {
		t.Errorf("what is late is taken for lost: %.3f down, %.3f up", down, up)
	}
}

// watchers are two who see what a third sends, large if they can: binh, whose line is
// behind the queue, and chi.
func (n *network) watchers(queue vnet.Discipline) (binh, chi *peer, stop func()) {
	n.Helper()
	an, binh, chi := n.station("an", "10.9.0.2", 0, nil), n.station("binh", "10.9.0.3", 0, queue), n.station("chi", "10.9.0.4", 0, nil)
	for _, p := range []*peer{binh, chi} {
		p.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 700}})
	}
	an.station.Allow(meeting.Sends{Audio: true, Camera: true})
	return binh, chi, an.perform()
}

// TestNarrowLine: a station whose line bears little has sound all the time, and the
// small picture or none; when the line is better, it has the large one. Others do not
// notice.
func TestNarrowLine(t *testing.T) { virtually(testNarrowLine)(t) }

func testNarrowLine(t *testing.T) {
	n := newNetwork(t, nil)
	queue := vnet.NewTBFQueue(300_000, 1500, 30_000)
	binh, chi, stop := n.watchers(queue)
	height := func(p *peer) int {
		if len(p.slots.Video) != 1 {
			return -1
		}
		return p.slots.Video[0].Height
	}
	chi.until("a good line has the large picture", func() bool { return height(chi) == 720 && len(chi.got["video0"]) > 50 })
	binh.until("what the line bears is known", func() bool {
		bears := binh.station.Line().Bears
		return bears > 0 && bears < 300 && height(binh) < 720
	})
	var before int
	binh.note(func() { before = len(binh.got["audio0"]) })
	large := 0
	binh.until("sound goes on", func() bool {
		if height(binh) == 720 {
			large++
		}
		return len(binh.got["audio0"]) > before+200
	})
	binh.mu.Lock()
	if got := complete(binh.got["audio0"][before:], 0); got < 0.95 {
		t.Errorf("%.3f of the sound came over the narrow line", got)
	}
	binh.mu.Unlock()
	if large > 0 {
		t.Errorf("the large picture was sent over the narrow line: %d times seen", large)
	}
	queue.SetRate(20_000_000)
	binh.until("the line is better", func() bool { return binh.station.Line().Bears > 600 && height(binh) == 720 })
	stop()
	chi.mu.Lock()
	defer chi.mu.Unlock()
	for _, slot := range []string{"audio0", "video0"} {
		if got := complete(chi.got[slot], 10); got < 0.99 {
			t.Errorf("%.3f of %s came over the good line", got, slot)
		}
	}
}

// TestForgotten: a station that had no picture for so long that nothing is kept any
// more of what it has seen has one when its line is better.
func TestForgotten(t *testing.T) { virtually(testForgotten)(t) }

func testForgotten(t *testing.T) {
	n := newNetwork(t, nil)
	queue := vnet.NewTBFQueue(20_000_000, 1500, 30_000)
	binh, chi, stop := n.watchers(queue)
	shown := func() int { return binh.slots.Video[0].Height }
	binh.until("the large picture", func() bool { return len(binh.slots.Video) == 1 && shown() == 720 })
	queue.SetRate(40_000)
	binh.until("none", func() bool { return shown() == 0 })
	var seen int
	chi.note(func() { seen = len(chi.got["video0"]) })
	chi.until("many pictures", func() bool { return len(chi.got["video0"]) > seen+ringSize/2 })
	chi.until("more pictures than are kept", func() bool { return len(chi.got["video0"]) > seen+ringSize+10 })
	queue.SetRate(20_000_000)
	binh.until("the large picture again", func() bool { return shown() == 720 })
	stop()
}

// TestMeasure: what a line bears is found out though nothing is sent over it.
func TestMeasure(t *testing.T) {
	for name, c := range map[string]struct{ rate, least, most int }{"thin": {300_000, 180, 400}, "wide": {50_000_000, 4000, 50_000}} {
		t.Run(name, virtually(func(t *testing.T) {
			n := newNetwork(t, nil)
			binh := n.station("binh", "10.9.0.3", 0, vnet.NewTBFQueue(c.rate, 1500, 30_000))
			for range 2 { // the second time there is nothing more to be found out
				binh.station.Measure()
				if got := binh.station.Line().Bears; got == 0 {
					t.Error("nothing is known for a moment")
				}
				time.Sleep(meeting.MeasureFor)
				if got := binh.station.Line().Bears; got < c.least || got > c.most {
					t.Errorf("%d kbit/s", got)
				}
			}
		}))
	}
}

// TestThinLossyLine: a line becomes thin that loses a twentieth of everything. Sound
// goes on, and after a while a small picture, too, that stays.
func TestThinLossyLine(t *testing.T) { virtually(testThinLossyLine)(t) }

func testThinLossyLine(t *testing.T) {
	n := newNetwork(t, nil)
	queue := vnet.NewTBFQueue(20_000_000, 1500, 30_000)
	binh, _, stop := n.watchers(queue)
	shown := func() int { return binh.slots.Video[0].Height }
	binh.until("the large picture", func() bool { return len(binh.slots.Video) == 1 && shown() == 720 })
	queue.SetRate(300_000)
	n.Lose("10.9.0.3", 0.05)
	sounds := func() int { return len(binh.got["audio0"]) }
	binh.until("what the line bears is known", func() bool { return binh.station.Line().Bears < 300 && shown() < 720 })
	var heard, seen int
	mark := func() { heard, seen = sounds(), len(binh.got["video0"]) }
	binh.note(mark)
	pictured, large := 0, 0
	const spans = 40
	for range spans {
		binh.until("more sound", func() bool { return sounds() > heard+75 })
		binh.note(func() {
			if len(binh.got["video0"]) > seen+10 {
				pictured++
			}
			if shown() == 720 {
				large++
			}
			mark()
		})
	}
	stop()
	if pictured < spans/2 || large > spans/10 {
		t.Errorf("of %d spans the picture was there in %d, and too large in %d", spans, pictured, large)
	}
}
