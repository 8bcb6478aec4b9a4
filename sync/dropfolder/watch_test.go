package dropfolder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// silent is a folder that tells nothing, such as a network share.
func silent() (listener, error) { return nil, errors.New("no events here") }

// watched is a folder under watch inside a synctest bubble.
type watched struct {
	t   *testing.T
	dir string
	end func()

	mu      sync.Mutex // guards the two below
	batches [][]string
	trouble []error
}

func watchIn(t *testing.T, dir string, opt Options) *watched {
	w := &watched{t: t, dir: dir}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	if opt.listen == nil {
		opt.listen = silent
	}
	opt.Trouble = func(err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.trouble = append(w.trouble, err)
	}
	go func() {
		defer close(done)
		_ = Watch(ctx, dir, opt, func(batch []Found) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.batches = append(w.batches, namesOf(batch))
		})
	}()
	w.end = func() { cancel(); <-done }
	return w
}

func namesOf(batch []Found) []string {
	var names []string
	for _, f := range batch {
		names = append(names, f.Name)
	}
	return names
}

// after lets time pass and wants what was told meanwhile, one batch a line.
func (w *watched) after(d time.Duration, want ...string) {
	w.t.Helper()
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var got []string
	for _, b := range w.batches {
		got = append(got, strings.Join(b, " "))
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("told %q, want %q", got, want)
	}
	w.batches = nil
}

func (w *watched) write(name, text string) {
	w.t.Helper()
	write(w.t, filepath.Join(w.dir, name), text)
}

func (w *watched) append(name, text string) {
	w.t.Helper()
	f, err := os.OpenFile(filepath.Join(w.dir, name), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil {
		err = f.Close()
	}
	must(w.t, err)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bubble runs a test in a synctest bubble with a folder that was made outside.
func bubble(t *testing.T, opt Options, prepare func(dir string), test func(*watched)) {
	t.Helper()
	dir := t.TempDir()
	if prepare != nil {
		prepare(dir)
	}
	synctest.Test(t, func(t *testing.T) {
		w := watchIn(t, dir, opt)
		defer w.end()
		synctest.Wait() // the first look
		test(w)
	})
}

func TestWhole(t *testing.T) {
	bubble(t, Options{}, func(dir string) { write(t, filepath.Join(dir, "old.txt"), "was here") }, func(w *watched) {
		w.after(time.Second)
		w.after(2*time.Second, "old.txt")
		w.after(time.Hour) // once

		w.write("scan.pdf", "%PDF-1.7 first half")
		for range 8 { // a slow scanner: never still for two seconds
			w.after(time.Second)
			w.append("scan.pdf", " more")
		}
		w.after(45 * time.Second) // still, but its end is missing
		w.append("scan.pdf", "\n%%EOF\n")
		w.after(20*time.Second, "scan.pdf")

		w.append("scan.pdf", "a signature\n%%EOF\n")
		w.after(20*time.Second, "scan.pdf") // changed: again
		w.write("b.txt", "b")
		w.write("a.txt", "a")
		w.after(20*time.Second, "a.txt b.txt") // together, in the order of names
	})
}

func TestUnfinishedIsHandedOverInTheEnd(t *testing.T) {
	for name, text := range map[string]string{
		"cut.pdf": "%PDF-1.7 cut off", "cut.jpg": "\xff\xd8\xff\xe0 cut off", "cut.png": "\x89PNG\r\n\x1a\n cut off", "empty.pdf": "",
	} {
		bubble(t, Options{}, func(dir string) { write(t, filepath.Join(dir, name), text) }, func(w *watched) {
			w.after(59 * time.Second)
			w.after(2*time.Second, name)
		})
	}
}

func TestEndsOfKinds(t *testing.T) {
	bubble(t, Options{}, nil, func(w *watched) {
		w.write("1.pdf", "%PDF-1.4\n%%EOF\r\n\x00\x00\x00")
		w.write("2.jpg", "\xff\xd8\xff\xe0 picture \xff\xd9")
		w.write("3.png", "\x89PNG\r\n\x1a\n picture IEND\xaeB`\x82")
		w.write("4.docx", "anything")
		w.after(20*time.Second, "1.pdf 2.jpg 3.png 4.docx")
	})
}

func TestLeavingsOfEditors(t *testing.T) {
	bubble(t, Options{Ignore: EditorLeavings}, nil, func(w *watched) {
		for _, name := range []string{"~$bao cao.docx", ".~lock.bao cao.odt#", "~WRL0001.tmp", "scan.tmp", "x.pdf.crdownload",
			"x.pdf.part", ".nfs0001", ".scan.pdf.Xy12", "Thumbs.db", "desktop.ini", "bao cao.docx~", "4913.swp"} {
			w.write(name, "not meant")
		}
		w.write("bao cao.docx", "meant")
		w.after(20*time.Second, "bao cao.docx")
	})
}

// spoken is a folder whose events the test makes up.
type spoken struct {
	poke  chan struct{}
	names map[string]bool
}

func (s *spoken) listenTo(string) error  { s.poke = make(chan struct{}, 1); return nil } // a bubble knows its own channels only
func (s *spoken) heard() <-chan struct{} { return s.poke }
func (s *spoken) close()                 {}
func (s *spoken) touched() map[string]bool {
	names := s.names
	s.names = nil
	return names
}

func TestEventsAreOnlyHints(t *testing.T) {
	s := &spoken{}
	listen := func() (listener, error) { return s, nil }
	bubble(t, Options{Every: time.Hour, listen: listen}, nil, func(w *watched) {
		w.after(time.Minute)
		w.write("heard.txt", "heard of")
		s.poke <- struct{}{}
		w.after(3*time.Second, "heard.txt")

		s.names = map[string]bool{"../../etc/passwd": true, "never was": true}
		s.poke <- struct{}{}
		w.after(3 * time.Second) // an event makes no file

		stamp := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
		path := filepath.Join(w.dir, "heard.txt")
		w.write("heard.txt", "HEARD OF") // as long as before, and with an old time
		must(t, os.Chtimes(path, stamp, stamp))
		s.names = map[string]bool{"heard.txt": true}
		s.poke <- struct{}{}
		w.after(3*time.Second, "heard.txt")

		w.write("lost.txt", "its event was lost in an overflow")
		w.after(time.Hour+3*time.Second, "lost.txt")
	})
}

// TestManyEventsFewLooks: a folder that tells without end is looked at a few
// times a second, and a file in it is whole all the same.
func TestManyEventsFewLooks(t *testing.T) {
	s := &spoken{}
	looks := 0
	opt := Options{listen: func() (listener, error) { return s, nil }, Ignore: func(name string) bool {
		if name == "counts looks" {
			looks++
		}
		return false
	}}
	only := func(dir string) { write(t, filepath.Join(dir, "counts looks"), "x") }
	bubble(t, opt, only, func(w *watched) {
		ctx, cancel := context.WithCancel(w.t.Context())
		go func() {
			for ctx.Err() == nil {
				select {
				case s.poke <- struct{}{}:
				case <-ctx.Done():
				}
			}
		}()
		w.after(10*time.Second, "counts looks")
		cancel()
		if looks < 20 || looks > 45 {
			t.Errorf("%d looks in ten seconds", looks)
		}
	})
}

func TestFolderThatGoesAndComesBack(t *testing.T) {
	bubble(t, Options{}, func(dir string) { write(t, filepath.Join(dir, "a.txt"), "a") }, func(w *watched) {
		w.after(3*time.Second, "a.txt")
		away := w.dir + ".away"
		must(t, os.Rename(w.dir, away))
		w.after(time.Hour)
		must(t, os.Rename(away, w.dir)) // the share is back, with all that was told of
		w.write("b.txt", "written meanwhile")
		w.after(20*time.Second, "b.txt")

		must(t, os.RemoveAll(w.dir))
		w.after(time.Minute)
		must(t, os.Mkdir(w.dir, 0o700)) // another folder with the old name
		w.after(time.Minute)
		w.write("a.txt", "a")
		w.after(20*time.Second, "a.txt")
		if len(w.trouble) != 4 || !errors.Is(w.trouble[0], ErrGone) || w.trouble[1] != nil || !errors.Is(w.trouble[2], ErrGone) || w.trouble[3] != nil {
			t.Errorf("trouble told: %v", w.trouble)
		}
	})
}

func TestAFileInPlaceOfTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not a folder")
	write(t, dir, "a file")
	synctest.Test(t, func(t *testing.T) {
		w := watchIn(t, dir, Options{})
		defer w.end()
		w.after(time.Minute)
		if len(w.trouble) != 1 || !errors.Is(w.trouble[0], ErrUnreadable) {
			t.Errorf("trouble told: %v", w.trouble)
		}
	})
}

// TestClockJumps: times of files may be anything, and a wall clock that is set
// back or ahead by an hour neither loses a file nor takes a growing one.
func TestClockJumps(t *testing.T) {
	var ahead atomic.Int64
	clock := Clock{Now: func() time.Time { return time.Now().Round(0).Add(time.Duration(ahead.Load())) }}
	bubble(t, Options{Clock: clock}, nil, func(w *watched) {
		for name, year := range map[string]int{"1980.txt": 1980, "2107.txt": 2107} {
			w.write(name, "x")
			at := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
			must(t, os.Chtimes(filepath.Join(w.dir, name), at, at))
		}
		w.after(20*time.Second, "1980.txt 2107.txt")
		w.write("back.txt", "x")
		w.after(13 * time.Second) // seen a second ago
		ahead.Store(int64(-time.Hour))
		w.after(5*time.Second, "back.txt")
		w.write("ahead.pdf", "%PDF-1.7 half")
		w.after(16 * time.Second)
		ahead.Store(int64(2 * time.Second))
		w.append("ahead.pdf", " more")
		w.after(2 * time.Second)
	})
}

// TestList: what stands in a folder, whatever it is called; and one in which
// nothing stands may be the place of a share that is away.
func TestList(t *testing.T) {
	dir := t.TempDir()
	if _, err := List(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	if _, err := List(dir); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
	must(t, os.Mkdir(filepath.Join(dir, TakenFolder), 0o700))
	if list, err := List(dir); err != nil || len(list) != 0 {
		t.Errorf("all taken: %v, %v", list, err)
	}
	must(t, os.WriteFile(filepath.Join(dir, "~a.pdf"), []byte("x"), 0o600))
	if list, err := List(dir); err != nil || len(list) != 1 || list[0].Name != "~a.pdf" || list[0].Size != 1 || list[0].ModTime.IsZero() {
		t.Errorf("%v, %v", list, err)
	}
}
