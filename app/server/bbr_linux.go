package server

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// congestionControl sets BBR on a listening socket; accepted sockets inherit
// it. A kernel without BBR keeps its own choice.
func congestionControl(_, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		_ = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "bbr")
	})
}
