package fire

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"

	"khonggiay/app"
)

// rounds of killing: ROUNDS, or what every run of the tests has the time for.
func rounds(t *testing.T) int {
	text := os.Getenv("ROUNDS")
	if text == "" {
		return 20
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("ROUNDS=%s: want a number", text)
	}
	return n
}

// seed is SEED, or another one each time.
func seed(t *testing.T) uint64 {
	text := os.Getenv("SEED")
	if text == "" {
		return rand.Uint64N(1_000_000)
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("SEED=%s: want a number", text)
	}
	return n
}

// siege is a province under attack: two clerks at laptops and one at a browser
// work all the time, and their machines are killed.
type siege struct {
	*oracle
	t       *testing.T
	rand    *rand.Rand
	server  *province
	laptops []*laptop
	browser *screen
	workers map[string]*worker
}

const atServer = "server"

func newSiege(t *testing.T) *siege {
	t.Helper()
	n := seed(t)
	t.Logf("SEED=%d", n)
	g := &siege{t: t, oracle: newOracle(t), rand: rand.New(rand.NewPCG(n, 1)), server: newProvince(t), workers: map[string]*worker{}}
	for _, person := range []app.ID{clerkOne, clerkTwo} {
		l := g.server.laptopOf(person)
		g.laptops = append(g.laptops, l)
		g.employ(l.name, l.screen)
	}
	g.browser = g.server.browser()
	if err := g.browser.login(g.server.accountOf("vanthu", clerkTwo)); err != nil {
		t.Fatal(err)
	}
	g.employ(atServer, g.browser)
	return g
}

func (g *siege) employ(name string, s *screen) {
	g.workers[name] = &worker{oracle: g.oracle, name: name, screen: s, rand: rand.New(rand.NewPCG(g.rand.Uint64(), 2))}
}

// victims of a round: each machine alone, both laptops' favourite enemy the
// server most often, and now and then all at once, as when the power fails.
func (g *siege) victims() (laptops []*laptop, server bool) {
	switch g.rand.IntN(5) {
	case 0:
		return g.laptops[:1], false
	case 1:
		return g.laptops[1:], false
	case 2, 3:
		return nil, true
	}
	return g.laptops, true
}

// round lets everybody work, kills somebody in the middle of it, starts him
// again and asks him for all that he had acknowledged.
func (g *siege) round() {
	ctx, enough := context.WithCancel(context.Background())
	var busy sync.WaitGroup
	for _, w := range g.workers {
		busy.Go(func() { w.work(ctx) })
	}
	laptops, server := g.victims()
	err := g.await(1 + g.rand.IntN(12))
	if server {
		g.server.kill()
	}
	for _, l := range laptops {
		l.kill()
	}
	enough()
	busy.Wait()
	if err != nil {
		g.t.Fatal(err)
	}
	if server {
		g.reviveServer()
	}
	for _, l := range laptops {
		g.reviveLaptop(l)
	}
}

// stumble starts a program and kills it somewhere on its way up, or not.
func (g *siege) stumble(begin func(), p func() *process) {
	for g.rand.IntN(3) == 0 {
		begin()
		steps := g.rand.IntN(30)
		_ = until(g.t, p(), func() bool { steps--; return steps < 0 })
		p().kill()
	}
}

func (g *siege) reviveServer() {
	g.stumble(g.server.begin, func() *process { return g.server.process })
	g.server.start()
	g.check(g.t, "the server", g.browser, g.of(atServer))
}

func (g *siege) reviveLaptop(l *laptop) {
	g.stumble(func() { l.begin() }, func() *process { return l.process })
	l.start()
	g.workers[l.name].screen = l.screen
	g.check(g.t, l.name, l.screen, g.of(l.name))
}

// TestKilled: the programs are killed again and again while people work.
// Whatever was acknowledged is there after each death, nothing is there twice,
// and in the end all machines hold the same.
func TestKilled(t *testing.T) {
	g := newSiege(t)
	for n := range rounds(t) {
		g.round()
		if t.Failed() {
			t.Fatalf("in round %d", n+1)
		}
	}
	for _, l := range g.laptops {
		eventually(t, l.name+" to be quiet", l.quiet)
		if st := l.sync(); st.RefusedCount != 0 || st.Checks == nil || !st.Checks.OK {
			t.Errorf("%s: %d refused: %+v; check %+v", l.name, st.RefusedCount, st.Refused, st.Checks)
		}
	}
	all := g.of("")
	t.Logf("%d acknowledged", len(all))
	for _, l := range g.laptops {
		g.check(t, l.name, l.screen, all)
	}
	g.check(t, "the server", g.browser, all)
	for _, l := range g.laptops {
		l.process.stop(t)
	}
	g.server.process.stop(t)
	compareStores(t, g.server, g.laptops)
	checkResults(t, g.server, all)
	if out, err := g.server.ctl("check"); err != nil {
		t.Errorf("khonggiayctl check: %v\n%s", err, out)
	}
}
