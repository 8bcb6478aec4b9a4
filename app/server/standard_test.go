package server

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"khonggiay/app"
	"khonggiay/meeting"
)

// encoder is a standard client by pion/webrtc, which knows of WHIP and WHEP alone.
type encoder struct {
	*fixture
	pc       *webrtc.PeerConnection
	location string
	token    string
}

func (f *fixture) equip(m app.ID, name string, use meeting.GuestUse) Equipped {
	f.Helper()
	var got Equipped
	f.do("room.token", EquipRequest{Meeting: m, Name: name, Use: use, Hours: 1}, &got)
	got.URL = strings.Replace(got.URL, "localhost:0", f.Addr(), 1) // the port that was free
	return got
}

// plain is a peer connection as in any example: nothing of ours.
func (f *fixture) plain() *webrtc.PeerConnection {
	f.Helper()
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	m := &webrtc.MediaEngine{}
	if err := m.RegisterDefaultCodecs(); err != nil {
		f.Fatal(err)
	}
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(m)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = pc.GracefulClose() })
	return pc
}

// begin posts the offer, and takes the answer.
func (f *fixture) begin(pc *webrtc.PeerConnection, e Equipped) *encoder {
	f.Helper()
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		f.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		f.Fatal(err)
	}
	<-gathered
	resp, answer := f.send(f.browser(), http.MethodPost, e.URL, strings.NewReader(pc.LocalDescription().SDP), "Content-Type", sdpType, "Authorization", "Bearer "+e.Token)
	if resp.StatusCode != http.StatusCreated || resp.Header.Get("Content-Type") != sdpType {
		f.Fatalf("%s: %s", resp.Status, answer)
	}
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: string(answer)}); err != nil {
		f.Fatalf("%v\n%s", err, answer)
	}
	return &encoder{f, pc, resp.Header.Get("Location"), e.Token}
}

func (e *encoder) end(token string) int {
	e.Helper()
	resp, _ := e.send(e.browser(), http.MethodDelete, "https://"+e.Addr()+e.location, nil, "Authorization", "Bearer "+token)
	return resp.StatusCode
}

// TestStandardClients: an encoder that speaks WHIP is seen by a display that speaks
// WHEP; neither knows anything of the room.
func TestStandardClients(t *testing.T) {
	f := open(t).run()
	m := f.sitting()
	display := f.plain()
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := display.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			t.Fatal(err)
		}
	}
	seen, heard := make(chan struct{}, 1), make(chan struct{}, 1)
	display.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := track.ReadRTP(); err != nil {
				return
			}
			to := seen
			if track.Kind() == webrtc.RTPCodecTypeAudio {
				to = heard
			}
			poke(to)
		}
	})
	wall := f.begin(display, f.equip(m, "Màn hình sảnh", meeting.ForWatching))

	camera := f.plain()
	sound, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "a", "a")
	if err != nil {
		t.Fatal(err)
	}
	picture, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, "v", "v")
	if err != nil {
		t.Fatal(err)
	}
	for _, track := range []webrtc.TrackLocal{sound, picture} {
		if _, err := camera.AddTrack(track); err != nil {
			t.Fatal(err)
		}
	}
	e := f.equip(m, "Máy quay hội trường", meeting.ForSending)
	hall := f.begin(camera, e)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := uint16(1); ; n++ {
			select {
			case <-ended:
				return
			case <-tick.C:
			}
			_ = sound.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: []byte{0xfc, 1}})
			_ = picture.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, SequenceNumber: n, Timestamp: uint32(n) * 1800}, Payload: []byte{0x10, 0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1}})
		}
	}()
	late := time.After(30 * time.Second)
	for what, c := range map[string]chan struct{}{"pictures": seen, "sound": heard} {
		select {
		case <-c:
		case <-late:
			t.Fatalf("no %s on the wall", what)
		}
	}
	if code := hall.end(wall.token); code != http.StatusUnauthorized {
		t.Errorf("another's token ends it: %d", code)
	}
	if code := hall.end(e.Token); code != http.StatusOK {
		t.Errorf("ending it: %d", code)
	}
	if code := hall.end(e.Token); code != http.StatusNotFound {
		t.Errorf("ending it again: %d", code)
	}
}

// TestStandardStrangers: what is no offer, no token, or one for something else.
func TestStandardStrangers(t *testing.T) {
	f := open(t).run()
	m := f.sitting()
	send := f.equip(m, "Máy quay", meeting.ForSending)
	watch := strings.Replace(send.URL, pathWHIP, pathWHEP, 1)
	for _, c := range []struct {
		name, url, token, kind string
		want                   int
	}{
		{"no token", send.URL, "", sdpType, http.StatusUnauthorized},
		{"a wrong one", send.URL, "Bearer abc", sdpType, http.StatusUnauthorized},
		{"one for the other use", watch, "Bearer " + send.Token, sdpType, http.StatusUnauthorized},
		{"no SDP", send.URL, "Bearer " + send.Token, "text/plain", http.StatusUnsupportedMediaType},
		{"no offer", send.URL, "Bearer " + send.Token, sdpType, http.StatusConflict},
	} {
		header := []string{"Content-Type", c.kind}
		if c.token != "" {
			header = append(header, "Authorization", c.token)
		}
		if resp, b := f.send(f.browser(), http.MethodPost, c.url, strings.NewReader("v=0"), header...); resp.StatusCode != c.want {
			t.Errorf("%s: %d %s", c.name, resp.StatusCode, b)
		}
	}
	// A device's token is no link for a person's page.
	resp, b := f.send(f.browser(), http.MethodPost, "https://"+f.Addr()+"/api/guest/ticket", strings.NewReader(`{"link":"`+send.Token+`"}`), "Content-Type", "application/json", "Origin", "https://"+f.Addr())
	if resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("at the guests' page: %d %s", resp.StatusCode, b)
	}
}
