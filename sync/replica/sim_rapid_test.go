package replica_test

import (
	"flag"
	"math/bits"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// TestSimulationShrinks lets rapid make the choices of the simulation, in a
// synctest bubble, so that clocks and timers repeat, too. What fails shrinks to
// the few steps that matter. -rapid.checks and -rapid.steps make it larger.
func TestSimulationShrinks(t *testing.T) {
	unlessGiven(t, "rapid.checks", "8")
	unlessGiven(t, "rapid.steps", "100")
	tpl := makeTemplates(t)
	parent := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			dir, err := os.MkdirTemp(parent, "")
			if err != nil {
				t.Fatal(err)
			}
			w := &world{t: t, r: drawn{t}, dir: dir}
			t.Cleanup(w.abandon)
			w.gather(tpl, rapid.IntRange(2, len(people)).Draw(t, "laptops"))
			t.Repeat(map[string]func(*rapid.T){"step": func(*rapid.T) { w.run(1) }})
			w.quiet()
			w.verify()
		})
	})
}

// unlessGiven sets a flag for one test, unless the command line did.
func unlessGiven(t *testing.T, name, value string) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if given {
		return
	}
	old := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(name, old) })
}

// drawn makes choices with rapid. They are even, as those of a generator are:
// rapid's own ranges prefer their ends.
type drawn struct{ t *rapid.T }

func (d drawn) below(n uint64) uint64 {
	if n == 1 { // nothing to choose
		return 0
	}
	return rapid.Custom(func(t *rapid.T) uint64 {
		for {
			var u uint64
			for range bits.Len64(n - 1) {
				u <<= 1
				if coin.Draw(t, "bit") {
					u++
				}
			}
			if u < n {
				return u
			}
		}
	}).Draw(d.t, "choice")
}

var coin = rapid.Bool()

func (d drawn) IntN(n int) int { return int(d.below(uint64(n))) }
func (d drawn) Uint32() uint32 { return uint32(d.below(1 << 32)) }
func (d drawn) Uint64() uint64 { return d.below(1 << 63) }

func (d drawn) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, i-d.IntN(i+1))
	}
}
