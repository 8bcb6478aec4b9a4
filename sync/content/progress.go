package content

import (
	"math"
	"slices"
	"time"

	"khonggiay/app"
)

// Snapshot is the state of a queue for the screen.
type Snapshot struct {
	Done   int64         // bytes moved since the queue was last empty
	Total  int64         // bytes of all that entered since then and did not fail
	Rate   float64       // bytes per second, 0 when nothing moves
	Left   time.Duration // estimate at this rate, 0 when it cannot be told
	Held   bool          // something waits only because of Pause
	Items  []ItemState   // in the order of the queue, the running one as it is
	Failed []Failure     // what left with an error since the queue was last empty
}

// ItemState is one segment in the queue.
type ItemState struct {
	Name     app.Hash
	Done     int64 // ciphertext bytes
	Size     int64 // ciphertext bytes
	Priority Priority
	Running  bool
	Held     bool      // waits because of Pause
	RetryAt  time.Time // zero, or when it is tried again after Err
	Err      error     // of the last try, nil when none failed
}

// Failure is a segment that left the queue unmoved.
type Failure struct {
	Name app.Hash
	Err  error
}

// Snapshot tells the state of the queue.
func (q *Queue) Snapshot() Snapshot {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := Snapshot{Done: q.finished, Total: q.finished, Failed: slices.Clone(q.failures)}
	for _, it := range sortedItems(q.items) {
		state := ItemState{Name: it.name, Done: it.done, Size: it.size, Priority: it.priority,
			Running: it == q.running, Held: it.priority <= q.held, RetryAt: it.notBefore, Err: it.last}
		s.Held = s.Held || state.Held
		s.Done += it.done
		s.Total += it.size
		s.Items = append(s.Items, state)
	}
	s.Rate = q.rate.PerSecond(q.opt.Clock.now())
	if s.Rate >= 1 {
		s.Left = time.Duration(float64(s.Total-s.Done) / s.Rate * float64(time.Second))
	}
	return s
}

func sortedItems(items map[app.Hash]*item) []*item {
	list := make([]*item, 0, len(items))
	for _, it := range items {
		list = append(list, it)
	}
	slices.SortFunc(list, func(a, b *item) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	return list
}

// meterWindow is the memory of a Meter: what moved this long ago counts for a
// third.
const meterWindow = 5 * time.Second

// Meter estimates the rate of a stream of steps by exponential decay. The zero
// value is at rest. It is not safe for concurrent use.
type Meter struct {
	weight  float64   // decayed bytes
	busy    float64   // decayed seconds in which bytes could move
	at      time.Time // of the last step; zero at rest
	reached int64     // bytes of the running transfer; -1 until it tells its start
}

// resume begins a transfer, whose first report tells only where it stands.
func (m *Meter) resume() { m.reached = -1 }

// Rest forgets the rate: nothing is to be moved.
func (m *Meter) Rest() { *m = Meter{} }

// reach notes that the running transfer stands at done bytes.
func (m *Meter) reach(done int64, now time.Time) {
	moved := done - m.reached
	if m.reached < 0 || moved < 0 {
		moved = 0
	}
	m.reached = done
	m.Moved(moved, now)
}

// Moved notes that so many bytes have moved since the step before.
func (m *Meter) Moved(bytes int64, now time.Time) {
	m.decay(now)
	m.weight += float64(bytes)
}

// decay lets the past fade up to now.
func (m *Meter) decay(now time.Time) {
	if m.at.IsZero() {
		m.at = now
	}
	window := meterWindow.Seconds()
	passed := max(0, now.Sub(m.at).Seconds())
	keep := math.Exp(-passed / window)
	m.weight *= keep
	m.busy = m.busy*keep + window*(1-keep)
	m.at = now
}

// PerSecond is the rate at now, 0 while it is too early to tell. It falls while
// nothing comes.
func (m *Meter) PerSecond(now time.Time) float64 {
	if m.at.IsZero() {
		return 0
	}
	m.decay(now)
	if m.busy < 0.2 {
		return 0
	}
	return m.weight / m.busy
}
