package desktop

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/server"
	"khonggiay/app/steady"
)

// TestScansAreForgotten: a finished scan is forgotten when it is old, by a clock
// that is believed; not while its file, or another with its bytes, is in the
// folder, and not because the folder's share is away.
func TestScansAreForgotten(t *testing.T) {
	s := startServerWith(t, func(c *server.Config) { c.Lease = 366 * day })
	at := &wall{}
	l := s.laptopWith(clerkC, at.use)
	defer func() { l.stop() }()
	l.app.currentLink().cutLine(true)
	dir := t.TempDir()
	l.watches(dir, commune)
	for _, name := range []string{"chờ.pdf", "bỏ.pdf", "trước.pdf"} {
		saved(t, dir, name, scanOf(t, "Về "+name))
	}
	for _, name := range []string{"chờ.pdf", "bỏ.pdf", "trước.pdf"} {
		scan := l.untilScan(name, app.ScanWaiting)
		if name == "chờ.pdf" {
			continue
		}
		if code := l.call("POST", "/api/scans/"+string(scan.ID)+"/ignore", nil, nil); code != http.StatusNoContent {
			t.Fatalf("ignoring %s: %d", name, code)
		}
	}
	saved(t, dir, "sau.pdf", scanOf(t, "Về trước.pdf"))
	l.untilScan("sau.pdf", app.ScanDuplicate)
	removed := func(name string) {
		t.Helper()
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	known := func(when string, want ...string) {
		t.Helper()
		if err := l.app.currentLink().scans.prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"chờ.pdf", "bỏ.pdf", "trước.pdf", "sau.pdf"} {
			if known := l.scan(name) != nil; known != slices.Contains(want, name) {
				t.Errorf("%s: %s known: %v", when, name, known)
			}
		}
	}
	removed("bỏ.pdf")
	removed("trước.pdf")
	at.pass(steady.Settle + time.Minute)
	known("at once", "chờ.pdf", "bỏ.pdf", "trước.pdf", "sau.pdf")
	at.set(year)
	known("by a clock that has jumped", "chờ.pdf", "bỏ.pdf", "trước.pdf", "sau.pdf")
	at.set(0)
	at.pass(time.Duration(scanLife) * time.Millisecond)
	known("a quarter later", "chờ.pdf", "trước.pdf", "sau.pdf")

	away := dir + " đi vắng"
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	known("with the share away", "chờ.pdf", "trước.pdf", "sau.pdf")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	known("with the place where it was mounted", "chờ.pdf", "trước.pdf", "sau.pdf")
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	removed("sau.pdf")
	known("with its last file gone", "chờ.pdf")
}
