package replica_test

import (
	"crypto/ed25519"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/feed"
	"khonggiay/sync/replica"
)

// TestAdopt: of the commands 3 to 10 of a damaged disk, 6 is missing. The server
// expects 5. What it can still take goes as it was signed; what stands behind
// the gap is given again, and follows what it is about.
func TestAdopt(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "r.db"), Role: sqlite.Replica,
		Clock: func() app.Time { return 1 }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	sign := func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil }
	const old, fresh = 40, 50
	put := func(tx *sqlite.Tx, counter uint32, name string, args any) {
		cmd := &app.Command{ID: app.NewCommandID(old, counter), Name: name, Actor: "p1", At: 1,
			Target: app.Key{Kind: app.KindDocument, ID: "d1"}, Args: args}
		signed, err := feed.NewCommand(cmd, sign)
		if err == nil {
			err = tx.PutOutbox(feed.OutboxRow{ID: cmd.ID, Target: cmd.Target, Name: name, Command: signed.Marshal(), State: feed.OutWaiting, Given: 1})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	err = store.Write(t.Context(), func(tx *sqlite.Tx) error {
		for _, c := range []uint32{3, 4, 5, 7} {
			put(tx, c, "document.remark.1", &app.Note{Text: "x"})
		}
		put(tx, 8, "document.direct.1", &app.Direct{Text: "Giao", Receivers: []app.Receiver{{ID: "p2", Role: app.Lead}}})
		put(tx, 10, "document.later.9", &app.Note{Text: "của bản sau"}) // that this program cannot read
		put(tx, 9, "document.remind.1", &app.Remind{Directive: app.NewCommandID(old, 8), Text: "Nhắc"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg := replica.Config{Store: replica.Over(store), Person: "p1", Writer: fresh, Sign: sign}
	for range 2 {
		again, lost, err := replica.Adopt(t.Context(), cfg, map[uint32]uint32{old: 5}, map[uint32]uint32{old: 11})
		if err != nil {
			t.Fatal(err)
		}
		if again != 4 && again != 0 || again == 4 && lost != 2 { // 6, and 11 that nobody has
			t.Errorf("%d again, %d lost", again, lost)
		}
	}
	checkAdopted(t, store, old, fresh)
}

func checkAdopted(t *testing.T, store *sqlite.Store, old, fresh uint32) {
	t.Helper()
	err := store.Read(t.Context(), func(v *sqlite.View) error {
		rows, err := v.Outbox(feed.OutWaiting, 100)
		var ids []app.CommandID
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		want := []app.CommandID{app.NewCommandID(old, 3), app.NewCommandID(old, 4), app.NewCommandID(old, 5),
			app.NewCommandID(fresh, 1), app.NewCommandID(fresh, 2), app.NewCommandID(fresh, 3), app.NewCommandID(fresh, 4)}
		if len(ids) != len(want) {
			t.Fatalf("waiting: %v", ids)
		}
		for i := range want {
			if ids[i] != want[i] {
				t.Errorf("waiting: %v", ids)
			}
		}
		signed, perr := feed.ParseCommand(rows[5].Command)
		if perr != nil {
			t.Fatal(perr)
		}
		cmd, cerr := signed.Command()
		if cerr != nil || cmd.Args.(*app.Remind).Directive != app.NewCommandID(fresh, 2) {
			t.Errorf("the reminder is about %+v, %v", cmd, cerr)
		}
		gone, rerr := v.OutboxRow(app.NewCommandID(old, 8))
		if rerr != nil || gone.State != feed.OutDiscarded || gone.Retry != app.NewCommandID(fresh, 2) || gone.Decided == 0 {
			t.Errorf("what was given again is %+v, %v", gone, rerr)
		}
		s, serr := v.SyncState()
		if serr != nil || s.Person != "p1" || s.Writer != fresh || s.Next != 5 {
			t.Errorf("state %+v, %v", s, serr)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
