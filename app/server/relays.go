package server

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/netip"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/meeting/room"
	"khonggiay/meeting/turn"
)

// Bounds of what is told of the relays.
const (
	relaySecret = 32 // bytes
	maxWays     = 8  // addresses of the media server that relays lead to
	maxURLs     = 4  // a browser is slow with many
)

// openRelays opens the relays of media over the HTTPS port. They lead to the media
// server's socket alone; there are none when no address is that they could lead to.
func (s *Server) openRelays(told []netip.AddrPort, bound net.Addr) error {
	ways := relayWays(told, bound)
	if len(ways) == 0 {
		s.log.Warn("media_relay: no address that stations are told is of the family that media are listened on")
		return nil
	}
	secret := make([]byte, relaySecret)
	_, _ = rand.Read(secret) // it never fails
	relays, err := turn.New(turn.Config{Media: ways, Realm: s.config.hostNames()[0], Secret: secret, Life: room.ServersFor, Now: s.now, Log: s.log})
	if err != nil {
		return fmt.Errorf("media_relay: %w", err)
	}
	s.onClose(relays.Close)
	s.relays = relays
	plain := ""
	if s.config.MediaRelayTCP != "" {
		l, err := net.Listen("tcp", s.config.MediaRelayTCP)
		if err != nil {
			return fmt.Errorf("media_relay_listen: %w", err)
		}
		if err := relays.Serve(l); err != nil {
			return fmt.Errorf("media_relay_listen: %w", err)
		}
		_, plain, _ = net.SplitHostPort(l.Addr().String())
	}
	if s.config.ICE == nil {
		s.config.ICE = relayServers(relays, s.config.dialAddresses(), plain)
	}
	return nil
}

// relayWays are the media server's addresses as stations call them, and how each is
// reached inside the machine.
func relayWays(told []netip.AddrPort, bound net.Addr) (out []turn.Media) {
	udp, ok := bound.(*net.UDPAddr)
	if !ok {
		return nil
	}
	socket := udp.AddrPort()
	for _, at := range told {
		inside := socket.Addr().Unmap()
		if inside.IsUnspecified() {
			all := inside
			if inside = netip.IPv6Loopback(); at.Addr().Is4() {
				inside = netip.AddrFrom4([4]byte{127, 0, 0, 1})
			}
			if all.Is4() && inside.Is6() {
				continue // nobody listens there
			}
		}
		if inside.Is4() == at.Addr().Is4() && len(out) < maxWays {
			out = append(out, turn.Media{At: at, Inside: netip.AddrPortFrom(inside, socket.Port())})
		}
	}
	return out
}

// relayServers tells a station of the relays, by each of the server's addresses;
// plain is the port of the one over TCP, "" for none.
func relayServers(relays *turn.Server, addresses []string, plain string) func(app.ID) []api.ICEServer {
	var urls []string
	for _, at := range addresses[:min(len(addresses), maxURLs)] {
		urls = append(urls, "turns:"+at+"?transport=tcp")
		if host, _, err := net.SplitHostPort(at); err == nil && plain != "" {
			urls = append(urls, "turn:"+net.JoinHostPort(host, plain)+"?transport=tcp")
		}
	}
	return func(station app.ID) []api.ICEServer {
		c := relays.Credentials(station)
		return []api.ICEServer{{URLs: urls, Username: c.User, Credential: c.Password}}
	}
}

// servers tells them in the room's frames.
func servers(ice func(app.ID) []api.ICEServer) func(app.ID) []room.Server {
	if ice == nil {
		return nil
	}
	return func(station app.ID) (out []room.Server) {
		for _, each := range ice(station) {
			out = append(out, room.Server(each))
		}
		return out
	}
}

// shared is the main listener without what comes for a relay.
func (s *Server) shared(l net.Listener) net.Listener {
	if s.relays == nil {
		return l
	}
	relay, rest := turn.Split(l)
	if err := s.relays.Serve(relay); err != nil { // it is closed, and refuses
		s.log.Warn("media_relay", "err", err)
	}
	return rest
}

// relayGauges registers what Prometheus reads of the relays.
func (s *Server) relayGauges() {
	if s.relays == nil {
		return
	}
	stats := s.relays.Stats
	s.metrics.gauge("khonggiay_media_relays", "Relays of media over the HTTPS port.", func() float64 { return float64(stats().Relays) })
	s.metrics.counter("khonggiay_media_relays_refused_total", "Requests for one under credentials that do not hold, or one too many.",
		func() float64 { return float64(stats().Unknown + stats().Full) })
	s.metrics.counter("khonggiay_media_relay_strangers_displaced_total", "Connections without a relay that were one too many of their address or in all.",
		func() float64 { return float64(stats().Displaced) })
	s.metrics.counter("khonggiay_media_relayed_bytes_total", "Bytes that went over relays, both ways.",
		func() float64 { return float64(stats().BytesUp + stats().BytesDown) })
}
