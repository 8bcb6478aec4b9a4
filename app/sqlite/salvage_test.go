package sqlite

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khonggiay/app"
	"khonggiay/sync/feed"
)

const salvageWriter = 7

var salvageKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

func salvageSign(b []byte) ([]byte, error) { return ed25519.Sign(salvageKey, b), nil }

func salvageGenuine(c *feed.Command) bool {
	return c.Verify(salvageKey.Public().(ed25519.PublicKey))
}

// outboxRow is a command with a text of some length, signed.
func outboxRow(t *testing.T, counter uint32, state feed.OutboxState, size int) feed.OutboxRow {
	t.Helper()
	cmd := &app.Command{ID: app.NewCommandID(salvageWriter, counter), Name: "document.remark.1", Actor: "p1", At: testNow,
		Target: app.Key{Kind: app.KindDocument, ID: "d1"}, Args: &app.Note{Text: fmt.Sprintf("%d %s", counter, strings.Repeat("việc ", size))}}
	signed, err := feed.NewCommand(cmd, salvageSign)
	if err != nil {
		t.Fatal(err)
	}
	return feed.OutboxRow{ID: cmd.ID, Target: cmd.Target, Name: cmd.Name, Command: signed.Marshal(), State: state, Given: testNow}
}

// wreckOf makes a replica whose person gave commands 1 to n, the first third
// of them answered, and returns its path.
func wreckOf(t *testing.T, n uint32) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "replica.db")
	s := testStoreAt(t, path, Replica)
	write(t, s, func(tx *Tx) error {
		for i := range 300 {
			if err := tx.Put(&app.Group{ID: app.ID(fmt.Sprint("g", i)), Name: strings.Repeat("x", 100)}); err != nil {
				return err
			}
		}
		for c := uint32(1); c <= n; c++ {
			state, size := feed.OutWaiting, 5
			if c <= n/3 {
				state = feed.OutAcknowledged
			}
			if c%10 == 0 {
				size = 1500 // goes on in other pages
			}
			if err := tx.PutOutbox(outboxRow(t, c, state, size)); err != nil {
				return err
			}
		}
		if err := tx.PutSend(Send{Segment: app.Hash{1}, Size: 5, Name: "a.pdf", File: app.Hash{2}, At: testNow}); err != nil {
			return err
		}
		state, err := tx.SyncState()
		if err != nil {
			return err
		}
		state.Person, state.Writer, state.Next, state.Cursor, state.Level = "p1", salvageWriter, n+1, []byte("cursor"), testNow
		return tx.SetSyncState(state)
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// salvaged saves the file into a new store.
func salvaged(t *testing.T, path string) (*Store, Salvaged) {
	t.Helper()
	into := testStoreAt(t, filepath.Join(t.TempDir(), "new.db"), Replica)
	got, err := Salvage(context.Background(), path, into, salvageGenuine)
	if err != nil {
		t.Fatal(err)
	}
	return into, got
}

func TestSalvageOfASoundFile(t *testing.T) {
	const n = 60
	into, got := salvaged(t, wreckOf(t, n))
	if got != (Salvaged{Commands: n, Waiting: n * 2 / 3, Whole: true, Writer: salvageWriter, Next: n + 1}) {
		t.Errorf("%+v", got)
	}
	read(t, into, func(v *View) error {
		s, err := v.SyncState()
		if err != nil || s.Person != "p1" || s.Writer != salvageWriter || s.Next != n+1 || s.Cursor != nil || s.Level != 0 {
			t.Errorf("state %+v, %v", s, err)
		}
		rows, err := v.Outbox(feed.OutWaiting, 1000)
		if err != nil || len(rows) != n*2/3 {
			t.Errorf("%d wait, %v", len(rows), err)
		}
		for i, row := range rows {
			if want := outboxRow(t, n/3+1+uint32(i), feed.OutWaiting, 5); i%10 != 9 && !bytes.Equal(row.Command, want.Command) {
				t.Errorf("command %s is another", row.ID)
			}
		}
		var kinds string
		if err := v.queryRow(`SELECT group_concat(DISTINCT typeof(target) || typeof(name) || typeof(command)) FROM outbox`).Scan(&kinds); err != nil || kinds != "texttextblob" {
			t.Errorf("values became %s, %v", kinds, err)
		}
		sends, err := v.Sends()
		if err != nil || len(sends) != 1 || sends[0].Name != "a.pdf" {
			t.Errorf("files in waiting %+v, %v", sends, err)
		}
		return nil
	})
}

// TestSalvageWithAnyPageDamaged damages each page of the file in turn, by
// noise, by zeros, or in a few bytes. Whatever page it is, nothing is invented, a writer goes on
// only when nothing of its is missing, and at most one page's commands are lost.
func TestSalvageWithAnyPageDamaged(t *testing.T) {
	const n = 60
	noises := [][]byte{bytes.Repeat([]byte{0xa5}, salvagePage), make([]byte, salvagePage), bytes.Repeat([]byte{0xff}, 16)}
	whole, err := os.ReadFile(wreckOf(t, n))
	if err != nil {
		t.Fatal(err)
	}
	allSaved, all := 0, 0
	for page := 0; page < len(whole)/salvagePage; page++ {
		noise := noises[page%len(noises)]
		b := bytes.Clone(whole)
		copy(b[page*salvagePage:], noise)
		path := filepath.Join(t.TempDir(), "damaged.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		into, got := salvaged(t, path)
		all++
		if got.Commands == n {
			allSaved++
		}
		if got.Commands > n || got.Commands < n-30 || got.Whole && got.Waiting != n*2/3 {
			t.Errorf("page %d: %+v", page, got)
		}
		checkSalvaged(t, into, page, got)
		if err := into.Close(); err != nil {
			t.Error(err)
		}
	}
	if allSaved < all/2 {
		t.Errorf("all commands were saved from %d of %d damaged files", allSaved, all)
	}
	t.Logf("all commands were saved from %d of %d damaged files", allSaved, all)
}

func checkSalvaged(t *testing.T, into *Store, page int, got Salvaged) {
	t.Helper()
	read(t, into, func(v *View) error {
		rows := 0
		for _, state := range []feed.OutboxState{feed.OutWaiting, feed.OutAcknowledged} {
			out, err := v.Outbox(state, 1000)
			if err != nil {
				t.Errorf("page %d: %v", page, err)
			}
			for _, row := range out {
				rows++
				if cmd, err := feed.ParseCommand(row.Command); err != nil || !salvageGenuine(cmd) || cmd.ID != row.ID {
					t.Errorf("page %d: command %s was invented: %v", page, row.ID, err)
				}
			}
		}
		s, err := v.SyncState()
		if err != nil || rows != got.Commands || got.Whole != (s.Person == "p1") || got.Whole && s.Next <= 60 {
			t.Errorf("page %d: %d rows, %+v, state %+v, %v", page, rows, got, s, err)
		}
		return nil
	})
}

// TestSalvageWithoutGivenNumbers: a laptop that does not know any more which
// numbers of a book it gave goes on as another writer, which holds no book.
func TestSalvageWithoutGivenNumbers(t *testing.T) {
	path := wreckOf(t, 3)
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	var page int64
	if err := errors.Join(db.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = 'book_counter'").Scan(&page), db.Close()); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, salvagePage), (page-1)*salvagePage); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, got := salvaged(t, path); got.Whole || got.Commands != 3 || got.Next != 4 {
		t.Errorf("%+v", got)
	}
}

// TestSalvageMissesABrokenCommand: a row that can be read, and whose command is
// not what its author signed any more, is missing, also when it is the only one.
func TestSalvageMissesABrokenCommand(t *testing.T) {
	path := wreckOf(t, 1)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("việc việc"))
	if at < 0 {
		t.Fatal("the command is not in the file")
	}
	b[at+1] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, got := salvaged(t, path); got != (Salvaged{Unread: 1, Writer: salvageWriter, Next: 2}) {
		t.Errorf("%+v", got)
	}
}

// TestSalvageOfNothing: a file that is no database at all, or none.
func TestSalvageOfNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for _, b := range [][]byte{nil, []byte("x"), bytes.Repeat([]byte("not a database "), 1000)} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, got := salvaged(t, path); got != (Salvaged{}) {
			t.Errorf("%.10q: %+v", b, got)
		}
	}
}

// FuzzScanPages: whatever bytes a damaged file holds, reading them ends well.
func FuzzScanPages(f *testing.F) {
	f.Add([]byte{0x0d, 0, 0, 0, 1, 0, 10, 0, 0, 0}, uint16(200))
	f.Add(bytes.Repeat([]byte{0xff}, 64), uint16(0))
	f.Fuzz(func(t *testing.T, b []byte, at uint16) {
		page := make([]byte, 2*salvagePage)
		copy(page[int(at)%salvagePage:], b)
		if err := scanPages(bytes.NewReader(page), 13, func([]any) {}); err != nil {
			t.Error(err)
		}
	})
}
