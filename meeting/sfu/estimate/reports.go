package estimate

import "time"

// Reports is the estimate of a line of whose packets only receiver reports speak
// (RFC 3550, section 6.4.1), every second or every five: it knows what is lost, and
// neither when something arrives nor what a burst would do.
type Reports struct {
	target  float64
	limit   float64 // what arrived when much was lost last; 0 = not known
	limitAt time.Time
	changed time.Time
	lowered time.Time

	lost, got int     // since it was last judged
	recent    float64 // lost lately
	own       float64 // lost at any rate
	ownAt     time.Time
	// At the first decrease because of loss, until less is sent.
	sending, loss float64

	bound   float64 // what the receiver itself says it can take; 0 = nothing
	boundAt time.Time
}

const (
	limitFor = time.Minute      // what was too much is not tried again for so long
	boundFor = 10 * time.Second // receivers repeat it
	wantMore = 1.3              // of what is wanted: more need not be believed
)

// NewReports begins an estimate.
func NewReports() *Reports { return &Reports{target: Begin} }

// Target is how much may be sent, bit/s.
func (r *Reports) Target() int {
	if r.bound > 0 {
		return int(max(min(r.target, r.bound), Least))
	}
	return int(r.target)
}

// Fresh reports whether the line has never been full, as far as is known.
func (r *Reports) Fresh() bool { return r.lowered.IsZero() && r.bound == 0 }

// Loss is how much of what was sent was lost lately.
func (r *Reports) Loss() float64 { return r.recent }

// Bound takes what the receiver says that it can take, bit/s.
func (r *Reports) Bound(rate int, now time.Time) { r.bound, r.boundAt = float64(rate), now }

// Report takes in how many packets are lost and have come since the last report, of
// what was sent at a rate, while so much was wanted, bit/s.
func (r *Reports) Report(lost, got, sending, wanted int, now time.Time, rtt time.Duration) {
	if now.Sub(r.boundAt) > boundFor {
		r.bound = 0
	}
	if now.Sub(r.limitAt) > limitFor {
		r.limit = 0
	}
	passed := 0.0
	if !r.changed.IsZero() {
		passed = min(now.Sub(r.changed).Seconds(), 5)
	}
	r.changed = now
	r.lost += max(lost, 0)
	r.got += max(got, 0)
	if r.lost+r.got < leastOf {
		return
	}
	loss := float64(r.lost) / float64(r.lost+r.got)
	r.lost, r.got = 0, 0
	r.recent += 0.4 * (loss - r.recent)
	r.learn(loss, float64(sending), now)
	arriving := float64(sending) * (1 - loss)
	switch excess := loss - r.own*1.1; {
	case excess > 0.10:
		if now.Sub(r.lowered) <= rtt+holdFor {
			return
		}
		if r.loss == 0 {
			r.sending, r.loss = float64(sending), loss
		}
		r.limit, r.limitAt = arriving, now
		r.target = max(min(r.target*(1-excess/2), arriving), Least)
		r.lowered = now
	case excess <= 0.02 && r.target < wantMore*float64(wanted):
		most := min(wantMore*float64(wanted), Most)
		if r.limit > 0 {
			most = min(most, r.limit)
		}
		r.target = max(r.target, min(r.target*(1+(fast-1)*passed)+1000*passed, most))
	}
}

// learn finds out whether sending less has helped. When it has not, the line was not
// full: it loses that much of anything.
func (r *Reports) learn(loss, sending float64, now time.Time) {
	if r.own > 0 && now.Sub(r.ownAt) > ownFor {
		r.own, r.ownAt = r.own*0.5, now // it may have been a passing cloud
	}
	r.own = min(r.own, loss)
	if r.loss == 0 || sending > 0.7*r.sending {
		return
	}
	if loss >= 0.75*r.loss {
		r.own, r.ownAt, r.limit = min(loss, mostOwn), now, 0
	}
	r.loss = 0
}
