package hub

import (
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// lookahead is how many records are read at once. What does not fit the page any
// more was read in vain, so it is not many.
const lookahead = 48

// looked is what the builder has read of a record.
type looked struct {
	rows    []feed.ScopeRow
	body    []byte // nil = not read, since patches say it
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
	rows, err := b.scopeRows(keys)
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
		b.ahead[k] = &looked{rows: rows[k], patches: patches[k], alone: !known}
	}
	return b.readBodies(keys)
}

// scopeRows are the records' rows; of what is recent, those that matter.
func (b *builder) scopeRows(keys []app.Key) (map[app.Key][]feed.ScopeRow, error) {
	if b.recent != nil && !slices.ContainsFunc(keys, func(k app.Key) bool { return b.recent.rows[k] == nil }) {
		return b.recent.rows, nil
	}
	return b.v.ScopeRowsOf(keys)
}

// readBodies reads the records that patches do not say, as far as can be told
// yet.
func (b *builder) readBodies(keys []app.Key) error {
	keys = slices.DeleteFunc(keys, func(k app.Key) bool { return b.ahead[k].short() })
	if len(keys) == 0 {
		return nil
	}
	bodies, err := b.v.Bodies(keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		b.ahead[k].body, b.ahead[k].version = bodies[k].Body, bodies[k].Version
	}
	return nil
}

// fewBytes is what patches may hold to be sent without a look at the record:
// composed they say each field once, so they are hardly larger than it.
const fewBytes = 4 << 10

// short reports whether the patches are few, and takes the present version from
// them.
func (l *looked) short() bool {
	size := 0
	for _, p := range l.patches {
		size += len(p.Patch)
	}
	if len(l.patches) == 0 || l.patches[0].Base == 0 || size > fewBytes {
		return false
	}
	l.version = l.patches[len(l.patches)-1].Version
	return true
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
