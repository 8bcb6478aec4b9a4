package sfutest

import (
	"net"

	"golang.org/x/sys/unix"

	"khonggiay/meeting/sfu/packet"
)

// sampleOnly has the kernel cut all media packets of a socket off behind their
// headers, or drop them, but those whose sequence number is a multiple of sixteen.
func sampleOnly(conn net.PacketConn, drop bool) {
	udp, ok := conn.(*net.UDPConn)
	if !ok {
		return
	}
	raw, err := udp.SyscallConn()
	if err != nil {
		return
	}
	const load, loadHalf, and, greater, equal, ret = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, unix.BPF_LD | unix.BPF_H | unix.BPF_ABS,
		unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	const head = 8 // of UDP
	rest := uint32(head + packet.HeaderSize)
	if drop {
		rest = 0
	}
	program := []unix.SockFilter{
		{Code: load, K: head},
		{Code: greater, Jt: 0, Jf: 7, K: 128}, // STUN, DTLS: take
		{Code: load, K: head + 1},
		{Code: greater, Jt: 0, Jf: 1, K: 192},
		{Code: greater, Jt: 0, Jf: 4, K: 224}, // RTCP: take
		{Code: loadHalf, K: head + 2},
		{Code: and, K: sampleEvery - 1},
		{Code: equal, Jt: 1, Jf: 0},
		{Code: ret, K: rest},
		{Code: ret, K: 1 << 16},
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})
	})
}
