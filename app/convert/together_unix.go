//go:build !windows

package convert

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// dieTogether makes the process the head of a group that is killed as a whole:
// LibreOffice's starter is a script whose child does the work.
func dieTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
}
