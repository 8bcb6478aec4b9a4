package content

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
)

func TestLinkOutAndAdopt(t *testing.T) {
	from, to := newStore(t, Options{}), newStore(t, Options{})
	ctx := context.Background()
	v, err := from.Seal(ctx, bytes.NewReader(noise(300_000, 1)))
	if err != nil {
		t.Fatal(err)
	}
	name, outside := v.Segments[0].Name, filepath.Join(t.TempDir(), "segment")
	if err := from.LinkTo(name, outside); err != nil {
		t.Fatal(err)
	}
	if err := to.Adopt(ctx, name, outside); err != nil {
		t.Fatal(err)
	}
	if err := to.Verify(ctx, v); err != nil {
		t.Errorf("adopted: %v", err)
	}
	if err := os.Remove(outside); err != nil || !to.Has(name) || !from.Has(name) {
		t.Error("what happens outside happens to the store")
	}
	if err := to.Adopt(ctx, name, outside); err != nil {
		t.Errorf("adopted again: %v", err)
	}
	if err := from.LinkTo(app.Hash{1}, outside); !errors.Is(err, ErrNotFound) {
		t.Errorf("linked what is not there: %v", err)
	}
}

// What is not its name, is no file or leads elsewhere is not taken, and nothing
// of it stays.
func TestAdoptRefuses(t *testing.T) {
	s := newStore(t, Options{})
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := write("secret", noise(1000, 2))
	link := filepath.Join(dir, "link")
	if err := os.Symlink(secret, link); err != nil {
		t.Fatal(err)
	}
	for what, path := range map[string]string{
		"forged": write("forged", []byte("giả mạo, và đủ dài")), "empty": write("empty", nil),
		"a link": link, "a directory": dir,
	} {
		if err := s.Adopt(context.Background(), app.Hash{7}, path); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Adopt(context.Background(), app.Hash{7}, filepath.Join(dir, "nothing")); !errors.Is(err, ErrNotFound) {
		t.Errorf("nothing: %v", err)
	}
	left, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil || len(left) > 0 || s.Has(app.Hash{7}) {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := os.Stat(secret); err != nil {
		t.Error("the file outside went")
	}
}
