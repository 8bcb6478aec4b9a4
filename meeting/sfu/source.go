package sfu

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"khonggiay/meeting"
	"khonggiay/meeting/sfu/packet"
)

// source is one track of a station.
type source struct {
	station *Station
	track   meeting.Track
	codec   Codec
	kind    uint8 // payload type
	allowed atomic.Bool
	layers  []*layer // the smallest first
}

// layer is one encoding of a source.
type layer struct {
	of    *source
	index int
	name  string // RID; "" without simulcast

	// watchers are the slots that take from it; the list is replaced, never changed.
	watchers atomic.Pointer[[]*slot]
	watchMu  sync.Mutex
	wishes   atomic.Int32 // slots that would carry it if their lines were better
	wished   atomic.Int64 // UnixMilli of when anybody last did
	wantsKey atomic.Bool
	height   atomic.Int32 // of its pictures; 0 = not known yet
	rate     atomic.Int64 // bit/s over the last second
	lastSeen atomic.Int64 // UnixMilli
	report   atomic.Pointer[senderReport]

	ring *ring // nil for sound

	// What follows is guarded by the station's inMu.
	source  uint32 // SSRC; 0 = nothing has come
	repair  uint32
	arrival arrivals
	stream  uint32    // counts the SSRCs that the layer has had
	lastKey time.Time // when one was asked for
	window  time.Time
	bytes   int64
}

// senderReport ties a layer's RTP time to its station's clock.
type senderReport struct {
	ntp  uint64
	time uint32
	at   time.Time // when it came
}

func newLayer(of *source, index int, name string) *layer {
	l := &layer{of: of, index: index, name: name}
	if of.codec != Opus {
		l.ring = &ring{}
	}
	l.watchers.Store(&[]*slot{})
	return l
}

// watch adds a slot to those that take from the layer, or takes it away.
func (l *layer) watch(s *slot, on bool) {
	l.watchMu.Lock()
	defer l.watchMu.Unlock()
	before := *l.watchers.Load()
	next := make([]*slot, 0, len(before)+1)
	for _, other := range before {
		if other != s {
			next = append(next, other)
		}
	}
	if on {
		next = append(next, s)
	}
	l.watchers.Store(&next)
}

// wanted reports whether anybody watches the layer, or would.
func (l *layer) wanted(now time.Time) bool {
	if len(*l.watchers.Load()) == 0 && l.wishes.Load() == 0 {
		return false
	}
	l.wished.Store(now.UnixMilli())
	return true
}

// unwanted is how long nobody has wanted it.
func (l *layer) unwanted(now time.Time) time.Duration {
	return time.Duration(now.UnixMilli()-l.wished.Load()) * time.Millisecond
}

// alive reports whether something has come lately.
func (l *layer) alive(now time.Time) bool {
	return now.UnixMilli()-l.lastSeen.Load() < 2000
}

// What one layer may take, bit/s: more than any encoder here is told to make. Who
// sends more has the rest dropped.
const (
	mostSound   = 256_000
	mostPicture = 8_000_000
)

// count measures the layer's rate, and reports whether it is within what it may
// be. The station's inMu is held.
func (l *layer) count(now time.Time, n int) bool {
	l.lastSeen.Store(now.UnixMilli())
	l.bytes += int64(n)
	if passed := now.Sub(l.window); passed >= time.Second {
		if passed < 2*time.Second {
			l.rate.Store(l.bytes * 8 * int64(time.Second) / int64(passed))
		}
		l.window, l.bytes = now, int64(n)
	}
	if l.of.codec == Opus {
		return l.bytes*8 <= mostSound
	}
	return l.bytes*8 <= mostPicture
}

// picture is what a packet of a video says of its frame.
type picture struct {
	vp8    packet.VP8
	begins bool // of a key frame
}

// look reads as much of a payload as forwarding needs.
func (l *layer) look(payload []byte) (p picture, err error) {
	switch l.of.codec {
	case VP8:
		if p.vp8, err = packet.ParseVP8(payload); err != nil {
			return p, err
		}
		p.begins = p.vp8.Key
		if p.vp8.Height > 0 {
			l.height.Store(int32(p.vp8.Height))
		}
	case H264:
		if p.begins = packet.H264Key(payload); p.begins {
			if h := packet.H264Height(payload); h > 0 {
				l.height.Store(int32(h))
			}
		}
	}
	return p, nil
}

// ringSize is how many packets of a layer are kept to be sent again: about two
// seconds of 2 Mbit/s.
const ringSize = 512

// ring keeps the newest packets of a layer for all who watch it.
type ring struct {
	mu    sync.Mutex
	slots []kept
}

type kept struct {
	used    bool
	marker  bool
	number  int64
	time    uint32
	payload []byte
}

func (r *ring) put(p *packet.Packet, number int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slots == nil {
		r.slots = make([]kept, ringSize)
	}
	k := &r.slots[number%ringSize]
	k.used, k.marker, k.number, k.time = true, p.Marker, number, p.Time
	k.payload = append(k.payload[:0], p.Payload...)
}

// get appends the payload of a packet to dst.
func (r *ring) get(number int64, dst []byte) (k kept, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slots == nil || number < 0 {
		return k, false
	}
	k = r.slots[number%ringSize]
	if !k.used || k.number != number {
		return k, false
	}
	k.payload = append(dst, k.payload...)
	return k, true
}

// arrivals keeps account of a layer's packets: what is missing, and what a receiver
// report says (RFC 3550, appendix A.8). Packets have numbers that never come round:
// the lower 16 bits are the sequence number.
type arrivals struct {
	begun    bool
	highest  int64
	base     int64
	received uint32
	jitter   float64
	transit  uint32
	missing  []gap
	// of the report before
	expectedBefore, receivedBefore uint32
}

// gap is a packet that has not come.
type gap struct {
	number int64
	since  time.Time
	asked  int
	next   time.Time
}

// Limits of asking for lost packets.
const (
	maxGaps  = 128
	maxJump  = 1000 // a leap further than that is a new stream
	maxAsked = 8
	askAfter = 5 * time.Millisecond   // reordering is no loss
	lateFor  = 250 * time.Millisecond // what is missing for less may only be late
)

// anew forgets a stream for another of the same layer, whose numbers are above.
func (a *arrivals) anew() {
	if a.begun {
		*a = arrivals{highest: (a.highest>>16 + 1) << 16}
	}
}

// note takes a packet into account and answers its number; ok is false for one that
// came before.
func (a *arrivals) note(sequence uint16, rtpTime uint32, clock uint32, now time.Time) (number int64, ok bool) {
	transit := ticks(now, clock) - rtpTime
	ahead := int64(int16(sequence - uint16(a.highest)))
	switch {
	case !a.begun:
		number = a.highest + int64(sequence)
		a.begin(number, transit)
		return number, true
	case ahead > maxJump:
		a.begin(a.highest+ahead, transit)
		return a.highest, true
	case ahead > 0:
		number = a.highest + ahead
		for lost := a.highest + 1; lost < number; lost++ {
			if len(a.missing) == maxGaps {
				a.missing = a.missing[1:]
			}
			a.missing = append(a.missing, gap{number: lost, since: now, next: now.Add(askAfter)})
		}
		a.highest = number
		d := math.Abs(float64(int32(transit - a.transit)))
		a.transit = transit
		a.jitter += (d - a.jitter) / 16
	default:
		number = a.highest + ahead
		i := slices.IndexFunc(a.missing, func(g gap) bool { return g.number == number })
		if i < 0 {
			return number, false
		}
		a.missing = slices.Delete(a.missing, i, i+1)
	}
	a.received++
	return number, true
}

func (a *arrivals) begin(number int64, transit uint32) {
	*a = arrivals{begun: true, highest: number, base: number, received: 1, transit: transit}
}

// ticks is a moment by a codec's clock, which comes round as RTP times do.
func ticks(t time.Time, clock uint32) uint32 {
	return uint32(t.Unix())*clock + uint32(uint64(t.Nanosecond())*uint64(clock)/1e9)
}

// due appends the sequence numbers to ask for now.
func (a *arrivals) due(now time.Time, rtt time.Duration, out []uint16) []uint16 {
	keep := a.missing[:0]
	for _, g := range a.missing {
		if !now.Before(g.next) {
			if g.asked == maxAsked {
				continue // given up
			}
			g.asked++
			g.next = now.Add(max(20*time.Millisecond, rtt+rtt/4) * time.Duration(g.asked))
			out = append(out, uint16(g.number))
		}
		keep = append(keep, g)
	}
	a.missing = keep
	return out
}

// lost is what a receiver report says, since the one before. What may only be late
// is left to the next.
func (a *arrivals) lost(now time.Time) (fraction float64, total uint32) {
	expected := uint32(a.highest - a.base + 1)
	for _, g := range a.missing {
		if now.Sub(g.since) < lateFor {
			expected--
		}
	}
	span, got := expected-a.expectedBefore, a.received-a.receivedBefore
	a.expectedBefore, a.receivedBefore = expected, a.received
	if span > 0 && got < span {
		fraction = float64(span-got) / float64(span)
	}
	if a.received < expected {
		total = expected - a.received
	}
	return fraction, total
}
