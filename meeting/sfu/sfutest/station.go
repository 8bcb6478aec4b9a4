package sfutest

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"

	"khonggiay/meeting/sfu/packet"
	"khonggiay/meeting/sfu/transport"
)

// Options are how a station behaves.
type Options struct {
	Shape
	// Sample has the kernel cut packets off behind their headers, all but one in
	// sixteen, once the first picture has come: the station reports and counts every
	// packet, and decrypts few. To the server it is like any other. One that says
	// nothing of arrivals (Silent) has the kernel drop the others, and counts by those
	// that are left.
	Sample bool
	// Wrap stands between the station and its socket: a poor line.
	Wrap func(net.PacketConn) net.PacketConn
}

// Station is one station.
type Station struct {
	options Options
	mux     *transport.Mux
	conn    net.PacketConn
	local   transport.Credentials
	link    *transport.Link
	own     uint32
	stop    chan struct{}
	done    sync.WaitGroup
	keyDue  atomic.Bool

	mu       sync.Mutex
	up       chan struct{}
	isUp     bool
	picture  chan struct{}
	slots    map[uint32]*Slot
	recorder *twcc.Recorder
	pending  bool
	sampled  bool
	messages []string
}

// Slot is what has come in one slot.
type Slot struct {
	Sound     bool
	From, To  uint16 // sequence numbers of the first and the newest
	Span      int    // packets from the first to the newest
	Packets   int    // that came
	Keys      int
	Latencies []time.Duration // of pictures, a sample
	first     bool
	counter   uint32 // the publisher's, of the first that was decrypted
	counted   bool
	at        uint16 // the slot's number of that one
	Published int    // what the publisher sent between it and the newest of those
	Sent      int    // what the server did
}

// New makes a station, which is nowhere yet.
func New(o Options) (*Station, error) {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if udp, ok := conn.(*net.UDPConn); ok {
		_ = udp.SetReadBuffer(1 << 20)
	}
	used := conn
	if o.Wrap != nil {
		used = o.Wrap(conn)
	}
	s := &Station{options: o, conn: conn, local: transport.NewCredentials(), own: rand.Uint32(), stop: make(chan struct{}), up: make(chan struct{}), picture: make(chan struct{}), slots: map[uint32]*Slot{}}
	s.recorder = twcc.NewRecorder(s.own)
	s.mux, err = transport.Listen(transport.Config{Conns: []net.PacketConn{used}, Seen: s.count})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Offer is the station's offer.
func (s *Station) Offer() string { return Offer(s.local, s.mux.Fingerprint(), s.options.Shape) }

// Join goes in by the host's answer, and waits until media can flow.
func (s *Station) Join(ctx context.Context, answer string) error {
	a, err := ReadAnswer(answer)
	if err != nil {
		return err
	}
	a.Host.Channels = s.options.Channels
	s.mu.Lock()
	for i, ssrc := range a.Slots {
		s.slots[ssrc] = &Slot{Sound: i < a.Sounds}
	}
	s.mu.Unlock()
	if len(a.UDP) > 0 {
		s.link, err = s.mux.Dial(s.local, a.Host, a.UDP[0], s)
	} else {
		s.link, err = s.mux.DialTCP(ctx, s.local, a.Host, a.TCP[0], s)
	}
	if err != nil {
		return err
	}
	s.done.Go(s.report)
	select {
	case <-s.up:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Picture is closed when the first key frame has come.
func (s *Station) Picture() <-chan struct{} { return s.picture }

// Close leaves.
func (s *Station) Close() {
	close(s.stop)
	s.done.Wait()
	_ = s.mux.Close()
}

// Up implements transport.Handler.
func (s *Station) Up() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isUp {
		s.isUp = true
		close(s.up)
	}
}

// Lost implements transport.Handler.
func (s *Station) Lost() {}

// Gone implements transport.Handler.
func (s *Station) Gone() {}

// Message implements transport.Handler.
func (s *Station) Message(label string, message []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, label+":"+string(message))
}

// Control implements transport.Handler.
func (s *Station) Control(_ *transport.Batch, raw []byte, _ time.Time) {
	all, err := rtcp.Unmarshal(raw)
	if err != nil {
		return
	}
	for _, one := range all {
		if _, ok := one.(*rtcp.PictureLossIndication); ok {
			s.keyDue.Store(true)
		}
	}
}

// stampSize is what every payload ends with: when it was sent, ns, and its number.
const stampSize = 8 + 4

// count notes a packet by its header, and reports whether the whole is there.
func (s *Station) count(data []byte, now time.Time) bool {
	p, err := packet.Parse(data)
	if err != nil || data[1] >= 192 && data[1] < 224 {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if ext := p.Extension(arrivalExt); len(ext) == 2 {
		s.recorder.Record(p.Source, binary.BigEndian.Uint16(ext), now.UnixMicro())
		s.pending = true
	}
	slot := s.slots[p.Source]
	if slot == nil {
		return len(p.Payload) > 0
	}
	slot.Packets++
	if !slot.first {
		slot.first, slot.From, slot.To, slot.Span = true, p.Sequence, p.Sequence, 1
	} else if packet.Newer(p.Sequence, slot.To) {
		slot.Span += int(p.Sequence - slot.To)
		slot.To = p.Sequence
	}
	return len(p.Payload) > 0
}

// Packet implements transport.Handler.
func (s *Station) Packet(_ *transport.Batch, raw []byte, now time.Time) {
	p, err := packet.Parse(raw)
	if err != nil || len(p.Payload) < stampSize+4 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := s.slots[p.Source]
	if slot == nil || !slot.first {
		return
	}
	stamp := p.Payload[len(p.Payload)-stampSize:]
	sent, counter := time.Unix(0, int64(binary.BigEndian.Uint64(stamp))), binary.BigEndian.Uint32(stamp[8:])
	if !slot.counted {
		slot.counted, slot.counter, slot.at = true, counter, p.Sequence
	}
	slot.Published, slot.Sent = int(counter-slot.counter), int(p.Sequence-slot.at)
	if slot.Sound {
		return
	}
	if len(slot.Latencies) < 20_000 {
		slot.Latencies = append(slot.Latencies, now.Sub(sent))
	}
	if v, err := packet.ParseVP8(p.Payload); err == nil && v.Key {
		if slot.Keys++; slot.Keys == 1 {
			s.seen()
		}
	}
}

// seen is called at the first key frame.
func (s *Station) seen() {
	select {
	case <-s.picture:
	default:
		close(s.picture)
		if s.options.Sample {
			sampleOnly(s.conn, s.options.Silent)
			s.sampled = true
		}
	}
}

const sampleEvery = 16 // packets of which one is whole

// Take is what has come in the slots since the last time.
func (s *Station) Take() []Slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Slot
	for ssrc, slot := range s.slots {
		if slot.first {
			if s.sampled && s.options.Silent {
				slot.Packets = slot.Span * slot.Packets / (slot.Span/sampleEvery + 1)
			}
			out = append(out, *slot)
		}
		s.slots[ssrc] = &Slot{Sound: slot.Sound, Keys: slot.Keys}
	}
	return out
}

// How often a station reports, as browsers do.
const (
	arrivalsEvery = 100 * time.Millisecond
	reportsEvery  = 10 // of those
)

func (s *Station) report() {
	tick := time.NewTicker(arrivalsEvery)
	defer tick.Stop()
	b := s.mux.NewBatch()
	for n := 0; ; n++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		if !s.link.Ready() {
			continue
		}
		s.mu.Lock()
		if s.pending {
			for _, p := range s.recorder.BuildFeedbackPacket() {
				s.control(b, p)
			}
		}
		s.pending = false
		if n%reportsEvery == 0 {
			s.receiverReport(b)
		}
		s.mu.Unlock()
		b.Flush()
	}
}

func (s *Station) control(b *transport.Batch, p rtcp.Packet) {
	if raw, err := p.Marshal(); err == nil {
		b.Control(s.link, raw)
	}
}

func (s *Station) receiverReport(b *transport.Batch) {
	r := &rtcp.ReceiverReport{SSRC: s.own}
	for ssrc, slot := range s.slots {
		if slot.first && len(r.Reports) < 31 {
			r.Reports = append(r.Reports, rtcp.ReceptionReport{SSRC: ssrc, LastSequenceNumber: uint32(slot.To)})
		}
	}
	s.control(b, r)
}

// Send sends a message on a data channel.
func (s *Station) Send(label string, message []byte) { s.link.Send(label, message) }

// OpenChannel opens a data channel.
func (s *Station) OpenChannel(label string) error { return s.link.Open(label, false) }

// Messages are what has come on data channels.
func (s *Station) Messages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.messages...)
}

// Film is what a station films.
type Film struct {
	Rate   int // bit/s
	Frames int // a second
	Size   int // of a packet's payload, bytes, at most
	Level  uint8
	Still  bool // sound alone
}

// keyTimes is how much larger a key frame is than another.
const keyTimes = 3

// Publish sends sound and pictures until the station is closed. A key frame comes
// when the server asks for one, and every three seconds.
func (s *Station) Publish(f Film) {
	s.done.Go(func() { s.sound(f) })
	if !f.Still {
		s.done.Go(func() { s.film(f) })
	}
}

func (s *Station) sound(f Film) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	b, ssrc := s.mux.NewBatch(), rand.Uint32()
	raw := make([]byte, 0, 200)
	for n := uint32(1); ; n++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		raw = header(raw[:0], opusType, false, uint16(n), n*960, ssrc, '0')
		raw = append(raw, make([]byte, 80-stampSize)...)
		raw = stamp(raw, n)
		raw[21] = f.Level | 0x80
		b.Packet(s.link, raw)
		b.Flush()
	}
}

// header has the section's name and, for sound, room for its level.
func header(raw []byte, kind uint8, marker bool, sequence uint16, t, ssrc uint32, mid byte) []byte {
	if marker {
		kind |= 0x80
	}
	raw = append(raw, 0x90, kind)
	raw = binary.BigEndian.AppendUint16(raw, sequence)
	raw = binary.BigEndian.AppendUint32(raw, t)
	raw = binary.BigEndian.AppendUint32(raw, ssrc)
	return append(raw, 0xbe, 0xde, 0, 2, midExt<<4, mid, 0, 0, levelExt<<4, 0, 0, 0)
}

func stamp(raw []byte, counter uint32) []byte {
	raw = binary.BigEndian.AppendUint64(raw, uint64(time.Now().UnixNano()))
	return binary.BigEndian.AppendUint32(raw, counter)
}

func (s *Station) film(f Film) {
	tick := time.NewTicker(time.Second / time.Duration(f.Frames))
	defer tick.Stop()
	b, ssrc := s.mux.NewBatch(), rand.Uint32()
	raw := make([]byte, 0, 1500)
	sequence, counter := uint16(rand.Uint32()), uint32(0)
	// Key frames are larger, so the others are smaller than the average.
	every := 3 * f.Frames
	size := f.Rate / 8 / f.Frames * every / (every - 1 + keyTimes)
	for frame := uint32(0); ; frame++ {
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
		key := s.keyDue.Swap(false) || frame%uint32(every) == 0
		left := size
		if key {
			left *= keyTimes
		}
		for first := true; left > 0; first = false {
			n := max(min(left, f.Size), 40)
			left -= n
			sequence++
			counter++
			raw = header(raw[:0], vp8Type, left <= 0, sequence, frame*uint32(90000/f.Frames), ssrc, '1')
			begins := byte(0x80)
			if first {
				begins |= 0x10
			}
			raw = append(raw, begins, 0x80, 0x80|byte(frame>>8)&0x7f, byte(frame))
			body := len(raw)
			raw = append(raw, make([]byte, n-4-stampSize)...)
			raw[body] = 1
			if first && key {
				copy(raw[body:], []byte{0, 0, 0, 0x9d, 1, 0x2a, 0, 5, 0xd0, 2}) // 1280 × 720
			}
			raw = stamp(raw, counter)
			b.Packet(s.link, raw)
		}
		b.Flush()
	}
}
