//go:build !linux

package show

import "syscall"

func dieWithParent() *syscall.SysProcAttr { return nil }
