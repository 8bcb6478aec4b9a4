//go:build unix

package dropfolder

import (
	"context"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// limited is what the shell does before it becomes the program: memory in
// KiB, seconds of processor time, the lowest priority.
const limited = `ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; ulimit -c 0 2>/dev/null; shift 2; exec nice -n 19 "$@"`

// confined is the program in a process group of its own, which is killed as one.
func confined(ctx context.Context, program string, args []string) *exec.Cmd {
	head := []string{"-c", limited, "sh", strconv.Itoa(toolMemory >> 10), strconv.Itoa(int(ocrTime / time.Second)), program}
	cmd := exec.CommandContext(ctx, "/bin/sh", append(head, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// start starts it; release takes away what the program has left running.
func start(cmd *exec.Cmd) (release func(), err error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }, nil
}
