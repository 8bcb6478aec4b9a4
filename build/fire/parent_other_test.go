//go:build !linux

package fire

import "syscall"

// diesWithUs has no meaning here: the tests kill their children themselves.
func diesWithUs(a *syscall.SysProcAttr) *syscall.SysProcAttr { return a }
