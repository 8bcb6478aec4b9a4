package sfu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"

	"khonggiay/meeting"
	"khonggiay/meeting/sfu/transport"
)

// Codec is what a track is coded in.
type Codec uint8

// Codecs.
const (
	Opus Codec = iota + 1
	VP8
	H264
)

// Clock is the codec's RTP clock, Hz.
func (c Codec) Clock() uint32 {
	if c == Opus {
		return 48_000
	}
	return 90_000
}

// Header extensions that are used.
const (
	extMid       = "urn:ietf:params:rtp-hdrext:sdes:mid"
	extLayer     = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	extRepaired  = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	extLevel     = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	extTransport = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

// extensions are the numbers that a station gave them; 0 = not offered.
type extensions struct{ mid, layer, repaired, level, transport uint8 }

// format is a payload type of an offer.
type format struct {
	codec    Codec
	number   uint8
	repair   uint8 // the number of its retransmissions; 0 = none
	bounds   bool  // the station can say how much it can take (goog-remb)
	settings string
}

// voiceRate is how much a station is to send of sound, bit/s: speech that is understood
// well, with what mends losses. Four voices have to go over the poorest line.
const voiceRate = 32_000

// section is one m= section of an offer.
type section struct {
	mid     string
	kind    string // audio, video or application
	formats []format
	sends   bool // the station sends in it; else it receives
	closed  bool
	layers  []string // of a simulcast, as offered
	sources []uint32 // SSRCs that the offer names, retransmissions left out
	repairs map[uint32]uint32
	lines   []string // of header extensions that are kept
}

// offer is what a station offers, read.
type offer struct {
	peer     transport.Peer
	sections []section
	ext      extensions
}

// Limits of an offer.
const (
	maxOffer    = 256 << 10
	maxSections = 64
	maxLayers   = 3
)

// readOffer reads an offer. All sections go over one transport (RFC 9143).
func readOffer(text string) (o offer, err error) {
	if len(text) > maxOffer {
		return o, ErrOffer
	}
	var d sdp.SessionDescription
	if d.UnmarshalString(text) != nil || len(d.MediaDescriptions) == 0 || len(d.MediaDescriptions) > maxSections {
		return o, ErrOffer
	}
	for i, m := range d.MediaDescriptions {
		if i == 0 {
			if err := o.readPeer(&d, m); err != nil {
				return o, err
			}
		}
		s, err := o.readSection(m)
		if err != nil {
			return o, err
		}
		if slices.ContainsFunc(o.sections, func(other section) bool { return other.mid == s.mid }) {
			return o, ErrOffer
		}
		o.peer.Channels = o.peer.Channels || s.kind == "application" && !s.closed
		o.sections = append(o.sections, s)
	}
	return o, nil
}

func (o *offer) readPeer(d *sdp.SessionDescription, m *sdp.MediaDescription) error {
	value := func(name string) string {
		if v, ok := m.Attribute(name); ok {
			return v
		}
		v, _ := d.Attribute(name)
		return v
	}
	o.peer.Credentials = transport.Credentials{User: value("ice-ufrag"), Password: value("ice-pwd")}
	hash, print, _ := strings.Cut(value("fingerprint"), " ")
	if !o.peer.Valid() || !strings.EqualFold(hash, "sha-256") || value("setup") == "passive" {
		return ErrOffer
	}
	f, err := transport.ParseFingerprint(print)
	if err != nil {
		return ErrOffer
	}
	o.peer.Fingerprint = f
	return nil
}

func (o *offer) readSection(m *sdp.MediaDescription) (s section, err error) {
	s = section{kind: m.MediaName.Media, repairs: map[uint32]uint32{}}
	s.mid, _ = m.Attribute("mid")
	_, bundled := m.Attribute("bundle-only")
	s.closed = m.MediaName.Port.Value == 0 && !bundled
	if !token(s.mid) {
		return s, ErrOffer
	}
	switch s.kind {
	case "application":
		return s, nil
	case "audio", "video":
	default:
		s.closed = true
		return s, nil
	}
	_, onlyReceives := m.Attribute("recvonly")
	_, inactive := m.Attribute("inactive")
	s.sends = !onlyReceives
	s.closed = s.closed || inactive
	s.formats = readFormats(m)
	for _, a := range m.Attributes {
		switch a.Key {
		case "extmap":
			o.readExtension(&s, a.Value)
		case "rid":
			if id, way, _ := strings.Cut(a.Value, " "); token(id) && strings.HasPrefix(way, "send") && len(s.layers) < maxLayers {
				s.layers = append(s.layers, id)
			}
		case "ssrc-group":
			if f := strings.Fields(a.Value); len(f) == 3 && f[0] == "FID" {
				of, err := strconv.ParseUint(f[1], 10, 32)
				by, err2 := strconv.ParseUint(f[2], 10, 32)
				if err == nil && err2 == nil && len(s.repairs) < maxLayers {
					s.repairs[uint32(by)] = uint32(of)
				}
			}
		case "ssrc":
			text, _, _ := strings.Cut(a.Value, " ")
			if n, err := strconv.ParseUint(text, 10, 32); err == nil && len(s.sources) < 2*maxLayers && !slices.Contains(s.sources, uint32(n)) {
				s.sources = append(s.sources, uint32(n))
			}
		}
	}
	s.sources = slices.DeleteFunc(s.sources, func(n uint32) bool { _, repairs := s.repairs[n]; return repairs })
	return s, nil
}

// token reports whether a name can be repeated in an answer as it is.
func token(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for _, r := range s {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_' || r == '.') {
			return false
		}
	}
	return true
}

func (o *offer) readExtension(s *section, value string) {
	number, uri, _ := strings.Cut(value, " ")
	number, _, _ = strings.Cut(number, "/")
	uri, _, _ = strings.Cut(uri, " ")
	n, err := strconv.ParseUint(number, 10, 8)
	if err != nil || n == 0 || n > 14 {
		return
	}
	for known, at := range map[string]*uint8{extMid: &o.ext.mid, extLayer: &o.ext.layer, extRepaired: &o.ext.repaired, extLevel: &o.ext.level, extTransport: &o.ext.transport} {
		if uri == known && (*at == 0 || *at == uint8(n)) {
			*at = uint8(n)
			if line := fmt.Sprintf("extmap:%d %s", n, known); !slices.Contains(s.lines, line) {
				s.lines = append(s.lines, line)
			}
		}
	}
}

// readFormats finds the codecs that are known here, in the order of the offer.
func readFormats(m *sdp.MediaDescription) (out []format) {
	names, settings, bounds := map[uint8]string{}, map[uint8]string{}, map[uint8]bool{}
	for _, a := range m.Attributes {
		number, rest, _ := strings.Cut(a.Value, " ")
		n, err := strconv.ParseUint(number, 10, 7)
		if err != nil {
			continue
		}
		switch a.Key {
		case "rtpmap":
			names[uint8(n)] = strings.ToLower(rest)
		case "fmtp":
			settings[uint8(n)] = rest
		case "rtcp-fb":
			bounds[uint8(n)] = bounds[uint8(n)] || rest == "goog-remb"
		}
	}
	repairs := map[uint8]uint8{}
	for n, name := range names {
		if name != "rtx/90000" {
			continue
		}
		if apt, ok := strings.CutPrefix(settings[n], "apt="); ok {
			if of, err := strconv.ParseUint(apt, 10, 7); err == nil {
				repairs[uint8(of)] = n
			}
		}
	}
	for _, text := range m.MediaName.Formats {
		n, err := strconv.ParseUint(text, 10, 7)
		if err != nil {
			continue
		}
		f := format{number: uint8(n), repair: repairs[uint8(n)], bounds: bounds[uint8(n)]}
		switch names[f.number] {
		case "opus/48000/2":
			f.codec = Opus
		case "vp8/90000":
			f.codec = VP8
		case "h264/90000":
			f.codec, f.settings = H264, settings[f.number]
			if !strings.Contains(f.settings, "packetization-mode=1") || len(f.settings) > 128 {
				continue
			}
		default:
			continue
		}
		switch i := slices.IndexFunc(out, func(other format) bool { return other.codec == f.codec }); {
		case i < 0:
			out = append(out, f)
		case f.everywhere() && !out[i].everywhere():
			out[i] = f
		}
	}
	return out
}

// everywhere reports whether every browser decodes it: of H.264 constrained
// baseline.
func (f format) everywhere() bool {
	return f.codec != H264 || strings.Contains(strings.ToLower(f.settings), "profile-level-id=42e0")
}

// answered is what an answer has agreed on.
type answered struct {
	text   string
	sends  []agreedSend
	audio  []agreedSlot
	video  []agreedSlot
	codecs map[Codec]format // by which pictures and sound reach the station
}

// agreedSend is a track that the station may send.
type agreedSend struct {
	track   meeting.Track
	section *section
	format  format
}

// agreedSlot is a slot in which the station receives.
type agreedSlot struct{ source, repair uint32 }

// Host is what an answer says of the host.
type host struct {
	credentials transport.Credentials
	print       transport.Fingerprint
	candidates  []string // values of candidate attributes
	source      func() uint32
}

// answer agrees to an offer. Sections in which the station sends are its
// microphone, its camera and its screen, in this order; those in which it receives
// are its slots.
func (o *offer) answer(h host) (a answered) {
	a.codecs = map[Codec]format{}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0")
	line("o=- %d 1 IN IP4 0.0.0.0", h.source())
	line("s=-")
	line("t=0 0")
	line("a=ice-lite")
	var mids []string
	for i := range o.sections {
		if !o.sections[i].refused() {
			mids = append(mids, o.sections[i].mid)
		}
	}
	line("a=group:BUNDLE %s", strings.Join(mids, " "))
	line("a=msid-semantic: WMS *")
	videos := 0
	for i := range o.sections {
		s := &o.sections[i]
		if s.refused() {
			if s.kind == "application" {
				line("m=application 0 UDP/DTLS/SCTP webrtc-datachannel")
			} else {
				line("m=%s 0 UDP/TLS/RTP/SAVPF 0", s.kind)
			}
			line("c=IN IP4 0.0.0.0")
			line("a=mid:%s", s.mid)
			line("a=inactive")
			continue
		}
		if s.kind == "application" {
			line("m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
			line("c=IN IP4 0.0.0.0")
			h.common(line, s, s.mid == mids[0])
			line("a=sctp-port:5000")
			line("a=max-message-size:16384")
			continue
		}
		use := s.formats
		if s.sends {
			use = use[:1] // what it sends is what it prefers
		}
		numbers := ""
		for _, f := range use {
			numbers += fmt.Sprintf(" %d", f.number)
			if f.repair != 0 {
				numbers += fmt.Sprintf(" %d", f.repair)
			}
		}
		line("m=%s 9 UDP/TLS/RTP/SAVPF%s", s.kind, numbers)
		line("c=IN IP4 0.0.0.0")
		h.common(line, s, s.mid == mids[0])
		for _, e := range s.lines {
			line("a=%s", e)
		}
		line("a=rtcp-mux")
		line("a=rtcp-rsize")
		for _, f := range use {
			f.bounds = f.bounds && o.ext.transport == 0
			f.describe(line)
		}
		if s.sends {
			line("a=recvonly")
			if len(s.layers) > 0 {
				for _, id := range s.layers {
					line("a=rid:%s recv", id)
				}
				line("a=simulcast:recv %s", strings.Join(s.layers, ";"))
			}
			track := meeting.Audio
			if s.kind == "video" {
				if track = meeting.Camera; videos == 1 {
					track = meeting.Screen
				}
				videos++
			}
			a.sends = append(a.sends, agreedSend{track, s, use[0]})
			continue
		}
		line("a=sendonly")
		slot := agreedSlot{source: h.source()}
		name := fmt.Sprintf("audio%d", len(a.audio))
		if s.kind == "video" {
			name = fmt.Sprintf("video%d", len(a.video))
			slot.repair = h.source()
		}
		line("a=msid:%s %s", name, name)
		if slot.repair != 0 && use[0].repair != 0 {
			line("a=ssrc-group:FID %d %d", slot.source, slot.repair)
			line("a=ssrc:%d cname:khonggiay", slot.source)
			line("a=ssrc:%d cname:khonggiay", slot.repair)
		} else {
			slot.repair = 0
			line("a=ssrc:%d cname:khonggiay", slot.source)
		}
		if s.kind == "video" {
			a.video = append(a.video, slot)
		} else {
			a.audio = append(a.audio, slot)
		}
		for _, f := range use {
			if _, ok := a.codecs[f.codec]; !ok {
				a.codecs[f.codec] = f
			}
		}
	}
	a.text = b.String()
	return a
}

// refused sections carry nothing.
func (s *section) refused() bool {
	return s.closed || s.kind != "application" && len(s.formats) == 0
}

// common writes what all sections have; the candidates are the bundle's, and stand
// in its first.
func (h host) common(line func(string, ...any), s *section, first bool) {
	line("a=mid:%s", s.mid)
	line("a=ice-ufrag:%s", h.credentials.User)
	line("a=ice-pwd:%s", h.credentials.Password)
	line("a=fingerprint:sha-256 %s", h.print)
	line("a=setup:passive")
	if !first {
		return
	}
	for _, c := range h.candidates {
		line("a=candidate:%s", c)
	}
	line("a=end-of-candidates")
}

func (f format) describe(line func(string, ...any)) {
	switch f.codec {
	case Opus:
		line("a=rtpmap:%d opus/48000/2", f.number)
		line("a=fmtp:%d minptime=10;maxaveragebitrate=%d;useinbandfec=1;usedtx=1", f.number, voiceRate)
		line("a=rtcp-fb:%d transport-cc", f.number)
		return
	case VP8:
		line("a=rtpmap:%d VP8/90000", f.number)
	case H264:
		line("a=rtpmap:%d H264/90000", f.number)
		line("a=fmtp:%d %s", f.number, f.settings)
	}
	for _, feedback := range []string{"nack", "nack pli", "ccm fir", "transport-cc"} {
		line("a=rtcp-fb:%d %s", f.number, feedback)
	}
	if f.bounds {
		line("a=rtcp-fb:%d goog-remb", f.number)
	}
	if f.repair != 0 {
		line("a=rtpmap:%d rtx/90000", f.repair)
		line("a=fmtp:%d apt=%d", f.repair, f.number)
	}
}
