package turn

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"khonggiay/app"
	"khonggiay/meeting/connlimit"
)

// Media is one address of the media server.
type Media struct {
	At     netip.AddrPort // as stations are told it
	Inside netip.AddrPort // as it is reached inside the machine
}

// Config is what a server of relays needs.
type Config struct {
	// Listeners take connections: plain TCP, or TLS with the operator's certificate
	// (tls.NewListener, or one of [Split]'s). [Server.Serve] adds to them.
	Listeners []net.Listener
	Media     []Media
	Realm     string        // the host's name
	Secret    []byte        // of the credentials; 16 bytes or more
	Life      time.Duration // for which credentials begin relays; 0 = 10 minutes
	MaxAge    time.Duration // of a relay; 0 = 12 hours
	Station   int           // relays that a station may have; 0 = 12
	Most      int           // relays of all; 0 = 512
	Now       func() time.Time
	Log       *slog.Logger
}

// Defaults of a configuration.
const (
	defaultLife    = 10 * time.Minute
	defaultMaxAge  = 12 * time.Hour
	defaultStation = 12 // a browser begins one from each of its networks, and anew when it changes
	defaultMost    = 512
	refreshWithin  = 10 * time.Minute
)

var errConfig = errors.New("turn: a secret of 16 bytes, a realm and 1 to 8 addresses of the media server, each of one family, are needed")

// Server relays between stations and the host's media server.
type Server struct {
	config Config
	turn   *turn.Server
	queue  *queue
	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup
	count  struct{ begun, full, unknown, displaced, elsewhere, up, down atomic.Uint64 }

	mu       sync.RWMutex
	closed   bool
	clients  map[ends]*client
	raw      map[net.Conn]struct{} // that are not clients yet
	stations map[app.ID]int
	total    int
	own      map[netip.AddrPort]struct{}
	// strangers are the connections that have no relay.
	strangers *connlimit.Strangers[net.Conn]
}

// ends names a connection by its two ends.
type ends struct{ remote, local string }

// Stats is what a server has done, for those who watch over the host.
type Stats struct {
	Connections int    // now
	Relays      int    // now
	Begun       uint64 // relays
	Full        uint64 // requests for one that were one too many
	Unknown     uint64 // requests under credentials that do not hold
	Displaced   uint64 // connections without a relay that had to go for others
	Elsewhere   uint64 // packets that were to go to somebody else
	BytesUp     uint64 // relayed from stations
	BytesDown   uint64 // relayed to them
}

// New takes connections until the server is closed.
func New(c Config) (*Server, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	s := &Server{config: c, clients: map[ends]*client{}, raw: map[net.Conn]struct{}{}, stations: map[app.ID]int{}, own: map[netip.AddrPort]struct{}{},
		strangers: connlimit.New[net.Conn](connlimit.All, connlimit.Source)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.queue = newQueue(&net.TCPAddr{})
	silent := logging.NewDefaultLoggerFactory()
	silent.DefaultLogLevel = logging.LogLevelDisabled
	var err error
	s.turn, err = turn.NewServer(turn.ServerConfig{
		ListenerConfigs: []turn.ListenerConfig{{Listener: s.queue, RelayAddressGenerator: relays{s}, PermissionHandler: s.permits}},
		LoggerFactory:   silent, Realm: c.Realm, AuthHandler: s.authorize, QuotaHandler: s.room, AllocationLifetime: refreshWithin,
		// A client that says nothing of a family means the one that there is.
		StrictAddressFamily: slices.ContainsFunc(c.Media, func(m Media) bool { return m.At.Addr().Is4() }),
		EventHandler: turn.EventHandler{
			OnAllocationCreated: func(remote, local net.Addr, _, _, _ string, _ net.Addr, _ int) { s.relaying(remote, local, true) },
			OnAllocationDeleted: func(remote, local net.Addr, _, _, _ string) { s.relaying(remote, local, false) },
			OnAuth: func(_, _ net.Addr, _, _, _, _ string, holds bool) {
				if !holds {
					s.count.unknown.Add(1)
				}
			},
		},
	})
	if err != nil {
		return nil, err
	}
	for _, l := range c.Listeners {
		s.done.Go(func() { s.accept(l) })
	}
	return s, nil
}

// Serve takes connections from one more listener, which the server closes when it is
// closed itself.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.Join(net.ErrClosed, l.Close())
	}
	s.config.Listeners = append(s.config.Listeners, l)
	s.done.Go(func() { s.accept(l) })
	return nil
}

// complete fills in defaults and looks whether the rest can be.
func (c *Config) complete() error {
	c.Media, c.Listeners = slices.Clone(c.Media), slices.Clone(c.Listeners)
	for i, m := range c.Media {
		m.At, m.Inside = plain(m.At), plain(m.Inside)
		if !m.At.IsValid() || !m.Inside.IsValid() || m.Inside.Addr().IsUnspecified() || m.At.Addr().Is4() != m.Inside.Addr().Is4() {
			return errConfig
		}
		c.Media[i] = m
	}
	if len(c.Media) == 0 || len(c.Media) > maxAddresses || len(c.Secret) < 16 || c.Realm == "" {
		return errConfig
	}
	c.Life, c.MaxAge = cmp.Or(c.Life, defaultLife), cmp.Or(c.MaxAge, defaultMaxAge)
	c.Station, c.Most = cmp.Or(c.Station, defaultStation), cmp.Or(c.Most, defaultMost)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// Close ends all relays and closes what the server listens on.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	listeners := s.config.Listeners
	s.mu.Unlock()
	s.cancel()
	var errs []error
	for _, l := range listeners {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	errs = append(errs, s.turn.Close())
	s.mu.RLock()
	var open []net.Conn
	for conn := range s.raw {
		open = append(open, conn)
	}
	for _, c := range s.clients {
		open = append(open, c.Conn)
	}
	s.mu.RUnlock()
	for _, conn := range open {
		_ = conn.Close() // who reads it forgets it
	}
	s.done.Wait()
	return errors.Join(errs...)
}

// Stats is what has been done so far.
func (s *Server) Stats() Stats {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Stats{Connections: len(s.clients) + len(s.raw), Relays: s.total, Begun: s.count.begun.Load(), Full: s.count.full.Load(),
		Unknown: s.count.unknown.Load(), Displaced: s.count.displaced.Load(), Elsewhere: s.count.elsewhere.Load(), BytesUp: s.count.up.Load(), BytesDown: s.count.down.Load()}
}

// Relays reports whether an address, as the media server sees it, is one of a relay.
func (s *Server) Relays(at netip.AddrPort) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	_, ok := s.own[plain(at)]
	return ok
}

func (s *Server) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			s.config.Log.Warn("taking a relay's connection", "err", err)
			select { // out of file handles, likely
			case <-s.ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		if !s.meet(conn) {
			_ = conn.Close()
			continue
		}
		s.done.Go(func() { s.introduce(conn) })
	}
}

// meet notes a connection.
func (s *Server) meet(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.raw[conn] = struct{}{}
	s.strange(conn)
	return true
}

// strange notes that a connection has no relay, which may be the end of another. The
// server's mu is held.
func (s *Server) strange(conn net.Conn) {
	if out, full := s.strangers.Add(conn, connlimit.SourceOf(conn.RemoteAddr())); full {
		s.count.displaced.Add(1)
		s.done.Go(func() { _ = out.Close() }) // who reads it forgets it; TLS says so first, which may take its time
	}
}

// introduce hands a connection over to the library, once it is encrypted.
func (s *Server) introduce(conn net.Conn) {
	shrink(conn)
	_ = conn.SetDeadline(time.Now().Add(strangerFor))
	secure := true
	if t, ok := conn.(interface{ HandshakeContext(context.Context) error }); ok {
		secure = t.HandshakeContext(s.ctx) == nil
	}
	_ = conn.SetWriteDeadline(time.Time{})
	c := newClient(s, conn)
	s.mu.Lock()
	delete(s.raw, conn)
	name := ends{conn.RemoteAddr().String(), conn.LocalAddr().String()}
	taken := s.clients[name] != nil
	if secure = secure && !taken && !s.closed; secure {
		s.clients[name] = c
		s.done.Add(1)
	} else {
		s.strangers.Remove(conn)
	}
	s.mu.Unlock()
	if !secure {
		_ = conn.Close()
		return
	}
	if !s.queue.give(c) {
		_ = c.Close()
	}
}

// forget is told that nobody reads a client any more.
func (s *Server) forget(c *client) {
	s.mu.Lock()
	delete(s.clients, ends{c.RemoteAddr().String(), c.LocalAddr().String()})
	s.strangers.Remove(c.Conn)
	s.mu.Unlock()
	s.done.Done()
}

func (s *Server) relaying(remote, local net.Addr, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[ends{remote.String(), local.String()}]
	if c == nil {
		return
	}
	c.relaying(on)
	if on {
		s.strangers.Remove(c.Conn)
	} else if !s.closed {
		s.strange(c.Conn)
	}
}

// permits reports whether a client may send to an address: the port is looked at
// when it does.
func (s *Server) permits(_ net.Addr, peer net.IP) bool {
	at, ok := netip.AddrFromSlice(peer)
	return ok && slices.ContainsFunc(s.config.Media, func(m Media) bool { return m.At.Addr() == at.Unmap() })
}

// room reports whether a user may have another relay.
func (s *Server) room(user, _ string, _ net.Addr) bool {
	_, station, ok := readUser(user)
	s.mu.RLock()
	free := s.total < s.config.Most && s.stations[station] < s.config.Station
	s.mu.RUnlock()
	if !free {
		s.count.full.Add(1)
	}
	return ok && free
}

func (s *Server) take(station app.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.total >= s.config.Most || s.stations[station] >= s.config.Station {
		return errFull
	}
	s.total++
	s.stations[station]++
	return nil
}

// begin lets a relay receive, until it is too old.
func (s *Server) begin(r *relay) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	for _, at := range r.local() {
		s.own[at] = struct{}{}
	}
	for _, w := range r.ways {
		s.done.Go(func() { r.receive(w) })
	}
	r.age = time.AfterFunc(s.config.MaxAge, func() { _ = r.Close() })
	s.count.begun.Add(1)
	return true
}

func (s *Server) end(r *relay) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.age != nil {
		r.age.Stop()
	}
	for _, at := range r.local() {
		delete(s.own, at)
	}
	s.total--
	if s.stations[r.station]--; s.stations[r.station] == 0 {
		delete(s.stations, r.station)
	}
}
