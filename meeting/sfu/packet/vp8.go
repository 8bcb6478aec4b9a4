package packet

import "encoding/binary"

// VP8 is what a VP8 payload's descriptor says, and where.
type VP8 struct {
	Begins    bool // the first packet of a frame
	Key       bool // of a key frame; known in its first packet only
	Temporal  uint8
	Sync      bool // may be the first of its temporal layer
	Picture   uint16
	Level0    uint8 // index of the last frame of the lowest temporal layer
	Width     int   // of a key frame's picture
	Height    int
	pictureAt int // 0 = there is none
	wide      bool
	level0At  int
	headerEnd int
}

// ParseVP8 reads the descriptor.
func ParseVP8(b []byte) (v VP8, err error) {
	if len(b) < 1 {
		return v, ErrMalformed
	}
	at := 1
	v.Begins = b[0]&0x10 != 0 && b[0]&0x07 == 0
	if b[0]&0x80 != 0 {
		if len(b) < 2 {
			return v, ErrMalformed
		}
		extended := b[1]
		at = 2
		if extended&0x80 != 0 {
			if len(b) < at+1 {
				return v, ErrMalformed
			}
			v.pictureAt = at
			if v.wide = b[at]&0x80 != 0; v.wide {
				if len(b) < at+2 {
					return v, ErrMalformed
				}
				v.Picture = binary.BigEndian.Uint16(b[at:]) & 0x7fff
				at++
			} else {
				v.Picture = uint16(b[at])
			}
			at++
		}
		if extended&0x40 != 0 {
			if len(b) < at+1 {
				return v, ErrMalformed
			}
			v.level0At, v.Level0 = at, b[at]
			at++
		}
		if extended&0x30 != 0 {
			if len(b) < at+1 {
				return v, ErrMalformed
			}
			if extended&0x20 != 0 {
				v.Temporal, v.Sync = b[at]>>6, b[at]&0x20 != 0
			}
			at++
		}
	}
	v.headerEnd = at
	if len(b) <= at {
		return v, ErrMalformed
	}
	if v.Begins && b[at]&0x01 == 0 {
		v.Key = true
		// RFC 6386, section 9.1: a start code, then 14 bits each.
		if k := b[at:]; len(k) >= 10 && k[3] == 0x9d && k[4] == 0x01 && k[5] == 0x2a {
			v.Width = int(binary.LittleEndian.Uint16(k[6:]) & 0x3fff)
			v.Height = int(binary.LittleEndian.Uint16(k[8:]) & 0x3fff)
		}
	}
	return v, nil
}

// PutVP8 changes the picture's number and the lowest layer's index in a payload
// whose descriptor was read before.
func PutVP8(b []byte, v *VP8, picture uint16, level0 uint8) {
	if v.pictureAt != 0 {
		if v.wide {
			binary.BigEndian.PutUint16(b[v.pictureAt:], 0x8000|picture&0x7fff)
		} else {
			b[v.pictureAt] = byte(picture & 0x7f)
		}
	}
	if v.level0At != 0 {
		b[v.level0At] = level0
	}
}
