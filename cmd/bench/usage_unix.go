//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpu is what this process has used: seconds of processor, bytes of memory.
func cpu() (seconds float64, rss int64) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds(), int64(u.Maxrss) << 10
}
