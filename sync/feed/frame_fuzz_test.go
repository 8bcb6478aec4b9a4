package feed

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"
)

// FuzzReadFrame: a stream is frames and then its end, or an error that says
// which; never more bytes than came.
func FuzzReadFrame(f *testing.F) {
	var whole bytes.Buffer
	out := bufio.NewWriter(&whole)
	for _, page := range [][]byte{[]byte("page"), nil, bytes.Repeat([]byte("a"), 300)} {
		if err := WriteFrame(out, page); err != nil {
			f.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()-1])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{0x80})
	f.Add([]byte("\x04age\x00\xac\xc4\xc4\xc4\xc4\xc4\xc4\xc4\xc4\x02")) // a length longer than any number
	f.Fuzz(func(t *testing.T, stream []byte) {
		in, came := bufio.NewReader(bytes.NewReader(stream)), 0
		for {
			b, err := ReadFrame(in)
			if came += len(b); came > len(stream) {
				t.Fatalf("%d bytes out of %d", came, len(stream))
			}
			switch {
			case err == nil:
			case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, ErrMalformed):
				return
			default:
				t.Fatalf("%v", err)
			}
		}
	})
}
