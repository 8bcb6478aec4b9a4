package turn

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu"
	"khonggiay/meeting/sfu/transport"
	"khonggiay/meeting/turn/turntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a media server with its relays, on the loopback address.
type host struct {
	*testing.T
	media *sfu.Server
	turn  *Server
	sfuAt netip.AddrPort
	plain string // address of TURN over TCP
	tls   string // and over TLS
	roots *x509.CertPool
}

func newHost(t *testing.T, change func(*Config)) *host {
	t.Helper()
	h := &host{T: t}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	h.must(err)
	h.sfuAt = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	certificate, roots := certify(t)
	h.roots = roots
	plain, secure := h.listen(), tls.NewListener(h.listen(), &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13})
	h.plain, h.tls = plain.Addr().String(), secure.Addr().String()
	c := Config{Listeners: []net.Listener{plain, secure}, Media: []Media{{At: h.sfuAt, Inside: h.sfuAt}}, Realm: "hop.example", Secret: []byte("0123456789abcdef")}
	if change != nil {
		change(&c)
	}
	h.turn, err = New(c)
	h.must(err)
	mux, err := transport.Listen(transport.Config{Conns: []net.PacketConn{conn}, Relayed: h.turn.Relays})
	h.must(err)
	at := make([]netip.AddrPort, 0, len(c.Media))
	for _, m := range c.Media {
		at = append(at, m.At)
	}
	h.media = sfu.New(sfu.Config{Mux: mux, Candidates: sfu.Candidates(at, nil)})
	t.Cleanup(func() {
		h.media.Close()
		if err := mux.Close(); err != nil {
			t.Error(err)
		}
		if err := h.turn.Close(); err != nil {
			t.Error(err)
		}
		if s := h.turn.Stats(); s.Connections != 0 || s.Relays != 0 {
			t.Errorf("at the end: %+v", s)
		}
	})
	return h
}

func (h *host) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *host) listen() net.Listener {
	h.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	h.must(err)
	return l
}

// certify makes the operator's certificate, of "localhost", and who trusts it.
func certify(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// overTCP and overTLS are the host's relay, for a station that has nothing else.
func (h *host) overTCP(id app.ID) *turntest.Relay {
	c := h.turn.Credentials(id)
	return &turntest.Relay{URL: "turn:" + h.plain + "?transport=tcp", Username: c.User, Credential: c.Password}
}

func (h *host) overTLS(id app.ID) *turntest.Relay {
	c := h.turn.Credentials(id)
	return &turntest.Relay{URL: "turns:" + h.tls + "?transport=tcp", Username: c.User, Credential: c.Password, Addr: h.tls,
		TLS: &tls.Config{RootCAs: h.roots, ServerName: "localhost", MinVersion: tls.VersionTLS13}}
}

// station is one at the host's media server.
type station struct {
	*host
	*turntest.Station
	inside *sfu.Station

	mu      sync.Mutex
	changed chan struct{}
	up      bool
}

func (s *station) note(up bool) {
	s.mu.Lock()
	s.up = up
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Up implements sfu.Events.
func (s *station) Up() { s.note(true) }

// Lost implements sfu.Events.
func (s *station) Lost() { s.note(false) }

// Gone implements sfu.Events.
func (s *station) Gone() { s.note(false) }

// Slots implements sfu.Events.
func (s *station) Slots(meeting.Slots) {}

// Layers implements sfu.Events.
func (s *station) Layers(meeting.Layers) {}

// Speaking implements sfu.Events.
func (s *station) Speaking(app.ID) {}

// Message implements sfu.Events.
func (s *station) Message(string, []byte) {}

func (s *station) until(what string, ok func() bool) {
	s.Helper()
	late := time.After(20 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		s.mu.Lock()
		holds := ok()
		s.mu.Unlock()
		if holds {
			return
		}
		select {
		case <-s.changed:
		case <-again.C:
		case <-late:
			s.Fatalf("not in time: %s", what)
		}
	}
}

// join brings a station in: over that relay alone, or by any way.
func (h *host) join(id app.ID, relay *turntest.Relay) *station {
	h.Helper()
	media, err := turntest.New(relay)
	h.must(err)
	s := &station{host: h, Station: media, changed: make(chan struct{}, 1)}
	h.Cleanup(func() { h.must(media.Close()) })
	offer, err := media.Offer()
	h.must(err)
	inside, answer, err := h.media.Join(h.Context(), "hop", id, offer, s)
	h.must(err)
	s.inside = inside
	h.must(media.Answer(answer))
	s.until("the station is up", func() bool { return s.up })
	return s
}

// flows waits until the station hears and sees.
func (s *station) flows() {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	s.must(s.Flows(ctx, 20))
}
