package sfu

import (
	_ "embed"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu/transport"
)

// chromiumOffer is a browser's, with sound, a camera of three layers, a screen, a
// slot for either and a data channel.
//
//go:embed testdata/chromium.sdp
var chromiumOffer string

// TestChromiumOffer: a browser's offer is read to the end.
func TestChromiumOffer(t *testing.T) {
	o, err := readOffer(chromiumOffer)
	if err != nil {
		t.Fatal(err)
	}
	a := o.answer(host{credentials: transport.NewCredentials(), source: newSource})
	if len(a.sends) != 3 || len(a.sends[1].section.layers) != 3 || len(a.audio) != 1 || len(a.video) != 1 || !o.peer.Channels {
		t.Errorf("%d tracks, %d and %d slots, channels: %v", len(a.sends), len(a.audio), len(a.video), o.peer.Channels)
	}
	if e := o.ext; e.mid == 0 || e.layer == 0 || e.repaired == 0 || e.level == 0 || e.transport == 0 {
		t.Errorf("extensions %+v", e)
	}
}

// TestAnswerBounds: the sound that a station sends is small, and one that does not
// report arrivals may say how much it can take.
func TestAnswerBounds(t *testing.T) {
	for name, c := range map[string]struct {
		offer string
		bound bool
	}{"browser": {chromiumOffer, false}, "player": {poor, true}} {
		o, err := readOffer(c.offer)
		if err != nil {
			t.Fatal(err)
		}
		a := o.answer(host{credentials: transport.NewCredentials(), source: newSource})
		if !strings.Contains(a.text, "a=fmtp:111 minptime=10;maxaveragebitrate=32000;") {
			t.Errorf("%s: sound has no bound", name)
		}
		if got := strings.Contains(a.text, "a=rtcp-fb:96 goog-remb\r\n"); got != c.bound {
			t.Errorf("%s: may say what it can take: %v", name, got)
		}
	}
}

// FuzzOffer: whatever is offered, it is refused or has an answer of a bounded size
// that can be read, with nothing of the offer in it that could be more than it seems.
func FuzzOffer(f *testing.F) {
	f.Add(chromiumOffer)
	f.Add(strings.ReplaceAll(chromiumOffer, "a=mid:1\r\n", "a=mid:0\r\n"))
	f.Add(strings.ReplaceAll(chromiumOffer, "a=sendonly", "a=recvonly"))
	f.Add(strings.ReplaceAll(chromiumOffer, "a=rid:q send", "a=rid:q\ra=b send"))
	f.Add(strings.Replace(chromiumOffer, "a=mid:1\r\n", "a=mid:1\r\n"+strings.Repeat("a=extmap:4 "+extMid+"\r\n", 4000), 1))
	first, rest, _ := strings.Cut(chromiumOffer, "m=video")
	section, _, _ := strings.Cut(rest, "m=video")
	f.Add(first)
	f.Add(first + strings.Repeat("m=video"+section, 70))
	f.Fuzz(func(t *testing.T, text string) {
		o, err := readOffer(text)
		if err != nil {
			return
		}
		if len(o.sections) > maxSections {
			t.Fatalf("%d sections", len(o.sections))
		}
		for _, s := range o.sections {
			if len(s.layers) > maxLayers || len(s.sources) > 2*maxLayers || len(s.repairs) > maxLayers || len(s.lines) > 5 {
				t.Fatalf("%d layers, %d sources, %d repairs, %d lines", len(s.layers), len(s.sources), len(s.repairs), len(s.lines))
			}
		}
		a := o.answer(host{credentials: transport.NewCredentials(), candidates: []string{"1 1 udp 1 192.0.2.1 3478 typ host"}, source: newSource})
		if len(a.text) > maxSections*8<<10 {
			t.Fatalf("an answer of %d bytes", len(a.text))
		}
		var d sdp.SessionDescription
		if err := d.UnmarshalString(a.text); err != nil {
			t.Fatalf("%v\n%s", err, a.text)
		}
		if len(d.MediaDescriptions) != len(o.sections) {
			t.Fatalf("%d sections answer %d", len(d.MediaDescriptions), len(o.sections))
		}
		for line := range strings.SplitSeq(a.text, "\r\n") {
			if strings.ContainsAny(line, "\r\n") {
				t.Fatalf("a line in a line: %q", line)
			}
		}
	})
}

// nobody is told everything and does nothing.
type nobody struct{}

// Up implements Events.
func (nobody) Up() {}

// Lost implements Events.
func (nobody) Lost() {}

// Gone implements Events.
func (nobody) Gone() {}

// Slots implements Events.
func (nobody) Slots(meeting.Slots) {}

// Layers implements Events.
func (nobody) Layers(meeting.Layers) {}

// Speaking implements Events.
func (nobody) Speaking(app.ID) {}

// Message implements Events.
func (nobody) Message(string, []byte) {}

// pair is two stations of a conference that nobody tends: what is done is done by
// the packets alone.
func pair(t *testing.T, mux *transport.Mux) (from, to *Station) {
	t.Helper()
	return pairOf(t, mux, chromiumOffer)
}

// pairOf is a pair of which the one who watches has another offer.
func pairOf(t *testing.T, mux *transport.Mux, watcher string) (from, to *Station) {
	t.Helper()
	s := New(Config{Mux: mux})
	c := newConference(s, "hop")
	enter := func(id app.ID, text string) *Station {
		o, err := readOffer(text)
		if err != nil {
			t.Fatal(err)
		}
		a := o.answer(host{source: newSource})
		st := newStation(s, id, nobody{}, &o, &a)
		st.conference = c
		c.enter(st)
		st.Allow(meeting.Sends{Audio: true, Camera: true, Screen: true})
		return st
	}
	from, to = enter("an", chromiumOffer), enter("binh", watcher)
	to.Watch([]meeting.Wish{{Station: "an", Track: meeting.Camera, Height: 180}})
	to.allot(time.Unix(1_800_000_000, 0))
	return from, to
}

// FuzzPackets: whatever a station sends once it has keys, nothing breaks, and what is
// remembered of it has bounds. The input is packets with their lengths; the top two
// bits say what of them: RTP or RTCP, of who sends or of who watches.
func FuzzPackets(f *testing.F) {
	mux, err := transport.Listen(transport.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = mux.Close() })
	var seed []byte
	add := func(kind uint16, raw []byte, err error) {
		if err != nil {
			f.Fatal(err)
		}
		seed = binary.BigEndian.AppendUint16(seed, kind<<14|uint16(len(raw)))
		seed = append(seed, raw...)
	}
	for n := range uint16(6) {
		p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96, SequenceNumber: 2 * n, SSRC: 77}, Payload: []byte{0x90, 0x80, 0x81, byte(n), 0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1}}
		for id, value := range map[uint8]string{4: "1", 10: "q", 3: "\x00" + string(rune(n))} { // as the offer has them
			if err := p.SetExtension(id, []byte(value)); err != nil {
				f.Fatal(err)
			}
		}
		raw, err := p.Marshal()
		add(0, raw, err)
	}
	voice := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 111, SSRC: 78}, Payload: []byte{0xfc}}
	if err := voice.SetExtension(4, []byte("0")); err != nil {
		f.Fatal(err)
	}
	raw, err := voice.Marshal()
	add(0, raw, err)
	for _, p := range []rtcp.Packet{
		&rtcp.SenderReport{SSRC: 77, Reports: []rtcp.ReceptionReport{{SSRC: 77}}},
		&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: 77, LastSenderReport: 1, Delay: 2}}},
		&rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: 77, Nacks: []rtcp.NackPair{{PacketID: 1, LostPackets: 0xffff}}},
		&rtcp.PictureLossIndication{MediaSSRC: 77},
		&rtcp.FullIntraRequest{FIR: []rtcp.FIREntry{{SSRC: 77}}},
		&rtcp.TransportLayerCC{Header: rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5}, PacketStatusCount: 1,
			PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{PacketStatusSymbol: rtcp.TypeTCCPacketReceivedSmallDelta, RunLength: 1}},
			RecvDeltas:   []*rtcp.RecvDelta{{Type: rtcp.TypeTCCPacketReceivedSmallDelta, Delta: 250}}},
		&rtcp.Goodbye{Sources: []uint32{77}},
	} {
		raw, err := p.Marshal()
		add(1, raw, err)
		add(3, raw, err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		from, to := pair(t, mux)
		batch, now := mux.NewBatch(), time.Unix(1_800_000_000, 0)
		for len(b) >= 2 {
			head := binary.BigEndian.Uint16(b)
			n := min(int(head&0x3fff), len(b)-2)
			one := b[2 : 2+n]
			b = b[2+n:]
			st := from
			if head&0x8000 != 0 {
				st = to
				// What it speaks of is what it is sent.
				if len(one) >= 12 {
					one = append([]byte{}, one...)
					binary.BigEndian.PutUint32(one[8:], to.video[0].source)
				}
			}
			if head&0x4000 != 0 {
				st.Control(batch, one, now)
			} else {
				st.Packet(batch, one, now)
			}
			batch.Flush()
			now = now.Add(7 * time.Millisecond)
		}
		for _, st := range []*Station{from, to} {
			layers := 0
			for _, src := range st.sources {
				layers += len(src.layers)
				for _, l := range src.layers {
					if len(l.arrival.missing) > maxGaps {
						t.Fatalf("%d gaps are remembered", len(l.arrival.missing))
					}
				}
			}
			if len(st.layers) > layers || len(st.repaired) > layers {
				t.Fatalf("%d and %d sources of %d layers", len(st.layers), len(st.repaired), layers)
			}
			for _, s := range st.video {
				if len(s.before) > keptEras {
					t.Fatalf("%d eras are remembered", len(s.before))
				}
			}
		}
	})
}
