package content

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"khonggiay/app"
)

const crashDir = "KHONGGIAY_CONTENT_CRASH_DIR"

// TestKilledWriter kills a process that stores segments as fast as it can, at
// whatever instruction it is, and opens the store again: nothing it had reported
// is missing, everything listed is whole, nothing is left over but parts, and
// those go on. Round after round in the same directory.
func TestKilledWriter(t *testing.T) {
	if dir := os.Getenv(crashDir); dir != "" {
		writeForEver(dir)
	}
	dir := t.TempDir()
	for round := range 8 {
		reported := runAndKill(t, dir, 3+round*2)
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range reported {
			if !s.Has(name) {
				t.Errorf("round %d: %s was reported and is lost", round, name)
			}
		}
		for e, err := range s.List() {
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(t.Context(), e.Name); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
		finishParts(t, s)
		if left := leftovers(t, s); len(left) != 0 {
			t.Errorf("round %d: left over %v", round, left)
		}
		s.Close()
	}
}

// runAndKill starts the writer, kills it after some lines and returns the names
// it reported as stored.
func runAndKill(t *testing.T, dir string, lines int) []app.Hash {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledWriter$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var stored []app.Hash
	scan := bufio.NewScanner(out)
	for scan.Scan() {
		if name, ok := parseName(scan.Text()); ok {
			stored = append(stored, name)
		}
		if len(stored) == lines {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	if len(stored) < lines {
		t.Fatalf("the writer stored %d segments", len(stored))
	}
	return stored
}

// partOf is the segment that the writer brings in as a part.
func partOf() []byte {
	var ct bytes.Buffer
	sealUnder(&ct, bytes.NewReader(noise(3*PlainChunk, 9)), app.SegmentKey{9})
	return ct.Bytes()
}

// writeForEver is the process that gets killed. It uses each way into the store.
func writeForEver(dir string) {
	s, err := Open(dir, Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := uint64(0); ; i++ {
		v, err := s.Seal(context.Background(), bytes.NewReader(noise(PlainChunk+int(i%5)*1000, i)))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(v.Segments[0].Name)
		writeParts(s, partOf())
	}
}

// writeParts moves a part forward a little, under a name that it never matches
// in full here.
func writeParts(s *Store, ct []byte) {
	p, err := s.openPart(hashOf(ct), atItsEnd)
	if err != nil {
		return
	}
	defer p.Close()
	if at := p.Offset(); at < int64(len(ct))-1 {
		p.Write(ct[at:min(at+10_000, int64(len(ct))-1)])
	}
}

// finishParts completes what the killed writer had begun.
func finishParts(t *testing.T, s *Store) {
	t.Helper()
	ct := partOf()
	for e, err := range s.Parts() {
		if err != nil {
			t.Fatal(err)
		}
		p := openPart(t, s, e.Name)
		p.Write(ct[p.Offset():])
		if err := p.Commit(); err != nil {
			t.Error(err)
		}
	}
	if err := s.Remove(hashOf(ct)); err != nil {
		t.Errorf("the part did not go on: %v", err)
	}
}
