package hub

import (
	"context"
	"fmt"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// What laptops follow is derived from the records: who holds each one, and the
// sums of what each scope holds. A fault of ours or of a disk may have made it
// untrue; then some laptop lacks what it should have, or compares for ever.

// Mended is what was found wrong in the feed and, if asked to, put right.
type Mended struct {
	Records int         // looked at
	Scopes  int         // whose sums were looked at
	Rows    []app.Key   // records that stand in other scopes than they should
	Sums    []app.Scope // scopes whose sums are not those of their records
}

// mendName is the name of the event that puts rows right. It is no command:
// nobody can give it.
const mendName = "feed.mend.1"

// mendEvent is how many records one such event is about.
const mendEvent = 500

// mendArgs are its arguments.
type mendArgs struct {
	Records int `cbor:"1,keyasint"`
}

// CheckFeed compares the feed with the records, in one snapshot, and writes
// nothing.
func (c *Core) CheckFeed(ctx context.Context) (m Mended, err error) {
	err = c.cfg.Store.Read(ctx, func(v View) error {
		m, err = checkFeed(ctx, v)
		return err
	})
	return m, err
}

// Mend is CheckFeed on a running hub, and puts right what it finds: laptops
// learn of it as of every change.
func (h *Hub) Mend(ctx context.Context) (m Mended, err error) {
	err = h.do(ctx, &job{work: func(ctx context.Context) (*Woken, error) {
		return h.alone(ctx, func(g *group) error {
			if m, err = checkFeed(ctx, g.tx); err != nil {
				return err
			}
			for keys := range slices.Chunk(m.Rows, mendEvent) {
				if err := g.mendRows(keys); err != nil {
					return err
				}
			}
			return g.mendSums(ctx)
		})
	}})
	return m, err
}

func checkFeed(ctx context.Context, v View) (m Mended, err error) {
	dir := v.Directory()
	err = v.EachRecord(func(key app.Key, body []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		m.Records++
		fits, err := fits(v, dir, key, body)
		if err == nil && !fits {
			m.Rows = append(m.Rows, key)
		}
		return err
	})
	if err != nil {
		return m, err
	}
	unlike, scopes, err := unlikeSums(ctx, v)
	for _, s := range unlike {
		m.Sums = append(m.Sums, s.Scope)
	}
	m.Scopes = scopes
	return m, err
}

// fits reports whether a record stands in exactly the scopes that hold it.
func fits(v View, dir *app.Directory, key app.Key, body []byte) (bool, error) {
	if app.NewRecord(key.Kind) == nil {
		return true, nil // of another version of the program
	}
	rec, err := feed.Decode(key.Kind, body)
	if err != nil {
		return false, fmt.Errorf("record %v: %w", key, err)
	}
	rows, err := v.ScopeRows(key)
	if err != nil {
		return false, err
	}
	var have []app.Scope
	for _, r := range rows {
		if !r.Gone {
			have = append(have, r.Scope)
		}
	}
	want := slices.Clone(app.ScopesOf(rec, dir))
	slices.Sort(have)
	slices.Sort(want)
	return slices.Equal(have, slices.Compact(want)), nil
}

// unlikeSums counts every scope anew and returns the true sums of those whose
// stored ones differ.
func unlikeSums(ctx context.Context, v View) (unlike []feed.ScopeSum, n int, err error) {
	scopes, err := v.AllScopes()
	if err != nil {
		return nil, 0, err
	}
	stored, err := v.Sums(scopes)
	if err != nil {
		return nil, 0, err
	}
	for i, scope := range scopes {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		var sum feed.Sum
		err := v.ScopeRecords(scope, func(key app.Key, version uint64) error { sum.Add(key, version); return nil })
		if err != nil {
			return nil, 0, err
		}
		if stored[i].Sum != sum {
			unlike = append(unlike, feed.ScopeSum{Scope: scope, Sum: sum})
		}
	}
	return unlike, len(scopes), nil
}

// mendRows enters records into the feed anew, as one event of the system.
func (g *group) mendRows(keys []app.Key) error {
	cmd, err := g.ownEvent(mendName, keys[0], &mendArgs{Records: len(keys)})
	if err != nil {
		return err
	}
	seq := g.seq + 1
	for _, key := range keys {
		body, version, err := g.tx.Body(key)
		if err != nil {
			return err
		}
		rec, err := feed.Decode(key.Kind, body)
		if err != nil {
			return err
		}
		same := feed.Change{Key: key, Old: body, New: body, OldVersion: version, NewVersion: version}
		if err := g.scopes(seq, same, rec); err != nil {
			return err
		}
	}
	if err := g.tx.Savepoint(func() error { return g.record(cmd) }); err != nil {
		return err
	}
	return g.storeOwn(cmd)
}

// mendSums stores the true sums, and wakes those whose scopes had others.
func (g *group) mendSums(ctx context.Context) error {
	unlike, _, err := unlikeSums(ctx, g.tx)
	if err != nil {
		return err
	}
	for _, s := range unlike {
		if err := g.tx.SetSum(s.Scope, s.Sum); err != nil {
			return err
		}
		g.woken.Scopes[s.Scope] = true
	}
	return nil
}
