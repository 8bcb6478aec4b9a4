package fire

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"khonggiay/app"
)

// TestRevokedByProcess: an administrator revokes a laptop that is killed before
// it hears of it, and again while it leaves. In the end it is nobody's and
// empty, and says so, also without a server.
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
	left := func() bool { s := l.session(); return s.NeedsEnrolment && s.Left != nil }
	eventually(t, "the revocation to be heard", func() bool { return l.session().Problem == "device.revoked" || left() })
	l.kill() // in the middle of leaving, perhaps
	l.start()
	eventually(t, "the laptop to have left", left)
	s.kill()
	l.kill()
	l.start()
	if !left() {
		t.Errorf("without a server it says %+v", l.session())
	}
	for _, name := range []string{"damaged", "identity.json", "revoked"} {
		if _, err := os.Stat(filepath.Join(l.dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if reason := refusedFor(l.get("/api/desk", new([]byte))); reason != "session.not_enrolled" {
		t.Errorf("the desk of a laptop that has left: %q", reason)
	}
}
