// Package vnettest is a network for tests: machines on it have lines of their own,
// which lose packets, or bear so much and no more. In a bubble of testing/synctest it
// has the bubble's clock.
package vnettest

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/logging"
	"github.com/pion/transport/v4/vnet"
	"github.com/pion/webrtc/v4"
)

// Network is one network.
type Network struct {
	t      *testing.T
	router *vnet.Router

	mu   sync.Mutex
	rng  *rand.Rand
	loss map[string]float64 // by a machine's address
}

// New makes a network on which a packet is under way for a time. It ends with the
// test, after what was made on it.
func New(t *testing.T, cidr string, delay time.Duration) *Network {
	t.Helper()
	silent := logging.NewDefaultLoggerFactory()
	silent.DefaultLogLevel = logging.LogLevelDisabled
	router, err := vnet.NewRouter(&vnet.RouterConfig{CIDR: cidr, MinDelay: delay, LoggerFactory: silent})
	n := &Network{t: t, router: router, rng: rand.New(rand.NewPCG(1, 2)), loss: map[string]float64{}}
	n.must(err)
	router.AddChunkFilter(func(c vnet.Chunk) bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.rng.Float64() >= n.loss[hostOf(c.SourceAddr())] && n.rng.Float64() >= n.loss[hostOf(c.DestinationAddr())]
	})
	n.must(router.Start())
	t.Cleanup(func() { n.must(router.Stop()) })
	return n
}

func (n *Network) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

func hostOf(a net.Addr) string {
	host, _, _ := net.SplitHostPort(a.String())
	return host
}

// Lose has so much of what goes to and from an address lost.
func (n *Network) Lose(ip string, share float64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.loss[ip] = share
}

// Attach puts a machine on the network, behind a queue if there is one.
func (n *Network) Attach(ip string, queue vnet.Discipline) *vnet.Net {
	n.t.Helper()
	host, err := vnet.NewNet(&vnet.NetConfig{StaticIPs: []string{ip}})
	n.must(err)
	var nic vnet.NIC = host
	if queue != nil {
		q, err := vnet.NewQueue(host, queue)
		n.must(err)
		n.t.Cleanup(func() { n.must(q.Close()) })
		nic = q
	}
	n.must(n.router.AddNet(nic))
	return host
}

// Listen is the socket of a new machine.
func (n *Network) Listen(at netip.AddrPort) net.PacketConn {
	n.t.Helper()
	conn, err := n.Attach(at.Addr().String(), nil).ListenPacket("udp4", at.String())
	n.must(err)
	return conn
}

// Browser is what a new machine's browser is set to.
func (n *Network) Browser(ip string, queue vnet.Discipline) (s webrtc.SettingEngine) {
	n.t.Helper()
	s.SetNet(n.Attach(ip, queue))
	s.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	return s
}
