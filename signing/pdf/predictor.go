package pdf

import (
	"errors"
	"io"
)

// predict undoes the predictor of a Flate or LZW stream (ISO 32000-2, 7.4.4.4).
func (p parameters) predict(r io.Reader) (io.Reader, error) {
	kind, err := p.integer("Predictor", 1, 1, 15)
	if err != nil || kind == 1 {
		return r, err
	}
	if kind > 2 && kind < 10 {
		return nil, errors.New("an unknown predictor")
	}
	colors, err := p.integer("Colors", 1, 1, 64)
	if err != nil {
		return nil, err
	}
	bits, err := p.integer("BitsPerComponent", 8, 1, 16)
	if err != nil {
		return nil, err
	}
	columns, err := p.integer("Columns", 1, 1, 1<<20)
	if err != nil {
		return nil, err
	}
	if bits&(bits-1) != 0 {
		return nil, errors.New("a value out of range for /BitsPerComponent")
	}
	length := (colors*bits*columns + 7) / 8
	u := &unpredictor{r: r, colors: colors, bits: bits, pixel: max(1, colors*bits/8), png: kind >= 10}
	u.row = make([]byte, length)
	u.above = make([]byte, length)
	return u, nil
}

type unpredictor struct {
	r            io.Reader
	colors, bits int
	pixel        int // bytes to the same component of the pixel on the left
	png          bool
	row, above   []byte
	ready        []byte // the part of row that nobody has read
}

func (u *unpredictor) Read(p []byte) (int, error) {
	if len(u.ready) == 0 {
		if err := u.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, u.ready)
	u.ready = u.ready[n:]
	return n, nil
}

func (u *unpredictor) next() error {
	u.row, u.above = u.above, u.row
	var tag [1]byte
	if u.png {
		if _, err := io.ReadFull(u.r, tag[:]); err != nil {
			return err
		}
	}
	if _, err := io.ReadFull(u.r, u.row); err != nil {
		if u.png {
			err = early(err)
		}
		return err
	}
	u.ready = u.row
	if u.png {
		return u.undoPNG(tag[0])
	}
	u.undoTIFF()
	return nil
}

func (u *unpredictor) undoPNG(tag byte) error {
	if tag > 4 {
		return errors.New("an unknown PNG predictor")
	}
	for i := range u.row {
		var left, corner byte
		if i >= u.pixel {
			left, corner = u.row[i-u.pixel], u.above[i-u.pixel]
		}
		switch up := u.above[i]; tag {
		case 1:
			u.row[i] += left
		case 2:
			u.row[i] += up
		case 3:
			u.row[i] += byte((int(left) + int(up)) / 2)
		case 4:
			u.row[i] += paeth(int(left), int(up), int(corner))
		}
	}
	return nil
}

// paeth is the neighbour nearest to left + up - corner (PNG, 9.4).
func paeth(left, up, corner int) byte {
	distance := func(x int) int { return max(left+up-corner-x, x-left-up+corner) }
	best := left
	for _, x := range []int{up, corner} {
		if distance(x) < distance(best) {
			best = x
		}
	}
	return byte(best)
}

// undoTIFF adds each component to the same one of the pixel on the left.
func (u *unpredictor) undoTIFF() {
	mask := uint32(1)<<u.bits - 1
	count := len(u.row) * 8 / u.bits
	for i := u.colors; i < count; i++ {
		u.put(i, (u.component(i)+u.component(i-u.colors))&mask)
	}
}

func (u *unpredictor) component(i int) uint32 {
	if u.bits == 16 {
		return uint32(u.row[2*i])<<8 | uint32(u.row[2*i+1])
	}
	at := i * u.bits
	return uint32(u.row[at/8]) >> (8 - u.bits - at%8) & (1<<u.bits - 1)
}

func (u *unpredictor) put(i int, v uint32) {
	if u.bits == 16 {
		u.row[2*i], u.row[2*i+1] = byte(v>>8), byte(v)
		return
	}
	at := i * u.bits
	shift := 8 - u.bits - at%8
	mask := byte(1<<u.bits-1) << shift
	u.row[at/8] = u.row[at/8]&^mask | byte(v)<<shift
}
