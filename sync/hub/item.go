package hub

import (
	"khonggiay/app"
	"khonggiay/sync/feed"
)

// cause is why a record is looked at for the page.
type cause int

const (
	changed cause = iota // its row lies ahead of the cursor
	filled               // it lies in a scope that is being filled
	own                  // a result of the reader touched it
	whole                // the reader asked for all of it
)

// add puts a record into the page, unless the laptop has it or gets it
// elsewhere.
func (b *builder) add(key app.Key, why cause) error {
	if n, seen := b.items[key]; seen && (n >= 0 || why != whole) {
		return nil
	}
	l, err := b.seen(key)
	if err != nil {
		return err
	}
	var held []feed.ScopeRow
	left := false
	for _, r := range l.rows {
		if _, mine := b.mine[r.Scope]; !mine {
			continue
		}
		if !r.Gone {
			held = append(held, r)
		} else {
			left = true
		}
	}
	if len(held) == 0 {
		if left || why == whole { // whoever asks for it may have it
			b.append(feed.Item{Key: key})
		}
		return nil
	}
	if why == filled && b.filledBefore(held) {
		return nil
	}
	it := feed.Item{Key: key, Version: l.version, Body: l.body}
	for _, r := range held {
		it.Scopes = append(it.Scopes, r.Scope)
	}
	if why != whole {
		if err := b.shorten(&it, held, l); err != nil {
			return err
		}
		if why == own && it.Base == it.Version {
			b.items[key] = -1 // the laptop has it
			return nil
		}
	}
	if it.Base == 0 && it.Body == nil {
		if it.Body, it.Version, err = b.v.Body(key); err != nil {
			return err
		}
	}
	b.append(it)
	return nil
}

// filledBefore reports whether a record that stands in several classes of the
// scopes being filled came with a lower class.
func (b *builder) filledBefore(held []feed.ScopeRow) bool {
	for _, r := range held {
		if b.mine[r.Scope] == 1 && r.Class < b.cur.Filling[0].Class {
			return true
		}
	}
	return false
}

func (b *builder) append(it feed.Item) {
	b.items[it.Key] = len(b.page.Items)
	b.page.Items = append(b.page.Items, it)
	b.size += len(it.Body) + itemOverhead
}

// known is the latest event as of which the laptop surely has the record; ok
// is false when it may not have it at all. (A record that changed its class
// while the laptop was between classes may be judged wrong: the laptop sees
// that the base does not fit, and asks for the whole.)
func (b *builder) known(held []feed.ScopeRow) (seq uint64, ok bool) {
	lowest := b.from.Seq[app.Classes-1]
	for _, q := range b.from.Seq {
		lowest = min(lowest, q)
	}
	for _, r := range held {
		if b.mine[r.Scope] != 0 {
			continue // still being filled
		}
		q := b.from.Seq[r.Class]
		switch {
		case r.Granted <= q && r.Classed <= q:
			seq, ok = max(seq, q), true
		case r.Granted <= lowest:
			seq, ok = max(seq, lowest), true
		}
	}
	return seq, ok
}

// shorten turns a whole record into a patch from what the laptop has.
func (b *builder) shorten(it *feed.Item, held []feed.ScopeRow, l *looked) error {
	since, ok := b.known(held)
	if !ok {
		return nil
	}
	patches, err := b.patches(it.Key, l, since)
	if err != nil {
		return err
	}
	if len(patches) == 0 {
		it.Base, it.Body = it.Version, nil
		return nil
	}
	if patches[0].Base == 0 {
		return nil
	}
	joined := patches[0].Patch
	for _, p := range patches[1:] {
		if joined, ok, err = feed.Compose(joined, p.Patch); err != nil || !ok {
			return err
		}
	}
	if it.Body == nil || len(joined) < len(it.Body)*3/4 {
		it.Base, it.Body = patches[0].Base, joined
	}
	return nil
}

// results adds the answers to the laptop's commands. They ride with the state
// they made: when the live changes fit the page, that is there already; else
// the records that the commands touched go first.
func (b *builder) results() (more bool, err error) {
	rows, err := b.news()
	if err != nil {
		return false, err
	}
	list := make([]feed.Result, 0, len(rows)+len(b.pull.answers))
	for _, r := range rows {
		list = append(list, r.Result)
		b.cur.Pos = r.Pos
	}
	for _, r := range b.pull.answers {
		if !containsResult(list, r.ID) {
			list = append(list, r)
		}
	}
	if len(list) == 0 {
		return false, nil
	}
	var seqs []uint64
	for _, r := range list {
		if r.Status == feed.Accepted {
			seqs = append(seqs, r.Seq)
		}
	}
	keys, err := b.v.TouchedIn(seqs)
	if err != nil {
		return false, err
	}
	for _, key := range keys {
		if err := b.add(key, own); err != nil {
			return false, err
		}
	}
	if b.page.Next, err = b.v.Next(b.pull.peer.Writer); err != nil {
		return false, err
	}
	b.page.Receipt, err = feed.NewReceipt(b.pull.core.cfg.Epoch, list, b.pull.core.cfg.SignKey)
	return len(rows) == resultsPerPage, err
}

func containsResult(list []feed.Result, id app.CommandID) bool {
	for _, r := range list {
		if r.ID == id {
			return true
		}
	}
	return false
}
