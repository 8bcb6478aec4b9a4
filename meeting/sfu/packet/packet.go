// Package packet reads and rewrites RTP packets in place: their headers
// (RFC 3550, RFC 8285) and as much of VP8's (RFC 7741) and H.264's (RFC 6184)
// payloads as forwarding needs. What it reads comes from the network, so every
// length is looked at before it is believed.
package packet

import (
	"encoding/binary"
	"errors"
)

// ErrMalformed says that something is no RTP packet.
var ErrMalformed = errors.New("packet: malformed")

// Packet is an RTP packet; its slices point into the bytes that it was read from.
type Packet struct {
	Marker    bool
	Type      uint8 // the payload's type number
	Sequence  uint16
	Time      uint32
	Source    uint32 // SSRC
	Payload   []byte // without padding
	extension []byte
	twoBytes  bool
}

const (
	oneByteProfile = 0xBEDE
	twoByteProfile = 0x1000 // and the 15 above it
)

// Parse reads a packet.
func Parse(b []byte) (p Packet, err error) {
	if len(b) < 12 || b[0]>>6 != 2 {
		return p, ErrMalformed
	}
	p = Packet{Marker: b[1]&0x80 != 0, Type: b[1] & 0x7f, Sequence: binary.BigEndian.Uint16(b[2:]), Time: binary.BigEndian.Uint32(b[4:]), Source: binary.BigEndian.Uint32(b[8:])}
	at := 12 + 4*int(b[0]&0x0f)
	if len(b) < at {
		return p, ErrMalformed
	}
	if b[0]&0x10 != 0 {
		if len(b) < at+4 {
			return p, ErrMalformed
		}
		profile, n := binary.BigEndian.Uint16(b[at:]), 4*int(binary.BigEndian.Uint16(b[at+2:]))
		at += 4
		if len(b) < at+n {
			return p, ErrMalformed
		}
		if profile == oneByteProfile || profile&0xfff0 == twoByteProfile {
			p.extension, p.twoBytes = b[at:at+n], profile != oneByteProfile
		}
		at += n
	}
	p.Payload = b[at:]
	if b[0]&0x20 != 0 {
		n := len(p.Payload)
		if n == 0 || int(p.Payload[n-1]) > n || p.Payload[n-1] == 0 {
			return p, ErrMalformed
		}
		p.Payload = p.Payload[:n-int(p.Payload[n-1])]
	}
	return p, nil
}

// Extension is the header extension of that number, or nil.
func (p *Packet) Extension(id uint8) []byte {
	if id == 0 {
		return nil
	}
	for b := p.extension; len(b) > 0; {
		if b[0] == 0 {
			b = b[1:]
			continue
		}
		var is uint8
		var n, head int
		if p.twoBytes {
			if len(b) < 2 {
				return nil
			}
			is, n, head = b[0], int(b[1]), 2
		} else {
			is, n, head = b[0]>>4, int(b[0]&0x0f)+1, 1
			if is == 15 {
				return nil
			}
		}
		if len(b) < head+n {
			return nil
		}
		if is == id {
			return b[head : head+n]
		}
		b = b[head+n:]
	}
	return nil
}

// HeaderSize is that of the headers which [Begin] writes, in bytes: the fixed one
// and a transport-wide sequence number.
const HeaderSize = 12 + 4 + 4

// Begin writes a header before a payload: with the extension of that number for a
// transport-wide sequence number, or, for 0, with none. Put fills in the rest.
func Begin(b []byte, marker bool, sequenceExtension uint8) []byte {
	first := byte(0x80)
	if sequenceExtension != 0 {
		first |= 0x10
	}
	var second byte
	if marker {
		second = 0x80
	}
	b = append(b, first, second, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	if sequenceExtension != 0 {
		b = append(b, oneByteProfile>>8, oneByteProfile&0xff, 0, 1, sequenceExtension<<4|1, 0, 0, 0)
	}
	return b
}

// Put fills in what differs from receiver to receiver.
func Put(b []byte, kind uint8, sequence uint16, time, source uint32) {
	b[1] = b[1]&0x80 | kind
	binary.BigEndian.PutUint16(b[2:], sequence)
	binary.BigEndian.PutUint32(b[4:], time)
	binary.BigEndian.PutUint32(b[8:], source)
}

// Pad gives a packet that has no padding so many bytes of it, from 1 to 255 (RFC 3550,
// section 5.1).
func Pad(b []byte, n uint8) []byte {
	b[0] |= 0x20
	b = append(b, make([]byte, n)...)
	b[len(b)-1] = n
	return b
}

// PutTransport fills in the transport-wide sequence number of a header that was
// begun with one.
func PutTransport(b []byte, sequence uint16) { binary.BigEndian.PutUint16(b[17:], sequence) }

// Newer reports whether a sequence number comes after another, round the circle.
func Newer(a, b uint16) bool { return a != b && a-b < 1<<15 }
