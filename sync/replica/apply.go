package replica

import (
	"bytes"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// applier applies one page.
type applier struct {
	*Replica
	tx    Tx
	page  *feed.Page
	state feed.State
	sums  map[app.Scope]feed.Sum // changes of the sums, written at the end
	// touched holds the records that pending commands have changed.
	touched map[app.Key]bool
	lost    []app.Key // records that left the scopes with this page
	// for the memory after the commit
	asked    []feed.Bucketed
	unlike   bool
	unlikeOf uint64
	repaired int
	wanting  bool // something is still needed whole
	counted  bool // the records are those of the server's listing
	agrees   bool // the sums are the server's
	reopened bool // the server came back from a backup
}

func (a *applier) apply(ses *Session) error {
	var err error
	if a.state, err = a.tx.SyncState(); err != nil {
		return err
	}
	if len(a.page.Cursor) > 0 && !bytes.Equal(a.page.After, feed.CursorTag(a.state.Cursor)) {
		return ErrStale
	}
	if err := a.reopen(); err != nil {
		return err
	}
	if err := a.loadTouched(); err != nil {
		return err
	}
	for _, key := range ses.purged {
		if err := a.tx.DropPurged(key); err != nil {
			return err
		}
	}
	if err := a.content(); err != nil {
		return err
	}
	for scope, d := range a.sums {
		if d == (feed.Sum{}) {
			continue
		}
		if err := a.tx.AddSum(scope, d); err != nil {
			return err
		}
	}
	if err := a.check(); err != nil {
		return err
	}
	return a.settle()
}

func (a *applier) loadTouched() error {
	keys, err := a.tx.BaseKeys()
	if err != nil {
		return err
	}
	a.touched = make(map[app.Key]bool, len(keys))
	for _, k := range keys {
		a.touched[k] = true
	}
	return nil
}

// content applies what the page says about records, on the server's state of
// each, and then runs the pending commands on top again.
func (a *applier) content() error {
	answered, err := a.results()
	if err != nil {
		return err
	}
	b, err := a.begin(answered)
	if err != nil {
		return err
	}
	if err := a.members(b); err != nil {
		return err
	}
	for i := range a.page.Items {
		if err := a.item(&a.page.Items[i]); err != nil {
			return err
		}
	}
	if err := a.compare(b); err != nil {
		return err
	}
	return b.finish()
}

// members takes over the list of scopes; what only lost ones held goes.
func (a *applier) members(b *rebase) error {
	m := a.page.Members
	if m == nil {
		return nil
	}
	for _, scope := range a.state.Scopes {
		if slices.Contains(m.Scopes, scope) {
			continue
		}
		if err := a.dropScope(b, scope); err != nil {
			return err
		}
	}
	a.state.Scopes, a.state.Member = m.Scopes, m.Version
	return nil
}

func (a *applier) dropScope(b *rebase, scope app.Scope) error {
	var keys []app.Key
	err := a.tx.HeldRecords(scope, func(key app.Key, _ uint64) error {
		keys = append(keys, key)
		return nil
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := a.leave(b, key, scope); err != nil {
			return err
		}
	}
	delete(a.sums, scope)
	return a.tx.DropSum(scope)
}

// leave takes a record out of one scope, and off this disk when that was the last.
func (a *applier) leave(b *rebase, key app.Key, scope app.Scope) error {
	if err := b.include(key); err != nil {
		return err
	}
	held, err := a.tx.Held(key)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(held), func(s app.Scope) bool { return s == scope })
	_, version, err := a.tx.Body(key)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return a.purge(key, held, version)
	}
	if slices.Contains(held, scope) {
		a.count(scope, feed.Sum{Count: -1, Sum: -feed.Hash(key, version)})
	}
	return a.tx.SetHeld(key, rest)
}

func (a *applier) count(scope app.Scope, d feed.Sum) {
	s := a.sums[scope]
	a.sums[scope] = feed.Sum{Count: s.Count + d.Count, Sum: s.Sum + d.Sum}
}

// item applies one item to the server's state of its record.
func (a *applier) item(it *feed.Item) error {
	held, err := a.tx.Held(it.Key)
	if err != nil {
		return err
	}
	old, have, err := a.tx.Body(it.Key)
	if err != nil {
		return err
	}
	if it.Gone() {
		return a.purge(it.Key, held, have)
	}
	switch {
	case it.Base == 0:
		if err := a.tx.SetRaw(it.Key, it.Body, it.Version); err != nil {
			return err
		}
		have = a.moved(it, held, have)
	case have < it.Base:
		if err := a.tx.AddNeed(it.Key); err != nil {
			return err
		}
		a.wanting = true
		if have == 0 {
			return nil
		}
	case have < it.Version:
		body, err := feed.Apply(old, it.Body)
		if err != nil { // ask for the whole
			a.cfg.Log.Error("a patch does not fit", "kind", it.Key.Kind, "id", it.Key.ID, "error", err)
			a.wanting = true
			return a.tx.AddNeed(it.Key)
		}
		if err := a.tx.SetRaw(it.Key, body, it.Version); err != nil {
			return err
		}
		have = a.moved(it, held, have)
	}
	return a.hold(it, held, have)
}

// moved counts a record's step to the item's version in the scopes that held it.
func (a *applier) moved(it *feed.Item, held []app.Scope, have uint64) uint64 {
	for _, s := range held {
		a.count(s, feed.Sum{Sum: feed.Hash(it.Key, it.Version) - feed.Hash(it.Key, have)})
	}
	return it.Version
}

// hold stores which scopes hold the record now.
func (a *applier) hold(it *feed.Item, held []app.Scope, have uint64) error {
	if it.Base == 0 {
		if err := a.tx.DropNeed(it.Key); err != nil {
			return err
		}
	}
	now := slices.Clone(it.Scopes)
	slices.Sort(now)
	if slices.Equal(held, now) {
		return nil
	}
	hash := feed.Hash(it.Key, have)
	for _, s := range held {
		if !slices.Contains(now, s) {
			a.count(s, feed.Sum{Count: -1, Sum: -hash})
		}
	}
	for _, s := range now {
		if !slices.Contains(held, s) {
			a.count(s, feed.Sum{Count: 1, Sum: hash})
		}
	}
	return a.tx.SetHeld(it.Key, now)
}

// purge wipes a record: its bytes, everything derived from them and its segment
// keys, which are part of them. The acknowledgement goes with the next request.
func (a *applier) purge(key app.Key, held []app.Scope, version uint64) error {
	if err := a.tx.DropNeed(key); err != nil {
		return err
	}
	for _, s := range held {
		a.count(s, feed.Sum{Count: -1, Sum: -feed.Hash(key, version)})
	}
	if err := a.tx.SetHeld(key, nil); err != nil {
		return err
	}
	if version == 0 && len(held) == 0 {
		return nil
	}
	if err := a.tx.Delete(key); err != nil {
		return err
	}
	a.lost = append(a.lost, key)
	return a.tx.AddPurged(key)
}

// settle stores where the replica stands now.
func (a *applier) settle() error {
	p, s := a.page, &a.state
	now := a.cfg.Clock()
	s.Contact = now
	if p.Time != 0 {
		s.Seen, s.Skew = max(p.Time, s.Seen), p.Time-now
	}
	if p.Lease != 0 {
		s.Lease, s.Renewed, s.Latest = app.Time(p.Lease)*1000, p.Time, p.Time
	}
	if len(p.Cursor) > 0 {
		s.Cursor, s.Epoch = p.Cursor, p.Epoch
	}
	if p.Level && !a.wanting {
		s.Level = now
		if err := a.tx.TidyOutbox(s.Seen - keepAcknowledged); err != nil {
			return err
		}
	}
	return a.tx.SetSyncState(*s)
}

// remember keeps what need not survive a restart.
func (r *Replica) remember(a *applier) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(a.page.Cursor) > 0 {
		r.remaining = a.page.Remaining
	}
	r.asked = a.asked
	r.unlike = a.unlike
	if a.unlikeOf != 0 {
		r.stubborn = a.unlikeOf
	}
	renewing := r.renewing || a.reopened
	if !renewing {
		r.repairs += a.repaired
	}
	r.renewing = renewing && !a.agrees
}
