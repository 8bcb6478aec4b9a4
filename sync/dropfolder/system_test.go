//go:build unix

package dropfolder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/text/unicode/norm"
)

// real watches a folder with the system's own events, until the test ends.
func real(t *testing.T, dir string, opt Options) <-chan []Found {
	told := make(chan []Found)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = Watch(ctx, dir, opt, func(batch []Found) {
			select {
			case told <- batch:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return told
}

// quick is a watch that only the system's events can wake before the test's own end.
var quick = Options{Settle: 20 * time.Millisecond, Gather: 5 * time.Millisecond, Every: time.Hour}

func TestTheSystemTells(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "first.txt"), "x")
	told := real(t, dir, quick)
	want := func(name string) {
		t.Helper()
		if got := namesOf(<-told); !slices.Equal(got, []string{name}) {
			t.Errorf("told of %q, want %q", got, name)
		}
	}
	want("first.txt")
	write(t, filepath.Join(dir, "new.txt"), "x")
	want("new.txt")
	write(t, filepath.Join(dir, "new.txt"), "longer")
	want("new.txt")

	// An editor's save: written beside, then put in its place; even when size and
	// time are the old ones.
	old, err := os.Stat(filepath.Join(dir, "new.txt"))
	must(t, err)
	beside := filepath.Join(t.TempDir(), "beside")
	write(t, beside, "LONGER")
	must(t, os.Chtimes(beside, old.ModTime(), old.ModTime()))
	must(t, os.Rename(beside, filepath.Join(dir, "new.txt")))
	want("new.txt")
}

func TestAFolderMadeAnewIsHeard(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "scan")
	opt := quick
	opt.Every = 5 * time.Millisecond
	trouble := make(chan error, 10)
	opt.Trouble = func(err error) { trouble <- err }
	told := real(t, dir, opt)
	if err := <-trouble; !errors.Is(err, ErrGone) {
		t.Fatalf("trouble: %v", err)
	}
	for range 3 {
		must(t, os.Mkdir(dir, 0o700))
		if err := <-trouble; err != nil {
			t.Fatalf("trouble: %v", err)
		}
		write(t, filepath.Join(dir, "a.txt"), "a")
		if got := namesOf(<-told); !slices.Equal(got, []string{"a.txt"}) {
			t.Errorf("told of %q", got)
		}
		must(t, os.RemoveAll(dir))
		if err := <-trouble; !errors.Is(err, ErrGone) {
			t.Fatalf("trouble: %v", err)
		}
	}
}

// TestManyFiles: ten thousand files that come while the folder is watched are
// told of, all of them, in few batches.
func TestManyFiles(t *testing.T) {
	const n = 10_000
	dir := t.TempDir()
	told := real(t, dir, Options{Settle: 20 * time.Millisecond, Gather: 5 * time.Millisecond, Every: 50 * time.Millisecond})
	go func() {
		for i := range n {
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.pdf", i)), []byte("%PDF-1.4\n%%EOF"), 0o600)
		}
	}()
	seen, batches := map[string]bool{}, 0
	for len(seen) < n {
		batches++
		for _, f := range <-told {
			seen[f.Name] = true
		}
	}
	if batches > n/20 {
		t.Errorf("%d batches", batches)
	}
}

// TestNamesAndTricks: names come as their bytes are, and nothing but a regular
// file directly in the folder is ever told of or opened.
func TestNamesAndTricks(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside.txt")
	write(t, outside, "not in the folder")
	name := "Công văn số 12.pdf"
	bubble(t, Options{}, func(dir string) {
		must(t, os.Symlink(outside, filepath.Join(dir, "link.pdf")))
		must(t, os.Symlink(".", filepath.Join(dir, "loop")))
		must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
		must(t, os.Mkdir(filepath.Join(dir, "sub.pdf"), 0o700))
		write(t, filepath.Join(dir, "sub.pdf", "inner.txt"), "not directly in the folder")
		must(t, unix.Mkfifo(filepath.Join(dir, "pipe.pdf"), 0o600))
		for _, n := range []string{norm.NFC.String(name), norm.NFD.String(name), "CON", "nul.txt", "..pdf", "a\nb", "x\xff.txt", "-rf"} {
			write(t, filepath.Join(dir, n), "%PDF-\n%%EOF")
		}
	}, func(w *watched) {
		time.Sleep(3 * time.Second)
		synctest.Wait()
		want := []string{norm.NFC.String(name), norm.NFD.String(name), "CON", "nul.txt", "..pdf", "a\nb", "x\xff.txt", "-rf"}
		slices.Sort(want)
		if len(w.batches) != 1 || !slices.Equal(w.batches[0], want) {
			t.Errorf("told of %q, want %q", w.batches, want)
		}
	})
}

// TestOpenOnlyWhatWasFound: what bears the name by the time of opening may be
// another thing, put there to lead us elsewhere.
func TestOpenOnlyWhatWasFound(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.txt")
	write(t, outside, "text")
	path := filepath.Join(dir, "a.txt")
	write(t, path, "text")
	found, err := read(dir, func(string) bool { return false })
	must(t, err)
	f, err := found[0].Open()
	must(t, err)
	defer f.Close()

	swaps := map[string]func() error{
		"a link":       func() error { return os.Symlink(outside, path) },
		"another file": func() error { return os.WriteFile(path, []byte("longer text"), 0o600) },
		"a pipe":       func() error { return unix.Mkfifo(path, 0o600) },
		"a folder":     func() error { return os.Mkdir(path, 0o700) },
		"nothing":      func() error { return nil },
	}
	for what, swap := range swaps {
		must(t, os.RemoveAll(path))
		must(t, swap())
		if _, err := found[0].Open(); !errors.Is(err, ErrChanged) {
			t.Errorf("%s in its place: %v", what, err)
		}
		if err := found[0].Check(f); !errors.Is(err, ErrChanged) {
			t.Errorf("%s in its place while it is read: %v", what, err)
		}
	}
}

// TestHeldFile: a program that has locked its file is still writing it.
func TestHeldFile(t *testing.T) {
	var writer *os.File
	bubble(t, Options{}, func(dir string) {
		var err error
		writer, err = os.Create(filepath.Join(dir, "held.txt"))
		must(t, err)
		must(t, unix.Flock(int(writer.Fd()), unix.LOCK_EX))
	}, func(w *watched) {
		_, err := writer.WriteString("all there")
		must(t, err)
		w.after(10 * time.Minute)
		must(t, writer.Close())
		w.after(5*time.Second, "held.txt")
	})
}

// TestHugeFile: two gigabytes are looked at by their ends only.
func TestHugeFile(t *testing.T) {
	bubble(t, Options{}, func(dir string) {
		path := filepath.Join(dir, "huge.pdf")
		write(t, path, "%PDF-1.7")
		must(t, os.Truncate(path, 2<<30))
	}, func(w *watched) {
		w.after(50 * time.Second)
		w.append("huge.pdf", "%%EOF")
		w.after(20*time.Second, "huge.pdf")
	})
}
