package estimate

import (
	"encoding/binary"
	"errors"
	"time"
)

// Arrival is what a report says of one packet.
type Arrival struct {
	Sequence uint16
	Received bool
	At       time.Duration // on the receiver's clock
}

var errReport = errors.New("estimate: malformed report")

// maxStatuses bounds the packets of one report.
const maxStatuses = 4096

// Parse appends what a report's body says: of a transport-layer feedback message of
// format 15, what follows the media source.
func Parse(b []byte, out []Arrival) ([]Arrival, error) {
	if len(b) < 8 {
		return out, errReport
	}
	base, count := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
	reference := int32(binary.BigEndian.Uint32(b[4:])) >> 8 // 24 bits, signed, of 64 ms
	if count > maxStatuses {
		return out, errReport
	}
	at := time.Duration(reference) * 64 * time.Millisecond
	first := len(out)
	rest := b[8:]
	var sizes [maxStatuses]uint8 // of each packet's delta
	for n := 0; n < count; {
		if len(rest) < 2 {
			return out[:first], errReport
		}
		chunk := binary.BigEndian.Uint16(rest)
		rest = rest[2:]
		switch {
		case chunk&0x8000 == 0: // a run
			symbol := uint8(chunk >> 13 & 3)
			for range min(int(chunk&0x1fff), count-n) {
				sizes[n] = symbol
				n++
			}
			if chunk&0x1fff == 0 {
				return out[:first], errReport
			}
		case chunk&0x4000 == 0: // fourteen bits
			for i := 13; i >= 0 && n < count; i-- {
				sizes[n] = uint8(chunk >> i & 1)
				n++
			}
		default: // seven pairs
			for i := 12; i >= 0 && n < count; i -= 2 {
				sizes[n] = uint8(chunk >> i & 3)
				n++
			}
		}
	}
	for i := range count {
		a := Arrival{Sequence: base + uint16(i)}
		switch sizes[i] {
		case 1:
			if len(rest) < 1 {
				return out[:first], errReport
			}
			at += time.Duration(rest[0]) * 250 * time.Microsecond
			rest = rest[1:]
			a.Received, a.At = true, at
		case 2:
			if len(rest) < 2 {
				return out[:first], errReport
			}
			at += time.Duration(int16(binary.BigEndian.Uint16(rest))) * 250 * time.Microsecond
			rest = rest[2:]
			a.Received, a.At = true, at
		case 3:
			return out[:first], errReport
		}
		out = append(out, a)
	}
	return out, nil
}
