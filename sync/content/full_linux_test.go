package content

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a file system of size bytes, or skips the test.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("cannot mount a small disk here (TestFreeSpaceGuard covers the guard): %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestDiskFull fills a real file system with the free-space guard blinded, as
// another program may fill it between the look and the write.
func TestDiskFull(t *testing.T) {
	disk := smallDisk(t, "4m")
	blind := Options{FreeSpace: func(string) (int64, error) { return 1 << 40, nil }}
	s, err := Open(filepath.Join(disk, "content"), blind)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	small := sealFile(t, s, noise(1<<20, 1))
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}

	_, ct := sealed(t, noise(3<<20, 2))
	name := hashOf(ct)
	if _, err := s.Seal(t.Context(), bytes.NewReader(noise(3<<20, 2))); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Seal: %v", err)
	}
	if err := s.Put(t.Context(), name, int64(len(ct)), bytes.NewReader(ct)); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Put: %v", err)
	}
	if left := leftovers(t, s); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := s.Verify(t.Context(), small); err != nil {
		t.Errorf("what was there before: %v", err)
	}

	// A part keeps what did fit and goes on when there is room again.
	p := openPart(t, s, name)
	n, err := p.Write(ct)
	if !errors.Is(err, ErrNoSpace) || n == 0 || p.Offset() != int64(n) || s.PartSize(name) != int64(n) {
		t.Errorf("part: wrote %d, offset %d, on disk %d, %v", n, p.Offset(), s.PartSize(name), err)
	}
	p.Close()
	os.Remove(ballast)
	s.Remove(small.Segments[0].Name)
	p = openPart(t, s, name)
	if _, err := p.Write(ct[p.Offset():]); err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
}

// TestGuardSeesTheRealDisk: unblinded, the guard refuses before a byte is
// written.
func TestGuardSeesTheRealDisk(t *testing.T) {
	s, err := Open(smallDisk(t, "2m"), Options{MinFree: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, ct := sealed(t, noise(3<<19, 1))
	err = s.Put(t.Context(), sha256.Sum256(ct), int64(len(ct)), failing{errors.New("was read")})
	if !errors.Is(err, ErrNoSpace) {
		t.Errorf("Put: %v", err)
	}
}
