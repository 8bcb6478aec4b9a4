package desktop

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// anotherUsers tells whether the connection from client to server, both on this
// machine, surely belongs to another of its users. The kernel's tables name the
// owner of every socket (proc_pid_net(5)).
func anotherUsers(client, server netip.AddrPort) bool {
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} { // a browser may speak IPv4 through an IPv6 socket
		f, err := os.Open(table)
		if err != nil {
			continue
		}
		uid, found := socketOwner(f, client, server)
		_ = f.Close()
		if found {
			return uid != os.Getuid()
		}
	}
	return false
}

// timeWait is the state of a socket that is nobody's any more.
const timeWait = "06"

// socketOwner finds the user of the socket whose own end is local.
func socketOwner(table io.Reader, local, remote netip.AddrPort) (uid int, found bool) {
	for lines := bufio.NewScanner(table); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 8 || f[3] == timeWait || endpoint(f[1]) != local || endpoint(f[2]) != remote {
			continue
		}
		if uid, err := strconv.Atoi(f[7]); err == nil {
			return uid, true
		}
	}
	return 0, false
}

// endpoint reads "0100007F:BAB8": the address in words of the machine's own
// byte order, then the port.
func endpoint(text string) netip.AddrPort {
	host, port, _ := strings.Cut(text, ":")
	b, err := hex.DecodeString(host)
	n, err2 := strconv.ParseUint(port, 16, 16)
	if err != nil || err2 != nil || len(b)%4 != 0 {
		return netip.AddrPort{}
	}
	for i := 0; i < len(b); i += 4 {
		binary.NativeEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
	}
	ip, _ := netip.AddrFromSlice(b) // not valid when it is no address
	return netip.AddrPortFrom(ip.Unmap(), uint16(n))
}
