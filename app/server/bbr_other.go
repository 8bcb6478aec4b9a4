//go:build !linux

package server

import "syscall"

// congestionControl leaves the system's choice: only Linux lets a program choose.
func congestionControl(string, string, syscall.RawConn) error { return nil }
