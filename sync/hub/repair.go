package hub

import (
	"cmp"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// check adds the digest of what the person's scopes hold.
func (b *builder) check() error {
	sums, err := b.v.Sums(b.scopes)
	if err != nil {
		return err
	}
	b.page.Check = feed.Digest(sums)
	return nil
}

// repair answers a laptop whose digest was another one: first the scopes whose
// sums differ, with the sums of their buckets; then the records of the buckets
// that differ. Listings are the truth of this snapshot, so it does no harm
// when the laptop is a little behind.
func (b *builder) repair() error {
	seen := map[app.Scope]bool{}
	for _, s := range b.pull.sums {
		if _, mine := b.mine[s.Scope]; !mine || seen[s.Scope] {
			continue
		}
		seen[s.Scope] = true
		have, err := b.v.Sums([]app.Scope{s.Scope})
		if err != nil {
			return err
		}
		if have[0].Sum == s.Sum {
			continue
		}
		b.pull.core.cfg.Observer.Unlike(b.pull.peer, s.Scope)
		sums := make([]uint64, 256)
		err = b.v.ScopeRecords(s.Scope, func(key app.Key, version uint64) error {
			sums[feed.Bucket(key)] += feed.Hash(key, version)
			return nil
		})
		if err != nil {
			return err
		}
		b.page.Unlike = append(b.page.Unlike, feed.Buckets{Scope: s.Scope, Sums: sums})
	}
	return b.list()
}

// list answers the asked buckets, going through each scope once.
func (b *builder) list() error {
	asked := map[app.Scope]map[uint8]*feed.Listing{}
	for _, k := range b.pull.buckets {
		if _, mine := b.mine[k.Scope]; !mine {
			continue
		}
		if asked[k.Scope] == nil {
			asked[k.Scope] = map[uint8]*feed.Listing{}
		}
		asked[k.Scope][k.Bucket] = &feed.Listing{Scope: k.Scope, Bucket: k.Bucket}
	}
	for scope, buckets := range asked {
		err := b.v.ScopeRecords(scope, func(key app.Key, version uint64) error {
			if l := buckets[feed.Bucket(key)]; l != nil {
				l.Records = append(l.Records, feed.Held{Kind: key.Kind, ID: key.ID, Version: version})
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, l := range buckets {
			b.page.Listing = append(b.page.Listing, *l)
		}
	}
	slices.SortFunc(b.page.Listing, func(x, y feed.Listing) int {
		return cmp.Or(cmp.Compare(x.Scope, y.Scope), cmp.Compare(x.Bucket, y.Bucket))
	})
	return nil
}
