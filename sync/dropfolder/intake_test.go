package dropfolder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"golang.org/x/text/unicode/norm"

	"khonggiay/app"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// TestAScanWaits: what a scanner saves is there to be registered: sealed, read
// back, with what its text says; and the scanner's file is as it was.
func TestAScanWaits(t *testing.T) {
	b := newBench(t)
	pdf := printed(t, letter())
	b.put("Công văn.pdf", pdf)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	in := b.intake()
	wg.Go(func() { in.Work(ctx) })
	wg.Go(func() {
		_ = in.Watch(ctx, b.folder, Options{Settle: 10 * time.Millisecond, Every: 20 * time.Millisecond})
	})
	for b.scans()["Công văn.pdf"].State != app.ScanWaiting {
		<-b.changed
	}
	cancel()
	wg.Wait()
	s := b.scans()["Công văn.pdf"]
	if s.Fields != wanted || s.Pages != 1 || !s.Read {
		t.Errorf("%+v", s)
	}
	if !bytes.Equal(b.copied(s), pdf) {
		t.Error("the copy differs")
	}
	if left, err := os.ReadFile(filepath.Join(b.dir, "Công văn.pdf")); err != nil || !bytes.Equal(left, pdf) {
		t.Errorf("the scanner's file: %v", err)
	}
}

// TestPicturesAreRead: each kind of picture becomes a PDF whose text is read by
// tesseract.
func TestPicturesAreRead(t *testing.T) {
	b := newBench(t)
	for _, kind := range []string{"jpeg", "png", "tiff"} {
		b.put("scan."+kind, scannedAs(t, printed(t, letter()), kind))
	}
	b.takeAll()
	for name, s := range b.scans() {
		if s.State != app.ScanWaiting || s.Fields != wanted || s.Pages != 1 {
			t.Errorf("%s: %+v", name, s)
			continue
		}
		if pdf := b.copied(s); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%s: the copy is no PDF", name)
		}
	}
}

// TestSecretScans: nothing of a scan that looks secret is sealed, kept or
// written anywhere: by its name, by its text, by what a machine reads on it.
func TestSecretScans(t *testing.T) {
	b := newBench(t)
	l := letter()
	l.Bases = []string{"MẬT"}
	l.Subject = "Phương án Hồng Lĩnh Bảy"
	l.Body = []string{"Nội dung Hồng Lĩnh Bảy không được giữ ở đâu."}
	b.put("a.pdf", printed(t, l))
	b.put("b.png", scannedAs(t, printed(t, l), "png"))
	b.put("TUYỆT MẬT - c.pdf", printed(t, letter()))
	b.takeAll()
	for name, s := range b.scans() {
		if s.State != app.ScanSecret || s.Fields != (app.Fields{}) || s.Content.Segments != nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if n := len(b.scans()); n != 3 {
		t.Errorf("%d scans", n)
	}
	for e, err := range b.files.List() {
		t.Errorf("sealed: %v, %v", e, err)
	}
	must(t, b.store.Scrub(context.Background()))
	must(t, filepath.WalkDir(b.data, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, word := range []string{"Hồng Lĩnh", "Hong Linh", "hong linh"} {
			if bytes.Contains(raw, []byte(word)) || bytes.Contains(raw, []byte(norm.NFD.String(word))) {
				t.Errorf("%s holds %q", filepath.Base(path), word)
			}
		}
		return err
	}))
}

// TestQuarantine: what cannot be read says why.
func TestQuarantine(t *testing.T) {
	b := newBench(t)
	pdf := printed(t, letter())
	var locked bytes.Buffer
	conf := settings()
	conf.UserPW, conf.OwnerPW = "user", "owner"
	must(t, api.Encrypt(bytes.NewReader(pdf), &locked, conf))
	for name, text := range map[string][]byte{
		reasonEmpty: nil, reasonKind: []byte("PK\x03\x04 a word file"), reasonDamaged: append([]byte("%PDF-1.7\n"), make([]byte, 3000)...),
		reasonDamaged + " picture": []byte("\xff\xd8\xff\xe0 cut off"), reasonLocked: locked.Bytes(), reasonTooLarge: []byte("%PDF-1.7"),
	} {
		b.put(name, text)
	}
	must(t, os.Truncate(filepath.Join(b.dir, reasonTooLarge), 2<<30))
	b.takeAll()
	scans := b.scans()
	if len(scans) != 6 {
		t.Errorf("%d scans", len(scans))
	}
	for name, s := range scans {
		if want, _, _ := strings.Cut(name, " "); s.State != app.ScanUnreadable || s.Reason != want {
			t.Errorf("%s: %s, %s", name, s.State, s.Reason)
		}
	}
}

// TestDuplicates: the same bytes are taken once, whatever their name, and not
// at all when a document has them.
func TestDuplicates(t *testing.T) {
	b := newBench(t)
	pdf, other := printed(t, letter()), letter()
	other.Number = "124"
	b.put("1.pdf", pdf)
	b.put("2.pdf", pdf)
	b.put("3.png", scannedAs(t, pdf, "png"))
	b.put("4.png", scannedAs(t, pdf, "png"))
	b.put("5.pdf", printed(t, other))
	d := &app.Document{ID: "d1", Direction: app.Incoming, Unit: "xa1", State: app.InReceived, Arrived: 5,
		Files: map[app.CommandID]app.File{3: {Name: "a.pdf", Content: app.FileVersion{SHA256: hashBytes(t, printed(t, other))}}}}
	must(t, b.store.Write(context.Background(), func(tx *sqlite.Tx) error { return tx.Put(d) }))
	b.takeAll()
	s := b.scans()
	for name, want := range map[string]app.ScanState{"1.pdf": app.ScanWaiting, "2.pdf": app.ScanDuplicate, "3.png": app.ScanWaiting, "4.png": app.ScanDuplicate, "5.pdf": app.ScanDuplicate} {
		if s[name].State != want {
			t.Errorf("%s: %s", name, s[name].State)
		}
	}
	if s["2.pdf"].Twin != s["1.pdf"].ID || s["4.png"].Twin != s["3.png"].ID || s["5.pdf"].Doc != "d1" {
		t.Errorf("twins: %+v", s)
	}
}

func hashBytes(t *testing.T, b []byte) app.Hash {
	t.Helper()
	sum, err := hashOf(context.Background(), bytes.NewReader(b))
	must(t, err)
	return sum
}

// TestKilledAnywhere: whichever step was the last before the end, the next
// start makes one scan of the file that waits, with a whole copy.
func TestKilledAnywhere(t *testing.T) {
	for step := range 10 {
		b := newBench(t)
		b.folder.Tidy = true
		b.put("a.pdf", printed(t, letter()))
		ctx, kill := context.WithCancel(context.Background())
		n := 0
		b.after = func(string) error {
			if n++; n > step {
				kill()
				return context.Canceled
			}
			return nil
		}
		found, err := read(b.dir, EditorLeavings)
		must(t, err)
		_ = b.intake().take(ctx, job{b.folder, found[0]})
		kill()
		b.after = func(string) error { return nil }
		b.takeAll()
		s := b.scans()
		if len(s) != 1 || s["a.pdf"].State != app.ScanWaiting || len(b.copied(s["a.pdf"])) == 0 {
			t.Fatalf("after %d steps: %+v", step, s)
		}
		if _, err := os.Stat(filepath.Join(b.dir, TakenFolder, "a.pdf")); err != nil {
			t.Errorf("after %d steps: %v", step, err)
		}
	}
}

// TestFullDisk: a scan waits for room, and is taken once there is some.
func TestFullDisk(t *testing.T) {
	b := newBench(t)
	var mu sync.Mutex
	room := int64(0)
	b.free = func() int64 { mu.Lock(); defer mu.Unlock(); return room }
	b.put("a.pdf", printed(t, letter()))
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	in := b.intake()
	found, err := read(b.dir, EditorLeavings)
	must(t, err)
	in.Retake(b.folder, found[0])
	wg.Go(func() { in.Work(ctx) })
	if err := <-b.trouble; !errors.Is(err, content.ErrNoSpace) {
		t.Errorf("told %v", err)
	}
	if s := b.scans()["a.pdf"]; s.State != app.ScanReading {
		t.Errorf("%+v", s)
	}
	mu.Lock()
	room = 1 << 40
	mu.Unlock()
	for b.scans()["a.pdf"].State != app.ScanWaiting {
		<-b.changed
	}
}

// TestTenThousandScans: each is remembered, none is taken twice.
func TestTenThousandScans(t *testing.T) {
	b := newBench(t)
	b.reader = noReader{}
	const n, different = 10_000, 50
	for i := range n {
		l := letter()
		l.Number = fmt.Sprint(i % different)
		if i < different {
			b.put(fmt.Sprintf("%05d.pdf", i), printed(t, l))
			continue
		}
		must(t, os.Link(filepath.Join(b.dir, fmt.Sprintf("%05d.pdf", i%different)), filepath.Join(b.dir, fmt.Sprintf("%05d.pdf", i))))
	}
	b.takeAll()
	b.takeAll()
	counts := map[app.ScanState]int{}
	for _, s := range b.scans() {
		counts[s.State]++
	}
	if counts[app.ScanWaiting] != different || counts[app.ScanDuplicate] != n-different {
		t.Errorf("%v", counts)
	}
}

// noReader is a machine on which nothing that reads is installed.
type noReader struct{}

func (noReader) Text(context.Context, io.ReadSeeker) (string, error) { return "", ErrNoTools }
