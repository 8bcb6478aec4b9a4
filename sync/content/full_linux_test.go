package content

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a file system of size bytes. ok is false where mounting is
// not allowed.
func smallDisk(t *testing.T, size string) (dir string, ok bool) {
	t.Helper()
	dir = t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Logf("cannot mount a small disk here: %v", err)
		return "", false
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// TestDiskFull fills a real file system with the free-space guard blinded, as
// another program may fill it between the look and the write. Where none can be
// mounted, the kernel's always-full device stands for it.
func TestDiskFull(t *testing.T) {
	writeToFullDevice(t)
	if disk, ok := smallDisk(t, "4m"); ok {
		fillSmallDisk(t, disk)
	}
}

// writeToFullDevice lets the writes of a file and of a part meet ENOSPC.
func writeToFullDevice(t *testing.T) {
	s := newStore(t, Options{})
	full := func() *os.File {
		f, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	tmp, err := s.newTemp()
	if err != nil {
		t.Fatal(err)
	}
	tmp.f.Close()
	tmp.f = full()
	if _, err := seal(tmp, bytes.NewReader(noise(100, 1))); !errors.Is(err, ErrNoSpace) {
		t.Errorf("Seal to a full device: %v", err)
	}
	tmp.discard()
	if left := leftovers(t, s); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	_, ct := sealed(t, noise(1000, 1))
	p := openPart(t, s, hashOf(ct))
	file := p.f
	p.f = full()
	if n, err := p.Write(ct); !errors.Is(err, ErrNoSpace) || n != 0 || p.Offset() != 0 {
		t.Errorf("part on a full device: %d, offset %d, %v", n, p.Offset(), err)
	}
	p.f.Close()
	p.f = file // there is room again
	if _, err := p.Write(ct); err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err != nil {
		t.Error(err)
	}
}

func fillSmallDisk(t *testing.T, disk string) {
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

// TestGuardSeesTheRealDisk: the guard asks the operating system and refuses
// before a byte is read.
func TestGuardSeesTheRealDisk(t *testing.T) {
	free, err := freeSpace(t.TempDir())
	if err != nil || free <= 0 {
		t.Fatalf("%d bytes free, %v", free, err)
	}
	s := newStore(t, Options{MinFree: 2 * free})
	_, ct := sealed(t, noise(1000, 1))
	err = s.Put(t.Context(), hashOf(ct), int64(len(ct)), failing{errors.New("was read")})
	if !errors.Is(err, ErrNoSpace) {
		t.Errorf("Put: %v", err)
	}
}
