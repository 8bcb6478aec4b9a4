package hub

import (
	"khonggiay/app"
	"khonggiay/sync/feed"
)

// lookahead is how many records are read at once. What does not fit the page any
// more was read in vain, so it is not many.
const lookahead = 48

// looked is what the builder has read of a record.
type looked struct {
	rows    []feed.ScopeRow
	body    []byte
	version uint64
	patches []feed.PatchRow // after b.since; nil with alone
	alone   bool            // without patches
}

// look reads the records of the next rows, unless they are in the page. With
// known it reads what became of them since the laptop asked, too.
func (b *builder) look(rows []feedRow, known bool) error {
	clear(b.ahead)
	var keys []app.Key
	for _, r := range rows[:min(len(rows), lookahead)] {
		if _, seen := b.items[r.key]; !seen {
			keys = append(keys, r.key)
		}
	}
	return b.read(keys, known)
}

func (b *builder) read(keys []app.Key, known bool) error {
	if len(keys) == 0 {
		return nil
	}
	rows, err := b.v.ScopeRowsOf(keys)
	if err != nil {
		return err
	}
	bodies, err := b.v.Bodies(keys)
	if err != nil {
		return err
	}
	var patches map[app.Key][]feed.PatchRow
	if known {
		if patches, err = b.v.PatchesOf(keys, b.since()); err != nil {
			return err
		}
	}
	if b.ahead == nil {
		b.ahead = make(map[app.Key]*looked, lookahead)
	}
	for _, k := range keys {
		b.ahead[k] = &looked{rows: rows[k], body: bodies[k].Body, version: bodies[k].Version, patches: patches[k], alone: !known}
	}
	return nil
}

// since is the lowest event of which known may speak.
func (b *builder) since() uint64 {
	lowest := b.from.Seq[0]
	for _, q := range b.from.Seq {
		lowest = min(lowest, q)
	}
	return lowest
}

// seen returns what is known of a record, reading it if need be.
func (b *builder) seen(key app.Key) (*looked, error) {
	if l := b.ahead[key]; l != nil {
		return l, nil
	}
	if err := b.read([]app.Key{key}, false); err != nil {
		return nil, err
	}
	return b.ahead[key], nil
}

// patches are what the events after one did to the record.
func (b *builder) patches(key app.Key, l *looked, after uint64) ([]feed.PatchRow, error) {
	if l.alone {
		return b.v.Patches(key, after)
	}
	for i, p := range l.patches {
		if p.Seq > after {
			return l.patches[i:], nil
		}
	}
	return nil, nil
}
