package pdf

import (
	"bufio"
	"errors"
	"io"
)

// An lzwReader undoes LZWDecode (ISO 32000-2, 7.4.4.2). compress/lzw cannot: it
// does not know the code length that changes one code early.
type lzwReader struct {
	r     *bufio.Reader
	early int
	bits  uint32 // read and not yet used
	have  int    // how many
	width int
	next  int // code that the table learns next
	prev  int // last code, -1 after a clear
	done  bool
	out   []byte // decoded, not yet read

	prefix [lzwSize]uint16
	suffix [lzwSize]byte
	length [lzwSize]uint16
	text   [lzwSize]byte // room for one expansion
}

const (
	lzwSize  = 1 << 12
	lzwClear = 256
	lzwEnd   = 257
	lzwFirst = 258
)

func newLZW(r *bufio.Reader, early int) *lzwReader {
	z := &lzwReader{r: r, early: early}
	for c := range 256 {
		z.suffix[c], z.length[c] = byte(c), 1
	}
	z.clear()
	return z
}

func (z *lzwReader) clear() { z.width, z.next, z.prev = 9, lzwFirst, -1 }

func (z *lzwReader) Read(p []byte) (int, error) {
	for len(z.out) == 0 && len(p) > 0 {
		if z.done {
			return 0, io.EOF
		}
		code, err := z.code()
		if err != nil {
			return 0, early(err)
		}
		switch code {
		case lzwClear:
			z.clear()
		case lzwEnd:
			z.done = true
		default:
			if err := z.expand(code); err != nil {
				return 0, err
			}
		}
	}
	n := copy(p, z.out)
	z.out = z.out[n:]
	return n, nil
}

func (z *lzwReader) code() (int, error) {
	for z.have < z.width {
		c, err := z.r.ReadByte()
		if err != nil {
			return 0, err
		}
		z.bits = z.bits<<8 | uint32(c)
		z.have += 8
	}
	z.have -= z.width
	return int(z.bits >> z.have & (1<<z.width - 1)), nil
}

// expand gives the text of a code, and learns the text of the code before it
// with one more byte.
func (z *lzwReader) expand(code int) error {
	switch {
	case code < z.next:
		z.out = z.spell(code)
	case code == z.next && z.prev >= 0 && code < lzwSize:
		before := z.spell(z.prev)
		z.out = append(before, before[0])
	default:
		return errors.New("an LZW code that nothing has defined")
	}
	if z.prev >= 0 && z.next < lzwSize {
		z.prefix[z.next], z.suffix[z.next] = uint16(z.prev), z.out[0]
		z.length[z.next] = z.length[z.prev] + 1
		z.next++
	}
	z.prev = code
	if z.width < 12 && z.next+z.early >= 1<<z.width {
		z.width++
	}
	return nil
}

// spell writes the text of a code backwards into the room for it.
func (z *lzwReader) spell(code int) []byte {
	n := int(z.length[code])
	for i := n - 1; i >= 0; i-- {
		z.text[i] = z.suffix[code]
		code = int(z.prefix[code])
	}
	return z.text[:n:lzwSize]
}
