package replica_test

import (
	"slices"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
)

// ledger is what a world has seen and must never see otherwise.
type ledger struct {
	results map[decision]verdict
	numbers map[app.CommandID]verdict       // the number that each command was given, for ever
	gifts   map[app.CommandID]gift          // what was given on laptops
	last    map[uint32]uint32               // the highest counter that each writer has given
	issued  map[place]app.ID                // numbers that holders of books gave, and to which document
	heirs   map[app.CommandID]app.CommandID // by commands behind a gap: what was given in their place
	history history
}

// decision is one command at one life of the server: one that came back from a
// backup decides again.
type decision struct {
	epoch uint64
	id    app.CommandID
}

// verdict is the part of a result that may never change.
type verdict struct {
	status feed.Status
	seq    uint64
	reason string
	book   app.ID
	year   int
	number uint32
}

func newLedger() ledger {
	return ledger{
		results: map[decision]verdict{}, numbers: map[app.CommandID]verdict{},
		gifts: map[app.CommandID]gift{}, last: map[uint32]uint32{}, issued: map[place]app.ID{}, heirs: map[app.CommandID]app.CommandID{},
		history: history{open: map[app.CommandID]int{}},
	}
}

// result notes the answer to a command.
func (g *ledger) result(w *world, epoch uint64, r *feed.Result) {
	now := verdict{r.Status, r.Seq, r.Reason, r.Book, r.Year, r.Number}
	old, known := g.results[decision{epoch, r.ID}]
	if known && old != now && old.status != feed.Deferred {
		w.failf("%v was answered %+v and then %+v", r.ID, old, now)
	}
	g.results[decision{epoch, r.ID}] = now
}

// watch checks that nothing leaves the server for somebody who may not have it.
func (w *world) watch(l *laptop, page *feed.Page) {
	if w.standing(l) != known {
		w.failf("a page was written to %s, which may not come in any more", l)
	}
	dir := w.server.store.Directory()
	mine := dir.Scopes(l.person, w.now)
	if m := page.Members; m != nil && !slices.Equal(m.Scopes, mine) {
		w.failf("%s was told that the scopes are %v, they are %v", l, m.Scopes, mine)
	}
	for _, u := range page.Unlike {
		if !slices.Contains(mine, u.Scope) {
			w.failf("%s was sent sums of %s", l, u.Scope)
		}
	}
	for _, s := range page.Listing {
		if !slices.Contains(mine, s.Scope) {
			w.failf("%s was sent a list of %s", l, s.Scope)
		}
	}
	if page.Receipt != nil {
		for _, r := range page.Receipt.Results {
			if !slices.Contains(l.given, r.ID) && !slices.Contains(l.gone, r.ID) {
				w.failf("%s was told what became of %v", l, r.ID)
			}
		}
	}
	if len(page.Items) > 0 {
		w.watchItems(l, page, mine)
	}
}

func (w *world) watchItems(l *laptop, page *feed.Page, mine []app.Scope) {
	dir := w.server.store.Directory()
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		for _, it := range page.Items {
			if it.Gone() {
				if len(it.Body) > 0 {
					w.failf("%v is gone for %s and was sent", it.Key, l)
				}
				continue
			}
			body, version, err := v.Body(it.Key)
			if err != nil {
				return err
			}
			holders := app.ScopesOf(decode(w, it.Key, string(body)), dir)
			if !overlap(holders, mine) || it.Version != version {
				w.failf("%v at version %d (now %d) was sent to %s, who may not have it: %v, %v", it.Key, it.Version, version, l, holders, mine)
			}
			for _, s := range it.Scopes {
				if !slices.Contains(mine, s) || !slices.Contains(holders, s) {
					w.failf("%v was sent to %s for %s: %v, %v", it.Key, l, s, holders, mine)
				}
			}
		}
		return nil
	}))
}

// promise is a state that a laptop must have reached when a page is applied:
// a result never comes before what it made.
type promise struct {
	key     app.Key
	version uint64
}

// promised lists what the results on a page made, as far as the reader may
// have it.
func (w *world) promised(l *laptop, page *feed.Page) (out []promise) {
	if page.Receipt == nil {
		return nil
	}
	dir := w.server.store.Directory()
	mine := dir.Scopes(l.person, w.now)
	w.must(w.server.store.Read(ctx, func(v *sqlite.View) error {
		for _, r := range page.Receipt.Results {
			if r.Status != feed.Accepted {
				continue
			}
			keys, err := v.TouchedIn([]uint64{r.Seq})
			if err != nil {
				return err
			}
			for _, key := range keys {
				patches, err := v.Patches(key, r.Seq-1)
				if err != nil {
					return err
				}
				body, _, err := v.Body(key)
				if err != nil {
					return err
				}
				if overlap(app.ScopesOf(decode(w, key, string(body)), dir), mine) {
					out = append(out, promise{key, patches[0].Version})
				}
			}
		}
		return nil
	}))
	return out
}

// keep checks that a laptop has what the results on a page had made. What it
// has found missing, and asks for whole, may come a moment later.
func (w *world) keep(l *laptop, promises []promise) {
	if len(promises) == 0 {
		return
	}
	w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		need, err := v.Need(feed.MaxNeed)
		if err != nil {
			return err
		}
		for _, p := range promises {
			_, have, ok, err := v.Base(p.key)
			if err == nil && !ok {
				_, have, err = v.Body(p.key)
			}
			if err != nil {
				return err
			}
			if have < p.version && !slices.Contains(need, p.key) {
				w.failf("%s has a result and not what it made: %v at %d, want %d", l, p.key, have, p.version)
			}
		}
		return nil
	}))
}

// checkOutbox: nothing leaves the outbox, and nothing counts as answered before
// its answer has come.
func (w *world) checkOutbox(l *laptop) {
	var pending, all int
	w.must(l.store.Read(ctx, func(v *sqlite.View) error {
		for state := feed.OutWaiting; state <= feed.OutDiscarded; state++ {
			n, err := v.OutboxCount(state)
			if err != nil {
				return err
			}
			all += n
			if state.Pending() {
				pending += n
			}
		}
		return nil
	}))
	if all != len(l.given) || pending != len(l.given)-len(l.told) {
		w.failf("the outbox of %s holds %d commands, %d of them pending; %d were given, %d answered", l, all, pending, len(l.given), len(l.told))
	}
}
