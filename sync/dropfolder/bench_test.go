package dropfolder

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/demo/paper"
	"khonggiay/app/sqlite"
	"khonggiay/sync/content"
)

// bench is an intake over a real database, a real store of contents and a
// folder, with what may be made to fail.
type bench struct {
	t       *testing.T
	dir     string // the scanner's
	data    string // ours
	folder  app.ScanFolder
	store   *sqlite.Store
	files   *content.Store
	free    func() int64
	reader  Reader
	after   func(step string) error // each step of ledger and vault; an error is that step's
	changed chan struct{}
	trouble chan error
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return openBench(t, t.TempDir(), t.TempDir())
}

func openBench(t *testing.T, dir, data string) *bench {
	t.Helper()
	b := &bench{t: t, dir: dir, data: data, free: func() int64 { return 1 << 40 }, after: func(string) error { return nil },
		changed: make(chan struct{}, 1), trouble: make(chan error, 100)}
	b.folder = app.ScanFolder{ID: "f", Path: b.dir, Unit: "xa1"}
	b.reader = FindTools(b.data)
	var err error
	b.store, err = sqlite.Open(context.Background(), sqlite.Options{Path: filepath.Join(b.data, "r.db"), Role: sqlite.Replica, NoSync: true,
		Clock: func() app.Time { return 1_000_000 }})
	must(t, err)
	t.Cleanup(func() { _ = b.store.Close() })
	b.files, err = content.Open(filepath.Join(b.data, "content"), content.Options{MinFree: 1, FreeSpace: func(string) (int64, error) { return b.free(), nil }})
	must(t, err)
	t.Cleanup(func() { _ = b.files.Close() })
	return b
}

func (b *bench) intake() *Intake {
	return &Intake{Ledger: b, Vault: b, Reader: b.reader, Organs: func() []string { return knownOrgans }, Now: func() app.Time { return 1_000_000 },
		MaxSize: 300 << 20, Again: 5 * time.Millisecond,
		Changed: func() {
			select {
			case b.changed <- struct{}{}:
			default:
			}
		},
		Trouble: func(err error) { b.trouble <- err }}
}

// ScanOf implements Ledger.
func (b *bench) ScanOf(ctx context.Context, folder app.ID, f Found) (out app.Scan, err error) {
	if err := b.after("look"); err != nil {
		return out, err
	}
	err = b.store.Read(ctx, func(v *sqlite.View) (err error) {
		out, err = v.ScanOf(folder, f.Name, f.Size, f.ModTime.UnixNano())
		return err
	})
	return out, err
}

// Twin implements Ledger.
func (b *bench) Twin(ctx context.Context, original app.Hash, except app.ID) (scan, doc app.ID, err error) {
	err = b.store.Read(ctx, func(v *sqlite.View) error {
		s, err := v.ScanTwin(original, except)
		if err != nil && !errors.Is(err, app.ErrNotFound) {
			return err
		}
		scan = s.ID
		doc, err = v.FileDocument(original)
		return err
	})
	return scan, doc, err
}

// PutScan implements Ledger.
func (b *bench) PutScan(ctx context.Context, s app.Scan) error {
	if err := b.after("put " + string(s.State)); err != nil {
		return err
	}
	return b.store.Write(ctx, func(tx *sqlite.Tx) error { return tx.PutScan(s) })
}

// Seal implements Vault.
func (b *bench) Seal(ctx context.Context, src io.Reader) (app.FileVersion, error) {
	v, err := b.files.Seal(ctx, src)
	return v, errors.Join(err, b.after("sealed"))
}

// Verify implements Vault.
func (b *bench) Verify(ctx context.Context, v app.FileVersion) error {
	return errors.Join(b.files.Verify(ctx, v), b.after("verified"))
}

// scans are all that the ledger knows, by name.
func (b *bench) scans() map[string]app.Scan {
	b.t.Helper()
	out := map[string]app.Scan{}
	must(b.t, b.store.Read(context.Background(), func(v *sqlite.View) error {
		list, err := v.Scans([]app.ScanState{app.ScanReading, app.ScanWaiting, app.ScanSecret, app.ScanUnreadable, app.ScanDuplicate, app.ScanRegistered, app.ScanGone}, 100_000)
		for _, s := range list {
			out[s.Name] = s
		}
		return err
	}))
	return out
}

// takeAll takes in what lies in the folder now, as the worker would.
func (b *bench) takeAll() {
	b.t.Helper()
	found, err := read(b.dir, EditorLeavings)
	must(b.t, err)
	in := b.intake()
	for _, f := range found {
		must(b.t, in.take(context.Background(), job{b.folder, f}))
	}
}

func (b *bench) put(name string, text []byte) {
	b.t.Helper()
	must(b.t, os.WriteFile(filepath.Join(b.dir, name), text, 0o600))
}

// copied are the bytes of a scan's copy.
func (b *bench) copied(s app.Scan) []byte {
	b.t.Helper()
	r, err := b.files.OpenVersion(s.Content)
	must(b.t, err)
	defer r.Close()
	text, err := io.ReadAll(r)
	must(b.t, err)
	return text
}

func letter() paper.Letter {
	return paper.Letter{Parent: "UBND tỉnh Minh Giang", Organ: "Sở Nông nghiệp và Môi trường", Number: "123", Notation: "SNNMT-TL", Place: "Minh Giang",
		Date: app.DateOf(2026, 11, 5), Subject: "Rà soát tiến độ các chương trình mục tiêu quốc gia", Addressees: []string{"Ủy ban nhân dân các xã, phường"},
		Body: []string{"Giám đốc Sở yêu cầu các đơn vị báo cáo trước ngày 20 hằng tháng."}, To: []string{"Như trên"}, Title: "GIÁM ĐỐC", Signer: "Hoàng Đức Thuận"}
}

func printed(t *testing.T, l paper.Letter) []byte {
	t.Helper()
	pdf, _, err := paper.Make(l)
	must(t, err)
	return pdf
}

// scannedAs is the first page as a scanner's picture of it.
func scannedAs(t *testing.T, pdf []byte, kind string) []byte {
	t.Helper()
	cmd := exec.Command("pdftoppm", "-"+kind, "-r", "200", "-f", "1", "-l", "1", "-singlefile", "-", filepath.Join(t.TempDir(), "page"))
	cmd.Stdin = bytes.NewReader(pdf)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm (poppler-utils): %v: %s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(filepath.Dir(cmd.Args[len(cmd.Args)-1]), "page*"))
	must(t, err)
	text, err := os.ReadFile(made[0])
	must(t, err)
	return text
}

var wanted = app.Fields{Type: "CV", CodeNumber: "123", Notation: "SNNMT-TL", IssuedDate: app.DateOf(2026, 11, 5),
	OrganName: "Sở Nông nghiệp và Môi trường", Subject: "Rà soát tiến độ các chương trình mục tiêu quốc gia"}
