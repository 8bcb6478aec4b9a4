package estimate

import "time"

// A probe is a burst at a higher rate than is believed, to see whether the line
// bears it. What it consists of is of no use to the receiver (or a second copy of
// what it has), so probes are short and rare.
type probe struct {
	rate     float64 // bit/s
	from, to uint16  // transport-wide sequence numbers; to is the next after it
	open     bool
	at       time.Time
	first    time.Duration
	last     time.Duration
	bytes    int // but for the first packet's
	arrived  int
}

const (
	probeEvery = 2 * time.Second
	freshEvery = 400 * time.Millisecond // while the line has never been full
	probeSpan  = 20 * time.Millisecond
	probeAfter = time.Second     // of a decrease
	silence    = 2 * time.Second // a queue on the way has emptied meanwhile
	// A line that lets a burst through (a token bucket) may still not bear its rate:
	// what a probe promised has to hold for a time, else the next one waits longer.
	holdsFor  = 8 * time.Second
	mostDoubt = 20 * time.Second
)

// Probe says at which rate to probe now, when more is wanted than is believed; 0 for
// not now.
func (e *Estimator) Probe(wanted int, now time.Time) (rate int) {
	every, times := probeEvery, 2.0
	if e.Fresh() {
		every, times = freshEvery, 3
	}
	if now.Sub(e.changed) > silence {
		e.forget()
	}
	if e.target >= float64(wanted) || now.Sub(e.probed) < every || e.target >= beta*e.bearable(now) || now.Sub(e.lowered) < probeAfter || e.losses.excess() > unbearable || e.trend.state != steady {
		return 0
	}
	e.probed = now
	return int(min(max(times*e.target, 100_000), 1.3*float64(wanted), Most))
}

// forget drops what was known of a queue and of losses when nothing has been heard of
// the line for so long: it cannot be learnt that they are over while nothing is sent.
func (e *Estimator) forget() {
	e.trend.forget()
	e.losses.recent = min(e.losses.recent, e.losses.own)
}

// bearable is what a probe may promise: while the last one is in doubt, what arrived
// when it was broken.
func (e *Estimator) bearable(now time.Time) float64 {
	if now.Sub(e.doubted) < e.doubt {
		return e.borne
	}
	return 2 * Most
}

// promise is made by a probe: the line bears that much.
func (e *Estimator) promise(rate float64, now time.Time) {
	if most := e.bearable(now); rate > most {
		e.target = max(e.target, most) // which has arrived before
		return
	}
	if e.proven == 0 {
		e.proven = e.target
		if e.sending.rate > 0 {
			e.proven = min(e.proven, ample*e.sending.rate)
		}
	}
	e.target = rate
}

// keepPromise looks whether more is sent now than was proven, and has been for so
// long that the line bears it.
func (e *Estimator) keepPromise(now time.Time) {
	switch {
	case e.proven == 0 || e.sending.rate <= e.proven:
		e.used = time.Time{}
	case e.used.IsZero():
		e.used = now
	case now.Sub(e.used) >= holdsFor:
		e.proven, e.used, e.doubt = 0, time.Time{}, 0
	}
}

// breakPromise is told that the line is full, and reports whether that is because more
// was sent than is proven; then the next probe is to wait.
func (e *Estimator) breakPromise(now time.Time) bool {
	if e.used.IsZero() {
		return false
	}
	e.doubted, e.borne = now, e.arrivals.rate
	e.doubt = min(max(2*e.doubt, 2*probeEvery), mostDoubt)
	return true
}

// ProbeBytes is how much a probe at that rate takes.
func ProbeBytes(rate int) int { return max(3*1200, int(float64(rate)/8*probeSpan.Seconds())) }

// Measure begins to look for what the line bears, whatever is believed; probes tell.
func (e *Estimator) Measure() { e.reached = 0 }

// Measured is the most that has come of a burst since then, bit/s, and no more than
// is believed; what is believed while none has, as where no more is looked for.
func (e *Estimator) Measured() int {
	if e.reached == 0 {
		return e.Target()
	}
	return int(min(e.reached, e.target))
}

// Probing notes that the packets from one sequence number up to, not including,
// another were sent at that rate.
func (e *Estimator) Probing(rate int, from, to uint16, now time.Time) {
	if len(e.probes) == 4 {
		e.probes = e.probes[1:]
	}
	e.probes = append(e.probes, probe{rate: float64(rate), from: from, to: to, open: true, at: now})
}

func (e *Estimator) probeArrived(sequence uint16, at time.Duration, size int) {
	for i := range e.probes {
		p := &e.probes[i]
		if !p.open || sequence-p.from >= p.to-p.from {
			continue
		}
		if p.arrived++; p.arrived == 1 {
			p.first, p.last = at, at
			continue
		}
		p.last = max(p.last, at)
		p.bytes += size
	}
}

// probeResult believes a probe of which most has arrived.
func (e *Estimator) probeResult(now time.Time) {
	for i := range e.probes {
		p := &e.probes[i]
		n := int(p.to - p.from)
		if !p.open || p.arrived < max(2, n*8/10) {
			if p.open && now.Sub(p.at) > 2*time.Second {
				p.open = false
			}
			continue
		}
		p.open = false
		rate := p.rate
		if span := (p.last - p.first).Seconds(); span > 0.001 {
			rate = min(rate, float64(p.bytes)*8/span)
		}
		e.reached = max(e.reached, min(0.95*rate, Most))
		if rate = min(0.95*rate, Most); rate > e.target && e.trend.state != filling {
			e.losses.noteRaised(e.target, e.arrivals.rate, now)
			e.promise(rate, now)
			if e.limit > 0 && e.target > e.limit {
				e.limit = 0
			}
		}
	}
}
