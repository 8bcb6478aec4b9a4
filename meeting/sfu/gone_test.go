package sfu

import "testing"

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
