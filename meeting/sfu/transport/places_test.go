package transport

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// TestPlaces: nobody takes a place from who is there; one that has been left is anybody's,
// and what a link has left makes room.
func TestPlaces(t *testing.T) {
	conn := udp(t, "127.0.0.1:0")
	host := listen(t, Config{Conns: []net.PacketConn{conn}})
	station := listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	h, s, hl, sl := pair(t, host, station, conn.LocalAddr().(*net.UDPAddr).AddrPort(), false)
	exchange(t, h, s, hl, sl)
	own := *hl.chosen.Load()

	// Another member says that he is there, too: in his own name, but with a false sender.
	theirs := Peer{NewCredentials(), Fingerprint{}, false}
	other, err := host.Accept(NewCredentials(), theirs, newEnd())
	if err != nil {
		t.Fatal(err)
	}
	claims := &Link{remote: other.local, local: other.remote}
	claim := func(now time.Time) *Link {
		t.Helper()
		ask, err := claims.request()
		if err != nil {
			t.Fatal(err)
		}
		return host.takeStun(own, nil, ask.Raw, now)
	}
	now := time.Now()
	if claim(now) != nil || host.at(own.addr) != hl || other.Kind() != NoWay {
		t.Error("a member takes another's address")
	}
	b := station.NewBatch()
	b.Packet(sl, packetOf(900, 50))
	b.Flush()
	h.until(t, "packets go on coming", func() bool { return h.packets[900] != nil })

	// Of so many that a link has at once, those that it has left do not count.
	at := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(1000+i))
	}
	for i := range maxAddresses {
		if !host.proved(other, at(i), now) {
			t.Fatalf("address %d is one too many", i)
		}
	}
	if host.proved(other, at(maxAddresses), now) {
		t.Error("a link has any number of addresses")
	}
	later := now.Add(wordHolds)
	if !host.proved(other, at(0), later) || !host.proved(other, at(maxAddresses), later) {
		t.Error("what a link has left counts")
	}
	if host.at(at(0)) != other || host.at(at(1)) != nil {
		t.Error("the wrong ones are left")
	}

	// What nobody has proved for long is anybody's, and nobody else is sent anything there.
	later = later.Add(time.Hour)
	if claim(later) != other || host.at(own.addr) != other || hl.Kind() != NoWay || other.Kind() != UDP {
		t.Error("an address that was left is not given to who is there")
	}
	other.Close()
	if host.at(own.addr) != nil || host.at(at(0)) != nil {
		t.Error("a link that has ended has addresses")
	}
}

// TestFalseSender: media go to another address when the peer answers from there, and not
// because a request that it may have sent under a false sender says so.
func TestFalseSender(t *testing.T) {
	conn := udp(t, "127.0.0.1:0")
	host := listen(t, Config{Conns: []net.PacketConn{conn}})
	station := listen(t, Config{Conns: []net.PacketConn{udp(t, "127.0.0.1:0")}})
	h, s, hl, sl := pair(t, host, station, conn.LocalAddr().(*net.UDPAddr).AddrPort(), false)
	exchange(t, h, s, hl, sl)
	own := *hl.chosen.Load()
	ask, err := sl.request()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := udp(t, "127.0.0.1:0")
	defer func() { _ = elsewhere.Close() }()
	if err := elsewhere.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	now, at := time.Now(), path{socket: own.socket, addr: addrOf(elsewhere.LocalAddr())}
	for range 3 {
		if host.takeStun(at, nil, ask.Raw, now) != hl {
			t.Fatal("the request is not taken")
		}
	}
	if *hl.chosen.Load() != own {
		t.Error("media go where nobody has asked for them")
	}
	// Who is asked there gets what he was sent as an answer, three times, and one request.
	var question stun.Message
	requests := 0
	for range 4 {
		buf := make([]byte, maxDatagram)
		n, _, err := elsewhere.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		var msg stun.Message
		if err := stun.Decode(buf[:n], &msg); err != nil {
			t.Fatal(err)
		}
		if msg.Type == stun.BindingRequest {
			question = msg
			requests++
		}
	}
	if requests != 1 {
		t.Fatalf("%d requests", requests)
	}
	answer := func(password string) []byte {
		return stun.MustBuild(stun.NewTransactionIDSetter(question.TransactionID), stun.BindingSuccess, stun.NewShortTermIntegrity(password), stun.Fingerprint).Raw
	}
	host.takeStun(at, nil, answer(NewCredentials().Password), now)
	host.takeStun(own, nil, answer(sl.local.Password), now)
	if *hl.chosen.Load() != own {
		t.Error("an answer from elsewhere, or of somebody else, is believed")
	}
	host.takeStun(at, nil, answer(sl.local.Password), now)
	if *hl.chosen.Load() != at {
		t.Error("the link does not follow its peer")
	}
}
