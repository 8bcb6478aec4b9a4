package packet

// H.264 NAL unit types (RFC 6184, table 1).
const (
	nalIDR   = 5
	nalSPS   = 7
	nalSTAPA = 24
	nalFUA   = 28
)

// H264Key reports whether an H.264 payload begins a key frame: it has a sequence
// parameter set, which encoders send before each, or an IDR picture's beginning.
func H264Key(b []byte) bool {
	if len(b) < 1 {
		return false
	}
	switch b[0] & 0x1f {
	case nalIDR, nalSPS:
		return true
	case nalSTAPA:
		for rest := b[1:]; len(rest) >= 3; {
			n := int(rest[0])<<8 | int(rest[1])
			if n == 0 || len(rest) < 2+n {
				return false
			}
			if kind := rest[2] & 0x1f; kind == nalIDR || kind == nalSPS {
				return true
			}
			rest = rest[2+n:]
		}
	case nalFUA:
		return len(b) >= 2 && b[1]&0x80 != 0 && b[1]&0x1f == nalIDR
	}
	return false
}

// H264Height is the height of the pictures that a sequence parameter set in the
// payload announces; 0 if there is none that can be read.
func H264Height(b []byte) int {
	if len(b) < 1 {
		return 0
	}
	switch b[0] & 0x1f {
	case nalSPS:
		return spsHeight(b[1:])
	case nalSTAPA:
		for rest := b[1:]; len(rest) >= 3; {
			n := int(rest[0])<<8 | int(rest[1])
			if n == 0 || len(rest) < 2+n {
				return 0
			}
			if rest[2]&0x1f == nalSPS {
				return spsHeight(rest[3 : 2+n])
			}
			rest = rest[2+n:]
		}
	}
	return 0
}

// spsHeight reads a sequence parameter set (H.264, section 7.3.2.1.1) as far as
// its height. Browsers send profiles without scaling lists; others have no height.
func spsHeight(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	r := bits{data: unescape(b[3:])}
	profile := b[0]
	r.exp() // id
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128:
		chroma := r.exp()
		if chroma == 3 {
			r.take(1)
		}
		r.exp()
		r.exp()
		r.take(1)
		if r.take(1) == 1 {
			return 0
		}
	}
	r.exp() // log2_max_frame_num
	switch r.exp() {
	case 0:
		r.exp()
	case 1:
		r.take(1)
		r.exp()
		r.exp()
		for n := min(r.exp(), 255); n > 0; n-- {
			r.exp()
		}
	}
	r.exp() // reference frames
	r.take(1)
	r.exp() // width
	rows := int(r.exp()) + 1
	frames := int(r.take(1))
	if frames == 0 {
		r.take(1)
	}
	r.take(1)
	height := rows * 16 * (2 - frames)
	if r.take(1) == 1 {
		r.exp()
		r.exp()
		top, bottom := int(r.exp()), int(r.exp())
		height -= (top + bottom) * 2 * (2 - frames)
	}
	if r.failed || height <= 0 || height > 8192 {
		return 0
	}
	return height
}

// unescape takes out the bytes that keep a start code from appearing.
func unescape(b []byte) []byte {
	out := make([]byte, 0, min(len(b), 64))
	zeros := 0
	for _, c := range b {
		if len(out) == 64 { // the height comes long before
			break
		}
		if zeros >= 2 && c == 3 {
			zeros = 0
			continue
		}
		if c == 0 {
			zeros++
		} else {
			zeros = 0
		}
		out = append(out, c)
	}
	return out
}

// bits reads bit by bit.
type bits struct {
	data   []byte
	at     int
	failed bool
}

func (r *bits) take(n int) (v uint32) {
	for range n {
		if r.at/8 >= len(r.data) {
			r.failed = true
			return 0
		}
		v = v<<1 | uint32(r.data[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

// exp reads an Exp-Golomb number.
func (r *bits) exp() uint32 {
	zeros := 0
	for r.take(1) == 0 {
		if zeros++; r.failed || zeros > 31 {
			r.failed = true
			return 0
		}
	}
	return 1<<zeros - 1 + r.take(zeros)
}
