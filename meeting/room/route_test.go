package room

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// relays has the house's stations told of a relay, by the time.
func (h *house) relays() {
	h.Servers = func(station app.ID) []Server {
		return []Server{{URLs: []string{"turns:hop.example:443?transport=tcp"}, Username: string(station), Credential: time.Now().Format(time.TimeOnly)}}
	}
}

// line has the station's line be so from now on.
func (h *house) line(station app.ID, l meeting.Line) {
	h.media.mu.Lock()
	defer h.media.mu.Unlock()
	h.media.links[station].line = l
}

// beats has the page say for a time that it is there.
func (p *page) beats(d time.Duration) {
	for range int(d / (5 * time.Second)) {
		time.Sleep(5 * time.Second)
		p.say(Said{Beat: true})
		p.hear()
	}
}

var (
	silentLine = meeting.Line{Route: meeting.RouteUDP}
	relayLine  = meeting.Line{Up: true, Route: meeting.RouteRelay}
)

// TestRoutes: a station whose line is dead is asked to come over a relay, also when
// it comes back, and to try again later.
func TestRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		h.relays()
		one, two := h.come("member", ""), h.come("other", "")
		if len(one.asked) != 0 {
			t.Fatalf("asked %v at first", one.asked)
		}
		one.beats(5 * time.Second)
		h.line("member", silentLine)
		one.beats(15 * time.Second)
		if two.hear(); !slices.Equal(one.asked, []string{AskRelay}) || len(two.asked) != 0 {
			t.Fatalf("asked %v, and another %v", one.asked, two.asked)
		}
		one.say(Said{Offer: &Offer{Seq: 2, SDP: "v=0"}})
		h.line("member", relayLine)
		resume := one.last.Hello.Resume
		one.end()
		<-one.done
		one = h.arrive(Arrival{Meeting: "m", Person: "member", Resume: resume})
		one.hear()
		one.say(Said{Offer: &Offer{Seq: 1, SDP: "v=0"}})
		h.line("member", relayLine)
		if one.hear(); !slices.Equal(one.asked, []string{AskRelay}) {
			t.Fatalf("asked %v when it came back", one.asked)
		}
		one.asked = nil
		one.beats(4 * time.Minute)
		if len(one.asked) != 0 {
			t.Errorf("asked %v too soon", one.asked)
		}
		one.beats(2 * time.Minute)
		if !slices.Equal(one.asked, []string{AskDirect}) {
			t.Errorf("asked %v later", one.asked)
		}
	})
}

// TestRouteFoundByItself: a station that has left a dead line by itself is not asked
// for it, but to try again later.
func TestRouteFoundByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		h.relays()
		one := h.come("member", "")
		h.line("member", meeting.Line{Up: true, Route: meeting.RouteUDP})
		one.beats(10 * time.Second)
		h.line("member", silentLine)
		one.beats(5 * time.Second)
		h.line("member", relayLine)
		one.beats(4 * time.Minute)
		if len(one.asked) != 0 {
			t.Fatalf("asked %v", one.asked)
		}
		one.beats(2 * time.Minute)
		if !slices.Equal(one.asked, []string{AskDirect}) {
			t.Errorf("asked %v later", one.asked)
		}
	})
}

// TestAnotherRouteNotTaken: what a page has not been told yet is not asked of it when
// the opposite is.
func TestAnotherRouteNotTaken(t *testing.T) {
	m := &member{asked: []string{AskCamera}, urgent: make(chan struct{}, 1)}
	m.askRouteLocked(meeting.RouteTCP)
	m.askRouteLocked(meeting.RouteUDP)
	if !slices.Equal(m.asked, []string{AskCamera, AskDirect}) {
		t.Errorf("asked %v", m.asked)
	}
}

// TestNoRelays: a host without relays asks nobody for one.
func TestNoRelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		one := h.come("member", "")
		h.line("member", silentLine)
		one.beats(30 * time.Second)
		if len(one.asked) != 0 || one.last.ICE != nil {
			t.Errorf("asked %v, told %v", one.asked, one.last.ICE)
		}
	})
}

// TestServers: a station is told its servers at first, and again before what it was
// told holds no more.
func TestServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.Close()
		h.relays()
		one := h.come("member", "")
		first := one.last.ICE
		if len(first) != 1 || first[0].Username != "member" {
			t.Fatalf("told %+v", first)
		}
		for range 3 {
			was := one.last.ICE[0].Credential
			one.beats(ServersFor / 2)
			one.beats(5 * time.Second)
			if one.last.ICE[0].Credential == was {
				t.Fatalf("still told %+v", one.last.ICE)
			}
		}
	})
}
