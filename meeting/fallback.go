package meeting

import "time"

// When a station is to change its route.
const (
	badLoss    = 0.15
	badFor     = 10 * time.Second // of loss, with nothing left to give up
	heavyFor   = 25 * time.Second // of loss at any rate
	worseFor   = 20 * time.Second // after a change because of loss, of a line that is no better
	floorRate  = 64               // kbit/s: less is sound alone
	silentFor  = 8 * time.Second
	returnFrom = 5 * time.Minute // after a change to TCP
)

// Fallback says which route a station should take, by what its host knows of its
// line over time. It decides on a change and reads no clock; the zero value is a
// station on UDP of which nothing is known.
//
// Whoever runs the conference calls [Fallback.Next] with every [Line] that the media
// server tells, every second or two. When the answer changes, the station is told;
// its page then makes its connection anew: for [RouteTCP] with an ICE policy that
// leaves it nothing but TCP candidates and relays (iceTransportPolicy "relay", with
// the relay's URLs), for [RouteUDP] with all. The new connection takes the old one's
// place at the host, so nobody else notices.
//
// A change to TCP is made for a line that loses much, sooner when there is nothing
// left to give up, or which has died while another way may be open. A page that has
// left a dead line by itself has made that change, too, and is not asked for it. Going
// back is tried no sooner than five minutes later, and each time that it fails, twice as
// late: a call that wavers between two routes is worse than either. But a line that
// loses as much over TCP, or bears no pictures there, as a radio link may, goes back at
// once, and stays for as long.
type Fallback struct {
	route     Route
	since     time.Time // of the change to TCP
	badFrom   time.Time // zero = it is not bad
	heavyFrom time.Time // zero = it does not lose much
	upUntil   time.Time // when the line was up last; zero = never
	direct    bool      // it has been up over UDP
	back      time.Time // of the change to UDP
	wait      time.Duration
	tries     int

	forLoss   bool    // it was changed because of loss, of as much as this
	loss      float64 // and more than sound went through
	bore      bool
	worseFrom time.Time // zero = TCP is better
	stay      time.Time // until when loss is no reason to change
}

// maxTries bounds how often the wait is doubled.
const maxTries = 4

// Next takes the line of a moment in and answers the route that the station should
// take from now on.
func (f *Fallback) Next(l Line, now time.Time) Route {
	if f.route == "" {
		f.route = RouteUDP
	}
	if f.route == RouteUDP {
		f.overUDP(l, now)
	} else {
		f.overTCP(l, now)
	}
	return f.route
}

// overTCP looks whether the station may go back to UDP.
func (f *Fallback) overTCP(l Line, now time.Time) {
	if now.Sub(f.since) >= f.wait {
		f.change(RouteUDP, now)
		return
	}
	pending := l.Up && (l.Route == RouteUDP || l.Route == "") // it has not changed yet
	better := l.Up && l.loss() < f.loss && !(f.bore && l.little())
	switch {
	case !f.forLoss || pending || better:
		f.worseFrom = time.Time{}
	case f.worseFrom.IsZero():
		f.worseFrom = now
	case now.Sub(f.worseFrom) >= worseFor:
		f.stay = now.Add(f.wait)
		f.change(RouteUDP, now)
	}
}

// overUDP looks whether the station has to leave UDP.
func (f *Fallback) overUDP(l Line, now time.Time) {
	if l.Route != RouteUDP && l.Route != "" {
		// It has found another way by itself, or has not changed back yet. Where UDP
		// has never passed there is nothing to go back to.
		f.badFrom, f.heavyFrom, f.upUntil = time.Time{}, time.Time{}, now
		if f.direct && l.Up && now.Sub(f.back) >= silentFor {
			f.change(RouteTCP, now)
		}
		return
	}
	f.direct = f.direct || l.Up
	if l.Up || f.upUntil.IsZero() {
		f.upUntil = now
	}
	if now.Sub(f.upUntil) >= silentFor {
		f.change(RouteTCP, now)
		return
	}
	bad := lasts(&f.badFrom, l.Up && l.bad(), badFor, now)
	heavy := lasts(&f.heavyFrom, l.Up && l.loss() >= badLoss, heavyFor, now)
	if !bad && !heavy || now.Before(f.stay) {
		return
	}
	loss, bore := l.loss(), !l.little()
	f.change(RouteTCP, now)
	f.forLoss, f.loss, f.bore = true, loss, bore
}

// lasts reports whether something holds that has held for so long.
func lasts(from *time.Time, holds bool, span time.Duration, now time.Time) bool {
	switch {
	case !holds:
		*from = time.Time{}
	case from.IsZero():
		*from = now
	}
	return holds && now.Sub(*from) >= span
}

func (f *Fallback) change(to Route, now time.Time) {
	if to == RouteTCP {
		if f.tries > 0 && now.Sub(f.since) >= f.wait+2*returnFrom {
			f.tries = 0 // UDP has been good for a while: it is another trouble
		}
		f.wait = returnFrom << f.tries
		f.tries = min(f.tries+1, maxTries)
		f.since = now
	} else {
		f.back = now
	}
	f.route, f.badFrom, f.heavyFrom, f.worseFrom, f.upUntil = to, time.Time{}, time.Time{}, time.Time{}, now
	f.forLoss = false
}

// bad reports whether much is lost though little is sent.
func (l Line) bad() bool {
	down := l.LossDown >= badLoss && l.RateDown > 0 && (l.RateDown <= floorRate || l.Bears > 0 && l.Bears <= floorRate)
	up := l.LossUp >= badLoss && l.RateUp > 0 && l.RateUp <= floorRate
	return down || up
}

// little reports whether the line bears sound alone, as far as is known.
func (l Line) little() bool { return l.Bears > 0 && l.Bears <= floorRate }

// loss is the larger part of what is lost, of what is sent.
func (l Line) loss() (loss float64) {
	if l.RateDown > 0 {
		loss = l.LossDown
	}
	if l.RateUp > 0 {
		loss = max(loss, l.LossUp)
	}
	return loss
}
