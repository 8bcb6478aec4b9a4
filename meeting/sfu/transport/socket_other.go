//go:build !linux

package transport

import "net"

// cutsTrains: only Linux does, here.
func cutsTrains(*net.UDPConn) bool { return false }

func trainOOB([]byte, int) []byte { return nil }

func spread(*net.ListenConfig, int) int { return 1 }
