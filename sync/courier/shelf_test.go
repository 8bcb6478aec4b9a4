package courier

import (
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
)

// Half of a segment is seen as begun, under the name that Syncthing gives it.
func TestBegun(t *testing.T) {
	s := NewShelf(t.TempDir())
	name := app.Hash{1, 2}
	if s.Begun(name) {
		t.Error("begun before anything came")
	}
	dir := filepath.Dir(s.Path(name))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".syncthing."+name.String()+".tmp"), []byte("nửa"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !s.Begun(name) || s.Has(name) {
		t.Error("half of it is not begun, or is whole")
	}
	for name, err := range s.Segments() {
		t.Errorf("half a segment is listed: %s %v", name, err)
	}
}
