package estimate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// line is a line with a bottleneck, by an own clock: packets that are sent over it,
// and the reports that come back.
type line struct {
	rate  float64 // bit/s
	burst int     // bytes that pass at once after a pause, as through a token bucket
	loss  float64
	delay time.Duration
	most  time.Duration // of the queue
	steps []int         // bit/s that can be sent, as of layers; none = any
	// silent: nothing is sent when not even the first step can be.
	silent bool
	rnd    *rand.Rand

	now      time.Time
	next     time.Time // of the reports
	free     time.Time // when the bottleneck has sent what it has
	est      *Estimator
	sequence uint16
	arrivals map[uint16]time.Time
	first    uint16 // not reported on yet
	count    uint8
	budget   float64 // bytes that may be sent now
	lost     int
	sent     int
	worst    time.Duration
}

func newLine(rate, loss float64) *line {
	return &line{rate: rate, loss: loss, delay: 40 * time.Millisecond, most: 500 * time.Millisecond, rnd: rand.New(rand.NewPCG(1, 2)), now: time.Unix(1_800_000_000, 0), est: New(), arrivals: map[uint16]time.Time{}, sequence: 65_000, first: 65_001}
}

func (l *line) send(size int) {
	l.sequence++
	l.est.Sent(l.sequence, size, l.now)
	l.sent++
	if idle := l.now.Add(-time.Duration(float64(l.burst*8) / l.rate * float64(time.Second))); l.free.Before(idle) {
		l.free = idle
	}
	wait := max(0, l.free.Sub(l.now))
	if wait > l.most || l.rnd.Float64() < l.loss {
		l.lost++
		return
	}
	l.worst = max(l.worst, wait)
	l.free = l.free.Add(time.Duration(float64(size*8) / l.rate * float64(time.Second)))
	l.arrivals[l.sequence] = later(l.free, l.now).Add(l.delay)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// report has the receiver say what has come by now, as pion writes it.
func (l *line) report() {
	var symbols []uint16
	var deltas []*rtcp.RecvDelta
	reference := l.now.Add(-time.Second).UnixMicro() / 64_000
	at := reference * 64_000
	last := l.first
	for s := l.first; s != l.sequence+1; s++ {
		t, ok := l.arrivals[s]
		if ok && t.After(l.now) {
			break
		}
		last = s + 1
		if !ok {
			symbols = append(symbols, rtcp.TypeTCCPacketNotReceived)
			continue
		}
		d := (t.UnixMicro() - at) / 250 * 250
		at += d
		kind := uint16(rtcp.TypeTCCPacketReceivedSmallDelta)
		if d < 0 || d > 255*250 {
			kind = rtcp.TypeTCCPacketReceivedLargeDelta
		}
		symbols = append(symbols, kind)
		deltas = append(deltas, &rtcp.RecvDelta{Type: kind, Delta: d})
	}
	if len(deltas) == 0 {
		return
	}
	p := rtcp.TransportLayerCC{Header: rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback}, BaseSequenceNumber: l.first, PacketStatusCount: uint16(len(symbols)),
		ReferenceTime: uint32(reference) & 0xffffff, FbPktCount: l.count, RecvDeltas: deltas}
	for len(symbols) > 0 {
		n := min(7, len(symbols))
		list := append(append([]uint16{}, symbols[:n]...), make([]uint16, 7-n)...)
		p.PacketChunks = append(p.PacketChunks, &rtcp.StatusVectorChunk{Type: rtcp.TypeTCCStatusVectorChunk, SymbolSize: rtcp.TypeTCCSymbolSizeTwoBit, SymbolList: list})
		symbols = symbols[n:]
	}
	p.Header.Length = uint16(p.MarshalSize()/4 - 1)
	raw, err := p.Marshal()
	if err != nil {
		panic(err)
	}
	l.first = last
	l.count++
	l.est.Report(raw[12:], l.now, 2*l.delay+l.free.Sub(l.now))
}

// sends is how much is sent now.
func (l *line) sends(wanted int) int {
	most := min(wanted, l.est.Target())
	for i := len(l.steps) - 1; i > 0; i-- {
		if l.steps[i] <= most {
			return l.steps[i]
		}
	}
	if len(l.steps) > 0 && (l.steps[0] <= most || !l.silent) {
		return l.steps[0]
	}
	if l.silent {
		return 0
	}
	return most
}

// run sends what is wanted, and no more than the estimate, for a time.
func (l *line) run(span time.Duration, wanted int) {
	for end := l.now.Add(span); l.now.Before(end); l.now = l.now.Add(5 * time.Millisecond) {
		l.budget = min(l.budget+float64(l.sends(wanted))*0.005/8, 20_000)
		for l.budget >= 1200 {
			l.send(1200)
			l.budget -= 1200
		}
		if !l.now.Before(l.next) {
			l.report()
			l.next = l.now.Add(100 * time.Millisecond)
			if rate := l.est.Probe(wanted, l.now); rate > 0 {
				from := l.sequence + 1
				for left := ProbeBytes(rate); left > 0; left -= 1200 {
					l.send(1200)
				}
				l.est.Probing(rate, from, l.sequence+1, l.now)
			}
		}
	}
}

// TestPoorLine: the estimate settles at what a line bears, and its queue stays short.
func TestPoorLine(t *testing.T) {
	for _, rate := range []float64{100_000, 300_000, 1_500_000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			l := newLine(rate, 0)
			l.run(30*time.Second, 4_000_000)
			l.sent, l.lost, l.worst = 0, 0, 0
			before := l.now
			l.run(30*time.Second, 4_000_000)
			got := float64(l.sent-l.lost) * 1200 * 8 / l.now.Sub(before).Seconds()
			if got < 0.6*rate || l.lost > l.sent/20 {
				t.Errorf("%.0f bit/s arrive of %.0f, %d of %d lost, the queue up to %s", got, rate, l.lost, l.sent, l.worst)
			}
		})
	}
}

// TestGoodLine: what is wanted is believed within seconds, and never more than is
// useful.
func TestGoodLine(t *testing.T) {
	l := newLine(100_000_000, 0)
	l.run(4*time.Second, 5_000_000)
	if l.est.Target() < 5_000_000 {
		t.Errorf("after 4 s %d", l.est.Target())
	}
	l.run(60*time.Second, 5_000_000)
	if got := l.est.Target(); got < 5_000_000 || got > 10_000_000 {
		t.Errorf("after a minute %d", got)
	}
	if l.lost > 0 {
		t.Errorf("%d lost", l.lost)
	}
}

// TestRadio: a line that loses a fifth of everything at any rate is used all the
// same.
func TestRadio(t *testing.T) {
	l := newLine(2_000_000, 0.2)
	l.run(60*time.Second, 600_000)
	if got := l.est.Target(); got < 300_000 {
		t.Errorf("after a minute %d; loss %.2f", got, l.est.Loss())
	}
	l.loss = 0
	l.run(20*time.Second, 600_000)
	if got := l.est.Target(); got < 600_000 {
		t.Errorf("when it is over %d", got)
	}
}

// TestLossy: what a line loses at any rate does not keep a picture away that it bears,
// also when it has become thin at the same time; and loss that comes of too much is
// not taken for the line's own.
func TestLossy(t *testing.T) {
	for _, loss := range []float64{0.01, 0.03, 0.05, 0.08, 0.15, 0.2} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint(loss, " ", seed), func(t *testing.T) {
				l := newLine(5_000_000, 0)
				l.rnd = rand.New(rand.NewPCG(seed, 2))
				l.steps = []int{40_000, 190_000, 700_000, 2_000_000}
				l.run(15*time.Second, 2_000_000)
				l.rate, l.loss = 300_000, loss
				l.run(30*time.Second, 2_000_000)
				const spans = 1200
				shown, full := 0, 0
				for range spans {
					l.run(100*time.Millisecond, 2_000_000)
					switch sends := float64(l.sends(2_000_000)); {
					case sends > l.rate:
						full++
					case sends > 40_000:
						shown++
					}
				}
				if shown < spans*7/10 || full > spans/10 {
					t.Errorf("of %d spans there was a picture in %d, and too much in %d", spans, shown, full)
				}
				l.rate = 5_000_000
				l.run(90*time.Second, 2_000_000)
				if got := l.est.Target(); got < 1_500_000 {
					t.Errorf("on a line as lossy that is not thin %d", got)
				}
			})
		}
	}
}

// TestChange: a line that becomes another is found out both ways.
func TestChange(t *testing.T) {
	l := newLine(5_000_000, 0)
	l.run(15*time.Second, 2_000_000)
	l.rate = 300_000
	l.run(20*time.Second, 2_000_000)
	if got := l.est.Target(); got > 450_000 {
		t.Errorf("on the poor line %d", got)
	}
	l.rate = 5_000_000
	l.run(30*time.Second, 2_000_000)
	if got := l.est.Target(); got < 1_800_000 {
		t.Errorf("on the good line again %d", got)
	}
}

// TestSmallUse: while little is sent over a line that bore much, a delay that has
// another cause does not take the line away.
func TestSmallUse(t *testing.T) {
	l := newLine(5_000_000, 0)
	l.run(15*time.Second, 2_000_000)
	for range 40 { // the machine gets busier and busier
		l.delay += 15 * time.Millisecond
		l.run(150*time.Millisecond, 120_000)
	}
	if got := l.est.Target(); got < 300_000 {
		t.Errorf("%d after some late packets", got)
	}
}

// TestSilence: a line that for a time bore not even the smallest picture, nor was
// there anything else to send, is found to be a good one again.
func TestSilence(t *testing.T) {
	for _, loss := range []float64{0, 0.3} {
		l := newLine(5_000_000, 0)
		l.steps, l.silent = []int{150_000, 500_000, 1_500_000}, true
		l.run(15*time.Second, 2_000_000)
		l.rate, l.loss = 60_000, loss
		l.run(10*time.Second, 2_000_000)
		if got := l.est.Target(); got > 150_000 {
			t.Fatalf("on the narrow line %d", got)
		}
		l.rate, l.loss = 5_000_000, 0
		l.run(40*time.Second, 2_000_000)
		if got := l.est.Target(); got < 1_500_000 {
			t.Errorf("loss %.1f: on the good line again %d", loss, got)
		}
	}
}

// FuzzReport: what is no report changes nothing, and what is one is what another
// implementation reads.
func FuzzReport(f *testing.F) {
	f.Add([]byte{0, 1, 0, 3, 0, 0, 1, 0, 0x20, 3, 4, 8, 12})
	f.Add([]byte{0, 1, 0, 2, 0, 0, 1, 0, 0xd2, 0, 0, 4, 0, 8})
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := Parse(body, nil)
		if err != nil {
			if len(all) > 0 {
				t.Error("part of a report")
			}
			return
		}
		raw := append([]byte{0x8f, 205, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, body...)
		for len(raw)%4 != 0 {
			raw = append(raw, 0)
		}
		raw[2], raw[3] = byte((len(raw)/4-1)>>8), byte(len(raw)/4-1)
		var p rtcp.TransportLayerCC
		if p.Unmarshal(raw) != nil {
			return // it is stricter about what comes behind
		}
		received := 0
		for _, a := range all {
			if a.Received {
				received++
			}
		}
		if int(p.PacketStatusCount) != len(all) || received > len(p.RecvDeltas) {
			t.Errorf("%d packets, %d received; another reads %d, %d", len(all), received, p.PacketStatusCount, len(p.RecvDeltas))
		}
		e := New()
		for i := range uint16(64) {
			e.Sent(i, 1000, time.Unix(1000, int64(i)*1e6))
		}
		e.Report(body, time.Unix(1001, 0), 0)
		if e.Target() < Least || e.Target() > Most {
			t.Errorf("target %d", e.Target())
		}
	})
}
