package show

import "syscall"

// dieWithParent has the kernel end the child when the parent is gone.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
