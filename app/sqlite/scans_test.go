package sqlite

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
)

// TestScans: a scan waits until a document here has its file, waits again when
// that document is taken back, and lets go of its keys once the server has it.
func TestScans(t *testing.T) {
	s, ctx := testStoreAt(t, filepath.Join(t.TempDir(), "r.db"), Replica), context.Background()
	copyOf := app.FileVersion{SHA256: app.Hash{7}, Size: 9, Segments: []app.Segment{{Name: app.Hash{8}, Size: 40, Plain: 9}}}
	scan := app.Scan{ID: "scan1", Folder: "f", Name: "Công văn\xff.pdf", Size: 9, Modified: 5, Found: 100, State: app.ScanWaiting,
		Original: app.Hash{1}, Pages: 2, Content: copyOf, Fields: app.Fields{Subject: "Về việc thử"}}
	must(t, s.Write(ctx, func(tx *Tx) error {
		must(t, tx.PutScanFolder(app.ScanFolder{ID: "f", Path: "/scan", Unit: "xa1", Tidy: true, Added: 1}))
		return tx.PutScan(scan)
	}))
	state := func(want app.ScanState, doc app.ID, waiting int) {
		t.Helper()
		must(t, s.Read(ctx, func(v *View) error {
			got, err := v.Scan("scan1")
			must(t, err)
			counts, err := v.ScanCounts()
			if got.State != want || got.Doc != doc || got.Name != scan.Name || counts[app.ScanWaiting] != waiting {
				t.Errorf("%+v, %v", got, counts)
			}
			return err
		}))
	}
	put := func(stored app.Time) {
		t.Helper()
		d := &app.Document{ID: "d1", Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Arrived: 5, Files: map[app.CommandID]app.File{
			3: {Name: "a.pdf", Content: copyOf, AtServer: stored}}}
		must(t, s.Write(ctx, func(tx *Tx) error { return tx.Put(d) }))
	}
	state(app.ScanWaiting, "", 1)
	put(0)
	state(app.ScanRegistered, "d1", 0)
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.Delete(app.Key{Kind: app.KindDocument, ID: "d1"}) }))
	state(app.ScanWaiting, "", 1)
	put(200)
	state(app.ScanRegistered, "d1", 0)
	must(t, s.Read(ctx, func(v *View) error {
		got, err := v.Scan("scan1")
		if len(got.Content.Segments) > 0 || got.Fields != (app.Fields{}) {
			t.Errorf("a copy of what the document has: %+v", got)
		}
		return err
	}))
}

// TestWhatIsKeptOfAScan: only one that waits has a copy and suggestions.
func TestWhatIsKeptOfAScan(t *testing.T) {
	s, ctx := testStoreAt(t, filepath.Join(t.TempDir(), "r.db"), Replica), context.Background()
	for _, state := range []app.ScanState{app.ScanReading, app.ScanSecret, app.ScanUnreadable, app.ScanDuplicate, app.ScanIgnored} {
		must(t, s.Write(ctx, func(tx *Tx) error {
			return tx.PutScan(app.Scan{ID: "s", State: state, Fields: app.Fields{Subject: "không được giữ"}, Text: "khong duoc giu",
				Content: app.FileVersion{Segments: []app.Segment{{Name: app.Hash{8}}}}})
		}))
		must(t, s.Read(ctx, func(v *View) error {
			got, err := v.Scan("s")
			if got.State != state || got.Fields.Subject != "" || got.Text != "" || got.Content.Segments != nil {
				t.Errorf("%s keeps %+v", state, got)
			}
			return err
		}))
	}
	left := func(when string, folders int) {
		t.Helper()
		must(t, s.Read(ctx, func(v *View) error {
			counts, err := v.ScanCounts()
			must(t, err)
			watched, err := v.ScanFolders()
			if len(counts) != 0 || len(watched) != folders {
				t.Errorf("%s there are %v, %v", when, counts, watched)
			}
			return err
		}))
	}
	must(t, s.Write(ctx, func(tx *Tx) error {
		must(t, tx.PutScanFolder(app.ScanFolder{ID: "f", Path: "/scan", Unit: "xa1", Added: 1}))
		return tx.ForgetScans()
	}))
	left("on a laptop that may be let in again", 1)
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.ForgetPerson() }))
	left("of somebody who has gone", 0)
}

// TestScansAreSearched: what was read in a scan finds the document that it has
// become, and leaves with it, from every file.
func TestScansAreSearched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.db")
	s, ctx := testStoreAt(t, path, Replica), context.Background()
	copyOf := app.FileVersion{SHA256: app.Hash{7}, Size: 9, Segments: []app.Segment{{Name: app.Hash{8}, Size: 40, Plain: 9}}}
	d := &app.Document{ID: "d1", Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Arrived: 5, Subject: "Về việc khác",
		Files: map[app.CommandID]app.File{3: {Name: "a.pdf", Content: copyOf}}}
	must(t, s.Write(ctx, func(tx *Tx) error {
		must(t, tx.PutScan(app.Scan{ID: "scan1", Folder: "f", Name: "a.pdf", State: app.ScanWaiting, Content: copyOf, Text: "kenh muong quanhquy"}))
		return tx.Put(d)
	}))
	found := func(want int) {
		t.Helper()
		must(t, s.Read(ctx, func(v *View) error {
			page, err := v.Documents(app.Viewer{All: true}, app.DocumentQuery{Text: "quanhquỷ", Limit: 10})
			if len(page.Items) != want {
				t.Errorf("%d found, want %d", len(page.Items), want)
			}
			return err
		}))
	}
	found(1)
	d.Files[3] = app.File{Name: "a.pdf", Content: copyOf, AtServer: 200}
	d.Summary = "sửa"
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.Put(d) }))
	found(1)
	must(t, s.Rebuild(ctx))
	found(1)
	must(t, s.Write(ctx, func(tx *Tx) error { return tx.Delete(app.Key{Kind: app.KindDocument, ID: "d1"}) }))
	found(0)
	must(t, s.Scrub(ctx))
	for _, name := range []string{path, path + "-wal"} {
		if raw, err := os.ReadFile(name); err == nil && bytes.Contains(raw, []byte("quanhquy")) {
			t.Errorf("%s still holds the word", filepath.Base(name))
		}
	}
}
