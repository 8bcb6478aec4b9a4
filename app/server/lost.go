package server

import (
	"context"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/app/sqlite"
)

// losses tells people in browsers what a restore could not bring back: what they
// did there after the backup was signed by nobody but the server, and is gone.
// It implements api.Losses.
type losses struct {
	store *sqlite.Store
	now   func() time.Time
}

// lossesToldFor is how long after a restore it is told: as long as laptops bring
// back what they have; longer while a book waits for its clerk.
const lossesToldFor = app.Time(30 * 24 * 3600 * 1000)

// Lost implements api.Losses.
func (l losses) Lost(ctx context.Context, viewer api.Viewer) (out []api.LostSpan, err error) {
	now := app.TimeOf(l.now())
	err = l.store.Read(ctx, func(v *sqlite.View) error {
		spans, err := v.UntoldLosses(viewer.Person)
		for _, s := range spans {
			if now < s.Until+lossesToldFor || closedBooks(v.Directory()) > 0 {
				out = append(out, api.LostSpan{Since: s.Since, Until: s.Until})
			}
		}
		return err
	})
	return out, err
}

// Told implements api.Losses. Nobody can be told of what has not happened yet.
func (l losses) Told(ctx context.Context, viewer api.Viewer, until app.Time) error {
	until = min(until, app.TimeOf(l.now()))
	return l.store.Write(ctx, func(tx *sqlite.Tx) error {
		if err := tx.ToldLosses(viewer.Person, until); err != nil {
			return err
		}
		return tx.Audit(sqlite.AuditEntry{Act: "lost.told", Actor: viewer.Person, Detail: map[string]any{"until": until}})
	})
}
