package sfu

import (
	"slices"
	"sync"
	"time"

	"khonggiay/app"
	"khonggiay/meeting"
)

// Sound is loud from this level on, in dB below the loudest (RFC 6464).
const (
	loudFrom  = 50
	silence   = 127
	unsaid    = 255                    // no level is said, as by some encoders: it counts as hardly loud
	floorSlot = meeting.AudioSlots - 1 // the loudest have those before it
	// giveUp is how long a slot stays with somebody who says nothing, while another
	// wants it; keepSlot when nobody does.
	giveUp  = 400 * time.Millisecond
	louder  = 6.0 // dB by which somebody takes the slot of somebody who speaks
	pause   = 1200 * time.Millisecond
	settles = 300 * time.Millisecond // for which a dominant speaker must be the loudest
)

// speakers decides whose sound is forwarded: the three loudest, and who has the
// floor. The choice is the same for all stations.
type speakers struct {
	mu       sync.Mutex
	slots    [meeting.AudioSlots]*voice
	voices   map[*Station]*voice
	holders  []app.ID
	turn     uint64 // counts changes of the slots
	speaking app.ID
	next     app.ID // who may become it
	since    time.Time
}

// voice is one station's sound.
type voice struct {
	station *Station
	slot    int     // -1 = none
	level   float64 // smoothed, dB above silence
	unsaid  bool    // who says no level speaks only when nobody else does
	loud    time.Time
	seen    time.Time
}

func newSpeakers() *speakers { return &speakers{voices: map[*Station]*voice{}} }

func (s *speakers) floor(holders []app.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holders = slices.Clone(holders)
	if v := s.slots[floorSlot]; v != nil && !s.holds(v) {
		s.free(v)
	}
}

func (s *speakers) holds(v *voice) bool { return slices.Contains(s.holders, v.station.id) }

func (s *speakers) free(v *voice) {
	if v.slot >= 0 {
		s.slots[v.slot] = nil
		v.slot = -1
		s.turn++
	}
}

func (s *speakers) give(v *voice, slot int) {
	s.free(v)
	if other := s.slots[slot]; other != nil {
		s.free(other)
	}
	s.slots[slot], v.slot = v, slot
	s.turn++
}

// forget takes a station out, or its sound away.
func (s *speakers) forget(st *Station) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.voices[st]; v != nil {
		s.free(v)
		delete(s.voices, st)
	}
}

// take is told of every packet of sound that is let through, with its level, and
// answers the slot that it is forwarded in, -1 for none, and whether a station that
// can hear one voice alone hears this: the floor's, or that of who speaks.
func (s *speakers) take(st *Station, level uint8, now time.Time) (slot int, leads bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slot = s.choose(st, level, now)
	if s.slots[floorSlot] != nil {
		return slot, slot == floorSlot
	}
	return slot, slot >= 0 && (s.speaking == st.id || s.speaking == "")
}

func (s *speakers) choose(st *Station, level uint8, now time.Time) int {
	v := s.voices[st]
	if v == nil {
		v = &voice{station: st, slot: -1}
		s.voices[st] = v
	}
	v.seen = now
	if v.unsaid = level == unsaid; v.unsaid {
		level = loudFrom - 1
	}
	v.level += (float64(silence-min(level, silence)) - v.level) / 8
	if level < loudFrom {
		v.loud = now
	}
	if s.holds(v) {
		if v.slot < 0 || v.slot != floorSlot && s.slots[floorSlot] == nil {
			if holder := s.slots[floorSlot]; holder == nil || !s.holds(holder) {
				s.give(v, floorSlot)
				return v.slot
			}
		} else {
			return v.slot
		}
	}
	if v.slot < 0 && (level < loudFrom || s.holds(v)) {
		if slot := s.vacant(v, now); slot >= 0 {
			s.give(v, slot)
		}
	}
	return v.slot
}

// vacant is a slot that somebody may have: an empty one, or that of who speaks no
// more, or of who is much quieter. Who has the floor is heard before others.
func (s *speakers) vacant(v *voice, now time.Time) int {
	best, worst := -1, 0.0
	for i := range floorSlot {
		other := s.slots[i]
		if other == nil {
			return i
		}
		rank := other.level
		switch {
		case s.holds(other):
			continue
		case s.holds(v), now.Sub(other.loud) > giveUp:
			rank -= silence
		case v.level < other.level+louder:
			continue
		}
		if best < 0 || rank < worst {
			best, worst = i, rank
		}
	}
	return best
}

// settle lets slots go that nothing comes for any more, and decides who speaks.
func (s *speakers) settle(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var top *voice
	for _, v := range s.slots {
		if v == nil {
			continue
		}
		if now.Sub(v.seen) > 2*pause {
			s.free(v)
			continue
		}
		if now.Sub(v.loud) < pause && (top == nil || top.unsaid && !v.unsaid || top.unsaid == v.unsaid && v.level > top.level) {
			top = v
		}
	}
	var id app.ID
	if top != nil {
		id = top.station.id
	}
	if id != s.next {
		s.next, s.since = id, now
	}
	if s.next != s.speaking && now.Sub(s.since) >= settles {
		s.speaking = s.next
	}
}

// now is who has which slot, which turn of it that is, and who speaks.
func (s *speakers) now() (slots [meeting.AudioSlots]app.ID, turn uint64, speaking app.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, v := range s.slots {
		if v != nil {
			slots[i] = v.station.id
		}
	}
	return slots, s.turn, s.speaking
}
