package desktop

import (
	"cmp"
	"slices"
	"time"

	"khonggiay/app"
	"khonggiay/sync/content"
	"khonggiay/sync/courier"
)

// paceIdle is how long nothing may arrive before the rate of before says nothing
// about what comes next.
const paceIdle = 5 * time.Second

// pace measures how fast the courier brings segments, from how far they were at
// one look and at the next. Many come at once, and one may come whole between two
// looks.
type pace struct {
	meter content.Meter
	last  map[app.Hash]courier.Arrival // at the last look
	gone  map[app.Hash]bool            // counted whole by the last look, though nobody has said that they are
	at    time.Time                    // of the last step
}

// look takes what is arriving now. The first look at a segment tells only where it
// stands: some of it may be of another day.
func (p *pace) look(arriving map[app.Hash]courier.Arrival, now time.Time) {
	var moved int64
	gone := map[app.Hash]bool{}
	for name, was := range p.last {
		is, still := arriving[name]
		if !still {
			is.Done, gone[name] = was.Total, true
		}
		moved += max(0, is.Done-was.Done)
	}
	p.last, p.gone = arriving, gone
	p.moved(moved, now)
}

// arrived counts what was still lacking of a segment that is whole now.
func (p *pace) arrived(name app.Hash, size int64, now time.Time) {
	if p.gone[name] {
		delete(p.gone, name)
		return
	}
	p.moved(max(0, size-p.last[name].Done), now)
	delete(p.last, name)
}

func (p *pace) moved(bytes int64, now time.Time) {
	if now.Sub(p.at) > paceIdle {
		p.meter.Rest()
		bytes = 0 // in a time that nobody knows
	}
	p.at = now
	p.meter.Moved(bytes, now)
}

// await is told what the courier is about to bring of what records name.
func (p *porter) await(segments []moving) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.awaited = segments
}

// way is what the courier brings: small segments first, as it is set up. What it
// carries for colleagues takes its time too.
func (p *porter) way() way {
	arriving := p.node.Arriving()
	p.mu.Lock()
	w := way{rate: p.pace.meter.PerSecond(time.Now())}
	awaited := p.awaited
	p.mu.Unlock()
	for name, a := range arriving {
		w.items = append(w.items, moving{name, a.Done, a.Total})
	}
	for _, m := range awaited {
		if _, ok := arriving[m.name]; !ok && !p.files.Has(m.name) {
			w.items = append(w.items, m)
		}
	}
	slices.SortFunc(w.items, func(a, b moving) int {
		return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.name.String(), b.name.String()))
	})
	return w
}

// further is how many bytes of the segments, none of which is whole, the courier
// has more than HTTPS.
func (p *porter) further(segments []app.Segment) (bytes int64) {
	arriving := p.node.Arriving()
	for _, s := range segments {
		bytes += further(arriving[s.Name].Done, p.files.PartSize(s.Name), s.Size)
	}
	return bytes
}

// further compares the two parts of one segment: their bytes are the same, so they
// do not add up. One that is not taken in yet counts as not whole.
func further(courier, https, size int64) int64 {
	return max(0, min(courier, size-1)-min(https, size-1))
}

// moves reports whether the courier is bringing the segment just now.
func (p *porter) moves(name app.Hash) bool {
	if _, arriving := p.node.Arriving()[name]; !arriving {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pace.meter.PerSecond(time.Now()) >= slowest
}

// slowest is the rate, in bytes a second, below which the courier is not waited
// for when somebody sits in front of the screen.
const slowest = 1024
