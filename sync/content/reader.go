package content

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"sync"

	"khonggiay/app"
)

// segmentReader is the plaintext of one segment. Every byte it gives out comes from a
// chunk whose tag was verified at its place; what does not verify is
// ErrCorrupt and gives no byte. ReadAt may be called from many goroutines;
// Read and Seek share one position and may not.
type segmentReader struct {
	io.SectionReader // Read, Seek, ReadAt and Size over chunkReader
}

// newSegmentReader opens the size bytes of ciphertext in src under key. It verifies
// the last chunk at once, which proves the length: a segment cut short or made
// longer at any place, chunk borders included, is ErrCorrupt here.
func newSegmentReader(src io.ReaderAt, size int64, key app.SegmentKey) (*segmentReader, error) {
	plain := PlainSize(size)
	if plain < 0 {
		return nil, fmt.Errorf("%w: no segment has %d bytes", ErrCorrupt, size)
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	c := &chunkReader{src: src, aead: aead, size: size, plain: plain, cached: -1}
	if err := c.loadLocked(chunks(plain) - 1); err != nil {
		return nil, err
	}
	return &segmentReader{*io.NewSectionReader(c, 0, plain)}, nil
}

// chunkReader decrypts chunk by chunk and remembers the last one, so that
// small sequential reads decrypt each chunk once.
type chunkReader struct {
	src   io.ReaderAt
	aead  cipher.AEAD
	size  int64 // ciphertext bytes
	plain int64 // plaintext bytes

	mu     sync.Mutex // guards the remembered chunk
	cached int64      // its index, -1 for none
	buf    []byte     // room for one chunk of ciphertext, decrypted in place
	data   []byte     // the plaintext inside buf
}

// ReadAt implements io.ReaderAt over the plaintext.
func (c *chunkReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("%w: negative offset", ErrInvalid)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for n < len(p) {
		at := off + int64(n)
		if at >= c.plain {
			return n, io.EOF
		}
		if err := c.loadLocked(at / PlainChunk); err != nil {
			return n, err
		}
		n += copy(p[n:], c.data[at%PlainChunk:])
	}
	return n, nil
}

// loadLocked brings one verified chunk into memory.
func (c *chunkReader) loadLocked(chunk int64) error {
	if c.cached == chunk {
		return nil
	}
	c.cached = -1
	from := chunk * chunkSize
	n := min(chunkSize, c.size-from)
	if c.buf == nil {
		c.buf = make([]byte, min(chunkSize, c.size))
	}
	sealed := c.buf[:n]
	if got, err := c.src.ReadAt(sealed, from); int64(got) < n {
		if err == nil || errors.Is(err, io.EOF) {
			return fmt.Errorf("%w: ciphertext ends inside chunk %d", ErrCorrupt, chunk)
		}
		return fmt.Errorf("read chunk %d: %w", chunk, err)
	}
	var nonce [12]byte
	setNonce(&nonce, chunk, from+n == c.size)
	data, err := c.aead.Open(sealed[:0], nonce[:], sealed, label)
	if err != nil {
		return fmt.Errorf("%w: chunk %d does not verify", ErrCorrupt, chunk)
	}
	c.cached, c.data = chunk, data
	return nil
}
