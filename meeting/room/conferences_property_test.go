package room

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"khonggiay/app"
	"khonggiay/meeting"
)

// step is something that a station says.
type step struct {
	by   app.ID
	said Said
}

func drawSteps(t *rapid.T, stations []app.ID) (out []step) {
	for range rapid.IntRange(1, 12).Draw(t, "steps") {
		s := step{by: rapid.SampledFrom(stations).Draw(t, "by"), said: Said{N: 1}}
		on := rapid.Bool().Draw(t, "on")
		if rapid.Bool().Draw(t, "wants") {
			s.said.Sends = &meeting.Sends{Audio: on, Camera: !on, Screen: on}
		} else {
			s.said.Do = &meeting.Do{Act: rapid.SampledFrom([]meeting.Act{meeting.ActMuteAll, meeting.ActMute, meeting.ActFloor, meeting.ActMode, meeting.ActCamera,
				meeting.ActScreen, meeting.ActRemove, meeting.ActLobby}).Draw(t, "act"), On: on,
				Station: rapid.SampledFrom(stations).Draw(t, "whom"), Mode: rapid.SampledFrom(meeting.FloorModes).Draw(t, "mode")}
		}
		out = append(out, s)
	}
	return out
}

// Whatever stations say, what the media server lets through is what the rules
// allow, and nobody without the floor is heard while all are muted.
func TestWhatIsLetThrough(t *testing.T) {
	stations := []app.ID{"chair", "operator", "a", "p1", "p2"}
	rapid.Check(t, func(rt *rapid.T) {
		steps := drawSteps(rt, stations)
		var err error
		synctest.Test(t, func(t *testing.T) { err = play(t, stations, steps) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// play has the stations come in and say their steps.
func play(t *testing.T, stations []app.ID, steps []step) (err error) {
	h := newHouse(t)
	defer h.Close()
	pages := map[app.ID]*page{}
	for _, id := range stations {
		person, point := id, app.ID("")
		if id == "p1" || id == "p2" {
			person, point = "t-"+id, id
		}
		pages[id] = h.come(person, point)
	}
	for _, s := range steps {
		b, err := json.Marshal(s.said)
		if err != nil {
			return err
		}
		for _, p := range pages {
			p.hear()
		}
		select {
		case pages[s.by].up <- b:
		case <-pages[s.by].closed: // removed
		}
		synctest.Wait()
		if err := h.check(); err != nil {
			return fmt.Errorf("after %s said %s: %w", s.by, b, err)
		}
	}
	for _, p := range pages {
		p.end()
		_ = p.over()
	}
	return nil
}

func (h *house) check() error {
	c, _, err := h.Look(h.t.Context(), "m")
	if err != nil {
		return err
	}
	h.media.mu.Lock()
	defer h.media.mu.Unlock()
	for id, l := range h.media.links {
		switch {
		case l.closed:
		case l.allowed == nil || *l.allowed != c.Sends(id):
			return fmt.Errorf("%s: the media server lets %+v through, the rules %+v", id, l.allowed, c.Sends(id))
		case c.MutedAll && l.allowed.Audio && id != "chair" && !slices.Contains(c.Holders(), id):
			return fmt.Errorf("%s is heard", id)
		}
	}
	return nil
}
