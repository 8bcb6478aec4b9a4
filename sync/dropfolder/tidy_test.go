package dropfolder

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestTidy: a file moves once its copy was read back, over nothing and to
// nowhere else; where anything is not as it should be, it stays.
func TestTidy(t *testing.T) {
	pdf := printed(t, letter())
	for name, c := range map[string]struct {
		prepare func(b *bench)
		moved   string // "" = it stays
	}{
		"as it should be": {func(*bench) {}, "a.pdf"},
		"the name is taken": {func(b *bench) {
			must(t, os.Mkdir(filepath.Join(b.dir, TakenFolder), 0o700))
			write(t, filepath.Join(b.dir, TakenFolder, "a.pdf"), "another")
		}, "a (2).pdf"},
		"a killed run has begun": {func(b *bench) {
			must(t, os.Mkdir(filepath.Join(b.dir, TakenFolder), 0o700))
			write(t, filepath.Join(b.dir, TakenFolder, "a.pdf"), "")
		}, "a.pdf"},
		"the copy cannot be read back": {func(b *bench) {
			b.after = func(step string) error {
				if step == "verified" {
					return errors.New("the disk has lost it")
				}
				return nil
			}
		}, ""},
		"it is not in the ledger": {func(b *bench) {
			b.after = func(step string) error {
				if step == "put waiting" {
					return errors.New("the database is full")
				}
				return nil
			}
		}, ""},
		"it has changed meanwhile": {func(b *bench) {
			b.after = func(step string) error {
				if step == "put waiting" {
					b.put("a.pdf", append(bytes.Clone(pdf), "more"...))
				}
				return nil
			}
		}, ""},
		"a link stands there": {func(b *bench) { must(t, os.Symlink(t.TempDir(), filepath.Join(b.dir, TakenFolder))) }, ""},
	} {
		b := newBench(t)
		b.folder.Tidy = true
		b.put("a.pdf", pdf)
		c.prepare(b)
		found, err := read(b.dir, EditorLeavings)
		must(t, err)
		_ = b.intake().take(context.Background(), job{b.folder, found[0]})
		_, err = os.Stat(filepath.Join(b.dir, "a.pdf"))
		if stays := err == nil; stays != (c.moved == "") {
			t.Errorf("%s: it stays: %v", name, stays)
		}
		if c.moved == "" {
			continue
		}
		if got, err := os.ReadFile(filepath.Join(b.dir, TakenFolder, c.moved)); err != nil || !bytes.Equal(got, pdf) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
