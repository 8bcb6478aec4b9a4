package desktop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/ipv4"

	"khonggiay/app"
)

// A laptop that carries a meeting for its place says so on the local network,
// again and again. What it says is not secret and proves nothing: who wants to
// come connects, and both sides show their certificates.

const (
	// siteGroup is the multicast group of the beacons, of the organisation's own
	// range (RFC 2365).
	siteGroup   = "239.255.71.71:47271"
	noSite      = "off"
	beaconEvery = 2 * time.Second
	// beaconLives is how long the last beacon counts: some may be lost.
	beaconLives = 5 * beaconEvery
	maxBeacon   = 512
)

// beacon is one datagram.
type beacon struct {
	Meeting string `json:"m"` // hash of the meeting's id: who does not know the meeting learns nothing
	Port    int    `json:"p"` // of the host's listener
}

// beaconName is how a beacon names a meeting.
func beaconName(meeting app.ID) string {
	sum := sha256.Sum256([]byte("khonggiay site\x00" + meeting))
	return hex.EncodeToString(sum[:16])
}

// ether is this laptop's ear and mouth on the local networks.
type ether struct {
	conn  *net.UDPConn
	multi *ipv4.PacketConn
	group *net.UDPAddr
}

// openEther joins the group on every network that there is.
func openEther(group string) (*ether, error) {
	address, err := net.ResolveUDPAddr("udp4", group)
	if err != nil {
		return nil, err
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var e *ether
	var errs []error
	for i := range interfaces {
		if interfaces[i].Flags&net.FlagUp == 0 {
			continue
		}
		if e != nil {
			_ = e.multi.JoinGroup(&interfaces[i], address) // joined already, or no network for it
			continue
		}
		conn, err := net.ListenMulticastUDP("udp4", &interfaces[i], address)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		e = &ether{conn, ipv4.NewPacketConn(conn), address}
		_ = e.multi.SetMulticastLoopback(true) // laptops of a demonstration share a machine
	}
	if e == nil {
		return nil, errors.Join(append(errs, errors.New("no network to meet others on"))...)
	}
	return e, nil
}

// say sends a beacon to every network; those that take none have nobody on them.
func (e *ether) say(b beacon) error {
	frame, err := json.Marshal(b)
	if err != nil {
		return err
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for i := range interfaces {
		if interfaces[i].Flags&net.FlagUp == 0 || e.multi.SetMulticastInterface(&interfaces[i]) != nil {
			continue
		}
		_, _ = e.multi.WriteTo(frame, nil, e.group)
	}
	return nil
}

// hear calls back for each beacon, until ctx ends.
func (e *ether) hear(ctx context.Context, heard func(b beacon, from netip.Addr)) {
	defer context.AfterFunc(ctx, func() { _ = e.conn.Close() })()
	buf := make([]byte, maxBeacon)
	for {
		n, from, err := e.conn.ReadFromUDPAddrPort(buf)
		if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		var b beacon
		if err != nil || json.Unmarshal(buf[:n], &b) != nil || len(b.Meeting) != 32 || b.Port < 1 || b.Port > 65535 {
			continue
		}
		heard(b, from.Addr().Unmap())
	}
}
