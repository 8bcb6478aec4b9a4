package replica_test

import (
	"os"
	"strconv"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
)

// TestSimulation runs worlds from seeds: people act on laptops that are mostly
// cut off, requests and pages are lost, doubled, reordered and cut, machines
// crash between commits, posts and delegations change. Then it grows quiet,
// and everything must agree. SEEDS=n runs more, SEED=n one.
func TestSimulation(t *testing.T) {
	first, count := uint64(1), 100
	if testing.Short() {
		count = 10
	}
	if s, err := strconv.Atoi(os.Getenv("SEEDS")); err == nil {
		count = s
	}
	if s, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		first, count = s, 1
	}
	tpl := makeTemplates(t)
	for seed := first; seed < first+uint64(count); seed++ {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tpl, seed, people)
			w.load()
			w.run(400)
			w.quiet()
			w.verify()
			w.close()
		})
	}
}

// load gives most laptops their first load in peace.
func (w *world) load() {
	w.faults = false
	for _, l := range w.laptops {
		if w.r.IntN(5) > 0 {
			w.settle(l)
		}
	}
	w.faults = true
}

// run takes n random steps.
func (w *world) run(n int) {
	for range n {
		w.now += app.Time(w.r.IntN(5000))
		w.step()
	}
}

func (w *world) step() {
	switch n := w.r.IntN(100); {
	case n < 30:
		w.act(pick(w, w.laptops))
	case n < 45:
		w.begin(pick(w, w.laptops))
	case n < 60:
		w.each(func(x *exchange) bool { return true }, w.serve)
	case n < 75:
		w.each(func(x *exchange) bool { return x.pull != nil }, func(x *exchange) { w.page(x) })
	case n < 90:
		w.each(func(x *exchange) bool { return len(x.down) > 0 }, w.receive)
	case n < 92:
		w.each(func(x *exchange) bool { return true }, w.drop)
	case n < 93:
		l := pick(w, w.laptops)
		w.note("%s crashes", l.person)
		l.crash()
	case n < 94:
		w.note("server crashes")
		w.restartServer()
	case n < 95:
		pick(w, w.laptops).skew += app.Time(w.r.IntN(7200_000) - 3600_000)
	default:
		w.manage()
	}
}

// each does something to one of the exchanges that fit.
func (w *world) each(fits func(*exchange) bool, do func(*exchange)) {
	var some []*exchange
	for _, x := range w.open {
		if x.life == x.l.life && fits(x) {
			some = append(some, x)
		}
	}
	if len(some) > 0 {
		do(pick(w, some))
	}
}

// verify checks all that must hold when everything has grown quiet.
func (w *world) verify() {
	all := records(w, w.server.store)
	for _, l := range w.laptops {
		w.verifyView(l, all)
		w.verifyOutbox(l)
	}
	w.verifyNumbers(all)
	w.verifyChain()
}

// verifyView: the laptop holds exactly what its person may hold, byte for byte.
func (w *world) verifyView(l *laptop, all map[app.Key]record) {
	dir := w.server.store.Directory()
	mine := dir.Scopes(l.person, w.now)
	have := records(w, l.store)
	for key, rec := range all {
		may := overlap(app.ScopesOf(decode(w, key, rec.body), dir), mine)
		got, held := have[key]
		switch {
		case may && !held:
			w.failf("%s (%d) lacks %v", l.person, l.writer, key)
		case !may && held:
			w.failf("%s (%d) still holds %v, which left its scopes", l.person, l.writer, key)
		case may && got != rec:
			w.failf("%s (%d) has %v at %d, the server at %d:\n%x\n%x", l.person, l.writer, key, got.version, rec.version, got.body, rec.body)
		}
		delete(have, key)
	}
	for key := range have {
		w.failf("%s (%d) holds %v, which the server does not know", l.person, l.writer, key)
	}
	st, err := l.rep.Status(ctx)
	w.must(err)
	if st.Broken || st.Repairs > 0 || !st.Loaded {
		w.failf("%s (%d): %+v", l.person, l.writer, st)
	}
	w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		sums, err := v.Sums(mine)
		if err != nil {
			return err
		}
		for _, s := range sums {
			want := feed.Sum{}
			err := v.HeldRecords(s.Scope, func(k app.Key, version uint64) error { want.Add(k, version); return nil })
			if err != nil {
				return err
			}
			if want != s.Sum {
				w.failf("%s (%d): the sum of %s is %+v, its records give %+v", l.person, l.writer, s.Scope, s.Sum, want)
			}
		}
		base, err := v.BaseKeys()
		if len(base) > 0 {
			w.failf("%s (%d): base rows without pending commands: %v", l.person, l.writer, base)
		}
		return err
	}))
}

// verifyOutbox: every command has exactly one result, the same on both sides.
func (w *world) verifyOutbox(l *laptop) {
	next := uint32(0)
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) {
		next, err = v.Next(l.writer)
		return err
	}))
	if int(next) != len(l.given)+1 {
		w.failf("%s (%d) gave %d commands, the server decided %d", l.person, l.writer, len(l.given), next-1)
	}
	for i, id := range l.given {
		if id != app.NewCommandID(l.writer, uint32(i+1)) {
			w.failf("command %d of %s has id %v", i, l.person, id)
		}
		var there *feed.StoredResult
		w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) {
			there, err = v.Result(id)
			return err
		}))
		var here *feed.OutboxRow
		w.must(l.store.Read(ctx, func(v *sqlite.View) (err error) {
			here, err = v.OutboxRow(id)
			return err
		}))
		w.must(l.store.Read(ctx, func(v *sqlite.View) error {
			keys, err := v.TouchedBy(id)
			if len(keys) > 0 && here != nil && !here.State.Pending() {
				w.failf("%v of %s is answered, and still touches %v", id, l.person, keys)
			}
			return err
		}))
		if there == nil || here == nil || here.Result == nil || here.Result.Status != there.Status || here.Result.Seq != there.Seq {
			w.failf("%v of %s: server says %+v, laptop %+v", id, l.person, there, here)
		}
		want := map[feed.Status]feed.OutboxState{feed.Accepted: feed.OutAcknowledged, feed.Refused: feed.OutRefused, feed.Deferred: feed.OutDeferred}
		if here.State != want[there.Status] || here.Command == nil {
			w.failf("%v of %s: %+v after %+v", id, l.person, here, there)
		}
	}
}

// verifyNumbers: the numbers of each book and year run from 1 without a gap.
func (w *world) verifyNumbers(all map[app.Key]record) {
	type series struct {
		book app.ID
		year int
	}
	given := map[series]map[uint32]app.ID{}
	for key, rec := range all {
		d, ok := decode(w, key, rec.body).(*app.Document)
		if !ok || d.BookNumber == 0 {
			continue
		}
		s := series{d.Book, d.BookYear}
		if given[s] == nil {
			given[s] = map[uint32]app.ID{}
		}
		if other, dup := given[s][d.BookNumber]; dup {
			w.failf("number %d of %v was given to %s and %s", d.BookNumber, s, other, d.ID)
		}
		given[s][d.BookNumber] = d.ID
	}
	for s, numbers := range given {
		for n := uint32(1); n <= uint32(len(numbers)); n++ {
			if _, ok := numbers[n]; !ok {
				w.failf("%v has %d numbers, but not %d", s, len(numbers), n)
			}
		}
	}
}

// verifyChain: events have no gap and the chain fits them.
func (w *world) verifyChain() {
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		bad, err := hub.CheckChain(v)
		if bad != 0 {
			w.failf("event %d does not fit the chain", bad)
		}
		return err
	}))
}
