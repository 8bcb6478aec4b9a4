package sfu

import (
	"sync"
	"testing"

	"khonggiay/app"
	"khonggiay/meeting"
)

// TestGoneWatchesNothing: a station that goes while it is decided what it sees sees
// nothing from then on.
func TestGoneWatchesNothing(t *testing.T) {
	f, to := newFeed(t)
	f.film(77, 0, true)
	small := f.from.sources[1].layers[0]
	if len(*small.watchers.Load()) != 1 {
		t.Fatal("nobody watches")
	}
	to.Gone()
	to.allot(f.now)
	if n, wishes := len(*small.watchers.Load()), small.wishes.Load(); n != 0 || wishes != 0 {
		t.Errorf("%d slots of nobody take from the layer, %d would", n, wishes)
	}
}

// TestWaitingIsBounded: when nothing is sent for long, no more waits than a second of
// the line bears.
func TestWaitingIsBounded(t *testing.T) {
	var o outgoing
	const pace = 1_000_000
	for range 10_000 {
		o.wait(make([]byte, 1000), restLast, pace)
	}
	if most := pace/8 + 1000; o.queued > most || len(o.queue[restLast]) > most/1000 {
		t.Errorf("%d bytes wait, in %d packets", o.queued, len(o.queue[restLast]))
	}
}

// TestGoneIsNotHeard: who has been taken out is not heard or seen, whatever he goes
// on sending, and keeps nobody from the floor.
func TestGoneIsNotHeard(t *testing.T) {
	f, to := newFeed(t)
	voices := f.from.conference.speakers
	voices.floor([]app.ID{"an", "binh"})
	f.say(78, 1)
	f.film(77, 1, true)
	ear, eye := to.audio[0], to.video[0]
	if ear.packets != 1 || eye.packets != 1 {
		t.Fatalf("%d and %d packets while he is there", ear.packets, eye.packets)
	}
	var sending sync.WaitGroup
	sending.Go(func() {
		for n := range 500 {
			f.say(78, 2+n)
			f.film(77, 2+n, false)
		}
	})
	f.from.Gone()
	to.mu.Lock()
	heard, seen := ear.packets, eye.packets
	to.mu.Unlock()
	sending.Wait()
	f.from.Allow(meeting.Sends{Audio: true, Camera: true})
	f.say(78, 1000)
	f.film(77, 1000, true)
	to.mu.Lock()
	defer to.mu.Unlock()
	if ear.packets != heard || eye.packets != seen {
		t.Errorf("%d packets of sound and %d of the picture come from who has gone", ear.packets-heard, eye.packets-seen)
	}
	if slots, _, _ := voices.now(); slots != [meeting.AudioSlots]app.ID{} || len(voices.voices) > 0 {
		t.Errorf("who has gone is heard in %q", slots)
	}
	if slot, _ := voices.take(to, 90, f.now); slot != floorSlot {
		t.Errorf("the other holder is heard in slot %d", slot)
	}
}
