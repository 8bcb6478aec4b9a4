package hub_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/app/apptest"
	"khonggiay/app/sqlite"
)

// TestShortAndLongAbsence: a day's changes come from one list, a year's class by
// class; either way the laptop then holds what the server does, whatever the size
// of the pages.
func TestShortAndLongAbsence(t *testing.T) {
	for _, c := range []struct {
		name  string
		count int
	}{{"day", 40}, {"year", 2600}} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t)
			f.accept(clerkXa1, f.receive("d1", "một", app.UrgencyImmediate))
			small, large := f.laptop(clerkXa1), f.laptop(clerkXa1)
			small.pull(nil, 0)
			large.pull(nil, 0)
			var docs []app.Record
			for i := range c.count {
				docs = append(docs, &app.Document{ID: app.ID(fmt.Sprintf("n%d", i)), Direction: app.Incoming, Unit: "xa1", State: app.InReceived,
					Subject: fmt.Sprintf("việc %d", i), Urgency: app.Urgency(i % 4), Created: apptest.Now, Arrived: apptest.Now})
			}
			_, err := f.core.Import(ctx, docs)
			f.must(err)
			f.accept(clerkXa1, f.sign(clerkXa1, "document.register.1", "d1", &app.Register{Book: "xa1.den"}))
			for _, l := range []*laptop{small, large} {
				pages := l.pull(nil, map[*laptop]int{small: 4 << 10, large: 256 << 10}[l])
				if got := items(pages); len(slices.Compact(slices.Sorted(slices.Values(got)))) != c.count+1 {
					t.Errorf("%d items, want all of %d", len(got), c.count+1)
				}
				f.must(f.store.Read(ctx, func(v *sqlite.View) error {
					for _, key := range []app.Key{docKey("d1"), docKey("n0"), docKey(app.ID(fmt.Sprintf("n%d", c.count-1)))} {
						body, version, err := v.Body(key)
						if have := l.have[key]; string(have.Body) != string(body) || have.Version != version {
							t.Errorf("%v differs from the server's", key)
						}
						if err != nil {
							return err
						}
					}
					return nil
				}))
			}
		})
	}
}

// TestFatPatchesComeWhole: where the patches since are as much as the record, the
// record comes.
func TestFatPatchesComeWhole(t *testing.T) {
	f := newFixture(t)
	f.accept(clerkXa1, f.receive("d1", "một", 0))
	l := f.laptop(clerkXa1)
	l.pull(nil, 0)
	for i := range 4 {
		f.accept(clerkXa1, f.sign(clerkXa1, "document.remark.1", "d1", &app.RemarkAdd{Text: strings.Repeat(fmt.Sprintf("ý kiến %d ", i), 150)}))
	}
	pages := l.pull(nil, 0)
	if got := pages[0].Items; len(got) != 1 || got[0].Base != 0 {
		t.Errorf("%d items, base %d, want the record whole", len(got), got[0].Base)
	}
}
