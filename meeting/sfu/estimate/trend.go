package estimate

import (
	"math"
	"time"
)

// signal is what the queue on the way does.
type signal int

const (
	steady signal = iota
	filling
	draining
)

const (
	groupSpan    = 5 * time.Millisecond // packets sent within it are one group
	window       = 20                   // groups in the trend
	smoothing    = 0.9
	trendGain    = 4.0
	maxDeltas    = 60
	fillingFor   = 10 * time.Millisecond
	lowSpan      = 10 * time.Second
	leastQueue   = 30.0     // ms; a busy machine is not a full line
	burst        = 3 * 9600 // bits, of a key frame's packets, that wait for one another on a thin line
	mostQueue    = 100.0    // ms
	thresholdMin = 6.0      // ms
	thresholdMax = 600.0
)

// group is packets that were sent together.
type group struct {
	first, last time.Time     // sent
	arrived     time.Duration // the last
	begun       bool
}

// trend follows how the one-way delay changes (draft-ietf-rmcat-gcc-02, section 5,
// with a line fitted through the smoothed delays instead of a Kalman filter).
type trend struct {
	now, before group

	begin    time.Duration
	lows     [2]float64 // least smoothed delay of this span and the one before, ms
	lowFrom  time.Time
	delay    float64 // accumulated, ms
	smoothed float64
	xs, ys   []float64
	deltas   int

	rate      float64 // that is believed in, bit/s
	threshold float64
	updated   time.Time
	over      time.Duration
	overs     int
	last      float64 // slope
	state     signal
}

// take adds a packet that has arrived; in the order of sending.
func (t *trend) take(sent time.Time, arrived time.Duration, now time.Time) {
	switch {
	case !t.now.begun:
		t.now = group{sent, sent, arrived, true}
		return
	case sent.Sub(t.now.first) <= groupSpan:
		t.now.last = sent
		t.now.arrived = max(t.now.arrived, arrived)
		return
	}
	if t.before.begun {
		sentApart := t.now.last.Sub(t.before.last)
		arrivedApart := t.now.arrived - t.before.arrived
		t.update(sentApart, arrivedApart, now)
	}
	t.before = t.now
	t.now = group{sent, sent, arrived, true}
}

func (t *trend) update(sentApart, arrivedApart time.Duration, now time.Time) {
	if t.threshold == 0 {
		t.threshold = 12.5
	}
	t.deltas = min(t.deltas+1, maxDeltas)
	t.delay += float64(arrivedApart-sentApart) / float64(time.Millisecond)
	t.smoothed = smoothing*t.smoothed + (1-smoothing)*t.delay
	t.low(now)
	if len(t.xs) == 0 {
		t.begin = t.now.arrived
	}
	if len(t.xs) == window {
		copy(t.xs, t.xs[1:])
		copy(t.ys, t.ys[1:])
		t.xs, t.ys = t.xs[:window-1], t.ys[:window-1]
	}
	t.xs = append(t.xs, float64(t.now.arrived-t.begin)/float64(time.Millisecond))
	t.ys = append(t.ys, t.smoothed)
	slope := t.last
	if len(t.xs) == window {
		slope = fit(t.xs, t.ys)
	}
	t.detect(slope, sentApart, now)
}

// forget begins anew: the queue of which the last packets told is no more.
func (t *trend) forget() {
	*t = trend{rate: t.rate, threshold: t.threshold, updated: t.updated}
}

// low keeps the least delay of the last ten to twenty seconds: that of an empty queue.
func (t *trend) low(now time.Time) {
	if t.lowFrom.IsZero() {
		t.lowFrom, t.lows = now, [2]float64{t.smoothed, t.smoothed}
	}
	if now.Sub(t.lowFrom) > lowSpan {
		t.lowFrom, t.lows = now, [2]float64{t.smoothed, t.lows[0]}
	}
	t.lows[0] = min(t.lows[0], t.smoothed)
}

// queue is how long packets wait on the way, ms, as far as is known.
func (t *trend) queue() float64 { return t.smoothed - min(t.lows[0], t.lows[1]) }

// least is what has to wait for a line to be called full, ms.
func (t *trend) least() float64 {
	if t.rate <= 0 {
		return leastQueue
	}
	return min(max(leastQueue, burst/t.rate*1000), mostQueue)
}

// fit is the slope of the line through the points; 0 if they say nothing.
func fit(xs, ys []float64) float64 {
	var mx, my float64
	for i := range xs {
		mx += xs[i]
		my += ys[i]
	}
	n := float64(len(xs))
	mx, my = mx/n, my/n
	var up, down float64
	for i := range xs {
		up += (xs[i] - mx) * (ys[i] - my)
		down += (xs[i] - mx) * (xs[i] - mx)
	}
	if down == 0 {
		return 0
	}
	return up / down
}

func (t *trend) detect(slope float64, apart time.Duration, now time.Time) {
	modified := float64(t.deltas) * slope * trendGain
	switch {
	case modified > t.threshold:
		t.over += apart
		t.overs++
		if t.over > fillingFor && t.overs > 1 && slope >= t.last && t.queue() > t.least() {
			t.over, t.overs = 0, 0
			t.state = filling
		}
	case modified < -t.threshold:
		t.over, t.overs = 0, 0
		t.state = draining
	default:
		t.over, t.overs = 0, 0
		t.state = steady
	}
	t.last = slope
	t.adapt(modified, now)
}

// adapt lets the threshold follow, so that a stream beside does not starve this one.
func (t *trend) adapt(modified float64, now time.Time) {
	if t.updated.IsZero() {
		t.updated = now
	}
	size := math.Abs(modified)
	if size <= t.threshold+15 {
		gain := 0.0087
		if size < t.threshold {
			gain = 0.039
		}
		passed := min(float64(now.Sub(t.updated))/float64(time.Millisecond), 100)
		t.threshold = min(max(t.threshold+gain*(size-t.threshold)*passed, thresholdMin), thresholdMax)
	}
	t.updated = now
}
