package hub

import (
	"cmp"
	"slices"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

// recent is all that changed in a person's scopes since a cursor at which his
// laptop was level. A day is seldom more than some hundreds of rows: read in one
// go, they say also which of his scopes hold each record, since an event moves
// all rows of a record.
type recent struct {
	rows   map[app.Key][]feed.ScopeRow // by scope
	events [app.Classes][]feedRow      // oldest first
}

// readRecent reads it, unless the laptop is on the way through a longer absence:
// that goes class by class, and never reads further than the page.
func (b *builder) readRecent() error {
	after := b.cur.Seq[0]
	if after == b.head || after != b.cur.Seq[app.Classes-1] { // it never rises with the class
		return nil
	}
	var rows []feed.ScopeRow
	err := b.v.FeedSince(b.scopes, after, b.head, batchRows, func(r feed.ScopeRow) error {
		rows = append(rows, r)
		return nil
	})
	if err == nil && len(rows) < batchRows {
		b.recent = newRecent(rows)
	}
	return err
}

func newRecent(rows []feed.ScopeRow) *recent {
	slices.SortFunc(rows, func(a, b feed.ScopeRow) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Key.Kind, b.Key.Kind), cmp.Compare(a.Key.ID, b.Key.ID), cmp.Compare(a.Scope, b.Scope))
	})
	out := &recent{rows: make(map[app.Key][]feed.ScopeRow, len(rows))}
	for _, r := range rows {
		out.rows[r.Key] = append(out.rows[r.Key], r)
		out.events[r.Class] = append(out.events[r.Class], feedRow{r.Seq, r.Key})
	}
	return out
}
