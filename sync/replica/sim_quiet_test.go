package replica_test

import (
	"khonggiay/app/sqlite"
	"khonggiay/sync/replica"
)

// quiet lets every laptop sync without faults until nothing is left to say.
func (w *world) quiet() {
	w.faults = false
	w.open = nil
	w.server.disk.full = false
	for _, l := range w.laptops {
		l.disk.full = false
	}
	w.note("quiet")
	w.calm()
	w.tidy()
	if w.restored() {
		w.reconcile()
	}
}

// calm has the laptops sync in turn until the server has nothing new for any.
func (w *world) calm() {
	heard := make([]head, len(w.laptops))
	for round, news := 0, true; news; round++ { // what one laptop sends may change another
		news = false
		for i, l := range w.laptops {
			if w.head() != heard[i] {
				w.settle(l)
				heard[i], news = w.head(), true
			}
		}
		w.unpark()
		if round > 20 {
			w.failf("it does not grow quiet")
		}
	}
}

// head is how far the server is.
type head struct{ seq, pos uint64 }

func (w *world) head() (at head) {
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) (err error) {
		at.seq, at.pos, err = v.Head()
		return err
	}))
	return at
}

// tidy has laptops do what is due with the books that they hold.
func (w *world) tidy() {
	given := len(w.ledger.gifts)
	for _, l := range w.laptops {
		if l.works() {
			w.tend(l)
		}
	}
	if len(w.ledger.gifts) > given {
		w.calm()
	}
}

// finish ends what a laptop has begun: it goes on as a new writer, or leaves.
func (w *world) finish(l *laptop) (gone bool) {
	for n := 0; !l.works() && !l.leave.gone; n++ {
		if n > 100 {
			w.failf("%s does not come to an end: %+v", l, l.leave)
		}
		w.mend(l)
	}
	return l.leave.gone
}

// mend takes a laptop on which nobody can work one step further.
func (w *world) mend(l *laptop) {
	switch {
	case l.torn != nil:
		w.renew(l)
	case l.leave.gone:
		w.again(l)
	case l.leave.barred:
		w.depart(l)
	}
}

// settle syncs one laptop until it is level and has nothing to send.
func (w *world) settle(l *laptop) {
	for n := 0; ; n++ {
		if n > 40 {
			st, _ := l.rep.Status(ctx)
			w.failf("%s does not settle: %+v", l, st)
		}
		if w.finish(l) {
			return
		}
		x := w.begin(l)
		if w.serve(x); x.pull == nil {
			continue // it was turned away
		}
		for pages := 0; ; pages++ {
			level := w.page(x)
			for len(x.down) > 0 {
				w.receive(x)
			}
			if level {
				break
			}
			if pages > 500 {
				w.failf("%s pulls for ever", l)
			}
		}
		w.drop(x)
		if w.settled(l) {
			return
		}
	}
}

func (w *world) settled(l *laptop) bool {
	asking := false
	w.must(l.store.Read(ctx, readAs(func(v replica.View) (err error) {
		if asking, err = l.rep.Asking(v); asking || err != nil {
			return err
		}
		purged, err := v.Purged(1)
		asking = len(purged) > 0
		return err
	})))
	st, err := l.rep.Status(ctx)
	w.must(err)
	return !asking && st.Waiting == 0
}
