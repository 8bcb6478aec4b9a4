package room

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/transport/v4/vnet"
	"github.com/pion/webrtc/v4"

	"khonggiay/app"
	"khonggiay/meeting"
	"khonggiay/meeting/sfu"
	"khonggiay/meeting/sfu/transport"
	"khonggiay/meeting/sfu/vnettest"
)

const (
	leaderIP  = "10.8.0.2"
	distantIP = "10.8.0.3"
)

// field is a host with a media server and a relay, on a virtual network.
type field struct {
	*testing.T
	*vnettest.Network
	relay  *Relay
	server *sfu.Server
}

func newField(t *testing.T) *field {
	t.Helper()
	f := &field{T: t, Network: vnettest.New(t, "10.8.0.0/24", 20*time.Millisecond), relay: newRelay()}
	at := netip.MustParseAddrPort("10.8.0.1:3478")
	mux, err := transport.Listen(transport.Config{Conns: []net.PacketConn{f.Listen(at)}})
	f.must(err)
	f.server = sfu.New(sfu.Config{Mux: mux, Candidates: sfu.Candidates([]netip.AddrPort{at}, nil)})
	t.Cleanup(func() {
		f.server.Close()
		f.must(mux.Close())
	})
	return f
}

func (f *field) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// machine is a station of a browser's kind, and what has come to it.
type machine struct {
	*testing.T
	station *sfu.Station
	sound   *webrtc.TrackLocalStaticRTP
	channel *webrtc.DataChannel
	side    *Channel // the host's
	changed chan struct{}

	mu    sync.Mutex // guards what follows
	up    bool
	open  bool
	told  []Told
	heard int // packets of sound
}

// Up implements Events.
func (m *machine) Up() { m.note(func() { m.up = true }) }

// Lost implements Events.
func (m *machine) Lost() {}

// Gone implements Events.
func (m *machine) Gone() {}

// Slots implements Events.
func (m *machine) Slots(meeting.Slots) {}

// Layers implements Events.
func (m *machine) Layers(meeting.Layers) {}

// Speaking implements Events.
func (m *machine) Speaking(app.ID) {}

// Message implements Events as the room does.
func (m *machine) Message(label string, b []byte) {
	if label == FollowLabel {
		m.side.Message(b)
	}
}

func (m *machine) note(change func()) {
	m.mu.Lock()
	change()
	m.mu.Unlock()
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

func (m *machine) until(what string, ok func() bool) {
	m.Helper()
	late := time.After(30 * time.Second)
	for {
		m.mu.Lock()
		holds := ok()
		m.mu.Unlock()
		if holds {
			return
		}
		select {
		case <-m.changed:
		case <-late:
			m.Fatalf("not in time: %s", what)
		}
	}
}

// come brings a person's machine in: it sends sound, has a place for that of others,
// and follows over its data channel.
func (f *field) come(person app.ID, ip string, queue vnet.Discipline) *machine {
	f.Helper()
	m := &machine{T: f.T, changed: make(chan struct{}, 1)}
	media := &webrtc.MediaEngine{}
	f.must(media.RegisterDefaultCodecs())
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(f.Browser(ip, queue))).NewPeerConnection(webrtc.Configuration{})
	f.must(err)
	f.Cleanup(func() { _ = pc.GracefulClose() })
	m.sound, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "sound", "own")
	f.must(err)
	_, err = pc.AddTransceiverFromTrack(m.sound, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	f.must(err)
	for range meeting.AudioSlots {
		_, err = pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		f.must(err)
	}
	pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := t.ReadRTP(); err != nil {
				return
			}
			m.note(func() { m.heard++ })
		}
	})
	ordered, again := false, uint16(0)
	m.channel, err = pc.CreateDataChannel(FollowLabel, &webrtc.DataChannelInit{Ordered: &ordered, MaxRetransmits: &again})
	f.must(err)
	m.channel.OnOpen(func() { m.note(func() { m.open = true }) })
	m.channel.OnMessage(func(b webrtc.DataChannelMessage) {
		var told Told
		if err := json.Unmarshal(b.Data, &told); err != nil {
			f.Error(err)
		}
		m.note(func() { m.told = append(m.told, told) })
	})
	m.side = NewChannel(func(b []byte) { m.station.Send(FollowLabel, b) })
	offer, err := pc.CreateOffer(nil)
	f.must(err)
	gathered := webrtc.GatheringCompletePromise(pc)
	f.must(pc.SetLocalDescription(offer))
	<-gathered
	station, answer, err := f.server.Join(f.Context(), "m", person, pc.LocalDescription().SDP, m)
	f.must(err)
	m.station = station
	f.must(pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	ctx, cancel := context.WithCancel(f.Context())
	done := make(chan error, 1)
	go func() { done <- f.relay.Follow(ctx, m.side, "m", person) }()
	f.Cleanup(func() {
		cancel()
		f.must(<-done)
	})
	m.until("the station and its channel are up", func() bool { return m.up && m.open })
	return m
}

// say tells the host, as a leader's screen does.
func (m *machine) say(a Asked) {
	b, err := json.Marshal(a)
	if err != nil {
		m.Fatal(err)
	}
	if err := m.channel.SendText(string(b)); err != nil {
		m.Fatal(err)
	}
}

// shown is what a page shows of what has come: nothing that is older than what it
// showed before.
func shown(all []Told) (out []Told) {
	for _, told := range all {
		if len(out) == 0 || told.Seq > out[len(out)-1].Seq {
			out = append(out, told)
		}
	}
	return out
}

// lead has the person lead, over a connection whose frames nobody looks at.
func (f *field) lead(m *machine, person app.ID) {
	f.Helper()
	line := connect(f.T, f.relay, person)
	ended := make(chan error, 1)
	go func() {
		for {
			select {
			case <-line.down:
			case err := <-line.done:
				ended <- err
				return
			}
		}
	}()
	f.Cleanup(func() {
		line.end()
		f.must(<-ended)
	})
	line.ask(Asked{Take: true})
	m.until("he leads", func() bool { return len(m.told) > 0 && last(m.told).Lead.By == person })
}

// TestReadableOnAPoorLine: a point behind 64 kbit/s that loses every fifth packet is
// where the leader is, and hears him: he may turn pages and point as fast as a screen
// tells it, no page is followed by one before it, and the last one comes.
func TestReadableOnAPoorLine(t *testing.T) { synctest.Test(t, readableOnAPoorLine) }

func readableOnAPoorLine(t *testing.T) {
	f := newField(t)
	f.Lose(distantIP, 0.2)
	leader := f.come("chair", leaderIP, nil)
	f.lead(leader, "chair")
	distant := f.come("member", distantIP, vnet.NewTBFQueue(64_000, 1500, 8_000))
	leader.station.Allow(meeting.Sends{Audio: true})
	f.server.Floor("m", []app.ID{"chair"})

	// A frame of sound is 20 ms of 32 kbit/s; 20 points a second, and two pages.
	frame, said := time.NewTicker(20*time.Millisecond), 0
	defer frame.Stop()
	speak := func() {
		<-frame.C
		said++
		f.must(leader.sound.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(said), Timestamp: uint32(said) * 960}, Payload: make([]byte, 80)}))
	}
	at, seq := meeting.Place{Material: "01je0000000000000000000000", Version: 17, Zoom: 1250, Y: 500}, uint64(0)
	say := func(a Asked) {
		seq++
		a.Seq = seq
		leader.say(a)
	}
	var point meeting.Point
	for at.Page < 16 {
		if said%25 == 0 {
			at.Page++
			say(Asked{Place: &at})
		}
		if said%5 < 2 {
			point = meeting.Point{Page: at.Page, X: said, Y: 500}
			say(Asked{Point: &point})
		}
		speak()
	}
	distant.mu.Lock()
	before := distant.heard
	distant.mu.Unlock()
	stop := make(chan struct{})
	var speaking sync.WaitGroup
	speaking.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				speak()
			}
		}
	})
	distant.until("the last place and pointer", func() bool {
		all := shown(distant.told)
		if len(all) == 0 {
			return false
		}
		lead := last(all).Lead
		return lead.Place != nil && *lead.Place == at && lead.Point != nil && *lead.Point == point
	})
	distant.until("the sound goes on", func() bool { return distant.heard > before+50 })
	close(stop)
	speaking.Wait()

	distant.mu.Lock()
	defer distant.mu.Unlock()
	page := 0
	for _, told := range shown(distant.told) {
		if p := told.Lead.Place; p != nil && p.Page < page {
			t.Errorf("page %d after %d", p.Page, page)
		} else if p != nil {
			page = p.Page
		}
	}
	// What is lost, and what the line does not bear besides.
	if part := float64(distant.heard) / float64(said); part < 0.6 {
		t.Errorf("%.2f of the sound came", part)
	}
}
