package estimate

import (
	"testing"
	"time"
)

// reported is a line of which a receiver reports once in a while, and over which the
// largest of three layers is sent that is within the estimate.
type reported struct {
	*Reports
	now     time.Time
	every   time.Duration
	bears   float64 // bit/s
	own     float64 // lost of anything
	seconds float64 // in which much was lost
}

func newReported(every time.Duration, bears, own float64) *reported {
	return &reported{Reports: NewReports(), now: time.Unix(1_800_000_000, 0), every: every, bears: bears, own: own}
}

func (l *reported) run(span time.Duration) {
	for end := l.now.Add(span); l.now.Before(end); {
		l.now = l.now.Add(l.every)
		sending := 40_000.0
		for _, layer := range []float64{150_000, 500_000, 1_400_000} {
			if layer+40_000 <= float64(l.Target()) {
				sending = layer + 40_000
			}
		}
		arrives := min(sending, l.bears) * (1 - l.own)
		packets := sending / 8 / 1000 * l.every.Seconds()
		lost := int(packets * (1 - arrives/sending))
		if 1-arrives/sending > l.own+0.1 {
			l.seconds += l.every.Seconds()
		}
		l.Report(lost, int(packets)-lost, int(sending), 1_450_000, l.now, 50*time.Millisecond)
	}
}

func TestReports(t *testing.T) {
	for name, c := range map[string]struct {
		bears, own  float64
		least, most int
		lossy       float64 // of the time, the first half minute left out
	}{
		"a good line":                       {10e6, 0, 1_500_000, 1_900_000, 0},
		"a line that bears a small picture": {300_000, 0, 190_000, 620_000, 0.1},
		"a line that bears sound":           {64_000, 0, Least, 260_000, 0.1},
		"a radio that loses a fifth":        {10e6, 0.2, 190_000, 1_900_000, 0},
	} {
		for _, every := range []time.Duration{time.Second, 5 * time.Second} {
			l := newReported(every, c.bears, c.own)
			l.run(time.Minute)
			l.seconds = 0
			for range 30 {
				l.run(10 * time.Second)
				if got := l.Target(); got < c.least || got > c.most {
					t.Errorf("%s, a report every %s: %d are believed", name, every, got)
					break
				}
			}
			if share := l.seconds / 300; share > c.lossy {
				t.Errorf("%s, a report every %s: much is lost %.2f of the time", name, every, share)
			}
		}
	}
}

// TestBound: what a receiver says that it can take is not exceeded while it says so.
func TestBound(t *testing.T) {
	l := newReported(time.Second, 10e6, 0)
	l.run(time.Minute)
	l.Bound(200_000, l.now)
	if got := l.Target(); got != 200_000 || l.Fresh() {
		t.Errorf("%d are believed", got)
	}
	l.run(time.Minute)
	if got := l.Target(); got < 1_500_000 {
		t.Errorf("%d are believed later", got)
	}
}
