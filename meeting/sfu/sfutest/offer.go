package sfutest

import (
	"bufio"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"khonggiay/meeting/sfu/transport"
)

// Numbers that a station gives in its offers.
const (
	opusType, vp8Type, repairType = 111, 96, 97
	midExt, levelExt, arrivalExt  = 1, 2, 3
)

// Shape is what a station offers.
type Shape struct {
	Sends    bool // sound and a camera of one layer
	Audio    int  // slots
	Video    int
	Channels bool
	Silent   bool // says nothing of arrivals
}

// Offer is a station's offer.
func Offer(c transport.Credentials, print transport.Fingerprint, s Shape) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0")
	mid := 0
	section := func(kind, way string) {
		formats := strconv.Itoa(opusType)
		if kind == "video" {
			formats = fmt.Sprintf("%d %d", vp8Type, repairType)
		}
		line("m=%s 9 UDP/TLS/RTP/SAVPF %s\r\nc=IN IP4 0.0.0.0\r\na=mid:%d\r\na=%s\r\na=rtcp-mux", kind, formats, mid, way)
		line("a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\na=setup:active", c.User, c.Password, print)
		line("a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:mid", midExt)
		if !s.Silent {
			line("a=extmap:%d http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", arrivalExt)
		}
		if kind == "audio" {
			line("a=extmap:%d urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:%d opus/48000/2", levelExt, opusType)
		} else {
			line("a=rtpmap:%d VP8/90000\r\na=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d", vp8Type, repairType, repairType, vp8Type)
		}
		mid++
	}
	if s.Sends {
		section("audio", "sendonly")
		section("video", "sendonly")
	}
	for range s.Audio {
		section("audio", "recvonly")
	}
	for range s.Video {
		section("video", "recvonly")
	}
	if s.Channels {
		line("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:%d\r\na=sctp-port:5000", mid)
	}
	return b.String()
}

// Answer is what a station needs of a host's answer.
type Answer struct {
	Host   transport.Peer
	UDP    []netip.AddrPort
	TCP    []netip.AddrPort
	Slots  []uint32 // SSRCs of the slots, sound first
	Sounds int      // how many of them are sound
}

var errAnswer = errors.New("sfutest: not an answer")

// ReadAnswer reads a host's answer.
func ReadAnswer(text string) (a Answer, err error) {
	kind, repairs := "", map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), ":")
		switch {
		case strings.HasPrefix(name, "m="):
			kind, _, _ = strings.Cut(name[2:], " ")
		case name == "a=ice-ufrag":
			a.Host.User = value
		case name == "a=ice-pwd":
			a.Host.Password = value
		case name == "a=fingerprint":
			_, print, _ := strings.Cut(value, " ")
			if a.Host.Fingerprint, err = transport.ParseFingerprint(print); err != nil {
				return a, err
			}
		case name == "a=candidate" && len(a.UDP)+len(a.TCP) < 8:
			f := strings.Fields(value)
			if len(f) < 8 {
				return a, errAnswer
			}
			ip, err := netip.ParseAddr(f[4])
			port, err2 := strconv.ParseUint(f[5], 10, 16)
			if err != nil || err2 != nil {
				return a, errAnswer
			}
			if at := netip.AddrPortFrom(ip, uint16(port)); f[2] == "udp" {
				a.UDP = append(a.UDP, at)
			} else {
				a.TCP = append(a.TCP, at)
			}
		case name == "a=ssrc-group":
			if f := strings.Fields(value); len(f) == 3 {
				repairs[f[2]] = true
			}
		case name == "a=ssrc":
			text, _, _ := strings.Cut(value, " ")
			n, err := strconv.ParseUint(text, 10, 32)
			if err != nil {
				return a, errAnswer
			}
			if !repairs[text] {
				a.Slots = append(a.Slots, uint32(n))
				if kind == "audio" {
					a.Sounds++
				}
			}
		}
	}
	if a.Host.User == "" || len(a.UDP)+len(a.TCP) == 0 {
		return a, errAnswer
	}
	return a, nil
}
