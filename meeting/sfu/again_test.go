package sfu

import (
	"testing"

	"github.com/pion/rtcp"

	"khonggiay/meeting"
)

// TestAskedWithoutEnd: a station that asks for everything again, all the time, is
// sent no more again than it is sent in the first place.
func TestAskedWithoutEnd(t *testing.T) {
	s := newStand(t)
	an, binh := s.join("an", 1), s.join("binh", 1)
	binh.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 100}})
	an.station.Allow(meeting.Sends{Camera: true})
	stop := every(t, func(n uint16) { an.filmSized(0, n, n%20 == 0, 1000) })
	defer stop()
	first := func() (n int) {
		seen := map[uint16]bool{}
		for _, p := range binh.got["video0"] {
			seen[p.SequenceNumber] = true
		}
		return len(seen)
	}
	binh.until("pictures", func() bool { return first() > 200 })
	binh.mu.Lock()
	source, before := binh.got["video0"][0].SSRC, first()
	binh.mu.Unlock()
	_, sentBefore := binh.station.link.Load().Sent()
	ask := every(t, func(uint16) {
		binh.mu.Lock()
		last := binh.got["video0"][len(binh.got["video0"])-1].SequenceNumber
		binh.mu.Unlock()
		nack := &rtcp.TransportLayerNack{MediaSSRC: source}
		for back := uint16(0); back < 17*20; back += 17 {
			nack.Nacks = append(nack.Nacks, rtcp.NackPair{PacketID: last - back - 17, LostPackets: 0xffff})
		}
		if err := binh.pc.WriteRTCP([]rtcp.Packet{nack}); err != nil {
			t.Error(err)
		}
	})
	binh.until("more pictures", func() bool { return first() > before+300 })
	ask()
	_, sent := binh.station.link.Load().Sent()
	binh.mu.Lock()
	defer binh.mu.Unlock()
	if originals := uint64(first()-before) * 1100; sent-sentBefore > 3*originals {
		t.Errorf("%d bytes were sent for %d", sent-sentBefore, originals)
	}
}
