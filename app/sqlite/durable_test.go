package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app"
	"khonggiay/app/apptest"
)

// TestKilledWriterLosesNothing kills a process in the middle of its writes:
// what it had acknowledged is there, whole, in the projections as well.
func TestKilledWriterLosesNothing(t *testing.T) {
	if path := os.Getenv("KHONGGIAY_TEST_WRITER"); path != "" {
		writeUntilKilled(path)
		return
	}
	path := filepath.Join(t.TempDir(), "kg.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWriterLosesNothing$")
	cmd.Env = append(os.Environ(), "KHONGGIAY_TEST_WRITER="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := 0
	for lines := bufio.NewScanner(out); acknowledged < 120 && lines.Scan(); acknowledged++ {
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if acknowledged < 120 {
		t.Fatalf("the writer ended by itself after %d", acknowledged)
	}
	if !leftUnclean(path) {
		t.Error("a killed writer left no trace")
	}
	s := testStoreAt(t, path, Replica)
	read(t, s, func(v *View) error {
		n, err := v.LastNumber("xa1.den", 2026)
		page, err2 := v.Documents(app.Viewer{All: true}, app.DocumentQuery{})
		if int(n) < acknowledged || page.Total != int(n) {
			t.Errorf("%d acknowledged, %d numbers, %d documents", acknowledged, n, page.Total)
		}
		return errors.Join(err, err2)
	})
}

func writeUntilKilled(path string) {
	s, err := Open(context.Background(), Options{Path: path, Role: Replica, Holder: app.HolderServer, Clock: func() app.Time { return testNow }})
	if err != nil {
		panic(err)
	}
	put := func(tx *Tx, records ...app.Record) (err error) {
		for _, r := range records {
			err = errors.Join(err, tx.Put(r))
		}
		return err
	}
	if err := s.Write(context.Background(), func(tx *Tx) error { return put(tx, apptest.Province()...) }); err != nil {
		panic(err)
	}
	for _, d := range apptest.Documents(1, 100000) {
		err := s.Write(context.Background(), func(tx *Tx) error {
			if _, ok, err := tx.NextNumber("xa1.den", 2026); !ok || err != nil {
				return fmt.Errorf("no number: %w", err)
			}
			return put(tx, d)
		})
		if err != nil {
			panic(err)
		}
		fmt.Println(d.ID)
	}
}

func read(t testing.TB, s *Store, fn func(*View) error) {
	t.Helper()
	if err := s.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// TestPurgeLeavesNoWords: after the keeper's work nothing of a deleted document
// is left in any file, neither its bytes nor its words in the search index
// (which leaves out the beginning that a word shares with the one before).
func TestPurgeLeavesNoWords(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := testStoreAt(t, filepath.Join(dir, "kg.db"), Replica)
		keep, purge := apptest.Documents(1, 200), &app.Document{
			ID: "d1", Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Created: testNow, Subject: "Chuyện Quyềnxưavắng",
			Summary: strings.Repeat("Zyxwvu ", 60),
		}
		write(t, s, func(tx *Tx) error {
			for _, d := range keep {
				if err := tx.Put(d); err != nil {
					return err
				}
			}
			return tx.Put(purge)
		})
		time.Sleep(2 * idleAfter)
		if !grepFiles(t, dir, "xuavang") || !grepFiles(t, dir, "Quyềnxưavắng") {
			t.Fatal("the document's words are not where they are looked for")
		}
		write(t, s, func(tx *Tx) error { return tx.Delete(purge.Key()) })
		time.Sleep(2 * idleAfter)
		for _, w := range []string{"xuavang", "Quyềnxưavắng", "Zyxwvu", "zyxwvu"} {
			if grepFiles(t, dir, w) {
				t.Errorf("%q is still in a file", w)
			}
		}
		if err := s.Check(context.Background()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func grepFiles(t *testing.T, dir, word string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(word)) {
			return true
		}
	}
	return false
}

// TestKeeperTruncatesTheLog when nobody writes for a while.
func TestKeeperTruncatesTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kg.db")
	synctest.Test(t, func(t *testing.T) {
		s := testStoreAt(t, path, Replica)
		write(t, s, func(tx *Tx) error { return tx.Put(&app.Group{ID: "g", Name: "x"}) })
		if st, err := os.Stat(path + "-wal"); err != nil || st.Size() == 0 {
			t.Fatalf("no log after a write: %v", err)
		}
		time.Sleep(2 * idleAfter)
		if st, err := os.Stat(path + "-wal"); err != nil || st.Size() != 0 {
			t.Errorf("log after the calm: %v, %d bytes", err, st.Size())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if leftUnclean(path) {
			t.Error("a closed store looks unclean")
		}
	})
}

// TestKeeperFindsTimeUnderLoad: a store that is never calm is tidied, too.
func TestKeeperFindsTimeUnderLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kg.db")
	synctest.Test(t, func(t *testing.T) {
		s := testStoreAt(t, path, Server)
		smallest := int64(1 << 40)
		for i := range 2 * int(busyAtMost/time.Second) {
			write(t, s, func(tx *Tx) error { return tx.Put(&app.Group{ID: "g", Name: fmt.Sprint(i)}) })
			time.Sleep(time.Second + time.Millisecond) // never in the same instant as the keeper
			st, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			if i > 10 {
				smallest = min(smallest, st.Size())
			}
		}
		if smallest != 0 {
			t.Errorf("the log was never truncated; smallest %d bytes", smallest)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestBackupWhileWriting: the copy is one moment of the store, and opens.
func TestBackupWhileWriting(t *testing.T) {
	dir := t.TempDir()
	s := testStoreAt(t, filepath.Join(dir, "kg.db"), Server)
	put := func(i int) {
		write(t, s, func(tx *Tx) error {
			for _, id := range []app.ID{"a", "b"} { // always equal
				if err := tx.Put(&app.Group{ID: id, Name: fmt.Sprint(i)}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	put(0)
	done := make(chan error, 1)
	copyPath := filepath.Join(dir, "copy.db")
	go func() { done <- s.Backup(context.Background(), copyPath) }()
	for i := 1; ; i++ {
		put(i)
		if len(done) == 1 {
			break
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(copyPath); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the copy's permissions: %v, %v", st.Mode(), err)
	}
	c := testStoreAt(t, copyPath, Server)
	read(t, c, func(v *View) error {
		a, err := v.Get(app.Key{Kind: app.KindGroup, ID: "a"})
		b, err2 := v.Get(app.Key{Kind: app.KindGroup, ID: "b"})
		if err == nil && err2 == nil && a.(*app.Group).Name != b.(*app.Group).Name {
			t.Errorf("the copy holds two moments: %s and %s", a.(*app.Group).Name, b.(*app.Group).Name)
		}
		return errors.Join(err, err2)
	})
	var e *app.Error
	if err := s.Backup(context.Background(), copyPath); !errors.As(err, &e) || e.Code != app.Conflict {
		t.Errorf("a backup over another: %v", err)
	}
}

// TestReadersSeeOneMoment and are not held up by a writer.
func TestReadersSeeOneMoment(t *testing.T) {
	s := testStore(t, Replica)
	key := app.Key{Kind: app.KindGroup, ID: "g"}
	write(t, s, func(tx *Tx) error { return tx.Put(&app.Group{ID: "g", Name: "1"}) })
	read(t, s, func(v *View) error {
		before, err := v.Version(key)
		write(t, s, func(tx *Tx) error { return tx.Put(&app.Group{ID: "g", Name: "2"}) })
		after, err2 := v.Version(key)
		if before != 1 || after != 1 {
			t.Errorf("one snapshot showed versions %d and %d", before, after)
		}
		return errors.Join(err, err2)
	})
}

func TestFullDisk(t *testing.T) {
	s := testStore(t, Replica)
	write(t, s, func(tx *Tx) error { return tx.Put(&app.Group{ID: "g", Name: "x"}) })
	var pages int
	if err := s.conn.QueryRowContext(context.Background(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)); err != nil {
		t.Fatal(err)
	}
	err := s.Write(context.Background(), func(tx *Tx) error {
		return tx.Put(&app.Group{ID: "big", Name: strings.Repeat("đầy ", 20000)})
	})
	var e *app.Error
	if !errors.As(err, &e) || e.Code != app.Full || e.Reason != ReasonFull {
		t.Errorf("a full disk gave %v", err)
	}
	write(t, s, func(tx *Tx) error { // the store lives on
		_, err := tx.Get(app.Key{Kind: app.KindGroup, ID: "g"})
		return err
	})
}

func TestDamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kg.db")
	s := testStoreAt(t, path, Replica)
	write(t, s, func(tx *Tx) error {
		for i := range 2000 {
			if err := tx.Put(&app.Group{ID: app.ID(fmt.Sprint("g", i)), Name: strings.Repeat("x", 200)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[len(b)/2:], bytes.Repeat([]byte{0xa5}, 9000))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+"-wal", []byte("cut short"), 0o600); err != nil { // as after an unclean stop
		t.Fatal(err)
	}
	bad, err := Open(context.Background(), Options{Path: path, Role: Replica, Clock: func() app.Time { return testNow }})
	var e *app.Error
	if !errors.As(err, &e) || e.Reason != ReasonCorrupt {
		t.Errorf("a damaged file gave %v", err)
		if bad != nil {
			bad.Close()
		}
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), Options{Path: path, Role: Replica, Clock: func() app.Time { return testNow }}); !errors.As(err, &e) || e.Reason != ReasonCorrupt {
		t.Errorf("another file gave %v", err)
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kg.db")
	s := testStoreAt(t, path, Replica)
	write(t, s, func(tx *Tx) error {
		return tx.exec("INSERT INTO schema_common (version_id, is_applied) VALUES (9000, 1)")
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), Options{Path: path, Role: Replica, Clock: func() app.Time { return testNow }})
	var e *app.Error
	if !errors.As(err, &e) || e.Reason != ReasonNewer {
		t.Errorf("got %v", err)
	}
}

func TestOddPaths(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Hồ sơ 100% #1? ok")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "kg.db")
	s := testStoreAt(t, path, Replica)
	write(t, s, func(tx *Tx) error { return tx.Put(&app.Group{ID: "g", Name: "x"}) })
	if st, err := os.Stat(path); err != nil || st.Size() == 0 || st.Mode().Perm() != 0o600 {
		t.Errorf("the file is not where it belongs: %v", err)
	}
}
