package room

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// follower is a station's data channel, and what came over it.
type follower struct {
	*Channel
	mu   sync.Mutex // guards told
	told []Told
	end  context.CancelFunc
	done chan error
}

func follow(t *testing.T, r *Relay, person app.ID) *follower {
	f := &follower{done: make(chan error, 1)}
	f.Channel = NewChannel(func(b []byte) {
		var told Told
		if err := json.Unmarshal(b, &told); err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.told = append(f.told, told)
	})
	ctx, cancel := context.WithCancel(context.Background())
	f.end = cancel
	go func() { f.done <- r.Follow(ctx, f.Channel, "m", person) }()
	return f
}

// came is what has come so far.
func (f *follower) came() []Told {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.told)
}

func (f *follower) say(t *testing.T, a Asked) {
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	f.Message(b)
	synctest.Wait()
}

func last(told []Told) Told { return told[len(told)-1] }

func at(page int) *meeting.Place { return &meeting.Place{Material: "tl", Page: page} }

// A place is told again while it is fresh, and an old one changes nothing.
func TestFollowingOverADataChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		chair := connect(t, r, "chair")
		chair.hear()
		leads, member := follow(t, r, "chair"), follow(t, r, "member")
		synctest.Wait()
		if told := chair.hear(); *told.Here != 1 {
			t.Errorf("%d persons are counted", *told.Here)
		}
		chair.ask(Asked{Take: true})
		chair.hear()
		first := chair.last.Seq
		leads.say(t, Asked{Seq: 10, Place: at(7)})
		leads.say(t, Asked{Seq: 9, Place: at(6)})
		leads.say(t, Asked{Seq: 11, Point: &meeting.Point{Page: 7, X: 5, Y: 5}})
		leads.say(t, Asked{Seq: 8, NoPoint: true})
		leads.say(t, Asked{Place: at(9)})                // without a number
		leads.say(t, Asked{Seq: 12, Take: true})         // not for a channel
		member.say(t, Asked{Seq: 99, Place: at(1)})      // does not lead
		member.Message([]byte(`{"seq":1,"place":null}`)) // nothing
		if n := len(member.came()); n > 2 {
			t.Errorf("%d frames within the same moment", n)
		}
		time.Sleep(restFor)
		synctest.Wait()
		told := last(member.came())
		if told.Lead.By != "chair" || told.Lead.Place.Page != 7 || told.Lead.Point == nil || told.Host != "" {
			t.Fatalf("the member follows to %+v", told.Lead)
		}
		if got := chair.hear(); got.Lead.Place.Page != 7 || got.Seq != told.Seq || got.Seq <= first {
			t.Errorf("over the connection: %+v, seq %d, was %d; over the channel %d", got.Lead, got.Seq, first, told.Seq)
		}
		n := len(member.came())
		time.Sleep(time.Minute)
		synctest.Wait()
		if again := len(member.came()) - n; again < 8 || again > 10 {
			t.Errorf("told %d times again", again)
		}
		for _, each := range member.came()[n:] {
			if each.Seq != told.Seq {
				t.Errorf("told again with seq %d, was %d", each.Seq, told.Seq)
			}
		}
		// The same place again is no news.
		n = len(member.came())
		leads.say(t, Asked{Seq: 20, Place: at(7)})
		if len(member.came()) != n {
			t.Error("a repeated place is told")
		}
		chair.end()
		<-chair.done
		time.Sleep(restFor)
		synctest.Wait()
		if told := last(member.came()); told.Lead.By != "" || told.Seq <= first {
			t.Errorf("the leader has gone: %+v", told)
		}
		for _, f := range []*follower{leads, member} {
			f.end()
			<-f.done
		}
		if len(r.rooms) != 0 {
			t.Errorf("%d rooms are left", len(r.rooms))
		}
	})
}

// What is taken from a reader is kept, although the reader reads on into the same
// memory: a place with the pointer close behind it is not lost.
func TestMessagesInTheSameMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		chair, leads := connect(t, r, "chair"), follow(t, r, "chair")
		chair.ask(Asked{Take: true})
		chair.hear()
		memory := make([]byte, 100)
		for _, text := range []string{`{"seq":1,"place":{"material":"tl","page":7}}`, `{"seq":2,"point":{"page":7,"x":5}}`} {
			leads.Message(memory[:copy(memory, text)])
		}
		time.Sleep(restFor)
		synctest.Wait()
		if lead := last(leads.came()).Lead; lead.Place == nil || lead.Place.Page != 7 || lead.Point == nil || lead.Point.X != 5 {
			t.Errorf("they lead to %+v", lead)
		}
		for _, end := range []func(){chair.end, leads.end} {
			end()
		}
		<-chair.done
		<-leads.done
	})
}

// A data channel follows the page alone: that records have changed at the place is
// told over the connection.
func TestRecordsAreNothingForADataChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		beside := follow(t, r, "member")
		synctest.Wait()
		n := len(beside.came())
		r.Changed("m", []app.Key{{Kind: app.KindSession, ID: "s"}})
		synctest.Wait()
		if got := beside.came()[n:]; len(got) > 0 {
			t.Errorf("told of it: %+v", got)
		}
		beside.end()
		<-beside.done
	})
}

// Who takes the lead anew, from a machine whose clock is behind, turns pages at once.
func TestLeadingFromAnotherClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRelay()
		first, second := connect(t, r, "chair"), connect(t, r, "chair")
		first.ask(Asked{Take: true})
		first.ask(Asked{Seq: 5000, Place: at(3)})
		first.ask(Asked{Seq: 5001, Point: &meeting.Point{Page: 3}})
		first.hear()
		second.hear()
		second.ask(Asked{Take: true})
		second.ask(Asked{Seq: 4000, Place: at(8)})
		second.ask(Asked{Seq: 4001, Point: &meeting.Point{Page: 8, X: 1}})
		if lead := second.hear().Lead; lead.Place.Page != 8 || lead.Point == nil || lead.Point.X != 1 {
			t.Errorf("everybody is led to %+v, %+v", lead.Place, lead.Point)
		}
		first.end()
		second.end()
		<-first.done
		<-second.done
	})
}
