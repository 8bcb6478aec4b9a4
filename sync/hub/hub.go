package hub

import (
	"context"
	"errors"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// Limits of a group commit.
const (
	groupCommands = 256
	groupWait     = 5 * time.Millisecond
)

// tickEvery is how often everybody's scopes are compared with the clock.
const tickEvery = time.Minute

// ErrClosed is returned after Close.
var ErrClosed = errors.New("hub: closed")

// Hub drives a Core: one goroutine commits, streams wait for what concerns
// them.
type Hub struct {
	*Core
	jobs   chan *job
	cancel context.CancelFunc
	done   chan struct{} // closed when the writer has stopped
	crowd  int           // commands in the last group; the writer's own

	// mu guards the streams.
	mu      sync.Mutex
	streams map[*stream]bool
	byScope map[app.Scope]map[*stream]bool // those that a scope wakes
	closed  bool
	loads   int // first loads that are running
}

// job is work for the goroutine that writes.
type job struct {
	sub     *Submission
	refresh *app.ID                               // instead: re-read this person's scopes
	bring   [][]app.Record                        // instead: import these
	work    func(context.Context) (*Woken, error) // instead: do this
	err     error
	done    chan struct{}
}

// New starts a hub. First the books of a restored server are closed, and
// commands that an older version had deferred are decided.
func New(ctx context.Context, cfg Config) (*Hub, error) {
	core, err := NewCore(cfg)
	if err != nil {
		return nil, err
	}
	if _, err := core.CloseBooks(ctx); err != nil {
		return nil, err
	}
	if _, err := core.Retry(ctx); err != nil {
		return nil, err
	}
	if _, err := core.Tick(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	h := &Hub{Core: core, jobs: make(chan *job, groupCommands), cancel: cancel, done: make(chan struct{}), streams: map[*stream]bool{}, byScope: map[app.Scope]map[*stream]bool{}}
	go func() {
		defer close(h.done)
		h.run(ctx)
	}()
	return h, nil
}

// Close ends all streams, finishes the group that is being committed and
// waits. The streams' requests return.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	for s := range h.streams {
		s.end(feed.ByeStop)
	}
	h.mu.Unlock()
	h.cancel()
	<-h.done
}

// run is the one writer.
func (h *Hub) run(ctx context.Context) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			woken, err := h.Tick(ctx)
			if err != nil {
				h.cfg.Log.Error("refresh scopes", "error", err)
				continue
			}
			h.wake(woken)
			if woken, err = h.Unpark(ctx); err != nil {
				h.cfg.Log.Error("try parked commands", "error", err)
				continue
			}
			h.wake(woken)
		case j := <-h.jobs:
			h.group(ctx, j)
		}
	}
}

// group collects what arrives within a moment and commits it together. Once as
// many are there as the last time, nobody is waited for.
func (h *Hub) group(ctx context.Context, first *job) {
	jobs := []*job{first}
	timer := time.NewTimer(groupWait)
	defer timer.Stop()
	n := first.size()
collect:
	for n < groupCommands && (n < h.crowd || len(h.jobs) > 0) {
		select {
		case j := <-h.jobs:
			jobs = append(jobs, j)
			n += j.size()
		case <-timer.C:
			break collect
		case <-ctx.Done():
			break collect
		}
	}
	h.crowd = n
	ctx = context.WithoutCancel(ctx) // what was taken is finished
	var subs []*Submission
	for _, j := range jobs {
		if j.sub != nil {
			subs = append(subs, j.sub)
			continue
		}
		var woken *Woken
		switch {
		case j.work != nil:
			woken, j.err = j.work(ctx)
		case j.bring != nil:
			woken, j.err = h.bring(ctx, j.bring)
		default:
			woken, j.err = h.refresh(ctx, *j.refresh)
		}
		if j.err == nil {
			h.wake(woken)
		}
	}
	if len(subs) > 0 {
		h.wake(h.Commit(ctx, subs))
	}
	for _, j := range jobs {
		close(j.done)
	}
}

func (j *job) size() int {
	if j.sub == nil {
		return 0
	}
	return max(1, len(j.sub.Commands))
}

func (h *Hub) do(ctx context.Context, j *job) error {
	j.done = make(chan struct{})
	select {
	case h.jobs <- j:
	case <-h.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-j.done:
		return j.err
	case <-h.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Accept decides the commands of a request and returns when they are
// committed.
func (h *Hub) Accept(ctx context.Context, sub *Submission) error {
	if err := h.do(ctx, &job{sub: sub}); err != nil {
		return err
	}
	return sub.Err
}

// Give decides a command that a person gives in a browser, or that the system
// gives (app.SystemPerson). The id, times and signature are the hub's to set.
// A refusal comes as *app.Error.
func (h *Hub) Give(ctx context.Context, cmd *app.Command) (feed.Result, error) {
	sub := &Submission{Peer: h.own(), Own: cmd}
	if err := h.Accept(ctx, sub); err != nil {
		return feed.Result{}, err
	}
	if len(sub.Answers) != 1 {
		return feed.Result{}, app.Errorf(app.Internal, "internal", "%d answers to one command", len(sub.Answers))
	}
	r := sub.Answers[0]
	if err := r.Err(); err != nil {
		return r, err
	}
	return r, nil
}

// wake tells the streams that a commit concerns.
func (h *Hub) wake(w *Woken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for scope := range w.Scopes {
		for s := range h.byScope[scope] {
			s.poke()
		}
	}
	if len(w.Persons) == 0 && len(w.Writers) == 0 {
		return
	}
	for s := range h.streams {
		if w.Persons[s.peer.Person] || w.Writers[s.peer.Writer] {
			s.poke()
		}
	}
}

// Revoke ends the device's stream at once, telling it to wipe.
func (h *Hub) Revoke(device app.ID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		if s.peer.Device == device {
			s.end(feed.ByeRevoked)
		}
	}
}

// Streams is the number of open streams.
func (h *Hub) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.streams)
}

// Queued is how many requests wait for the one that writes.
func (h *Hub) Queued() int { return len(h.jobs) }
