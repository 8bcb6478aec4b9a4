package fire

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
	"khonggiay/app/api"
)

// TestRevokedByProcess: an administrator revokes a laptop that is killed before
// it hears of it. At its next start it says so, also without a server, and its
// person's unsent words are still there.
func TestRevokedByProcess(t *testing.T) {
	s := newProvince(t)
	l := s.laptopOf(clerkOne)
	doc := app.NewID(1_790_000_000_000)
	l.mustGive("document.receive.1", doc, map[string]any{"unit": commune, "fields": map[string]any{"subject": "Trước khi thu hồi", "paper": true}})
	eventually(t, "the document to go up", l.quiet)
	device := l.session().Device.ID
	l.kill()
	damaged := filepath.Join(l.dir, "damaged") // of an earlier repair: it holds records, too
	if err := errors.Join(os.MkdirAll(filepath.Join(damaged, "x"), 0o700), os.WriteFile(filepath.Join(damaged, "x", "replica.db"), []byte("Trước khi thu hồi"), 0o600)); err != nil {
		t.Fatal(err)
	}
	s.do("device.revoke", map[string]string{"device": device}, nil)
	l.start()
	eventually(t, "the revocation to be heard", func() bool { return l.session().Problem == "device.revoked" })
	eventually(t, "what was set aside to be wiped", func() bool {
		_, err := os.Stat(damaged)
		return errors.Is(err, fs.ErrNotExist)
	})
	var desk api.DeskView
	if reason := refusedFor(l.get("/api/desk", &desk)); reason != "device.revoked" {
		t.Errorf("the desk of a revoked laptop: %q", reason)
	}
	s.kill()
	l.kill()
	l.start()
	if p := l.session().Problem; p != "device.revoked" {
		t.Errorf("without a server it says %q", p)
	}
}
