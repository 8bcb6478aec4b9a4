package replica_test

import (
	"errors"
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/hub"
	"khonggiay/sync/replica"
)

// exchange is one request and its stream of pages, on a transport that loses,
// doubles, reorders and cuts.
type exchange struct {
	l     *laptop
	life  int
	ses   *replica.Session
	bytes []byte    // the request on its way
	pull  *hub.Pull // at the server, once served
	down  [][]byte  // pages on their way back, in order
}

func (w *world) drop(x *exchange) {
	w.open = slices.DeleteFunc(w.open, func(o *exchange) bool { return o == x })
}

// begin has a laptop send a request.
func (w *world) begin(l *laptop) *exchange {
	ses, req, err := l.rep.Begin(ctx)
	w.must(err)
	b, err := feed.EncodeRequest(req)
	w.must(err)
	x := &exchange{l: l, life: l.life, ses: ses, bytes: b}
	w.open = append(w.open, x)
	w.note("%s (%d) asks: %d commands, %d needed, %d purged", l.person, l.writer, len(req.Commands), len(req.Need), len(req.Purged))
	return x
}

// serve has a request arrive at the server, perhaps not for the last time.
func (w *world) serve(x *exchange) {
	req, err := feed.DecodeRequest(x.bytes)
	w.must(err)
	sub := &hub.Submission{Peer: x.l.peer(), Commands: req.Commands, Purged: req.Purged, Follows: req.Follows, Proofs: req.Proofs}
	if w.chance(5) {
		w.server.fail = true
	}
	w.server.core.Commit(ctx, []*hub.Submission{sub})
	w.server.fail = false
	if sub.Err != nil {
		if !errors.Is(sub.Err, errCrash) {
			w.failf("commit: %v", sub.Err)
		}
		w.note("server crashes on the request of %s", x.l.person)
		w.restartServer()
		return
	}
	w.refresh(x.l)
	pull := w.server.core.NewPull(x.l.peer(), req, sub)
	pull.Target = pick(w, []int{300, 1000, 4000, 64000})
	if w.chance(15) { // doubled: the answer of either may be the one that arrives
		w.note("request of %s arrives, and will again", x.l.person)
		if x.pull == nil || w.chance(50) {
			return
		}
	}
	w.note("request of %s arrives", x.l.person)
	x.pull, x.down = pull, nil
}

// page has the server write one page into a stream.
func (w *world) page(x *exchange) (level bool) {
	w.refresh(x.l)
	page, worth, err := x.pull.Next(ctx)
	w.must(err)
	w.watch(x.l, page)
	if !worth {
		return page.Level
	}
	b, err := feed.EncodePage(page)
	w.must(err)
	x.pull.Sent(len(b), page)
	x.down = append(x.down, b)
	w.note("server writes %d bytes, %d items to %s", len(b), len(page.Items), x.l.person)
	return page.Level
}

// refresh does what the hub does before each page: nobody is served with
// scopes that have ended.
func (w *world) refresh(l *laptop) {
	_, err := w.server.core.Enter(ctx, l.person)
	w.must(err)
}

// watch checks that nothing leaves the server for somebody who may not have it.
func (w *world) watch(l *laptop, page *feed.Page) {
	dir := w.server.store.Directory()
	mine := dir.Scopes(l.person, w.now)
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		for _, it := range page.Items {
			if it.Gone() {
				continue
			}
			body, version, err := v.Body(it.Key)
			if err != nil {
				return err
			}
			holders := app.ScopesOf(decode(w, it.Key, string(body)), dir)
			if !overlap(holders, mine) || it.Version != version {
				w.failf("%v at version %d (now %d) was sent to %s, who may not have it: %v, %v", it.Key, it.Version, version, l.person, holders, mine)
			}
		}
		return nil
	}))
}

// receive has the next page of a stream arrive.
func (w *world) receive(x *exchange) {
	b := x.down[0]
	x.down = x.down[1:]
	page, err := feed.DecodePage(b)
	w.must(err)
	if w.chance(5) {
		x.l.fail = true
	}
	err = x.l.rep.Apply(ctx, x.ses, page)
	x.l.fail = false
	switch {
	case errors.Is(err, errCrash):
		w.note("%s crashes on a page", x.l.person)
		x.l.crash()
		w.drop(x)
		return
	case errors.Is(err, replica.ErrStale):
		w.note("%s drops a page of an overtaken request", x.l.person)
		w.drop(x)
		return
	}
	w.must(err)
	w.note("%s (%d) applies a page of %d items", x.l.person, x.l.writer, len(page.Items))
	if w.chance(5) { // doubled
		if err := x.l.rep.Apply(ctx, x.ses, page); err != nil && !errors.Is(err, replica.ErrStale) {
			w.must(err)
		}
	}
}

func (w *world) restartServer() {
	w.server.stop()
	w.server.start()
	for _, x := range w.open {
		x.pull, x.down = nil, nil
	}
}

// quiet lets every laptop sync without faults until nothing is left to say.
func (w *world) quiet() {
	w.faults = false
	w.open = nil
	w.note("quiet")
	for range 3 { // what one laptop sends may change another
		for _, l := range w.laptops {
			w.settle(l)
		}
	}
}

// settle syncs one laptop until it is level and has nothing to send.
func (w *world) settle(l *laptop) {
	for n := 0; ; n++ {
		if n > 40 {
			st, _ := l.rep.Status(ctx)
			w.failf("%s (%d) does not settle: %+v", l.person, l.writer, st)
		}
		x := w.begin(l)
		w.serve(x)
		for pages := 0; ; pages++ {
			level := w.page(x)
			for len(x.down) > 0 {
				w.receive(x)
			}
			if level {
				break
			}
			if pages > 500 {
				w.failf("%s pulls for ever", l.person)
			}
		}
		w.drop(x)
		asking := false
		w.must(l.store.Read(ctx, readAs(func(v replica.View) (err error) {
			asking, err = l.rep.Asking(v)
			return err
		})))
		st, err := l.rep.Status(ctx)
		w.must(err)
		if !asking && st.Waiting == 0 {
			return
		}
	}
}
