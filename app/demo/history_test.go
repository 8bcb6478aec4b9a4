package demo

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/signing"
)

// TestHistory plays a history: nothing is refused, and what comes out is a
// province at work.
func TestHistory(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(t.Context(), Options{Dir: dir, Seed: 7, Now: testNow.Std(), Documents: 400, Story: true})
	if err != nil {
		t.Fatal(err)
	}
	store := reopen(t, dir)
	states := map[app.State]int{}
	total, overdue, files, judged := 0, 0, 0, 0
	read(t, store, func(v *sqlite.View) error {
		return v.Keys(app.KindDocument, func(id app.ID, _ uint64) error {
			r, err := v.Get(app.Key{Kind: app.KindDocument, ID: id})
			if err != nil {
				return err
			}
			doc := r.(*app.Document)
			states[doc.State]++
			total++
			if doc.Overdue(testNow) {
				overdue++
			}
			if len(doc.Files) > 0 {
				files++
			}
			if main, ok := doc.MainFile(); ok && doc.Files[main].Verdict.Sub == string(signing.SignedDataNotFound) {
				judged++
			}
			return nil
		})
	})
	t.Logf("%d documents, %d overdue, %d with files: %v", total, overdue, files, states)
	read(t, store, func(v *sqlite.View) error {
		if n, err := v.SigningWaits(app.DueVerdict); err != nil || n != 0 || judged == 0 {
			t.Errorf("%d judged, %d left for the first minute, %v", judged, n, err)
		}
		return nil
	})
	read(t, store, func(v *sqlite.View) error {
		points, tested := 0, 0
		err := v.Keys(app.KindPointSession, func(id app.ID, _ uint64) error {
			r, err := v.Get(app.Key{Kind: app.KindPointSession, ID: id})
			if err != nil {
				return err
			}
			if points++; r.(*app.PointSession).Test != nil {
				tested++
			}
			return nil
		})
		if points < 10 || tested == 0 || tested >= points {
			t.Errorf("%d points in meetings, %d tested", points, tested)
		}
		return err
	})
	if total < 400 || total > 750 {
		t.Errorf("%d documents", total)
	}
	for _, s := range []app.State{
		app.InWaiting, app.InReceived, app.InRegistered, app.InSubmitted, app.InDistributed, app.InHandling, app.InDone, app.InReturned,
		app.OutDraft, app.OutReview, app.OutContentCheck, app.OutFormCheck, app.OutToSign, app.OutIssued,
	} {
		if states[s] == 0 {
			t.Errorf("no document is in state %s", s)
		}
	}
	if overdue == 0 || overdue > total/10 || files < 40 || files == total {
		t.Errorf("%d overdue, %d with files of %d", overdue, files, total)
	}
}

// TestHistoryOfAnyDay: whenever somebody starts the demonstration, in the night,
// before Tết, on the last day of a year, nothing that it does is refused.
func TestHistoryOfAnyDay(t *testing.T) {
	for seed, now := range []time.Time{
		time.Date(2026, 12, 1, 0, 3, 0, 0, app.Zone),
		time.Date(2026, 12, 31, 23, 59, 0, 0, app.Zone),
		time.Date(2027, 2, 8, 6, 30, 0, 0, app.Zone),
	} {
		if _, err := Load(t.Context(), Options{Dir: t.TempDir(), Seed: uint64(seed), Now: now, Documents: 250, Small: true, Story: true}); err != nil {
			t.Errorf("%v: %v", now, err)
		}
	}
}

func reopen(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, databaseFile), Role: sqlite.Server,
		Clock: func() app.Time { return testNow }, Holder: app.HolderServer, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func read(t *testing.T, s *sqlite.Store, fn func(*sqlite.View) error) {
	t.Helper()
	if err := s.Read(context.WithoutCancel(t.Context()), fn); err != nil {
		t.Fatal(err)
	}
}
