package replica_test

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"khonggiay/app"
)

// TestSimulation runs worlds from seeds: people act on laptops that are mostly
// cut off, requests and pages are lost, doubled, reordered and cut, machines
// crash between commits, disks fill up, clocks jump, posts and delegations
// change, the server comes back from a backup, books are lent, laptops are
// revoked, damaged and enrolled again. Then it grows quiet, and everything must
// agree. SEEDS=n runs more, SEED=n one.
func TestSimulation(t *testing.T) {
	tpl := makeTemplates(t)
	first, count := seeds(t, 2000)
	for seed := first; seed < first+count; seed += batch {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			for s := seed; s < min(seed+batch, first+count) && !t.Failed(); s++ {
				live(t, tpl, s, flaw{})
			}
		})
	}
}

// batch is how many seeds run one after another in one subtest.
const batch = 20

// seeds are the first seed and how many to run.
func seeds(t *testing.T, usual uint64) (first, count uint64) {
	t.Helper()
	first, count = 1, usual
	if testing.Short() {
		count /= 20
	}
	if s, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		first, count = s, 1
	}
	if s, err := strconv.ParseUint(os.Getenv("SEEDS"), 10, 64); err == nil {
		count = s
	}
	return first, count
}

// live is one world's life, in a folder of its own; what happened is returned.
// One seed in long is a whole province for a long time; the others are a few
// laptops for a short one, which finds most faults much sooner.
func live(t tester, tpl templates, seed uint64, f flaw) trace {
	dir, err := os.MkdirTemp("", "simulation-")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, seed: seed, r: newRand(seed), dir: dir, flaw: f}
	defer w.abandon()
	steps, crowd := 12+w.r.IntN(28), 2+w.r.IntN(3)/2
	w.theme = theme(w.r.IntN(int(themes)))
	if seed%long == 0 {
		w.theme, steps, crowd = anything, 400, len(people)
	}
	w.gather(tpl, crowd)
	w.run(steps)
	w.quiet()
	w.verify()
	return w.trace
}

const long = 200

// theme is what a small world is about, so that a few steps meet each other.
type theme int

const (
	anything  theme = iota
	drafting        // an officer writes, a leader approves on two laptops
	handling        // several people work on the same few documents
	numbering       // clerks register and send
	restoring       // the same, and the server comes back from a backup
	lending         // books are lent to clerks
	parting         // laptops are revoked, damaged, enrolled again
	themes
)

// cast are the people of each theme, who come first.
var cast = map[theme][]int{drafting: {5, 3, 4}, handling: {2, 3, 5}, numbering: {2, 0, 6}, restoring: {2, 0, 6}, lending: {2, 0, 6}, parting: {2, 3, 0}}

// gather starts a world with some of people; most have loaded before.
func (w *world) gather(tpl templates, crowd int) {
	w.begins(tpl, nil)
	who := slices.Clone(cast[w.theme])
	if who == nil {
		for i := range people {
			who = append(who, i)
		}
		w.r.Shuffle(len(who), func(i, j int) { who[i], who[j] = who[j], who[i] })
	}
	for _, i := range who[:crowd] {
		file := tpl.loaded[i]
		if w.chance(15) {
			file = tpl.replica
		}
		w.join(file, people[i], uint32(16+i))
	}
	switch w.theme {
	case lending:
		w.lendFirst()
	case handling:
		w.handleFirst()
	case drafting:
		w.draftFirst()
	case restoring:
		w.forgetFirst()
	}
}

// forgetFirst begins with a backup, and with what the server will have
// forgotten when it comes back from that: numbers, and perhaps a laptop.
func (w *world) forgetFirst() {
	w.save()
	w.faults = false
	clerks := w.laptops[:1]
	if w.r.IntN(2) == 0 {
		clerks = append(slices.Clone(clerks), w.newcomer(w.laptops[0].person))
	}
	for _, l := range clerks {
		w.settle(l)
		w.offer(l, w.outgoing(officeOf(l.person)))
		if w.r.IntN(2) == 0 {
			w.settle(l)
		}
	}
	w.faults = true
}

// draftFirst begins with a draft that waits for the leader's approval.
func (w *world) draftFirst() {
	w.faults = false
	officer := w.laptops[0]
	office := officeOf(officer.person)
	w.settle(officer)
	draft := w.draft(office)
	w.offer(officer, draft)
	w.offer(officer, about("document.submit_draft.1", draft.Target.ID, &app.SubmitDraft{To: office + ".leader"}))
	for _, l := range w.laptops {
		w.settle(l)
	}
	w.faults = true
}

// handleFirst begins with a document that everybody has.
func (w *world) handleFirst() {
	w.faults = false
	clerk := w.laptops[0]
	w.settle(clerk)
	doc := w.incoming(officeOf(clerk.person))
	w.offer(clerk, doc)
	w.offer(clerk, about("document.register.1", doc.Target.ID, &app.Register{Book: officeOf(clerk.person) + ".den"}))
	w.offer(clerk, about("document.submit.1", doc.Target.ID, &app.Submit{To: w.laptops[1].person}))
	for _, l := range w.laptops {
		w.settle(l)
	}
	w.faults = true
}

// mends takes a laptop on which nobody can work one step further, now and then.
func (w *world) mends() bool {
	for _, l := range w.laptops {
		if !l.works() && w.r.IntN(4) == 0 {
			w.mend(l)
			return true
		}
	}
	return false
}

// run takes n random steps.
func (w *world) run(n int) {
	for range n {
		w.now += app.Time(w.r.IntN(5000))
		w.step()
	}
}

func (w *world) step() {
	if w.mends() || w.theme != anything && w.themed() {
		return
	}
	switch n := w.r.IntN(100); {
	case n < 26:
		w.anybody(w.act)
	case n < 28:
		w.browse(pick(w, w.laptops))
	case n < 29:
		w.anybody(w.reconsider)
	case n < 30:
		w.anybody(w.loan)
	case n < 45:
		w.anybody(func(l *laptop) { w.begin(l) })
	case n < 60:
		w.each(func(x *exchange) bool { return !x.answered }, w.serve)
	case n < 74:
		w.each(func(x *exchange) bool { return x.pull != nil }, func(x *exchange) { w.page(x) })
	case n < 76:
		w.each(func(x *exchange) bool { return x.pull != nil }, w.push)
	case n < 90:
		w.each(func(x *exchange) bool { return len(x.down) > 0 || x.answered }, w.receive)
	case n < 92:
		w.each(func(x *exchange) bool { return true }, w.drop)
	case n < 93:
		l := pick(w, w.laptops)
		w.note("%s crashes", l)
		l.crash()
		w.checkOutbox(l)
		w.mend(l)
	case n < 94:
		w.note("server crashes")
		w.restartServer()
	case n < 95:
		pick(w, w.laptops).skew += app.Time(w.r.IntN(7200_000) - 3600_000)
	case n < 96:
		w.befall(pick(w, w.laptops))
	default:
		w.manage()
	}
}

// themed takes a step of the world's theme, now and then.
func (w *world) themed() bool {
	if w.theme == lending {
		return w.lends()
	}
	switch n := w.r.IntN(100); {
	case n < 15 || n < 35 && (w.theme == handling || w.theme == parting):
		w.anybody(w.act)
	case n < 45 && w.theme == parting:
		w.befall(pick(w, w.laptops))
	case n < 48 && w.theme == parting:
		w.anybody(w.loan)
	case n < 20 && w.theme == restoring:
		w.fallBack()
	default:
		return false
	}
	return true
}

// befall has something happen to a laptop as a whole.
func (w *world) befall(l *laptop) {
	switch n := w.r.IntN(10); {
	case !l.works():
		w.mend(l)
	case n < 4:
		w.revoke(l)
	case n < 8:
		w.damage(l)
	case n < 9 && len(w.laptops) < len(people):
		w.newcomer(l.person)
	case len(w.copies) == 0:
		w.save()
	default:
		w.fallBack()
	}
}

// abandon closes and removes what is left of a world.
func (w *world) abandon() {
	for _, l := range w.laptops {
		if l.store != nil {
			_ = l.store.Close()
		}
	}
	if w.flaw.lag != nil {
		w.flaw.lag.close()
	}
	if w.server != nil && w.server.store != nil {
		_ = w.server.store.Close()
	}
	_ = os.RemoveAll(w.dir)
}
