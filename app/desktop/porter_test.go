package desktop

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"khonggiay/app"
)

// TestHaveSurvivesARestart: what the province has not been told is told by the
// next start, also after a kill in the middle of a line.
func TestHaveSurvivesARestart(t *testing.T) {
	p := &porter{dir: t.TempDir()}
	for i := range 4 {
		p.noteHave(app.Hash{byte(i)})
	}
	p.told(2)
	p.noteHave(app.Hash{9})
	f, err := os.OpenFile(filepath.Join(p.dir, haveFile), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("0a0b"); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	next := &porter{dir: p.dir}
	next.recallHave()
	if want := []app.Hash{{2}, {3}, {9}}; !slices.Equal(next.have, want) {
		t.Errorf("recalled %v", next.have)
	}
}

// TestLineShare: a laptop leaves the line to a colleague while much is lacking,
// and takes it itself when nothing comes.
func TestLineShare(t *testing.T) {
	at := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	s := &lineShare{}
	look := func(after time.Duration, lacking int64, leads, waits bool) {
		t.Helper()
		at = at.Add(after)
		if s.look(lacking, leads, at); s.waits != waits {
			t.Errorf("after %s, %d lacking, leads %v: waits %v", after, lacking, leads, s.waits)
		}
	}
	look(0, 0, false, false)
	look(time.Second, much-1, false, false) // little: each for itself
	look(time.Second, 60*much, true, false) // nobody before it
	look(time.Second, 60*much, false, true)
	look(leaderPatience, 59*much, false, true) // it comes
	look(leaderPatience, 59*much, false, true)
	look(time.Second, 59*much, false, false) // it does not: alone now
	look(leaderPause-time.Second, 30*much, false, false)
	look(2*time.Second, 30*much, false, true)
	look(time.Second, 0, false, false)
}

func TestOnLAN(t *testing.T) {
	for address, want := range map[string]bool{DefaultCourier: true, "192.168.1.2:22000": true, "127.0.0.1:0": false, "[::1]:22000": false, noCourier: false} {
		if onLAN(address) != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}
