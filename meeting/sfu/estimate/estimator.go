package estimate

import "time"

// Bounds of an estimate, bit/s.
const (
	Least = 24_000
	Most  = 50_000_000
	// Begin is believed of a line of which nothing is known: sound, slides and a
	// small picture.
	Begin = 600_000
)

const (
	history  = 4096 // packets that are remembered until they are reported on
	beta     = 0.85 // of what arrives, when a queue builds up
	fast     = 1.08 // a second, far from where the line was full
	unused   = 0.7  // of the target: less than that is sent for want of more
	idleFor  = 2 * time.Second
	ample    = 1.5 // of what arrives: more than that was never tried
	holdFor  = 300 * time.Millisecond
	measured = 500 * time.Millisecond // over which arrivals are counted
	lateFor  = 250 * time.Millisecond // what is missing for less may only be late
)

// record is a packet that was sent.
type record struct {
	at       time.Time
	size     int32
	sequence uint16
	waits    bool      // not reported as received
	missing  time.Time // since a report said so; zero = none did
	lost     bool      // missing for so long that it is not late
}

// Estimator is one line's.
type Estimator struct {
	sent   [history]record
	newest uint16
	begun  bool
	trend  trend
	rtt    time.Duration

	target  float64
	limit   float64 // where the line was full last; 0 = not known
	changed time.Time
	lowered time.Time
	probed  time.Time
	probes  []probe
	proven  float64       // what was believed before a probe promised more; 0 = no promise is open
	used    time.Time     // since when more is sent than was proven; zero = it is not
	reached float64       // the most that a probe arrived at since the line was to be measured
	doubted time.Time     // when a promise was broken last
	borne   float64       // what arrived then
	doubt   time.Duration // after that, until more is promised

	arrivals arrivals
	sending  arrivals // what is sent, by the own clock
	since    time.Time
	idle     time.Time // since when much less is sent than the target
	losses   losses
	missing  []uint16 // sequence numbers of those that may be late, in the order of reports
	scratch  []Arrival
}

// New begins an estimate.
func New() *Estimator { return &Estimator{target: Begin} }

// Target is how much may be sent, bit/s.
func (e *Estimator) Target() int { return int(e.target) }

// Fresh reports whether the line has never been full, as far as is known.
func (e *Estimator) Fresh() bool { return e.lowered.IsZero() }

// Loss is how much of what was sent was lost lately.
func (e *Estimator) Loss() float64 { return e.losses.recent }

// Arriving is how much arrives, bit/s; 0 = not known.
func (e *Estimator) Arriving() int { return int(e.arrivals.rate) }

// Sent notes a packet with its transport-wide sequence number and its size.
func (e *Estimator) Sent(sequence uint16, size int, now time.Time) {
	e.sent[sequence%history] = record{at: now, size: int32(size), sequence: sequence, waits: true}
	e.newest, e.begun = sequence, true
	e.sending.add(now.Sub(e.epoch(now)), size)
}

// epoch is the moment from which the own clock counts.
func (e *Estimator) epoch(now time.Time) time.Time {
	if e.since.IsZero() {
		e.since = now
	}
	return e.since
}

// Report takes a report in. What is not one changes nothing.
func (e *Estimator) Report(body []byte, now time.Time, rtt time.Duration) {
	all, err := Parse(body, e.scratch[:0])
	if err != nil || !e.begun {
		return
	}
	e.scratch = all
	if rtt > 0 {
		e.rtt = rtt
	}
	e.trend.rate = e.target
	lost, got := 0, 0
	for _, a := range all {
		r := &e.sent[a.Sequence%history]
		if r.sequence != a.Sequence || !r.waits || now.Sub(r.at) > 10*time.Second {
			continue
		}
		if !a.Received {
			if r.missing.IsZero() {
				r.missing = now
				e.missing = append(e.missing, a.Sequence)
			}
			continue
		}
		if r.lost {
			lost--
		}
		got++
		r.waits = false
		e.trend.take(r.at, a.At, now)
		e.arrivals.add(a.At, int(r.size))
		e.probeArrived(a.Sequence, a.At, int(r.size))
	}
	lost += e.overdue(now)
	if lost == 0 && got == 0 {
		return
	}
	e.losses.add(lost, got, now)
	e.adjust(now)
	e.probeResult(now)
}

// overdue counts what is missing for so long that it is lost.
func (e *Estimator) overdue(now time.Time) (lost int) {
	for len(e.missing) > 0 {
		r := &e.sent[e.missing[0]%history]
		if r.sequence == e.missing[0] && r.waits && !r.missing.IsZero() {
			if now.Sub(r.missing) < lateFor {
				break
			}
			r.lost = true
			lost++
		}
		e.missing = e.missing[1:]
	}
	return lost
}

// adjust changes the target by what is known now.
func (e *Estimator) adjust(now time.Time) {
	passed := 0.0
	if !e.changed.IsZero() {
		passed = min(now.Sub(e.changed).Seconds(), 1)
	}
	e.changed = now
	if e.sending.rate == 0 || e.sending.rate >= unused*e.target {
		e.idle = time.Time{}
	} else if e.idle.IsZero() {
		e.idle = now
	}
	e.keepPromise(now)
	wait := e.rtt + holdFor
	arriving := e.arrivals.rate
	if e.trend.state == filling && arriving > 0 && now.Sub(e.lowered) > wait {
		if !e.idle.IsZero() && now.Sub(e.idle) > idleFor {
			// Little is sent, so little arrives: that says nothing of what would.
			e.lower(beta*e.target, now)
			return
		}
		e.noteLimit(arriving)
		if e.losses.recent > tolerable {
			e.losses.noteLowered(e.target, arriving, now)
		}
		e.lower(min(e.target, beta*arriving), now)
		return
	}
	excess := e.losses.excess()
	if excess > unbearable && e.losses.news && now.Sub(e.lowered) > wait {
		e.losses.news = false
		e.losses.noteLowered(e.target, arriving, now)
		e.lower(e.target*(1-excess/2), now)
		return
	}
	if before := e.losses.learn(e.target, arriving, now); before > 0 {
		e.lower(min(before, e.target), now)
		return
	}
	if excess > tolerable || e.trend.state != steady {
		return
	}
	if arriving > 0 && e.target > ample*arriving+10_000 {
		return // more than is sent need not be believed
	}
	if e.limit > 0 && e.target > e.limit*1.3 {
		e.limit = 0 // the line has become another
	}
	if e.limit > 0 && e.target > e.limit*0.9 {
		step := 1200 * 8 / max((e.rtt+100*time.Millisecond).Seconds(), 0.1)
		e.target = min(e.target+step*passed, Most)
		return
	}
	grown := 1.0
	if passed > 0 {
		grown = 1 + (fast-1)*passed
	}
	e.target = min(e.target*grown+1000*passed, Most)
}

func (e *Estimator) noteLimit(rate float64) {
	if e.limit == 0 {
		e.limit = rate
		return
	}
	e.limit += 0.3 * (rate - e.limit)
}

// Lower says that the line is known to have been full, at what is believed now.
func (e *Estimator) Lower(now time.Time) { e.lower(e.target, now) }

func (e *Estimator) lower(to float64, now time.Time) {
	if e.breakPromise(now) {
		to = min(to, max(e.proven, beta*e.borne))
	}
	e.proven, e.used = 0, time.Time{}
	e.target = max(to, Least)
	e.lowered = now
}

// arrivals counts what arrives, by the receiver's clock, or is sent.
type arrivals struct {
	from  time.Duration
	bytes int
	begun bool
	rate  float64
}

func (a *arrivals) add(at time.Duration, size int) {
	if !a.begun || at < a.from-time.Second || at > a.from+5*time.Second {
		*a = arrivals{from: at, begun: true, rate: a.rate}
	}
	a.bytes += size
	if span := at - a.from; span >= measured {
		rate := float64(a.bytes) * 8 / span.Seconds()
		if a.rate == 0 {
			a.rate = rate
		} else {
			a.rate += 0.5 * (rate - a.rate)
		}
		a.from, a.bytes = at, 0
	}
}

// losses follows how much is lost, and how much of that is the line's own.
type losses struct {
	lost, got int
	from      time.Time
	news      bool // recent has changed since it was acted on
	recent    float64
	own       float64 // lost at any rate
	ownAt     time.Time
	trial     trial
}

// trial is what was before the rate was changed while much was lost: whether loss
// changes with the rate tells whose it is.
type trial struct {
	rate, loss, arriving float64 // rate 0 = none
	at                   time.Time
	raised               bool
}

const (
	lossSpan = 500 * time.Millisecond
	leastOf  = 10 // packets that say something
	fewOf    = 50 // and that say all there is to say
	ownFor   = time.Minute
	mostOwn  = 0.4
	trialFor = 20 * time.Second

	tolerable  = 0.02 // beyond what is the line's own: more is not sent
	unbearable = 0.10 // less is
)

func (l *losses) add(lost, got int, now time.Time) {
	if l.from.IsZero() {
		l.from = now
	}
	l.lost += lost
	l.got += got
	if now.Sub(l.from) < lossSpan || l.lost+l.got < leastOf {
		return
	}
	n := float64(max(l.lost, 0) + l.got)
	share := float64(max(l.lost, 0)) / n
	// A share of few packets is mostly chance.
	l.recent += min(0.4, n/fewOf) * (share - l.recent)
	if l.recent < l.own {
		l.own += 0.2 * (l.recent - l.own)
	}
	l.lost, l.got, l.from, l.news = min(l.lost, 0), 0, now, true
}

// excess is what is lost beyond what the line loses at any rate.
func (l *losses) excess() float64 { return max(0, l.recent-l.own*1.1) }

func (l *losses) noteLowered(rate, arriving float64, now time.Time) {
	if l.trial.rate == 0 || l.trial.raised || now.Sub(l.trial.at) > trialFor {
		l.trial = trial{rate: rate, loss: l.recent, arriving: arriving, at: now}
	}
}

func (l *losses) noteRaised(rate, arriving float64, now time.Time) {
	if l.recent > tolerable {
		l.trial = trial{rate: rate, loss: l.recent, arriving: arriving, at: now, raised: true}
	}
}

// learn finds out whether another rate has changed what is lost. Where less is sent
// and arrives, or more, and the same share is lost, the line was not full: it loses
// that much of anything. Where more has made it worse, the answer is the rate before.
func (l *losses) learn(rate, arriving float64, now time.Time) (before float64) {
	if l.own > 0 && now.Sub(l.ownAt) > ownFor {
		l.own *= 0.8 // it may have been a passing cloud
		l.ownAt = now
	}
	t := l.trial
	if t.rate == 0 || now.Sub(t.at) < 4*lossSpan {
		return 0
	}
	switch more := arriving > 1.3*t.arriving; {
	case !t.raised && rate > 0.6*t.rate, t.raised && !more && now.Sub(t.at) < trialFor:
		return 0 // what is sent has not followed yet
	case t.raised && more && l.recent > 1.25*t.loss+0.01:
		before = t.rate
	case t.raised && more, !t.raised && l.recent >= 0.75*t.loss && arriving < 0.8*t.arriving:
		l.own, l.ownAt = min(l.recent, mostOwn), now
	}
	l.trial = trial{}
	return before
}
