package sqlite

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"khonggiay/app"
)

// TestPruneScans: a finished scan goes by its age, unless its text is searched,
// its file is there, or the file of another with its bytes is.
func TestPruneScans(t *testing.T) {
	const now, life = app.Time(1000), app.Time(100)
	const young, old = now - life, now - life - 1
	copyOf := app.FileVersion{SHA256: app.Hash{7}, Size: 9, Segments: []app.Segment{{Name: app.Hash{8}, Size: 40, Plain: 9}}}
	scan := func(state app.ScanState, found app.Time, original byte) app.Scan {
		s := app.Scan{Folder: "f", State: state, Found: found}
		if original != 0 {
			s.Original = app.Hash{original}
		}
		return s
	}
	waiting := scan(app.ScanWaiting, old, 1)
	waiting.Content = app.FileVersion{SHA256: app.Hash{9}, Segments: copyOf.Segments}
	searched := scan(app.ScanWaiting, old, 2)
	searched.Content, searched.Text = copyOf, "kenh muong quanhquy"
	rows := map[string]app.Scan{
		"waits": waiting, "searched": searched,
		"again, of searched": scan(app.ScanDuplicate, old, 2),
		"secret":             scan(app.ScanSecret, old, 0), "unreadable": scan(app.ScanUnreadable, old, 0), "gone": scan(app.ScanGone, old, 0),
		"being read, there": scan(app.ScanReading, old, 0), "being read": scan(app.ScanReading, old, 0),
		"young": scan(app.ScanIgnored, young, 0), "of the future": scan(app.ScanIgnored, 5*now, 0),
		"there": scan(app.ScanIgnored, old, 3), "first of there": scan(app.ScanIgnored, old, 3), "again, of there": scan(app.ScanDuplicate, old, 3),
		"first of a young one": scan(app.ScanIgnored, old, 4), "young duplicate": scan(app.ScanDuplicate, young, 4),
		"first of none": scan(app.ScanIgnored, old, 5), "again, of none": scan(app.ScanDuplicate, old, 5),
	}
	s, ctx := testStoreAt(t, filepath.Join(t.TempDir(), "r.db"), Replica), context.Background()
	must(t, s.Write(ctx, func(tx *Tx) error {
		for name, row := range rows {
			row.ID, row.Name = app.ID(name), name
			must(t, tx.PutScan(row))
		}
		return tx.Put(&app.Document{ID: "d1", Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Arrived: 5, Subject: "Về việc khác",
			Files: map[app.CommandID]app.File{3: {Name: "a.pdf", Content: copyOf, AtServer: 200}}})
	}))
	there := func(f ScanFile) bool { return f.Name == "there" || f.Name == "being read, there" }
	prune := func(now app.Time, there func(ScanFile) bool) {
		t.Helper()
		must(t, s.Write(ctx, func(tx *Tx) error {
			before := len(scanNames(t, &tx.View))
			n, err := tx.PruneScans(now, life, there)
			if left := len(scanNames(t, &tx.View)); left != before-n {
				t.Errorf("%d of %d forgotten, %d left", n, before, left)
			}
			return err
		}))
	}
	left := func(want ...string) {
		t.Helper()
		must(t, s.Read(ctx, func(v *View) error {
			if got := scanNames(t, v); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
				t.Errorf("left: %q", got)
			}
			page, err := v.Documents(app.Viewer{All: true}, app.DocumentQuery{Text: "quanhquỷ", Limit: 10})
			if len(page.Items) != 1 {
				t.Error("the text of a scan finds its document no more")
			}
			return err
		}))
	}
	prune(now, func(ScanFile) bool { return true })
	left(slices.Collect(maps.Keys(rows))...)
	prune(now, there)
	left("waits", "searched", "being read, there", "young", "of the future", "there", "first of there", "again, of there",
		"first of a young one", "young duplicate")
	none := func(ScanFile) bool { return false }
	prune(now+life, none)
	left("waits", "searched", "of the future")
	prune(now+life+1, none)
	left("waits", "searched")
	must(t, s.Rebuild(ctx))
	left("waits", "searched")
}

func scanNames(t *testing.T, v *View) (names []string) {
	t.Helper()
	all, err := v.Scans(append(slices.Clone(finishedScans), app.ScanWaiting), 1000)
	must(t, err)
	for _, s := range all {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return names
}
