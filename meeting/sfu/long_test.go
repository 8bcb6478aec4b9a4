package sfu

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/rtp"

	"khonggiay/meeting/sfu/packet"
	"khonggiay/meeting/sfu/transport"
)

// feed is one who sends to a pair, by the numbers that [chromiumOffer] gives.
type feed struct {
	*testing.T
	from  *Station
	batch *transport.Batch
	now   time.Time
	sent  int
}

func newFeed(t *testing.T) (f *feed, to *Station) {
	t.Helper()
	return newFeedTo(t, chromiumOffer)
}

// newFeedTo is a feed to one who has another offer.
func newFeedTo(t *testing.T, watcher string) (f *feed, to *Station) {
	t.Helper()
	mux, err := transport.Listen(transport.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mux.Close() })
	from, to := pairOf(t, mux, watcher)
	return &feed{T: t, from: from, batch: mux.NewBatch(), now: time.Unix(1_800_000_000, 0)}, to
}

func (f *feed) send(h rtp.Header, extensions map[uint8]string, payload []byte) {
	f.Helper()
	h.Version = 2
	p := rtp.Packet{Header: h, Payload: payload}
	for id, value := range extensions {
		if err := p.SetExtension(id, []byte(value)); err != nil {
			f.Fatal(err)
		}
	}
	raw, err := p.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.from.Packet(f.batch, raw, f.now)
}

// say sends the nth packet of sound of a stream.
func (f *feed) say(source uint32, n int) {
	f.Helper()
	f.send(rtp.Header{PayloadType: 111, SequenceNumber: uint16(n), Timestamp: uint32(n) * 960, SSRC: source}, map[uint8]string{4: "0", 1: "\x10"}, []byte{0xfc, byte(n)})
}

// film sends the nth frame of a stream of the smallest layer, in one packet.
func (f *feed) film(source uint32, n int, key bool) {
	f.Helper()
	f.filmLayer(source, "q", n, key)
}

func (f *feed) filmLayer(source uint32, layer string, n int, key bool) {
	f.Helper()
	payload := []byte{0x90, 0x80, 0x80 | byte(n>>8), byte(n), 1, byte(n >> 16), byte(n >> 8), byte(n)}
	if key {
		payload = append(payload[:4], 0x10, 2, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xb4, 0)
	}
	f.send(rtp.Header{Marker: true, PayloadType: 96, SequenceNumber: uint16(n), Timestamp: uint32(n) * 3000, SSRC: source}, map[uint8]string{4: "1", 10: layer}, payload)
}

// TestLongEra: sound and a picture that nothing interrupts go on after their sequence
// numbers have come round many times, and what is lost is found again.
func TestLongEra(t *testing.T) {
	f, to := newFeed(t)
	const packets = 200_000
	ear, eye := to.audio[0], to.video[0]
	var heard, seen int64
	for n := range packets {
		f.now = f.now.Add(5 * time.Millisecond)
		f.say(78, 30_000+n)
		f.film(77, 50_000+n, n == 0)
		if n == 0 {
			heard, seen = ear.last, eye.last
		}
		if ear.last != heard+int64(n) || eye.last != seen+int64(n) || ear.packets != uint32(n+1) || eye.packets != uint32(n+1) {
			t.Fatalf("after %d packets: %d of sound and %d of the picture were sent, to %d and %d", n+1, ear.packets, eye.packets, ear.last-heard, eye.last-seen)
		}
		if want := uint16(eye.now.picture+uint16(50_000+n)) & 0x7fff; eye.pic != want {
			t.Fatalf("after %d packets: picture %d, want %d", n+1, eye.pic, want)
		}
		if n%9_999 != 9_998 {
			continue
		}
		for back := range int64(ringSize) {
			whole := eye.copyOf(f.batch, eye.sent(uint16(eye.last-back)))
			if whole == nil {
				t.Fatalf("after %d packets: the one %d before is not found", n+1, back)
			}
			p, err := packet.Parse(whole)
			if err != nil {
				t.Fatal(err)
			}
			v, err := packet.ParseVP8(p.Payload[2:])
			want := 50_000 + n - int(back)
			if err != nil || binary.BigEndian.Uint16(p.Payload) != uint16(eye.last-back) || p.Payload[9] != byte(want) || v.Picture != uint16(int64(eye.pic)-back)&0x7fff {
				t.Fatalf("after %d packets: another than the one %d before: % x", n+1, back, p.Payload)
			}
		}
		if eye.copyOf(f.batch, eye.sent(uint16(eye.last-ringSize))) != nil || eye.copyOf(f.batch, eye.sent(uint16(eye.last+1))) != nil {
			t.Fatalf("after %d packets: one is found that cannot be known", n+1)
		}
	}
	if got := f.from.layers[77].arrival; got.highest-got.base != packets-1 || got.received != packets || len(got.missing) != 0 {
		t.Errorf("%d packets count as %+v", packets, got)
	}
	if jitter := f.from.layers[78].arrival.jitter; jitter > 1000 {
		t.Errorf("a jitter of %f", jitter)
	}
}

// TestLateInALongEra: what comes late is forwarded in its place, however long it has
// gone on; what is from before the era is not.
func TestLateInALongEra(t *testing.T) {
	f, to := newFeed(t)
	eye := to.video[0]
	f.film(77, 0, false)
	f.film(77, 2, true)
	f.film(77, 1, false)
	if eye.packets != 1 {
		t.Fatalf("%d packets, and one comes from before the picture", eye.packets)
	}
	n := 3
	for ; n < 70_000; n++ {
		f.now = f.now.Add(5 * time.Millisecond)
		f.film(77, n, false)
	}
	before, last := eye.packets, eye.last
	f.film(77, n+1, false)
	f.film(77, n, false)
	f.film(77, n, false)
	if eye.packets != before+2 || eye.last != last+2 {
		t.Errorf("%d packets to %d", eye.packets-before, eye.last-last)
	}
}

// TestStreamAnew: a layer that goes on under another SSRC begins with a key frame, and
// its receivers' numbers go on.
func TestStreamAnew(t *testing.T) {
	f, to := newFeed(t)
	ear, eye := to.audio[0], to.video[0]
	for n := range 1000 {
		f.now = f.now.Add(20 * time.Millisecond)
		f.say(78, 40_000+n)
		f.film(77, 40_000+n, n == 0)
	}
	heard, seen := ear.last, eye.last
	f.say(178, 7)
	f.film(177, 7, false)
	if ear.last != heard+1 {
		t.Errorf("sound goes on %d packets later", ear.last-heard)
	}
	if eye.last != seen || !eye.target.wantsKey.Load() {
		t.Errorf("the picture goes on in the middle, %d packets later", eye.last-seen)
	}
	f.film(177, 8, true)
	if eye.last != seen+1 {
		t.Errorf("the picture goes on %d packets later", eye.last-seen)
	}
	if eye.copyOf(f.batch, seen) == nil || eye.copyOf(f.batch, seen+1) == nil {
		t.Error("a packet is not found again")
	}
}

// TestLateIsNotLost: what has been overtaken when a report is due is not lost; what
// does not come is, once.
func TestLateIsNotLost(t *testing.T) {
	for name, c := range map[string]struct {
		comes bool
		most  float64
	}{"late": {true, 0}, "lost": {false, 0.021}} {
		var a arrivals
		now := time.Unix(1_800_000_000, 0)
		sum := 0.0
		for n := range uint16(1000) {
			now = now.Add(20 * time.Millisecond)
			if n%50 == 48 {
				continue
			}
			a.note(n, uint32(n)*960, 48_000, now)
			if n%50 != 49 {
				continue
			}
			fraction, _ := a.lost(now)
			sum += fraction
			if c.comes {
				a.note(n-1, uint32(n-1)*960, 48_000, now)
			}
		}
		fraction, total := a.lost(now.Add(time.Second))
		if share := sum / 20; share > c.most || name == "lost" && (share < 0.018 || fraction != 1 || total != 20) || name == "late" && total != 0 {
			t.Errorf("%s: %.4f are taken for lost, %.2f at last, %d in all", name, share, fraction, total)
		}
	}
}
