package sfu

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khonggiay/app"
	"khonggiay/meeting"
)

// hall is speakers with an own clock.
type hall struct {
	*speakers
	now      time.Time
	stations map[app.ID]*Station
}

func newHall() *hall {
	return &hall{newSpeakers(), time.Unix(1_800_000_000, 0), map[app.ID]*Station{}}
}

func (h *hall) station(id app.ID) *Station {
	if h.stations[id] == nil {
		h.stations[id] = &Station{id: id}
	}
	return h.stations[id]
}

// speak has stations send sound for a while, each as loud as it says.
func (h *hall) speak(span time.Duration, levels map[app.ID]uint8) {
	ids := []app.ID{}
	for id := range levels {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for end := h.now.Add(span); h.now.Before(end); h.now = h.now.Add(20 * time.Millisecond) {
		for _, id := range ids {
			h.take(h.station(id), levels[id], h.now)
		}
		h.settle(h.now)
	}
}

func (h *hall) heard() []app.ID {
	slots, _, _ := h.speakers.now()
	out := []app.ID{}
	for _, id := range slots {
		if id != "" {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (h *hall) hears(t *testing.T, what string, want ...app.ID) {
	t.Helper()
	if got := h.heard(); !slices.Equal(got, want) {
		t.Errorf("%s: %v is heard, want %v", what, got, want)
	}
}

func TestLoudest(t *testing.T) {
	h := newHall()
	h.speak(time.Second, map[app.ID]uint8{"a": 20, "b": 30, "c": 40, "d": 45, "e": silence})
	h.hears(t, "three of those who speak", "a", "b", "c")
	h.speak(2*time.Second, map[app.ID]uint8{"a": 20, "b": 30, "c": 40, "d": 15, "e": silence})
	h.hears(t, "who becomes much louder takes the quietest's place", "a", "b", "d")
	h.speak(2*time.Second, map[app.ID]uint8{"a": 20, "b": silence, "c": 40, "d": 15})
	h.hears(t, "who is silent makes room", "a", "c", "d")
	h.speak(3*time.Second, map[app.ID]uint8{"a": 20})
	h.hears(t, "who sends nothing is let go", "a")
	if _, _, speaking := h.speakers.now(); speaking != "a" {
		t.Errorf("%q speaks", speaking)
	}
	h.forget(h.station("a"))
	h.hears(t, "who is muted is not heard")
}

func TestFloorIsHeard(t *testing.T) {
	h := newHall()
	h.floor([]app.ID{"z"})
	h.speak(time.Second, map[app.ID]uint8{"a": 10, "b": 10, "c": 10, "d": 10, "z": 90})
	h.hears(t, "the floor is heard however quiet", "a", "b", "c", "z")
	h.floor([]app.ID{"z", "y"})
	h.speak(time.Second, map[app.ID]uint8{"a": 10, "b": 10, "c": 10, "d": 10, "y": 60, "z": 90})
	got := h.heard()
	if !slices.Contains(got, "z") || !slices.Contains(got, "y") || len(got) != meeting.AudioSlots {
		t.Errorf("two have the floor, heard are %v", got)
	}
	h.floor(nil)
	h.speak(3*time.Second, map[app.ID]uint8{"a": 10, "b": 10, "c": 10, "y": silence, "z": silence})
	h.hears(t, "the floor is taken back", "a", "b", "c")
}

// TestFloorWithoutSound: one who has the floor, and whose line is gone, keeps nobody
// else from being heard for it, and is heard again when he comes back.
func TestFloorWithoutSound(t *testing.T) {
	h := newHall()
	h.floor([]app.ID{"y", "z"})
	h.speak(time.Second, map[app.ID]uint8{"a": 10, "b": 10, "c": 10, "z": 20})
	h.speak(4*time.Second, map[app.ID]uint8{"a": 10, "b": 10, "c": 10, "y": 90})
	if v := h.slots[floorSlot]; v == nil || v.station.id != "y" {
		t.Errorf("heard for the floor is %+v", v)
	}
	h.floor([]app.ID{"z"})
	h.speak(time.Second, map[app.ID]uint8{"a": 10, "b": 10, "c": 10, "z": 90})
	h.hears(t, "who is back", "a", "b", "c", "z")
}

// TestNoLevel: one who does not say how loud he is is heard while there is room, gives
// way to who speaks, and for who speaks only while nobody else does.
func TestNoLevel(t *testing.T) {
	h := newHall()
	h.speak(2*time.Second, map[app.ID]uint8{"x": unsaid, "a": 40})
	h.hears(t, "there is room", "a", "x")
	if _, _, speaking := h.speakers.now(); speaking != "a" {
		t.Errorf("%q speaks", speaking)
	}
	h.speak(2*time.Second, map[app.ID]uint8{"x": unsaid, "a": 40, "b": 30, "c": 30})
	h.hears(t, "three speak", "a", "b", "c")
	h.speak(4*time.Second, map[app.ID]uint8{"x": unsaid})
	h.hears(t, "there is room again", "x")
	if _, _, speaking := h.speakers.now(); speaking != "x" {
		t.Errorf("%q speaks", speaking)
	}
	h.speak(3*time.Second, map[app.ID]uint8{"a": 40})
	h.hears(t, "who sends nothing is let go", "a")
}

// TestSpeakersProperty: whatever happens, nobody is heard twice, at most the three
// loudest and the floor are heard, and the last slot is the floor's.
func TestSpeakersProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHall()
		ids := []app.ID{"a", "b", "c", "d", "e", "f"}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				h.floor(rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 3, rapid.ID).Draw(t, "floor"))
			case 1:
				h.forget(h.station(rapid.SampledFrom(ids).Draw(t, "muted")))
			default:
				h.speak(time.Duration(rapid.IntRange(20, 900).Draw(t, "ms"))*time.Millisecond, rapid.MapOfN(rapid.SampledFrom(ids), rapid.Uint8Range(0, 127), 0, 6).Draw(t, "levels"))
			}
			got := h.heard()
			if len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Fatalf("twice: %v", got)
			}
			if v := h.slots[floorSlot]; v != nil && !h.holds(v) {
				t.Fatalf("%s has the floor's slot", v.station.id)
			}
			for i, v := range h.slots {
				if v != nil && v.slot != i {
					t.Fatalf("slot %d says %d", i, v.slot)
				}
			}
		}
	})
}
