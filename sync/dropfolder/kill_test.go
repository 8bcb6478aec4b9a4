package dropfolder

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"khonggiay/app"
)

const killDir, killData = "KHONGGIAY_SCAN_KILL_DIR", "KHONGGIAY_SCAN_KILL_DATA"

// TestKilledProcess kills a process that takes scans in and tidies the folder,
// at whatever instruction it is, again and again: in the end each paper waits
// once, with a whole copy, and each file of the scanner's is there once.
func TestKilledProcess(t *testing.T) {
	if dir := os.Getenv(killDir); dir != "" {
		takeForEver(t, dir, os.Getenv(killData))
	}
	const papers = 24
	dir, data := t.TempDir(), t.TempDir()
	made := map[string][]byte{}
	for i := range papers {
		l := letter()
		l.Number = fmt.Sprint(100 + i)
		name := fmt.Sprintf("%02d.pdf", i)
		made[name] = printed(t, l)
		write(t, filepath.Join(dir, name), string(made[name]))
	}
	for round := range 8 {
		killAfter(t, dir, data, 1+round%5*2)
	}
	b := openBench(t, dir, data)
	b.folder.Tidy = true
	b.takeAll()
	scans := b.scans()
	if len(scans) != papers {
		t.Errorf("%d scans of %d papers", len(scans), papers)
	}
	for name, pdf := range made {
		if s := scans[name]; s.State != app.ScanWaiting || !bytes.Equal(b.copied(s), pdf) {
			t.Errorf("%s: %s", name, s.State)
		}
		if left, err := os.ReadFile(filepath.Join(dir, TakenFolder, name)); err != nil || !bytes.Equal(left, pdf) {
			t.Errorf("the scanner's %s: %v", name, err)
		}
	}
}

// killAfter starts the process and kills it after some steps.
func killAfter(t *testing.T, dir, data string, steps int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProcess$")
	cmd.Env = append(os.Environ(), killDir+"="+dir, killData+"="+data)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for n := 0; n < steps && lines.Scan(); n++ {
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// takeForEver is the process that gets killed: it says each of its steps.
func takeForEver(t *testing.T, dir, data string) {
	b := openBench(t, dir, data)
	b.folder.Tidy = true
	b.after = func(step string) error { fmt.Println(step); return nil }
	in := b.intake()
	go in.Work(context.Background())
	_ = in.Watch(context.Background(), b.folder, Options{Settle: time.Millisecond, Every: 10 * time.Millisecond})
}
