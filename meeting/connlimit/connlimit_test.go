package connlimit

import (
	"net"
	"net/netip"
	"testing"
)

// TestSourceOf: what one office has counts as one.
func TestSourceOf(t *testing.T) {
	for at, want := range map[string]string{
		"203.0.113.7:443":            "203.0.113.7/32",
		"[::ffff:203.0.113.7]:443":   "203.0.113.7/32",
		"[2001:db8:1:2:3:4:5:6]:443": "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1]:9":   "2001:db8:1:2::/64",
		"[2001:db8:1:3::1]:443":      "2001:db8:1:3::/64",
		"[fe80::1%eth0]:443":         "fe80::/64",
	} {
		if got := SourceOf(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(at))); got.String() != want {
			t.Errorf("%s: %s instead of %s", at, got, want)
		}
	}
	if got := SourceOf(&net.UnixAddr{}); got.IsValid() {
		t.Errorf("no address: %s", got)
	}
}

// TestStrangers: who opens many takes his own places, and the newest is taken.
func TestStrangers(t *testing.T) {
	a, b, c := netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("192.0.2.2/32"), netip.MustParsePrefix("192.0.2.3/32")
	s := New[int](6, 4)
	add := func(conn int, from netip.Prefix, want int) {
		t.Helper()
		if out, full := s.Add(conn, from); out != want || full != (want != 0) {
			t.Errorf("%d of %s: %d went, %v", conn, from, out, full)
		}
	}
	add(1, b, 0)
	for n := 2; n <= 5; n++ {
		add(n, a, 0)
	}
	add(6, a, 2) // one too many of his
	add(7, a, 3)
	add(8, b, 0)
	add(9, c, 4) // too many in all: of who has most, not the oldest of all
	add(10, c, 5)
	// a has 6 and 7, b 1 and 8, c 9 and 10: all the same.
	add(11, c, 1)
	s.Remove(6)
	s.Remove(6)
	s.Remove(99)
	if s.Len() != 5 {
		t.Errorf("%d are left", s.Len())
	}
	add(12, a, 0)
	add(12, a, 0) // again: still one
	for _, conn := range []int{7, 8, 9, 10, 11, 12} {
		s.Remove(conn)
	}
	if s.Len() != 0 || len(s.from) != 0 {
		t.Errorf("%d are left, of %d sources", s.Len(), len(s.from))
	}
}
