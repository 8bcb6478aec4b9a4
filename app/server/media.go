package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"khonggiay/app"
	"khonggiay/meeting/room"
	"khonggiay/meeting/sfu"
	"khonggiay/meeting/sfu/transport"
)

// media carries the province's sound and pictures. It implements room.Media.
type media struct {
	server *sfu.Server
	mux    *transport.Mux
}

// mediaOff is the setting of who wants no conferences.
const mediaOff = "off"

// openMedia opens the media server, unless the operator wants none or a program
// around this one brings its own.
func (s *Server) openMedia(ctx context.Context) error {
	if s.config.MediaListen == mediaOff || s.config.Media != nil {
		return nil
	}
	udp, err := transport.ListenUDP(ctx, cmp.Or(s.config.MediaListen, s.config.Listen))
	if err != nil {
		return fmt.Errorf("media_listen: %w", err)
	}
	config := transport.Config{Conns: udp, Now: s.now, Log: s.log}
	told, err := s.config.mediaAddresses(ctx, udp[0].LocalAddr())
	var streams []netip.AddrPort
	if err == nil && s.config.MediaTCP != "" {
		var l net.Listener
		if l, err = net.Listen("tcp", s.config.MediaTCP); err == nil {
			config.Listeners = append(config.Listeners, l)
			streams = onPort(told, l.Addr())
		}
	}
	m := &media{}
	if err == nil && s.config.MediaRelay {
		err = s.openRelays(told, udp[0].LocalAddr())
	}
	if s.relays != nil {
		config.Relayed = s.relays.Relays
	}
	if err == nil {
		m.mux, err = transport.Listen(config)
	}
	if err != nil {
		for _, conn := range udp {
			err = errors.Join(err, conn.Close())
		}
		return fmt.Errorf("media: %w", err)
	}
	m.server = sfu.New(sfu.Config{Mux: m.mux, Candidates: sfu.Candidates(told, streams), Now: s.now, Log: s.log})
	s.config.Media = m
	s.onClose(func() error { m.server.Close(); return m.mux.Close() })
	s.log.Info("media", "listen", udp[0].LocalAddr().String(), "told", fmt.Sprint(told, streams))
	return nil
}

// mediaGauges registers what Prometheus reads of the media.
func (s *Server) mediaGauges() {
	if m, ok := s.config.Media.(*media); ok {
		s.metrics.counter("khonggiay_media_packets_too_long_total", "Packets of media that were too long to be passed on.", func() float64 { return float64(m.mux.TooLong()) })
	}
}

// onPort are addresses with the port of a listener.
func onPort(told []netip.AddrPort, l net.Addr) (out []netip.AddrPort) {
	tcp, ok := l.(*net.TCPAddr)
	if !ok {
		return nil
	}
	for _, at := range told {
		out = append(out, netip.AddrPortFrom(at.Addr(), tcp.AddrPort().Port()))
	}
	return out
}

// mediaAddresses are where stations find the media server: what the operator says,
// or else this machine's own addresses.
func (c *Config) mediaAddresses(ctx context.Context, bound net.Addr) (out []netip.AddrPort, err error) {
	udp, ok := bound.(*net.UDPAddr)
	if !ok {
		return nil, fmt.Errorf("%v is no UDP address", bound)
	}
	at := udp.AddrPort()
	for _, text := range c.MediaAddresses {
		host, port := text, strconv.Itoa(int(at.Port()))
		if h, p, err := net.SplitHostPort(text); err == nil {
			host, port = h, p
		}
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("media_addresses: %q", text)
		}
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil {
			return nil, fmt.Errorf("media_addresses: %w", err)
		}
		for _, ip := range found {
			out = append(out, netip.AddrPortFrom(ip.Unmap(), uint16(n)))
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	if !at.Addr().IsUnspecified() {
		return []netip.AddrPort{netip.AddrPortFrom(at.Addr().Unmap(), at.Port())}, nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var loopback []netip.AddrPort
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil || prefix.Addr().IsLinkLocalUnicast() {
			continue
		}
		if ip := netip.AddrPortFrom(prefix.Addr().Unmap(), at.Port()); ip.Addr().IsLoopback() {
			loopback = append(loopback, ip)
		} else {
			out = append(out, ip)
		}
	}
	// A browser on the same machine, of a machine without a network.
	if len(out) == 0 {
		out = loopback
	}
	return out, nil
}

// Join implements room.Media.
func (m *media) Join(ctx context.Context, conference, station app.ID, offer string, to room.Events) (room.Link, string, error) {
	link, answer, err := m.server.Join(ctx, conference, station, offer, to)
	switch {
	case errors.Is(err, sfu.ErrOffer):
		return nil, "", app.Refuse(app.Invalid, "conference.bad_offer")
	case errors.Is(err, sfu.ErrClosed):
		return nil, "", app.Refuse(app.Offline, "conference.no_media")
	case err != nil:
		return nil, "", err
	}
	return link, answer, nil
}

// Floor implements room.Media.
func (m *media) Floor(conference app.ID, holders []app.ID) { m.server.Floor(conference, holders) }
