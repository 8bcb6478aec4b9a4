package frontend

import (
	"io/fs"
	"testing"
)

// The placeholder is always there; a built tree also has its entry page, and
// every file can be read through Dist without the "dist" prefix.
func TestDist(t *testing.T) {
	if _, err := fs.Stat(Dist(), ".gitkeep"); err != nil {
		t.Fatalf("the placeholder is missing: %v", err)
	}
	if !Built() {
		return
	}
	page, err := fs.ReadFile(Dist(), "index.html")
	if err != nil || len(page) == 0 {
		t.Fatalf("index.html: %d bytes, %v", len(page), err)
	}
}
