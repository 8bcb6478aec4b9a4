package sfu

import (
	"time"

	"khonggiay/meeting/sfu/estimate"
	"khonggiay/meeting/sfu/packet"
	"khonggiay/meeting/sfu/transport"
)

// class is how important a packet is: on a line that bears less than is to be
// sent, the first goes before the others.
type class uint8

const (
	soundFirst class = iota
	floorNext        // floor or screen
	restLast
	classes
)

// outgoing is how packets leave to a station: numbered for its reports, and at a
// pace that its line bears. The station's mu guards it.
type outgoing struct {
	line     *estimate.Estimator // nil: the station does not report arrivals
	reports  *estimate.Reports   // then: by its receiver reports
	wanted   int                 // what would be sent on a better line, bit/s
	mute     int                 // receiver reports, and none of arrivals yet
	sequence uint16
	meter    meter
	sound    meter
	again    again
	queue    [classes][][]byte
	queued   int // bytes
	tokens   float64
	filled   time.Time
	spare    [][]byte
	rtt      time.Duration // by its receiver reports
	arrivals time.Time     // of the newest report of arrivals
	deaf     bool
	blind    bool
}

const (
	paceOver  = 2.5                   // times the estimate: a frame may be late by its own length, no more
	burstFor  = 40 * time.Millisecond // of the pace that may go at once
	leastPace = 2_000_000             // bit/s, of a line that is not known to be poor
	tooLate   = time.Second           // a queue longer than that is given up
	maxSpare  = 64
	mostMute  = 3 // browsers report arrivals many times between two receiver reports
)

func (o *outgoing) begin(reports bool) {
	if reports {
		o.line = estimate.New()
	} else {
		o.reports = estimate.NewReports()
	}
}

// unreported is told of a receiver report. A station that said it would report
// arrivals, and does not, is taken for one that never said so.
func (o *outgoing) unreported() {
	if o.line == nil || !o.arrivals.IsZero() {
		return
	}
	if o.mute++; o.mute >= mostMute {
		o.line, o.reports = nil, estimate.NewReports()
	}
}

// bears is what the line is believed to bear, bit/s, and what it loses; fresh says
// that it has never been full.
func (o *outgoing) bears() (rate int, loss float64, fresh bool) {
	if o.line != nil {
		return o.line.Target(), o.line.Loss(), o.line.Fresh()
	}
	return o.reports.Target(), o.reports.Loss(), o.reports.Fresh()
}

// measured is what has come of the bursts that measure the line, and what is believed
// where none can.
func (o *outgoing) measured(believed int) int {
	if o.line == nil {
		return believed
	}
	return o.line.Measured()
}

// pace is at how many bit/s packets may leave.
func (o *outgoing) pace() float64 {
	rate, loss, _ := o.bears()
	pace := paceOver * float64(rate)
	if loss < 0.02 && rate >= estimate.Begin {
		pace = max(pace, leastPace)
	}
	return pace
}

// fill adds what may be sent since the last time.
func (o *outgoing) fill(now time.Time, pace float64) {
	most := pace / 8 * burstFor.Seconds()
	if o.filled.IsZero() {
		o.tokens = most
	} else {
		o.tokens = min(most, o.tokens+pace/8*now.Sub(o.filled).Seconds())
	}
	o.filled = now
}

// emit sends a packet that was composed with room for the transport-wide number,
// or has it wait. The station's mu is held.
func (st *Station) emit(b *transport.Batch, whole []byte, now time.Time, c class) {
	l := st.link.Load()
	if l == nil || !l.Ready() || st.closed.Load() {
		return
	}
	o := &st.out
	pace := o.pace()
	o.fill(now, pace)
	if c != soundFirst && (o.queued > 0 || o.tokens <= 0) {
		o.wait(whole, c, pace)
		return
	}
	if c == soundFirst {
		o.sound.add(now, len(whole))
	}
	st.put(b, l, whole, now)
}

// wait has a packet wait. When as much waits as would be too late, it is dropped:
// what waits is given up the next time that it is looked at.
func (o *outgoing) wait(whole []byte, c class, pace float64) {
	if o.late(pace) {
		return
	}
	var own []byte
	if n := len(o.spare); n > 0 {
		own = o.spare[n-1][:0]
		o.spare = o.spare[:n-1]
	}
	o.queue[c] = append(o.queue[c], append(own, whole...))
	o.queued += len(whole)
}

// late reports whether more waits than can be sent in time.
func (o *outgoing) late(pace float64) bool { return float64(o.queued)*8 > pace*tooLate.Seconds() }

// put numbers a packet and hands it over.
func (st *Station) put(b *transport.Batch, l *transport.Link, whole []byte, now time.Time) {
	o := &st.out
	if id := st.ext.transport; id != 0 {
		whole[16] = id<<4 | 1
		o.sequence++
		packet.PutTransport(whole, o.sequence)
	} else {
		whole[16], whole[17], whole[18] = 0, 0, 0 // an extension of padding alone
	}
	b.Packet(l, whole)
	o.tokens -= float64(len(whole))
	o.meter.add(now, len(whole))
	if o.line != nil {
		o.line.Sent(o.sequence, len(whole), now)
	}
}

// drain sends what waits, as far as the pace allows, and reports whether something
// still waits.
func (st *Station) drain(b *transport.Batch, now time.Time) bool {
	o := &st.out
	if o.queued == 0 {
		return false
	}
	l := st.link.Load()
	pace := o.pace()
	if l == nil || !l.Ready() {
		o.forget(restLast)
		o.forget(floorNext)
		return false
	}
	if o.late(pace) {
		st.giveUp()
	}
	o.fill(now, pace)
	for c := range o.queue {
		sent := 0
		for _, whole := range o.queue[c] {
			if o.tokens <= 0 {
				break
			}
			st.put(b, l, whole, now)
			o.queued -= len(whole)
			o.keep(whole)
			sent++
		}
		rest := copy(o.queue[c], o.queue[c][sent:])
		clear(o.queue[c][rest:])
		o.queue[c] = o.queue[c][:rest]
	}
	return o.queued > 0
}

func (o *outgoing) keep(whole []byte) {
	if len(o.spare) < maxSpare {
		o.spare = append(o.spare, whole)
	}
}

func (o *outgoing) forget(c class) {
	for _, whole := range o.queue[c] {
		o.queued -= len(whole)
		o.keep(whole)
	}
	clear(o.queue[c])
	o.queue[c] = o.queue[c][:0]
}

// giveUp drops what waits too long: pictures that nobody asked for first, and the
// others, too, if they are too late themselves. What was dropped goes on at the next
// key frame.
func (st *Station) giveUp() {
	o := &st.out
	for _, c := range []class{restLast, floorNext} {
		o.forget(c)
		for _, s := range st.video {
			if s.now != nil && s.class() == c {
				of := s.now.of
				s.drop()
				if s.target == of {
					of.wantsKey.Store(true)
				}
			}
		}
		if float64(o.queued)*8 <= o.pace()*tooLate.Seconds()/2 {
			return
		}
	}
}

// improve sends, when more is wanted than the line is believed to bear, a burst of
// what the station has already, in the slot that has sent most, and of nothing where
// that has been forgotten.
func (st *Station) improve(b *transport.Batch, wanted int, now time.Time) {
	if now.UnixMilli() < st.measureUntil.Load() {
		wanted = max(wanted, measureRate)
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	o := &st.out
	o.wanted = wanted
	l := st.link.Load()
	if o.line == nil || l == nil || !l.Ready() || o.queued > 0 || st.closed.Load() {
		return
	}
	var s *slot
	for _, other := range st.video {
		// What went last may be over, or nothing have been sent: such a line is probed, too.
		if other.repair != 0 && (s == nil || other.packets > s.packets) {
			s = other
		}
	}
	if s == nil {
		return
	}
	rate := o.line.Probe(wanted, now)
	if rate == 0 {
		return
	}
	from := o.sequence + 1
	left := estimate.ProbeBytes(rate)
	for number := s.last; left > 0 && s.last-number < 64; number-- {
		if whole := s.copyOf(b, number); whole != nil {
			st.put(b, l, whole, now)
			left -= len(whole)
		}
	}
	for kind := st.repairFormat(); kind != 0 && left > 0; {
		whole := s.padding(b, kind)
		st.put(b, l, whole, now)
		left -= len(whole)
	}
	if to := o.sequence + 1; to != from {
		o.line.Probing(rate, from, to, now)
	}
}

// repairFormat is the number of one of the formats of retransmissions; 0 = there is none.
func (st *Station) repairFormat() uint8 {
	for _, f := range st.codecs {
		if f.repair != 0 {
			return f.repair
		}
	}
	return 0
}

// meter measures a rate.
type meter struct {
	total  uint64
	bytes  int
	from   time.Time
	perSec int // bit/s over the last second
}

func (m *meter) add(now time.Time, n int) {
	m.total += uint64(n)
	m.roll(now)
	m.bytes += n
}

func (m *meter) roll(now time.Time) {
	if passed := now.Sub(m.from); passed >= time.Second {
		m.perSec = 0
		if passed < 2*time.Second {
			m.perSec = int(float64(m.bytes) * 8 / passed.Seconds())
		}
		m.from, m.bytes = now, 0
	}
}
