package sfu

import (
	"time"

	"khonggiay/meeting"
	"khonggiay/meeting/sfu/packet"
	"khonggiay/meeting/sfu/transport"
)

// slot is one stream to a station: always the same to its decoder, while what it
// carries changes. The station's mu guards it.
type slot struct {
	to     *Station
	index  int
	source uint32 // SSRC
	repair uint32 // of retransmissions; 0 = none
	again  uint16 // sequence number of the newest retransmission

	wish   meeting.Wish
	wanted bool
	ideal  *layer // what the wish calls for, if the line were better
	target *layer // what it shall carry, from the next key frame on
	// now is what it carries, and before what it carried, newest last: a packet that
	// is asked for again may be of an era that is over.
	now    *era
	before []*era

	begun  bool
	last   int64  // number of the newest packet; its lower 16 bits are sent
	time   uint32 // its RTP time
	at     time.Time
	pic    uint16 // of the newest frame
	level0 uint8

	packets uint32
	octets  uint32
	resent  [64]resent

	// What the station says of it: the highest sequence number, when that changed,
	// and how many packets had been sent then.
	reported uint32
	progress time.Time
	known    uint32
	// Requests for key frames, since when, and whether there were too many.
	asked     int
	askedFrom time.Time
	asks      asking
	helpless  bool
}

// era is a time in which a slot carries one layer: what is added to the numbers of
// its packets.
type era struct {
	of      *layer
	stream  uint32
	first   int64 // the source's number
	from    int64 // the slot's
	number  int64
	time    uint32
	picture uint16
	level0  uint8
}

// place is where a packet stands in its layer.
type place struct {
	number int64
	stream uint32
}

// carries reports whether a packet of the layer belongs to what the slot carries.
func (s *slot) carries(l *layer, at place) bool {
	return s.now != nil && s.now.of == l && s.now.stream == at.stream
}

// resent is a packet that was sent again lately.
type resent struct {
	sequence uint16
	at       time.Time
}

const keptEras = 4

// longest is how far an RTP time goes on at once: more than half of its circle would
// be taken for a step back.
const longest = 1 << 30

func newSlot(to *Station, index int, a agreedSlot) *slot {
	return &slot{to: to, index: index, source: a.source, repair: a.repair, last: int64(newSource() & 0xffff), time: newSource(), again: uint16(newSource()), pic: uint16(newSource()) & 0x7fff}
}

// shown is what the slot carries; false if nothing is wanted in it, or nothing is
// sent that could be.
func (s *slot) shown() (meeting.Shown, bool) {
	if !s.wanted {
		return meeting.Shown{}, false
	}
	out := meeting.Shown{Slot: s.index, Station: s.wish.Station, Track: s.wish.Track}
	if s.now != nil {
		out.Height = max(1, int(s.now.of.height.Load()))
	}
	return out, true
}

// aim says what the slot shall carry, and what it would carry on a better line.
func (s *slot) aim(target, ideal *layer) {
	if s.ideal != ideal {
		if s.ideal != nil {
			s.ideal.wishes.Add(-1)
		}
		if ideal != nil {
			ideal.wishes.Add(1)
		}
		s.ideal = ideal
	}
	if s.target == target {
		return
	}
	before := s.target
	s.target = target
	if target != nil {
		if s.now == nil || s.now.of != target {
			target.watch(s, true)
			target.wantsKey.Store(true)
		}
	}
	if before != nil && (s.now == nil || s.now.of != before) {
		before.watch(s, false)
	}
}

// drop stops what the slot carries now.
func (s *slot) drop() {
	if s.now == nil {
		return
	}
	of := s.now.of
	s.finish()
	if s.target != of {
		of.watch(s, false)
	}
}

// finish ends the era.
func (s *slot) finish() {
	if len(s.before) == keptEras {
		copy(s.before, s.before[1:])
		s.before = s.before[:keptEras-1]
	}
	s.before = append(s.before, s.now)
	s.now = nil
}

// sound forwards a packet of sound.
func (s *slot) sound(b *transport.Batch, l *layer, p *packet.Packet, at place, whole []byte, now time.Time) {
	f, ok := s.to.codecs[Opus]
	if !ok {
		return
	}
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	if !s.carries(l, at) {
		s.enter(l, p, at, nil, now)
		whole[1] |= 0x80 // a new talk spurt (RFC 7587, section 4)
	} else if at.number < s.now.first {
		return
	}
	s.send(b, f.number, p, at, whole, now, soundFirst)
	if !p.Marker {
		whole[1] &= 0x7f // it goes to others, too
	}
}

// picture forwards a packet of a picture, if it is of the layer that the slot
// carries, or the beginning of the one that it shall carry.
func (s *slot) picture(b *transport.Batch, l *layer, p *packet.Packet, at place, pic *picture, whole []byte, now time.Time) {
	f, ok := s.to.codecs[l.of.codec]
	if !ok {
		return
	}
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	switch {
	case s.carries(l, at):
		if at.number < s.now.first {
			return
		}
	case s.target == l && pic.begins:
		var left *layer
		if s.now != nil {
			left = s.now.of
		}
		s.enter(l, p, at, pic, now)
		if left != nil && left != l {
			left.watch(s, false)
		}
	default:
		if s.target == l && s.now != nil && s.now.of == l {
			l.wantsKey.Store(true) // it has begun anew in the middle
		}
		return
	}
	if l.of.codec == VP8 {
		picture, level0 := pic.vp8.Picture+s.now.picture, pic.vp8.Level0+s.now.level0
		packet.PutVP8(whole[packet.HeaderSize:], &pic.vp8, picture, level0)
		if packet.Newer(picture<<1, s.pic<<1) {
			s.pic, s.level0 = picture&0x7fff, level0
		}
	}
	s.send(b, f.number, p, at, whole, now, s.class())
}

// enter begins a new era with a packet: its numbers go on from those of the last.
func (s *slot) enter(l *layer, p *packet.Packet, at place, pic *picture, now time.Time) {
	clock := l.of.codec.Clock()
	passed := uint32(0)
	if s.begun {
		passed = uint32(min(max(1, now.Sub(s.at).Seconds()*float64(clock)), longest))
	}
	next := s.time + passed
	if s.now != nil {
		if exact, ok := same(s.now, l, p.Time, clock); ok && exact-s.time < clock*10 { // else it would go back
			next = max(1, exact-s.time) + s.time
		}
		s.finish()
	}
	e := &era{of: l, stream: at.stream, first: at.number, from: s.last + 1, number: s.last + 1 - at.number, time: next - p.Time}
	if pic != nil {
		e.picture, e.level0 = s.pic+1-pic.vp8.Picture, s.level0+1-pic.vp8.Level0
	}
	if !s.begun {
		s.progress = now // nothing can have been reported yet
	}
	s.now, s.begun = e, true
}

// same is the slot's RTP time of a moment of another layer of the same source, by
// what its station's sender reports say.
func same(was *era, l *layer, t uint32, clock uint32) (uint32, bool) {
	if was.of.of != l.of {
		return 0, false
	}
	a, b := was.of.report.Load(), l.report.Load()
	if a == nil || b == nil {
		return 0, false
	}
	// Between the reports, in the clock's ticks.
	d := b.ntp - a.ntp
	apart := uint32(d>>32)*clock + uint32(d&0xffffffff*uint64(clock)>>32)
	return a.time + apart + (t - b.time) + was.time, true
}

// send fills in what is the slot's own and sends the packet.
func (s *slot) send(b *transport.Batch, kind uint8, p *packet.Packet, at place, whole []byte, now time.Time, c class) {
	number, t := at.number+s.now.number, p.Time+s.now.time
	packet.Put(whole, kind, uint16(number), t, s.source)
	if number > s.last {
		s.last, s.time, s.at = number, t, now
	}
	s.packets++
	s.octets += uint32(len(p.Payload))
	s.to.out.again.first.add(now, len(whole))
	s.to.emit(b, whole, now, c)
}

// sent is the number of the newest packet that had the sequence number.
func (s *slot) sent(sequence uint16) int64 {
	return s.last - int64(uint16(s.last)-sequence)
}

// lost finds the packet of the slot's number, to send it again.
func (s *slot) lost(number int64) (e *era, of int64, ok bool) {
	if s.now != nil && number >= s.now.from {
		return s.now, number - s.now.number, true
	}
	for i := len(s.before) - 1; i >= 0; i-- {
		if e := s.before[i]; number >= e.from {
			return e, number - e.number, true
		}
	}
	return nil, 0, false
}

// resend sends a packet again (RFC 4588), unless that was done a moment ago.
func (s *slot) resend(b *transport.Batch, sequence uint16, now time.Time, rtt time.Duration) {
	r := &s.resent[sequence%uint16(len(s.resent))]
	if r.sequence == sequence && now.Sub(r.at) < max(10*time.Millisecond, rtt*4/5) {
		return
	}
	if !s.to.out.again.may(now) {
		return
	}
	if whole := s.copyOf(b, s.sent(sequence)); whole != nil {
		s.to.out.again.sent(len(whole))
		r.sequence, r.at = sequence, now
		s.to.emit(b, whole, now, s.class())
	}
}

// copyOf composes a packet of the slot once more, as a retransmission; nil if that
// cannot be.
func (s *slot) copyOf(b *transport.Batch, number int64) []byte {
	if s.repair == 0 {
		return nil
	}
	e, of, ok := s.lost(number)
	if !ok || e.of.ring == nil {
		return nil
	}
	f := s.to.codecs[e.of.of.codec]
	if f.repair == 0 {
		return nil
	}
	whole := packet.Begin(b.Scratch(), false, 1)
	whole = append(whole, byte(number>>8), byte(number))
	head := len(whole)
	k, ok := e.of.ring.get(of, whole)
	if !ok {
		return nil
	}
	whole = k.payload
	if k.marker {
		whole[1] |= 0x80
	}
	if e.of.of.codec == VP8 {
		if v, err := packet.ParseVP8(whole[head:]); err == nil {
			packet.PutVP8(whole[head:], &v, v.Picture+e.picture, v.Level0+e.level0)
		}
	}
	s.again++
	packet.Put(whole, f.repair, s.again, k.time+e.time, s.repair)
	return whole
}

// padding composes a retransmission of nothing, of which its receiver notes the
// arrival and no more.
func (s *slot) padding(b *transport.Batch, kind uint8) []byte {
	whole := packet.Pad(packet.Begin(b.Scratch(), false, 1), 255)
	s.again++
	packet.Put(whole, kind, s.again, s.time, s.repair)
	return whole
}

// class is how important what the slot carries is.
func (s *slot) class() class {
	if s.wish.Rank == 0 {
		return floorNext
	}
	return restLast
}
