package content

import (
	"context"
	"errors"
	"sync"
	"time"

	"khonggiay/app"
)

// Priority orders a queue: higher goes first and interrupts lower.
type Priority int

const (
	PriorityArchive Priority = iota // when nothing else is to do
	PriorityRecent                  // documents one is likely to open
	PriorityUrgent                  // hỏa tốc, thượng khẩn, today's meetings
	PriorityOpen                    // someone waits in front of the screen
)

// Transfer moves one segment and reports its progress: Fetcher.Fetch, or
// Uploader.Upload with its arguments fitted.
type Transfer func(ctx context.Context, name app.Hash, size int64, progress Progress) error

// QueueOptions of a queue. Only Transfer is required.
type QueueOptions struct {
	Transfer Transfer
	// Finished is told about each segment that left the queue, nil or the error
	// that trying again will not mend. It is called by the queue's goroutine and
	// must not call Close.
	Finished func(name app.Hash, err error)
	// Pause after the n-th failure in a row of one segment that may pass, n from
	// 1. Nil doubles from two seconds to two minutes.
	Backoff func(n int) time.Duration
	Clock   Clock
}

// queueDoubling is the pause of a queue: it doubles from two seconds to two minutes.
func queueDoubling(n int) time.Duration {
	return min(2*time.Second<<min(max(n-1, 0), 6), 2*time.Minute)
}

// Queue moves segments one after the other, the most important first, the
// oldest of equals first. One goroutine owns all transfers: a segment of higher
// priority interrupts the running one, which keeps what it has and goes on
// later. What fails and may pass (the line is down, the segment has not reached
// the server, the disk is full) stays and is tried again.
type Queue struct {
	opt    QueueOptions
	ctx    context.Context
	cancel context.CancelCauseFunc
	wg     sync.WaitGroup
	wake   chan struct{} // holds one token when the goroutine should look again

	mu       sync.Mutex // guards all below; never held during a transfer or callback
	items    map[app.Hash]*item
	running  *item
	stop     context.CancelCauseFunc // ends the running transfer
	held     Priority                // items up to this priority wait; -1 for none
	added    int64                   // counts Add, for the order of equals
	finished int64                   // bytes of items that left since the queue was last empty
	failures []Failure
	rate     Meter
	closed   bool
}

// item is one segment in the queue.
type item struct {
	name      app.Hash
	size      int64
	priority  Priority
	order     int64
	done      int64
	failed    int       // in a row
	notBefore time.Time // after a failure
	last      error     // of the last try
}

// errInterrupted ends a transfer that will go on later.
var errInterrupted = errors.New("interrupted by the queue")

// NewQueue starts a queue. Close ends it.
func NewQueue(opt QueueOptions) *Queue {
	if opt.Backoff == nil {
		opt.Backoff = queueDoubling
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	q := &Queue{opt: opt, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1),
		items: map[app.Hash]*item{}, held: -1}
	q.wg.Add(1)
	go q.run()
	return q
}

// Close interrupts the running transfer and waits for it. What is in the queue
// is forgotten; parts are kept by the store.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.cancel(ErrClosed)
	q.wg.Wait()
	q.mu.Lock()
	defer q.mu.Unlock()
	clear(q.items)
}

// Add puts a segment of size bytes into the queue. One that is there already is
// raised to the priority if that is higher, and tried at once.
func (q *Queue) Add(name app.Hash, size int64, priority Priority) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	if len(q.items) == 0 {
		q.finished, q.failures = 0, nil
	}
	it := q.items[name]
	if it == nil {
		q.added++
		it = &item{name: name, size: size, priority: priority, order: q.added}
		q.items[name] = it
	}
	if it.priority = max(it.priority, priority); it != q.running {
		it.notBefore = time.Time{}
	}
	q.preemptLocked()
	q.poke()
}

// Cancel takes a segment out of the queue, unless it is more important than upTo.
// What of it has come stays in the store.
func (q *Queue) Cancel(name app.Hash, upTo Priority) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it := q.items[name]
	if it == nil || it.priority > upTo {
		return
	}
	delete(q.items, name)
	if it == q.running {
		q.stop(errInterrupted)
	}
}

// Pause holds back what has this priority or a lower one, interrupting it if it
// runs: Pause(PriorityRecent) while urgent records are behind, Pause(PriorityOpen)
// for everything.
func (q *Queue) Pause(upTo Priority) { q.hold(upTo) }

// Resume ends a Pause.
func (q *Queue) Resume() { q.hold(-1) }

func (q *Queue) hold(upTo Priority) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = upTo
	if q.running != nil && q.running.priority <= upTo {
		q.stop(errInterrupted)
	}
	q.poke()
}

// Kick tries at once what waits after a failure, as when the line comes back.
func (q *Queue) Kick() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		it.notBefore = time.Time{}
	}
	q.poke()
}

// poke makes the goroutine look again.
func (q *Queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// preemptLocked interrupts the running transfer for a more important one.
func (q *Queue) preemptLocked() {
	if q.running == nil {
		return
	}
	if best, _ := q.bestLocked(); best != nil && best.priority > q.running.priority {
		q.stop(errInterrupted)
	}
}

// bestLocked is the item to move now, or how long until there may be one; 0
// means until something changes.
func (q *Queue) bestLocked() (best *item, wait time.Duration) {
	now := q.opt.Clock.now()
	for _, it := range q.items {
		if it.priority <= q.held {
			continue
		}
		if d := it.notBefore.Sub(now); d > 0 {
			if wait == 0 || d < wait {
				wait = d
			}
			continue
		}
		if best == nil || it.before(best) {
			best = it
		}
	}
	return best, wait
}

// before is the order of the queue.
func (it *item) before(other *item) bool {
	if it.priority != other.priority {
		return it.priority > other.priority
	}
	return it.order < other.order
}

// run is the queue's one goroutine.
func (q *Queue) run() {
	defer q.wg.Done()
	for q.ctx.Err() == nil {
		it, ctx, wait := q.next()
		if it != nil {
			err := q.opt.Transfer(ctx, it.name, it.size, func(done, _ int64) { q.progressed(it, done) })
			q.ended(it, ctx, err)
			continue
		}
		var alarm <-chan time.Time
		if wait > 0 {
			alarm = q.opt.Clock.after(wait)
		}
		select {
		case <-q.wake:
		case <-alarm:
		case <-q.ctx.Done():
		}
	}
}

// next makes the best item the running one.
func (q *Queue) next() (*item, context.Context, time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	best, wait := q.bestLocked()
	if best == nil {
		q.rate.Rest()
		return nil, nil, wait
	}
	ctx, stop := context.WithCancelCause(q.ctx)
	q.running, q.stop = best, stop
	q.rate.resume()
	return best, ctx, 0
}

// progressed notes how far the running item is.
func (q *Queue) progressed(it *item, done int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rate.reach(done, q.opt.Clock.now())
	it.done = done
}

// ended takes the result of a try.
func (q *Queue) ended(it *item, ctx context.Context, err error) {
	if q.settle(it, ctx, err) && q.opt.Finished != nil {
		q.opt.Finished(it.name, err)
	}
}

// settle decides whether the item leaves the queue.
func (q *Queue) settle(it *item, ctx context.Context, err error) (left bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	interrupted := err != nil && ctx.Err() != nil
	q.stop(nil)
	q.running, q.stop = nil, nil
	there := q.items[it.name] == it // else it was taken out meanwhile
	if interrupted || !there && err != nil {
		return false
	}
	if err != nil && passing(err) {
		it.failed++
		it.last = err
		it.notBefore = q.opt.Clock.now().Add(q.opt.Backoff(it.failed))
		return false
	}
	if there {
		delete(q.items, it.name)
	}
	if err != nil {
		q.failures = append(q.failures, Failure{it.name, err})
		return true
	}
	q.finished += it.size
	return true
}

// passing reports whether a failed item should stay: besides what is temporary,
// a segment that has not reached the server and a disk without room.
func passing(err error) bool {
	return temporary(err) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrNoSpace) || errors.Is(err, ErrTaken)
}
