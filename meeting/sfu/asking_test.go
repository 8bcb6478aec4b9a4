package sfu

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtcp"

	"khonggiay/app"
)

// TestKeyFramesAskedWithoutEnd: who asks for a key frame all the time gets a few, and
// then one in a while, and is helped at once again when he has been quiet.
func TestKeyFramesAskedWithoutEnd(t *testing.T) {
	f, to := newFeed(t)
	f.film(77, 0, true)
	small := f.from.sources[1].layers[0]
	raw, err := (&rtcp.PictureLossIndication{MediaSSRC: to.video[0].source}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-to.conference.wake:
	default:
	}
	ask := func(span time.Duration) (passed int) {
		for end := f.now.Add(span); f.now.Before(end); f.now = f.now.Add(100 * time.Millisecond) {
			small.wantsKey.Store(false)
			to.Control(f.batch, raw, f.now)
			if small.wantsKey.Load() {
				passed++
			}
		}
		return passed
	}
	for _, c := range []struct {
		what        string
		span        time.Duration
		least, most int
	}{{"one second", time.Second, 3, 3}, {"ten more", 10 * time.Second, 3, 4}, {"a minute more", time.Minute, 7, 8}} {
		if got := ask(c.span); got < c.least || got > c.most {
			t.Errorf("%s: %d requests are passed on", c.what, got)
		}
	}
	f.now = f.now.Add(asksRenew)
	if got := ask(time.Second); got != 3 {
		t.Errorf("after quiet: %d requests are passed on", got)
	}
	if len(to.conference.wake) > 0 {
		t.Error("a request is not left to the next round")
	}
	f.now = f.now.Add(asksRenew)
	to.video[0].helpless = true
	if got := ask(10 * time.Second); got > 2 {
		t.Errorf("for a slot that nothing helps %d requests are passed on", got)
	}
}

// TestControlIsBounded: of a flood of RTCP so much is read in a second.
func TestControlIsBounded(t *testing.T) {
	f, to := newFeed(t)
	raw, err := (&rtcp.PictureLossIndication{MediaSSRC: to.video[0].source}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		var many []byte
		for range 100 {
			many = append(many, raw...)
		}
		to.Control(f.batch, many, f.now)
	}
	if got := to.video[0].asked; got != mostControl {
		t.Errorf("%d messages are read", got)
	}
	f.now = f.now.Add(time.Second)
	to.Control(f.batch, raw, f.now)
	if got := to.video[0].asked; got != mostControl+1 {
		t.Errorf("%d messages are read a second later", got)
	}
}

// TestRounds: however often something should not wait, all stations are looked at
// every five milliseconds at most.
func TestRounds(t *testing.T) {
	f, _ := newFeed(t)
	server := f.from.server
	synctest.Test(t, func(t *testing.T) {
		c := newConference(server, "hop")
		st := &Station{server: server, conference: c, slots: map[uint32]*slot{}}
		c.stations[app.ID("an")] = st
		st.out.begin(true)
		c.replace()
		go c.run()
		rounds := 0
		for range 1000 {
			st.anew.Store(true)
			c.stir()
			time.Sleep(time.Millisecond)
			synctest.Wait()
			if !st.anew.Load() {
				rounds++
			}
		}
		close(c.ended)
		if rounds < 150 || rounds > 201 {
			t.Errorf("%d rounds in a second", rounds)
		}
	})
}
