// Package turntest has a station for tests that comes as a browser does, over a relay
// if it has nothing else: by pion/webrtc, which knows nothing of this host.
package turntest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"khonggiay/meeting"
)

// Relay is a relay that a station uses, and nothing else.
type Relay struct {
	URL        string // turn:… or turns:…
	Username   string
	Credential string
	// TLS opens the connection in the place of the URL's host and port; nil: it is
	// opened as the URL says.
	TLS  *tls.Config
	Addr string // for TLS
}

// dialer opens TLS connections to one address, whatever is asked for.
type dialer struct{ Relay }

// Dial implements proxy.Dialer.
func (d dialer) Dial(network, _ string) (net.Conn, error) {
	return tls.Dial(network, d.Addr, d.TLS)
}

// Station sends sound and a picture, and has the slots to hear and to see one.
type Station struct {
	pc     *webrtc.PeerConnection
	sound  *webrtc.TrackLocalStaticRTP
	camera *webrtc.TrackLocalStaticRTP
	end    chan struct{}
	played sync.WaitGroup
	once   sync.Once

	mu   sync.Mutex
	got  map[webrtc.RTPCodecType]int // packets
	more chan struct{}               // closed when another has come
}

// New makes a station; relay nil: by any way.
func New(relay *Relay) (s *Station, err error) {
	m := &webrtc.MediaEngine{}
	if err := m.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4})
	var config webrtc.Configuration
	if relay != nil {
		config.ICETransportPolicy = webrtc.ICETransportPolicyRelay
		config.ICEServers = []webrtc.ICEServer{{URLs: []string{relay.URL}, Username: relay.Username, Credential: relay.Credential}}
		if relay.TLS != nil {
			settings.SetICEProxyDialer(dialer{*relay})
		}
	}
	s = &Station{end: make(chan struct{}), got: map[webrtc.RTPCodecType]int{}, more: make(chan struct{})}
	if s.pc, err = webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithSettingEngine(settings)).NewPeerConnection(config); err != nil {
		return nil, err
	}
	s.pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := t.ReadRTP(); err != nil {
				return
			}
			s.mu.Lock()
			s.got[t.Kind()]++
			close(s.more)
			s.more = make(chan struct{})
			s.mu.Unlock()
		}
	})
	if err := s.addTracks(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Station) addTracks() (err error) {
	s.sound, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "sound", "own")
	if err != nil {
		return err
	}
	s.camera, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, "camera", "own")
	if err != nil {
		return err
	}
	for _, track := range []webrtc.TrackLocal{s.sound, s.camera} {
		if _, err := s.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
			return err
		}
	}
	for n := range meeting.AudioSlots + 1 {
		kind := webrtc.RTPCodecTypeAudio
		if n == meeting.AudioSlots {
			kind = webrtc.RTPCodecTypeVideo
		}
		if _, err := s.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return err
		}
	}
	return nil
}

// Offer is the station's offer, with the ways that it has found.
func (s *Station) Offer() (string, error) {
	offer, err := s.pc.CreateOffer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(s.pc)
	if err := s.pc.SetLocalDescription(offer); err != nil {
		return "", err
	}
	<-gathered
	return s.pc.LocalDescription().SDP, nil
}

// Answer takes the host's answer, and plays sound and key frames from then on.
func (s *Station) Answer(sdp string) error {
	if err := s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}); err != nil {
		return err
	}
	s.played.Go(s.play)
	return nil
}

func (s *Station) play() {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n := uint16(0); ; n++ {
		select {
		case <-s.end:
			return
		case <-tick.C:
		}
		_ = s.sound.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: []byte{0xfc, byte(n)}})
		frame := []byte{0x90, 0x80, 0x80 | byte(n>>8), byte(n), 0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1}
		_ = s.camera.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, SequenceNumber: n, Timestamp: uint32(n) * 3000}, Payload: frame})
	}
}

// Flows waits until so many packets of sound, and of pictures, have come.
func (s *Station) Flows(ctx context.Context, packets int) error {
	for {
		s.mu.Lock()
		sound, pictures, more := s.got[webrtc.RTPCodecTypeAudio], s.got[webrtc.RTPCodecTypeVideo], s.more
		s.mu.Unlock()
		if sound >= packets && pictures >= packets {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("%d packets of sound, %d of pictures: %w", sound, pictures, ctx.Err())
		}
	}
}

// Close leaves. Only the first does anything.
func (s *Station) Close() (err error) {
	s.once.Do(func() {
		close(s.end)
		s.played.Wait()
		err = s.pc.GracefulClose()
	})
	return err
}
