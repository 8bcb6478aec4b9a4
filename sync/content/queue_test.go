package content

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"khonggiay/app"
)

// line is a transfer of the tests: speed bytes a second under the clock of the
// bubble, resumable as the real ones.
type line struct {
	speed int64

	mu    sync.Mutex // guards all below
	have  map[app.Hash]int64
	fail  map[app.Hash]error
	log   []string
	moved int64
	busy  int // transfers at the same time
}

func newLine(speed int64) *line {
	return &line{speed: speed, have: map[app.Hash]int64{}, fail: map[app.Hash]error{}}
}

func (l *line) note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, text)
}

func (l *line) enter(name app.Hash, by int) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy += by; l.busy > 1 {
		panic("two transfers at the same time")
	}
	return l.have[name], l.fail[name]
}

// transfer moves a tenth of a second's bytes at a time.
func (l *line) transfer(ctx context.Context, name app.Hash, size int64, progress Progress) error {
	done, err := l.enter(name, 1)
	defer l.enter(name, -1)
	l.note(fmt.Sprintf("%d from %d", name[0], done))
	progress(done, size)
	for done < size && err == nil {
		select {
		case <-time.After(time.Second / 10):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		step := min(l.speed/10, size-done)
		done += step
		l.mu.Lock()
		l.have[name] = done
		l.moved += step
		err = l.fail[name]
		l.mu.Unlock()
		progress(done, size)
	}
	return err
}

func (l *line) set(name app.Hash, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail[name] = err
}

func (l *line) logged() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.log)
}

// inBubble runs f with a queue on a line of 1,000 bytes a second.
func inBubble(t *testing.T, f func(t *testing.T, l *line, q *Queue)) {
	synctest.Test(t, func(t *testing.T) {
		l := newLine(1000)
		q := NewQueue(QueueOptions{Transfer: l.transfer, Finished: func(name app.Hash, err error) {
			l.note(fmt.Sprintf("%d left %v", name[0], err))
		}})
		defer q.Close()
		f(t, l, q)
	})
}

func expectLog(t *testing.T, l *line, want ...string) {
	t.Helper()
	if got := l.logged(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestQueueOrder(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		q.Pause(PriorityOpen)
		q.Add(app.Hash{1}, 100, PriorityArchive)
		q.Add(app.Hash{2}, 100, PriorityRecent)
		q.Add(app.Hash{3}, 100, PriorityUrgent)
		q.Add(app.Hash{4}, 100, PriorityRecent)
		q.Add(app.Hash{1}, 100, PriorityUrgent) // raised, and older than 3
		synctest.Wait()
		expectLog(t, l)
		q.Resume()
		time.Sleep(time.Second)
		expectLog(t, l, "1 from 0", "1 left <nil>", "3 from 0", "3 left <nil>",
			"2 from 0", "2 left <nil>", "4 from 0", "4 left <nil>")
	})
}

// TestOpenNowJumpsAhead: it interrupts what runs, which then goes on from where
// it was.
func TestOpenNowJumpsAhead(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		q.Add(app.Hash{1}, 10_000, PriorityArchive)
		time.Sleep(5*time.Second + time.Millisecond)
		q.Add(app.Hash{2}, 1000, PriorityOpen)
		time.Sleep(time.Second + time.Millisecond) // what the bare transfer takes
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>", "1 from 5000")
		time.Sleep(10 * time.Second)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>", "1 from 5000", "1 left <nil>")
		if l.moved != 11_000 {
			t.Errorf("%d bytes moved for 11000", l.moved)
		}
	})
}

func TestPauseHoldsWhatIsLessUrgent(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		q.Add(app.Hash{1}, 1000, PriorityRecent)
		time.Sleep(time.Second/2 + time.Millisecond)
		q.Pause(PriorityRecent)
		q.Add(app.Hash{2}, 1000, PriorityOpen)
		time.Sleep(time.Minute)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>")
		if s := q.Snapshot(); !s.Held || len(s.Items) != 1 || !s.Items[0].Held || s.Done != 1500 || s.Total != 2000 || s.Rate != 0 {
			t.Errorf("paused: %+v", s)
		}
		q.Resume()
		time.Sleep(time.Minute)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>", "1 from 500", "1 left <nil>")
		if s := q.Snapshot(); s.Held || s.Done != 2000 || s.Total != 2000 || len(s.Items) != 0 {
			t.Errorf("at the end: %+v", s)
		}
	})
}

// TestFailuresThatPassStay and come again with growing pauses, at once after
// Kick; the rest of the queue goes on meanwhile.
func TestFailuresThatPassStay(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		l.set(app.Hash{1}, fmt.Errorf("x: %w", ErrUnavailable))
		q.Add(app.Hash{1}, 100, PriorityUrgent)
		synctest.Wait()
		q.Add(app.Hash{2}, 100, PriorityArchive)
		time.Sleep(time.Second)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>")
		s := q.Snapshot()
		if len(s.Items) != 1 || !errors.Is(s.Items[0].Err, ErrUnavailable) || s.Items[0].RetryAt.IsZero() {
			t.Errorf("waiting: %+v", s)
		}
		time.Sleep(time.Second + time.Millisecond)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>", "1 from 0")
		l.set(app.Hash{1}, nil)
		q.Kick()
		time.Sleep(time.Second)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>", "1 from 0", "1 from 0", "1 left <nil>")
	})
}

func TestFailuresThatStayLeave(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		l.set(app.Hash{1}, ErrForbidden)
		q.Add(app.Hash{2}, 10_000, PriorityArchive)
		q.Add(app.Hash{1}, 100, PriorityOpen)
		synctest.Wait()
		s := q.Snapshot()
		if len(s.Failed) != 1 || s.Failed[0].Name != (app.Hash{1}) || !errors.Is(s.Failed[0].Err, ErrForbidden) || len(s.Items) != 1 || s.Total != 10_000 {
			t.Errorf("after a refusal: %+v", s)
		}
	})
}

// TestQueueCancel: what is taken out ends at once and has not left; what comes
// after it begins, and it may come again, going on where it stopped.
func TestQueueCancel(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		q.Add(app.Hash{1}, 10_000, PriorityRecent)
		q.Add(app.Hash{2}, 2_000, PriorityRecent)
		time.Sleep(time.Second + time.Millisecond)
		q.Cancel(app.Hash{1}, PriorityArchive) // it is worth more than that
		q.Cancel(app.Hash{1}, PriorityRecent)
		time.Sleep(3 * time.Second)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>")
		q.Add(app.Hash{1}, 10_000, PriorityRecent)
		q.Cancel(app.Hash{9}, PriorityOpen)
		time.Sleep(time.Minute)
		expectLog(t, l, "1 from 0", "2 from 0", "2 left <nil>", "1 from 1000", "1 left <nil>")
	})
}

// TestQueueClose: what runs is interrupted and has not left, and nothing that is
// added later begins.
func TestQueueClose(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		q.Add(app.Hash{1}, 10_000, PriorityRecent)
		q.Add(app.Hash{2}, 10_000, PriorityRecent)
		time.Sleep(time.Second)
		q.Close()
		q.Add(app.Hash{3}, 1, PriorityOpen)
		q.Close()
		time.Sleep(time.Minute)
		expectLog(t, l, "1 from 0")
		if s := q.Snapshot(); len(s.Items) != 0 {
			t.Errorf("after Close: %+v", s)
		}
	})
}

// TestRateTellsTheTruth: the estimate meets the line's speed, forgets a resumed
// start, and falls when nothing comes.
func TestRateTellsTheTruth(t *testing.T) {
	inBubble(t, func(t *testing.T, l *line, q *Queue) {
		l.have[app.Hash{1}] = 50_000
		q.Add(app.Hash{1}, 100_000, PriorityRecent)
		time.Sleep(10*time.Second + time.Millisecond)
		s := q.Snapshot()
		if s.Rate < 950 || s.Rate > 1050 || s.Done != 60_000 || s.Total != 100_000 {
			t.Errorf("on the way: %+v", s)
		}
		if left := s.Left.Seconds(); left < 38 || left > 42 {
			t.Errorf("%.0f s left, want about 40", left)
		}
	})
	var m Meter
	start := time.Unix(0, 0)
	m.resume()
	m.reach(0, start)
	for i := range 100 {
		m.reach(int64(i+1)*100, start.Add(time.Duration(i+1)*100*time.Millisecond))
	}
	early, late := m.PerSecond(start.Add(10*time.Second)), m.PerSecond(start.Add(40*time.Second))
	if early < 900 || late > early/50 {
		t.Errorf("rate %.0f, half a minute after the last byte %.0f", early, late)
	}
}

// TestQueueAnyHistory: whatever is added, raised, paused and failed in whatever
// order, all of it arrives, nothing is moved twice, and never do two transfers
// run at once.
func TestQueueAnyHistory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		plan := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) [4]int {
			return [4]int{rapid.IntRange(1, 9).Draw(rt, "op"), rapid.IntRange(0, 5).Draw(rt, "name"),
				rapid.IntRange(0, 3).Draw(rt, "priority"), rapid.IntRange(0, 3000).Draw(rt, "ms")}
		}), 1, 30).Draw(rt, "plan")
		var problem string
		synctest.Test(t, func(*testing.T) { problem = playQueue(plan) })
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}

func playQueue(plan [][4]int) string {
	l := newLine(1000)
	q := NewQueue(QueueOptions{Transfer: l.transfer})
	defer q.Close()
	wanted := map[app.Hash]bool{}
	for _, step := range plan {
		name := app.Hash{byte(step[1] + 1)}
		switch step[0] {
		case 1:
			q.Pause(Priority(step[2]))
		case 2:
			q.Resume()
		case 3:
			l.set(name, ErrUnavailable)
		case 4:
			l.set(name, nil)
		case 5:
			q.Kick()
		default:
			q.Add(name, 700*int64(name[0]), Priority(step[2]))
			wanted[name] = true
		}
		time.Sleep(time.Duration(step[3]) * time.Millisecond)
	}
	for i := range 7 {
		l.set(app.Hash{byte(i)}, nil)
	}
	q.Resume()
	time.Sleep(10 * time.Minute)
	if s := q.Snapshot(); len(s.Items) != 0 || s.Done != s.Total || s.Rate != 0 {
		return fmt.Sprintf("not empty at the end: %+v", s)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum int64
	for name, have := range l.have {
		sum += have
		if wanted[name] && have != 700*int64(name[0]) {
			return fmt.Sprintf("%d has %d bytes", name[0], have)
		}
	}
	if sum != l.moved {
		return fmt.Sprintf("%d bytes moved for %d", l.moved, sum)
	}
	return ""
}

// BenchmarkQueueOfThousands adds and moves 1,000 segments that cost nothing.
func BenchmarkQueueOfThousands(b *testing.B) {
	for b.Loop() {
		var wg sync.WaitGroup
		wg.Add(1000)
		q := NewQueue(QueueOptions{
			Transfer: func(context.Context, app.Hash, int64, Progress) error { return nil },
			Finished: func(app.Hash, error) { wg.Done() },
		})
		for i := range 1000 {
			q.Add(app.Hash{byte(i), byte(i >> 8)}, 1, PriorityRecent)
		}
		wg.Wait()
		q.Close()
	}
}
