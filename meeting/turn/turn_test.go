package turn

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/connlimit"
)

// TestRelay: a station that has nothing but TCP, or nothing but TLS, hears and is
// heard, sees and is seen; the host knows how it comes.
func TestRelay(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(map[bool]string{false: "TCP", true: "TLS"}[secure], func(t *testing.T) {
			h := newHost(t, nil)
			relay := h.overTCP("xa")
			if secure {
				relay = h.overTLS("xa")
			}
			far, near := h.join("xa", relay), h.join("tinh", nil)
			for _, s := range []*station{far, near} {
				s.inside.Allow(meeting.Sends{Audio: true, Camera: true})
			}
			far.inside.Watch([]meeting.Wish{{Station: "tinh", Track: meeting.Camera, Height: 180}})
			near.inside.Watch([]meeting.Wish{{Station: "xa", Track: meeting.Camera, Height: 180}})
			for _, s := range []*station{far, near} {
				s.flows()
			}
			far.until("the route is known", func() bool { return far.inside.Line().Route == meeting.RouteRelay })
			if route := near.inside.Line().Route; route != meeting.RouteUDP {
				t.Errorf("the near station's route is %s", route)
			}
			if s := h.turn.Stats(); s.Relays != 1 || s.Begun != 1 || s.Connections != 1 || s.BytesUp == 0 || s.BytesDown == 0 || s.Elsewhere != 0 || s.Unknown != 0 {
				t.Errorf("%+v", s)
			}
			h.must(far.Close())
			far.until("the relay ends with its station", func() bool { return h.turn.Stats().Relays == 0 })
		})
	}
}

// TestAddresses: each address that stations are told leads to the media server, and
// it answers from there.
func TestAddresses(t *testing.T) {
	h := newHost(t, func(c *Config) {
		inside := c.Media[0].Inside
		c.Media = []Media{{netip.MustParseAddrPort("203.0.113.7:3478"), inside}, {netip.MustParseAddrPort("198.51.100.7:3478"), inside}}
	})
	far := h.join("xa", h.overTCP("xa"))
	far.until("the route is known", func() bool { return far.inside.Line().Route == meeting.RouteRelay })
}

// dial is a plain client of TURN.
func (h *host) dial(user, password string) (*turn.Client, net.Conn) {
	h.Helper()
	conn, err := net.Dial("tcp", h.plain)
	h.must(err)
	return h.over(conn, user, password), conn
}

// over is dial over a connection that is open.
func (h *host) over(conn net.Conn, user, password string) *turn.Client {
	h.Helper()
	silent := logging.NewDefaultLoggerFactory()
	silent.DefaultLogLevel = logging.LogLevelDisabled
	c, err := turn.NewClient(&turn.ClientConfig{TURNServerAddr: h.plain, Conn: turn.NewSTUNConn(conn), Username: user, Password: password, LoggerFactory: silent})
	h.must(err)
	h.must(c.Listen())
	h.Cleanup(func() {
		c.Close()
		_ = conn.Close()
	})
	return c
}

// allocate asks for a relay.
func (h *host) allocate(c *turn.Client) (net.PacketConn, error) {
	relay, err := c.Allocate()
	if err == nil {
		h.Cleanup(func() { _ = relay.Close() })
	}
	return relay, err
}

// clock is one that a test turns.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time        { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) turn(by time.Duration) { c.ahead.Add(int64(by)) }

// TestStrangers: who has no credentials, false ones or old ones gets no relay.
func TestStrangers(t *testing.T) {
	var now clock
	h := newHost(t, func(c *Config) { c.Now = now.now })
	good := h.turn.Credentials("xa")
	other := h.turn.Credentials("phuong")
	old := h.turn.Credentials("cu")
	later := "99999999999:xa"
	for name, c := range map[string][2]string{
		"a name alone":           {good.User, ""},
		"another's password":     {good.User, other.Password},
		"a name without an hour": {"xa", h.turn.password("xa")},
		"an hour put off":        {later, good.Password},
		"an hour alone":          {"99999999999:", h.turn.password("99999999999:")},
	} {
		client, _ := h.dial(c[0], c[1])
		if _, err := h.allocate(client); err == nil {
			t.Errorf("%s: got a relay", name)
		}
	}
	now.turn(11 * time.Minute)
	client, _ := h.dial(old.User, old.Password)
	if _, err := h.allocate(client); err == nil {
		t.Error("expired credentials: got a relay")
	}
	if s := h.turn.Stats(); s.Begun != 0 || s.Unknown < 6 {
		t.Errorf("%+v", s)
	}
}

// TestKeep: a relay that has begun is kept when its credentials have expired, until
// it is too old.
func TestKeep(t *testing.T) {
	var now clock
	h := newHost(t, func(c *Config) { c.Now, c.MaxAge = now.now, time.Hour })
	cred := h.turn.Credentials("xa")
	client, _ := h.dial(cred.User, cred.Password)
	_, err := h.allocate(client)
	h.must(err)
	now.turn(30 * time.Minute)
	if err := client.CreatePermission(net.UDPAddrFromAddrPort(h.sfuAt)); err != nil {
		t.Errorf("a relay that has begun is not kept: %v", err)
	}
	now.turn(time.Hour)
	if err := client.CreatePermission(net.UDPAddrFromAddrPort(h.sfuAt)); err == nil {
		t.Error("a relay is kept for ever")
	}
}

// TestAge: a relay ends, whatever its client does.
func TestAge(t *testing.T) {
	h := newHost(t, func(c *Config) { c.MaxAge = 50 * time.Millisecond })
	c := h.turn.Credentials("xa")
	client, _ := h.dial(c.User, c.Password)
	_, err := h.allocate(client)
	h.must(err)
	h.until("the relay ends", func() bool { return h.turn.Stats().Relays == 0 })
}

func (h *host) until(what string, ok func() bool) {
	h.Helper()
	s := &station{host: h, changed: make(chan struct{})}
	s.until(what, ok)
}

// TestElsewhere: a relay leads to the media server alone: not to another address,
// nor to another port of the same.
func TestElsewhere(t *testing.T) {
	h := newHost(t, nil)
	beside, err := net.ListenPacket("udp", "127.0.0.1:0")
	h.must(err)
	defer func() { h.must(beside.Close()) }()
	c := h.turn.Credentials("xa")
	client, _ := h.dial(c.User, c.Password)
	relay, err := h.allocate(client)
	h.must(err)
	for _, at := range []string{"192.0.2.1:443", "127.0.0.2:9", "10.0.0.1:22", "169.254.169.254:80"} {
		if err := client.CreatePermission(net.UDPAddrFromAddrPort(netip.MustParseAddrPort(at))); err == nil {
			t.Errorf("%s is permitted", at)
		}
	}
	// The library asks for permission by itself; of the address it has it.
	if _, err := relay.WriteTo([]byte("to somebody else"), beside.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	h.until("it is counted", func() bool { return h.turn.Stats().Elsewhere > 0 })
	h.must(beside.SetReadDeadline(time.Now().Add(100 * time.Millisecond)))
	if n, from, err := beside.ReadFrom(make([]byte, 1500)); err == nil {
		t.Errorf("%d bytes came through from %s", n, from)
	}
	// Nor does anybody but the media server reach a client by its relay.
	if _, err := beside.WriteTo([]byte("from somebody else"), relay.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	h.must(relay.SetReadDeadline(time.Now().Add(100 * time.Millisecond)))
	if n, from, err := relay.ReadFrom(make([]byte, 1500)); err == nil {
		t.Errorf("%d bytes came in from %s", n, from)
	}
	if !h.turn.Relays(relay.LocalAddr().(*net.UDPAddr).AddrPort()) || h.turn.Relays(beside.LocalAddr().(*net.UDPAddr).AddrPort()) {
		t.Error("the host does not know its own relays")
	}
	tcp, _ := h.dial(c.User, c.Password)
	if _, err := tcp.AllocateTCP(); err == nil {
		t.Error("TCP is relayed")
	}
}

// TestBounds: a station has so many relays, and all together.
func TestBounds(t *testing.T) {
	h := newHost(t, func(c *Config) { c.Station, c.Most = 2, 3 })
	open := func(id string) error {
		c := h.turn.Credentials(app.ID(id))
		client, _ := h.dial(c.User, c.Password)
		_, err := h.allocate(client)
		return err
	}
	h.must(open("xa"))
	h.must(open("xa"))
	if open("xa") == nil {
		t.Error("a station has a third relay")
	}
	h.must(open("phuong"))
	if open("huyen") == nil {
		t.Error("there is a fourth relay")
	}
	if s := h.turn.Stats(); s.Relays != 3 || s.Full != 2 {
		t.Errorf("%+v", s)
	}
}

// TestManyStrangers: who opens many connections and asks for nothing ends his own; the
// newest is taken all the same, and nobody with a relay is concerned.
func TestManyStrangers(t *testing.T) {
	h := newHost(t, nil)
	c := h.turn.Credentials("xa")
	begun, _ := h.dial(c.User, c.Password)
	_, err := h.allocate(begun)
	h.must(err)
	from := func(ip string) net.Conn {
		conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}).Dial("tcp", h.plain)
		h.must(err)
		h.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	met := func(n int) {
		h.until("they are met", func() bool { return h.turn.Stats().Connections == n })
	}
	other := from("127.0.0.2")
	met(2)
	first := from("127.0.0.1")
	met(3)
	var newest net.Conn
	for range connlimit.Source {
		newest = from("127.0.0.1")
	}
	if !h.ended(first) {
		t.Error("the oldest of its source goes on")
	}
	met(2 + connlimit.Source)
	if s := h.turn.Stats(); s.Displaced != 1 {
		t.Errorf("%+v", s)
	}
	strangers := func(n int) {
		h.until("so many have no relay", func() bool {
			h.turn.mu.RLock()
			defer h.turn.mu.RUnlock()
			return h.turn.strangers.Len() == n
		})
	}
	strangers(connlimit.Source + 1)
	for i, conn := range []net.Conn{newest, other} {
		relay, err := h.allocate(h.over(conn, c.User, c.Password))
		if err != nil {
			t.Fatalf("connection %d gets no relay: %v", i, err)
		}
		strangers(connlimit.Source)
		h.must(relay.Close()) // who gives it back is a stranger again
		strangers(connlimit.Source + 1)
	}
	if err := begun.CreatePermission(net.UDPAddrFromAddrPort(h.sfuAt)); err != nil {
		t.Errorf("who has a relay loses it: %v", err)
	}
}

// ended reports whether the other side has closed a connection.
func (h *host) ended(conn net.Conn) bool {
	h.must(conn.SetReadDeadline(time.Now().Add(5 * time.Second)))
	_, err := io.Copy(io.Discard, conn)
	var late net.Error
	return !errors.As(err, &late) || !late.Timeout()
}

// TestMalformed: what cannot be a message ends the connection, and nothing else.
func TestMalformed(t *testing.T) {
	h := newHost(t, nil)
	cookie := "\x21\x12\xa4\x42"
	for name, bytes := range map[string]string{
		"a length that wraps round": "\x00\x01\xff\xec" + cookie + "aaaaaaaaaaaa",
		"an uneven length":          "\x00\x01\x00\x03" + cookie + "aaaaaaaaaaaa",
		"a channel too long":        "\x40\x00\xff\xff" + cookie,
		"HTTP":                      "GET / HTTP/1.1\r\nHost: hop.example\r\n\r\n",
		"TLS":                       "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	} {
		conn, err := net.Dial("tcp", h.plain)
		h.must(err)
		if _, err := io.WriteString(conn, bytes); err != nil {
			t.Fatal(err)
		}
		if !h.ended(conn) {
			t.Errorf("%s: the connection goes on", name)
		}
		h.must(conn.Close())
	}
	h.until("nothing is left of them", func() bool { return h.turn.Stats().Connections == 0 })
}

// TestFlood: who asks without end is not listened to.
func TestFlood(t *testing.T) {
	h := newHost(t, nil)
	conn, err := net.Dial("tcp", h.plain)
	h.must(err)
	defer func() { _ = conn.Close() }()
	m := stun.MustBuild(stun.TransactionID, stun.BindingRequest)
	go func() {
		for range 10 * requestBurst {
			if _, err := conn.Write(m.Raw); err != nil {
				return
			}
		}
	}()
	if !h.ended(conn) {
		t.Error("the connection goes on")
	}
}

// TestChannels: a connection has so many channels.
func TestChannels(t *testing.T) {
	c := newClient(nil, nil)
	c.requests.SetBurst(1000)
	c.requests.SetLimit(1e9)
	bind := func(number uint16) error {
		m := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodChannelBind, stun.ClassRequest), stun.NewUsername("1:x"),
			stun.RawAttribute{Type: stun.AttrChannelNumber, Value: []byte{byte(number >> 8), byte(number), 0, 0}})
		return c.admit(m.Raw)
	}
	for n := range uint16(maxChannels) {
		for range 2 { // it is kept by binding it again
			if bind(0x4000+n) != nil {
				t.Fatalf("channel %d is one too many", n)
			}
		}
	}
	if bind(0x4000+maxChannels) == nil {
		t.Error("channels have no bound")
	}
}

// TestLongestPacket: the longest packet of media has room in a message.
func TestLongestPacket(t *testing.T) {
	const longest = 1450 + 20 // encrypted
	m := stun.MustBuild(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
		stun.RawAttribute{Type: stun.AttrXORPeerAddress, Value: make([]byte, 20)}, stun.RawAttribute{Type: stun.AttrData, Value: make([]byte, longest)}, stun.Fingerprint)
	near, far := net.Pipe()
	go func() { _, _ = near.Write(m.Raw) }()
	n, err := newClient(nil, far).Read(make([]byte, maxDatagram))
	if err != nil || n != len(m.Raw) {
		t.Errorf("%d of %d bytes, %v", n, len(m.Raw), err)
	}
	_, _ = near.Close(), far.Close()
}

// FuzzFrames: what comes is cut into messages or refused.
func FuzzFrames(f *testing.F) {
	f.Add(stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw)
	f.Add([]byte{0x40, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0})
	f.Add([]byte{0, 9, 0, 8, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0xff, 0xff, 0x40, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		near, far := net.Pipe()
		go func() {
			_, _ = near.Write(b)
			_ = near.Close()
		}()
		c := newClient(nil, far)
		buf := make([]byte, maxDatagram)
		for total := 0; ; {
			n, err := c.Read(buf)
			if err != nil {
				break
			}
			if total += n; n < channelHead || n > maxFrame || total > len(b) {
				t.Fatalf("a message of %d bytes, %d of %d in all", n, total, len(b))
			}
		}
		_ = far.Close()
	})
}

// TestTLSOnly: who does not shake hands is not kept.
func TestTLSOnly(t *testing.T) {
	h := newHost(t, nil)
	conn, err := net.Dial("tcp", h.tls)
	h.must(err)
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw); err != nil {
		t.Fatal(err)
	}
	if !h.ended(conn) {
		t.Error("the connection goes on")
	}
	if _, err := tls.Dial("tcp", h.tls, &tls.Config{ServerName: "localhost", MinVersion: tls.VersionTLS13}); err == nil {
		t.Error("the certificate is anybody's")
	}
}

// TestConfig: a server that could not do its work does not begin.
func TestConfig(t *testing.T) {
	at := netip.MustParseAddrPort("127.0.0.1:3478")
	good := func() Config {
		return Config{Media: []Media{{at, at}}, Realm: "hop.example", Secret: []byte("0123456789abcdef")}
	}
	for name, change := range map[string]func(*Config){
		"no media server":  func(c *Config) { c.Media = nil },
		"a short secret":   func(c *Config) { c.Secret = c.Secret[:15] },
		"no realm":         func(c *Config) { c.Realm = "" },
		"anywhere inside":  func(c *Config) { c.Media[0].Inside = netip.MustParseAddrPort("0.0.0.0:3478") },
		"of two families":  func(c *Config) { c.Media[0].At = netip.MustParseAddrPort("[2001:db8::1]:3478") },
		"too many of them": func(c *Config) { c.Media = make([]Media, maxAddresses+1) },
	} {
		c := good()
		change(&c)
		if s, err := New(c); err == nil {
			t.Errorf("%s: it begins", name)
			_ = s.Close()
		}
	}
}
