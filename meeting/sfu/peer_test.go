package sfu

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stand is a server of media on the loopback address.
type stand struct {
	*testing.T
	server *Server
	h264   bool // cameras are coded in H.264
}

func newStand(t *testing.T) *stand {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mux, err := transport.Listen(transport.Config{Conns: []net.PacketConn{conn}, Listeners: []net.Listener{l}})
	if err != nil {
		t.Fatal(err)
	}
	at := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	s := New(Config{Mux: mux, Candidates: Candidates([]netip.AddrPort{at}, []netip.AddrPort{l.Addr().(*net.TCPAddr).AddrPort()})})
	t.Cleanup(func() {
		s.Close()
		if err := mux.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stand{T: t, server: s}
}

// peer is a station by pion/webrtc, another implementation than the server's.
type peer struct {
	*testing.T
	pc      *webrtc.PeerConnection
	station *Station
	sound   *webrtc.TrackLocalStaticRTP
	layers  []*webrtc.TrackLocalStaticRTP
	channel *webrtc.DataChannel

	mu       sync.Mutex
	changed  chan struct{}
	up, gone bool
	slots    meeting.Slots
	wanted   map[meeting.Track][]bool
	speaking app.ID
	messages []string                 // that the server was sent
	heard    []string                 // that the station was sent
	got      map[string][]*rtp.Packet // by the slot's name
	keys     int                      // key frames that the server asked for
}

// Up implements Events.
func (p *peer) Up() { p.note(func() { p.up = true }) }

// Lost implements Events.
func (p *peer) Lost() { p.note(func() { p.up = false }) }

// Gone implements Events.
func (p *peer) Gone() { p.note(func() { p.gone = true }) }

// Slots implements Events.
func (p *peer) Slots(s meeting.Slots) { p.note(func() { p.slots = s }) }

// Layers implements Events.
func (p *peer) Layers(l meeting.Layers) { p.note(func() { p.wanted[l.Track] = l.Wanted }) }

// Speaking implements Events.
func (p *peer) Speaking(id app.ID) { p.note(func() { p.speaking = id }) }

// Message implements Events.
func (p *peer) Message(label string, m []byte) {
	p.note(func() { p.messages = append(p.messages, label+":"+string(m)) })
}

func (p *peer) note(change func()) {
	p.mu.Lock()
	change()
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

func (p *peer) until(what string, ok func() bool) {
	p.Helper()
	late := time.After(20 * time.Second)
	for {
		p.mu.Lock()
		holds := ok()
		p.mu.Unlock()
		if holds {
			return
		}
		select {
		case <-p.changed:
		case <-late:
			p.Fatalf("not in time: %s", what)
		}
	}
}

// engine is pion's with the codecs, extensions and feedback of a browser. Its NACK
// generator does not learn of retransmissions, so how often it asks is bounded.
func engine(t *testing.T, settings webrtc.SettingEngine) *webrtc.API {
	t.Helper()
	m := &webrtc.MediaEngine{}
	if err := m.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	for kind, uris := range map[webrtc.RTPCodecType][]string{
		webrtc.RTPCodecTypeAudio: {extMid, extLevel, extTransport},
		webrtc.RTPCodecTypeVideo: {extMid, extLayer, extRepaired, extTransport},
	} {
		for _, uri := range uris {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind); err != nil {
				t.Fatal(err)
			}
		}
	}
	feedback := &interceptor.Registry{}
	if err := webrtc.RegisterDefaultInterceptorsWithOptions(m, feedback, webrtc.WithNackGeneratorOptions(nack.GeneratorMaxNacksPerPacket(6), nack.GeneratorInterval(40*time.Millisecond))); err != nil {
		t.Fatal(err)
	}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4})
	return webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(feedback), webrtc.WithSettingEngine(settings))
}

// join brings a station in that may send sound and a camera of two layers, and has
// some slots.
func (s *stand) join(id app.ID, slots int) *peer {
	s.Helper()
	return s.joinOver(webrtc.SettingEngine{}, id, slots)
}

// joinOver is join over another network.
func (s *stand) joinOver(settings webrtc.SettingEngine, id app.ID, slots int) *peer {
	s.Helper()
	p := &peer{T: s.T, changed: make(chan struct{}, 1), wanted: map[meeting.Track][]bool{}, got: map[string][]*rtp.Packet{}}
	pc, err := engine(s.T, settings).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		s.Fatal(err)
	}
	p.pc = pc
	s.Cleanup(func() { _ = pc.GracefulClose() })
	must := func(err error) {
		s.Helper()
		if err != nil {
			s.Fatal(err)
		}
	}
	p.sound, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "sound", "own")
	must(err)
	_, err = pc.AddTransceiverFromTrack(p.sound, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	must(err)
	var camera *webrtc.RTPSender
	codec := vp8
	if s.h264 {
		codec = h264
	}
	for _, name := range []string{"q", "h"} {
		track, err := webrtc.NewTrackLocalStaticRTP(codec.RTPCodecCapability, "camera", "own", webrtc.WithRTPStreamID(name))
		must(err)
		p.layers = append(p.layers, track)
		if camera == nil {
			tr, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
			must(err)
			must(tr.SetCodecPreferences([]webrtc.RTPCodecParameters{codec}))
			camera = tr.Sender()
		} else {
			must(camera.AddEncoding(track))
		}
	}
	for range meeting.AudioSlots {
		_, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		must(err)
	}
	for range slots {
		_, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		must(err)
	}
	p.channel, err = pc.CreateDataChannel("follow", nil)
	must(err)
	p.channel.OnMessage(func(m webrtc.DataChannelMessage) { p.note(func() { p.heard = append(p.heard, string(m.Data)) }) })
	pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			got, _, err := t.ReadRTP()
			if err != nil {
				return
			}
			p.note(func() { p.got[t.ID()] = append(p.got[t.ID()], got) })
		}
	})
	offer, err := pc.CreateOffer(nil)
	must(err)
	gathered := webrtc.GatheringCompletePromise(pc)
	must(pc.SetLocalDescription(offer))
	<-gathered
	station, answer, err := s.server.Join(context.Background(), "hop", id, pc.LocalDescription().SDP, p)
	must(err)
	p.station = station
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		s.Fatalf("%v\n%s", err, answer)
	}
	go func() {
		for {
			all, _, err := camera.ReadRTCP()
			if err != nil {
				return
			}
			for _, one := range all {
				if _, ok := one.(*rtcp.PictureLossIndication); ok {
					p.note(func() { p.keys++ })
				}
			}
		}
	}()
	p.until("the station is up", func() bool { return p.up })
	return p
}

// say sends a packet of sound of that loudness.
func (p *peer) say(sequence uint16, level uint8) {
	p.Helper()
	h := rtp.Header{Version: 2, SequenceNumber: sequence, Timestamp: uint32(sequence) * 960}
	p.extend("audio", &h, extLevel, []byte{level})
	if err := p.sound.WriteRTP(&rtp.Packet{Header: h, Payload: []byte{0xfc, byte(sequence)}}); err != nil {
		p.Fatal(err)
	}
}

// extend puts a header extension into a packet, by the number that was agreed on.
func (p *peer) extend(kind string, h *rtp.Header, uri string, value []byte) {
	p.Helper()
	for _, tr := range p.pc.GetTransceivers() {
		if tr.Sender() == nil || tr.Kind().String() != kind || tr.Direction() != webrtc.RTPTransceiverDirectionSendonly {
			continue
		}
		for _, e := range tr.Sender().GetParameters().HeaderExtensions {
			if e.URI == uri {
				if err := h.SetExtension(uint8(e.ID), value); err != nil {
					p.Fatal(err)
				}
				return
			}
		}
	}
	p.Fatalf("%s is not agreed on", uri)
}

// vp8 and h264 are what cameras are coded in.
var (
	vp8  = webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, PayloadType: 96}
	h264 = webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeH264, ClockRate: 90000,
		SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}, PayloadType: 106}
)

// filmH264 sends a frame of one packet in H.264: parameter sets before each key frame.
func (p *peer) filmH264(layer int, frame uint16, key bool) {
	p.Helper()
	payload := []byte{0x41, byte(frame), 1, 2, 3}
	if key {
		set := []byte{0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x28, 0x02, 0xdc, 0x80} // 1280 × 720
		payload = append(append([]byte{24, 0, byte(len(set))}, set...), 0, 2, 0x65, byte(frame))
	}
	p.send(layer, frame, payload)
}

// film sends a frame of one packet in a layer.
func (p *peer) film(layer int, frame uint16, key bool) {
	p.Helper()
	p.filmSized(layer, frame, key, 0)
}

// filmSized is film with a frame of at least a size.
func (p *peer) filmSized(layer int, frame uint16, key bool, size int) {
	p.Helper()
	payload := []byte{0x90, 0x80, 0x80 | byte(frame>>8), byte(frame), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	if key {
		payload = append(payload[:4], 0x10, 2, 0, 0x9d, 1, 0x2a, 0, 0, 0, 0)
		binary.LittleEndian.PutUint16(payload[10:], uint16(640*(layer+1)))
		binary.LittleEndian.PutUint16(payload[12:], uint16(360*(layer+1)))
	}
	if more := size - len(payload); more > 0 {
		payload = append(payload, make([]byte, more)...)
	}
	p.send(layer, frame, payload)
}

// send sends a packet of the camera.
func (p *peer) send(layer int, frame uint16, payload []byte) {
	p.Helper()
	h := rtp.Header{Version: 2, Marker: true, SequenceNumber: frame + uint16(layer)*20000, Timestamp: uint32(frame)*3000 + uint32(layer)*1e6}
	for uri, value := range map[string]string{extMid: "1", extLayer: p.layers[layer].RID()} {
		p.extend("video", &h, uri, []byte(value))
	}
	if err := p.layers[layer].WriteRTP(&rtp.Packet{Header: h, Payload: payload}); err != nil {
		p.Fatal(err)
	}
}

// inOrder is what has come in a slot, in the order of sending, each packet once: the
// client hands retransmissions on as they come.
func (p *peer) inOrder(slot string) []*rtp.Packet {
	all := slices.Clone(p.got[slot])
	slices.SortStableFunc(all, func(a, b *rtp.Packet) int { return int(int16(a.SequenceNumber - b.SequenceNumber)) })
	return slices.CompactFunc(all, func(a, b *rtp.Packet) bool { return a.SequenceNumber == b.SequenceNumber })
}
