package replica_test

import (
	"os"
	"strings"
	"testing"
)

// TestSimulationReplays lives some seeds twice: whatever happens must follow
// from the seed alone, or a failure could not be looked at again.
func TestSimulationReplays(t *testing.T) {
	tpl := makeTemplates(t)
	for _, seed := range []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, long} {
		once := strings.Split(live(t, tpl, seed, flaw{}).last(1e6), "\n")
		again := strings.Split(live(t, tpl, seed, flaw{}).last(1e6), "\n")
		for i := range max(len(once), len(again)) {
			if i >= len(once) || i >= len(again) || once[i] != again[i] {
				t.Fatalf("seed %d: step %d differs:\n%s\n%s", seed, i, lineOf(once, i), lineOf(again, i))
			}
		}
	}
}

func lineOf(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return "(nothing)"
}

// TestSimulationSaysHowToReplay: what a failure prints is enough to repeat it.
func TestSimulationSaysHowToReplay(t *testing.T) {
	c := &catcher{}
	w := &world{t: c, seed: 4711, dir: os.TempDir()}
	w.note("a step")
	c.run(func() { w.failf("out of step") })
	for _, want := range []string{"SEED=4711 go test", "TestSimulation$", "out of step", "a step"} {
		if !strings.Contains(c.said, want) {
			t.Errorf("%q does not say %q", c.said, want)
		}
	}
}
