//go:build !windows

package desktop

import (
	"os/exec"
	"syscall"
)

// onItsOwn keeps the signals that end this program from ending the editor.
func onItsOwn(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
