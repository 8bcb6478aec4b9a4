package fire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
)

// smallDisk is a file system of a few megabytes that really runs full.
type smallDisk struct {
	dir   string // as the tests see it
	there string // as the programs on it see it
	enter []string
}

// newSmallDisk makes one: by mounting, where that is allowed, or in a name space
// of its own, where an ordinary user may have one. nil where neither is; then
// app/sqlite's TestFullDisk and sync/content's TestDiskFull have to do, which
// bring the same errors about without a disk.
func newSmallDisk(t *testing.T, mib int) *smallDisk {
	t.Helper()
	dir := t.TempDir()
	size := fmt.Sprintf("size=%dm", mib)
	if err := exec.Command("mount", "-t", "tmpfs", "-o", size, "tmpfs", dir).Run(); err == nil {
		t.Cleanup(func() {
			if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
				t.Errorf("umount: %v: %s", err, out)
			}
		})
		return &smallDisk{dir: dir, there: dir}
	}
	holder := exec.Command("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
		`mount -t tmpfs -o "$1" tmpfs "$2" && echo ready && exec cat`, "sh", size, dir)
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := starter.start(holder); err != nil {
		t.Logf("no small disk here: %v", err)
		return nil
	}
	t.Cleanup(func() {
		_ = in.Close() // it ends with its input
		_ = holder.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Logf("no small disk here: %q %v", line, err)
		return nil
	}
	pid := strconv.Itoa(holder.Process.Pid)
	return &smallDisk{dir: filepath.Join("/proc", pid, "root", dir), there: dir,
		enter: []string{"nsenter", "--user", "--mount", "--preserve-credentials", "--target", pid}}
}

// on has a program run where the disk is, with its folder there.
func (d *smallDisk) on(folder string) func(*exec.Cmd) *exec.Cmd {
	return func(cmd *exec.Cmd) *exec.Cmd {
		args := append([]string{}, cmd.Args...)
		for i, a := range args {
			if a == filepath.Join(d.dir, folder) {
				args[i] = filepath.Join(d.there, folder)
			}
		}
		if d.enter == nil {
			return exec.Command(cmd.Path, args[1:]...)
		}
		return exec.Command(d.enter[0], append(append(d.enter[1:], cmd.Path), args[1:]...)...)
	}
}

func (d *smallDisk) ballast() string { return filepath.Join(d.dir, "ballast") }

// fill takes what is left of the disk.
func (d *smallDisk) fill(t *testing.T) {
	t.Helper()
	f, err := os.OpenFile(d.ballast(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil && !errors.Is(err, io.ErrShortWrite) {
			t.Fatal(err)
		}
	}
}

// makeRoom gives the space back.
func (d *smallDisk) makeRoom(t *testing.T) {
	t.Helper()
	if err := os.Remove(d.ballast()); err != nil {
		t.Fatal(err)
	}
}
