package server

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/app/api"
	"khonggiay/meeting"
	"khonggiay/meeting/room"
	"khonggiay/meeting/turn"
	"khonggiay/meeting/turn/turntest"
)

// caller is a station in a conference with real media.
type caller struct {
	*station
	media *turntest.Station
}

// call comes into the conference as a browser does; over the relay alone that the
// ticket names first of that scheme, or by any way.
func (d *screen) call(m app.ID, relayed string) *caller {
	d.Helper()
	ticket := d.ticket(m, "")
	var relay *turntest.Relay
	switch relayed {
	case "turn:":
		if len(ticket.ICE) != 1 || len(ticket.ICE[0].URLs) < 2 || !strings.HasPrefix(ticket.ICE[0].URLs[1], "turn:localhost:") {
			d.Fatalf("told of %+v", ticket.ICE)
		}
		ice := ticket.ICE[0]
		at := strings.TrimSuffix(strings.TrimPrefix(ice.URLs[1], "turn:"), "?transport=tcp")
		relay = &turntest.Relay{URL: ice.URLs[1], Username: ice.Username, Credential: ice.Credential, Addr: at}
	case "turns:":
		if len(ticket.ICE) != 1 || !strings.HasPrefix(ticket.ICE[0].URLs[0], "turns:localhost:") || !strings.HasSuffix(ticket.ICE[0].URLs[0], "?transport=tcp") {
			d.Fatalf("told of %+v", ticket.ICE)
		}
		ice := ticket.ICE[0]
		// The tests' servers take whatever port is free, which the settings cannot name.
		relay = &turntest.Relay{URL: "turns:" + d.Addr() + "?transport=tcp", Username: ice.Username, Credential: ice.Credential, Addr: d.Addr(), TLS: d.trusting()}
	}
	media, err := turntest.New(relay)
	if err != nil {
		d.Fatal(err)
	}
	d.Cleanup(func() {
		if err := media.Close(); err != nil {
			d.Error(err)
		}
	})
	sdp, err := media.Offer()
	if err != nil {
		d.Fatal(err)
	}
	c := &caller{d.connect(m, url.Values{"pass": {ticket.Ticket}}), media}
	c.say(room.Said{Offer: &room.Offer{Seq: 1, SDP: sdp}})
	c.say(room.Said{Sends: &meeting.Sends{Audio: true, Camera: true}})
	c.until("the answer", func() bool { return c.told.Answer != nil })
	if err := media.Answer(c.told.Answer.SDP); err != nil {
		d.Fatal(err)
	}
	c.until("the media", func() bool { return c.told.Link == "up" })
	return c
}

// trusting is what a client trusts that trusts the province alone.
func (f *fixture) trusting() *tls.Config {
	c := f.browser().Transport.(*http.Transport).TLSClientConfig.Clone()
	c.NextProtos = nil
	return c
}

// A browser that does not trust the certificate comes by the relay over plain TCP.
func TestMediaOverTCP(t *testing.T) {
	f := open(t, func(c *Config) { c.MediaRelayTCP = "127.0.0.1:0" }).run()
	m := f.sitting()
	near, far := f.atBrowser(leader).call(m, ""), f.atBrowser(stranger).call(m, "turn:")
	far.say(room.Said{Watch: &[]meeting.Wish{{Station: leader, Track: meeting.Camera, Height: 180}}})
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	if err := far.media.Flows(ctx, 20); err != nil {
		t.Fatal(err)
	}
	near.until("the route", func() bool { return near.lineOf(stranger).Route == meeting.RouteRelay })
}

// Sound and pictures come over the HTTPS port to a station that has no other way,
// and HTTPS is what it was.
func TestMediaOverTheHTTPSPort(t *testing.T) {
	f := open(t).run()
	m := f.sitting()
	chair, member := f.atBrowser(leader), f.atBrowser(stranger)
	near, far := chair.call(m, ""), member.call(m, "turns:")
	near.say(room.Said{Watch: &[]meeting.Wish{{Station: stranger, Track: meeting.Camera, Height: 180}}})
	far.say(room.Said{Watch: &[]meeting.Wish{{Station: leader, Track: meeting.Camera, Height: 180}}})
	for _, c := range []*caller{near, far} {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		if err := c.media.Flows(ctx, 20); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
	near.until("the routes", func() bool {
		return near.lineOf(stranger).Route == meeting.RouteRelay && near.lineOf(leader).Route == meeting.RouteUDP
	})
	if ice := far.told.ICE; len(ice) != 1 || ice[0].Username == "" || !strings.HasPrefix(ice[0].URLs[0], "turns:localhost:") {
		t.Errorf("told in the first frame: %+v", ice)
	}
	// HTTPS by each of its protocols, at once with the relay.
	for _, protocols := range [][]string{{"h2"}, {"http/1.1"}, nil} {
		tr := &http.Transport{TLSClientConfig: f.trusting(), ForceAttemptHTTP2: slices.Contains(protocols, "h2")}
		tr.TLSClientConfig.NextProtos = protocols
		t.Cleanup(tr.CloseIdleConnections)
		resp, b := f.send(&http.Client{Transport: tr}, http.MethodGet, "https://"+f.Addr()+"/api/session", nil)
		if want := map[bool]int{true: 2, false: 1}[tr.ForceAttemptHTTP2]; resp.ProtoMajor != want || resp.StatusCode != http.StatusOK || !strings.Contains(string(b), `"needsLogin":true`) {
			t.Errorf("%v: %s %d %s", protocols, resp.Proto, resp.StatusCode, b)
		}
	}
	rec := httptest.NewRecorder()
	f.handlers.ops.ServeHTTP(rec, mustRequest(t, http.MethodGet, "/metrics"))
	metrics := rec.Body.String()
	if !strings.Contains(metrics, "khonggiay_media_relays 1\n") || strings.Contains(metrics, "khonggiay_media_relayed_bytes_total 0\n") {
		t.Errorf("%s", metrics)
	}
}

// Without the setting, or with media of another kind, nobody is told of relays, and
// the port is HTTPS alone.
func TestNoMediaOverTheHTTPSPort(t *testing.T) {
	f := open(t, func(c *Config) {
		if err := c.Set("media_relay", "off"); err != nil {
			t.Fatal(err)
		}
	}).run()
	if ice := f.atBrowser(leader).ticket(f.sitting(), "").ICE; len(ice) != 0 {
		t.Errorf("told of %+v", ice)
	}
	conn, err := tls.Dial("tcp", f.Addr(), f.trusting())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	// A request for a relay: of type 3, without attributes.
	if _, err := conn.Write([]byte("\x00\x03\x00\x00\x21\x12\xa4\x42khong-giay-1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if answer, _ := io.ReadAll(conn); !strings.HasPrefix(string(answer), "HTTP/1.1 400") {
		t.Errorf("answered %q", answer)
	}
}

// A program around the server may name other servers.
func TestOwnICEServers(t *testing.T) {
	own := []api.ICEServer{{URLs: []string{"stun:hop.example"}}}
	f := open(t, func(c *Config) { c.ICE = func(app.ID) []api.ICEServer { return own } }).run()
	if ice := f.atBrowser(leader).ticket(f.sitting(), "").ICE; len(ice) != 1 || ice[0].URLs[0] != "stun:hop.example" {
		t.Errorf("told of %+v", ice)
	}
}

func TestRelayWays(t *testing.T) {
	at := func(s ...string) (out []netip.AddrPort) {
		for _, each := range s {
			out = append(out, netip.MustParseAddrPort(each))
		}
		return out
	}
	for bound, want := range map[string]string{
		"0.0.0.0:8443":      "10.1.2.3:9000>127.0.0.1:8443",
		"[::]:8443":         "10.1.2.3:9000>127.0.0.1:8443 [2001:db8::1]:9000>[::1]:8443",
		"10.1.2.3:8443":     "10.1.2.3:9000>10.1.2.3:8443",
		"[2001:db8::1]:844": "[2001:db8::1]:9000>[2001:db8::1]:844",
	} {
		var got []string
		for _, w := range relayWays(at("10.1.2.3:9000", "[2001:db8::1]:9000"), net.UDPAddrFromAddrPort(netip.MustParseAddrPort(bound))) {
			got = append(got, w.At.String()+">"+w.Inside.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", bound, got, want)
		}
	}
	many := make([]netip.AddrPort, maxWays+2)
	for i := range many {
		many[i] = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 1)
	}
	ways := relayWays(many, &net.UDPAddr{IP: net.IPv4zero, Port: 1})
	if len(ways) != maxWays {
		t.Errorf("%d ways", len(ways))
	}
	s, err := turn.New(turn.Config{Media: ways, Realm: "hop.example", Secret: make([]byte, relaySecret)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// lineOf is what the newest frame that named the station's line said of it.
func (c *caller) lineOf(id app.ID) (l room.LineRow) {
	for _, each := range c.told.Lines {
		if each.ID == id {
			l = each
		}
	}
	return l
}
