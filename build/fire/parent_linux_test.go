package fire

import "syscall"

// diesWithUs has a child killed when the tests are.
func diesWithUs(a *syscall.SysProcAttr) *syscall.SysProcAttr {
	if a == nil {
		a = &syscall.SysProcAttr{}
	}
	a.Pdeathsig = syscall.SIGKILL
	return a
}
