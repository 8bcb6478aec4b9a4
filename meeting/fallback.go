package meeting

import "time"

// When a station is to change its route.
const (
	badLoss    = 0.15
	badFor     = 10 * time.Second // of loss, with nothing left to give up
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
// A change to TCP is made for a line whose loss no lower rate has mended, or which
// has died while another way may be open. A page that has left a dead line by itself
// has made that change, too, and is not asked for it. Going back is tried no sooner
// than five minutes later, and each time that it fails, twice as late: a call that
// wavers between two routes is worse than either.
type Fallback struct {
	route   Route
	since   time.Time // of the change to TCP
	badFrom time.Time // zero = it is not bad
	upUntil time.Time // when the line was up last; zero = never
	direct  bool      // it has been up over UDP
	back    time.Time // of the change to UDP
	wait    time.Duration
	tries   int
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
	} else if now.Sub(f.since) >= f.wait {
		f.change(RouteUDP, now)
	}
	return f.route
}

// overUDP looks whether the station has to leave UDP.
func (f *Fallback) overUDP(l Line, now time.Time) {
	if l.Route != RouteUDP && l.Route != "" {
		// It has found another way by itself, or has not changed back yet. Where UDP
		// has never passed there is nothing to go back to.
		if f.badFrom, f.upUntil = (time.Time{}), now; f.direct && l.Up && now.Sub(f.back) >= silentFor {
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
	if !l.Up || !l.bad() {
		f.badFrom = time.Time{}
		return
	}
	if f.badFrom.IsZero() {
		f.badFrom = now
	}
	if now.Sub(f.badFrom) >= badFor {
		f.change(RouteTCP, now)
	}
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
	f.route, f.badFrom, f.upUntil = to, time.Time{}, now
}

// bad reports whether much is lost though little is sent.
func (l Line) bad() bool {
	down := l.LossDown > badLoss && l.RateDown > 0 && (l.RateDown <= floorRate || l.Bears > 0 && l.Bears <= floorRate)
	up := l.LossUp > badLoss && l.RateUp > 0 && l.RateUp <= floorRate
	return down || up
}
