package sfu

import (
	"fmt"
	"net/netip"
)

// Candidates are the candidate attributes of where a host is reached: over UDP, and
// over TCP, which is worth less.
func Candidates(udp, tcp []netip.AddrPort) (out []string) {
	for i, at := range udp {
		out = append(out, fmt.Sprintf("%d 1 udp %d %s %d typ host", len(out)+1, 126<<24|(65535-i)<<8|255, at.Addr(), at.Port()))
	}
	for i, at := range tcp {
		out = append(out, fmt.Sprintf("%d 1 tcp %d %s %d typ host tcptype passive", len(out)+1, 90<<24|(65535-i)<<8|255, at.Addr(), at.Port()))
	}
	return out
}
