package sqlite

import (
	"context"
	"testing"

	"khonggiay/app"
)

// TestLeftContents: what a revoked device has announced is counted by file, and
// stays when unnamed content is removed; once it has come, nothing that the
// device says later changes or forgets it.
func TestLeftContents(t *testing.T) {
	s, ctx := openServer(t), context.Background()
	const device, other = app.ID("máy"), app.ID("máy khác")
	one, two, three, loose := app.Hash{1}, app.Hash{2}, app.Hash{3}, app.Hash{4}
	must(t, s.Write(ctx, func(tx *Tx) error {
		for _, c := range []LeftSegment{{Segment: one, Size: 20, File: 1}, {Segment: two, Size: 30, File: 1}, {Segment: three, Size: 40, File: 2}} {
			must(t, tx.PutLeftContent(device, c))
		}
		must(t, tx.PutLeftContent(other, LeftSegment{Segment: one, Size: 20, File: 1}))
		for _, segment := range []app.Hash{one, loose} {
			must(t, tx.PutHave(segment, 20, device, 100))
		}
		return tx.LeftCame(device, one, 100)
	}))
	counts := func(device app.ID, whole, awaited int) {
		t.Helper()
		must(t, s.Read(ctx, func(v *View) error {
			w, a, err := v.LeftFiles(device)
			if w != whole || a != awaited {
				t.Errorf("%s: %d files whole, %d awaited", device, w, a)
			}
			return err
		}))
	}
	counts(device, 0, 2)
	counts(other, 0, 1)
	must(t, s.Write(ctx, func(tx *Tx) error {
		must(t, tx.PutLeftContent(device, LeftSegment{Segment: one, Size: 99, File: 2}))
		must(t, tx.DropLeftContent(device, one))
		must(t, tx.DropLeftContent(device, three))
		return tx.LeftCame(device, two, 200)
	}))
	counts(device, 1, 0)
	must(t, s.Write(ctx, func(tx *Tx) error {
		unnamed, err := tx.UnnamedSegments(1000, 10)
		if len(unnamed) != 1 || unnamed[0] != loose {
			t.Errorf("unnamed: %v", unnamed)
		}
		for segment, want := range map[app.Hash]bool{one: false, loose: true} {
			if gone, err := tx.Forget(segment); gone != want || err != nil {
				t.Errorf("%s forgotten: %v, %v", segment, gone, err)
			}
		}
		return err
	}))
	must(t, s.Read(ctx, func(v *View) error {
		c, err := v.LeftContent(device, one)
		if c.Size != 20 || c.File != 1 || c.Came != 100 {
			t.Errorf("what came became %+v", c)
		}
		if _, err := v.LeftContent(device, three); err != app.ErrNotFound {
			t.Errorf("what will not come: %v", err)
		}
		return err
	}))
}
