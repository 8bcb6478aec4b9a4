package transport

import (
	"context"
	"net"
	"runtime"
)

// socketBuffer is asked for; the system may give less. It holds a room's worth of
// packets, and no more: what is read late is of no use.
const socketBuffer = 2 << 20

// socketsPerCore: peers fall on sockets by chance, and what comes by one socket is
// forwarded by one goroutine; with few sockets one of them would have most of the
// stations that send, and a core to do it with.
const socketsPerCore = 4

// ListenUDP opens several sockets of one address, where the system spreads peers
// over them; elsewhere one. Port 0 takes any that is free.
func ListenUDP(ctx context.Context, address string) (conns []net.PacketConn, err error) {
	config, n := net.ListenConfig{}, socketsPerCore*runtime.GOMAXPROCS(0)
	if n > 1 {
		if n = min(n, spread(&config, n)); n < 1 {
			n = 1
		}
	}
	for i := range n {
		conn, err := config.ListenPacket(ctx, "udp", address)
		if err != nil {
			for _, c := range conns {
				_ = c.Close()
			}
			return nil, err
		}
		if udp, ok := conn.(*net.UDPConn); ok {
			_ = udp.SetReadBuffer(socketBuffer)
			_ = udp.SetWriteBuffer(socketBuffer)
		}
		if i == 0 {
			address = conn.LocalAddr().String()
		}
		conns = append(conns, conn)
	}
	return conns, nil
}
