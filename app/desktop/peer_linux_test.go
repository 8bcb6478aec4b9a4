package desktop

import (
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
)

func TestSocketOwner(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:BAB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0100007F:9C40 0100007F:BAB8 06 00000000:00000000 03:00001234 00000000     0        0 0 3 0
   2: 0100007F:9C41 0100007F:BAB8 01 00000000:00000000 00:00000000 00000000  1001        0 2 1 0 20 4 30 10 -1
   3: 0000000000000000FFFF00000100007F:9C42 0000000000000000FFFF00000100007F:BAB8 01 00000000:00000000 00:00000000 00000000  1002        0 3 1 0 20 4 30 10 -1
   4: broken
`
	server := netip.MustParseAddrPort("127.0.0.1:47800")
	for client, want := range map[string]int{"127.0.0.1:40001": 1001, "127.0.0.1:40002": 1002, "127.0.0.1:40000": -1, "127.0.0.1:40003": -1} {
		uid, found := socketOwner(strings.NewReader(table), netip.MustParseAddrPort(client), server)
		if found != (want >= 0) || found && uid != want {
			t.Errorf("%s: %d %v, want %d", client, uid, found, want)
		}
	}
}

// TestOwnSocket asks the kernel about a connection that this test made.
func TestOwnSocket(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	client, server := netip.MustParseAddrPort(c.LocalAddr().String()), netip.MustParseAddrPort(l.Addr().String())
	if anotherUsers(client, server) {
		t.Error("our own connection is another user's")
	}
	table, err := os.Open("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Close() }()
	if uid, found := socketOwner(table, client, server); !found || uid != os.Getuid() {
		t.Errorf("owner %d, found %v", uid, found)
	}
}
