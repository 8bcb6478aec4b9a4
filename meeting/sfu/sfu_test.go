package sfu

import (
	"fmt"
	"testing"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// every calls fn every few milliseconds with a growing number until stop is called.
func every(t *testing.T, fn func(n uint16)) (stop func()) {
	t.Helper()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for n := uint16(0); ; n++ {
			select {
			case <-end:
				return
			case <-tick.C:
				fn(n)
			}
		}
	}()
	return func() { close(end); <-ended }
}

// TestHearAndSee: what one is allowed to send the other is sent, without a gap, and
// with a picture that begins with a key frame; nobody hears himself.
func TestHearAndSee(t *testing.T) {
	s := newStand(t)
	an, binh := s.join("an", 2), s.join("binh", 2)
	binh.station.Watch([]meeting.Wish{{Slot: 1, Station: "an", Track: meeting.Camera, Height: 300}})
	stop := every(t, func(n uint16) {
		an.say(n, 20)
		an.film(0, n, n%50 == 0)
		an.film(1, n, n%50 == 0)
	})
	an.mu.Lock()
	if len(binh.got) > 0 {
		t.Error("something is let through that is not allowed")
	}
	an.mu.Unlock()
	an.station.Allow(meeting.Sends{Audio: true, Camera: true})
	binh.until("sound and pictures", func() bool { return len(binh.got["audio0"]) > 20 && len(binh.got["video1"]) > 60 })
	binh.until("who is where", func() bool {
		return binh.slots.Audio[0] == "an" && len(binh.slots.Video) == 1 && binh.slots.Video[0] == meeting.Shown{Slot: 1, Station: "an", Track: meeting.Camera, Height: 360}
	})
	binh.until("who speaks", func() bool { return binh.speaking == "an" })
	an.until("it hears nobody", func() bool { return len(an.slots.Audio) == meeting.AudioSlots && an.slots.Audio[0] == "" })
	stop()
	binh.mu.Lock()
	defer binh.mu.Unlock()
	an.mu.Lock()
	defer an.mu.Unlock()
	if len(an.got) > 0 {
		t.Error("an hears himself")
	}
	for name := range binh.got {
		all := binh.inOrder(name)
		for i, p := range all[1:] {
			if p.SequenceNumber != all[i].SequenceNumber+1 {
				t.Errorf("%s: %d after %d", name, p.SequenceNumber, all[i].SequenceNumber)
			}
		}
	}
	if first := binh.inOrder("video1")[0].Payload; first[4]&1 != 0 {
		t.Error("the picture begins in the middle")
	}
	if an.keys == 0 {
		t.Error("nobody asked for a key frame")
	}
}

// TestLayers: a larger picture is a larger layer, from its next key frame on; to the
// receiver it is one stream.
func TestLayers(t *testing.T) {
	s := newStand(t)
	an, binh := s.join("an", 1), s.join("binh", 1)
	an.station.Allow(meeting.Sends{Camera: true})
	an.until("nothing is wanted", func() bool { w := an.wanted[meeting.Camera]; return len(w) == 2 && !w[0] && !w[1] })
	watch := func(height int) {
		binh.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: height}})
	}
	stop := every(t, func(n uint16) {
		an.film(0, n, n%20 == 0)
		an.film(1, n, n%20 == 0)
	})
	shown := func(height int) func() bool {
		return func() bool { return len(binh.slots.Video) == 1 && binh.slots.Video[0].Height == height }
	}
	watch(200)
	binh.until("small", shown(360))
	an.until("only the small one is wanted", func() bool { w := an.wanted[meeting.Camera]; return w[0] && !w[1] })
	watch(720)
	binh.until("large", shown(720))
	an.until("only the large one is wanted", func() bool { w := an.wanted[meeting.Camera]; return !w[0] && w[1] })
	watch(100)
	binh.until("small again", shown(360))
	binh.station.Watch(nil)
	binh.until("nothing", func() bool { return len(binh.slots.Video) == 0 })
	an.until("nothing is wanted any more", func() bool { w := an.wanted[meeting.Camera]; return !w[0] && !w[1] })
	stop()
	binh.mu.Lock()
	defer binh.mu.Unlock()
	all := binh.inOrder("video0")
	picture := func(i int) uint16 { return uint16(all[i].Payload[2]&0x7f)<<8 | uint16(all[i].Payload[3]) }
	for i := 1; i < len(all); i++ {
		if all[i].SequenceNumber != all[i-1].SequenceNumber+1 || picture(i) != (picture(i-1)+1)&0x7fff {
			t.Fatalf("%d: packet %d picture %d after %d, %d", i, all[i].SequenceNumber, picture(i), all[i-1].SequenceNumber, picture(i-1))
		}
		if d := int32(all[i].Timestamp - all[i-1].Timestamp); d <= 0 || d > 90000 {
			t.Errorf("%d: the time leaps by %d", i, d)
		}
	}
}

// TestH264: a camera in H.264 begins with its parameter sets, and a larger layer
// goes on without a gap.
func TestH264(t *testing.T) {
	s := newStand(t)
	s.h264 = true
	an, binh := s.join("an", 1), s.join("binh", 1)
	an.station.Allow(meeting.Sends{Camera: true})
	defer every(t, func(n uint16) {
		an.filmH264(0, n, n%20 == 0)
		an.filmH264(1, n, n%20 == 0)
	})()
	for _, height := range []int{100, 720} {
		binh.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: height}})
		binh.until("pictures", func() bool {
			return len(binh.slots.Video) == 1 && binh.slots.Video[0].Height == 720 && len(binh.got["video0"]) > height/10
		})
	}
	binh.mu.Lock()
	defer binh.mu.Unlock()
	all := binh.inOrder("video0")
	if first := all[0].Payload; first[0] != 24 {
		t.Errorf("the picture begins with % x", first)
	}
	for i, p := range all[1:] {
		if p.SequenceNumber != all[i].SequenceNumber+1 {
			t.Errorf("%d after %d", p.SequenceNumber, all[i].SequenceNumber)
		}
	}
}

// TestHardMute: what is no longer allowed stops at the server, whatever is sent.
func TestHardMute(t *testing.T) {
	s := newStand(t)
	an, binh := s.join("an", 1), s.join("binh", 1)
	binh.station.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 100}})
	an.station.Allow(meeting.Sends{Audio: true, Camera: true})
	stop := every(t, func(n uint16) {
		an.say(n, 20)
		an.film(0, n, n%20 == 0)
	})
	defer stop()
	binh.until("it is heard and seen", func() bool { return len(binh.got["audio0"]) > 5 && len(binh.got["video0"]) > 5 })
	an.station.Allow(meeting.Sends{})
	binh.until("no slots", func() bool {
		return binh.slots.Audio[0] == "" && (len(binh.slots.Video) == 0 || binh.slots.Video[0].Height == 0)
	})
	heard := func() (n int) {
		binh.mu.Lock()
		defer binh.mu.Unlock()
		return len(binh.got["audio0"]) + len(binh.got["video0"])
	}
	before := heard()
	received := func() int { line := an.station.Line(); return line.RateUp }
	an.until("it goes on sending", func() bool { return received() > 0 || pokePeer(an) })
	if after := heard(); after != before {
		t.Errorf("%d packets came through", after-before)
	}
}

// pokePeer has until look again in a moment.
func pokePeer(p *peer) bool {
	time.AfterFunc(50*time.Millisecond, func() { p.note(func() {}) })
	return false
}

// TestChannel: messages go both ways.
func TestChannel(t *testing.T) {
	s := newStand(t)
	an := s.join("an", 1)
	an.until("the host's message comes", func() bool {
		an.station.Send("follow", []byte("trang 3"))
		return len(an.heard) > 0 && an.heard[0] == "trang 3" || pokePeer(an)
	})
	if err := an.channel.SendText("trang 4"); err != nil {
		t.Fatal(err)
	}
	an.until("the station's message comes", func() bool { return len(an.messages) > 0 && an.messages[0] == "follow:trang 4" })
}

// TestRejoin: who comes again takes his own place.
func TestRejoin(t *testing.T) {
	s := newStand(t)
	an, binh := s.join("an", 1), s.join("binh", 1)
	again := s.join("an", 1)
	an.until("the first is gone", func() bool { return an.gone })
	again.station.Allow(meeting.Sends{Audio: true})
	defer every(t, func(n uint16) { again.say(n, 20) })()
	binh.until("the second is heard", func() bool { return len(binh.got["audio0"]) > 5 })
}

// TestFloorBefore: who has the floor before anybody is there has it when he comes,
// and when all have left and come again.
func TestFloorBefore(t *testing.T) {
	s := newStand(t)
	s.server.Floor("hop", []app.ID{"an"})
	last := fmt.Sprintf("audio%d", floorSlot)
	for range 2 {
		an, binh := s.join("an", 1), s.join("binh", 1)
		an.station.Allow(meeting.Sends{Audio: true})
		stop := every(t, func(n uint16) { an.say(n, 100) })
		binh.until("the floor is heard however quiet", func() bool { return len(binh.got[last]) > 5 && binh.slots.Audio[floorSlot] == "an" })
		stop()
		for _, p := range []*peer{an, binh} {
			p.station.Close()
			p.until("it is gone", func() bool { return p.gone })
		}
	}
}
