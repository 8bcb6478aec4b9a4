package sfu

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor/pkg/twcc"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu/packet"
	"khonggiay/meeting/sfu/transport"
)

// Station is one station's media. Its methods may be called from any goroutine.
type Station struct {
	server     *Server
	conference *conference
	id         app.ID
	events     Events
	link       atomic.Pointer[transport.Link]
	ext        extensions
	codecs     map[Codec]format
	own        uint32 // SSRC of what the host itself reports
	closed     atomic.Bool
	anew       atomic.Bool // what the slots carry is to be decided at once
	// measureUntil is until when it is measured what the line bears (UnixMilli).
	measureUntil atomic.Int64

	// inMu guards what the station sends.
	inMu     sync.Mutex
	sources  []*source
	sections map[string]*source // by MID
	named    map[uint32]*source // by the SSRCs that the offer names
	repairs  map[uint32]uint32  // as the offer names them
	layers   map[uint32]*layer  // by SSRC
	repaired map[uint32]*layer  // by SSRC of retransmissions
	recorder *twcc.Recorder
	recorded bool
	gaps     []uint16
	in       meter
	lossUp   float64

	// mu guards what is sent to the station.
	mu     sync.Mutex
	audio  []*slot
	video  []*slot
	slots  map[uint32]*slot // by SSRC
	wishes []meeting.Wish
	out    outgoing
	// control is how many RTCP messages have been read in this second.
	control struct {
		from time.Time
		read int
	}

	// tellMu serialises what events is told, and guards what it was told last.
	tellMu sync.Mutex
	told   struct {
		turn     uint64
		begun    bool
		slots    meeting.Slots
		layers   map[meeting.Track]meeting.Layers
		speaking app.ID
	}
}

func newStation(s *Server, id app.ID, to Events, o *offer, a *answered) *Station {
	st := &Station{server: s, id: id, events: to, ext: o.ext, codecs: a.codecs, own: newSource(), sections: map[string]*source{}, named: map[uint32]*source{},
		repairs: map[uint32]uint32{}, layers: map[uint32]*layer{}, repaired: map[uint32]*layer{}}
	st.recorder = twcc.NewRecorder(st.own)
	st.told.layers = map[meeting.Track]meeting.Layers{}
	for _, send := range a.sends {
		src := &source{station: st, track: send.track, codec: send.format.codec, kind: send.format.number}
		names := send.section.layers
		if len(names) == 0 {
			names = []string{""}
		}
		for i, name := range names {
			src.layers = append(src.layers, newLayer(src, i, name))
		}
		st.sources = append(st.sources, src)
		st.sections[send.section.mid] = src
		for _, ssrc := range send.section.sources {
			st.named[ssrc] = src
		}
		for by, of := range send.section.repairs {
			st.repairs[by] = of
		}
	}
	for i, agreed := range a.audio[:min(len(a.audio), meeting.AudioSlots)] {
		st.audio = append(st.audio, newSlot(st, i, agreed))
	}
	for i, agreed := range a.video[:min(len(a.video), meeting.VideoSlots)] {
		st.video = append(st.video, newSlot(st, i, agreed))
	}
	st.slots = map[uint32]*slot{}
	for _, s := range slices.Concat(st.audio, st.video) {
		st.slots[s.source] = s
	}
	st.out.begin(o.ext.transport != 0)
	return st
}

// Allow says what is let through from the station from now on.
func (st *Station) Allow(sends meeting.Sends) {
	st.inMu.Lock()
	defer st.inMu.Unlock()
	if st.closed.Load() {
		return
	}
	for _, src := range st.sources {
		on := src.track == meeting.Audio && sends.Audio || src.track == meeting.Camera && sends.Camera || src.track == meeting.Screen && sends.Screen
		if src.allowed.Swap(on) != on && src.track == meeting.Audio && !on {
			st.conference.speakers.forget(st)
		}
	}
	st.conference.changed()
}

// measureRate is what a line is measured for, bit/s: a large picture, a screen and
// small ones.
const measureRate = 5_000_000

// measuredFor is how long what was measured is told after that.
const measuredFor = 5 * time.Second

// Measure has it found out what the line bears down to the station, also while less
// is wanted than that.
func (st *Station) Measure() {
	st.mu.Lock()
	if st.out.line != nil {
		st.out.line.Measure()
	}
	st.mu.Unlock()
	st.measureUntil.Store(st.server.config.Now().Add(meeting.MeasureFor).UnixMilli())
	st.conference.changed()
}

// Watch says what the station wants to see, instead of all it wanted before.
func (st *Station) Watch(wishes []meeting.Wish) {
	st.mu.Lock()
	st.wishes = slices.Clone(wishes)
	st.mu.Unlock()
	st.anew.Store(true)
	st.conference.stir()
}

// Send sends a message on the data channel of that label.
func (st *Station) Send(label string, message []byte) {
	if l := st.link.Load(); l != nil {
		l.Send(label, message)
	}
}

// Close ends the station's media.
func (st *Station) Close() {
	if l := st.link.Load(); l != nil {
		l.Close()
	}
}

// changed has every station's slots decided anew.
func (c *conference) changed() {
	for _, st := range *c.hearers.Load() {
		st.anew.Store(true)
	}
	c.stir()
}

// Packet implements transport.Handler.
func (st *Station) Packet(b *transport.Batch, raw []byte, now time.Time) {
	p, err := packet.Parse(raw)
	if err != nil {
		return
	}
	st.inMu.Lock()
	defer st.inMu.Unlock()
	if st.closed.Load() {
		return // it may go on sending
	}
	st.in.add(now, len(raw))
	if ext := p.Extension(st.ext.transport); len(ext) == 2 {
		st.recorder.Record(p.Source, uint16(ext[0])<<8|uint16(ext[1]), now.UnixMicro())
		st.recorded = true
	}
	l := st.layers[p.Source]
	if l == nil {
		if l = st.repaired[p.Source]; l == nil {
			l = st.learn(&p)
		}
		if l == nil {
			return
		}
	}
	if p.Source != l.source {
		if len(p.Payload) <= 2 { // padding, to measure the line
			return
		}
		p.Sequence = uint16(p.Payload[0])<<8 | uint16(p.Payload[1])
		p.Payload, p.Source = p.Payload[2:], l.source
	} else if p.Type != l.of.kind {
		return
	}
	number, ok := l.arrival.note(p.Sequence, p.Time, l.of.codec.Clock(), now)
	if !ok || len(p.Payload) == 0 {
		return
	}
	if !l.count(now, len(raw)) || !l.of.allowed.Load() {
		return
	}
	if l.of.codec == Opus {
		st.forwardSound(b, l, &p, place{number, l.stream}, now)
	} else {
		st.forwardPicture(b, l, &p, place{number, l.stream}, now)
	}
}

// learn finds out what an unknown source is: by the names in the packet's header
// extensions (RFC 8843, RFC 8852), or by the offer.
func (st *Station) learn(p *packet.Packet) *layer {
	src := st.sections[string(p.Extension(st.ext.mid))]
	repairs := false
	if src == nil {
		if of, ok := st.repairs[p.Source]; ok {
			src, repairs = st.named[of], true
		} else {
			src = st.named[p.Source]
		}
	}
	if src == nil {
		src = st.only(p.Type)
	}
	if src == nil {
		return nil
	}
	name := string(p.Extension(st.ext.layer))
	if again := string(p.Extension(st.ext.repaired)); again != "" {
		name, repairs = again, true
	}
	repairs = repairs || p.Type != src.kind
	for _, l := range src.layers {
		if l.name != name {
			continue
		}
		if repairs {
			if l.repair != 0 {
				delete(st.repaired, l.repair)
			}
			l.repair = p.Source
			st.repaired[p.Source] = l
		} else {
			if l.source != 0 {
				delete(st.layers, l.source)
			}
			l.source = p.Source
			st.layers[p.Source] = l
			l.arrival.anew()
			l.stream++
			l.report.Store(nil)
		}
		return l
	}
	return nil
}

// only is the one source that sends that type of payload, if it is the only one: of
// clients that name nothing.
func (st *Station) only(kind uint8) (of *source) {
	for _, src := range st.sources {
		if src.kind != kind {
			continue
		}
		if of != nil || len(src.layers) > 1 {
			return nil
		}
		of = src
	}
	return of
}

func (st *Station) forwardSound(b *transport.Batch, l *layer, p *packet.Packet, at place, now time.Time) {
	level := uint8(unsaid)
	if ext := p.Extension(st.ext.level); len(ext) > 0 {
		level = ext[0] & 0x7f
	}
	slot, leads := st.conference.speakers.take(st, level, now)
	if slot < 0 {
		return
	}
	whole := compose(b, p)
	for _, to := range *st.conference.hearers.Load() {
		if in := to.ear(slot, leads); in != nil && to != st {
			in.sound(b, l, p, at, whole, now)
		}
	}
}

// ear is the slot in which the station hears a voice. Standard players have one
// slot, for who has the floor or speaks.
func (st *Station) ear(slot int, leads bool) *slot {
	switch {
	case len(st.audio) == 1 && leads:
		return st.audio[0]
	case len(st.audio) > 1 && slot < len(st.audio):
		return st.audio[slot]
	}
	return nil
}

func (st *Station) forwardPicture(b *transport.Batch, l *layer, p *packet.Packet, at place, now time.Time) {
	pic, err := l.look(p.Payload)
	if err != nil {
		return
	}
	watchers := *l.watchers.Load()
	if len(watchers) == 0 {
		return
	}
	l.ring.put(p, at.number)
	whole := compose(b, p)
	for _, s := range watchers {
		s.picture(b, l, p, at, &pic, whole, now)
	}
}

// compose builds the packet that all receivers are sent, but for what differs
// between them.
func compose(b *transport.Batch, p *packet.Packet) []byte {
	return append(packet.Begin(b.Scratch(), p.Marker, 1), p.Payload...)
}

// Up implements transport.Handler.
func (st *Station) Up() {
	st.tellMu.Lock()
	defer st.tellMu.Unlock()
	st.events.Up()
	st.anew.Store(true)
	st.conference.stir()
}

// Lost implements transport.Handler.
func (st *Station) Lost() {
	st.tellMu.Lock()
	defer st.tellMu.Unlock()
	st.events.Lost()
}

// Gone implements transport.Handler.
func (st *Station) Gone() {
	st.closed.Store(true)
	st.inMu.Lock() // the packet that is being taken is the last
	for _, src := range st.sources {
		src.allowed.Store(false)
	}
	st.inMu.Unlock()
	st.conference.leave(st)
	st.mu.Lock()
	for _, s := range st.video {
		s.aim(nil, nil)
		s.drop()
	}
	st.mu.Unlock()
	st.conference.changed()
	st.tellMu.Lock()
	defer st.tellMu.Unlock()
	st.events.Gone()
}

// Message implements transport.Handler.
func (st *Station) Message(label string, message []byte) {
	st.tellMu.Lock()
	defer st.tellMu.Unlock()
	st.events.Message(label, message)
}

// restFor is how long a layer that nobody watches any more is still wanted: pages
// are turned back.
const restFor = 3 * time.Second

// tell tells the room what has changed.
func (st *Station) tell() {
	if st.closed.Load() || st.link.Load() == nil {
		return
	}
	audio, turn, speaking := st.conference.speakers.now()
	slots := meeting.Slots{Audio: make([]app.ID, len(st.audio)), Video: []meeting.Shown{}}
	for i := range slots.Audio {
		if len(slots.Audio) > 1 && audio[i] != st.id {
			slots.Audio[i] = audio[i]
		}
	}
	st.mu.Lock()
	for _, s := range st.video {
		if shown, ok := s.shown(); ok {
			slots.Video = append(slots.Video, shown)
		}
	}
	st.mu.Unlock()
	now := st.server.config.Now()
	st.tellMu.Lock()
	defer st.tellMu.Unlock()
	if st.closed.Load() {
		return
	}
	if !st.told.begun || !reflect.DeepEqual(slots, st.told.slots) {
		st.told.slots, st.told.turn = slots, turn
		st.events.Slots(slots)
	}
	if speaking != st.told.speaking {
		st.told.speaking = speaking
		st.events.Speaking(speaking)
	}
	for _, src := range st.sources {
		if src.track == meeting.Audio {
			continue
		}
		before, said := st.told.layers[src.track]
		next := meeting.Layers{Track: src.track, Wanted: make([]bool, len(src.layers))}
		for i, l := range src.layers {
			if next.Wanted[i] = l.wanted(now); !next.Wanted[i] && said && i < len(before.Wanted) && before.Wanted[i] {
				next.Wanted[i] = l.unwanted(now) < restFor
			}
		}
		if !said || !slices.Equal(before.Wanted, next.Wanted) {
			st.told.layers[src.track] = next
			st.events.Layers(next)
		}
	}
	st.told.begun = true
}
