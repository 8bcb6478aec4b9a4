package packet

import (
	"bytes"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

// TestParse has another implementation write the packets.
func TestParse(t *testing.T) {
	for _, profile := range []uint16{0xBEDE, 0x1000} {
		h := rtp.Header{Version: 2, Marker: true, Padding: true, PaddingSize: 3, PayloadType: 96, SequenceNumber: 65535, Timestamp: 7, SSRC: 9, CSRC: []uint32{1, 2}, Extension: true, ExtensionProfile: profile}
		for id, text := range map[uint8]string{3: "q", 5: "ab", 14: "xyz"} {
			if err := h.SetExtension(id, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		raw, err := (&rtp.Packet{Header: h, Payload: []byte("hello")}).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(raw)
		if err != nil || !p.Marker || p.Type != 96 || p.Sequence != 65535 || p.Time != 7 || p.Source != 9 || string(p.Payload) != "hello" {
			t.Errorf("%x: %+v %v", profile, p, err)
		}
		if string(p.Extension(3)) != "q" || string(p.Extension(5)) != "ab" || string(p.Extension(14)) != "xyz" || p.Extension(4) != nil || p.Extension(0) != nil {
			t.Errorf("%x: extensions", profile)
		}
	}
}

// TestBegin has another implementation read what is written.
func TestBegin(t *testing.T) {
	for _, ext := range []uint8{0, 4} {
		b := append(Begin(nil, true, ext), "payload"...)
		Put(b, 97, 300, 1<<31, 0xdeadbeef)
		if ext != 0 {
			PutTransport(b, 513)
		}
		var p rtp.Packet
		if err := p.Unmarshal(b); err != nil || !p.Marker || p.PayloadType != 97 || p.SequenceNumber != 300 || p.Timestamp != 1<<31 || p.SSRC != 0xdeadbeef || string(p.Payload) != "payload" {
			t.Errorf("%+v %v", p, err)
		}
		if ext != 0 && !bytes.Equal(p.GetExtension(ext), []byte{2, 1}) {
			t.Errorf("extension %v", p.GetExtension(ext))
		}
	}
}

func TestVP8(t *testing.T) {
	frame := append([]byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01}, make([]byte, 2000)...)
	payloader := codecs.VP8Payloader{EnablePictureID: true}
	payloader.Payload(1000, frame) // the first picture is number 0, which has no descriptor of its own
	for i, b := range payloader.Payload(1000, frame) {
		v, err := ParseVP8(b)
		if err != nil || v.Begins != (i == 0) || v.Key != (i == 0) || i == 0 && (v.Width != 640 || v.Height != 360) || v.Picture != 1 {
			t.Errorf("%d: %+v %v", i, v, err)
		}
		PutVP8(b, &v, 99, 0)
		var got codecs.VP8Packet
		if _, err := got.Unmarshal(b); err != nil || got.PictureID != 99 {
			t.Errorf("%d: %+v %v", i, got, err)
		}
	}
	// A descriptor with everything: 15 bits of picture, level 0 index, layer 1, synced.
	b := []byte{0x90, 0xf0, 0x81, 0x02, 0x07, 0x60, 0x01, 0, 0}
	v, err := ParseVP8(b)
	if err != nil || v.Picture != 0x102 || v.Level0 != 7 || v.Temporal != 1 || !v.Sync || v.Key {
		t.Errorf("%+v %v", v, err)
	}
	PutVP8(b, &v, 0x7fff, 200)
	if v, err = ParseVP8(b); err != nil || v.Picture != 0x7fff || v.Level0 != 200 || v.Temporal != 1 {
		t.Errorf("%+v %v", v, err)
	}
}

// sps1280x720 is one of a constrained baseline encoder.
var sps1280x720 = []byte{0x67, 0x42, 0xc0, 0x1f, 0x8c, 0x8d, 0x40, 0x28, 0x02, 0xdc, 0x80}

func TestH264(t *testing.T) {
	stap := append([]byte{24, 0, byte(len(sps1280x720))}, sps1280x720...)
	for _, c := range []struct {
		name   string
		b      []byte
		key    bool
		height int
	}{
		{"parameters", sps1280x720, true, 720},
		{"together", stap, true, 720},
		{"IDR", []byte{0x65, 1}, true, 0},
		{"part of an IDR", []byte{28, 0x85, 1}, true, 0},
		{"later part", []byte{28, 0x05, 1}, false, 0},
		{"other picture", []byte{0x41, 1}, false, 0},
		{"nothing", nil, false, 0},
		{"cut", []byte{24, 0, 9, 0x67}, false, 0},
	} {
		if H264Key(c.b) != c.key || H264Height(c.b) != c.height {
			t.Errorf("%s: %t, height %d", c.name, H264Key(c.b), H264Height(c.b))
		}
	}
}

func TestNewer(t *testing.T) {
	if !Newer(1, 65535) || Newer(65535, 1) || Newer(5, 5) || !Newer(6, 5) {
		t.Error("the circle is not closed")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte{0x90, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0, 1, 0x10, 1, 0, 0, 1, 2, 3})
	f.Add(append([]byte{0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}, sps1280x720...))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			return
		}
		for id := range uint8(16) {
			p.Extension(id)
		}
		H264Key(p.Payload)
		H264Height(p.Payload)
		if v, err := ParseVP8(p.Payload); err == nil {
			PutVP8(p.Payload, &v, 1, 2)
			if again, err := ParseVP8(p.Payload); err != nil || v.pictureAt != 0 && again.Picture != 1 || again.Temporal != v.Temporal {
				t.Errorf("%+v became %+v", v, again)
			}
		}
	})
}
