package sfu

import (
	"cmp"
	"slices"
	"time"

	"khonggiay/meeting"
)

// What a layer takes and how high its pictures are, until it is seen: of a
// camera's layers, and of a screen's.
var (
	nominalRates   = [maxLayers]int{150_000, 500_000, 1_400_000}
	nominalHeights = [maxLayers]int{180, 360, 720}
)

const (
	enough   = 1.3  // a picture may be enlarged by so much before the next layer is worth it
	caution  = 1.2  // a layer more is tried when so much of its rate is free
	soundFor = 40e3 // bit/s kept for one voice, until it is known what they take
	// A picture no taller than that is to take no more than this, bit/s, while others
	// might have it: of a camera that is sent in one size, or by an encoder.
	smallTall = 180
	smallRate = 300_000
)

// rememberFor is how long a layer that was paused is taken for what it was.
const rememberFor = 10 * time.Minute

func (l *layer) takes(now time.Time) int {
	if rate := int(l.rate.Load()); rate > 0 && now.UnixMilli()-l.lastSeen.Load() < rememberFor.Milliseconds() {
		return rate
	}
	return nominalRates[l.place()]
}

func (l *layer) tall() int {
	if h := int(l.height.Load()); h > 0 {
		return h
	}
	return nominalHeights[l.place()]
}

// place is the layer's among three; the only one is the largest.
func (l *layer) place() int { return l.index + maxLayers - len(l.of.layers) }

// demand is one slot's wish while it is decided what it gets.
type demand struct {
	slot  *slot
	src   *source
	tall  int // that it is shown at
	ideal int // index of the layer that it would best have
	got   int // -1 = nothing
}

// allot decides what each slot carries: of what the line bears, sound has its part
// before anything else; then who has the floor, or the screen, in a middling size;
// then the others, small; then all as large as they are shown, in the same order; and
// last thumbnails of what is only sent large. The station is told nothing: it sees what comes.
func (st *Station) allot(now time.Time) (wanted int) {
	st.mu.Lock()
	wishes := st.wishes
	st.mu.Unlock()
	bySlot := make([]meeting.Wish, len(st.video))
	for _, w := range wishes {
		if w.Slot >= 0 && w.Slot < len(bySlot) {
			bySlot[w.Slot] = w
		}
	}
	demands := make([]demand, 0, len(st.video))
	for i, s := range st.video {
		w := bySlot[i]
		d := demand{slot: s, tall: w.Height, got: -1}
		if w.Station != "" {
			d.src = st.conference.sourceOf(st, w)
		}
		if d.src != nil {
			d.ideal = len(d.src.layers) - 1
			for j, l := range d.src.layers {
				if float64(l.tall())*enough >= float64(w.Height) {
					d.ideal = j
					break
				}
			}
		}
		demands = append(demands, d)
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.closed.Load() {
		return 0 // its slots have been put down
	}
	for i, s := range st.video {
		s.wish, s.wanted = bySlot[i], demands[i].src != nil
	}
	order := slices.DeleteFunc(slices.Clone(demands), func(d demand) bool { return d.src == nil })
	slices.SortStableFunc(order, func(a, b demand) int { return cmp.Compare(a.slot.wish.Rank, b.slot.wish.Rank) })
	free := st.free()
	wanted = st.share(order, free, now)
	for _, d := range demands {
		if d.src == nil {
			d.slot.aim(nil, nil)
			d.slot.drop()
		}
	}
	for _, d := range order {
		ideal := d.src.layers[d.ideal]
		if d.got < 0 {
			d.slot.aim(nil, ideal)
			d.slot.drop()
			continue
		}
		d.slot.aim(d.src.layers[d.got], ideal)
		if s := d.slot; s.now != nil && s.now.of.of != d.src {
			s.drop() // another's picture is not shown until the wanted one comes
		}
	}
	return wanted
}

// free is what pictures may take, bit/s.
func (st *Station) free() int {
	rate, _, _ := st.out.bears()
	return max(0, rate-max(st.out.sound.perSec, int(soundFor)))
}

// share gives out what is free, and answers what all would take that is wanted.
func (st *Station) share(order []demand, free int, now time.Time) (wanted int) {
	left := free
	_, _, fresh := st.out.bears()
	raise := func(d *demand, to int) {
		to = d.src.best(to, now)
		if to <= d.got {
			return
		}
		cost := d.src.layers[to].takes(now)
		if d.got >= 0 {
			cost -= d.src.layers[d.got].takes(now)
		}
		need := cost
		if t := d.slot.target; t == nil || t.of != d.src || t.index < to {
			need = int(float64(cost) * caution)
		}
		// What is most wanted is tried on a line that has never been full.
		if need > left && !(d.got < 0 && d.slot.wish.Rank == 0 && fresh) {
			return
		}
		left = max(0, left-cost)
		d.got = to
	}
	for i := range order {
		d := &order[i]
		wanted += d.src.layers[d.ideal].takes(now)
		if d.slot.wish.Rank == 0 {
			raise(d, 0)
			raise(d, min(d.ideal, len(d.src.layers)/2))
		}
	}
	for i := range order {
		if !order[i].dear(now) {
			raise(&order[i], 0)
		}
	}
	for i := range order {
		for step := 1; step <= order[i].ideal && !order[i].dear(now); step++ {
			raise(&order[i], step)
		}
	}
	for i := range order {
		raise(&order[i], 0) // what takes far more than its size is worth
	}
	return wanted + int(soundFor)
}

// dear reports whether a picture takes far more than the size is worth that it is
// shown at.
func (d *demand) dear(now time.Time) bool {
	return d.slot.wish.Rank > 0 && d.tall <= smallTall && d.src.layers[d.src.best(0, now)].takes(now) > smallRate
}

// best is the best layer, not above one, that comes now; while none does, that one
// itself, so that the station is asked for it.
func (src *source) best(most int, now time.Time) int {
	for i := most; i >= 0; i-- {
		if src.layers[i].alive(now) {
			return i
		}
	}
	return most
}

// sourceOf is what a wish of a station calls for, if it may be seen and something
// may come of it.
func (c *conference) sourceOf(st *Station, w meeting.Wish) *source {
	from := c.find(w.Station)
	if from == nil || from == st || from.closed.Load() {
		return nil
	}
	for _, src := range from.sources {
		if src.track == w.Track && src.track != meeting.Audio && src.allowed.Load() {
			if _, ok := st.codecs[src.codec]; ok {
				return src
			}
		}
	}
	return nil
}
