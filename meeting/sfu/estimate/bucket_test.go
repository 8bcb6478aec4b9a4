package estimate

import (
	"fmt"
	"testing"
	"time"
)

// TestBucket: a line that lets bursts through and then no more than its rate is taken
// for a better one by probes, for short times, and ever more rarely. When it really is
// better, that is found.
func TestBucket(t *testing.T) {
	const wanted = 2_000_000
	for _, rate := range []float64{300_000, 1_000_000} {
		for _, burst := range []int{0, 4000, 10_000, 30_000} {
			t.Run(fmt.Sprintf("%.0f bit per second, %d bytes", rate, burst), func(t *testing.T) {
				l := newLine(rate, 0)
				l.burst, l.steps = burst, []int{40_000, 190_000, 700_000, wanted}
				l.run(30*time.Second, wanted)
				full := 0
				const spans = 600
				for range spans {
					if l.run(100*time.Millisecond, wanted); float64(l.sends(wanted)) > rate {
						full++
					}
				}
				if share := float64(full) / spans; share > 0.07 {
					t.Errorf("the line was full for %.2f of the time", share)
				}
				l.rate = 2 * wanted
				l.run(40*time.Second, wanted)
				if got := l.est.Target(); got < wanted {
					t.Errorf("a line that is better is believed to bear %d", got)
				}
			})
		}
	}
}
