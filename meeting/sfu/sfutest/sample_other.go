//go:build !linux

package sfutest

import "net"

// sampleOnly does nothing here: the station sees all.
func sampleOnly(net.PacketConn, bool) {}
